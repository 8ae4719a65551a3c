"""The desk at the command line: screens of 80 columns, documents, and one line for an error."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from tests.flow.desks import NOWHERE
from tests.flow.homes import ALPHA, SHELF, ZETA, line, load, report, take

LINES = (
    line(NOWHERE, "5.25", title="Alpha"),
    line("", "7", title="Omega \x1b[31m"),
    line("", "1", title="Beta", artist="アンナ"),
    line(ZETA, "3"),
    line(ALPHA, "9"),
)


@dataclass(frozen=True)
class Desk:
    """A home, and a way to run commands on it."""

    home: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """What a command says: its output, or its one line of error."""
        given = ["--home", str(self.home), *map(str, arguments)]
        assert main.run(given) == code
        told = self.capsys.readouterr()
        assert code or not told.err
        assert not code or len(told.err.splitlines()) == 1
        return told.err if code else told.out

    def document(self, *arguments: str | Path) -> Any:
        """The one JSON document that a command prints."""
        return json.loads(self.run(*arguments, "--json"))

    def id_of(self, title: str) -> str:
        """Of the row with a title."""
        entries = self.document("review", "list", "--state", "all")["entries"]
        return str(next(one["queue_id"] for one in entries if one["title"].startswith(title)))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    load(folder / "home", SHELF, folder / "offered")
    take(report(folder / "r.csv", LINES), folder / "home")
    return folder / "home"


@pytest.fixture
def desk(
    loaded: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setenv("COLUMNS", "80")
    return Desk(Path(shutil.copytree(loaded, tmp_path / "home")), capsys)


def test_a_row_goes_from_the_list_to_the_money_and_back(desk: Desk) -> None:
    listed = desk.document("review", "list")
    assert [one["money"][0]["amount"] for one in listed["entries"]] == ["7", "5.25", "1"]
    queue_id = desk.id_of("Alpha")
    shown = desk.document("review", "show", queue_id)
    assert [one["id"] for one in shown["candidates"]] == ["R-Alpha"]
    said = ("--recording", "R-Alpha", "--by", "ann", "--version", shown["version"])
    done = desk.document("review", "accept", queue_id, *said)
    assert done["released"] == {"EUR": "5.25"}
    decision = done["decisions"][0]["decision_id"]
    assert [one["decision_id"] for one in desk.document("review", "decisions")["decisions"]] == [
        decision
    ]
    (told,) = desk.document("explain", shown["manifests"][0]["manifest"], "2")["lines"]
    assert told["decision"]["decided_by"] == "ann"
    undone = desk.document("review", "undo", decision, "--by", "bob", "--reason", "misheard")
    assert undone["released"] == {"EUR": "-5.25"}
    every = desk.document("review", "decisions", "--all")["decisions"]
    assert sorted(one["kind"] for one in every) == ["accept", "undo"]


def test_screens_fit_eighty_columns_and_show_no_escapes(desk: Desk) -> None:
    queue_id = desk.id_of("Alpha")
    manifest = desk.document("review", "show", queue_id)["manifests"][0]["manifest"]
    screens = [
        desk.run("review", "list"),
        desk.run("review", "list", "--by-artist"),
        desk.run("review", "show", queue_id),
        desk.run("review", "missing", desk.id_of("Omega"), "--by", "ann"),
        desk.run("review", "missing"),
        desk.run("review", "accept", queue_id, "--recording", "R-Alpha", "--by", "ann"),
        desk.run("review", "splits", "R-Zeta", "--party", "P2", "--share", ".15", "--by", "ann"),
        desk.run("review", "decisions"),
        desk.run("review", "aliases"),
        desk.run("explain", manifest, "2"),
        desk.run("explain", manifest, "5"),
    ]
    for screen in screens:
        assert "\x1b" not in screen
        assert max(map(len, screen.splitlines())) <= 80, screen
    assert "released 5.25 EUR" in screens[5]
    assert "released 3 EUR" in screens[6]
    assert "shared out now: 1" in screens[6]
    assert re.search(r"decision: R-Alpha", screens[9])


def test_an_exported_workbook_comes_back(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "queue.xlsx"
    assert desk.document("review", "export", path)["rows"] == 3
    assert "holds no decision" in desk.run("review", "import", path, "--by", "ann", code=2)
    said = desk.run("review", "accept", "--from-file", path, "--by", "ann", code=2)
    assert "holds no decision" in said


def test_the_only_candidate_is_taken_where_there_is_one(desk: Desk) -> None:
    both = [desk.id_of("Alpha"), desk.id_of("Omega")]
    said = desk.run("review", "accept", *both, "--only-candidate", "--by", "ann", code=2)
    assert f"{both[1]}: it is of track level: name a recording" in said
    done = desk.document("review", "accept", both[0], "--only-candidate", "--by", "ann")
    assert done["released"] == {"EUR": "5.25"}


def test_a_spelling_is_learned_and_withdrawn_with_its_decision(desk: Desk) -> None:
    said = ("--recording", "R-Beta", "--learn-alias", "--by", "ann")
    done = desk.document("review", "accept", desk.id_of("Beta"), *said)
    (alias,) = desk.document("review", "aliases")["aliases"]
    assert (alias["artist"], alias["alias"]) == ("Anna", "アンナ")
    assert alias["origin"] == done["decisions"][0]["decision_id"]
    desk.run("review", "undo", alias["origin"], "--by", "ann")
    assert desk.document("review", "aliases")["aliases"] == []


def test_nothing_is_learned_where_titles_or_artists_say_nothing(desk: Desk) -> None:
    said = ("--learn-alias", "--by", "ann", "--recording")
    desk_said = desk.run("review", "accept", desk.id_of("Beta"), *said, "R-Alpha", code=2)
    assert "no spelling is learned where the titles differ" in desk_said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["review", "show", "ffffffffffff"], "waits no longer"),
        (["review", "accept", "--by", "ann"], "nothing is named to decide"),
        (["review", "undo", "abcdef", "--by", "ann"], "names no decision that stands"),
        (["review", "list", "--state", "odd"], "'odd' is no state"),
        (["review", "reject", "ffffffffffff", "--by", "ann"], "no such row in the queue"),
        (
            ["review", "splits", "R-Zeta", "--party", "P1", "--share", "1", "--share", "1"],
            "Missing option '--by'",
        ),
        (["explain", "ffffffff", "2"], "is no report in the lake"),
    ],
)
def test_an_error_is_one_line_with_its_mend(
    arguments: list[str], complaint: str, desk: Desk
) -> None:
    assert complaint in desk.run(*arguments, code=2)
