"""The command line as a person and as a script meet it, over a home made by itself."""

import json
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.vocab import Fault
from tests.flow.demo_home import OFF, ORCHARD
from tests.flow.homes import copied

# Of data/sample/README.md, which the generator of the samples writes.
ORCHARD_LINES, ORCHARD_DEM = 138, "0.3413385316"
MONEY = re.compile(r"-?[0-9,]+\.[0-9]+")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed, which must be one JSON document."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        return line


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command in this process."""
    monkeypatch.setenv("COLUMNS", "80")

    def ran(*arguments: str | Path) -> Done:
        code = main.run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return ran


@pytest.fixture(scope="module")
def loaded(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo, tmp_path_factory.mktemp("cli"))


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A home that a test may change."""
    return Path(shutil.copytree(loaded, tmp_path / "home"))


def test_help_names_every_command(run: Any) -> None:
    done = run("--help")
    assert done.code == 0
    named = set(re.findall(r"^  ([a-z]+)  ", done.out, re.MULTILINE))
    groups = {"catalog", "sources", "review", "quarantine", "control", "audit", "lake", "webhook"}
    single = {"ingest", "sync", "restate", "inbox", "owed", "retry", "exclude", "status", "explain"}
    single |= {"alerts", "bench", "drift"}
    assert named == groups | single


def test_ingest_tells_everything_as_json(run: Any, home: Path) -> None:
    done = run("--home", home, "ingest", ORCHARD, "--period", "2026-10", "--json")
    (told,) = done.document["manifests"]
    assert (done.code, done.err) == (0, "")
    assert {"path", "manifest", "source", "state", "lines", "by_status", "by_method"} <= told.keys()
    assert {"by_fault", "amounts", "control", "seconds", "peak_rss_mb"} <= told.keys()
    assert (told["state"], told["lines"], told["source"]) == ("committed", ORCHARD_LINES, "orchard")
    assert told["amounts"]["DEM"]["quarantined"] == ORCHARD_DEM
    assert sum(told["by_status"].values()) == ORCHARD_LINES


