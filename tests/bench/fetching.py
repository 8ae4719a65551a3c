"""Command: pages fetched and landed, beside dlt's REST source, in turn from the same provider.

Ours ends in the lake: matched, accounted and committed. The peer's ends in parquet files.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.bench import pages
from tests.bench.machine import machine
from tests.bench.process import ROOT, BenchFailed, Run, run
from tests.provider import sources

OUT = ROOT / "data" / "bench" / "fetching.json"
PEER = ROOT / ".venv-sync" / "bin" / "python"
PAGES, ROUNDS, BAR = 10_000, 1, 3.0
_SERVER = "from tests.bench.pages import serve; import sys; serve(int(sys.argv[1]))"
_VERSION = "import importlib.metadata as m; print(m.version('dlt'))"
_DLT = """
import json, os, sys
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
import dlt
from dlt.sources.rest_api import rest_api_source
base, folder = sys.argv[1:3]
source = rest_api_source({
    "client": {
        "base_url": base,
        "paginator": {
            "type": "page_number", "base_page": 1, "page_param": "page",
            "total_path": None, "stop_after_empty_page": True,
        },
    },
    "resources": [{"name": "rows", "endpoint": {"path": "/rows", "data_selector": "data"}}],
})
pipeline = dlt.pipeline(
    "bench",
    destination=dlt.destinations.filesystem(f"file://{folder}/out"),
    dataset_name="rows",
    pipelines_dir=f"{folder}/work",
)
pipeline.run(source, loader_file_format="parquet")
print(json.dumps({"rows": pipeline.last_trace.last_normalize_info.row_counts["rows"]}))
"""


@contextmanager
def provider(count: int) -> Iterator[str]:
    """A provider of so many pages, in a process of its own; gives its address."""
    command = [sys.executable, "-c", _SERVER, str(count)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


def home(folder: Path, base: str, count: int) -> Path:
    """A fresh home that knows the source, and the recordings that its rows name."""
    made = folder / "home"
    for old in (made, folder / "catalog"):
        shutil.rmtree(old, ignore_errors=True)
    table = sources.api(base, "counted", "rows", cursor={"overlap_s": 0})
    table["list"]["path"], table["rows"]["key"] = "/rows", []
    table["rows"]["ignore"] = ["id"]
    table["pages"] |= {"size": pages.SIZE, "cap": count + 1}
    table["limits"] = {"concurrency": 8}
    table["timeouts"] = {"read_s": 60, "whole_s": 60}
    sources.write(made, "bench", table)
    pages.catalog(folder / "catalog")
    _royalty(made, "catalog", "load", str(folder / "catalog"))
    return made


def _royalty(made: Path, *arguments: str) -> Run:
    command = [sys.executable, "-m", "pipeline.cli.main", "--home", str(made), *arguments]
    return run([*command, "--json"], watch=True)


def ours(folder: Path, base: str, count: int) -> Run:
    """Our run; every row must be matched.

    Raises:
        BenchFailed: one is not.
    """
    done = _royalty(home(folder, base, count), "sync")
    (source,) = done.told["sources"]
    (manifest,) = source["manifests"]
    if manifest["by_status"]["matched"] != count * pages.SIZE:
        raise BenchFailed(f"not every row is matched: {manifest['by_status']}")
    return done


def peer(folder: Path, base: str, count: int) -> Run:
    """The peer's run; every row must be there.

    Raises:
        BenchFailed: one is not.
    """
    for old in (folder / "out", folder / "work"):
        shutil.rmtree(old, ignore_errors=True)
    done = run([PEER, "-c", _DLT, base, str(folder)], watch=True)
    if done.told.get("rows") != count * pages.SIZE:
        raise BenchFailed(f"not every row is there: {done.told}")
    return done


def raced(count: int, rounds: int) -> dict[str, list[Run]]:
    """The runs of both: ours, dlt's, ours again, so that a load that comes or goes is seen."""
    told: dict[str, list[Run]] = {"ours": [], "dlt": []}
    turns = [("ours", ours), *[("dlt", peer), ("ours", ours)] * rounds]
    with provider(count) as base, tempfile.TemporaryDirectory() as folder:
        for who, take in turns:
            told[who].append(take(Path(folder), base, count))
            done = told[who][-1]
            print(f"{who}: {done.seconds:.1f} s, {done.cpu_s:.1f} s of processor", file=sys.stderr)
    return told


def figures(count: int, told: dict[str, list[Run]]) -> dict[str, Any]:
    """What the runs came to; the mean of each counts."""
    mean = {who: fmean(done.seconds for done in runs) for who, runs in told.items()}
    cpu = {who: fmean(done.cpu_s for done in runs) for who, runs in told.items()}
    factor = mean["dlt"] / mean["ours"]
    dlt = subprocess.run([PEER, "-c", _VERSION], capture_output=True, text=True, check=True)
    return {
        **machine(PEER, []),
        "command": f"python -m tests.bench.fetching {count}",
        "peer_versions": {"dlt": dlt.stdout.strip()},
        "pages": count,
        "rows": count * pages.SIZE,
        "times_as_fast": round(factor, 2),
        "times_less_processor": round(cpu["dlt"] / cpu["ours"], 2),
        "bar": BAR,
        "met": factor >= BAR if count >= PAGES else None,
        "runs": {who: [{**asdict(one), "told": {}} for one in runs] for who, runs in told.items()},
    }


def show(found: dict[str, Any], told: dict[str, list[Run]]) -> None:
    """Print both, and how many times as fast ours is."""
    said = {"ours": "fetched, matched and committed", "dlt": "fetched, to parquet"}
    print(
        f"{found['pages']:,} pages of {pages.SIZE} rows, load {found['load_at_start']} at the end"
    )
    for who, runs in told.items():
        for one in runs:
            rate = found["pages"] / one.seconds
            print(
                f"{who:5} {said[who]:31} {one.seconds:8.1f} s {rate:8.0f} pages/s"
                f" {one.cpu_s:8.1f} s of processor {one.anon_mib:6.0f} MiB"
            )
    verdict = {True: ", reached", False: ", missed", None: "; judged at 10,000 pages"}
    fast, less = found["times_as_fast"], found["times_less_processor"]
    said_so = f"the bar is {BAR:g}{verdict[found['met']]}"
    print(f"{fast:.2f} times as fast, with {less:.2f} times less processor; {said_so}")


def main(count: str = str(PAGES), rounds: str = str(ROUNDS)) -> int:
    """Measure, print, save."""
    if not PEER.exists():
        print("bench: .venv-sync/ is missing; run make bench-sync", file=sys.stderr)
        return 2
    try:
        told = raced(int(count), int(rounds))
    except BenchFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    found = figures(int(count), told)
    show(found, told)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
