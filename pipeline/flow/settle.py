"""Between the stages: what the whole manifest says about its identities, contexts and assets."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import tag
from pipeline.contract.columns import CONTEXT, IDENTITY
from pipeline.faults import route
from pipeline.flow import compact, matches
from pipeline.flow.absorb import TORN, Absorbed, Plan, Seen
from pipeline.flow.coded import Coded
from pipeline.flow.judging import DECIDED, Desk, assets, decide, decision_sets, is_kept, lacking
from pipeline.flow.naming import Named, Names
from pipeline.flow.overrides import NO_PAIRS, overrides, renumbered
from pipeline.store import lake
from pipeline.vocab import Fault

Flags = NDArray[np.bool_]
Numbers = NDArray[np.uint32]

BATCH = 65_536
"""New identities that are judged while parts are still being read, whatever is to come."""
EARLY = 8_192
"""Those that are, once no more are to come, should all that is still to be read name as many new
ones as the part read last. What is left for the time between the stages, when one core has little
to do, takes half a second then and not one and a quarter. Two batches cost 0.4 core-seconds more
than one, which both cores share."""


@dataclass(frozen=True)
class Settled:
    """Everything that settles a line, by the number of its identity and of its context.

    Attributes:
        identities: typed identity columns, `asset`, and the decision: `recording_id`,
            `release_id`, `method`, `score`, `candidates`.
        matches: see `matches.told`.
        contexts: typed context columns.
        identity_sets: faults of each identity, those of its decision included.
        context_sets: faults of each context.
        halted: whether a fatal line halts the identity's asset.
        by_territory: whether the terms of the identity's recording depend on the territory.
        by_date: whether they depend on the date.
        asking: asks the desk for `pairs`.
        whole: faults of the manifest as a whole.
        basis: by what identities were judged.
        numbers: for each part, the numbers of its own identities and contexts.
        overrides: pairs of identity and context that a limited decision holds for, and the number
            of the identity (`derived`) that stands for them.
        known: ids of all decisions that were read; None without a catalog, which decides nothing.
        kept: whether a match of the identity is a person's word, so that payloads are kept.
    """

    identities: Coded
    contexts: Coded
    identity_sets: route.Sets
    context_sets: route.Sets
    halted: Flags
    by_territory: Flags
    by_date: Flags
    asking: Future[pl.DataFrame]
    matches: pl.DataFrame
    whole: np.uint32
    basis: lake.Basis
    numbers: list[tuple[Numbers, Numbers]]
    overrides: pl.DataFrame
    known: frozenset[str] | None
    kept: Flags

    @property
    def pairs(self) -> pl.DataFrame:
        """Identity and context pairs whose splits do not add up to one."""
        return self.asking.result()

    def held_by(self, faults: Iterable[Fault]) -> "Settled":
        """The same, where further faults of the manifest as a whole are known now."""
        return replace(self, whole=self.whole | route.joined(*faults))


class Judge:
    """Takes what parts leave behind, in their order, and judges identities as they come."""

    def __init__(self, plan: Plan, source: str, desk: Future[Desk], executor: Executor) -> None:
        """Begin with nothing.

        Args:
            plan: of the manifest's profile.
            source: its name.
            desk: what decisions are taken with, once it is open; one batch at a time uses it.
            executor: judges batches while parts are read.
        """
        self._names = Names(plan)
        self._source = source
        self._opening = desk
        self._executor = executor
        self._absorbed: list[Absorbed] = []
        self._batches: list[Future[_Judged]] = []

    @property
    def seen(self) -> Seen:
        """What has been named so far; see `absorb`."""
        return self._names.seen

    @property
    def _desk(self) -> Desk:
        return self._opening.result()

    def take(self, part: Absorbed, *, read: float) -> Absorbed:
        """Number the identities and contexts of the next part; the part without them.

        Args:
            part: the next one.
            read: how much of the manifest has been read, from 0 to 1.

        Raises:
            CatalogError, LakeBusy, LakeDamaged: the desk could not be opened, as is known by now.
        """
        if self._opening.done():
            self._opening.result()
        before = self._names.waiting
        self._names.take(part)
        numbered = part.without_rows()
        self._absorbed.append(numbered)
        enough = EARLY if self._is_early(self._names.waiting - before, read) else BATCH
        idle = all(batch.done() for batch in self._batches)
        if idle and self._names.waiting >= enough:
            self._batches.append(self._executor.submit(self._judged, self._names.drained()))
        return numbered

    def _is_early(self, new: int, read: float) -> bool:
        """Whether the first batch may be judged, the part read last having named `new` ones."""
        to_come = new * len(self._absorbed) * (1 - read)
        return not self._batches and self._names.waiting * read >= to_come

    @cached_property
    def named(self) -> Named:
        """What all lines name, once all parts have been taken."""
        return self._names.named()

    def settled(self, whole: Iterable[Fault]) -> Settled:
        """What settles every line of the manifest, once all its parts have been taken.

        Args:
            whole: faults of the manifest as a whole, as far as they are known before.
        """
        rest = self.named.rest
        # One batch at a time: they share the desk's session.
        batches = [batch.result() for batch in self._batches]
        batches += [] if rest is None else [self._judged(rest)]
        judged = pl.concat(batch.rows for batch in batches)
        where = tag.tag_contexts(self.named.contexts)
        context_sets = route.sets_of(where["faults"])
        judged, overridden = self._overridden(judged, where)
        coded = self._executor.submit(Coded.of, judged.select(*IDENTITY, *_NAMED))
        conditional = (judged["splits"] == "conditional").fill_null(value=False).to_numpy()
        fatal_context = (context_sets & route.FATAL) != 0
        surveyed = partial(_surveyed, overridden, fatal_context, conditional)
        found = self._executor.map(surveyed, self._absorbed, self.named.numbers)
        fatal, pairs = zip(*found, strict=True)
        stopped, asked = np.unique(np.concatenate(fatal)), pl.concat(pairs).unique()
        ordered = asked.sort("identity", "context")
        asking = self._desk.beside(self._executor, _incomplete, ordered, judged, where)
        asset = judged["asset"]
        halted = asset.is_in(asset.gather(stopped).drop_nulls().implode()).fill_null(value=False)
        return Settled(
            identities=coded.result(),
            contexts=Coded.of(where.select(*CONTEXT)),
            identity_sets=judged["sets"].to_numpy(),
            context_sets=context_sets,
            halted=halted.to_numpy(),
            by_territory=judged["by_territory"].fill_null(value=False).to_numpy(),
            by_date=judged["by_date"].fill_null(value=False).to_numpy(),
            asking=asking,
            matches=pl.concat(batch.told for batch in batches),
            whole=route.joined(*whole),
            basis=self._desk.basis,
            numbers=self.named.numbers,
            overrides=overridden,
            known=None if self._desk.con is None else self._desk.rulings.known,
            kept=judged.select(is_kept(self._desk.rulings)).to_series().to_numpy(),
        )

    def _overridden(
        self, judged: pl.DataFrame, where: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The identities with those that limited decisions make of them, and where they stand."""

        def pairs_of(identities: Numbers) -> pl.DataFrame:
            concerned = np.zeros(judged.height, dtype=np.bool_)
            concerned[identities] = True
            return _pairs(_numbered(self._absorbed, self.named.numbers), concerned)

        found = overrides(judged, where, pairs_of, self._source, self._desk)
        if found is None:
            return judged, NO_PAIRS
        own = judged[found.identities]
        sets = own["sets"].to_numpy() & ~DECIDED
        derived = own.with_columns(
            *(found.decisions[name] for name in _DECIDED),
            pl.Series("sets", sets | decision_sets(found.decisions), dtype=pl.UInt32),
        )
        shifted = pl.col("derived") + pl.lit(judged.height, dtype=pl.UInt32)
        return pl.concat([judged, derived]), found.pairs.with_columns(shifted)

    def _judged(self, reported: pl.DataFrame) -> "_Judged":
        """Distinct identities judged."""
        whom = tag.tag_identities(reported)
        decisions = decide(whom, self._source, self._desk)
        sets = route.sets_of(whom["faults"]) | decision_sets(decisions)
        named = decisions.select(*_DECIDED).with_columns(
            assets(whom), pl.Series("sets", sets, dtype=pl.UInt32)
        )
        told = matches.told(whom, decisions, self._desk.version)
        return _Judged(whom.select(*IDENTITY).hstack(named), told)


