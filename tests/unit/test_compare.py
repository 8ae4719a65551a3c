"""Which parts of two texts are shown as differing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import layout
from pipeline.report.compare import MAX_CHARACTERS, Mark, as_html, compared

# reported, catalog, and both as shown: [differs], (the same but for case, accents or width).
CASES = [
    ("Let It Go", "Let It Go", "Let It Go", "Let It Go"),
    ("Let it go", "Let It Go", "Let (it) (go)", "Let (It) (Go)"),
    ("Let It Go - Karaoke", "Let It Go", "Let It Go[ - Karaoke]", "Let It Go"),
    ("Song, Pt. 1", "Song, Pt. 2", "Song, Pt. [1]", "Song, Pt. [2]"),
    ("Björk", "Bjork", "(Björk)", "(Bjork)"),
    ("STRASSE", "Straße", "(STRASSE)", "(Straße)"),
    ("Colour", "Color", "Colo[u]r", "Color"),
    ("Anna & Berta", "Anna feat. Berta", "Anna [&] Berta", "Anna [feat.] Berta"),
    ("USRC17607831", "USRC17607832", "USRC1760783[1]", "USRC1760783[2]"),
    ("2019-05-01", "2020-05-01", "20[19]-05-01", "20[20]-05-01"),
    ("Alpha", "Quite", "[Alpha]", "[Quite]"),
    ("e\u0301", "\u00e9", "é", "é"),
    (None, "Alpha", "", "Alpha"),
    ("Alpha", "  ", "Alpha", "  "),
    ("Alp\u202eha", "Alpha", "Alp[\\u202e]ha", "Alpha"),
]
BRACKETS = {Mark.SAME: "{}", Mark.NEAR: "({})", Mark.DIFFERS: "[{}]"}


@pytest.mark.parametrize(("reported", "catalog", "left", "right"), CASES)
def test_the_parts_that_differ(
    reported: str | None, catalog: str | None, left: str, right: str
) -> None:
    told = [
        "".join(BRACKETS[span.mark].format(span.text) for span in side)
        for side in compared(reported, catalog)
    ]
    assert told == [left, right]


def test_what_a_text_holds_is_never_markup() -> None:
    hostile = "<script>alert(1)</script>\"' & <mark>"
    left, _ = compared(hostile, "script")
    told = as_html(left)
    assert "<script" not in told
    assert "&lt;" in told
    assert told.count("<mark>") == told.count("</mark>")
    assert "&lt;<mark>" in told or "<mark>&lt;" in told


def test_an_endless_text_is_cut_and_says_so() -> None:
    left, _ = compared("a" * 100_000, "a")
    assert sum(len(span.text) for span in left) < MAX_CHARACTERS + 20
    assert left[-1].text.endswith("… and 99,600 more")


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_are_there_whole(one: str, other: str) -> None:
    left, right = compared(one, other)
    again_left, again_right = compared(one, one)
    assert "".join(span.text for span in left) == "".join(span.text for span in again_left)
    assert {span.mark for span in again_left + again_right} <= {Mark.SAME}
    for side in (left, right):
        told = "".join(span.text for span in side)
        assert told == layout.plain(told)


@given(st.text(alphabet="aAä ßsS1.-", max_size=30), st.text(alphabet="aAä ßsS1.-", max_size=30))
def test_where_nothing_is_marked_both_are_alike(one: str, other: str) -> None:
    left, right = compared(one, other)
    marks = {span.mark for span in left + right}
    if one.strip() and other.strip():
        assert (marks == {Mark.SAME}) == (one == other)
