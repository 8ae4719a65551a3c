"""How it may be said what was paid, by a file beside a report too, and how it is shown."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.flow.homes import asked, frame
from tests.flow.payments import OPEN, figures


def test_a_file_beside_a_report_says_what_was_paid(royalty: Any, home: Path, july: Path) -> None:
    beside = july.with_name(f"{july.name}.remittance")
    beside.write_text("7 EUR\n\n", encoding="utf-8")
    _, told, _ = royalty("ingest", july)
    assert told["manifests"][0]["by_status"]["held"] == 2
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    assert royalty("ingest", july)[1]["manifests"][0]["state"] == "unchanged"
    beside.write_text("7.50 EUR\n", encoding="utf-8")
    code, _, err = royalty("ingest", july)
    assert (code, "said 7" in err, "control remit" in err) == (3, True, True)
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]


def test_a_file_that_comes_later_frees_nothing_that_is_paid(
    royalty: Any, home: Path, july: Path
) -> None:
    """It is told of, and a person may accept it; what is paid stays so."""
    _, told, _ = royalty("ingest", july)
    manifest = told["manifests"][0]["manifest"]
    july.with_name(f"{july.name}.remittance").write_text("7 EUR", encoding="utf-8")
    royalty("ingest", july)
    assert frame(home, "sales").height == 2
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "off")]
    assert asked(home, "SELECT severity, currency, amount FROM alerts") == [
        ("high", "EUR", Decimal("0.5"))
    ]
    assert asked(home, OPEN) == [(True,)]
    royalty("control", "accept", manifest, "--reason", "their fee", "--by", "ann")
    assert figures(home) == [("EUR", 7, Decimal("7.5"), "accepted")]
    assert asked(home, OPEN) == [(False,)]
    royalty("control", "remit", manifest, "--remittance", "1 EUR", "--by", "ann")
    assert figures(home) == [("EUR", 8, Decimal("7.5"), "off")]
    assert asked(home, OPEN) == [(True,)]
    royalty("control", "remit", manifest, "--remittance", "-0.5 EUR", "--by", "ann")
    assert figures(home) == [("EUR", Decimal("7.5"), Decimal("7.5"), "balanced")]
    assert asked(home, OPEN) == [(False,)]


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
    said: list[str], why: str, royalty: Any, home: Path, july: Path
) -> None:
    code, _, err = royalty(
        "ingest", july, *[word for one in said for word in ("--remittance", one)]
    )
    assert (code, why in err, len(err.splitlines())) == (2, True, 1)
    assert not (home / "royalty.duckdb").exists()
    july.with_name(f"{july.name}.remittance").write_text("\n".join(said), encoding="utf-8")
    code, _, err = royalty("ingest", july)
    assert (code, why in err, len(err.splitlines())) == (3, True, 1)
    assert frame(home, "manifests").height == 0


def test_the_lists_show_both_figures_and_who_accepts(
    royalty: Any, july: Path, august: Path
) -> None:
    _, told, _ = royalty("ingest", july, "--remittance", "5 EUR")
    manifest = told["manifests"][0]["manifest"]
    royalty("ingest", august, "--remittance", "4 EUR")
    _, listed, _ = royalty("control", "list")
    (one,) = listed["control"]
    assert (one["declared"], one["found"], one["difference"]) == ("5", "7.5", "2.5")
    assert len(royalty("control", "list", "--all")[1]["control"]) == 2
    _, screen, _ = royalty("ingest", july, screen=True)
    assert "unchanged" in screen
    _, screen, _ = royalty("status", "--manifest", manifest, screen=True)
    off = "control is OFF, remittance: declared 5.0 EUR, found 7.5 EUR, difference 2.5 EUR"
    assert off in " ".join(screen.split())
    royalty("control", "accept", manifest, "--reason", "rest in August", "--by", "ann")
    _, screen, _ = royalty("status", "--manifest", manifest, screen=True)
    assert "difference 2.5 EUR; accepted by ann: rest in August" in " ".join(screen.split())
    _, screen, _ = royalty("control", "show", manifest, screen=True)
    assert "accepted by ann: rest in August" in screen
    assert f"paid 5 EUR for 1 report: {manifest[:12]}; said by --remittance" in screen
    assert royalty("control", "accept", "abc", "--reason", "x", "--by", "y")[0] == 2
    assert royalty("control", "accept", "f" * 64, "--reason", "x", "--by", "y")[0] == 2
    assert royalty("control", "remit", "f" * 64, "--remittance", "1 EUR", "--by", "y")[0] == 2
    assert royalty("control", "remit", manifest, "--remittance", "1 EUR", "--by", " ")[0] == 2
