"""A change of the catalog: whoever it is said not to concern is decided exactly as before.

The bounds of the search are made small, so that small catalogs reach them.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.columns import IDENTITY
from pipeline.match import affected as chosen
from pipeline.match import candidates, joining, postings, word_index
from pipeline.match.affected import affected
from pipeline.match.changes import between
from pipeline.match.ladder import Policy, resolve
from tests.queries.match.catalogs import opened

WORDS = (
    "amber", "boat", "cedar", "dune", "ember", "fjord", "grove", "harbour", "iris", "juniper",
    "kestrel", "lantern", "meadow", "north", "orchid", "pier", "quarry", "river", "silver", "tide",
    "umber", "valley", "willow", "yarrow", "zenith", *("the", "love") * 6,
)  # fmt: skip
ARTISTS = (
    "ada ness", "mira holm", "odd lanes", "the ness", "ada holm", "jon vale", "ida lund",
    "otto falk", "carla roe", "sam berg", "ines marlow", "lia sand", "tessa quill", "nils berg",
)  # fmt: skip
SPELLINGS = ("a. ness", "holm official", "odd lanes")
VERSIONS = ("", "", "live", "kite remix")
ISRCS = ("", "", *(f"USAAA20000{n:02}" for n in range(12)))
GTINS = ("", "00012345678905", "04006381333931", "05901234123457")
SHARES = ((("mira", "1"),), (("label", "1"),), (("mira", "0.5"), ("label", "0.5")), ())
BOUNDS = (
    (postings, "BUDGET", 4),
    (chosen, "BUDGET", 4),
    (postings, "MOST_TEXTS", 6),
    (chosen, "MOST_TEXTS", 6),
    (postings, "LEAST_TEXTS", 32),
    (word_index, "BORNE", 3),
    (joining, "_BORNE_IN_ALL", 8),
    (candidates, "_LIKELY", 3),
    (joining, "LIMIT", 3),
)
Tables = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module", autouse=True)
def _small_bounds() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in BOUNDS:
            patch.setattr(module, name, value)
        yield


def title(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 3)))


def recording(chance: random.Random, number: int) -> dict[str, str]:
    return {
        "recording_id": f"r{number}",
        "isrc": chance.choice(ISRCS),
        "title": title(chance),
        "version": chance.choice(VERSIONS),
        "artist": chance.choice(ARTISTS),
        "duration_s": chance.choice(("", "200", "260")),
    }


def drawn(chance: random.Random) -> Tables:
    """A catalog in which words, ISRCs and payees meet."""
    releases = [
        {"release_id": f"l{n}", "gtin": chance.choice(GTINS), "title": title(chance)}
        for n in range(chance.randint(1, 5))
    ]
    recordings = [recording(chance, n) for n in range(chance.randint(20, 60))]
    return {
        "recordings": recordings,
        "releases": releases,
        "tracks": [
            {"release_id": release["release_id"], "recording_id": f"r{n}", "disc": "", "number": ""}
            for release in releases
            for n in chance.sample(range(len(recordings)), chance.randint(0, 4))
        ],
        "artist_aliases": [
            {"artist": artist, "alias": chance.choice(SPELLINGS)}
            for artist in chance.sample(ARTISTS, chance.randint(0, 2))
        ],
        "parties": [{"party_id": "mira"}, {"party_id": "label"}],
        "splits": [
            {"recording_id": f"r{n}", "party_id": party, "share": share}
            for n in range(len(recordings))
            for party, share in chance.choice(SHARES)
        ],
    }


def later(chance: random.Random, tables: Tables) -> Tables:
    """The catalog after a few rows came, went or were mended, its rows in another order."""
    after = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for _ in range(chance.randint(1, 2)):
        change(chance, after)
    chance.shuffle(after["recordings"])
    held = {row["recording_id"] for row in after["recordings"]}
    for name in ("tracks", "splits"):
        after[name] = [row for row in after[name] if row["recording_id"] in held]
    return after


def change(chance: random.Random, after: Tables) -> None:
    rows = after["recordings"]
    row = chance.choice(rows)
    match chance.randint(0, 6):
        case 0:
            rows.append(recording(chance, 100 + len(rows)))
        case 1 if len(rows) > 1:
            rows.remove(row)
        case 2:
            row[chance.choice(("title", "isrc", "duration_s"))] = ""
        case 3:
            chance.choice(after["releases"]).update(title=title(chance), gtin=chance.choice(GTINS))
        case 4 if after["tracks"]:
            after["tracks"].remove(chance.choice(after["tracks"]))
        case 5 if after["splits"]:
            after["splits"].remove(chance.choice(after["splits"]))
        case _:
            spelling = {"artist": chance.choice(ARTISTS), "alias": chance.choice(SPELLINGS)}
            after["artist_aliases"] = [spelling]


def reported(chance: random.Random, tables: Tables) -> pl.DataFrame:
    """Identities of which many are some recording, as it is or misspelt."""
    lines = []
    for number in range(40):
        row = chance.choice(tables["recordings"])
        line = row if chance.random() < 0.7 else recording(chance, number)
        name = line["title"]
        cut = chance.randrange(len(name) + 1)
        spelt = name if chance.random() < 0.5 else name[:cut] + name[cut + 1 :]
        lines.append(
            {
                "isrc": chance.choice(("", "", line["isrc"])),
                "gtin": chance.choice(("", "", *GTINS)),
                "title": spelt,
                "version": line["version"],
                "artist": chance.choice((line["artist"], line["artist"], *SPELLINGS, "")),
                "release_title": chance.choice(("", tables["releases"][0]["title"])),
                "duration_s": line["duration_s"],
                "sale_level": chance.choice(("", "", "", "release")),
            }
        )
    cells = pl.DataFrame(lines).with_columns(pl.all().replace("", None))
    absent = [pl.lit(None).alias(name) for name in IDENTITY if name not in cells.columns]
    return cells.with_columns(absent).select(pl.col(n).cast(t) for n, t in IDENTITY.items())


@contextmanager
def catalog(tables: Tables) -> Iterator[duckdb.DuckDBPyConnection]:
    with TemporaryDirectory() as made:
        for name, rows in tables.items():
            if rows:
                pl.DataFrame(rows).write_csv(Path(made) / f"{name}.csv")
        with opened(Path(made)) as con:
            yield con


def remember(con: duckdb.DuckDBPyConnection, before: duckdb.DuckDBPyConnection) -> None:
    """Attach a copy of another session's catalog as `former`."""
    con.execute("attach ':memory:' as former")
    listed = before.sql("select table_name from duckdb_tables() where database_name = 'catalog'")
    for (name,) in listed.fetchall():
        con.register("given", before.sql(f"from catalog.{name}").pl())
        con.execute(f"create table former.{name} as from given")
        con.unregister("given")


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_whoever_is_not_affected_is_decided_as_before(chance: random.Random) -> None:
    tables = drawn(chance)
    identities = reported(chance, tables)
    with catalog(tables) as before, catalog(later(chance, tables)) as con:
        then = resolve(before, identities, "dsp", Policy())
        remember(con, before)
        touched = affected(con, identities, "dsp", between(con))
        now = resolve(con, identities, "dsp", Policy())
    kept = now.filter(~touched)
    assert kept.to_dicts() == then.filter(~touched).to_dicts()


def test_a_change_concerns_few() -> None:
    """Of a change in one title and one artist, only those who share a rare word hear."""
    chance = random.Random(7)
    tables = drawn(chance)
    tables["recordings"] += [
        {**recording(chance, 900), "title": "quiet zephyr", "artist": "lone star", "isrc": ""}
    ]
    after = {**tables, "recordings": tables["recordings"][:-1]}
    identities = pl.concat([reported(chance, after), reported(chance, after).head(1)])
    zephyr = pl.int_range(pl.len()) == identities.height - 1
    identities = identities.with_columns(
        pl.when(zephyr).then(pl.lit("quiet zephir")).otherwise("title").alias("title"),
        pl.when(zephyr).then(pl.lit(None)).otherwise("isrc").alias("isrc"),
    )
    with catalog(tables) as before, catalog(after) as con:
        remember(con, before)
        touched = affected(con, identities, "dsp", between(con))
        nothing = between_itself(before, identities)
    assert touched.arg_true().to_list() == [identities.height - 1]
    assert not nothing.any()


def between_itself(con: duckdb.DuckDBPyConnection, identities: pl.DataFrame) -> pl.Series:
    remember(con, con)
    return affected(con, identities, "dsp", between(con))
