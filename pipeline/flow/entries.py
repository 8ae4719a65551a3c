"""Entries that a person names: by id, or all of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.errors import UsageError
from pipeline.store.sql import query
from pipeline.vocab import Fault, Kind

SHORTEST_ID = 8
"""Digits of an id that a person must at least give."""

DELIVERY = ("manifest", "accounting_period")
_LIST = "see `royalty quarantine list` and `royalty status`"
_RELEASABLE = (
    Fault.ASSET_HALTED.value,
    Fault.OUT_OF_BALANCE.value,
    Fault.POSSIBLE_DUPLICATE.value,
)


def named(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> pl.DataFrame:
    """The entries of some ids or beginnings of ids, in the order given.

    Columns: ledger_id, manifest, accounting_period, asset, place (`staged`, `quarantine`, or the
    kind of an entry for many lines), fault, status.

    Raises:
        UsageError: an id is too short, unknown, or begins several entries.
    """
    known: pl.DataFrame = con.sql(query("replay/entries")).pl()
    found = [known.head(0), *(_one(known, given) for given in ids)]
    return pl.concat(found).unique("ledger_id", maintain_order=True)


def _one(known: pl.DataFrame, given: str) -> pl.DataFrame:
    if len(given) < SHORTEST_ID:
        raise UsageError(f"{given!r} is too short for an id", f"give {SHORTEST_ID} digits or more")
    found = known.filter(pl.col("ledger_id").str.starts_with(given.lower()))
    if found.height == 1:
        return found
    if found.height:
        raise UsageError(f"{given!r} begins {found.height} ids", "give more digits")
    raise UsageError(f"no entry {given!r} is open", _LIST)


@dataclass(frozen=True)
class Choice:
    """Which halts and holds a person means: those of ids, or all, or all of a kind.

    Attributes:
        ids: of halts, holds, or quarantined lines whose asset is halted, or their beginnings.
        everything: all that can be released, but for possible duplicates: those are named.
        fault: that of the hold itself, or of the quarantined lines that brought the halt about.
        manifest: its id, or the beginning of it.
    """

    ids: Sequence[str] = ()
    everything: bool = False
    fault: str | None = None
    manifest: str | None = None


def releasable(con: duckdb.DuckDBPyConnection, choice: Choice) -> pl.DataFrame:
    """The open halts and holds that a release is to end, one row each.

    A quarantined line stands for the halt of its asset.

    Raises:
        UsageError: nothing, or nothing that can be released, is named.
    """
    groups = con.sql(query("replay/entries")).pl().filter(pl.col("fault").is_in(_RELEASABLE))
    groups = groups.filter(pl.col("place").is_in([Kind.ASSET.value, Kind.MANIFEST.value]))
    if choice.ids:
        chosen = _of_ids(groups, named(con, choice.ids))
    elif choice.everything or choice.fault or choice.manifest:
        chosen = _of_kind(con, groups, choice)
    else:
        raise UsageError("nothing is named to release", "give ids, --fault, --manifest or --all")
    if not chosen.height:
        raise UsageError("nothing that is on hold answers to that", _LIST)
    return chosen


def _of_ids(groups: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    staged = entries.filter(place="staged")
    if staged.height:
        raise UsageError(
            f"{staged['ledger_id'][0][:SHORTEST_ID]} is a line of its own, not a halt",
            "`royalty retry` moves it when its reason is gone, `royalty exclude` ends it",
        )
    keys = [*DELIVERY, "asset"]
    halted = entries.filter(place="quarantine").select(keys)
    by_line = groups.filter(place=Kind.ASSET.value).join(halted, on=keys, how="semi")
    by_id = groups.filter(pl.col("ledger_id").is_in(entries["ledger_id"].implode()))
    return pl.concat([by_id, by_line]).unique("ledger_id", maintain_order=True)


def _of_kind(con: duckdb.DuckDBPyConnection, groups: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    fault, chosen = choice.fault, groups
    if fault is None and choice.manifest is None:
        # What may be paid twice is not lifted along with everything else.
        chosen = groups.filter(pl.col("fault") != Fault.POSSIBLE_DUPLICATE.value)
    if fault is not None:
        if fault not in set(Fault):
            raise UsageError(f"{fault!r} is no fault", f"one of {', '.join(_RELEASABLE)}, …")
        keys = [*DELIVERY, "asset"]
        causes = con.sql(query("replay/entries")).pl().filter(place="quarantine", fault=fault)
        brought = groups.join(causes.select(keys), on=keys, how="semi")["ledger_id"]
        chosen = chosen.filter(
            (pl.col("fault") == fault) | pl.col("ledger_id").is_in(brought.implode())
        )
    if choice.manifest is not None:
        chosen = chosen.filter(pl.col("manifest").str.starts_with(choice.manifest.lower()))
    return chosen
