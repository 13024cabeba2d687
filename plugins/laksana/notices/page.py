"""The service notice as a page of its own: HTML for phones, readers and printers, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from laksana.notices.notice import Contact, Entry, Notice, Section, service_notice
from laksana.spec.model import Spec

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.6 system-ui, sans-serif; color: #1b1b1f; background: #f4f6f8; }
body { overflow-wrap: anywhere; }
header { background: #0b3d66; color: #fff; padding: 1.5rem 1rem; }
header > *, main, footer { max-width: 44rem; margin-inline: auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin-block: 0 .5rem; }
header p { margin-block: 0; }
main { padding: 1rem; }
section { background: #fff; border: 1px solid #ccd3da; border-radius: .5rem; padding: 1rem; margin-block: 0 1rem; }
h2 { font-size: 1.125rem; line-height: 1.3; margin-block: 0 .5rem; color: #0b3d66; }
ol, ul { margin-block: 0; padding-inline-start: 1.5rem; }
li { margin-block: .5rem; }
li span { display: block; color: #45464f; }
section p { margin-block: .75rem 0; }
footer { padding: 0 1rem 2rem; color: #45464f; font-size: .9375rem; }
@media print { body, header { background: #fff; color: #000; } section { border: 0; padding: 0; break-inside: avoid; } }
"""


def notice_html(spec: Spec, contact: Contact) -> bytes:
    """Return the notice as an HTML page in Bahasa Indonesia, UTF-8.

    Raises:
        SpecError: nobody hands this SOP in.
    """
    notice = service_notice(spec, contact)
    return ("\n".join(_page(notice, contact)) + "\n").encode()


def _page(notice: Notice, contact: Contact) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="id">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(notice.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<header>\n<h1>{escape(notice.title)}</h1>\n<p>{escape(notice.issuer)}</p>\n</header>"
    yield f"<main>\n<p>{escape(notice.purpose)}</p>"
    for number, section in enumerate(notice.sections, start=1):
        yield from _section(section, f"bagian-{number}")
    yield f"</main>\n<footer>\n<p>{escape(contact.government)}<br>{escape(notice.version)}</p>\n</footer>"
    yield "</body>\n</html>"


def _section(section: Section, name: str) -> Iterator[str]:
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(section.title)}</h2>'
    if section.entries:
        tag = "ol" if section.numbered else "ul"
        yield f"<{tag}>\n" + "\n".join(_entry(entry) for entry in section.entries) + f"\n</{tag}>"
    yield from (f"<p>{escape(remark)}</p>" for remark in section.remarks)
    yield "</section>"


def _entry(entry: Entry) -> str:
    if not entry.detail:
        return f"<li>{escape(entry.head)}</li>"
    return f"<li><strong>{escape(entry.head)}</strong> <span>{escape(entry.detail)}</span></li>"
