"""A first profile for a report that nobody has described, as TOML to be read and mended."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.contract import currencies
from pipeline.errors import ManifestRefused
from pipeline.read.draft_columns import DAYS, NUMBERS, Proposal, proposals
from pipeline.read.draft_dialect import Layout, layout_of
from pipeline.read.draft_names import names_a_person
from pipeline.read.profile_schema import Reader
from pipeline.read.profile_spec import Spec
from pipeline.vocab import LineType, SaleLevel

_CODE = re.compile(r"(?<![A-Z])([A-Z]{3})(?![A-Z])")
_SIGNS = {"US$": "USD", "$US": "USD", "€": "EUR", "£": "GBP"}
_TRACK = ("isrc", "title")
_IDENTIFIERS = ("isrc", "gtin", "title")
_LEAST_REGULAR = 0.98
_DOUBTFUL = 0.8


@dataclass(frozen=True)
class Draft:
    """What is proposed for a report.

    Attributes:
        name: of the source.
        toml: the profile, each line of columns with its confidence.
        spec: the same, read.
        proposals: column by column.
        doubts: what a person must look at first, a sentence each.
    """

    name: str
    toml: str
    spec: Spec
    proposals: tuple[Proposal, ...]
    doubts: tuple[str, ...]


def draft(name: str, title: str, head: bytes, known: Sequence[Spec], *, whole: bool) -> Draft:
    """Propose a profile.

    Args:
        name: of the source that is to be.
        title: what a person calls the report.
        head: the report's first bytes, unpacked.
        known: profiles, whose names for columns are what senders call them.
        whole: whether `head` is all of the report.

    Raises:
        ManifestRefused: no delimiter makes columns of it.
    """
    layout = layout_of(head, whole=whole)
    if layout is None:
        raise ManifestRefused(
            f"{title} has no header record that a delimiter parts into columns",
            "deliver the report as its sender wrote it",
        )
    cells = pl.DataFrame(
        [list(row) for row in layout.rows],
        schema=dict.fromkeys(layout.header, pl.String()),
        orient="row",
    )
    found = proposals(cells, known)
    fixed = _fixed(found)
    toml = _toml(name, title, layout, found, fixed)
    spec = Reader(f"{name}.toml", tomllib.loads(toml)).spec()
    return Draft(name, toml, spec, tuple(found), tuple(_doubts(layout, found, fixed)))


def _fixed(found: Sequence[Proposal]) -> dict[str, str]:
    """What is the same on every line, as far as the header tells."""
    named = {one.canonical: one.column for one in found}
    fixed = {"line_type": LineType.SALE.value}
    if not _track_if(found):
        fixed["sale_level"] = SaleLevel.TRACK.value
    code = _currency_in(named.get("amount", ""))
    if "currency" not in named and code is not None:
        fixed["currency"] = code
    return fixed


def _currency_in(column: str) -> str | None:
    """The currency that a column's name states, such as `Earnings (USD)`."""
    codes = [code for code in _CODE.findall(column) if code in currencies.ACTIVE]
    codes += [code for sign, code in _SIGNS.items() if sign in column]
    return codes[0] if codes else None


def _track_if(found: Sequence[Proposal]) -> list[str]:
    """Columns of which a line of a track fills one, where a line may be of a release."""
    named = {one.canonical: one.column for one in found}
    both = "release_title" in named or "gtin" in named
    return [named[name] for name in _TRACK if name in named] if both else []


def _doubts(layout: Layout, found: Sequence[Proposal], fixed: dict[str, str]) -> list[str]:
    """What keeps the draft from being trusted."""
    unsure = [
        f"{one.column!r} may be something else than {one.canonical}"
        for one in found
        if one.confidence < _DOUBTFUL
    ]
    returns = "every line is taken for a sale: say how returns are told, if there are any"
    personal = [
        f"{name!r} seems to name a person: it is blanked" for name in _personal(layout, found)
    ]
    return [*_lacking(found, fixed), *unsure, *personal, *_left_out(layout), returns]


def _personal(layout: Layout, found: Sequence[Proposal]) -> list[str]:
    """Columns that seem to name or find a person, by their names."""
    taken = _columns(found)
    return [name for name in layout.header if name not in taken and names_a_person(name)]


