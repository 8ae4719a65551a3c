"""Eight bytes at a time, for compiled loops."""

from typing import Any

import numpy as np

from pipeline.compiled import instruction, kernel

_ONES = np.uint64(0x0101010101010101)
HIGHS = np.uint64(0x8080808080808080)


def _word(_context: Any, units: Any, _at: Any) -> Any:
    """The eight bytes from a place on, which must be there; unaligned."""
    from llvmlite import ir
    from numba import types

    def generated(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, given[0])
        place = builder.gep(builder.bitcast(array.data, ir.IntType(8).as_pointer()), [given[1]])
        return builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(units, types.int64), generated


def _lowest(_context: Any, _word: Any) -> Any:
    """The lowest bit that is set, of a word that has one."""
    from llvmlite import ir
    from numba import types

    def generated(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generated


def _bits_set(_context: Any, _word: Any) -> Any:
    """How many bits of a word are set."""
    from numba import types

    def generated(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.int64(types.uint64), generated


word: Any = instruction(_word)
lowest: Any = instruction(_lowest)
bits_set: Any = instruction(_bits_set)


@kernel()
def zeros(held: Any) -> Any:
    """Bits in the bytes that are zero; those above the lowest may be wrong."""
    return (held - _ONES) & ~held & HIGHS
