"""Compiled loops: bounds checked in tests, kept on disk, and compiled anew when any is changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core.errors import NumbaError

from pipeline import compiled
from pipeline.compiled import kept
from pipeline.compiled.forms import signature_of
from pipeline.flow.compiling import compile_all

ROOT = Path(__file__).resolve().parents[2]


def first(values: Any) -> Any:
    """The first of some values."""
    return values[0]


@compiled.kernel()
def _twice(number: Any) -> Any:
    return number * 2


def test_tests_run_with_their_bounds_checked() -> None:
    @compiled.kernel("int64(int64[::1])")
    def beyond(values: Any) -> Any:
        return values[len(values)]

    with pytest.raises(IndexError, match="beyond"):
        beyond(np.zeros(1, dtype=np.int64))


def test_nothing_is_allocated() -> None:
    @compiled.kernel("int64(int64)")
    def zeros(count: Any) -> Any:
        return len(np.zeros(count))

    with pytest.raises(NumbaError):
        zeros(3)


def test_a_kernel_calls_another_and_returns_one_number_several_or_none() -> None:
    @compiled.kernel("int64(int64[::1], float64)")
    def one(values: Any, factor: Any) -> Any:
        return np.int64(_twice(values[0]) * factor)

    @compiled.kernel("UniTuple(int64, 2)(uint32[:, ::1])")
    def several(values: Any) -> Any:
        return np.int64(values[1, 0]), np.int64(values[0, 1])

    @compiled.kernel("void(UniTuple(uint8, 2), UniTuple(uint8[::1], 2))")
    def none(numbers: Any, taken: Any) -> None:
        taken[0][0], taken[1][0] = numbers[0], numbers[1]

    assert one(np.array([-7]), 1.5) == -21
    assert several(np.array([[1, 2], [3, 4]], dtype=np.uint32)) == (3, 2)
    left, right = np.zeros(1, dtype=np.uint8), np.zeros(1, dtype=np.uint8)
    assert none((250, 7), (left, right)) is None
    assert (left.tolist(), right.tolist()) == ([250], [7])


_WORDS = np.array([7, 8, 9, 10], dtype=np.uint32)
_FROZEN = _WORDS.copy()
_FROZEN.flags.writeable = False


@pytest.mark.parametrize(
    "given",
    [
        _WORDS.astype(np.float64),
        _WORDS.astype(np.int32),
        _WORDS.reshape(2, 2),
        _WORDS[::2],
        _FROZEN,
        np.frombuffer(b"\0" * 17, dtype=np.uint8)[1:].view(np.uint32),
    ],
    ids=["another type", "signed", "more axes", "gaps", "read only", "unaligned"],
)
def test_a_signature_refuses_other_arrays(given: np.ndarray) -> None:
    """Whatever machine code would take for something else, or write where nobody may."""
    loop: Callable[..., int] = compiled.kernel("int64(uint32[::1])")(first)
    assert loop(_WORDS) == 7
    with pytest.raises(TypeError, match="wanted"):
        loop(given)


def test_what_is_only_read_may_be_read_only() -> None:
    loop: Callable[..., int] = compiled.kernel("int64(Array(uint32, 1, 'C', readonly=True))")(first)
    assert loop(_FROZEN) == loop(_WORDS) == 7


@pytest.mark.parametrize("given", [(), (_WORDS, 1)])
def test_a_signature_says_how_many(given: tuple[Any, ...]) -> None:
    loop: Callable[..., int] = compiled.kernel("int64(uint32[::1])")(first)
    with pytest.raises(ValueError, match="zip"):
        loop(*given)


@pytest.mark.parametrize("text", ["float64(int64)", "UniTuple(uint8[::1], 2)(int64)", "int64"])
def test_only_whole_numbers_are_returned(text: str) -> None:
    with pytest.raises(TypeError):
        signature_of(text)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's sources, looked at in place of the package."""
    copy = tmp_path / "pipeline"
    shutil.copytree(ROOT / "pipeline", copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kept, "PACKAGE", copy)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Asked once a process, for the files of an installed package stay as they are.
    monkeypatch.setattr(kept, "cache_folder", kept.cache_folder.__wrapped__)
    return copy


def test_a_changed_kernel_has_another_cache(package: Path) -> None:
    before = kept.cache_folder()
    assert before is not None
    assert before.is_relative_to(package)
    (package / "read" / "kernel_new.py").write_text('"""A kernel."""\n')
    assert kept.cache_folder() != before


def test_checked_code_is_kept_apart(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert package.is_dir()
    checked = kept.cache_folder()
    monkeypatch.delenv("NUMBA_BOUNDSCHECK")
    assert kept.cache_folder() != checked


def test_a_package_that_nobody_may_write_keeps_its_code_with_the_user(
    package: Path, tmp_path: Path
) -> None:
    # A file where the folder would be stops root as well.
    (package / "__pycache__").touch()
    folder = kept.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path / "cache")
    (tmp_path / "cache" / "royalty-pipeline").rename(tmp_path / "elsewhere")
    (tmp_path / "cache" / "royalty-pipeline").touch()
    assert kept.cache_folder() is None
    kept.keep("x", b"code")
    assert kept.kept("x") is None


def test_only_whole_code_is_loaded(package: Path) -> None:
    """Of a machine that went down while it was written, say: to load it would end the process."""
    assert package.is_dir()
    folder = kept.cache_folder()
    assert folder is not None
    assert kept.kept("a.b") is None
    kept.keep("a.b", b"code")
    assert kept.kept("a.b") == b"code"
    assert [path.name for path in folder.iterdir()] == ["a.b"]
    whole = (folder / "a.b").read_bytes()
    for torn in (b"", whole[:-1], whole[:20]):
        (folder / "a.b").write_bytes(torn)
        assert kept.kept("a.b") is None


def _imported(*command: str | Path) -> set[str]:
    """The modules that a command imports."""
    done = subprocess.run(
        [Path(sys.executable).with_name("royalty"), *command],
        env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize("command", [["--help"], ["status"]])
def test_commands_that_read_no_report_load_no_code(command: list[str], tmp_path: Path) -> None:
    imported = _imported("--home", tmp_path, *command)
    assert "typer" in imported
    assert not imported & {"llvmlite", "numba"}


def test_what_is_compiled_needs_no_compiler(tmp_path: Path) -> None:
    compile_all()
    sample = next((ROOT / "data" / "sample").glob("*ymphonic*.csv"))
    imported = _imported("--home", tmp_path, "ingest", sample)
    assert "llvmlite.binding" in imported
    assert "numba" not in imported
    # Pandera would take it where it is installed.
    assert "hypothesis.strategies._internal.core" not in imported


def test_all_kernels_are_compiled_at_once() -> None:
    names = compile_all()
    assert "pipeline.read.kernel" in names
    assert set(names) <= sys.modules.keys()
    folder = kept.cache_folder()
    assert folder is not None
    assert {f"{name}.{loop}" for name, loop in (("pipeline.read.kernel", "frame"),)} <= {
        path.name for path in folder.iterdir()
    }
