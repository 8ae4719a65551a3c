"""A fatal line halts its asset; a person frees the others, or ends lines, with a word for it."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.flow import replay
from pipeline.flow.entries import Choice
from pipeline.flow.moves import ReplayReport
from pipeline.vocab import Fault, Kind, Outcome
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    GAMMA,
    SETTINGS,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    became,
    frame,
    in_books,
    line,
    load,
    report,
    take,
    tree,
)

LATER = AT + timedelta(hours=1)
LINES = [
    line(ALPHA, "10"),
    line(ALPHA, "2", "XQZ"),
    line(ALPHA, "5", "USD"),
    line(BETA, "7"),
    line(BETA, "1", title="Be\0ta"),
    line(GAMMA, "3"),
    line(ALPHA, "-4"),
]
"""Lines 2 to 8: an invalid currency halts Alpha, a NUL in a title halts Beta."""
REPORTED = {"EUR": Decimal(17), "USD": Decimal(5), "XQZ": Decimal(2)}
ALPHA_ASSET, BETA_ASSET = f"isrc:{ALPHA}", f"isrc:{BETA}"


@pytest.fixture(scope="module")
def refusing(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken the lines, which nothing may change; the report is beside it."""
    home = Path(shutil.copytree(stocked, tmp_path_factory.mktemp("refusing") / "home"))
    take(report(home.parent / "r.csv", LINES), home)
    return home


@pytest.fixture
def halted(refusing: Path, tmp_path: Path) -> Path:
    """A home of one's own that has taken the lines."""
    return Path(shutil.copytree(refusing, tmp_path / "home"))


def release(
    home: Path, *ids: str, reason: str = "currency confirmed", name: str = "ada", **kind: Any
) -> ReplayReport:
    return replay.release(home, SETTINGS, LATER, Choice(ids, **kind), reason=reason, name=name)


def exclude(home: Path, *entries: str, **more: Any) -> ReplayReport:
    word = {"reason": "not ours", "name": "ada"} | more
    return replay.exclude(home, SETTINGS, LATER, entries=entries, **word)


def halt_of(home: Path, asset: str) -> str:
    rows = frame(home, "ledger_state").filter(kind=Kind.ASSET.value, asset=asset)
    return str(rows["ledger_id"].item())


def id_of(home: Path, number: int) -> str:
    lines = "SELECT line, ledger_id FROM staged UNION ALL SELECT line, ledger_id FROM quarantine"
    return str(dict(asked(home, lines))[number])


def test_the_other_lines_of_a_fatal_line_s_asset_are_held(refusing: Path) -> None:
    halts = [Fault.ASSET_HALTED.value]
    assert became(refusing) == {
        2: ("held", halts),
        3: ("quarantined", [Fault.CURRENCY_INVALID.value]),
        4: ("held", halts),
        5: ("held", halts),
        6: ("quarantined", [Fault.BAD_ENCODING.value]),
        7: ("matched", []),
        8: ("held", halts),
    }
    assert in_books(refusing) == {
        ("EUR", "held"): (3, Decimal(13)),
        ("EUR", "matched"): (1, Decimal(3)),
        ("EUR", "quarantined"): (1, Decimal(1)),
        ("USD", "held"): (1, Decimal(5)),
        ("XQZ", "quarantined"): (1, Decimal(2)),
    }
    assert_conserved(refusing, REPORTED, len(LINES))


def test_a_halt_is_one_entry_with_the_money_at_stake(refusing: Path) -> None:
    """Over two currencies money is not one sum."""
    entries = frame(refusing, "ledger_state").select(
        "kind", "asset", "fault", "lines", "currency", "amount", "tier"
    )
    assert sorted(entries.rows()) == [
        ("asset", ALPHA_ASSET, Fault.ASSET_HALTED, 3, None, None, "recoverable"),
        ("asset", BETA_ASSET, Fault.ASSET_HALTED, 1, "EUR", Decimal(7), "recoverable"),
        ("line", ALPHA_ASSET, Fault.CURRENCY_INVALID, 1, "XQZ", Decimal(2), "fatal"),
        ("line", BETA_ASSET, Fault.BAD_ENCODING, 1, "EUR", Decimal(1), "fatal"),
    ]


