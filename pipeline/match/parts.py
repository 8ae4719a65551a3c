"""Parts of texts, each text taken apart once in a call: artists and releases return often."""

from collections.abc import Callable

import polars as pl

from pipeline.contract.text_fold import fold
from pipeline.contract.text_parts import artist_parts, release_parts, spelled, title_parts

_MOST = 200_000
"""Texts of a kind that are kept: then they are forgotten and begun anew. Bounds memory alone."""


class Parts:
    """What has been taken apart so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._kept: dict[str, pl.DataFrame] = {}

    def told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the parts of title, artist and label."""
        titles = self._apart("titles", rows.select("title", "version"), title_parts)
        labels = self._apart("labels", rows.select("label"), _label_words)
        return rows.hstack(titles).hstack(self.artists(rows["artist"])).hstack(labels)

    def artists(self, cells: pl.Series) -> pl.DataFrame:
        """`artist_parts` of each cell."""
        rows = cells.alias("cell").to_frame()
        return self._apart("artists", rows, lambda some: artist_parts(some["cell"]))

    def releases(self, cells: pl.Series) -> pl.DataFrame:
        """`release_parts` of each cell, and `release_joined`: its words without spaces."""
        return self._apart("releases", cells.alias("cell").to_frame(), _release)

    def _apart(
        self, kind: str, cells: pl.DataFrame, take: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> pl.DataFrame:
        """The parts of each row, in order."""
        keys = cells.columns
        distinct = cells.unique(maintain_order=True)
        kept = self._kept.get(kind)
        if kept is None or kept.height > _MOST:
            kept = distinct.hstack(take(distinct))
        else:
            new = distinct.join(kept, on=keys, how="anti", nulls_equal=True, maintain_order="left")
            kept = pl.concat([kept, new.hstack(take(new))], rechunk=False)
        self._kept[kind] = kept
        both = cells.join(kept, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return both.drop(keys)


def _release(cells: pl.DataFrame) -> pl.DataFrame:
    joined = pl.col("release").str.replace_all(" ", "", literal=True)
    return release_parts(cells["cell"]).with_columns(joined.alias("release_joined"))


def _label_words(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(label_words=spelled(fold(pl.col("label"))))
