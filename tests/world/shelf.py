"""Entries of the demo catalog by the situation that a sample line is to meet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from tests.world.catalog import ICELANDIC_ISRC, Catalog
from tests.world.draws import shuffled
from tests.world.terms import Terms

_PLAIN = (Terms.SOLE, Terms.SHARED, Terms.THREE)


@dataclass(frozen=True)
class Item:
    """One recording on one release, every cell as text, absent ones empty."""

    recording_id: str
    isrc: str
    title: str
    version: str
    artist: str
    label: str
    duration_s: str
    release_id: str
    gtin: str
    release_title: str
    release_artist: str
    number: str
    terms: str

    @property
    def catalog_number(self) -> str:
        """The label's own number of the release."""
        initials = "".join(word[0] for word in self.label.split() if word[0].isalpha())
        return f"{initials}{int(self.release_id[1:]):05d}"

    def but(self, **cells: str) -> "Item":
        """The item with other cells."""
        return replace(self, **cells)


@dataclass(frozen=True)
class Shelf:
    """Endless supplies of items, each handed out once; `shared` holds pairs of one ISRC."""

    plain: Iterator[Item]
    script: Iterator[Item]
    upc: Iterator[Item]
    nameless: Iterator[Item]
    incomplete: Iterator[Item]
    unagreed: Iterator[Item]
    by_territory: Iterator[Item]
    by_release: Iterator[Item]
    rerecorded: Iterator[Item]
    alike: Iterator[tuple[Item, Item]]
    unlike: Iterator[tuple[Item, Item]]
    icelandic: Item


def stock(catalog: Catalog, seed: int) -> Shelf:
    """A shelf over the catalog, in an order of the seed's."""
    items = _items(catalog, seed)
    of_isrc: dict[str, list[Item]] = {}
    for item in {item.recording_id: item for item in items}.values():
        of_isrc.setdefault(item.isrc, []).append(item)
    unique = [item for item in items if item.isrc and len(of_isrc[item.isrc]) == 1]
    plain = [item for item in unique if item.terms in _PLAIN]
    pairs = [_pair(held) for isrc, held in of_isrc.items() if isrc and len(held) == 2]
    originals = catalog.recordings.filter(pl.col("version").is_null())
    twice = originals.select("title", "artist").is_duplicated()
    again = set(originals.filter(twice)["recording_id"])
    return Shelf(
        plain=iter([item for item in plain if item.title.isascii()]),
        script=iter([item for item in plain if item.artist[0] > "\u0400"]),
        upc=iter([item for item in plain if len(item.gtin) == 12 and not item.title.isascii()]),
        nameless=iter([item for item in items if not item.isrc and item.terms in _PLAIN]),
        incomplete=iter([item for item in unique if item.terms == Terms.INCOMPLETE]),
        unagreed=iter([item for item in unique if item.terms == Terms.NONE]),
        by_territory=iter([item for item in unique if item.terms == Terms.TERRITORY]),
        by_release=iter([item for item in unique if item.terms == Terms.RELEASE]),
        rerecorded=iter([item for item in plain if item.recording_id in again]),
        alike=iter([pair for pair in pairs if pair[1].terms == Terms.SOLE]),
        unlike=iter([pair for pair in pairs if pair[1].terms == Terms.LABEL]),
        icelandic=of_isrc[ICELANDIC_ISRC][0],
    )


def _items(catalog: Catalog, seed: int) -> list[Item]:
    on_release = catalog.tracks.join(catalog.recordings, on="recording_id").join(
        catalog.releases, on="release_id", suffix="_of_release"
    )
    listed = on_release.join(catalog.traits, on="recording_id").select(
        "recording_id",
        "isrc",
        "title",
        "version",
        "artist",
        "label",
        "duration_s",
        "release_id",
        "gtin",
        pl.col("title_of_release").alias("release_title"),
        pl.col("artist_of_release").alias("release_artist"),
        "number",
        "terms",
    )
    ordered = listed.sort("release_id", "number")[shuffled(len(listed), seed, "shelf")]
    return [Item(*row) for row in ordered.cast(pl.String).fill_null("").iter_rows()]


def _pair(held: list[Item]) -> tuple[Item, Item]:
    """The original first, then the other version."""
    first, second = sorted(held, key=lambda item: item.version != "")
    return first, second
