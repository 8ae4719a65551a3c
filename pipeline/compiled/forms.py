"""What a kernel takes, as numba writes it, and how each of it is handed to machine code.

Numba evaluates a signature as Python with names of its own. So is it done here, with names of ours.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Form(Protocol):
    """The form of one argument."""

    @property
    def natives(self) -> list[type]:
        """The types of the words that machine code takes for it."""

    def words(self, given: Any) -> Sequence[int | float | None]:
        """These words.

        Raises:
            TypeError: it is of another form.
        """


@dataclass(frozen=True)
class Array:
    """An array without gaps in the order of C; one that is written to must be writable.

    Numba takes seven and more words for it: who owns it (nobody, for nothing is kept or freed),
    how many values, of which size, where, then the length and the stride of each axis.
    """

    kind: "Number"
    axes: int
    order: str = "C"
    readonly: bool = False

    @property
    def natives(self) -> list[type]:
        """See `Form`."""
        count, place = ctypes.c_int64, ctypes.c_void_p
        return [place, place, count, count, place, *[count] * (2 * self.axes)]

    def words(self, given: NDArray[Any]) -> Sequence[int | None]:
        """See `Form`."""
        flags = given.flags
        is_fit = flags.carray or (self.readonly and flags.c_contiguous and flags.aligned)
        if given.dtype != self.kind.dtype or given.ndim != self.axes or not is_fit:
            raise TypeError(
                f"{given.dtype} in {given.ndim} axes, {'' if flags.writeable else 'not '}to be "
                f"written to, {'' if flags.c_contiguous else 'not '}without gaps; wanted: {self}"
            )
        place = given.__array_interface__["data"][0]
        return None, None, given.size, given.itemsize, place, *given.shape, *given.strides


@dataclass(frozen=True)
class Number:
    """A number; with axes in brackets an array of such."""

    dtype: np.dtype[Any]
    native: type

    def __call__(self, *forms: Form) -> "Signature":
        """That it is returned where these are given."""
        if self.native is not ctypes.c_int64:
            raise TypeError(f"a kernel returns whole numbers of 64 bits, not {self.dtype}")
        return Signature(forms, 1)

    def __getitem__(self, axes: "slice | tuple[slice, ...]") -> Array:
        """An array of them that is written to, with a slice for each axis."""
        return Array(self, len(axes) if isinstance(axes, tuple) else 1)

    @property
    def natives(self) -> list[type]:
        """See `Form`."""
        return [self.native]

    def words(self, given: Any) -> Sequence[int | float]:
        """See `Form`."""
        return (float(given) if self.native is ctypes.c_double else index(given),)


@dataclass(frozen=True)
class Several:
    """So many of the same form."""

    form: Form
    count: int

    def __call__(self, *forms: Form) -> "Signature":
        """That they are returned where these are given."""
        if not isinstance(self.form, Number):
            raise TypeError(f"a kernel returns whole numbers of 64 bits, not {self.form}")
        return Signature(forms, self.form().results * self.count, is_several=True)

    @property
    def natives(self) -> list[type]:
        """See `Form`."""
        return self.form.natives * self.count

    def words(self, given: Sequence[Any]) -> Sequence[int | float | None]:
        """See `Form`."""
        if len(given) != self.count:
            raise TypeError(f"{len(given)} values; wanted: {self.count}")
        return [word for one in given for word in self.form.words(one)]


@dataclass(frozen=True)
class Signature:
    """What a kernel takes, and how many whole numbers of 64 bits it returns.

    Attributes:
        forms: of its arguments.
        results: how many.
        is_several: whether they come as a tuple, be it of one.
    """

    forms: tuple[Form, ...]
    results: int
    is_several: bool = False


_NUMBERS = {
    name: Number(np.dtype(name), native)
    for name, native in {
        "uint8": ctypes.c_uint8,
        "uint16": ctypes.c_uint16,
        "int32": ctypes.c_int32,
        "uint32": ctypes.c_uint32,
        "int64": ctypes.c_int64,
        "uint64": ctypes.c_uint64,
        "float64": ctypes.c_double,
        "bool": ctypes.c_uint8,
    }.items()
}
_WORDS: dict[str, Any] = {
    "void": lambda *forms: Signature(forms, 0),
    **_NUMBERS,
    "boolean": _NUMBERS["bool"],
    "Array": Array,
    "UniTuple": Several,
}


def signature_of(text: str) -> Signature:
    """The signature that numba reads from a text of ours, such as "void(uint32[::1], int64)"."""
    found = eval(text, {"__builtins__": {}}, _WORDS)  # noqa: S307 - ours, never input
    if not isinstance(found, Signature):
        raise TypeError(f"{text} is no signature")
    return found
