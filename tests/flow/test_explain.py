"""Any line is explained, whatever its status: faults, method, candidates, decisions."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.explain import Explained, explain
from pipeline.flow.review_limits import Limits
from pipeline.store import catalog
from pipeline.vocab import Decision, Fault
from tests.flow.desks import NOWHERE, accept, row, say, take_back
from tests.flow.homes import ALPHA, SETTINGS, ZETA, copied, line, report, take

LINES = (
    line(ALPHA, "1"),
    line(NOWHERE, "2", title="Alpha"),
    line(ZETA, "4"),
    line("", "8", "XQZ"),
    line("", "16", title="Omega"),
    line("", "0", title="Nil"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(tmp_path_factory.mktemp("delivered") / "r.csv", LINES)


@pytest.fixture(scope="module")
def taken(stocked: Path, path: Path) -> Path:
    """A home with the lines; copied, never written to."""
    home = copied(stocked, path.parent)
    take(path, home)
    return home


def one(home: Path, manifest: str, number: int) -> Explained:
    (found,) = explain(home, SETTINGS, manifest, number)
    return found


def test_lines_of_every_status_are_explained(taken: Path, path: Path) -> None:
    told = [one(taken, str(path), number) for number in range(2, 8)]
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
    current = catalog.current(taken)
    assert current is not None
    assert {each.catalog for each in told} == {current.stem}


def test_a_report_is_named_by_its_id_or_the_beginning_of_it_or_its_path(
    taken: Path, path: Path
) -> None:
    named = one(taken, str(path), 2)
    manifest = named.line["manifest"]
    assert one(taken, manifest, 2) == one(taken, manifest[:8].upper(), 2) == named
    with pytest.raises(UsageError, match="is no report in the lake"):
        explain(taken, SETTINGS, manifest[:3], 2)
    with pytest.raises(UsageError, match="has no line that begins at 99"):
        explain(taken, SETTINGS, manifest, 99)


def test_the_decision_that_settled_a_line_is_told(taken: Path, path: Path, tmp_path: Path) -> None:
    home = copied(taken, tmp_path)
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
