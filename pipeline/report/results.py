"""Screens of commands that answer with a few figures."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from pipeline.flow.catalog import CatalogLoaded
from pipeline.flow.quarter import ExportReport, VerifyReport
from pipeline.flow.relaying import Taken
from pipeline.flow.restating import Restatement
from pipeline.read.profiles import Profile
from pipeline.report import layout, seen
from pipeline.report.layout import Column
from pipeline.store.lake import SweepReport

_SHOWN_OFFENDERS = 20


def pairs_screen(title: str, values: Mapping[str, Any]) -> Iterator[Text]:
    """A heading, then one line per value, the names aligned; numbers are grouped."""
    yield layout.heading(title)
    longest = max(map(len, values), default=0)
    for name, value in values.items():
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        yield layout.note(f"{name.replace('_', ' '):<{longest}}  {shown}")


def loaded_screen(loaded: CatalogLoaded, width: int) -> Iterator[Text]:
    """What a catalog load came to."""
    new = "is current now" if loaded.changed else "was current already, nothing has changed"
    yield from pairs_screen(f"Catalog {loaded.version} {new}", loaded.counts)
    if not loaded.splits_checked:
        yield layout.note("it has no splits: no line is checked for complete splits", "yellow")
    for name in loaded.ignored:
        yield layout.note(f"not read: {name}", "yellow")
    offenders = loaded.offenders.to_dicts()
    if offenders:
        columns = [Column(name, flexible=name != "check") for name in offenders[0]]
        rows = [[str(value) for value in one.values()] for one in offenders[:_SHOWN_OFFENDERS]]
        yield layout.heading(f"Left out: {layout.count(len(offenders), 'offender')}")
        yield from layout.table(columns, rows, width)


def replayed_screen(told: Mapping[str, Any], title: str) -> Iterator[Text]:
    """What a replay came to, by its JSON document."""
    figures = {name: told[name] for name in ("attempted", "resolved", "still_open", "escalated")}
    yield from pairs_screen(f"{title} ({told['seconds']:.1f} s)", figures)
    if waiting := told["identities_waiting"]:
        judged = told["identities_judged"]
        yield layout.note(f"{judged:,} of {waiting:,} identities that wait were judged again")
    for currency, moves in told["moved"].items():
        for move, amount in moves.items():
            yield layout.note(f"{amount} {layout.currency_name(currency)} {move}")


def restated_screen(done: Restatement) -> Iterator[Text]:
    """What a restatement came to."""
    what = "replaces from now on" if done.restated else "replaces that already, nothing was done"
    yield layout.heading(f"{done.manifest[:12]} {what}")
    yield from seen.restated([one.as_json() for one in done.restated])


def sources_screen(profiles: Sequence[Profile], width: int) -> Iterator[Text]:
    """One line per profile."""
    columns = [Column("source"), Column("kind"), Column("report", flexible=True)]
    rows = [[one.name, one.kind, one.spec.title] for one in profiles]
    yield from layout.table(columns, rows, width)


def source_screen(profile: Profile, width: int) -> Iterator[Text]:
    """How a profile reads a report: canonical column by column."""
    spec = profile.spec
    yield layout.heading(f"{spec.name}: {spec.title}")
    facts = [f"kind {spec.kind}", f"control {spec.control}"]
    if spec.kind != "dsrf":
        facts.append(f"delimiter {spec.dialect.delimiter!r}, quote {spec.dialect.quote!r}")
    yield from layout.listed(facts, width)
    rows = [[name, " or ".join(cells)] for name, cells in spec.columns.items()]
    rows += [[name, " / ".join(cells)] for name, cells in spec.joined.items()]
    rows += [[name, f"always {value}"] for name, value in spec.fixed.items()]
    if rows:
        columns = [Column("canonical column"), Column("as reported", flexible=True)]
        yield from layout.table(columns, rows, width)
    if spec.header:
        yield layout.blank()
        yield layout.heading("Header")
        yield from layout.listed(spec.header, width)


def layout_screen(taken: Taken) -> Iterator[Text]:
    """A layout that a person took, and what its manifest came to."""
    report = taken.report
    figures = {name: count for name, count in report.by_status.items() if count}
    yield from pairs_screen(
        f"{report.path.name}: its lines are read ({report.seconds:.1f} s)", figures
    )
    for ours, theirs in taken.names.items():
        yield layout.note(f"{theirs!r} is {ours!r} from now on, by {taken.profile}")


def exported_screen(report: ExportReport) -> Iterator[Text]:
    """What an export wrote."""
    done = "is unchanged" if report.unchanged else "is written"
    figures: dict[str, Any] = {
        "folder": report.folder,
        "manifests": report.deliveries,
        **{table: rows for table, rows in report.rows.items() if table != "manifests"},
        "size": layout.size(report.bytes),
        "created": report.created_at,
    }
    yield from pairs_screen(f"The export of {report.quarter} {done}", figures)
    if report.superseded:
        yield layout.note(f"an earlier, different export was moved to {report.superseded}")
    for sentence in report.notes:
        yield layout.note(sentence)


def verified_screen(report: VerifyReport) -> Iterator[Text]:
    """That an export is whole, or all that is off."""
    if report.findings:
        yield layout.heading(f"{report.folder}: {layout.count(len(report.findings), 'finding')}")
        yield from (layout.note(str(finding), "red") for finding in report.findings)
        return
    yield layout.heading(f"{report.folder}: the export of {report.quarter} is what was written")
    yield layout.note(f"{layout.count(report.files, 'file')} read, all digests and sums agree")
    for table, sums in report.sums.items():
        for currency, total in sums.items():
            name = layout.currency_name(currency)
            lines = layout.count(total.lines, "line")
            yield layout.note(f"{table}: {total.amount} {name}, {lines}")


def swept_screen(report: SweepReport) -> Iterator[Text]:
    """What a sweep removed."""
    figures = {
        "runs that ended early": report.runs,
        "files that nothing names": report.orphans,
        "files replaced long ago": report.replaced,
        "bytes": report.bytes,
    }
    return pairs_screen("Removed", figures)


def checked_screen(damaged: Sequence[Path], files: int) -> Iterator[Text]:
    """Which files of the lake are not what was written."""
    if not damaged:
        yield layout.note(f"{layout.count(files, 'file')} read, each is what was written")
    yield from (layout.note(f"not what was written: {path}", "red") for path in damaged)