@dataclass(frozen=True)
class _Judged:
    """A batch of identities.

    Attributes:
        rows: typed, with their decision, `asset` and `sets` of faults.
        told: what is told of those that no exact key settled.
    """

    rows: pl.DataFrame
    told: pl.DataFrame


_NAMED = ("asset", "recording_id", "release_id", "method", "score", "candidates")
_DECIDED = (
    "recording_id",
    "release_id",
    "method",
    "score",
    "candidates",
    "splits",
    "by_territory",
    "by_date",
)


def _numbered(
    absorbed: list[Absorbed], numbers: list[tuple[Numbers, Numbers]]
) -> Iterator[tuple[Numbers, Numbers]]:
    """Identity and context of the lines of each part."""
    for part, (identity_of, context_of) in zip(absorbed, numbers, strict=True):
        lines = compact.lines(part.path, ["identity", "context"])
        yield identity_of[lines["identity"].to_numpy()], context_of[lines["context"].to_numpy()]


def _pairs(lines: Iterable[tuple[Numbers, Numbers]], concerned: Flags) -> pl.DataFrame:
    """The distinct pairs of identity and context of some identities."""
    schema = {"identity": pl.UInt32, "context": pl.UInt32}
    found = [pl.DataFrame(schema=schema)]
    for identity, context in lines:
        asked = concerned[identity]
        pairs = {"identity": identity[asked], "context": context[asked]}
        found.append(pl.DataFrame(pairs, schema=schema).unique())
    return pl.concat(found).unique().sort("identity", "context")


def _surveyed(
    overridden: pl.DataFrame,
    fatal_context: Flags,
    conditional: Flags,
    part: Absorbed,
    numbers: tuple[Numbers, Numbers],
) -> tuple[Numbers, pl.DataFrame]:
    """Identities of a part's fatal lines, and the pairs whose conditional splits are asked for."""
    lines = compact.lines(part.path, ["identity", "context", "sets"])
    context = numbers[1][lines["context"].to_numpy()]
    identity = renumbered(numbers[0][lines["identity"].to_numpy()], context, overridden)
    sets = lines["sets"].to_numpy()
    whole = (sets & TORN) == 0
    fatal = whole & (fatal_context[context] | ((sets & route.FATAL) != 0))
    asked = whole & conditional[identity]
    schema = {"identity": pl.UInt32, "context": pl.UInt32}
    pairs = pl.DataFrame({"identity": identity[asked], "context": context[asked]}, schema=schema)
    return np.unique(identity[fatal]), pairs.unique() if pairs.height else pairs


def _incomplete(
    pairs: pl.DataFrame, identities: pl.DataFrame, contexts: pl.DataFrame, desk: Desk
) -> pl.DataFrame:
    """The pairs whose splits do not add up to one under the line's own terms."""
    terms = pl.concat(
        [
            identities.select("recording_id", "release_id")[pairs["identity"]],
            contexts.select(*CONTEXT)[pairs["context"]],
        ],
        how="horizontal",
    )
    return pairs[lacking(terms, desk)]
