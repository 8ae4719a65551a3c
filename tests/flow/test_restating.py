"""What a person says that a report is: another one, a duplicate, or a correction of an earlier."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import UsageError
from pipeline.flow import replay, restating
from pipeline.flow.entries import Choice
from pipeline.flow.ingest import digest_of
from pipeline.flow.quarter import export, verify
from pipeline.flow.replacement import Replacement
from pipeline.vocab import Decision, Fault, ManifestState, Status
from tests.flow.desks import accept, row, say, take_back
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    SETTINGS,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    frame,
    line,
    load,
    report,
    take,
    tree,
)

NOWHERE = "GBZZZ2600001"
LATER = AT + timedelta(days=1)
HELD, EXCLUDED = Status.HELD.value, Status.EXCLUDED.value
WAITING = [
    line(ZETA, "0.5"),
    line(NOWHERE, "0.75", title="Omega"),
    line(BETA, "7", "XQZ"),
    line(BETA, "?"),
]
"""Of a report: on hold, unmatched, invalid (and so its asset halted), and unreadable."""
FIRST = [*(line(ALPHA, f"{n}.25", quantity=f"{n}") for n in range(1, 13)), *WAITING]
SECOND = [line(ALPHA, "100.25", quantity="9"), *FIRST[1:-1], line(ALPHA, "5", territory="AT")]
"""The same report corrected: one amount and quantity, and the line that could not be read."""
FIRST_PAID, SECOND_PAID = Decimal(81), Decimal(185)
"""1.25 + … + 12.25 = 78 + 12 × 0.25; then 99 more, and 5."""


def delivered(folder: Path, name: str, lines: Sequence[dict[str, str]]) -> Path:
    return report(folder / name, lines)


def paid(home: Path) -> Decimal:
    (found,) = asked(home, "SELECT coalesce(sum(amount), 0) FROM sales")
    return Decimal(found[0])


def of(home: Path, table: str, manifest: str) -> pl.DataFrame:
    """The rows of a table that belong to one manifest."""
    return frame(home, table).filter(manifest=manifest)


def by_period(home: Path) -> dict[str, Decimal]:
    return dict(asked(home, "SELECT accounting_period, sum(amount) FROM sales GROUP BY ALL"))


def replacement(*given: str) -> Replacement:
    return Replacement(given, "corrected prices", "ann")


@pytest.fixture
def first(home: Path, tmp_path: Path) -> str:
    told = take(delivered(tmp_path, "2026-07.csv", FIRST), home)
    assert paid(home) == FIRST_PAID
    return told.manifest


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return delivered(tmp_path, "new-2026-08.csv", SECOND)


def correct(home: Path, second: Path, *given: str) -> Any:
    return take(second, home, at=LATER, replacement=replacement(*given))


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
    home: Path, first: str, second: Path
) -> None:
    (one,) = correct(home, second, first).restated
    sales = frame(home, "sales")
    kept = ["line", "offset", "isrc", "recording_id", "method", "territory", "line_type", "extra"]
    was, now = (
        sales.filter(manifest=manifest).sort("offset") for manifest in (first, one["reversal"])
    )
    assert now.select(kept).equals(was.select(kept))
    for name in ("amount", "quantity"):
        assert now[name].to_list() == [-value for value in was[name]]
    assert now["accounting_period"].unique().to_list() == ["2026-08"]


def test_nothing_of_the_replaced_report_waits_and_each_delivery_is_conserved(
    home: Path, first: str, second: Path
) -> None:
    correct(home, second, first)
    assert of(home, "staged", first)["status"].to_list() == [EXCLUDED] * 3
    assert of(home, "quarantine", first)["fault"].to_list() == [Fault.CURRENCY_INVALID]
    entries = of(home, "ledger_state", first).filter("is_open")
    assert entries.select("kind", "fault").rows() == [("line", Fault.CURRENCY_INVALID)]
    details = "SELECT DISTINCT detail FROM ledger_state WHERE outcome = 'discarded'"
    assert asked(home, details) == [("replaced by ann: corrected prices",)]
    eur = FIRST_PAID + Decimal("1.25") - FIRST_PAID + SECOND_PAID + Decimal("1.25")
    assert_conserved(home, {"EUR": eur, "XQZ": Decimal(14)}, len(FIRST) + 12 + len(SECOND))


def test_the_lake_says_what_replaced_what_and_who_said_so(
    home: Path, first: str, second: Path
) -> None:
    told = correct(home, second, first)
    ending = frame(home, "endings").drop("run", "at").to_dicts()
    assert ending == [
        {
            "manifest": first,
            "accounting_period": "2026-07",
            "outcome": "replaced",
            "by_manifest": told.manifest,
            "by_period": "2026-08",
            "reversal": told.restated[0]["reversal"],
            "reversal_period": "2026-08",
            "reason": "corrected prices",
            "decided_by": "ann",
        }
    ]
    reversal = frame(home, "manifests").filter(manifest=told.restated[0]["reversal"])
    assert reversal.select("title", "lines", "path").rows() == [
        (f"Reversal of {first[:12]} (2026-07)", 12, None)
    ]


def test_the_same_command_again_changes_nothing(home: Path, first: str, second: Path) -> None:
    told = correct(home, second, first)
    before = tree(home)
    again = correct(home, second, first)
    assert (again.state, list(again.restated)) == (ManifestState.UNCHANGED, [])
    done = restating.restate(home, SETTINGS, LATER, told.manifest, replacement(first))
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


def test_what_is_replaced_is_never_paid_again(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    correct(home, second, first)
    load(home, WHOLE, tmp_path / "whole")
    replay.retry(home, SETTINGS, LATER + timedelta(days=1), force=True)
    zeta = frame(home, "sales").filter(isrc=ZETA)
    assert zeta["manifest"].to_list() == [digest_of(second)]
    assert paid(home) == SECOND_PAID + Decimal("0.5")
    with pytest.raises(UsageError, match="nothing that is on hold"):
        replay.release(home, SETTINGS, LATER, Choice(manifest=first), reason="checked", name="ann")


def test_a_correction_can_be_corrected(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    told = correct(home, second, first)
    third = delivered(tmp_path, "third-2026-09.csv", [*SECOND[:-1], line(ALPHA, "6")])
    last = take(third, home, at=LATER, replacement=replacement(told.manifest))
    assert last.seen == {}
    assert by_period(home) == {
        "2026-07": FIRST_PAID,
        "2026-08": SECOND_PAID - FIRST_PAID,
        "2026-09": Decimal(1),
    }


def test_a_report_sent_again_after_its_correction_is_known(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    correct(home, second, first)
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
    given: str, message: str, home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    told = correct(home, second, first)
    third = delivered(tmp_path, "third-2026-09.csv", [line(ALPHA, "6")])
    own = take(third, home).manifest
    names = {"itself": own, "reversal": told.restated[0]["reversal"], "first": first}
    before = tree(home)
    with pytest.raises(UsageError, match=message):
        take(third, home, replacement=replacement(names.get(given, given)))
    assert tree(home) == before


def test_what_was_replaced_meanwhile_is_not_replaced_by_a_new_report(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    correct(home, second, first)
    before = tree(home)
    third = delivered(tmp_path, "third-2026-09.csv", [line(ALPHA, "6")])
    with pytest.raises(UsageError, match="is replaced by"):
        take(third, home, replacement=replacement(first))
    assert tree(home) == before


@pytest.mark.usefixtures("first")
def test_another_report_is_released(home: Path, second: Path) -> None:
    held = take(second, home, at=LATER)
    everything = Choice(everything=True)
    replay.release(home, SETTINGS, LATER, everything, reason="halts", name="ann")
    assert paid(home) == FIRST_PAID
    replay.release(
        home,
        SETTINGS,
        LATER,
        Choice(fault=Fault.POSSIBLE_DUPLICATE),
        reason="another tier",
        name="ann",
    )
    assert paid(home) == FIRST_PAID + SECOND_PAID
    assert asked(home, "SELECT outcome FROM ledger_state WHERE kind = 'manifest'") == [
        ("released",)
    ]
    waiting = of(home, "staged", held.manifest)["isrc"].to_list()
    assert waiting == [ZETA, NOWHERE]


def test_a_duplicate_is_excluded_whole(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    held = take(second, home, at=LATER)
    ((entry,),) = asked(
        home, "SELECT ledger_id FROM ledger_state WHERE fault = 'POSSIBLE_DUPLICATE'"
    )
    done = replay.exclude(
        home, SETTINGS, LATER, reason="sent twice", name="ann", entries=[entry[:10]]
    )
    assert done.resolved == len(SECOND)
    sums = of(home, "sums", held.manifest).sort("lines")
    assert sums.select("status", "lines").rows() == [(EXCLUDED, 1), (EXCLUDED, len(SECOND) - 1)]
    assert not of(home, "ledger_state", held.manifest)["is_open"].any()
    load(home, WHOLE, tmp_path / "whole")
    replay.retry(home, SETTINGS, LATER + timedelta(days=1), force=True)
    assert paid(home) == FIRST_PAID + Decimal("0.5")
    with pytest.raises(UsageError, match="is a duplicate"):
        restating.restate(home, SETTINGS, LATER, held.manifest, replacement(first))


def test_the_export_of_both_quarters_verifies(home: Path, first: str, tmp_path: Path) -> None:
    correct(home, delivered(tmp_path, "new-2026-10.csv", SECOND), first)
    sums = {}
    for quarter in ("2026Q3", "2026Q4"):
        folder = tmp_path / quarter
        export(home, quarter, folder, LATER)
        sums[quarter] = verify(folder).sums["sales"]["EUR"].amount
    assert sums == {"2026Q3": "81", "2026Q4": "104"}


def test_an_undone_word_moves_nothing_of_what_is_replaced(home: Path, tmp_path: Path) -> None:
    """What a person's word had paid is reversed; without that word it is neither paid nor waits."""
    lines = [line("", "3", title="Long Road", artist="Carla"), line(ALPHA, "1")]
    old = take(delivered(tmp_path, "2026-07.csv", lines), home)
    done = accept(home, "Long Road", "R-Beta")
    assert paid(home) == Decimal(4)
    correct(home, delivered(tmp_path, "new-2026-07.csv", [line(ALPHA, "2")]), old.manifest)
    take_back(home, done)
    by_recording = "SELECT recording_id, sum(amount) FROM sales GROUP BY ALL ORDER BY ALL"
    assert asked(home, by_recording) == [("R-Alpha", Decimal(2)), ("R-Beta", Decimal(0))]
    assert frame(home, "staged").is_empty()
    assert_conserved(home, {"EUR": Decimal(2)}, 5)


