"""Keep the history and growth of services, and secrets with their hand-over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("service", sa.Column("phone", sa.String(length=30), server_default="", nullable=False))
    op.add_column("service", sa.Column("expires_on", sa.Date(), nullable=True, comment="due for renewal"))
    op.create_table(
        "service_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="dipesan, aktif, diubah, dihapus, impor"),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_event")),
    )
    op.create_index(op.f("ix_service_event_service_id"), "service_event", ["service_id"])
    op.create_table(
        "service_growth",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("growth", sa.JSON(), nullable=False, comment="how much more of each resource"),
        sa.Column("state", sa.String(length=20), nullable=False, comment="dipesan, terpasang, dihapus"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_growth")),
        sa.UniqueConstraint("ticket", name=op.f("uq_service_growth_ticket")),
    )
    op.create_index(
        "uq_service_growth_open", "service_growth", ["service_id"], unique=True,
        postgresql_where=sa.text("state = 'dipesan'"),
    )  # fmt: skip
    op.create_table(
        "secret",
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False, comment="encrypted with a key that is not in the database"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "name", name=op.f("pk_secret")),
    )
    op.create_table(
        "handover",
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False, comment="label and name of each secret"),
        sa.Column(
            "code_hash", sa.String(length=64), server_default="", nullable=False,
            comment="of the one-time code, if one is out",
        ),
        sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_to", sa.String(length=80), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_handover")),
    )  # fmt: skip


def downgrade() -> None:
    """Take the change back."""
    for table in ("handover", "secret", "service_growth", "service_event"):
        op.drop_table(table)
    op.drop_column("service", "expires_on")
    op.drop_column("service", "phone")
