"""Secrets come from the environment or a file that is its owner's alone, and show nowhere."""

import pickle
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.sync.secret import Secret, secret_in
from pipeline.sync.table import Table

TEXT = "correct-horse"


def found(home: Path, given: object) -> Secret | None:
    return secret_in(Table("acme", "sftp", {"password": given}), "password", home)


def kept(home: Path, mode: int) -> Path:
    """A file of a home with the secret in it."""
    path = home / "secret"
    path.write_text(f"{TEXT}\n")
    path.chmod(mode)
    return path


def test_a_file_of_its_owner_alone_is_read(tmp_path: Path) -> None:
    kept(tmp_path, 0o600)
    secret = found(tmp_path, {"file": "secret"})
    assert secret is not None
    assert secret.reveal() == TEXT


def test_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME", TEXT)
    secret = found(tmp_path, {"env": "ACME"})
    assert secret is not None
    assert secret.reveal() == TEXT


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o610, 0o666])
def test_a_file_that_others_reach_is_refused(mode: int, tmp_path: Path) -> None:
    kept(tmp_path, mode)
    with pytest.raises(UsageError, match="which others may read") as caught:
        found(tmp_path, {"file": "secret"})
    assert "chmod 600" in str(caught.value)


@pytest.mark.parametrize(
    "given", [TEXT, {"text": TEXT}, {"env": "A", "file": TEXT}, [TEXT], {"file": ""}, {"env": 7}]
)
def test_a_secret_in_the_profile_itself_is_refused_and_not_repeated(
    given: object, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="does not say where") as caught:
        found(tmp_path, given)
    assert TEXT not in str(caught.value)


def test_what_is_missing_or_empty_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME", raising=False)
    (tmp_path / "empty").touch(0o600)
    for given in ({"env": "ACME"}, {"file": "gone"}, {"file": "empty"}, {"file": "."}):
        with pytest.raises(UsageError, match=r"source acme: sftp\.password"):
            found(tmp_path, given)


def test_bytes_that_are_no_text_are_not_repeated(tmp_path: Path) -> None:
    kept(tmp_path, 0o600).write_bytes(TEXT.encode() + b"\xff")
    with pytest.raises(UsageError, match="cannot be read") as caught:
        found(tmp_path, {"file": "secret"})
    assert caught.value.__cause__ is None
    assert TEXT not in repr(caught.value)


def test_a_secret_shows_and_leaves_nowhere() -> None:
    secret = Secret(TEXT)
    told = [str(secret), repr(secret), f"{secret}", repr([secret]), repr({"a": secret})]
    assert [one for one in told if TEXT in one or "Secret(***)" not in one] == []
    with pytest.raises(TypeError):
        pickle.dumps(secret)
