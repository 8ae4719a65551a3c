"""The memory of its own (RssAnon) that an ingest holds at its peak, and how it grows."""

import sys

from tests.bench.figures import Figure, Measure
from tests.bench.inputs import Inputs
from tests.bench.process import Run, run
from tests.world.manifest import Damage

LIMIT_MIB = 1024.0
GROWTH = 1.15
TIMES = 4


def memory(inputs: Inputs) -> list[Figure]:
    """Peaks at the asked size and at four times that; the longer manifest is deleted after."""
    once = _ingested(inputs, 1)
    if not inputs.room_for(inputs.lines * TIMES):
        print(f"no room on the disk for {TIMES} times the lines: not measured", file=sys.stderr)
        return [_peak(once, 1)]
    often = _ingested(inputs, TIMES)
    inputs.empty_lake()
    inputs.forget(inputs.manifest(Damage.MIXED, TIMES))
    growth = Figure(
        measure=Measure.MEMORY,
        what=f"memory, growth with {TIMES} times the lines",
        value=often.anon_mib / once.anon_mib,
        unit="×",
        bar=GROWTH,
        ours=f"{often.anon_mib:,.0f} MiB",
        against=f"{once.anon_mib:,.0f} MiB",
        remark=f"{often.seconds:.1f} s",
    )
    return [_peak(once, 1), _peak(often, TIMES), growth]


def _ingested(inputs: Inputs, times: int) -> Run:
    path = inputs.manifest(Damage.MIXED, times)
    command = inputs.command(inputs.home, "ingest", path)
    inputs.empty_lake()
    return run(command, watch=True)


def _peak(done: Run, times: int) -> Figure:
    return Figure(
        measure=Measure.MEMORY,
        what="memory of an ingest" + (f", {times} times the lines" if times > 1 else ""),
        value=done.anon_mib,
        unit="MiB",
        bar=LIMIT_MIB,
        remark=f"RssAnon every 20 ms; with mapped files (VmHWM) {done.resident_mib:,.0f} MiB",
    )
