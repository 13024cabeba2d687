"""The tables of Laksana's own database, as SQLAlchemy Core; what a row means is its room's business.

A change here comes with a migration under ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

request = Table(
    "request",
    metadata,
    Column("ticket", String(40), primary_key=True, comment="ticket number, also the run id"),
    Column("slug", String(80), nullable=False, comment="which SOP"),
    Column("source", String(40), nullable=False, comment="where it came in: cli, http, airflow"),
    Column("idempotency_key", String(200), nullable=False),
    Column("applicant", String(80), nullable=False, comment="login of who asked"),
    Column("data", JSON, nullable=False, comment="the form as it stands now"),
    Column("status", String(40), nullable=False),
    Column("run_id", String(250), nullable=False),
    Column("run_started", Boolean, nullable=False, default=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column(
        "spec_digest", String(64), nullable=False, server_default="",
        comment="version of the SOP that the case goes by; empty before its first step, and of old cases",
    ),
    UniqueConstraint("source", "applicant", "idempotency_key"),
)  # fmt: skip

ticket_counter = Table(
    "ticket_counter",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("ticket", String(40), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(40), nullable=False, comment="dibuka, status, catatan, dokumen, dilengkapi"),
    Column("text", Text, nullable=False),
    Column("record", JSON),
    Column("once_key", String(200), comment="an event with the same key is kept once, so that a retry adds nothing"),
    UniqueConstraint("ticket", "once_key"),
)

artefact = Table(
    "artefact",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("ticket", String(40), nullable=False),
    Column("name", String(200), nullable=False, comment="the output's name on the SOP sheet"),
    Column("step", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("record", JSON, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("ticket", "name", "step", "attempt"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("ticket", String(40), nullable=False, index=True),
    Column("entry", Text, nullable=False, comment="canonical JSON of the decision, exactly as hashed"),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("once_key", String(300), nullable=False, unique=True, comment="one gate answer is entered once"),
)

holder = Table(
    "holder",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("role", String(80), nullable=False, index=True),
    Column("username", String(80), nullable=False),
    Column("name", String(200), nullable=False),
    Column("rank", String(100), nullable=False, default=""),
    Column("nip", String(30), nullable=False, default=""),
    Column("agency", String(200), nullable=False, default=""),
    Column("capacity", String(20), nullable=False, default="definitif", comment="definitif, plt, plh, pj"),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("decree", String(100), nullable=False, default=""),
    UniqueConstraint("role", "username", "valid_from"),
)

letter_number = Table(
    "letter_number",
    metadata,
    Column("kind", String(60), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("number", String(120), nullable=False, unique=True),
    Column("ticket", String(40), nullable=False),
    Column("state", String(20), nullable=False, comment="drawn, used, void"),
    Column("reason", Text, nullable=False, default=""),
    Column("drawn_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("kind", "ticket"),
)

service = Table(
    "service",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", String(40), nullable=False, comment="subdomain, hosting, vps"),
    Column("name", String(255), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("contact", String(200), nullable=False),
    Column("specification", JSON, nullable=False),
    Column("place", String(100), nullable=False),
    Column("ticket", String(40), nullable=False),
    Column("state", String(20), nullable=False, comment="dipesan, aktif, dihapus"),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("phone", String(30), nullable=False, server_default=""),
    Column("expires_on", Date, comment="due for renewal"),
    Index("uq_service_live_name", "kind", "name", unique=True, postgresql_where="state <> 'dihapus'"),
)

service_event = Table(
    "service_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("service_id", BigInteger, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(20), nullable=False, comment="dipesan, aktif, diubah, dihapus, impor"),
    Column("ticket", String(40), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
)

service_growth = Table(
    "service_growth",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("service_id", BigInteger, nullable=False),
    Column("ticket", String(40), nullable=False, unique=True),
    Column("growth", JSON, nullable=False, comment="how much more of each resource"),
    Column("state", String(20), nullable=False, comment="dipesan, terpasang, dihapus"),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("uq_service_growth_open", "service_id", unique=True, postgresql_where="state = 'dipesan'"),
)

secret = Table(
    "secret",
    metadata,
    Column("ticket", String(40), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("ciphertext", Text, nullable=False, comment="encrypted with a key that is not in the database"),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

handover = Table(
    "handover",
    metadata,
    Column("ticket", String(40), primary_key=True),
    Column("items", JSON, nullable=False, comment="label and name of each secret"),
    Column("code_hash", String(64), nullable=False, server_default="", comment="of the one-time code, if one is out"),
    Column("wrong_codes", Integer, nullable=False, server_default="0"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("shown_at", DateTime(timezone=True)),
    Column("shown_to", String(80), nullable=False, server_default=""),
)

observation = Table(
    "observation",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("ticket", String(40), nullable=False, comment="case of the routine SOP that looked"),
    Column("step", Integer, nullable=False),
    Column("service_kind", String(40), nullable=False),
    Column("service_name", String(255), nullable=False),
    Column("what", String(20), nullable=False, comment="status, pengaktifan, cadangan, pembaruan, resource, kuota"),
    Column("passed", Boolean, nullable=False),
    Column("record", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("ticket", "step", "service_kind", "service_name", "what"),
    Index("ix_observation_service", "service_kind", "service_name", "what", "at"),
)

outage = Table(
    "outage",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("service_kind", String(40), nullable=False),
    Column("service_name", String(255), nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False, comment="when it was first seen down"),
    Column("found_by", String(40), nullable=False, comment="ticket"),
    Column("cause", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", String(40), nullable=False, server_default=""),
    Column("repaired", Boolean, nullable=False, server_default="false", comment="true where a playbook ended it"),
    Index("uq_outage_open", "service_kind", "service_name", unique=True, postgresql_where="ended_at IS NULL"),
)

round_claim = Table(
    "round_claim",
    metadata,
    Column("slug", String(80), primary_key=True),
    Column("service_kind", String(40), primary_key=True),
    Column("service_name", String(255), primary_key=True),
    Column("ticket", String(40), nullable=False, index=True, comment="the round that works on the service now"),
    Column("since", DateTime(timezone=True), nullable=False),
)

sop_version = Table(
    "sop_version",
    metadata,
    Column("slug", String(80), primary_key=True),
    Column("digest", String(64), primary_key=True, comment="over the file's data; the same as in the ledger"),
    Column("sha256", String(64), nullable=False, comment="of the text"),
    Column("text", Text, nullable=False, comment="the SOP file as it was first seen with this data"),
    Column("first_seen", DateTime(timezone=True), nullable=False),
    UniqueConstraint("slug", "sha256"),
)

sop_snapshot = Table(
    "sop_snapshot",
    metadata,
    Column("version", String(64), primary_key=True, comment="hash of the manifest; Airflow's bundle version"),
    Column("manifest", JSON, nullable=False, comment="SOPs with the hash of their text; broken and withdrawn ones"),
    Column("taken_at", DateTime(timezone=True), nullable=False, index=True, comment="when it came into force last"),
)
