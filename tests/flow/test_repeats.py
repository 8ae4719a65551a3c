"""A report that comes again: under another name, in great part, or as a correction."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.vocab import Fault, ManifestState
from tests.flow.homes import (
    ALPHA,
    BETA,
    SETTINGS,
    asked,
    assert_conserved,
    line,
    report,
    take,
    tree,
)
from tests.flow.once import Once
from tests.flow.same_report import (
    HELD,
    MATCHED,
    SAME,
    Lines,
    in_gzip,
    lines_of,
    plain,
    total,
    written,
)


@pytest.mark.parametrize("again", SAME)
def test_the_same_report_in_other_bytes_changes_nothing(
    once: Once, again: Callable[[Path, Lines], Path], home: Path, tmp_path: Path
) -> None:
    lines = lines_of(6)
    first = once.take(plain(tmp_path, lines), home)
    before = tree(home)
    (tmp_path / "again").mkdir()
    told = take(again(tmp_path / "again", lines), home)
    assert told.state is ManifestState.UNCHANGED
    same = {"manifest": first.manifest, "accounting_period": "2026-07"}
    assert told.as_json()["seen"] == {"same_as": same}
    assert tree(home) == before


OTHER: dict[str, Callable[[Lines], Lines]] = {
    "an amount": lambda lines: [{**lines[0], "amount": "1.26"}, *lines[1:]],
    "an amount that is none": lambda lines: [{**lines[0], "amount": "?"}, *lines[1:]],
    "a territory": lambda lines: [{**lines[0], "territory": "AT"}, *lines[1:]],
    "an identifier that is none": lambda lines: [{**lines[0], "isrc": "none"}, *lines[1:]],
    "a line twice": lambda lines: [*lines, lines[0]],
    "a line less": lambda lines: lines[1:],
    "amounts that changed places": lambda lines: [
        {**lines[0], "amount": lines[1]["amount"]},
        {**lines[1], "amount": lines[0]["amount"]},
        *lines[2:],
    ],
}


@pytest.mark.parametrize("change", OTHER)
def test_a_report_that_differs_in_anything_is_another(
    once: Once, change: str, home: Path, tmp_path: Path
) -> None:
    lines = lines_of(6)
    once.take(plain(tmp_path, lines), home)
    told = take(report(tmp_path / "b-2026-07.csv", OTHER[change](lines)), home)
    assert told.state is ManifestState.COMMITTED


UNREAD = {
    "an amount": ("Spotify,DE,?,USRC17607831,EUR", "Spotify,DE,!,USRC17607831,EUR"),
    "a quantity": ("Spotify,DE,1,USRC17607831,EUR,?", "Spotify,DE,1,USRC17607831,EUR,!"),
    "a torn line": ("Spotify,DE", "Spotify,AT"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_lines_that_could_not_be_read_are_equal_by_their_bytes(
    case: str, home: Path, tmp_path: Path
) -> None:
    header = "service,territory,amount,isrc,currency"
    if case == "a quantity":
        header += ",quantity"
    first, other = UNREAD[case]
    states = []
    for number, (text, end) in enumerate([(first, "\n"), (first, "\r\n"), (other, "\n")]):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"{header}{end}{text}{end}", encoding="utf-8", newline="")
        states.append(take(path, home).state)
    assert states == [
        ManifestState.COMMITTED,
        ManifestState.UNCHANGED,
        ManifestState.COMMITTED,
    ]


TIERS = """
name = "tiers"
title = "A report whose tier nothing maps"
kind = "delimited"
header = ["ISRC", "Tier", "Payable", "Cur"]

