"""Loading a catalog, and the commands that are to come at once."""

from tests.bench.figures import Figure, Measure
from tests.bench.inputs import Inputs, warm
from tests.bench.race import Contestant, race

LOAD_S, LOAD_MIB = 10.0, 2048.0
HELP_S, STATUS_S = 0.4, 1.0
LOADS, STARTS = 2, 5


def catalog(inputs: Inputs) -> list[Figure]:
    """Seconds and peak memory of loading the catalog into a fresh home."""
    for file in inputs.catalog.iterdir():
        warm(file)
    runs = [inputs.load(inputs.folder / "loaded", watch=True) for _ in range(LOADS)]
    seconds = sorted(done.seconds for done in runs)
    memory = max(done.resident_mib for done in runs)
    what = f"catalog load, {inputs.recordings:,} recordings"
    spread = f"{seconds[0]:.2f}–{seconds[-1]:.2f} s in {LOADS} runs, from CSV, all checks on"
    anon = max(done.anon_mib for done in runs)
    return [
        Figure(Measure.CATALOG, what, seconds[0], "s", LOAD_S, remark=spread),
        Figure(
            measure=Measure.CATALOG,
            what=f"{what}, memory",
            value=memory,
            unit="MiB",
            bar=LOAD_MIB,
            remark=f"VmHWM; RssAnon alone {anon:,.0f} MiB",
        ),
    ]


def start(inputs: Inputs) -> list[Figure]:
    """Seconds of a command that does next to nothing."""
    asked = {
        "royalty --help": (inputs.command(inputs.small_home, "--help"), HELP_S),
        "royalty status, small home": (inputs.command(inputs.small_home, "status"), STATUS_S),
    }
    times = race([Contestant(who, command, rounds=STARTS) for who, (command, _) in asked.items()])
    return [
        Figure(
            measure=Measure.START,
            what=who,
            value=times[who].least,
            unit="s",
            bar=bar,
            ours=times[who].text(),
            remark=f"best of {STARTS}",
            times=(times[who],),
        )
        for who, (_, bar) in asked.items()
    ]
