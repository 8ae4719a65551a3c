"""What is told of one ISRC, or of one recording, that cannot all be so.

Titles and artists are compared as likeness compares them: without versions, guests and stickers.
Two are others only where they are plainly so; what may be a typing error, a longer spelling or
another script is no conflict.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from pipeline.contract.text_parts import artist_parts, title_parts
from pipeline.vocab_watch import Conflict
from pipeline.watch.sketch_text import scripts

UNLIKE = 60.0
"""Below this likeness in percent two words are others; "Alpha" and "Alfa" have 67."""

CLAIM: dict[str, pl.DataType] = {
    "isrc": pl.String(),
    "title_no": pl.UInt32(),
    "artist_no": pl.UInt32(),
    "title": pl.String(),
    "version": pl.String(),
    "artist": pl.String(),
    "source": pl.String(),
    "service": pl.String(),
    "first_month": pl.Date(),
    "last_month": pl.Date(),
    "periods": pl.List(pl.String()),
    "lines": pl.Int64(),
}
"""Who told which title and artist of an ISRC; `artist` may be null, `title` is not."""

_THING = ["isrc", "core", "lead"]
_LETTERS = ["script", "lead_script", "joined"]
"""What a thing is compared by, beside its core."""


class Judged(NamedTuple):
    """Conflicts of ISRCs, and their sides.

    Attributes:
        conflicts: isrc, kind (of `Conflict`), catalog_title and catalog_artist (null where the
            catalog has not the ISRC).
        sides: one row per thing that such an ISRC names, by number: side_no, isrc; title, version
            and artist as most lines tell them; services, periods, first_month, last_month, lines;
            and `at_stake`: it is not what the catalog says, or else what most lines say.
        members: isrc, title_no, artist_no and side_no of the claims in conflict.
    """

    conflicts: pl.DataFrame
    sides: pl.DataFrame
    members: pl.DataFrame


def judged(claims: pl.DataFrame, given: pl.DataFrame) -> Judged:
    """The conflicts among claims, and between them and the catalog.

    Args:
        claims: as `CLAIM`.
        given: isrc, title, version and artist of the catalog's recordings; empty without one.
    """
    told = _taken_apart(claims)
    known = _taken_apart(given.select("isrc", "title", "version", "artist")).unique(_THING)
    things = (
        told.group_by(_THING)
        .agg(pl.col(_LETTERS).first(), pl.col("lines").sum())
        .sort([*_THING[:1], "lines", "core", "lead"], descending=[False, True, False, False])
    )
    against = _against(things, known, "catalog")
    agreeing = against.with_columns(agrees=~pl.col("catalog_title") & ~pl.col("catalog_artist"))
    heaviest = agreeing.sort("agrees", descending=True, maintain_order=True).unique(
        "isrc", keep="first", maintain_order=True
    )
    compared = _against(agreeing, heaviest.select(*_THING, *_LETTERS), "other")
    with_time = compared.join(_overlapping(told), on="isrc", how="left").with_columns(
        pl.col("overlaps").fill_null(value=False)
    )
    kinds = _kinds(with_time)
    found = with_time.join(kinds, on="isrc").with_columns(_at_stake())
    staked = told.join(found.select(*_THING, "at_stake"), on=_THING)
    sides = _sides(staked)
    members = staked.join(sides, on=_THING).select("isrc", "title_no", "artist_no", "side_no")
    return Judged(_conflicts(kinds, given), sides.drop("core", "lead"), members.unique())


def _taken_apart(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that name something, with what likeness is judged by; each text once."""
    titles = rows.select("title", "version").unique()
    parts = title_parts(titles)
    cores = titles.with_columns(
        core=parts["squashed"], is_blank=parts["is_blank"], script=scripts(parts["core"])
    )
    artists = rows.select("artist").unique()
    credits_ = artist_parts(artists["artist"])
    leads = artists.with_columns(
        lead=credits_["lead"],
        joined=credits_["joined"],
        lead_script=scripts(credits_["lead"].fill_null("")),
    )
    return (
        rows.join(cores, on=["title", "version"], nulls_equal=True)
        .filter(~pl.col("is_blank"))
        .join(leads, on="artist", nulls_equal=True)
        .with_columns(pl.col("lead", "joined").fill_null(""))
        .drop("is_blank")
    )


