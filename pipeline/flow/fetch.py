"""Fetching: reports of sources with an API, from their providers into the lake.

```python
told = fetch(FetchOrder(home, settings), ["acme"])
```
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError, UsageError
from pipeline.flow.outcome import Report
from pipeline.read.profile import Profile
from pipeline.read.profiles import load_profiles
from pipeline.settings import Settings
from pipeline.sync.clock import Clock
from pipeline.sync.schema import api_of
from pipeline.sync.spec import Api
from pipeline.sync.words import SyncState


@dataclass(frozen=True)
class Heard:
    """How far a source has come.

    Attributes:
        source: its name.
        pages, manifests, bytes: that have come.
        waiting: what it waits for; "" where it works.
        wait_s: for how long.
        landing: whether what came is being taken into the lake.
    """

    source: str
    pages: int = 0
    manifests: int = 0
    bytes: int = 0
    waiting: str = ""
    wait_s: float = 0.0
    landing: bool = False


Tell = Callable[[Heard], None]


def _nothing(_heard: Heard) -> None:
    return None


@dataclass(frozen=True)
class FetchOrder:
    """What a fetch is asked for.

    Attributes:
        home: the home folder.
        settings: its settings.
        since: begin of a range to fetch again; "" for what is new.
        until: its end; "" for the begin of what was taken.
        dry_run: whether to say what would be asked, and ask nothing.
        tell: told how far each source has come.
        clock: to wait by.
    """

    home: Path
    settings: Settings
    since: str = ""
    until: str = ""
    dry_run: bool = False
    tell: Tell = _nothing
    clock: Clock = field(default_factory=Clock)


@dataclass
class Fetched:
    """What became of a source.

    Attributes:
        source: its name.
        state: what it came to.
        reports: of the manifests that it brought.
        pages, bytes: that came over the line.
        attempts, retries: requests that were sent, and those of them sent again.
        waits: seconds by reason.
        rows: what became of its rows, by what was done with them.
        cursor: the furthest place that is taken.
        error: why it gave up; "" where it did not.
        plan: what would be asked, for a dry run.
    """

    source: str
    state: SyncState = SyncState.NOTHING_NEW
    reports: list[Report] = field(default_factory=list)
    pages: int = 0
    bytes: int = 0
    attempts: int = 0
    retries: int = 0
    waits: dict[str, float] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    cursor: str = ""
    error: str = ""
    plan: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result as JSON values."""
        return {
            "source": self.source,
            "state": self.state.value,
            "manifests": [report.as_json() for report in self.reports],
            "pages": self.pages,
            "bytes": self.bytes,
            "attempts": self.attempts,
            "retries": self.retries,
            "waits": {reason: round(wait, 3) for reason, wait in self.waits.items()},
            "rows": dict(self.rows),
            "cursor": self.cursor or None,
            "error": self.error or None,
            "plan": self.plan or None,
        }


def sources(home: Path, names: Sequence[str] = ()) -> list[tuple[Api, Profile]]:
    """The sources that have an API, or those of some names, with their profiles.

    Raises:
        UsageError: one of them is not known, has no API, or describes none.
    """
    known = {profile.name: profile for profile in load_profiles(home)}
    with_api = [name for name, profile in known.items() if "api" in profile.spec.beside]
    for name in names:
        if name not in known:
            mend = f"with an API: {', '.join(with_api) or 'none'}"
            raise UsageError(f"there is no source {name!r}", mend)
        if "api" not in known[name].spec.beside:
            mend = f"write [api] into its TOML in {home / 'sources'}"
            raise UsageError(f"the source {name} has no API", mend)
    chosen = [known[name] for name in with_api]
    return [
        (api_of(profile.name, profile.spec.beside["api"], profile.spec.header), profile)
        for profile in chosen
        if not names or profile.name in names
    ]


def fetch(order: FetchOrder, names: Sequence[str]) -> list[Fetched]:
    """Fetch what is new at some sources, or at all that have an API, side by side.

    A source that gives up does not stop the others.

    Raises:
        UsageError: a source is not known or describes no API, or a credential is missing.
        PipelineError: the lake is busy or damaged.
    """
    from pipeline.flow.fetching import Fetching

    found = sources(order.home, names)
    order.home.mkdir(parents=True, exist_ok=True)

    async def all_of_them() -> list[Fetched]:
        landing = asyncio.Lock()
        tasks = [Fetching(order, api, profile, landing).run() for api, profile in found]
        told = await asyncio.gather(*tasks, return_exceptions=True)
        for one in told:
            if isinstance(one, BaseException) and not isinstance(one, PipelineError):
                raise one
        for one in told:
            if isinstance(one, PipelineError):
                raise one
        return [one for one in told if isinstance(one, Fetched)]

    return asyncio.run(all_of_them())