def test_a_refused_report_does_not_stop_the_others(run: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    missing = tmp_path / "missing.csv"
    done = run("--home", home, "ingest", tmp_path / "odd.csv", missing, ORCHARD, "--json")
    states = [told["state"] for told in done.document["manifests"]]
    assert (done.code, states) == (3, ["refused", "refused", "unchanged"])
    assert "error" in done.document["manifests"][0]
    first, second = done.err.splitlines()
    assert first.startswith(f"royalty: {tmp_path / 'odd.csv'} is no known report")
    assert second == f"royalty: there is no file {missing}; check the path"


def test_the_screen_of_a_report_shows_both_figures_of_its_control(run: Any, loaded: Path) -> None:
    told = run("--home", loaded, "status", "--manifest", _manifest(run, loaded, OFF)).out
    assert "control is OFF, records: declared 122, found 121" in told
    assert OFF.name in told


def test_the_screen_says_the_same_as_the_document(run: Any, loaded: Path) -> None:
    amounts = run("--home", loaded, "status", "--json").document["amounts"]
    euros = {place: amounts["EUR"][place] for place in ("reported", "held", "quarantined")}
    assert euros == {
        "reported": "3.9489306687",
        "held": "3.5094796679",
        "quarantined": "0.4394510008",
    }
    screen = run("--home", loaded, "status").out
    assert all(amount in screen for amount in euros.values())
    assert not re.search(r"[0-9]\.[0-9]*[eE]|[0-9]E[+-]", screen)


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_no_figure_is_cut_at_any_width(
    run: Any, loaded: Path, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    wide = set(MONEY.findall(run("--home", loaded, "status").out))
    monkeypatch.setenv("COLUMNS", width)
    done = run("--home", loaded, "status")
    assert set(MONEY.findall(done.out)) == wide
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) <= max(int(width), 110)


def test_the_commands_that_a_screen_advises_can_be_run(run: Any, home: Path) -> None:
    screen = run("--home", home, "status").out
    advised = [line.split()[1:] for line in screen.splitlines() if line.startswith("  royalty ")]
    assert len(advised) > 2
    assert [run(*words).code for words in advised] == [0] * len(advised)


def test_a_halted_asset_from_list_to_release(run: Any, home: Path) -> None:
    listed = run("--home", home, "quarantine", "list", "--fault", Fault.ASSET_HALTED, "--json")
    entries = listed.document["entries"]
    largest = max(entries, key=lambda entry: Decimal(entry["money"].get("USD", 0)))
    begun = largest["ledger_id"][:8]
    shown = run("--home", home, "quarantine", "show", begun)
    assert largest["ledger_id"] in shown.out
    nobody = run("--home", home, "quarantine", "release", begun, "--reason", "x")
    assert (nobody.code, "--by" in nobody.line) == (2, True)
    released = run(
        "--home", home, "quarantine", "release", begun, "--reason", "ok", "--by", "ann", "--json"
    )
    assert released.document["attempted"] == largest["lines"]
    assert released.document["moved"]["USD"] == {"from held to matched": largest["money"]["USD"]}


def test_an_invalid_line_is_shown_in_text_and_hex(run: Any, loaded: Path) -> None:
    listed = run("--home", loaded, "quarantine", "list", "--fault", Fault.BAD_ENCODING, "--json")
    ids = [entry["ledger_id"] for entry in listed.document["entries"]]
    payloads = [run("--home", loaded, "quarantine", "show", one, "--json").document for one in ids]
    (with_nul,) = [one for one in payloads if "00" in one["payload"]["hex"].split()]
    assert "\x00" in with_nul["payload"]["text"]
    screen = run("--home", loaded, "quarantine", "show", with_nul["ledger_id"]).out
    assert "\\x00" in screen
    assert "\x00" not in screen
    assert with_nul["payload"]["sha256"] in screen


def test_an_excluded_line_is_counted_and_never_listed(run: Any, home: Path) -> None:
    listed = ("--home", home, "quarantine", "list", "--fault", Fault.CURRENCY_INVALID, "--json")
    first = run(*listed).document["entries"][0]["ledger_id"]
    done = run("--home", home, "exclude", first, "--reason", "not ours", "--by", "ann", "--json")
    assert (done.code, done.document["resolved"]) == (0, 1)
    assert first not in [entry["ledger_id"] for entry in run(*listed).document["entries"]]


def test_an_export_verifies_until_it_is_touched(run: Any, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "export"
    assert run("--home", home, "audit", "export", "2026Q3", "--out", out).code == 0
    done = run("audit", "verify", out, "--json")
    assert (done.code, done.document["findings"]) == (0, [])
    with (out / "sales.csv").open("ab") as file:
        file.write(b"x")
    off = run("audit", "verify", out, "--json")
    assert (off.code, len(off.document["findings"]) > 0) == (6, True)
    assert "is not the export that was written" in off.line


def test_the_lake_verifies_until_a_file_is_touched(run: Any, home: Path) -> None:
    sound = run("--home", home, "lake", "verify", "--json")
    assert (sound.code, sound.document["damaged"]) == (0, [])
    path = next((home / "lake" / "sales").glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    off = run("--home", home, "lake", "verify", "--json")
    assert (off.code, off.document["damaged"]) == (5, [str(path)])


@pytest.mark.parametrize(
    "words",
    [
        ["catalog", "stats"],
        ["sources", "list"],
        ["sources", "show", "orchard"],
        ["status"],
        ["alerts"],
        ["retry"],
        ["quarantine", "list"],
        ["lake", "sweep"],
    ],
    ids=" ".join,
)
def test_every_command_has_a_screen_and_a_document(run: Any, home: Path, words: list[str]) -> None:
    screen, told = run("--home", home, *words), run("--home", home, *words, "--json")
    assert (screen.code, screen.err, told.code, told.err) == (0, "", 0, "")
    assert screen.out.strip()
    assert isinstance(told.document, dict)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["status", "--limit", "0"], 2, "--limit"),
        (["ingest"], 2, "Missing argument 'PATH...'"),
        (["ingest", str(ORCHARD), "--period", "soon"], 2, "'soon' is no accounting period"),
        (["ingest", str(ORCHARD), "--source", "none"], 2, "there is no source 'none'; known: "),
        (["sources", "show", "none"], 2, "there is no source 'none'; known: apple, "),
        (["quarantine", "show", "12"], 2, "'12' is too short for an id"),
        (["quarantine", "release", "--reason", "a", "--by", "b"], 2, "nothing is named"),
        (["status", "--manifest", "zz"], 2, "no manifest begins with 'zz'"),
        (["audit", "export", "2026"], 2, "'2026' is no quarter"),
        (["catalog", "load", "no-such-folder"], 4, "no-such-folder"),
    ],
)
def test_a_mistake_is_one_line(
    run: Any, loaded: Path, words: list[str], code: int, says: str
) -> None:
    done = run("--home", loaded, *words)
    assert (done.code, done.out) == (code, "")
    assert done.line.startswith("royalty: ")
    assert says in done.line
    assert "; " in done.line


def test_to_look_at_a_home_that_is_not_there_makes_none(run: Any, tmp_path: Path) -> None:
    done = run("--home", tmp_path / "typo", "status")
    assert (done.code, list(tmp_path.iterdir())) == (2, [])


def test_an_unknown_setting_is_one_line(run: Any, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("part_size = 1\n", encoding="utf-8")
    done = run("--home", tmp_path, "status")
    assert (done.code, "unknown setting 'part_size'" in done.line) == (2, True)


def test_what_nobody_foresaw_is_one_line_unless_asked_for(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "Not a directory" in run("--home", tmp_path / "file" / "home", "ingest", ORCHARD).line
    monkeypatch.setattr(main, "app", None)
    done = run("status")
    assert (done.code, "a defect of the pipeline" in done.line) == (1, True)
    monkeypatch.setenv("ROYALTY_DEBUG", "1")
    assert "Traceback" in run("status").err


def test_the_home_may_stand_in_the_environment(
    run: Any, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROYALTY_HOME", str(loaded))
    assert run("status", "--json").document["deliveries"] == 2


def _manifest(run: Any, home: Path, path: Path) -> str:
    """The beginning of a report's manifest."""
    reports = run("--home", home, "status", "--json").document["reports"]
    (manifest,) = [one["manifest"] for one in reports if one["path"].endswith(path.name)]
    return str(manifest)[:8]
