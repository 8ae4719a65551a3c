"""The scripts of letters, held against what the Unicode character database calls them."""

import unicodedata

import polars as pl
import pytest

from pipeline.vocab_watch import Script
from pipeline.watch.sketch_text import scripts

# Beyond stand letters that modify others, whose names do not tell their script.
LETTERS = [chr(point) for point in range(0x2B0)]


def script_of(letter: str) -> Script | None:
    """The script of a letter; None where it is none."""
    if not unicodedata.category(letter).startswith("L"):
        return None
    name = unicodedata.name(letter)
    return Script.LATIN if "LATIN" in name or "ORDINAL INDICATOR" in name else Script.OTHER


def expected(text: str) -> Script:
    """The script of a text of such letters, and Cyrillic ones."""
    found = {Script.CYRILLIC if letter == "я" else script_of(letter) for letter in text} - {None}
    if len(found) > 1:
        return Script.MIXED
    if found:
        return next(script for script in found if script is not None)
    is_number = any(unicodedata.category(letter).startswith("N") for letter in text)
    return Script.DIGITS if is_number else Script.OTHER


@pytest.mark.parametrize("before", ["", "a", "ß", "1", "µ", "я"])
def test_the_script_of_a_text_is_that_of_its_letters(before: str) -> None:
    texts = [before + letter for letter in LETTERS]
    told = scripts(pl.Series(texts)).to_list()
    assert told == [expected(text).value for text in texts]
