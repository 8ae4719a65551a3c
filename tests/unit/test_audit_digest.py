"""Quarters, and the two files that digest an export."""

from dataclasses import replace

import pytest

from pipeline.audit import digest
from pipeline.audit.digest import Digests, FileDigest, TableSum

DIGESTS = Digests(
    quarter="2026Q3",
    created_at="2026-10-05T10:30:00Z",
    files={"sales.csv": FileDigest("ab" * 32, 12, 1)},
    sums={"sales": {"": TableSum(1, "-0.5", 0)}},
)
WRITTEN = (
    '{"created_at":"2026-10-05T10:30:00Z","files":{"sales.csv":{"bytes":12,"rows":1,"sha256":"'
    + "ab" * 32
    + '"}},"format":"royalty-audit-3","quarter":"2026Q3","sums":{"sales":{"":{"amount":"-0.5",'
    '"lines":1,"unreadable_lines":0}}}}'
)


@pytest.mark.parametrize(
    ("quarter", "months"),
    [
        ("2026Q1", ("2026-01", "2026-02", "2026-03")),
        ("2026Q2", ("2026-04", "2026-05", "2026-06")),
        ("2026Q3", ("2026-07", "2026-08", "2026-09")),
        ("1999Q4", ("1999-10", "1999-11", "1999-12")),
    ],
)
def test_a_quarter_holds_its_months_and_itself(quarter: str, months: tuple[str, ...]) -> None:
    assert digest.periods_of(quarter) == (*months, quarter)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026Q0", "2026Q5", "2026-Q3", "2026q3", " 2026Q3", "2026Q3\n", "２０２６Q3"],
)
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text):
        digest.periods_of(text)


@pytest.mark.parametrize(
    ("period", "inside"),
    [("2026-01", True), ("2026-12", True), ("2026Q4", True)]
    + [(text, False) for text in ("", "2026", "2026-13", "2026-00", "2026H1", "2026-07-01")],
)
def test_only_months_and_quarters_lie_in_some_quarter(period: str, *, inside: bool) -> None:
    assert digest.is_in_some_quarter(period) is inside


def test_digests_have_one_spelling_and_come_back() -> None:
    assert digest.rendered(DIGESTS) == WRITTEN.encode()
    assert digest.parsed(WRITTEN.encode()) == DIGESTS


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"rows":1', '"rows": 1', "canonical"),
        ('"rows":1', '"rows":1.0', "entries"),
        ('"rows":1', '"rows":true', "entries"),
        ('"rows":1', '"rows":2,"rows":1', "canonical"),
        ("}}}}", "}}}}\n", "canonical"),
        ("-0.5", "-0.5\\u0000", None),
        ("royalty-audit-3", "royalty-audit-4", "its format is 'royalty-audit-4'"),
        ('"format":"royalty-audit-3",', "", "does not say its format"),
        ("2026Q3", "2026Q7", "entries"),
        ('"rows":1', '"lines":1', "entries"),
        ('"quarter":"2026Q3",', "", "entries"),
        (WRITTEN, "[]", "does not say its format"),
        (WRITTEN, "", "Expecting value"),
        (WRITTEN, "\ufeff{}", "does not say its format"),
    ],
)
def test_other_digests_are_refused(old: str, new: str, says: str | None) -> None:
    raw = WRITTEN.replace(old, new).encode()
    assert raw != WRITTEN.encode()
    if says is None:
        assert digest.parsed(raw) != DIGESTS
    else:
        with pytest.raises(ValueError, match=says):
            digest.parsed(raw)


def test_sums_are_listed_in_the_form_of_coreutils() -> None:
    text = digest.sums_text({"sales.csv": "ab" * 32, "a b": "cd" * 32})
    assert text == f"{'cd' * 32}  a b\n{'ab' * 32}  sales.csv\n"
    assert digest.listed(text) == {"a b": "cd" * 32, "sales.csv": "ab" * 32}


A, B = f"{'a1' * 32}  a\n", f"{'b2' * 32}  b\n"


@pytest.mark.parametrize(
    "text",
    [
        B + A,
        A + A,
        A + B[:-1],
        A + "\n" + B,
        A.replace("  ", " "),
        A.replace("  ", " *"),
        A.upper(),
        A[1:],
        A + B.replace("\n", "\r\n"),
    ],
)
def test_other_lists_of_sums_are_refused(text: str) -> None:
    assert digest.listed(A + B) == {"a": "a1" * 32, "b": "b2" * 32}
    with pytest.raises(ValueError, match="line"):
        digest.listed(text)


def test_digests_of_another_time_are_other_bytes() -> None:
    later = replace(DIGESTS, created_at="2026-10-06T10:30:00Z")
    assert digest.parsed(digest.rendered(later)) == later != DIGESTS
