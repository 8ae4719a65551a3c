"""What was paid for reports, said by real commands: one payment for several, several for one."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.store.steps import Step
from pipeline.vocab import Fault
from tests.flow.homes import ALPHA, BETA, asked, assert_conserved, frame, line, report

Told = dict[str, Any]
OPEN = "SELECT is_open FROM ledger_state WHERE fault = 'OUT_OF_BALANCE' ORDER BY manifest"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command on the home: its exit code, its document or screen, and its errors."""

    def ran(*arguments: str | Path, screen: bool = False) -> tuple[int, Any, str]:
        given = [str(argument) for argument in arguments]
        code = main.run(["--home", str(home), *given, *([] if screen else ["--json"])])
        out, err = capsys.readouterr()
        return code, (out if screen or not out else json.loads(out)), err

    return ran


@pytest.fixture
def july(tmp_path: Path) -> Path:
    """Two lines, 7.50 EUR together."""
    return report(tmp_path / "july_2026-07.csv", [line(ALPHA, "5"), line(BETA, "2.50")])


@pytest.fixture
def august(tmp_path: Path) -> Path:
    """One line of 4 EUR."""
    return report(tmp_path / "august_2026-08.csv", [line(ALPHA, "4")])


def figures(home: Path) -> list[tuple[Any, ...]]:
    """Currency, declared, found and balance of what was paid, in order."""
    rows = frame(home, "control").filter(what="remittance")
    return sorted(rows.select("currency", "declared", "found", "balance").rows())


def assert_both_conserved(home: Path) -> None:
    """Both reports are paid, each with its own sum."""
    rows = frame(home, "conservation").sort("reported")
    kept = rows.select("reported", "matched", "difference", "lines", "lines_difference").rows()
    assert kept == [(4, 4, 0, 1, 0), (Decimal("7.5"), Decimal("7.5"), 0, 2, 0)]
    paid = asked(home, "SELECT manifest, sum(amount) FROM sales GROUP BY ALL ORDER BY 2")
    assert [amount for _, amount in paid] == [4, Decimal("7.5")]


def test_what_was_paid_is_what_the_lines_hold(run: Any, home: Path, july: Path) -> None:
    code, told, _ = run("ingest", july, "--remittance", "7.5 EUR")
    (one,) = told["manifests"]
    assert (code, one["by_status"]["matched"]) == (0, 2)
    assert one["control"]["remittance EUR"] == {
        "declared": "7.5",
        "found": "7.5",
        "difference": "0",
        "balance": "balanced",
        "currency": "EUR",
        "tolerance": "0",
    }
    assert "freed" not in one
    paid = frame(home, "remittances").select("manifest", "currency", "amount", "said_by")
    assert paid.rows() == [(one["manifest"], "EUR", Decimal("7.5"), "--remittance")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["7.49 EUR"], [("EUR", Decimal("7.49"), Decimal("7.5"), "off")]),
        (
            ["7.5 EUR", "1 USD"],
            [
                ("EUR", Decimal("7.5"), Decimal("7.5"), "balanced"),
                ("USD", Decimal(1), Decimal(0), "off"),
            ],
        ),
        (
            # Nothing was paid in the currency of the lines.
            ["7.5 USD"],
            [
                ("EUR", Decimal(0), Decimal("7.5"), "off"),
                ("USD", Decimal("7.5"), Decimal(0), "off"),
            ],
        ),
    ],
    ids=str,
)
def test_another_sum_holds_the_report(
    said: list[str], expected: list[tuple[Any, ...]], run: Any, home: Path, july: Path
) -> None:
    _, told, _ = run("ingest", july, *[word for one in said for word in ("--remittance", one)])
    assert told["manifests"][0]["by_status"]["held"] == 2
    assert figures(home) == expected
    alerts = frame(home, "alerts").sort("currency").select("currency", "amount")
    assert alerts.rows() == [(one[0], one[2] - one[1]) for one in expected if one[3] == "off"]
    assert_conserved(home, {"EUR": Decimal("7.5")}, 2)


def test_a_later_payment_frees_what_balances_by_it(run: Any, home: Path, july: Path) -> None:
    _, told, _ = run("ingest", july, "--remittance", "5 EUR")
    manifest = told["manifests"][0]["manifest"]
    assert figures(home) == [("EUR", 5, Decimal("7.5"), "off")]
    _, freed, _ = run("control", "remit", manifest[:8], "--remittance", "2 EUR", "--by", "ann")
    assert freed["moved"] == {}
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    code, freed, _ = run("control", "remit", manifest, "--remittance", "0.5 EUR", "--by", "ann")
    assert (code, freed["moved"]) == (0, {"EUR": {"from held to matched": "7.5"}})
    assert figures(home) == [("EUR", Decimal("7.5"), Decimal("7.5"), "balanced")]
    state = frame(home, "ledger_state").filter(fault=Fault.OUT_OF_BALANCE.value)
    assert state.select("outcome", "is_open", "detail").rows() == [
        (
            "resolved",
            False,
            "balanced: remittance: declared 7.5 EUR, found 7.5 EUR, difference 0 EUR",
        )
    ]
    assert frame(home, "staged").height == 0
    assert_conserved(home, {"EUR": Decimal("7.5")}, 2)


