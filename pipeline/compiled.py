"""Loops over bytes and lines, compiled for this machine once and kept on disk.

What numpy can say only by writing a part's bytes or lines out again and again is a loop in a module
named `kernel…`, compiled by numba when that module is imported first. Such modules are imported in
the functions that use them: numba takes a fifth of a second to start.

Compiled code checks no bounds unless NUMBA_BOUNDSCHECK=1 is set, as it is for all tests.
"""

import hashlib
import os
import platform
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

Loop = TypeVar("Loop", bound=Callable[..., Any])

BYTES = "Array(uint8, 1, 'C', readonly=True)"
"""The type of bytes that may not be written to, as numba writes it; others pass for it."""

_PACKAGE = Path(__file__).parent
_CHECKED = "NUMBA_BOUNDSCHECK"


def kernel(signature: str | None = None, *, allocates: bool = False) -> Callable[[Loop], Loop]:
    """Compile a loop, which then runs without the interpreter's lock.

    Args:
        signature: the types that it takes, as numba writes them: compiled at once, and any others
            are refused. None for what only other kernels call: written out wherever they do, for
            a call costs as much as a look at ten bytes.
        allocates: whether it makes arrays of its own. Where it does, references to all arrays are
            counted, which costs as much as the work on a cell; so room is given to most.
    """
    folder = cache_folder()
    asked: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": allocates}
    if signature is None:
        asked["forceinline"] = True
    else:
        asked |= {"signature_or_function": signature, "cache": folder is not None}

    def compiled(loop: Loop) -> Loop:
        with _uninterrupted():
            import numba

            if folder is not None:
                vars(numba.config)["CACHE_DIR"] = str(folder)
            made: Loop = numba.njit(**asked)(loop)
        return made

    return compiled


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interrupt wait: raised in a callback of the compiler it would be lost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        for number in waiting[:1]:
            signal.raise_signal(number)


def sources() -> list[Path]:
    """The modules that hold kernels."""
    return sorted(_PACKAGE.rglob("kernel*.py"))


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept; None where nothing can be written.

    One folder for each state of all kernels: numba would not see that one was changed which
    another calls.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    digest.update(os.environ.get(_CHECKED, "").encode())
    for path in (Path(__file__), *sources()):
        digest.update(path.read_bytes())
    beside = _PACKAGE / "__pycache__"
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "royalty-pipeline"
    for parent in (beside, own):
        folder = parent / f"kernels-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None
