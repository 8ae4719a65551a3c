"""What sketches add to an ingest: core-seconds with and without them, in turns."""

from pathlib import Path

from tests.bench.figures import Figure, Measure, Times
from tests.bench.inputs import Inputs
from tests.bench.process import Run, run
from tests.world.manifest import Damage

BAR = 1.1
ROUNDS = 3
WITH, WITHOUT = "ingest", "ingest without sketches"


def sketches(inputs: Inputs) -> list[Figure]:
    """The ratio of the processor's time, which a busy machine disturbs least."""
    runs: dict[str, list[Run]] = {WITHOUT: [], WITH: []}
    for _ in range(ROUNDS):
        for who, done in runs.items():
            done.append(_ingested(inputs, is_sketched=who == WITH))
    size = sum(path.stat().st_size for path in _files(inputs))
    times = {who: _times(who, done) for who, done in runs.items()}
    ours, bare = times[WITH], times[WITHOUT]
    return [
        Figure(
            measure=Measure.SKETCHES,
            what="ingest with sketches, core-seconds, in times of that without",
            value=ours.least / bare.least,
            unit="×",
            bar=BAR,
            ours=ours.text(),
            against=bare.text(),
            remark=f"user and system; wall {ours.best.seconds:.2f} and {bare.best.seconds:.2f} s; "
            f"the sketch takes {size / 1e6:.1f} MB",
            times=(ours, bare),
        )
    ]


def _ingested(inputs: Inputs, *, is_sketched: bool) -> Run:
    path = inputs.manifest(Damage.MIXED)
    inputs.empty_lake()
    said = "true" if is_sketched else "false"
    (inputs.home / "settings.toml").write_text(f"sketches = {said}\n", encoding="utf-8")
    return run(inputs.command(inputs.home, "ingest", path))


def _files(inputs: Inputs) -> list[Path]:
    return list((inputs.home / "lake" / "drift").iterdir())


def _times(who: str, runs: list[Run]) -> Times:
    return Times(who, tuple(one.cpu_s for one in runs), min(runs, key=lambda one: one.cpu_s))
