"""A sketch is what counting line by line gives, whatever is split, merged or written to disk."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import cycle, pairwise
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.watch import sketch as sketching
from pipeline.watch import sketch_pairs, sketch_values
from pipeline.watch.sketch import Lines, Sketch
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_keys import Counted
from pipeline.watch.sketch_pairs import NARROW, WIDE, Ordered, counts
from pipeline.watch.sketch_rows import rows
from pipeline.watch.sketch_sums import joined
from tests.properties.sketch_oracle import Figures, Key, Line, is_clear, sketch

EXAMPLES = max(settings().max_examples // 3, 1)
FAULTS = ("OF_IDENTITY", "OF_CONTEXT", "OF_LINE", "TORN")

amounts = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6).map(lambda units: Decimal(units).scaleb(-2)),
    st.integers(-(10**30) + 1, 10**30 - 1).map(lambda units: Decimal(units).scaleb(-18)),
)
quantities = st.one_of(
    st.none(),
    st.integers(-20, 10**5).map(Decimal),
    st.integers(-(10**27), 10**27).map(lambda units: Decimal(units).scaleb(-6)),
).filter(lambda quantity: is_clear({"quantity": quantity}))


prices = amounts.filter(lambda price: is_clear({"unit_price": price}))


def nullable(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


contexts = st.fixed_dictionaries(
    {name: st.none() for name in CONTEXT}
    | {
        "service": nullable("Spotify", "Deezer"),
        "territory": nullable("DE", "US", "Neverland"),
        "currency": nullable("EUR", "USD"),
        "usage": nullable("Stream", "Download"),
        "line_type": nullable("sale"),
        "activity_start": nullable(date(2026, 7, 1), date(2026, 8, 31)),
        "period_start": nullable(date(2026, 9, 1)),
    }
)
texts = nullable("Ночь", "a", "Alpha & Omega, the whole", "東京", "東京ナイト", "7", "...", "é")
identities = st.fixed_dictionaries(
    {name: st.none() for name in IDENTITY}
    | {
        "isrc": nullable("USRC17607831", "USRC17607832"),
        "title": texts,
        "artist": texts,
        "release_date": nullable(date(2001, 1, 1), date(2001, 5, 1)),
        "duration_s": nullable(180, 200),
        "sale_level": nullable("track"),
    }
)
given_lines = st.tuples(
    st.lists(contexts, min_size=1, max_size=4),
    st.lists(identities, min_size=1, max_size=8),
    st.lists(
        st.tuples(
            st.integers(0, 2**16),
            st.tuples(quantities, amounts, prices, prices),
            st.booleans(),
            st.sampled_from([False] * 5 + [True]),
        ),
        min_size=1,
        max_size=40,
    ),
)
Given = tuple[list[dict[str, Any]], list[dict[str, Any]], list[tuple[Any, ...]]]


def grid(contexts_: Sequence[dict[str, Any]], identities_: Sequence[dict[str, Any]]) -> Grid:
    """The first fault is of identities without an ISRC, the second of contexts without a usage."""
    who = pl.DataFrame(identities_, schema=IDENTITY)
    words = {
        name: (
            sketch_values.coded(who[name])[0].astype(np.int32),
            sketch_values.coded(who[name])[1],
        )
        for name, dtype in IDENTITY.items()
        if dtype == pl.String
    }
    where = pl.DataFrame(contexts_, schema=CONTEXT)
    return Grid.of(
        where.with_columns(sets=pl.col("usage").is_null().cast(pl.UInt32) * 2),
        who.with_columns(sets=pl.col("isrc").is_null().cast(pl.UInt32)),
        words,
        FAULTS,
    )


def read(given_: Given) -> tuple[list[Line], Lines]:
    """The lines for the oracle, and as an ingest has them."""
    contexts_, identities_, cells = given_
    told, numbers, monies = [], [], []
    for number, numbers_, is_faulty, is_torn in cells:
        money = dict(zip(MONEY, numbers_, strict=True))
        if not is_clear(money):
            money["amount"] = None
        monies.append(money)
        context, identity = number % len(contexts_), number // 7 % len(identities_)
        own = {"OF_LINE"} if is_faulty else set()
        faults = own | ({"OF_IDENTITY"} if identities_[identity]["isrc"] is None else set())
        faults |= {"OF_CONTEXT"} if contexts_[context]["usage"] is None else set()
        told.append(
            Line(
                contexts_[context],
                identities_[identity],
                money,
                frozenset({"TORN"} if is_torn else faults),
                unread=is_torn,
            )
        )
        numbers.append((context, identity, 8 if is_torn else 4 * is_faulty, is_torn))
    context, identity, sets, torn = (np.array(column) for column in zip(*numbers, strict=True))
    numbered = [column.astype(np.uint32) for column in (context, identity, sets)]
    return told, Lines(*numbered, torn.astype(np.bool_), pl.DataFrame(monies, schema=MONEY))


def counted(parts: Sequence[Lines], grid_: Grid) -> pl.DataFrame:
    """The rows of parts that two threads take in turns."""
    handed: list[Ordered] = []
    threads = [Sketch(grid_, handed.append) for _ in range(2)]
    for thread, part in zip(cycle(threads), parts, strict=False):
        thread.add(part)
    waiting = [lines for thread in threads for lines in thread.waiting()]
    narrow, wide = (
        Ordered.joined(
            [lines for lines in (*handed, *waiting) if lines.rows.shape[1] == width],
            width,
            grid_.groups.height,
        )
        for width in (NARROW, WIDE)
    )
    sums = joined(thread.table.rows for thread in threads)
    return rows(Counted.of(sums, grid_), counts(narrow, wide, len(grid_.kind_of)), grid_)


def told(frame: pl.DataFrame) -> dict[Key, Figures]:
    found: dict[Key, Figures] = {
        (row[:4], *row[4:7]): row[7:]  # type: ignore[misc]  # rows are what DRIFT says
        for row in frame.iter_rows()
    }
    assert len(found) == frame.height
    return found


@pytest.mark.parametrize(("room", "together"), [(2**16, 2**18), (3, 1)])
@pytest.mark.parametrize("limit", [1000, 1])
@settings(max_examples=EXAMPLES)
@given(given_=given_lines, draw=st.randoms(use_true_random=False))
def test_a_sketch_is_what_counting_line_by_line_gives(
    room: int, together: int, limit: int, given_: Given, draw: Random
) -> None:
    """In parts of any size and order, in blocks of any size, and with few values told."""
    lines, numbered = read(given_)
    grid_ = grid(given_[0], given_[1])
    places = list(range(len(lines)))
    draw.shuffle(places)
    cuts = sorted(draw.sample(range(len(lines) + 1), min(3, len(lines))))
    borders = [0, *cuts, len(lines)]
    parts = [_taken(numbered, places[begin:end]) for begin, end in pairwise(borders) if end > begin]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketching, "ROOM", room)
        patch.setattr(sketching, "PER_GROUP", 1)
        patch.setattr(sketch_pairs, "TOGETHER", together)
        patch.setattr(sketch_values, "VALUES", limit)
        patch.setattr(sketch_values, "VALUES_OF_A_CELL", 1)
        found = counted(parts, grid_)
        limits = [max(limit // one.height, 1) for one in (grid_.cells, grid_.groups)]
    assert told(found) == sketch(lines, limits=(limits[0], limits[1]))


def _taken(lines: Lines, places: list[int]) -> Lines:
    """Some of the lines; a column of money that they have none of is left out, as a part's is."""
    chosen = np.array(places)
    arrays = (lines.context, lines.identity, lines.sets, lines.unread)
    money = lines.money[chosen]
    some = [name for name in money.columns if name == "amount" or money[name].count()]
    return Lines(*(array[chosen] for array in arrays), money.select(some))
