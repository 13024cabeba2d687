"""The letter's way through a case: drafted, returned and edited, numbered, signed, archived, attached to the ticket."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from laksana.archive.keys import document_key
from laksana.documents.dates import indonesian_date
from laksana.documents.letters import Reply, granted_reply, paragraphs_of, refused_reply, text_of
from laksana.documents.office import read_office
from laksana.documents.rendering import render_letter
from laksana.documents.wording import PLACEHOLDERS, read_wording
from laksana.errors import DocumentError
from laksana.records import LetterFacts, Person, StoredDocument
from laksana.secret_rules import fetch_until
from laksana.spec.model import SELALU
from laksana.steps.case import Case, Outcome
from laksana.steps.services import matter_of, subject_of
from laksana.steps.services.handwork import marked_fields, marked_rows

EDITED = "isi surat hasil perbaikan"
APPROVAL = "persetujuan penanda tangan"
KIND = "nota-dinas-balasan"


def draft_letter(case: Case) -> Outcome:
    """Write the reply's draft (SOP 11 step 6); a refused case lets go of all that it reserved."""
    if case.casefile.refusal():
        matter_of(case).withdraw(case)
    facts = letter_facts(case, signer=expected_signer(case), number="", on=None)
    pdf = render_letter(facts, letters_dir=case.office.settings.letters_dir, draft=True)
    document = archive_draft(case, f"konsep-{KIND}-{case.attempt}", pdf)
    record = {"surat": facts.to_json(), "isi": text_of(facts), "dokumen": document.to_json()}
    kind = "persetujuan" if facts.granted else "penolakan"
    return Outcome(SELALU, f"konsep balasan ({kind}) disusun", dict.fromkeys(case.step.output, record))


def sign_letter(case: Case) -> Outcome:
    """Number, render and sign the approved letter, and archive the signed bytes untouched (SOP 11 step 7).

    A retry finds the signed letter in the archive and signs nothing twice.
    """
    approval = case.casefile.get(APPROVAL).record
    signer = Person.from_json(approval["penanda_tangan"])
    key = _key(case, f"{KIND}.pdf")
    number = case.office.numbers.draw(
        KIND,
        case.ticket.number,
        on=case.today,
        template=read_office(case.office.settings.letters_dir).numbers,
        at=case.now,
    )
    document = _archived(case, key)
    if document is None:
        _offer_secrets(case)
        facts = letter_facts(case, signer=signer, number=number, on=case.today)
        pdf = render_letter(facts, letters_dir=case.office.settings.letters_dir, draft=False)
        signed = case.office.signer.sign(
            pdf, signer=signer, reason=f"Persetujuan {facts.subject}", location="Gresik", at=case.local_now
        )
        document = case.office.archive.put(key, signed, media_type="application/pdf")
    case.office.numbers.mark_used(number)
    granted = not case.casefile.refusal()
    record = {
        "nomor": number, "dokumen": document.to_json(), "penanda_tangan": signer.to_json(), "dikabulkan": granted,
    }  # fmt: skip
    text = f"nota dinas balasan nomor {number} ditandatangani {signer.name}"
    return Outcome("setujui", text, dict.fromkeys(case.step.output, record))


def upload_reply(case: Case) -> Outcome:
    """Attach the signed reply to the ticket and close it (SOP 11 step 8)."""
    name = case.step.work.text("dokumen")
    record = case.casefile.get(name).record
    document = StoredDocument.from_json(record["dokumen"])
    desk = case.office.desk
    desk.attach(case.ticket.number, document, at=case.now, once=f"balasan:{document.sha256}")
    if case.casefile.refusal():
        case.office.secrets.forget(case.ticket.number)
    outputs: dict[str, Any] = {item: {"dokumen": document.to_json()} for item in case.step.output}
    return Outcome(SELALU, "balasan diunggah ke tiket dan diarsipkan", outputs, status="selesai")


