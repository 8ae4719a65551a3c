"""A report of blank lines: they hold nothing, so they must not cost more memory than lines do."""

import resource
from pathlib import Path

import pytest

from pipeline.read import Dialect, parts
from tests.flow import processes

SIZE = 16 * 2**20
MOST = 12
"""Bytes of memory that a byte of a report may take while it is cut into parts: its own, one to say
what it is, and one place of eight bytes where every byte ends a line. Usual lines take 5."""
HEADER, LINE = b"isrc,amount,currency\n", b"USRC17607831,1.25,EUR\n"


def grown(path: Path, told: Path) -> None:
    """Cut a report into parts; `told` then holds by how many bytes this process grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for part in parts(path, Dialect()):
        assert part.lines >= 0
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told.write_text(str((after - before) * 1024), encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        pytest.param(
            b"\n",
            marks=pytest.mark.xfail(
                reason="read/physical counts what precedes each line in six arrays: 46 bytes",
                strict=True,
            ),
        ),
    ],
    ids=["lines", "blank lines"],
)
def test_what_a_byte_of_a_report_costs(line: bytes, tmp_path: Path) -> None:
    path, told = tmp_path / "r.csv", tmp_path / "told"
    path.write_bytes(HEADER + LINE + line * (SIZE // len(line)))
    assert processes.ended(processes.start(grown, path, told)) == 0
    assert int(told.read_text(encoding="utf-8")) <= MOST * SIZE
