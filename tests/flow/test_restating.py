"""What a person says that a report is: another one, a duplicate, or a correction of an earlier."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow import replay, restating
from pipeline.flow.entries import Choice
from pipeline.flow.manifest_id import digest_of
from pipeline.flow.outcome import Report
from pipeline.vocab import Fault, ManifestState
from tests.flow.corrections import (
    EXCLUDED,
    FIRST,
    FIRST_PAID,
    HELD,
    LATER,
    SECOND,
    SECOND_PAID,
    by_period,
    correct,
    delivered,
    of,
    paid,
    replacement,
)
from tests.flow.homes import (
    ALPHA,
    SETTINGS,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    frame,
    line,
    load,
    take,
    tree,
)
from tests.flow.once import Once


@pytest.fixture
def first(once: Once, home: Path, tmp_path: Path) -> str:
    told = once.take(delivered(tmp_path, "2026-07.csv", FIRST), home)
    assert paid(home) == FIRST_PAID
    return told.manifest


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return delivered(tmp_path, "new-2026-08.csv", SECOND)


@pytest.fixture
def corrected(once: Once, home: Path, first: str, second: Path) -> Report:
    """What came of the second report, which replaces the first."""
    return once.take(second, home, at=LATER, replacement=replacement(first))


def test_a_correction_moves_sums_by_the_difference_in_its_own_period(
    home: Path, first: str, second: Path
) -> None:
    told = correct(home, second, first[:12])
    assert by_period(home) == {"2026-07": FIRST_PAID, "2026-08": SECOND_PAID - FIRST_PAID}
    (one,) = told.restated
    assert (one["manifest"], one["reversed_lines"], one["amounts"]) == (first, 12, {"EUR": "-81"})
    # Its lines on hold, unmatched and unreadable; the invalid one stays.
    assert one["ended_lines"] == 3
    assert told.seen == {}
    assert told.by_status["matched"] == 13


def test_a_reversal_is_the_paid_lines_negated_at_their_places(
    home: Path, first: str, corrected: Report
) -> None:
    (one,) = corrected.restated
    sales = frame(home, "sales")
    kept = ["line", "offset", "isrc", "recording_id", "method", "territory", "line_type", "extra"]
    was, now = (
        sales.filter(manifest=manifest).sort("offset") for manifest in (first, one["reversal"])
    )
    assert now.select(kept).equals(was.select(kept))
    for name in ("amount", "quantity"):
        assert now[name].to_list() == [-value for value in was[name]]
    assert now["accounting_period"].unique().to_list() == ["2026-08"]


@pytest.mark.usefixtures("corrected")
def test_nothing_of_the_replaced_report_waits_and_each_delivery_is_conserved(
    home: Path, first: str
) -> None:
    assert of(home, "staged", first)["status"].to_list() == [EXCLUDED] * 3
    assert of(home, "quarantine", first)["fault"].to_list() == [Fault.CURRENCY_INVALID]
    entries = of(home, "ledger_state", first).filter("is_open")
    assert entries.select("kind", "fault").rows() == [("line", Fault.CURRENCY_INVALID)]
    details = "SELECT DISTINCT detail FROM ledger_state WHERE outcome = 'discarded'"
    assert asked(home, details) == [("replaced by ann: corrected prices",)]
    eur = FIRST_PAID + Decimal("1.25") - FIRST_PAID + SECOND_PAID + Decimal("1.25")
    assert_conserved(home, {"EUR": eur, "XQZ": Decimal(14)}, len(FIRST) + 12 + len(SECOND))


def test_the_lake_says_what_replaced_what_and_who_said_so(
    home: Path, first: str, corrected: Report
) -> None:
    ending = frame(home, "endings").drop("run", "at").to_dicts()
    assert ending == [
        {
            "manifest": first,
            "accounting_period": "2026-07",
            "outcome": "replaced",
            "by_manifest": corrected.manifest,
            "by_period": "2026-08",
            "reversal": corrected.restated[0]["reversal"],
            "reversal_period": "2026-08",
            "reason": "corrected prices",
            "decided_by": "ann",
        }
    ]
    reversal = frame(home, "manifests").filter(manifest=corrected.restated[0]["reversal"])
    assert reversal.select("title", "lines", "path").rows() == [
        (f"Reversal of {first[:12]} (2026-07)", 12, None)
    ]


def test_the_same_command_again_changes_nothing(
    home: Path, first: str, second: Path, corrected: Report
) -> None:
    before = tree(home)
    again = correct(home, second, first)
    assert (again.state, list(again.restated)) == (ManifestState.UNCHANGED, [])
    done = restating.restate(home, SETTINGS, LATER, corrected.manifest, replacement(first))
    assert done.restated == ()
    assert tree(home) == before


def test_a_report_that_was_taken_already_can_be_said_to_be_a_correction(
    home: Path, first: str, second: Path
) -> None:
    """It is on hold; the same command that would have taken it in, or the other, settles it."""
    held = take(second, home, at=LATER)
    assert held.by_status[HELD] == len(SECOND) - 1
    assert paid(home) == FIRST_PAID
    correct(home, second, first)
    assert paid(home) == SECOND_PAID
    entry = "SELECT outcome, detail FROM ledger_state WHERE fault = 'POSSIBLE_DUPLICATE'"
    assert asked(home, entry) == [("released", "replaced by ann: corrected prices")]


def test_a_report_on_hold_replaces_another_without_its_file(
    home: Path, first: str, second: Path
) -> None:
    held = take(second, home, at=LATER)
    second.unlink()
    done = restating.restate(home, SETTINGS, LATER, held.manifest[:10], replacement(first[:8]))
    assert [one.reversed_lines for one in done.restated] == [12]
    assert by_period(home) == {"2026-07": FIRST_PAID, "2026-08": SECOND_PAID - FIRST_PAID}


@pytest.mark.usefixtures("corrected")
def test_what_is_replaced_is_never_paid_again(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    load(home, WHOLE, tmp_path / "whole")
    replay.retry(home, SETTINGS, LATER + timedelta(days=1), force=True)
    zeta = frame(home, "sales").filter(isrc=ZETA)
    assert zeta["manifest"].to_list() == [digest_of(second)]
    assert paid(home) == SECOND_PAID + Decimal("0.5")
    with pytest.raises(UsageError, match="nothing that is on hold"):
        replay.release(home, SETTINGS, LATER, Choice(manifest=first), reason="checked", name="ann")


def test_a_correction_can_be_corrected(home: Path, tmp_path: Path, corrected: Report) -> None:
    third = delivered(tmp_path, "third-2026-09.csv", [*SECOND[:-1], line(ALPHA, "6")])
    last = take(third, home, at=LATER, replacement=replacement(corrected.manifest))
    assert last.seen == {}
    assert by_period(home) == {
        "2026-07": FIRST_PAID,
        "2026-08": SECOND_PAID - FIRST_PAID,
        "2026-09": Decimal(1),
    }


@pytest.mark.usefixtures("corrected")
def test_a_report_sent_again_after_its_correction_is_known(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "old-2026-07.csv"
    path.write_bytes((tmp_path / "2026-07.csv").read_bytes() + b"\n")
    again = take(path, home, at=LATER)
    assert again.state is ManifestState.UNCHANGED
    assert again.seen["same_as"]["ended"] == "replaced"
    assert paid(home) == SECOND_PAID


def test_one_correction_replaces_several_reports(home: Path, tmp_path: Path) -> None:
    halves = [FIRST[:6], FIRST[6:]]
    ids = [
        take(delivered(tmp_path, f"{number}-2026-07.csv", half), home).manifest
        for number, half in enumerate(halves)
    ]
    told = correct(home, delivered(tmp_path, "new-2026-08.csv", SECOND), *ids)
    assert [one["reversed_lines"] for one in told.restated] == [6, 6]
    assert paid(home) == SECOND_PAID


def test_what_had_paid_nothing_needs_no_reversal(home: Path, tmp_path: Path) -> None:
    old = take(delivered(tmp_path, "2026-07.csv", [line(ZETA, "3")]), home)
    told = correct(home, delivered(tmp_path, "new-2026-07.csv", [line(ALPHA, "4")]), old.manifest)
    assert [(one["reversal"], one["ended_lines"]) for one in told.restated] == [(None, 1)]
    assert asked(home, "SELECT count(*) FROM manifests") == [(2,)]
    assert_conserved(home, {"EUR": Decimal(7)}, 2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("0000000000", "no report '0000000000' is in the lake"),
        ("1234", "too short"),
        ("itself", "cannot replace itself"),
        ("reversal", "reverses another report"),
        ("first", "is replaced by .* already"),
    ],
)
def test_what_cannot_be_replaced_is_refused_and_changes_nothing(
    given: str, message: str, home: Path, first: str, tmp_path: Path, corrected: Report
) -> None:
    third = delivered(tmp_path, "third-2026-09.csv", [line(ALPHA, "6")])
    own = take(third, home).manifest
    names = {"itself": own, "reversal": corrected.restated[0]["reversal"], "first": first}
    before = tree(home)
    with pytest.raises(UsageError, match=message):
        take(third, home, replacement=replacement(names.get(given, given)))
    assert tree(home) == before


@pytest.mark.usefixtures("corrected")
def test_what_was_replaced_meanwhile_is_not_replaced_by_a_new_report(
    home: Path, first: str, tmp_path: Path
) -> None:
    before = tree(home)
    third = delivered(tmp_path, "third-2026-09.csv", [line(ALPHA, "6")])
    with pytest.raises(UsageError, match="is replaced by"):
        take(third, home, replacement=replacement(first))
    assert tree(home) == before
