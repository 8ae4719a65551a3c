"""Who is paid what: split rows of every shape that contracts take, and exchange rates.

Split rows are additive: all rows of a recording whose non-empty columns fit a line apply to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import polars as pl

from tests.world.artists import Artists, party_ids
from tests.world.draws import Ints, below
from tests.world.identifiers import padded
from tests.world.names import CURRENCIES, SERVICES


class Terms(StrEnum):
    """The shape of a recording's splits."""

    SOLE = "sole"
    LABEL = "label"
    SHARED = "shared"
    THREE = "three"
    INCOMPLETE = "incomplete"
    NONE = "none"
    TERRITORY = "territory"
    RELEASE = "release"
    SERVICE = "service"
    DATED = "dated"


_PER_MILLE = {
    Terms.SOLE: 420,
    Terms.SHARED: 440,
    Terms.THREE: 60,
    Terms.INCOMPLETE: 15,
    Terms.NONE: 5,
    Terms.TERRITORY: 10,
    Terms.RELEASE: 40,
    Terms.SERVICE: 4,
    Terms.DATED: 6,
}
_HALVES = ("0.5|0.5", "0.6|0.4", "0.75|0.25", "0.8|0.2", "0.15|0.85", "0.1825|0.8175")
_CONDITIONS = ("territory", "usage", "service", "release_id", "valid_from", "valid_to")
_HOME_TERRITORIES = ("US", "GB", "CA", "AU", "IE", "NZ")
_CLOSED, _OPENED = "2024-12-31", "2025-01-01"
_RATE_DAYS = (date(2026, 1, 1), date(2026, 9, 30))
_RATES = {
    "USD": 1.0832, "GBP": 0.8514, "JPY": 163.21, "KRW": 1478.35, "BRL": 6.0412, "MXN": 20.118,
    "SEK": 11.4275, "NOK": 11.7903, "CAD": 1.4871, "AUD": 1.6478, "PLN": 4.2915, "TRY": 41.77,
    "INR": 91.342, "CHF": 0.9561, "DKK": 7.4598, "NZD": 1.8123, "ZAR": 19.944,
}  # fmt: skip


@dataclass(frozen=True)
class Subjects:
    """The recordings that terms are made for: their keys, artists and labels by position."""

    recording_id: pl.Series
    artist: Ints
    label: Ints


