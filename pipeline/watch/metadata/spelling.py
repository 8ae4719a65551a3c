"""Changes in words: the numbers of their texts spelled out, each under the column that differs."""

import polars as pl

from pipeline.vocab_watch import Change
from pipeline.watch.metadata.telling import Texts

_KEYS = ["change_no", "source", "service", "isrc", "since", "period", "is_same_form"]
SPELLED = [*_KEYS, "field", "before", "after", "before_beside", "after_beside", "title", "artist"]
"""Columns of a spelled change: of titles the artist stands beside, and the other way round; `title`
and `artist` are as told with the new value, the artist null but for these two."""


def spelled(changes: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """The changes with their texts, as `SPELLED`; without those that only tell blank from nothing.

    Args:
        changes: `_KEYS`, field, old_value, value, old_beside and beside, by number where the field
            is title, artist or label.
        texts: what the numbers mean.
    """
    found = [
        _of_titles(changes.filter(field="title"), texts),
        _of_artists(changes.filter(field="artist"), texts),
        _of_labels(changes.filter(field="label"), texts),
        _titled(changes.filter(pl.col("field").is_in(["gtin", "duration_s"])), texts).with_columns(
            before="old_value", after="value"
        ),
    ]
    nothing = pl.lit(None, pl.String)
    whole = [
        rows.with_columns(
            nothing.alias(name) for name in SPELLED if name not in rows.columns
        ).select(SPELLED)
        for rows in found
    ]
    return pl.concat(whole).filter(pl.col("before") != pl.col("after")).sort("change_no")


def without_echoes(judged: pl.DataFrame) -> pl.DataFrame:
    """The changes without those of an artist that only tell where the title's guests have gone."""
    key = ["source", "service", "isrc", "since"]
    moved = pl.col("kind") == Change.GUESTS.value
    titles = judged.filter(moved, pl.col("field") == "title").select(key)
    artists = judged.filter(moved, pl.col("field") == "artist")
    echoes = artists.join(titles, on=key, how="semi").select("change_no")
    return judged.join(echoes, on="change_no", how="anti")


def _of_titles(changes: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Titles; a version's change is told as such where its title stays."""
    names = texts.titles.select("title_no", "title", "version")
    artists = texts.artists.select("artist_no", "artist")
    told = _joined(changes, "old_value", names, "old_")
    told = _joined(told, "value", names, "new_")
    told = _joined(told, "old_beside", artists, "old_")
    told = _joined(told, "beside", artists, "new_")
    stays = pl.col("old_title") == pl.col("new_title")
    alone = pl.col("is_same_form") | pl.col("old_version").eq_missing(pl.col("new_version"))
    return told.with_columns(
        pl.when(stays).then(pl.lit("version")).otherwise(pl.lit("title")).alias("field"),
        *(
            pl.when(stays)
            .then(pl.col(f"{age}_version").fill_null(""))
            .when(alone)
            .then(f"{age}_title")
            .otherwise(_with_version(age))
            .alias(side)
            for side, age in (("before", "old"), ("after", "new"))
        ),
        before_beside="old_artist",
        after_beside="new_artist",
        title="new_title",
        artist="new_artist",
    )


def _with_version(age: str) -> pl.Expr:
    title, version = pl.col(f"{age}_title"), pl.col(f"{age}_version")
    return pl.when(version != "").then(pl.format("{} ({})", title, version)).otherwise(title)


def _of_artists(changes: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    artists = texts.artists.select("artist_no", "artist")
    titles = texts.titles.select("title_no", "title")
    told = _joined(changes, "old_value", artists, "old_")
    told = _joined(told, "value", artists, "new_")
    told = _joined(told, "old_beside", titles, "old_")
    told = _joined(told, "beside", titles, "new_")
    return told.with_columns(
        before="old_artist",
        after="new_artist",
        before_beside="old_title",
        after_beside="new_title",
        title="new_title",
        artist="new_artist",
    )


def _of_labels(changes: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    labels = texts.labels.select("label_no", "label")
    told = _joined(_titled(changes, texts), "old_value", labels, "old_")
    return _joined(told, "value", labels, "new_").with_columns(
        before="old_label", after="new_label"
    )


def _titled(changes: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """The changes with the title that is told beside the new value."""
    return _joined(changes, "beside", texts.titles.select("title_no", "title"), "")


def _joined(rows: pl.DataFrame, column: str, texts: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """The rows with the texts that a column's numbers mean, their names with a prefix."""
    number, *names = texts.columns
    meant = texts.rename({name: f"{prefix}{name}" for name in names})
    return rows.with_columns(pl.col(column).cast(pl.UInt32)).join(
        meant, left_on=column, right_on=number, how="left"
    )
