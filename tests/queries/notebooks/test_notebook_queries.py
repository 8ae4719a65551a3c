"""The queries of the notebooks on small tables, against tables worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text, a
blank cell is null, `[a; b]` a list.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.flow.notebooks import BY
from pipeline.store.sql import QUERIES, query

HERE = Path(__file__).parent
MONEY = "DECIMAL(38, 18)"
TYPES = {
    "amount": MONEY,
    "lines": "BIGINT",
    "unreadable_lines": "BIGINT",
    "line": "UBIGINT",
    "at": "TIMESTAMP",
    "raw": "BLOB",
    "first_at": "TIMESTAMP",
    "is_open": "BOOLEAN",
    "quantity": "DECIMAL(38, 6)",
}
LISTS = {"faults", "header"}
EUR: dict[str, object] = {"currency": "EUR", "service": None, "periods": None}
MAY: dict[str, object] = {
    "source": "orchard",
    "currency": "EUR",
    "service": None,
    "period": "2026-05",
    "previous": "2026-04",
    "before": ["2026-03", "2026-04"],
}
PARAMETERS: dict[str, dict[str, object]] = {
    "places": {},
    "currencies": {"periods": None},
    "waterfall": EUR,
    "services": EUR,
    "territories": EUR,
    "periods": EUR,
    "ageing": {**EUR, "today": "2026-10-10", "since": "period"},
    "titles": {**EUR, "largest": 3},
    "held_back": {
        "quarantined": True,
        "fault": "BAD_ENCODING",
        "source": None,
        "manifest": None,
        "largest": 2,
    },
    "faults": {"quarantined": False},
    "earners": {**EUR, "largest": 3},
    "reasons": EUR,
    "deliveries": {"periods": None},
    "named": {"what": "service"},
    "before": {"source": "orchard", "period": "2026-06", "most": 2},
    "drift_choices": {},
    "drift_periods": MAY,
    "drift_services": MAY,
    "drift_territories": MAY,
    "drift_buckets": MAY,
    "drift_by_service": {**MAY, "told": "rate"},
    "drift_nulls": MAY,
    "drift_values": {**MAY, "told": "usage"},
    "drift_columns": MAY,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows(name: str) -> None:
    expected = pl.read_csv(HERE / name / "expected.csv", infer_schema=False)
    found = answered(name, PARAMETERS[name])
    shown = found.select(_as_text(column, found.schema[column]) for column in expected.columns)
    has_order = "order by" in text_of(name).rpartition(")")[2]
    assert_frame_equal(shown, expected, check_row_order=has_order)


def answered(name: str, given: dict[str, object]) -> pl.DataFrame:
    """What a query answers over the tables of its case."""
    text = text_of(name)
    wanted = duckdb.extract_statements(text)[0].named_parameters
    with duckdb.connect() as con:
        # The queries of drift have their tables in common.
        folder = HERE / ("sketches" if name.startswith("drift_") else name)
        for path in folder.glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path)
        _, by = BY.get(name, (name, "name"))
        told = {**given, "by": by}
        found: pl.DataFrame = con.sql(
            text, params={key: value for key, value in told.items() if key in wanted}
        ).pl()
    return found.rename({"name": by}, strict=False)


def text_of(name: str) -> str:
    """The query of a case."""
    return query(f"notebooks/{BY.get(name, (name, ''))[0]}")


def test_every_query_has_a_case() -> None:
    asked = {BY.get(name, (name, ""))[0] for name in PARAMETERS}
    assert {path.stem for path in (QUERIES / "notebooks").glob("*.sql")} == asked
    assert BY.keys() <= PARAMETERS.keys()


@pytest.mark.parametrize(
    ("more", "left"),
    [
        pytest.param({"service": "Tidal"}, "19.5", id="one service"),
        pytest.param({"periods": ["2026-09"]}, "4.5", id="one period"),
        pytest.param({"periods": ["2026-08", "2026-09"]}, "99.5", id="both periods"),
        pytest.param({"periods": []}, "0", id="no period"),
        pytest.param({"currency": "USD"}, "1000", id="another currency"),
    ],
)
def test_a_waterfall_begins_with_what_is_chosen(more: dict[str, object], left: str) -> None:
    steps = answered("waterfall", {**EUR, **more})
    assert steps.select(_as_text("amount", steps.schema["amount"]))["amount"][0] == left


def test_ages_count_from_when_a_report_was_taken() -> None:
    """All were taken a day ago but one, which was in March."""
    found = answered("ageing", {**PARAMETERS["ageing"], "since": "taken"})
    aged = found.filter(pl.col("lines") > 0).select("age", "status", "lines").rows()
    assert aged == [
        ("up to 30 days", "unmatched", 3),
        ("up to 30 days", "held", 1),
        ("over 180 days", "held", 1),
    ]


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        pytest.param({"fault": None}, ["q4", "q2", "q1", "q3"], id="all faults"),
        pytest.param(
            {"fault": None, "quarantined": False}, ["q4", "s1", "q2", "q1", "q3"], id="all"
        ),
        pytest.param({"fault": "ISRC_MALFORMED"}, ["q2"], id="a fault that did not decide"),
        pytest.param({"source": "orchard"}, ["q1", "q3"], id="one source"),
        pytest.param({"manifest": "b"}, ["q2"], id="the beginning of a manifest"),
    ],
)
def test_lines_held_back_are_those_that_are_chosen(more: dict[str, object], ids: list[str]) -> None:
    found = answered("held_back", {**PARAMETERS["held_back"], "largest": 10, **more})
    assert found["ledger_id"].to_list() == ids


def test_a_line_of_another_layout_brings_its_header() -> None:
    found = answered("held_back", {**PARAMETERS["held_back"], "largest": 10})
    headers = dict(found.select("ledger_id", "header").iter_rows())
    assert headers == {"q2": ["x", "y"], "q1": None, "q3": None}


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    given = pl.read_csv(path, infer_schema=False)
    lists = [
        pl.col(name).str.strip_chars("[]").str.split("; ") for name in LISTS & {*given.columns}
    ]
    con.register("given", given.with_columns(lists))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES[name]}) AS "{name}"' if name in TYPES else f'"{name}"'
        for name in given.columns
    )
    con.execute(
        f"CREATE TABLE {path.stem} AS SELECT {columns} FROM given"  # noqa: S608 - of this folder
    )
    con.unregister("given")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it: decimals without trailing zeros."""
    text = pl.col(name).cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return text.str.strip_chars_end("0").str.strip_suffix(".")
    return text
