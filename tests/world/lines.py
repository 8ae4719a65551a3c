"""Lines of the manifest as bytes, from draws."""

import io
from dataclasses import dataclass

import numpy as np
import polars as pl

from tests.world.damage import BAD_BYTE, COLUMNS, KINDS, Planted
from tests.world.draws import Ints
from tests.world.identities import Identities
from tests.world.names import CURRENCIES, SERVICES
from tests.world.truth import DECIMALS, Truth, money_text

PERIOD = "2026-09"
USAGES = ("premium", "free", "download")
LINE_TYPES = ("sale", "return", "adjustment")


@dataclass(frozen=True)
class Drawn:
    """A chunk's lines as numbers; `kind` is the index of a Planted member, -1 for a sound line."""

    context: Ints
    identity: Ints
    quantity: Ints
    units: Ints
    kind: Ints
    draw: Ints


class Writer:
    """Puts lines down: texts of contexts and identities are made once and gathered."""

    def __init__(self, identities: Identities, *, everything_quoted: bool) -> None:
        """Make every text that lines share."""
        self._quoted = everything_quoted
        self._contexts = [
            (service, territory, f"{PERIOD}-01", f"{PERIOD}-30", usage, line_type)
            for service in SERVICES
            for territory in CURRENCIES
            for usage in USAGES
            for line_type in LINE_TYPES
        ]
        contexts = pl.DataFrame(self._contexts, schema=list(COLUMNS[:6]), orient="row")
        self._cells = identities.cells
        self._context_text = self._joined(contexts)
        self._identity_text = self._joined(identities.cells)
        self._currency = contexts["territory"].replace_strict(CURRENCIES)

    def header(self) -> bytes:
        """The header line."""
        names = [f'"{name}"' if self._quoted else name for name in COLUMNS]
        return (",".join(names) + "\n").encode()

    def sums(self, drawn: Drawn) -> pl.DataFrame:
        """currency, units, lines of the lines that nothing befell."""
        sound = pl.DataFrame(
            {"currency": self._currency.gather(drawn.context), "units": drawn.units}
        ).filter(pl.Series(drawn.kind < 0))
        return sound.group_by("currency").agg(pl.col("units").sum(), pl.len())

    def block(self, drawn: Drawn, truth: Truth) -> bytes:
        """The lines as bytes; every bad one is told to the truth."""
        quote = pl.lit('"' if self._quoted else "")
        size = pl.Series(np.abs(drawn.units))
        amount = [
            quote,
            pl.when(pl.Series(drawn.units < 0)).then(pl.lit("-")).otherwise(pl.lit("")),
            (size // 10**DECIMALS).cast(pl.String),
            pl.lit("."),
            (size % 10**DECIMALS).cast(pl.String).str.zfill(DECIMALS),
            quote,
        ]
        lines = pl.select(
            pl.concat_str(
                self._context_text.gather(drawn.context),
                self._identity_text.gather(drawn.identity),
                pl.concat_str(quote, pl.Series(drawn.quantity).cast(pl.String), quote),
                pl.concat_str(quote, self._currency.gather(drawn.context), quote),
                pl.concat_str(amount),
                separator=",",
            ).alias("line")
        )["line"]
        rows = np.flatnonzero(drawn.kind >= 0)
        if len(rows):
            lines = lines.scatter(rows, self._spoiled(drawn, rows, truth))
        sink = io.BytesIO()
        lines.to_frame().write_csv(sink, include_header=False, quote_style="never")
        return sink.getvalue().replace(BAD_BYTE.encode(), b"\xff")

    def _spoiled(self, drawn: Drawn, rows: Ints, truth: Truth) -> list[str]:
        members, texts = list(Planted), []
        cells = self._cells[drawn.identity[rows]].iter_rows()
        for row, identity in zip(rows.tolist(), cells, strict=True):
            planted, context = members[drawn.kind[row]], int(drawn.context[row])
            units = int(drawn.units[row])
            money = (str(drawn.quantity[row]), self._currency[context], money_text(units))
            whole = [*self._contexts[context], *identity, *money]
            text = KINDS[planted].spoil(whole, int(drawn.draw[row]))
            truth.bad(planted, text, units)
            texts.append(text)
        return texts

    def _joined(self, cells: pl.DataFrame) -> pl.Series:
        """Cells as CSV text, quoted where they must be, or all."""
        texts = [
            pl.when(pl.lit(self._quoted) | pl.col(name).str.contains('[,"\n\r]'))
            .then(pl.format('"{}"', pl.col(name).str.replace_all('"', '""', literal=True)))
            .otherwise(pl.col(name))
            for name in cells.columns
        ]
        return cells.select(pl.concat_str(texts, separator=",").alias("text"))["text"]
