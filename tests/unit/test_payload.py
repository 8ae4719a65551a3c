"""The bytes of lines, as they stand in the manifest."""

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.flow.payload import payloads

SIZE = 3 * 2**20


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("payload") / "manifest"
    path.write_bytes(random.Random(5).randbytes(SIZE))
    return path


def fetched(path: Path, lines: list[tuple[int, int]], chosen: list[int]) -> list[bytes]:
    offsets = pl.Series([begin for begin, _ in lines], dtype=pl.UInt64)
    lengths = pl.Series([end - begin for begin, end in lines], dtype=pl.UInt32)
    found = payloads(path, offsets, lengths, np.array(chosen, dtype=np.int64))
    assert found.name == "raw"
    return found.to_list()


@given(
    st.sets(
        st.one_of(st.integers(0, SIZE), st.integers(0, 300), st.integers(SIZE - 9, SIZE)),
        min_size=2,
        max_size=60,
    ),
    st.data(),
)
def test_each_line_has_its_own_bytes(file: Path, borders: set[int], data: st.DataObject) -> None:
    """Near each other or far, short or longer than a window, empty ones between them too."""
    ordered = sorted(borders)
    lines = list(pairwise(ordered))
    chosen = sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1)))
    held = file.read_bytes()
    wanted = [held[slice(*lines[at])] for at in chosen]
    assert fetched(file, lines, chosen) == wanted


@pytest.mark.parametrize("step", [100, 10_000, 100_000], ids=["near", "sparse", "far"])
def test_lines_of_a_report_have_their_own_bytes(file: Path, step: int) -> None:
    lines = [(begin, begin + step) for begin in range(0, SIZE - step, step)]
    chosen = list(range(0, len(lines), 3))
    held = file.read_bytes()
    assert fetched(file, lines, chosen) == [held[slice(*lines[at])] for at in chosen]


@pytest.mark.parametrize("lines", [[(10, 20)], [(10, 20), (20, 30)], [(0, 1), (SIZE, SIZE + 1)]])
def test_a_file_that_is_shorter_now_is_refused(
    file: Path, tmp_path: Path, lines: list[tuple[int, int]]
) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[: lines[-1][1] - 1])
    with pytest.raises(ManifestRefused, match="was cut while it was read"):
        fetched(cut, lines, list(range(len(lines))))
