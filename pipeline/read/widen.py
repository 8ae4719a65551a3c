"""A profile widened by a layout that a person took: its TOML with the new names beside the old."""

from collections.abc import Mapping
from pathlib import Path

import tomlkit

from pipeline.errors import UsageError
from pipeline.read.profile_spec import Spec
from pipeline.read.profiles import SOURCES, read_spec


def widened(name: str, names: Mapping[str, str], home: Path) -> tuple[Spec, str]:
    """The profile under which columns may also come by other names, and its text.

    Args:
        name: of the source.
        names: the profile's columns, with the name that each bears as well from now on.
        home: the home folder, whose profile counts before the built-in one.

    Raises:
        UsageError: a name is no column of the profile, or there is no such profile.
    """
    own = home / "sources" / f"{name}.toml"
    path = own if own.is_file() else SOURCES / f"{name}.toml"
    if not path.is_file():
        raise UsageError(f"there is no file of source {name!r}", f"put it at {own}")
    spec = read_spec(path.name, path.read_text(encoding="utf-8"))
    for ours in names:
        if ours not in spec.header:
            known = ", ".join(spec.header)
            raise UsageError(f"{name} has no column {ours!r}", f"known: {known}")
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    also = {**spec.also, **{ours: (*spec.also.get(ours, ()), names[ours]) for ours in names}}
    document["also"] = {ours: list(dict.fromkeys(others)) for ours, others in also.items()}
    text = tomlkit.dumps(document)
    return read_spec(path.name, text), text
