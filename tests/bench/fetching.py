"""Pages fetched and landed, beside dlt's REST source: the same provider, one after the other."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.provider import sources
from tests.provider.shelf import dumped, moment, row

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / ".venv-sync" / "bin" / "python"
SIZE = 200
_SERVER = "from tests.bench.pages import serve; import sys; serve(int(sys.argv[1]))"
_OURS = """
import sys
from pathlib import Path
from pipeline.flow.fetch import FetchOrder, fetch
from pipeline.settings import Settings
(told,) = fetch(FetchOrder(Path(sys.argv[1]), Settings()), [])
assert told.rows["taken"] == int(sys.argv[2]), told
"""
_DLT = """
import os, sys
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
"""


def serve(pages: int) -> None:
    """Serve so many pages, each made once; says its address, then goes on until killed."""
    import asyncio

    from tests.provider.wire import Answer, Request, serving

    made: dict[int, bytes] = {}

    def answer(request: Request) -> Answer:
        number = int(request.query.get("page", "1"))
        if number not in made:
            first = (number - 1) * SIZE
            numbers = range(first, first + SIZE) if number <= pages else ()
            # All of them lie in the past: what is not final yet would wait.
            rows = [row(n, updated_at=moment(n % 1000)) for n in numbers]
            made[number] = dumped({"data": rows, "total": pages * SIZE})
        return Answer(body=made[number], headers={"Content-Type": "application/json"})

    async def run() -> None:
        for number in range(1, pages + 2):
            answer(Request("GET", f"/rows?page={number}", {}, b""))
        async with serving(answer) as port:
            print(f"http://127.0.0.1:{port}", flush=True)
            await asyncio.Event().wait()

    asyncio.run(run())


def _timed(command: list[str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def main(pages: str = "10000") -> None:
    """Fetch by both, and print how long each took."""
    count = int(pages)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, pages], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert server.stdout is not None
        base = server.stdout.readline().strip()
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            table = sources.api(base, "counted", "rows", cursor={"overlap_s": 0})
            table["list"]["path"], table["rows"]["key"] = "/rows", []
            table["rows"]["ignore"] = ["id"]
            table["pages"] |= {"size": SIZE, "cap": count + 1}
            table["limits"] = {"concurrency": 8}
            table["timeouts"] = {"read_s": 60, "whole_s": 60}
            sources.write(home, "bench", table)
            ours = _timed([sys.executable, "-c", _OURS, str(home), str(count * SIZE)])
            peer = _timed([str(PEER), "-c", _DLT, base, folder])
    finally:
        server.kill()
    rows = f"{count:,} pages of {SIZE} rows"
    print(f"{rows}, fetched, matched and committed  {ours:8.1f} s  {count / ours:8.0f} pages/s")
    print(f"{rows}, dlt's REST source to parquet    {peer:8.1f} s  {count / peer:8.0f} pages/s")
    print(f"{peer / ours:.1f} times as fast")


if __name__ == "__main__":
    main(*sys.argv[1:])
