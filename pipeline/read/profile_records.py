"""The parts of a profile's TOML that say what records are, and where a report names itself."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from pipeline.read.dsrf_roles import Roles
from pipeline.read.profile_control import Wrong
from pipeline.read.profile_spec import MessageId

Texts = Callable[[str, object], tuple[str, ...]]
"""One text or several from the value of a key."""


def roles(table: Mapping[str, Any], texts: Texts, wrong: Wrong) -> Roles:
    """The table `[records]`.

    Raises:
        UsageError: it knows no such key, or a value is of another kind than its key.
    """
    _refuse_unknown("records", table, Roles, wrong)
    given: dict[str, Any] = dict(table)
    for key, usual in (("needed", []), ("types", ["*"])):
        given[key] = texts(f"records.{key}", table.get(key, usual))
    for key in ("total", "cells"):
        if not isinstance(table.get(key, {}), dict):
            raise wrong(f"records.{key}", "is no table", f"write [records.{key}]")
    given["cells"] = {
        name: tuple(cell for text in texts(f"records.cells.{name}", value) for cell in text.split())
        for name, value in table.get("cells", {}).items()
    }
    return Roles(**given)


def message_id(table: Mapping[str, Any], texts: Texts, wrong: Wrong) -> MessageId:
    """The table `[message_id]`.

    Raises:
        UsageError: it knows no such key, or a value is no text.
    """
    _refuse_unknown("message_id", table, MessageId, wrong)
    return MessageId(**{name: texts(f"message_id.{name}", told) for name, told in table.items()})


def _refuse_unknown(key: str, table: Mapping[str, Any], form: type, wrong: Wrong) -> None:
    known = [one.name for one in fields(form)]
    for name in table:
        if name not in known:
            raise wrong(key, f"knows no {name!r}", f"known: {', '.join(known)}")
