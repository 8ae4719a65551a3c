"""Compiled loops: bounds checked in tests, kept on disk, and compiled anew when any is changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from pipeline import compiled
from pipeline.flow.compiling import compile_all

ROOT = Path(__file__).resolve().parents[2]


def test_tests_run_with_their_bounds_checked() -> None:
    @compiled.kernel()
    def beyond(values: np.ndarray) -> int:
        return int(values[len(values)])

    with pytest.raises(IndexError):
        beyond(np.zeros(1, dtype=np.int64))


def test_arrays_of_its_own_must_be_asked_for() -> None:
    def zeros(count: int) -> int:
        return len(np.zeros(count))

    assert compiled.kernel(allocates=True)(zeros)(3) == 3
    with pytest.raises(TypingError):
        compiled.kernel()(zeros)(3)


def test_a_signature_refuses_other_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "cache_folder", lambda: None)

    @compiled.kernel("int64(uint32[::1])")
    def first(values: np.ndarray) -> int:
        return int(values[0])

    assert first(np.array([7], dtype=np.uint32)) == 7
    with pytest.raises(TypeError):
        first(np.array([7], dtype=np.float64))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's sources, looked at in place of the package."""
    copy = tmp_path / "pipeline"
    shutil.copytree(ROOT / "pipeline", copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_PACKAGE", copy)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Asked once a process, for the files of an installed package stay as they are.
    monkeypatch.setattr(compiled, "cache_folder", compiled.cache_folder.__wrapped__)
    return copy


def test_a_changed_kernel_has_another_cache(package: Path) -> None:
    before = compiled.cache_folder()
    assert before is not None
    assert before.is_relative_to(package)
    (package / "read" / "kernel_new.py").write_text('"""A kernel."""\n')
    assert compiled.cache_folder() != before


def test_checked_code_is_kept_apart(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert package.is_dir()
    checked = compiled.cache_folder()
    monkeypatch.delenv("NUMBA_BOUNDSCHECK")
    assert compiled.cache_folder() != checked


def test_a_package_that_nobody_may_write_keeps_its_code_with_the_user(
    package: Path, tmp_path: Path
) -> None:
    # A file where the folder would be stops root as well.
    (package / "__pycache__").touch()
    folder = compiled.cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path / "cache")
    (tmp_path / "cache" / "royalty-pipeline").rename(tmp_path / "elsewhere")
    (tmp_path / "cache" / "royalty-pipeline").touch()
    assert compiled.cache_folder() is None


@pytest.mark.parametrize("command", [["--help"], ["status"]])
def test_commands_that_read_no_report_do_not_wait_for_the_compiler(
    command: list[str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("royalty"), "--home", tmp_path, *command],
        env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert "numba" not in imported


def test_all_kernels_are_compiled_at_once() -> None:
    names = compile_all()
    assert "pipeline.read.kernel" in names
    assert set(names) <= sys.modules.keys()
