"""An unknown report from its refusal to the lake: refused, drafted, saved, taken in."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from tests.flow.homes import asked, take

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
SUMS = "SELECT currency, status, lines, amount, unreadable_lines FROM sums ORDER BY ALL"


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str, code: int = 0) -> str:
    assert main.run(["--home", str(home), *words]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


ORCHARD = {
    "Label Share Net Receipts": "Net Receipts",
    "DMS": "Retailer",
    "Imprint Label": "Label",
    "Artist Name": "Artist",
    "Track Name": "Track Title",
    "Preferred Currency": "Currency",
}
DISTROKID = {
    "Store": "Shop Name",
    "Sale Month": "Month",
    "Artist": "Artist Name",
    "Title": "Song Title",
    "Country of Sale": "Country",
}


@pytest.mark.parametrize(
    ("sample", "renamed"),
    [("orchard_2026-09.csv", ORCHARD), ("distrokid_2026-09.tsv", DISTROKID)],
)
def test_a_drafted_profile_lands_what_a_written_one_does(
    sample: str, renamed: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So many columns have other names that it is no layout of the source."""
    known = SAMPLES / sample
    unknown = tmp_path / f"unknown-{sample}"
    header, body = known.read_bytes().split(b"\n", 1)
    mark = ";" if b";" in header else "\t"
    names = mark.join(renamed.get(name, name) for name in header.decode().split(mark))
    unknown.write_bytes(names.encode() + b"\n" + body)
    home = tmp_path / "home"
    refused = run(capsys, home, "ingest", str(unknown), code=3)
    step = f"royalty sources draft {unknown}"
    assert step in refused
    assert min(renamed) in refused
    told = json.loads(run(capsys, home, "sources", "draft", str(unknown), "--save", "--json"))
    assert told["columns"]
    assert len(told["preview"]) == 10
    assert Path(told["saved"]).read_text(encoding="utf-8") == told["toml"]
    done = json.loads(run(capsys, home, "ingest", str(unknown), "--json"))
    assert done["manifests"][0]["source"] == told["name"]
    take(known, tmp_path / "written")
    assert asked(home, SUMS) == asked(tmp_path / "written", SUMS)


def test_a_preview_shows_lines_with_their_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        "Store,Track Title,Artist,ISRC,Units,Net Revenue,Currency\n"
        "Sona,Reel,Mia Moll,GBAYE6800012,7,0.020,EUR\n"
        "Sona,Tide,Mia Moll,nothing,1,-1.5,EUR\n"
        "Sona,Dusk,Mia Moll,GBAYE6800014,x,3,EUR\n"
    )
    told = json.loads(run(capsys, tmp_path, "sources", "draft", str(path), "--json"))
    shown = [(row["isrc"], row["amount"], row["faults"]) for row in told["preview"]]
    assert shown == [
        ("GBAYE6800012", "0.02", []),
        (None, "-1.5", ["ISRC_MALFORMED"]),
        ("GBAYE6800014", "3", ["QUANTITY_UNREADABLE"]),
    ]
    screen = run(capsys, tmp_path, "sources", "draft", str(path))
    assert 'amount = "Net Revenue"' in screen
    assert "QUANTITY" in screen


@pytest.mark.parametrize(
    ("words", "text", "code", "complaint"),
    [
        ([], "HEAD\tdsrf/30\n", 3, "is a DSR flat file"),
        ([], "one\ntwo\n", 3, "has no header record"),
        (["--name", "Not so"], "a,b\n1,2\n", 2, "cannot name a source"),
        (["--save"], "a,b\n1,2\n", 2, "is there already"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str],
    text: str,
    code: int,
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text)
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "r.toml").write_text('name = "r"\ntitle = "R"\nkind = "canonical"\n')
    said: Any = run(capsys, tmp_path, "sources", "draft", str(path), *words, code=code)
    assert complaint in said
    assert len(said.splitlines()) == 1
    assert (folder / "r.toml").read_text().endswith('"canonical"\n')
