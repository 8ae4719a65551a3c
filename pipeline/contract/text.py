"""Normal forms of titles, versions and artists: what makes two spellings the same text.

Every form is one vectorized expression over String columns, and both sides of a match, the catalog
and the reported identities, go through the same one. A form never drops a word: it only unifies
how words are written and whether a version stands in the title or beside it. So equal keys mean
the same words, and what needs judgement (typing errors, featured artists) is left to later steps.

How letters are folded: `text_fold`. What likeness is judged by, beyond the exact: `text_parts`.
"""

from collections.abc import Callable, Iterable

import polars as pl

from pipeline.contract.distinct import numbered
from pipeline.contract.text_fold import absent_if_blank, collapse, fold

_Each = Callable[[Callable[[pl.Series], pl.DataFrame], list[pl.Series]], Iterable[pl.DataFrame]]

FORMED_TOGETHER = 50_000  # distinct titles
_SEPARATOR = " | "  # cannot stand in a form, so title, version and artist cannot run together

VERSION_WORDS = (
    "live", "vivo", "directo", "dal vivo", "unplugged", "concert", "session", "sessions",
    "remix", "remixed", "rmx", "mix", "mixed", "rework", "reworked", "bootleg", "mashup", "vip",
    "edit", "edited", "version", "versions", "ver", "versao", "versione", "versie", "take",
    "remaster", "remastered", "remasters", "remasterizado", "remasterizada", "remasterise",
    "acoustic", "acoustique", "acustico", "acustica", "akustik", "akustisch", "piano",
    "instrumental", "inst", "karaoke", "acapella", "a cappella", "a capella", "orchestral",
    "demo", "outtake", "rehearsal", "reprise", "interlude", "radio", "extended", "club", "dub",
    "mono", "stereo", "explicit", "clean", "censored", "uncensored", "cover", "tribute",
    "sped up", "slowed", "nightcore", "rerecorded", "re recorded", "rerecording", "re recording",
    "alternate", "alternative", "originally performed",
)  # fmt: skip
"""Words, as folded, that make a bracket or a part after a dash a version of the recording."""

VERSION_SIGNS = (
    "ремикс", "версия", "акустика", "концерт", "караоке",
    "ライブ", "ライヴ", "リミックス", "リマスター", "バージョン", "ヴァージョン",
    "カラオケ", "デモ", "アコースティック", "インストゥルメンタル",
    "라이브", "리믹스", "리마스터", "버전", "노래방", "어쿠스틱",
    "现场", "現場", "混音", "伴奏", "版",
)  # fmt: skip
"""The same in other scripts, found within words too: many set no spaces between them."""

_WORDS = "|".join(word.replace(" ", r"[\s-]+") for word in VERSION_WORDS)
# ASCII borders: with Unicode ones the regex engine leaves its fast path (3 x the time)
_IS_VERSION = rf"(?:(?-u:\b)(?:{_WORDS})(?-u:\b)|{'|'.join(VERSION_SIGNS)})"
_DASH = "\x1f"
_SPACED_DASH = r"\s+\p{Pd}+\s+"
_INSIDE = rf"[^{_DASH}()\[\]{{}}]*"
_BRACKET = rf"[(\[{{]{_INSIDE}{_IS_VERSION}{_INSIDE}[)\]}}]"
_AFTER_DASH = rf"{_DASH}{_INSIDE}{_IS_VERSION}{_INSIDE}"
_MARK = rf"{_BRACKET}|{_AFTER_DASH}"
_LEADING = r"^[(\[{][^()\[\]{}]*[)\]}]"


def title_core(title: pl.Expr) -> pl.Expr:
    """The title without its version; null where the title is blank.

    A version is a bracket, or a part after a spaced dash, that holds a version word; a bracket
    that opens the title is part of its name ("(Live) and Let Die").
    """
    return absent_if_blank(collapse(_without_version(fold(title))))


def version_form(title: pl.Expr, version: pl.Expr) -> pl.Expr:
    """The version's words, wherever they were given; "" where neither cell names one.

    Each word once and in the order of the alphabet: "Remaster 2011" is "2011 Remaster", and what
    title and version both say counts once.
    """
    return _in_order(_wording(_marks(fold(title)), fold(version)))


