"""Whether and when a request is sent again."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.sync.failure import Failed
from pipeline.sync.journal import Standing
from pipeline.sync.spec import Retries

Draw = Callable[[str, int], float]
"""A number in [0, 1) for a request's signature and the number of its attempts."""

Spent = Callable[[float], tuple[int, int]]
"""First requests and retries to the provider since a moment."""


@dataclass(frozen=True)
class Policy:
    """The rules of one source; the draw is seeded, so that a due time can be computed again.

    Each request draws from its own signature: clients that failed together wait differently.
    """

    rules: Retries
    draw: Draw
    spent: Spent

    def wait_s(self, request: str, attempts: int, failed: Failed) -> float:
        """Full jitter, U(0, min(cap, base·2ⁿ)), or what the provider asks for where longer."""
        ceiling = min(self.rules.cap_s, self.rules.base_s * 2.0 ** min(attempts, 63))
        return max(ceiling * self.draw(request, attempts), failed.retry_after_s or 0.0)

    def decide(
        self, request: str, failed: Failed, standing: Standing, now: float, deadline: float
    ) -> Failed:
        """The failure with what follows from it: a wait, or why there is none.

        Args:
            request: its signature.
            failed: how the attempt ended.
            standing: before it.
            now: seconds since 1970.
            deadline: until when this run goes on with the request.
        """
        if not failed.is_transient:
            failed.is_final, failed.gives_up = True, "another attempt would bring no other"
            return failed
        if standing.in_row + 1 >= self.rules.attempts:
            failed.is_final = True
            failed.gives_up = f"{standing.in_row + 1} attempts came to nothing"
            return failed
        failed.wait_s = self.wait_s(request, standing.attempts + 1, failed)
        failed.gives_up = self.refusal(now + failed.wait_s, now, deadline)
        return failed

    def refusal(self, due: float, now: float, deadline: float) -> str:
        """Why this run makes no attempt that is due at a moment; "" where it does."""
        if due > deadline:
            return f"its next attempt is due in {due - now:.0f} s, after this run's deadline"
        requests, retries = self.spent(now - self.rules.budget_window_s)
        allowed = max(self.rules.floor, self.rules.budget * requests)
        if retries + 1 > allowed:
            return f"the retry budget is used up ({retries} retries, {requests} requests)"
        return ""

    def left(self, now: float) -> int:
        """Retries that the budget still allows now."""
        requests, retries = self.spent(now - self.rules.budget_window_s)
        return max(0, int(max(self.rules.floor, self.rules.budget * requests)) - retries)
