"""The notebooks for reading: they run over any home, and look well at two widths."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flow import homes
from tests.notebooks.drawing import stumbles
from tests.notebooks.homes import MONTHS, TITLES
from tests.notebooks.serving import PATIENCE_MS, ROOT, outside, served

ARTEFACTS = ROOT / "tests" / "artefacts"
NOTEBOOKS = {
    "reconciliation": "Reconciliation",
    "quarantine": "Quarantine",
    "quarter": "The quarter at a glance",
    "drift": "What changed",
}
"""Each notebook and its heading."""


def notebook(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "notebooks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ran(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a notebook defined over a home."""
    monkeypatch.setenv("ROYALTY_HOME", str(home))
    _, shown = notebook(name).app.run()
    return dict(shown)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_without_a_lake_it_says_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ran(name, tmp_path, monkeypatch)
    assert "frames" not in shown
    assert "faults" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def unmatched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without a catalog, one report, two lines and no period."""
    folder = tmp_path_factory.mktemp("unmatched")
    report = folder / "two.csv"
    report.write_text("isrc,amount,currency\nUSAB12600001,1.25,EUR\nUSAB12600002,2.50,EUR\n")
    homes.take(report, folder / "home")
    return folder / "home"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_over_a_home_without_a_catalog(
    name: str, unmatched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ran(name, unmatched, monkeypatch)
    assert shown["lake"].home == unmatched
    shown["lake"].close()


def test_reconciliation_adds_up(unmatched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = ran("reconciliation", unmatched, monkeypatch)
    steps = dict(shown["frames"]["waterfall"].select("step", "amount").iter_rows())
    assert steps["reported"] == Decimal("3.75") == steps["unmatched"]
    assert steps["matched"] == 0
    assert shown["currencies"]["difference"].to_list() == [0]
    shown["lake"].close()


def test_the_bytes_of_the_first_line_are_in_sight(
    hard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ran("quarantine", hard, monkeypatch)
    assert shown["lines"]["lines_in_all"][0] == shown["lines"].height
    assert shown["line"]["raw"].endswith(b"\n")
    # The currency that no list knows.
    assert {*shown["lines"]["currency"]} == {"XQZ"}
    shown["lake"].close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


@pytest.fixture(scope="module")
def address(hard: Path) -> Iterator[str]:
    """Where all of them are served; to start a server takes longer than to show a notebook."""
    with served(hard, *(ROOT / "notebooks" / f"{name}.py" for name in NOTEBOOKS)) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_looks_well_wide_and_narrow(name: str, address: str, page: Page) -> None:
    """Over 200 services, four months, titles of all scripts: nothing overlaps or runs out."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.extend(outside(request.url, address)))
    page.goto(f"{address}/?file={name}.py")
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("h1")).to_have_text(NOTEBOOKS[name], timeout=PATIENCE_MS)
        expect(page.locator("svg.marks").first).to_be_visible(timeout=PATIENCE_MS)
        settled(page)
        photographed(page, f"{name}_{width}")
        assert stumbles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator(".marimo-error")).to_have_count(0)
    if name in ACTS:
        ACTS[name](page)
    assert page.evaluate("window.struck") is None
    assert faults == []


def slide_back(page: Page) -> None:
    """A month earlier, all is told of that month."""
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    # A chart's axis says the same.
    said = page.locator("strong").filter(has_text=MONTHS[-2])
    expect(said).to_be_visible(timeout=PATIENCE_MS)
    titles = page.locator("svg.marks text").filter(has_text=f"in {MONTHS[-2]}")
    expect(titles.first).to_be_visible(timeout=PATIENCE_MS)


def choose_another_line(page: Page) -> None:
    """Another line, other bytes."""
    title = page.locator(".payload .title")
    first = title.inner_text()
    page.get_by_role("row").get_by_role("checkbox").nth(2).click()
    expect(title).not_to_have_text(first, timeout=PATIENCE_MS)
    expect(page.locator(".payload td.bad").first).to_be_visible()


ACTS = {"drift": slide_back, "quarantine": choose_another_line}
"""What one does in a notebook, once it is looked at."""


def settled(page: Page) -> None:
    """Wait until no more charts come."""
    before = -1
    while (now := page.locator("svg.marks").count()) != before:
        before = now
        page.wait_for_timeout(1500)


def photographed(page: Page, name: str) -> None:
    """A picture of all of a page, for a person to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    height = page.evaluate(
        "Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollHeight))"
    )
    width = (page.viewport_size or {"width": 0})["width"]
    page.set_viewport_size({"width": width, "height": int(height)})
    page.wait_for_timeout(800)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_exported_for_jupyter_its_charts_are_drawings(
    name: str, hard: Path, tmp_path: Path
) -> None:
    """As `make notebooks-ipynb` does it: what Jupyter does not know would show nothing there."""
    written = exported(name, hard, tmp_path, "ipynb", "--include-outputs")
    cells = json.loads(written)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    assert [one for one in outputs if one["output_type"] == "error"] == []
    assert shown.count("<svg") >= 2
    assert "<table>" in shown
    assert "marimo-vega" not in shown
    assert "marimo-table" not in shown


@pytest.mark.slow
def test_exported_as_a_page_it_holds_what_it_shows(unmatched: Path, tmp_path: Path) -> None:
    """As `make notebooks-html` does it."""
    written = exported("quarter", unmatched, tmp_path, "html", "--no-include-code")
    assert "The quarter at a glance" in written
    assert "Everything adds up" in written
    assert "3.75 EUR" in written


def exported(name: str, home: Path, folder: Path, kind: str, option: str) -> str:
    """A notebook as `marimo export` writes it."""
    path = folder / f"{name}.{kind}"
    told = {"ROYALTY_HOME": str(home), "PYTHONPATH": str(ROOT)}
    still = {"ROYALTY_STILL": "1"} if kind == "ipynb" else {}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "marimo", "-q", "-y", "export", kind, option),
            *(str(ROOT / "notebooks" / f"{name}.py"), "-o", str(path)),
        ],
        env={**os.environ, **told, **still},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return path.read_text(encoding="utf-8")


def test_hostile_titles_are_there_to_be_looked_at(hard: Path) -> None:
    titles = {row[0] for row in homes.asked(hard, "select distinct title from staged")}
    assert titles & set(TITLES)
