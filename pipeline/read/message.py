"""What its sender calls a report, and which earlier one it says that it replaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.read.profile_spec import MessageId

_JOIN = "/"


@dataclass(frozen=True)
class Message:
    """What a report says of itself.

    Attributes:
        own: its id; null where it has none.
        part: which file of the message it is; null where nothing tells.
        replaces: the id of the message that it replaces; null where it replaces none.
    """

    own: str | None = None
    part: str | None = None
    replaces: str | None = None


def message_of(where: MessageId, cells: Mapping[str, str]) -> Message:
    """The message that a report is.

    Args:
        where: the profile's word.
        cells: the report's cells by name, one each; blank ones left out.
    """
    return Message(*(_joined(names, cells) for names in (where.own, where.part, where.replaces)))


def cells_of(lines: pl.DataFrame, own: Mapping[str, str]) -> dict[str, str]:
    """Of some lines the cells that are the same on all of them, blank ones aside.

    Args:
        lines: raw cells of the first lines of a report.
        own: the profile's columns that the report has, each with its name there.
    """
    found = {}
    for name, column in own.items():
        texts = lines[column].str.strip_chars().drop_nulls().unique()
        values = texts.filter(texts != "")
        # Ids of several messages are the id of none.
        if len(values) == 1:
            found[name] = str(values[0])
    return found


def _joined(names: Sequence[str], cells: Mapping[str, str]) -> str | None:
    texts = [cells.get(name, "").strip() for name in names]
    return _JOIN.join(texts) if texts and all(texts) else None
