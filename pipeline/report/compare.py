"""Two texts beside each other with the parts in which they differ: what a person looks for."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from pipeline.report import layout

MAX_CHARACTERS = 400
"""How much of a text is compared and shown; comparing takes time with the square of its length."""

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MAX_WITHIN = 60
"""Characters up to which two unlike pieces are compared letter by letter."""
_ALIKE_WITHIN = 0.5
"""From which likeness on that helps: of words that are strangers, letters agree by chance."""


class Mark(StrEnum):
    """How a part of a text stands to the other text."""

    SAME = "same"
    NEAR = "near"
    """The same but for case, accents or width."""
    DIFFERS = "differs"


@dataclass(frozen=True)
class Span:
    """A part of a text, as it stands there."""

    text: str
    mark: Mark


Spans = tuple[Span, ...]


def compared(reported: str | None, catalog: str | None) -> tuple[Spans, Spans]:
    """Both texts as spans whose parts, joined, are the texts.

    Words are aligned with words, and letters with letters where a word is only spelled otherwise.
    Where one side says nothing, nothing differs: absence is no contradiction.

    Args:
        reported: what a report says; null or blank where nothing.
        catalog: what the catalog says; likewise.
    """
    left, right = _shown(reported), _shown(catalog)
    if not left.strip() or not right.strip():
        return _whole(left), _whole(right)
    pairs = list(_aligned(_TOKEN.findall(left), _TOKEN.findall(right), by_letters=True))
    return _joined(one for one, _ in pairs), _joined(other for _, other in pairs)


def _shown(text: str | None) -> str:
    """A text in one normal form, what cannot be seen spelled out, cut where it is endless."""
    whole = unicodedata.normalize("NFC", text or "")
    cut = whole[:MAX_CHARACTERS]
    more = len(whole) - len(cut)
    return layout.plain(cut).replace("\n", "\\n") + (f"… and {more:,} more" if more else "")


def _whole(text: str) -> Spans:
    return (Span(text, Mark.SAME),) if text else ()


def _aligned(
    left: Sequence[str], right: Sequence[str], *, by_letters: bool
) -> Iterator[tuple[list[Span], list[Span]]]:
    """Both sides piece by piece, in order; unlike ones letter by letter where that is asked."""
    folded = SequenceMatcher(None, list(map(_fold, left)), list(map(_fold, right)), autojunk=False)
    for step, begin, end, other_begin, other_end in folded.get_opcodes():
        mine, other = left[begin:end], right[other_begin:other_end]
        if step == "equal":
            for one, another in zip(mine, other, strict=True):
                mark = Mark.SAME if one == another else Mark.NEAR
                yield [Span(one, mark)], [Span(another, mark)]
        elif by_letters and _is_spelling("".join(mine), "".join(other)):
            yield from _aligned(list("".join(mine)), list("".join(other)), by_letters=False)
        else:
            yield [Span("".join(mine), Mark.DIFFERS)], [Span("".join(other), Mark.DIFFERS)]


def _is_spelling(left: str, right: str) -> bool:
    """Whether two pieces are worth comparing by letters; letters themselves are not."""
    if not 1 < min(len(left), len(right)) <= max(len(left), len(right)) <= _MAX_WITHIN:
        return False
    return SequenceMatcher(None, _fold(left), _fold(right), False).ratio() >= _ALIKE_WITHIN


def _fold(text: str) -> str:
    """A text without case, accents, width and length of gaps."""
    if text.isspace():
        return " "
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one)) or text


def _joined(pieces: Iterable[Sequence[Span]]) -> Spans:
    """Neighbours of one mark as one span."""
    spans = (span for piece in pieces for span in piece if span.text)
    return tuple(
        Span("".join(span.text for span in same), mark)
        for mark, same in groupby(spans, key=lambda span: span.mark)
    )


_TAGS = {Mark.SAME: "{}", Mark.NEAR: "<u>{}</u>", Mark.DIFFERS: "<mark>{}</mark>"}


def as_html(spans: Spans) -> str:
    """Spans for a page; whatever a text holds is shown and never carried out."""
    return "".join(_TAGS[span.mark].format(html.escape(span.text)) for span in spans)
