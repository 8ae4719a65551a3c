"""What a text has lost and gained on its way to another, word by word, and that in general terms.

A text is cut where the two begin and end alike: what lies between was removed, or added. So no list
of what senders append is needed; `general` and `skeleton` make what differs in a year or a name the
same.
"""

import numpy as np
import polars as pl

CUT: dict[str, pl.DataType] = {
    "place": pl.String(),
    "removed": pl.String(),
    "added": pl.String(),
}
START, MIDDLE, END, WHOLE = "start", "middle", "end", "whole"
REST = "…"
"""Stands for what differs from text to text."""

_WIDEST = 200  # characters that are compared; a longer text is told as a whole
_CHUNK = 10_000  # pairs at a time: 10,000 × 200 × 4 bytes, twice
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
    before, after = (_codes(pairs[name]) for name in ("before", "after"))
    sizes = [pairs[name].str.len_chars().to_numpy().astype(np.int64) for name in pairs.columns[:2]]
    fits = (sizes[0] <= _WIDEST) & (sizes[1] <= _WIDEST)
    sizes = [np.where(fits, size, 0) for size in sizes]
    shorter = np.minimum(*sizes)
    head = _alike(before, after, shorter)
    behind = [_flipped(codes, size) for codes, size in zip((before, after), sizes, strict=True)]
    tail = _alike(behind[0], behind[1], shorter)
    # What begins or ends with all of the other has gained or lost something, and no more.
    head = np.where(tail == shorter, np.where(head == shorter, head, 0), head)
    head = np.where(fits, head, 0)
    tail = np.minimum(np.where(fits, tail, 0), shorter - head)
    tail = _bordered(behind, tail)
    return _told(pairs, head, tail)


def _codes(texts: pl.Series) -> np.ndarray:
    """The code points of texts, one row each, blanks of zeros behind."""
    wide = np.array(texts.str.slice(0, _WIDEST).to_list() or [""], dtype=f"U{_WIDEST}")
    return wide.view(np.uint32).reshape(len(wide), _WIDEST)


def _flipped(codes: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The texts from behind."""
    places = sizes[:, None] - 1 - np.arange(_WIDEST)
    taken = np.take_along_axis(codes, np.maximum(places, 0), axis=1)
    return np.where(places >= 0, taken, 0).astype(np.uint32)


def _alike(left: np.ndarray, right: np.ndarray, longest: np.ndarray) -> np.ndarray:
    """How many characters are the same from the start, to the end of a word in both."""
    same = np.minimum(np.cumprod(left == right, axis=1).sum(axis=1), longest)
    return _bordered([left, right], same)


def _bordered(texts: list[np.ndarray], lengths: np.ndarray) -> np.ndarray:
    """The longest lengths up to those given at which no word of either text is cut."""
    places = np.arange(_WIDEST + 1)
    free = np.logical_and(*(_borders(codes) for codes in texts)) & (places <= lengths[:, None])
    return np.asarray(np.where(free, places, 0).max(axis=1))


def _borders(codes: np.ndarray) -> np.ndarray:
    """Whether a text may be cut before each place, and behind the last."""
    known, places = np.unique(codes, return_inverse=True)
    of_words = np.array([chr(code).isalnum() for code in known])[places.reshape(codes.shape)]
    inside = of_words[:, 1:] & of_words[:, :-1]
    return np.pad(~inside, ((0, 0), (1, 1)), constant_values=True)


def _told(pairs: pl.DataFrame, head: np.ndarray, tail: np.ndarray) -> pl.DataFrame:
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
