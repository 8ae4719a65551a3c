"""Reading alone: every cell of a manifest touched, by our parts and by polars' own reader."""

from tests.bench.figures import Figure, Measure, Times
from tests.bench.inputs import Inputs
from tests.bench.process import BenchFailed
from tests.bench.race import Contestant, race
from tests.world.manifest import Damage

BARS = {Damage.NONE: 1.5, Damage.MALFORMED: 2.2, Damage.QUOTED: 1.6}
SAID = {
    Damage.NONE: "clean",
    Damage.MALFORMED: "1 % malformed",
    Damage.QUOTED: "every cell quoted",
}


def reading(inputs: Inputs) -> list[Figure]:
    """Time ratios against `scan_csv` of the file before damage, imports left out on both sides."""
    contestants = [_touch(inputs, "parts", damage) for damage in BARS]
    # A malformed file cannot be read natively; it is held against the one it was made from.
    contestants += [_touch(inputs, "native", damage) for damage in (Damage.NONE, Damage.QUOTED)]
    times = race(contestants)
    _same_cells(times, inputs.lines)
    return [_figure(times, damage) for damage in BARS]


def _touch(inputs: Inputs, how: str, damage: Damage) -> Contestant:
    command = inputs.program(f"touch_{how}", inputs.manifest(damage))
    return Contestant(_name(how, damage), command, own_clock=True)


def _name(how: str, damage: Damage) -> str:
    return f"reading, {how}, {damage.value}"


def _same_cells(times: dict[str, Times], lines: int) -> None:
    """Raise where both readers did not touch the same bytes, or a line is missing."""
    told = {who: one.best.told for who, one in times.items()}
    for damage in (Damage.NONE, Damage.QUOTED):
        ours, native = (told[_name(how, damage)] for how in ("parts", "native"))
        if ours["bytes"] != native["bytes"]:
            raise BenchFailed(f"{damage.value}: cells of {ours['bytes']} and {native['bytes']} B")
    if short := [who for who, one in told.items() if one["rows"] != lines]:
        raise BenchFailed(f"not {lines} lines: {', '.join(short)}")


def _figure(times: dict[str, Times], damage: Damage) -> Figure:
    before = Damage.NONE if damage is Damage.MALFORMED else damage
    ours, native = times[_name("parts", damage)], times[_name("native", before)]
    remark = "every cell touched, on all cores, without imports"
    if damage is Damage.MALFORMED:
        remark = f"{ours.best.told['faulty']:,} faulty lines; against the clean file"
    if damage is Damage.QUOTED:
        clean = times[_name("native", Damage.NONE)]
        share = ours.least / clean.least
        remark = f"against the same quoted file; against the clean one {share:.2f} ×"
    return Figure(
        measure=Measure.READING,
        what=f"reading alone, {SAID[damage]}",
        value=ours.least / native.least,
        unit="×",
        bar=BARS[damage],
        ours=ours.text(),
        against=native.text(),
        remark=remark,
        times=(ours, native),
    )
