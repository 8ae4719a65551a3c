"""What every command has: the home folder, its settings, the clock, and a way to show a result."""

import json
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.text import Text

DEFAULT_HOME = Path("data")
_LEAST_WIDTH = 60

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")]
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; kept in the ledger.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many to list.")]


@dataclass(frozen=True)
class Session:
    """One call of a command; `at` is its only clock reading."""

    home: Path
    at: datetime

    @classmethod
    def of(cls, home: Path) -> "Session":
        """A session that begins now."""
        return cls(home, datetime.now(UTC))

    @property
    def settings(self) -> Settings:
        """The settings of the home folder."""
        return settings.load(self.home)

    @property
    def royalty(self) -> str:
        """How to call the command for this home again."""
        given = "" if self.home == DEFAULT_HOME else f" --home {shlex.quote(str(self.home))}"
        return f"royalty{given}"

    def existing(self) -> "Session":
        """This session, where its home is there: to look at one does not make it.

        Raises:
            UsageError: there is no such folder.
        """
        if not self.home.is_dir():
            raise UsageError(f"there is no folder {self.home}", "name the lake's with --home")
        return self


def show(screen: Callable[[int], Iterable["Text"]]) -> None:
    """Print a screen, made for the width of the terminal; a pipe has 80 columns."""
    from rich.console import Console

    console = Console()
    for line in screen(max(console.width, _LEAST_WIDTH)):
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(f"{json.dumps(document, indent=2)}\n")
