"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "artefact",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False, comment="the output's name on the SOP sheet"),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artefact")),
        sa.UniqueConstraint("ticket", "name", "step", "attempt", name=op.f("uq_artefact_ticket")),
    )
    op.create_table(
        "holder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.String(length=100), nullable=False),
        sa.Column("nip", sa.String(length=30), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False, comment="definitif, plt, plh, pj"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decree", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder")),
        sa.UniqueConstraint("role", "username", "valid_from", name=op.f("uq_holder_role")),
    )
    op.create_index(op.f("ix_holder_role"), "holder", ["role"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False, comment="canonical JSON of the decision, exactly as hashed"),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("once_key", sa.String(length=300), nullable=False, comment="one gate answer is entered once"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_hash")),
        sa.UniqueConstraint("once_key", name=op.f("uq_ledger_once_key")),
    )
    op.create_index(op.f("ix_ledger_ticket"), "ledger", ["ticket"], unique=False)
    op.create_table(
        "letter_number",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False, comment="drawn, used, void"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", "sequence", name=op.f("pk_letter_number")),
        sa.UniqueConstraint("kind", "ticket", name=op.f("uq_letter_number_kind")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number_number")),
    )
    op.create_table(
        "request",
        sa.Column("ticket", sa.String(length=40), nullable=False, comment="ticket number, also the run id"),
        sa.Column("slug", sa.String(length=80), nullable=False, comment="which SOP"),
        sa.Column("source", sa.String(length=40), nullable=False, comment="where it came in: cli, http, airflow"),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("applicant", sa.String(length=80), nullable=False, comment="login of who asked"),
        sa.Column("data", sa.JSON(), nullable=False, comment="the form as it stands now"),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=250), nullable=False),
        sa.Column("run_started", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_request")),
        sa.UniqueConstraint("source", "applicant", "idempotency_key", name=op.f("uq_request_source")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="subdomain, hosting, vps"),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False, comment="dipesan, aktif, dihapus"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    op.create_index(
        "uq_service_live_name", "service", ["kind", "name"], unique=True, postgresql_where="state <> 'dihapus'"
    )
    op.create_table(
        "ticket_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_ticket_counter")),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="dibuka, status, catatan, dokumen, dilengkapi"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column(
            "once_key",
            sa.String(length=200),
            nullable=True,
            comment="an event with the same key is kept once, so that a retry adds nothing",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
        sa.UniqueConstraint("ticket", "once_key", name=op.f("uq_ticket_event_ticket")),
    )
    op.create_index(op.f("ix_ticket_event_ticket"), "ticket_event", ["ticket"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_ticket_event_ticket"), table_name="ticket_event")
    op.drop_table("ticket_event")
    op.drop_table("ticket_counter")
    op.drop_index("uq_service_live_name", table_name="service", postgresql_where="state <> 'dihapus'")
    op.drop_table("service")
    op.drop_table("request")
    op.drop_table("letter_number")
    op.drop_index(op.f("ix_ledger_ticket"), table_name="ledger")
    op.drop_table("ledger")
    op.drop_index(op.f("ix_holder_role"), table_name="holder")
    op.drop_table("holder")
    op.drop_table("artefact")
