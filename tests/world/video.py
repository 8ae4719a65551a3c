"""The DSRF samples: a balanced report of two parts, and one whose FOOT disagrees."""

import gzip
from collections.abc import Iterator
from dataclasses import replace

from pipeline.vocab import Fault
from tests.world.dsrf import CONTROLLERS, MODELS, Block, Line, Report
from tests.world.sheet import BAD_BYTE, Sale, Sample, sales
from tests.world.shelf import Shelf


def balanced(shelf: Shelf, seed: int) -> list[Sample]:
    """A report of two gzipped parts whose FOOT agrees."""
    sold = sales("dsrf balanced", seed, ("US",), ("YouTube",))
    blocks = [*_sound(shelf, sold, 11), *_odd(shelf, sold), *_sound(shelf, sold, 11)]
    report = Report(
        recipient="SAMPLE",
        version="1.1",
        territory="US",
        currencies={(summary, each): "USD" for summary in MODELS for each in CONTROLLERS},
        files=[blocks[:15], blocks[15:]],
    )
    stem = "DSR_SAMPLE_YouTube_AdSupport-music_2026-Q3_US_{}of{}_20261008T090000.tsv.gz"
    return [
        replace(part, payload=gzip.compress(part.payload, mtime=0)) for part in report.samples(stem)
    ]


def unbalanced(shelf: Shelf, seed: int) -> list[Sample]:
    """A report whose FOOT disagrees, with context and cells that spoil their lines."""
    sold = sales("dsrf unbalanced", seed, ("DE",), ("YouTube",))
    currencies = {(summary, each): "EUR" for summary in MODELS for each in CONTROLLERS}
    currencies["2", "LBL_2"] = "XQZ"
    currencies["2", "Residual"] = ""
    report = Report(
        recipient="SAMPLE2",
        version="1.0",
        territory="DE",
        currencies=currencies,
        files=[[*_sound(shelf, sold, 6), *_spoiled(shelf, sold), *_sound(shelf, sold, 4)]],
        lost=1,
    )
    return report.samples(
        "DSR_SAMPLE2_YouTube_AdSupport-music_2026-Q3_DE_{}of{}_20261008T090000.tsv"
    )


def _sound(shelf: Shelf, sold: Iterator[Sale], count: int) -> list[Block]:
    return [
        Block(
            next(shelf.script if place % 3 == 2 else shelf.plain),
            tuple(Line(next(sold), "1", CONTROLLERS[each % 2]) for each in range(1 + place % 2)),
        )
        for place in range(count)
    ]


def _odd(shelf: Shelf, sold: Iterator[Sale]) -> list[Block]:
    """What is unusual but keeps the balance."""
    plain = shelf.plain
    code, escaped = next(plain), next(plain)
    small = code.isrc.lower()
    hyphens = f"{small[:2]}-{small[2:5]}-{small[5:7]}-{small[7:]}"
    back = next(sold)
    return [
        Block(
            next(plain).but(isrc=""),
            (Line(next(sold), note="ISRC missing", fault=Fault.ISRC_MISSING),),
        ),
        Block(
            code.but(isrc=hyphens),
            (Line(next(sold), note="ISRC in lower case with hyphens"),),
        ),
        Block(
            next(plain),
            (
                Line(back, note="a sale, taken back by the next line"),
                Line(replace(back, quantity=-back.quantity, amount=-back.amount), note="negative"),
            ),
        ),
        Block(
            next(plain),
            (
                Line(next(sold), controller=None, note="SU without LI: a usage without money"),
                Line(next(sold), "2", "LBL_2", "another summary and controller"),
            ),
        ),
        Block(
            escaped.but(title=rf"{escaped.title} \| Or \\ Both"),
            (Line(next(sold), note=r"title with the escapes \| and \\"),),
        ),
        Block(
            next(plain).but(artist="Ava Hartley|Jude Mercer"),
            (Line(next(sold), "2", "Residual", "several artists in one cell"),),
        ),
        Block(
            next(plain).but(version='7" Mix'), (Line(next(sold), note="inch mark, never a quote"),)
        ),
    ]


def _spoiled(shelf: Shelf, sold: Iterator[Sale]) -> list[Block]:
    """Faults of cells, of records, and of the context of lines."""
    plain = shelf.plain
    bad, nul, halted, accented = next(plain), next(plain), next(plain), next(plain)
    return [
        Block(
            next(plain).but(isrc="DE12"),
            (Line(next(sold), note="ISRC too short", fault=Fault.ISRC_MALFORMED),),
        ),
        Block(
            bad.but(isrc=bad.isrc[:6] + BAD_BYTE + bad.isrc[7:]),
            (Line(next(sold), note="byte 0xE9 in the asset's ISRC", fault=Fault.BAD_ENCODING),),
        ),
        Block(
            accented.but(title=f"{accented.title} Caf{BAD_BYTE}"),
            (Line(next(sold), note="byte 0xE9 in a title", fault=Fault.ENCODING_REPAIRED),),
        ),
        Block(
            nul.but(title=nul.title + "\0"),
            (Line(next(sold), note="a NUL in the asset's title", fault=Fault.BAD_ENCODING),),
        ),
        Block(
            next(plain),
            (
                Line(
                    next(sold), note="short LI: the amount is missing", fault=Fault.FIELD_COUNT,
                    cells=8,
                ),
                Line(next(sold), note="sound line of the same block"),
            ),
        ),
        Block(
            halted,
            (
                Line(next(sold), "2", "LBL_2", "summary in XQZ", Fault.CURRENCY_INVALID),
                Line(next(sold), note="sibling of the line in XQZ", fault=Fault.ASSET_HALTED),
            ),
        ),
        Block(
            next(plain),
            (Line(next(sold), "2", "Residual", "blank currency", Fault.CURRENCY_MISSING),),
        ),
        Block(
            next(plain).but(isrc="QZZZZ2600997", title="Nobody Knows This Either"),
            (Line(next(sold), note="unknown recording", fault=Fault.UNMATCHED),),
        ),
    ]  # fmt: skip
