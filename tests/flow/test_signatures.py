"""Reports that must come with a digest or a signature: refused, set aside, or taken in."""

import base64
import gzip
import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.vocab import Fault
from tests.flow.homes import ALPHA, BETA, asked, assert_conserved, frame, tree
from tests.flow.shop import HEADER, shop, sold

BODY = (HEADER + sold(ALPHA, "5") + sold(BETA, "2.5") + "Rows,2\nTotal,,,,2,7.5,\n").encode()
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KINDS = {
    "sha256": '[signature]\nkind = "sha256"\n',
    "sha512": '[signature]\nkind = "sha512"\n',
    "ed25519": '[signature]\nkind = "ed25519"\nkey = "shop-2026"\n',
}


def demanding(home: Path, kind: str, key: bytes | None = None) -> None:
    """Have the shop's reports demand it; the key is the shop's unless another is given."""
    shop(home, more=KINDS[kind])
    (home / "keys").mkdir(exist_ok=True)
    public = SECRET.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (home / "keys" / "shop-2026.pub").write_bytes(pem if key is None else key)


# A sidecar's name and bytes for a report of some bytes.
Sidecar = Callable[[bytes], tuple[str, bytes]]
GOOD: dict[str, tuple[str, Sidecar]] = {
    "digest alone": ("sha256", lambda b: (".sha256", hashlib.sha256(b).hexdigest().encode())),
    "upper case, with a line end": (
        "sha256",
        lambda b: (".sha256", hashlib.sha256(b).hexdigest().upper().encode() + b"\r\n"),
    ),
    "digest and name": (
        "sha512",
        lambda b: (".sha512", f"{hashlib.sha512(b).hexdigest()}  july.csv\n".encode()),
    ),
    "another name, as before it was renamed": (
        "sha256",
        lambda b: (".sha256", f"{hashlib.sha256(b).hexdigest()} *old.csv\n".encode()),
    ),
    "one of several lines": (
        "sha256",
        lambda b: (
            ".sha256",
            f"{'0' * 64}  other.csv\n{hashlib.sha256(b).hexdigest()}  july.csv\n".encode(),
        ),
    ),
    "raw signature": ("ed25519", lambda b: (".sig", SECRET.sign(b))),
    "signature in base64": (
        "ed25519",
        lambda b: (".sig", base64.encodebytes(SECRET.sign(b))),
    ),
}


def delivered(folder: Path, body: bytes, sidecar: tuple[str, bytes] | None) -> Path:
    path = folder / "july.csv"
    path.write_bytes(body)
    if sidecar is not None:
        path.with_name(path.name + sidecar[0]).write_bytes(sidecar[1])
    return path


@pytest.mark.parametrize("case", GOOD)
def test_a_report_that_its_sender_vouches_for_is_taken_in(
    case: str, royalty: Any, home: Path, tmp_path: Path
) -> None:
    kind, sidecar = GOOD[case]
    demanding(home, kind)
    code, told, err = royalty("ingest", delivered(tmp_path, BODY, sidecar(BODY)))
    assert (code, err, told["manifests"][0]["by_status"]["matched"]) == (0, "", 2)


def test_a_signature_is_over_the_bytes_as_delivered(
    royalty: Any, home: Path, tmp_path: Path
) -> None:
    demanding(home, "ed25519")
    packed = gzip.compress(BODY, mtime=0)
    path = delivered(tmp_path, packed, (".sig", SECRET.sign(packed)))
    assert royalty("ingest", path)[0] == 0


RAW_KEY = SECRET.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_a_key_may_be_base64(royalty: Any, home: Path, tmp_path: Path) -> None:
    demanding(home, "ed25519", base64.b64encode(RAW_KEY) + b"\n")
    assert royalty("ingest", delivered(tmp_path, BODY, (".sig", SECRET.sign(BODY))))[0] == 0


