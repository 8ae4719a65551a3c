"""ISRCs and GTINs: what is read from how senders write them."""

import polars as pl
import pytest

from pipeline.contract import identifiers


def _evaluated(expression: pl.Expr, cell: str | None) -> object:
    frame = pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String})
    return frame.select(expression).item()


CELL = pl.col("cell")


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ("USRC17607839", "USRC17607839"),
        ("us-rc1-76-07839", "USRC17607839"),
        (" US RC1 76 07839 ", "USRC17607839"),
        ("US\N{EN DASH}RC1\N{NON-BREAKING HYPHEN}76\N{NO-BREAK SPACE}07839", "USRC17607839"),
        ("ISRC USRC17607839", "USRC17607839"),
        ("ISRC:US-RC1-76-07839", "USRC17607839"),
        ("isrcUSRC17607839", "USRC17607839"),
        ("ISRCC0101010", "ISRCC0101010"),
        ("ISRC ISRCC0101010", "ISRCC0101010"),
        ('="USRC17607839"', "USRC17607839"),
        ("isrc c0101010", "ISRCC0101010"),
        ("AA6Q72000047", "AA6Q72000047"),
        ("QZES71982312", "QZES71982312"),
        ("USRC17607839|USRC17607839", "USRC17607839"),
        ("USRC1760783", None),
        ("USRC176078391", None),
        ("U1RC17607839", None),
        ("USRC1760783O", None),
        ("USRC1760783\N{ARABIC-INDIC DIGIT NINE}", None),
        ("\N{LATIN SMALL LETTER LONG S}SRC17607839", None),
        ("USRC17607839|USRC17607840", None),
        ("XXXXX0000000", None),
        ("000000000000", None),
        ("N/A", None),
        ("", None),
        (None, None),
    ],
)
def test_isrc(reported: str | None, expected: str | None) -> None:
    assert _evaluated(identifiers.isrc(CELL), reported) == expected


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ("USRC17607839|GBAYE0601498", "USRC17607839|GBAYE0601498"),
        ("gb-aye-06-01498, US-RC1-76-07839", "GBAYE0601498|USRC17607839"),
        ("USRC17607839 / GBAYE0601498;USRC17607839", "USRC17607839|GBAYE0601498"),
        ("USRC17607839 GBAYE0601498", "USRC17607839|GBAYE0601498"),
        ("USRC17607839|usrc17607839", None),
        ("USRC17607839|rubbish", None),
        ("USRC17607839", None),
        ("US RC1 76 07839", None),
        (None, None),
    ],
)
def test_isrc_many(reported: str | None, expected: str | None) -> None:
    assert _evaluated(identifiers.isrc_many(CELL), reported) == expected


# Check digits worked out by hand: from the right, the digits before the last weigh 3, 1, 3 …
# 590123412345|7: 15+4+9+2+3+4+9+2+3+0+27+5 = 83, so 7. 9638507|4: 21+0+15+8+9+6+27 = 86, so 4.
# 03600029145|2 (GS1's example): 15+4+3+9+6+0+0+0+18+3+0 = 58, so 2.
# 860000000000 is right by chance: 8 * 3 + 6 = 30, so 0; as `8.6e+11` nobody knows its digits.
@pytest.mark.parametrize(
    ("reported", "expected", "repaired"),
    [
        ("5901234123457", "05901234123457", False),
        ("05901234123457", "05901234123457", False),
        ("036000291452", "00036000291452", False),
        ("0 36000-29145 2", "00036000291452", False),
        ("0036000291452", "00036000291452", False),
        ("96385074", "00000096385074", False),
        ("36000291452", "00036000291452", True),
        ("5901234123457.0", "05901234123457", True),
        ("36000291452.00", "00036000291452", True),
        ("5.901234123457E+12", "05901234123457", True),
        ("5.901234123457e12", "05901234123457", True),
        ("3.6000291452E+10", "00036000291452", True),
        ("'036000291452", "00036000291452", False),
        ('="036000291452"', "00036000291452", False),
        ("1.91774E+11", None, False),
        ("5901234123458", None, False),
        ("36000291453", None, False),
        ("191774000000", None, False),
        ("8.6e+11", None, False),
        ("8.60E+11", None, False),
        ("5.90123E+12", None, False),
        ("5901234123457.5", None, False),
        ("590123412345", None, False),
        ("123456789", None, False),
        ("59012341234570000", None, False),
        ("ABCDEFGHIJKL", None, False),
        ("0000000000000", None, False),
        ("N/A", None, False),
        ("", None, False),
    ],
)
def test_gtin(reported: str, expected: str | None, repaired: bool) -> None:
    assert _evaluated(identifiers.gtin(CELL), reported) == expected
    assert _evaluated(identifiers.gtin_repaired(CELL), reported) is repaired


def test_gtin_of_ten_digits() -> None:
    """00060002914|2 without its first zeros: 12+1+27+2+0+0+0+6 = 48, so 2."""
    assert _evaluated(identifiers.gtin(CELL), "0600029142") == "00000600029142"
    assert _evaluated(identifiers.gtin_repaired(CELL), "0600029142") is True


def test_gtin_of_null() -> None:
    assert _evaluated(identifiers.gtin(CELL), None) is None
    assert _evaluated(identifiers.gtin_repaired(CELL), None) is not True


@pytest.mark.parametrize(
    "cell",
    [
        *(None, "", "  ", "-", "--", ".", "?", "0", "000000000000", "0-0", "N/A", "n/a", "NA"),
        *("#N/A", "None", "NULL", "nan", "unknown", "Not available", "TBA", "XXXXXXXXXXXX"),
        *("No ISRC", "XX0000000000", "ZZZZZ0000000", "AA0000000000", "AAAAA0000000"),
    ],
)
def test_placeholder(cell: str | None) -> None:
    assert _evaluated(identifiers.is_placeholder(CELL), cell) is True


@pytest.mark.parametrize("cell", ["USRC17607839", "AA6Q72000047", "100", "0000000000017", "NAY"])
def test_no_placeholder(cell: str) -> None:
    assert _evaluated(identifiers.is_placeholder(CELL), cell) is False
