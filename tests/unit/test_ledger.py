"""The ledger: ids that an auditor can compute again, events, and the state that they fold to."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import hypothesis
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.columns import RETRY_LEDGER
from pipeline.faults import ledger
from pipeline.settings import Settings
from pipeline.vocab import Fault, Kind, Outcome

AT = datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
SETTINGS = Settings(retry_attempts=3)
MANIFEST = "ab" * 32
LINES = pl.DataFrame(
    {
        "manifest": [MANIFEST] * 3,
        "accounting_period": ["2026-08", "2026-08", ""],
        "offset": pl.Series([0, 2**40, 0], dtype=pl.UInt64),
        "raw": [b"a;1\n", b"\x00\xff", b""],
        "fault": [Fault.UNMATCHED.value, Fault.BAD_ENCODING.value, Fault.ASSET_HALTED.value],
    }
)
STAGES = (
    Outcome.OPENED,
    Outcome.RETRIED,
    Outcome.ESCALATED,
    Outcome.RELEASED,
    Outcome.RESOLVED,
    Outcome.DISCARDED,
)


def _open(lines: pl.DataFrame = LINES) -> pl.DataFrame:
    return ledger.opened(ledger.line_ids(lines), at=AT, run="r1", settings=SETTINGS)


def test_ids_of_lines_are_those_of_hashlib_in_order() -> None:
    found = ledger.line_ids(LINES)
    payloads = [hashlib.sha256(row["raw"]).hexdigest() for row in LINES.to_dicts()]
    texts = [
        f"line\n{row['manifest']}\n{row['accounting_period']}\n{row['offset']}\n{payload}"
        for row, payload in zip(LINES.to_dicts(), payloads, strict=True)
    ]
    assert found["payload_sha256"].to_list() == payloads
    assert found["ledger_id"].to_list() == [hashlib.sha256(t.encode()).hexdigest() for t in texts]
    assert found.drop("ledger_id", "payload_sha256").equals(LINES)


@pytest.mark.parametrize("column", ["manifest", "accounting_period", "offset", "raw"])
def test_lines_without_place_or_payload_have_no_id(column: str) -> None:
    holes = LINES.with_columns(pl.when(pl.int_range(pl.len()) != 1).then(column).alias(column))
    with pytest.raises(ValueError, match="nulls"):
        ledger.line_ids(holes)


def test_many_lines_keep_their_order() -> None:
    """Enough rows for DuckDB to hash them on several threads."""
    n = 300_000
    lines = pl.select(
        manifest=pl.repeat(MANIFEST, n),
        accounting_period=pl.repeat("2026-08", n),
        offset=pl.int_range(n, dtype=pl.UInt64),
    ).with_columns(raw=pl.col("offset").cast(pl.String).cast(pl.Binary))
    payloads = ledger.line_ids(lines)["payload_sha256"]
    for row in (0, 1, 122_879, 122_880, 200_001, n - 1):
        assert payloads[row] == hashlib.sha256(str(row).encode()).hexdigest()


def test_groups_are_told_apart_by_kind_fault_and_asset() -> None:
    groups = pl.DataFrame(
        {
            "kind": [Kind.ASSET.value, Kind.ASSET.value, Kind.MANIFEST.value],
            "manifest": [MANIFEST] * 3,
            "accounting_period": ["2026-08"] * 3,
            "fault": [Fault.ASSET_HALTED.value] * 2 + [Fault.OUT_OF_BALANCE.value],
            "asset": ["isrc:a", "isrc:b", None],
        }
    )
    found = ledger.group_ids(groups)
    text = f"manifest\n{MANIFEST}\n2026-08\nOUT_OF_BALANCE\n"
    assert found["ledger_id"][2] == hashlib.sha256(text.encode()).hexdigest()
    assert found["ledger_id"].n_unique() == 3
    assert found["payload_sha256"].to_list() == [None] * 3


def test_a_manifest_needs_no_asset() -> None:
    manifest = {
        "kind": "manifest",
        "manifest": MANIFEST,
        "accounting_period": "",
        "fault": Fault.OUT_OF_BALANCE.value,
    }
    with_null = ledger.group_ids(pl.DataFrame([{**manifest, "asset": None}]))
    assert ledger.group_ids(pl.DataFrame([manifest]))["ledger_id"].equals(with_null["ledger_id"])


def test_opened_events_have_the_tables_columns_and_a_first_wait() -> None:
    events = _open()
    assert dict(events.schema) == RETRY_LEDGER
    assert events["outcome"].to_list() == ["opened"] * 3
    assert events["kind"].to_list() == ["line"] * 3
    assert events["lines"].to_list() == [1] * 3
    assert events["tier"].to_list() == ["recoverable", "fatal", "recoverable"]
    # Only the first may be mended by a later catalog.
    assert events["next_attempt_at"].is_null().to_list() == [False, True, True]
    wait = events["backoff_s"][0]
    assert 0 <= wait < SETTINGS.retry_base_s
    assert events["next_attempt_at"][0] == AT + timedelta(microseconds=round(wait * 1e6))


def test_what_an_entry_says_is_kept() -> None:
    lines = LINES.with_columns(
        amount=Decimal("1.000000000000000001"), currency=pl.lit("EUR"), asset=pl.lit("gtin:1")
    )
    event = _open(lines).row(1, named=True)
    assert event["amount"] == Decimal("1.000000000000000001")
    said = [event[name] for name in ("currency", "asset", "run", "at")]
    assert said == ["EUR", "gtin:1", "r1", AT]


def test_an_entry_is_escalated_with_its_last_attempt() -> None:
    events = _open(LINES.head(1))
    outcomes = []
    for day in (1, 2, 3):
        now = ledger.state(events)
        later = AT + timedelta(days=day)
        events = events.vstack(ledger.retried(now, at=later, run=f"r{day}", settings=SETTINGS))
        outcomes.append(events.row(-1, named=True))
    assert [event["outcome"] for event in outcomes] == ["retried", "retried", "escalated"]
    assert [event["attempt"] for event in outcomes] == [1, 2, 3]
    assert outcomes[2]["next_attempt_at"] is None
    assert outcomes[1]["next_attempt_at"] < AT + timedelta(days=2, seconds=60 * 2**2)
    last = ledger.state(events).row(0, named=True)
    assert (last["attempts"], last["outcome"], last["is_open"]) == (3, "escalated", True)
    assert (last["first_at"], last["last_at"]) == (AT, AT + timedelta(days=3))


@pytest.mark.parametrize(
    ("outcome", "attempts"),
    [(Outcome.RESOLVED, 1), (Outcome.RELEASED, 0), (Outcome.DISCARDED, 0)],
)
def test_an_ended_entry_is_closed_and_never_due(outcome: Outcome, attempts: int) -> None:
    events = _open()
    ends = ledger.closed(ledger.state(events), outcome, at=AT, run="r2", detail="by Ann: checked")
    now = ledger.state(pl.concat([events, ends]))
    assert now["is_open"].to_list() == [False] * 3
    assert now["next_attempt_at"].is_null().all()
    assert now["attempts"].to_list() == [attempts] * 3
    assert now["detail"].to_list() == ["by Ann: checked"] * 3


@pytest.mark.parametrize("outcome", [Outcome.OPENED, Outcome.RETRIED, Outcome.ESCALATED])
def test_what_ends_nothing_closes_nothing(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match=outcome.value):
        ledger.closed(ledger.state(_open()), outcome, at=AT, run="r2")


def test_what_is_due_is_open_and_has_come_to_its_time() -> None:
    now = ledger.state(_open(LINES.head(1)))
    due_at = now["next_attempt_at"][0]
    early = due_at - timedelta(microseconds=1)
    assert now.filter(ledger.is_due(early)).is_empty()
    assert now.filter(ledger.is_due(due_at)).height == 1
    never = now.with_columns(next_attempt_at=pl.lit(None, dtype=now.schema["next_attempt_at"]))
    assert never.select(ledger.is_due(due_at)).to_series().to_list() == [False]
    # The lake's view gives clocks without a zone.
    naive = now.with_columns(pl.col("next_attempt_at").dt.replace_time_zone(None))
    assert naive.filter(ledger.is_due(early)).is_empty()
    assert naive.filter(ledger.is_due(due_at)).height == 1


def test_no_events_have_no_state() -> None:
    none = pl.DataFrame(schema=RETRY_LEDGER)
    assert ledger.state(none).is_empty()
    assert ledger.state(none).columns == ledger.state(_open()).columns


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "ledger_id": st.sampled_from(["a", "b", "c"]),
            "attempt": st.integers(0, 3),
            "outcome": st.sampled_from([outcome.value for outcome in STAGES]),
            "at": st.integers(0, 4).map(lambda day: AT + timedelta(days=day)),
            "run": st.sampled_from(["r1", "r2"]),
        }
    ),
    max_size=20,
)


@given(EVENTS, st.randoms())
@hypothesis.settings(max_examples=20)
def test_the_fold_knows_no_order_and_no_repetition(rows: list[dict[str, Any]], random: Any) -> None:
    events = _frame(rows)
    again = rows + random.choices(rows, k=min(len(rows), 5)) if rows else rows
    random.shuffle(again)
    assert ledger.state(_frame(again)).equals(ledger.state(events))
    assert _told(ledger.state(events)) == _oracle(rows)


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    whole = [{name: row.get(name) for name in RETRY_LEDGER} for row in rows]
    return pl.DataFrame(whole, schema=RETRY_LEDGER, orient="row")


def _told(states: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    columns = ("ledger_id", "attempts", "outcome", "first_at", "last_at", "is_open")
    return {row[0]: row[1:] for row in states.select(columns).iter_rows()}


def _oracle(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """The fold, an event at a time."""
    furthest: dict[str, tuple[Any, ...]] = {}
    first: dict[str, datetime] = {}
    for row in rows:
        key, at = row["ledger_id"], row["at"]
        first[key] = min(first.get(key, at), at)
        rank = (row["attempt"], STAGES.index(Outcome(row["outcome"])), -at.timestamp())
        furthest[key] = max(furthest.get(key, rank), rank)
    return {
        key: (attempt, STAGES[stage], first[key], datetime.fromtimestamp(-at, UTC), stage < 3)
        for key, (attempt, stage, at) in furthest.items()
    }