def test_the_very_payment_counts_once(run: Any, home: Path, july: Path) -> None:
    _, told, _ = run("ingest", july, "--remittance", "3.75 EUR")
    manifest = told["manifests"][0]["manifest"]
    for _ in range(2):
        assert run("ingest", july, "--remittance", "3.75 EUR")[1]["manifests"][0]["state"] == (
            "unchanged"
        )
    code, _, err = run("control", "remit", manifest, "--remittance", "3.75 EUR", "--by", "ann")
    assert (code, "in the books already" in err, "--reference" in err) == (2, True, True)
    assert figures(home) == [("EUR", Decimal("3.75"), Decimal("7.5"), "off")]
    code, freed, _ = run(
        "control", "remit", manifest, "--remittance", "3.75 EUR", "--by", "ann",
        "--reference", "second half",
    )  # fmt: skip
    assert freed["moved"] == {"EUR": {"from held to matched": "7.5"}}


def test_one_payment_for_several_reports(run: Any, home: Path, july: Path, august: Path) -> None:
    """The first waits for the second; when that is in, both balance."""
    code, told, _ = run("ingest", july, august, "--remittance", "11.50 EUR")
    first, second = told["manifests"]
    assert code == 0
    assert (first["by_status"]["held"], second["by_status"]["matched"]) == (2, 1)
    assert second["freed"] == {"EUR": {"from held to matched": "7.5"}}
    assert figures(home) == [("EUR", Decimal("11.5"), Decimal("11.5"), "balanced")] * 2
    assert asked(home, OPEN) == [(False,)]
    assert frame(home, "sales").height == 3
    assert asked(home, "SELECT severity, amount FROM alerts") == [("warning", Decimal(-4))]
    assert_both_conserved(home)


def test_a_report_that_comes_later_completes_those_paid_with_it(
    run: Any, home: Path, july: Path, august: Path
) -> None:
    good = august.read_bytes()
    august.write_bytes(b"no,report\n1,2\n")
    code, told, _ = run("ingest", july, august, "--remittance", "11.5 EUR")
    assert (code, [one["state"] for one in told["manifests"]]) == (3, ["committed", "refused"])
    assert asked(home, OPEN) == [(True,)]
    august.write_bytes(good)
    code, told, _ = run("ingest", july, august, "--remittance", "11.5 EUR")
    assert (code, [one["state"] for one in told["manifests"]]) == (0, ["unchanged", "committed"])
    assert figures(home) == [("EUR", Decimal("11.5"), Decimal("11.5"), "balanced")] * 2
    assert asked(home, OPEN) == [(False,)]
    assert frame(home, "sales").height == 3


def test_a_command_killed_between_two_reports_is_made_good_by_the_same(
    run: Any, home: Path, july: Path, august: Path
) -> None:
    given = ("ingest", july, august, "--remittance", "11.5 EUR")
    command = [sys.executable, "-m", "pipeline.cli.main", "--home", home, *given]
    dying = {**os.environ, "ROYALTY_DIE_AT": Step.PUBLISHED.value}
    killed = subprocess.run(command, env=dying, check=False, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert (frame(home, "manifests").height, asked(home, OPEN)) == (1, [(True,)])
    for states in (["unchanged", "committed"], ["unchanged", "unchanged"]):
        code, told, _ = run(*given)
        assert (code, [one["state"] for one in told["manifests"]]) == (0, states)
        assert asked(home, OPEN) == [(False,)]
        assert figures(home) == [("EUR", Decimal("11.5"), Decimal("11.5"), "balanced")] * 2
        assert_both_conserved(home)


def test_payments_that_share_reports_are_weighed_together(
    run: Any, home: Path, july: Path, august: Path
) -> None:
    """10 EUR for both, and 1.50 EUR for one of them: 11.50 EUR for 11.50 EUR."""
    _, told, _ = run("ingest", july, august, "--remittance", "10 EUR")
    assert figures(home) == [("EUR", 10, Decimal("11.5"), "off")] * 2
    assert asked(home, OPEN) == [(True,), (True,)]
    manifest = told["manifests"][1]["manifest"]
    _, freed, _ = run("control", "remit", manifest, "--remittance", "1.5 EUR", "--by", "ann")
    assert freed["moved"] == {"EUR": {"from held to matched": "11.5"}}
    assert asked(home, OPEN) == [(False,), (False,)]
    assert len(set(frame(home, "control")["remittances"])) == 1
    assert_both_conserved(home)


def test_a_file_beside_a_report_says_what_was_paid(run: Any, home: Path, july: Path) -> None:
    beside = july.with_name(f"{july.name}.remittance")
    beside.write_text("7 EUR\n\n", encoding="utf-8")
    _, told, _ = run("ingest", july)
    assert told["manifests"][0]["by_status"]["held"] == 2
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    assert run("ingest", july)[1]["manifests"][0]["state"] == "unchanged"
    beside.write_text("7.50 EUR\n", encoding="utf-8")
    code, _, err = run("ingest", july)
    assert (code, "said 7" in err, "control remit" in err) == (3, True, True)
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]


