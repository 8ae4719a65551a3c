"""The part of a profile's TOML that says how far a report is believed, checked key by key."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from pipeline.errors import UsageError
from pipeline.read.profile_spec import Signed, Spec, Tolerance
from pipeline.vocab import Signature

Wrong = Callable[[str, str, str], UsageError]
"""The error for a key, what is wrong with it, and the mend."""

_PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?")
_KEY_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def tolerance(table: Mapping[str, Any], wrong: Wrong) -> Tolerance:
    """The table `[tolerance]`; nothing is tolerated where it is empty.

    Raises:
        UsageError: it knows no such key, or a value is no plain decimal; `tax` must be below 1.
    """
    known = [one.name for one in fields(Tolerance)]
    found = {}
    for name, value in table.items():
        if name not in known:
            raise wrong("tolerance", f"knows no {name!r}", f"known: {', '.join(known)}")
        if not isinstance(value, str) or not _PLAIN.fullmatch(value):
            mend = 'write it as text, so that it is exact: "0.01"'
            raise wrong(f"tolerance.{name}", f"is no amount: {value!r}", mend)
        found[name] = Decimal(value)
    if found.get("tax", Decimal(0)) >= 1:
        raise wrong("tolerance.tax", "is no share below 1", 'write 15 % as "0.15"')
    return Tolerance(**found)


def signature(table: Mapping[str, Any], wrong: Wrong) -> Signed | None:
    """The table `[signature]`; null where there is none.

    Raises:
        UsageError: it knows no such key or kind, or a key is named where none is needed, or none
            where one is.
    """
    if not table:
        return None
    for name in table:
        if name not in {"kind", "key"}:
            raise wrong("signature", f"knows no {name!r}", "known: kind, key")
    kind, key = table.get("kind"), table.get("key", "")
    if kind not in set(Signature):
        raise wrong("signature.kind", f"knows no {kind!r}", f"known: {', '.join(Signature)}")
    if kind != Signature.ED25519:
        if key:
            raise wrong("signature.key", f"has no meaning with {kind}", "leave it out")
        return Signed(Signature(kind))
    if not isinstance(key, str) or not _KEY_NAME.fullmatch(key):
        mend = 'write key = "name", for the file keys/name.pub of the home'
        raise wrong("signature.key", f"is no name of a key: {key!r}", mend)
    return Signed(Signature.ED25519, key)


def flaw_of_control(spec: Spec) -> tuple[str, str, str] | None:
    """The key that contradicts another one, what is wrong with it, and the mend; else nothing."""
    if spec.totals and not spec.trailer:
        mend = "say by trailer which lines declare them"
        return "totals", "stand in lines that the profile takes for records", mend
    if spec.trailer and spec.kind == "dsrf":
        return "trailer", "has no meaning in a DSR flat file", 'it has FOOT: control = "foot"'
    if spec.trailer and spec.dialect.footer:
        return "trailer", "and dialect.footer both say how a report ends", "keep one of them"
    if not spec.remittance.startswith("."):
        mend = 'write ".remittance" for june.csv.remittance'
        return "remittance", "does not end the name of a file", mend
    return _flaw_of_message(spec)


def _flaw_of_message(spec: Spec) -> tuple[str, str, str] | None:
    where = spec.message_id
    cells = [name for names in (where.own, where.part, where.replaces) for name in names]
    if spec.kind == "canonical" and cells:
        return "message_id", "has no meaning in a report of canonical columns", "leave it out"
    if spec.kind == "dsrf" and not all(name.startswith("HEAD.") for name in cells):
        return "message_id", "names cells that are not of HEAD", 'write own = "HEAD.MessageId"'
    if cells and not where.own:
        return "message_id.own", "is missing", "say where a report's own id stands"
    return None
