"""Keep what routine rounds see of services, their outages, and which round works on what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "observation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False, comment="case of the routine SOP that looked"),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("service_kind", sa.String(length=40), nullable=False),
        sa.Column("service_name", sa.String(length=255), nullable=False),
        sa.Column(
            "what", sa.String(length=20), nullable=False,
            comment="status, pengaktifan, cadangan, pembaruan, resource, kuota",
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "ticket", "step", "service_kind", "service_name", "what", name=op.f("uq_observation_ticket")
        ),
    )  # fmt: skip
    op.create_index("ix_observation_service", "observation", ["service_kind", "service_name", "what", "at"])
    op.create_table(
        "outage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_kind", sa.String(length=40), nullable=False),
        sa.Column("service_name", sa.String(length=255), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first seen down"),
        sa.Column("found_by", sa.String(length=40), nullable=False, comment="ticket"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column(
            "repaired", sa.Boolean(), server_default="false", nullable=False,
            comment="true where a playbook ended it",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )  # fmt: skip
    op.create_index(
        "uq_outage_open", "outage", ["service_kind", "service_name"], unique=True,
        postgresql_where="ended_at IS NULL",
    )  # fmt: skip
    op.create_table(
        "round_claim",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("service_kind", sa.String(length=40), nullable=False),
        sa.Column("service_name", sa.String(length=255), nullable=False),
        sa.Column("ticket", sa.String(length=40), nullable=False, comment="the round that works on the service now"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "service_kind", "service_name", name=op.f("pk_round_claim")),
    )
    op.create_index(op.f("ix_round_claim_ticket"), "round_claim", ["ticket"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("round_claim")
    op.drop_table("outage")
    op.drop_table("observation")
