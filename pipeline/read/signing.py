"""Whether a sender vouches for the bytes of a report: a digest or a signature beside it."""

import base64
import binascii
import hashlib
import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ManifestRefused
from pipeline.read.profile_spec import Signed
from pipeline.vocab import Signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENDINGS = {Signature.SHA256: ".sha256", Signature.SHA512: ".sha512", Signature.ED25519: ".sig"}
KEYS = "keys"
"""The folder of the home that holds public keys, as `<name>.pub`."""

_HEX_DIGITS = {Signature.SHA256: 64, Signature.SHA512: 128}
_LINE = re.compile(r"\\?([0-9A-Fa-f]+)(?:[ \t]+\*?(\S.*))?")
_SIGNATURE_BYTES, _KEY_BYTES = 64, 32
_LARGEST = 2**16
"""Bytes of a file beside a report that are looked at."""


@dataclass(frozen=True)
class Mismatch:
    """Why the bytes of a report are not those that its sender vouches for."""

    what: str

    def __str__(self) -> str:
        """The reason alone."""
        return self.what


def mismatch(path: Path, signed: Signed, home: Path) -> Mismatch | None:
    """What is wrong with a report, by the file that its profile demands beside it.

    Args:
        path: the report as delivered.
        signed: what is demanded.
        home: whose keys count.

    Raises:
        ManifestRefused: that file is not there or not of its form, or the key is not.
    """
    beside = path.with_name(path.name + ENDINGS[signed.kind])
    if signed.kind is Signature.ED25519:
        return _signature_off(path, beside, _key(home / KEYS / f"{signed.key}.pub"), signed.key)
    stated = _digest_in(_content(beside), beside, path.name, _HEX_DIGITS[signed.kind])
    with path.open("rb") as file:
        found = hashlib.file_digest(file, signed.kind.value).hexdigest()
    if found == stated:
        return None
    return Mismatch(f"{beside.name} states {signed.kind} {stated}, but it is {found}")


def _content(beside: Path) -> bytes:
    try:
        with beside.open("rb") as file:
            return file.read(_LARGEST)
    except FileNotFoundError as error:
        what = f"{beside.with_suffix('')} comes without {beside.name}, which its profile demands"
        raise ManifestRefused(what, "put it beside the report and ingest that again") from error
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise ManifestRefused(f"{beside} cannot be opened: {why}", "check its rights") from error


def _digest_in(content: bytes, beside: Path, name: str, digits: int) -> str:
    """The digest of a file in the form of coreutils; of several lines the one that names it."""
    lines = [line for line in content.decode("utf-8", "replace").splitlines() if line.strip()]
    found = [_LINE.fullmatch(line.strip()) for line in lines]
    stated = [
        hit
        for hit in found
        if hit and len(hit[1]) == digits and (len(lines) == 1 or hit[2] == name)
    ]
    if len(stated) != 1:
        what = f"{beside} holds no digest of {digits} hex digits for {name}"
        raise ManifestRefused(what, "ask the sender for it, as 'HEX' or 'HEX  name'")
    return stated[0][1].lower()


def _signature_off(path: Path, beside: Path, key: "Ed25519PublicKey", name: str) -> Mismatch | None:
    """Why a signature is not one over a file's bytes by a key."""
    from cryptography.exceptions import InvalidSignature

    signature = _sized(_content(beside), _SIGNATURE_BYTES)
    if signature is None:
        what = f"{beside} is no Ed25519 signature"
        raise ManifestRefused(what, "ask the sender for its 64 bytes, raw or in base64")
    # Mapped, for it must be verified in one piece: the pages are the file's own, not ours.
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        memoryview(data) as view,
    ):
        try:
            key.verify(signature, view)
        except InvalidSignature:
            return Mismatch(f"{beside.name} is no signature of these bytes by the key {name!r}")
    return None


def _key(path: Path) -> "Ed25519PublicKey":
    """A public key from its file."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if not path.is_file():
        raise ManifestRefused(f"there is no key {path}", "put the sender's public key there")
    content = path.read_bytes()
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_public_key(content)
        except ValueError:
            key = None
        if isinstance(key, Ed25519PublicKey):
            return key
    elif raw := _sized(content, _KEY_BYTES):
        return Ed25519PublicKey.from_public_bytes(raw)
    mend = "store it as PEM, or as its 32 bytes in base64"
    raise ManifestRefused(f"{path} is no Ed25519 public key", mend)


def _sized(content: bytes, size: int) -> bytes | None:
    """So many bytes, as they are or in base64; null where it is neither."""
    if len(content) == size:
        return content
    try:
        raw = base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        return None
    return raw if len(raw) == size else None
