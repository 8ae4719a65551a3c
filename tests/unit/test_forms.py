"""Forms: reported text in normal form; what cannot be converted stays."""

from decimal import Decimal

import polars as pl
import pytest

from pipeline.contract import forms, money

CELL = pl.col("cell")


def _evaluated(expression: pl.Expr, cell: str | None) -> object:
    return pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String}).select(expression).item()


@pytest.mark.parametrize(
    ("name", "text", "start", "end"),
    [
        ("MMM-YY", "JUN-25", "2025-06-01", "2025-06-30"),
        ("MMM-YY", "Feb-24", "2024-02-01", "2024-02-29"),
        ("MMM YYYY", "Dec 2025", "2025-12-01", "2025-12-31"),
        ("MMMM YYYY", "June 2025", "2025-06-01", "2025-06-30"),
        ("MMMM YYYY", "may 2025", "2025-05-01", "2025-05-31"),
        ("YYYYMnn", "2017M10", "2017-10-01", "2017-10-31"),
        ("YYYYMM", "202502", "2025-02-01", "2025-02-28"),
        ("YYYY-MM", "2025-04", "2025-04-01", "2025-04-30"),
        ("YYYY-MM-DD", "2025-07-14", "2025-07-14", "2025-07-14"),
        ("YYYYMMDD", "20250714", "2025-07-14", "2025-07-14"),
        ("YYYY-Qn", "2015-Q4", "2015-10-01", "2015-12-31"),
        ("YYYY-Qn", "2024Q1", "2024-01-01", "2024-03-31"),
        ("YYYY-Qn", " 2025-Q2 ", "2025-04-01", "2025-06-30"),
        ("MMM-YY", "JUM-25", "JUM-25", "JUM-25"),
        ("MMMM YYYY", "Jun 2025", "Jun 2025", "Jun 2025"),
        ("YYYYMnn", "2017M13", "2017M13", "2017M13"),
        ("YYYYMM", "202500", "202500", "202500"),
        ("YYYY-MM-DD", "2025-02-30", "2025-02-30", "2025-02-30"),
        ("YYYY-Qn", "2025-Q5", "2025-Q5", "2025-Q5"),
        ("YYYYMnn", "2017M9", "2017-09-01", "2017-09-30"),
        ("M/D/YYYY", "10/15/2023 12:00:00 AM", "2023-10-15", "2023-10-15"),
        ("M/D/YYYY", "8/1/2026", "2026-08-01", "2026-08-01"),
        ("M/D/YY", "9/15/23 12:03am", "2023-09-15", "2023-09-15"),
        ("D/M/YYYY", "15/9/2023", "2023-09-15", "2023-09-15"),
        ("D/M/YYYY", "9/15/2023", "9/15/2023", "9/15/2023"),
        ("D.M.YYYY", "15.09.2023", "2023-09-15", "2023-09-15"),
        ("YYYY/MM/DD", "2023/09/15", "2023-09-15", "2023-09-15"),
        ("YYYY/MM", "2023/09", "2023-09-01", "2023-09-30"),
        ("MM/YYYY", "02/2024", "2024-02-01", "2024-02-29"),
        ("YYYY-MM-DD hh:mm", "2023-09-15 07:30:01", "2023-09-15", "2023-09-15"),
        ("YYYY-MM-DD hh:mm", "2023-09-15T07:30:01.5Z", "2023-09-15", "2023-09-15"),
        ("serial", "45170", "2023-09-01", "2023-09-01"),
        ("serial", "60000000", "60000000", "60000000"),
        ("YYYYMM", "", "", ""),
        ("YYYYMM", None, None, None),
    ],
)
def test_period(name: str, text: str | None, start: str | None, end: str | None) -> None:
    assert _evaluated(forms.period(CELL, [name], "start"), text) == start
    assert _evaluated(forms.period(CELL, [name], "end"), text) == end


def test_periods_are_tried_in_order() -> None:
    names = ["MMM-YY", "MMMM YYYY"]
    assert _evaluated(forms.period(CELL, names, "end"), "June 2025") == "2025-06-30"
    assert _evaluated(forms.period(CELL, names, "end"), "JUN-25") == "2025-06-30"


