"""Makes the second applicant's account; run with the stack's environment, in a process that may import Airflow."""

from __future__ import annotations

from laksana.engine.accounts import APPLYING, open_office
from laksana.settings import current
from tests.scenarios.people import OTHER_APPLICANT
from tests.stack.keys import generated_password


def main() -> None:
    """Make the account with a generated password."""
    password = generated_password(current().state_dir / "secrets" / f"{OTHER_APPLICANT}.password")
    with open_office() as office:
        office.create_account(OTHER_APPLICANT, password, "Yusuf Hidayat, S.T.", [APPLYING])


if __name__ == "__main__":
    main()
