"""A small catalog with every table, and the steps that its tests share."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.flow import catalog

CLOCK = datetime(2026, 9, 1, 12, tzinfo=UTC)
TABLES = {
    "recordings.csv": """\
recording_id,isrc,title,version,artist,duration_s,release_date,label,iswc
R1,us-rc1-76-07839,Don’t Stop (Live),,Beyoncé,215,2020-02-29,Blue,T1
R2,USRC17607840,Second,Radio Edit,Earth & Wind,,,,
R3,,Third,,Beyoncé,,,,
R4,USRC17607842,,,,,,,
""",
    "releases.csv": """\
release_id,gtin,title,artist,release_date,label
L1,036000291452,Album,Beyoncé,2020-02-29,Blue
L2,96385074,Single,,,
L3,,Empty,,,
L4,,Terms,,,
""",
    "tracks.csv": """\
release_id,recording_id,disc,number
L1,R1,1,1
L1,R2,1,2
L2,R1,,
L2,R3,,
L4,R3,1,1
L4,R1,1,2
""",
    "artist_aliases.csv": "artist,alias,locale\nBEYONCE,ビヨンセ,ja\nNobody,Nemo,la\n",
    "parties.csv": "party_id,name,vat_id\nP1,Anna,DE1\nP2,Berta,\n",
    "splits.csv": """\
recording_id,party_id,share,territory,usage,service,release_id,valid_from,valid_to
R1,P1,0.25,,,,,,
R1,P1,0.25,,,,,,
R1,P2,0.5,,,,,,
R2,P2,0.500,,,,,,
R2,P1,0.5,,,,,,
R3,P1,0.7,,,,,,
R3,P2,0.3,US,,,,2026-01-01,
""",
    "fx_rates.csv": "date,from,to,rate,source\n2026-01-01,usd,EUR,0.92,ECB\n",
}


def written(folder: Path) -> Path:
    """A folder of that name with every table."""
    folder.mkdir()
    for name, cells in TABLES.items():
        (folder / name).write_text(cells, encoding="utf-8")
    return folder


def loaded_into(home: Path, offered: Path, *, partial: bool = False) -> catalog.CatalogLoaded:
    """What loading it into a home came to."""
    return catalog.load(home, offered, partial, CLOCK)


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    """What a version file answers."""
    with duckdb.connect(path, read_only=True) as con:
        return con.execute(statement).fetchall()


def everything(home: Path) -> dict[str, bytes]:
    """Every file of a home with its bytes; the lock file says nothing."""
    files = [path for path in home.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}
