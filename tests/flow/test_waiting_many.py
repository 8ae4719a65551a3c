"""What waits may be more than memory holds: screen and check of alerts answer all the same."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.cli.main import run
from pipeline.errors import UsageError
from pipeline.flow.alarms import check
from pipeline.flow.status import status
from pipeline.settings import load
from pipeline.store import lake
from tests.flow.homes import SETTINGS, line, report, take

AT = datetime(2026, 11, 1, tzinfo=UTC)
LINES = 100_000
SMALL = replace(SETTINGS, query_bytes=96 * 2**20)


def test_lines_without_a_catalog_are_told_within_little_memory(tmp_path: Path) -> None:
    """A first report, before anyone has loaded a catalog: every line waits, with an entry."""
    home = tmp_path / "home"
    path = report(
        tmp_path / "first.csv", [line("", str(n), title=f"T{n}") for n in range(1, LINES + 1)]
    )
    take(path, home, SETTINGS)
    with lake.reading(home, SMALL) as con:
        ((limit, threads),) = con.execute(
            "SELECT current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()
        assert (limit, threads) == ("96.0 MiB", 1)
    standing = status(home, SMALL, AT, 5).standing
    assert sum(one.lines for one in standing.waiting) == LINES
    assert standing.unmatched[0].amount == LINES
    check(home, SMALL, AT)
    assert not [one for one in (home / "lake" / ".run").iterdir() if one.is_dir()]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (duckdb.OutOfMemoryException("no"), "raise the setting query_bytes"),
        (ValueError("no"), "a defect of the pipeline"),
    ],
)
def test_a_question_without_room_says_which_setting_to_raise(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("typer.main.get_command", fails)
    assert run(["status"]) == 1
    assert told in capsys.readouterr().err


def test_room_in_which_nothing_can_be_asked_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("query_bytes = 1", encoding="utf-8")
    with pytest.raises(UsageError, match="query_bytes = 1 is too little"):
        load(tmp_path)
