"""A source's lines, month by month, over years; clean, or with planted drifts.

What its months are like: a level for each service, growth, a dear December, shares of territories
that wander, noise that all lines of a service share, titles of heavy-tailed weight that come, rise
and fade, and prices by territory and usage that vary a little. All is drawn from a seed and the
month's number: any month can be made by itself, and is the same each time.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.world.names import SERVICES
from tests.world.plants_of_drift import FREE, Plant, planted

Floats = npt.NDArray[np.float64]

DECIMALS = 6
FIRST = 2024 * 12
"""The number of the month in which sources begin: years times twelve, and the month less one."""
TERRITORIES = ("US", "DE", "GB", "FR", "BR", "MX", "SE", "NL", "JP", "ES", "IT", "AU", "NO", "PL")
USAGES = ("premium", "free")
SEASON = (-0.05, -0.08, -0.02, -0.01, 0.0, 0.02, 0.01, 0.0, -0.01, 0.02, 0.06, 0.16)
"""Of the logarithm of units, from January on."""
_PREMIUM = 0.0042


@dataclass(frozen=True)
class Source:
    """What a source's months are drawn from.

    Attributes:
        seed: of all draws.
        services: how many; the second has half the lines of the first, and so on.
        territories: how many of `TERRITORIES`.
        titles: how many are alive in a month.
        units: of the largest service in a month.
        price_noise: standard deviation of a service's prices from month to month.
        volume_noise: the same of its units.
        plants: drifts.
    """

    seed: int
    services: int = 4
    territories: int = 8
    titles: int = 150
    units: float = 2e6
    price_noise: float = 0.002
    volume_noise: float = 0.06
    plants: tuple[Plant, ...] = ()

    def planted(self, *plants: Plant) -> "Source":
        """The same source with drifts."""
        return replace(self, plants=plants)

    @cached_property
    def _fixed(self) -> dict[str, Floats]:
        """What stays over all months."""
        draw = np.random.default_rng([self.seed, 0])
        shape = (self.services, self.territories)
        base = np.geomspace(1, 0.02, self.territories)
        return {
            "level": np.log(self.units) - 0.8 * np.arange(self.services),
            "growth": draw.normal(0.008, 0.01, self.services),
            "share": np.log(base * draw.lognormal(0, 0.5, shape)),
            "free": draw.uniform(0.2, 0.7, shape),
            "price": draw.lognormal(0, 0.4, (*shape, 1)) * np.array((_PREMIUM, FREE * _PREMIUM)),
            "trend": draw.normal(0, 0.0005, self.services),
        }

    def lines(self, month: int) -> pl.DataFrame:
        """The lines of a month, one per service, territory, usage and title with units.

        Args:
            month: its number; the first of a source is `FIRST`.
        """
        draw = np.random.default_rng([self.seed, 1, month])
        titles, weight = self._titles(month)
        units = self._units(month, draw)[..., None] * weight
        # Listeners come in crowds: counts spread more than Poisson's.
        counts = draw.negative_binomial(20, 20 / (20 + units)).astype(np.float64)
        prices = self._prices(month, draw)[..., None] * np.ones(len(titles))
        lost = np.random.default_rng([self.seed, 2]).random((self.services, 4096)) < 0.02
        service, territory, usage, title = np.nonzero(counts)
        drawn = pl.DataFrame(
            {
                "service": service,
                "territory": territory,
                "usage": usage,
                "title": titles[title],
                "quantity": counts[counts > 0],
                "price": prices[counts > 0],
                "bare": lost[service, titles[title] % 4096],
            }
        )
        for number, plant in enumerate(self.plants):
            if month >= plant.month:
                own = np.random.default_rng([self.seed, 5, month, number])
                drawn = planted(drawn, plant, own.random(drawn.height))
        return _reported(drawn)

    def _titles(self, month: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Numbers of the titles of a month and their share of it: some old, some new, few heavy."""
        fresh = max(self.titles // 40, 1)
        newest = (month - FIRST) * fresh + self.titles
        numbers = np.arange(newest - self.titles, newest)
        draws = np.random.default_rng([self.seed, 3])
        heavy = draws.lognormal(0, 1.7, 20_000)[numbers]
        age = (newest - 1 - numbers) // fresh
        # What is old fades before it is gone.
        left = np.clip((self.titles // fresh - age) / 15, 0, 1) ** 2
        alive = heavy * (0.25 + np.exp(-age / 6)) * left
        wander = np.random.default_rng([self.seed, 4, month]).lognormal(0, 0.15, len(numbers))
        weight = alive * wander
        return numbers, weight / weight.sum()

    def _units(self, month: int, draw: np.random.Generator) -> Floats:
        """Units by service, territory and usage."""
        fixed, age = self._fixed, month - FIRST
        service = fixed["level"] + fixed["growth"] * age + SEASON[month % 12]
        service = service + draw.normal(0, self.volume_noise, self.services)
        shares = fixed["share"] + draw.normal(0, 0.08, fixed["share"].shape)
        shares = np.exp(shares) / np.exp(shares).sum(axis=1, keepdims=True)
        free = np.clip(fixed["free"] + draw.normal(0, 0.02, fixed["free"].shape), 0.05, 0.95)
        by_usage = np.stack([1 - free, free], axis=-1)
        found: Floats = (np.exp(service)[:, None] * shares)[..., None] * by_usage
        return found

    def _prices(self, month: int, draw: np.random.Generator) -> Floats:
        """Money for a unit by service, territory and usage."""
        fixed, age = self._fixed, month - FIRST
        service = fixed["trend"] * age + draw.normal(0, self.price_noise, self.services)
        own = draw.normal(0, 2 * self.price_noise, fixed["price"].shape)
        found: Floats = fixed["price"] * np.exp(service[:, None, None] + own)
        return found


def _reported(drawn: pl.DataFrame) -> pl.DataFrame:
    """Lines as they are reported; `units` is the amount in millionths."""
    money = (pl.col("quantity") * pl.col("price") * 10**DECIMALS).round().cast(pl.Int64)
    return drawn.select(
        pl.Series(list(SERVICES)).gather(drawn["service"]).alias("service"),
        pl.Series(TERRITORIES).gather(drawn["territory"]).alias("territory"),
        pl.Series(USAGES).gather(drawn["usage"]).alias("usage"),
        pl.lit("sale").alias("line_type"),
        pl.lit("EUR").alias("currency"),
        isrcs(drawn["title"], drawn["bare"].to_numpy()).alias("isrc"),
        pl.format("Song {}", "title").alias("title"),
        pl.col("quantity").cast(pl.Int64),
        money.alias("units"),
    )


def isrcs(numbers: pl.Series, bare: npt.NDArray[np.bool_]) -> pl.Series:
    """The ISRC of each title by its number, null where the line bears none."""
    digits = (numbers % 100_000).cast(pl.String).str.zfill(5)
    year = (numbers // 100_000).cast(pl.String).str.zfill(2)
    whole = pl.select(pl.concat_str(pl.lit("QZAAA"), year, digits)).to_series()
    return pl.select(pl.when(pl.Series(~bare)).then(whole)).to_series()


def name(month: int) -> str:
    """A month by its number, such as `2026-06`."""
    return f"{month // 12}-{month % 12 + 1:02}"
