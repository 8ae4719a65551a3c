"""Faults by a seed: what goes wrong with a request depends on it and its attempt alone."""

import hashlib
import random
from dataclasses import dataclass, replace

from tests.provider.wire import Answer

KINDS = (
    "error",
    "burst",
    "throttled",
    "throttled_after",
    "reset",
    "cut",
    "corrupt",
    "drip",
    "stall",
)
FORGED = "forged"
"""Signed with another key, by a provider that signs."""


@dataclass(frozen=True)
class Schedule:
    """A seeded schedule of faults.

    Attributes:
        seed: of the schedule.
        share: of answers that are faulty.
        kinds: what may happen.
        after_s: what `Retry-After` says.
        stall_s: how long a stalled answer takes: longer than the client waits.
    """

    seed: int = 0
    share: float = 0.0
    kinds: tuple[str, ...] = KINDS
    after_s: float = 0.03
    stall_s: float = 0.5

    def fault(self, key: str, attempt: int) -> str:
        """What happens to an attempt; "" for nothing."""
        digest = hashlib.sha256(f"{self.seed} {key} {attempt}".encode()).digest()
        draws = random.Random(digest)
        if draws.random() >= self.share:
            return ""
        return draws.choice(self.kinds)

    def spoiled(self, answer: Answer, fault: str) -> Answer:
        """An answer with its fault; a forged one comes so from who signs it."""
        half = len(answer.body) // 2
        instead = {
            "error": Answer(500, b"out of order"),
            "burst": Answer(503, b"overloaded"),
            "throttled": Answer(429, b"too many"),
            "throttled_after": Answer(429, b"too many", {"Retry-After": f"{self.after_s}"}),
            "reset": Answer(reset=True),
            "cut": replace(answer, cut=half),
            "corrupt": replace(answer, body=answer.body[:half] + b"\x00" * 7),
            "drip": replace(answer, drip_s=0.002),
            "stall": replace(answer, stall_s=self.stall_s),
            FORGED: answer,
            "": answer,
        }
        return instead[fault]
