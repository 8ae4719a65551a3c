"""What many changes of one month have in common, as a table: changes, and the one sentence of them.

A service reports a hundred ISRCs in each of the cases, unless they say otherwise.
"""

from datetime import date

import polars as pl
import pytest

from pipeline.vocab_watch import Change
from pipeline.watch.metadata import changes, patterns, saying

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
WORDS = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa",
         "Lambda", "My", "Ny", "Xi", "Omikron", "Pi", "Rho", "Sigma", "Tau", "Ypsilon",
         "Phi", "Chi", "Psi", "Omega", "Aleph")  # fmt: skip

Pairs = list[tuple[str, str]]


def each(before: str, after: str, count: int = 6) -> Pairs:
    """So many pairs; in both texts `W` is a word of each one's own, and `YYYY` a year."""

    def own(text: str, place: int) -> str:
        return text.replace("W", WORDS[place]).replace("YYYY", str(1990 + place))

    return [(own(before, place), own(after, place)) for place in range(count)]


# column, changes of one service and month, and what is told of them
TOLD: list[tuple[str, Pairs, str]] = [
    ("title", each("W", "W - Remastered"), "append “ - Remastered” to 6 titles"),
    ("title", each("W (Explicit)", "W"), "drop “ (Explicit)” from 6 titles"),
    ("title", each("W", "The W"), "prepend “The ” to 6 titles"),
    ("title", each("W Song", "W (New) Song"), "insert “(New) ” into 6 titles"),
    ("title", each("W (Mix) X", "W (Edit) X"), "put “Edit” for “Mix” in 6 titles"),
    ("version", each("", "Remastered"), "add “Remastered” to 6 versions"),
    # years and names that differ
    ("title", each("W", "W - YYYY Remaster"), "append “ - # Remaster” to 6 titles"),
    ("title", each("Song W", "Song W (feat. Bob W)"), "append “ (feat. …)” to 6 titles"),
    # the narrower of two, where it says what most have in common
    (
        "title",
        [*each("W", "W - 2011 Remaster", 9), ("Last", "Last - 2009 Remaster")],
        "append “ - 2011 Remaster” to 9 titles",
    ),
    ("title", [(w, w.upper()) for w in WORDS[:10]],
     "write 10 titles in capitals"),
    ("title", [(f"{w}é", f"{w}e") for w in WORDS[:10]], "write 10 titles in plain letters"),
    ("title", each("W: A", "W, A", 10), "write “,” for “:” in 10 titles"),
    ("title", each("W  A", "W A", 10), "write the words of 10 titles with other blanks"),
    ("title", each("Мир", "Mir"), "write 6 titles in latin letters, not in cyrillic"),
    ("artist", each("W & Bob", "W, Bob", 10), "write “,” for “&” in 10 artists"),
    ("artist", each("W & Bob", "Bob & W", 10), "write the words of 10 artists in another order"),
    ("label", each("Blue", "Red"), "tell the label “Red” for “Blue” on 6 tracks"),
    ("label", each("W", "Red"), "tell the label “Red” for others on 6 tracks"),
    ("label", each("W Ltd.", "W Limited"), "put “Limited” for “Ltd.” in 6 labels"),
    ("gtin", [(f"1234567{n}", f"7654321{n}") for n in range(1000000, 1000006)],
     "tell the GTIN “76543211…” for “12345671…” on 6 tracks"),
    ("gtin", [(f"{n}", f"00{n}") for n in range(100, 110)],
     "write 10 GTINs with other zeros before them"),
    ("duration_s", [(f"{n}", f"{n}000") for n in range(100, 106)],
     "tell 6 lengths in another unit (×1000)"),
    ("duration_s", [(f"{n}", f"{n + 7}") for n in range(101, 107)], "tell 6 lengths by +7 s"),
    ("duration_s", [(f"{n}", "180") for n in range(203, 209)], "round 6 lengths to 60 s"),
    ("duration_s", [(f"{n}", f"{n + 1}") for n in range(100, 110)],
     "round 10 lengths in another way"),
    # nothing in common, but so many at once
    ("title", [(w, w[::-1]) for w in WORDS], "tell 25 titles that have nothing of the old"),
]  # fmt: skip


