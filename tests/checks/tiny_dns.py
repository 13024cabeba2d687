"""A DNS server of a few lines on a loopback port: it answers over UDP what the test tells it to, or nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Answer = Callable[[dns.message.Message], dns.message.Message | None]


def answer(
    *records: str, status: str = "NOERROR", authoritative: bool = True, authority: tuple[str, ...] = ()
) -> Answer:
    """Give records (``name ttl IN type value``) to every question of their type, and an alias to every question."""

    def give(question: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(question)
        reply.set_rcode(dns.rcode.from_text(status))
        if authoritative:
            reply.flags |= dns.flags.AA
        for section, lines in ((reply.answer, records), (reply.authority, authority)):
            for line in lines:
                name, ttl, _, kind, value = line.split(" ", 4)
                rrset = dns.rrset.from_text(name, int(ttl), "IN", kind, value)
                if section is reply.authority or kind == "CNAME" or rrset.rdtype == question.question[0].rdtype:
                    section.append(rrset)
        return reply

    return give


def silence(_: dns.message.Message) -> None:
    """Answer nothing."""


@contextmanager
def serving(give: Answer) -> Iterator[int]:
    """Serve on a free loopback port and give its number."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    wire, sender = door.recvfrom(4096)
                except TimeoutError:
                    continue
                reply = give(dns.message.from_wire(wire))
                if reply is not None:
                    door.sendto(reply.to_wire(), sender)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            ended.set()
            thread.join()
