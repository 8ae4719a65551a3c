"""What an ingest finds changed: with which delivery it is recorded, and where it is shown."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.outcome import Report
from pipeline.flow.replacement import Replacement
from pipeline.settings import Settings
from pipeline.vocab import ManifestState

AT = datetime(2026, 10, 5, 12, tzinfo=UTC)
TERRITORIES = ("US", "DE", "FR")
EARLIER = 5
LAST = "2026-06"


def report(
    folder: Path, month: int, territories: Sequence[str] = TERRITORIES, *, more: float = 0.0
) -> Path:
    """A month's lines of Spotify, fifty a territory, some three units of money each."""
    name = "-".join(territories).lower()
    path = folder / f"{name}{more or ''}_2026-{month:02}.csv"
    lines = ["service,territory,period_start,period_end,isrc,title,quantity,amount,currency"]
    for place, territory in enumerate(territories):
        for number in range(50):
            units = 1000 + 7 * ((31 * month + 17 * number + place) % 40)
            amount = units * 0.003 + more
            cells = f"2026-{month:02}-01,2026-{month:02}-28,QZAAA26{number:05},Song {number}"
            lines.append(f"Spotify,{territory},{cells},{units},{amount:.6f},EUR")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def taken(home: Path, path: Path, replacement: Replacement | None = None) -> Report:
    order = Order(home, Settings(), AT, replacement=replacement)
    done = ingest(path, order)
    assert done.state is ManifestState.COMMITTED
    return done


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A home with five months of reports that are much alike, each one file."""
    home = tmp_path / "bare"
    for month in range(1, EARLIER + 1):
        assert taken(home, report(tmp_path, month)).drift == []
    return home


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command prints on a home, with its exit code."""

    def ran(home: Path, *arguments: str) -> tuple[int, str, str]:
        code = main.run(["--home", str(home), *arguments])
        return code, *capsys.readouterr()

    return ran


def test_what_is_gone_is_recorded_shown_and_holds_nothing(
    bare: Path, tmp_path: Path, told: Any
) -> None:
    done = taken(bare, report(tmp_path, 6, ("US", "FR")))
    (sentence,) = done.drift
    assert sentence.startswith("Spotify DE reports nothing any more: 17")
    assert done.by_status["held"] == 0
    document = json.loads(told(bare, "drift", "--json")[1])
    (found,) = document["findings"]
    assert (found["manifest"], found["accounting_period"]) == (done.manifest, LAST)
    assert (found["finding"], found["territory"], found["lines"]) == ("money", "DE", 0)
    assert found["detail"] == sentence
    for command in (
        ("drift",),
        ("status", "--limit", "9"),
        ("status", "--manifest", done.manifest[:12]),
    ):
        assert "Spotify DE reports nothing any more" in " ".join(told(bare, *command)[1].split())


def test_the_screen_of_an_ingest_says_what_changed(bare: Path, tmp_path: Path, told: Any) -> None:
    path = report(tmp_path, 6, ("US", "FR"))
    code, out, _ = told(bare, "ingest", str(path))
    assert code == 0
    assert "Against the past of its source:\n  Spotify DE reports nothing any more" in out


def test_a_month_in_several_files_is_judged_when_the_last_is_in(tmp_path: Path) -> None:
    home = tmp_path / "parted"
    for month in range(1, EARLIER + 1):
        for territory in TERRITORIES:
            assert taken(home, report(tmp_path, month, [territory])).drift == []
    assert taken(home, report(tmp_path, 6, ["US"])).drift == []
    assert taken(home, report(tmp_path, 6, ["FR"])).drift == []
    # The third file is another one than usual, and Germany is in none.
    (told,) = taken(home, report(tmp_path, 6, ["FR"], more=0.0001)).drift
    assert told.startswith("Spotify DE reports nothing any more")


def test_a_correction_is_not_added_to_what_it_replaces(bare: Path, tmp_path: Path) -> None:
    first = taken(bare, report(tmp_path, 6))
    assert first.drift == []
    replacement = Replacement((first.manifest[:12],), "prices", "ann")
    assert taken(bare, report(tmp_path, 6, more=0.01), replacement).drift == []


def test_what_a_replaced_report_showed_is_told_no_more(
    bare: Path, tmp_path: Path, told: Any
) -> None:
    first = taken(bare, report(tmp_path, 6, ("US", "FR")))
    assert len(first.drift) == 1
    taken(bare, report(tmp_path, 6), Replacement((first.manifest[:12],), "lines lost", "ann"))
    assert json.loads(told(bare, "drift", "--json")[1])["findings"] == []


def test_a_first_report_and_one_without_a_period_show_nothing(tmp_path: Path) -> None:
    home = tmp_path / "first"
    assert taken(home, report(tmp_path, 1)).drift == []
    undated = tmp_path / "undated.csv"
    undated.write_text("isrc,title,amount,currency\n,Song,900,EUR\n", encoding="utf-8")
    assert taken(home, undated).drift == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--source", "acme"), "no report has --source 'acme'"),
        (("--manifest", "0123"), "no report has --manifest '0123'"),
        (("--period", "2031-01"), "no report has --period '2031-01'"),
        (("--period", "June"), "'June' is no accounting period; write 2026-09 or 2026Q3"),
    ],
)
def test_what_the_lake_does_not_have_is_one_line(
    bare: Path, told: Any, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = told(bare, "drift", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_screen_of_eighty_columns_is_not_broken(bare: Path, tmp_path: Path, told: Any) -> None:
    taken(bare, report(tmp_path, 6, ("US", "FR")))
    code, out, _ = told(bare, "drift")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    (months,) = (line for line in out.splitlines() if line.startswith("  Spotify  "))
    assert len([sign for sign in months if sign in "▁▂▃▄▅▆▇█"]) == EARLIER + 1
