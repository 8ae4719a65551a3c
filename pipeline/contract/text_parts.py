"""What likeness is judged by: titles, artists and releases taken apart, each part a column.

Unlike the exact forms of `text`, these drop what says nothing of the recording (a remaster's year,
"Explicit", guests), and keep apart what makes another recording: version markers, whose or where
("Robin Schulz", "at Wembley"), and numbers. Every part is independent of where in the title it
stands, and each is the same for a form of itself.
"""

import polars as pl

from pipeline.contract.text_fold import collapse, fold
from pipeline.contract.text_words import (
    ALONE,
    EDITIONS,
    GENERIC,
    MARKERS,
    NEUTRAL,
    NO_ARTIST,
    NO_TITLE,
    NO_TITLE_PATTERN,
    NUMBERED,
    SHORTENED,
)

TITLE_PARTS: dict[str, pl.DataType] = {
    "core": pl.String(),
    "squashed": pl.String(),
    "markers": pl.String(),
    "name": pl.String(),
    "guests": pl.String(),
    "numbers": pl.String(),
    "is_blank": pl.Boolean(),
    "is_generic": pl.Boolean(),
}
ARTIST_PARTS: dict[str, pl.DataType] = {
    "credited": pl.String(),
    "lead": pl.String(),
    "joined": pl.String(),
    "imitates": pl.UInt8(),
}
RELEASE_PARTS: dict[str, pl.DataType] = {"release": pl.String(), "release_numbers": pl.String()}

_CANONICAL = {said: marker for marker, words in MARKERS.items() for said in words}
_LATIN_MARKERS = [said for said in _CANONICAL if said.isascii()]
_OTHER_MARKERS = [said for said in _CANONICAL if not said.isascii()]


