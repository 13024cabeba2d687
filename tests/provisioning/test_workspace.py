"""Every try has a folder of its own."""

from pathlib import Path

import pytest

from laksana.errors import ProvisioningError
from laksana.provisioning.workspace import Workspace, make_workspace


def test_folders_are_private_and_never_the_same(tmp_path: Path) -> None:
    made = [make_workspace(tmp_path, ticket="LKS-2026-0001", step="langkah_04", attempt=2) for _ in range(3)]
    assert [str(folder.relative_to(tmp_path)) for folder in made] == [
        f"runs/LKS-2026-0001/langkah_04-2-{number}" for number in (1, 2, 3)
    ]
    assert {folder.stat().st_mode & 0o777 for folder in made} == {0o700}
    assert made[0].parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", ".x", "a b", "a" * 101])
def test_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProvisioningError, match="can't name a folder"):
        make_workspace(tmp_path, ticket=name, step="x", attempt=1)
    with pytest.raises(ProvisioningError, match="can't name a folder"):
        make_workspace(tmp_path, ticket="x", step=name, attempt=1)


def test_used_or_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvisioningError, match="does not exist"):
        Workspace(tmp_path / "none")
    (tmp_path / "x").touch()
    with pytest.raises(ProvisioningError, match="used before"):
        Workspace(tmp_path)


def test_state_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(ProvisioningError, match="can't be made"):
        make_workspace(tmp_path / "state", ticket="a", step="b", attempt=1)