def test_a_halt_alerts_with_the_money_at_stake(refusing: Path) -> None:
    alerts = frame(refusing, "alerts").select(
        "severity", "asset", "fault", "lines", "currency", "amount"
    )
    assert sorted(alerts.rows()) == [
        ("high", ALPHA_ASSET, Fault.ASSET_HALTED, 1, "USD", Decimal(5)),
        ("high", ALPHA_ASSET, Fault.ASSET_HALTED, 2, "EUR", Decimal(6)),
        ("high", ALPHA_ASSET, Fault.CURRENCY_INVALID, 1, "XQZ", Decimal(2)),
        ("high", BETA_ASSET, Fault.ASSET_HALTED, 1, "EUR", Decimal(7)),
        ("high", BETA_ASSET, Fault.BAD_ENCODING, 1, "EUR", Decimal(1)),
    ]


@pytest.mark.parametrize("by", ["halt", "its beginning", "quarantined line"])
def test_a_release_of_one_asset_pays_its_other_lines_and_no_more(by: str, halted: Path) -> None:
    entry = id_of(halted, 3) if by == "quarantined line" else halt_of(halted, ALPHA_ASSET)
    told = release(halted, entry[:8] if by == "its beginning" else entry)
    assert (told.attempted, told.resolved) == (3, 3)
    assert told.moved == {
        "EUR": {"from held to matched": "6"},
        "USD": {"from held to matched": "5"},
    }
    assert in_books(halted) == {
        ("EUR", "held"): (1, Decimal(7)),
        ("EUR", "matched"): (3, Decimal(9)),
        ("EUR", "quarantined"): (1, Decimal(1)),
        ("USD", "matched"): (1, Decimal(5)),
        ("XQZ", "quarantined"): (1, Decimal(2)),
    }
    assert_conserved(halted, REPORTED, len(LINES))
    state = frame(halted, "ledger_state").filter(kind="asset").sort("asset")
    assert state.select("outcome", "is_open", "detail").rows() == [
        (Outcome.RELEASED, False, "released by ada: currency confirmed"),
        (Outcome.OPENED, True, None),
    ]
    with pytest.raises(UsageError):
        release(halted, entry)


@pytest.mark.parametrize(
    ("by", "freed"),
    [
        ({"everything": True}, 4),
        ({"fault": Fault.ASSET_HALTED.value}, 4),
        ({"fault": Fault.CURRENCY_INVALID.value}, 3),
        ({"fault": Fault.BAD_ENCODING.value}, 1),
        ({"manifest": "given"}, 4),
    ],
    ids=str,
)
def test_a_release_in_bulk(by: dict[str, Any], freed: int, halted: Path) -> None:
    if "manifest" in by:
        by = {"manifest": asked(halted, "SELECT manifest FROM manifests")[0][0][:12].upper()}
    told = release(halted, **by)
    assert (told.attempted, told.resolved) == (freed, freed)
    assert asked(halted, "SELECT count(*) FROM sales") == [(1 + freed,)]
    assert asked(halted, "SELECT count(*) FROM quarantine") == [(2,)]
    assert_conserved(halted, REPORTED, len(LINES))


def test_a_released_line_waits_on_where_it_has_another_reason(home: Path, tmp_path: Path) -> None:
    lines = [line(ZETA, "6"), line(ZETA, "1", "XQZ"), line(ZETA, "4", "")]
    take(report(tmp_path / "r.csv", lines), home)
    own = [Fault.SPLITS_INCOMPLETE.value]
    before = became(home)
    assert before[2] == ("held", [*own, Fault.ASSET_HALTED.value])
    told = release(home, everything=True)
    assert (told.attempted, told.resolved, told.moved) == (2, 0, {})
    after = became(home)
    assert after[2] == ("held", own)
    assert after[4] == ("held", [*own, Fault.CURRENCY_MISSING.value])
    load(home, WHOLE, tmp_path / "whole")
    assert replay.retry(home, SETTINGS, LATER, force=True).resolved == 1
    assert became(home)[2] == ("matched", [])
    assert became(home)[4] == ("held", [Fault.CURRENCY_MISSING.value])


def test_a_halted_line_whose_own_reason_goes_stays_until_released(
    home: Path, tmp_path: Path
) -> None:
    take(report(tmp_path / "r.csv", [line(ZETA, "6"), line(ZETA, "1", "XQZ")]), home)
    load(home, WHOLE, tmp_path / "whole")
    told = replay.retry(home, SETTINGS, LATER, force=True)
    assert (told.attempted, told.resolved) == (1, 0)
    assert became(home)[2] == ("held", [Fault.ASSET_HALTED.value])
    assert release(home, everything=True).resolved == 1
    assert became(home)[2] == ("matched", [])


