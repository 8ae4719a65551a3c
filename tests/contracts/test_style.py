"""The rules of style that no linter knows, each with an offender that it must find."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.vocab import Fault

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("pipeline", "queries", "tests", "notebooks", ".ci")
NO_PROSE = (".py", ".sql", ".toml", ".txt", "Makefile", "run", ".sqlfluff", ".gitignore")
OFFENDERS = Path("tests/contracts/offenders.toml")
MAX_LINES = 300
RUNS_A_PLAN = re.compile(r"collect|collect_(all|async|batches)|sink_\w+")
FAULT_NAME = re.compile(rf"\b({'|'.join(Fault)})\b")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
SILENCER = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:)(.*)", re.IGNORECASE)
CODES = re.compile(r"^(\[[\w\-, ]+\]|:\s*[A-Z]+\d+(\s*,\s*[A-Z]+\d+)*)?")
ONE_MACHINE = re.compile(
    r"(?<![\w.)}*])(?:/(?:work|farm|tmp|root|home|Users|opt|mnt)/|[A-Z]:\\\\?Users|~[/])"
)
HOST = re.compile(r"\bhttps?://(?!localhost|127\.0\.0\.1)", re.IGNORECASE)
GRAIN = re.compile(r"-- (?P<name>[a-z_]+/[a-z0-9_]+): \S.*?(?: |\n-- )reads: \S", re.DOTALL)
PARAMETERS = re.compile(r"^-- params: (none|\$\w+ [A-Z].*)$", re.MULTILINE)

Offences = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """What to look for in a file, and in which files."""

    find: Callable[[Path, str], Offences]
    applies: Callable[[Path], bool]


def offences(rule: Rule, root: Path) -> list[str]:
    """Every offence under a root, as `path:line what`."""
    return [
        f"{path}:{line} {what}"
        for path in files(root)
        if rule.applies(path)
        for line, what in rule.find(path, (root / path).read_text(encoding="utf-8"))
    ]


def files(root: Path) -> list[Path]:
    """The project's own texts, relative to the root, in order."""
    own = [path for top in TOPS for path in (root / top).rglob("*")]
    own += [path for path in root.iterdir() if path.is_file()]
    texts = {path.relative_to(root) for path in own if path.name.endswith(NO_PROSE)}
    return sorted(path for path in texts - {OFFENDERS} if (root / path).is_file())


def plans_run(_path: Path, text: str) -> Offences:
    """Attributes that run a plan: called, or handed on to be called."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and RUNS_A_PLAN.fullmatch(node.attr):
            yield node.lineno, f".{node.attr} runs a plan; only pipeline/flow may"


def bare_faults(_path: Path, text: str) -> Offences:
    """Names of faults in strings, docstrings aside."""
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            for name in FAULT_NAME.findall(node.value):
                yield node.lineno, f"bare {name}; write Fault.{name}"


def asserted(_path: Path, text: str) -> Offences:
    """Claims that a type should make: none of them is checked before it fails."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assert):
            yield node.lineno, "asserts; have a type say so"


def too_long(_path: Path, text: str) -> Offences:
    """A file that has grown beyond the limit."""
    lines = len(text.splitlines())
    if lines > MAX_LINES:
        yield lines, f"{lines} lines, at most {MAX_LINES}: split it"


