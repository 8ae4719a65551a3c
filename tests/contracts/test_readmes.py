"""What the READMEs promise: links that lead somewhere, commands that exist, files that are read."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from pipeline import settings
from pipeline.cli.main import app
from pipeline.contract.columns import TABLES
from pipeline.read.profiles import load_profiles
from pipeline.settings import Settings
from pipeline.store.views import COPIED, DERIVED

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("pipeline", "queries", "tests", "notebooks", "data/sample")
READMES = sorted(
    [ROOT / "README.md", *(p for top in TOPS for p in (ROOT / top).rglob("README.md"))]
)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.MULTILINE)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TABLE_OF_COMMANDS = ROOT / "pipeline" / "cli" / "README.md"
LONGEST = 450  # lines of the first README: an analyst reads it whole

each_readme = pytest.mark.parametrize(
    "readme", READMES, ids=lambda path: str(path.relative_to(ROOT).parent)
)


def prose(readme: Path) -> str:
    """The text without its blocks of code."""
    return FENCED.sub("", readme.read_text(encoding="utf-8"))


def anchors(readme: Path) -> set[str]:
    """The names by which headings are linked to: lower case, no signs, hyphens for blanks."""
    said = HEADING.findall(prose(readme))
    return {re.sub(r"[^\w -]", "", text.lower()).strip().replace(" ", "-") for text in said}


def targets(readme: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link within the repo: as written, the file it leads to, and its anchor."""
    for link in LINK.findall(prose(readme)):
        path, _, anchor = link.partition("#")
        if "://" not in link:
            yield link, (readme.parent / path).resolve() if path else readme, anchor


def shown(readme: Path, word: str) -> Iterator[str]:
    """The lines of blocks of code that begin with a word, without their comments."""
    text = readme.read_text(encoding="utf-8")
    blocks = [block for kind, block in FENCED.findall(text) if not kind]
    for block in [*blocks, *INDENTED.findall(FENCED.sub("", text))]:
        for line in block.splitlines():
            if line.strip().startswith(f"{word} "):
                yield re.split(r"\s{2,}|\s# ", line.strip())[0]


def asked(line: str) -> tuple[Any, list[str]]:
    """The command that a line calls, and what it is given."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    return command, words


@each_readme
def test_every_link_leads_to_a_file_and_a_heading_of_it(readme: Path) -> None:
    lost = [
        link
        for link, path, anchor in targets(readme)
        if not path.exists() or (anchor and anchor not in anchors(path))
    ]
    assert lost == []


def test_the_first_readme_leads_to_all_others_and_they_lead_back() -> None:
    first, *others = sorted(READMES, key=lambda path: len(path.parts))
    assert first == ROOT / "README.md"
    assert {path for _, path, _ in targets(first)} >= set(others)
    assert [one for one in others if first not in {path for _, path, _ in targets(one)}] == []


def test_the_first_readme_is_short_enough_to_be_read_whole() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST


@each_readme
def test_every_command_shown_exists_and_takes_what_it_is_given(readme: Path) -> None:
    wrong = []
    for line in shown(readme, "royalty"):
        command, words = asked(line)
        try:
            command.make_context("royalty", words)
        except TyperException as error:
            wrong.append(f"{line}: {error.format_message()}")
    assert wrong == []


def test_the_table_of_commands_is_whole_and_its_options_exist() -> None:
    cells = re.findall(r"^\| (`.*?)(?<!\\)\|", prose(TABLE_OF_COMMANDS), re.MULTILINE)
    told: dict[str, set[str]] = {}
    for span in re.findall(r"`([^`]+)`", " ".join(cells)):
        words = re.match(r"[a-z]+( [a-z|\\]+)?", span)
        assert words, span
        group, _, subs = words.group().partition(" ")
        for sub in subs.replace("\\", "").split("|"):
            told.setdefault(f"{group} {sub}".strip(), set()).update(re.findall(r"--[a-z-]+", span))
    told.pop("sync status")  # `sync` itself reads the word
    root: Any = typer.main.get_command(app)
    there = {
        f"{name} {sub}".strip(): {option for p in leaf.params for option in p.opts}
        for name, command in root.commands.items()
        for sub, leaf in [("", command), *getattr(command, "commands", {}).items()]
    }
    groups = {name.split(" ")[0] for name in there if " " in name} - {"alerts", "drift"}
    assert told.keys() == there.keys() - groups
    assert {name: found for name in told if (found := told[name] - there[name])} == {}


@each_readme
def test_every_target_of_make_exists(readme: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    quoted = re.findall(r"`make ([a-z-]+)", prose(readme).replace("\n", " "))
    assert {line.split()[1] for line in shown(readme, "make")} | set(quoted) <= known


@each_readme
def test_every_toml_is_toml(readme: Path) -> None:
    for kind, block in FENCED.findall(readme.read_text(encoding="utf-8")):
        if kind == "toml":
            tomllib.loads(block)


def test_the_whole_profile_of_the_readme_is_read(tmp_path: Path) -> None:
    text = (ROOT / "pipeline" / "read" / "README.md").read_text(encoding="utf-8")
    (acme,) = (block for _, block in FENCED.findall(text) if "data/sources/acme.toml" in block)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "acme.toml").write_text(acme, encoding="utf-8")
    assert "acme" in {profile.spec.name for profile in load_profiles(tmp_path)}


def test_the_settings_of_the_readme_are_read_and_are_the_defaults_but_for_threads(
    tmp_path: Path,
) -> None:
    text = TABLE_OF_COMMANDS.read_text(encoding="utf-8")
    (block,) = (block for kind, block in FENCED.findall(text) if kind == "toml")
    (tmp_path / "settings.toml").write_text(block, encoding="utf-8")
    assert settings.load(tmp_path) == Settings(threads=2)


def test_every_view_of_the_lake_is_told_of() -> None:
    told = re.findall(
        r"^\| (`[^|]*) \|", (ROOT / "queries" / "README.md").read_text(), re.MULTILINE
    )
    names = set(re.findall(r"`([a-z_]+)`", " ".join(told)))
    assert {*TABLES, *COPIED, *DERIVED} - names == set()
