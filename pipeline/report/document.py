"""What commands print with `--json`: plain values, amounts as strings, clocks in ISO 8601."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.contract.money import sum_text
from pipeline.flow.standing import Money, ReportStatus, Standing, Status
from pipeline.vocab import ManifestState

if TYPE_CHECKING:
    # `royalty status` needs neither, and they bring the readers and the matcher along.
    from pathlib import Path

    from pipeline.flow.catalog import CatalogLoaded
    from pipeline.flow.drafting import Drafted
    from pipeline.flow.relaying import Taken
    from pipeline.flow.visit import Visit
    from pipeline.read.profiles import Profile


def values(value: object) -> Any:
    """A result as JSON values: dataclasses as objects, decimals as exact text."""
    match value:
        case Mapping():
            return {str(key): values(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [values(one) for one in value]
        case _ if is_dataclass(value):
            return {field.name: values(getattr(value, field.name)) for field in fields(value)}
        case _:
            return _scalar(value)


def _scalar(value: object) -> str | int | float | None:
    """One JSON value."""
    match value:
        case Decimal():
            return sum_text(value)
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return moment.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def status(shown: Status) -> dict[str, Any]:
    """The whole lake; the keys of a report's amounts are those of an ingest, and more."""
    return {
        "catalog": shown.catalog,
        "deliveries": shown.deliveries,
        "reports": [
            {**values(report), "amounts": _amounts(money)} for report, money in shown.reports
        ],
        **_standing(shown.standing),
        "firing": values(shown.firing),
    }


def report(shown: ReportStatus) -> dict[str, Any]:
    """One delivery and where it stands."""
    return {**values(shown.report), **_standing(shown.standing)}


def _standing(standing: Standing) -> dict[str, Any]:
    told = {name: values(getattr(standing, name)) for name in _LISTS}
    return {"amounts": _amounts(standing.money), **told}


_LISTS = ("unmatched", "waiting", "alerts", "next")


def _amounts(money: Sequence[Money]) -> dict[str, Any]:
    """Money by currency."""
    found = {one.currency: values(one) for one in money}
    return {
        currency: {name: value for name, value in one.items() if name != "currency"}
        for currency, one in found.items()
    }


def visited(visit: "Visit") -> dict[str, Any]:
    """One look at a source."""
    return {
        "source": visit.source,
        "occasion": visit.occasion.value,
        "why": visit.why,
        **{state.value: visit.count(state) for state in ManifestState},
        "failed": visit.failed,
        "waiting": values(visit.partial),
        "manifests": [
            {**one.report.as_json(), "place": one.place, "name": one.name} for one in visit.arrivals
        ],
    }


def loaded(result: "CatalogLoaded") -> dict[str, Any]:
    """What a catalog load came to."""
    told = {field.name: getattr(result, field.name) for field in fields(result)}
    return {**values({**told, "offenders": None}), "offenders": result.offenders.to_dicts()}


def source(profile: "Profile") -> dict[str, Any]:
    """How a profile reads a report."""
    spec = profile.spec
    return {
        "name": spec.name,
        "title": spec.title,
        "kind": spec.kind,
        "control": spec.control,
        "columns": values(spec.columns),
        "joined": values(spec.joined),
        "fixed": values(spec.fixed),
        "forms": values(spec.forms),
        "header": list(spec.header),
        "members": list(spec.members),
    }


def drafted(found: "Drafted", saved: "Path | None") -> dict[str, Any]:
    """A profile that was proposed; `saved` is the file that holds it, if any does."""
    return {
        "name": found.draft.name,
        "saved": values(saved),
        "toml": found.draft.toml,
        "columns": values(found.draft.proposals),
        "doubts": list(found.draft.doubts),
        "preview": [values(row) for row in found.preview.iter_rows(named=True)],
    }


def layout_taken(taken: "Taken") -> dict[str, Any]:
    """A layout that a person took, and what its manifest came to."""
    return {
        **taken.report.as_json(),
        "profile": values(taken.profile),
        "names": values(taken.names),
    }
