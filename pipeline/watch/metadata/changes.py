"""How what is told of a thing changed: each distinct pair of texts judged once, in three terms.

A change is told in terms that grow more general from `1` to `3`, of which `patterns` chooses the
narrowest that says what most of its like have in common.
"""

import polars as pl

from pipeline.contract.text_fold import collapse, fold
from pipeline.vocab_watch import COSMETIC, Change, Script
from pipeline.watch.metadata import lengths, templates
from pipeline.watch.metadata.telling import GUEST_WORDS, JOINTS, names_of
from pipeline.watch.metadata.templates import REST, WHOLE
from pipeline.watch.sketch_text import scripts

JUDGED: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "is_cosmetic": pl.Boolean(),
    "place": pl.String(),
    **{f"{side}_{level}": pl.String() for level in (1, 2, 3) for side in ("removed", "added")},
}
THIS = "this column"
"""What stands for the column that guests, or a version, were taken from or put into."""
_PAIR = ("field", "before", "after", "before_beside", "after_beside", "is_same_form")
_TEXTS = ("title", "version", "artist", "label")
_PREFIX_OF_GTIN = 8  # digits: the company's, with the zero that fills a UPC up
_GUEST_WORD = r"(?-u:\b)(?:feat|ft|featuring|with)(?-u:\b)"
_JOINT = "|".join(JOINTS)
_GLUE = rf"\s*(?:[^\p{{L}}\p{{N}}\s]+|(?-u:\b)(?:{_JOINT})(?-u:\b))[^\p{{L}}\p{{N}}]*"
_WITHOUT_LETTERS = (Script.DIGITS.value, Script.OTHER.value)


def judged(changes: pl.DataFrame) -> pl.DataFrame:
    """The changes, with how they came about.

    Args:
        changes: field; before and after, as text, never null; before_beside and after_beside: what
            was told beside it that may hold a part of it (of titles the artist, and the other way
            round), null where nothing was; is_same_form: whether the normal forms agree.

    Returns:
        The same rows in the same order with the columns `JUDGED`; `removed_1` … `added_3` are ""
        where nothing was.
    """
    pairs = changes.select(_PAIR).unique(maintain_order=True)
    texts = pairs.filter(pl.col("field").is_in(_TEXTS))
    found = [
        _terms(_of_texts(texts)),
        _of_gtins(pairs.filter(field="gtin")),
        lengths.judged(pairs.filter(field="duration_s")),
    ]
    columns = [*_PAIR, *JUDGED]
    known = pl.concat(
        rows.with_columns(is_cosmetic=pl.col("kind").is_in(list(COSMETIC))).select(columns)
        for rows in found
    )
    return changes.join(known, on=_PAIR, how="left", nulls_equal=True, maintain_order="left")


def _of_texts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Kind and cut of texts: what says the same first, then what was cut off or put on."""
    told = pairs.with_columns(
        templates.cut(pairs.select("before", "after")),
        before_script=scripts(pairs["before"]),
        after_script=scripts(pairs["after"]),
    )
    # One step after the other: the plan of all in one repeats each fold a dozen times.
    for readings in (_folded, _worded, _credited):
        told = told.with_columns(
            expression.alias(f"{side}_{name}")
            for side in ("before", "after")
            for name, expression in readings(side).items()
        )
    return told.with_columns(_kind().alias("kind")).with_columns(_signs_told())


def _folded(side: str) -> dict[str, pl.Expr]:
    """One side's text, and what was told beside it, folded."""
    text = pl.col(side)
    return {
        "lower": text.str.to_lowercase(),
        "fold": fold(text),
        "beside_key": collapse(fold(pl.col(f"{side}_beside"))),
        "glue": text.str.to_lowercase().str.extract_all(_GLUE).list.unique().list.sort(),
    }


def _worded(side: str) -> dict[str, pl.Expr]:
    """Its words, and title and artist, whichever of them is told to have changed."""
    key, beside = collapse(pl.col(f"{side}_fold")), pl.col(f"{side}_beside_key")
    of_artists = pl.col("field") == "artist"
    return {
        "key": key,
        "words": pl.when(of_artists).then(_without_joints(key)).otherwise(key),
        "bag": pl.when(of_artists)
        .then(names_of(key))
        .otherwise(key.str.split(" ").list.sort().list.join(" ")),
        "title": pl.when(of_artists).then(beside).otherwise(key),
        "artist": names_of(pl.when(of_artists).then(key).otherwise(beside)),
    }


def _credited(side: str) -> dict[str, pl.Expr]:
    """Whether the title names guests, and all words of title and artist without what joins these.

    Where it names none, "and" is a word of the title: "Love and Hate" is not "Love Hate".
    """
    title = pl.col(f"{side}_title")
    guests = title.str.contains(_GUEST_WORD).fill_null(value=False)
    words = pl.when(guests).then(names_of(title, GUEST_WORDS)).otherwise(title)
    both = pl.concat_str(words, pl.col(f"{side}_artist"), separator=" ", ignore_nulls=True)
    return {"guests": guests, "everyone": names_of(both, ())}


