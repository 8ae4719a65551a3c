"""Manifests as parts of reported lines: `parts`, `scan` and the `Dialect` they read."""

from pipeline.read.delimited import Part, parts, scan
from pipeline.read.dialect import Dialect

__all__ = ["Dialect", "Part", "parts", "scan"]
