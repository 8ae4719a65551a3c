"""Which lines some decisions concern, by the identifiers that the decisions are bound to."""

from dataclasses import dataclass

import polars as pl

from pipeline.contract import text
from pipeline.contract.columns import IDENTITY
from pipeline.flow.review_keys import keys
from pipeline.store import books
from pipeline.store.sql import query
from pipeline.vocab import Binding, Decision, Fault

_KEY = ["bound_to", "key_source", "value"]


@dataclass(frozen=True)
class Concerned:
    """What decisions, new or undone, are about.

    Attributes:
        bound: bound_to, key_source and value of identities.
        recordings: whose splits they complete, or no longer do.
        spellings: forms of artists that they make one, or no longer do.
    """

    bound: pl.DataFrame
    recordings: frozenset[str]
    spellings: frozenset[str]

    @classmethod
    def by(cls, new: pl.DataFrame, known: pl.DataFrame) -> "Concerned":
        """What new decisions concern; an undo concerns what it undoes.

        Args:
            new: decisions.
            known: decisions that they may undo.
        """
        undone = new.filter(kind=Decision.UNDO.value)["value"]
        ended = known.filter(pl.col("decision_id").is_in(undone.implode()))
        decisions = pl.concat([ended, new])
        bindings = [binding.value for binding in Binding]
        bound = decisions.filter(pl.col("bound_to").is_in(bindings))
        shared = decisions.filter(kind=Decision.SPLITS.value)["value"]
        taught = decisions.filter(kind=Decision.ALIAS.value)
        names = pl.concat([taught["artist"], taught["value"]]).to_frame("name")
        forms = names.select(text.artist_form(pl.col("name"))).to_series().drop_nulls()
        return cls(
            bound.select("bound_to", pl.col("source").alias("key_source"), "value").unique(),
            frozenset(shared),
            frozenset(forms),
        )

    def staged(self, lines: pl.DataFrame) -> pl.Series:
        """Whether each line of a staged file may be settled otherwise now."""
        found = self._bound(lines)
        if self.recordings:
            found |= lines["faults"].list.contains(Fault.SPLITS_INCOMPLETE.value)
        if self.spellings:
            artists = lines.select(text.artist_form(pl.col("artist"))).to_series()
            found |= artists.is_in(list(self.spellings)).fill_null(value=False)
        return found

    def sold(self, lines: pl.DataFrame) -> pl.Series:
        """Whether a person's word may have paid each sold line, and no longer does."""
        found = self._bound(lines)
        if self.recordings:
            # A release may hold the recording; only lines with a kept payload are looked at.
            own = lines["recording_id"].is_in(list(self.recordings))
            found |= own.fill_null(value=True)
        return found

    def _bound(self, lines: pl.DataFrame) -> pl.Series:
        """Whether each line bears an identifier that a decision is bound to."""
        if not self.bound.height:
            return pl.zeros(lines.height, dtype=pl.Boolean, eager=True)
        reported = ["source", *IDENTITY]
        identities = lines.select(reported).unique(maintain_order=True)
        named = self._named(identities)
        asked = keys(named).join(self.bound, on=_KEY, how="semi", nulls_equal=True)
        marks = named.with_columns(_bound=pl.col("place").is_in(asked["place"].implode()))
        joined = lines.select(reported).join(
            marks.select(*reported, "_bound"),
            on=reported,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        return joined["_bound"]

    def _named(self, identities: pl.DataFrame) -> pl.DataFrame:
        """The identities with their `queue_id`; null where no decision is bound to one."""
        places = identities.with_row_index("place")
        if Binding.IDENTITY.value not in self.bound["bound_to"]:
            return places.with_columns(pl.lit(None, dtype=pl.String).alias("queue_id"))
        with books.connect(None) as con:
            con.register("identities", places.rename({"place": "identity"}))
            ids: pl.DataFrame = con.sql(query("review/queue_ids")).pl()
        return places.with_columns(ids["queue_id"])
