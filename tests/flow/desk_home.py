"""A home in which rows wait at the desk: other ISRCs than the catalog's, and hostile titles."""

from decimal import Decimal
from pathlib import Path

from tests.flow.homes import SHELF, line, report, take

FOREIGN, LICENSED, STRANGE = (f"GBAYE680001{digit}" for digit in range(1, 4))
"""ISRCs that the catalog does not know; two are of lines whose words are a recording's."""

HOSTILE = '<img src=x onerror="window.struck=1"><script>window.struck=2</script>'
REPORTED = {"EUR": Decimal("21.25"), "USD": Decimal(3)}
LINES = 5

TWINS = {
    **SHELF,
    "recordings.csv": SHELF["recordings.csv"] + "R-Twin1,,Twin,Zoe\nR-Twin2,,Twin,Zoe\n",
    "splits.csv": SHELF["splits.csv"] + "R-Twin1,P1,1,,,,\nR-Twin2,P2,1,,,,\n",
}
"""The small catalog with two recordings of one title that are paid to different people."""


def with_twins(home: Path, folder: Path) -> None:
    """Take a report whose line could be either of the twins, and is worth more than any other."""
    take(report(folder / "twins.csv", [line("", "100", title="Twin", artist="Zoe")]), home)


def with_rows(home: Path, folder: Path) -> Path:
    """The same home once a report waits in it: four rows, the first of two currencies."""
    lines = [
        line(FOREIGN, "12.50", title="ALPHA"),
        line(FOREIGN, "3", currency="USD", title="ALPHA"),
        line(LICENSED, "7.25", title="Béta"),
        line(STRANGE, "1", title=HOSTILE, artist="</script><b>Anna"),
        line("", "0.5", title="Nothing like it", artist="Nobody"),
    ]
    take(report(folder / "waits.csv", lines), home)
    return home
