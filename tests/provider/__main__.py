"""A provider to try things on: `make provider`; prints a source's TOML that fetches from it."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.provider import sources
from tests.provider.mischief import Schedule
from tests.provider.provider import Provider, Rate
from tests.provider.shelf import Shelf, report, row

_PORT = 8765


def main(port: str = f"{_PORT}") -> None:
    """Serve twelve reports and 500 rows; every fifth answer is faulty."""
    told = {"RateLimit-Policy": '"default";q=20;w=1'}
    shelf = Shelf([report(n) for n in range(12)], [row(n) for n in range(500)], size=50)
    provider = Provider(shelf, Schedule(seed=1, share=0.2), Rate(20, 1.0), told=told)
    with provider.running(int(port)), TemporaryDirectory() as folder:
        table = sources.api(provider.base, "cursor", "rows", limits={"requests": 20, "window_s": 1})
        sources.write(Path(folder), "loopback", table)
        print((Path(folder) / "sources" / "loopback.toml").read_text(encoding="utf-8"))
        print("# Put this into data/sources/loopback.toml, then: royalty sync loopback", flush=True)
        while True:
            time.sleep(10)
            rate = provider.rate
            print(f"# {len(provider.arrivals)} requests; most in a window {rate.most} of 20")


if __name__ == "__main__":
    main(*sys.argv[1:])
