"""What is measured on: made once in the bench's folder, and anew where its recipe changed."""

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.process import ROOT, BenchFailed, Run, run
from tests.world.dsrf_large import Form
from tests.world.manifest import Damage

_PYTHON = Path(sys.executable)
_SAMPLES = ROOT / "data" / "sample"
_RECIPES = ("tests/world/*.py", "tests/bench/peers/prepare.*")
FREE_BYTES_PER_LINE = 600
"""Of disk: the manifest, the compact parts of a run, the lake."""


@dataclass(frozen=True)
class Inputs:
    """The bench's folder and what is made there.

    Attributes:
        folder: where everything stands.
        lines: of the manifest.
        recordings: of the catalog.
        peers: the interpreter with the peers' packages.
    """

    folder: Path
    lines: int
    recordings: int
    peers: Path
    python: Path = field(default=_PYTHON)

    @property
    def royalty(self) -> Path:
        """The command, beside the interpreter."""
        return self.python.with_name("royalty")

    def manifest(self, damage: Damage, times: int = 1) -> Path:
        """A manifest over the catalog, `times` as long as asked for."""
        lines = self.lines * times
        # Underscores, because a profile reads six digits of a file's name as a period.
        path = self.folder / f"{damage.value}_{lines:_}_of_{self.recordings:_}.csv"
        source = self.catalog
        asked = ["--lines", str(lines), "--damage", damage.value, "--catalog", source]
        self._made(path, ["manifest", path, *asked])
        warm(path)
        return path

    def report(self, form: Form) -> Path:
        """A DSR flat file over the catalog: half the lines, and some as many bytes."""
        lines = self.lines // 2
        path = self.folder / f"DSR_{form.value}_{lines:_}_of_{self.recordings:_}.tsv"
        asked = ["--lines", str(lines), "--form", form.value, "--catalog", self.catalog]
        self._made(path, ["dsrf", path, *asked])
        warm(path)
        return path

    @cached_property
    def catalog(self) -> Path:
        """The catalog's folder of CSV files."""
        path = self.folder / f"catalog_{self.recordings:_}"
        return self._made(path, ["catalog", path, "--recordings", str(self.recordings)])

    @cached_property
    def keys(self) -> Path:
        """The catalog as the peers read it."""
        path = self.folder / f"peers_{self.recordings:_}"
        return self._made(path, [self.catalog, path], module="tests.bench.peers.prepare")

    def load(self, home: Path, *, watch: bool = False) -> Run:
        """Load the catalog into a fresh home."""
        shutil.rmtree(home, ignore_errors=True)
        return run(self.command(home, "catalog", "load", self.catalog, "--json"), watch=watch)

    @cached_property
    def home(self) -> Path:
        """A home with the catalog of this run's code and nothing else."""
        home = self.folder / "home"
        self.load(home)
        return home

    @cached_property
    def small_home(self) -> Path:
        """A home with the sample reports over the demo's catalog."""
        home, source = self.folder / "small-home", self.folder / "small-catalog"
        self._made(source, ["catalog", source])
        shutil.rmtree(home, ignore_errors=True)
        run(self.command(home, "catalog", "load", source))
        samples = [path for path in sorted(_SAMPLES.iterdir()) if path.suffix != ".md"]
        run(self.command(home, "ingest", *samples))
        return home

    def command(self, home: Path, *arguments: str | Path) -> list[str | Path]:
        """A `royalty` command on a home."""
        if not self.royalty.exists():
            raise BenchFailed(f"{self.royalty} is not there: run make setup")
        return [self.royalty, "--home", home, *arguments]

    def program(self, name: str, *arguments: str | Path) -> list[str | Path]:
        """A program of `peers/` that needs no more than we have ourselves."""
        return [self.python, "-m", f"tests.bench.peers.{name}", *arguments]

    def peer(self, name: str, *arguments: str | Path) -> list[str | Path]:
        """A program of `peers/` in the environment that has its packages."""
        if not self.peers.exists():
            raise BenchFailed(f"{self.peers} is not there: run make bench")
        return [self.peers, "-m", f"tests.bench.peers.{name}", *arguments]

    def empty_lake(self) -> None:
        """Leave nothing in the home but the catalog."""
        for path in self.home.iterdir():
            if path.name != "catalog":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def fresh(self, name: str) -> Path:
        """An empty folder for what a run writes."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def room_for(self, lines: int) -> bool:
        """Whether the disk can take a manifest of so many lines and what is made of it."""
        return shutil.disk_usage(self.folder).free > lines * FREE_BYTES_PER_LINE

    def _made(self, path: Path, asked: list[str | Path], module: str = "tests.world") -> Path:
        """The path, made anew where it is not there whole or was made by another recipe."""
        stamp = path.with_name(path.name + ".stamp")
        recipe = _recipe()
        if not (path.exists() and stamp.exists() and stamp.read_text() == recipe):
            print(f"making {path.name}", file=sys.stderr)
            path.parent.mkdir(parents=True, exist_ok=True)
            self.forget(path)
            run([self.python, "-m", module, *asked])
            stamp.write_text(recipe)
        return path

    def forget(self, path: Path) -> None:
        """Remove what was made, and what was written beside it."""
        for beside in path.parent.glob(f"{path.name}*"):
            shutil.rmtree(beside) if beside.is_dir() else beside.unlink()


def truth(path: Path) -> dict[str, Any]:
    """What is known of a manifest because it was made."""
    told: dict[str, Any] = json.loads(path.with_name(path.name + ".truth.json").read_text())
    return told


def warm(path: Path) -> None:
    """Bring a file into the page cache, so that no run pays for the disk."""
    with path.open("rb", buffering=0) as file:
        while file.read(2**24):
            pass


def _recipe() -> str:
    """The digest of all that decides what the inputs are."""
    digest = hashlib.sha256()
    for pattern in _RECIPES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
