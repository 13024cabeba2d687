"""The SOP's sheet as Markdown for the DAG's page: officials read there what runs, and which version of it."""

from __future__ import annotations

from laksana.spec.model import Spec


def dag_doc(spec: Spec) -> str:
    """Write the sheet, the deviations from the source, and the version."""
    head = [
        f"# {spec.judul}",
        f"**Nomor** {spec.nomor} · **Layanan** {spec.layanan} · **Versi** `{spec.digest[:12]}`",
        str(spec.identity["tujuan"]),
        "| No | Kegiatan | Pelaksana | Kelengkapan | Waktu | Output |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        f"| {step.no} | {_cell(step.kegiatan)} | {step.pelaksana} "
        f"| {_cell('; '.join(item.nama for item in step.kelengkapan))} | {step.waktu} "
        f"| {_cell('; '.join(step.output))} |"
        for step in spec.langkah
    ]
    notes = [
        f"- **{item.ruling}** (langkah {item.langkah}): {item.sumber} → {item.spek}. {item.alasan}"
        for item in spec.penyimpangan
    ]
    parts = ["\n\n".join(head[:3]), "\n".join([*head[3:], *rows])]
    if notes:
        parts.append("## Penyimpangan dari dokumen sumber\n\n" + "\n".join(notes))
    return "\n\n".join(parts)


def _cell(text: str) -> str:
    """Keep a text inside its table cell."""
    return text.replace("|", "\\|")
