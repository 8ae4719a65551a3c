"""Places of many rows at once are those of each alone, plain ones and others, in any mixture."""

import polars as pl
import pytest

from pipeline.sync.cursor import CursorBroken, canonical
from pipeline.sync.moments import canonical_all
from pipeline.sync.words import CursorForm

PLAIN = {
    "2026-09-01T00:00:00Z": "2026-09-01T00:00:00.000000Z",
    "2026-09-01T00:00:00.5Z": "2026-09-01T00:00:00.500000Z",
    "1999-12-31T23:59:59.999999Z": "1999-12-31T23:59:59.999999Z",
    "2024-02-29T00:00:00Z": "2024-02-29T00:00:00.000000Z",
}
OTHERS = {
    "2026-09-01T00:00:00+02:00": "2026-08-31T22:00:00.000000Z",
    "2026-09-01T00:00:00.1234567Z": "2026-09-01T00:00:00.123456Z",
    "2026-09-01": "2026-09-01T00:00:00.000000Z",
}
EPOCH = {
    "0": "1970-01-01T00:00:00.000000Z",
    "1788220800": "2026-09-01T00:00:00.000000Z",
    "99999999999": "5138-11-16T09:46:39.000000Z",
    "1.5": "1970-01-01T00:00:01.500000Z",
    "-3": "1969-12-31T23:59:57.000000Z",
}


@pytest.mark.parametrize(
    ("form", "known"),
    [
        (CursorForm.ISO, PLAIN),
        (CursorForm.ISO, {**PLAIN, **OTHERS}),
        (CursorForm.EPOCH, EPOCH),
        (CursorForm.DATE, {"2026-09-01": "2026-09-01T00:00:00.000000Z"}),
        (CursorForm.TEXT, {"b": "b", "": ""}),
        (CursorForm.ISO, {}),
    ],
)
def test_each_has_its_own(form: CursorForm, known: dict[str, str]) -> None:
    texts = pl.Series([*known, *reversed(known)], dtype=pl.String)
    assert canonical_all(form, texts).to_list() == [*known.values(), *reversed(known.values())]
    assert [canonical(form, text) for text in known] == list(known.values())


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (CursorForm.ISO, "2026-02-30T00:00:00Z"),
        (CursorForm.ISO, "2026-09-01T24:00:00Z"),
        (CursorForm.ISO, "2026-09-01T23:59:60Z"),
        (CursorForm.ISO, "soon"),
        (CursorForm.ISO, None),
        (CursorForm.EPOCH, ""),
        (CursorForm.DATE, "2026"),
    ],
)
def test_what_is_none_is_refused(form: CursorForm, text: str | None) -> None:
    sound = "2026-09-01T00:00:00Z" if form is CursorForm.ISO else "1"
    with pytest.raises(CursorBroken):
        canonical_all(form, pl.Series([sound, text], dtype=pl.String))
