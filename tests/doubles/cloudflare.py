"""A double of Cloudflare's DNS records API (v4): one zone, its envelope, pages, rules and codes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from tests.doubles.serving import Call, Double, Reply

ZONE_ID = "0123456789abcdef0123456789abcdef"
ZONE = "gresikkab.go.id"
TOKEN = "marker-cloudflare-token-7Hq2"  # noqa: S105  # the double's own; searched for in all that a run leaves
_IDS = itertools.count(1)
_ADDRESS_KINDS = {"A", "AAAA"}
_SHORTEST_TTL, _LONGEST_TTL = 60, 86_400


class CloudflareDouble(Double):
    """One zone with its records."""

    def __init__(self) -> None:
        super().__init__()
        self.zone = ZONE
        self.records: dict[str, dict[str, Any]] = {}
        self.page_limit = 100
        """Records that a page holds at most, whatever is asked for."""
        self.may_write = True
        """False: the token may read only."""
        self.knows_filters = True
        """False: every list is the whole zone."""

    @property
    def url(self) -> str:
        """The API's base address."""
        return f"{self.address}/client/v4"

    def put(self, name: str, content: str, *, kind: str = "A", comment: str = "", **more: Any) -> str:
        """Make a record by another's hand and return its id."""
        record = {"type": kind, "name": name, "content": content, "ttl": 300, "proxied": False, "comment": comment}
        return str(self._store(record | more)["id"])

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return a name's records."""
        return [record for record in self.records.values() if record["name"] == name]

    def changes(self) -> int:
        """Count the calls that were to change something."""
        return sum(call.method != "GET" for call in self.calls)

    def answer(self, call: Call) -> Reply:
        """Check token and zone, then do what is asked."""
        header = call.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return _no(400, 6003, "Invalid request headers")
        if header != f"Bearer {TOKEN}":
            return _no(403, 9109, "Invalid access token")
        if call.method != "GET" and not self.may_write:
            return _no(403, 10000, "Authentication error")
        base = f"/client/v4/zones/{ZONE_ID}/dns_records"
        if not call.path.startswith(base):
            return _no(404, 7003, "Could not route to the zone, perhaps your object identifier is invalid?")
        return self._act(call, call.path.removeprefix(base).strip("/"))

    def _act(self, call: Call, record_id: str) -> Reply:
        if call.method == "GET":
            return self._list(call.query)
        if call.method == "POST":
            return self._create(call.body)
        if record_id not in self.records:
            return _no(404, 81044, "Record does not exist.")
        if call.method == "DELETE":
            del self.records[record_id]
            return _yes({"id": record_id})
        self.records[record_id] |= dict(call.body)
        return _yes(self.records[record_id])

    def _list(self, query: Mapping[str, str]) -> Reply:
        name = query.get("name.exact", "").lower() if self.knows_filters else ""
        found = [record for record in self.records.values() if not name or record["name"].lower() == name]
        size = min(int(query.get("per_page", "100")), self.page_limit)
        page = int(query.get("page", "1"))
        shown = found[(page - 1) * size : page * size]
        info = {
            "page": page, "per_page": size, "count": len(shown), "total_count": len(found),
            "total_pages": -(-len(found) // size),
        }  # fmt: skip
        return Reply(200, {"result": shown, "success": True, "errors": [], "messages": [], "result_info": info})

    def _create(self, body: Mapping[str, Any]) -> Reply:
        name = str(body["name"])
        if name != self.zone and not name.endswith(f".{self.zone}"):
            name = f"{name}.{self.zone}"
        if not _SHORTEST_TTL <= int(body["ttl"]) <= _LONGEST_TTL and body["ttl"] != 1:
            return _no(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")
        for other in self.named(name):
            if other["type"] == body["type"] and other["content"] == body["content"]:
                return _no(400, 81058, "An identical record already exists.")
            if "CNAME" in {other["type"], body["type"]}:
                return _no(400, 81053, "An A, AAAA, or CNAME record with that host already exists.")
        return _yes(self._store({**body, "name": name}))

    def _store(self, record: dict[str, Any]) -> dict[str, Any]:
        record_id = f"{next(_IDS):032x}"
        stored = record | {"id": record_id, "proxiable": record["type"] in _ADDRESS_KINDS, "tags": [], "settings": {}}
        self.records[record_id] = stored
        return stored


def _yes(result: Any) -> Reply:
    return Reply(200, {"result": result, "success": True, "errors": [], "messages": []})


def _no(status: int, code: int, message: str) -> Reply:
    errors = [{"code": code, "message": message}]
    return Reply(status, {"result": None, "success": False, "errors": errors, "messages": []})
