"""Seeded schedules of faults and kills, and what must hold after each; `make chaos` runs 200.

Each schedule has a provider of its own, a home of its own and two sources: files and rows. Their
processes are killed at named steps or at random moments, then run until both are through.
"""

import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.flow.fetch import FetchOrder, fetch
from pipeline.settings import Settings
from pipeline.store.steps import Step
from pipeline.vocab import Fault
from tests.flow import processes
from tests.provider import sources
from tests.provider.figures import Figures
from tests.provider.mischief import FORGED, KINDS, Schedule
from tests.provider.provider import Provider, Rate
from tests.provider.shelf import Shelf, amount, report, row
from tests.provider.signatures import KEY_ID, signer
from tests.provider.wire import Request

STEPS = (
    Step.ASKED,
    Step.ANSWERED,
    Step.SPOOLED,
    Step.GATHERED,
    Step.LANDED_ONE,
    Step.PLACED,
    Step.RECORDED,
    Step.COMMITTED,
    Step.PUBLISHED,
)
PAGERS = ("link", "next", "cursor", "offset", "page", "counted")
Attempt = tuple[str, int, str, float, str | None]
"""Of the ledger: request, number, detail, when it ended, fault."""

_MOST_RUNS = 40
_ROUNDED_S = 0.002
_UNCONNECTED = re.compile(r"\(Connect(Timeout|Error)")
_TOOK = re.compile(r"took (\d+\.\d{3}) s$")
BUDGET, FLOOR, BUDGET_WINDOW_S = 0.5, 8, 1.5


def carry_out(home: Path) -> None:
    """Fetch both sources; what a process of a schedule does."""
    fetch(FetchOrder(home, Settings(threads=1, lock_wait_s=60)), [])


def schedule(seed: int, folder: Path) -> Figures:
    """Carry a schedule out and hold what it left against what must be.

    Raises:
        AssertionError: something does not hold.
    """
    draws = random.Random(seed)
    begun = time.monotonic()
    count, lines = draws.randint(1, 3), draws.randint(15, 60)
    window = draws.choice([0.05, 0.1, 0.2])
    requests = draws.randint(6, 20)
    shelf = Shelf([report(number) for number in range(count)], [row(n) for n in range(lines)])
    shelf.rows += [dict(one) for one in draws.sample(shelf.rows, 5)]
    draws.shuffle(shelf.rows)
    # Every other provider signs its answers, some of them with another key.
    signs = seed % 2 == 1
    kinds = (*KINDS, FORGED) if signs else KINDS
    faults = Schedule(seed, draws.uniform(0.25, 0.45), kinds, stall_s=0.4)
    told = {"RateLimit-Policy": f'"default";q={requests};w={window}'}
    provider = Provider(shelf, faults, Rate(requests, window), told=told)
    home = folder / "home"
    signed = _signing(provider, home) if signs else {}
    figures = Figures(schedules=1, reports=count, rows=lines)
    with provider.running():
        limits = {"requests": requests, "window_s": window, "concurrency": draws.randint(1, 4)}
        tight = {"read_s": 0.2}
        for name, what in (("files", "reports"), ("rows", "rows")):
            pager = draws.choice(PAGERS)
            table = sources.api(
                provider.base,
                pager,
                what,
                limits=limits,
                timeouts=tight,
                retries={"budget": BUDGET, "floor": FLOOR, "budget_window_s": BUDGET_WINDOW_S},
                **signed,
            )
            sources.write(home, name, table)
        _until_through(home, draws, figures)
    _check(home, provider, count, lines, figures)
    figures.seconds = time.monotonic() - begun
    return figures


def _signing(provider: Provider, home: Path) -> dict[str, Any]:
    """Have a provider sign its answers, and a home verify them; what its sources say of it."""
    key = home / "provider.key"
    home.mkdir(parents=True)
    key.touch(0o600)
    key.write_text("the shared one", encoding="utf-8")

    def forged(request: Request) -> bool:
        faults, number = provider.schedule, provider.attempts[request.key]
        return faults.fault(request.key, number) == FORGED

    provider.signer = signer("the shared one", forged)
    secret = {"file": key.name}
    return {"verify": {"algorithm": "hmac-sha256", "key_id": KEY_ID, "secret": secret}}


def _until_through(home: Path, draws: random.Random, figures: Figures) -> None:
    """Run processes, the first ones killed, until both sources are through."""
    for step in draws.sample(STEPS, draws.randint(1, 2)):
        figures.runs += 1
        process = processes.start(carry_out, home, die_at=step)
        if draws.random() < 0.5:
            process.join(draws.uniform(0.2, 1.5))
            process.kill()
        figures.kills += processes.ended(process) < 0
    for _ in range(_MOST_RUNS):
        figures.runs += 1
        assert processes.ended(processes.start(carry_out, home)) == 0
        if _is_through(home):
            return
        # What is not through has no retries left, or has given up.
        time.sleep(BUDGET_WINDOW_S / 3)
    raise AssertionError(f"not through after {_MOST_RUNS} runs")


