"""By what identities are judged, beside the catalog: the code, its libraries and the policy."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline.match.ladder import Policy
from pipeline.store.sql import QUERIES

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("duckdb", "numpy", "polars", "rapidfuzz")
_CODE = (
    (_PACKAGE / "match", "*.py"),
    (_PACKAGE / "contract", "text*.py"),
    (QUERIES / "match", "*.sql"),
)


@cache
def rules(policy: Policy) -> str:
    """A digest that is another whenever the same catalog might be read another way."""
    digest = hashlib.sha256(repr(policy).encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for folder, pattern in _CODE:
        for path in sorted(folder.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
