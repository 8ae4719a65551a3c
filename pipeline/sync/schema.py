"""The form of `[api]` in a source's TOML, checked key by key: a mistake is one line."""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from pipeline.errors import UsageError
from pipeline.sync import spec
from pipeline.sync.secret import Place, place_of
from pipeline.sync.spec import Api, Auth, Key, Rows
from pipeline.sync.words import AuthKind, Contract, CursorForm, Paging, Payload, SigningAlgorithm

Word = TypeVar("Word", bound=StrEnum)
Group = TypeVar("Group")
_TABLES = {
    "list": spec.Listing,
    "pages": spec.Pages,
    "cursor": spec.Cursor,
    "files": spec.Files,
    "limits": spec.Limits,
    "retries": spec.Retries,
    "breaker": spec.Breaker,
    "timeouts": spec.Timeouts,
}
_OWN = ("base_url", "payload", "every_s", "max_page_bytes", "max_file_bytes", "queue")
_OTHERS = ("auth", "sign", "verify", "rows")
_URL = re.compile(r"https?://[^/\s?#@]+(/[^\s?#]*)?")
_SIGNED = ("@method", "@target-uri", "content-digest")
_VERIFIED = ("@status", "content-digest")
_AT_LEAST_ONE = ("concurrency", "attempts", "cap", "window_s", "queue", "budget_window_s")


def api_of(source: str, given: Mapping[str, Any], header: Collection[str]) -> Api:
    """The API of a source.

    Args:
        source: the profile's name.
        given: its table `[api]`.
        header: the columns of its report; none for a canonical one.

    Raises:
        UsageError: names the source, the key, and what may stand there.
    """
    return _Reader(f"{source}: api", given).api(source, header)


