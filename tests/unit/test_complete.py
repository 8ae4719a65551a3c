"""When a delivery is whole, as tables: what stands in a folder, and what is taken of it."""

from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.sync.complete import Semaphore, Sight, judged
from pipeline.sync.table import Table

NOW_S = 1_000_000


def semaphore(**given: Any) -> Semaphore:
    return Semaphore.read(Table("acme", "folder", given), rest_s=60)


def seen(*files: tuple[str, int]) -> list[Sight]:
    """Files of ten bytes, by name and how many seconds ago they were written to."""
    return [Sight(name, 10, (NOW_S - age_s) * 1_000_000_000) for name, age_s in files]


def found(sights: list[Sight], **given: Any) -> tuple[list[list[str]], dict[str, str]]:
    """The files of each whole delivery, and why the others wait."""
    whole, partial = judged(sights, semaphore(**given), NOW_S * 1_000_000_000)
    return (
        [[file.name for file in one.files] for one in whole],
        {one.name: one.why for one in partial},
    )


def test_a_size_rests() -> None:
    sights = seen(("a.csv", 60), ("b.csv", 59), ("c.csv", -3600))
    assert found(sights) == (
        [["a.csv"]],
        dict.fromkeys(("b.csv", "c.csv"), "has not rested for 60 s yet"),
    )


def test_an_empty_file_is_only_begun() -> None:
    sights = [Sight("a.csv", 0, 0)]
    assert found(sights) == ([], {"a.csv": "is empty yet"})


def test_files_that_are_no_reports_are_not_looked_at() -> None:
    sights = seen(("a.csv", 90), ("readme.txt", 90), (".a.csv.swp", 90), (".in/b.csv", 90))
    assert found(sights, files=["*.csv"], depth=1) == ([["a.csv"]], {})


@pytest.mark.parametrize(
    ("mark", "beside", "is_whole"),
    [
        ("{name}.ctrl", "a.tsv.gz.ctrl", True),
        ("{stem}.ctrl", "a.ctrl", True),
        ("{stem}.ctrl", "a.tsv.ctrl", False),
        ("{stem}.ctrl", "ab.ctrl", False),
        ("BatchComplete_*.xml", "BatchComplete_20261103.xml", True),
        ("BatchComplete_*.xml", "other.xml", False),
    ],
)
def test_a_mark_stands_beside(mark: str, beside: str, *, is_whole: bool) -> None:
    sights = seen(("a.tsv.gz", 5), (beside, 4))
    whole, waits = found(sights, mark=mark, files=["*.tsv.gz"])
    assert (whole, waits) == (
        ([["a.tsv.gz"]], {}) if is_whole else ([], {"a.tsv.gz": f"has no mark {mark} yet"})
    )


def test_a_mark_is_of_its_own_folder() -> None:
    sights = seen(("1/a.tsv", 5), ("1/BatchComplete_1.xml", 4), ("2/b.tsv", 5))
    whole, waits = found(sights, mark="BatchComplete_*.xml", depth=1)
    assert whole == [["1/a.tsv"]]
    assert list(waits) == ["2/b.tsv"]


def test_a_mark_that_is_older_than_its_file_is_of_an_earlier_delivery() -> None:
    sights = seen(("a.tsv", 5), ("a.ctrl", 6))
    assert found(sights, mark="{stem}.ctrl") == ([], {"a.tsv": "was written to after its mark"})


def test_a_name_with_brackets_is_no_pattern() -> None:
    sights = seen(("a[1].tsv", 5), ("a[1].ctrl", 4))
    assert found(sights, mark="{stem}.ctrl") == ([["a[1].tsv"]], {})


def test_marks_are_no_reports() -> None:
    sights = seen(("a.tsv", 5), ("a.tsv.ok", 4))
    assert found(sights, mark="{name}.ok") == ([["a.tsv"]], {})


def test_with_a_mark_a_file_rests_too_where_the_profile_says_so() -> None:
    sights = seen(("a.tsv", 5), ("a.ctrl", 4))
    waits = {"a.tsv": "has not rested for 10 s yet"}
    assert found(sights, mark="{stem}.ctrl", rest_s=10) == ([], waits)


def test_parts_wait_for_one_another() -> None:
    sights = seen(("D_1of2_x.tsv", 90), ("E_2of2.tsv", 90), ("E_1of2.tsv", 90))
    assert found(sights) == (
        [["E_1of2.tsv", "E_2of2.tsv"]],
        {"D_1of2_x.tsv": "is one of 1 parts that are here, of 2"},
    )


def test_parts_wait_for_the_one_that_is_still_written_to() -> None:
    sights = seen(("D_1of2_x.tsv", 90), ("D_2of2_y.tsv", 5))
    assert found(sights) == ([], {"D_2of2_y.tsv": "has not rested for 60 s yet"})


def test_parts_of_different_folders_and_counts_are_of_different_reports() -> None:
    sights = seen(
        ("1/D_1of2.tsv", 90), ("2/D_2of2.tsv", 90), ("D_1of2.tsv", 90), ("D_2of3.tsv", 90)
    )
    whole, waits = found(sights, depth=1)
    assert whole == []
    assert sorted(waits) == sorted(sight.name for sight in sights)


def test_what_was_put_away_is_not_taken_again() -> None:
    sights = seen(("a.csv", 90), ("done/b.csv", 90), ("done2/c.csv", 90))
    assert found(sights, move="done", depth=1) == ([["a.csv"], ["done2/c.csv"]], {})


@pytest.mark.parametrize(
    "given",
    [{"move": "../out"}, {"move": "/out"}, {"depth": 5}, {"depth": -1}, {"rest_s": "1"}],
)
def test_a_semaphore_that_is_wrong_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"source acme: folder\."):
        semaphore(**given)
