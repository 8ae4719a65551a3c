"""Lines of a DDEX DSR flat file: one per record that a profile calls a line, as columns of text.

The profile's `[records]` say which records are lines and which speak for them. In blocks a record
with money (LI) is a line, with the usage (SU) before it and the resource (AS) of its block; a
usage that no such record follows is a line of usage whose amount is zero: the report allots no
money to it. Where usages are the lines themselves they name their resource or release. A single
record (SR) is a line as it stands. Each has the summary (SY) that it names. A record of an unknown
type is a line by itself, and a fault. What else the file holds is context; a fault in it is a fault
of each line that it would speak for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedIOBase

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.read.dsrf_blocks import NONE, Blocks, NamedBlocks
from pipeline.read.dsrf_cells import FAULTS, SOUND, Family, family_in, gather
from pipeline.read.dsrf_lines import Lines, Positions, lines_of, slices
from pipeline.read.dsrf_pieces import pieces
from pipeline.read.dsrf_place import Placed, place, place_singly
from pipeline.read.dsrf_roles import SIGN, Roles
from pipeline.read.dsrf_survey import KEYS, Survey

PART_BYTES = 32 * 2**20
_PARTIAL = "UsedResources"
_BELOW_ZERO = r"^-[0-9.]*[1-9]"
_JOINING = frozenset(
    {
        *("BlockId", *KEYS, "ResourceReference", "ReleaseReference"),
        *("TransactedResource", "TransactedRelease", _PARTIAL),
    }
)


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
        """Lines in the part, faulty ones too; the part is read for it."""
        return len(self._read().placed.at)

    def scan(self) -> pl.LazyFrame:
        """The part as a lazy frame; see `frame`."""
        return self.frame().lazy()

    def frame(self) -> pl.DataFrame:
        """One row per line in file order: `columns` as String (null: blank), then the place.

        `_line` is the physical line of the record that is the line, `_offset` and `_length` its
        bytes, line end included; `_fault` is null where the line and its context are sound; `_raw`
        is the record's exact bytes where it is not. Cells of a record with another number of cells
        than its layout, or of one that cannot be told, are null.
        """
        read = self._read()
        lines = self._with_summaries(read)
        head = {f"HEAD.{name}": pl.lit(cell) for name, cell in self.survey.head.items()}
        given = lines.with_columns(*self._zeros(read.placed), *self._signs(), **head)
        return pl.concat(
            [
                given.match_to_schema(
                    dict.fromkeys(self.columns, pl.String()),
                    missing_columns="insert",
                    extra_columns="ignore",
                ),
                self._places(read, lines["_fault"]),
            ],
            how="horizontal",
        )

    def raw(self, lines: Iterable[int]) -> list[bytes]:
        """The exact bytes of the records that stand for lines.

        Args:
            lines: places of the lines within the part, from 0.
        """
        read = self._read()
        at = read.placed.at[np.fromiter(lines, dtype=np.int64)]
        return _bytes(read.lines, at).to_list()

    def _read(self) -> "_Read":
        """The records of the part; not kept, because they are several times its bytes."""
        records = self.survey.records
        roles, lines = records.roles, lines_of(self.data, records)
        families = {
            family: family_in(lines, records, family, self._names(family) | _JOINING)
            for family in ("", roles.money, roles.used, roles.resource, roles.release)
        }
        money = families[roles.money]
        if not roles.resource:
            return _Read(lines, families, place_singly(lines, money))
        assets, releases = families[roles.resource], families[roles.release]
        blocks = Blocks(lines, assets)
        if roles.release:
            made = np.array([_PARTIAL in records.layouts[name] for name in records.types])
            blocks = NamedBlocks(lines, assets, releases, made[lines.layout[releases.at]])
        return _Read(lines, families, place(lines, money, families[roles.used], blocks))

    def _names(self, family: str) -> set[str]:
        """The cells of a family that the frame holds."""
        prefix = f"{family}."
        return {name.removeprefix(prefix) for name in self.columns if name.startswith(prefix)}

    def _zeros(self, placed: Placed) -> list[pl.Expr]:
        """The amount, zero on each usage that no line follows."""
        cell = self.survey.records.roles.amount
        if not cell:
            return []
        unpaid = pl.Series((placed.money == NONE) & (placed.usage != NONE))
        return [pl.when(unpaid).then(pl.lit("0")).otherwise(cell).alias(cell)]

    def _signs(self) -> list[pl.Expr]:
        """Whether a line's number is below zero; null where it has none."""
        cell = self.survey.records.roles.number
        if not cell or SIGN not in self.columns:
            return []
        below = pl.col(cell).str.contains(_BELOW_ZERO)
        return [pl.when(below).then(pl.lit("-")).otherwise(pl.lit(None)).alias(SIGN)]

    def _with_summaries(self, read: "_Read") -> pl.DataFrame:
        """Lines with the cells of their SY, and the gravest fault of all that speaks for them."""
        roles = self.survey.records.roles
        lines = read.cells(roles)
        names = [f"{family}.{KEYS[0]}" for family in (roles.money, roles.used) if family]
        keyed = lines.with_columns(
            pl.coalesce(name for name in names if name in lines.columns).alias("_id"),
            pl.Series("_fault", read.placed.fault),
        ).with_columns(self._controller(read.placed))
        wanted = [name for name in self.survey.summaries.columns if name in self.columns]
        found = keyed.join(
            self.survey.summaries.select("alone", "fault", *KEYS, *wanted),
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

    def _controller(self, placed: Placed) -> list[pl.Expr]:
        """Whether the summary's id alone names it, and else whose it is."""
        roles = self.survey.records.roles
        if not roles.by_controller:
            nobody = pl.lit(None, dtype=pl.String).alias("_controller")
            return [pl.lit(value=True).alias("_alone"), nobody]
        alone = pl.lit(pl.Series(placed.money == NONE))
        if self.survey.open:
            alone = alone | pl.col("_id").is_in(sorted(self.survey.open)).fill_null(value=False)
        controller = pl.when(~alone).then(f"{roles.money}.{KEYS[1]}")
        return [alone.alias("_alone"), controller.alias("_controller")]

    def _places(self, read: "_Read", fault: pl.Series) -> pl.DataFrame:
        at = read.placed.at
        borders = read.lines.borders
        faulty = np.flatnonzero(fault.to_numpy() != SOUND)
        where = np.full(len(at), NONE, dtype=np.int64)
        where[faulty] = np.arange(len(faulty))
        raw = pl.DataFrame({"_raw": _bytes(read.lines, at[faulty])})
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


@dataclass(frozen=True)
class _Read:
    """The lines of a part, its families of records, and which of them are lines of the report."""

    lines: Lines
    families: Mapping[str, Family]
    placed: Placed

    def cells(self, roles: Roles) -> pl.DataFrame:
        """The cells of what speaks for each line of the report, as `FAMILY.Cell`."""
        places = {
            roles.money: self.placed.money,
            roles.used: self.placed.usage,
            roles.resource: self.placed.asset,
            roles.release: self.placed.release,
        }
        return pl.concat(
            [
                gather(self.families[name].cells, places[name]).select(
                    pl.all().name.prefix(f"{name}.")
                )
                for name in places
                if name
            ],
            how="horizontal",
        )


def _bytes(lines: Lines, at: Positions) -> pl.Series:
    """The exact bytes of some lines."""
    series = pl.Series(pl.from_arrow(slices(lines.data, lines.borders).take(pa.array(at))))
    return series.cast(pl.Binary)
