"""What a process that works part by part does with memory that is free again."""

import ctypes
import gc
import os

_M_ARENA_MAX, _M_MMAP_MAX, _M_TRIM_THRESHOLD = -8, -4, -1
_KEPT_BYTES = 2**30
_COLLECTED = (200_000, 20, 50)
"""Objects made between two looks for cycles: modules make many, and no cycles to be rid of."""
_POLARS = "narenas:1,dirty_decay_ms:5000,muzzy_decay_ms:-1"


def keep() -> None:
    """Let both allocators keep what is freed for the next part; call it before polars is imported.

    The buffers of a part are tens of MiB. By default each is mapped anew, or in an arena of its
    thread, and every page of it faults in again: 3 of 25 core-seconds at 1 GB (`make bench`).
    glibc's are set by calls, where the C library has them; those of polars when it is loaded.
    Python looks for cycles less often: a tenth of a second while modules are imported.
    """
    gc.set_threshold(*_COLLECTED)
    os.environ.setdefault("_RJEM_MALLOC_CONF", _POLARS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
