"""The lake: what the views show, what is damage, what a sweep removes."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.contract.columns import CLOCK, TABLES
from pipeline.errors import LakeDamaged
from pipeline.settings import Settings
from pipeline.store import books, lake
from pipeline.store.layout import books_path, table_folder
from pipeline.store.records import DECISIONS, RECORDS
from pipeline.vocab import ManifestState
from tests.flow import lake_program
from tests.flow.lake_program import AT, PERIOD, content, frame, ingest, replay, sealed

SETTINGS = Settings(lock_wait_s=0.1)
A, B = "a" * 64, "b" * 64


def test_a_home_without_commits_has_every_table_typed_and_empty(tmp_path: Path) -> None:
    with lake.reading(tmp_path, SETTINGS) as con:
        for table, schema in TABLES.items():
            _assert_typed(con.sql(f"FROM {table}").pl(), schema)
        names = {row[0] for row in con.execute("SHOW TABLES").fetchall()}
        counts = [con.sql(f"FROM {name}").pl().height for name in names - {"built"}]
    # Every commit would copy them, and only fetching asks for them.
    shown = RECORDS.keys() - {"requests", "fetched_rows"}
    assert names >= {*TABLES, *shown, "runs", "ledger_state", "conservation", "files"}
    assert set(counts) == {0}


def test_to_look_into_a_home_without_commits_leaves_nothing_anywhere(tmp_path: Path) -> None:
    """What it is shown is shared with all such homes."""
    with lake.reading(tmp_path / "a", SETTINGS) as con:
        con.execute("CREATE TEMP TABLE asked AS SELECT 1")
        assert con.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        with lake.reading(tmp_path / "b", SETTINGS) as other:
            assert "asked" not in {row[2] for row in other.execute("SHOW ALL TABLES").fetchall()}
            assert other.execute("FROM files").fetchall() == []
    with lake.reading(tmp_path / "a", SETTINGS) as con:
        tables = {row[2] for row in con.execute("SHOW ALL TABLES").fetchall()}
    assert "sales" in tables
    assert "asked" not in tables
    assert list(tmp_path.iterdir()) == []


def test_a_home_whose_books_are_lost_is_not_shown_as_a_new_one(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    books_path(tmp_path).unlink()
    with pytest.raises(LakeDamaged, match="is missing"), lake.reading(tmp_path, SETTINGS):
        pass


def test_views_have_the_contracts_columns_and_show_what_was_committed(tmp_path: Path) -> None:
    assert ingest(tmp_path, A, SETTINGS) == ManifestState.COMMITTED
    with lake.reading(tmp_path, SETTINGS) as con:
        for table, schema in TABLES.items():
            _assert_typed(con.sql(f"FROM {table}").pl(), schema)
        sales = con.execute("SELECT line, amount FROM sales ORDER BY line").fetchall()
        # Fetched by plain Python: a clock with a zone would need pytz.
        opened = con.execute("SELECT DISTINCT e.at FROM retry_ledger AS e").fetchall()
    assert sales == [(10, Decimal("1.25")), (11, Decimal("2.50"))]
    assert opened == [(AT.replace(tzinfo=None),)]


def test_the_sums_and_the_conservation_of_a_delivery(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    rows = content(tmp_path)
    assert [(row[3], row[4], str(row[5].normalize())) for row in rows["sums"]] == [
        ("matched", 2, "3.75"),
        ("quarantined", 1, "8"),
        ("unmatched", 1, "4"),
    ]
    (whole,) = rows["conservation"]
    amounts = dict(
        zip(
            ("reported", "matched", "unmatched", "held", "quarantined", "excluded"),
            whole[3:9],
            strict=True,
        )
    )
    assert amounts["reported"] == Decimal("15.75") == sum(amounts.values()) / 2
    assert whole[9:] == (0, 0, 4, 4, 0, 0)


def test_the_same_delivery_again_changes_nothing(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    before = (content(tmp_path), _files(tmp_path))
    assert ingest(tmp_path, A, SETTINGS) == ManifestState.UNCHANGED
    assert (content(tmp_path), _files(tmp_path)) == before
    assert lake.holds(tmp_path, A, PERIOD, SETTINGS)
    assert not lake.holds(tmp_path, A, "2026-09", SETTINGS)
    assert not lake.holds(tmp_path, B, PERIOD, SETTINGS)


def test_a_replay_moves_lines_and_money(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    ingest(tmp_path, B, SETTINGS)
    assert replay(tmp_path, SETTINGS) == ManifestState.COMMITTED
    rows = content(tmp_path)
    assert {name: len(rows[name]) for name in TABLES} == {
        "sales": 6,
        "staged": 0,
        "quarantine": 2,
        "payloads": 0,
        "retry_ledger": 6,
        "matches": 0,
        "seen": 0,
        "drift": 0,
    }
    assert [(row[3], row[4], row[5]) for row in rows["sums"] if row[0] == A] == [
        ("matched", 3, Decimal("7.75")),
        ("quarantined", 1, Decimal(8)),
    ]
    assert [row[-5:] for row in rows["conservation"]] == [(0, 4, 4, 0, 0)] * 2
    assert sorted(row[-1] for row in rows["ledger_state"]) == [False, False, True, True]


def test_sizes_of_manifests_and_decisions_are_told_in_their_types(tmp_path: Path) -> None:
    assert lake.sizes(tmp_path, SETTINGS) == set()
    assert dict(lake.decisions(tmp_path, SETTINGS).schema) == DECISIONS
    given = {
        "decision_id": "1",
        "kind": "accept",
        "bound_to": "isrc",
        "value": "x",
        "decided_by": "Ann",
    }
    with lake.begin(tmp_path, "review", AT) as run:
        batch = lake_program.batch(run, A)
        batch.manifests = batch.manifests.with_columns(bytes=pl.lit(4_711, dtype=pl.UInt64))
        batch.decisions = frame(DECISIONS, [{**given, "decided_at": AT}])
        lake.commit(tmp_path, run, batch, SETTINGS)
    assert lake.sizes(tmp_path, SETTINGS) == {4_711}
    (decision,) = lake.decisions(tmp_path, SETTINGS).to_dicts()
    assert (decision["value"], decision["decided_at"]) == ("x", AT)


def test_a_file_belongs_to_a_table(tmp_path: Path) -> None:
    with lake.begin(tmp_path, "ingest", AT) as run:
        file = sealed(run, "sales", [{"line": 1}])
        with pytest.raises(ValueError, match="nowhere"):
            lake.seal(file.path, "nowhere", 1)


@pytest.mark.parametrize("table", RECORDS)
def test_the_books_have_the_columns_that_a_batch_gives(table: str) -> None:
    with books.connect(None) as con:
        books.create_tables(con)
        stored = dict(con.sql(f"FROM {table}").pl().schema)
    given = {n: pl.Datetime("us") if t == CLOCK else t for n, t in RECORDS[table].items()}
    added = {"run", "at", "alert_id", "commit_id"}
    assert {name: dtype for name, dtype in stored.items() if name not in added} == given


def test_a_moved_home_is_whole_again_with_the_next_command(tmp_path: Path) -> None:
    ingest(tmp_path / "here", A, SETTINGS)
    before = content(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "it's there")
    assert content(tmp_path / "it's there") == before


@pytest.mark.parametrize("broken", [b"", b"no database at all", None])
def test_views_that_are_lost_or_broken_are_made_anew(broken: bytes | None, tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    before = content(tmp_path)
    path = tmp_path / "lake.duckdb"
    path.unlink()
    if broken is not None:
        path.write_bytes(broken)
    (tmp_path / "lake.duckdb.wal").write_bytes(b"of another")
    assert content(tmp_path) == before


def test_views_that_are_up_to_date_are_left_alone(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    inode = lake.ensure_views(tmp_path, SETTINGS).stat().st_ino
    assert lake.ensure_views(tmp_path, SETTINGS).stat().st_ino == inode


def test_lost_books_are_not_taken_for_an_empty_lake(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    (tmp_path / "royalty.duckdb").unlink()
    before = _files(tmp_path)
    for act in (
        lambda: ingest(tmp_path, B, SETTINGS),
        lambda: lake.sweep(tmp_path, SETTINGS, AT),
        lambda: lake.ensure_views(tmp_path, SETTINGS),
    ):
        with pytest.raises(LakeDamaged, match=r"royalty\.duckdb is missing"):
            act()
    assert _files(tmp_path) == before


def test_broken_books_are_named(tmp_path: Path) -> None:
    (tmp_path / "royalty.duckdb").write_bytes(b"no database at all")
    with pytest.raises(LakeDamaged, match=r"royalty\.duckdb cannot be opened"):
        lake.ensure_views(tmp_path, SETTINGS)


def test_a_missing_file_is_named_and_a_changed_one_found(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    assert lake.damaged(tmp_path, SETTINGS) == []
    path = Path(lake.files(tmp_path, "sales", SETTINGS)["path"][0])
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert lake.damaged(tmp_path, SETTINGS) == [path]
    path.unlink()
    with pytest.raises(LakeDamaged, match=f"{path.name} is missing"):
        lake.ensure_views(tmp_path, SETTINGS)


def test_a_sweep_takes_what_nothing_names_and_what_is_long_replaced(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    replay(tmp_path, SETTINGS)
    before = content(tmp_path)
    orphan = table_folder(tmp_path, "sales") / "0.parquet"
    orphan.write_bytes(b"12345")
    (tmp_path / "lake" / ".run" / "dead").mkdir()
    with lake.begin(tmp_path, "ingest", AT) as run:
        alive = sealed(run, "sales", [{"line": 1}])
        report = lake.sweep(tmp_path, SETTINGS, AT + timedelta(days=7))
        assert report == lake.SweepReport(runs=1, orphans=1, replaced=0, bytes=5)
        assert alive.path.exists()
    later = lake.sweep(tmp_path, SETTINGS, AT + timedelta(days=7, microseconds=1))
    assert (later.runs, later.orphans, later.replaced) == (0, 0, 1)
    assert content(tmp_path) == before
    assert lake.sweep(tmp_path, SETTINGS, AT + timedelta(days=9)) == lake.SweepReport()


def test_a_run_leaves_no_folder(tmp_path: Path) -> None:
    def fail() -> None:
        with lake.begin(tmp_path, "ingest", AT) as run:
            sealed(run, "sales", [{"line": 1}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list((tmp_path / "lake" / ".run").iterdir()) == []


def test_two_thousand_files_are_quick_to_list_and_to_count(tmp_path: Path) -> None:
    rows = [{"ledger_id": str(n), "attempt": 0, "outcome": "opened"} for n in range(10)]
    with lake.begin(tmp_path, "retry", AT) as run:
        one = sealed(run, "retry_ledger", rows)
        files = [replace(one, path=run.file("retry_ledger", f"{n}")) for n in range(1, 2_000)]
        for file in files:
            file.path.hardlink_to(one.path)
        lake.commit(tmp_path, run, lake.Batch(files=[one, *files]), SETTINGS)
    (tmp_path / "lake.duckdb").unlink()
    start = time.monotonic()
    with lake.reading(tmp_path, SETTINGS) as con:
        count = con.execute("SELECT count(*) FROM retry_ledger").fetchall()
    # Some 0.4 s; far more would be a file opened at a time, or a search per file.
    assert time.monotonic() - start < 10
    assert count == [(20_000,)]


def _assert_typed(found: pl.DataFrame, schema: dict[str, pl.DataType]) -> None:
    """Columns in order with their types; clocks without a zone, which is UTC."""
    shown = {name: pl.Datetime("us") if t == CLOCK else t for name, t in schema.items()}
    assert list(found.schema.items()) == list(shown.items())


def _files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in (home / "lake").rglob("*.parquet")}


def test_books_of_an_earlier_version_learn_to_hold_decisions(tmp_path: Path) -> None:
    """They had a table of them, with fewer columns, and no way to fill it."""
    ingest(tmp_path, A, SETTINGS)
    with books.connect(books.books_path(tmp_path)) as con:
        con.execute("DROP TABLE decisions")
        con.execute("CREATE TABLE decisions (decision_id VARCHAR PRIMARY KEY, value VARCHAR)")
    (tmp_path / "lake.duckdb").unlink()
    assert dict(lake.decisions(tmp_path, SETTINGS).schema) == DECISIONS
    ingest(tmp_path, B, SETTINGS)
    assert lake.decisions(tmp_path, SETTINGS).height == 0
