"""What is declared of reports against what they hold: both figures, and the difference."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from pipeline.flow.standing import Count
from pipeline.report import layout
from pipeline.report.layout import Column
from pipeline.vocab import Balance

if TYPE_CHECKING:
    # Half a second of start-up that a status screen would pay for the name of a type.
    from pipeline.flow.differences import Difference, Payment

_SHORT_ID = 12


def control_lines(counts: Sequence[Count], width: int) -> list[Text]:
    """Of one report: what is off first, then what differs and need not trouble anyone."""
    if not counts:
        return [layout.note("control: the report declares none")]
    lines: list[Text] = []
    if off := dict.fromkeys(_compared(one) for one in counts if one.is_off):
        lines += layout.listed(["control is OFF", *off], width, "bold red")
    else:
        even = [one for one in counts if not one.is_off and not _is_apart(one)]
        known = dict.fromkeys(_known(one) for one in even if one.found is not None)
        whole = all(one.found is not None for one in counts)
        apart = [] if whole else ["its other files declare more"]
        is_even = len(even) == len(counts)
        said = "control is as declared" if is_even else "control differs, and is settled"
        lines += layout.listed([said, *known, *apart], width)
    lines += [layout.note(_apart(one)) for one in counts if _is_apart(one)]
    return lines


def differences_screen(found: "Sequence[Difference]", width: int) -> Iterator[Text]:
    """What is declared of reports and differs, one row per figure."""
    if not found:
        yield layout.note("nothing differs from what is declared")
        return
    columns = [
        Column("report", flexible=True),
        Column("manifest"),
        Column("figure"),
        Column("declared", right=True),
        Column("found", right=True),
        Column("difference", right=True),
        Column(""),
        Column("stands"),
    ]
    rows = [
        [
            Path(one.path).name if one.path else one.source or "",
            one.manifest[:_SHORT_ID],
            one.what,
            *map(_alone, (one.declared, one.found, one.difference)),
            one.currency,
            f"{'!' if one.balance == Balance.OFF else ''}{one.balance}",
        ]
        for one in found
    ]
    yield from layout.table(columns, rows, width, "red")
    for one in found:
        if one.accepted_by is not None:
            which = f"{one.manifest[:_SHORT_ID]} {one.what}"
            yield layout.note(f"{which}: accepted by {one.accepted_by}: {one.reason}")


def payments_screen(paid: "Sequence[Payment]") -> Iterator[Text]:
    """What was paid, one line per payment and currency."""
    for one in paid:
        amount = layout.decimals([one.amount])[0]
        reports = layout.count(len(one.manifests), "report")
        names = ", ".join(manifest[:_SHORT_ID] for manifest in one.manifests)
        source = f" ({one.reference})" if one.reference else ""
        told = f"paid {amount} {one.currency}{source} for {reports}: {names}"
        yield layout.note(f"{told}; said by {one.said_by}")


def _is_apart(one: Count) -> bool:
    return one.balance in (Balance.TOLERATED, Balance.ACCEPTED)


def _known(one: Count) -> str:
    """A figure that is as declared."""
    return f"{_said(one.name)} {_money([one.found], one.currency)[0]}"


def _compared(one: Count) -> str:
    """Both figures and their difference."""
    names = ("declared", "found", "difference")
    values = _money([one.declared, one.found, one.difference], one.currency)
    told = [
        f"{name} {value}"
        for name, value in zip(names, values, strict=True)
        if value or name[0] != "d"
    ]
    return f"{_said(one.name)}: {', '.join(told)}"


def _apart(one: Count) -> str:
    """A difference that holds nobody up, and why."""
    within = f"within {layout.decimals([one.tolerance])[0]}"
    why = within if one.accepted_by is None else f"accepted by {one.accepted_by}: {one.reason}"
    return f"{_compared(one)}; {why}"


def _money(values: Sequence[int | Decimal | None], currency: str) -> list[str]:
    """Figures with as many decimals as the longest needs; a word where there is none."""
    known = iter(layout.decimals(Decimal(value) for value in values if value is not None))
    return [
        "nothing that can be told" if value is None else f"{next(known)} {currency}".strip()
        for value in values
    ]


def _alone(value: Decimal | None) -> str:
    return "–" if value is None else layout.decimals([value])[0]


def _said(name: str) -> str:
    """A figure's name in words: what a format calls lines are its records of every kind."""
    return name.replace("lines", "records").replace("_", " ").removesuffix(" in report")
