"""Loops over bytes and lines, compiled for this machine once and kept on disk.

What numpy can say only by writing a part's bytes or lines out again and again is a loop in a module
named `kernel…`, compiled by numba. Numba takes half a second to start, so no process that finds
what is kept starts it: an object file is loaded and called by its address.

Compiled code checks no bounds unless NUMBA_BOUNDSCHECK=1 is set, as it is for all tests.
"""

import ctypes
import threading
from collections.abc import Callable
from functools import update_wrapper
from itertools import count
from pathlib import Path
from typing import Any, TypeVar, cast

from pipeline.compiled.forms import signature_of

__all__ = ["BYTES", "Kernel", "instruction", "kernel"]

Loop = TypeVar("Loop", bound=Callable[..., Any])

BYTES = "Array(uint8, 1, 'C', readonly=True)"
"""The type of bytes that may not be written to, as numba writes it; others pass for it."""

_INNER: dict[Any, bool] = {}
"""What kernels may call: loops, and instructions where True."""
_LOADING = threading.Lock()
_NEXT = count()


def kernel(signature: str | None = None) -> Callable[[Loop], Loop]:
    """Compile a loop, which then runs without the interpreter's lock.

    It may allocate nothing: whoever calls it gives it room.

    Args:
        signature: what it takes and returns, as numba writes it; anything else is refused. None for
            what only other kernels call: written out wherever they do, for a call costs as much as
            a look at ten bytes.
    """

    def compiled(loop: Loop) -> Loop:
        if signature is None:
            _INNER[loop] = False
            return loop
        return cast("Loop", update_wrapper(Kernel(loop, signature), loop))

    return compiled


def instruction(typed: Callable[..., Any]) -> Any:
    """What kernels can call and Python cannot: see `numba.extending.intrinsic`."""
    _INNER[typed] = True
    return typed


class Kernel:
    """A loop that can be called: compiled, or found on disk, when it first is."""

    def __init__(self, loop: Callable[..., Any], signature: str) -> None:
        """A loop that takes and returns what the signature says, as numba writes it."""
        self._loop = loop
        self._text = signature
        self._signature = signature_of(signature)
        # One word is written even where nothing is returned.
        self._results = ctypes.c_int64 * max(1, self._signature.results)
        self._native: Callable[..., int] | None = None

    def __call__(self, *given: Any) -> int | tuple[int, ...] | None:
        """Run it.

        Raises:
            TypeError: something is of another form than the signature says.
            IndexError: it looked beyond an array, where bounds are checked.
        """
        words = [
            word
            for form, one in zip(self._signature.forms, given, strict=True)
            for word in form.words(one)
        ]
        results, raised = self._results(), ctypes.c_void_p()
        native = self._native or self.ready()
        if native(ctypes.addressof(results), ctypes.addressof(raised), *words):
            raise IndexError(f"{self._loop.__name__} looked beyond an array")
        if self._signature.is_several:
            return tuple(results)
        return results[0] if self._signature.results else None

    def ready(self) -> Callable[..., int]:
        """Its machine code, which tells whether something went wrong."""
        from pipeline.compiled import kept

        # One at a time: neither the compiler nor the loader is made for more.
        with _LOADING:
            if self._native is None:
                name = f"{self._loop.__module__}.{self._loop.__qualname__}"
                is_ours = Path(self._loop.__code__.co_filename).is_relative_to(kept.PACKAGE)
                symbol = name if is_ours else f"{name}.{next(_NEXT)}"
                code = kept.kept(name) if is_ours else None
                if code is None:
                    from pipeline.compiled.compiler import object_of

                    code = object_of(self._loop, self._text, symbol, _INNER)
                    if is_ours:
                        kept.keep(name, code)
                taken = [native for form in self._signature.forms for native in form.natives]
                made = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *taken)
                self._native = made(kept.loaded(code, symbol))
        return self._native