NUMBERS = [
    ("point", "1.50", "1.50"),
    ("point", "-1.50", "-1.50"),
    ("point", "+2", "2"),
    ("point", " 7 ", "7"),
    ("point", "1,200.50", "1200.50"),
    ("point", "1,200", "1200"),
    ("point", "12,345,678", "12345678"),
    ("point", "(3.50)", "-3.50"),
    ("point", "( 1,200.50 )", "-1200.50"),
    ("point", "3.50-", "-3.50"),
    ("point", "3.50 +", "3.50"),
    ("point", "- 3.50", "-3.50"),
    ("point", "\N{MINUS SIGN}3.50", "-3.50"),
    ("point", ".5", ".5"),
    ("point", "5.", "5."),
    ("point", "1,20", "1,20"),
    ("point", "0,258", "0,258"),
    ("point", "12,3456", "12,3456"),
    ("point", "1,200,50", "1,200,50"),
    ("point", "1.234.567", "1.234.567"),
    ("point", "(-3.50)", "(-3.50)"),
    ("point", "-3.50-", "-3.50-"),
    ("point", "(3.50", "(3.50"),
    ("point", "1e3", "1e3"),
    ("point", "n/a", "n/a"),
    ("point", "", ""),
    ("point", None, None),
    ("comma", "0,258066", "0.258066"),
    ("comma", "-0,5", "-0.5"),
    ("comma", ",5", ".5"),
    ("comma", "12", "12"),
    ("comma", "1.234,56", "1234.56"),
    ("comma", "1.234.567,8", "1234567.8"),
    ("comma", "1.234", "1234"),
    ("comma", "(3,50)", "-3.50"),
    ("comma", "3,50-", "-3.50"),
    ("comma", "0.258", "0.258?"),
    ("comma", "1.5", "1.5?"),
    ("comma", "-12.3456", "-12.3456?"),
    ("comma", "1,234.56", "1,234.56"),
    ("comma", "1,234,567", "1,234,567"),
    ("comma", "12.34.567,8", "12.34.567,8"),
    ("comma", "abc", "abc"),
    ("comma", "", ""),
    ("comma", None, None),
]


@pytest.mark.parametrize(("name", "text", "expected"), NUMBERS)
def test_number(name: str, text: str | None, expected: str | None) -> None:
    assert _evaluated(forms.number(CELL, name), text) == expected


@pytest.mark.parametrize("name", ["point", "comma"])
def test_numbers_by_column(name: str) -> None:
    table = [(text, expected) for form, text, expected in NUMBERS if form == name]
    cells = pl.Series("cell", [text for text, _ in table])
    assert forms.numbers(cells, name).to_list() == [expected for _, expected in table]


@pytest.mark.parametrize(("name", "text", "expected"), NUMBERS)
def test_numbers_alone(name: str, text: str | None, expected: str | None) -> None:
    cells = pl.Series("cell", [text], dtype=pl.String)
    assert forms.numbers(cells, name).to_list() == [expected]


def test_no_rule_takes_a_doubtful_comma_for_a_number() -> None:
    """What a decimal comma cannot have meant is unreadable; the rest keeps its value."""
    cells = pl.Series("amount", ["0.258", "1.5", "0,258", "1.234"])
    read = money.read_amounts(forms.numbers(cells, "comma"))
    assert read.to_list() == [None, None, Decimal("0.258"), Decimal(1234)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Spain", "ES"),
        ("south korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("Trinidad & Tobago", "TT"),
        ("Trinidad and Tobago", "TT"),
        ("Worldwide", "Worldwide"),
        ("UK", "GB"),
        ("Narnia", "Narnia"),
        (None, None),
    ],
)
def test_territory_by_name(text: str | None, expected: str | None) -> None:
    assert _evaluated(forms.territory(CELL, ["name"]), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("UK", "GB"),
        ("GBR", "GB"),
        ("ww", "Worldwide"),
        ("Narnia", "Narnia"),
        ("", ""),
        (None, None),
    ],
)
def test_territory(text: str | None, expected: str | None) -> None:
    assert _evaluated(forms.territory(CELL), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT3M25S", "205"),
        ("PT0H3M25S", "205"),
        ("pt1h2m3s", "3723"),
        ("PT205S", "205"),
        ("P1DT1S", "86401"),
        ("PT3M25.5S", "206"),
        ("PT3M25.499S", "205"),
        ("3:25", "205"),
        ("03:25", "205"),
        ("1:02:03", "3723"),
        ("205", "205"),
        ("205.7", "206"),
        ("PT0H0M0S", None),
        ("0", None),
        ("0:00", None),
        ("", None),
        (None, None),
        ("P", "P"),
        ("PT", "PT"),
        ("3:75", "3:75"),
        ("long", "long"),
        ("-205", "-205"),
    ],
)
def test_duration(text: str | None, expected: str | None) -> None:
    assert _evaluated(forms.duration(CELL), text) == expected


def test_unknown_names_list_the_known() -> None:
    with pytest.raises(ValueError, match=r"no period form 'YY'; known: MMM-YY, .*YYYY-Qn"):
        forms.period(CELL, ["YY"], "start")
    with pytest.raises(ValueError, match="no number form 'dot'; known: point, comma"):
        forms.number(CELL, "dot")
    with pytest.raises(ValueError, match="no number form 'dot'; known: point, comma"):
        forms.numbers(pl.Series("cell", ["1"]), "dot")
    with pytest.raises(ValueError, match="no territory form 'city'; known: alpha2, alpha3, name"):
        forms.territory(CELL, ["city"])
