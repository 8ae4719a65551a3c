"""By which doors the reports of each source come here, as the profiles say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.read.profiles import load_profiles
from pipeline.sync.folder import Folder
from pipeline.sync.sftp import Sftp
from pipeline.sync.webhook import Hook

_FETCHES = ("api", "folder", "sftp")


@dataclass(frozen=True)
class Door:
    """The tables of one source that say how its reports come; none is read before it is needed.

    A source whose tables are wrong, or whose secret is not there, hinders no other.
    """

    source: str
    home: Path
    beside: Mapping[str, Mapping[str, Any]]

    @property
    def has_api(self) -> bool:
        """Whether it is asked over HTTP."""
        return "api" in self.beside

    @property
    def has_hook(self) -> bool:
        """Whether it sends notices."""
        return "webhook" in self.beside

    def folder(self) -> Folder | None:
        """Its watched folder.

        Raises:
            UsageError: `[folder]` is wrong.
        """
        given = self.beside.get("folder")
        return None if given is None else Folder.read(self.source, given, self.home)

    def sftp(self) -> Sftp | None:
        """Its SFTP server.

        Raises:
            UsageError: `[sftp]` is wrong.
        """
        given = self.beside.get("sftp")
        return None if given is None else Sftp.read(self.source, given, self.home)

    def hook(self) -> Hook | None:
        """Its notices, without their secrets.

        Raises:
            UsageError: `[webhook]` is wrong, or nothing says what to do upon a notice.
        """
        given = self.beside.get("webhook")
        if given is None:
            return None
        if not any(name in self.beside for name in _FETCHES):
            mend = "add [api], [folder] or [sftp]"
            raise UsageError(f"source {self.source}: a notice asks for a fetch from nowhere", mend)
        return Hook.read(self.source, given)

    def armed_hook(self) -> Hook | None:
        """Its notices, with their secrets.

        Raises:
            UsageError: as `hook`; or a secret is not where it should be.
        """
        hook = self.hook()
        return hook and hook.armed(self.beside["webhook"], self.home)


def doors(home: Path) -> dict[str, Door]:
    """The sources whose profile says how their reports come, by name.

    Raises:
        UsageError: a profile is none.
    """
    home = home.resolve()
    return {
        profile.name: Door(profile.name, home, profile.spec.beside)
        for profile in load_profiles(home)
        if any(name in profile.spec.beside for name in (*_FETCHES, "webhook"))
    }


def without_api(home: Path, names: Sequence[str] = ()) -> list[str]:
    """Sources whose reports come by a watched folder or SFTP alone: all, or those of some names."""
    return [
        source
        for source, door in doors(home).items()
        if not door.has_api and door.beside.keys() & {"folder", "sftp"}
        if not names or source in names
    ]
