"""What tests of payments ask of a home."""

from pathlib import Path
from typing import Any

from tests.flow.homes import frame

OPEN = "SELECT is_open FROM ledger_state WHERE fault = 'OUT_OF_BALANCE' ORDER BY manifest"


def figures(home: Path) -> list[tuple[Any, ...]]:
    """Currency, declared, found and balance of what was paid, in order."""
    rows = frame(home, "control").filter(what="remittance")
    return sorted(rows.select("currency", "declared", "found", "balance").rows())
