"""Rows of JSON pages as one manifest: a CSV in its source's own form, each row once."""

import json
from collections.abc import Collection, Sequence
from itertools import compress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import found_at
from pipeline.sync.cursor import CursorBroken
from pipeline.sync.moments import canonical_all
from pipeline.sync.row_cells import (
    Flat,
    Items,
    cell,
    column,
    hashed,
    is_nested,
    joined,
    texts_of,
    values,
)
from pipeline.sync.row_chunks import KEYS, Chunk, Form, Window, Written, whole
from pipeline.sync.spec import Api
from pipeline.sync.words import Contract, CursorForm


class Manifest:
    """Writes a round's manifest, a chunk at a time.

    `read` makes columns of Python's objects and so takes turns with everything else that does;
    `add` needs none and may run beside it.
    """

    def __init__(
        self,
        api: Api,
        form: Form,
        seen: pl.DataFrame,
        window: Window,
        path: Path,
        names: Collection[str] = (),
    ) -> None:
        """A writer.

        Args:
            api: whose rows they are.
            form: of the manifest.
            seen: `row_key` and `digest` of rows that were taken before.
            window: which rows are taken.
            path: where to write it.
            names: new fields that are known to occur.
        """
        self._api = api
        self._form = form
        self._window = window
        self._known = pl.concat([seen.select("row_key", "digest")])
        self._wanted = _names(api)
        self._new: set[str] = set(names)
        grows = api.rows.contract is Contract.EVOLVE
        added = {name: name for name in sorted(names)} if grows else {}
        self._columns = {**api.rows.fields, **added}
        self._written = Written()
        self._path = path

    def __enter__(self) -> Self:
        """Itself, its header written."""
        self._file = self._path.open("wb")
        header = pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String))
        self._file.write(self._csv(header, header=True))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    @property
    def outgrown_by(self) -> set[str]:
        """Fields that must be columns and are none: it has to be written again with them."""
        if self._api.rows.contract is not Contract.EVOLVE:
            return set()
        return self._new if self._new - self._columns.keys() else set()

    def read(self, rows: Items) -> Chunk:
        """Some rows as columns of text.

        Raises:
            RemoteFailed: a value is nested and the contract is frozen.
        """
        cells, nested = self._frame(rows)
        strange, torn = self._strange_among(rows, nested=nested)
        return Chunk(cells, strange, torn, self._keys(rows), self._places(rows))

    def add(self, *chunks: Chunk) -> None:
        """Append some rows; none where the manifest has to be written again.

        Raises:
            RemoteFailed: the place of one in time or order is none.
        """
        if self.outgrown_by:
            return
        chunk = whole(chunks)
        strange, told = chunk.strange, self._written
        chosen = self._chosen(self._marks(chunk))
        taken = chunk.cells.filter(chosen & ~strange)
        self._file.write(self._csv(taken, header=False))
        told.taken += taken.height
        torn = pl.Series(chunk.torn, dtype=pl.String).filter(chosen.filter(strange))
        if self._api.rows.contract is Contract.DISCARD_ROW:
            told.discarded += torn.len()
        elif torn.len():
            self._file.write(self._torn(torn))
            told.quarantined += torn.len()
            told.taken += torn.len()

    def told(self) -> Written:
        """What became of the rows.

        Raises:
            RemoteFailed: there were new fields, and the contract lets none in.
        """
        new = sorted(self._new)
        if new and self._api.rows.contract is Contract.FREEZE:
            raise RemoteFailed(
                f"{self._api.source}: rows have a new field {new[0]!r}, and rows.contract is "
                "freeze",
                "name it under rows.fields or rows.ignore, or take another rows.contract",
            )
        self._file.flush()
        self._written.new = tuple(new)
        return self._written

    def _frame(self, rows: Items) -> tuple[pl.DataFrame, bool]:
        """The cells of the manifest, and whether any of them is no single value."""
        found = {name: values(rows, path) for name, path in self._columns.items()}
        nested, cells = False, found
        if not isinstance(rows, Flat):
            nested = any(map(is_nested, found.values()))
            cells = {name: texts_of(column, self._value) for name, column in found.items()}
        return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)), nested

    def _strange_among(self, rows: Items, *, nested: bool) -> tuple[pl.Series, Sequence[str]]:
        """Which rows have another form than is known, where that takes them out; their JSON."""
        if not isinstance(rows, Flat):
            self._new |= set().union(*rows) - self._wanted
        taken_out = self._api.rows.contract in (Contract.DISCARD_ROW, Contract.QUARANTINE_ROW)
        if isinstance(rows, Flat) or not taken_out or not (self._new or nested):
            return pl.Series([False] * len(rows), dtype=pl.Boolean), ()
        paths = list(self._columns.values())
        found = [
            not self._new.isdisjoint(row) or is_nested([found_at(row, path) for path in paths])
            for row in rows
        ]
        torn = [json.dumps(row, ensure_ascii=False) for row in compress(rows, found)]
        return pl.Series(found, dtype=pl.Boolean), torn

    def _keys(self, rows: Items) -> pl.DataFrame | None:
        """The cells that tell rows apart; None where nothing does."""
        if not self._api.rows.key:
            return None
        cells = {path: column(rows, path) for path in self._api.rows.key}
        return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))

    def _marks(self, chunk: Chunk) -> pl.DataFrame:
        """The place of each row, and what tells rows apart where anything does."""
        moments = self._moments(chunk.places)
        if chunk.keys is None:
            return moments.to_frame()
        texts = [joined(chunk.keys).alias("key_text"), joined(chunk.cells).alias("cell_text")]
        return hashed(pl.DataFrame(texts)).with_columns(moments)

    def _chosen(self, marks: pl.DataFrame) -> pl.Series:
        """Which rows are taken: in the window, and not there yet."""
        window, told = self._window, self._written
        final = (
            marks["moment"] <= window.until
            if window.until
            else pl.repeat(True, marks.height, eager=True)
        )
        told.early += int((~final).sum())
        if not self._api.rows.key:
            chosen = final & (marks["moment"] > window.after) if window.after else final
            told.repeated += int((final & ~chosen).sum())
            told.last = max(told.last, _last(marks.filter(chosen)))
            return chosen
        first = marks["row_key"].is_first_distinct()
        before = marks.select("row_key", "digest").join(
            self._known.rename({"digest": "known"}), on="row_key", how="left", maintain_order="left"
        )
        inside = marks.with_columns(
            pl.col("digest").first().over("row_key").alias("leading"), known=before["known"]
        )
        other = inside["digest"] != inside["known"].fill_null(inside["leading"])
        chosen = final & first & inside["known"].is_null()
        told.changed += int((final & ~chosen & other).sum())
        told.repeated += int((final & ~chosen & ~other).sum())
        fresh = marks.filter(chosen)
        told.last = max(told.last, _last(fresh))
        told.keys = pl.concat([told.keys, fresh.select(*KEYS)])
        self._known = pl.concat([self._known, fresh.select("row_key", "digest")])
        return chosen

    def _places(self, rows: Items) -> pl.Series:
        """The place of each row as its provider writes it; "" where the source has no cursor."""
        field = self._api.cursor.field
        found = column(rows, field) if field else [""] * len(rows)
        return pl.Series("place", found, dtype=pl.String)

    def _moments(self, places: pl.Series) -> pl.Series:
        """The canonical place of each row.

        Raises:
            RemoteFailed: one is none.
        """
        cursor = self._api.cursor
        try:
            return canonical_all(cursor.form if cursor.field else CursorForm.TEXT, places)
        except CursorBroken as error:
            raise RemoteFailed(
                f"{self._api.source}: {cursor.field} of a row: {error}", "see to [api.cursor]"
            ) from error

    def _value(self, value: Any) -> str | None:
        """A value as a cell; a nested one as JSON, or blank where values are discarded.

        Raises:
            RemoteFailed: it is nested, and the contract is frozen.
        """
        if not isinstance(value, dict | list):
            return cell(value)
        match self._api.rows.contract:
            case Contract.FREEZE:
                told = json.dumps(value)[:60]
                raise RemoteFailed(
                    f"{self._api.source}: a value is {told}, and rows.contract is freeze",
                    "take another rows.contract, or name the path to a single value",
                )
            case Contract.DISCARD_VALUE:
                return None
            case _:
                return cell(value)

    def _torn(self, rows: pl.Series) -> bytes:
        """Rows as lines that no reader takes: their JSON, and one cell too many."""
        blank = {str(place): [None] * rows.len() for place in range(len(self._columns))}
        return self._csv(pl.DataFrame({"": rows, **blank}), header=False)

    def _csv(self, frame: pl.DataFrame, *, header: bool) -> bytes:
        text = frame.write_csv(
            include_header=header,
            separator=self._form.delimiter,
            quote_char=self._form.quote,
            line_terminator="\n",
        )
        return text.encode()


def _names(api: Api) -> set[str]:
    """The fields of a row that are known, wanted or not."""
    paths = [*api.rows.fields.values(), *api.rows.key, api.cursor.field, *api.rows.ignore]
    return {path.partition(".")[0] for path in paths}


def _last(rows: pl.DataFrame) -> str:
    return str(rows["moment"].max() or "")
