"""DSR flat files of a few records, and how their profile reads them."""

import io

import polars as pl

from pipeline.read import dsrf
from pipeline.read.dsrf_standard import standard
from pipeline.read.dsrf_survey import Survey, survey
from pipeline.read.profiles import choose, load_profiles

PROFILES = {one.name: one for one in load_profiles()}
SALES, AUDIO, UGC = "dsrf_record_companies", "dsrf_basic_audio", "dsrf_ugc"
MESSAGES = {
    SALES: "FinancialReportingToRecordCompaniesProfileSRB|1.0",
    AUDIO: "BasicAudioProfile|1.2",
    UGC: "UgcProfile|1.2",
}


def head(source: str, files: str = "1|1") -> str:
    return f"HEAD|dsrf/1|{MESSAGES[source]}|1|now|{files}|2026-09-01|2026-09-30|P|Tube|M|P2|Us|"


def text(*records: str) -> bytes:
    """Records with `|` between their cells, and `¦` for a `|` within one."""
    return "".join(f"{row.replace('|', chr(9)).replace('¦', '|')}\n" for row in records).encode()


def record(kind: str, **cells: str) -> str:
    return "|".join([kind, *(cells.get(name, "") for name in standard().cells[kind])])


def surveyed(source: str, data: bytes) -> Survey:
    return survey(io.BytesIO(data), PROFILES[source].spec.records)


def read(source: str, *records: str, part_bytes: int = 2**20) -> pl.DataFrame:
    """The lines of a file as its profile reports them, with their place."""
    data = text(*records)
    profile = choose(data, list(PROFILES.values()))
    assert profile.name == source
    parts = dsrf.parts(io.BytesIO(data), surveyed(source, data), profile.wanted, part_bytes)
    cells = pl.concat([part.frame() for part in parts])
    return cells.with_columns(*profile.reported.values())
