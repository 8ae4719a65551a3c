"""What is told of ISRCs, each distinct text once: as a number, and in its normal form."""

from dataclasses import dataclass

import polars as pl

from pipeline.contract.text import forms
from pipeline.contract.text_fold import absent_if_blank, collapse, fold

GUEST_WORDS = ("and", "feat", "ft", "featuring", "with")
JOINTS = (*GUEST_WORDS, "vs", "x", "und", "et", "y", "con", "e")
"""Words that join the names of artists; how they are joined says nothing of who plays."""

NAMED: dict[str, pl.DataType] = {
    "identity": pl.UInt64(),
    "isrc": pl.String(),
    "title_no": pl.UInt32(),
    "title_form": pl.UInt32(),
    "core_no": pl.UInt32(),
    "artist_no": pl.UInt32(),
    "artist_form": pl.UInt32(),
    "label_no": pl.UInt32(),
    "label_form": pl.UInt32(),
    "gtin": pl.String(),
    "duration_s": pl.UInt32(),
}


@dataclass(frozen=True)
class Texts:
    """The distinct texts, one row each; texts of one form differ in writing alone.

    Attributes:
        titles: title_no, title, version, title_form, title_key (the form without its version) and
            core_no, its number.
        artists: artist_no, artist, artist_key, artist_form.
        labels: label_no, label, label_form.
    """

    titles: pl.DataFrame
    artists: pl.DataFrame
    labels: pl.DataFrame


def texts(identities: pl.DataFrame) -> Texts:
    """The distinct texts of identities, numbered in their own order; those of blanks are left out.

    Args:
        identities: title, version, artist and label, each of which may be null.
    """
    titles = _distinct(identities, "title", "version")
    keys = forms(titles.with_columns(artist=pl.lit(None, pl.String)))
    keyed = titles.with_columns(keys["title_key"], keys["version_key"]).filter(
        pl.col("title_key").is_not_null()
    )
    form = pl.concat_str("title_key", "version_key", separator="\0")
    artists = _distinct(identities, "artist").with_columns(
        artist_key=absent_if_blank(collapse(fold(pl.col("artist"))))
    )
    labels = _distinct(identities, "label").with_columns(
        label_key=absent_if_blank(collapse(fold(pl.col("label"))))
    )
    return Texts(
        _numbered(keyed, form, "title").select(
            "title_no", "title", "version", "title_form", "title_key", _rank("title_key", "core_no")
        ),
        _numbered(artists, names_of(pl.col("artist_key")), "artist"),
        _numbered(labels, pl.col("label_key"), "label").drop("label_key"),
    )


def names_of(key: pl.Expr, joints: tuple[str, ...] = JOINTS) -> pl.Expr:
    """The words of a folded credit, each once and in the order of the alphabet, without joints."""
    words = key.str.split(" ").list.unique().list.sort()
    alone = words.list.set_difference(pl.lit(list(joints))).list.sort()
    return pl.when(alone.list.len() > 0).then(alone).otherwise(words).list.join(" ")


def named(identities: pl.DataFrame, told: Texts) -> pl.DataFrame:
    """The identities with the numbers of their texts and forms, as `NAMED`; null where blank."""
    joined = (
        identities.join(told.titles, on=["title", "version"], how="left", nulls_equal=True)
        .join(told.artists, on="artist", how="left")
        .join(told.labels, on="label", how="left")
    )
    return joined.select(pl.col(name).cast(dtype) for name, dtype in NAMED.items())


def _distinct(identities: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return identities.select(columns).unique().drop_nulls(columns[0]).sort(columns)


def _numbered(rows: pl.DataFrame, form: pl.Expr, name: str) -> pl.DataFrame:
    """The rows whose form says something, with a number for each, and one for each form."""
    told = rows.with_columns(form.alias("form")).drop_nulls("form").with_row_index(f"{name}_no")
    return told.with_columns(_rank("form", f"{name}_form")).drop("form")


def _rank(text: str, name: str) -> pl.Expr:
    return pl.col(text).rank("dense").cast(pl.UInt32).alias(name)
