"""Whatever a report holds, no line and no money is lost: not by an ingest, not by a replay."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.flow import catalog, replay
from pipeline.flow.entries import Choice
from pipeline.vocab import Fault
from tests.flow.homes import (
    ALPHA,
    BETA,
    COLUMNS,
    DELTA,
    GAMMA,
    SETTINGS,
    SHELF,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    in_books,
    line,
    load,
    take,
)

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
EXACT = Context(prec=60)
READABLE = re.compile(r"-?\d{1,12}(\.\d{1,18})?|1e3")
EXAMPLES = max(settings().max_examples // 12, 1)  # each is two ingests and two replays

digits = st.integers(-(10**30) + 1, 10**30 - 1)
amounts = st.one_of(
    st.builds(lambda units: f"{Decimal(units).scaleb(-18):f}", digits),
    st.sampled_from(["0", "-0.5", "1", "n/a", "", "1e3", "1000000000000", "0." + "1" * 19]),
)
sound = st.builds(
    line,
    st.sampled_from([ALPHA, ALPHA, BETA, GAMMA, DELTA, ZETA, "GBZZZ2600001", "no code", ""]),
    amounts,
    st.sampled_from(["EUR", "EUR", "EUR", "USD", "XQZ", ""]),
    territory=st.sampled_from(["DE", "US", "Neverland", ""]),
    title=st.sampled_from(["Alpha", "Eta", "Ome\0ga", ""]),
)
damages = st.sampled_from(["", "", "", "", "{},", "{},more", '"Alpha"x,{}', "short"])
lines = st.lists(st.tuples(sound, damages), min_size=5, max_size=30)
Lines = list[tuple[dict[str, str], str]]


def written(path: Path, given_lines: Lines) -> Path:
    """The report, one record a line; no cell needs quotes."""
    records = [",".join(COLUMNS)]
    for cells, damage in given_lines:
        record = ",".join(cells.get(name, "") for name in COLUMNS)
        records.append(damage.format(record) if damage else record)
    path.write_text("\n".join([*records, ""]), encoding="utf-8")
    return path


def reported(given_lines: Lines) -> dict[str, Decimal]:
    """The sums by currency; a record that breaks names neither an amount nor a currency."""
    sums: dict[str, Decimal] = {}
    for cells, damage in given_lines:
        currency = "" if damage else cells["currency"]
        readable = not damage and READABLE.fullmatch(cells["amount"])
        amount = Decimal(cells["amount"]) if readable else Decimal(0)
        sums[currency] = EXACT.add(sums.get(currency, Decimal(0)), amount)
    return sums


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small catalog that had the later one before, so that it is there at once."""
    folder = tmp_path_factory.mktemp("catalogs")
    load(folder / "home", WHOLE, folder / "whole")
    load(folder / "home", SHELF, folder / "shelf")
    return folder


@contextmanager
def home_of(catalogs: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=catalogs) as folder:
        yield Path(shutil.copytree(catalogs / "home", Path(folder) / "home"))


@settings(max_examples=EXAMPLES)
@given(given_lines=lines, shuffler=st.randoms(use_true_random=False))
def test_nothing_is_lost(catalogs: Path, given_lines: Lines, shuffler: Random) -> None:
    """Nor does the order of lines change a sum, nor what a replay is told."""
    sums, count = reported(given_lines), len(given_lines)
    with home_of(catalogs) as home, home_of(catalogs) as other:
        told = take(written(home.parent / "r.csv", given_lines), home, at=NOW)
        assert told.lines == count
        assert_conserved(home, sums, count)
        turned = list(given_lines)
        shuffler.shuffle(turned)
        again = take(written(other.parent / "r.csv", turned), other)
        assert (in_books(other), again.by_fault) == (in_books(home), told.by_fault)

        halted = told.by_fault.get(Fault.ASSET_HALTED, 0)
        if halted:
            replay.release(home, SETTINGS, NOW, Choice(everything=True), reason="ok", name="ada")
            assert_conserved(home, sums, count)
        catalog.load(home, catalogs / "whole", partial=False, clock=NOW)
        replay.retry(home, SETTINGS, LATER)
        assert_conserved(home, sums, count)
        assert asked(home, "SELECT count(*) FROM staged WHERE len(faults) = 0") == [(0,)]
