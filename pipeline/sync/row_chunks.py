"""What goes into a manifest of rows and what becomes of it, as plain records."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

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


@dataclass(frozen=True)
class Chunk:
    """Some rows on their way into a manifest.

    Attributes:
        cells: of the manifest.
        strange: which rows have another form than is known, where that takes them out.
        torn: the JSON of those.
        keys: the texts that tell rows apart; None where nothing does.
        places: of the rows in time or order, as their provider writes them.
    """

    cells: pl.DataFrame
    strange: pl.Series
    torn: Sequence[str]
    keys: pl.DataFrame | None
    places: pl.Series


def whole(chunks: Sequence[Chunk]) -> Chunk:
    """Several chunks, at least one, as one."""
    keys = [chunk.keys for chunk in chunks if chunk.keys is not None]
    return Chunk(
        pl.concat([chunk.cells for chunk in chunks]),
        pl.concat([chunk.strange for chunk in chunks]),
        [row for chunk in chunks for row in chunk.torn],
        pl.concat(keys) if keys else None,
        pl.concat([chunk.places for chunk in chunks]),
    )
