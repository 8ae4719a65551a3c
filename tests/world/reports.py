"""The sample reports in `data/sample/`: made from the demo catalog, described in their README."""

import gzip
from pathlib import Path

from tests.world import catalog, distributors, video
from tests.world.sheet import Entry, Sample
from tests.world.shelf import stock

_INTRODUCTION = """\
# Sample reports

Back to [the project](../../README.md).

Written by `python -m tests.world samples` over the demo catalog of 20,000 recordings
(`python -m tests.world catalog DIR`, seed 20260901): invented artists, titles and sales in the
exact forms of real senders. Do not edit by hand.

A line counts here as the pipeline counts it: one record after the header; in a DSRF file one LI
record, or an SU record without LI. Sums are of the amounts that can be read, under the currency as
reported (Symphonic and DistroKid have no currency column: US dollars). `without amount`: records
that do not frame, amounts that cannot be read, a usage that no money follows. `line` is the
physical line where the record begins, after decompression. `fault` is the one planted; where none
stands the line is sound. `ASSET_HALTED` follows from another line of the file. Terms may hold more
lines back: a quantity or territory that cannot be read matters where splits depend on it.
"""


def samples(seed: int = catalog.SEED) -> list[Sample]:
    """Every sample with what is planted in it; the same bytes each time."""
    shelf = stock(catalog.build(), seed)
    return [
        distributors.symphonic(shelf, seed),
        distributors.distrokid_legacy(shelf, seed),
        distributors.distrokid_july_2025(shelf, seed),
        distributors.orchard(shelf, seed),
        *video.balanced(shelf, seed),
        *video.unbalanced(shelf, seed),
    ]


def write(folder: Path) -> list[str]:
    """Writes the samples and their README; returns one line per file."""
    made = samples()
    folder.mkdir(parents=True, exist_ok=True)
    for sample in made:
        (folder / sample.name).write_bytes(sample.payload)
    (folder / "README.md").write_text(readme(made), encoding="utf-8")
    return [f"{sample.name}: {len(sample.entries)} lines, {_sums(sample)}" for sample in made]


def readme(made: list[Sample]) -> str:
    """Per file its lines, sums and plantings."""
    rows = [
        f"| `{sample.name}` | {len(sample.entries)} | {_sums(sample)} | {sample.unreadable()} |"
        for sample in made
    ]
    overview = ["| file | lines | sum | without amount |", "|---|---:|---|---:|", *rows]
    return "\n".join([_INTRODUCTION, *overview, *(_chapter(sample) for sample in made), ""])


def text_of(sample: Sample) -> bytes:
    """The sample's bytes out of their container."""
    return gzip.decompress(sample.payload) if sample.name.endswith(".gz") else sample.payload


def _chapter(sample: Sample) -> str:
    planted = [_row(entry) for entry in sample.entries if entry.note]
    remark = [sample.remark, ""] if sample.remark else []
    table = ["| line | planted | fault |", "|---:|---|---|", *planted]
    return "\n".join(["", f"## {sample.name}", "", *remark, *table])


def _row(entry: Entry) -> str:
    fault = entry.fault.value if entry.fault else ""
    note = entry.note.replace("|", "\\|")
    return f"| {entry.line} | {note} | {fault} |"


def _sums(sample: Sample) -> str:
    return ", ".join(f"{total:f} {code or '(blank)'}" for code, total in sample.amounts().items())
