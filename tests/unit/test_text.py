"""Which spellings are the same text, and which are not."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract import text

SAME_TITLE = [  # spellings of one title
    ("Don't Stop", "Don’t Stop", "DON`T STOP", "Dont  stop"),
    ("Beyoncé", "BEYONCE", "Beyonce\u0301", "Ｂｅｙｏｎｃｅ"),
    ("Rock & Roll", "rock and roll", "Rock＆Roll"),
    ("Straße", "Strasse", "STRASSE"),
    ("Łódź", "lodz"),
    ("Hello, Goodbye", "Hello / Goodbye", "hello goodbye"),
    ("ﾊﾟﾋﾟﾌﾟ", "パピプ"),
    ("사랑", "\u1109\u1161\u1105\u1161\u11bc"),
    ("Soft\u00adware", "Soft\u200bware", "Software"),
]
OTHER_TITLE = [  # alike, and yet not the same
    ("が", "か"),
    ("й", "и"),
    ("Song 1", "Song 2"),
    ("Song", "Song (feat. Somebody)"),
    ("Let It Go", "Let It Go (Karaoke Version)"),
    ("!!!", "???"),
]
WHERE_VERSIONS_STAND = [  # title, version, the title's core, the version's words
    ("Song (Live)", None, "song", "live"),
    ("Song [Live]", None, "song", "live"),
    ("Song - Live", None, "song", "live"),
    ("Song – Live", None, "song", "live"),
    ("Song", "Live", "song", "live"),
    ("Song", "(live)", "song", "live"),
    ("Song (Live)", "Live", "song", "live"),
    ("Song (Live)", "Live at Wembley", "song", "at live wembley"),
    ("Song (Remaster 2011)", None, "song", "2011 remaster"),
    ("Song", "2011 - Remaster", "song", "2011 remaster"),
    ("Song - Live - Remastered", None, "song", "live remastered"),
    ("Song (Live) [Radio Edit]", None, "song", "edit live radio"),
    ("Song (Live) feat. Somebody", None, "song feat somebody", "live"),
    ("Song (A Cappella)", None, "song", "a cappella"),
    ("夜に駆ける (ライブ)", None, "夜に駆ける", "ライブ"),
    ("Песня (Ремикс)", None, "песня", "ремикс"),
    ("사랑 (라이브)", None, "사랑", "라이브"),
    ("Song (Part 2)", None, "song part 2", ""),  # no version word: part of the name
    ("Olive (Oliver)", None, "olive oliver", ""),  # a version word is a whole word
    ("Live and Let Die", None, "live and let die", ""),
    ("(Live) and Let Die", None, "live and let die", ""),  # what opens the title is its name
    ("Semi-Live", None, "semi live", ""),  # a dash without spaces joins
    ("Song (Live", None, "song live", ""),  # a bracket that does not close marks nothing
    ("!!! (Live)", None, "!!!", "live"),
    ("!!!", None, "!!!", ""),
    ("  ", "Live", None, "live"),
    (None, None, None, ""),
]


def _one(**cells: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {name: [cell] for name, cell in cells.items()},
        schema_overrides=dict.fromkeys(cells, pl.String),
    )


def _core(title: str) -> str | None:
    return _one(title=title).select(text.title_core(pl.col("title"))).item()


@pytest.mark.parametrize("spellings", SAME_TITLE, ids=lambda row: row[0])
def test_spellings_of_one_title_share_a_core(spellings: tuple[str, ...]) -> None:
    assert len({_core(title) for title in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), OTHER_TITLE)
def test_titles_that_differ_keep_different_keys(one: str, other: str) -> None:
    keys = _one(one=one, other=other).select(
        text.text_key(pl.col(name), pl.lit(None, pl.String), pl.lit("A")).alias(name)
        for name in ("one", "other")
    )
    assert keys["one"].item() != keys["other"].item()


@pytest.mark.parametrize(("title", "version", "core", "words"), WHERE_VERSIONS_STAND)
def test_a_version_is_found_in_the_title_or_beside_it(
    title: str | None, version: str | None, core: str | None, words: str
) -> None:
    cells = _one(title=title, version=version)
    title_cell, version_cell = pl.col("title"), pl.col("version")
    found = cells.select(
        core=text.title_core(title_cell), words=text.version_form(title_cell, version_cell)
    )
    assert found.row(0) == (core, words)


def test_artists_are_one_whatever_joins_them() -> None:
    artists = pl.Series(["Earth, Wind & Fire", "EARTH WIND AND FIRE", "Earth; Wind ＆ Fire"])
    assert artists.to_frame("a").select(text.artist_form(pl.col("a")))["a"].n_unique() == 1


@pytest.mark.parametrize(("title", "artist"), [(None, "A"), (" ", "A"), ("T", None), ("T", "\t")])
def test_no_key_without_title_or_artist(title: str | None, artist: str | None) -> None:
    cells = _one(title=title, artist=artist)
    key = text.text_key(pl.col("title"), pl.lit("Live"), pl.col("artist"))
    assert cells.select(key).item() is None


def test_title_and_artist_never_run_together() -> None:
    cells = pl.DataFrame({"title": ["a | b", "a"], "artist": ["c", "b | c"]})
    keys = cells.select(text.text_key(pl.col("title"), pl.lit(""), pl.col("artist")).alias("key"))
    assert keys["key"].to_list() == ["a b |  | c", "a |  | b c"]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=30))
def test_a_form_of_a_form_is_itself(spellings: list[str]) -> None:
    once = pl.DataFrame({"cell": spellings}, schema={"cell": pl.String}).select(
        artist=text.artist_form(pl.col("cell")), core=text.title_core(pl.col("cell"))
    )
    twice = once.select(text.artist_form(pl.col("artist")), text.title_core(pl.col("core")))
    assert twice.equals(once)


_CELLS = (
    st.none() | st.text(max_size=8) | st.sampled_from(["Song (Live)", "A - Remix", "Live", "Ä"])
)


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=30))
def test_forms_of_a_frame_are_the_expressions_row_by_row(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    names = ("title", "version", "artist")
    cells = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    title, version, artist = (pl.col(name) for name in names)
    expected = cells.select(
        title_key=text.title_core(title),
        version_key=text.version_form(title, version),
        artist_key=text.artist_form(artist),
    )
    assert text.forms(cells).equals(expected)
