"""What was paid for reports, said by real commands: one payment for several, several for one."""

import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.store.steps import Step
from pipeline.vocab import Fault
from tests.flow import processes
from tests.flow.homes import asked, assert_conserved, frame
from tests.flow.payments import OPEN, figures


def assert_both_conserved(home: Path) -> None:
    """Both reports are paid, each with its own sum."""
    rows = frame(home, "conservation").sort("reported")
    kept = rows.select("reported", "matched", "difference", "lines", "lines_difference").rows()
    assert kept == [(4, 4, 0, 1, 0), (Decimal("7.5"), Decimal("7.5"), 0, 2, 0)]
    paid = asked(home, "SELECT manifest, sum(amount) FROM sales GROUP BY ALL ORDER BY 2")
    assert [amount for _, amount in paid] == [4, Decimal("7.5")]


def test_what_was_paid_is_what_the_lines_hold(royalty: Any, home: Path, july: Path) -> None:
    code, told, _ = royalty("ingest", july, "--remittance", "7.5 EUR")
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
    said: list[str], expected: list[tuple[Any, ...]], royalty: Any, home: Path, july: Path
) -> None:
    _, told, _ = royalty("ingest", july, *[word for one in said for word in ("--remittance", one)])
    assert told["manifests"][0]["by_status"]["held"] == 2
    assert figures(home) == expected
    alerts = frame(home, "alerts").sort("currency").select("currency", "amount")
    assert alerts.rows() == [(one[0], one[2] - one[1]) for one in expected if one[3] == "off"]
    assert_conserved(home, {"EUR": Decimal("7.5")}, 2)


def test_a_later_payment_frees_what_balances_by_it(royalty: Any, home: Path, july: Path) -> None:
    _, told, _ = royalty("ingest", july, "--remittance", "5 EUR")
    manifest = told["manifests"][0]["manifest"]
    assert figures(home) == [("EUR", 5, Decimal("7.5"), "off")]
    _, freed, _ = royalty("control", "remit", manifest[:8], "--remittance", "2 EUR", "--by", "ann")
    assert freed["moved"] == {}
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    code, freed, _ = royalty("control", "remit", manifest, "--remittance", "0.5 EUR", "--by", "ann")
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


def test_the_very_payment_counts_once(royalty: Any, home: Path, july: Path) -> None:
    _, told, _ = royalty("ingest", july, "--remittance", "3.75 EUR")
    manifest = told["manifests"][0]["manifest"]
    for _ in range(2):
        assert royalty("ingest", july, "--remittance", "3.75 EUR")[1]["manifests"][0]["state"] == (
            "unchanged"
        )
    code, _, err = royalty("control", "remit", manifest, "--remittance", "3.75 EUR", "--by", "ann")
    assert (code, "in the books already" in err, "--reference" in err) == (2, True, True)
    assert figures(home) == [("EUR", Decimal("3.75"), Decimal("7.5"), "off")]
    code, freed, _ = royalty(
        "control", "remit", manifest, "--remittance", "3.75 EUR", "--by", "ann",
        "--reference", "second half",
    )  # fmt: skip
    assert freed["moved"] == {"EUR": {"from held to matched": "7.5"}}


def test_one_payment_for_several_reports(
    royalty: Any, home: Path, july: Path, august: Path
) -> None:
    """The first waits for the second; when that is in, both balance."""
    code, told, _ = royalty("ingest", july, august, "--remittance", "11.50 EUR")
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
    royalty: Any, home: Path, july: Path, august: Path
) -> None:
    good = august.read_bytes()
    august.write_bytes(b"no,report\n1,2\n")
    code, told, _ = royalty("ingest", july, august, "--remittance", "11.5 EUR")
    assert (code, [one["state"] for one in told["manifests"]]) == (3, ["committed", "refused"])
    assert asked(home, OPEN) == [(True,)]
    august.write_bytes(good)
    code, told, _ = royalty("ingest", july, august, "--remittance", "11.5 EUR")
    assert (code, [one["state"] for one in told["manifests"]]) == (0, ["unchanged", "committed"])
    assert figures(home) == [("EUR", Decimal("11.5"), Decimal("11.5"), "balanced")] * 2
    assert asked(home, OPEN) == [(False,)]
    assert frame(home, "sales").height == 3


def test_a_command_killed_between_two_reports_is_made_good_by_the_same(
    royalty: Any, home: Path, july: Path, august: Path
) -> None:
    given = ("ingest", july, august, "--remittance", "11.5 EUR")
    command = list(map(str, ("--home", home, *given)))
    process = processes.start(main.run, command, die_at=Step.CLOSED)
    assert processes.ended(process) == -signal.SIGKILL
    assert (frame(home, "manifests").height, asked(home, OPEN)) == (1, [(True,)])
    for states in (["unchanged", "committed"], ["unchanged", "unchanged"]):
        code, told, _ = royalty(*given)
        assert (code, [one["state"] for one in told["manifests"]]) == (0, states)
        assert asked(home, OPEN) == [(False,)]
        assert figures(home) == [("EUR", Decimal("11.5"), Decimal("11.5"), "balanced")] * 2
        assert_both_conserved(home)


def test_payments_that_share_reports_are_weighed_together(
    royalty: Any, home: Path, july: Path, august: Path
) -> None:
    """10 EUR for both, and 1.50 EUR for one of them: 11.50 EUR for 11.50 EUR."""
    _, told, _ = royalty("ingest", july, august, "--remittance", "10 EUR")
    assert figures(home) == [("EUR", 10, Decimal("11.5"), "off")] * 2
    assert asked(home, OPEN) == [(True,), (True,)]
    manifest = told["manifests"][1]["manifest"]
    _, freed, _ = royalty("control", "remit", manifest, "--remittance", "1.5 EUR", "--by", "ann")
    assert freed["moved"] == {"EUR": {"from held to matched": "11.5"}}
    assert asked(home, OPEN) == [(False,), (False,)]
    assert len(set(frame(home, "control")["remittances"])) == 1
    assert_both_conserved(home)


def test_a_difference_of_several_is_accepted_with_the_last(
    royalty: Any, home: Path, july: Path, august: Path
) -> None:
    _, told, _ = royalty(
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
