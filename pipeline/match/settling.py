"""Which candidate leads, and whether its rivals mean other money.

Rivals are those within the margin of the best. They leave no doubt where

- they pay the same parties: identical splits make recordings one for our purpose;
- the best agrees word for word in title and artist, and they do not, and are better in nothing:
  long titles that differ in a word score nearly the same, and are other songs all the same;
- no recording of the catalog has splits, and they are the same song: all that their texts say is
  the same (name, version, remixer, guests, numbers, artist), and so are their length and ISRC, or
  they are unknown: two ISRCs are two recordings. The same recording stands on many releases;
  without ISRC or GTIN nothing tells which, and it pays the same artist. The one whose release,
  date and length fit best is chosen, by recording_id where all fit alike.

Anything else stays AMBIGUOUS: other texts, other lengths, other or unknown splits in a catalog that
has splits. Nothing is paid by the toss of a coin.
"""

import polars as pl

from pipeline.match.score import DECIMALS

_LEAST_GAP_S, _GAP_SHARE = 8, 0.04
_BESIDE = ("release_title", "duration", "release_date", "label")


def best(fit: pl.DataFrame, margin: float, *, free: bool) -> pl.DataFrame:
    """The best candidate of each identity, and whether it leads.

    Args:
        fit: candidates without a veto, the best of an identity first; see `likeness.compared`.
        margin: by how much the best must lead, at least.
        free: whether no recording of the catalog has splits.

    Returns:
        identity, recording_no_of, isrc_of, score, margin (to the next; null where there is none),
        led.
    """
    score = pl.col("score")
    # Rounded, so that a lead of exactly the margin is one, whatever floats make of it.
    rival = ((score.first() - score).round(DECIMALS) < margin) & ~_lesser()
    terms = pl.col("terms").filter(rival)
    paid_alike = (terms.null_count() == 0) & (terms.n_unique() == 1)
    one_song = _same_song().filter(rival).all() & free
    return fit.group_by("identity", maintain_order=True).agg(
        pl.col("recording_no", "isrc").first().name.suffix("_of"),
        score.first(),
        margin=score.first() - score.get(1, null_on_oob=True),
        led=(rival.sum() == 1) | paid_alike | one_song,
    )


def _lesser() -> pl.Expr:
    """Whether the best is the reported text word for word, and this one is not, nor better."""
    words = [pl.col("title"), pl.col("artist")]
    exact = pl.all_horizontal(name.first() == 1.0 for name in words)
    unlike = pl.any_horizontal(name < 1.0 for name in words)
    better = pl.any_horizontal(
        (pl.col(name) > pl.col(name).first().fill_null(-1.0)).fill_null(value=False)
        for name in _BESIDE
    )
    return (exact & unlike & ~better).fill_null(value=False)


def _same_song() -> pl.Expr:
    """Whether all texts are those of the best, length and ISRC too as far as they are known."""
    length = pl.col("length_s")
    longer = pl.max_horizontal(length, length.first())
    gap = (length - length.first()).abs()
    near = (gap <= _LEAST_GAP_S) | (gap <= _GAP_SHARE * longer)
    alike = [near, pl.col("isrc") == pl.col("isrc").first()]
    unknown_or_alike = pl.all_horizontal(one.fill_null(value=True) for one in alike)
    return (pl.col("song") == pl.col("song").first()) & unknown_or_alike
