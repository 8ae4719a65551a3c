"""Frozen settings of a run, read once from `<home>/settings.toml`; unknown keys fail."""

import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """What an operator may change; every default is stated with its unit."""

    part_bytes: int = 48 * 2**20
    """Aimed size of a part, of which each thread holds one at a time."""
    threads: int = 0
    """Worker threads; 0 takes one per core."""
    query_bytes: int = 512 * 2**20
    """Memory that a question to the lake takes before it writes to a folder under the home."""
    lock_wait_s: float = 10.0
    """How long a second writer waits for the commit lock before it gives up."""
    keep_replaced_days: int = 7
    """How long replaced lake files stay for readers that still list them."""
    manifest_fault_share: Decimal = Decimal("0.5")
    """Beyond this share of lines with one fatal fault, it is a fault of the manifest."""
    repeat_share: Decimal = Decimal("0.5")
    """From this share of its lines with money that its source has sent before, a report is held as
    a possible duplicate: a supplement or another tier repeats some lines by chance, a report sent
    anew repeats nearly all."""
    repeat_lines: int = 10
    """Fewer such lines hold nothing: a short report may say each month what it said before."""
    isrc_contradiction_blocks: bool = True
    """Whether a candidate that bears another ISRC than reported is refused."""
    match_margin: float = 0.02
    """How far the best candidate must lead, in score, all that pay other parties."""
    isrc_text_floor: float = 0.4
    """Below this likeness of title (0.6 of it) and artist (0.4), what an ISRC names is not paid but
    asked about; an artist that agrees keeps a line above it."""
    retry_attempts: int = 8
    retry_base_s: float = 60.0
    retry_cap_s: float = 86_400.0
    retry_seed: int = 20_260_901
    sketches: bool = True
    """Whether a delivery's sketch is written to `drift`; without, nothing is compared with it."""
    archive: bool = False
    """Whether ingested manifests are kept, zstd-compressed, under `lake/raw/`."""


def load(home: Path) -> Settings:
    """The settings of a home folder; defaults where it has no `settings.toml`.

    Raises:
        UsageError: the file is not TOML, or holds an unknown key or a value of the wrong type.
    """
    path = home / "settings.toml"
    if not path.exists():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}", "mend that line") from error
    known = {field.name: field.default for field in fields(Settings)}
    if unknown := sorted(given.keys() - known.keys()):
        mend = f"known settings: {', '.join(known)}"
        raise UsageError(f"unknown setting {unknown[0]!r} in {path}", mend)
    return Settings(**{name: _typed(name, value, known[name]) for name, value in given.items()})


_LEAST = {"query_bytes": 2**26}
"""With less no question of a lake can be answered, and none says why."""


def _typed(name: str, value: Any, default: Any) -> Any:
    """The value in its default's type: a whole number may stand for a decimal, nothing else."""
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, int):
        fits = isinstance(value, int) and value >= 0
    else:
        fits = isinstance(value, int | Decimal) and value >= 0
    if not fits:
        kind = type(default).__name__
        raise UsageError(f"setting {name} = {value!r} is not a valid {kind}", f"try {default}")
    if value < (least := _LEAST.get(name, 0)):
        raise UsageError(f"setting {name} = {value!r} is too little", f"write {least} or more")
    return type(default)(value)
