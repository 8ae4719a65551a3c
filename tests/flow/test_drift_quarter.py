"""`make drift`: of a quarter with three planted drifts, the three are told and nothing else."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import run
from tests.world import drifted
from tests.world.months import TERRITORIES, name
from tests.world.names import SERVICES

pytestmark = pytest.mark.slow
PRICE, NULLS, VANISHED = drifted.SAMPLE.plants


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], dict[str, Any]]:
    """The reports, and what `royalty drift` tells once they are in."""
    folder = tmp_path_factory.mktemp("drift")
    paths = drifted.write(folder / "reports")
    home = ["--home", str(folder / "home")]
    assert _told([*home, "ingest", *map(str, paths), "--json"])["manifests"]
    return paths, _told([*home, "drift", "--json"])


def _told(arguments: list[str]) -> dict[str, Any]:
    with redirect_stdout(io.StringIO()) as out:
        assert run(arguments) == 0
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def _lines(paths: list[Path], month: int, service: int) -> Iterator[dict[str, str]]:
    """The lines of a service in a month, read from its report."""
    (path,) = (one for one in paths if name(month) in one.name)
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["service"] == list(SERVICES)[service]:
                yield line


def test_the_three_drifts_are_told_in_the_month_that_brings_them_and_nothing_else(
    quarter: tuple[list[Path], dict[str, Any]],
) -> None:
    names = ("accounting_period", "finding", "service", "territory", "column")
    services = list(SERVICES)
    assert [tuple(one[key] for key in names) for one in quarter[1]["findings"]] == [
        (
            name(VANISHED.month),
            "money",
            services[VANISHED.service],
            TERRITORIES[VANISHED.territory],
            None,
        ),
        (name(NULLS.month), "nulls", services[NULLS.service], None, "isrc"),
        (name(PRICE.month), "rate", services[PRICE.service], None, None),
    ]


def test_the_money_that_a_lower_price_costs_is_told(
    quarter: tuple[list[Path], dict[str, Any]],
) -> None:
    found = quarter[1]["findings"][2]
    paid = sum(Decimal(one["amount"]) for one in _lines(quarter[0], PRICE.month, PRICE.service))
    factor = Decimal(str(1 + PRICE.by))
    missing = paid / factor - paid
    # Prices of the sample vary by some 0.3 % from month to month, a sixth of what was planted.
    assert abs(Decimal(found["amount"]) + missing) < missing / 2
    assert found["observed"] < found["limit"] < found["expected"]


def test_lines_without_an_isrc_are_told_to_the_last_digit(
    quarter: tuple[list[Path], dict[str, Any]],
) -> None:
    found = quarter[1]["findings"][1]
    lines = list(_lines(quarter[0], NULLS.month, NULLS.service))
    bare = [line for line in lines if not line["isrc"]]
    assert found["lines"] == len(bare)
    assert Decimal(found["amount"]) == sum(Decimal(line["amount"]) for line in bare)
    assert found["observed"] == pytest.approx(len(bare) / len(lines))


def test_what_a_territory_brought_is_told_when_it_is_gone(
    quarter: tuple[list[Path], dict[str, Any]],
) -> None:
    found = quarter[1]["findings"][0]
    before = [
        sum(
            Decimal(line["amount"])
            for line in _lines(quarter[0], month, VANISHED.service)
            if line["territory"] == TERRITORIES[VANISHED.territory]
        )
        for month in range(VANISHED.month - 6, VANISHED.month)
    ]
    assert (found["lines"], found["observed"]) == (0, 0)
    assert min(before) * Decimal("0.7") < -Decimal(found["amount"]) < max(before) * Decimal("1.3")
