"""A forger digests his edited export anew: sums, manifests and the other form contradict him."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.audit.contents import taken_in
from pipeline.audit.digest import DIGESTS, FILES, TABLES
from pipeline.audit.export import write_digests
from pipeline.audit.figures import session, texts
from pipeline.flow import quarter
from tests.flow.audit_lake import AT, SUMMER, fill

JULY = f"manifest {SUMMER} of 2026-07"
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export; tests only read it."""
    home = tmp_path_factory.mktemp("home")
    fill(home)
    return quarter.export(home, "2026Q3", None, AT).folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of the export for the forger."""
    return Path(shutil.copytree(written, tmp_path / "out"))


def findings(folder: Path) -> list[str]:
    """What a verification finds, one line each."""
    with pytest.raises(quarter.ExportNotSound) as caught:
        quarter.verify(folder)
    return [str(finding) for finding in caught.value.report.findings]


def moved(tables: Tables) -> None:
    """The unmatched line is excluded."""
    staged = pl.col("status").replace("unmatched", "excluded")
    tables["staged"] = tables["staged"].with_columns(staged)


def taken(tables: Tables) -> None:
    tables["sales"] = tables["sales"].filter(pl.col("amount") != Decimal("-2.25"))


def doubled(tables: Tables) -> None:
    """A line stands twice in place of another of the same money."""
    twice = pl.when(pl.col("offset") == 200).then(100).otherwise(pl.col("offset"))
    tables["sales"] = tables["sales"].with_columns(twice.cast(pl.UInt64).alias("offset"))


def paid_too(tables: Tables) -> None:
    """The quarantined line is among the sales as well."""
    sales, line = tables["sales"], tables["quarantine"]
    tables["sales"] = pl.concat([sales, line.select(sales.columns[:-6])], how="diagonal")


def foreign(tables: Tables) -> None:
    tables["manifests"] = tables["manifests"].filter(pl.col("accounting_period") != "2026-09")


def no_status(tables: Tables) -> None:
    tables["staged"] = tables["staged"].with_columns(pl.lit("lost").alias("status"))


def unlisted_event(tables: Tables) -> None:
    ledger = tables["retry_ledger"]
    tables["retry_ledger"] = ledger.with_columns(pl.lit("f" * 64).alias("manifest"))


def unbalanced(tables: Tables) -> None:
    sums = tables["conservation"]
    more = pl.col("reported") + Decimal(1), pl.col("difference") + Decimal(1)
    tables["conservation"] = sums.with_columns(column.cast(pl.Decimal(38, 18)) for column in more)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            moved,
            [
                f"{{conservation}}, {JULY}, USD: excluded, stated 0, found 3",
                f"{{conservation}}, {JULY}, USD: unmatched, stated 3, found 0",
            ],
        ),
        (
            taken,
            [
                f"{{conservation}}, {JULY}, EUR: lines, stated 4, found 3",
                f"{{conservation}}, {JULY}, EUR: matched, stated 8.25, found 10.5",
                f"{{manifests}}, {JULY}: lines of all statuses, stated 6, found 5",
            ],
        ),
        (doubled, [f"{JULY}: 1 lines stand more than once, the first at offset 100"]),
        (
            paid_too,
            [
                f"{{conservation}}, {JULY}, no currency: matched, stated 0, found 7",
                f"{{manifests}}, {JULY}: lines of all statuses, stated 6, found 7",
                f"{JULY}: 1 lines stand more than once, the first at offset 500",
            ],
        ),
        (
            foreign,
            [
                f"{{sales}}, manifest {SUMMER} of 2026-09: 1 rows of a manifest that is not listed",
                f"{{conservation}}, manifest {SUMMER} of 2026-09: 1 rows of a manifest that is not",
            ],
        ),
        (
            no_status,
            [
                f"{{staged}}, {JULY}: 3 rows of no known status",
                f"{{conservation}}, {JULY}, USD: unmatched, stated 3, found 0",
            ],
        ),
        (
            unlisted_event,
            [f"{{retry_ledger}}, manifest {'f' * 64} of 2026-07: 4 rows of a manifest that is not"],
        ),
        (
            unbalanced,
            [
                f"{{conservation}}, {JULY}, EUR: difference, stated 1, found 0",
                f"{{conservation}}, {JULY}, EUR: reported, stated 10.2",
            ],
        ),
    ],
)
def test_a_forger_who_digests_anew_is_contradicted(
    folder: Path, edit: Callable[[Tables], None], expected: list[str]
) -> None:
    tables = {table: pl.read_parquet(folder / f"{table}.parquet") for table in TABLES}
    edit(tables)
    _write_anew(folder, tables)
    _digest_anew(folder)
    found = findings(folder)
    assert not [line for line in found if "SHA-256" in line or DIGESTS in line]
    for form in ("parquet", "csv"):
        names = {table: f"{table}.{form}" for table in TABLES}
        for line in expected:
            assert any(line.format(**names) in finding for finding in found), line


def test_the_forgers_tools_forge_nothing_by_themselves(folder: Path) -> None:
    """Else every forgery above would be found for its tools alone."""
    tables = {table: pl.read_parquet(folder / f"{table}.parquet") for table in TABLES}
    _write_anew(folder, tables)
    _digest_anew(folder)
    assert quarter.verify(folder).findings == ()


def test_a_digit_beyond_the_last_is_seen_by_the_other_form(folder: Path) -> None:
    """DuckDB reads a 19th decimal as if it were not there; the text is another all the same."""
    text = (folder / "sales.csv").read_bytes()
    longer = text.replace(b"10.500000000000000000", b"10.5000000000000000001")
    assert longer != text
    (folder / "sales.csv").write_bytes(longer)
    _digest_anew(folder)
    rows = f"sales.csv, {JULY}: rows, against those of sales.parquet"
    assert findings(folder) == [f"{rows}, stated 2 rows, found 2 rows that differ"]


def _digest_anew(folder: Path) -> None:
    """`digests.json` and `SHA256SUMS` over the files as they are."""
    with session(folder.parent / "spill") as con:
        assert taken_in(con, folder, FILES) == (list(FILES), [])
        write_digests(folder, "2026Q3", "2026-10-05T10:30:00Z", con)


def _write_anew(folder: Path, tables: Tables) -> None:
    """Each table in both forms."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for table, rows in tables.items():
            rows.write_parquet(folder / f"{table}.parquet")
            shown = texts(con.read_parquet(str(folder / f"{table}.parquet")))
            shown.write_csv(str(folder / f"{table}.csv"), header=True)
