"""`royalty bench`: measure against the peers; needs a clone of the repo."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from pipeline.cli.session import Json
from pipeline.errors import UsageError

_ROOT = Path(__file__).resolve().parents[2]


def bench(
    lines: Annotated[int | None, typer.Option(min=1, help="Of the manifest.")] = None,
    recordings: Annotated[int | None, typer.Option(min=1, help="Of the catalog.")] = None,
    as_json: Json = False,
) -> None:
    """Measure this machine against the peers, such as `make bench`."""
    if not (_ROOT / "tests" / "bench").is_dir():
        raise UsageError("the bench is not part of an installed package", "run it in the repo")
    words = [sys.executable, "-m", "tests.bench"]
    for name, number in (("--lines", lines), ("--recordings", recordings)):
        words += [name, str(number)] if number else []
    if not as_json:
        raise typer.Exit(subprocess.run(words, cwd=_ROOT, check=False).returncode)  # noqa: S603 - this interpreter
    with TemporaryDirectory() as folder:
        out = Path(folder) / "bench.json"
        words += ["--out", str(out)]
        code = subprocess.run(words, cwd=_ROOT, check=False, stdout=sys.stderr).returncode  # noqa: S603 - this interpreter
        if out.exists():
            sys.stdout.write(out.read_text(encoding="utf-8"))
    raise typer.Exit(code)
