"""The pandera schemas of what is read and written, built from the columns and the rule table.

Importing pandera takes half a second: import this module only where frames are guarded.
"""

from collections.abc import Iterable, Mapping

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError

from pipeline.contract.columns import (
    DRIFT,
    MATCHES,
    PAYLOADS,
    PLACE,
    QUARANTINE,
    REPORTED,
    RETRY_LEDGER,
    SALES,
    SEEN,
    STAGED,
    TAGGED,
)
from pipeline.contract.rules import BLOCKING_RULES, RULES, Rule
from pipeline.errors import PipelineError
from pipeline.vocab import Kind

Table = str
"""One of `TABLES`."""
_SHOWN = 3
_OF_A_LINE = (*PLACE, "faults")
_FILLED_IN_SALES = (*_OF_A_LINE, "method", "decided_at", "run")


class ContractBroken(PipelineError):
    """A frame that was about to be written breaks its contract: a mistake of the program."""

    exit_code = 5


def _check(rule: Rule) -> pa.Check:
    def sound(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(~rule.unsound)

    return pa.Check(sound, name=rule.fault.value, error=rule.fault.value)


def _is_paid_for(data: pa.PolarsData) -> pl.LazyFrame:
    named = pl.any_horizontal(pl.col("recording_id", "release_id").is_not_null())
    return data.lazyframe.select(named)


def _is_faulty(data: pa.PolarsData) -> pl.LazyFrame:
    """Whether each event names its fault, or is of a request, which may have come through."""
    of_request = pl.col("kind").eq(Kind.REQUEST.value)
    return data.lazyframe.select(pl.col("fault").is_not_null() | of_request)


_FAULTY = pa.Check(_is_faulty, error="names a fault, or is of a request")
_PAID_FOR = pa.Check(_is_paid_for, error="names a recording or a release")


def _schema(
    name: str,
    columns: Mapping[str, pl.DataType],
    *,
    filled: Iterable[str] = (),
    rules: Iterable[Rule] = (),
    checks: Iterable[pa.Check] = (),
    strict: bool = True,
) -> pa.DataFrameSchema:
    """A schema of exactly these columns in this order (any others too, where not strict)."""
    never_null = set(filled)
    return pa.DataFrameSchema(
        {key: pa.Column(dtype, nullable=key not in never_null) for key, dtype in columns.items()},
        checks=[*checks, *(_check(rule) for rule in rules)],
        strict=strict,
        ordered=strict,
        name=name,
    )


Reported = _schema("Reported", REPORTED, rules=RULES, strict=False)
"""Lines as profiles hand them on, all text; one check per rule: its failures are faults."""

Tagged = _schema("Tagged", TAGGED, filled=_OF_A_LINE)
"""Typed lines with their faults; structure alone, since it must hold faulty lines."""

Sale = _schema(
    "Sale",
    SALES,
    filled=_FILLED_IN_SALES,
    checks=[_PAID_FOR],
    rules=BLOCKING_RULES,
)
"""Lines that will be paid, for a recording or a release: no fault that blocks."""

Staged = _schema(
    "Staged",
    STAGED,
    filled=(*_OF_A_LINE, "status", "ledger_id", "payload_sha256", "run"),
)
"""Lines held back with their payload; structure alone."""

Quarantine = _schema(
    "Quarantine",
    QUARANTINE,
    filled=(*_OF_A_LINE, "fault", "ledger_id", "payload_sha256", "run"),
)
"""Invalid lines as far as they could be read; structure alone."""

Ledger = _schema(
    "Ledger",
    RETRY_LEDGER,
    filled=("ledger_id", "kind", "tier", "attempt", "at", "outcome", "run"),
    checks=[_FAULTY],
)
"""Events of the retry ledger; only an attempt at a request may be without a fault."""

Matches = _schema(
    "Matches",
    MATCHES,
    filled=("manifest", "accounting_period", "source", "decided_at", "run"),
)
"""What was decided of identities that no exact key settled; structure alone."""

Payloads = _schema("Payloads", PAYLOADS, filled=tuple(set(PAYLOADS) - {"asset"}))
"""Payloads of lines that a decision paid; structure alone."""

Seen = _schema("Seen", SEEN, filled=SEEN)
"""What deliveries report, line by line; structure alone."""

Drift = _schema("Drift", DRIFT, filled=DRIFT)
"""Sketches of deliveries; structure alone."""

_STRUCTURE: dict[Table, pa.DataFrameSchema] = {
    "sales": _schema("Sale", SALES, filled=_FILLED_IN_SALES, checks=[_PAID_FOR]),
    "staged": Staged,
    "quarantine": Quarantine,
    "payloads": Payloads,
    "retry_ledger": Ledger,
    "matches": Matches,
    "seen": Seen,
    "drift": Drift,
}
_RULES_OF: dict[Table, tuple[Rule, ...]] = {"sales": BLOCKING_RULES}


def guard(name: Table, frame: pl.DataFrame) -> None:
    """Pass a frame that may be written to a table of the lake.

    The whole frame is held against the structure; each rule against the rows that decide it,
    with the same result as `Sale.validate` at a sixth of its cost.

    Raises:
        ContractBroken: a column or a line breaks the contract; the first offenders are named.
    """
    try:
        _STRUCTURE[name].validate(frame)
    except SchemaError as error:
        # Where a column is missing, pandera's message ends in the plan that polars failed on.
        raise _broken(name, str(error).partition("naive plan")[0][:300]) from error
    for rule in _RULES_OF.get(name, ()):
        try:
            _RULE_SCHEMAS[rule.fault].validate(_deciding_rows(frame, rule.columns))
        except SchemaError as error:
            raise _broken(name, _offenders(frame, rule)) from error


def never_null(name: Table) -> tuple[str, ...]:
    """The columns of a table that every row must fill."""
    columns = _STRUCTURE[name].columns
    return tuple(key for key, column in columns.items() if not column.nullable)


_RULE_SCHEMAS = {
    rule.fault: pa.DataFrameSchema(checks=[_check(rule)], name=rule.fault.value) for rule in RULES
}


def _deciding_rows(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Few rows on which a rule fails exactly where it fails on the frame.

    Of a decimal the extremes and a null decide, since only size or absence can be unsound in
    a typed number; of other columns their distinct rows.
    """
    cells = frame.select(columns)
    if len(columns) > 1 or not cells.dtypes[0].is_decimal():
        return cells.unique()
    cell = pl.col(columns[0])
    extremes = cells.select(pl.concat([cell.min(), cell.max()])).drop_nulls()
    return pl.concat([extremes, cells.filter(cell.is_null()).head(1)])


def _offenders(frame: pl.DataFrame, rule: Rule) -> str:
    """What the first lines that break a rule hold in the columns that it reads."""
    columns = ("line", *rule.columns)
    offending = frame.filter(rule.unsound).select(pl.col(columns).cast(pl.String))
    shown = [
        ", ".join(f"{column} {cell}" for column, cell in zip(columns, row, strict=True))
        for row in offending.head(_SHOWN).rows()
    ]
    return f"{len(offending):,} of {len(frame):,} lines are {rule.fault}, first " + "; ".join(shown)


def _broken(name: Table, what: str) -> ContractBroken:
    mend = "nothing was written; this is a defect of the program, please report it"
    return ContractBroken(f"what was to be written to {name} breaks its contract: {what}", mend)
