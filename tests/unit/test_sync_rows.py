"""JSON rows as a manifest: exact, each once, and what becomes of rows of another form."""

import csv
import io
import json
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RemoteFailed
from pipeline.sync.flat import reader
from pipeline.sync.paginate import read_page
from pipeline.sync.row_cells import Flat, Row, together
from pipeline.sync.row_chunks import KEYS, Form, Window, Written
from pipeline.sync.rows import Manifest
from pipeline.sync.schema import api_of
from pipeline.sync.spec import Api
from pipeline.sync.words import Contract, Payload

NOTHING = pl.DataFrame(schema=KEYS)
TABLE = {
    "base_url": "http://127.0.0.1:1",
    "payload": "json",
    "list": {"path": "/rows"},
    "cursor": {"field": "at", "start": "2026-09-01T00:00:00Z", "overlap_s": 3600},
}


def api(header: tuple[str, ...] = ("Song", "Amount"), **rows: Any) -> Api:
    fields = {"Song": "track.name", "Amount": "amount"}
    given = {"key": ["id"], "fields": fields, "ignore": ["track"], **rows}
    return api_of("acme", {**TABLE, "rows": given}, header)


def row(number: int, **more: Any) -> dict[str, Any]:
    at = f"2026-09-01T{number:02}:00:00Z"
    whole = {"id": number, "at": at, "track": {"name": f"S{number}"}, "amount": number}
    return {**whole, **more}


def written_once(
    source: Api,
    rows: Sequence[Row],
    path: Path,
    seen: pl.DataFrame,
    window: Window | None,
    names: Collection[str] = (),
) -> tuple[Written, set[str]]:
    """A manifest row by row, as if each came on a page of its own."""
    with Manifest(source, Form(), seen, window or Window(), path, names) as writer:
        for one in rows:
            writer.add(writer.read([one]))
        return writer.told(), writer.outgrown_by


def manifest(
    source: Api,
    rows: list[dict[str, Any]],
    path: Path,
    seen: pl.DataFrame = NOTHING,
    window: Window | None = None,
) -> tuple[Written, list[list[str]]]:
    page = read_page(source, json.dumps(rows).encode(), "")
    written, names = written_once(source, page.items, path / "m.csv", seen, window)
    if names:
        written, names = written_once(source, page.items, path / "m.csv", seen, window, names)
    assert not names
    return written, list(csv.reader(io.StringIO((path / "m.csv").read_text(encoding="utf-8"))))


def test_rows_become_lines_in_their_order(tmp_path: Path) -> None:
    written, lines = manifest(api(), [row(2), row(1, track={"name": 'a "b", c'}), row(3)], tmp_path)
    assert lines == [["Song", "Amount"], ["S2", "2"], ['a "b", c', "1"], ["S3", "3"]]
    assert (written.taken, written.last) == (3, "2026-09-01T03:00:00.000000Z")


def test_values_keep_every_digit_and_blanks_stay_blank(tmp_path: Path) -> None:
    body = b'[{"id":1,"at":"2026-09-01T00:00:00Z","track":null,"amount":0.1234567890123456789}]'
    page = read_page(api(), body, "")
    with Manifest(api(), Form(), NOTHING, Window(), tmp_path / "m.csv") as writer:
        writer.add(writer.read(page.items))
    assert (tmp_path / "m.csv").read_text() == "Song,Amount\n,0.1234567890123456789\n"


def test_a_row_that_comes_again_counts_once(tmp_path: Path) -> None:
    rows = [row(1), row(2), row(1)]
    written, lines = manifest(api(), rows, tmp_path)
    assert (written.taken, written.repeated, written.changed) == (2, 1, 0)
    later, lines = manifest(api(), [row(2), row(3)], tmp_path, written.keys)
    assert lines[1:] == [["S3", "3"]]
    assert (later.taken, later.repeated, later.changed) == (1, 1, 0)


def test_a_row_that_comes_again_with_other_content_is_told_and_changes_nothing(
    tmp_path: Path,
) -> None:
    written, lines = manifest(api(), [row(1), row(1, amount=9)], tmp_path)
    assert lines[1:] == [["S1", "1"]]
    assert (written.repeated, written.changed) == (0, 1)
    later, lines = manifest(api(), [row(1, amount=7)], tmp_path, written.keys)
    assert (lines[1:], later.changed) == ([], 1)


def test_rows_that_are_not_final_wait(tmp_path: Path) -> None:
    window = Window(until="2026-09-01T02:00:00.000000Z")
    written, lines = manifest(api(), [row(3), row(2), row(1)], tmp_path, window=window)
    assert lines[1:] == [["S2", "2"], ["S1", "1"]]
    assert (written.early, written.last) == (1, window.until)


def test_without_a_key_only_what_lies_behind_the_cursor_is_taken(tmp_path: Path) -> None:
    table = {**TABLE, "cursor": {"field": "at", "start": "2026-09-01T00:00:00Z"}}
    source = api_of(
        "acme", {**table, "rows": {"fields": {"isrc": "amount"}, "ignore": ["id", "track"]}}, []
    )
    window = Window(after="2026-09-01T02:00:00.000000Z")
    written, lines = manifest(source, [row(1), row(2), row(3)], tmp_path, window=window)
    assert (lines[1:], written.repeated) == ([["3"]], 2)


