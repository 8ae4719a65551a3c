"""Conflicts: what is told of ISRCs and recordings that cannot all be so, by the money at stake."""

from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.flow.metadata_lines import Told, fetch
from pipeline.vocab_watch import Conflict
from pipeline.watch.metadata import conflicts as judging
from pipeline.watch.metadata import stakes

_CONFLICT = ("subject", "kind", "isrc", "recording_id", "catalog_title", "catalog_artist")
_SIDE = (
    "side_no", "subject", "isrc", "title", "version", "artist", "services", "periods",
    "first_month", "last_month", "at_stake",
)  # fmt: skip
_NOTHING = pl.lit(None, pl.String)


class Conflicts(NamedTuple):
    """Conflicts and their sides, as `MetadataDrift` has them."""

    conflicts: pl.DataFrame
    sides: pl.DataFrame


class _Disputed(NamedTuple):
    """Conflicts (`_CONFLICT`), their sides (`_SIDE`), and money by `side_no`."""

    conflicts: pl.DataFrame
    sides: pl.DataFrame
    money: pl.DataFrame


def conflicts(told: Told, since: date | None, period: str | None) -> Conflicts:
    """The conflicts of which a side at stake was told in or after a month, and in a period."""
    of_isrcs = _of_isrcs(told)
    of_recordings = _of_recordings(told, of_isrcs.sides.height)
    named = pl.concat([of_isrcs.conflicts, of_recordings.conflicts])
    sides = pl.concat([of_isrcs.sides, of_recordings.sides])
    money = pl.concat([of_isrcs.money, of_recordings.money])
    staked = sides.filter(
        pl.col("at_stake"),
        pl.lit(since is None) | (pl.col("last_month") >= pl.lit(since, pl.Date)),
        pl.lit(period is None) | pl.col("periods").list.contains(pl.lit(period, pl.String)),
    )
    kept = named.join(staked, on="subject", how="semi")
    at_stake = money.join(sides.filter("at_stake"), on="side_no").select(*money.columns, "subject")
    weighed = stakes.weighed(
        kept, at_stake.join(kept, on="subject", how="semi"), "subject"
    ).with_row_index("conflict_no")
    numbered = sides.join(weighed.select("subject", "conflict_no"), on="subject")
    told_sides = stakes.weighed(numbered, money, "side_no").sort(
        ["conflict_no", "lines", "side_no"], descending=[False, True, False]
    )
    return Conflicts(weighed.drop("subject"), told_sides.drop("subject", "side_no", "periods"))


def _of_isrcs(told: Told) -> _Disputed:
    """ISRCs that name several things, or another than the catalog says."""
    claims = fetch(told.con, "claims")
    texts = told.texts
    spelled = claims.join(texts.titles.select("title_no", "title", "version"), on="title_no").join(
        texts.artists.select("artist_no", "artist"), on="artist_no", how="left"
    )
    given: pl.DataFrame = told.con.sql("FROM given").pl()
    about = given.join(claims, on="isrc", how="semi")
    found = judging.judged(spelled.select(list(judging.CLAIM)), about)
    subject = pl.format("isrc {}", "isrc").alias("subject")
    sides = found.sides.with_columns(subject)
    wanted = fetch(told.con, "of_sides", members=found.members)
    named = found.conflicts.with_columns(subject, recording_id=_NOTHING)
    return _Disputed(
        named.select(_CONFLICT),
        sides.select(_SIDE),
        _money(fetch(told.con, "money", wanted=wanted)),
    )


def _of_recordings(told: Told, first: int) -> _Disputed:
    """Recordings that are told under several ISRCs; their sides are numbered from `first`."""
    doubled = fetch(told.con, "doubled", params=told.params)
    several = fetch(told.con, "several", params=told.params, doubled=doubled)
    owners = _owners(told, several)
    subject = pl.format("recording {}", "recording_id").alias("subject")
    sides = (
        several.join(owners, on="recording_id", how="left")
        .sort(["recording_id", "lines", "isrc"], descending=[False, True, False])
        .with_columns(
            subject,
            version=_NOTHING,
            # The catalog knows its ISRC; where it does not, most lines do.
            own=pl.coalesce("own_isrc", pl.col("isrc").first().over("recording_id")),
        )
        .with_columns(at_stake=pl.col("isrc") != pl.col("own"))
        .with_row_index("side_no", offset=first)
    )
    money = fetch(
        told.con,
        "several_money",
        params=told.params,
        wanted=sides.select(pl.col("side_no").alias("item"), "recording_id", "isrc"),
    )
    named = sides.unique("subject", keep="first", maintain_order=True).with_columns(
        kind=pl.lit(Conflict.SEVERAL.value), isrc="own"
    )
    return _Disputed(named.select(_CONFLICT), sides.select(_SIDE), _money(money))


def _owners(told: Told, several: pl.DataFrame) -> pl.DataFrame:
    """The recordings as the catalog has them; none where there is none."""
    if told.has_catalog:
        return fetch(told.con, "owners", several=several)
    names = ("recording_id", "own_isrc", "catalog_title", "catalog_artist")
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


def _money(found: pl.DataFrame) -> pl.DataFrame:
    return found.rename({"item": "side_no"}).with_columns(pl.col("side_no").cast(pl.UInt32))
