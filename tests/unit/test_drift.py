"""A known source's report in another layout: what it is taken for, and what is left unread."""

import pytest

from pipeline.errors import ManifestRefused
from pipeline.read.drift import Drift
from pipeline.read.profile import Profile
from pipeline.read.profiles import choose, load_profiles

PROFILES = load_profiles()
ORCHARD = next(profile for profile in PROFILES if profile.name == "orchard")
DISTROKID = ("distrokid", "distrokid_2025")
LINE = {
    "Period": "2026M09", "Activity Period": "2026M07", "DMS": "Sona", "Territory": "DE",
    "Orchard UPC": "00036000291452", "Manufacturer's UPC": "", "Label Catalog #": "C1",
    "Imprint Label": "Imprint", "Artist Name": "Mia Moll", "Release Name": "Tide",
    "Track Name": "Reel", "ISRC": "GBAYE6800012", "Volume": "1", "Track #": "1",
    "Quantity": "7", "Trans Type": "Stream", "Label Share Net Receipts": "0,25",
    "Preferred Currency": "EUR",
}  # fmt: skip


def chosen(line: dict[str, str], name: str | None = None) -> Profile:
    """The profile of a report that holds a line thrice, of three recordings."""
    cells = ";".join(line.values())
    lines = [cells.replace("6800012", f"680001{number}") for number in range(3)]
    return choose("\n".join([";".join(line), *lines, ""]).encode(), PROFILES, name)


def with_columns(*names: str) -> Profile:
    """The profile of a report with further columns at the right, be they known or not."""
    head = ";".join([*LINE, *names]), ";".join([*LINE.values(), *(["0,5"] * len(names))])
    return choose("\n".join([*head, ""]).encode(), PROFILES)


def renamed(**names: str) -> dict[str, str]:
    """The line with some columns (spaces as _) under other names."""
    plain = {ours.replace("_", " "): theirs for ours, theirs in names.items()}
    return {plain.get(name, name): cell for name, cell in LINE.items()}


def drift_of(line: dict[str, str]) -> Drift:
    profile = chosen(line)
    assert profile.name == "orchard"
    assert profile.drift is not None
    return profile.drift


def test_the_very_header_has_no_drift() -> None:
    assert chosen(LINE).drift is None


def test_new_columns_are_kept_beside_the_line_and_told() -> None:
    line = {**LINE, "Playlist": "x"}
    assert drift_of(line) == Drift(new=("Playlist",), proposed={})
    profile = chosen(line)
    assert profile.reported.keys() == ORCHARD.reported.keys()
    assert "Playlist" in profile.unmapped


def test_another_order_is_told_and_changes_no_column() -> None:
    line = dict(reversed(LINE.items()))
    assert drift_of(line) == Drift(moved=True, proposed={})
    assert chosen(line).columns == ORCHARD.columns


@pytest.mark.parametrize("column", ["Imprint Label", "Label Catalog #", "Volume"])
def test_a_column_that_pays_nobody_may_be_gone(column: str) -> None:
    line = {name: cell for name, cell in LINE.items() if name != column}
    assert drift_of(line) == Drift(gone=(column,), proposed={})


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Territory", "Country"),
        ("ISRC", "Recording Code"),
        ("Quantity", "Units"),
        ("Label Share Net Receipts", "Net Share"),
        ("Preferred Currency", "Currency"),
        ("Trans Type", "Transaction Type"),
    ],
)
def test_a_needed_column_that_is_gone_is_missed_and_another_proposed(
    ours: str, theirs: str
) -> None:
    found = drift_of(renamed(**{ours.replace(" ", "_"): theirs}))
    assert found.missing == (ours,)
    assert found.proposed == {ours: theirs}
    assert f"{ours!r} may be {theirs!r} now" in str(found)


def test_money_is_read_as_far_as_it_is_certain() -> None:
    assert set(chosen(renamed(Territory="Land")).reported) == {"amount", "currency"}
    assert set(chosen(renamed(Preferred_Currency="Curr")).reported) == {"amount"}


def test_of_two_columns_for_one_the_other_will_do() -> None:
    assert drift_of(renamed(Orchard_UPC="Code")).missing == ()


@pytest.mark.parametrize(
    "line",
    [
        {name: LINE[name] for name in list(LINE)[:9]},
        {**LINE, **{f"Further {number}": "" for number in range(20)}},
        dict.fromkeys(("Sales", "Title", "Sum"), ""),
    ],
    ids=["half is gone", "twice as many", "another report"],
)
def test_what_is_not_beyond_doubt_is_refused(line: dict[str, str]) -> None:
    with pytest.raises(ManifestRefused, match="royalty sources draft"):
        chosen(line)


@pytest.mark.parametrize("again", ["Label Share Net Receipts", "ISRC", " isrc"])
def test_a_known_column_that_stands_twice_is_refused(again: str) -> None:
    """Nobody can say which of both is meant; the first is no better than the second."""
    with pytest.raises(ManifestRefused, match="another order, or twice"):
        with_columns(again)


def test_of_an_unknown_column_that_stands_twice_both_are_kept() -> None:
    assert {"Playlist", "Playlist_2"} <= set(with_columns("Playlist", "Playlist").unmapped)


def test_a_report_that_two_sources_may_have_sent_is_refused() -> None:
    old, new = (next(one for one in PROFILES if one.name == name).header for name in DISTROKID)
    common = [name for name in old if name in new]
    with pytest.raises(ManifestRefused):
        choose("\t".join([*common, "Song/Album", "Date Inserted"]).encode(), PROFILES)