WRONG: dict[str, tuple[str, Sidecar]] = {
    "another digest": ("sha256", lambda _: (".sha256", b"0" * 64)),
    "the digest of other bytes": (
        "sha512",
        lambda b: (".sha512", hashlib.sha512(b + b" ").hexdigest().encode()),
    ),
    "a signature by another key": ("ed25519", lambda b: (".sig", OTHER.sign(b))),
    "a signature over other bytes": ("ed25519", lambda b: (".sig", SECRET.sign(b + b" "))),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_report_of_another_signature_is_set_aside_with_its_bytes(
    case: str, royalty: Any, home: Path, tmp_path: Path
) -> None:
    kind, sidecar = WRONG[case]
    demanding(home, kind)
    path = delivered(tmp_path, BODY, sidecar(BODY))
    code, told, err = royalty("ingest", path)
    (one,) = told["manifests"]
    manifest = hashlib.sha256(BODY).hexdigest()
    assert (code, one["state"], one["manifest"], one["lines"]) == (3, "quarantined", manifest, 0)
    assert err == f"royalty: {one['error']}\n"
    assert f"{path} is quarantined as SIGNATURE_MISMATCH: july.csv.s" in err
    for table in ("sales", "staged", "quarantine", "manifests", "reported", "sums"):
        assert frame(home, table).height == 0
    with pa.CompressedInputStream(
        pa.OSFile(str(home / "lake" / "raw" / f"{manifest}.zst")), "zstd"
    ) as stream:
        assert stream.read() == BODY
    entry = frame(home, "ledger_state").select("kind", "fault", "tier", "is_open", "manifest")
    assert entry.rows() == [("manifest", Fault.SIGNATURE_MISMATCH, "fatal", True, manifest)]
    alerts = frame(home, "alerts").select("severity", "fault", "manifest", "lines")
    assert alerts.rows() == [("high", Fault.SIGNATURE_MISMATCH, manifest, 0)]
    before = {name: kept for name, kept in tree(home).items() if not name.startswith("lake.duckdb")}
    assert royalty("ingest", path)[0] == 3
    after = {name: kept for name, kept in tree(home).items() if not name.startswith("lake.duckdb")}
    assert after == before


@pytest.fixture
def aside(royalty: Any, home: Path, tmp_path: Path) -> Path:
    """A report that is set aside; its digest stands beside it, but is of other bytes."""
    demanding(home, "sha256")
    path = delivered(tmp_path, BODY, (".sha256", b"0" * 64))
    royalty("ingest", path)
    return path


def test_what_is_set_aside_can_be_seen(royalty: Any, aside: Path) -> None:
    (entry,) = royalty("quarantine", "list")[1]["entries"]
    assert (entry["kind"], entry["fault"]) == ("manifest", Fault.SIGNATURE_MISMATCH)
    assert str(aside) in entry["detail"]
    assert f"lake/raw/{entry['manifest']}.zst" in entry["detail"]
    _, shown, _ = royalty("quarantine", "show", entry["ledger_id"][:8])
    assert [event["outcome"] for event in shown["history"]] == ["opened"]
    _, screen, _ = royalty("quarantine", "list", screen=True)
    assert Fault.SIGNATURE_MISMATCH in screen
    _, screen, _ = royalty("quarantine", "show", entry["ledger_id"], screen=True)
    assert "bytes are kept in" in " ".join(screen.split())
    assert Fault.SIGNATURE_MISMATCH in royalty("status", screen=True)[1]


def test_the_same_bytes_with_a_digest_that_fits_are_taken_in(
    royalty: Any, home: Path, aside: Path
) -> None:
    good = hashlib.sha256(BODY).hexdigest()
    aside.with_name("july.csv.sha256").write_text(good, encoding="utf-8")
    code, told, _ = royalty("ingest", aside)
    assert (code, told["manifests"][0]["state"]) == (0, "committed")
    ended = frame(home, "ledger_state").select("outcome", "is_open")
    assert ended.rows() == [("resolved", False)]
    assert_conserved(home, {"EUR": Decimal("7.5")}, 2)


def test_corrected_bytes_are_taken_in_and_the_others_ended_by_a_person(
    royalty: Any, home: Path, aside: Path
) -> None:
    aside.write_bytes(BODY.replace(b"2.5", b"3.5").replace(b"7.5", b"8.5"))
    digest = hashlib.sha256(aside.read_bytes()).hexdigest()
    aside.with_name("july.csv.sha256").write_text(digest, encoding="utf-8")
    assert royalty("ingest", aside)[0] == 0
    assert_conserved(home, {"EUR": Decimal("8.5")}, 2)
    (entry,) = royalty("quarantine", "list")[1]["entries"]
    # There is nothing in it that could be released.
    assert royalty("quarantine", "release", "--all", "--reason", "x", "--by", "ann")[0] == 2
    given = ("--reason", "sent again", "--by", "ann")
    assert royalty("exclude", entry["ledger_id"], *given)[0] == 0
    ended = asked(home, "SELECT outcome, detail FROM ledger_state")
    assert ended == [("discarded", "excluded by ann: sent again")]
    assert royalty("quarantine", "list")[1]["entries"] == []
    aside.write_bytes(BODY)
    aside.with_name("july.csv.sha256").write_bytes(b"0" * 64)
    assert royalty("ingest", aside)[0] == 3
    assert len(royalty("quarantine", "list")[1]["entries"]) == 1


@pytest.mark.usefixtures("aside")
def test_a_quarter_is_exported_without_what_was_set_aside(royalty: Any, tmp_path: Path) -> None:
    other = tmp_path / "august.csv"
    other.write_bytes(BODY.replace(b"2026-07", b"2026-08"))
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    other.with_name("august.csv.sha256").write_text(digest, encoding="utf-8")
    royalty("ingest", other)
    code, told, err = royalty("audit", "export", "2026Q3", "--out", tmp_path / "export")
    assert (code, err, told["rows"]["retry_ledger"], told["deliveries"]) == (0, "", 0, 1)
    assert royalty("audit", "verify", tmp_path / "export")[0] == 0


REFUSED: dict[str, tuple[str, tuple[str, bytes] | None, str]] = {
    "nothing beside it": ("sha256", None, "comes without july.csv.sha256"),
    "the other kind beside it": ("sha512", (".sha256", b"0" * 64), "without july.csv.sha512"),
    "an empty file": ("sha256", (".sha256", b""), "holds no digest of 64 hex digits"),
    "a shorter digest": ("sha512", (".sha512", b"0" * 64), "holds no digest of 128"),
    "no hex": ("sha256", (".sha256", b"g" * 64), "holds no digest"),
    "several, none of it": (
        "sha256",
        (".sha256", b"0" * 64 + b"  a.csv\n" + b"1" * 64 + b"  b.csv\n"),
        "holds no digest of 64 hex digits for july.csv",
    ),
    "no signature": ("ed25519", None, "comes without july.csv.sig"),
    "a cut signature": ("ed25519", (".sig", SECRET.sign(BODY)[:60]), "no Ed25519 signature"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_report_without_a_readable_signature_is_refused_and_changes_nothing(
    case: str, royalty: Any, home: Path, tmp_path: Path
) -> None:
    """It may still arrive, so nothing is set aside."""
    kind, sidecar, why = REFUSED[case]
    demanding(home, kind)
    before = tree(home)
    code, told, err = royalty("ingest", delivered(tmp_path, BODY, sidecar))
    assert (code, told["manifests"][0]["state"], why in err) == (3, "refused", True)
    assert len(err.splitlines()) == 1
    assert tree(home) == before


@pytest.mark.parametrize(
    "key",
    [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"AAAA", b"\xff" * 31],
    ids=["empty", "broken PEM", "short", "31 bytes"],
)
def test_a_key_that_is_none_is_refused(
    key: bytes, royalty: Any, home: Path, tmp_path: Path
) -> None:
    demanding(home, "ed25519", key)
    code, _, err = royalty("ingest", delivered(tmp_path, BODY, (".sig", SECRET.sign(BODY))))
    assert (code, "shop-2026.pub is no Ed25519 public key" in err) == (3, True)
    (home / "keys" / "shop-2026.pub").unlink()
    code, _, err = royalty("ingest", tmp_path / "july.csv")
    assert (code, "there is no key" in err) == (3, True)
