"""The screens and documents of `royalty drift metadata`, of the planted months."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline.cli import main
from pipeline.flow.metadata_drift import Asked, metadata_drift
from tests.flow.drifting_metadata import RETITLED, REUSED, isrc, song
from tests.flow.homes import SETTINGS

SAID = "Spotify began to append “ - Remastered” to 6 titles in 2026-02"


@pytest.fixture(scope="module")
def home(retitled: Path) -> Path:
    return retitled


@pytest.fixture
def told(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command prints, and its code."""

    def ran(*arguments: str) -> tuple[int, str, str]:
        code = main.run(["--home", str(home), "drift", "metadata", *arguments])
        return code, *capsys.readouterr()

    return ran


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_fits_and_tells_all_three(
    told: Any, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = told()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines[0] == "Metadata of 14 ISRCs, 2026-01 – 2026-03"
    assert f"  {SAID}" in lines
    assert "Changes of single ISRCs, most money first" in lines
    assert "Conflicts, most money at stake first" in lines
    assert f"    {song(RETITLED)} → Another Name Altogether" in lines
    assert any(isrc(REUSED) in line and "names two things" in line for line in lines)
    assert lines[-1].strip().startswith("1 change in writing alone not told")


def test_the_limit_says_what_it_leaves(told: Any) -> None:
    _, out, _ = told("--limit", "1")
    assert "… and 5 changes more: --limit" in out
    assert "… and 2 conflicts more: --limit" in out


def test_the_document_has_every_figure_as_exact_text(told: Any, home: Path) -> None:
    _, out, _ = told("--json")
    document = json.loads(out)
    drift = metadata_drift(home, SETTINGS, Asked())
    assert [row["said"] for row in document["patterns"]] == [SAID]
    assert document["changes_in_all"] == len(document["changes"]) == 6
    assert document["conflicts_in_all"] == len(document["conflicts"]) == 3
    assert document["unsaid"] == 1
    amounts = [money["amount"] for row in document["changes"] for money in row["money"]]
    exact = [money["amount"] for row in drift.changes.to_dicts() for money in row["money"]]
    assert amounts == [f"{amount:f}" for amount in exact]
    sides = [len(conflict["sides"]) for conflict in document["conflicts"]]
    assert sides == [2, 2, 2]
    short = json.loads(told("--json", "--limit", "2")[1])
    assert short["changes"] == document["changes"][:2]
    assert short["changes_in_all"] == 6


def test_a_service_that_changed_nothing_says_so(told: Any) -> None:
    _, out, _ = told("--service", "Spotify", "--since", "2026-04")
    assert "nothing has changed in what the reports tell of them" in out


def test_one_isrc(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = told("--isrc", isrc(REUSED))
    assert code == 0
    assert max(map(cell_len, out.splitlines())) <= 80
    assert f"R{REUSED}  {song(REUSED)} / Dora Field" in out
    assert "Zebra Crossing / Willy Hopkins" in out
    document = json.loads(told("--isrc", isrc(REUSED), "--json")[1])
    assert [row["last_month"] for row in document["told"]] == ["2026-02", "2026-03", "2026-03"]


def test_an_isrc_that_nobody_names(told: Any) -> None:
    code, out, _ = told("--isrc", "GBZZZ2600001")
    assert code == 0
    assert "the catalog has no recording of it" in out
    assert "no line names it" in out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--since", "May"), "royalty: 'May' is no month; write 2026-05\n"),
        (
            ("--isrc", "Alpha"),
            "royalty: 'Alpha' is no ISRC; write twelve characters, such as USABC2600001\n",
        ),
    ],
)
def test_what_cannot_be_asked_is_one_line(told: Any, arguments: tuple[str, ...], line: str) -> None:
    assert told(*arguments) == (2, "", line)


def test_a_home_without_a_catalog_or_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    assert main.run(["--home", str(tmp_path / "home"), "drift", "metadata"]) == 0
    assert "no line names an ISRC" in capsys.readouterr().out