def silenced(_path: Path, text: str) -> Offences:
    """Comments that silence a tool and do not name what and why."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := SILENCER.search(line):
            codes = CODES.match(found[1].strip())
            reason = found[1].strip()[codes.end() if codes else 0 :].strip(" -–#:.")
            if not (codes and codes[0] and reason):
                yield number, "silences a tool without naming the code and the reason"


def machine_bound(_path: Path, text: str) -> Offences:
    """Absolute paths of one machine."""
    yield from _lines_with(ONE_MACHINE, text, "path of one machine")


def hosts(_path: Path, text: str) -> Offences:
    """Addresses on the network."""
    yield from _lines_with(HOST, text, "network address")


def _lines_with(pattern: re.Pattern[str], text: str, what: str) -> Offences:
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line):
            yield number, f"{what}: {line.strip()[:80]}"


def vague_name(path: Path, _text: str) -> Offences:
    """Modules and folders whose name says nothing."""
    for part in path.with_suffix("").parts:
        if part in VAGUE:
            yield 1, f"{part} names no purpose"


def query_form(path: Path, text: str) -> Offences:
    """Query files without the header, or whose header and statement disagree."""
    first = GRAIN.match(_comment(text))
    if not first or first["name"] != f"{path.parent.name}/{path.stem}":
        yield 1, f"begins with `-- {path.parent.name}/{path.stem}: grain. reads: tables`"
    stated = PARAMETERS.search(text)
    if not stated:
        yield 2, "states `-- params: $name TYPE, …`, or `-- params: none`"
    statements = duckdb.extract_statements(text)
    if len(statements) != 1:
        yield 1, f"holds {len(statements)} statements, not one"
    used = {name for statement in statements for name in statement.named_parameters}
    named = set(re.findall(r"\$(\w+)", stated[1])) if stated else used
    if used != named:
        yield 2, f"header and statement differ in parameters: {sorted(used ^ named)}"


def _comment(query: str) -> str:
    """The comment lines with which a query file begins."""
    return "\n".join(takewhile(lambda line: line.startswith("-- "), query.splitlines()))


def _is_python(path: Path) -> bool:
    return path.suffix == ".py"


def _is_code(path: Path) -> bool:
    return path.suffix in {".py", ".sql"}


def _is_package(path: Path) -> bool:
    return _is_python(path) and path.parts[0] == "pipeline"


def _is_outside_flow(path: Path) -> bool:
    return _is_package(path) and path.parts[1] != "flow"


def _is_outside_vocab(path: Path) -> bool:
    return _is_package(path) and path != Path("pipeline/vocab.py")


def _is_query(path: Path) -> bool:
    return path.suffix == ".sql" and path.parts[0] == "queries"


def _is_any(_path: Path) -> bool:
    return True


RULES = {
    "assert": Rule(asserted, _is_package),
    "collect": Rule(plans_run, _is_outside_flow),
    "fault": Rule(bare_faults, _is_outside_vocab),
    "length": Rule(too_long, _is_code),
    "silence": Rule(silenced, _is_python),
    "machine": Rule(machine_bound, _is_any),
    "host": Rule(hosts, _is_any),
    "vague": Rule(vague_name, _is_code),
    "query": Rule(query_form, _is_query),
}
LONG = {"path": "tests/unit/a.py", "text": "x = 1\n" * 301, "fine": ["x = 1\n" * 300]}
PLANTS = tomllib.loads((ROOT / OFFENDERS).read_text(encoding="utf-8")) | {"length": [LONG]}
CASES = [
    pytest.param(rule, plant, id=f"{rule}-{number}")
    for rule, plants in PLANTS.items()
    for number, plant in enumerate(plants)
]


@pytest.mark.parametrize("rule", RULES)
def test_the_project_keeps_the_rule(rule: str) -> None:
    assert offences(RULES[rule], ROOT) == []


@pytest.mark.parametrize(("rule", "plant"), CASES)
def test_the_rule_finds_its_offender(rule: str, plant: dict[str, Any], tmp_path: Path) -> None:
    _plant(tmp_path, plant["path"], plant["text"])
    found = offences(RULES[rule], tmp_path)
    assert [offence.partition(":")[0] for offence in found] == [plant["path"]]


@pytest.mark.parametrize(("rule", "plant"), CASES)
def test_the_rule_lets_the_near_miss_pass(rule: str, plant: dict[str, Any], tmp_path: Path) -> None:
    for text in plant.get("fine", ()):
        _plant(tmp_path, plant["path"], text)
        assert offences(RULES[rule], tmp_path) == []


def test_every_rule_has_an_offender() -> None:
    assert PLANTS.keys() == RULES.keys()


def test_flow_may_run_plans_and_vocab_may_name_faults(tmp_path: Path) -> None:
    _plant(tmp_path, "pipeline/flow/ingest.py", "lines.collect()\n")
    _plant(tmp_path, "pipeline/vocab.py", 'UNMATCHED = "UNMATCHED"\n')
    assert offences(RULES["collect"], tmp_path) == []
    assert offences(RULES["fault"], tmp_path) == []


def test_the_rules_see_the_project() -> None:
    """An empty list of files would keep every rule."""
    seen = {str(path) for path in files(ROOT)}
    assert {"pipeline/vocab.py", "tests/conftest.py", "Makefile", ".ci/run"} <= seen
    assert {"pyproject.toml", "constraints.txt"} <= seen


def _plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
