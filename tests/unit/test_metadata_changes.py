"""How what is told of an ISRC changed, as tables: before, after, and what that is called."""

import polars as pl
import pytest

from pipeline.vocab_watch import COSMETIC, Change
from pipeline.watch.metadata import changes, spelling, telling, templates

# column, before, after, change, place, removed, added
TEXTS = [
    # the same in other letters or signs
    ("title", "Alpha", "ALPHA", Change.CASE, "whole", "", "capitals"),
    ("title", "ALPHA", "alpha", Change.CASE, "whole", "", "small letters"),
    ("title", "ALPHA ONE", "Alpha One", Change.CASE, "whole", "", "other capitals"),
    ("title", "Café", "Cafe", Change.ACCENTS, "whole", "", "plain letters"),
    ("title", "Cafe", "Café", Change.ACCENTS, "whole", "", "accents"),
    ("title", "Don’t Go", "Don't Go", Change.ACCENTS, "whole", "", "plain letters"),
    ("title", "Alpha: One", "Alpha, One", Change.SIGNS, "whole", ": ", ", "),
    ("title", "Alpha  One", "Alpha One", Change.SIGNS, "whole", "", ""),
    ("artist", "Ann & Bob", "Ann, Bob", Change.JOINTS, "whole", " & ", ", "),
    ("artist", "Ann feat. Bob", "Ann x Bob", Change.JOINTS, "whole", " feat. ", " x "),
    ("artist", "Ann, Bob & Cy", "Ann & Bob & Cy", Change.JOINTS, "whole", ", ", ""),
    ("artist", "Ann & Bob", "Bob & Ann", Change.ORDER, "whole", "", ""),
    ("artist", "Doe, Jane", "Jane Doe", Change.ORDER, "whole", "", ""),
    # words put on, taken off, or replaced
    ("title", "Alpha", "Alpha - Remastered", Change.ADDED, "end", "", " - Remastered"),
    ("title", "Alpha (Live)", "Alpha", Change.REMOVED, "end", " (Live)", ""),
    ("title", "Alpha", "Alpha (Explicit) [HD]", Change.ADDED, "end", "", " (Explicit) [HD]"),
    ("title", "Train", "The Train", Change.ADDED, "start", "", "The "),
    ("title", "The The Train", "The Train", Change.REMOVED, "start", "The ", ""),
    ("title", "01 Alpha", "Alpha", Change.REMOVED, "start", "01 ", ""),
    ("title", "Alpha One", "Alpha Part One", Change.ADDED, "middle", "", "Part "),
    ("title", "Alpha (Mix) II", "Alpha (Edit) II", Change.REPLACED, "middle", "Mix", "Edit"),
    ("title", "La La", "La La La", Change.ADDED, "end", "", " La"),
    ("title", "Vitamin E", "Vitamin", Change.REMOVED, "end", " E", ""),
    ("title", "Love and Hate", "Love Hate", Change.REMOVED, "middle", "and ", ""),
    ("artist", "Ann feat. Bob", "Ann", Change.REMOVED, "end", " feat. Bob", ""),
    ("label", "Blue Records", "Blue Records Ltd.", Change.ADDED, "end", "", " Ltd."),
    ("version", "", "Remastered", Change.ADDED, "whole", "", "Remastered"),
    # a word is never cut, though "Rain" begins "Rainy"
    ("title", "Rain", "Rainy Day", Change.RENAMED, "whole", "Rain", "Rainy Day"),
    ("label", "Blue", "Universal", Change.RENAMED, "whole", "Blue", "Universal"),
    ("title", "Привет", "Privet", Change.SCRIPT, "whole", "cyrillic", "latin"),
    ("title", "さくら", "Sakura", Change.SCRIPT, "whole", "kana", "latin"),
    ("title", "さくら", "さくら (Live)", Change.ADDED, "end", "", " (Live)"),
    # another number
    (
        "gtin",
        "00036000291452",
        "00000096385074",
        Change.RENAMED,
        "whole",
        "00036000291452",
        "00000096385074",
    ),
    ("gtin", "036000291452", "00036000291452", Change.ZEROS, "whole", "", ""),
    # a length in seconds
    ("duration_s", "200", "202", Change.ROUNDED, "whole", "", ""),
    ("duration_s", "200", "200000", Change.SCALED, "whole", "", "×1000"),
    ("duration_s", "200431", "200", Change.SCALED, "whole", "", "÷1000"),
    ("duration_s", "185", "3", Change.SCALED, "whole", "", "÷60"),
    ("duration_s", "203", "180", Change.SHIFTED, "whole", "", "−23 s"),
    ("duration_s", "203", "210", Change.SHIFTED, "whole", "", "+7 s"),
    ("duration_s", "204", "200", Change.SHIFTED, "whole", "", "−4 s"),
    ("duration_s", "200", "207", Change.SHIFTED, "whole", "", "+7 s"),
    ("duration_s", "200", "155", Change.SHIFTED, "whole", "", "−45 s"),
]


