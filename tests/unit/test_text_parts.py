"""What titles, artists and releases say, case by case; and the ways to read a title."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.text_fold import collapse, fold
from pipeline.contract.text_parts import artist_parts, release_parts, title_parts
from pipeline.contract.text_readings import readings

FOLDED = [  # as written, as words
    ("ﬁre", "fire"),  # a ligature
    ("ＡＢＢＡ", "abba"),  # full width
    ("ｱﾊﾞ", "アバ"),  # half width Kana
    ("Cоldplаy", "coldplay"),  # Cyrillic letters in a Latin word
    ("Μetallica", "metallica"),  # a Greek capital Mu
    ("Москва", "москва"),  # a Cyrillic word stays Cyrillic
    ("Москва Nights", "москва nights"),  # and so does one beside a Latin word
    ("사랑", "사랑"),
    ("夜に駆ける", "夜に駆ける"),
    ("Beyoncé & Jay–Z", "beyonce and jay z"),
]
TITLES = [  # title, version: core, markers, name, numbers, guests
    ("Song", None, ("song", "", "", "", None)),
    ("Song (Live)", None, ("song", "live", "", "", None)),
    ("Song", "Live", ("song", "live", "", "", None)),
    ("Song - En Vivo", None, ("song", "live", "", "", None)),
    ("歌 (ライブ)", None, ("歌", "live", "", "", None)),
    ("Song - Live at Wembley", None, ("song", "live", "wembley", "", None)),
    ("Song (2011 Remaster)", None, ("song", "", "", "", None)),
    ("Song - Remastered 2011", None, ("song", "", "", "", None)),
    ("Song [Explicit]", None, ("song", "", "", "", None)),
    ("Song (Album Version)", None, ("song", "", "", "", None)),
    ("Song (feat. Ann Lee) [Bo Ek Remix]", None, ("song", "remix", "bo ek", "", "ann lee")),
    ("Song (Bo Ek Remix) (Radio Edit)", None, ("song", "edit|radio|remix", "bo ek", "", None)),
    ("Song (Karaoke Version)", None, ("song", "karaoke", "", "", None)),
    ("Song karaoke version", None, ("song karaoke version", "karaoke", "", "", None)),
    ("Song (Sped Up)", None, ("song", "sped up", "", "", None)),
    ("Song (Tessa's Version)", None, ("song", "rerecorded", "tessa", "", None)),
    ("Song (Tessas Version)", None, ("song", "rerecorded", "tessa", "", None)),
    ("Song", "Re-Recorded", ("song", "rerecorded", "", "", None)),
    ("Song, Pt. II", None, ("song pt 2", "", "", "2", None)),
    ("Song Part Two", None, ("song pt 2", "", "", "2", None)),
    ("Song, Volume 8", None, ("song vol 8", "", "", "8", None)),
    ("Song 08", None, ("song 08", "", "", "8", None)),
    ("Live and Let Die", None, ("live and let die", "live", "", "", None)),
    ("(Live)", None, ("live", "live", "", "", None)),
]
PLACEHOLDERS = ["unknown", "unk.", "Track 12", "[silence]", "N/A", "", None]
ARTISTS = [  # credit: names, the first of them
    ("Ann Lee & Bo Ek", ("ann lee bo ek", "ann lee")),
    ("Ann Lee , Bo Ek", ("ann lee bo ek", "ann lee")),
    ("Ann Lee feat. Bo Ek", ("ann lee", "ann lee")),
    ("The Ann Lees", ("ann lees", "ann lees")),
    ("Various Artists", (None, None)),
    ("[unknown]", (None, None)),
    (None, (None, None)),
]
IMITATORS = [  # credit: whether it says that others are imitated
    ("Ann Lee Tribute Band", 1),
    ("The Karaoke Lees", 1),
    ("Ann Lee", 0),
    ("Discovery", 0),  # a word is a whole word
    ("Various Artists", None),
]
RELEASES = [  # title: words, numbers
    ("Red Room (Deluxe Edition) [Explicit]", ("red room", "")),
    ("Red Room - EP", ("red room", "")),
    ("Red Room (2004)", ("red room", "")),
    ("Red Rooms, Vol. VIII", ("red rooms vol 8", "8")),
    ("Deluxe", ("deluxe", "")),
    (None, (None, None)),
]
READINGS = [  # title: what else it may be, and what the part taken off must agree with
    ("Ann Lee - Song", ("song", "ann lee", "artist")),
    ("Song - Red Room", ("song", "red room", "release")),
    ("Song (Red Room)", ("song", "red room", "release")),
    ("Song (Part) (Red Room)", ("song (part)", "red room", "release")),
    ("003-Song", ("song", None, None)),
    ("0A4-Song", ("song", None, None)),
]


def _titles(*cells: tuple[str | None, str | None]) -> pl.DataFrame:
    return title_parts(
        pl.DataFrame(cells, schema={"title": pl.String, "version": pl.String}, orient="row")
    )


@pytest.mark.parametrize(("written", "words"), FOLDED)
def test_letters_are_folded(written: str, words: str) -> None:
    assert pl.select(collapse(fold(pl.lit(written)))).item() == words


@pytest.mark.parametrize(("title", "version", "parts"), TITLES)
def test_a_title_is_taken_apart(
    title: str, version: str | None, parts: tuple[str | None, ...]
) -> None:
    found = _titles((title, version)).select("core", "markers", "name", "numbers", "guests")
    assert found.row(0) == parts


@pytest.mark.parametrize("title", PLACEHOLDERS)
def test_a_placeholder_names_nothing(title: str | None) -> None:
    assert _titles((title, None))["is_blank"].to_list() == [True]


@pytest.mark.parametrize(("credit", "parts"), ARTISTS)
def test_a_credit_is_taken_apart(credit: str | None, parts: tuple[str | None, ...]) -> None:
    found = artist_parts(pl.Series([credit], dtype=pl.String))
    assert found.select("credited", "lead").row(0) == parts


@pytest.mark.parametrize(("credit", "imitates"), IMITATORS)
def test_a_credit_tells_who_imitates(credit: str, imitates: int | None) -> None:
    assert artist_parts(pl.Series([credit]))["imitates"].item() == imitates


@pytest.mark.parametrize(("title", "parts"), RELEASES)
def test_a_release_loses_what_an_edition_adds(
    title: str | None, parts: tuple[str | None, ...]
) -> None:
    assert release_parts(pl.Series([title], dtype=pl.String)).row(0) == parts


@pytest.mark.parametrize(("title", "reading"), READINGS)
def test_a_title_may_be_read_otherwise(title: str, reading: tuple[str | None, ...]) -> None:
    assert reading in _readings(title).select("title", "part", "agrees_with").rows()


def test_a_bracket_that_is_only_a_version_is_no_release() -> None:
    assert _readings("Song (Live)").height == 1


def _readings(title: str) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    cells = pl.select(pl.lit(0, dtype=pl.UInt32).alias("identity"), pl.lit(title).alias("title"))
    return readings(cells.with_columns(version=nothing, artist=nothing))


_WORDS = st.sampled_from(
    ["song", "(live)", "- remix", "[explicit]", "part", "ii", "2", "feat. ann", "é", "夜", "(", ")"]
)
_TEXT = st.lists(_WORDS, max_size=6).map(" ".join) | st.text(max_size=12)


@settings(max_examples=60)
@given(st.lists(_TEXT, min_size=1, max_size=12))
def test_words_of_words_are_themselves(texts: list[str]) -> None:
    once = pl.Series(texts, dtype=pl.String).to_frame("t").select(collapse(fold(pl.col("t"))))
    assert once.select(collapse(fold(pl.col("t")))).equals(once)


@settings(max_examples=60)
@given(st.lists(_TEXT, min_size=1, max_size=12), st.randoms())
def test_each_text_is_taken_apart_alone(texts: list[str], chance: random.Random) -> None:
    order = list(range(len(texts)))
    chance.shuffle(order)
    cells = [(text, None) for text in texts]
    assert _titles(*[cells[place] for place in order]).equals(_titles(*cells)[order])


@settings(max_examples=60)
@given(st.permutations(["(live)", "(bo ek remix)", "[explicit]", "(2011 remaster)"]))
def test_marks_may_stand_in_any_order(marks: list[str]) -> None:
    found = _titles((" ".join(["song", *marks]), None)).select("core", "markers", "name")
    assert found.row(0) == ("song", "live|remix", "bo ek")
