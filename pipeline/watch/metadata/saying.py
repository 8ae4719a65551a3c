"""Patterns in words: what a service began to do, to how many, and when."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.vocab_watch import Change
from pipeline.watch.metadata.templates import END, MIDDLE, REST, START

THINGS = {
    "title": "title",
    "version": "version",
    "artist": "artist",
    "label": "label",
    "gtin": "GTIN",
    "duration_s": "length",
}
"""What the columns hold, in the singular."""

_TO = {END: "append", START: "prepend", MIDDLE: "insert"}
_INTO = {END: "to", START: "to", MIDDLE: "into"}


def sentence(pattern: Mapping[str, Any]) -> str:
    """What a service began to do: `Spotify began to append " - Remastered" to 9 titles in 2026-05`.

    Args:
        pattern: a row of `MetadataDrift.patterns`.
    """
    who = pattern["service"] or pattern["source"] or "A sender"
    return f"{who} began to {_deed(pattern)} in {pattern['since']}"


def _deed(pattern: Mapping[str, Any]) -> str:
    things = _counted(pattern["isrcs"], THINGS[pattern["field"]])
    return DEEDS[Change(pattern["kind"])](pattern, things)


def _lettered(pattern: Mapping[str, Any], things: str) -> str:
    return f"write {things} in {pattern['added']}"


def _in_script(pattern: Mapping[str, Any], things: str) -> str:
    return f"write {things} in {pattern['added']} letters, not in {pattern['removed']}"


def _added(pattern: Mapping[str, Any], things: str) -> str:
    place = pattern["place"]
    added = _quoted(pattern["added"])
    return f"{_TO.get(place, 'add')} {added} {_INTO.get(place, 'to')} {things}"


def _removed(pattern: Mapping[str, Any], things: str) -> str:
    return f"drop {_quoted(pattern['removed'])} from {things}"


def _replaced(pattern: Mapping[str, Any], things: str) -> str:
    return f"put {_quoted(pattern['added'])} for {_quoted(pattern['removed'])} in {things}"


def _written(pattern: Mapping[str, Any], things: str) -> str:
    """Signs, joints and order."""
    removed, added = pattern["removed"].strip(), pattern["added"].strip()
    if removed and added:
        return f"write {_quoted(added)} for {_quoted(removed)} in {things}"
    if removed or added:
        return f"write {things} {'with' if added else 'without'} {_quoted(added or removed)}"
    ordered = pattern["kind"] == Change.ORDER
    return f"write the words of {things} {'in another order' if ordered else 'with other blanks'}"


def _moved(pattern: Mapping[str, Any], things: str) -> str:
    """Guests and versions that stand elsewhere."""
    what = "featured artists" if pattern["kind"] == Change.GUESTS else "the version"
    return f"take {what} out of {things}" if pattern["removed"] else f"put {what} into {things}"


def _renamed(pattern: Mapping[str, Any], things: str) -> str:
    """What was told in place of what."""
    if pattern["added"] == REST:
        return f"tell {things} that have nothing of the old"
    before = "others" if pattern["removed"] == REST else _quoted(pattern["removed"])
    tracks = _counted(pattern["isrcs"], "track")
    what = THINGS[pattern["field"]]
    return f"tell the {what} {_quoted(pattern['added'])} for {before} on {tracks}"


def _scaled(pattern: Mapping[str, Any], things: str) -> str:
    return f"tell {things} in another unit ({pattern['added']})"


def _shifted(pattern: Mapping[str, Any], things: str) -> str:
    by = pattern["added"]
    if by == REST:
        return f"tell {things} that are others"
    return f"tell {things} by {by}" if by[0] in "+−" else f"round {things} to {by}"


def _rounded(_pattern: Mapping[str, Any], things: str) -> str:
    return f"round {things} in another way"


def _zeros(_pattern: Mapping[str, Any], things: str) -> str:
    return f"write {things} with other zeros before them"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _quoted(text: str) -> str:
    return f"“{text}”"


DEEDS: Mapping[Change, Callable[[Mapping[str, Any], str], str]] = {
    Change.CASE: _lettered,
    Change.ACCENTS: _lettered,
    Change.SIGNS: _written,
    Change.JOINTS: _written,
    Change.ORDER: _written,
    Change.GUESTS: _moved,
    Change.MOVED: _moved,
    Change.ROUNDED: _rounded,
    Change.ZEROS: _zeros,
    Change.SCRIPT: _in_script,
    Change.ADDED: _added,
    Change.REMOVED: _removed,
    Change.REPLACED: _replaced,
    Change.RENAMED: _renamed,
    Change.SCALED: _scaled,
    Change.SHIFTED: _shifted,
}