def judged(*rows: dict[str, object]) -> list[dict[str, object]]:
    usual = {"before_beside": None, "after_beside": None, "is_same_form": False}
    texts = dict.fromkeys(("field", "before", "after", "before_beside", "after_beside"), pl.String)
    frame = pl.DataFrame(
        [{**usual, **row} for row in rows], schema={**texts, "is_same_form": pl.Boolean}
    )
    return changes.judged(frame).to_dicts()


@pytest.fixture(scope="module")
def called() -> dict[tuple[object, ...], dict[str, object]]:
    """All changes of `TEXTS`, judged together, by column, before and after."""
    rows = judged(*({"field": case[0], "before": case[1], "after": case[2]} for case in TEXTS))
    return {(row["field"], row["before"], row["after"]): row for row in rows}


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: f"{case[1]} → {case[2]}")
def test_a_change_is_called(
    case: tuple[str, str, str, Change, str, str, str],
    called: dict[tuple[object, ...], dict[str, object]],
) -> None:
    kind, *cut = case[3:]
    found = called[case[:3]]
    assert (found["kind"], found["is_cosmetic"]) == (kind, kind in COSMETIC)
    assert [found["place"], found["removed_1"], found["added_1"]] == cut


# before and after: title, artist
MOVES = [
    # featured artists that go from one column to the other, or are told in both
    (("Alpha (feat. Bob)", "Ann"), ("Alpha", "Ann feat. Bob"), Change.GUESTS),
    (("Alpha", "Ann & Bob"), ("Alpha (feat. Bob)", "Ann"), Change.GUESTS),
    (("Alpha (with Bob)", "Ann, Bob"), ("Alpha", "Ann, Bob"), Change.GUESTS),
    (("Alpha (feat. Bob and Cy)", "Ann"), ("Alpha", "Ann, Bob & Cy"), Change.GUESTS),
    # one who is told nowhere any more, and a word that joins no guest
    (("Love and Hate", "Ann feat. Bob"), ("Love Hate", "Ann feat. Bob"), Change.REMOVED),
    (("Alpha (feat. Bob)", "Ann"), ("Alpha", "Ann"), Change.REMOVED),
]


@pytest.mark.parametrize(("before", "after", "kind"), MOVES)
def test_guests_move(before: tuple[str, str], after: tuple[str, str], kind: Change) -> None:
    (found,) = judged(
        {
            "field": "title",
            "before": before[0],
            "after": after[0],
            "before_beside": before[1],
            "after_beside": after[1],
        }
    )
    assert found["kind"] == kind


# text, with # for its numbers, and its skeleton
GENERAL = [
    (" - 2011 Remaster", " - # Remaster", " - # …"),
    (" (feat. Bob Marley)", " (feat. Bob Marley)", " (feat. …)"),
    (" - Live at Wembley, 1986", " - Live at Wembley, #", " - Live …"),
    (" - Remastered", " - Remastered", " - Remastered"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "general", "skeleton"), GENERAL)
def test_what_was_cut_in_general_terms(text: str, general: str, skeleton: str) -> None:
    shown = pl.select(templates.general(pl.lit(text)), templates.skeleton(pl.lit(text)).alias("s"))
    assert shown.row(0) == (general, skeleton)


def test_a_text_too_long_to_be_cut_is_told_as_a_whole() -> None:
    long = "word " * 50
    pairs = pl.DataFrame({"before": [long, "Alpha", ""], "after": [f"{long}more", "Alpha B", "A"]})
    assert templates.cut(pairs).rows() == [
        ("whole", long, f"{long}more"),
        ("end", "", " B"),
        ("whole", "", "A"),
    ]