class _Reader:
    def __init__(self, where: str, given: Mapping[str, Any]) -> None:
        self._where = where
        self._given = given

    def api(self, source: str, header: Collection[str]) -> Api:
        self._known("", self._given, (*_OWN, *_TABLES, *_OTHERS))
        if "list" not in self._given:
            raise self._wrong("list", "is missing", "write [api.list] and its path")
        groups: dict[str, Any] = {name: self._group(name, kind) for name, kind in _TABLES.items()}
        found = Api(
            source=source,
            base_url=self._base_url(),
            payload=self._word("payload", self._given.get("payload", "file"), Payload),
            listing=groups.pop("list"),
            auth=self._auth(),
            sign=self._key("sign", _SIGNED),
            verify=self._key("verify", _VERIFIED),
            rows=self._rows(header),
            **groups,
            **self._numbers("", self._given, Api(source, "", Payload.FILE, spec.Listing(""))),
        )
        self._whole(found, header)
        return found

    def _whole(self, api: Api, header: Collection[str]) -> None:
        """What the keys must say together."""
        kind, pages = api.pages.kind, api.pages
        for need, missing in {
            "pages.next": kind in (Paging.NEXT, Paging.CURSOR) and not pages.next,
            "pages.param": kind in (Paging.CURSOR, Paging.OFFSET, Paging.PAGE) and not pages.param,
            "pages.size": kind is Paging.OFFSET and not pages.size,
            "files.path": api.payload is Payload.FILE and not (api.files.path or api.files.url),
            "rows.fields": api.payload is not Payload.FILE and not api.rows.fields,
            "cursor.start": bool(api.cursor.field and not api.cursor.start),
        }.items():
            if missing:
                raise self._wrong(need, "is missing", "pipeline/sync/README.md shows an API whole")
        if api.cursor.form is CursorForm.TEXT and (api.cursor.overlap_s or api.cursor.latency_s):
            raise self._wrong("cursor", "is no time, so it has no overlap or latency", "drop them")
        if api.payload is Payload.FILE:
            return
        if not (api.rows.key or api.cursor.field):
            mend = "name what tells rows apart, or each round would count them again"
            raise self._wrong("rows.key", "is missing, and cursor.field too", mend)
        if api.cursor.overlap_s and not api.rows.key:
            mend = "name what tells rows apart, or they would count twice"
            raise self._wrong("rows.key", "is missing beside cursor.overlap_s", mend)
        if (
            api.rows.contract is Contract.EVOLVE
            and "contract" in self._table("rows")
            and not header
        ):
            mend = "a canonical report has no further columns: take another mode"
            raise self._wrong("rows.contract", "is evolve", mend)

    def _base_url(self) -> str:
        value = self._given.get("base_url")
        if not isinstance(value, str) or not _URL.fullmatch(value):
            raise self._wrong(
                "base_url", f"is no address: {value!r}", "write scheme, host and path"
            )
        return value.rstrip("/")

    def _group(self, name: str, kind: type[Group]) -> Group:
        """One table whose keys are those of a dataclass."""
        table = self._table(name)
        self._known(name, table, [one.name for one in fields(kind)])  # type: ignore[arg-type]  # a dataclass
        if name == "list" and not isinstance(table.get("path"), str):
            raise self._wrong("list.path", "is missing", 'write path = "/reports"')
        blank = kind(**({"path": ""} if name == "list" else {}))
        words = {"pages.kind": Paging, "cursor.form": CursorForm}
        values: dict[str, Any] = self._numbers(name, table, blank)
        for key, value in table.items():
            if vocabulary := words.get(f"{name}.{key}"):
                values[key] = self._word(f"{name}.{key}", value, vocabulary)
            elif isinstance(getattr(blank, key), str):
                values[key] = self._text(f"{name}.{key}", value)
            elif key == "query":
                values[key] = self._mapping(f"{name}.{key}", value)
        return kind(**values)

    def _auth(self) -> Auth:
        table = self._table("auth")
        self._known("auth", table, [one.name for one in fields(Auth)])
        kind = self._word("auth.kind", table.get("kind", "none"), AuthKind)
        texts = {
            key: self._text(f"auth.{key}", value)
            for key, value in table.items()
            if key not in ("kind", "secret")
        }
        needed = {
            AuthKind.NONE: (),
            AuthKind.TOKEN: ("secret",),
            AuthKind.OAUTH2: ("secret", "client_id", "token_url"),
        }
        for key in needed[kind]:
            if not table.get(key):
                raise self._wrong(f"auth.{key}", "is missing", f"{kind} needs it")
        secret = self._secret("auth.secret", table["secret"]) if "secret" in table else None
        return Auth(kind, secret, **texts)

    def _key(self, name: str, components: tuple[str, ...]) -> Key | None:
        if name not in self._given:
            return None
        table = self._table(name)
        self._known(name, table, [one.name for one in fields(Key)])
        for key in ("key_id", "secret", "algorithm"):
            if not table.get(key):
                raise self._wrong(f"{name}.{key}", "is missing", "a signature needs it")
        return Key(
            self._word(f"{name}.algorithm", table["algorithm"], SigningAlgorithm),
            self._text(f"{name}.key_id", table["key_id"]),
            self._secret(f"{name}.secret", table["secret"]),
            self._texts(f"{name}.components", table.get("components", list(components))),
        )

    def _rows(self, header: Collection[str]) -> Rows:
        table = self._table("rows")
        self._known("rows", table, [one.name for one in fields(Rows)])
        named = self._mapping("rows.fields", table.get("fields", {}))
        if header and (unknown := sorted(named.keys() - set(header))):
            mend = "take columns of the profile's header, letter by letter"
            raise self._wrong("rows.fields", f"names {unknown[0]!r}", mend)
        contract = table.get("contract", Contract.EVOLVE if header else Contract.QUARANTINE_ROW)
        return Rows(
            {name: named.get(name, name) for name in header} if header else named,
            self._texts("rows.key", table.get("key", [])),
            self._texts("rows.ignore", table.get("ignore", [])),
            self._word("rows.contract", contract, Contract),
            self._text("rows.name", table.get("name", Rows({}).name)),
        )

    def _numbers(self, name: str, table: Mapping[str, Any], blank: object) -> dict[str, Any]:
        """The numbers of a table, each in the type of its default."""
        found: dict[str, Any] = {}
        for key, value in table.items():
            default = getattr(blank, key, None)
            if not isinstance(default, int | float) or isinstance(default, bool):
                continue
            whole = isinstance(default, int)
            fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
            if not fits or value < 0 or (key in _AT_LEAST_ONE and value <= 0):
                place = f"{name}.{key}" if name else key
                mend = f"write a {'whole ' if whole else ''}number, such as {default}"
                raise self._wrong(place, f"is no such number: {value!r}", mend)
            found[key] = type(default)(value)
        return found

    def _secret(self, key: str, value: object) -> Place:
        return place_of(f"{self._where}.{key}", value)

    def _word(self, key: str, value: object, vocabulary: type[Word]) -> Word:
        known = {word.value: word for word in vocabulary}
        if not isinstance(value, str) or value not in known:
            raise self._wrong(key, f"knows no {value!r}", _known_ones(known))
        return known[value]

    def _mapping(self, key: str, value: object) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self._wrong(key, "is no table of texts", 'write name = "text" below it')
        return dict(value)

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self._given.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong(key, "is no table", f"write [api.{key}] and its keys below")
        return table

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong(key, f"is no text: {value!r}", "write it in quotes")
        return value

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise self._wrong(key, "is no list of texts", 'write ["…", "…"]')
        return tuple(texts)

    def _known(self, key: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                raise self._wrong(key, f"knows no {name!r}", _known_ones(known))

    def _wrong(self, key: str, what: str, mend: str) -> UsageError:
        return UsageError(f"{self._where}{'.' if key else ''}{key} {what}", mend)


def _known_ones(names: Collection[str]) -> str:
    return f"known: {', '.join(names)}"
