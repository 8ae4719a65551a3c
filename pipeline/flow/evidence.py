"""What the matcher says of identities today: the one place where evidence is asked for.

Where decisions carry no comparison of their candidates, each candidate stands without components.
"""

import polars as pl

from pipeline.flow.judging import Desk, decide

COMPONENTS = ("title", "artist", "release_title", "duration", "date", "label")
"""What two texts are compared by; null where one side says nothing."""

_EVIDENCE = pl.List(
    pl.Struct(
        {
            "recording_id": pl.String(),
            "release_id": pl.String(),
            "score": pl.Float64(),
            **dict.fromkeys(COMPONENTS, pl.Float64()),
            "vetoes": pl.List(pl.String()),
            "alias": pl.String(),
        }
    )
)


def evidence(identities: pl.DataFrame, source: str, desk: Desk) -> pl.DataFrame:
    """One row per identity, in order: how the ladder decides today, and its best candidates.

    Args:
        identities: typed IDENTITY columns.
        source: who reported them.
        desk: what decisions are taken with.

    Returns:
        method, recording_id, release_id, fault, candidates, score, margin (null where nothing was
        compared) and evidence, best first (null likewise).
    """
    decisions = decide(identities, source, desk)
    absent = {"score": pl.Float64(), "margin": pl.Float64(), "evidence": _EVIDENCE}
    missing = {name: dtype for name, dtype in absent.items() if name not in decisions.columns}
    return decisions.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items()
    ).select("method", "recording_id", "release_id", "fault", "candidates", *absent)
