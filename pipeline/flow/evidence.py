"""What the matcher says of identities today: the one place where evidence is asked for."""

import polars as pl

from pipeline.flow.judging import Desk, decide
from pipeline.match import ladder

COMPONENTS = tuple(ladder.COMPONENTS)
"""What two texts are compared by; null where one side says nothing."""


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
    return decide(identities, source, desk).select(
        "method", "recording_id", "release_id", "fault", "candidates", "score", "margin", "evidence"
    )
