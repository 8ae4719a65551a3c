"""What texts are made of: their lengths and their scripts."""

import polars as pl

from pipeline.vocab_watch import Script

SHORT = 16
"""Lengths below it are told one by one, longer ones by powers of two."""
LENGTHS = (*map(str, range(SHORT)), *(str(2**n) for n in range(SHORT.bit_length() - 1, 32)))
"""All lengths that are told."""
SCRIPTS = tuple(script.value for script in Script)

_CLASSES = {
    Script.LATIN: r"\p{Latin}",
    Script.CYRILLIC: r"\p{Cyrillic}",
    Script.GREEK: r"\p{Greek}",
    Script.ARABIC: r"\p{Arabic}",
    Script.HEBREW: r"\p{Hebrew}",
    Script.HAN: r"\p{Han}",
    Script.KANA: r"[\p{Hiragana}\p{Katakana}]",
    Script.HANGUL: r"\p{Hangul}",
}
_ELSEWHERE = r"\p{L}"
_WESTERN = "^[\x00-\xb4\xb6-\u024f]*$"
"""A text whose letters can only be Latin ones: all but the micro sign, which is of no script."""
_WESTERN_LETTER = "[A-Za-z\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u024f]"


def lengths(texts: pl.Series) -> pl.Series:
    """The length of each text in characters; from 16 on the power of two below it."""
    length = texts.str.len_chars().alias("length").to_frame()
    told = pl.col("length").cast(pl.String)
    for exponent in range(SHORT.bit_length() - 1, 32):
        told = (
            pl.when(pl.col("length") >= 2**exponent).then(pl.lit(str(2**exponent))).otherwise(told)
        )
    return length.select(told).to_series()


def scripts(texts: pl.Series) -> pl.Series:
    """The script of each text's letters; Japanese, which mixes kana with han, is kana.

    A text without letters is digits where it has some.
    """
    frame = texts.alias("text").to_frame()
    western = pl.col("text").str.contains(_WESTERN)
    frame = frame.with_columns(western.alias("western")).with_row_index("place")
    told = [
        frame.filter("western").select("place", script=_western()),
        frame.filter(~pl.col("western")).select("place", script=_any()),
    ]
    return pl.concat(told).sort("place")["script"]


def _western() -> pl.Expr:
    return (
        pl.when(pl.col("text").str.contains(_WESTERN_LETTER))
        .then(pl.lit(Script.LATIN.value))
        .otherwise(_digits())
    )


def _digits() -> pl.Expr:
    some = pl.col("text").str.contains(r"\p{N}")
    return pl.when(some).then(pl.lit(Script.DIGITS.value)).otherwise(pl.lit(Script.OTHER.value))


def _any() -> pl.Expr:
    # Letters of scripts that are not listed are what is left when those of the others are gone.
    listed = "".join(klass.strip("[]") for klass in _CLASSES.values())
    has = {script: pl.col("text").str.contains(klass) for script, klass in _CLASSES.items()}
    has[Script.HAN] &= ~has[Script.KANA]
    has[Script.OTHER] = pl.col("text").str.replace_all(f"[{listed}]", "").str.contains(_ELSEWHERE)
    count = pl.sum_horizontal(flag.cast(pl.UInt8) for flag in has.values())
    one = pl.coalesce(pl.when(flag).then(pl.lit(script.value)) for script, flag in has.items())
    return (
        pl.when(count > 1).then(pl.lit(Script.MIXED.value)).otherwise(pl.coalesce(one, _digits()))
    )