def found(field: str, pairs: Pairs, catalogue: int = 100, **more: object) -> patterns.Sorted:
    """The patterns of changes of one service in May, each of an ISRC of its own."""
    rows = pl.DataFrame(
        pairs, schema={"before": pl.String, "after": pl.String}, orient="row"
    ).with_row_index("change_no")
    usual = {"source": "acme", "service": "Spotify", "since": MAY, "field": field, **more}
    told = rows.with_columns(
        *(pl.lit(value).alias(name) for name, value in usual.items()),
        pl.format("A{}", "change_no").alias("isrc"),
        pl.lit(None, pl.String).alias("before_beside"),
        pl.lit(None, pl.String).alias("after_beside"),
        pl.lit(value=False).alias("is_same_form"),
    )
    reported = pl.DataFrame(
        {"source": "acme", "service": "Spotify", "month": [MAY, JUNE], "isrcs": catalogue}
    )
    return patterns.found(changes.judged(told), reported)


@pytest.mark.parametrize(("field", "pairs", "said"), TOLD, ids=[case[2] for case in TOLD])
def test_a_pattern_is_told_in_one_sentence(field: str, pairs: Pairs, said: str) -> None:
    told = found(field, pairs)
    rows = [{**row, "since": "2026-05"} for row in told.patterns.to_dicts()]
    assert [saying.sentence(row) for row in rows] == [f"Spotify began to {said} in 2026-05"]
    assert told.members.height == rows[0]["isrcs"]
    assert told.single.height == len(pairs) - told.members.height


# column, changes, and how many ISRCs the service reports
UNTOLD = [
    ("title", each("W", "W - Remastered", 4), 100),
    ("title", [(f"{w}", f"{w} {w}") for w in WORDS[:8]], 100),
    ("label", [(w, w[::-1]) for w in WORDS[:19]], 100),
    ("label", [(w, w[::-1]) for w in WORDS], 1000),
    ("duration_s", [("100", str(100 + 3 * n)) for n in range(1, 7)], 100),
]


@pytest.mark.parametrize(("field", "pairs", "catalogue"), UNTOLD)
def test_too_few_that_are_alike_are_told_singly(field: str, pairs: Pairs, catalogue: int) -> None:
    told = found(field, pairs, catalogue)
    assert told.patterns.is_empty()
    assert (told.single.height, told.unsaid.height) == (len(pairs), 0)


@pytest.mark.parametrize(("count", "catalogue"), [(9, 100), (10, 201)])
def test_a_handful_written_otherwise_is_not_told_at_all(count: int, catalogue: int) -> None:
    told = found("title", [(word, word.upper()) for word in WORDS[:count]], catalogue)
    assert told.patterns.is_empty()
    assert (told.single.height, told.unsaid.height) == (0, count)


def test_a_tenth_of_the_catalogue_is_a_pattern_of_writing() -> None:
    told = found("title", [(word, word.upper()) for word in WORDS[:10]], 200)
    assert told.patterns.select("kind", "is_cosmetic", "isrcs", "of_isrcs").rows() == [
        (Change.CASE, True, 10, 200)
    ]


def test_months_and_columns_are_patterns_of_their_own() -> None:
    """Five in May and four in June are no pattern of nine."""
    pairs = each("W", "W (Live)", 9)
    months = pl.Series("since", [MAY] * 5 + [JUNE] * 4)
    told = found("title", pairs, since=months)
    assert told.patterns.select("since", "isrcs").rows() == [(MAY, 5)]
    assert told.single["since"].to_list() == [JUNE] * 4


def test_nothing_is_nothing() -> None:
    told = found("title", [])
    assert [frame.height for frame in told] == [0, 0, 0, 0]


def test_every_change_has_its_words() -> None:
    assert set(saying.DEEDS) == set(Change)
