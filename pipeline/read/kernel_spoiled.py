"""Which records hold bytes that are no text, as a compiled loop."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_words import HIGHS, word, zeros

_WHOLE, _BROKEN, _ONE, _TWO, _E0, _ED, _F0, _F1, _F4 = range(9)
"""Where a text stands: between letters, beyond repair, or within a letter that goes on with one
byte more, with two, or in the ways that its first byte allows (RFC 3629 §4)."""
_BITS = 6
_STATE = np.uint64(2**_BITS - 1)
_FIRST = {
    **dict.fromkeys(range(0x80), _WHOLE),
    **dict.fromkeys(range(0xC2, 0xE0), _ONE),
    **dict.fromkeys(range(0xE0, 0xF0), _TWO),
    **dict.fromkeys(range(0xF0, 0xF4), _F1),
    0xE0: _E0,
    0xED: _ED,
    0xF0: _F0,
    0xF4: _F4,
}
_NEXT = {
    _ONE: (range(0x80, 0xC0), _WHOLE),
    _TWO: (range(0x80, 0xC0), _ONE),
    _E0: (range(0xA0, 0xC0), _ONE),
    _ED: (range(0x80, 0xA0), _ONE),
    _F0: (range(0x90, 0xC0), _TWO),
    _F1: (range(0x80, 0xC0), _TWO),
    _F4: (range(0x80, 0x90), _TWO),
}


def _steps() -> Any:
    """For each byte a word that holds, at the bits of each state, the bits of the next."""
    steps = []
    for byte in range(256):
        states = {_WHOLE: _FIRST.get(byte, _BROKEN), _BROKEN: _BROKEN}
        states |= {
            state: after if byte in fit else _BROKEN for state, (fit, after) in _NEXT.items()
        }
        steps.append(sum(after * _BITS << state * _BITS for state, after in states.items()))
    return np.array(steps, dtype=np.uint64)


_STEPS = _steps()


@kernel()
def _is_text(units: Any, at: Any, end: Any) -> Any:
    """Whether bytes are UTF-8."""
    state = np.uint64(0)
    while at < end:
        if state == 0 and at + 8 <= end and not word(units, at) & HIGHS:
            at += 8
            continue
        most = min(end, at + 8)
        while at < most:
            state = (_STEPS[units[at]] >> state) & _STATE
            at += 1
    return state == 0


@kernel(f"int64({BYTES}, int64[::1], int64[::1], boolean, boolean[::1])")
def spoiled(units: Any, starts: Any, ends: Any, judged: Any, flags: Any) -> int:
    """Mark records that hold NUL, or bytes that are no UTF-8; how many.

    Args:
        units: the bytes.
        starts: where each record begins.
        ends: one past its end.
        judged: whether the bytes are to be UTF-8; else they are looked at for NUL alone.
        flags: takes the marks.
    """
    count = 0
    for record in range(len(starts)):
        at, end = starts[record], ends[record]
        joined = nuls = np.uint64(0)
        if end - at >= 8:
            # The last eight bytes first: no loop over what is left, whose length nobody foresees.
            joined = word(units, end - 8)
            nuls = zeros(joined)
            while at + 8 < end:
                held = word(units, at)
                joined |= held
                nuls |= zeros(held)
                at += 8
        else:
            while at < end:
                joined |= np.uint64(units[at])
                nuls |= np.uint64(units[at] == 0)
                at += 1
        bad = nuls != 0
        if judged and not bad and joined & HIGHS:
            bad = not _is_text(units, starts[record], end)
        flags[record] = bad
        count += bad
    return count
