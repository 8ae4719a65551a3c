"""Any line is explained, whatever its status: faults, method, candidates, decisions."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.explain import Explained, explain
from pipeline.flow.review_limits import Limits
from pipeline.store import catalog
from pipeline.vocab import Decision, Fault
from tests.flow.desks import NOWHERE, accept, row, say, take_back
from tests.flow.homes import ALPHA, SETTINGS, ZETA, line, report, take

LINES = (
    line(ALPHA, "1"),
    line(NOWHERE, "2", title="Alpha"),
    line(ZETA, "4"),
    line("", "8", "XQZ"),
    line("", "16", title="Omega"),
    line("", "0", title="Nil"),
)


@pytest.fixture
def path(home: Path, tmp_path: Path) -> Path:
    found = report(tmp_path / "r.csv", LINES)
    take(found, home)
    return found


def one(home: Path, manifest: str, number: int) -> Explained:
    (found,) = explain(home, SETTINGS, manifest, number)
    return found


def test_lines_of_every_status_are_explained(home: Path, path: Path) -> None:
    told = [one(home, str(path), number) for number in range(2, 8)]
    assert [each.line["status"] for each in told] == [
        "matched",
        "unmatched",
        "held",
        "quarantined",
        "unmatched",
        "unmatched",
    ]
    assert told[0].line["method"] == told[0].today["method"] == "isrc"
    assert told[1].line["faults"] == [Fault.ISRC_CONTRADICTED]
    assert told[2].line["faults"] == [Fault.SPLITS_INCOMPLETE]
    assert Fault.CURRENCY_INVALID in told[3].line["faults"]
    assert [candidate.id for candidate in told[1].candidates] == ["R-Alpha"]
    current = catalog.current(home)
    assert current is not None
    assert {each.catalog for each in told} == {current.stem}


def test_a_report_is_named_by_its_id_or_the_beginning_of_it_or_its_path(
    home: Path, path: Path
) -> None:
    manifest = one(home, str(path), 2).line["manifest"]
    assert one(home, manifest, 2) == one(home, manifest[:8].upper(), 2) == one(home, str(path), 2)
    with pytest.raises(UsageError, match="is no report in the lake"):
        explain(home, SETTINGS, manifest[:3], 2)
    with pytest.raises(UsageError, match="has no line that begins at 99"):
        explain(home, SETTINGS, manifest, 99)


def test_the_decision_that_settled_a_line_is_told(home: Path, path: Path) -> None:
    accept(home, "Alpha", "R-Beta", limits=Limits(("DE",)))
    special = one(home, str(path), 3)
    assert special.decision is not None
    assert (special.decision["recording_id"], special.line["recording_id"]) == ("R-Beta", "R-Beta")
    queue_id = row(home, "Omega")["queue_id"]
    done = say(home, Decision.EXCLUDE, queue_id, reason="not ours")
    excluded = one(home, str(path), 6)
    assert excluded.decision is not None
    assert (excluded.decision["reason"], excluded.queue_id) == ("not ours", queue_id)
    take_back(home, done)
    after = one(home, str(path), 6)
    assert after.decision is None
    assert [each["undone_by"] is not None for each in after.history] == [True]
