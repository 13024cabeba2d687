"""Keep every version of an SOP that was in force, and by which one a case goes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column(
        "request",
        sa.Column(
            "spec_digest", sa.String(length=64), server_default="", nullable=False,
            comment="version of the SOP that the case goes by; empty before its first step, and of old cases",
        ),
    )  # fmt: skip
    op.create_table(
        "sop_version",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="over the file's data; the same as in the ledger"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the text"),
        sa.Column("text", sa.Text(), nullable=False, comment="the SOP file as it was first seen with this data"),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "digest", name=op.f("pk_sop_version")),
        sa.UniqueConstraint("slug", "sha256", name=op.f("uq_sop_version_slug")),
    )
    op.create_table(
        "sop_snapshot",
        sa.Column(
            "version", sa.String(length=64), nullable=False, comment="hash of the manifest; Airflow's bundle version"
        ),
        sa.Column(
            "manifest", sa.JSON(), nullable=False,
            comment="SOPs with the hash of their text; broken and withdrawn ones",
        ),
        sa.Column(
            "taken_at", sa.DateTime(timezone=True), nullable=False, comment="when it came into force last"
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_sop_snapshot")),
    )  # fmt: skip
    op.create_index(op.f("ix_sop_snapshot_taken_at"), "sop_snapshot", ["taken_at"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("sop_snapshot")
    op.drop_table("sop_version")
    op.drop_column("request", "spec_digest")
