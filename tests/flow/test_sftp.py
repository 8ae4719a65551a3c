"""A sender's SFTP server, a real one on loopback: resumed, digested, its host key checked."""

import hashlib
import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from pipeline.flow import landing
from pipeline.store.steps import Step
from pipeline.sync import sftp_session
from tests.flow import processes
from tests.flow.homes import ALPHA, AT, BETA, asked, tree
from tests.flow.senders import became, held, look, profile
from tests.flow.sftp_sender import PASSWORD, Sender, listening

JULY, AUGUST = "acme_2026-07.csv", "acme_2026-08.csv"


@pytest.fixture(scope="module")
def keys() -> list[asyncssh.SSHKey]:
    return [asyncssh.generate_private_key("ssh-ed25519") for _ in range(3)]


@pytest.fixture
def sender(tmp_path: Path, keys: list[asyncssh.SSHKey]) -> Iterator[Sender]:
    """A server that listens until the test has ended."""
    with listening(tmp_path / "sender", keys[0], keys[1]) as found:
        yield found


def known(home: Path, sender: Sender, more: str = "", **instead: Any) -> None:
    """Write the profile of a sender, whose host key is known and for whom we have a key."""
    host_key = instead.get("host_key", sender.host_key).export_public_key().decode()
    (home / "known_hosts").write_text(f"[127.0.0.1]:{sender.port} {host_key}")
    key = home / "key"
    key.write_bytes(instead.get("user_key", sender.user_key).export_private_key())
    key.chmod(0o600)
    login = instead.get("login", 'key = "key"')
    profile(
        home,
        "acme",
        f'[sftp]\nhost = "127.0.0.1"\nport = {sender.port}\nuser = "acme"\n{login}\n'
        f'known_hosts = "known_hosts"\npath = "/out"\nrest_s = 0\ntimeout_s = 20\n{more}',
    )


def landed(home: Path) -> dict[str, bytes]:
    """What stands in the inbox."""
    return {
        str(path.relative_to(home / "inbox")): path.read_bytes()
        for path in (home / "inbox").rglob("*.csv")
    }


def test_a_delivery_lands_by_its_digest_and_is_taken_once(home: Path, sender: Sender) -> None:
    data = sender.deliver(JULY, (ALPHA, "1.50"), (BETA, "2"))
    known(home, sender)
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    digest = hashlib.sha256(data).hexdigest()
    assert landed(home) == {f"{digest}/{JULY}": data}
    assert asked(home, "SELECT manifest, accounting_period FROM manifests") == [(digest, "2026-07")]
    assert held(home) == (2, Decimal("3.5"))
    told = "SELECT attempt, outcome FROM retry_ledger WHERE kind = 'request'"
    assert asked(home, told) == [(1, "resolved")]
    whole = tree(home)
    assert became(look(home)) == {"acme": []}
    assert tree(home) == whole
    assert sender.reads == {JULY: len(data)}
    assert [path.name for path in (sender.root / "out").iterdir()] == [JULY]


