"""The client of Cloudflare's DNS records API (v4) for one zone; knows its envelope and codes, no service of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from laksana.provisioning.providers.calls import Answer, Call, FarSide
from laksana.provisioning.providers.faults import FarSideError, strange_answer

NAME = "Cloudflare"
TOKEN_CODES = frozenset({6003, 6111, 9103, 9106, 9109, 10000})
"""Codes of a token that is malformed, unknown, or not allowed to do this."""
ZONE_CODES = frozenset({1001, 7000, 7003})
"""Codes of a zone id that leads nowhere."""
TAKEN_CODES = frozenset({81053, 81054, 81056, 81057, 81058})
"""Codes of a record that can't be beside what the name has already."""
_PAGE = 100
_PAGES = 100


@dataclass(frozen=True)
class Record:
    """A record as the API shows it."""

    id: str
    kind: str
    name: str
    content: str
    ttl: int
    proxied: bool
    comment: str


class CloudflareZone:
    """The records of one zone."""

    def __init__(self, far: FarSide, zone_id: str) -> None:
        """Keep the session and the zone."""
        self.far = far
        self._path = f"/zones/{zone_id}/dns_records"

    def records(self, name: str) -> list[Record]:
        """Return all records of a name, of every type."""
        return [record for record in self._pages(name) if record.name.lower() == name.lower()]

    def create(self, record: Record) -> Record:
        """Make a record and return it as it was made; an identical one is refused by the API itself."""
        answer = self.far.ask(Call("POST", self._path, json=_body(record)))
        return _record(_result(answer, Mapping))

    def change(self, record: Record) -> None:
        """Set all of a record's values; the id says which record."""
        call = Call("PATCH", f"{self._path}/{record.id}", json=_body(record), repeatable=True)
        _result(self.far.ask(call), Mapping)

    def delete(self, record: Record) -> None:
        """Remove a record."""
        _result(self.far.ask(Call("DELETE", f"{self._path}/{record.id}")), Mapping)

    def _pages(self, name: str) -> Iterator[Record]:
        """Yield what the API finds for a name, page by page; a filter it does not know may give the whole zone."""
        for page in range(1, _PAGES + 1):
            query: dict[str, str | int] = {"name.exact": name, "page": page, "per_page": _PAGE}
            answer = self.far.ask(Call("GET", self._path, query=query, repeatable=True))
            rows = _result(answer, list)
            yield from (_record(row) for row in rows)
            info = answer.data.get("result_info")
            total = info.get("total_pages") if isinstance(info, Mapping) else None
            if not rows or not isinstance(total, int) or page >= total:
                return
        raise strange_answer(NAME, f"lebih dari {_PAGES} halaman")


def _body(record: Record) -> dict[str, Any]:
    return {
        "type": record.kind, "name": record.name, "content": record.content, "ttl": record.ttl,
        "proxied": record.proxied, "comment": record.comment,
    }  # fmt: skip


def _record(row: Any) -> Record:
    """Read one record; the zone's own NS or SOA rows may lack what ours have."""
    if not isinstance(row, Mapping) or not all(isinstance(row.get(key), str) for key in ("id", "type", "name")):
        raise strange_answer(NAME, "record tanpa id, type, atau name")
    return Record(
        id=row["id"], kind=row["type"], name=row["name"], content=str(row.get("content", "")),
        ttl=row["ttl"] if isinstance(row.get("ttl"), int) else 0, proxied=row.get("proxied") is True,
        comment=str(row.get("comment") or ""),
    )  # fmt: skip


def _result(answer: Answer, kind: type[Any]) -> Any:
    """Take the result out of its envelope.

    Raises:
        FarSideError: the API refused, or answered in another shape.
    """
    if answer.data.get("success") is not True:
        raise _refusal(answer)
    result = answer.data.get("result")
    if not isinstance(result, kind):
        raise strange_answer(NAME, "result tidak berbentuk semestinya")
    return result


def _refusal(answer: Answer) -> FarSideError:
    """Say a refusal in words, by its codes."""
    found = answer.data.get("errors")
    errors = [error for error in found if isinstance(error, Mapping)] if isinstance(found, list) else []
    codes = frozenset(code for error in errors if isinstance(code := error.get("code"), int))
    said = "; ".join(f"{error.get('message', '')} (kode {error.get('code')})" for error in errors)
    if codes & TOKEN_CODES:
        text = f"{NAME} menolak token: {said}; periksa LAKSANA_CLOUDFLARE_TOKEN_FILE dan hak token atas zona"
    elif codes & ZONE_CODES:
        text = f"{NAME} tidak mengenal zona: {said}; periksa LAKSANA_CLOUDFLARE_ZONE_ID"
    elif codes & TAKEN_CODES:
        text = f"nama sudah dipakai di {NAME}: {said}"
    else:
        text = f"{NAME} menolak: {said or f'HTTP {HTTPStatus(answer.status)}'}"
    return FarSideError(text, codes=codes)
