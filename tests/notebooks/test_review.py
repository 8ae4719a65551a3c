"""The desk on a page: a real server over a real lake, driven by a real browser."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.flow import sitting as sittings
from pipeline.flow.sitting import Press, Sitting
from tests.flow.desk_home import HOSTILE, LINES, REPORTED, TWINS, with_rows, with_twins
from tests.flow.homes import AT, SETTINGS, asked, assert_conserved, load
from tests.notebooks.serving import PATIENCE_MS, outside, served

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "review.py"
ARTEFACTS = ROOT / "tests" / "artefacts"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    load(folder / "home", TWINS, folder / "offered")
    return with_rows(folder / "home", folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes of these tests stand, one after the other: one server serves them all."""
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture
def home(stocked: Path, place: Path) -> Path:
    """A home of one's own; a page that is opened from now on has never seen another."""
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(stocked, place))


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    """Where the page is served, as `make review` serves it."""
    with served(place, NOTEBOOK) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str, home: Path) -> Iterator[Page]:  # noqa: ARG001 - is shown
    """The page in sight; whatever it asks of another host, or throws, fails the test."""
    faults: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.extend(outside(request.url, address)))
    page.goto(address)
    yield page
    page.close()
    assert faults == []


def in_sight(page: Page, title: str) -> None:
    """Wait until a row is in sight and can be decided."""
    row = page.locator(".review-row:not([aria-busy])")
    expect(row.locator("h2")).to_contain_text(title, timeout=PATIENCE_MS)


def signed(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)


def released(page: Page, *amounts: str) -> None:
    for amount in amounts:
        expect(page.locator("#released")).to_contain_text(amount, timeout=PATIENCE_MS)


def notebook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("review", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_lake_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROYALTY_HOME", str(tmp_path))
    _, shown = notebook().app.run()
    assert "board" not in shown
    assert list(tmp_path.iterdir()) == []


def test_as_a_program_it_shows_the_queue(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROYALTY_HOME", str(home))
    _, shown = notebook().app.run()
    assert shown["queue"].data["title"].to_list() == ["ALPHA", "Béta", HOSTILE, "Nothing like it"]
    assert asked(home, "select count(*) from decisions") == [(0,)]


def test_a_sitting_by_keyboard_and_button(page: Page, home: Path) -> None:
    in_sight(page, "ALPHA")
    row = page.locator("article[aria-current=true]")
    expect(row.locator("tr[data-field=title] u")).to_have_text(["ALPHA", "Alpha"])
    differing = row.locator("tr[data-field=isrc] mark")
    assert len("".join(differing.all_inner_texts())) > 0
    expect(row.locator("tr[data-field=artist] mark, tr[data-field=artist] u")).to_have_count(0)

    page.keyboard.press("a")
    expect(page.locator("#problem")).to_contain_text("without a name", timeout=PATIENCE_MS)
    in_sight(page, "ALPHA")
    signed(page, "Ada ar")  # keys of acts, typed into a field, decide nothing
    page.locator(".review-row h2").click()
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "review.png", full_page=True)

    page.keyboard.press("a")
    page.keyboard.press("a")  # too soon: it may not settle a row that nobody has seen
    in_sight(page, "Béta")
    released(page, "12.5 EUR", "3 USD", "1 decision")

    page.keyboard.press("s")
    in_sight(page, "onerror")
    page.get_by_role("button", name="None of these").click()
    in_sight(page, "Nothing like it")
    page.get_by_label("Another id").fill("R-Eta")
    page.get_by_role("button", name="Accept").click()
    in_sight(page, "Béta")
    page.get_by_role("button", name="Accept").click()
    released(page, "20.25 EUR", "3 USD", "4 decisions")
    expect(page.get_by_text("No rows here")).to_be_visible(timeout=PATIENCE_MS)
    page.screenshot(path=ARTEFACTS / "review_done.png", full_page=True)

    told = "select kind, recording_id, decided_by from decisions order by decided_at"
    assert asked(home, told) == [
        ("accept", "R-Alpha", "Ada ar"),
        ("reject", None, "Ada ar"),
        ("accept", "R-Eta", "Ada ar"),
        ("accept", "R-Beta", "Ada ar"),
    ]
    assert_conserved(home, REPORTED, LINES)

    expect(page.locator(".review-row:not([aria-busy])")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("u")
    in_sight(page, "Béta")
    released(page, "13 EUR", "3 decisions")
    assert_conserved(home, REPORTED, LINES)


def test_another_candidate_is_chosen_by_its_number(page: Page, home: Path, tmp_path: Path) -> None:
    in_sight(page, "ALPHA")
    with_twins(home, tmp_path)
    page.get_by_role("button", name="Look again").click()
    in_sight(page, "Twin")
    signed(page, "Ada")
    page.locator(".review-row h2").click()
    second = page.locator("article").nth(1)
    twin = second.get_attribute("data-id")
    assert twin in {"R-Twin1", "R-Twin2"}
    page.keyboard.press("2")
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator("article[aria-current=true]")).to_have_count(1)
    page.keyboard.press("a")
    in_sight(page, "ALPHA")
    released(page, "100 EUR")
    assert asked(home, "select recording_id, amount from sales") == [(twin, 100)]


def test_a_title_that_is_markup_is_only_shown(page: Page) -> None:
    in_sight(page, "ALPHA")
    page.get_by_role("row").filter(has_text="onerror").get_by_role("checkbox").click()
    in_sight(page, HOSTILE)
    expect(page.locator("tr[data-field=title] td").first).to_have_text(HOSTILE)
    expect(page.locator("tr[data-field=artist] td").first).to_have_text("</script><b>Anna")
    page.wait_for_timeout(500)
    assert page.evaluate("window.struck") is None
    assert page.locator(".review-row :is(img, script, b b)").count() == 0


def test_what_another_decided_meanwhile_is_shown(page: Page, home: Path) -> None:
    in_sight(page, "ALPHA")
    signed(page, "Ada")
    entry = sittings.board(home, SETTINGS, Sitting()).entry
    assert entry is not None
    other = Press("1", "reject", entry.queue_id, entry.version)
    sittings.carry_out(home, SETTINGS, AT, Sitting(), other, name="Bob")
    page.get_by_role("button", name="Accept").click()
    problem = page.locator("#problem")
    expect(problem).to_contain_text(
        re.compile("decided meanwhile: rejected by Bob on 2026-10-05"), timeout=PATIENCE_MS
    )
    in_sight(page, "Béta")
    assert asked(home, "select kind, decided_by from decisions") == [("reject", "Bob")]
    assert_conserved(home, REPORTED, LINES)
