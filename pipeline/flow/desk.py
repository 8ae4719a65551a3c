"""The session in which identities are decided: the current catalog and the standing decisions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.flow.judging import Desk
from pipeline.match.ladder import Policy
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake


@contextmanager
def desk(home: Path, settings: Settings) -> Iterator[Desk]:
    """A session on the current catalog, or one that finds nothing where there is none.

    The standing decisions are copied and their file is closed again before the first question.

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
    with books.connect(None) as con:
        con.execute(f"ATTACH {books.literal(str(path))} AS catalog (READ_ONLY)")
        con.register("standing", decisions)
        con.execute("CREATE TEMP TABLE decisions AS FROM standing")
        yield Desk(con, policy, path.stem)
