"""What tests begin with: done once, and a copy of it is a home as any other."""

from pathlib import Path

import pytest

from tests.flow import homes
from tests.flow.homes import ALPHA, asked, copied, line, report, take, tree
from tests.flow.once import Once


def test_the_same_is_done_once_and_all_else_anew(
    stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def counted(path: Path, home: Path, **order: str) -> object:
        done.append(home.parent.name)
        (home / "done").write_bytes(path.read_bytes())
        return (path.name, order)

    monkeypatch.setattr(homes, "take", counted)
    (tmp_path / "kept").mkdir()
    once, path = Once(tmp_path / "kept"), report(tmp_path / "r.csv", [line(ALPHA, "5")])
    first, again, other, older = (
        copied(stocked, tmp_path / name) for name in ("first", "again", "other", "older")
    )
    (older / "settings.toml").write_text("threads = 1\n", encoding="utf-8")
    told = once.take(path, first)
    before = tree(again)
    assert once.take(path, again) is told
    assert tree(again) != before
    once.take(path, other, period="2026-08")
    once.take(path, older)
    report(path, [line(ALPHA, "6")])
    once.take(path, copied(stocked, tmp_path / "more"))
    assert done == ["first", "other", "older", "more"]


def test_a_copy_is_whole_and_of_its_own(stocked: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    once, path = Once(tmp_path / "kept"), report(tmp_path / "r.csv", [line(ALPHA, "5")])
    for name in ("first", "second"):
        home = copied(stocked, tmp_path / name)
        once.take(path, home)
        assert asked(home, "SELECT sum(amount)::INTEGER FROM sales") == [(5,)]
        before = tree(home)
        take(path, home)  # unchanged: nothing is made anew, not even the views
        assert tree(home) == before
        (home / "royalty.duckdb").unlink()  # of this home alone