def test_a_file_that_comes_later_frees_nothing_that_is_paid(
    run: Any, home: Path, july: Path
) -> None:
    """It is told of, and a person may accept it; what is paid stays so."""
    _, told, _ = run("ingest", july)
    manifest = told["manifests"][0]["manifest"]
    july.with_name(f"{july.name}.remittance").write_text("7 EUR", encoding="utf-8")
    run("ingest", july)
    assert frame(home, "sales").height == 2
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    assert asked(home, "SELECT severity, currency, amount FROM alerts") == [
        ("high", "EUR", Decimal("0.5"))
    ]
    assert asked(home, OPEN) == [(True,)]
    run("control", "accept", manifest, "--reason", "their fee", "--by", "ann")
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "accepted")]
    assert asked(home, OPEN) == [(False,)]
    run("control", "remit", manifest, "--remittance", "1 EUR", "--by", "ann")
    assert figures(home) == [("EUR", 8, Decimal("7.5"), "off")]
    assert asked(home, OPEN) == [(True,)]
    run("control", "remit", manifest, "--remittance", "-0.5 EUR", "--by", "ann")
    assert figures(home) == [("EUR", Decimal("7.5"), Decimal("7.5"), "balanced")]
    assert asked(home, OPEN) == [(False,)]


def test_a_difference_of_several_is_accepted_with_the_last(
    run: Any, home: Path, july: Path, august: Path
) -> None:
    _, told, _ = run(
        "ingest", july, august, "--remittance", "11 EUR",
        "--accept-difference", "bank fee", "--by", "ann",
    )  # fmt: skip
    assert told["manifests"][1]["freed"] == {"EUR": {"from held to matched": "7.5"}}
    assert figures(home) == [("EUR", 11, Decimal("11.5"), "accepted")] * 2
    said = frame(home, "control").select("accepted_by", "reason").unique().rows()
    assert said == [("ann", "bank fee")]
    details = asked(home, "SELECT detail FROM retry_ledger WHERE outcome = 'released'")
    both = "(remittance: declared 11 EUR, found 11.5 EUR, difference 0.5 EUR)"
    assert details == [(f"difference accepted by ann: bank fee {both}",)] * 2
    assert_both_conserved(home)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["12,50 EUR"], "no amount of a currency"),
        (["12.50"], "no amount of a currency"),
        (["12.50 EURO"], "no amount of a currency"),
        (["12.50 XQZ"], "no amount of a currency"),
        (["1e3 EUR"], "no amount of a currency"),
        (["1 EUR", "2 EUR"], "stands twice"),
    ],
    ids=str,
)
def test_what_is_no_amount_is_refused_and_changes_nothing(
    said: list[str], why: str, run: Any, home: Path, july: Path
) -> None:
    code, _, err = run("ingest", july, *[word for one in said for word in ("--remittance", one)])
    assert (code, why in err, len(err.splitlines())) == (2, True, 1)
    assert not (home / "royalty.duckdb").exists()
    july.with_name(f"{july.name}.remittance").write_text("\n".join(said), encoding="utf-8")
    code, _, err = run("ingest", july)
    assert (code, why in err, len(err.splitlines())) == (3, True, 1)
    assert frame(home, "manifests").height == 0


def test_the_lists_show_both_figures_and_who_accepts(run: Any, july: Path, august: Path) -> None:
    _, told, _ = run("ingest", july, "--remittance", "5 EUR")
    manifest = told["manifests"][0]["manifest"]
    run("ingest", august, "--remittance", "4 EUR")
    _, listed, _ = run("control", "list")
    (one,) = listed["control"]
    assert (one["declared"], one["found"], one["difference"]) == ("5", "7.5", "2.5")
    assert len(run("control", "list", "--all")[1]["control"]) == 2
    _, screen, _ = run("ingest", july, screen=True)
    assert "unchanged" in screen
    _, screen, _ = run("status", "--manifest", manifest, screen=True)
    off = "control is OFF, remittance: declared 5.0 EUR, found 7.5 EUR, difference 2.5 EUR"
    assert off in " ".join(screen.split())
    run("control", "accept", manifest, "--reason", "rest in August", "--by", "ann")
    _, screen, _ = run("status", "--manifest", manifest, screen=True)
    assert "difference 2.5 EUR; accepted by ann: rest in August" in " ".join(screen.split())
    _, screen, _ = run("control", "show", manifest, screen=True)
    assert "accepted by ann: rest in August" in screen
    assert f"paid 5 EUR for 1 report: {manifest[:12]}; said by --remittance" in screen
    assert run("control", "accept", "abc", "--reason", "x", "--by", "y")[0] == 2
    assert run("control", "accept", "f" * 64, "--reason", "x", "--by", "y")[0] == 2
    assert run("control", "remit", "f" * 64, "--remittance", "1 EUR", "--by", "y")[0] == 2
    assert run("control", "remit", manifest, "--remittance", "1 EUR", "--by", " ")[0] == 2
