"""The charts, drawn and looked at by a browser: nothing stands upon anything else, or beyond."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser, Page

from pipeline.flow import notebooks
from pipeline.flow.notebooks import Lake
from pipeline.report import (
    amounts,
    charts,
    charts_drift,
    charts_faults,
    charts_money,
    charts_ranked,
    charts_spread,
)
from tests.notebooks.drawing import shown, stumbles
from tests.notebooks.homes import MONTHS

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page()


@pytest.fixture(scope="module")
def lake(hard: Path) -> Iterator[Lake]:
    lake = notebooks.opened(hard)
    assert lake is not None
    yield lake
    lake.close()


def money_charts(lake: Lake, currency: str, service: str | None = None) -> dict[str, Any]:
    chosen = {"currency": currency, "service": service, "periods": None}

    def of(name: str) -> pl.DataFrame:
        return lake.frame(name, **chosen, today=lake.at.date(), since="period", largest=500)

    return {
        "waterfall": charts_money.waterfall(of("waterfall"), currency),
        "services": charts_money.waiting(of("services"), currency),
        "territories": charts_money.waiting(of("territories"), currency, "territory"),
        "by service": charts_money.shares(of("services"), currency, "service"),
        "by territory": charts_money.shares(of("territories"), currency, "territory"),
        "earners": charts_ranked.earners(of("earners"), currency),
        "reasons": charts_ranked.reasons(of("reasons"), currency),
        "trend": charts_money.trend(of("periods"), currency),
        "ageing": charts_money.ageing(of("ageing"), currency, "the period's end"),
        "titles": charts_ranked.titles(of("titles"), currency),
    }


def fault_charts(lake: Lake) -> dict[str, Any]:
    return {
        f"{by} {quarantined}": charts_faults.faults(
            lake.frame("faults", quarantined=quarantined), by, quarantined=quarantined
        )
        for by in ("fault", "source")
        for quarantined in (True, False)
    }


def drift_charts(lake: Lake, currency: str, period: str) -> dict[str, Any]:
    seen = lake.seen("canonical", currency, period, None)
    found = lake.drift(seen, "title", "rate")
    return {
        "money": charts_drift.money(found["drift_periods"], seen),
        "services": charts_drift.changes(found["drift_services"], seen, "service"),
        "territories": charts_drift.changes(found["drift_territories"], seen, "territory"),
        "nulls": charts_drift.nulls(found["drift_nulls"], seen),
        "values": charts_drift.vocabulary(found["drift_values"], seen, "title"),
        "spreads": charts_spread.spreads(found["drift_buckets"], seen),
        "by service": charts_spread.by_service(found["drift_by_service"], seen, "rate"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("currency", ["EUR", "JPY", "XQZ", "CHF"])
def test_no_words_stand_upon_others(lake: Lake, page: Page, currency: str) -> None:
    made = {
        f"{kind}, {name}": chart
        for kind, drawn in {
            "money": money_charts(lake, currency),
            "faults": fault_charts(lake),
            "the last month": drift_charts(lake, currency, MONTHS[-1]),
            "the first month": drift_charts(lake, currency, MONTHS[0]),
        }.items()
        for name, chart in drawn.items()
    }
    shown(page, {name: charts.svg(chart) for name, chart in made.items()})
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"charts_{currency}.png", full_page=True)
    assert stumbles(page) == []


def test_words_that_stand_upon_others_are_found(page: Page) -> None:
    upon = '<svg width="90" height="40"><text y="20">one</text><text y="22">two</text></svg>'
    beyond = '<svg width="30" height="40"><text y="20">much longer than that</text></svg>'
    shown(page, {"upon": upon, "beyond": beyond})
    assert stumbles(page) == [
        "upon: one upon two",
        "beyond: much longer than that is beyond the frame",
    ]


def test_what_a_title_says_is_computed(lake: Lake) -> None:
    """By the same lines, summed here with Decimal."""
    frame = lake.con.sql("FROM sums").pl().filter(currency="EUR")
    by_status = {
        one["status"]: one["amount"]
        for one in frame.group_by("status").agg(pl.col("amount").sum()).iter_rows(named=True)
    }
    reported = sum(by_status.values(), Decimal(0))
    title = " ".join(money_charts(lake, "EUR")["waterfall"].to_dict()["title"]["text"])
    assert amounts.short(reported, "EUR") in title
    assert amounts.share(by_status["matched"], reported) in title
    assert f"most of the rest, {amounts.short(by_status['held'], 'EUR')}, is on hold" in title


def test_no_bar_holds_two_currencies(lake: Lake) -> None:
    """Each chart's figures are all of the currency that was asked for."""
    for currency in ("EUR", "JPY"):
        for chart in money_charts(lake, currency).values():
            text = json.dumps(chart.to_dict(), ensure_ascii=False)
            others = {"EUR", "USD", "JPY", "XQZ"} - {currency}
            assert not [other for other in others if f" {other}" in text]


