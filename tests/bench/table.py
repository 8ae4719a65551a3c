"""The figures as one table, and as JSON."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure

_UNWATCHED_WIDTH = 200
_VERDICTS = {True: "[green]reached[/]", False: "[red]missed[/]", None: ""}


def show(figures: Sequence[Figure], about: dict[str, Any]) -> None:
    """Print the one table."""
    table = Table(
        title=f"{about['lines']:,} lines, {about['recordings']:,} recordings · {about['date']}",
        caption=_caption(about),
        show_lines=True,
    )
    for name in ("measure", "figure", "bar", "", "ours", "against"):
        table.add_column(name, no_wrap=name in {"figure", "bar"})
    table.add_column("remark", ratio=1)
    for figure in figures:
        verdict = _VERDICTS[figure.met if about["judged"] else None]
        told = (figure.ours, figure.against, figure.remark)
        table.add_row(figure.what, figure.text(), figure.bar_text(), verdict, *told)
    width = None if sys.stdout.isatty() else _UNWATCHED_WIDTH
    Console(width=width).print(table)


def save(figures: Sequence[Figure], about: dict[str, Any], path: Path) -> None:
    """Write the same as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {**about, "figures": [figure.document() for figure in figures]}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _caption(about: dict[str, Any]) -> str:
    versions = {"python": about["python"], **about["versions"], **about["peer_versions"]}
    machine = (
        f"{about['processor']}, {about['cores']} cores, {about['memory_mib']:,} MiB, "
        f"load {about['load_at_start']} at the start, commit {about['commit'] or 'unknown'}"
    )
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    judged = "" if about["judged"] else "\nThe bars are for 7 M lines; at this size none is judged."
    return f"{machine}\n{tools}\n{about['command']}{judged}"
