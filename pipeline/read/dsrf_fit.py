"""How a DSR flat file is told to be of a profile: by its HEAD, and the layouts that it declares."""

from pipeline.read.dsrf_records import Records, head_cells, head_lines, records_of
from pipeline.read.profile_spec import Spec

_SAME, _RELATED = 1.0, 0.9
"""Likeness of a file that names the profile's message, and of any other DSR flat file."""


def fit(spec: Spec, head: bytes) -> tuple[Records | None, float, str]:
    """The layouts of a file that is of a profile; else null, how near it comes, and what differs.

    Args:
        spec: the profile.
        head: the file's first bytes.
    """
    lines = head_lines(head)
    cells = head_cells(lines)
    if cells is None:
        return None, 0.0, "it has no HEAD record"
    records = records_of(head, spec.records)
    named = {cell.casefold() for cell in cells}.intersection(map(str.casefold, spec.message))
    likeness = _SAME if named else _RELATED
    names = records.layouts["HEAD"]
    if len(cells) not in {len(names), records.width}:
        return None, likeness, f"its HEAD has {len(cells)} cells, its layout {len(names)}"
    if flaws := records.flaws():
        return None, likeness, f"it declares that {flaws[0]}"
    given = dict(zip(names, cells, strict=False))
    wrong = _not_profile(spec, given["Profile"], given["ProfileVersion"])
    return (None, likeness, wrong) if wrong else (records, 1.0, "")


def _not_profile(spec: Spec, profile: str, version: str) -> str:
    """How the profile that a HEAD names differs; nothing where it is the one."""
    if profile.casefold() not in {name.casefold() for name in spec.message}:
        return f"it is of profile {profile!r}, not {' or '.join(map(repr, spec.message))}"
    if version not in spec.versions:
        return f"it is of version {version!r}, not {' or '.join(spec.versions)}"
    return ""
