"""What a decision has touched is judged again: what its undo leaves, and what a spelling joins."""

from pathlib import Path

import pytest

from pipeline.match.ladder import THRESHOLD
from pipeline.vocab import Method
from tests.flow.desks import accept, conserved, money, take_back
from tests.flow.homes import WHOLE, asked, line, load, report, take

LEARNED = {
    **WHOLE,
    "recordings.csv": WHOLE["recordings.csv"] + "R-Road,,Long Road Home Again,Carla\n",
    "splits.csv": WHOLE["splits.csv"] + "R-Road,P1,1,,,,\n",
}
"""The catalog once it knows a recording whose title comes with a slip."""


def test_an_undone_word_leaves_a_line_to_likeness_with_its_score(
    home: Path, tmp_path: Path
) -> None:
    lines = [line("", "3", title="Long Road Home Agian", artist="Carla")]
    take(report(tmp_path / "r.csv", lines), home)
    done = accept(home, "Long Road Home Agian", "R-Beta")
    load(home, LEARNED, tmp_path / "learned")
    taken = take_back(home, done)
    assert taken.released == {}
    ((recording, method, score),) = asked(home, "SELECT recording_id, method, score FROM sales")
    assert (recording, method) == ("R-Road", Method.FUZZY.value)
    assert THRESHOLD < score < 1
    newest = "SELECT recording_id, method, score FROM matches ORDER BY decided_at DESC LIMIT 1"
    assert asked(home, newest) == [(recording, method, score)]
    conserved(home, 1, EUR=3)


@pytest.mark.parametrize(
    ("catalogued", "reported"), [("Anna", "アンナ"), ("アンナ", "Anna")], ids=["to", "from"]
)
def test_a_learned_spelling_frees_what_waits_under_either_form(
    catalogued: str, reported: str, home: Path, tmp_path: Path
) -> None:
    names = {
        **WHOLE,
        "recordings.csv": WHOLE["recordings.csv"] + f"R-Nu,,Nu,{catalogued}\n",
        "splits.csv": WHOLE["splits.csv"] + "R-Nu,P1,1,,,,\n",
    }
    load(home, names, tmp_path / "names")
    lines = [
        line("", "1", title="Beta", artist="アンナ"),
        line("", "2", title="Nu", artist=reported),
    ]
    take(report(tmp_path / "r.csv", lines), home)
    assert money(home) == {("EUR", "unmatched"): (2, 3)}
    done = accept(home, "Beta", "R-Beta", learns_alias=True)
    assert done.released == {"EUR": "3"}
    assert money(home) == {("EUR", "matched"): (2, 3)}
    conserved(home, 2, EUR=3)
