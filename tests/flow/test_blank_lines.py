"""A report of blank lines: they hold nothing, so they must not cost more memory than lines do."""

import resource
from pathlib import Path

import pytest

from pipeline.read import Dialect, parts
from tests.flow import processes

SIZE = 16 * 2**20
MOST = 12
"""Bytes of memory that a byte of a report may take while it is cut into parts. Usual lines take 3,
and what the allocator keeps is some; blank ones took 46 while every line end had its places."""
HEADER, LINE = b"isrc,amount,currency\n", b"USRC17607831,1.25,EUR\n"


def grown(usual: Path, path: Path, told: Path) -> None:
    """Cut a report into parts; `told` then holds by how many bytes this process grew."""
    size = 0
    for report in (usual, path):  # what is loaded or compiled for the first part counts for none
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for part in parts(report, Dialect()):
            assert part.lines >= 0
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told.write_text(str((after - size) * 1024), encoding="utf-8")


@pytest.mark.parametrize("line", [LINE, b"\n"], ids=["lines", "blank lines"])
def test_what_a_byte_of_a_report_costs(line: bytes, tmp_path: Path) -> None:
    usual, path, told = (tmp_path / name for name in ("usual.csv", "r.csv", "told"))
    usual.write_bytes(HEADER + LINE + line * 1000)
    path.write_bytes(HEADER + LINE + line * (SIZE // len(line)))
    assert processes.ended(processes.start(grown, usual, path, told)) == 0
    assert int(told.read_text(encoding="utf-8")) <= MOST * SIZE
