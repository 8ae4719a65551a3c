"""The csv-spectrum files: each reads as its JSON says; where they differ, the file is right."""

import json
from pathlib import Path

import pytest

from pipeline.read import Dialect, parts

NAMES = (
    "comma_in_quotes",
    "empty",
    "empty_crlf",
    "escaped_quotes",
    "json",
    "location_coordinates",
    "newlines",
    "newlines_crlf",
    "quotes_and_newlines",
    "simple",
    "simple_crlf",
    "utf8",
)
# The copy beside the repo has lost the CRs of these; their JSON still has them.
CRLF = ("empty_crlf", "newlines_crlf", "simple_crlf")
# The file's telephone number; its JSON was given another.
PHONE = {"Contact Phone Number": "2095257564"}


def rows_of(path: Path, part_bytes: int) -> list[dict[str, str]]:
    """The reported cells of a file without faults, by column."""
    frames = [part.read() for part in parts(path, Dialect(), part_bytes)]
    assert all(frame["_fault"].null_count() == frame.height for frame in frames)
    place = ("_line", "_offset", "_length", "_fault", "_raw")
    return [row for frame in frames for row in frame.drop(place).rows(named=True)]


def test_these_are_all(shared: Path) -> None:
    found = {path.stem for path in (shared / "csv" / "csv-spectrum" / "csvs").glob("*.csv")}
    assert found == set(NAMES)


@pytest.mark.parametrize("part_bytes", [1, 32 * 2**20])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_reads_as_its_json(name: str, part_bytes: int, shared: Path, tmp_path: Path) -> None:
    folder = shared / "csv" / "csv-spectrum"
    data = (folder / "csvs" / f"{name}.csv").read_bytes()
    if name in CRLF:
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    told = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    wanted = told if isinstance(told, list) else [told]
    if name == "location_coordinates":
        wanted = [row | PHONE for row in wanted]
    path = tmp_path / name
    path.write_bytes(data)
    assert rows_of(path, part_bytes) == wanted
