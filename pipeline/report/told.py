"""Words of the notebooks: what stands above the charts, and what one may choose."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.flow.notebooks import Seen
from pipeline.report import amounts, charts, layout
from pipeline.report.layout import count, currency_name
from pipeline.vocab import Severity, Status

SINCE: Mapping[str, str] = {"the period's end": "period", "the report was taken": "taken"}
"""From when an age counts: in words, and as `notebooks/ageing` names it."""
_LABEL_CELLS = 40
_FILE_CELLS = 48
_NAMED = 5
_SENTENCES = 8


def no_lake(home: Path) -> str:
    """What a notebook says of a home without reports."""
    return f"No lake in `{home}` yet: ingest a report first, or set `ROYALTY_HOME`."


def no_lines(home: Path) -> str:
    """What a notebook says of a lake that holds no line."""
    return f"The lake in `{home}` holds no line yet: its reports were empty, or refused."


def currencies(found: pl.DataFrame) -> dict[str, str]:
    """Currencies to choose from, of `notebooks/currencies`: as named, to as the lake holds them."""
    return {currency_name(one): one for one in found["currency"]}


def all_or(names: Sequence[str], what: str) -> dict[str, str | None]:
    """All of something, or one of it: as named, to as queries take it."""
    rest = {charts.reported(one, _LABEL_CELLS, "(not named)"): one for one in names}
    return {f"all {len(names):,} {what}" if len(names) > 1 else f"all {what}": None, **rest}


def all_of(names: pl.Series, what: str) -> dict[str, str | None]:
    """`all_or` of what stands in a column, in order."""
    return all_or(sorted(names.unique().to_list()), what)


def balance(found: pl.DataFrame) -> str:
    """Whether the lines add up to the books, of `notebooks/currencies`, as Markdown."""
    off = found.filter((pl.col("difference") != 0) | (pl.col("difference_lines") != 0))
    lines = count(_sum(found, "reported_lines"), "line")
    if off.is_empty():
        return (
            f"**Everything adds up.** {lines} in {count(found.height, 'currency')}: what was"
            " reported is matched, unmatched, on hold, quarantined or excluded, to the last digit."
        )
    named = ", ".join(
        f"{amounts.exact(one['difference'], currency_name(one['currency']))}"
        f" ({one['difference_lines']:+,} lines)"
        for one in off.iter_rows(named=True)
    )
    return f"**{count(off.height, 'currency')} off:** the lines differ from the books by {named}."


def glance(found: pl.DataFrame, deliveries: pl.DataFrame) -> str:
    """A quarter in two sentences; of `notebooks/currencies` and `deliveries`."""
    off = deliveries.filter(pl.col("off") != "")
    weighed = (
        "None is off against what it declares."
        if off.is_empty()
        else f"**{count(off.height, 'report')} off** against what it declares:"
        f" {', '.join(_code(name) for name in off['report'].head(_NAMED))}."
    )
    return f"{count(deliveries.height, 'report')}. {weighed} {balance(found)}"


def _code(text: str) -> str:
    """What a report says, within Markdown: no mark of it counts."""
    return f"`{layout.plain(text).replace('`', chr(39))}`"


def quarantine(found: pl.DataFrame, *, quarantined: bool) -> str:
    """How many lines are put aside, and of how many reports; of `notebooks/faults`."""
    what = "in quarantine" if quarantined else "held back"
    if found.is_empty():
        return f"**No line is {what}.**"
    reports = found.select("manifest", "accounting_period").n_unique()
    sums = found.group_by("currency", maintain_order=True).agg(pl.col("amount").sum())
    money = [
        amounts.short(one["amount"], one["currency"])
        for one in sums.iter_rows(named=True)
        if one["amount"]
    ]
    lost = _sum(found, "unreadable_lines")
    said = ", ".join(
        [*money, *([f"{count(lost, 'line')} without a readable amount"] if lost else [])]
    )
    lines = count(_sum(found, "lines"), "line" if quarantined else "fault")
    return f"**{lines} {what}** of {count(reports, 'report')}: {said}."


def _sum(found: pl.DataFrame, column: str) -> int:
    return int(found[column].sum())


def reports(found: pl.DataFrame) -> dict[str, str | None]:
    """Reports to choose from, of `notebooks/faults`: by the name of their file, to their id."""
    named: dict[str, str | None] = {"all reports": None}
    ids = found.select("manifest", "path").unique("manifest", maintain_order=True)
    for manifest, path in ids.iter_rows():
        name = Path(path).name if path else ""
        named[f"{layout.shortened(layout.plain(name), _FILE_CELLS)} {manifest[:8]}".strip()] = (
            manifest
        )
    return named


def held_line(line: Mapping[str, Any]) -> str:
    """A line that is held back, in one sentence."""
    report = Path(line["path"]).name if line["path"] else line["manifest"][:12]
    faults = ", ".join(line["faults"]) or line["fault"] or "no fault"
    amount = (
        "amount unreadable"
        if line["amount"] is None
        else amounts.exact(line["amount"], currency_name(line["currency"]))
    )
    return f"Line {line['line']:,} of {report}: {faults}, {amount}"


def sources(choices: pl.DataFrame) -> list[str]:
    """Sources to choose from, of `notebooks/drift_choices`."""
    return sorted(choices["source"].unique())


def of_source(choices: pl.DataFrame, source: str) -> pl.DataFrame:
    """The choices that one source leaves."""
    return choices.filter(source=source)


def periods(choices: pl.DataFrame) -> list[str]:
    """The periods of some choices, in order."""
    return sorted(choices["accounting_period"].unique())


def period(seen: Seen) -> str:
    """The period that is looked at, in words."""
    return seen.period or "no period"


def columns(found: pl.DataFrame) -> list[str]:
    """Columns whose values are told, the shortest vocabulary of more than one first."""
    several = found.filter(pl.col("told") > 1)["column"].to_list()
    return [*several, *(name for name in found["column"] if name not in several)]


def swapped(names: Mapping[str, str]) -> dict[str, str]:
    """Columns to choose from by what people call them."""
    return {name: column for column, name in names.items()}


def drift(findings: pl.DataFrame, seen: Seen) -> str:
    """What changed in a period of a source, the dearest first, as HTML; of `drift/findings`."""
    where = f"{_escaped(seen.source)}, {_escaped(period(seen))}"
    if findings.is_empty():
        said = "nothing changed that stands out from its past" if seen.before else _NOTHING
        return f"<p><b>{where}:</b> {said}.</p>"
    shown = findings.head(_SENTENCES)
    lines = "".join(
        f'<li style="margin: 0.2rem 0">{_severity(one["severity"])}{_escaped(one["detail"])}</li>'
        for one in shown.iter_rows(named=True)
    )
    left = findings.height - shown.height
    more = f"<p>… and {count(left, 'change')} more in the table.</p>" if left else ""
    head = f"<p><b>{where}:</b> {count(findings.height, 'change')}, the dearest first</p>"
    return f'{head}<ol style="list-style: decimal; padding-left: 1.5rem">{lines}</ol>{more}'


_NOTHING = "the first of its kind: there is nothing to compare it with"


def _severity(severity: str) -> str:
    if severity != Severity.HIGH:
        return ""
    return f'<b style="color: {charts.COLOURS[Status.QUARANTINED]}">{severity}</b> '


def _escaped(text: str) -> str:
    return html.escape(layout.plain(text).replace("\n", "\\n"))
