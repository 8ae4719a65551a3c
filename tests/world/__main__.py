"""Commands that write test data: catalog DIR, manifest FILE, dsrf FILE, samples, drift DIR."""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.world import catalog, drifted, dsrf_large, manifest, reports

_SAMPLES = Path(__file__).parents[2] / "data" / "sample"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("catalog", help="a catalog folder: one file per table")
    made.add_argument("folder", type=Path)
    made.add_argument("--recordings", type=int, default=catalog.RECORDINGS)
    made.add_argument("--seed", type=int, default=catalog.SEED)
    made.add_argument("--parquet", action="store_true")
    bench = commands.add_parser("manifest", help="a canonical CSV over a catalog folder")
    bench.add_argument("file", type=Path)
    bench.add_argument("--lines", type=int, default=7_000_000)
    bench.add_argument("--seed", type=int, default=1)
    bench.add_argument("--catalog", type=Path, required=True)
    bench.add_argument("--bad", type=float, help="share of bad lines (0.015; malformed: 0.01)")
    bench.add_argument(
        "--damage", type=manifest.Damage, choices=list(manifest.Damage), default="mixed"
    )
    large = commands.add_parser("dsrf", help="a DSR flat file over a catalog folder")
    large.add_argument("file", type=Path)
    large.add_argument("--lines", type=int, default=3_500_000)
    large.add_argument("--seed", type=int, default=1)
    large.add_argument("--catalog", type=Path, required=True)
    large.add_argument("--form", type=dsrf_large.Form, choices=list(dsrf_large.Form), default="ugc")
    samples = commands.add_parser("samples", help="the sample reports over the demo catalog")
    samples.add_argument("folder", type=Path, nargs="?", default=_SAMPLES)
    drift = commands.add_parser("drift", help="two clean years of a source, then three drifts")
    drift.add_argument("folder", type=Path)
    return parser


def _manifest(asked: argparse.Namespace) -> str:
    usual = 0.01 if asked.damage is manifest.Damage.MALFORMED else 0.015
    order = manifest.Order(
        lines=asked.lines,
        seed=asked.seed,
        bad=usual if asked.bad is None else asked.bad,
        damage=asked.damage,
    )
    return json.dumps(manifest.write(asked.file, asked.catalog, order), indent=2)


def main(arguments: list[str] | None = None) -> None:
    """Write what is asked for and say what it was on stderr."""
    asked = _parser().parse_args(arguments)
    start = time.perf_counter()
    match asked.command:
        case "catalog":
            made = catalog.build(asked.recordings, asked.seed)
            catalog.write(made, asked.folder, parquet=asked.parquet)
            done = "\n".join(f"{name}: {len(table)}" for name, table in made.tables().items())
        case "manifest":
            done = _manifest(asked)
        case "dsrf":
            order = dsrf_large.Order(asked.lines, asked.form, asked.seed)
            done = json.dumps(dsrf_large.write(asked.file, asked.catalog, order), indent=2)
        case "drift":
            done = "\n".join(map(str, drifted.write(asked.folder)))
        case _:
            done = "\n".join(reports.write(asked.folder))
    sys.stderr.write(f"{done}\n{time.perf_counter() - start:.1f} s\n")


if __name__ == "__main__":
    main()
