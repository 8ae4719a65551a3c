"""What of a manifest came before, as values: counts, shares and where."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.flow.delivery import Key
from pipeline.settings import Settings

TOLD = 5
"""Deliveries that are named."""


@dataclass(frozen=True)
class Earlier:
    """A delivery of the same source that is in the lake.

    Attributes:
        manifest: its id.
        accounting_period: its period.
        lines: of the manifest at hand, those that this one holds.
        ended: why it pays no longer; None where it does.
    """

    manifest: str
    accounting_period: str
    lines: int
    ended: str | None = None

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.manifest, self.accounting_period


@dataclass(frozen=True)
class Repeats:
    """What of a manifest was sent before.

    Attributes:
        same: the delivery of the same period that reports exactly the same; None without one.
        lines: of the manifest.
        seen_lines: of those, the ones that deliveries which pay have held.
        money_lines: lines that carry money, or some that could not be read.
        seen_money_lines: of those, likewise.
        earlier: the deliveries that share lines with it, most lines first.
        same_scope: the deliveries that report on a service, period and territory that it reports
            on, latest first; they may share no line.
        known: all deliveries that it was compared with.
    """

    same: Earlier | None = None
    lines: int = 0
    seen_lines: int = 0
    money_lines: int = 0
    seen_money_lines: int = 0
    earlier: tuple[Earlier, ...] = ()
    same_scope: tuple[Key, ...] = ()
    known: frozenset[Key] = field(default_factory=frozenset)

    @property
    def share(self) -> Decimal:
        """The share of lines seen before: of those with money, where there are any."""
        seen, lines = self._weighed
        return Decimal(seen) / Decimal(lines or 1)

    @property
    def _weighed(self) -> tuple[int, int]:
        if self.money_lines:
            return self.seen_money_lines, self.money_lines
        return self.seen_lines, self.lines

    def is_substantial(self, settings: Settings) -> bool:
        """Whether a person must say what the manifest is."""
        return self._weighed[0] >= settings.repeat_lines and self.share >= settings.repeat_share

    def __str__(self) -> str:
        """What was seen, where, in one line."""
        seen, lines = self._weighed
        most = self.earlier[0]
        kind = "lines with money" if self.money_lines else "lines"
        more = f" and {len(self.earlier) - 1} more" if len(self.earlier) > 1 else ""
        where = f"{most.manifest[:12]} ({most.accounting_period or 'undated'}){more}"
        return f"{seen:,} of {lines:,} {kind} stand in {where} already"

    def as_json(self) -> dict[str, Any]:
        """What was seen as JSON values; empty where nothing was."""
        if self.same is not None:
            return {"same_as": _named(self.same)}
        told: dict[str, Any] = {}
        if self.seen_lines:
            told |= {
                "lines": self.seen_lines,
                "money_lines": self.seen_money_lines,
                "share": f"{self.share:.4f}",
                "manifests": [{**_named(one), "lines": one.lines} for one in self.earlier[:TOLD]],
            }
        if self.same_scope:
            names = ("manifest", "accounting_period")
            told["same_scope"] = [dict(zip(names, key, strict=True)) for key in self.same_scope]
        return told


def _named(one: Earlier) -> dict[str, Any]:
    told = {"manifest": one.manifest, "accounting_period": one.accounting_period}
    return told if one.ended is None else {**told, "ended": one.ended}