def letter_facts(case: Case, *, signer: Person, number: str, on: date | None) -> LetterFacts:
    """Build what the letter says from the case, for grant or refusal."""
    refusal = case.casefile.refusal()
    edited = case.casefile.find(EDITED)
    places, marked = marked_fields(case.spec), marked_rows(case)
    reply = Reply(
        ticket=case.ticket.number,
        service=case.spec.layanan,
        recipient=f"Kepala Bidang SPBE {case.owner}",
        reference=_reference(case),
        name=subject_of(case),
        values={
            **{name: marked.get(name, ("", ""))[1] for name in places if name not in PLACEHOLDERS},
            **matter_of(case).letter_values(case),
            **_terms(case),
        },
        details=tuple(marked.values()),
        signer=signer,
        number=number,
        on=on,
        reasons=tuple(reason[:1].upper() + reason[1:] for reason in refusal.split("; ")) if refusal else (),
        paragraphs=paragraphs_of(edited.record["isi"]) if edited else (),
    )
    wording = read_wording(case.office.settings.letters_dir, case.spec.slug, case.spec.jenis_layanan, more=places)
    return refused_reply(reply, wording) if refusal else granted_reply(reply, wording)


def _reference(case: Case) -> str:
    """Name the applicant's own letter, or the ticket where the form does not ask for one."""
    number, day = (str(case.form.get(f"nota_dinas_{part}", "")) for part in ("nomor", "tanggal"))
    if not number or not day:
        return f"permohonan Saudara dengan nomor tiket {case.ticket.number}"
    return f"nota dinas Saudara nomor {number} tanggal {_long(day)}"


def expected_signer(case: Case) -> Person:
    """Return who will most likely sign, so that the draft shows a name: the first holder of the signing role today.

    Raises:
        DocumentError: nobody holds the post.
    """
    return holder_of(case, next(step.role for step in case.spec.langkah if step.work.kind == "tanda_tangan"))


def holder_of(case: Case, role: str) -> Person:
    """Return the first holder of a role today.

    Raises:
        DocumentError: nobody holds the post.
    """
    people = case.office.holders.of_role(role, case.today)
    if not people:
        raise DocumentError(f"nobody holds the role {role} on {case.today}; appoint a holder, then clear this task")
    return people[0]


def archive_draft(case: Case, name: str, pdf: bytes) -> StoredDocument:
    """Archive a paper that may be made anew; since nothing is ever replaced, its name ends in a mark of its bytes."""
    mark = hashlib.sha256(pdf).hexdigest()[:8]
    return case.office.archive.put(_key(case, f"{name}-{mark}.pdf"), pdf, media_type="application/pdf")


def _offer_secrets(case: Case) -> None:
    """Open the hand-over of the service's passwords, before the letter that names it; again it changes nothing."""
    items = matter_of(case).credentials(case)
    if items and not case.casefile.refusal():
        case.office.handovers.offer(
            case.ticket.number, [(item.label, item.name) for item in items], at=case.now, until=_fetch_until(case)
        )


def _fetch_until(case: Case) -> datetime:
    """Return until when passwords can be fetched: as offered already, or to the end of the last of the days."""
    offered = case.office.handovers.state(case.ticket.number, at=case.now).until
    if offered is not None:
        return offered
    return fetch_until(case.office, at=case.now)


def _terms(case: Case) -> dict[str, str]:
    """Return until when the service runs, and where and until when its passwords are fetched."""
    if not matter_of(case).credentials(case):
        return {}
    until = _fetch_until(case).astimezone(case.local_now.tzinfo)
    return {
        "berlaku_sampai": indonesian_date(case.renewal_date),
        "alamat_sandi": f"{case.office.settings.public_url}/laksana/sandi/{case.ticket.number}",
        "batas_sandi": indonesian_date(until.date()),
    }


def _key(case: Case, name: str) -> str:
    year = case.ticket.opened_at.year
    return document_key(year, case.spec.slug, case.ticket.number, case.step.no, name)


def _archived(case: Case, key: str) -> StoredDocument | None:
    """Return the receipt of a document that is in the archive already."""
    if key not in {item.key for item in case.office.archive.list(key)}:
        return None
    data = case.office.archive.read(key)
    return StoredDocument(key, hashlib.sha256(data).hexdigest(), len(data))


def _long(iso: Any) -> str:
    return indonesian_date(date.fromisoformat(str(iso)))