def test_what_reports_say_is_no_expression(lake: Lake) -> None:
    """A title with quotes and markup stays text in the spec and in the drawing."""
    drawn = charts.svg(money_charts(lake, "EUR")["titles"])
    assert "<img" not in drawn
    assert "\u202e" not in drawn
    assert "&lt;img src" in drawn


def test_every_month_has_its_bar(lake: Lake) -> None:
    chart = json.dumps(money_charts(lake, "EUR")["trend"].to_dict())
    assert [month for month in MONTHS if month not in chart] == []


@pytest.mark.parametrize("ground", ["#ffffff", "#181c1a"])
@pytest.mark.parametrize("colour", [*charts.COLOURS.values(), charts.NOW, charts.THEN])
def test_marks_stand_out_on_light_and_on_dark(colour: str, ground: str) -> None:
    """3 : 1 at the least: WCAG 2.2 §1.4.11."""
    lighter, darker = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        pytest.param("one two", 10, ["one two"], id="it fits"),
        pytest.param("aaaa bb cc", 8, ["aaaa", "bb cc"], id="lines about as long"),
        pytest.param(
            "it was all 91.2 % of it", 13, ["it was all", "91.2 % of it"], id="a figure keeps its %"
        ),
        pytest.param("then 1.00 EUR go", 12, ["then", "1.00 EUR go"], id="and its currency"),
        pytest.param("W" * 30, 10, ["W" * 9 + "…"], id="a word that is too long"),
        pytest.param("長い題名の歌", 8, ["長い題…"], id="wide letters count twice"),
    ],
)
def test_a_title_breaks_between_words(text: str, cells: int, lines: list[str]) -> None:
    assert charts.wrapped(text, cells) == lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Song", "Song"),
        (None, "(not named)"),
        ("אב", "\u2068אב\u2069"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb", "a\\nb"),
        ("x" * 30, "x" * 9 + "…"),
    ],
)
def test_what_a_report_says_keeps_its_direction_within(text: str | None, told: str) -> None:
    shown = charts.reported(text, 10)
    assert shown.strip("\u2068\u2069") == told.strip("\u2068\u2069")
    assert shown.isascii() or (shown[0], shown[-1]) == ("\u2068", "\u2069")


def test_two_services_that_are_cut_alike_are_two_bars() -> None:
    """One bar of both would show their sum under one name, and both figures upon each other."""
    long = "A Streaming Service of the Far "
    parts = {"unmatched": Decimal(2), "held": Decimal(1), "quarantined": Decimal(0)}
    more = {"matched": Decimal(7), "excluded": Decimal(0)}
    rows = [
        {"service": long + end, "reported": Decimal(10), "waiting": Decimal(3), **parts, **more}
        for end in ("North", "South")
    ]
    for chart in (
        charts_money.waiting(pl.DataFrame(rows), "EUR"),
        charts_money.shares(pl.DataFrame(rows), "EUR", "service"),
    ):
        drawn = re.sub(r"<[^>]*>", "\n", charts.svg(chart))
        assert drawn.count(charts.reported(long, 19)) >= 2
        spec = chart.to_dict()
        data = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]
        assert {row["place"] for row in data[0]} == {"000", "001"}
        assert [row["place"] for row in data[1]] == ["000", "001"]