@pytest.mark.parametrize("field", ["title", "artist", "label", "version", "gtin"])
def test_rows_keep_their_order_and_equal_pairs_are_judged_alike(field: str) -> None:
    pairs = [("036000291452", "0036000291452"), ("12", "34"), ("036000291452", "0036000291452")]
    found = judged(*({"field": field, "before": one, "after": two} for one, two in pairs))
    assert [(row["before"], row["after"]) for row in found] == pairs
    assert found[0] == found[2]


# numbers of title, version, artist and label with which texts are the same in form
SAME_FORM = [
    ("title", {"title": "Alpha"}, {"title": "ALPHA!"}, True),
    ("title", {"title": "Alpha (Live)"}, {"title": "Alpha", "version": "Live"}, True),
    ("title", {"title": "Alpha - 2011 Remaster"}, {"title": "Alpha (Remaster 2011)"}, True),
    ("title", {"title": "Alpha"}, {"title": "Alpha - Remastered"}, False),
    ("title", {"title": "Alpha"}, {"title": "Beta"}, False),
    ("artist", {"artist": "Ann feat. Bob"}, {"artist": "Bob & ANN"}, True),
    ("artist", {"artist": "Ann feat. Bob"}, {"artist": "Ann"}, False),
    ("artist", {"artist": "And"}, {"artist": "With"}, False),
    ("label", {"label": "Blue Records"}, {"label": "BLUE-RECORDS"}, True),
    ("label", {"label": "Blue Records"}, {"label": "Blue Records Ltd."}, False),
]


@pytest.mark.parametrize(("column", "one", "other", "same"), SAME_FORM)
def test_texts_of_one_form(
    column: str, one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    found = _named({"title": "T", **one}, {"title": "T", **other})
    assert (found[f"{column}_form"].n_unique() == 1) == same
    assert found[f"{column}_no"].n_unique() == 2


def test_what_names_nothing_has_no_number() -> None:
    found = _named({"title": " ", "artist": "", "label": "  "})
    assert found.select("title_no", "artist_no", "label_no").row(0) == (None, None, None)


def _identities(*rows: dict[str, str]) -> pl.DataFrame:
    texts = ("isrc", "title", "version", "artist", "label", "gtin")
    schema = {**dict.fromkeys(texts, pl.String), "duration_s": pl.UInt32}
    return pl.DataFrame(list(rows), schema=schema).with_row_index("identity")


def _named(*rows: dict[str, str]) -> pl.DataFrame:
    identities = _identities(*rows)
    return telling.named(identities, telling.texts(identities)).sort("identity")


def test_a_version_is_told_as_such_where_the_title_stays() -> None:
    identities = _identities(
        {"title": "Alpha"},
        {"title": "Alpha", "version": "Live"},
        {"title": "Beta", "version": "Demo"},
    )
    texts = telling.texts(identities)
    numbers = telling.named(identities, texts)["title_no"].to_list()
    series = {"source": "acme", "service": "S", "isrc": "A1", "period": "2026-05"}
    rows = [
        {**series, "change_no": place, "field": "title", "old_value": str(old), "value": str(new)}
        for place, (old, new) in enumerate([numbers[:2], numbers[1:]])
    ]
    given = pl.DataFrame(rows).with_columns(
        pl.lit(None, pl.UInt32).alias("old_beside"),
        pl.lit(None, pl.UInt32).alias("beside"),
        pl.lit(None, pl.Date).alias("since"),
        is_same_form=pl.lit(value=False),
    )
    told = spelling.spelled(given, texts).select("field", "before", "after").rows()
    assert told == [("version", "", "Live"), ("title", "Alpha (Live)", "Beta (Demo)")]


def test_an_artist_who_lost_guests_to_the_title_is_told_once() -> None:
    series = {"source": "acme", "service": "S", "isrc": "A1", "since": "2026-05"}
    rows = pl.DataFrame(
        [
            {**series, "change_no": 0, "field": "title", "kind": Change.GUESTS.value},
            {**series, "change_no": 1, "field": "artist", "kind": Change.GUESTS.value},
            {
                **series,
                "change_no": 2,
                "field": "artist",
                "kind": Change.GUESTS.value,
                "isrc": "A2",
            },
            {**series, "change_no": 3, "field": "artist", "kind": Change.ADDED.value},
        ]
    )
    assert spelling.without_echoes(rows)["change_no"].to_list() == [0, 2, 3]