def pairs(source: Ints, shared: pl.Series | np.typing.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Positions of the recordings that share an ISRC: the original's and the other version's."""
    other = np.flatnonzero(shared)
    return source[other], other


def agree(
    subjects: Subjects,
    shared: tuple[Ints, Ints],
    tracks: pl.DataFrame,
    signed: Artists,
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Terms of every recording (recording_id, terms) and the split rows that say them."""
    kinds = _kinds(subjects, shared, tracks, seed)
    numbers = {kind: np.flatnonzero(kinds == kind) for kind in Terms}
    deal = _Deal(subjects, signed, seed)
    chosen = numbers[Terms.RELEASE]
    rows = [
        deal.plain(numbers[Terms.SOLE], deal.artist, "1"),
        deal.plain(numbers[Terms.LABEL], deal.label, "1"),
        deal.halves(numbers[Terms.SHARED]),
        deal.plain(numbers[Terms.THREE], deal.artist, "0.3333"),
        deal.plain(numbers[Terms.THREE], deal.label, "0.3333"),
        deal.plain(numbers[Terms.THREE], deal.guest, "0.3334"),
        deal.plain(numbers[Terms.INCOMPLETE], deal.artist, "0.5"),
        deal.plain(numbers[Terms.INCOMPLETE], deal.label, "0.35"),
        deal.by_territory(numbers[Terms.TERRITORY]),
        deal.by_release(chosen, tracks),
        deal.by_service(numbers[Terms.SERVICE]),
        deal.plain(numbers[Terms.DATED], deal.label, "1", valid_to=_CLOSED),
        deal.plain(numbers[Terms.DATED], deal.artist, "1", valid_from=_OPENED),
    ]
    traits = pl.DataFrame({"recording_id": subjects.recording_id, "terms": kinds.astype(str)})
    return traits, pl.concat(rows).sort("recording_id", maintain_order=True)


def _kinds(
    subjects: Subjects, shared: tuple[Ints, Ints], tracks: pl.DataFrame, seed: int
) -> np.typing.NDArray[np.object_]:
    count = len(subjects.artist)
    draws = below(1000, seed, "terms", np.arange(count))
    borders = np.cumsum(list(_PER_MILLE.values()))
    kinds = np.array(list(_PER_MILLE), dtype=object)[np.searchsorted(borders, draws, side="right")]
    several = tracks.group_by("recording_id").len().filter(pl.col("len") > 1)["recording_id"]
    alone = ~subjects.recording_id.is_in(several.implode()).to_numpy()
    kinds[(kinds == Terms.RELEASE) & alone] = Terms.SHARED
    original, other = shared
    kinds[original] = Terms.SOLE
    kinds[other[0::2]] = Terms.SOLE
    kinds[other[1::2]] = Terms.LABEL
    return kinds


@dataclass(frozen=True)
class _Deal:
    """Split rows for recordings by position."""

    subjects: Subjects
    signed: Artists
    seed: int

    def artist(self, rows: Ints) -> Ints:
        """The artist's party."""
        return self.subjects.artist[rows]

    def label(self, rows: Ints) -> Ints:
        """The label's party."""
        return self.signed.label_party(self.subjects.label[rows])

    def guest(self, rows: Ints) -> Ints:
        """The party of another artist."""
        count = len(self.signed.name)
        return (self.artist(rows) + 1 + below(count - 1, self.seed, "guest", rows)) % count

    def distributor(self, rows: Ints) -> Ints:
        """The party of another label."""
        count = len(self.signed.label_name)
        away = 1 + below(count - 1, self.seed, "distributor", rows)
        return self.signed.label_party((self.subjects.label[rows] + away) % count)

    def plain(
        self, rows: Ints, party: Callable[[Ints], Ints], share: str | pl.Series, **conditions: str
    ) -> pl.DataFrame:
        """One row per recording, with the same conditions for all."""
        return pl.DataFrame(
            {
                "recording_id": self.subjects.recording_id.gather(rows),
                "party_id": party_ids(party(rows)),
            }
        ).with_columns(
            (pl.lit(share) if isinstance(share, str) else share).alias("share"),
            *(pl.lit(conditions.get(name), pl.String).alias(name) for name in _CONDITIONS),
        )

    def halves(self, rows: Ints) -> pl.DataFrame:
        """Artist and label in one of the usual ratios."""
        ratio = below(len(_HALVES), self.seed, "halves", rows)
        first, second = zip(*(text.split("|") for text in _HALVES), strict=True)
        return pl.concat(
            [
                self.plain(rows, self.artist, pl.Series(list(first)).gather(ratio)),
                self.plain(rows, self.label, pl.Series(list(second)).gather(ratio)),
            ]
        )

    def by_territory(self, rows: Ints) -> pl.DataFrame:
        """Half to the artist; the rest to the label at home, to a distributor elsewhere.

        Territories that no contract names are left at a half.
        """
        return pl.concat(
            [
                self.plain(rows, self.artist, "0.5"),
                *(
                    self.plain(
                        rows,
                        self.label if code in _HOME_TERRITORIES else self.distributor,
                        "0.5",
                        territory=code,
                    )
                    for code in CURRENCIES
                ),
            ]
        )

    def by_service(self, rows: Ints) -> pl.DataFrame:
        """Half to the artist; the rest to the label, for one service to a distributor."""
        return pl.concat(
            [
                self.plain(rows, self.artist, "0.5"),
                *(
                    self.plain(
                        rows, self.distributor if place == 0 else self.label, "0.5", service=name
                    )
                    for place, name in enumerate(SERVICES)
                ),
            ]
        )

    def by_release(self, rows: Ints, tracks: pl.DataFrame) -> pl.DataFrame:
        """Half to the artist; the rest to the label on the first release, else to a distributor."""
        place = pl.DataFrame({"recording_id": self.subjects.recording_id.gather(rows), "row": rows})
        on = tracks.join(place, on="recording_id", maintain_order="left").unique(
            ["recording_id", "release_id"], maintain_order=True
        )
        first = on.select(pl.int_range(pl.len()).over("recording_id") == 0).to_series()
        parts = [self.plain(rows, self.artist, "0.5")]
        for party, kept in ((self.label, first), (self.distributor, ~first)):
            chosen = on.filter(kept)
            part = self.plain(chosen["row"].to_numpy(), party, "0.5")
            parts.append(part.with_columns(chosen["release_id"]))
        return pl.concat(parts)


def fx_rates(seed: int) -> pl.DataFrame:
    """date, from, to, rate, source: euro reference rates on business days, a slow random walk."""
    days = pl.date_range(*_RATE_DAYS, eager=True)
    days = days.filter(days.dt.weekday() <= 5)
    frames = []
    for currency, start in _RATES.items():
        steps = below(801, seed, f"rate {currency}", np.arange(len(days))) - 400
        scaled = int(start * 10_000) + np.cumsum(steps) * int(start * 10_000) // 200_000
        whole, fraction = padded(scaled // 10_000, 1), padded(scaled % 10_000, 4)
        frames.append(
            pl.DataFrame({"date": days}).with_columns(
                pl.lit("EUR").alias("from"),
                pl.lit(currency).alias("to"),
                (whole + "." + fraction).alias("rate"),
                pl.lit("synthetic").alias("source"),
            )
        )
    return pl.concat(frames).sort("date", maintain_order=True)
