"""Held lines in many files: each line stands in one of them, once, whoever wrote beside it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.flow import held
from tests.flow.homes import SETTINGS, asked, assert_conserved, frame, line, report, take

LINES = 40
HELD = (
    "SELECT line, ledger_id, payload_sha256, amount FROM staged UNION ALL "
    "SELECT line, ledger_id, payload_sha256, amount FROM quarantine ORDER BY line"
)


def test_many_files_hold_the_lines_of_one(
    homes: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [
        line("", str(at), "XQZ" if at % 4 == 0 else "EUR", title=f"Nobody knows {at}")
        for at in range(1, LINES + 1)
    ]
    path = report(tmp_path / "r.csv", cells)
    one, many = homes("one"), homes("many")
    take(path, one)
    monkeypatch.setattr(held, "ROWS_PER_FILE", 1)
    take(path, many, replace(SETTINGS, part_bytes=200))
    count = "SELECT count(*) FROM files WHERE tbl = 'staged'"
    assert asked(one, count) == [(1,)]
    assert asked(many, count)[0][0] > 2 * held._AT_ONCE
    assert asked(many, HELD) == asked(one, HELD)
    assert [row[0] for row in asked(many, HELD)] == [*range(2, LINES + 2)]
    assert frame(many, "ledger_state").height == frame(one, "ledger_state").height
    euros = sum(at for at in range(1, LINES + 1) if at % 4)
    others = sum(at for at in range(1, LINES + 1) if at % 4 == 0)
    assert_conserved(many, {"EUR": Decimal(euros), "XQZ": Decimal(others)}, LINES)
