"""`royalty alerts`, and what other commands say of alarms at their end."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline.flow import alarms
from pipeline.store import lake
from tests.flow.homes import ALPHA, SETTINGS, asked, line, report, tree
from tests.flow.watched import DEPTH, rules, waiting
from tests.unit.test_channels import SECRET, hook

Royalty = Callable[..., tuple[int, Any, str]]
BAD = '[rules.late]\nbreach = "soon"\n'


def webhook(url: str, place: str = '{ env = "OPS_SECRET" }') -> str:
    """A channel that calls people."""
    return f'[channels.ops]\nkind = "webhook"\nurl = "{url}"\nsecret = {place}\n'


def unmatched(home: Path, name: str = "june", count: int = 3) -> Path:
    """A report with lines that the catalog does not know."""
    lines = [line("GBAAA0000001", "5", title=f"{name} {n}", artist="X") for n in range(count)]
    return report(home.parent / f"{name}_2026-06.csv", lines)


def test_an_ingest_shows_what_began_and_json_stays_one_document(
    home: Path, royalty: Royalty
) -> None:
    rules(home, DEPTH)
    code, document, err = royalty("ingest", unmatched(home))
    assert (code, err, len(document["manifests"])) == (0, "", 1)
    # It was recorded; somebody who reads is told by the next command with a screen.
    code, out, err = royalty("retry", screen=True)
    assert (code, err) == (0, "")
    assert out.count("breach: depth: entries that wait: 3 entries (limit 2 entries)") == 1
    _, again, _ = royalty("retry", screen=True)
    assert "breach" not in again


def test_a_rule_that_is_wrong_fails_no_ingest(home: Path, royalty: Royalty, july: Path) -> None:
    (home / "alerts.toml").write_text(BAD, encoding="utf-8")
    code, document, err = royalty("ingest", july)
    assert (code, document["manifests"][0]["state"]) == (0, "committed")
    assert err == (
        "royalty: alerts were not checked: alerts.toml: rules.late.breach is 'soon'; "
        'write "36 h"\n'
    )
    for command in ((), ("check",), ("rules",), ("list",), ("try",)):
        for screen in (False, True):
            code, out, err = royalty("alerts", *command, screen=screen)
            line_ = "royalty: alerts.toml: rules.late.breach is 'soon'; write \"36 h\"\n"
            assert (code, out, err) == (2, "", line_)


def test_a_channel_that_fails_fails_no_ingest_and_is_told_later(
    home: Path, royalty: Royalty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_SECRET", SECRET)
    with hook(500, 500, 204) as kept:
        rules(home, DEPTH + webhook(kept.url))
        code, _, err = royalty("ingest", unmatched(home))
        assert code == 0
        assert err == (
            "royalty: channel ops could not be told: the answer was 500; it is tried again\n"
        )
        # A server that is down makes no other command wait.
        assert royalty("retry")[::2] == (0, "")
        assert len(kept.got) == 1
        code, document, err = royalty("alerts", "check")
        assert (code, document["events"], len(kept.got)) == (7, [], 2)
        assert royalty("alerts", "check")[::2] == (0, "")
        assert royalty("alerts", "check")[::2] == (0, "")
    ids = [headers["webhook-id"] for headers, _ in kept.got]
    assert (len(ids), len(set(ids))) == (3, 1)
    _, shown, _ = royalty("alerts", "show", "depth")
    (event,) = shown["events"]
    assert (event["state"], event["told"], event["owed"]) == ("breach", ["ops"], ["terminal"])


def test_a_secret_is_in_no_file_and_on_no_screen(
    home: Path, royalty: Royalty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_SECRET", SECRET)
    with hook(404, 204) as kept:
        monkeypatch.setenv("OPS_URL", kept.url)
        address = webhook("x").replace('"x"', '{ env = "OPS_URL" }')
        rules(home, DEPTH + address)
        # An address that stands in the file may hold a token, too.
        draft = home.parent / "draft.toml"
        draft.write_text(webhook(kept.url), encoding="utf-8")
        said = [
            royalty(*command, screen=screen)
            for screen in (False, True)
            for command in (
                ("ingest", unmatched(home)),
                ("alerts", "check"),
                ("alerts", "rules"),
                ("alerts", "rules", "--rules", draft),
                ("alerts", "list"),
                ("alerts", "show", "depth"),
            )
        ]
    told = "".join(str(one) for one in said)
    assert len(kept.got) == 2
    files = b"".join(tree(home).values())
    for secret in (SECRET, SECRET.removeprefix("whsec_"), "s3cret"):
        assert secret not in told
        assert secret.encode() not in files


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ('{ env = "NOT_THERE" }', "its credential is not in the environment as NOT_THERE"),
        ('{ file = "open.key" }', "which others may read (644)"),
        ('{ file = "none.key" }', "which is not there"),
    ],
)
def test_a_credential_that_cannot_be_had_is_one_line(
    place: str, said: str, home: Path, royalty: Royalty
) -> None:
    (home / "open.key").write_text(SECRET)
    (home / "open.key").chmod(0o644)
    with hook(204) as kept:
        rules(home, DEPTH + webhook(kept.url, place))
        waiting(home, 3)
        code, _, err = royalty("alerts", "check")
    assert (code, kept.got, err.count("\n")) == (7, [], 1)
    assert said in err


def test_a_silence_by_command(home: Path, royalty: Royalty) -> None:
    rules(home, f'{DEPTH}[channels.log]\nkind = "file"\npath = "told.jsonl"\n')
    waiting(home, 3)
    signed = ("--reason", "new catalog on Monday", "--by", "ada")
    code, _, err = royalty("alerts", "silence", "depht", "--until", "3 d", *signed)
    assert (code, "there is no rule 'depht'; known: depth" in err) == (2, True)
    code, event, _ = royalty("alerts", "silence", "depth", "--until", "3 d", *signed)
    assert (code, event["said_by"], event["reason"]) == (0, "ada", "new catalog on Monday")
    until = datetime.fromisoformat(event["until"])
    assert abs(until - datetime.now(UTC) - timedelta(days=3)) < timedelta(minutes=10)
    royalty("alerts", "check")
    assert not (home / "told.jsonl").exists()
    _, listed, _ = royalty("alerts", "list")
    ((one,), (silence,)) = (listed["firing"], listed["silences"])
    assert (one["level"], one["now"], one["silenced_by"]) == ("breach", "3", "ada")
    assert (silence["rule"], silence["key"]) == ("depth", "")
    code, out, _ = royalty("alerts", "list", screen=True)
    assert "new catalog on Monday" in out
    assert royalty("alerts", "unsilence", "depth", *signed)[0] == 0
    royalty("alerts", "check")
    assert len((home / "told.jsonl").read_text().splitlines()) == 1


def test_the_rules_say_whence_they_are(home: Path, royalty: Royalty) -> None:
    (home / "alerts.toml").write_text(f'{DEPTH}[rules.late]\nbreach = "3 d"\n', encoding="utf-8")
    code, document, _ = royalty("alerts", "rules")
    where = {one["name"]: one["where"] for one in document["rules"]}
    assert code == 0
    assert (where["depth"], where["late"], where["missing"]) == (
        *("alerts.toml", "alerts.toml", "rules.toml"),
    )
    draft = home.parent / "draft.toml"
    draft.write_text(DEPTH.replace("rules.depth", "rules.mine"), encoding="utf-8")
    _, document, _ = royalty("alerts", "rules", "--rules", draft)
    assert {one["name"]: one["where"] for one in document["rules"]}["mine"] == "draft.toml"


def test_a_trial_on_rules_that_are_not_in_force(home: Path, royalty: Royalty) -> None:
    rules(home, "")
    waiting(home, 3)
    draft = home.parent / "draft.toml"
    draft.write_text(DEPTH, encoding="utf-8")
    before = tree(home)
    arguments = ("alerts", "try", "--rules", draft, "--rule", "depth", "--since", "2026-10-01")
    code, document, _ = royalty(*arguments)
    (tried,) = document["rules"]
    assert (tried["rule"], tried["fired"], tried["breaches"]) == ("depth", 1, 1)
    (firing,) = tried["firings"]
    assert (code, firing["began_at"], firing["worst"]) == (0, "2026-10-05T09:00:00+00:00", "3")
    assert firing["ended_at"] is None
    code, out, _ = royalty(*arguments, screen=True)
    row = next(one for one in out.splitlines() if one.strip().startswith("depth"))
    assert row.split()[:3] == ["depth", "1", "1"]
    assert row.rstrip().endswith("█")
    assert {name: one for name, one in tree(home).items() if "lake.duckdb" not in name} == {
        name: one for name, one in before.items() if "lake.duckdb" not in name
    }


@pytest.mark.parametrize(
    ("arguments", "line_"),
    [
        (("try", "--step", "soon"), "--step 'soon' is no length of time; write \"6 h\""),
        (("try", "--step", "0 s"), "--step '0 s' is no length of time"),
        (("try", "--since", "may"), "--since 'may' is no day; write 2026-01-31"),
        (("try", "--rule", "x"), "there is no rule 'x'"),
        (("show", "x"), "there is no rule 'x'"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)
def test_what_cannot_be_carried_out_is_one_line(
    arguments: tuple[str, ...], line_: str, home: Path, royalty: Royalty
) -> None:
    waiting(home, 1)
    code, _, err = royalty("alerts", *arguments, screen=True)
    assert (code, err.count("\n")) == (2, 1)
    assert line_ in err


def test_screens_fit_eighty_columns(home: Path, royalty: Royalty) -> None:
    rules(home, f'{DEPTH}per = ["fault"]\n', alone=False)
    take = [line("GBAAA0000001", "5", title="x", artist="X"), line(ALPHA, "1", "???")]
    royalty("ingest", report(home.parent / "june_2026-06.csv", take))
    waiting(home, 3)
    royalty("alerts", "check")
    signed = ("--until", "3 d", "--reason", "a long reason " * 9, "--by", "ada")
    royalty("alerts", "silence", "depth", *signed)
    for command in (("list",), ("rules",), ("show", "depth"), ("try",)):
        code, out, _ = royalty("alerts", *command, screen=True)
        assert code == 0
        lines = [one for one in out.splitlines() if not one.startswith("  royalty ")]
        assert [one for one in lines if cell_len(one) > 80] == []
    _, out, _ = royalty("status", screen=True)
    assert "Firing" in out


def test_alerts_without_a_command_are_those_of_reports(home: Path, royalty: Royalty) -> None:
    bad = report(home.parent / "june_2026-06.csv", [line(ALPHA, "1", "???")])
    royalty("ingest", bad)
    code, document, _ = royalty("alerts", "--limit", "1")
    assert (code, document["in_all"], len(document["alerts"])) == (0, 1, 1)
    assert json.loads(json.dumps(document["alerts"]))[0]["severity"] == "high"


def test_a_busy_lake_hinders_no_command_at_its_end(home: Path) -> None:
    rules(home, DEPTH)
    waiting(home, 3)
    with lake.exclusive(home, SETTINGS), ThreadPoolExecutor(1) as beside:
        assert beside.submit(after_a_command, home).result() == []
    assert asked(home, "SELECT count(*)::INTEGER FROM alarms") == [(0,)]
    assert after_a_command(home) == []
    assert asked(home, "SELECT state FROM alarms") == [("breach",)]


def after_a_command(home: Path) -> list[str]:
    """What a check at the end of a command says."""
    return alarms.after(home, SETTINGS, datetime.now(UTC))
