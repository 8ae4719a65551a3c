"""What a provider allows is kept: by several processes, by what it tells, and by a seed's chaos."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.sync.words import SyncState
from tests.flow import processes, senders
from tests.flow.homes import ALPHA
from tests.flow.test_fetch import money, of_rows, shelf, sync
from tests.provider import chaos, sources
from tests.provider.chaos import carry_out
from tests.provider.provider import Provider, Rate
from tests.provider.wire import Answer

ROOT = Path(__file__).resolve().parents[2]


def test_two_processes_share_one_bucket(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=60), rate=Rate(4, 0.25))
    limits = {"requests": 4, "window_s": 0.25, "concurrency": 3}
    with provider.running():
        for name in ("one", "two"):
            table = sources.api(provider.base, "counted", "rows", limits=limits)
            sources.write(tmp_path, name, table)
        both = [processes.start(one_source, tmp_path, name) for name in ("one", "two")]
        assert [processes.ended(process) for process in both] == [0, 0]
    # Both were busy at the same time, or this would show nothing.
    names = ["one" if "mark=one" in arrival.target else "two" for arrival in provider.arrivals]
    assert len(names) == 12
    assert (provider.rate.broken, provider.rate.most) == (0, 4)
    assert provider.arrivals[-1].at - provider.arrivals[0].at > 2 * 0.25


def one_source(home: Path, name: str) -> None:
    """Fetch one source; what a process of its own does."""
    from pipeline.flow.fetch import FetchOrder, fetch
    from pipeline.settings import Settings

    (told,) = fetch(FetchOrder(home, Settings(threads=1, lock_wait_s=60)), [name])
    assert told.state is SyncState.FETCHED, told.error


def test_limits_are_learned_from_what_the_provider_tells(tmp_path: Path) -> None:
    told = {"RateLimit-Policy": '"default";q=3;w=0.2'}
    provider = Provider(shelf(rows=100), rate=Rate(3, 0.2), told=told)
    with provider.running():
        table = sources.api(provider.base, "link", "rows", limits={"concurrency": 4})
        sources.write(tmp_path, "acme", table)
        sync(tmp_path)
    assert len(provider.arrivals) == 10
    assert provider.rate.broken == 0
    assert money(tmp_path) == of_rows(*range(100))


def test_retry_after_holds_every_request_to_the_provider(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=40))
    provider.script["/page/rows"] = [Answer(429, headers={"Retry-After": "0.5"})]
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "counted", "rows"))
        told = sync(tmp_path)
    first, second = (one.at for one in provider.arrivals[:2])
    assert second - first >= 0.5
    assert told.retries == 1


SEEDS = (94, 118, 160, 163, *range(1000, 1004))
"""Those that once found something, in the product or in how it was judged, and a few others."""


@pytest.mark.slow
def test_seeded_schedules_of_faults_and_kills() -> None:
    total = chaos.campaign(SEEDS, 2)
    assert total.schedules == len(SEEDS)
    assert total.kills > 0


def test_a_host_that_fails_is_left_alone(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=5))
    provider.script["/link/rows"] = [Answer(500)] * 50
    breaker = {"failures": 3, "open_s": 60.0, "cap_s": 60.0}
    with provider.running():
        table = sources.api(provider.base, "link", "rows", breaker=breaker)
        sources.write(tmp_path, "acme", table)
        told = sync(tmp_path)
        assert "its host has failed too often" in told.error
        assert len(provider.arrivals) == 3
        assert "left alone" in sync(tmp_path).error
        assert len(provider.arrivals) == 3
    from datetime import UTC, datetime

    from pipeline.flow.fetch_status import status
    from tests.flow.test_fetch import SETTINGS

    (one,) = status(tmp_path, SETTINGS, datetime.now(UTC), [])
    assert (one.breaker.value, one.under_way, one.retries_waiting) == ("open", 1, 1)


def test_retries_end_with_the_budget(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=5))
    provider.script["/link/rows"] = [Answer(500)] * 50
    retries = {"attempts": 50, "budget": 0.1, "floor": 4}
    with provider.running():
        table = sources.api(provider.base, "link", "rows", retries=retries)
        sources.write(tmp_path, "acme", table)
        told = sync(tmp_path)
    assert "the retry budget is used up (4 retries, 1 requests)" in told.error
    assert len(provider.arrivals) == 5


def command(home: Path, *arguments: str, **environment: str) -> Any:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", "--home", str(home), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "120", **environment},
    )


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command in this process: its exit code, what it printed, and its errors."""

    def ran(home: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        code = main.run(["--home", str(home), *arguments])
        return code, *capsys.readouterr()

    return ran


def test_the_command_tells_what_came_and_exits_by_it(run: Any, tmp_path: Path) -> None:
    provider = Provider(shelf(rows=25))
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows"))
        code, out, err = run(tmp_path, "sync", "--json")
        assert (code, err) == (0, "")
        (one,) = json.loads(out)["sources"]
        assert (one["state"], one["pages"], one["rows"]["taken"]) == ("fetched", 3, 25)
        (one,) = json.loads(run(tmp_path, "sync", "status", "--json")[1])["sources"]
        assert (one["breaker"], one["retries_waiting"]) == ("closed", 0)
        assert one["cursor"] == "2026-09-02T00:00:00.000000Z"
        assert one["last_success"] < one["next_due"]
        provider.script["/link/rows"] = [Answer(403)]
        failed = command(tmp_path, "sync", "acme")
    assert failed.returncode == 7
    (line,) = failed.stderr.splitlines()
    assert line.startswith("royalty: acme gave up: it answers 403 Forbidden")


def test_one_command_looks_by_every_door(run: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    drop = senders.folder(home)
    senders.deliver(drop / "acme_2026-07.csv", (ALPHA, "1.50"))
    provider = Provider(shelf(rows=5))
    with provider.running():
        sources.write(home, "other", sources.api(provider.base, "link", "rows"))
        code, out, err = run(home, "sync", "--json")
        assert (code, err) == (0, "")
        told = json.loads(out)
        assert [one["source"] for one in told["sources"]] == ["other"]
        assert [one["source"] for one in told["visits"]] == ["acme"]
        alone = json.loads(run(home, "sync", "acme", "--json")[1])
        assert alone["sources"] == []
        assert len(provider.arrivals) == 1
    lines, amount = of_rows(*range(5))
    assert money(home) == (lines + 1, amount + Decimal("1.50"))


@pytest.mark.parametrize("kind", ["token", "oauth2", "sign"])
def test_credentials_are_told_nowhere(kind: str, run: Any, tmp_path: Path) -> None:
    """Runs that fail in every way, then every byte of the home and of what was printed.

    The first is a process of its own, for some things are printed only when one ends.
    """
    secret = "Zx9-secret-Zx9"  # noqa: S105 - what must not be found
    provider = Provider(shelf(rows=5), token="Zx9-token")  # noqa: S106 - so must this
    home = tmp_path / "home"
    with provider.running():
        tables: dict[str, Any] = {
            "token": {"auth": {"kind": "token", "secret": {"env": "ACME"}}},
            "oauth2": {
                "auth": {
                    "kind": "oauth2",
                    "client_id": "us",
                    "token_url": f"{provider.base}/token",
                    "secret": {"env": "ACME"},
                }
            },
            "sign": {
                "sign": {"algorithm": "hmac-sha256", "key_id": "us", "secret": {"env": "ACME"}}
            },
        }
        provider.client = f"us:{secret}" if kind == "oauth2" else ""
        provider.token = secret if kind == "token" else "" if kind == "sign" else "Zx9-token"
        sources.write(home, "acme", sources.api(provider.base, "link", "rows", **tables[kind]))
        # The provider says back what it was told, as careless ones do.
        echo = Answer(400, f"bad {secret}".encode(), {"Link": f"<http://127.0.0.1/{secret}>"})
        provider.script["/link/rows"] = [Answer(500), Answer(reset=True), echo]
        failed = command(home, "sync", ACME=secret, ROYALTY_DEBUG="1")
        assert failed.returncode == 7
        well = run(home, "sync", "--json", ACME=secret)
        assert well[0] == 0, well[2]
        refused = run(home, "sync", ACME="another")
        outputs = [*well[1:], *refused[1:], *run(home, "sync", "status", "--json")[1:]]
    assert money(home) == of_rows(*range(5))
    told = "".join([failed.stdout, failed.stderr, *outputs]).encode()
    kept = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert [str(path) for path, found in kept.items() if b"Zx9-" in found] == []
    assert b"Zx9-" not in told


def test_a_token_is_renewed_where_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME", "pass")
    provider = Provider(shelf(rows=25), token="t", client="us:pass")  # noqa: S106 - a test's own
    with provider.running():
        auth = {
            "kind": "oauth2",
            "client_id": "us",
            "token_url": f"{provider.base}/token",
            "secret": {"env": "ACME"},
        }
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows", auth=auth))
        provider.script["/link/rows"] = [Answer(401)]
        sync(tmp_path)
    assert money(tmp_path) == of_rows(*range(25))
    assert [one.target for one in provider.arrivals].count("/token") == 2


def test_what_another_process_fetches_is_left_to_it(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=5))
    provider.script["/link/rows"] = [Answer(stall_s=3.0)]
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows"))
        process = processes.start(carry_out, tmp_path)
        while not provider.arrivals:
            assert process.is_alive()
        told = sync(tmp_path)
        assert told.error == "acme gave up: acme is being fetched by another process"
        process.kill()
        processes.ended(process)