[columns]
isrc = "ISRC"
amount = "Payable"
currency = "Cur"
"""


def test_cells_that_nothing_maps_may_tell_two_reports_apart(home: Path, tmp_path: Path) -> None:
    (home / "sources").mkdir()
    (home / "sources" / "tiers.toml").write_text(TIERS, encoding="utf-8")
    told = []
    for number, (tier, end) in enumerate([("premium", "\n"), ("free", "\n"), ("premium", "\r\n")]):
        rows = [["ISRC", "Tier", "Payable", "Cur"], [ALPHA, tier, "1.5", "EUR"]]
        told.append(take(written(tmp_path / f"{number}.csv", rows, end=end), home))
    assert [one.state for one in told] == [
        ManifestState.COMMITTED,
        ManifestState.COMMITTED,
        ManifestState.UNCHANGED,
    ]
    assert told[2].seen["same_as"]["manifest"] == told[0].manifest


def test_another_source_or_period_is_not_the_same(home: Path, tmp_path: Path) -> None:
    lines = lines_of(5)
    take(plain(tmp_path, lines), home)
    (tmp_path / "other").mkdir()
    later = take(in_gzip(tmp_path / "other", lines), home, period="2026-08")
    assert later.state is ManifestState.COMMITTED


def test_identical_lines_of_one_report_all_count(home: Path, tmp_path: Path) -> None:
    lines = [line(ALPHA, "2.5")] * 40 + [line(BETA, "1")]
    told = take(plain(tmp_path, lines), home)
    assert (told.by_status[MATCHED], told.seen) == (41, {})
    assert_conserved(home, {"EUR": Decimal(101)}, 41)
    times = asked(home, "SELECT times FROM seen ORDER BY times")
    assert times == [(1,), (40,)]


def test_what_is_kept_of_a_report_is_a_hash_and_a_count_per_distinct_line(
    home: Path, tmp_path: Path
) -> None:
    lines = lines_of(30)
    told = take(plain(tmp_path, [*lines, *lines[:7]]), home)
    rows = asked(home, "SELECT manifest, accounting_period, line_hash, times FROM seen")
    assert {row[:2] for row in rows} == {(told.manifest, "2026-07")}
    assert Counter(row[3] for row in rows) == {1: 23, 2: 7}
    hashes = [row[2] for row in rows]
    assert hashes == sorted(set(hashes))
    assert asked(home, "SELECT lines FROM contents") == [(37,)]


@pytest.mark.parametrize(
    ("repeated", "new", "state"),
    [(10, 10, HELD), (10, 11, MATCHED), (9, 1, MATCHED), (30, 2, HELD)],
)
def test_from_half_of_its_lines_and_ten_of_them_on_a_report_is_held(
    once: Once, repeated: int, new: int, state: str, home: Path, tmp_path: Path
) -> None:
    """The first report has 30 lines: 28 that are paid, one on hold and one that is unmatched."""
    first = once.take(plain(tmp_path, lines_of(30)), home)
    lines = [*lines_of(30)[:repeated], *lines_of(new + 2, 100)[:new]]
    told = take(report(tmp_path / "b-2026-07.csv", lines), home)
    seen = told.seen
    assert (seen["lines"], seen["share"]) == (repeated, f"{repeated / (repeated + new):.4f}")
    assert seen["manifests"] == [
        {"manifest": first.manifest, "accounting_period": "2026-07", "lines": repeated}
    ]
    assert seen["same_scope"] == [{"manifest": first.manifest, "accounting_period": "2026-07"}]
    # Some of what is not held as a whole is unmatched or on hold for itself.
    held = told.by_fault.get(Fault.POSSIBLE_DUPLICATE, 0)
    assert held == (repeated + new if state == HELD else 0)
    assert_conserved(home, {"EUR": total(lines_of(30)) + total(lines)}, 30 + repeated + new)


@pytest.fixture
def held(once: Once, home: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A home with a report of 12 lines, and another on hold that repeats 11 of them."""
    first = once.take(plain(tmp_path, lines_of(12)), home)
    second = once.take(report(tmp_path / "b-2026-07.csv", corrected()), home)
    assert second.by_status[HELD] == 12
    assert_conserved(home, {"EUR": total(lines_of(12)) + total(corrected())}, 24)
    return home, first.manifest, second.manifest


def corrected() -> Lines:
    """The same report with another amount in its first line."""
    first, *others = lines_of(12)
    return [{**first, "amount": "100.25"}, *others]


