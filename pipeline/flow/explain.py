"""Why a line is where it is: status, faults, method, components, and what a person decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.errors import UsageError
from pipeline.flow import review_keys
from pipeline.flow.desk import desk
from pipeline.flow.judging import decide
from pipeline.flow.manifest_id import digest_of
from pipeline.flow.overrides import covering
from pipeline.flow.review_entry import Candidate, candidates
from pipeline.settings import Settings
from pipeline.store import catalog, lake
from pipeline.store.sql import query
from pipeline.vocab import Decision, Method, Status

SHORTEST_MANIFEST = 6


@dataclass(frozen=True)
class Explained:
    """One line, explained.

    Attributes:
        line: its cells, `status`, `faults`, and where it is matched `recording_id`, `release_id`,
            `method`, `score` and `decided_at`.
        queue_id: of its identity; a row of the queue while it waits.
        told: what the matcher told when it decided; None where an exact key settled it, or no
            record was kept.
        catalog: the current version, by which `today` and `candidates` are.
        today: method, recording_id, release_id, fault, score and margin by the catalog of today.
        candidates: the best of today, best first.
        decision: the standing decision that settled it; None where none did.
        history: decisions that concern its identity, undone ones included, in order.
    """

    line: Mapping[str, Any]
    queue_id: str
    told: Mapping[str, Any] | None
    catalog: str | None
    today: Mapping[str, Any]
    candidates: tuple[Candidate, ...]
    decision: Mapping[str, Any] | None
    history: tuple[Mapping[str, Any], ...]


def explain(home: Path, settings: Settings, manifest: str, line: int) -> list[Explained]:
    """Why a line is where it is; one answer per period that the report was declared for.

    Args:
        home: the home folder.
        settings: its settings.
        manifest: its id, the beginning of it, or the path of the report.
        line: where the line begins in the report, counted from 1.

    Raises:
        UsageError: there is no such report in the lake, several, or no such line in it.
    """
    with lake.reading(home, settings) as con:
        name = _manifest(home, settings, manifest)
        found: pl.DataFrame = con.sql(
            query("review/line"), params={"manifest": name, "line": line}
        ).pl()
        if not found.height:
            raise UsageError(
                f"report {name[:12]} has no line that begins at {line}",
                "a line is named by where it begins in the file; the header is line 1",
            )
        ids: pl.DataFrame = _queue_ids(con, found)
    decisions = lake.decisions(home, settings)
    return [
        _explained(home, settings, found[place], ids["queue_id"][place], decisions)
        for place in range(found.height)
    ]


def _manifest(home: Path, settings: Settings, given: str) -> str:
    """The id of the one report that is meant."""
    path = Path(given)
    begins = digest_of(path) if path.is_file() else given.lower()
    with lake.reading(home, settings) as con:
        rows = con.execute(
            "SELECT DISTINCT manifest FROM manifests WHERE starts_with(manifest, $begins)"
            " OR path = $path",
            {"begins": begins, "path": given},
        ).fetchall()
    if len(begins) < SHORTEST_MANIFEST and not path.is_file():
        rows = []
    if len(rows) != 1:
        what = "is no report in the lake" if not rows else "begins several reports"
        raise UsageError(f"{given!r} {what}", "see `royalty status`")
    return str(rows[0][0])


def _queue_ids(con: Any, found: pl.DataFrame) -> pl.DataFrame:
    con.register("identities", found.with_row_index("identity"))
    ids: pl.DataFrame = con.sql(query("review/queue_ids")).pl()
    return ids


def _explained(
    home: Path, settings: Settings, row: pl.DataFrame, queue_id: str, decisions: pl.DataFrame
) -> Explained:
    """One line, judged again by the catalog of today."""
    line = row.row(0, named=True)
    source = line["source"]
    with desk(home, settings) as at_desk:
        judged = decide(row.select(*IDENTITY), source, at_desk).row(0, named=True)
    bound = review_keys.keys(row.with_columns(queue_id=pl.lit(queue_id)))
    about = review_keys.touching(bound, decisions)
    current = catalog.current(home)
    shown = [] if current is None else candidates(home, judged, line["candidates"] or [], about)
    return Explained(
        line={name: cell for name, cell in line.items() if name != "candidates"},
        queue_id=queue_id,
        told=_told(home, settings, row),
        catalog=None if current is None else current.stem,
        today={name: judged[name] for name in _TODAY},
        candidates=tuple(shown),
        decision=_decision(line, row, about),
        history=tuple(about.to_dicts()),
    )


_TODAY = ("method", "recording_id", "release_id", "fault", "score", "margin")


def _decision(
    line: Mapping[str, Any], row: pl.DataFrame, about: pl.DataFrame
) -> Mapping[str, Any] | None:
    """The standing decision that settled a line."""
    by_decision = line["method"] == Method.DECISION.value
    excluded = line["status"] == Status.EXCLUDED.value
    kinds = {Decision.ACCEPT.value: by_decision, Decision.EXCLUDE.value: excluded}
    asked = [kind for kind, holds in kinds.items() if holds]
    stands = about.filter(pl.col("undone_by").is_null(), pl.col("kind").is_in(asked))
    found = covering(stands, row)
    return found.row(0, named=True) if found.height else None


def _told(home: Path, settings: Settings, row: pl.DataFrame) -> Mapping[str, Any] | None:
    """What was recorded when the line was decided; None where an exact key settled it."""
    with lake.reading(home, settings) as con:
        matches: pl.DataFrame = con.sql("FROM matches").pl()
    keys = ["manifest", "accounting_period", "source", *IDENTITY]
    found = matches.join(row.select(keys), on=keys, how="semi", nulls_equal=True)
    last = found.sort("decided_at").tail(1)
    return last.drop(*IDENTITY).row(0, named=True) if last.height else None
