"""A person's words about rows of the queue, and what must be true of them before they count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from pipeline.contract import text
from pipeline.flow import review_keys
from pipeline.flow.review_limits import NO_LIMITS, Limits
from pipeline.flow.review_queue import Queue
from pipeline.flow.review_rivals import rivals, twice
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
        limits: where and when it holds.
        bind: what it is bound to; the strongest identifier where None.
        candidates: what is turned down; all candidates of the row where empty.
        learns_alias: whether the reported artist is another spelling of the catalog's.
        only_candidate: whether it is the only candidate of the row, whatever that is.
        replaces: whether standing decisions on the same identifier give way. A word that tells the
            version of its row has seen them, and needs no leave.
        reason: why.
    """

    queue_id: str
    kind: Decision
    version: str | None = None
    recording_id: str | None = None
    release_id: str | None = None
    limits: Limits = NO_LIMITS
    bind: Binding | None = None
    candidates: tuple[str, ...] = ()
    learns_alias: bool = False
    only_candidate: bool = False
    replaces: bool = False
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


def ruled(words: Sequence[Word], queue: Queue, catalog: Catalog) -> Ruled:
    """What the words come to.

    Args:
        words: a person's.
        queue: as it is now, under the lock.
        catalog: what it says of every recording and release that a word names.
    """
    found = Ruled()
    stand = standing(queue.decisions)
    for word in words:
        place = _place(word, queue)
        why = _why_not(word, place, queue, catalog)
        if why is None and place is not None:
            row = _row(word, place, catalog)
            against = [*rivals(row, stand), *twice(row, found.rows)]
            seen = word.replaces or word.version is not None
            if against and not (seen and all("decided_at" in one for one in against)):
                why = f"{_told(against[-1])}; --replace puts this in its place"
            else:
                found.rows.append(row)
                found.replaced.extend(one["decision_id"] for one in against)
        if why is not None:
            found.refusals.append(Refusal(word.queue_id, why))
    return found


def spelled_out(words: Sequence[Word], queue: Queue) -> list[Word]:
    """The words, with the one candidate that some mean by its id; where several stand, none."""
    return [_with_candidate(word, queue) if word.only_candidate else word for word in words]


def _with_candidate(word: Word, queue: Queue) -> Word:
    place = _place(word, queue)
    candidates = [] if place is None or "past" in place else place["candidates"]
    if place is None or len(candidates) != 1:
        return word
    if place["level"] == SaleLevel.RELEASE.value:
        return replace(word, release_id=candidates[0])
    return replace(word, recording_id=candidates[0])


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
        "territories": sorted(word.limits.territories),
        "valid_from": word.limits.valid_from,
        "valid_to": word.limits.valid_to,
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
