"""Tagging: the typed line beside its faults."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from itertools import chain

import polars as pl
import pytest

from pipeline.contract import tag
from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY, REPORTED, TAGGED
from pipeline.vocab import Fault

LINE = {
    "service": "Streamer",
    "period_start": "2025-06-01",
    "period_end": "2025-06-30",
    "territory": "de",
    "usage": " ",
    "currency": "RMB",
    "isrc": "us-rc1-76-07839",
    "gtin": "036000291452",
    "title": " Sóng ",
    "release_date": "1976-01-01",
    "duration_s": "205",
    "quantity": "12",
    "amount": "-1.50",
    "gross_amount": "n/a",
}


def _frame(*lines: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{name: line.get(name) for name in REPORTED} for line in lines], REPORTED)


def test_typed_line() -> None:
    tagged = tag.tag(_frame(LINE).lazy()).collect()
    assert tagged.schema == {**REPORTED, **{name: TAGGED[name] for name in (*REPORTED, "faults")}}
    expected = {
        "service": "Streamer",
        "period_start": date(2025, 6, 1),
        "period_end": date(2025, 6, 30),
        "territory": "DE",
        "currency": "CNY",
        "isrc": "USRC17607839",
        "gtin": "00036000291452",
        "title": " Sóng ",
        "release_date": date(1976, 1, 1),
        "duration_s": 205,
        "quantity": Decimal(12),
        "amount": Decimal("-1.5"),
        "faults": [Fault.CURRENCY_ALIAS],
    }
    assert {name: cell for name, cell in tagged.row(0, named=True).items() if cell is not None} == (
        expected
    )


def test_unsound_cells() -> None:
    """Unsound cells are null; a currency and a territory that are none stay as reported."""
    cells = {"currency": "zz", "territory": "Narnia", "isrc": "?!", "amount": "", "duration_s": "0"}
    tagged = tag.tag(_frame({**cells, "period_end": "soon"}).lazy()).collect()
    line = tagged.row(0, named=True)
    assert [line[name] for name in (*cells, "period_end")] == ["zz", "Narnia", *[None] * 4]
    assert line["faults"] == [
        Fault.AMOUNT_UNREADABLE,
        Fault.ISRC_MALFORMED,
        Fault.PERIOD_UNREADABLE,
        Fault.TERRITORY_UNKNOWN,
        Fault.CURRENCY_INVALID,
    ]


def test_several_isrcs_stay_together() -> None:
    tagged = tag.tag(_frame({**LINE, "isrc": "USRC17607839, GBAYE0601498"}).lazy()).collect()
    assert tagged["isrc"].to_list() == ["USRC17607839|GBAYE0601498"]


def test_further_columns_pass_through() -> None:
    lines = _frame(LINE).with_columns(line=pl.lit(7, dtype=pl.UInt64))
    assert tag.tag(lines.lazy()).collect()["line"].to_list() == [7]
    assert tag.tag_money(lines)["line"].to_list() == [7]


def test_groups_together_are_the_whole() -> None:
    lines = _frame(LINE, {"amount": "x"}, {"quantity": "x", "amount": "1"}, {"isrc": "0"}, {})
    whole = tag.tag(lines.lazy()).collect()
    parts = (
        tag.tag_contexts(lines.select(list(CONTEXT))),
        tag.tag_identities(lines.select(list(IDENTITY))),
        tag.tag_money(lines.select(list(MONEY))),
    )
    joined = pl.concat([part.drop("faults") for part in parts], how="horizontal")
    assert joined.equals(whole.drop("faults"))
    lists = zip(*(part["faults"].to_list() for part in parts), strict=True)
    apart = [sorted(chain(*faults)) for faults in lists]
    assert apart == [sorted(faults) for faults in whole["faults"]]


@pytest.mark.parametrize("amounts", [["1", "2"], ["1", "x"], [None, None], []])
def test_money_of_clean_doubtful_and_absent_columns(amounts: list[str | None]) -> None:
    lines = pl.DataFrame({"amount": amounts}, {"amount": pl.String}).select(
        pl.col(name) if name == "amount" else pl.lit(None, pl.String).alias(name) for name in MONEY
    )
    tagged = tag.tag_money(lines)
    assert tagged.schema == {**MONEY, "faults": TAGGED["faults"]}
    assert tagged["faults"].to_list() == [
        [] if amount in {"1", "2"} else [Fault.AMOUNT_UNREADABLE] for amount in amounts
    ]


BAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"title": f"Caf{BAD}"}, Fault.ENCODING_REPAIRED),
        ({"artist": BAD, "label": BAD, "extra": f'{{"note":"{BAD}"}}'}, Fault.ENCODING_REPAIRED),
        ({"extra": f'{{"note":"{BAD}"}}'}, Fault.ENCODING_REPAIRED),
        ({"catalog_number": BAD}, Fault.ENCODING_REPAIRED),
        ({}, Fault.ENCODING_REPAIRED),
        ({"isrc": f"USRC1760783{BAD}"}, Fault.BAD_ENCODING),
        ({"dsp_asset_id": BAD}, Fault.BAD_ENCODING),
        ({"amount": f"1{BAD}"}, Fault.BAD_ENCODING),
        ({"gross_amount": f"1{BAD}"}, Fault.BAD_ENCODING),
        ({"currency": BAD}, Fault.BAD_ENCODING),
        ({"activity_end": BAD, "title": BAD}, Fault.BAD_ENCODING),
        ({"title": "Caf\x00"}, Fault.BAD_ENCODING),
        ({"extra": '{"note":"\\u0000"}'}, Fault.BAD_ENCODING),
    ],
)
def test_encoding_fault(cells: dict[str, str], expected: Fault) -> None:
    lines = _frame(cells).with_columns(extra=pl.lit(cells.get("extra"), dtype=pl.String))
    assert lines.select(tag.encoding_fault()).item() == expected


def test_tagging_imports_no_pandera() -> None:
    program = "import sys, pipeline.contract.tag; sys.exit('pandera' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
