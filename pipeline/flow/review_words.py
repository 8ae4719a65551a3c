"""A person's words about rows of the queue, and what must be true of them before they count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from pipeline.contract import text
from pipeline.flow import review_keys
from pipeline.flow.review_queue import Queue
from pipeline.flow.rulings import standing
from pipeline.vocab import Binding, Decision, SaleLevel

SHORTEST_ID = 6
"""Digits of a queue id or a decision's id that a person must at least give."""

_SAID = {
    Decision.ACCEPT: "accepted",
    Decision.REJECT: "rejected",
    Decision.MISSING: "marked missing",
    Decision.EXCLUDE: "excluded",
}
Catalog = Mapping[str, Mapping[str, Any]]
"""What the catalog says of recordings and releases, by id; see `review/named`."""


@dataclass(frozen=True)
class Word:
    """What a person says of one row of the queue.

    Attributes:
        queue_id: of the row, or its beginning.
        kind: accept, reject, missing or exclude.
        version: the row's `queue_version` that the person saw; None where they saw none.
        recording_id: what it is; of a row of tracks.
        release_id: what it is, of a row of releases; of tracks, the release that it is from.
        territories: where it holds; everywhere where empty.
        valid_from: from which day it holds; None: from the first.
        valid_to: until which day; None: for ever.
        bind: what it is bound to; the strongest identifier where None.
        candidates: what is turned down; all candidates of the row where empty.
        learns_alias: whether the reported artist is another spelling of the catalog's.
        reason: why.
    """

    queue_id: str
    kind: Decision
    version: str | None = None
    recording_id: str | None = None
    release_id: str | None = None
    territories: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    bind: Binding | None = None
    candidates: tuple[str, ...] = ()
    learns_alias: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A word that does not count, and why."""

    queue_id: str
    why: str

    def __str__(self) -> str:
        """One clause."""
        return f"{self.queue_id}: {self.why}"


@dataclass(frozen=True)
class Ruled:
    """Words as rows of decisions, but for id, clock and name; and the words refused.

    Attributes:
        rows: of decisions.
        replaced: ids of the standing decisions that they replace.
        refusals: words that do not count.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def ruled(words: Sequence[Word], queue: Queue, catalog: Catalog, *, replace: bool) -> Ruled:
    """What the words come to.

    Args:
        words: a person's.
        queue: as it is now, under the lock.
        catalog: what it says of every recording and release that a word names.
        replace: whether standing decisions on the same identifier give way.
    """
    found = Ruled()
    stand = standing(queue.decisions)
    for word in words:
        place = _place(word, queue)
        why = _why_not(word, place, queue, catalog)
        if why is None and place is not None:
            row = _row(word, place, catalog)
            rivals = [*_rivals(row, stand), *_twice(row, found.rows)]
            seen = replace or word.version is not None
            if rivals and not (seen and all("decided_at" in one for one in rivals)):
                why = f"{_told(rivals[-1])}; --replace puts this in its place"
            else:
                found.rows.append(row)
                found.replaced.extend(one["decision_id"] for one in rivals)
        if why is not None:
            found.refusals.append(Refusal(word.queue_id, why))
    return found


def _place(word: Word, queue: Queue) -> dict[str, Any] | None:
    """The row that a word means, or one that it meant and that a decision has emptied."""
    begins = pl.col("queue_id").str.starts_with(word.queue_id.lower())
    rows = queue.rows.filter(begins)
    if rows.height == 1:
        return rows.row(0, named=True)
    past = standing(queue.decisions).filter(begins)
    if rows.height or not past.height or past["queue_id"].n_unique() > 1:
        return None
    last = past.row(-1, named=True)
    return {**last, "key_source": last["source"], "queue_version": None, "past": last}


def _why_not(
    word: Word, place: dict[str, Any] | None, queue: Queue, catalog: Catalog
) -> str | None:
    """Why a word cannot count; None where it can."""
    if len(word.queue_id) < SHORTEST_ID:
        return f"too short for an id, give {SHORTEST_ID} digits or more"
    if place is None:
        return "no such row in the queue, or several; see `royalty review list`"
    if word.version is not None and word.version != place["queue_version"]:
        return _stale(place, queue)
    if word.kind is Decision.EXCLUDE and not (word.reason or "").strip():
        return "nothing is excluded without a reason"
    if word.valid_from and word.valid_to and word.valid_to < word.valid_from:
        return f"the limit ends on {word.valid_to}, before it begins"
    if word.bind is not None and _bound(word, place) is None:
        return f"it has no {word.bind.value} to be bound to"
    return _not_it(word, place, catalog) if word.kind is Decision.ACCEPT else None


def _stale(place: dict[str, Any], queue: Queue) -> str:
    """That the row is not what the person saw, and who changed it."""
    about = queue.about.filter(queue_id=place["queue_id"])
    undone = queue.decisions.filter(
        pl.col("kind") == Decision.UNDO.value, pl.col("value").is_in(about["decision_id"].implode())
    )
    last = pl.concat([about.select(_TELLING), undone.select(_TELLING)]).sort("decided_at")
    if "past" in place:
        return f"decided meanwhile: {_told(place['past'])}"
    if last.height:
        return f"decided meanwhile: {_told(last.row(-1, named=True))}"
    return f"the catalog is another now ({queue.catalog}): look at it again"


_TELLING = ("kind", "recording_id", "release_id", "decided_by", "decided_at", "decision_id")


