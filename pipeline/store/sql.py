"""Named queries: the text of each file under `queries/`, read once."""

from functools import cache
from pathlib import Path

QUERIES = Path(__file__).resolve().parents[2] / "queries"


@cache
def query(name: str) -> str:
    """The statement of one query file.

    Args:
        name: folder and file without the suffix, such as `match/isrc`.

    Raises:
        FileNotFoundError: there is no such query; a mistake of the programmer.
    """
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
