"""Every case of `cases/*.md` by the way that reports go: catalog load, ingest, and where lines end.

Families that say what people decided are asked of the session that an ingest decides in.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from pipeline.settings import load as settings_of
from pipeline.vocab import Fault
from tests.flow import homes
from tests.flow.case_files import (
    Family,
    Row,
    amount,
    decided,
    families,
    ingested,
    stocked,
)

FAMILIES = families()
INGESTED = [family for family in FAMILIES if not family.of_people]


@pytest.fixture(scope="module")
def home_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Family], Path]:
    """The home of a family, with its catalog loaded once."""

    @cache
    def stock(name: str) -> Path:
        family = next(family for family in FAMILIES if family.name == name)
        return stocked(family, tmp_path_factory.mktemp(name))

    return lambda family: stock(family.name)


def unlike(family: Family, found: list[Row]) -> list[tuple[str, Row, Row]]:
    """The cases whose line did not become what is expected: case, found, expected."""
    both = zip(family.report, found, family.expected, strict=True)
    rows = [(row["case"], {name: got[name] for name in due}, due) for row, got, due in both]
    return [row for row in rows if row[1] != row[2]]


@pytest.mark.parametrize("family", INGESTED, ids=lambda family: family.name)
def test_a_report_is_matched_as_expected(
    family: Family, home_of: Callable[[Family], Path], tmp_path: Path
) -> None:
    home = home_of(family)
    assert unlike(family, ingested(family, home, tmp_path)) == []
    assert_money_stands_where_it_should(family, home)


def assert_money_stands_where_it_should(family: Family, home: Path) -> None:
    due = {"matched": Decimal(0), "unmatched": Decimal(0), "held": Decimal(0)}
    for place, row in enumerate(family.report):
        waits = "held" if row["fault"] == Fault.SPLITS_INCOMPLETE else "unmatched"
        due["matched" if row["method"] else waits] += amount(place)
    booked = {status: money for (_, status), (_, money) in homes.in_books(home).items()}
    assert booked == {status: money for status, money in due.items() if money}
    whole = {"EUR": Decimal(sum(amount(place) for place in range(len(family.report))))}
    homes.assert_conserved(home, whole, len(family.report))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_session_decides_as_expected(family: Family, home_of: Callable[[Family], Path]) -> None:
    """Beside what people said; terms by release are no matter of a decision alone."""
    home = home_of(family)
    held = {row["case"] for row in family.report if row["fault"] == Fault.SPLITS_INCOMPLETE}
    found = unlike(family, decided(family, home, settings_of(home)))
    assert [row for row in found if row[0] not in held] == []


def test_every_line_has_a_case_and_every_case_a_reason() -> None:
    assert sum(len(family.report) for family in FAMILIES) > 150
    for family in FAMILIES:
        cases = [row["case"] for row in family.report]
        assert all(cases)
        assert len(set(cases)) == len(cases), family.name
