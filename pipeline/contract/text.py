"""Normal forms of titles, versions and artists: what makes two spellings the same text.

Every form is one vectorized expression over String columns, and both sides of a match, the catalog
and the reported identities, go through the same one. A form never drops a word: it only unifies
how words are written and whether a version stands in the title or beside it. So equal keys mean
the same words, and what needs judgement (typing errors, featured artists) is left to later steps.

Text is folded by Unicode (UAX #15): NFKC, lower case, accents dropped from Latin letters only,
because in Kana, Cyrillic or Devanagari a mark makes another letter.
"""

import polars as pl

_SEPARATOR = " | "  # cannot stand in a form, so title, version and artist cannot run together

_APOSTROPHES = dict.fromkeys("’‘ʼ‛´′＇", "'")
_DROPPED = dict.fromkeys("'`", "")
_INVISIBLE = dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
_LATIN_MARKS = r"(\p{Latin})\p{Mn}+"
_LATIN_LETTERS = {  # letters that Unicode does not decompose
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    "ŧ": "t", "ı": "i", "ŋ": "n", "ς": "σ",
}  # fmt: skip
_SIGN = r"\p{P}~^`<>"
_ONLY_SIGNS_OR_GAP = rf"^([{_SIGN} ]+)$|[{_SIGN}|\p{{Z}}\p{{Cc}}]+"

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
    return _core(_fold(title))


def version_form(title: pl.Expr, version: pl.Expr) -> pl.Expr:
    """The version's words, wherever they were given; "" where neither cell names one.

    Each word once and in the order of the alphabet: "Remaster 2011" is "2011 Remaster", and what
    title and version both say counts once.
    """
    return _in_order(_wording(_fold(title), _fold(version)))


def artist_form(artist: pl.Expr) -> pl.Expr:
    """The artist as credited, folded; null where it is blank."""
    return _absent_if_blank(_collapse(_fold(artist)))


def text_key(title: pl.Expr, version: pl.Expr, artist: pl.Expr) -> pl.Expr:
    """The exact normal form of title, version and artist; null where title or artist is blank."""
    return key_of_forms(title_core(title), version_form(title, version), artist_form(artist))


def key_of_forms(title: pl.Expr, version: pl.Expr, artist: pl.Expr) -> pl.Expr:
    """The `text_key` of a title core, a version form and an artist form that are there already."""
    return pl.concat_str(title, version, artist, separator=_SEPARATOR)


def forms(texts: pl.DataFrame) -> pl.DataFrame:
    """The forms of a frame's title, version and artist: title_key, version_key, artist_key.

    Row by row what the expressions give, in half the time: titles are folded once, and a wording
    of a version or artist, which a catalog repeats thousands of times, is worked out once.
    """
    title, version, artist = (pl.col(name) for name in ("title", "version", "artist"))
    folded = texts.select(_fold(title), _fold(version), artist)
    worded = folded.select(
        _core(title).alias("title_key"), _wording(title, version).alias("wording"), artist
    )
    versions = worded.select(pl.col("wording").unique()).with_columns(
        version_key=_in_order(pl.col("wording"))
    )
    artists = worded.select(artist.unique()).with_columns(artist_key=artist_form(artist))
    return (
        worded.join(versions, on="wording", how="left", maintain_order="left")
        .join(artists, on="artist", how="left", maintain_order="left")
        .select("title_key", "version_key", "artist_key")
    )


def _core(folded_title: pl.Expr) -> pl.Expr:
    dashed = folded_title.str.replace_all(_SPACED_DASH, _DASH)
    core = dashed.str.replace_all(rf"({_LEADING})|{_MARK}", "$1 ")
    return _absent_if_blank(_collapse(core))


def _wording(folded_title: pl.Expr, folded_version: pl.Expr) -> pl.Expr:
    """All that title and version say of the version, as they say it."""
    dashed = folded_title.str.replace_all(_SPACED_DASH, _DASH).str.replace(_LEADING, "")
    marks = dashed.str.extract_all(_MARK).list.join(" ")
    return pl.concat_str(marks, folded_version, separator=" ", ignore_nulls=True)


def _in_order(wording: pl.Expr) -> pl.Expr:
    return _collapse(wording).str.split(" ").list.unique().list.sort().list.join(" ")


def _fold(text: pl.Expr) -> pl.Expr:
    """The text in lower case and compatibility form, Latin letters without their accents.

    Plain ASCII is spared the Unicode passes, which cost ten times as much.
    """
    beyond_ascii = pl.when(text.str.len_bytes() != text.str.len_chars()).then(text)
    plain = beyond_ascii.str.replace_many(_APOSTROPHES | _INVISIBLE)
    lower = plain.str.normalize("NFKD").str.to_lowercase()
    bare = lower.str.replace_all(_LATIN_MARKS, "$1").str.normalize("NFKC")
    folded = bare.str.replace_many(_LATIN_LETTERS)
    return pl.coalesce(folded, text.str.to_lowercase()).str.strip_chars()


def _collapse(folded: pl.Expr) -> pl.Expr:
    """Words with single spaces between; text of nothing but punctuation ("!!!") stays itself."""
    spelled = folded.str.replace_all("&", " and ", literal=True)
    words = spelled.str.replace_many(_DROPPED)
    return words.str.replace_all(_ONLY_SIGNS_OR_GAP, "$1 ").str.strip_chars()


def _absent_if_blank(form: pl.Expr) -> pl.Expr:
    return form.replace("", None)
