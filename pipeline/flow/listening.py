"""`royalty webhook serve`: notices are kept at once, and answered by a process of their own."""

import logging
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.flow import notices
from pipeline.flow.doors import doors
from pipeline.sync.webhook import Hook
from pipeline.sync.webhook_app import Listener, application

if TYPE_CHECKING:
    from pipeline.sync.webhook import Notice

REST_S = 2.0
"""Notices that come together are answered by one fetch."""
FIRST_RETRY_S, LAST_RETRY_S = 30.0, 900.0
ROUND_S = 300.0
"""How often silent sources are looked for."""
MAX_REQUESTS = 64
"""At the same time; whoever comes beyond is told to come again."""

_QUEUE = 128

_log = logging.getLogger(__name__)


def hooks(home: Path) -> dict[str, Hook]:
    """The sources that send notices, with their secrets.

    Raises:
        UsageError: a `[webhook]` is wrong, a secret is not where it should be, or there is none.
    """
    found = {name: door.armed_hook() for name, door in doors(home).items()}
    listed = {name: hook for name, hook in found.items() if hook is not None}
    if not listed:
        raise UsageError("no source sends notices", "write [webhook] into a profile of the home")
    return listed


@dataclass
class Command:
    """A command as a process of its own: what it needs of memory and time is not the server's.

    Attributes:
        arguments: the whole command line.
        well: exit codes with which it has done what it could.
    """

    arguments: Sequence[str]
    well: Sequence[int] = (0,)
    _process: subprocess.Popen[bytes] | None = None
    _ended: bool = False

    def __call__(self) -> bool:
        """Whether it ended well."""
        if self._ended:
            return False
        # Its errors are told where the server's are; what it found is in the books.
        self._process = subprocess.Popen(  # noqa: S603 - this very command, started anew
            self.arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        return self._process.wait() in self.well

    def end(self) -> None:
        """End it: what it was at is begun anew by the next, as after any crash."""
        self._ended = True
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


@dataclass
class Answerer:
    """Has notices answered: soon after one came, again where that failed, and after a silence.

    Attributes:
        answer: answers what waits.
        rest_s: how long to wait for further notices.
    """

    answer: Command
    rest_s: float = REST_S
    _came: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    def came(self, _notice: "Notice") -> None:
        """A notice is durable."""
        self._came.set()

    def run(self) -> None:
        """Answer until the end; what waits from before is answered first."""
        wait_s = 0.0
        failed_s = FIRST_RETRY_S
        while not self._ended.is_set():
            self._came.wait(wait_s)
            if self._ended.wait(self.rest_s if self._came.is_set() else 0):
                return
            self._came.clear()
            if self.answer():
                wait_s, failed_s = ROUND_S, FIRST_RETRY_S
            else:
                _log.warning("notices wait: what they ask for could not be fetched yet")
                wait_s, failed_s = failed_s, min(2 * failed_s, LAST_RETRY_S)

    def end(self) -> None:
        """Answer nothing further; what waits is answered by the next command."""
        self._ended.set()
        self._came.set()
        self.answer.end()


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; with port 0 on a free one.

    Raises:
        UsageError: the address cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        # Whoever comes before the server is up waits for it, and is not turned away.
        found.listen(_QUEUE)
    except OSError as error:
        what = f"{host} port {port} cannot be had: {error.strerror or error}"
        raise UsageError(what, "name another with --host and --port") from error
    return found


def serve(
    home: Path,
    listened: Mapping[str, Hook],
    at: socket.socket,
    clock: Callable[[], datetime],
    answerer: Answerer,
) -> None:
    """Listen until the process is told to end.

    Args:
        home: the home folder.
        listened: the sources, by name.
        at: a bound socket.
        clock: tells the time, aware.
        answerer: has notices answered.
    """
    import uvicorn

    notices.prepare(home)
    listener = Listener(listened, partial(notices.keep, home), answerer.came, clock)
    config = uvicorn.Config(
        application(listener),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_REQUESTS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=10,
        lifespan="off",
    )
    worker = threading.Thread(target=answerer.run, name="answerer")
    worker.start()
    try:
        with _told_to_end():
            uvicorn.Server(config).run(sockets=[at])
    finally:
        answerer.end()
        worker.join()


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Let signals end the server and no more: uvicorn raises them again once it has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, _passed) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _passed(_signal: int, _frame: object) -> None:
    """Take note of nothing: the server knows already."""
