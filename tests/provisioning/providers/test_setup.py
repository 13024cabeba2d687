"""What a provider reads before its first call, and what it refuses."""

from pathlib import Path

import pytest

from laksana.errors import ProviderError
from laksana.provisioning.providers.setup import checked_authority, checked_url, read_token

SECRET = "marker-token-in-a-file-5Tb"  # noqa: S105  # must not be shown


def test_token_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n")

    assert read_token("LAKSANA_X", tmp_path / "token") == SECRET


@pytest.mark.parametrize("text", ["", "\n", f"{SECRET}\nsecond line", f"Bearer {SECRET}", f"{SECRET}é"])
def test_file_without_a_token_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)

    with pytest.raises(ProviderError, match=r"LAKSANA_X=.*holds no token") as caught:
        read_token("LAKSANA_X", tmp_path / "token")
    assert SECRET not in str(caught.value)


def test_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"LAKSANA_X=.*nothing can't be read \(No such file"):
        read_token("LAKSANA_X", tmp_path / "nothing")


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ProviderError, match="it is no text"):
        read_token("LAKSANA_X", tmp_path / "token")


@pytest.mark.parametrize(
    "url", ["https://api.example.com/v4/", "http://127.0.0.1:8080", "http://localhost/", "https://[::1]:1"]
)
def test_safe_address_is_taken_without_its_final_slash(url: str) -> None:
    assert checked_url("LAKSANA_X", url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "", "api.example.com", "http://api.example.com", "http://10.0.0.1", "ftp://127.0.0.1", "https://", "https://x:y",
        "https://x/?token=1", "https://x/#y", "file:///etc/passwd", "http://127.0.0.1.example.com",
    ],
)  # fmt: skip
def test_unsafe_address_is_refused(url: str) -> None:
    with pytest.raises(ProviderError, match="LAKSANA_X"):
        checked_url("LAKSANA_X", url)


def test_login_in_an_address_is_not_shown() -> None:
    with pytest.raises(ProviderError) as caught:
        checked_url("LAKSANA_X", f"https://root:{SECRET}@x")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", ["", "no certificate"])
def test_authority_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "ca").write_text(text)

    with pytest.raises(ProviderError, match=r"LAKSANA_X=.*PEM"):
        checked_authority("LAKSANA_X", tmp_path / "ca")