def _lacking(found: Sequence[Proposal], fixed: dict[str, str]) -> list[str]:
    """What no column seems to say."""
    named = {one.canonical for one in found}
    doubts = []
    if "amount" not in named:
        doubts.append("no column seems to hold the amount that is due")
    if "currency" in fixed:
        doubts.append(f"every line is taken for {fixed['currency']}, as the header says")
    elif "currency" not in named:
        doubts.append("no column and no header cell names the currency")
    if not named & set(_IDENTIFIERS):
        doubts.append("no column seems to name an ISRC, a GTIN or a title")
    if not named & {"period_start", "activity_start"}:
        doubts.append("no column names a period: deliver it with --period")
    return doubts


def _left_out(layout: Layout) -> list[str]:
    """What of the report would be no line, or a faulty one."""
    doubts = []
    if layout.regular < _LEAST_REGULAR:
        odd = 1 - layout.regular
        doubts.append(f"{odd:.1%} of the records have another number of cells than the header")
    if layout.dialect.skip:
        doubts.append(f"the header is looked for below up to {layout.dialect.skip} lines")
    if layout.dialect.footer:
        doubts.append(f"the last {layout.dialect.footer} lines are left out as a footer")
    return doubts


def _toml(
    name: str, title: str, layout: Layout, found: Sequence[Proposal], fixed: dict[str, str]
) -> str:
    """The profile's text."""
    named = {one.canonical: one for one in found}
    lines = _top(name, title, layout, found)
    lines += ["", "[dialect]", *_dialect(layout), "", "[columns]"]
    longest = max((len(one.canonical) + len(_text(one.column)) for one in found), default=0)
    for one in found:
        blanks = " " * (longest - len(one.canonical) - len(_text(one.column)))
        said = f"# {one.confidence:.2f} {_comment(one.why)}"
        lines.append(f"{one.canonical} = {_text(one.column)}{blanks}  {said}")
    held = {*_columns(found), *_personal(layout, found)}
    if unnamed := [column for column in layout.header if column not in held]:
        lines.append(f"# kept as extra: {', '.join(map(_comment, unnamed))}")
    lines += ["", "[fixed]", *(f"{key} = {_text(value)}" for key, value in fixed.items())]
    if written := _forms(found):
        lines += ["", "[forms]", *(f"{key} = {_list(names)}" for key, names in written.items())]
    dated = named.get("period_start") or named.get("activity_start")
    if dated is not None and dated.forms:
        end = named["period_end" if "period_start" in named else "activity_end"]
        lines += ["", "[period]", f"column = {_text(dated.column)}"]
        if end.column != dated.column:
            lines.append(f"end = {_text(end.column)}")
        lines.append(f"forms = {_list(dated.forms)}")
    return "\n".join([*lines, ""])


def _top(name: str, title: str, layout: Layout, found: Sequence[Proposal]) -> list[str]:
    """What stands above the tables."""
    lines = [
        "# A draft: read it line by line, mend it, and deliver the report again.",
        f"name = {_text(name)}",
        f"title = {_text(title)}",
        'kind = "delimited"',
        "header = [",
        *(f"    {_text(column)}," for column in layout.header),
        "]",
    ]
    lines += [f"preamble = {layout.dialect.skip}"] if layout.dialect.skip else []
    for key, names in (("personal", _personal(layout, found)), ("track_if", _track_if(found))):
        lines += [f"{key} = {_list(names)}"] if names else []
    return lines


def _columns(found: Sequence[Proposal]) -> set[str]:
    return {one.column for one in found}


def _dialect(layout: Layout) -> list[str]:
    dialect = layout.dialect
    lines = [f"delimiter = {_text(dialect.delimiter)}", f"encoding = {_text(dialect.encoding)}"]
    lines += [f"footer = {dialect.footer}"] if dialect.footer else []
    return lines


def _forms(found: Sequence[Proposal]) -> dict[str, tuple[str, ...]]:
    """How groups of columns are written, by the surest column of each."""
    groups = {**DAYS, **dict.fromkeys(NUMBERS, "number"), "territory": "territory"}
    written: dict[str, tuple[str, ...]] = {}
    for one in sorted(found, key=lambda one: one.canonical != "amount"):
        if one.forms and one.canonical in groups:
            written.setdefault(groups[one.canonical], one.forms)
    return dict(sorted(written.items()))


def _text(value: str) -> str:
    """A TOML string; what JSON leaves and TOML does not take is spelled out."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _comment(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
