"""What the keys of a profile must say together: each check yields what is wrong with its place."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.read.profile_columns import ignored
from pipeline.read.profile_spec import Spec
from pipeline.read.signature import folded


class Mistake(NamedTuple):
    """A key, what is wrong with it, and the mend."""

    key: str
    what: str
    mend: str


def mistakes(spec: Spec) -> Iterator[Mistake]:
    """What is wrong with a profile each of whose keys is sound by itself."""
    yield from _header(spec)
    if spec.header:
        yield from _names(spec)
        yield from _patterns(spec)
    yield from _twice(spec)
    yield from _signs(spec)


def _header(spec: Spec) -> Iterator[Mistake]:
    if spec.kind == "delimited" and not spec.header:
        yield Mistake("header", "is missing", "list the report's columns in order")
    if len({folded(name) for name in spec.header}) != len(spec.header):
        yield Mistake("header", "names a column twice", "number the second one")
    if not spec.dialect.header and not spec.shape:
        mend = "say what the cells of some columns look like"
        yield Mistake("shape", "is missing where there is no header", mend)


def _names(spec: Spec) -> Iterator[Mistake]:
    mend = "take one of the header, letter by letter"
    for key, names in spec.named():
        for name in names:
            if name not in spec.header:
                yield Mistake(key, f"names {name!r}, which the header has not", mend)


def _patterns(spec: Spec) -> Iterator[Mistake]:
    for key, patterns in (("ignore", spec.ignore), ("personal", spec.personal)):
        for pattern in patterns:
            if not any(ignored([pattern], name) for name in spec.header):
                yield Mistake(key, f"names {pattern!r}, which the header has not", "mend it")


def _twice(spec: Spec) -> Iterator[Mistake]:
    given = [*spec.columns, *spec.joined, *spec.fixed]
    given += [key for key in ("line_type", "sale_level") if getattr(spec, key)]
    given += ["sale_level"] if spec.track_if else []
    for name in sorted({name for name in given if given.count(name) > 1}):
        yield Mistake(name, "is given twice", "keep one of columns, joined, fixed, rule")


def _signs(spec: Spec) -> Iterator[Mistake]:
    if spec.sign is not None and spec.sign.column in spec.optional:
        what = f"names {spec.sign.column!r}, which tells the sign of amounts"
        yield Mistake("optional", what, "make two profiles, one for each layout")
