"""Identities judged in batches while parts are read: which there are changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from pipeline.flow import settle
from pipeline.vocab import Status
from tests.flow.homes import ALPHA, BETA, GAMMA, SETTINGS, frames, line, report, take

UNMATCHED = Status.UNMATCHED.value
NOWHERE = "GBZZZ2600001"
Homes = Callable[[str], Path]


def test_identities_judged_batch_by_batch_stay_with_their_lines(home: Path, tmp_path: Path) -> None:
    """More new identities than a batch takes, in many parts, each with one of three answers."""
    isrcs = (ALPHA, BETA, NOWHERE)
    titles = range(25_000)
    lines = [line(isrcs[n % 3], "2", title=f"Song {n}") for n in titles]
    take(report(tmp_path / "r.csv", lines), home, replace(SETTINGS, part_bytes=2**17))
    tables = frames(home, "sales", "staged")
    sold = tables["sales"].select("line", "title", "isrc", "recording_id").sort("line").rows()
    names = {ALPHA: "R-Alpha", BETA: "R-Beta"}
    assert sold == [
        (n + 2, f"Song {n}", isrcs[n % 3], names[isrcs[n % 3]]) for n in titles if n % 3 < 2
    ]
    waiting = tables["staged"].select("line", "title", "status").sort("line").rows()
    assert waiting == [(n + 2, f"Song {n}", UNMATCHED) for n in titles if n % 3 == 2]


def test_how_identities_come_in_batches_changes_no_file_but_its_clock(
    homes: Homes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By likeness too, and under terms; a batch for each part or so, or all at once."""
    isrcs = (ALPHA, GAMMA, NOWHERE, "", "")
    titles = ("Alfa", "Beta!", "Eta", "Zeta (Live)")
    lines = [
        line(
            isrcs[n % 5],
            str(n),
            title=f"{titles[n % 4]} {n // 9}",
            territory="FRUS"[n % 2 * 2 :][:2],
        )
        for n in range(900)
    ]
    path = report(tmp_path / "r.csv", lines)
    batches = []
    judged = settle.Judge._judged
    monkeypatch.setattr(
        settle.Judge, "_judged", lambda self, rows: (batches.append(rows), judged(self, rows))[1]
    )
    found = []
    for size in (1, 10**6):
        monkeypatch.setattr(settle, "EARLY", size)
        monkeypatch.setattr(settle, "BATCH", size)
        home = homes(f"batches of {size}")
        take(path, home, replace(SETTINGS, part_bytes=2**12))
        own = frames(home, "sales", "staged", "matches", "sums", "retry_ledger")
        found.append({name: told.drop("run", strict=False) for name, told in own.items()})
    assert len(batches) > 2
    assert len(batches[-1]) == sum(map(len, batches[:-1]))
    for name, told in found[0].items():
        assert_frame_equal(told, found[1][name], check_row_order=name == "matches")
