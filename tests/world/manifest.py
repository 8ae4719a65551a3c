"""The benchmark manifest: a canonical CSV of any length over a catalog, and the truth about it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from tests.world.damage import (
    KINDS,
    MIXED,
    NEEDS_CODES,
    STRUCTURAL,
    Planted,
)
from tests.world.draws import Flags, Ints, below, chance, unit
from tests.world.identities import IDENTITIES, UNKNOWN, Identities, choose
from tests.world.lines import LINE_TYPES, PERIOD, USAGES, Drawn, Writer
from tests.world.names import CURRENCIES, SERVICES
from tests.world.truth import Truth

CHUNK = 250_000  # lines: some 40 MB of text at a time


class Damage(StrEnum):
    """What befalls lines: bad ones of every kind, nothing, broken records, or quotes all over."""

    MIXED = "mixed"
    NONE = "none"
    MALFORMED = "malformed"
    QUOTED = "quoted"


@dataclass(frozen=True)
class Order:
    """What to write; `kinds` are those that bad lines are drawn from."""

    lines: int
    seed: int = 1
    bad: float = 0.015
    damage: Damage = Damage.MIXED
    identities: int = IDENTITIES

    @property
    def kinds(self) -> tuple[Planted, ...]:
        """The kinds of bad lines, none where nothing is to be broken."""
        match self.damage:
            case Damage.MIXED:
                return MIXED
            case Damage.MALFORMED:
                return STRUCTURAL
            case Damage.NONE | Damage.QUOTED:
                return ()


def write(path: Path, catalog: Path, order: Order) -> dict[str, object]:
    """Writes the manifest, and its truth beside it as `<name>.truth.json`."""
    identities = choose(catalog, order.seed, order.identities)
    truth, digest, size = Truth(), hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for block in _blocks(identities, order, truth):
            size += file.write(block)
            digest.update(block)
    document: dict[str, object] = {
        "manifest": digest.hexdigest(),
        "bytes": size,
        "lines": order.lines,
        "period": PERIOD,
        "seed": order.seed,
        "damage": order.damage.value,
        "bad": order.bad if order.kinds else 0.0,
        "identities": len(identities),
        **truth.document(),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    path.with_name(path.name + ".truth.json").write_text(text + "\n", encoding="utf-8")
    return document


def _blocks(identities: Identities, order: Order, truth: Truth) -> Iterator[bytes]:
    writer = Writer(identities, everything_quoted=order.damage is Damage.QUOTED)
    yield writer.header()
    for start in range(0, order.lines, CHUNK):
        positions = np.arange(start, min(order.lines, start + CHUNK))
        drawn = _draw(positions, identities, order)
        truth.sound(writer.sums(drawn))
        yield writer.block(drawn, truth)


def _draw(positions: Ints, identities: Identities, order: Order) -> Drawn:
    """Lines by their positions in the manifest, whatever the chunk."""
    seed = order.seed
    services = (len(SERVICES) * unit(seed, "service", positions) ** 2).astype(np.int64)
    territories = (len(CURRENCIES) * unit(seed, "territory", positions) ** 2).astype(np.int64)
    usages = below(len(USAGES), seed, "usage", positions)
    type_draw = below(1000, seed, "line type", positions)
    line_type = np.where(type_draw < 985, 0, np.where(type_draw < 997, 1, 2))
    place = (services * len(CURRENCIES) + territories) * len(USAGES) + usages
    count = (1 / (unit(seed, "quantity", positions) + 0.0005)).astype(np.int64)
    price = 5_000_000 + below(70_000_000, seed, "price", positions)
    sign = np.where(line_type == 0, 1, -1)
    identity = identities.ranks(unit(seed, "identity", positions))
    kind = _kinds(positions, identity, identities, order)
    unknown = kind == list(Planted).index(Planted.UNKNOWN_RECORDING)
    stranger = len(identities) + below(UNKNOWN, seed, "stranger", positions)
    return Drawn(
        context=place * len(LINE_TYPES) + line_type,
        identity=np.where(unknown, stranger, identity),
        quantity=np.where(line_type == 2, 0, count * sign),
        units=count * price * sign,
        kind=kind,
        draw=below(2**31 - 1, seed, "spoil", positions),
    )


def _kinds(positions: Ints, identity: Ints, identities: Identities, order: Order) -> Ints:
    """What befalls each line; records of several physical lines are left alone."""
    if not order.kinds:
        return np.full(len(positions), -1)
    members = list(Planted)
    weights = np.cumsum([KINDS[planted].weight for planted in order.kinds])
    draws = below(int(weights[-1]), order.seed, "kind", positions)
    numbers = np.array([members.index(planted) for planted in order.kinds])
    kind = numbers[np.searchsorted(weights, draws, side="right")]
    needy = np.isin(kind, [members.index(planted) for planted in NEEDS_CODES])
    kind = np.where(needy & ~identities.coded[identity], numbers[0], kind)
    bad: Flags = chance(order.bad, order.seed, "bad", positions)
    kind = np.where(bad, kind, -1)
    if order.damage is Damage.MIXED:
        doomed = identities.doomed[identity] & chance(0.1, order.seed, "doom", positions)
        fatal = np.where(
            chance(0.3, order.seed, "doomed by", positions),
            members.index(Planted.NUL_IN_TITLE),
            members.index(Planted.CURRENCY_INVALID),
        )
        kind = np.where(doomed, fatal, kind)
    return np.where(identities.one_line[identity], kind, -1)
