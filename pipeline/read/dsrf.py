"""Lines of a DDEX DSR flat file: one per LI record, with its context, as columns of text.

One record that carries money (LI) is one line: its amount, the SU before it, the AS of its block,
and the SY of the same summary id and rights controller. An SU without LI is a line of usage whose
amount is zero: the report allots no money to it. A record of an unknown type is a line by itself,
and a fault. What else the file holds is context; a fault in it is a fault of each line that it
would speak for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BufferedIOBase

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.read.dsrf_cells import FAULTS, SOUND, Family, family_in, gather
from pipeline.read.dsrf_lines import Lines, Positions, lines_of, slices
from pipeline.read.dsrf_place import NONE, Placed, place
from pipeline.read.dsrf_survey import KEYS, Survey, pieces

PART_BYTES = 32 * 2**20
_JOINING = frozenset({"BlockId", *KEYS})


def parts(
    stream: BufferedIOBase,
    survey: Survey,
    columns: frozenset[str] | None = None,
    part_bytes: int = PART_BYTES,
) -> Iterator["DsrfPart"]:
    """Cut a file into parts of whole blocks; where it is cut changes nothing in the lines.

    Args:
        stream: the decompressed file from its beginning.
        survey: what a first reading of the same file found.
        columns: the cells to give, as `FAMILY.Cell`; all where it is null.
        part_bytes: about how large a part is; a larger block stays whole.
    """
    names = survey.records.columns
    wanted = tuple(name for name in names if columns is None or name in columns)
    for index, piece in enumerate(pieces(stream, part_bytes, survey.records)):
        yield DsrfPart(index, piece.data, piece.offset, piece.line, survey, wanted)


@dataclass(frozen=True)
class DsrfPart:
    """A run of whole blocks of a file.

    Attributes:
        index: its place among the parts, from 0.
        data: its bytes.
        offset: where they begin in the decompressed file.
        line: the physical line, from 1, with which it begins.
        survey: what the whole file says.
        columns: the cells that its frame holds.
    """

    index: int
    data: bytes
    offset: int
    line: int
    survey: Survey
    columns: tuple[str, ...]

    @property
    def end(self) -> int:
        """One past the part's last byte in the decompressed file."""
        return self.offset + len(self.data)

    @property
    def lines(self) -> int:
        """Lines in the part, faulty ones too."""
        return len(self._placed.at)

    def scan(self) -> pl.LazyFrame:
        """The part as a lazy frame; see `frame`."""
        return self.frame().lazy()

    def frame(self) -> pl.DataFrame:
        """One row per line in file order: `columns` as String (null: blank), then the place.

        `_line` is the physical line of the LI (or lone SU, or unknown) record, `_offset` and
        `_length` its bytes, line end included; `_fault` is null where the line and its context
        are sound; `_raw` is the record's exact bytes where it is not. Cells of a record with
        another number of cells than its layout, or of one that cannot be told, are null.
        """
        placed = self._placed
        cells = pl.concat(
            [
                gather(self._money.cells, placed.money).select(pl.all().name.prefix("LI.")),
                gather(self._usages.cells, placed.usage).select(pl.all().name.prefix("SU.")),
                gather(self._assets.cells, placed.asset).select(pl.all().name.prefix("AS.")),
                pl.DataFrame(
                    {
                        "_alone": placed.money == NONE,
                        "_unpaid": (placed.money == NONE) & (placed.usage != NONE),
                        "_fault": placed.fault,
                    }
                ),
            ],
            how="horizontal",
        )
        lines = self._with_summaries(cells)
        amount = pl.when("_unpaid").then(pl.lit("0")).otherwise("LI.AllocatedAmount")
        head = {f"HEAD.{name}": pl.lit(cell) for name, cell in self.survey.head.items()}
        given = lines.with_columns(amount.alias("LI.AllocatedAmount"), **head)
        return pl.concat(
            [
                given.match_to_schema(
                    dict.fromkeys(self.columns, pl.String()),
                    missing_columns="insert",
                    extra_columns="ignore",
                ),
                self._places(lines["_fault"]),
            ],
            how="horizontal",
        )

    def raw(self, lines: Iterable[int]) -> list[bytes]:
        """The exact bytes of the records that stand for lines.

        Args:
            lines: places of the lines within the part, from 0.
        """
        at = self._placed.at[np.fromiter(lines, dtype=np.int64)]
        return _bytes(self._lines, at).to_list()

    @cached_property
    def _lines(self) -> Lines:
        return lines_of(self.data, self.survey.records)

    @cached_property
    def _money(self) -> Family:
        return self._family("LI")

    @cached_property
    def _usages(self) -> Family:
        return self._family("SU")

    @cached_property
    def _assets(self) -> Family:
        return self._family("AS")

    def _family(self, family: str) -> Family:
        prefix = f"{family}."
        names = {name.removeprefix(prefix) for name in self.columns if name.startswith(prefix)}
        return family_in(self._lines, self.survey.records, family, names | _JOINING)

    @cached_property
    def _placed(self) -> Placed:
        return place(self._lines, self._money, self._usages, self._assets)

    def _with_summaries(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Lines with the cells of their SY, and the fault of the SY that should have been it."""
        keyed = lines.with_columns(
            pl.coalesce("LI.SummaryRecordId", "SU.SummaryRecordId").alias("_id"),
            pl.when(~pl.col("_alone")).then("LI.RightsController").alias("_controller"),
        )
        found = keyed.join(
            self.survey.summaries,
            left_on=["_alone", "_id", "_controller"],
            right_on=["alone", *KEYS],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        lost = pl.lit(SOUND, dtype=pl.UInt8)
        if self.survey.broken:
            lost = pl.col("_id").replace_strict(
                self.survey.broken, default=SOUND, return_dtype=pl.UInt8
            )
        summary_fault = pl.coalesce("fault", lost)
        return found.with_columns(pl.max_horizontal("_fault", summary_fault).alias("_fault"))

    def _places(self, fault: pl.Series) -> pl.DataFrame:
        at = self._placed.at
        borders = self._lines.borders
        faulty = np.flatnonzero(fault.to_numpy() != SOUND)
        where = np.full(len(at), NONE, dtype=np.int64)
        where[faulty] = np.arange(len(faulty))
        raw = pl.DataFrame({"_raw": _bytes(self._lines, at[faulty])})
        names = pl.Series([str(name) if name else None for name in FAULTS], dtype=pl.String)
        return pl.DataFrame(
            {
                "_line": pl.Series(at + self.line, dtype=pl.UInt64),
                "_offset": pl.Series(borders[at] + self.offset, dtype=pl.UInt64),
                "_length": pl.Series(np.diff(borders)[at], dtype=pl.UInt64),
                "_fault": names.gather(fault),
                "_raw": gather(raw, where)["_raw"],
            }
        )


def _bytes(lines: Lines, at: Positions) -> pl.Series:
    """The exact bytes of some lines."""
    series = pl.Series(pl.from_arrow(slices(lines.data, lines.borders).take(pa.array(at))))
    return series.cast(pl.Binary)