def test_a_reason_that_comes_back_is_open_again(home: Path, tmp_path: Path) -> None:
    """Resolved while its asset was halted, the line lacks splits again when it is released."""
    take(report(tmp_path / "r.csv", [line(ZETA, "6"), line(ZETA, "1", "XQZ")]), home)
    load(home, WHOLE, tmp_path / "whole")
    replay.retry(home, SETTINGS, LATER, force=True)
    poorer = {**WHOLE, "splits.csv": WHOLE["splits.csv"].replace("Zeta,P1,0.85", "Zeta,P1,0.8")}
    load(home, poorer, tmp_path / "poorer")
    release(home, everything=True)
    assert became(home)[2] == ("held", [Fault.SPLITS_INCOMPLETE.value])
    mine = frame(home, "ledger_state").filter(ledger_id=id_of(home, 2))
    assert mine.select("fault", "is_open").rows() == [(Fault.SPLITS_INCOMPLETE, True)]
    load(home, {**WHOLE, "parties.csv": "party_id,name\nP1,A\nP2,B\n"}, tmp_path / "better")
    again = LATER + timedelta(days=1)
    assert replay.retry(home, SETTINGS, again, force=True).resolved == 1
    assert in_books(home)["EUR", "matched"] == (1, Decimal(6))


def test_excluded_lines_are_counted_and_never_paid(halted: Path, refusing: Path) -> None:
    """The first had no entry of its own: that of its asset stood for it."""
    told = exclude(halted, id_of(halted, 2), id_of(halted, 6)[:10], id_of(halted, 6))
    assert (told.attempted, told.resolved) == (2, 2)
    assert told.moved == {
        "EUR": {"from held to excluded": "10", "from quarantined to excluded": "1"}
    }
    assert in_books(halted)["EUR", "excluded"] == (2, Decimal(11))
    assert_conserved(halted, REPORTED, len(LINES))
    kept = asked(halted, "SELECT line, raw FROM staged WHERE status = 'excluded' ORDER BY line")
    lines = (refusing.parent / "r.csv").read_bytes().splitlines(keepends=True)
    assert kept == [(2, lines[1]), (6, lines[5])]
    ended = frame(halted, "ledger_state").filter(outcome=Outcome.DISCARDED.value).sort("amount")
    word = "excluded by ada: not ours"
    assert ended.select("ledger_id", "fault", "currency", "amount", "detail").rows() == [
        (id_of(halted, 6), Fault.BAD_ENCODING, "EUR", Decimal(1), word),
        (id_of(halted, 2), Fault.ASSET_HALTED, "EUR", Decimal(10), word),
    ]
    release(halted, everything=True)
    replay.retry(halted, SETTINGS, LATER, force=True)
    assert in_books(halted)["EUR", "excluded"] == (2, Decimal(11))
    assert in_books(halted)["EUR", "matched"] == (3, Decimal(3 + 7 - 4))
    assert_conserved(halted, REPORTED, len(LINES))
    with pytest.raises(UsageError, match="excluded already"):
        exclude(halted, id_of(halted, 2))


REFUSED: dict[str, tuple[Any, str]] = {
    "release without a reason": (lambda home: release(home, everything=True, reason=" "), "reason"),
    "release without a name": (lambda home: release(home, everything=True, name=""), "name"),
    "release of nothing": (release, "nothing is named"),
    "release of an unknown id": (lambda home: release(home, "f" * 64), "no entry"),
    "release by too little": (lambda home: release(home, "abc"), "too short"),
    "release of a single line": (lambda home: release(home, id_of(home, 2)), "line of its own"),
    "release of no fault": (lambda home: release(home, fault="SAD"), "no fault"),
    "release of a fault that halted nothing": (
        lambda home: release(home, fault=Fault.FIELD_COUNT.value),
        "nothing that is on hold",
    ),
    "exclusion without a reason": (lambda home: exclude(home, id_of(home, 2), reason=""), "reason"),
    "exclusion without a name": (lambda home: exclude(home, id_of(home, 2), name=" "), "name"),
    "exclusion of a halt": (lambda home: exclude(home, halt_of(home, ALPHA_ASSET)), "many lines"),
    "exclusion of nothing": (exclude, "nothing is named"),
    "exclusion of a known and an unknown line": (
        lambda home: exclude(home, id_of(home, 2), "f" * 64),
        "no entry",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_said_and_changes_nothing(case: str, refusing: Path) -> None:
    attempt, words = REFUSED[case]
    before = tree(refusing)
    with pytest.raises(UsageError, match=words):
        attempt(refusing)
    assert tree(refusing) == before
