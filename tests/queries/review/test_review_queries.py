"""The queries of the desk on small tables, against answers worked out by hand."""

from datetime import date
from typing import Any

import duckdb

from pipeline.store.sql import query


def test_rates_are_the_latest_into_the_currency_that_most_convert_to() -> None:
    """Two currencies convert into EUR, one into USD; the euro itself counts once."""
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS catalog")
        con.execute(
            'CREATE TABLE catalog.fx_rates ("date" DATE, "from" VARCHAR, "to" VARCHAR,'
            " rate DECIMAL(38, 18), source VARCHAR)"
        )
        con.execute(
            "INSERT INTO catalog.fx_rates VALUES"
            " ('2026-07-01', 'USD', 'EUR', 0.9, 'ecb'), ('2026-08-01', 'USD', 'EUR', 0.5, 'ecb'),"
            " ('2026-07-01', 'GBP', 'EUR', 1.25, 'ecb'), ('2026-07-01', 'EUR', 'USD', 2, 'ecb')"
        )
        found = con.execute(query("review/rates")).fetchall()
    assert found == [
        ("EUR", "EUR", None, 1.0),
        ("GBP", "EUR", date(2026, 7, 1), 1.25),
        ("USD", "EUR", date(2026, 8, 1), 0.5),
    ]


def limited(*bound: dict[str, Any]) -> list[tuple[int, str]]:
    """Identity and decision of the limited rulings that count, best first."""
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE bound (identity UINTEGER, strength INTEGER, decision_id VARCHAR,"
            " kind VARCHAR, recording_id VARCHAR, release_id VARCHAR, territories VARCHAR[],"
            " valid_from DATE, valid_to DATE, decided_at TIMESTAMP, is_limited BOOLEAN)"
        )
        for row in bound:
            con.execute(
                "INSERT INTO bound BY NAME SELECT 0 AS identity, $strength AS strength,"
                " $id AS decision_id, 'accept' AS kind, $limited AS is_limited,"
                " $at::TIMESTAMP AS decided_at",
                row,
            )
        return [(row[0], row[1]) for row in con.execute(query("match/limited")).fetchall()]


def ruling(name: str, strength: int, *, limits: bool = True, day: int = 1) -> dict[str, Any]:
    return {"id": name, "strength": strength, "limited": limits, "at": f"2026-09-0{day}"}


def test_a_limited_ruling_counts_unless_a_stronger_one_holds_everywhere() -> None:
    isrc, text = 1, 4
    assert limited(ruling("a", isrc), ruling("b", isrc, limits=False)) == [(0, "a")]
    assert limited(ruling("a", text), ruling("b", isrc, limits=False)) == []
    assert limited(ruling("a", isrc), ruling("b", text, limits=False)) == [(0, "a")]


def test_of_limited_rulings_the_stronger_comes_first_then_the_newer() -> None:
    found = limited(ruling("old", 1), ruling("new", 1, day=2), ruling("weak", 4, day=3))
    assert found == [(0, "new"), (0, "old"), (0, "weak")]