def _against(things: pl.DataFrame, others: pl.DataFrame, name: str) -> pl.DataFrame:
    """Whether each thing differs from all others of its ISRC: `{name}_title`, `{name}_artist`.

    The most alike counts; both are false where there is no other.
    """
    pairs = things.select(*_THING, *_LETTERS).join(others, on="isrc", suffix="_of")
    compared = pairs.with_columns(
        _unlike(pairs, "core", "core_of").alias("title"),
        _unlike(pairs, "joined", "joined_of").alias("artist"),
    ).with_columns(
        pl.col("title") & (pl.col("script") == pl.col("script_of")),
        pl.col("artist")
        & ~pl.any_horizontal(pl.col("lead", "lead_of") == "")
        & (pl.col("lead_script") == pl.col("lead_script_of")),
    )
    best = (
        compared.sort(pl.col("title").cast(pl.UInt8) + pl.col("artist").cast(pl.UInt8))
        .unique(_THING, keep="first", maintain_order=True)
        .select(*_THING, *(pl.col(one).alias(f"{name}_{one}") for one in ("title", "artist")))
    )
    return things.join(best, on=_THING, how="left", maintain_order="left").with_columns(
        pl.col(f"{name}_title", f"{name}_artist").fill_null(value=False)
    )


def _unlike(pairs: pl.DataFrame, left: str, right: str) -> pl.Series:
    """Whether two columns of words are plainly others: neither like, nor one in the other."""
    likeness = process.cpdist(
        pairs[left].to_list(), pairs[right].to_list(), scorer=fuzz.ratio, dtype=np.float32
    )
    one_in_other = pairs.select(
        pl.col(left).str.contains(pl.col(right), literal=True)
        | pl.col(right).str.contains(pl.col(left), literal=True)
    ).to_series()
    return pl.Series(np.asarray(likeness) < UNLIKE) & ~one_in_other


def _overlapping(told: pl.DataFrame) -> pl.DataFrame:
    """ISRCs of which two things are told at the same time: by two services, or by one for long.

    In the month in which a service changes a title it tells both; that is a change, no conflict.
    """
    spans = told.group_by(*_THING, "source", "service").agg(
        pl.col("first_month").min(), pl.col("last_month").max()
    )
    both = spans.join(spans, on="isrc", suffix="_of").filter(
        (pl.col("core") != pl.col("core_of")) | (pl.col("lead") != pl.col("lead_of"))
    )
    first = pl.max_horizontal("first_month", "first_month_of")
    last = pl.min_horizontal("last_month", "last_month_of")
    other = pl.any_horizontal(pl.col(one) != pl.col(f"{one}_of") for one in ("source", "service"))
    return (
        both.filter((last > first) | ((last == first) & other))
        .select("isrc", overlaps=pl.lit(value=True))
        .unique()
    )


def _kinds(things: pl.DataFrame) -> pl.DataFrame:
    """What is wrong with each ISRC, the gravest first; those with nothing are left out."""
    reused = pl.col("other_title") & pl.col("other_artist")
    strange = pl.col("catalog_title") | pl.col("catalog_artist")
    ranked = [
        (reused, Conflict.REUSED),
        (strange, Conflict.CATALOG),
        (pl.col("other_title") & pl.col("overlaps"), Conflict.TITLE),
        (pl.col("other_artist") & pl.col("overlaps"), Conflict.ARTIST),
    ]
    kind = pl.lit(None, pl.String)
    for holds, conflict in reversed(ranked):
        kind = pl.when(holds.any()).then(pl.lit(conflict.value)).otherwise(kind)
    return things.group_by("isrc").agg(kind.alias("kind")).drop_nulls("kind")


def _at_stake() -> pl.Expr:
    """A thing that is not what the catalog says, or else not what most lines say."""
    strange = pl.col("catalog_title") | pl.col("catalog_artist")
    other = pl.col("other_title") | pl.col("other_artist")
    return (strange | other).alias("at_stake")


def _conflicts(kinds: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    first = given.sort("recording_id").unique("isrc", keep="first", maintain_order=True)
    named = first.select("isrc", catalog_title="title", catalog_artist="artist")
    return kinds.join(named, on="isrc", how="left").sort("isrc")


def _sides(staked: pl.DataFrame) -> pl.DataFrame:
    """The claims in conflict, one row per thing."""
    spelled = ["title", "version", "artist"]
    heaviest_first = staked.sort(
        [*_THING, "lines", "title_no", "artist_no", "source", "service"],
        descending=[False] * len(_THING) + [True] + [False] * 4,
        nulls_last=True,
    )
    return (
        heaviest_first.group_by(_THING, maintain_order=True)
        .agg(
            pl.col(*spelled, "at_stake").first(),
            pl.col("service").unique().sort().alias("services"),
            pl.col("periods").explode().unique().sort(),
            pl.col("first_month").min(),
            pl.col("last_month").max(),
            pl.col("lines").sum(),
        )
        .with_row_index("side_no")
    )