def test_a_password_lets_in_too(
    home: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_SFTP", PASSWORD)
    sender.deliver(JULY, (ALPHA, "1"))
    known(home, sender, login='password = { env = "ACME_SFTP" }')
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    assert [path for path, data in tree(home).items() if PASSWORD.encode() in data] == []


def test_another_host_key_is_not_spoken_to(
    home: Path, sender: Sender, keys: list[asyncssh.SSHKey]
) -> None:
    sender.deliver(JULY, (ALPHA, "1"))
    known(home, sender, host_key=keys[2])
    (found,) = look(home)
    assert "shows a host key that" in (found.failed or "")
    assert (sender.logins, found.arrivals) == (0, [])


def test_a_wrong_login_is_said_once(
    home: Path, sender: Sender, keys: list[asyncssh.SSHKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    known(home, sender, user_key=keys[2])
    (found,) = look(home, sleep=waits.append)
    assert "refuses the login" in (found.failed or "")
    monkeypatch.setenv("ACME_SFTP", "wr0ng-one")
    known(home, sender, login='password = { env = "ACME_SFTP" }')
    (found,) = look(home, sleep=waits.append)
    assert "refuses the login" in (found.failed or "")
    assert "wr0ng-one" not in (found.failed or "")
    assert waits == [], "whoever is refused does not knock again"


def test_a_line_that_is_cut_is_resumed(
    home: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = 64 * 2**10
    monkeypatch.setattr(sftp_session, "READ_BYTES", 16 * 2**10)
    monkeypatch.setattr(sftp_session, "SYNC_BYTES", window)
    data = sender.deliver(JULY, *[(ALPHA, f"{n}") for n in range(1, 12_001)])
    sender.cut_after = [len(data) // 2, len(data) * 3 // 4]
    known(home, sender)
    waits: list[float] = []
    (found,) = look(home, sleep=waits.append)
    assert became([found]) == {"acme": [(JULY, "committed")]}
    assert list(landed(home).values()) == [data]
    assert held(home) == (12_000, Decimal(12_000 * 12_001 // 2))
    # After each cut the last window is fetched again, and what was under way besides.
    assert len(data) < sender.reads[JULY] < len(data) + 4 * window
    assert [0 <= wait <= landing.BASE_S * 2**n for n, wait in enumerate(waits)] == [True, True]


def test_a_server_that_is_gone_is_tried_and_then_told(home: Path, sender: Sender) -> None:
    known(home, sender)
    text = (home / "sources" / "acme.toml").read_text()
    (home / "sources" / "acme.toml").write_text(text.replace(f"port = {sender.port}", "port = 1"))
    waits: list[float] = []
    (found,) = look(home, sleep=waits.append)
    assert "cannot be reached" in (found.failed or "")
    assert len(waits) == landing.ATTEMPTS - 1
    events = asked(
        home,
        "SELECT attempt, outcome, fault, tier, backoff_s FROM retry_ledger "
        "WHERE kind = 'request' ORDER BY attempt",
    )
    said = ["opened", "retried", "retried", "escalated"]
    assert events == [
        (number, outcome, "CONNECT", "transient", wait)
        for number, (outcome, wait) in enumerate(zip(said, [*waits, None], strict=True), 1)
    ]


def test_a_file_that_changes_while_it_is_fetched_is_not_taken(home: Path, sender: Sender) -> None:
    sender.deliver(JULY, (ALPHA, "1"))
    sender.deliver(AUGUST, (BETA, "2"))
    sender.meanwhile = lambda: sender.deliver(JULY, (ALPHA, "1"), (BETA, "4"))
    known(home, sender)
    (found,) = look(home)
    assert became([found]) == {"acme": [(AUGUST, "committed")]}
    assert [one.name for one in found.partial] == [JULY]
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    assert held(home) == (3, Decimal(7))


@pytest.mark.parametrize(
    "name",
    ["../../evil_2026-07.csv", "in/evil_2026-07.csv", "..", "a\\b.csv", "a\nb.csv", "x" * 250],
)
def test_names_that_lead_elsewhere_are_no_files(name: str, home: Path, sender: Sender) -> None:
    sender.names = [name]
    sender.deliver(JULY, (ALPHA, "1"))
    known(home, sender)
    (found,) = look(home)
    assert became([found]) == {"acme": [(JULY, "committed")]}
    assert found.partial == [], "nobody even asks for them"


def test_parts_land_side_by_side(home: Path, sender: Sender) -> None:
    """Each part is a manifest; that both are there is seen in the folder where they stand."""
    first = sender.deliver("acme_2026-07_1of2_x.csv", (ALPHA, "1"))
    known(home, sender)
    (found,) = look(home)
    assert [one.why for one in found.partial] == ["is one of 1 parts that are here, of 2"]
    assert sender.reads == {}
    second = sender.deliver("acme_2026-07_2of2_y.csv", (BETA, "2"))
    look(home)
    assert sorted(landed(home).values()) == sorted([first, second])
    assert len({Path(name).parent for name in landed(home)}) == 1
    assert held(home) == (2, Decimal(3))


def test_what_was_taken_is_put_away_at_the_sender_s(home: Path, sender: Sender) -> None:
    known(home, sender, 'move = "done"\nmark = "{name}.ok"\nfiles = ["*.csv"]')
    sender.deliver(JULY, (ALPHA, "1"))
    sender.deliver(AUGUST, (ALPHA, "1"))
    (sender.root / "out" / f"{JULY}.ok").touch()
    (found,) = look(home)
    assert [one.name for one in found.partial] == [AUGUST]
    there = sorted(str(p.relative_to(sender.root)) for p in sender.root.rglob("*") if p.is_file())
    assert there == [f"out/{AUGUST}", f"out/done/{JULY}", f"out/done/{JULY}.ok"]


def test_what_was_refused_is_not_fetched_again(home: Path, sender: Sender) -> None:
    path = sender.root / "out" / JULY
    path.write_text("no,report\n1,2\n")
    os.utime(path, (AT.timestamp() - 60,) * 2)
    known(home, sender)
    assert became(look(home)) == {"acme": [(JULY, "refused")]}
    assert became(look(home)) == {"acme": [(JULY, "refused")]}
    assert sender.reads == {JULY: len(path.read_bytes())}


@pytest.mark.parametrize("step", [Step.LANDED, Step.BEGUN, Step.TAKEN, Step.SETTLED])
def test_killed_and_run_again_a_file_is_fetched_once(
    step: Step, home: Path, sender: Sender
) -> None:
    data = sender.deliver(JULY, (ALPHA, "1"))
    known(home, sender)
    process = processes.start(processes.collect, home, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL
    look(home)
    look(home)
    assert sender.reads == {JULY: len(data)}
    assert list(landed(home).values()) == [data]
    assert asked(home, "SELECT name, count(*) FROM arrivals GROUP BY ALL") == [(JULY, 1)]
    assert held(home) == (1, Decimal(1))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('password = { env = "X" }', "sftp.key or password must be given"),
        ('known = "x"', "sftp.known is no key here"),
    ],
)
def test_a_table_that_is_wrong_is_one_line(
    more: str, said: str, home: Path, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "x")
    known(home, sender, more)
    (found,) = look(home)
    assert said in (found.failed or "")


def test_a_key_that_others_may_read_is_not_used(home: Path, sender: Sender) -> None:
    known(home, sender)
    (home / "key").chmod(0o644)
    (found,) = look(home)
    assert "which others may read (644)" in (found.failed or "")


def test_no_file_of_known_hosts_is_no_licence(home: Path, sender: Sender) -> None:
    known(home, sender)
    (home / "known_hosts").unlink()
    (found,) = look(home)
    assert "known_hosts, which is no file" in (found.failed or "")
    assert sender.logins == 0
