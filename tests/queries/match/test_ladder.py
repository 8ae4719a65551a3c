"""The exact steps of the ladder, case by case: report lines, a catalog, the decisions expected.

A case is a folder: a catalog's tables as they are loaded, `report.csv`, perhaps `decisions.csv`,
and `expected.csv`, which has one row per line of the report, in its order.
"""

from pathlib import Path

import polars as pl
import pytest

from pipeline.match.exact import resolve
from tests.queries.match.catalogs import identified, opened, table

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/report.csv"))
SHOWN = ("recording_id", "release_id", "method", "fault", "candidates")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_ladder_decides_as_expected(case: Path) -> None:
    report = table(case / "report.csv")
    assert decided(case, report) == rows(report, table(case / "expected.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_line_is_decided_alone(case: Path) -> None:
    """What else is asked, and in which order, changes nothing."""
    report = table(case / "report.csv")
    expected = rows(report, table(case / "expected.csv"))
    assert decided(case, report.reverse()) == expected[::-1]
    assert decided(case, report.head(1)) == expected[:1]


def decided(case: Path, report: pl.DataFrame) -> list[dict[str, str | None]]:
    given = case / "decisions.csv"
    with opened(case, table(given) if given.exists() else None) as con:
        found = resolve(con, identified(report))
    listed = pl.col("candidates").list.join(" ").replace("", None)
    return rows(report, found.with_columns(listed))


def rows(report: pl.DataFrame, decisions: pl.DataFrame) -> list[dict[str, str | None]]:
    """Decisions beside what each line shows, so that a failure can be read."""
    assert decisions.height == report.height
    why = report.select("why")
    return pl.concat([why, decisions.select(SHOWN)], how="horizontal").to_dicts()


def test_there_are_cases() -> None:
    assert len(CASES) >= 13
