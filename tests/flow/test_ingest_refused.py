"""Reports that are none, or not for long: refused with one line, and nothing has changed."""

import gzip
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ManifestRefused, PipelineError, UsageError
from tests.flow.homes import ALPHA, SETTINGS, asked, line, report, take, tree

NOWHERE = "GBZZZ2600001"


@pytest.fixture(scope="module")
def taken(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken a report, and that nothing here may change."""
    home = Path(shutil.copytree(stocked, tmp_path_factory.mktemp("taken") / "home"))
    take(report(home.parent / "r.csv", [line(ALPHA), line(NOWHERE)]), home)
    return home


def _missing(folder: Path) -> Path:
    return folder / "missing.csv"


def _folder(folder: Path) -> Path:
    (folder / "reports").mkdir()
    return folder / "reports"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _bytes(name: str, payload: bytes) -> Callable[[Path], Path]:
    def put(folder: Path) -> Path:
        (folder / name).write_bytes(payload)
        return folder / name

    return put


_GOOD = b"isrc,currency,amount\nUSRC17607831,EUR,1\n"
BAD_INPUT: dict[str, tuple[Callable[[Path], Path], dict[str, Any], type[PipelineError], str]] = {
    "missing": (_missing, {}, ManifestRefused, "there is no file"),
    "folder": (_folder, {}, ManifestRefused, "is a folder"),
    "pipe": (_pipe, {}, ManifestRefused, "read more than once"),
    "empty": (_bytes("e.csv", b""), {}, ManifestRefused, "is empty"),
    "header only": (_bytes("h.csv", _GOOD[:21]), {}, ManifestRefused, "holds no line"),
    "binary": (_bytes("b.csv", bytes(range(256)) * 9), {}, ManifestRefused, "not text"),
    "unknown": (_bytes("u.csv", b"a,b\n1,2\n"), {}, ManifestRefused, "no known report"),
    "wrong source": (
        _bytes("w.csv", _GOOD),
        {"source": "symphonic"},
        ManifestRefused,
        "not of source symphonic",
    ),
    "no source": (_bytes("s.csv", _GOOD), {"source": "nobody"}, UsageError, "nobody"),
    "no period": (
        _bytes("p.csv", _GOOD),
        {"period": "2026-13"},
        UsageError,
        "no accounting period",
    ),
    "cut gzip": (
        _bytes("g.csv.gz", gzip.compress(_GOOD + os.urandom(9_000))[:-3_000]),
        {},
        ManifestRefused,
        "cannot be unpacked",
    ),
    "no zip": (_bytes("z.zip", b"PK\x03\x04" + bytes(99)), {}, ManifestRefused, "z.zip"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_and_changes_nothing(case: str, taken: Path, tmp_path: Path) -> None:
    put, order, error, words = BAD_INPUT[case]
    before = tree(taken)
    with pytest.raises(error, match=words) as refused:
        take(put(tmp_path), taken, **order)
    assert "\n" not in str(refused.value)
    assert tree(taken) == before
    assert list((taken / "lake" / ".run").iterdir()) == []


@pytest.mark.parametrize("stage", ["reading", "writing"])
@pytest.mark.parametrize("change", ["grows", "is cut"])
def test_a_report_that_changes_while_it_is_read_is_refused(
    stage: str, change: str, home: Path, tmp_path: Path
) -> None:
    path = report(tmp_path / "r.csv", [line(ALPHA), *[line(NOWHERE)] * 9_000])

    def told(now: str, _bytes: int, _lines: int) -> None:
        if now == stage:
            size = path.stat().st_size
            os.truncate(path, size + 1 if change == "grows" else size // 2)

    before = tree(home)
    settings = replace(SETTINGS, part_bytes=2**17, threads=1)
    with pytest.raises(ManifestRefused, match="while it was read"):
        take(path, home, settings, progress=told)
    assert before.items() <= tree(home).items()
    assert asked(home, "SELECT count(*) FROM manifests") == [(0,)]
