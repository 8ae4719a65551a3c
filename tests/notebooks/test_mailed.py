"""The mailed report: one small file that opens without a network, and nothing in it runs."""

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser

from pipeline.cli import main
from pipeline.flow.drift import Asked, Drift, Found, Layout, Months
from pipeline.flow.drift_report import DriftReport, drift_report
from pipeline.flow.metadata_drift import MetadataDrift
from pipeline.report import drift_page
from tests.flow.homes import SETTINGS
from tests.notebooks.drawing import stumbles
from tests.notebooks.homes import TITLES
from tests.notebooks.serving import ROOT

ARTEFACTS = ROOT / "tests" / "artefacts"
AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
ARABIC, MARKUP = TITLES[0], TITLES[4]
FOUND = Found(
    manifest="ab" * 32,
    accounting_period="2026-05",
    source="orchard",
    finding="money",
    severity="high",
    service="Deezer",
    territory="FR",
    currency="EUR",
    column=None,
    subject=None,
    statistic="amount",
    observed=5480.0,
    expected=6683.0,
    limit=300.0,
    q_value=0.001,
    lines=1234,
    amount=Decimal("-1203.456"),
    at=AT,
    detail=f"Deezer FR is down 18 % on May: 1,203 EUR, mostly {ARABIC} {MARKUP}",
)
MONTHS = Months("orchard", MARKUP, "EUR", ("2026-04", "2026-05"), (Decimal(100), Decimal(82)))
LAYOUT = Layout(
    manifest="cd" * 32,
    accounting_period="2026-05",
    source="orchard",
    encoding="utf-8",
    header=("a", "b"),
    new=("<b>", "Land"),
    gone=("Territory",),
    missing=("Territory",),
    proposed={"Territory": "Land"},
    is_held=True,
    at=AT,
)


def metadata(*rows: dict[str, object]) -> MetadataDrift:
    """What many titles share, and nothing else."""
    none = pl.DataFrame()
    found = pl.DataFrame(list(rows)) if rows else none
    return MetadataDrift(found, none, none, none, 0, 0, None, None)


PATTERN = {
    "said": f"Spotify began to append “ - Remastered” to 1,204 titles, {MARKUP}",
    "lines": 88,
    "money": [{"currency": "EUR", "lines": 88, "quantity": Decimal(9), "amount": Decimal("7.125")}],
    "examples": [{"isrc": "USRC17607831", "before": ARABIC, "after": "x"}],
}
REPORT = DriftReport(AT, Drift((MONTHS,), (FOUND,), (LAYOUT,)), metadata(PATTERN), ())


@pytest.mark.slow
def test_it_opens_without_a_network_and_looks_well(
    hard: Path, tmp_path: Path, browser: Browser
) -> None:
    """Of the hard home, with findings, a layout and a pattern as they may come."""
    read = drift_report(hard, SETTINGS, AT, Asked())
    told = replace(
        REPORT, looked=read.looked, drift=replace(read.drift, findings=(FOUND,), layouts=(LAYOUT,))
    )
    path = tmp_path / "report.html"
    path.write_text(drift_page.drift_page(told), encoding="utf-8")
    assert path.stat().st_size < 1_000_000
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 800})
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"mailed_{width}.png", full_page=True)
        assert stumbles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [path.as_uri()]
    assert page.evaluate("window.struck") is None
    assert page.locator("figure svg").count() >= 5
    context.close()


def test_nothing_in_it_runs_or_is_fetched(hard: Path) -> None:
    page = drift_page.drift_page(
        replace(REPORT, looked=drift_report(hard, SETTINGS, AT, Asked()).looked)
    )
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert re.findall(r"(?:href|src)=\"(?!#)", page) == []
    assert "://" not in page
    assert "default-src 'none'" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_it_tells_findings_months_layouts_and_metadata() -> None:
    page = drift_page.drift_page(REPORT)
    assert "1 change in 1 report; at stake: 1,203.46 EUR." in page
    assert '<tr class="high">' in page
    assert "−1,203.46 EUR" in page
    assert "in 2026-05, down 18.0 % on 2026-04" in page
    assert "new <code>&lt;b&gt;</code>, <code>Land</code>; gone <code>Territory</code>" in page
    assert "its lines wait until" in page
    assert "<code>Territory</code> may be <code>Land</code> now" in page
    assert "began to append “ - Remastered”" in page
    assert "7.12 EUR" in page
    assert f"<bdi>{ARABIC}</bdi>" in page


def test_where_nothing_changed_it_says_so() -> None:
    page = drift_page.drift_page(DriftReport(AT, Drift((), (), ()), metadata(), ()))
    assert "Nothing stands out" in page
    assert "<h2>" not in page


def test_charts_that_would_make_it_too_large_are_left_out(
    hard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift_page, "MOST_BYTES", 60_000)
    page = drift_page.drift_page(
        replace(REPORT, looked=drift_report(hard, SETTINGS, AT, Asked()).looked)
    )
    assert len(page.encode()) < 62_000
    assert "left out for size" in page


@pytest.mark.parametrize(
    ("figures", "points"),
    [
        pytest.param(["1", "2"], "4.0,12.0 128.0,3.0", id="twice as much is twice as high"),
        pytest.param(["0", "0"], "4.0,3.0 128.0,3.0", id="nothing"),
        pytest.param(["-1", "1"], "4.0,21.0 128.0,3.0", id="below zero"),
        pytest.param(["5"], "4.0,3.0", id="one period"),
    ],
)
def test_a_sparkline_is_as_high_as_its_money(figures: list[str], points: str) -> None:
    assert f'points="{points}"' in drift_page.sparkline([Decimal(figure) for figure in figures])


def test_the_command_writes_the_file(
    hard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    assert main.run(["--home", str(hard), "drift", "--html", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"html": str(path), "bytes": path.stat().st_size}
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_the_extra_one_line_says_what_to_install(
    hard: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.delitem(sys.modules, "pipeline.report.drift_page")
    path = tmp_path / "report.html"
    assert main.run(["--home", str(hard), "drift", "--html", str(path)]) == 2
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert "vl_convert" in said
    assert "[notebook]" in said
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(
    hard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nowhere" / "report.html"
    assert main.run(["--home", str(hard), "drift", "--html", str(path)]) != 0
    assert "cannot be written" in capsys.readouterr().err
