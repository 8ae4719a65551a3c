"""A small home made by the real command: the demo catalog and two of the sample reports."""

from pathlib import Path

from pipeline.cli import main
from tests.world import catalog

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "sample"
ORCHARD = SAMPLES / "orchard_2026-09.csv"
OFF = next(SAMPLES.glob("DSR_SAMPLE2_*.tsv"))
"""A DSRF report that holds one record less than it declares."""


def demo_home(folder: Path) -> Path:
    """A home under a folder, with `ORCHARD` and `OFF` in its lake."""
    catalog.write(catalog.build(catalog.RECORDINGS, catalog.SEED), folder / "labels", parquet=True)
    home = folder / "home"
    assert main.run(["--home", str(home), "catalog", "load", str(folder / "labels")]) == 0
    assert main.run(["--home", str(home), "ingest", str(ORCHARD), str(OFF), "--json"]) == 0
    return home
