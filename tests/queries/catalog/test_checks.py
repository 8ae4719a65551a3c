"""The checks of a catalog, case by case: tables as offered, and every offender expected.

A case is a folder of tables and `expected.csv`, worked out by hand. All checks run on every case,
so a case also shows what must not offend.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store import catalog_build, catalog_source
from pipeline.store.catalog_build import CHECKS

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_checks_return_the_offenders_and_no_others(case: Path) -> None:
    with duckdb.connect() as con:
        catalog_source.give(con, catalog_source.find(case))
        catalog_build.stage(con, case)
        found = catalog_build.offenders(con)
    expected = pl.read_csv(case / "expected.csv", infer_schema=False)
    assert_frame_equal(found, expected, check_row_order=False)


def test_every_check_has_a_case_that_it_catches() -> None:
    caught = {
        name
        for case in CASES
        for name in pl.read_csv(case / "expected.csv", infer_schema=False)["check"]
    }
    assert caught == set(CHECKS)
