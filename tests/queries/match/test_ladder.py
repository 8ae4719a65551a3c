"""The exact steps of the ladder, case by case: report lines, a catalog, the decisions expected.

A case is a folder: a catalog's tables as they are loaded, `report.csv`, perhaps `decisions.csv`,
and `expected.csv`, which has one row per line of the report, in its order.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.match.exact import resolve
from tests.queries.match.catalogs import identified, opened, table

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/report.csv"))
SHOWN = ("recording_id", "release_id", "method", "fault", "candidates")
CatalogOf = Callable[[Path], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def catalog_of() -> CatalogOf:
    """The catalog and decisions of a case, built once; to be asked changes neither."""

    @cache
    def built(case: Path) -> duckdb.DuckDBPyConnection:
        given = case / "decisions.csv"
        return opened(case, table(given) if given.exists() else None)

    return built


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_ladder_decides_as_expected(case: Path, catalog_of: CatalogOf) -> None:
    report = table(case / "report.csv")
    assert decided(catalog_of(case), report) == rows(report, table(case / "expected.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_line_is_decided_alone(case: Path, catalog_of: CatalogOf) -> None:
    """What else is asked, and in which order, changes nothing."""
    report = table(case / "report.csv")
    expected = rows(report, table(case / "expected.csv"))
    assert decided(catalog_of(case), report.reverse()) == expected[::-1]
    assert decided(catalog_of(case), report.head(1)) == expected[:1]


def decided(con: duckdb.DuckDBPyConnection, report: pl.DataFrame) -> list[dict[str, str | None]]:
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
