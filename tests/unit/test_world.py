"""The generated world is what it says: identifiers, terms, and the truth about its reports."""

import csv
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.world import catalog, manifest
from tests.world.damage import COLUMNS
from tests.world.reading import READABLE, cells_of, totals


@pytest.fixture(scope="module")
def world() -> catalog.Catalog:
    return catalog.build()


@pytest.fixture(scope="module")
def folder(world: catalog.Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("catalog")
    catalog.write(world, made)
    return made


def test_gtin_check_digits_hold(world: catalog.Catalog) -> None:
    codes = world.releases["gtin"].to_list()
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {12, 13}
    for code in codes:
        weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code[::-1]))
        assert weighted % 10 == 0, code


def test_isrcs_are_formed_and_shared_by_versions_of_one_song_only(world: catalog.Catalog) -> None:
    held = world.recordings.filter(pl.col("isrc").is_not_null())
    assert all(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", code) for code in held["isrc"])
    assert held["isrc"][0] == "ISRCC0101010"
    shared = held.filter(pl.col("isrc").is_duplicated()).sort("isrc", "recording_id")
    assert len(shared) == 80
    for original, other in zip(shared[::2].iter_rows(), shared[1::2].iter_rows(), strict=True):
        assert original[1:3] == other[1:3]
        assert original[3] is None
        assert other[3] is not None


def test_iswc_check_digits_hold(world: catalog.Catalog) -> None:
    codes = world.recordings["iswc"].drop_nulls().to_list()
    assert len(codes) > 10_000
    for code in codes:
        weighted = 1 + sum(place * int(code[place]) for place in range(1, 10))
        assert (weighted + int(code[10])) % 10 == 0, code


def test_keys_are_unique_and_references_known(world: catalog.Catalog) -> None:
    keys = {
        "recordings": ["recording_id"],
        "releases": ["release_id"],
        "tracks": ["release_id", "disc", "number"],
        "artist_aliases": ["artist", "alias", "locale"],
        "parties": ["party_id"],
        "fx_rates": ["date", "from", "to"],
    }
    for name, key in keys.items():
        assert not world.tables()[name].select(key).is_duplicated().any(), name
    assert not world.splits.drop("share").is_duplicated().any()
    for table, column, target in (
        (world.tracks, "recording_id", world.recordings),
        (world.tracks, "release_id", world.releases),
        (world.splits, "recording_id", world.recordings),
        (world.splits, "party_id", world.parties),
        (world.splits.drop_nulls("release_id"), "release_id", world.releases),
    ):
        assert table.join(target, on=column, how="anti").is_empty()


def test_splits_never_exceed_the_whole_and_mostly_make_it() -> None:
    """Sums every recording's rows for each place that its rows name, and for one they do not."""
    world = catalog.build(2_000)
    complete = 0
    by_recording = world.splits.partition_by("recording_id", as_dict=True)
    for rows in by_recording.values():
        sums = [
            _share(rows.rows(named=True), place, service, release, day)
            for place in {*rows["territory"], "BE"}
            for service in {*rows["service"], "Elsewhere"}
            for release in {*rows["release_id"], "L0"}
            for day in ("2020-01-01", "2024-12-31", "2025-01-01", "2026-09-30")
        ]
        assert max(sums) <= 1, rows
        complete += min(sums) == 1
    assert complete / len(world.recordings) > 0.95


def _share(
    rows: list[dict[str, str | None]],
    place: str | None,
    service: str | None,
    release: str | None,
    day: str,
) -> Decimal:
    at = {"territory": place, "service": service, "release_id": release}
    return sum(
        (
            Decimal(str(row["share"]))
            for row in rows
            if all(row[name] in {None, at[name]} for name in at)
            and (row["valid_from"] or "") <= day <= (row["valid_to"] or "9")
        ),
        Decimal(0),
    )


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        catalog.write(catalog.build(500, seed=7), tmp_path / name)
    catalog.write(catalog.build(500, seed=8), tmp_path / "other")
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
    changed = (tmp_path / "other" / "recordings.csv").read_bytes()
    assert changed != (tmp_path / "first" / "recordings.csv").read_bytes()


def test_chunks_and_file_type_of_the_catalog_change_no_byte_of_a_manifest(
    world: catalog.Catalog, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = manifest.Order(lines=3_000, bad=0.1)
    truth = manifest.write(tmp_path / "whole.csv", folder, order)
    catalog.write(world, tmp_path / "parquet", parquet=True)
    monkeypatch.setattr(manifest, "CHUNK", 700)
    assert manifest.write(tmp_path / "parts.csv", tmp_path / "parquet", order) == truth
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "parts.csv").read_bytes()
    assert json.loads((tmp_path / "whole.csv.truth.json").read_text()) == truth


@pytest.mark.parametrize("damage", [manifest.Damage.NONE, manifest.Damage.QUOTED])
def test_truth_equals_a_reading_with_csv_and_decimal(
    folder: Path, tmp_path: Path, damage: manifest.Damage
) -> None:
    path = tmp_path / "manifest.csv"
    truth = manifest.write(path, folder, manifest.Order(lines=5_000, damage=damage))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert len(rows) == truth["lines"] == truth["readable_lines"] == 5_000
    assert all(None not in row and None not in row.values() for row in rows)
    assert totals((row["currency"], Decimal(row["amount"])) for row in rows) == _sums(truth)
    assert any("\n" in row["release_title"] for row in rows)
    assert path.stat().st_size == truth["bytes"]


@pytest.mark.parametrize("damage", [manifest.Damage.MIXED, manifest.Damage.MALFORMED])
def test_truth_of_bad_lines_equals_a_reading_line_by_line(
    folder: Path, tmp_path: Path, damage: manifest.Damage
) -> None:
    """A bad line is one physical line that differs from the clean manifest's."""
    clean, bad = tmp_path / "clean.csv", tmp_path / "bad.csv"
    manifest.write(clean, folder, manifest.Order(lines=5_000, damage=manifest.Damage.NONE))
    truth = manifest.write(bad, folder, manifest.Order(lines=5_000, bad=0.1, damage=damage))
    pairs = zip(clean.read_bytes().split(b"\n"), bad.read_bytes().split(b"\n"), strict=True)
    changed = [(was.decode(), now.decode("latin-1")) for was, now in pairs if was != now]
    with clean.open(encoding="utf-8", newline="") as file:
        expected = [(row["currency"], Decimal(row["amount"])) for row in csv.DictReader(file)]
    lost = 0
    for was, now in changed:
        (before,) = csv.reader([was])
        expected.append((before[-2], -Decimal(before[-1])))
        cells = cells_of(now, ",")
        if cells is not None and len(cells) == len(COLUMNS) and READABLE.fullmatch(cells[-1]):
            expected.append((cells[-2], Decimal(cells[-1])))
        else:
            lost += 1
    planted = truth["planted"]
    assert isinstance(planted, dict)
    assert sum(kind["lines"] for kind in planted.values()) == len(changed)
    assert truth["unreadable_lines"] == lost
    assert truth["readable_lines"] == 5_000 - lost
    assert {code: total for code, total in totals(expected).items() if total} == _sums(truth)


def test_what_halts_an_asset_spares_the_best_sellers(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    truth = manifest.write(path, folder, manifest.Order(lines=60_000, seed=3))
    bought: Counter[str] = Counter()
    invalid: set[str] = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        cells = cells_of(line, ",")
        if cells is not None and len(cells) == len(COLUMNS) and cells[7]:
            bought[cells[7]] += 1
            if cells[14] in {"ZZZ", "EUX", "XQZ", "U$D", "???"} or "\0" in cells[9]:
                invalid.add(cells[7])
    best = {isrc for isrc, _ in bought.most_common(500)}
    assert len(invalid) > 10
    assert not invalid & best
    assert sum(bought[isrc] for isrc in invalid) < 0.02 * int(str(truth["lines"]))


def _sums(truth: dict[str, object]) -> dict[str, Decimal]:
    amounts = truth["amounts"]
    assert isinstance(amounts, dict)
    return {currency: Decimal(total) for currency, total in amounts.items()}
