"""Whatever goes wrong on the line: each report is in the lake once, each attempt in the ledger."""

import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flow.homes import asked
from tests.flow.test_fetch import assert_explained, money, of_reports, of_rows, shelf, sync
from tests.provider import sources
from tests.provider.chaos import PAGERS
from tests.provider.mischief import KINDS, Schedule
from tests.provider.provider import Provider, Rate

EXAMPLES = max(settings().max_examples // 20, 1)  # each is several fetches over real HTTP
_MOST_RUNS = 60
_REPORTS = 4


@dataclass(frozen=True)
class Case:
    """A provider, what it does wrong, and how it is asked.

    Attributes:
        count: rows that it holds, and reports up to `_REPORTS`.
        again: rows that it gives twice.
        window: requests and seconds that it allows.
    """

    faults: Schedule
    pager: str
    what: str
    count: int
    again: int
    window: tuple[int, float]
    concurrency: int

    def provider(self) -> Provider:
        """The provider; its rows stand in no order."""
        stock = shelf(min(self.count, _REPORTS), self.count)
        draws = Random(self.faults.seed)
        stock.rows += draws.choices(stock.rows, k=self.again)
        draws.shuffle(stock.rows)
        return Provider(stock, self.faults, Rate(*self.window))

    def expected(self) -> tuple[int, Decimal]:
        """Lines and money of what it holds."""
        if self.what == "reports":
            return of_reports(*range(min(self.count, _REPORTS)))
        return of_rows(*range(self.count))


CASES = st.builds(
    Case,
    faults=st.builds(
        Schedule,
        seed=st.integers(0, 2**32),
        share=st.floats(0.0, 0.5),
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple),
        after_s=st.sampled_from([0.01, 0.05]),
        stall_s=st.just(0.4),
    ),
    pager=st.sampled_from(PAGERS),
    what=st.sampled_from(["reports", "rows"]),
    count=st.integers(1, 45),
    again=st.integers(0, 8),
    window=st.sampled_from([(0, 1.0), (5, 0.05), (20, 0.2)]),
    concurrency=st.integers(1, 5),
) | st.builds(
    # A page of JSON lines tells what follows it by the header `Link` or by its size alone.
    Case,
    faults=st.builds(Schedule, seed=st.integers(0, 2**32), share=st.floats(0.0, 0.5)),
    pager=st.sampled_from(["link", "offset", "page"]),
    what=st.just("rows.jsonl"),
    count=st.integers(1, 45),
    again=st.integers(0, 8),
    window=st.just((20, 0.2)),
    concurrency=st.integers(1, 5),
)


@settings(max_examples=EXAMPLES)
@given(CASES)
def test_whatever_goes_wrong_each_report_is_there_once(case: Case) -> None:
    provider = case.provider()
    requests, window_s = case.window
    limits = {"requests": requests, "window_s": window_s, "concurrency": case.concurrency}
    with tempfile.TemporaryDirectory() as folder, provider.running():
        home = Path(folder)
        table = sources.api(
            provider.base, case.pager, case.what, limits=limits, timeouts={"read_s": 0.2}
        )
        sources.write(home, "acme", table)
        # The second time over, nothing is new.
        for _ in range(2):
            runs = 0
            while (told := sync(home)).error:
                runs += 1
                assert runs < _MOST_RUNS, told.error
            assert money(home) == case.expected()
        assert asked(home, "FROM conservation WHERE difference <> 0") == []
        assert_explained(home, provider)
        assert provider.rate.broken == 0
