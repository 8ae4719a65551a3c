"""What a screen says of a report that came before, or that replaces another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from pipeline.report import layout
from pipeline.report.layout import SHORT_ID


def unchanged(seen: Mapping[str, Any]) -> str:
    """Why nothing was done with a report."""
    same = seen.get("same_as")
    if same is None:
        return "unchanged: these very bytes are in the lake already; nothing was done"
    ended = f" ({same['ended']} since)" if "ended" in same else ""
    return (
        f"unchanged: in other bytes it reports what {same['manifest'][:SHORT_ID]}{ended} does; "
        "nothing was done"
    )


def notes(seen: Mapping[str, Any], width: int) -> Iterator[Text]:
    """What of a report came before."""
    facts = []
    if "lines" in seen:
        most = seen["manifests"][0]["manifest"][:SHORT_ID]
        facts.append(f"{layout.count(seen['lines'], 'line')} came before, most in {most}")
    if "same_scope" in seen:
        latest = seen["same_scope"][0]["manifest"][:SHORT_ID]
        facts.append(f"{latest} reports on the same service, period and territory")
    if "message" in seen:
        facts.append(seen["message"])
    if facts:
        yield layout.blank()
        yield from layout.listed(facts, width)


def restated(found: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """What was reversed of each report that another replaces."""
    for one in found:
        reversed_ = layout.count(one["reversed_lines"], "paid line")
        ended = layout.count(one["ended_lines"], "waiting line")
        yield layout.note(f"{one['manifest'][:12]}: {reversed_} reversed, {ended} ended")
        for currency, amount in one["amounts"].items():
            yield layout.note(f"{amount} {layout.currency_name(currency)} by the reversal")
