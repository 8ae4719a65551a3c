"""The named steps of a commit, so that a test can kill a process at each of them.

`reach` does nothing unless the environment variable `ROYALTY_DIE_AT` names the step reached:
then the process kills itself with SIGKILL, as a loss of power would. Nothing else reads it.
"""

import os
import signal
from enum import StrEnum


class Step(StrEnum):
    """The steps of a commit, in their order; after the sweep those of what comes before one."""

    BEGUN = "begun"
    """The run folder is there and locked."""
    SEALED = "sealed"
    """A file of the run is whole on disk."""
    LOCKED = "locked"
    """The commit lock is held."""
    CREATED = "created"
    """On the first commit: the database is whole beside its name."""
    PLACING = "placing"
    """The first of the files stands in its table's folder."""
    PLACED = "placed"
    """All files stand in their folders; no transaction names them."""
    RECORDED = "recorded"
    """The transaction holds everything and is not committed."""
    COMMITTED = "committed"
    """The transaction is committed; its write-ahead log is not folded in."""
    CLOSED = "closed"
    """The database is closed; the views are those of the commit before."""
    BUILT = "built"
    """The new `lake.duckdb` is whole beside its name."""
    PUBLISHED = "published"
    """The new `lake.duckdb` has its name."""
    SWEEPING = "sweeping"
    """The first of the files that a sweep takes is gone."""
    NOTICE_WRITTEN = "notice_written"
    """A notice is whole on disk and has no name yet."""
    NOTICE_NAMED = "notice_named"
    """A notice has its name; its sender was not answered."""
    LANDED = "landed"
    """A file that was fetched stands in the inbox; no ingest has begun."""
    TAKEN = "taken"
    """A delivery is committed; the books do not know whence it came."""
    SETTLED = "settled"
    """The books hold a notice; its file still waits."""
    ASKED = "asked"
    """A request is in the journal and not sent."""
    ANSWERED = "answered"
    """Its answer has come whole; the journal does not know."""
    SPOOLED = "spooled"
    """A page is on disk; the journal does not know."""
    GATHERED = "gathered"
    """All that a round has brought is on disk; nothing of it is landed."""
    LANDED_ONE = "landed_one"
    """The books hold what a request brought; the journal does not know."""
    FIRED = "fired"
    """The books hold what alarms began or ended; no channel was told."""
    CALLED = "called"
    """A channel was told of an alarm; the books do not know."""


def reach(step: Step) -> None:
    """Pass on, or die here if `ROYALTY_DIE_AT` names this step."""
    if os.environ.get("ROYALTY_DIE_AT") == step.value:
        os.kill(os.getpid(), signal.SIGKILL)
