"""Folding: one letter for every way to write it, and words with single spaces between.

By Unicode (UAX #15): NFKC, lower case, accents dropped from Latin letters only, because in Kana,
Cyrillic or Devanagari a mark makes another letter. Hangul, Kana and Han stay as they are. A letter
that only looks Latin (Cyrillic o, Greek omicron) becomes Latin where its word holds Latin letters:
no language mixes them within a word, typists and OCR do.
"""

import polars as pl

_APOSTROPHES = dict.fromkeys("’‘ʼ‛´′＇", "'")
_DROPPED = dict.fromkeys("'`", "")
_INVISIBLE = dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
_LATIN_MARKS = r"(\p{Latin})\p{Mn}+"
_LATIN_LETTERS = {  # letters that Unicode does not decompose
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    "ŧ": "t", "ı": "i", "ŋ": "n", "ς": "σ",
}  # fmt: skip
LOOK_ALIKES = {
    **dict(zip("авекмнорстухіјѕԁԛԝһӏ", "abekmhopctyxijsdqwhl", strict=True)),
    **dict(zip("αβεζηικμνορτυχϲϳ", "abezhikmvoptyxcj", strict=True)),
}  # Cyrillic, then Greek
_LATIN = r"\p{Latin}"
_ALIKE = f"[{''.join(LOOK_ALIKES)}]"
# Also what only stands for a letter, such as the micro sign.
_MAY_MIX = r"[\p{Greek}\p{Cyrillic}[\p{Common}&&[\p{L}\p{So}\p{No}]]]"
_MIXED = rf"(?s)^(.*(?:{_LATIN}.*{_ALIKE}|{_ALIKE}.*{_LATIN}).*)$"
_SIGN = r"\p{P}~^`<>"
_ONLY_SIGNS = rf"^([{_SIGN} ]+)$"
_GAP = rf"[{_SIGN}|\p{{Z}}\p{{Cc}}]+"


def fold(text: pl.Expr) -> pl.Expr:
    """The text in lower case and compatibility form, Latin letters without their accents.

    Plain ASCII is spared the Unicode passes, which cost ten times as much.
    """
    beyond_ascii = text.str.len_bytes() != text.str.len_chars()
    may_mix = text.str.contains(_MAY_MIX)
    # Two columns of one text each, the other null, so that what few texts need is not run on all.
    plain = _bare(pl.when(beyond_ascii & ~may_mix).then(text))
    mixed = _unmixed(_bare(pl.when(beyond_ascii & may_mix).then(text)))
    return pl.coalesce(plain, mixed, text.str.to_lowercase()).str.strip_chars()


def _bare(text: pl.Expr) -> pl.Expr:
    """The text in lower case and compatibility form, Latin letters as plain as they can be."""
    plain = text.str.replace_many(_APOSTROPHES | _INVISIBLE)
    lower = plain.str.normalize("NFKD").str.to_lowercase()
    bare = lower.str.replace_all(_LATIN_MARKS, "$1").str.normalize("NFKC")
    return bare.str.replace_many(_LATIN_LETTERS)


def collapse(folded: pl.Expr) -> pl.Expr:
    """Words with single spaces between; text of nothing but punctuation ("!!!") stays itself."""
    spelled = folded.str.replace_all("&", " and ", literal=True)
    words = spelled.str.replace_many(_DROPPED)
    only_signs = words.str.extract(_ONLY_SIGNS, 1)
    return pl.coalesce(only_signs, words.str.replace_all(_GAP, " ")).str.strip_chars()


def absent_if_blank(form: pl.Expr) -> pl.Expr:
    """The form; null where nothing is left of it."""
    return form.replace("", None)


def _unmixed(bare: pl.Expr) -> pl.Expr:
    """Look-alikes made Latin in words that hold Latin letters too; all other words untouched."""
    mixed = bare.str.extract(_MIXED, 1)
    word = pl.element()
    told = word.str.contains(_LATIN) & word.str.contains(_ALIKE)
    latin = pl.when(told).then(word.str.replace_many(LOOK_ALIKES)).otherwise(word)
    return pl.coalesce(mixed.str.split(" ").list.eval(latin).list.join(" "), bare)
