"""Metadata drift: what sources tell of the catalog's things, where that changed or contradicts."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.errors import UsageError
from pipeline.flow import metadata_conflicts, metadata_lines
from pipeline.flow.metadata_lines import Told, fetch, make
from pipeline.settings import Settings
from pipeline.watch.metadata import changes, patterns, saying, spelling, stakes

EXAMPLES = 3
"""How many changes stand for those that a pattern explains."""


@dataclass(frozen=True)
class Asked:
    """What to look at; None is everything.

    Attributes:
        source: whose reports.
        service: of which service.
        period: changes and sides of conflicts that deliveries of this accounting period told.
        since: the first month of changes, as `2026-05`; conflicts that last until then or later.
    """

    source: str | None = None
    service: str | None = None
    period: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class MetadataDrift:
    """What changed and what contradicts, each with its money; the most at stake first.

    `money` is a list of currency, lines, quantity and amount (exact) of what was told under the
    new value from `since` on, until it changed again; of conflicts, of the sides at stake. Months
    are text as `2026-05`, `field` is title, version, artist, label, gtin or duration_s.

    Attributes:
        patterns: one row per change that many ISRCs of a service share, those in writing alone
            last: pattern_no, source, service, field, since, kind (`vocab_watch.Change`), place,
            removed and added (`…` is what differs, `#` a number), is_cosmetic, isrcs, of_isrcs
            (that the service reports in that month), lines, money, examples (list of isrc, before,
            after), said (a sentence).
        changes: one row per other change: change_no, isrc, source, service, field, since, kind,
            before, after, title and artist (as told with it; the artist null of labels, GTINs and
            lengths), lines, money.
        conflicts: one row per conflict: conflict_no, kind (`vocab_watch.Conflict`), isrc (the
            catalog's, of a recording under several), recording_id, catalog_title, catalog_artist
            (null where the catalog has none), lines, money.
        sides: one row per side of a conflict, the heaviest first: conflict_no, isrc, title,
            version, artist, services, first_month, last_month, lines, at_stake, money.
        isrcs: how many ISRCs were looked at.
        unsaid: how many changes say the same in other letters and are no pattern.
        first_month, last_month: of what was looked at; None where nothing was.
    """

    patterns: pl.DataFrame
    changes: pl.DataFrame
    conflicts: pl.DataFrame
    sides: pl.DataFrame
    isrcs: int
    unsaid: int
    first_month: str | None
    last_month: str | None


def metadata_drift(home: Path, settings: Settings, asked: Asked) -> MetadataDrift:
    """What changed in what sources tell of ISRCs, and what of it contradicts.

    Raises:
        UsageError: `since` is no month.
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    since = _month(asked.since)
    with metadata_lines.told(home, settings, asked.source, asked.service) as told:
        return drift_of(told, since, asked.period)


def drift_of(told: Told, since: date | None = None, period: str | None = None) -> MetadataDrift:
    """The same of a session: changes since a month, that deliveries of a period told."""
    catalogue = fetch(told.con, "catalogue")
    found = _changes(told, catalogue, since, period)
    disputed = metadata_conflicts.conflicts(told, since, period)
    (isrcs,) = told.con.execute("SELECT count(DISTINCT isrc) FROM named").fetchall()[0]
    months = _with_months(catalogue)["month"].sort().to_list()
    return MetadataDrift(
        patterns=_said(_with_months(found.patterns)).select(_PATTERN),
        changes=_with_months(found.single).select(_CHANGE),
        conflicts=disputed.conflicts,
        sides=_with_months(disputed.sides),
        isrcs=int(isrcs),
        unsaid=found.unsaid,
        first_month=months[0] if months else None,
        last_month=months[-1] if months else None,
    )


_PATTERN = (
    "pattern_no", "source", "service", "field", "since", "kind", "place", "removed", "added",
    "is_cosmetic", "isrcs", "of_isrcs", "lines", "money", "examples", "said",
)  # fmt: skip
_CHANGE = (
    "change_no", "isrc", "source", "service", "field", "since", "kind", "before", "after", "title",
    "artist", "lines", "money",
)  # fmt: skip


class _ToldOf(NamedTuple):
    """Changes by how they are told."""

    patterns: pl.DataFrame
    single: pl.DataFrame
    unsaid: int


def _changes(
    told: Told, catalogue: pl.DataFrame, since: date | None, period: str | None
) -> _ToldOf:
    make(told.con, "cells")
    raw = fetch(told.con, "changes")
    judged = changes.judged(spelling.spelled(raw, told.texts))
    chosen = spelling.without_echoes(judged).filter(
        pl.lit(since is None) | (pl.col("since") >= pl.lit(since, pl.Date)),
        pl.lit(period is None) | (pl.col("period") == pl.lit(period, pl.String)),
    )
    found = patterns.found(chosen, catalogue)
    asked = raw.join(chosen, on="change_no", how="semi")
    wanted = fetch(told.con, "of_changes", changes=asked)
    money = fetch(told.con, "money", wanted=wanted).rename({"item": "change_no"})
    by_pattern = money.join(found.members, on="change_no")
    return _ToldOf(
        stakes.weighed(found.patterns, by_pattern, "pattern_no")
        .join(_examples(found.members, chosen, money), on="pattern_no", maintain_order="left")
        .sort("is_cosmetic", maintain_order=True),
        stakes.weighed(found.single, money, "change_no"),
        found.unsaid.height,
    )


def _examples(members: pl.DataFrame, changes: pl.DataFrame, money: pl.DataFrame) -> pl.DataFrame:
    """Of each pattern the changes that weigh most."""
    weighed = stakes.weighed(changes.join(members, on="change_no"), money, "change_no")
    return weighed.group_by("pattern_no", maintain_order=True).agg(
        pl.struct("isrc", "before", "after").head(EXAMPLES).alias("examples")
    )


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    """The patterns in words; there are few."""
    said = [saying.sentence(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(pl.Series("said", said, pl.String))


def _month(text: str | None) -> date | None:
    """The first day of a month."""
    if text is None:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise UsageError(f"{text!r} is no month", "write 2026-05") from error


def _with_months(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their months as text."""
    named = [
        name for name in ("month", "since", "first_month", "last_month") if name in rows.columns
    ]
    return rows.with_columns(pl.col(named).dt.to_string("%Y-%m"))
