"""Where parts run: the only place that hands work to an executor."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_order(
    executor: Executor, work: Callable[[Given], Made], items: Iterable[Given], width: int
) -> Iterator[Made]:
    """Work on items concurrently and give the results in the items' order.

    Args:
        executor: threads here; any other executor with the same results.
        work: a function of one item alone.
        items: taken one by one, never more than `width` ahead of the result given last: that
            bounds memory.
        width: how many items may be under way.
    """
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(work, item))
            if len(waiting) >= width:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
