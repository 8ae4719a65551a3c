"""The session in which identities are decided: the current catalog and the standing decisions."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

import polars as pl

from pipeline.flow.judging import Desk
from pipeline.flow.rulings import lay_out
from pipeline.match.ladder import Policy
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake, sessions

_MEMORY_BYTES = 256 * 2**20
"""What DuckDB may hold while identities are judged. It would keep all pages that it has read of a
catalog, half a GiB of a million recordings, to the end of the report; without them the judging of
two batches took no longer."""


@contextmanager
def desk(
    home: Path, settings: Settings, new: pl.DataFrame | None = None, room: Path | None = None
) -> Iterator[Desk]:
    """A session on the current catalog, or one that finds nothing where there is none.

    The standing decisions are copied and their file is closed again before the first question.

    Args:
        home: the home folder.
        settings: its settings.
        new: decisions that are about to be committed, if any.
        room: a folder of the run's own for what memory should not hold; all of it may, where None.

    Raises:
        CatalogError: the current catalog is missing or broken.
        LakeBusy, LakeDamaged: the decisions cannot be read.
    """
    policy = Policy(
        isrc_contradiction_blocks=settings.isrc_contradiction_blocks,
        margin=settings.match_margin,
        isrc_text_floor=settings.isrc_text_floor,
    )
    path = catalog.current(home)
    if path is None:
        yield Desk(None, policy)
        return
    decisions = lake.decisions(home, settings)
    if new is not None:
        decisions = pl.concat([decisions, new])
    taken = None if room is None else sessions.Room(_MEMORY_BYTES, room / "spilled")
    with sessions.session(taken) as con:
        con.execute(f"ATTACH {books.literal(str(path))} AS catalog (READ_ONLY)")
        rulings = lay_out(con, decisions)
        opened = Desk(con, policy, path.stem, rulings)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def desk_beside(
    home: Path, settings: Settings, room: Path, executor: Executor
) -> Iterator[Future[Desk]]:
    """As `desk`, opened by an executor, while whoever asks for it goes on."""
    with ExitStack() as stack:
        opening = executor.submit(stack.enter_context, desk(home, settings, room=room))
        try:
            yield opening
        finally:
            # What is still being opened could not be closed.
            wait([opening])
