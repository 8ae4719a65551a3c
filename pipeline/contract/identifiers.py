"""ISRCs and GTINs as reported, in their one normal form."""

import polars as pl

GTIN_LENGTH = 14

# Hyphens as typed and as word processors make them, blanks of every kind, zero-width marks.
_HYPHENS = r"\-\x{2010}-\x{2015}\x{2212}\x{200B}\x{2060}\x{FEFF}"
_FILLERS = rf"[\s{_HYPHENS}]+|^=?['\"]|['\"]$"
"""Beside those, what keeps a spreadsheet from reading a number: `'0360…` and `="0360…"`."""
# ISO 3901: prefix of two letters, registrant of three, two digits of year, five of designation.
# The prefix is not checked against countries: registrants are given QM, QZ, TC, and the ISRC
# guide itself uses AA.
_ISRC = "[A-Za-z]{2}[A-Za-z0-9]{3}[0-9]{7}"
_SEVERAL = rf"^{_ISRC}(?:[\s|,;/]+{_ISRC})+$"
_BETWEEN = "|"

_WORDS = (
    r"N/?A|#N/?A|N\.A\.?|NAN|NONE|NULL|NIL|UNKNOWN|UNASSIGNED|MISSING|PENDING|TB[ACD]"
    "|NOT ?(?:AVAILABLE|APPLICABLE|ASSIGNED)|NO ?(?:ISRC|UPC|EAN|GTIN|BARCODE)"
)
_FILLED_FORM = "(?:XX|ZZ|AA)(?:XXX|ZZZ|AAA|000)0{7}"
_NOTHING = rf"(?i)^(?:{_WORDS}|[\s0.\-_?*]*|X+|{_FILLED_FORM})$"

_GTIN_DIGITS = "^(?:[0-9]{8}|[0-9]{12,14})$"
_GTIN_OR_SHORTENED = "^([0-9]{8}|[0-9]{10,14})$"
_DIGITS_OF_A_GTIN = (8, 10, 11, 12, 13, 14)
_PAIR_WEIGHTS = {f"{pair:02}": pair // 10 * 3 + pair % 10 for pair in range(100)}
_SOUND_TOTALS = [*range(10, GTIN_LENGTH * 27, 10)]


def is_placeholder(cells: pl.Expr) -> pl.Expr:
    """Whether a cell names nothing: null, blank, `N/A`, `-`, all zeros and the like."""
    return cells.cast(pl.String).str.strip_chars().str.contains(_NOTHING).fill_null(value=True)


def is_blank(cells: pl.Expr) -> pl.Expr:
    """Whether a cell is null or nothing but blanks."""
    return cells.cast(pl.String).str.strip_chars().fill_null("") == ""


def isrc(cells: pl.Expr) -> pl.Expr:
    """The one ISRC of a cell, 12 characters without hyphens, or null.

    Case, hyphens and blanks are mended; a leading `ISRC` or `ISRC:` is taken off only where
    twelve characters remain, so that the Icelandic `ISRCC0101010` stays itself. Null: a
    placeholder, another form, or several ISRCs (`isrc_many`), unless all are the same.
    """
    bare = cells.cast(pl.String).str.replace_all(_FILLERS, "")
    alone = bare.str.replace(rf"^(?i:isrc):?({_ISRC})$", "$1")
    found = pl.when(alone.str.contains(rf"^{_ISRC}$")).then(alone).str.to_uppercase()
    listed = _listed(cells)
    repeated = pl.when(listed.list.len() == 1).then(listed.list.first())
    return pl.when(~is_placeholder(bare)).then(pl.coalesce(found, repeated))


def isrc_many(cells: pl.Expr) -> pl.Expr:
    """The different ISRCs of a cell that holds several, as reported in order, joined by `|`.

    Null unless every piece between `|`, `,`, `;`, `/` or blanks is a sound ISRC and at least
    two differ.
    """
    listed = _listed(cells)
    return pl.when(listed.list.len() > 1).then(listed.list.join(_BETWEEN))


def _listed(cells: pl.Expr) -> pl.Expr:
    """The different ISRCs of a cell that lists two or more, else null."""
    text = cells.cast(pl.String).str.replace_all(f"[{_HYPHENS}]+", "").str.strip_chars()
    several = pl.when(text.str.contains(_SEVERAL)).then(text).str.to_uppercase()
    return several.str.extract_all(_ISRC).list.unique(maintain_order=True)


def gtin(cells: pl.Expr) -> pl.Expr:
    """The GTIN of a cell as 14 digits, padded with zeros on the left, or null.

    Read are 8, 12, 13 or 14 digits with the right check digit (GS1 General Specifications
    7.9), and what a spreadsheet made of them as far as that is provable: see `gtin_repaired`.
    """
    return _checked(_digits(cells).str.extract(_GTIN_OR_SHORTENED).str.zfill(GTIN_LENGTH))


def gtin_repaired(cells: pl.Expr) -> pl.Expr:
    """Whether `gtin` holds only after a repair that the check digit bears out.

    Repairs are: one or two lost leading zeros (10 or 11 digits), a trailing `.0`, and
    scientific notation that still shows every digit; `8.6e+11` has lost ten and stays unsound,
    although its zeros happen to give a right check digit.
    """
    return gtin(cells).is_not_null() & ~_bare(cells).str.contains(_GTIN_DIGITS)


def _bare(cells: pl.Expr) -> pl.Expr:
    return cells.cast(pl.String).str.replace_all(_FILLERS, "")


def _digits(cells: pl.Expr) -> pl.Expr:
    """The text of a cell without hyphens, `.0` and complete scientific notation undone."""
    bare = _bare(cells)
    number = pl.when(bare.str.contains(".", literal=True)).then(bare)
    whole = number.str.replace(r"\.0+$", "")
    for length in _DIGITS_OF_A_GTIN:
        exponent = length - 1
        all_shown = rf"^([0-9])\.([0-9]{{{exponent}}})[eE]\+?0*{exponent}$"
        whole = whole.str.replace(all_shown, "$1$2")
    return pl.coalesce(whole, bare)


def _checked(digits: pl.Expr) -> pl.Expr:
    """14 digits whose weighted sum (3, 1, 3, 1 …) is a multiple of ten but not 0, else null."""
    pairs = digits.str.extract_all("[0-9]{2}")
    weighed = pl.element().replace_strict(_PAIR_WEIGHTS, default=None, return_dtype=pl.UInt32)
    total = pairs.list.eval(weighed).list.sum()
    return pl.when(total.is_in(_SOUND_TOTALS)).then(digits)
