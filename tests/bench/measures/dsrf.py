"""DSR flat files: a whole ingest per byte against the flat CSV's, its memory, and reading alone."""

from decimal import Decimal
from pathlib import Path

from tests.bench.figures import Figure, Measure, Times
from tests.bench.inputs import Inputs, truth
from tests.bench.measures.memory import LIMIT_MIB
from tests.bench.process import BenchFailed, run
from tests.bench.race import Contestant, race
from tests.world.dsrf_large import Form
from tests.world.manifest import Damage

TIMES_THE_CSV = 2.5
PUBLIC_MB_S = 3.3
"""What the public Python parser of these files reads in a second on such a machine."""
TIMES_THE_PUBLIC = 30
MB = 1e6
SAID = {Form.UGC: "UGC blocks", Form.RECORD_COMPANIES: "sales to record companies"}


def dsrf(inputs: Inputs) -> list[Figure]:
    """The figures of each form, in one race with the flat CSV of about as many bytes."""
    flat = inputs.manifest(Damage.MIXED)
    contestants = [_ingest(inputs, "csv", flat)]
    for form in Form:
        path = inputs.report(form)
        contestants.append(_ingest(inputs, form.value, path))
        command = inputs.program("touch_dsrf", path)
        contestants.append(Contestant(f"reading {form.value}", command, own_clock=True))
    # First, because it tells whether the sums are right, and warms the caches.
    memory = {form: _memory(inputs, form) for form in Form}
    times = race(contestants)
    figures = []
    for form in Form:
        figures += [_per_byte(inputs, times, form), memory[form], _reading(inputs, times, form)]
    return figures


def _ingest(inputs: Inputs, who: str, path: Path) -> Contestant:
    return Contestant(who, inputs.command(inputs.home, "ingest", path), inputs.empty_lake)


def _per_byte(inputs: Inputs, times: dict[str, Times], form: Form) -> Figure:
    ours, flat = times[form.value], times["csv"]
    sizes = [inputs.report(form).stat().st_size, inputs.manifest(Damage.MIXED).stat().st_size]
    seconds, cpu = (
        [one / size for one, size in zip(pair, sizes, strict=True)]
        for pair in ((ours.least, flat.least), (ours.best.cpu_s, flat.best.cpu_s))
    )
    return Figure(
        measure=Measure.DSRF,
        what=f"DSRF ingest per byte, {SAID[form]}, in times of the CSV's",
        value=seconds[0] / seconds[1],
        unit="×",
        bar=TIMES_THE_CSV,
        ours=ours.text(),
        against=flat.text(),
        remark=f"{sizes[0] / MB:,.0f} and {sizes[1] / MB:,.0f} MB; processor time per byte "
        f"{cpu[0] / cpu[1]:.2f} ×",
        times=(ours, flat),
    )


def _memory(inputs: Inputs, form: Form) -> Figure:
    path = inputs.report(form)
    inputs.empty_lake()
    done = run(inputs.command(inputs.home, "ingest", path, "--json"), watch=True)
    (told,) = done.told["manifests"]
    known = truth(path)
    sums = {code: Decimal(held["reported"]) for code, held in told["amounts"].items() if code}
    made = {code: Decimal(total) for code, total in known["amounts"].items()}
    if told["lines"] != known["lines"] or sums != made:
        raise BenchFailed(f"{path.name}: {told['lines']} lines, {sums}, not as made")
    return Figure(
        measure=Measure.DSRF,
        what=f"memory of a DSRF ingest, {SAID[form]}",
        value=done.anon_mib,
        unit="MiB",
        bar=LIMIT_MIB,
        remark=f"RssAnon every 20 ms; {told['lines']:,} lines, sums as made",
    )


def _reading(inputs: Inputs, times: dict[str, Times], form: Form) -> Figure:
    ours = times[f"reading {form.value}"]
    size, told = inputs.report(form).stat().st_size / MB, ours.best.told
    return Figure(
        measure=Measure.DSRF,
        what=f"reading DSRF alone, {SAID[form]}",
        value=size / ours.least,
        unit="MB/s",
        bar=TIMES_THE_PUBLIC * PUBLIC_MB_S,
        floor=True,
        ours=ours.text(),
        against=f"{PUBLIC_MB_S} MB/s, the public parser",
        remark=f"{size / ours.least / PUBLIC_MB_S:.0f} times the public parser; "
        f"{told['rows']:,} lines, {told['faulty']:,} faulty, two passes, on all cores",
        times=(ours,),
    )
