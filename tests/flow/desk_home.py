"""A home in which rows wait at the desk: other ISRCs than the catalog's, and hostile titles."""

from decimal import Decimal
from pathlib import Path

from tests.flow.homes import line, report, take

FOREIGN, LICENSED, STRANGE = (f"GBAYE680001{digit}" for digit in range(1, 4))
"""ISRCs that the catalog does not know; two are of lines whose words are a recording's."""

HOSTILE = '<img src=x onerror="window.struck=1"><script>window.struck=2</script>'
REPORTED = {"EUR": Decimal("21.25"), "USD": Decimal(3)}
LINES = 5


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
