"""Territories: ISO 3166-1 and what DDEX allows beyond it."""

import polars as pl
import pytest

from pipeline.contract import territories
from pipeline.contract.territory_names import CODE_OF


def _evaluated(expression: pl.Expr, cell: str | None) -> object:
    return pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String}).select(expression).item()


@pytest.mark.parametrize(
    ("reported", "known", "alpha2", "alpha3"),
    [
        ("DE", "DE", "DE", None),
        (" de ", "DE", "DE", None),
        ("XK", "XK", "XK", None),
        ("EU", "EU", "EU", None),
        ("AN", "AN", "AN", None),
        ("SU", "SU", "SU", None),
        ("Worldwide", "Worldwide", "Worldwide", "Worldwide"),
        ("WORLDWIDE", "Worldwide", "Worldwide", "Worldwide"),
        ("WW", None, "Worldwide", "Worldwide"),
        ("UK", None, "GB", "GB"),
        ("EL", None, "GR", "GR"),
        ("USA", None, None, "US"),
        ("deu", None, None, "DE"),
        ("SCG", None, None, "CS"),
        ("ZZ", None, None, None),
        ("AA", None, None, None),
        ("Germany", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_territory(
    reported: str | None, known: str | None, alpha2: str | None, alpha3: str | None
) -> None:
    cell = pl.col("cell")
    assert _evaluated(territories.territory(cell), reported) == known
    assert _evaluated(territories.from_alpha2(cell), reported) == alpha2
    assert _evaluated(territories.from_alpha3(cell), reported) == alpha3


def test_how_many() -> None:
    """249 countries of ISO 3166-1, eleven historic, XK, EU and the world."""
    assert len(territories.KNOWN) == 249 + 11 + 2 + 1


def test_every_name_is_of_a_known_territory_and_every_country_has_one() -> None:
    unnamed = territories.KNOWN - set(CODE_OF.values())
    assert set(CODE_OF.values()) <= territories.KNOWN
    # The historic ones beyond the Netherlands Antilles, and the world.
    assert len(unnamed) == 10 + 1
