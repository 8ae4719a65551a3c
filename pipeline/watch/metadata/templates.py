"""What a text has lost and gained on its way to another, word by word, and that in general terms.

A text is cut where the two begin and end alike: what lies between was removed, or added. So no list
of what senders append is needed; `general` and `skeleton` make what differs in a year or a name the
same.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Codes: TypeAlias = npt.NDArray[np.uint32]
Lengths: TypeAlias = npt.NDArray[np.int64]

CUT: dict[str, pl.DataType] = {
    "place": pl.String(),
    "removed": pl.String(),
    "added": pl.String(),
}
START, MIDDLE, END, WHOLE = "start", "middle", "end", "whole"
REST = "…"
"""Stands for what differs from text to text."""

_WIDEST = 200  # characters that are compared; a longer text is told as a whole
_CHUNK = 10_000  # pairs at a time: 200 × 4 bytes each at most, in some ten arrays
_FIRST_WORD = r"^([^\p{L}\p{N}]*[\p{L}\p{N}#]+[^\p{L}\p{N}\s]*\s).*?([^\p{L}\p{N}#]*)$"


def cut(pairs: pl.DataFrame) -> pl.DataFrame:
    """Where the words of two texts part, row by row.

    Args:
        pairs: `before` and `after`, never null.

    Returns:
        The columns `CUT`: `removed` and `added` are what is left of the two where both begin, and
        then end, with the same words; `place` is where that stands in the text that stays, `whole`
        where none does.
    """
    chunks = [_cut(pairs[start : start + _CHUNK]) for start in range(0, pairs.height, _CHUNK)]
    return pl.concat([pl.DataFrame(schema=CUT), *chunks])


def general(text: pl.Expr) -> pl.Expr:
    """The text with `#` for every number: what is said of 1999 and of 2011 is the same."""
    return text.str.replace_all(r"[0-9]+", "#")


def skeleton(text: pl.Expr) -> pl.Expr:
    """The first word of a text with the signs around it, and the last signs: ` (feat. …)`."""
    return general(text).str.replace(_FIRST_WORD, f"${{1}}{REST}${{2}}")


def _cut(pairs: pl.DataFrame) -> pl.DataFrame:
    sizes = [pairs[name].str.len_chars().to_numpy().astype(np.int64) for name in pairs.columns[:2]]
    fits = np.maximum(*sizes) <= _WIDEST
    sizes = [np.where(fits, size, 0) for size in sizes]
    width = max(1, *(int(size.max()) for size in sizes))
    before, after = (_codes(pairs[name], width) for name in ("before", "after"))
    shorter = np.minimum(*sizes)
    head = _alike(before, after, shorter)
    behind = [_flipped(codes, size) for codes, size in zip((before, after), sizes, strict=True)]
    tail = _alike(behind[0], behind[1], shorter)
    # What begins or ends with all of the other has gained or lost something, and no more.
    head = np.where((tail == shorter) & (head != shorter), 0, head)
    tail = _bordered(behind, np.minimum(tail, shorter - head))
    return _told(pairs, head, tail)


def _codes(texts: pl.Series, width: int) -> Codes:
    """The code points of texts, one row each, zeros behind; what is too long is cut."""
    wide = np.array(texts.str.slice(0, width).to_list(), dtype=f"U{width}")
    return wide.view(np.uint32).reshape(len(wide), width)


def _flipped(codes: Codes, sizes: Lengths) -> Codes:
    """The texts from behind."""
    places = sizes[:, None] - 1 - np.arange(codes.shape[1])
    taken = np.take_along_axis(codes, np.maximum(places, 0), axis=1)
    return np.where(places >= 0, taken, 0).astype(np.uint32)


def _alike(left: Codes, right: Codes, longest: Lengths) -> Lengths:
    """How many characters are the same from the start, to the end of a word in both."""
    differs = np.pad(left != right, ((0, 0), (0, 1)), constant_values=True)
    return _bordered([left, right], np.minimum(differs.argmax(axis=1), longest))


def _bordered(texts: list[Codes], lengths: Lengths) -> Lengths:
    """The longest lengths up to those given at which no word of either text is cut."""
    free = np.logical_and(*(_borders(codes) for codes in texts))
    within = free & (np.arange(free.shape[1]) <= lengths[:, None])
    # From behind, the first place that is free is the last.
    return np.asarray(free.shape[1] - 1 - within[:, ::-1].argmax(axis=1))


def _borders(codes: Codes) -> npt.NDArray[np.bool_]:
    """Whether a text may be cut before each place, and behind the last."""
    known = range(int(codes.max(initial=0)) + 1)
    letters = np.fromiter((chr(code).isalnum() for code in known), np.bool_, len(known))
    of_words = letters[codes]
    return np.pad(~(of_words[:, 1:] & of_words[:, :-1]), ((0, 0), (1, 1)), constant_values=True)


def _told(pairs: pl.DataFrame, head: Lengths, tail: Lengths) -> pl.DataFrame:
    sized = pairs.with_columns(head=head, tail=tail)
    rest = [
        pl.col(name).str.slice(
            "head", pl.col(name).str.len_chars() - pl.col("head") - pl.col("tail")
        )
        for name in ("before", "after")
    ]
    place = (
        pl.when((pl.col("head") > 0) & (pl.col("tail") > 0))
        .then(pl.lit(MIDDLE))
        .when(pl.col("head") > 0)
        .then(pl.lit(END))
        .when(pl.col("tail") > 0)
        .then(pl.lit(START))
        .otherwise(pl.lit(WHOLE))
    )
    return sized.select(place.alias("place"), rest[0].alias("removed"), rest[1].alias("added"))
