"""The vocabularies of what is watched: what a sketch counts, and what a finding is about."""

from enum import StrEnum


class Measure(StrEnum):
    """What a row of a sketch counts, of the lines of its cell."""

    ALL = "all"
    """Every line of the cell; it names no column."""
    NULL = "null"
    """The column says nothing."""
    VALUE = "value"
    """The column says this."""
    REST = "rest"
    """The column says one of the values that are not told one by one."""
    BUCKET = "bucket"
    """The number lies between two powers of the base; the value is the lower one's exponent."""
    LENGTH = "length"
    """The text has so many characters."""
    SCRIPT = "script"
    """The text is written in this script."""
    FAULT = "fault"
    """The line bears this fault."""


class Script(StrEnum):
    """What the letters of a text are; kana with or without han is Japanese."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    OTHER = "other"
    """Of another script; or the text has neither letters nor digits."""
    MIXED = "mixed"
    """Of several."""
    DIGITS = "digits"
    """There are none, but digits."""


class Finding(StrEnum):
    """What has changed in what a source reports."""

    MONEY = "money"
    """More or less money than was to be expected."""
    VOLUME = "volume"
    """More or fewer lines or units."""
    RATE = "rate"
    """Another amount for a unit."""
    NULLS = "nulls"
    """A column says nothing more, or less, often."""
    UNSEEN = "unseen"
    """A column says what it never said."""
    SHAPE = "shape"
    """The values of a column are spread in another way."""
    FAULTS = "faults"
    """More lines bear a fault."""
