"""Containers: told by their bytes, read to the end or refused in one line."""

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read.containers import HEAD_BYTES, Packing, open_manifest
from pipeline.read.packed import report_in
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profiles import load_profiles

REPORT = b"isrc,amount,currency\n" + b"USAB12600001,1.25,EUR\n" * 20_000


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


PACKED = {
    Packing.PLAIN: REPORT,
    Packing.GZIP: gzip.compress(REPORT[:1000]) + gzip.compress(REPORT[1000:]),
    Packing.ZSTD: pa.compress(REPORT, codec="zstd", asbytes=True),
    Packing.ZIP: zipped({"report.csv": REPORT}),
}


@pytest.mark.parametrize("packing", list(Packing))
def test_every_packing_gives_the_same_bytes_whatever_the_name(
    packing: Packing, tmp_path: Path
) -> None:
    path = tmp_path / "report.bin"
    path.write_bytes(PACKED[packing])
    container = open_manifest(path)
    assert container.packing is packing
    assert container.delivered_bytes == len(PACKED[packing])
    assert container.size in {len(REPORT), None}
    assert container.head() == REPORT[:HEAD_BYTES]
    for _ in range(2):
        with container.open() as stream:
            assert stream.read() == REPORT
    assert container.unpack(tmp_path / "plain").read_bytes() == REPORT


def test_a_plain_file_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(REPORT)
    assert open_manifest(path).unpack(tmp_path / "plain") == path
    assert not (tmp_path / "plain").exists()


@pytest.mark.parametrize("packing", [Packing.GZIP, Packing.ZSTD, Packing.ZIP])
@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(packing: Packing, kept: float, tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(PACKED[packing][: int(len(PACKED[packing]) * kept)])
    with pytest.raises(ManifestRefused, match="cannot be unpacked") as refused:
        open_manifest(path).unpack(tmp_path / "plain")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("packing", [Packing.GZIP, Packing.ZIP])
def test_a_damaged_file_is_refused(packing: Packing, tmp_path: Path) -> None:
    data = bytearray(PACKED[packing])
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "report"
    path.write_bytes(data)
    with (
        pytest.raises(ManifestRefused, match="cannot be unpacked"),
        open_manifest(path).open() as stream,
    ):
        stream.read()


def test_an_archive_gives_its_only_file_or_the_one_that_a_profile_names(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped({"a/detail.csv": REPORT, "a/summary.txt": b"1", "__MACOSX/x": b""}))
    assert open_manifest(path, ["*.csv"]).member == "a/detail.csv"
    with pytest.raises(ManifestRefused, match=r"holds 2 files: a/detail.csv, a/summary.txt"):
        open_manifest(path)
    with pytest.raises(ManifestRefused, match="holds 2 files"):
        open_manifest(path, ["*"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (zipped({}), "holds no file"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "is a workbook"),
        (b"PK\x03\x04 and no archive", "cannot be unpacked"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PAR1....PAR1", "is a parquet file"),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "thing"
    path.write_bytes(data)
    with pytest.raises(ManifestRefused, match=why):
        open_manifest(path)


def test_an_empty_report_in_a_container_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.gz"
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(ManifestRefused, match="is empty"):
        open_manifest(path).head()


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestRefused, match="there is no file"):
        open_manifest(tmp_path / "none.csv")
    with pytest.raises(ManifestRefused, match="is a folder"):
        open_manifest(tmp_path)


LINE_LEVEL = b"isrc,amount,currency\nUSAB12600001,1.25,EUR\n"
ROLL_UP = b"Territory,Net receipts\nDE,1.25\n"


@pytest.mark.parametrize("empty", [{}, {"readme.csv": b""}])
def test_of_an_archive_the_file_whose_header_fits_is_the_report(
    empty: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped({"by_country.csv": ROLL_UP, "lines.csv": LINE_LEVEL, **empty}))
    profiles = [own("*.csv"), *(one for one in load_profiles() if one.kind != "canonical")]
    container, profile = report_in(path, profiles, None)
    assert (container.member, profile.name) == ("lines.csv", "own")


@pytest.mark.parametrize(
    ("members", "pattern", "why"),
    [
        ({"a.csv": LINE_LEVEL, "b.csv": LINE_LEVEL}, "*.csv", "holds 2 files: a.csv, b.csv"),
        ({"a.csv": ROLL_UP, "b.csv": ROLL_UP}, "*.csv", "holds 2 files: a.csv, b.csv"),
        # A header that fits is not enough where the profile names its files otherwise.
        ({"a.csv": ROLL_UP, "b.csv": LINE_LEVEL}, "lines*", "holds 2 files: a.csv, b.csv"),
    ],
)
def test_an_archive_of_no_or_several_reports_is_refused(
    members: dict[str, bytes], pattern: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(zipped(members))
    with pytest.raises(ManifestRefused, match=why):
        report_in(path, [own(pattern)], None)


def own(pattern: str) -> Profile:
    """A profile of the line-level file alone, whose name fits a pattern."""
    given = {
        "name": "own",
        "title": "Own",
        "kind": "delimited",
        "members": [pattern],
        "header": ["isrc", "amount", "currency"],
        "columns": {"isrc": "isrc", "amount": "amount", "currency": "currency"},
    }
    spec = Reader("own.toml", given).spec()
    return profile_of(spec, spec.header)