def _without_joints(key: pl.Expr) -> pl.Expr:
    spaced = pl.format(" {} ", key.str.replace_all(" ", "  "))
    return (
        spaced.str.replace_all(f" (?:{_JOINT}) ", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def _same(name: str) -> pl.Expr:
    return pl.col(f"before_{name}") == pl.col(f"after_{name}")


def _kind() -> pl.Expr:
    """The first that fits; what is left of titles in one form is its words in another order."""
    whole = pl.col("place") == WHOLE
    lettered = ~pl.any_horizontal(pl.col("before_script", "after_script").is_in(_WITHOUT_LETTERS))
    guests = pl.col("before_guests") | pl.col("after_guests")
    steps: list[tuple[pl.Expr, Change]] = [
        (_same("lower"), Change.CASE),
        (_same("fold"), Change.ACCENTS),
        (_same("key"), Change.SIGNS),
        (_same("words"), Change.JOINTS),
        (_same("bag"), Change.ORDER),
        (guests & _same("everyone"), Change.GUESTS),
        (pl.col("is_same_form"), Change.MOVED),
        (whole & lettered & ~_same("script"), Change.SCRIPT),
        (pl.col("removed") == "", Change.ADDED),
        (pl.col("added") == "", Change.REMOVED),
        (whole, Change.RENAMED),
    ]
    kind = pl.lit(Change.REPLACED.value)
    for holds, change in reversed(steps):
        kind = pl.when(holds).then(pl.lit(change.value)).otherwise(kind)
    return kind


def _signs_told() -> list[pl.Expr]:
    """What stands for the cut of a change that is none of words."""
    is_kind = {change: pl.col("kind") == change.value for change in Change}
    glued = is_kind[Change.SIGNS] | is_kind[Change.JOINTS]
    sides = {"removed": ("before", "after"), "added": ("after", "before")}
    return [
        pl.when(is_kind[Change.CASE] | is_kind[Change.ACCENTS])
        .then(_manner(own) if name == "added" else pl.lit(""))
        .when(glued)
        .then(_glue_of(own, other))
        .when(is_kind[Change.SCRIPT])
        .then(pl.col(f"{own}_script"))
        .when(is_kind[Change.GUESTS] | is_kind[Change.MOVED])
        .then(pl.when(_longer(own, other)).then(pl.lit(THIS)).otherwise(pl.lit("")))
        .when(is_kind[Change.ORDER])
        .then(pl.lit(""))
        .otherwise(name)
        .alias(name)
        for name, (own, other) in sides.items()
    ] + [
        pl.when(pl.col("kind").is_in([*COSMETIC, Change.SCRIPT]))
        .then(pl.lit(WHOLE))
        .otherwise("place")
        .alias("place")
    ]


def _longer(own: str, other: str) -> pl.Expr:
    return pl.col(f"{own}_key").str.len_chars() > pl.col(f"{other}_key").str.len_chars()


def _manner(side: str) -> pl.Expr:
    """How the letters of a text are written, in words."""
    text, fold_ = pl.col(side), pl.col(f"{side}_fold")
    case = pl.col("kind") == Change.CASE.value
    return (
        pl.when(case & (text == text.str.to_uppercase()))
        .then(pl.lit("capitals"))
        .when(case & (text == text.str.to_lowercase()))
        .then(pl.lit("small letters"))
        .when(case)
        .then(pl.lit("other capitals"))
        .when(text.str.to_lowercase() == fold_)
        .then(pl.lit("plain letters"))
        .otherwise(pl.lit("accents"))
    )


def _glue_of(own: str, other: str) -> pl.Expr:
    """The signs and joints of one side that the other has not."""
    glue = pl.col(f"{own}_glue").list.set_difference(pl.col(f"{other}_glue"))
    return glue.list.sort().list.join(" ")


def _terms(told: pl.DataFrame) -> pl.DataFrame:
    """The cut in its three terms."""
    renamed = pl.col("kind") == Change.RENAMED.value
    of_words = pl.col("kind").is_in([Change.ADDED, Change.REMOVED, Change.REPLACED])
    terms = []
    for name in ("removed", "added"):
        own = pl.col(name)
        any_but_this = pl.lit(REST) if name == "removed" else own
        terms += [
            own.alias(f"{name}_1"),
            pl.when(renamed)
            .then(any_but_this)
            .when(of_words)
            .then(templates.general(own))
            .otherwise(own)
            .alias(f"{name}_2"),
            pl.when(renamed)
            .then(pl.lit(REST))
            .when(of_words)
            .then(templates.skeleton(own))
            .otherwise(own)
            .alias(f"{name}_3"),
        ]
    return told.with_columns(terms)


def _of_gtins(pairs: pl.DataFrame) -> pl.DataFrame:
    """A GTIN is the same with other zeros before it, else another: then its company may tell."""
    bare = [pl.col(side).str.strip_chars_start("0") for side in ("before", "after")]
    same = bare[0] == bare[1]
    kind = pl.when(same).then(pl.lit(Change.ZEROS.value)).otherwise(pl.lit(Change.RENAMED.value))
    told = pairs.with_columns(kind.alias("kind"), place=pl.lit(WHOLE))
    terms = []
    for name, side in (("removed", "before"), ("added", "after")):
        company = pl.format("{}" + REST, pl.col(side).str.slice(0, _PREFIX_OF_GTIN))
        for level, term in enumerate((pl.col(side), company, pl.lit(REST)), 1):
            shown = pl.when(same).then(pl.lit("")).otherwise(term)
            terms.append(shown.alias(f"{name}_{level}"))
    return told.with_columns(terms)
