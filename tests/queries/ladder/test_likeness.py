"""The whole ladder on a small catalog, line by line of `report.csv`, which holds what is expected.

Titles and artists are invented; each line says in its first cell what it stands for.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract import dates
from pipeline.contract.columns import IDENTITY
from pipeline.match.ladder import Policy, resolve
from pipeline.match.score import VETOED
from pipeline.vocab import Fault
from tests.queries.match.catalogs import opened, table

HERE = Path(__file__).parent
REPORT = table(HERE / "report.csv")
SHOWN = ("recording_id", "method", "fault")


def identities(report: pl.DataFrame) -> pl.DataFrame:
    dated = report.with_columns(dates.day_or_year(pl.col("release_date")))
    return dated.select(
        pl.col(name).cast(dtype) if name in dated.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in IDENTITY.items()
    )


@pytest.fixture(scope="module")
def catalog() -> duckdb.DuckDBPyConnection:
    return opened(HERE)


@pytest.fixture(scope="module")
def decided(catalog: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return resolve(catalog, identities(REPORT), "dsp", Policy())


@pytest.mark.parametrize("line", range(REPORT.height), ids=REPORT["why"].to_list())
def test_a_line_is_decided_as_expected(line: int, decided: pl.DataFrame) -> None:
    assert decided.select(SHOWN).row(line) == REPORT.select(SHOWN).row(line)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(REPORT.height)), st.integers(1, REPORT.height))
def test_neither_order_nor_company_changes_a_decision(
    catalog: duckdb.DuckDBPyConnection, decided: pl.DataFrame, order: list[int], count: int
) -> None:
    chosen = order[:count]
    some = resolve(catalog, identities(REPORT[chosen]), "dsp", Policy()).drop("identity")
    assert some.equals(decided.drop("identity")[chosen])


def test_what_is_vetoed_stays_below_the_threshold(decided: pl.DataFrame) -> None:
    told = decided["evidence"].explode().drop_nulls().struct.unnest()
    vetoed = told.filter(pl.col("vetoes").list.len() > 0)
    assert vetoed.height
    assert vetoed["score"].max() == VETOED
    assert decided["score"].drop_nulls().min() > 0.85


def test_evidence_names_where_a_spelling_is_known_from(decided: pl.DataFrame) -> None:
    line = REPORT["why"].to_list().index("another script by its alias")
    assert decided["evidence"][line][0]["alias"] == "catalog"


def test_an_isrc_against_its_text_is_told_and_offered(decided: pl.DataFrame) -> None:
    doubted = decided.filter(pl.col("doubt") == Fault.ISRC_TEXT_MISMATCH.value)
    assert doubted.select("recording_id", "candidates").rows() == [(None, ["bears"])]


def test_a_lower_floor_pays_and_still_warns(catalog: duckdb.DuckDBPyConnection) -> None:
    report = REPORT.filter(pl.col("why") == "the ISRC names another recording")
    found = resolve(catalog, identities(report), "dsp", Policy(isrc_text_floor=0.0))
    assert found.select("recording_id", "fault", "doubt").row(0) == (
        "bears", None, Fault.ISRC_TEXT_MISMATCH.value,
    )  # fmt: skip


def test_a_refused_candidate_is_never_chosen() -> None:
    report = REPORT.filter(pl.col("recording_id") == "bears").head(1)
    with opened(HERE) as con:
        con.execute(
            "create or replace temp table rejected as select 'isrc' as bound_to, 'dsp' as source,"
            " 'USAAA2000001' as value, 'bears' as recording_id, null::varchar as release_id"
        )
        found = resolve(con, identities(report), "dsp", Policy())
    assert found["recording_id"].to_list() == [None]


def test_a_learned_alias_counts_and_says_so() -> None:
    report = REPORT.filter(pl.col("why") == "a misspelt title and artist").with_columns(
        artist=pl.lit("GM Official")
    )
    with opened(HERE) as con:
        before = resolve(con, identities(report), "dsp", Policy())
        con.execute(
            "insert into learned_aliases values ('green meridian', 'gm official', 'decision-7')"
        )
        after = resolve(con, identities(report), "dsp", Policy())
    assert before["recording_id"].to_list() == [None]
    assert after["recording_id"].to_list() == ["wake"]
    assert after["evidence"][0][0]["alias"] == "decision-7"
