"""Made-up SOPs for the flowchart: any number of steps and columns, jumps ahead, ways back."""

from __future__ import annotations

from hypothesis import strategies as st

from laksana.spec.model import SELALU, SELESAI, Deviation, Edge, Requirement, Spec, Step, Work

IDENTITY = {
    "penerbit": "Dinas Contoh, Bidang Contoh", "disahkan_oleh": "Kepala Dinas", "tanggal_pembuatan": "2023-07-10",
    "tanggal_revisi": None, "tanggal_efektif": None, "tujuan": "Menguji bagan.", "dasar_hukum": ["Perbup"],
    "keterkaitan": [], "kualifikasi_pelaksana": ["Teliti"], "peralatan": ["Komputer"],
    "peringatan": "Apabila tidak dilaksanakan, maka layanan terhenti.", "pencatatan": "Daftar",
}  # fmt: skip
HEIGHTS = st.floats(3.0, 40.0)


@st.composite
def flows(draw: st.DrawFn) -> Spec:
    """Return an SOP with 2 to 30 steps and 1 to 8 performers."""
    count, posts = draw(st.integers(2, 30)), draw(st.integers(1, 8))
    names = tuple(f"Pelaksana {number}" for number in range(1, posts + 1))
    steps = []
    for no in range(1, count + 1):
        onward: int | str = no + 1 if no < count else SELESAI
        edges = [Edge(draw(st.sampled_from(["setujui", "lulus"])), onward)]
        if no == count or draw(st.booleans()):
            edges = [Edge(SELALU, draw(st.integers(no + 1, count)) if no < count and draw(st.booleans()) else onward)]
        if edges[0].bila != SELALU:
            if draw(st.booleans()):
                edges.append(Edge("kembalikan", draw(st.integers(1, no)), 3))
            if len(edges) == 1 or draw(st.booleans()):
                edges.append(Edge("tolak", draw(st.one_of(st.integers(no + 1, count), st.just(SELESAI)))))
        item = Requirement("Berkas", "sarana")
        post = draw(st.sampled_from(names))
        steps.append(
            Step(
                no, "Membuat berkas", post, "tanda", (item,), "10 Menit", ("Hasil",), Work("gerbang", {}), tuple(edges)
            )
        )
    ruled = (Deviation("R1", 1, "a", "b", "c"),)
    return Spec(
        "uji",
        1,
        "065/001",
        "SOP UJI",
        "Uji",
        "permohonan",
        IDENTITY,
        names,
        tuple(steps),
        {},
        {},
        ruled,
        "",
        "0" * 64,
        "uji.yaml",
    )