def test_a_report_on_hold_is_one_entry_and_one_alert_with_the_money_at_stake(
    held: tuple[Path, str, str],
) -> None:
    home, first, second = held
    told = f"11 of 12 lines with money stand in {first[:12]} (2026-07) already"
    assert asked(
        home,
        "SELECT kind, manifest, lines, detail FROM ledger_state WHERE fault = 'POSSIBLE_DUPLICATE'",
    ) == [("manifest", second, 12, told)]
    assert asked(
        home,
        "SELECT severity, manifest, lines, currency, amount, detail FROM alerts"
        " WHERE fault = 'POSSIBLE_DUPLICATE'",
    ) == [("high", second, 12, "EUR", total(corrected()), told)]


def test_what_a_bundle_repeats_of_several_reports_counts_together(
    home: Path, tmp_path: Path
) -> None:
    parts = [lines_of(12, first) for first in (1, 101, 201)]
    sent = [
        take(report(tmp_path / f"{n}-2026-0{n + 5}.csv", part), home)
        for n, part in enumerate(parts)
    ]
    bundle = take(report(tmp_path / "2026Q3.csv", [one for part in parts for one in part]), home)
    assert (bundle.seen["lines"], bundle.seen["share"]) == (36, "1.0000")
    assert {one["manifest"] for one in bundle.seen["manifests"]} == {one.manifest for one in sent}
    assert bundle.by_status[HELD] == 36


def test_a_line_counts_as_often_as_both_hold_it(home: Path, tmp_path: Path) -> None:
    take(plain(tmp_path, [line(ALPHA, "1")] * 3 + [line(BETA, "2")]), home)
    again = [line(ALPHA, "1")] * 5 + [line(BETA, "3")]
    told = take(report(tmp_path / "b-2026-07.csv", again), home)
    assert (told.seen["lines"], told.seen["share"]) == (3, "0.5000")


def test_lines_without_money_hold_nothing_beside_lines_with_it(home: Path, tmp_path: Path) -> None:
    nothing = [line(ALPHA, "0", quantity=str(n)) for n in range(40)]
    take(plain(tmp_path, [*nothing, *lines_of(12)]), home)
    told = take(report(tmp_path / "b-2026-07.csv", [*nothing, *lines_of(12, 100)]), home)
    assert (told.seen["lines"], told.seen["money_lines"], told.seen["share"]) == (40, 0, "0.0000")
    assert Fault.POSSIBLE_DUPLICATE not in told.by_fault
    usage = take(report(tmp_path / "c-2026-07.csv", nothing), home)
    assert (usage.seen["share"], usage.by_status[HELD]) == ("1.0000", 40)


def test_the_share_that_holds_is_a_setting(once: Once, home: Path, tmp_path: Path) -> None:
    lax = replace(SETTINGS, repeat_share=Decimal("0.95"))
    once.take(plain(tmp_path, lines_of(12)), home)
    told = take(report(tmp_path / "b-2026-07.csv", corrected()), home, lax)
    assert Fault.POSSIBLE_DUPLICATE not in told.by_fault


def test_part_size_changes_neither_content_nor_hashes(
    home: Path, stocked: Path, tmp_path: Path
) -> None:
    path = plain(tmp_path, lines_of(400))
    other = Path(shutil.copytree(stocked, tmp_path / "other"))
    take(path, home)
    take(path, other, replace(SETTINGS, part_bytes=2**10))
    for statement in ("SELECT content FROM contents", "SELECT line_hash, times FROM seen"):
        assert asked(home, statement) == asked(other, statement)


def test_every_line_is_kept_to_be_compared_however_its_hash_begins(
    home: Path, tmp_path: Path
) -> None:
    """So many lines that every run of hashes on disk holds some."""
    lines = [line(ALPHA, f"0.{number:04}") for number in range(1, 1_501)] * 2
    told = take(report(tmp_path / "r.csv", lines), home)
    kept = [row[0] for row in asked(home, "SELECT line_hash FROM seen")]
    ((times,),) = asked(home, "SELECT sum(times)::INTEGER FROM seen")
    assert told.lines == times == 3_000
    assert kept == sorted(set(kept))
    assert len(kept) == 1_500
    assert {number >> 58 for number in kept} == set(range(64))
