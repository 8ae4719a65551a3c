"""Which deliveries a person says that another replaces, and whether it can."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import UsageError
from pipeline.flow.delivery import Key
from pipeline.flow.entries import SHORTEST_ID
from pipeline.flow.replay import signed
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab import Ending


@dataclass(frozen=True)
class Replacement:
    """What a person says that a delivery replaces.

    Attributes:
        given: manifests by their ids or the beginnings of them, `ID@PERIOD` where one was
            delivered for several periods.
        reason: why.
        name: who says so.
    """

    given: tuple[str, ...]
    reason: str
    name: str

    @property
    def detail(self) -> str:
        """The person's word for the ledger.

        Raises:
            UsageError: reason or name is blank.
        """
        return signed("replaced", self.reason, self.name)

    def keys(self, known: pl.DataFrame, period: str) -> list[Key]:
        """The deliveries that are meant, the one of a period where there are several.

        Raises:
            UsageError: one is not known, or begins several.
        """
        return named(known, self.given, period)


def deliveries(home: Path, settings: Settings) -> pl.DataFrame:
    """All deliveries and how they ended; see `queries/seen/endings.sql` for the columns."""
    with lake.reading(home, settings) as con:
        known: pl.DataFrame = con.sql(query("seen/endings")).pl()
    return known


def named(known: pl.DataFrame, given: tuple[str, ...], period: str | None = None) -> list[Key]:
    """The deliveries that a person means.

    Args:
        known: as `deliveries` gives them.
        given: ids or their beginnings, `ID@PERIOD` where the period must be told.
        period: the one that is meant where a manifest was delivered for several.

    Raises:
        UsageError: one is too short, unknown, or begins several.
    """
    return [_one(known, one, period) for one in given]


def _one(known: pl.DataFrame, given: str, period: str | None) -> Key:
    begins, told, asked = given.partition("@")
    if len(begins) < SHORTEST_ID:
        raise UsageError(
            f"{given!r} is too short for a manifest's id", f"give {SHORTEST_ID} digits or more"
        )
    found = known.filter(pl.col("manifest").str.starts_with(begins.lower()))
    if told:
        found = found.filter(accounting_period=asked)
    elif found.height > 1 and found.filter(accounting_period=period).height == 1:
        found = found.filter(accounting_period=period)
    if not found.height:
        raise UsageError(f"no report {given!r} is in the lake", "see `royalty status`")
    if found.height > 1:
        raise UsageError(f"{given!r} begins several reports", "give it as ID@PERIOD")
    manifest, accounting_period = found.select("manifest", "accounting_period").row(0)
    return manifest, accounting_period


def to_replace(known: pl.DataFrame, own: Key, olds: list[Key]) -> list[Key]:
    """Those of some deliveries that another is to replace and does not yet.

    Raises:
        UsageError: one of them is the other itself, reverses another, or has ended otherwise; or
            the other has ended.
    """
    states = {(row["manifest"], row["accounting_period"]): row for row in known.to_dicts()}
    chosen = []
    for old in dict.fromkeys(olds):
        state = states[old]
        if old == own:
            raise UsageError(f"{old[0][:12]} cannot replace itself", "name another report")
        if state["is_reversal"]:
            raise UsageError(f"{old[0][:12]} reverses another report", "name the report that pays")
        if state["outcome"] is None:
            chosen.append(old)
        elif (state["by_manifest"], state["by_period"]) != own:
            raise UsageError(_ended(old, state), "nothing was changed")
    state = states.get(own, {})
    if chosen and state.get("outcome") is not None:
        raise UsageError(_ended(own, state), "only a report that pays can replace another")
    return chosen


def _ended(key: Key, state: Mapping[str, Any]) -> str:
    if state["outcome"] == Ending.DUPLICATE:
        return f"{key[0][:12]} is a duplicate, says {state['decided_by']}"
    return f"{key[0][:12]} is replaced by {state['by_manifest'][:12]} already"
