"""Screens: figures are whole and aligned, whatever the width and whatever a title holds."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rich.cells import cell_len

from pipeline.flow.advice import next_steps, quarter_of
from pipeline.flow.standing import (
    Count,
    Delivered,
    Money,
    ReportStatus,
    Standing,
    Step,
    Title,
    Waiting,
)
from pipeline.report import layout
from pipeline.report.layout import Column
from pipeline.report.money import money_table
from pipeline.report.screen import report_screen, steps, titles_table
from pipeline.vocab import Fault, Tier

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
THEN = datetime(2026, 10, 5, 9)  # noqa: DTZ001 - as the lake shows clocks: UTC, no zone
LONG = Decimal("123456789012345678.123456789012345678")


def money(currency: str, **given: Decimal | int) -> Money:
    """The sums of one currency; what is not given is 0."""
    names = Money.__dataclass_fields__
    zeros = {name: 0 if name.endswith("lines") else Decimal(0) for name in names}
    return Money(**{**zeros, **given, "currency": currency})


def waiting(fault: Fault, lines: int, next_at: datetime | None = None) -> Waiting:
    """Lines that wait for a fault since three hours."""
    return Waiting(fault, fault.tier, "EUR", lines, Decimal(5), 0, 0, THEN, next_at)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["1.5", "-22.25", "0"], ["1.50", "-22.25", "0"]),
        (["1000000", "2"], ["1,000,000", "2"]),
        (["1E+3", "-0E-18"], ["1,000", "0"]),
        (["0.100000000000000000", "3.000000000000000000"], ["0.1", "3.0"]),
        ([str(LONG), "0.000000000000000001"], [f"{LONG:,f}", "0.000000000000000001"]),
    ],
)
def test_amounts_are_exact_and_their_points_align(values: list[str], texts: list[str]) -> None:
    assert layout.decimals(map(Decimal, values)) == texts


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_shortens_words_and_never_figures(width: int) -> None:
    columns = [Column("amount", right=True), Column("title", flexible=True), Column("id")]
    rows = [[f"{LONG:,f}", "夏祭り" * 40, "b3e28343"], ["1", "short", "c"]]
    head, first, _ = layout.table(columns, rows, width)
    assert f"{LONG:,f}" in first.plain
    assert "…" in first.plain
    assert first.plain.endswith("  b3e28343")
    # Words keep eight cells at least, even where the line then is too long.
    assert cell_len(first.plain) == max(width, 64)
    assert head.plain.split() == ["amount", "title", "id"]


def test_figures_stay_whole_where_nothing_can_be_shortened() -> None:
    columns = [Column("", right=True) for _ in range(4)]
    (_, line) = layout.table(columns, [[f"{LONG:,f}"] * 4], 60)
    assert line.plain.count(f"{LONG:,f}") == 4


def test_figures_stand_flush_right() -> None:
    _, first, second = layout.table([Column("n", right=True)], [["7"], ["1,000"]], 80)
    assert (first.plain, second.plain) == ("      7", "  1,000")


def test_what_would_move_the_cursor_or_turn_the_writing_is_spelled_out() -> None:
    assert layout.plain("a\x1b[2Jb\x00\u202ec\r") == "a\\x1b[2Jb\\x00\\u202ec\\r"
    (_, line) = layout.table([Column("title")], [["two\nlines"]], 80)
    assert line.plain == "  two\\nlines"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (259_200, "3 d")],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert layout.duration(seconds) == text


def test_clocks_without_a_zone_are_utc() -> None:
    assert layout.seconds_between(THEN, NOW) == 3 * 3600
    later = NOW.replace(tzinfo=None) + timedelta(minutes=4)
    assert [layout.due(at, NOW) for at in (None, THEN, later)] == ["–", "now", "in 4 min"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 B"), (999, "999 B"), (12_900, "12.9 kB"), (1_000_000_000, "1.0 GB")],
)
def test_sizes(number: int, text: str) -> None:
    assert layout.size(number) == text


def test_money_by_status_and_currency_side_by_side_as_far_as_they_fit() -> None:
    euros = money("EUR", reported=Decimal("12.25"), held=Decimal(2), reported_lines=8)
    table = [money(f"X{place:02}", reported=LONG) for place in range(4)]
    lines = [line.plain for line in money_table([euros, *table], 80)]
    assert lines[0].split() == ["lines", "EUR", "X00"]
    assert lines[1].split() == ["reported", "8", "12.25", f"{LONG:,f}"]
    assert lines[4].split() == ["on", "hold", "0", "2.00", "0"]
    assert max(map(len, lines)) <= 80
    assert sum(line.count(f"{LONG:,f}") for line in lines) == 4


def test_a_difference_is_told() -> None:
    lines = money_table([money("EUR", difference=Decimal("0.01"), difference_lines=1)], 80)
    (off,) = [line for line in lines if "difference" in line.plain]
    assert off.plain.split() == ["difference", "1", "0.01"]
    assert any(span.style == "red" for span in off.spans)


def test_a_report_that_is_off_shows_both_figures() -> None:
    control = (Count("lines", 35, 34), Count("lines_in_report", 35, 34), Count("blocks", 2, 2))
    told = Delivered(
        "ab" * 32, "2015Q4", "dsrf_ugc", "DSR", "in/a.tsv", 10, 5, 0, control, {}, {}, THEN
    )
    shown = ReportStatus(told, Standing((), (), (), (), ()))
    lines = [line.plain for line in report_screen(shown, NOW, 80, "royalty")]
    assert lines[0] == "a.tsv"
    assert "  control is OFF, records: declared 35, found 34, difference -1" in lines
    assert "taken 3 h ago" in " ".join(lines)


def test_titles_say_their_version_and_currency() -> None:
    titles = [Title("EUR", "Lost", "Live", "Ann", 2, Decimal("-4.25"))]
    assert titles_table(titles, 80)[2].plain == "   -4.25  EUR      2  Lost Live  Ann"


@pytest.mark.parametrize(
    ("width", "lines"),
    [(40, ["Next", "  # why", "  royalty --home a/b retry --force"]), (80, None)],
)
def test_a_step_is_one_command_to_copy(width: int, lines: list[str] | None) -> None:
    told = [
        line.plain for line in steps([Step("retry --force", "why")], "royalty --home a/b", width)
    ]
    assert told == (lines or ["Next", "  royalty --home a/b retry --force  # why"])


def test_what_to_do_next_follows_from_what_waits() -> None:
    later = NOW.replace(tzinfo=None) + timedelta(hours=1)
    found = [
        waiting(Fault.UNMATCHED, 7, later),
        waiting(Fault.CURRENCY_INVALID, 2),
        waiting(Fault.BAD_QUOTING, 3),
        waiting(Fault.ASSET_HALTED, 1),
        waiting(Fault.AMOUNT_UNREADABLE, 1),
    ]
    told = list(next_steps(found, ["2026-09"], NOW, has_catalog=False))
    assert [step.command for step in told] == [
        "catalog load DIR",
        f"quarantine list --fault {Fault.ASSET_HALTED}",
        f"quarantine list --fault {Fault.BAD_QUOTING}",
        "retry --force",
        f"quarantine list --fault {Fault.AMOUNT_UNREADABLE}",
    ]
    assert told[2].why == "3 lines invalid, 2 more with other fatal faults"
    assert found[1].tier == Tier.FATAL


def test_what_is_due_is_retried() -> None:
    step, desk = next_steps([waiting(Fault.UNMATCHED, 1, THEN)], [], NOW, has_catalog=True)
    assert (step.command, step.why) == ("retry", "1 line waits for the catalog, and some are due")
    assert (desk.command, desk.why) == ("review list", "1 line that a person may decide")


def test_where_nothing_waits_the_quarter_is_exported() -> None:
    (step,) = next_steps([], ["", "2026-09"], NOW, has_catalog=True)
    assert step.command == "audit export 2026Q3"
    assert list(next_steps([], [""], NOW, has_catalog=True)) == []


@pytest.mark.parametrize(
    ("period", "quarter"),
    [("2026-01", "2026Q1"), ("2026-12", "2026Q4"), ("2026Q2", "2026Q2"), ("", None)],
)
def test_the_quarter_of_a_period(period: str, quarter: str | None) -> None:
    assert quarter_of(period) == quarter
