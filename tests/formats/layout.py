"""How a sender writes a report, and how its money is read without the pipeline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Cells = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What csv and Decimal need to sum a report.

    Attributes:
        amount: the column of the amount.
        currency: the column that names the currency, or "" where `fixed` does.
        fixed: the currency of every line.
        mark: the decimal mark.
        minus: a column and the value of it by which an amount is negative whatever its sign.
        aside: first cells of rows that carry no money.
        ends: what the first cell of a row begins with that ends the table.
        nothing: whether a report carries no money at all.
    """

    amount: str
    currency: str = ""
    fixed: str = ""
    mark: str = "."
    minus: tuple[str, str] = ("", "")
    aside: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    nothing: bool = False


@dataclass(frozen=True)
class Layout:
    """A report's form.

    Attributes:
        source: the profile that must be chosen.
        file: the fixture's name.
        header: the columns, in order; the first record of the table unless `headerless`.
        roles: what a line says (`isrc`, `amount` …) to the column in which it says it.
        constant: what stands in other columns on every line.
        reading: how its money is read.
        level: the column and the words for a track and for a release, where there is one.
        quantity: how a quantity is written.
        territory: how a territory is written.
        whole: whether every line can be read, so that what the report declares must agree.
        before, after: physical lines around the table; `after` is told lines, units and money.
    """

    source: str
    file: str
    header: tuple[str, ...]
    roles: Mapping[str, str]
    reading: Reading
    constant: Mapping[str, str] = field(default_factory=dict)
    level: tuple[str, str, str] = ("", "", "")
    delimiter: str = ","
    end: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False
    quoted: bool = False
    headerless: bool = False
    territory: Callable[[str], str] = str
    whole: bool = False
    before: tuple[str, ...] = ()
    after: Callable[[int, int, Decimal], tuple[str, ...]] = lambda _lines, _units, _money: ()
    more: tuple[Cells, ...] = ()
    """Lines of this format alone: changes to a sound one."""


@dataclass(frozen=True)
class Fixture:
    """A report as it is delivered, with the text that its sums are read from."""

    layout: Layout
    name: str
    payload: bytes
    text: bytes
