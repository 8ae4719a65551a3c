"""What the exact steps return beyond the choice itself; the cases stand in tests/queries/match."""

import duckdb
import polars as pl
import pytest

from pipeline.match.exact import resolve, splits_complete
from pipeline.vocab import Fault, Method
from tests.queries.match.catalogs import EMPTY, LINE, RECORDING, TERMS, decided, frame, unchecked


def test_a_contradiction_that_is_relaxed_is_a_match() -> None:
    recording = {**RECORDING, "isrc": "USAAA2000001"}
    catalog = {**EMPTY, "recordings": [recording], "texts": [("home |  | mira", "r0")]}
    line = {**LINE, "isrc": "USAAA2000002", "text_key": "home |  | mira"}
    strict, relaxed = (decided(catalog, [line], blocks=blocks)[0] for blocks in (True, False))
    assert (strict["fault"], strict["candidates"]) == (Fault.ISRC_CONTRADICTED, ["r0"])
    assert (relaxed["fault"], relaxed["method"]) == (None, Method.EXACT_TEXT)
    assert relaxed["recording_id"] == "r0"


def test_what_was_matched_brings_its_terms() -> None:
    recording = {**RECORDING, "splits": "conditional", "by_territory": True, "by_date": True}
    catalog = {**EMPTY, "recordings": [recording]}
    matched, unmatched = decided(catalog, [LINE, {**LINE, "identity": 1, "isrc": None}])
    assert [matched[name] for name in ("splits", *TERMS)] == [
        "conditional", True, False, False, False, True,
    ]  # fmt: skip
    assert [unmatched[name] for name in ("splits", *TERMS)] == [None] * 6


def test_rows_that_stand_twice_in_a_catalog_make_no_line_stand_twice() -> None:
    release = {**RECORDING, "release_id": "l0", "gtin": "00012345678905"}
    catalog = {
        **EMPTY,
        "recordings": [RECORDING, RECORDING],
        "releases": [{name: release[name] for name in ("release_id", "gtin", "splits")}] * 2,
        "tracks": [("l0", "r0")] * 3,
        "texts": [("home |  | mira", "r0")] * 2,
    }
    named = {"gtin": "00012345678905", "title_key": "home"}
    lines = [
        LINE,
        {**LINE, "isrc": None, **named},
        {**LINE, "isrc": None, **named, "sale_level": "release"},
        {**LINE, "isrc": None, "text_key": "home |  | mira"},
    ]
    found = decided(catalog, [{**line, "identity": n} for n, line in enumerate(lines)])
    assert [(row["identity"], row["method"]) for row in found] == [
        (0, Method.ISRC), (1, Method.GTIN_TITLE), (2, Method.GTIN), (3, Method.EXACT_TEXT),
    ]  # fmt: skip


def test_no_identities_and_an_empty_catalog() -> None:
    assert decided(EMPTY, []) == []
    assert decided(EMPTY, [LINE])[0]["fault"] == Fault.UNMATCHED


def test_the_result_has_one_schema() -> None:
    ids = {"identity": pl.UInt32(), "recording_id": pl.String(), "release_id": pl.String()}
    why = {"method": pl.String(), "fault": pl.String(), "candidates": pl.List(pl.String())}
    terms = {"splits": pl.String(), **dict.fromkeys(TERMS, pl.Boolean())}
    for asked in ([], [LINE]):
        with unchecked(EMPTY) as con:
            assert dict(resolve(con, frame(asked)).schema) == {**ids, **why, **terms}


def test_a_connection_resolves_again_and_again() -> None:
    """Nothing of a former call is left, also where that call broke off."""
    catalog = {**EMPTY, "recordings": [RECORDING]}
    with unchecked(catalog) as con:
        first = resolve(con, frame([LINE])).to_dicts()
        with pytest.raises(duckdb.Error):
            resolve(con, frame([LINE]).drop("title_key"))
        assert resolve(con, frame([])).height == 0
        assert resolve(con, frame([LINE])).to_dicts() == first
        assert con.sql("select view_name from duckdb_views() where not internal").fetchall() == []


def test_rows_of_a_split_add_up_to_the_last_digit() -> None:
    third = ["0.333333333333333333"] * 3
    split = {"recording_id": "r0", "share": None, "party_id": "p", "territory": "DE"}
    whole = [*third[:2], "0.333333333333333334"]
    for shares, complete in ((third, False), (whole, True), ([*whole, "0.1"], False)):
        catalog = {**EMPTY, "recordings": [{**RECORDING, "splits": "conditional"}]}
        catalog["splits"] = [{**split, "share": share} for share in shares]
        line = {"pair": 0, "recording_id": "r0", "territory": "DE"}
        absent = dict.fromkeys(("release_id", "usage", "service"), None)
        schema = {"pair": pl.UInt32, **dict.fromkeys([*line, *absent][1:], pl.String)}
        terms = pl.DataFrame([{**line, **absent}], schema={**schema, "date": pl.Date})
        with unchecked(catalog) as con:
            assert splits_complete(con, terms).rows() == [(0, complete)]
