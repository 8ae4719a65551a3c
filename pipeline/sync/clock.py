"""The clock that waits are taken by; a test has one of its own."""

import asyncio
import time


class Clock:
    """Seconds since 1970, and sleep."""

    def now(self) -> float:
        """The time; the same for all processes of a machine."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        await asyncio.sleep(seconds)
