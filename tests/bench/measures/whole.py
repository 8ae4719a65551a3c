"""The whole job: `royalty ingest` against the floor and against the same job in other tools."""

from collections.abc import Collection, Mapping

from pipeline.vocab import Fault, Status
from tests.bench.figures import Figure, Measure, Times
from tests.bench.inputs import Inputs
from tests.bench.process import BenchFailed, run
from tests.bench.race import Contestant, race
from tests.world.manifest import Damage

BARS = {Measure.FLOOR: 2.0, Measure.DUCKDB: 1.2, Measure.PANDAS: 8.0, Measure.PYDANTIC: 20.0}
PYDANTIC_LINES = 500_000
SLOW_ROUNDS = 2
BESIDES = {
    Fault.ASSET_HALTED: "of halted assets",
    Fault.SPLITS_INCOMPLETE: "of incomplete splits",
}
"""Reasons to hold a line that no peer looks for."""


def whole(inputs: Inputs, asked: Collection[Measure]) -> list[Figure]:
    """Time ratios of the whole job, in one race on one manifest."""
    ours = _warmed(inputs)
    times = race([_ingest(inputs), *_peers(inputs, asked)])
    figures = []
    if Measure.FLOOR in asked:
        figures += _floor(times, ours)
    for measure in (Measure.DUCKDB, Measure.PANDAS):
        if measure in asked:
            figures.append(_faster(measure, times, inputs.lines))
    if Measure.PYDANTIC in asked:
        figures.append(_per_line(times, inputs.lines))
    return figures


def _warmed(inputs: Inputs) -> Mapping[str, Mapping[str, int]]:
    """What an ingest tells of the lines; it warms the caches for those that count."""
    inputs.empty_lake()
    path = inputs.manifest(Damage.MIXED)
    (told,) = run(inputs.command(inputs.home, "ingest", path, "--json")).told["manifests"]
    if sum(told["by_status"].values()) != inputs.lines:
        raise BenchFailed(f"{inputs.lines} lines went in, {told['by_status']} came out")
    ours: Mapping[str, Mapping[str, int]] = told
    return ours


def _ingest(inputs: Inputs) -> Contestant:
    command = inputs.command(inputs.home, "ingest", inputs.manifest(Damage.MIXED))
    return Contestant("ingest", command, inputs.empty_lake)


def _peers(inputs: Inputs, asked: Collection[Measure]) -> list[Contestant]:
    found: list[Contestant] = []
    if Measure.FLOOR in asked:
        found += _floors(inputs)
    if Measure.DUCKDB in asked:
        found.append(_duckdb(inputs))
    if Measure.PANDAS in asked:
        found.append(_elsewhere(inputs, "pandas", "pandas_chunks"))
    if Measure.PYDANTIC in asked:
        lines = str(_some(inputs.lines))
        found.append(_elsewhere(inputs, "pydantic", "pydantic_rows", "--lines", lines))
    return found


def _floors(inputs: Inputs) -> list[Contestant]:
    """The floor as fast as polars gets through, as it compresses by default, and undamaged."""
    out = inputs.fresh("floor") / "lines.parquet"
    mixed, sound = inputs.manifest(Damage.MIXED), inputs.manifest(Damage.NONE)
    return [
        Contestant("floor", inputs.program("floor", mixed, out)),
        Contestant("floor, zstd", inputs.program("floor", mixed, out, "--compression", "zstd")),
        Contestant("floor, undamaged", inputs.program("floor", sound, out, "--undamaged")),
    ]


def _duckdb(inputs: Inputs) -> Contestant:
    mixed, keys, folder = inputs.manifest(Damage.MIXED), inputs.keys, inputs.fresh("duckdb")
    (folder / "manifest.csv").symlink_to(mixed)
    (folder / "catalog.duckdb").symlink_to(keys / "catalog.duckdb")
    return Contestant("duckdb", inputs.program("duckdb_script", folder))


def _elsewhere(inputs: Inputs, who: str, program: str, *more: str) -> Contestant:
    """A peer in the environment that has its packages."""
    mixed, keys, out = inputs.manifest(Damage.MIXED), inputs.keys / "keys", inputs.fresh(who)
    command = inputs.peer(program, mixed, keys, out, *more)
    return Contestant(who, command, rounds=SLOW_ROUNDS, own_clock=who == "pydantic")


def _floor(times: Mapping[str, Times], told: Mapping[str, Mapping[str, int]]) -> list[Figure]:
    ours = times["ingest"]
    held = ", ".join(f"{told['by_fault'].get(fault, 0):,} {why}" for fault, why in BESIDES.items())
    remarks = {
        "floor": f"{counted(told['by_status'])}, of these {held}; the floor knows no quotes and "
        "mends bad bytes, for all else of polars stops at the first broken line; lz4, as the lake",
        "floor, zstd": "the same floor, compressed as polars does by default",
        "floor, undamaged": "against the file before damage, where polars can mind the quotes",
    }
    return [
        Figure(
            measure=Measure.FLOOR,
            what=f"ingest, in times of the {who}",
            value=ours.least / times[who].least,
            unit="×",
            bar=BARS[Measure.FLOOR] if who == "floor" else None,
            ours=ours.text(),
            against=times[who].text(),
            remark=remark,
            times=(ours, times[who]),
            by_status={"ingest": told["by_status"]},
        )
        for who, remark in remarks.items()
    ]


def _faster(measure: Measure, times: Mapping[str, Times], lines: int) -> Figure:
    """How many times faster an ingest is than the same job by a peer."""
    ours, theirs = times["ingest"], times[measure.value]
    return Figure(
        measure=measure,
        what=f"ingest, faster than {measure.value}",
        value=theirs.least / ours.least,
        unit="×",
        bar=BARS[measure],
        floor=True,
        ours=ours.text(),
        against=theirs.text(),
        remark=_accounted(theirs, lines),
        times=(ours, theirs),
        by_status={theirs.who: theirs.best.told["by_status"]},
    )


def _per_line(times: Mapping[str, Times], lines: int) -> Figure:
    """The same per line, the peer's without its start-up and without loading the catalog."""
    ours, theirs = times["ingest"], times["pydantic"]
    own, their = ours.least / lines, theirs.least / _some(lines)
    return Figure(
        measure=Measure.PYDANTIC,
        what="ingest, faster per line than csv + pydantic",
        value=their / own,
        unit="×",
        bar=BARS[Measure.PYDANTIC],
        floor=True,
        ours=f"{own * 1e6:.2f} µs a line",
        against=f"{their * 1e6:.2f} µs a line",
        remark=f"{_accounted(theirs, _some(lines))}; without start-up and loading the catalog",
        times=(ours, theirs),
        by_status={theirs.who: theirs.best.told["by_status"]},
    )


def _some(lines: int) -> int:
    return min(PYDANTIC_LINES, lines)


def _accounted(theirs: Times, lines: int) -> str:
    """A peer's lines by status, and those that it lost: swallowed by a quote, or dropped."""
    by_status: Mapping[str, int] = theirs.best.told["by_status"]
    lost = lines - sum(by_status.values())
    return counted(by_status) + (f", lost {lost:,}" if lost else "")


def counted(by_status: Mapping[str, int]) -> str:
    """Lines by status in words, in the order of the vocabulary."""
    named = [(status.value, by_status.get(status.value, 0)) for status in Status]
    return ", ".join(f"{status} {lines:,}" for status, lines in named if lines)
