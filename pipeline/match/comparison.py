"""Step 5 of a catalog: some thousand identities at a time beside the recordings that they may be.

What is kept of each are its verdict and its best candidates: all that is compared of a hundred
thousand identities would fill a gigabyte.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.match.candidates import candidates
from pipeline.match.likeness import NOTHING, REPORTED, compared
from pipeline.match.parts import Parts
from pipeline.match.word_index import WordIndex
from pipeline.store.sql import query

CHUNK = 8_192
"""Identities that are compared at once: bounds memory, changes nothing else."""

_OF_EXACT_TEXT = ("placeholder", "generic_title", "duration", "release")
"""Vetoes that can hold where all words agree; an alias may make the artist's differ."""


@dataclass(frozen=True)
class Comparison:
    """What is read of a catalog once, however many identities there are.

    Attributes:
        con: as `ladder.resolve`, its exact steps taken.
        words: tells the catalog's index of words, as `ladder.resolve`.
        parts: texts taken apart.
    """

    con: duckdb.DuckDBPyConnection
    words: Callable[[], WordIndex] | None = None
    parts: Parts = field(default_factory=Parts)

    @cached_property
    def index(self) -> WordIndex:
        """The catalog's index of words."""
        return WordIndex.read(self.con) if self.words is None else self.words()

    @cached_property
    def refused(self) -> pl.DataFrame:
        """Identities and the recording_id of what a person turned down."""
        rows: pl.DataFrame = self.con.sql(query("match/refused")).pl()
        return rows

    @cached_property
    def exact(self) -> pl.DataFrame:
        """Identities and the recording_no of recordings that bear the very text."""
        rows: pl.DataFrame = self.con.sql(query("match/exact_pairs")).pl()
        return rows

    def of(self, reported: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """What bears the very text and is not contradicted, and else what is likely.

        Args:
            reported: identity and the columns `REPORTED`, in order; titles are never null.

        Yields:
            Rows of `likeness.compared` for some identities: those of the first kind, and those of
            the second for all who have none. At least once.
        """
        if not reported.height:
            yield NOTHING, NOTHING
        for chunk in reported.iter_slices(CHUNK):
            spellings = spelled(self.con, chunk)
            exact = self.exact.join(chunk, on="identity", how="semi")
            unknown = spellings.join(exact, on="identity", how="anti", maintain_order="left")
            # Both at once: a comparison costs a tenth of a second before its first pair.
            rows = self._compared(spellings, pl.concat([exact, self._candidates(unknown)]))
            found = rows.join(exact, on="identity", how="anti", maintain_order="left")
            same = rows.join(exact, on="identity", how="semi", maintain_order="left")
            other = pl.col("vetoes").list.set_intersection(list(_OF_EXACT_TEXT)).list.len() > 0
            kept = same.with_columns(vetoed=other).filter(~pl.col("vetoed"))
            denied = spellings.join(exact, on="identity", how="semi", maintain_order="left")
            denied = denied.join(kept, on="identity", how="anti", maintain_order="left")
            yield kept, pl.concat([found, self._compared(denied, self._candidates(denied))])

    def _compared(self, spellings: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
        rows = compared(self.con, spellings, pairs, self.parts)
        return rows.join(
            self.refused, on=["identity", "recording_id"], how="anti", maintain_order="left"
        )

    def _candidates(self, spellings: pl.DataFrame) -> pl.DataFrame:
        if not spellings.height:
            return self.exact.clear()
        found = candidates(self.con, spellings, self.index)
        rows = spellings["identity"].gather(found["identity"])
        return found.with_columns(rows.alias("identity")).unique()


def spelled(con: duckdb.DuckDBPyConnection, reported: pl.DataFrame) -> pl.DataFrame:
    """The identities once as reported, and once for each other known spelling of their artist.

    Args:
        con: as `ladder.resolve`.
        reported: identity and the columns `REPORTED`.

    Returns:
        Those columns and `alias`: where the spelling is known from, null as reported; by identity.
    """
    plain = reported.select("identity", *REPORTED).with_columns(alias=pl.lit(None, pl.String))
    keyed = plain.with_columns(artist_key=text.artist_form(pl.col("artist")))
    con.register("asked_artists", keyed.select("artist_key").drop_nulls().unique())
    others = con.sql(query("match/spellings")).pl()
    con.unregister("asked_artists")
    again = keyed.join(others, on="artist_key").with_columns(artist="spelling", alias="origin")
    return pl.concat([plain, again.select(plain.columns)]).sort("identity", maintain_order=True)