def _any_of(words: list[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(word.replace(" ", r"[\s-]+") for word in longest_first)


_MARKER = rf"(?:(?-u:\b)(?:{_any_of(_LATIN_MARKERS)})(?-u:\b)|{_any_of(_OTHER_MARKERS)})"
_DASHED = r"\s+\p{Pd}+\s+([^()\[\]{}]*)"
_OPEN, _CLOSE = r"[(\[{]\s*", r"\s*[)\]}]"
_GUESTS = (
    rf"{_OPEN}(?:feat|ft|featuring|with|w|duet with|con|avec|mit|\+)(?:\s*\.|/)?\s+"
    rf"[^()\[\]{{}}]*{_CLOSE}"
    r"|\s(?:feat|ft|featuring)(?:\s*\.)?\s[^()\[\]{}]*"
)
# "Tessa's Version": she sang it again. Kept out of the markers, whose first letters speed them up.
_OWN_VERSION = r"(?-u:\b)([a-z]+)(?:'s|s'?)[\s-]+version(?-u:\b)"
_IMITATES = (
    r"(?-u:\b)(?:tributes?|karaoke|covers?|cover band|sound ?alikes?|originally performed"
    r"|made famous|in the style of)(?-u:\b)"
)
_GUEST_WORD = r"(?-u:\b)(?:feat|ft|featuring|with|w|duet with|con|avec|mit|and)(?-u:\b)"
_NEUTRAL = "|".join(f"(?:{pattern})" for pattern in NEUTRAL)
_NEUTRAL_BRACKET = rf"{_OPEN}(?:(?:{_NEUTRAL})[\s/,;&-]*)+{_CLOSE}"
_MARKED_BRACKET = rf"[(\[{{][^()\[\]{{}}]*{_MARKER}[^()\[\]{{}}]*[)\]}}]"
# ASCII borders: with Unicode ones the regex engine leaves its fast path (100 x the time)
_EDITION = rf"(?-u:\b)(?:{'|'.join(EDITIONS)})(?-u:\b)"
_EDITION_BRACKET = (
    rf"[(\[{{][^()\[\]{{}}]*{_EDITION}[^()\[\]{{}}]*[)\]}}]|{_OPEN}(?:{'|'.join(ALONE)}){_CLOSE}"
)
_EDITION_END = r"(?:\s+|\s*\p{Pd}\s*)(?:ep|single|deluxe single|deluxe bonus ep|bonus ep)$"
# A year in a bracket that ends a release, whatever is left of year and bracket.
_YEAR_END = r"\s*[(\[]\s*[12][0-9]{2,3}\s*[)\]]?$|\s+[12][0-9]{3}\s*[)\]]$"
_PLAIN_WORDS = (
    r"(?-u:\b)(?:the|a|an|at|in|from|of|by|on|version|versions|ver|vs|take|le|la|de|en|im|original"
    r"|s|mixed|and|[12][0-9]{3}|[0-9]+)(?-u:\b)"
)
_NUMBER = r"[0-9]+"
_JOINTS = r"\s*(?:,|;|/|\+|&|、|・|，|(?-u:\b)(?:and|with|vs|und|et|y|x|con)(?-u:\b))\s*"
_FIRST_ARTIST = rf"^(.*?\S){_JOINTS}.*$"
_GUEST_ARTISTS = r"\s*[(\[]?\s*(?-u:\b)(?:feat|ft|featuring)(?-u:\b).*$"


def title_parts(titles: pl.DataFrame) -> pl.DataFrame:
    """What each title says of the recording, row by row.

    Args:
        titles: `title` and `version` as reported; either may be null.

    Returns:
        `core`: the words of the name, without version, guests and stickers ("" where there are
        none); `squashed`: the same without spaces; `markers`: version markers, each once and in
        order; `name`: the other words of what marks the version, such as a remixer's; `numbers`:
        all numbers, digits for Roman and written ones; `guests`: who is featured, null where no
        one; `is_blank`: it names nothing; `is_generic`: a title such as "Intro".
        Only `guests` is ever null.
    """
    cells = titles.select(_told(pl.col("title"), pl.col("version")).alias("told"))
    bracketed = cells.with_columns(bare=_without_stickers(pl.col("told")))
    marked = bracketed.with_columns(
        guests=_in_order(spelled(_guests(pl.col("told"))).str.extract_all(r"\S+")),
        marks=pl.col("bare").str.extract_all(_MARKED_BRACKET).list.join(" "),
        rest=pl.col("bare").str.replace_all(_MARKED_BRACKET, " "),
        whole=spelled(pl.col("told")),
    )
    # Most titles say nothing beside the name: what is left of them is the whole, spelled already.
    other = marked.with_columns(
        pl.when(pl.col(name) != pl.col("told")).then(name).alias(name) for name in ("rest", "bare")
    )
    spelt = other.with_columns(
        rest=pl.coalesce(spelled(pl.col("rest")), "whole"),
        words=pl.coalesce(spelled(pl.col("bare")), "whole"),
    )
    named = spelt.with_columns(core=pl.when(pl.col("rest") != "").then("rest").otherwise("whole"))
    return named.select(
        "core",
        pl.col("core").str.replace_all(" ", "", literal=True).alias("squashed"),
        _markers(pl.col("words")).alias("markers"),
        _name(spelled(pl.col("marks"))).alias("name"),
        pl.col("guests").replace("", None),
        _in_order(pl.col("words").str.extract_all(_NUMBER)).alias("numbers"),
        _is_blank(pl.col("core")).alias("is_blank"),
        pl.col("core").str.replace(r" ?[0-9]+$", "").is_in(list(GENERIC)).alias("is_generic"),
    )


def only_version(text: pl.Expr) -> pl.Expr:
    """Whether folded text says nothing but what version it is, as in "live" or "radio edit"."""
    words = spelled(text).str.replace_all(_MARKER, " ").str.replace_all(_PLAIN_WORDS, " ")
    return words.str.strip_chars() == ""


def artist_parts(artists: pl.Series) -> pl.DataFrame:
    """What each artist's credit says, row by row; all null where it names no one.

    Returns:
        `credited`: the names without guests; `lead`: the first of them; `joined`: the first column
        without spaces; `imitates`: 1 where it says that others are imitated, else 0.
    """
    cell = fold(pl.col("cell")).str.replace(_GUEST_ARTISTS, "")
    told = artists.alias("cell").to_frame().select(main=cell)
    told = told.with_columns(first=pl.col("main").str.replace(_FIRST_ARTIST, "$1"))
    # Most credits name one artist: the names of all are then those of the first.
    several = pl.when(pl.col("first") != pl.col("main")).then("first")
    found = told.select(
        _names(told["main"]).alias("credited"),
        _names(told.select(several).to_series()).alias("first"),
    ).with_columns(lead=pl.coalesce("first", "credited"))
    known = ~pl.col("credited").is_in(list(NO_ARTIST)) & pl.col("credited").is_not_null()
    return found.select(
        pl.when(known).then("credited").alias("credited"),
        pl.when(known & (pl.col("lead") != "")).then("lead").alias("lead"),
        pl.when(known)
        .then(pl.col("credited").str.replace_all(" ", "", literal=True))
        .alias("joined"),
        pl.when(known)
        .then(pl.col("credited").str.contains(_IMITATES))
        .cast(pl.UInt8)
        .alias("imitates"),
    )


def release_parts(releases: pl.Series) -> pl.DataFrame:
    """What each release title says, row by row; null where it is blank.

    Returns:
        `release`: its words without what an edition adds; `release_numbers`: its numbers.
    """
    found = releases.alias("cell").to_frame().select(folded=fold(pl.col("cell")))
    bare = _twice(pl.col("folded"), _EDITION_BRACKET).str.replace(_YEAR_END, "")
    spelt = found.with_columns(bare=spelled(bare.str.replace(_EDITION_END, "")))
    words = spelt.select(
        release=pl.when(pl.col("bare") != "").then("bare").otherwise(spelled(pl.col("folded")))
    )
    known = pl.col("release").is_not_null() & ~pl.col("release").is_in(list(NO_ARTIST))
    return words.select(
        pl.when(known).then("release").alias("release"),
        pl.when(known)
        .then(_in_order(pl.col("release").str.extract_all(_NUMBER)))
        .alias("release_numbers"),
    )


def spelled(folded: pl.Expr) -> pl.Expr:
    """Folded text as words: abbreviations and numbers in one spelling, single spaces between."""
    apart = pl.concat_str(pl.lit(" "), collapse(folded), pl.lit(" ")).str.replace_all(" ", "  ")
    short = apart.str.replace_many(SHORTENED)
    told = short.str.replace_many(NUMBERED, leftmost=True)
    return told.str.replace_all(r"\s+", " ").str.strip_chars()


def _told(title: pl.Expr, version: pl.Expr) -> pl.Expr:
    """Title and version as one folded text, the version and parts after dashes in brackets."""
    beside = pl.when(version.str.strip_chars() != "").then(pl.format(" ({})", fold(version)))
    text = pl.concat_str(fold(title).fill_null(""), beside.fill_null(""))
    own = text.str.replace_all(_OWN_VERSION, "$1 rerecorded")
    dashed = own.str.replace_all(_DASHED, " ($1) ")
    return dashed.str.replace_all(_DASHED, " ($1) ")


def _without_stickers(told: pl.Expr) -> pl.Expr:
    """Told text without guests and what is neutral; brackets may stand in brackets."""
    return _twice(_twice(told, _GUESTS), _NEUTRAL_BRACKET)


def _guests(told: pl.Expr) -> pl.Expr:
    """Who is featured, without the word that says so."""
    said = told.str.extract_all(_GUESTS).list.join(" ")
    return said.str.replace_all(_GUEST_WORD, " ")


def _twice(text: pl.Expr, pattern: str) -> pl.Expr:
    return text.str.replace_all(pattern, " ").str.replace_all(pattern, " ")


def _markers(words: pl.Expr) -> pl.Expr:
    said = words.str.extract_all(_MARKER)
    one = pl.element().replace_strict(_CANONICAL, default=pl.element(), return_dtype=pl.String)
    return said.list.eval(one.unique().sort()).list.join("|")


def _name(marks: pl.Expr) -> pl.Expr:
    words = marks.str.replace_all(_MARKER, " ").str.replace_all(_PLAIN_WORDS, " ")
    return _in_order(words.str.extract_all(r"\S+"))


def _in_order(words: pl.Expr) -> pl.Expr:
    bare = pl.element().str.replace(r"^0+([0-9])", "$1")
    return words.list.eval(bare.unique().sort()).list.join(" ")


def _is_blank(core: pl.Expr) -> pl.Expr:
    return core.is_in(list(NO_TITLE)) | core.str.contains(NO_TITLE_PATTERN)


def _names(folded: pl.Series) -> pl.Series:
    """Names as words, without what joins them and a leading article; step by step, each once."""
    apart = pl.col("folded").str.replace_all(r"[&;,/+]", " ")
    spelt = folded.alias("folded").to_frame().select(joined=spelled(apart))
    joints = r"(?-u:\b)(?:and|vs|with)(?-u:\b)"
    alone = spelt.with_columns(
        alone=pl.col("joined").str.replace_all(joints, " ").str.strip_chars()
    )
    kept = pl.when(pl.col("alone") != "").then("alone").otherwise("joined")
    plain = kept.str.replace_all(r"\s+", " ").str.strip_chars()
    return alone.select(plain.str.replace(r"^the (\S)", "$1")).to_series()