def test_a_word_about_a_line_excluded_by_decision_does_not_bring_it_back(
    home: Path, tmp_path: Path
) -> None:
    old = take(delivered(tmp_path, "2026-07.csv", [line("", "3", title="Eta", artist="X")]), home)
    entry = row(home, "Eta")["queue_id"]
    done = say(home, Decision.EXCLUDE, entry, reason="not ours")
    correct(home, delivered(tmp_path, "new-2026-07.csv", [line(ALPHA, "2")]), old.manifest)
    take_back(home, done)
    assert of(home, "staged", old.manifest)["status"].to_list() == [EXCLUDED]


@pytest.mark.parametrize("seed", range(3))
def test_sums_move_by_exactly_the_difference_whatever_the_reports_hold(
    seed: int, home: Path, homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """In every currency, the lake pays what one pays that has only ever seen the correction."""
    draw = random.Random(seed)

    def lines() -> list[dict[str, str]]:
        return [
            line(
                draw.choice([ALPHA, BETA, ZETA, NOWHERE]),
                draw.choice(["1.000000000000000001", "-2.5", "0", "?", str(draw.randint(1, 99))]),
                draw.choice(["EUR", "USD", "XQZ", ""]),
                territory=draw.choice(["DE", "AT", "Neverland"]),
            )
            for _ in range(draw.randint(1, 60))
        ]

    old = take(delivered(tmp_path, "2026-07.csv", lines()), home)
    corrected = delivered(tmp_path, "new-2026-07.csv", lines())
    correct(home, corrected, old.manifest)
    alone = homes("alone")
    take(corrected, alone)
    for place in ("currency", "recording_id"):
        sums = f"SELECT {place}, sum(amount), sum(quantity) FROM sales GROUP BY ALL"  # noqa: S608
        kept = {one for one in asked(home, sums) if one[1:] != (0, 0)}
        assert kept == {one for one in asked(alone, sums) if one[1:] != (0, 0)}
    assert set(frame(home, "conservation")["difference"]) == {0}
