"""Artists with their names, labels and parties."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.world.draws import Ints, below, chance, unit
from tests.world.identifiers import padded, registrants
from tests.world.language import Pool
from tests.world.names import ENGLISH, LABEL_FORMS, LANGUAGES, WEIGHT


@dataclass(frozen=True)
class Artists:
    """One row per artist and, in the `label_` columns and `isrc_prefix`, one per label."""

    language: Ints
    name: pl.Series
    latin: pl.Series
    country: pl.Series
    label: Ints
    first_title: Ints
    label_name: pl.Series
    label_country: pl.Series
    isrc_prefix: pl.Series

    def aliases(self, seed: int) -> pl.DataFrame:
        """artist, alias, locale: names in Latin letters, and short forms of some others."""
        count = len(self.name)
        code = pl.Series([language.code for language in LANGUAGES]).gather(self.language)
        artists = pl.DataFrame({"artist": self.name, "alias": self.latin, "locale": code})
        spelled = artists.filter(pl.col("artist") != pl.col("alias"))
        short = artists.filter(pl.Series(chance(0.05, seed, "short form", np.arange(count))))
        short = short.filter(pl.col("artist").str.starts_with("The "))
        return pl.concat(
            [
                spelled.with_columns(pl.col("locale") + "-Latn"),
                short.with_columns(pl.col("artist").str.strip_prefix("The ").alias("alias")),
            ]
        ).unique(maintain_order=True)

    def parties(self) -> pl.DataFrame:
        """party_id, name, country: one per artist, then one per label."""
        return pl.DataFrame(
            {
                "party_id": party_ids(np.arange(len(self.name) + len(self.label_name))),
                "name": pl.concat([self.name, self.label_name + " GmbH"]),
                "country": pl.concat([self.country, self.label_country]),
            }
        )

    def label_party(self, labels: Ints) -> Ints:
        """The party numbers of labels."""
        return labels + len(self.name)


def party_ids(numbers: Ints) -> pl.Series:
    """The keys of parties by number."""
    return "P" + padded(numbers + 1, 7)


def sign_artists(count: int, labels: int, seed: int) -> Artists:
    """Artists of eleven languages signed to labels, large labels first."""
    places = np.arange(count)
    language = _languages(below(WEIGHT, seed, "language", places))
    order = pl.DataFrame({"language": language}).select(pl.int_range(pl.len()).over("language"))
    number = order.to_series().to_numpy()
    names = by_language(
        [each.artists for each in LANGUAGES], language, number, np.zeros_like(number)
    )
    owner = np.arange(labels)
    label_country = _countries(_languages(below(WEIGHT, seed, "label language", owner)), seed)
    codes = pl.Series(registrants(labels))
    return Artists(
        language=language,
        name=names["native"],
        latin=names["latin"],
        country=_countries(language, seed),
        label=(labels * unit(seed, "signed", places) ** 2).astype(np.int64),
        first_title=below(20_000, seed, "first title", places),
        label_name=_label_names(owner),
        label_country=label_country,
        isrc_prefix=label_country + codes,
    )


def by_language(pools: list[Pool], language: Ints, numbers: Ints, start: Ints) -> pl.DataFrame:
    """Columns native and latin, in the order given: each row picked from its language's pool."""
    rows = [np.flatnonzero(language == index) for index in range(len(pools))]
    picks = [pool.picked(numbers[row], start[row]) for pool, row in zip(pools, rows, strict=True)]
    back = np.argsort(np.concatenate(rows), kind="stable")
    return pl.concat(picks)[back]


def _languages(draws: Ints) -> Ints:
    """The language's index for draws in [0, total weight)."""
    borders = np.cumsum([language.weight for language in LANGUAGES])
    return np.searchsorted(borders, draws, side="right").astype(np.int64)


def _countries(language: Ints, seed: int) -> pl.Series:
    widest = max(len(each.countries) for each in LANGUAGES)
    grid = [(each.countries * widest)[place] for each in LANGUAGES for place in range(widest)]
    spread = below(widest, seed, "country", np.arange(len(language)))
    return pl.Series(grid).gather(language * widest + spread)


def _label_names(owner: Ints) -> pl.Series:
    """Distinct names: a title's words in one of a few company forms."""
    two_words = ENGLISH.titles.native.head(2_000)
    words = Pool(two_words, two_words).picked(owner, np.zeros_like(owner))["native"]
    forms = [form.split("{}") for form in LABEL_FORMS]
    before = pl.Series([form[0] for form in forms]).gather(owner % len(forms))
    return before + words + pl.Series([form[1] for form in forms]).gather(owner % len(forms))
