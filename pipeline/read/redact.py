"""Personal data taken out of a report before anything else reads it.

What is left is the report with those cells blank, each line where it was: so neither tables nor the
bytes that are kept of a line can hold them. Of a record whose cells cannot be told apart nothing is
left but its place.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read import framing
from pipeline.read.delimited import PART_BYTES, Part, parts
from pipeline.read.dialect import Dialect
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_columns import personal

WITHHELD = "(withheld)"
"""Stands for a record that is torn; one cell, so that it stays so."""

_BUT_LINE_ENDS = r"[^\r\n]"


def redacted(plain: Path, profile: Profile, to: Path, part_bytes: int = PART_BYTES) -> Profile:
    """Write a report without its personal data, in UTF-8.

    Args:
        plain: the report.
        profile: how it is read; some of its columns are personal.
        to: the file to be.
        part_bytes: how much is read at once; it changes nothing.

    Returns:
        How that file is read.
    """
    names = personal(profile.spec, profile.header)
    line = 1
    with to.open("xb") as file:
        for part in parts(plain, profile.dialect, part_bytes):
            text, line = _rewritten(part, names, line)
            file.write(text.encode())
    dialect = Dialect(
        delimiter=profile.dialect.delimiter,
        quote=profile.dialect.quote,
        header=False,
        columns=profile.header,
    )
    drift = profile.drift
    return replace(profile_of(profile.spec, profile.header, dialect), drift=drift)


def _rewritten(part: Part, names: list[str], line: int) -> tuple[str, int]:
    """The text of a part, and the physical line after it.

    Args:
        part: some records.
        names: columns of which nothing but line ends is left.
        line: the physical line that comes next in what is written.
    """
    cells, verdicts = part.cells()
    dialect = part.dialect
    quote = dialect.quote or ""
    blanked = cells.with_columns(pl.col(name).str.replace_all(_BUT_LINE_ENDS, "") for name in names)
    quoted = [
        pl.lit(quote) + pl.col(name).str.replace_all(quote, quote * 2, literal=True) + pl.lit(quote)
        if quote
        else pl.col(name)
        for name in cells.columns
    ]
    records = blanked.select(pl.concat_str(quoted, separator=dialect.delimiter)).to_series()
    torn = pl.Series(np.isin(verdicts, framing.TORN))
    records = torn.to_frame("torn").select(
        pl.when("torn").then(pl.lit(WITHHELD)).otherwise(records).alias("record")
    )["record"]
    starts = part.frame.lines + part.first_line
    ends = starts + 1 + _ends(records)
    gaps = starts - np.concatenate([[line], ends[:-1]])
    before = pl.Series(["\n" * gap for gap in gaps.tolist()], dtype=pl.String)
    text = (before + records).str.join("\n").item()
    return f"{text}\n" if len(records) else "", int(ends[-1]) if len(records) else line


def _ends(records: pl.Series) -> NDArray[np.int64]:
    """How many physical lines end within each record."""
    return records.str.count_matches(r"\r\n|\r|\n").cast(pl.Int64).to_numpy()