def _is_through(home: Path) -> bool:
    with duckdb.connect(str(home / "lake.duckdb"), read_only=True) as con:
        found = con.execute("SELECT count(*) FROM cursors WHERE round > 0").fetchall()
    return bool(found[0][0] == 2)


def _check(home: Path, provider: Provider, count: int, lines: int, figures: Figures) -> None:
    """Hold what a schedule left against what must be."""
    with duckdb.connect(str(home / "lake.duckdb"), read_only=True) as con:
        money = con.execute(
            "SELECT source, count(*), sum(amount), count(DISTINCT title) FROM staged GROUP BY 1"
        ).fetchall()
        manifests = dict(
            con.execute("SELECT source, count(*) FROM manifests GROUP BY 1").fetchall()
        )
        attempts = con.execute(
            'SELECT ledger_id, attempt, detail, epoch("at"), fault FROM retry_ledger '
            "WHERE kind = 'request'"
        ).fetchall()
        off = con.execute("FROM conservation WHERE difference <> 0").fetchall()
    assert off == []
    assert manifests == {"files": count, "rows": 1}, manifests
    expected = {
        "files": sum(
            (amount(n * 1000 + line) for n in range(count) for line in range(3)), Decimal()
        ),
        "rows": sum((amount(n) for n in range(lines)), Decimal()),
    }
    distinct = {"files": count * 3, "rows": lines}
    assert {one[0]: one[2] for one in money} == expected
    assert {one[0]: (one[1], one[3]) for one in money} == {
        name: (number, number) for name, number in distinct.items()
    }
    _check_requests(provider, attempts, figures)


def _check_requests(provider: Provider, attempts: list[Attempt], figures: Figures) -> None:
    """Each request at the provider is an attempt of the ledger, and each of those is explained."""
    in_ledger = Counter(one[0] for one in attempts)
    assert len({(one[0], one[1]) for one in attempts}) == len(attempts)
    at_provider = Counter(arrival.key for arrival in provider.arrivals)
    # A process that is killed has entered an attempt before it sends it, never after.
    interrupted = Counter(one[0] for one in attempts if "the process ended" in one[2])
    # On a busy machine the provider may not come round to accept one.
    unconnected = Counter(one[0] for one in attempts if _UNCONNECTED.search(one[2]))
    for key, number in at_provider.items():
        told_of = [one for one in attempts if one[0] == key]
        most = number + interrupted[key] + unconnected[key]
        assert number <= in_ledger[key] <= most, (number, told_of)
    assert in_ledger.keys() <= at_provider.keys() | interrupted.keys() | unconnected.keys()
    assert provider.rate.broken == 0, provider.rate
    forged = sum(arrival.fault == FORGED for arrival in provider.arrivals)
    told = sum(one[4] == Fault.SIGNATURE_MISMATCH for one in attempts)
    # An answer is judged only by a process that lives to see all of it.
    assert told >= forged - sum(interrupted.values()), (told, forged)
    figures.most_retries = _most_retries(attempts)
    figures.retries = sum(one[1] > 1 for one in attempts)
    figures.requests = len(provider.arrivals)
    figures.faulty = sum(bool(one.fault) for one in provider.arrivals)
    figures.kinds = Counter(one.fault for one in provider.arrivals if one.fault)
    figures.in_ledger = len(attempts)
    figures.never_sent = len(attempts) - len(provider.arrivals)


def _most_retries(attempts: list[Attempt]) -> int:
    """The most retries that were sent within a window of the budget, none beyond what it allows.

    The ledger tells when each was sent; when it arrived is up to the network and the machine.
    """
    sent = sorted(
        (at - float(_TOOK.findall(told)[0]), number) for _, number, told, at, _ in attempts
    )
    most = 0
    for at, _ in sent:
        since = at - BUDGET_WINDOW_S
        retries = sum(number > 1 for then, number in sent if since + _ROUNDED_S < then <= at)
        first = sum(
            number == 1 for then, number in sent if since - _ROUNDED_S < then <= at + _ROUNDED_S
        )
        assert retries <= max(FLOOR, BUDGET * first), (retries, first)
        most = max(most, retries)
    return most


def campaign(seeds: Sequence[int], workers: int) -> Figures:
    """All schedules of some seeds together.

    Raises:
        AssertionError: one does not hold; names its seed.
    """
    total = Figures()
    with ThreadPoolExecutor(workers) as executor:
        for figures in executor.map(_tried, seeds):
            total.add(figures)
    assert total.faulty >= total.requests * 0.2
    return total


def _tried(seed: int) -> Figures:
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
    try:
        return schedule(seed, folder)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(schedules: str = "200", first: str = "0") -> None:
    """Run a campaign and print its figures."""
    begun = time.monotonic()
    seeds = range(int(first), int(first) + int(schedules))
    total = campaign(seeds, len(os.sched_getaffinity(0)))
    total.seconds = time.monotonic() - begun
    print(total.table())


if __name__ == "__main__":
    main(*sys.argv[1:])
