"""Tagging: reported text to typed columns, with the faults of each line beside them."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from pipeline.contract import currencies, dates, identifiers, money, rules, territories
from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.vocab import Fault

_NO_FAULTS = pl.Series("faults", [[]], dtype=pl.List(pl.String))

# Cells in which a byte that is not text could change who is paid, how much, in what or when.
_DECISIVE = (
    *("isrc", "gtin", "dsp_asset_id", "sale_level", "currency"),
    *("period_start", "period_end", "activity_start", "activity_end"),
    *MONEY,
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NUL = "\N{NULL}"
_NUL_IN_JSON = "\\u0000"


def typed() -> dict[str, pl.Expr]:
    """The typing expression of each canonical column, over reported (or typed) columns.

    Null is a blank or what a rule finds unsound, with these exceptions, which stay as reported:
    a currency or territory that is none. `isrc` holds several ISRCs joined by `|` where the cell
    names several. `duration_s` of 0 is unknown, so null; parts of a second are rounded, half up.
    A `release_date` that is a bare year is its first day: matching compares years.
    """
    special = {
        "isrc": pl.coalesce(
            identifiers.isrc(pl.col("isrc")), identifiers.isrc_many(pl.col("isrc"))
        ),
        "gtin": identifiers.gtin(pl.col("gtin")),
        "currency": currencies.currency(pl.col("currency")),
        "territory": pl.coalesce(
            territories.territory(pl.col("territory")), _text(pl.col("territory"))
        ),
        "duration_s": _seconds(pl.col("duration_s")),
        "release_date": dates.day_or_year(pl.col("release_date")),
        "quantity": money.quantity(pl.col("quantity")),
    }
    columns = {**CONTEXT, **IDENTITY, **MONEY}
    return {
        name: special.get(name, _plainly(name, dtype)).alias(name)
        for name, dtype in columns.items()
    }


def _plainly(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return dates.date(pl.col(name))
    if isinstance(dtype, pl.Decimal):
        return money.amount(pl.col(name))
    return _text(pl.col(name))


def _text(cells: pl.Expr) -> pl.Expr:
    """The text as reported; null where blank."""
    return pl.when(~identifiers.is_blank(cells)).then(cells)


def _seconds(cells: pl.Expr) -> pl.Expr:
    text = cells.cast(pl.String).str.strip_chars()
    tenths = text.str.extract(r"^([0-9]{1,7}(?:\.[0-9])?)[0-9]*$").str.replace(
        ".", "", literal=True
    )
    whole = ~text.str.contains(".", literal=True)
    counted = tenths.cast(pl.UInt32, strict=False)
    seconds = pl.when(whole).then(text.cast(pl.UInt32, strict=False)).otherwise((counted + 5) // 10)
    return pl.when(seconds > 0).then(seconds)


def tag(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Reported lines typed, with their `faults`: the same lines in the same order.

    Needs every column of `Reported`; further columns pass through.
    """
    found = rules.faults(rules.RULES).alias("faults")
    return lines.with_columns(*typed().values(), found)


def tag_identities(identities: pl.DataFrame) -> pl.DataFrame:
    """Distinct reported identities typed, with `faults`; further columns pass through."""
    return _tag_group(identities, IDENTITY, rules.IDENTITY_RULES)


def tag_contexts(contexts: pl.DataFrame) -> pl.DataFrame:
    """Distinct reported contexts typed, with `faults`; further columns pass through."""
    return _tag_group(contexts, CONTEXT, rules.CONTEXT_RULES)


def _tag_group(
    frame: pl.DataFrame, columns: Mapping[str, pl.DataType], table: tuple[rules.Rule, ...]
) -> pl.DataFrame:
    expressions = typed()
    found = rules.faults(table).alias("faults")
    return frame.with_columns(*(expressions[name] for name in columns), found)


def tag_money(lines: pl.DataFrame) -> pl.DataFrame:
    """The money columns of lines typed, with `faults`; further columns pass through.

    The rules are put to those lines alone whose cells did not all become numbers.
    """
    read = {name: _read(lines[name], name) for name in MONEY}
    doubtful = read["amount"].is_null()
    if read["quantity"].null_count():
        doubtful |= read["quantity"].is_null() & lines["quantity"].is_not_null()
    return lines.with_columns(*read.values(), _faults_where(lines, doubtful))


def _read(cells: pl.Series, name: str) -> pl.Series:
    return money.read_quantities(cells) if name == "quantity" else money.read_amounts(cells)


def _faults_where(lines: pl.DataFrame, doubtful: pl.Series) -> pl.Series:
    """The money faults of doubtful lines and empty lists for all others, in line order."""
    if not doubtful.any():
        return _NO_FAULTS.new_from_index(0, len(lines))
    found = lines.filter(doubtful).select(_money_faults())
    flags = doubtful.cast(pl.UInt32)
    return pl.concat([_NO_FAULTS, found.to_series()], rechunk=True).gather(flags.cum_sum() * flags)


@cache
def _money_faults() -> pl.Expr:
    return rules.faults(rules.MONEY_RULES).alias("faults")


@cache
def encoding_fault() -> pl.Expr:
    """What bytes that are not text do to a line that the reader marked with BAD_ENCODING.

    Over the reported columns and `extra`: BAD_ENCODING where a NUL stands in any cell, or the
    replacement character in one that says who, how much, in what or when; ENCODING_REPAIRED
    where it stands in other cells only, mapped or not.
    """
    cells = {name: pl.col(name).cast(pl.String) for name in (*CONTEXT, *IDENTITY, *MONEY)}
    nul = [cell.str.contains(_NUL, literal=True) for cell in cells.values()]
    nul += [pl.col("extra").str.contains(mark, literal=True) for mark in (_NUL, _NUL_IN_JSON)]
    bad = [cells[name].str.contains(_REPLACEMENT, literal=True) for name in _DECISIVE]
    decisive = pl.any_horizontal([mark.fill_null(value=False) for mark in (*nul, *bad)])
    return (
        pl.when(decisive)
        .then(pl.lit(Fault.BAD_ENCODING.value))
        .otherwise(pl.lit(Fault.ENCODING_REPAIRED.value))
    )
