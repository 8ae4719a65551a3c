"""What must be known of a whole DSR flat file before its lines: summaries, and its own counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import BufferedIOBase

import numpy as np
import polars as pl

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf_control
from pipeline.read.dsrf_cells import SHIFTED, SOUND, Family, family_in
from pipeline.read.dsrf_control import Control, Found
from pipeline.read.dsrf_lines import Lines, lines_of, repeats_predecessor, slices
from pipeline.read.dsrf_pieces import pieces, second_cell
from pipeline.read.dsrf_records import HEAD_BYTES, Records, records_of
from pipeline.read.dsrf_roles import Roles
from pipeline.read.dsrf_types import BLANK

SURVEY_BYTES = 8 * 2**20
KEYS = ("SummaryRecordId", "RightsController")


@dataclass(frozen=True)
class Survey:
    """What all lines of a file share.

    Attributes:
        records: the layouts of its records.
        head: the cells of the HEAD record, blank ones left out; empty where it is not sound.
        summaries: one row per summary id and rights controller (`alone` false), and one per
            summary id (`alone` true, no controller), with the gravest `fault` of its SY records; a
            cell on which these disagree is null.
        open: summary ids that stand for every rights controller, because they name none.
        broken: summary id and fault (a place in `FAULTS`) of SY records that are not sound.
        control: each count with what the foot declares (null: nothing readable) and what was
            found (null: this file alone cannot tell).
        declared_money: by currency what the summaries say the lines add up to; null where they
            cannot be read, empty where the profile has no such cell.
    """

    records: Records
    head: Mapping[str, str]
    summaries: pl.DataFrame
    open: frozenset[str] = frozenset()
    broken: Mapping[str, int] = field(default_factory=dict)
    control: Control = field(default_factory=dict)
    declared_money: Mapping[str, Decimal | None] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether every count that can be checked is declared, and as found."""
        checked = [count for count in self.control.values() if count["found"] is not None]
        return all(count["declared"] == count["found"] for count in checked)


def survey(stream: BufferedIOBase, roles: Roles) -> Survey:
    """Read a file once, in pieces, for its HEAD, SY and FOOT records and its counts.

    Args:
        stream: the decompressed file from its beginning; it is read to its end.
        roles: the profile's.

    Raises:
        ManifestRefused: the file declares a layout by which its lines cannot be read.
    """
    head = stream.read(HEAD_BYTES)
    records = records_of(head, roles)
    if flaws := records.flaws():
        raise ManifestRefused(f"this DSR flat file declares that {flaws[0]}", "ask its sender")
    tally = _Tally(records)
    for piece in pieces(stream, SURVEY_BYTES, records, head):
        tally.add(lines_of(piece.data, records))
    return tally.survey()


class _Tally:
    """Counts and context of a file, piece by piece."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.lines = 0
        self.blank = 0
        self.blocks = 0
        self.seen: dict[str, list[Family]] = {"HEAD": [], "SY": [], "FOOT": []}
        self.broken: dict[str, int] = {}

    def add(self, lines: Lines) -> None:
        """Count the lines of a piece and keep its context records."""
        blank = int(np.count_nonzero(lines.family == BLANK))
        self.lines += len(lines.family) - blank
        self.blank += blank
        openers = lines.of(*self.records.roles.openers)
        self.blocks += int(np.count_nonzero(~repeats_predecessor(lines, openers)))
        for family, kept in self.seen.items():
            if len(lines.of(family)):
                kept.append(family_in(lines, self.records, family, self.records.columns_of(family)))
                if family == "SY":
                    self._keep_broken(lines, kept[-1])

    def survey(self) -> Survey:
        """All that was seen, once the file has ended."""
        head, foot = self._first("HEAD"), self._first("FOOT")
        sound = self._sound()
        count = sum(len(one.at) for one in self.seen["SY"])
        found = Found(self.lines, self.blank, self.blocks, count)
        return Survey(
            records=self.records,
            head=head,
            summaries=self._summaries(sound),
            open=_open(sound),
            broken=self.broken,
            control=dsrf_control.control(self.records, head, foot, found),
            declared_money=dsrf_control.declared_money(sound, self.records.roles.total),
        )

    def _keep_broken(self, lines: Lines, summaries: Family) -> None:
        faulty = np.flatnonzero(summaries.fault != SOUND)
        texts = slices(lines.text, lines.starts).take(summaries.at[faulty]).to_pylist()
        for text, fault in zip(texts, summaries.fault[faulty], strict=True):
            name = second_cell(text + b"\n", 0, len(text) + 1) or b""
            key = name.decode("utf-8", "replace")
            self.broken[key] = max(int(fault), self.broken.get(key, SOUND))

    def _first(self, family: str) -> dict[str, str]:
        """The cells of the first record of a family that are not blank; none if it is shifted."""
        if not self.seen[family]:
            return {}
        first = self.seen[family][0]
        cells = first.cells.row(0, named=True) if first.fault[0] != SHIFTED else {}
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _sound(self) -> pl.DataFrame:
        """The SY records whose cells can be told, with their `fault`."""
        names = dict.fromkeys([*KEYS, *self.records.columns_of("SY")])
        schema = {**dict.fromkeys(names, pl.String()), "fault": pl.UInt8()}
        rows = [
            one.cells.with_columns(pl.Series("fault", one.fault)).filter(pl.col("fault") != SHIFTED)
            for one in self.seen["SY"]
        ]
        summaries = pl.concat([pl.DataFrame(schema=schema), *rows], how="diagonal")
        return summaries.filter(pl.col("SummaryRecordId").is_not_null())

    def _summaries(self, sound: pl.DataFrame) -> pl.DataFrame:
        names = [name for name in self.records.columns_of("SY") if name not in KEYS]
        agreed = [pl.col("fault").max()]
        agreed += [
            pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in names
        ]
        by_controller = sound.group_by(KEYS, maintain_order=True).agg(agreed)
        by_id = sound.group_by(KEYS[0], maintain_order=True).agg(agreed)
        groups = [
            by_controller.with_columns(alone=pl.lit(value=False)),
            by_id.with_columns(alone=pl.lit(value=True)),
        ]
        joined = pl.concat(groups, how="diagonal")
        return joined.select("alone", "fault", *KEYS, pl.col(names).name.prefix("SY."))


def _open(sound: pl.DataFrame) -> frozenset[str]:
    """Summary ids none of whose records names a rights controller."""
    groups = sound.group_by(KEYS[0]).agg(pl.col(KEYS[1]).is_null().all().alias("open"))
    return frozenset(groups.filter("open")[KEYS[0]])
