"""The desk's page as HTML: what stands beside what, and that nothing said by others is markup."""

from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.errors import UsageError
from pipeline.flow.review_entry import Candidate, Delivery, ReviewEntry
from pipeline.flow.sitting import Board, Done, Sitting
from pipeline.report import page
from pipeline.vocab import Fault
from tests.flow.homes import AT

EVIL = "<img src=x onerror=strike()>\"'</td><script>strike()</script>"
OWN_TAGS = {
    "article", "b", "br", "code", "details", "div", "em", "h2", "header", "kbd", "li", "mark", "p",
    "small", "span", "summary", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
OWN_ATTRIBUTES = {"class", "id", "role", "scope", "style", "data-field"}


class Seen(HTMLParser):
    """Tags, attributes and text of some HTML."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(told)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def entry(text: str) -> ReviewEntry:
    """A row in which whatever others say is one text."""
    said = {name: text for name, kind in IDENTITY.items() if kind == pl.String()}
    fields = {
        **dict.fromkeys(("isrc", "gtin", "title", "version", "artist", "label"), text[:-3]),
        "release_title": text,
        "release_date": date(2020, 5, 1),
        "duration_s": 188,
    }
    candidate = Candidate(
        id=text,
        what="recording",
        fields=fields,
        splits="complete",
        score=0.8125,
        components={"title": 0.75, "artist": 1.0, "label": None},
        vetoes=("numbers", text),
        alias=text,
        rejected=True,
    )
    decision = {
        "kind": "reject",
        "recording_id": text,
        "release_id": None,
        "decided_at": AT,
        "decided_by": text,
        "reason": text,
    }
    return ReviewEntry(
        queue_id="0123456789ab",
        version="01234567",
        state="open",
        source=text,
        reported={**said, "release_date": date(2019, 5, 1), "duration_s": 185},
        faults=(Fault.UNMATCHED.value,),
        bound_to="isrc",
        value=text,
        shared_with=("a", "b"),
        catalog=text,
        method=None,
        fault=None,
        margin=0.01,
        lines=2,
        oldest_at=AT,
        candidates=(candidate,),
        money={"EUR": Decimal("1234.500"), text: Decimal(-1)},
        manifests=(Delivery(text, text, text, text, 1, Decimal(1)),),
        history=(decision,),
    )


def test_nothing_that_others_say_is_markup() -> None:
    row = page.row(entry(EVIL))
    done = Done("accept", "0123456789ab", EVIL, ("1",), {EVIL: Decimal(1)})
    sitting = Sitting(done=(done,), released={EVIL: Decimal(1)}, said=EVIL)
    failed = sitting.failed(UsageError(EVIL, EVIL))
    screens = [page.released(sitting), page.outcome(sitting), page.outcome(failed)]
    for told in (row["head"], row["foot"], *(one["html"] for one in row["cards"]), *screens):
        seen = Seen(told)
        assert seen.tags <= OWN_TAGS
        assert seen.attributes <= OWN_ATTRIBUTES
    for told in (row["head"], row["foot"], *screens):
        assert EVIL in Seen(told).text


def test_a_candidate_stands_beside_what_was_reported() -> None:
    (card,) = page.row(entry("Alpha One"))["cards"]
    told = Seen(card["html"]).text
    assert card["id"] == "Alpha One"
    assert "1 recording Alpha One · score 0.812 · turned down before" in told
    assert "duration3:05 (185 s)3:08 (188 s)" in told
    assert "released on2019-05-012020-05-01" in told
    assert "title 0.75 · artist 1.00 · artist's spelling known from Alpha One" in told
    assert told.endswith("against it: numbers, Alpha One")


def test_the_head_tells_what_waits_and_what_a_decision_holds_for() -> None:
    told = Seen(page.row(entry("Alpha One"))["head"]).text
    assert "1,234.5 EUR, -1 Alpha One in 2 lines" in told
    assert "a decision holds for isrc Alpha One, and so for 2 other rows" in told
    assert "reject Alpha One by Alpha One on 2026-10-05 09:00 UTC: Alpha One" in told


def test_without_a_candidate_the_reported_fields_stand_alone() -> None:
    lone = ReviewEntry(**{**vars(entry("Alpha One")), "candidates": ()})
    (card,) = page.row(lone)["cards"]
    assert card["id"] == ""
    assert "no candidate" in Seen(card["html"]).text


def test_the_total_tells_every_digit_by_currency() -> None:
    sums = {"EUR": Decimal("1234567890123456789012.000000000000000001"), "USD": Decimal(0)}
    told = Seen(page.released(Sitting(released=sums))).text
    assert "1,234,567,890,123,456,789,012.000000000000000001 EUR" in told
    assert "USD" not in told
    assert "nothing yet" in Seen(page.released(Sitting())).text


def test_the_listing_spells_out_what_cannot_be_seen() -> None:
    rows = pl.DataFrame(
        {
            "queue_id": ["0123456789ab"],
            "artist": ["An\u202ena"],
            "title": [None],
            "version": ["live"],
            "money": [[{"currency": "EUR", "amount": Decimal("1.50")}]],
            "lines": [2],
            "oldest_at": [AT],
        },
        schema_overrides={"title": pl.String},
    )
    told = page.listing(Board(rows, "", None), Sitting(skipped=("0123456789ab",)))
    assert told.row(0) == (
        "An\\u202ena", "", "live", "1.5 EUR", 2, "2026-10-05", "skipped", "0123456789ab",
    )  # fmt: skip