NEW = [row(1), row(2, mood="blue"), row(3, amount={"value": 1})]


@pytest.mark.parametrize(
    ("contract", "lines", "figures"),
    [
        (
            "evolve",
            [
                ["Song", "Amount", "mood"],
                ["S1", "1", ""],
                ["S2", "2", "blue"],
                ["S3", '{"value": 1}', ""],
            ],
            (3, 0, 0),
        ),
        ("discard_value", [["Song", "Amount"], ["S1", "1"], ["S2", "2"], ["S3", ""]], (3, 0, 0)),
        ("discard_row", [["Song", "Amount"], ["S1", "1"]], (1, 2, 0)),
    ],
)
def test_what_becomes_of_rows_of_another_form(
    contract: str, lines: list[list[str]], figures: tuple[int, int, int], tmp_path: Path
) -> None:
    written, found = manifest(api(contract=contract), NEW, tmp_path)
    assert found == lines
    assert (written.taken, written.discarded, written.quarantined) == figures
    assert written.new == ("mood",)


def test_a_quarantined_row_is_a_line_that_holds_it_whole(tmp_path: Path) -> None:
    written, found = manifest(api(contract="quarantine_row"), NEW, tmp_path)
    assert found[:2] == [["Song", "Amount"], ["S1", "1"]]
    assert [json.loads(line[0]) for line in found[2:]] == NEW[1:]
    # One cell more than the header has: no reader takes it for a line.
    assert {len(line) for line in found[2:]} == {3}
    assert (written.taken, written.quarantined) == (3, 2)
    again, found = manifest(api(contract="quarantine_row"), NEW, tmp_path, written.keys)
    assert (again.taken, again.repeated, len(found)) == (0, 3, 1)


@pytest.mark.parametrize("number", [1, 2])
def test_a_frozen_contract_takes_nothing(number: int, tmp_path: Path) -> None:
    with pytest.raises(RemoteFailed, match="contract is freeze"):
        manifest(api(contract="freeze"), [row(0), NEW[number]], tmp_path)


def test_a_row_without_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RemoteFailed, match="at of a row: 'soon' is no iso cursor"):
        manifest(api(), [row(1, at="soon")], tmp_path)


VALUES = st.none() | st.text(max_size=3) | st.integers() | st.booleans() | st.just([1, {"a": 2}])
SOME_ROWS = st.lists(
    st.dictionaries(st.sampled_from(["id", "track", "amount", "at", "mood"]), VALUES, max_size=5),
    max_size=6,
)


@given(
    st.lists(SOME_ROWS, min_size=1, max_size=3),
    st.sampled_from([one for one in Contract if one not in (Contract.EVOLVE, Contract.FREEZE)]),
    st.sampled_from([Payload.JSON, Payload.JSONL]),
)
def test_rows_read_by_column_make_the_same_manifest(
    pages: list[list[dict[str, Any]]], contract: Contract, payload: Payload
) -> None:
    """Rows that are plain and known are read by column, all others one by one: nobody can tell."""
    table = {**TABLE, "payload": payload.value, "cursor": {}}
    given = {"key": ["id"], "fields": {"Song": "track", "Amount": "amount"}, "ignore": ["at"]}
    rows = {**given, "contract": contract.value}
    source = api_of("acme", {**table, "rows": rows}, ["Song", "Amount"])
    dumped = [
        "\n".join(map(json.dumps, page)) if payload is Payload.JSONL else json.dumps(page)
        for page in pages
    ]
    manifests = []
    with tempfile.TemporaryDirectory() as folder:
        for read in (reader(source), partial(read_page, source)):
            path = Path(folder) / "m.csv"
            found = [read(text.encode(), "").items for text in dumped]
            with Manifest(source, Form(), NOTHING, Window(), path) as writer:
                writer.add(*(writer.read(one) for one in found))
                writer.add(writer.read(together(found)))
                told = writer.told()
            manifests.append((path.read_bytes(), replace(told, keys=NOTHING), told.keys.rows()))
    assert manifests[0] == manifests[1]


def test_plain_rows_are_read_by_column() -> None:
    cursor = {"field": "at", "start": "2026-09-01T00:00:00Z"}
    rows = {"fields": {"isrc": "a", "amount": "b"}, "ignore": ["c"]}
    read = reader(api_of("acme", {**TABLE, "cursor": cursor, "rows": rows}, []))
    page = read(b'[{"a":"x","b":0.10,"at":"1"},{"b":7,"c":{"d":[1]},"at":null}]', "")
    assert isinstance(page.items, Flat)
    assert page.items.rows() == [
        {"a": "x", "at": "1", "b": "0.10"},
        {"a": None, "at": None, "b": "7"},
    ]
    assert read(b'[{"a":"x","new":1}]', "").items == [{"a": "x", "new": 1}]
