"""The queries against a scalar oracle on random catalogs, duplicate rows and all."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.queries.match.catalogs import TERMS, Catalog, Row, decided
from tests.queries.match.oracle import verdict

ISRCS = ("USAAA2000001", "USAAA2000002", "USAAA2000003")
GTINS = ("00012345678905", "04006381333931")
TITLES, VERSIONS, ARTISTS = ("home", "away"), ("", "live"), ("mira", "ada")
SPLITS = ("complete", "incomplete", "conditional", "unchecked")


def either(values: Iterable[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """Few keys, so that they meet; tracks and texts may stand twice."""
    numbers = range(draw(st.integers(0, 5)))
    releases = range(draw(st.integers(0, 3)))
    recordings = [{"recording_id": f"r{n}", **draw(recording())} for n in numbers]
    ids = st.sampled_from([row["recording_id"] for row in recordings] or ["none"])
    track = st.tuples(st.sampled_from([f"l{n}" for n in releases] or ["none"]), ids)
    texts = st.tuples(st.sampled_from(text_keys()), ids)
    return {
        "recordings": recordings,
        "releases": [{"release_id": f"l{n}", **draw(release())} for n in releases],
        "tracks": draw(st.lists(track, max_size=6)),
        "texts": draw(st.lists(texts, max_size=6)),
        "splits": [],
    }


def recording() -> st.SearchStrategy[Row]:
    keys = {"title_key": either(TITLES), "version_key": st.sampled_from(VERSIONS)}
    return st.fixed_dictionaries({"isrc": either(ISRCS[:2]), **keys, **paid()})


def release() -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({"gtin": either(GTINS), **paid()})


def paid() -> dict[str, st.SearchStrategy[Any]]:
    flags = {name: st.just(value=False) for name in TERMS}
    words = {"splits": st.sampled_from(SPLITS), "splits_digest": st.sampled_from(["x", "y"])}
    return {**words, **flags, "by_release": st.booleans()}


def identities() -> st.SearchStrategy[Row]:
    level = st.sampled_from([None, "track", "release"])
    many = st.sampled_from([False, False, False, True])
    cells = {"isrc": either(ISRCS), "gtin": either(GTINS), "isrc_many": many, "sale_level": level}
    keys = {"title_key": either(TITLES), "version_key": st.sampled_from(VERSIONS)}
    text = {"text_key": either(text_keys())}
    blank = {"source": st.just("dsp"), "dsp_asset_id": st.none()}
    drawn = st.fixed_dictionaries({**cells, **keys, **text, **blank})
    return drawn.map(lambda row: {**row, "isrc": None} if row["isrc_many"] else row)


def text_keys() -> list[str]:
    return [f"{t} | {v} | {a}" for t in TITLES for v in VERSIONS for a in ARTISTS]


@given(catalogs(), st.lists(identities(), max_size=8), st.randoms(), st.booleans())
def test_the_queries_decide_as_the_oracle_does(
    catalog: Catalog, lines: list[Row], chance: Any, blocks: bool
) -> None:
    """In any order of the identities: one row each, in their order."""
    asked = [{**line, "identity": number} for number, line in enumerate(lines)]
    expected = [verdict(catalog, line, blocks=blocks) for line in asked]
    chance.shuffle(asked)
    assert decided(catalog, asked, blocks=blocks) == expected
