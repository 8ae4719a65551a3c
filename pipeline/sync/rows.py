"""Rows of JSON pages as one manifest: a CSV in its source's own form, each row once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import found_at
from pipeline.sync.cursor import CursorBroken, canonical
from pipeline.sync.row_cells import (
    Row,
    cell,
    chunks,
    column,
    hashed,
    is_nested,
    joined,
    texts_of,
    values,
)
from pipeline.sync.spec import Api
from pipeline.sync.words import Contract

KEYS: dict[str, pl.DataType] = {
    "row_key": pl.String(),
    "digest": pl.String(),
    "moment": pl.String(),
}


@dataclass(frozen=True)
class Form:
    """How a source's manifest is written."""

    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True)
class Window:
    """Which rows a round takes, by canonical cursor texts; "" for no limit.

    Attributes:
        after: where nothing tells rows apart, those behind it.
        until: those up to it.
    """

    after: str = ""
    until: str = ""


@dataclass
class Written:
    """What became of a round's rows.

    Attributes:
        taken: rows in the manifest.
        repeated: rows that an earlier page or round had brought.
        changed: rows that came again with other content; the first is the one that counts.
        early: rows that are not final yet; a later round asks for them.
        discarded: rows left out because of their form, as the source's contract says.
        quarantined: rows of another form, in the manifest as one cell: their line is torn.
        new: names of fields that became columns, or whose values were left out.
        last: the furthest place that was taken; "" where nothing was.
        keys: of the rows taken.
    """

    taken: int = 0
    repeated: int = 0
    changed: int = 0
    early: int = 0
    discarded: int = 0
    quarantined: int = 0
    new: tuple[str, ...] = ()
    last: str = ""
    keys: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=KEYS))


class Manifest:
    """Writes a round's manifest."""

    def __init__(
        self, api: Api, form: Form, names: Iterable[str], seen: pl.DataFrame, window: Window
    ) -> None:
        """A writer.

        Args:
            api: whose rows they are.
            form: of the manifest.
            names: all names of fields that occur in the round.
            seen: `row_key` and `digest` of rows that were taken before.
            window: which rows are taken.

        Raises:
            RemoteFailed: there are new fields, and the contract lets none in.
        """
        self._api = api
        self._form = form
        self._window = window
        self._known = pl.concat([seen.select("row_key", "digest")])
        strange = sorted(set(names) - _names(api))
        if strange and api.rows.contract is Contract.FREEZE:
            raise RemoteFailed(
                f"{api.source}: rows have a new field {strange[0]!r}, and rows.contract is freeze",
                "name it under rows.fields or rows.ignore, or take another rows.contract",
            )
        self._strange = frozenset(strange)
        grows = api.rows.contract is Contract.EVOLVE
        self._columns = {**api.rows.fields, **({name: name for name in strange} if grows else {})}
        self.written = Written(new=tuple(strange))

    def write(self, rows: Iterable[Row], path: Path) -> Written:
        """The manifest from rows in their order, and what became of them."""
        with path.open("wb") as file:
            header = pl.DataFrame(schema=dict.fromkeys(self._columns, pl.String))
            file.write(self._csv(header, header=True))
            for chunk in chunks(rows):
                self._add(chunk, file)
        return self.written

    def _add(self, rows: Sequence[Row], file: Any) -> None:
        """Append some rows."""
        frame, nested = self._frame(rows)
        strange = self._strange_among(rows, nested=nested)
        chosen = self._chosen(self._marks(rows, frame))
        taken = frame.filter(chosen & ~strange)
        file.write(self._csv(taken, header=False))
        places = (chosen & strange).arg_true()
        told = self.written
        if self._api.rows.contract is Contract.DISCARD_ROW:
            told.discarded += len(places)
        else:
            file.write(self._torn([rows[place] for place in places]))
            told.quarantined += len(places)
            told.taken += len(places)
        told.taken += taken.height

    def _frame(self, rows: Sequence[Row]) -> tuple[pl.DataFrame, bool]:
        """The cells of the manifest, and whether any of them is no single value."""
        found = {name: values(rows, path) for name, path in self._columns.items()}
        nested = any(map(is_nested, found.values()))
        cells = {name: texts_of(column, self._value) for name, column in found.items()}
        return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)), nested

    def _strange_among(self, rows: Sequence[Row], *, nested: bool) -> pl.Series:
        """Which rows have another form than is known, where that takes them out."""
        taken_out = self._api.rows.contract in (Contract.DISCARD_ROW, Contract.QUARANTINE_ROW)
        if not taken_out or not (self._strange or nested):
            return pl.repeat(False, len(rows), eager=True)
        paths = list(self._columns.values())
        return pl.Series(
            [
                not self._strange.isdisjoint(row)
                or is_nested([found_at(row, path) for path in paths])
                for row in rows
            ],
            dtype=pl.Boolean,
        )

    def _marks(self, rows: Sequence[Row], frame: pl.DataFrame) -> pl.DataFrame:
        """The place of each row, and what tells rows apart where anything does."""
        moments = self._moments(rows)
        if not self._api.rows.key:
            return moments.to_frame()
        cells = {path: column(rows, path) for path in self._api.rows.key}
        keys = joined(pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)))
        marks = hashed(pl.DataFrame([keys.alias("key_text"), joined(frame).alias("cell_text")]))
        return marks.with_columns(moments)

    def _chosen(self, marks: pl.DataFrame) -> pl.Series:
        """Which rows are taken: in the window, and not there yet."""
        window, told = self._window, self.written
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

    def _moments(self, rows: Sequence[Row]) -> pl.Series:
        """The canonical place of each row; "" where the source has no cursor."""
        cursor = self._api.cursor
        if not cursor.field:
            return pl.Series("moment", [""] * len(rows), dtype=pl.String)
        found = pl.Series("moment", column(rows, cursor.field), dtype=pl.String)
        distinct = found.unique()
        try:
            known = [canonical(cursor.form, text or "") for text in distinct]
        except CursorBroken as error:
            raise RemoteFailed(
                f"{self._api.source}: {cursor.field} of a row: {error}", "see to [api.cursor]"
            ) from error
        return found.replace_strict(distinct, known, return_dtype=pl.String)

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

    def _torn(self, rows: Sequence[Row]) -> bytes:
        """Rows as lines that no reader takes: their JSON, and one cell too many."""
        if not rows:
            return b""
        cells = {"": [json.dumps(row, ensure_ascii=False) for row in rows]}
        blank = {str(place): [None] * len(rows) for place in range(len(self._columns))}
        return self._csv(pl.DataFrame({**cells, **blank}), header=False)

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
