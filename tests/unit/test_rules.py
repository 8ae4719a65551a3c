"""Every rule, by lines that keep it and lines that break it."""

import polars as pl
import pytest

from pipeline.contract import rules
from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY, REPORTED
from pipeline.vocab import Effect, Fault

SOUND = {"amount": "1.50", "currency": "EUR", "isrc": "USRC17607839"}


def _faults(**cells: str | None) -> list[str]:
    line = {name: {**SOUND, **cells}.get(name) for name in REPORTED}
    frame = pl.DataFrame([line], schema=REPORTED)
    return frame.select(rules.faults(rules.RULES)).item().to_list()


def test_sound_line() -> None:
    assert _faults() == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"amount": None}, [Fault.AMOUNT_UNREADABLE]),
        ({"amount": ""}, [Fault.AMOUNT_UNREADABLE]),
        ({"amount": "1,5"}, [Fault.AMOUNT_UNREADABLE]),
        ({"amount": "0.1234567890123456789"}, [Fault.AMOUNT_UNREADABLE]),
        ({"amount": "1000000000000"}, [Fault.AMOUNT_UNREADABLE]),
        ({"amount": "999999999999.99"}, []),
        ({"amount": "0"}, []),
        ({"currency": None}, [Fault.CURRENCY_MISSING]),
        ({"currency": " "}, [Fault.CURRENCY_MISSING]),
        ({"currency": "RMB"}, [Fault.CURRENCY_ALIAS]),
        ({"currency": "XXX"}, [Fault.CURRENCY_INVALID]),
        ({"currency": "HRK", "activity_start": "2022-11-01"}, []),
        ({"currency": "HRK", "activity_start": "2023-02-01"}, [Fault.CURRENCY_INVALID]),
        ({"currency": "HRK", "activity_end": "2022-11-30", "period_start": "2023-01-01"}, []),
        ({"currency": "HRK", "period_end": "2023-03-31"}, [Fault.CURRENCY_INVALID]),
        ({"currency": "HRK"}, [Fault.CURRENCY_INVALID]),
        ({"isrc": "USRC1760783"}, [Fault.ISRC_MALFORMED]),
        ({"isrc": "USRC17607839|GBAYE0601498"}, []),
        ({"isrc": None, "title": "Song"}, []),
        ({"isrc": None, "gtin": "5901234123457"}, []),
        ({"isrc": None, "title": "Song", "sale_level": "track"}, [Fault.ISRC_MISSING]),
        ({"isrc": "", "gtin": "5901234123457", "sale_level": "track"}, [Fault.ISRC_MISSING]),
        ({"isrc": "N/A", "title": "Song"}, [Fault.ISRC_MISSING]),
        ({"isrc": None}, [Fault.ISRC_MISSING]),
        ({"sale_level": "track"}, []),
        ({"isrc": None, "title": "Album", "sale_level": "release"}, [Fault.GTIN_MISSING]),
        ({"isrc": "N/A", "gtin": "5901234123457", "sale_level": "release"}, []),
        ({"sale_level": "release"}, [Fault.GTIN_MISSING]),
        ({"gtin": "000000000000"}, []),
        ({"isrc": "", "gtin": "0", "title": "Song"}, [Fault.GTIN_MISSING]),
        ({"gtin": "5901234123458"}, [Fault.GTIN_CHECK_DIGIT]),
        ({"gtin": "8.6e+11"}, [Fault.GTIN_CHECK_DIGIT]),
        ({"gtin": "36000291452"}, [Fault.GTIN_REPAIRED]),
        ({"gtin": "05901234123457"}, []),
        ({"quantity": ""}, []),
        ({"quantity": "-3"}, []),
        ({"quantity": "many"}, [Fault.QUANTITY_UNREADABLE]),
        ({"quantity": "0.1234567"}, [Fault.QUANTITY_UNREADABLE]),
        ({"period_start": "2025-06-01", "period_end": "2025-06-30"}, []),
        ({"period_start": "June"}, [Fault.PERIOD_UNREADABLE]),
        ({"activity_end": "2025-02-30"}, [Fault.PERIOD_UNREADABLE]),
        ({"activity_start": " "}, []),
        ({"territory": "DE"}, []),
        ({"territory": "Worldwide"}, []),
        ({"territory": "ZZ"}, [Fault.TERRITORY_UNKNOWN]),
        ({"territory": ""}, []),
    ],
)
def test_rule(cells: dict[str, str | None], expected: list[Fault]) -> None:
    assert _faults(**cells) == expected


def test_several_faults_in_the_order_of_the_vocabulary() -> None:
    line = {"amount": "x", "currency": "ZZZ", "isrc": "?!", "gtin": "1", "quantity": "q"}
    assert _faults(**line, period_end="soon", territory="??") == [
        Fault.AMOUNT_UNREADABLE,
        Fault.ISRC_MALFORMED,
        Fault.GTIN_CHECK_DIGIT,
        Fault.QUANTITY_UNREADABLE,
        Fault.PERIOD_UNREADABLE,
        Fault.TERRITORY_UNKNOWN,
        Fault.CURRENCY_INVALID,
    ]


def test_table_is_in_the_order_of_the_vocabulary() -> None:
    order = list(Fault)
    places = [order.index(rule.fault) for rule in rules.RULES]
    assert places == sorted(set(places))


def test_each_rule_names_what_it_reads() -> None:
    for rule in rules.RULES:
        assert set(rule.sound.meta.root_names()) == set(rule.columns), rule.fault


def test_each_rule_stands_in_one_group() -> None:
    """Registries of identities and contexts put rules to their own columns only."""
    parted = (*rules.IDENTITY_RULES, *rules.CONTEXT_RULES, *rules.MONEY_RULES)
    assert sorted(rule.fault for rule in parted) == sorted(rule.fault for rule in rules.RULES)
    for group, held in (
        (IDENTITY, rules.IDENTITY_RULES),
        (CONTEXT, rules.CONTEXT_RULES),
        (MONEY, rules.MONEY_RULES),
    ):
        assert all(group.keys() >= set(rule.columns) for rule in held)


def test_blocking_rules() -> None:
    assert [rule.fault for rule in rules.BLOCKING_RULES] == [
        Fault.AMOUNT_UNREADABLE,
        Fault.CURRENCY_MISSING,
        Fault.CURRENCY_INVALID,
    ]
    assert all(rule.fault.effect is not Effect.WARNS for rule in rules.BLOCKING_RULES)