def _told(decision: Mapping[str, Any]) -> str:
    """Who decided what and when."""
    if "decided_at" not in decision:
        return "two words are given for the same identifier"
    kind = Decision(decision["kind"])
    what = decision.get("recording_id") or decision.get("release_id") or ""
    said = _SAID.get(kind, "undone")
    when = decision["decided_at"]
    return (
        f"{said} {what} by {decision['decided_by']} on {when:%Y-%m-%d %H:%M} UTC"
        f" ({decision['decision_id']})".replace("  ", " ")
    )


def _not_it(word: Word, place: Mapping[str, Any], catalog: Catalog) -> str | None:
    """Why a row cannot be what a word says it is; None where it can."""
    of_release = place["level"] == SaleLevel.RELEASE.value
    needed = word.release_id if of_release else word.recording_id
    if needed is None:
        return f"it is of {place['level']} level: name a {'release' if of_release else 'recording'}"
    if of_release and word.recording_id is not None:
        return "a whole release was sold: it is no recording"
    for named, what in ((word.recording_id, "recording"), (word.release_id, "release")):
        if named is not None and catalog.get(f"{what} {named}") is None:
            return f"the catalog has no {what} {named}"
    return _no_alias(word, place, catalog) if word.learns_alias else None


def _no_alias(word: Word, place: Mapping[str, Any], catalog: Catalog) -> str | None:
    """Why nothing about a spelling can be learned; None where it can.

    Only where the titles agree in their core does the artist's name say that both are the same.
    """
    if "past" in place:
        return "a spelling is learned from a row that waits"
    entry = _entry(word, catalog)
    sides = pl.DataFrame(
        {
            "title": [place["title"], entry["title"]],
            "artist": [place["artist"], entry["artist"]],
        },
        schema={"title": pl.String, "artist": pl.String},
    ).select(text.title_core(pl.col("title")), text.artist_form(pl.col("artist")))
    (title, artist), (other_title, other_artist) = sides.rows()
    if title is None or title != other_title:
        return "no spelling is learned where the titles differ"
    if artist is None or other_artist is None or artist == other_artist:
        return "both name the artist alike: there is no spelling to learn"
    return None


def _entry(word: Word, catalog: Catalog) -> Mapping[str, Any]:
    if word.recording_id is not None:
        return catalog[f"recording {word.recording_id}"]
    return catalog[f"release {word.release_id}"]


def _bound(word: Word, place: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a word is bound to; None where the row has no such identifier."""
    if word.bind is None or word.bind == place["bound_to"]:
        return {name: place[name] for name in review_keys.KEY}
    if "past" in place:
        return None
    row = pl.DataFrame([{name: place[name] for name in _KEYED}], schema=_KEYED)
    own = review_keys.keys(row).filter(bound_to=word.bind.value)
    return own.select(review_keys.KEY).row(0, named=True) if own.height else None


_KEYED = dict.fromkeys(
    ("queue_id", "source", "isrc", "gtin", "dsp_asset_id", "sale_level", "title", "version",
     "artist"),
    pl.String(),
)  # fmt: skip


def _row(word: Word, place: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    """A word as a row of decisions."""
    key = _bound(word, place) or {}
    down = word.kind in (Decision.REJECT, Decision.MISSING)
    shown = list(place["candidates"] or ())
    accepted = word.kind is Decision.ACCEPT
    return {
        "kind": word.kind.value,
        "bound_to": key["bound_to"],
        "source": key["key_source"],
        "value": key["value"],
        "level": key["level"],
        "recording_id": word.recording_id if accepted else None,
        "release_id": word.release_id if accepted else None,
        "territories": sorted(word.territories),
        "valid_from": word.valid_from,
        "valid_to": word.valid_to,
        "candidates": (list(word.candidates) or shown) if down else None,
        "reason": word.reason,
        "queue_id": place["queue_id"],
        "learned": _learned(word, place, catalog),
    }


def _learned(word: Word, place: Mapping[str, Any], catalog: Catalog) -> tuple[str, str] | None:
    """The catalog's artist and the spelling that is learned for it."""
    if not word.learns_alias:
        return None
    return str(_entry(word, catalog)["artist"]), str(place["artist"])


def _rivals(row: Mapping[str, Any], stand: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Standing decisions about the same identifier, both limited or neither, that overlap."""
    same = stand.filter(
        pl.col("kind").is_in([kind.value for kind in _SAID]),
        bound_to=row["bound_to"],
        value=row["value"],
    )
    for other in same.iter_rows(named=True):
        alike = all(other[name] == row[name] for name in ("source", "level"))
        if alike and _overlap(row, other):
            yield other


def _twice(row: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Words given before, in the same breath, that say something else of the same identifier."""
    said = ("kind", "recording_id", "release_id")
    return [
        dict(other)
        for other in earlier
        if all(other[name] == row[name] for name in ("bound_to", "source", "value", "level"))
        and _overlap(row, other)
        and any(other[name] != row[name] for name in said)
    ]


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two decisions could hold for one line with equal right."""
    if _limited(one) != _limited(other):
        return False
    places, others = set(one["territories"] or ()), set(other["territories"] or ())
    apart = bool(places and others and not places & others)
    first, last = date.min, date.max
    begins = max(one["valid_from"] or first, other["valid_from"] or first)
    ends = min(one["valid_to"] or last, other["valid_to"] or last)
    return not apart and begins <= ends


def _limited(decision: Mapping[str, Any]) -> bool:
    return bool(decision["territories"] or decision["valid_from"] or decision["valid_to"])
