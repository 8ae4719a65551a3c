"""Command: measures what the pipeline must reach, prints one table, saves it as JSON."""

import argparse
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from tests.bench import table
from tests.bench.figures import Figure, Measure
from tests.bench.inputs import Inputs
from tests.bench.machine import machine
from tests.bench.measures.dsrf import dsrf
from tests.bench.measures.memory import memory
from tests.bench.measures.reading import reading
from tests.bench.measures.sketches import sketches
from tests.bench.measures.small import catalog, start
from tests.bench.measures.whole import whole
from tests.bench.process import ROOT, BenchFailed

LINES, RECORDINGS = 7_000_000, 1_000_000
WHOLE = (Measure.FLOOR, Measure.DUCKDB, Measure.PANDAS, Measure.PYDANTIC)
OTHERS: dict[Measure, Callable[[Inputs], list[Figure]]] = {
    Measure.MEMORY: memory,
    Measure.SKETCHES: sketches,
    Measure.READING: reading,
    Measure.DSRF: dsrf,
    Measure.CATALOG: catalog,
    Measure.START: start,
}


def _parser() -> argparse.ArgumentParser:
    folder = ROOT / "data" / "bench"
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES, help="of the manifest")
    parser.add_argument("--recordings", type=int, default=RECORDINGS, help="of the catalog")
    parser.add_argument(
        "--only", nargs="+", type=Measure, choices=list(Measure), default=list(Measure)
    )
    parser.add_argument("--out", type=Path, help="the JSON file; bench.json in the folder")
    parser.add_argument("--folder", type=Path, default=folder, help="for inputs and what is made")
    parser.add_argument(
        "--peers",
        type=Path,
        default=ROOT / ".venv-bench" / "bin" / "python",
        help="an interpreter with pandas and pydantic",
    )
    return parser


def measured(inputs: Inputs, asked: Collection[Measure]) -> list[Figure]:
    """The figures asked for."""
    figures = []
    if wanted := [measure for measure in WHOLE if measure in asked]:
        figures += whole(inputs, wanted)
    for measure, take in OTHERS.items():
        if measure in asked:
            figures += take(inputs)
    return figures


def main(arguments: list[str]) -> int:
    """Measure, print, save; the exit code says only whether everything could be measured."""
    asked = _parser().parse_args(arguments)
    folder = asked.folder.resolve()
    inputs = Inputs(folder, asked.lines, asked.recordings, asked.peers)
    about = {
        **machine(asked.peers, arguments),
        "lines": asked.lines,
        "recordings": asked.recordings,
        "judged": asked.lines >= LINES and asked.recordings >= RECORDINGS,
    }
    try:
        figures = measured(inputs, asked.only)
    except BenchFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    table.show(figures, about)
    table.save(figures, about, asked.out or folder / "bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