def artist_form(artist: pl.Expr) -> pl.Expr:
    """The artist as credited, folded; null where it is blank."""
    return absent_if_blank(collapse(fold(artist)))


def text_key(title: pl.Expr, version: pl.Expr, artist: pl.Expr) -> pl.Expr:
    """The exact normal form of title, version and artist; null where title or artist is blank."""
    return key_of_forms(title_core(title), version_form(title, version), artist_form(artist))


def key_of_forms(title: pl.Expr, version: pl.Expr, artist: pl.Expr) -> pl.Expr:
    """The `text_key` of a title core, a version form and an artist form that are there already."""
    return pl.concat_str(title, version, artist, separator=_SEPARATOR)


def forms(texts: pl.DataFrame, each: _Each = map) -> pl.DataFrame:
    """The forms of a frame's title, version and artist: title_key, version_key, artist_key.

    Row by row what the expressions give, but each title, wording of a version and artist, which a
    catalog repeats thousands of times, is worked out once.

    Args:
        texts: with the columns title, version and artist.
        each: calls a function on every item of an iterable, as `map` does; on several threads it
            is faster, because most of a form is one expression, which polars runs on one core.
    """
    titles, title = numbered(texts["title"])
    starts = range(0, max(len(titles), 1), FORMED_TOGETHER)
    parts = pl.concat(each(_title_parts, [titles.slice(at, FORMED_TOGETHER) for at in starts]))
    artists, artist = numbered(texts["artist"])
    folded = artists.to_frame("artist").select(fold(pl.col("artist")))
    artist_key = folded.select(absent_if_blank(collapse(pl.col("artist")))).to_series()
    columns = {
        "title_key": parts["core"].gather(title),
        "version_key": _version_keys(parts["marks"], title, texts["version"]),
        "artist_key": artist_key.gather(artist),
    }
    return pl.DataFrame(columns)


def _title_parts(titles: pl.Series) -> pl.DataFrame:
    """What is a title's core, and what it says of the version: core, marks.

    In steps, because an expression that stands twice in another is worked out twice.
    """
    title = pl.col("title")
    folded = titles.to_frame("title").select(fold(title))
    parted = folded.select(_without_version(title).alias("core"), _marks(title).alias("marks"))
    return parted.with_columns(absent_if_blank(collapse(pl.col("core"))))


def _version_keys(marks: pl.Series, title: pl.Series, version: pl.Series) -> pl.Series:
    """The version form of each row.

    Args:
        marks: what each distinct title says of the version.
        title: the place of each row's title among them.
        version: each row's own cell.
    """
    said, mark = numbered(marks)
    versions, told = numbered(version)
    folded = versions.to_frame("version").select(fold(pl.col("version"))).to_series()
    beyond = len(versions) + 1
    rows = pl.DataFrame([mark.gather(title).alias("mark"), told.alias("told")]).select(
        pair=pl.col("mark").cast(pl.UInt64).fill_null(len(said)) * beyond
        + pl.col("told").fill_null(len(versions))
    )
    pairs = rows.unique()
    mark_of, version_of = pairs["pair"] // beyond, pairs["pair"] % beyond
    worded = pairs.with_columns(
        mark=said.extend_constant(None, 1).gather(mark_of),
        version=folded.extend_constant(None, 1).gather(version_of),
    ).select("pair", version_key=_in_order(_wording(pl.col("mark"), pl.col("version"))))
    return rows.join(worded, on="pair", how="left", maintain_order="left")["version_key"]


def _without_version(folded_title: pl.Expr) -> pl.Expr:
    dashed = folded_title.str.replace_all(_SPACED_DASH, _DASH)
    return dashed.str.replace_all(rf"({_LEADING})|{_MARK}", "$1 ")


def _marks(folded_title: pl.Expr) -> pl.Expr:
    """What a title says of the version, as it says it."""
    dashed = folded_title.str.replace_all(_SPACED_DASH, _DASH).str.replace(_LEADING, "")
    return dashed.str.extract_all(_MARK).list.join(" ")


def _wording(marks: pl.Expr, folded_version: pl.Expr) -> pl.Expr:
    """All that title and version say of the version."""
    return pl.concat_str(marks, folded_version, separator=" ", ignore_nulls=True)


def _in_order(wording: pl.Expr) -> pl.Expr:
    return collapse(wording).str.split(" ").list.unique().list.sort().list.join(" ")
