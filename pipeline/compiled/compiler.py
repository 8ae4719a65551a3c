"""The compiler: from a kernel's Python to an object file for this machine.

Only what is not kept yet needs it: numba takes half a second to start, and each kernel some tenths.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.extending import intrinsic

from pipeline.compiled.kept import machine

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
"""No division raises, and nothing is allocated: references to arrays need not be counted, which
costs as much as the work on a cell."""
_ALONE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""It is called by its address."""


def object_of(
    loop: Callable[..., Any],
    signature: str,
    symbol: str,
    inner: Mapping[Any, bool],
) -> bytes:
    """The object file of a loop.

    Args:
        loop: the function.
        signature: what it takes and returns, as numba writes it.
        symbol: the name that its code gets.
        inner: what it and those that it calls may call: loops, and instructions where True.

    Raises:
        TypeError: it calls what no process has.
    """
    with _uninterrupted():
        made: dict[Any, Any] = {}
        compiled = numba.njit(signature, **_OPTIONS, **_ALONE)(_bound(loop, inner, made))
        (types,) = compiled.signatures
        module = llvm.parse_assembly(compiled.inspect_llvm(types))
        written = [one for one in module.functions if not one.is_declaration]
        # Any others are what it calls.
        (own,) = (one for one in written if one.linkage is llvm.Linkage.external)
        own.name = symbol
        for variable in module.global_variables:
            # Of numba's own; each object has its own.
            if not variable.is_declaration:
                variable.linkage = "internal"
        for function in module.functions:
            # An object that lacks one would end the process that loads it.
            name = function.name
            if function.is_declaration and not (
                name.startswith("llvm.") or llvm.address_of_symbol(name)
            ):
                raise TypeError(f"{symbol} calls {name}, which is not there without numba")
        target = machine(
            cpu=llvm.get_host_cpu_name(),
            features=llvm.get_host_cpu_features().flatten(),
            opt=3,
            codemodel="jitdefault",
        )
        return bytes(target.emit_object(module))


def _bound(loop: Any, inner: Mapping[Any, bool], made: dict[Any, Any]) -> FunctionType:
    """A function whose names of loops and instructions mean what numba makes of these."""
    meant = dict(loop.__globals__)
    for name in loop.__code__.co_names:
        called = meant.get(name)
        if isinstance(called, FunctionType) and called in inner:
            if called not in made:
                made[called] = (
                    intrinsic(called)
                    if inner[called]
                    else numba.njit(**_OPTIONS, forceinline=True)(_bound(called, inner, made))
                )
            meant[name] = made[called]
    return FunctionType(loop.__code__, meant, loop.__name__, loop.__defaults__, loop.__closure__)


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
