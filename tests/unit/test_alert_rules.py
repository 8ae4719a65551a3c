"""Rules and channels: units, what goes over what, and one clear line for each mistake."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.vocab_watch import ChannelKind, Level, Metric, Queue
from pipeline.watch.metrics import METRICS
from pipeline.watch.quantities import MONEY, SHARE, TIME, Quantity, example, quantity, told
from pipeline.watch.rules import Place, load

README = Path(__file__).resolve().parents[2] / "pipeline" / "watch" / "README.md"
AGE = '[rules.a]\nmetric = "queue_age"\nbreach = "1 d"\n'


def home_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "alerts.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "unit", "value", "kept"),
    [
        ("90 s", TIME, "90", TIME),
        ("1.5 min", TIME, "90.0", TIME),
        ("36h", TIME, "129600", TIME),
        ("2 d", TIME, "172800", TIME),
        ("1 w", TIME, "604800", TIME),
        ("0.5 %", SHARE, "0.5", SHARE),
        ("25_000.50 EUR", MONEY, "25000.50", "EUR"),
        ("0 JPY", MONEY, "0", "JPY"),
        ("1 entry", "entries", "1", "entries"),
        ("50 entries", "entries", "50", "entries"),
        ("2 reports", "reports", "2", "reports"),
    ],
)
def test_a_quantity_has_a_unit(text: str, unit: str, value: str, kept: str) -> None:
    assert quantity(text, unit) == Quantity(Decimal(value), kept)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5", TIME),
        ("5 %", TIME),
        ("5 EUR", TIME),
        ("5 months", TIME),
        ("-5 d", TIME),
        ("5 d 4 h", TIME),
        ("", TIME),
        ("5", SHARE),
        ("5 percent", SHARE),
        ("5 eur", MONEY),
        ("5 EURO", MONEY),
        ("EUR 5", MONEY),
        ("1e3 EUR", MONEY),
        ("nan EUR", MONEY),
        (f"1{'0' * 20} EUR", MONEY),
        ("5 lines", "entries"),
    ],
)
def test_what_has_another_unit_is_no_quantity(text: str, unit: str) -> None:
    assert quantity(text, unit) is None


@pytest.mark.parametrize("unit", sorted({one.unit for one in METRICS.values()}))
def test_what_a_mistake_proposes_is_right(unit: str) -> None:
    assert quantity(example(unit), unit) is not None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0", TIME, "0 s"),
        ("59", TIME, "59 s"),
        ("3600", TIME, "1 h"),
        ("187200", TIME, "2 d 4 h"),
        ("86460", TIME, "1 d"),
        ("-5400", TIME, "-1 h 30 min"),
        ("4.166666", SHARE, "4.17 %"),
        ("0.100000000000000000", "EUR", "0.1 EUR"),
        ("1234567.89", "EUR", "1,234,567.89 EUR"),
        ("1", "entries", "1 entry"),
        ("2", "entries", "2 entries"),
        ("1", "lines", "1 line"),
    ],
)
def test_a_value_is_told_with_its_unit(value: str, unit: str, text: str) -> None:
    assert told(Decimal(value), unit) == text


def test_the_defaults_are_rules_and_cover_every_part_of_an_sla(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert {one.where for one in found.rules} == {"rules.toml"}
    assert {one.kind for one in found.channels} == {ChannelKind.TERMINAL}
    queues = {queue for one in found.rules for queue in one.chosen.get("queue", ())}
    assert queues == {"due", "catalog", "person", "escalated", "given_up"}
    for rule in found.rules:
        if rule.metric is Metric.QUEUE_AGE:
            assert rule.warning, rule.name
            assert rule.breach, rule.name


def test_a_home_goes_over_the_defaults_key_by_key(tmp_path: Path) -> None:
    before = load(tmp_path).named("late")
    after = load(home_with(tmp_path, '[rules.late]\nbreach = "3 d"\nfor = "2 h"\n')).named("late")
    assert after.breach == {TIME: Quantity(Decimal(259_200), TIME)}
    assert (after.hold, after.where) == (timedelta(hours=2), "alerts.toml")
    assert (after.warning, after.metric, after.per) == (before.warning, before.metric, before.per)


def test_another_metric_begins_a_rule_anew(tmp_path: Path) -> None:
    text = '[rules.money-waiting]\nmetric = "queue_depth"\nbreach = "9 entries"\n'
    rule = load(home_with(tmp_path, text)).named("money-waiting")
    assert (rule.within, rule.least, rule.warning, rule.per) == (None, 0, {}, ())


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    found = load(home_with(tmp_path, "[rules.late]\noff = true\n"))
    assert found.switched_off == ("late",)
    with pytest.raises(UsageError, match="there is no rule 'late'; known: "):
        found.named("late")


def test_money_has_a_limit_for_each_currency(tmp_path: Path) -> None:
    text = '[rules.a]\nmetric = "money_waiting"\nwarning = "9 EUR"\nbreach = ["10 EUR", "5 USD"]\n'
    rule = load(home_with(tmp_path, text)).named("a")
    assert {unit: one.value for unit, one in rule.breach.items()} == {"EUR": 10, "USD": 5}
    assert rule.per == ("currency",)


CHANNELS = """
[channels.log]
kind = "file"
path = "a.jsonl"
[channels.ops]
kind = "webhook"
url = { env = "OPS_URL" }
secret = { file = "ops.key" }
[channels.mail]
kind = "apprise"
url = { env = "OPS_MAIL" }
from = "warning"
"""


@pytest.mark.parametrize(
    ("level", "channels"),
    [
        (Level.WARNING, ("terminal", "log", "mail")),
        (Level.BREACH, ("terminal", "log", "ops", "mail")),
    ],
)
def test_only_a_breach_calls_people_unless_they_ask_for_more(
    level: Level, channels: tuple[str, ...], tmp_path: Path
) -> None:
    found = load(home_with(tmp_path, CHANNELS + AGE))
    assert found.routes("a", level) == channels


def test_a_rule_may_name_its_channels(tmp_path: Path) -> None:
    found = load(home_with(tmp_path, f'{CHANNELS}{AGE}channels = ["ops", "log"]\n'))
    assert found.routes("a", Level.BREACH) == ("log", "ops")
    assert found.routes("a", Level.WARNING) == ("log",)
    ops = next(one for one in found.channels if one.name == "ops")
    assert (ops.url, ops.secret) == (Place("env", "OPS_URL"), Place("file", "ops.key"))


WRONG = [
    ("x = [", "alerts.toml is not TOML"),
    ("[rule.a]\n", "alerts.toml: rule is no table here; known: rules, channels"),
    ("rules = 1\n", "rules. is no table"),
    ("[rules]\na = 1\n", "alerts.toml: rules.a is no table; write [rules.NAME]"),
    ('[rules."A b"]\n', "rules.'A b' is no name"),
    ("[rules.a]\n", 'alerts.toml: rules.a.metric is missing; write metric = "…"'),
    ('[rules.a]\nmetric = "queue"\n', "rules.a.metric knows no 'queue'; known: queue_age, "),
    (f"{AGE}shop = 1\n", "rules.a.shop of queue_age is no key; known: "),
    (f'{AGE}currency = "EUR"\n', "rules.a.currency of queue_age is no key"),
    (f'{AGE}queue = "dead"\n', "rules.a.queue knows no 'dead'; known: due, catalog, "),
    (f"{AGE}queue = []\n", "rules.a.queue is empty; leave it out, or name one"),
    (f'{AGE}within = "1 d"\n', "rules.a.within means nothing to queue_age; leave it out"),
    (f'{AGE}least = "5 lines"\n', "rules.a.least means nothing to queue_age; leave it out"),
    (f'{AGE}warning = "2 d"\n', "rules.a.warning is not below the breach; write one below it"),
    (f'{AGE}warning = "1 %"\n', "rules.a.warning is '1 %'; write \"36 h\""),
    (f"{AGE}warning = 5\n", 'rules.a.warning is 5; write warning = ["…"]'),
    (f'{AGE}for = "soon"\n', "rules.a.for is 'soon'; write \"36 h\""),
    (f'{AGE}for = "40000 d"\n', "rules.a.for is '40000 d'"),
    (f'{AGE}severity = "low"\n', "rules.a.severity knows no 'low'; known: high, warning"),
    (f'{AGE}channels = ["ops"]\n', "rules.a.channels names no 'ops'; known: terminal"),
    (f'{AGE}per = ["currency"]\n', "rules.a.per knows no 'currency'; known: queue, fault, source"),
    (f"{AGE}off = 1\n", "rules.a.off is 1; write true or false"),
    ('[rules.a]\nmetric = "queue_age"\n', 'rules.a.breach is missing; write breach = "36 h"'),
    (
        '[rules.a]\nmetric = "retention_left"\nwarning = "3 d"\nbreach = "7 d"\n',
        "rules.a.warning is not above the breach; write one above it",
    ),
    (
        '[rules.a]\nmetric = "money_waiting"\nbreach = ["1 EUR", "2 EUR"]\n',
        "rules.a.breach has two limits in EUR; leave one of them",
    ),
    (
        '[rules.a]\nmetric = "fatal_lines"\nbreach = "1 line"\n',
        'rules.a.within is missing; write within = "…"',
    ),
    (
        '[rules.a]\nmetric = "share_waiting"\nwithin = "1 d"\nbreach = "1 %"\nleast = "1.5 lines"',
        "rules.a.least is '1.5 lines'; write \"1000 lines\"",
    ),
    ('[channels.a]\nkind = "fax"\n', "channels.a.kind knows no 'fax'; known: terminal, file, "),
    ('[channels.a]\nkind = "file"\n', "channels.a.path is missing"),
    ('[channels.a]\nkind = "file"\npath = "x"\nurl = "y"\n', "channels.a.url of a file is no key"),
    ('[channels.a]\nkind = "webhook"\nurl = "x"\n', "channels.a.secret is missing; write secret ="),
    (
        '[channels.a]\nkind = "apprise"\nurl = { env = "X" }\ntimeout_s = 0\n',
        "channels.a.timeout_s is 0; write a number above 0",
    ),
    (
        '[channels.a]\nkind = "apprise"\nurl = "x"\nfrom = "calm"\n',
        "channels.a.from knows no 'calm'",
    ),
]


@pytest.mark.parametrize(("text", "line"), WRONG)
def test_a_mistake_is_one_line_with_the_mend(text: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(line)) as raised:
        load(home_with(tmp_path, text))
    assert (raised.value.exit_code, "\n" in str(raised.value)) == (2, False)


@pytest.mark.parametrize(
    "text",
    [
        'kind = "webhook"\nurl = "x"\nsecret = "s3cret"\n',
        'kind = "webhook"\nurl = "x"\nsecret = { text = "s3cret" }\n',
        'kind = "apprise"\nurl = "mailtos://ops:s3cret@localhost"\n',
    ],
)
def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(
    text: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"does not say where it stands") as raised:
        load(home_with(tmp_path, f"[channels.a]\n{text}"))
    assert "s3cret" not in str(raised.value)


def test_rules_of_another_file_are_read_instead_of_the_home_s(tmp_path: Path) -> None:
    home = home_with(tmp_path, "[rules.late]\noff = true\n")
    other = tmp_path / "draft.toml"
    other.write_text(AGE, encoding="utf-8")
    found = load(home, other)
    assert (found.named("a").where, found.switched_off) == ("draft.toml", ())
    with pytest.raises(UsageError, match="there is no file"):
        load(home, tmp_path / "nowhere.toml")


def test_the_example_of_the_readme_holds(tmp_path: Path) -> None:
    readme = README.read_text(encoding="utf-8")
    found = load(home_with(tmp_path, readme.split("# data/alerts.toml\n")[1].split("```")[0]))
    assert found.routes("unpaid", Level.BREACH) == ("log", "ops")
    assert found.named("late").breach[TIME].value == 259_200
    assert found.switched_off == ("drift",)


def test_every_metric_has_a_query_a_meaning_and_a_place_in_the_readme() -> None:
    assert set(METRICS) == set(Metric)
    readme = README.read_text(encoding="utf-8")
    assert [one for one in (*Metric, *Queue) if f"`{one}`" not in readme] == []
    for measured in METRICS.values():
        assert set(measured.apart) <= set(measured.by)
        assert measured.means
