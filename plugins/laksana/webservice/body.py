"""Reads a request's body, no more of it than a form can need."""

from __future__ import annotations

from fastapi import Request

from laksana.intake.forms import MAX_BYTES


async def read_body(request: Request) -> bytes:
    """Return the body; one that is too long comes back just long enough to be refused."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            break
    return body
