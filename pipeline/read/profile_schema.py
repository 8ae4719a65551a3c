"""The form of a profile's TOML, checked key by key: a mistake is one line that names its place."""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from pipeline.contract import forms
from pipeline.contract.columns import MONEY, REPORTED
from pipeline.read.dialect import Dialect
from pipeline.read.profile_checks import mistakes
from pipeline.read.profile_control import flaw_of_control, signature, tolerance
from pipeline.read.profile_records import message_id, roles
from pipeline.read.profile_spec import Choice, Period, Sign, Spec
from pipeline.read.profile_words import Words, known_ones
from pipeline.vocab import LineType, SaleLevel

KINDS = ("delimited", "canonical", "dsrf")
CONTROLS = ("none", "foot")
TOTALS = ("lines", "quantity", "amount")
MISPLACED = ("isrc", "gtin")
BLANKS = ("unreadable", "zero")
FORMS: Mapping[str, Collection[str]] = {
    "period": forms.PERIODS,
    "activity": forms.PERIODS,
    "release_date": forms.PERIODS,
    "number": ("point", "comma"),
    "territory": forms.TERRITORIES,
    "duration": ("any",),
}
"""What `[forms]` may say: how the sender writes a group of columns."""

BESIDE = ("api", "webhook", "folder", "sftp", "expected")
"""Tables that say how reports come here: handed over unread to those who fetch and receive."""

_TOP = [one.name for one in fields(Spec) if one.name not in ("encodings", "delimiters", "beside")]
_TOP += ["needed"]


class Reader(Words):
    """Reads a profile's TOML; the first mistake ends it.

    Raises:
        UsageError: names the file, the key, and what may stand there.
    """

    def spec(self) -> Spec:
        """The whole profile."""
        self._known("", self._given, (*_TOP, *BESIDE))
        kind = self._one_of("kind", KINDS)
        header = self._texts("header", self._given.get("header", []))
        spec = Spec(
            name=self._text("name"),
            title=self._text("title"),
            kind=kind,
            dialect=self._dialect(header),
            encodings=self._several("encoding"),
            delimiters=self._several("delimiter"),
            header=header,
            also={name: self._texts(f"also.{name}", v) for name, v in self._table("also").items()},
            message=self._texts("message", self._given.get("message", [])),
            versions=self._texts("versions", self._given.get("versions", [])),
            records=roles(self._table("records"), self._texts, self._wrong),
            columns=self._mapped("columns"),
            misplaced=self._mapped("misplaced", MISPLACED),
            joined=self._mapped("joined"),
            fixed=self._fixed(),
            forms=self._forms(),
            line_type=self._choice("line_type", tuple(LineType)),
            sale_level=self._choice("sale_level", tuple(SaleLevel)),
            track_if=self._texts("track_if", self._given.get("track_if", [])),
            sign=self._sign(),
            period=self._period(),
            control=self._one_of("control", CONTROLS, "none"),
            ignore=self._texts("ignore", self._given.get("ignore", [])),
            personal=self._texts("personal", self._given.get("personal", [])),
            shape=self._shape(),
            members=self._texts("members", self._given.get("members", [])),
            preamble=self._number("preamble"),
            optional=self._optional(header),
            context=self._texts("context", self._given.get("context", [])),
            several=self._separators(),
            open=self._flag("open"),
            trailer=self._patterns("trailer"),
            totals=self._totals(),
            tolerance=tolerance(self._table("tolerance"), self._wrong),
            remittance=self._text("remittance") if "remittance" in self._given else ".remittance",
            signature=signature(self._table("signature"), self._wrong),
            message_id=message_id(self._table("message_id"), self._texts, self._wrong),
            blank_amount=self._one_of("blank_amount", BLANKS, BLANKS[0]),
            retention_days=self._number("retention_days"),
            beside={name: self._table(name) for name in BESIDE if name in self._given},
        )
        for key, what, mend in mistakes(spec):
            raise self._wrong(key, what, mend)
        if flaw := flaw_of_control(spec):
            raise self._wrong(*flaw)
        return spec

    def _dialect(self, header: tuple[str, ...]) -> Dialect:
        given = dict(self._table("dialect"))
        for key in ("encoding", "delimiter"):
            if found := self._several(key):
                given[key] = found[0]
        if given.get("quote") == "":
            given["quote"] = None
        if given.get("header") is False:
            given["columns"] = header
        try:
            return Dialect(**given)
        except (TypeError, ValueError) as error:
            raise self._wrong("dialect", f"is none: {error}", "see the other profiles") from error

    def _several(self, key: str) -> tuple[str, ...]:
        """The encodings or delimiters that the dialect lists, where it lists them."""
        table = self._table("dialect")
        if not isinstance(table.get(key), list):
            return ()
        names = self._texts(f"dialect.{key}", table[key])
        for name in names or ("",):
            one: dict[str, Any] = {key: name}
            try:
                Dialect(**one)
            except ValueError as error:
                mend = "list those that the sender uses"
                raise self._wrong(f"dialect.{key}", f"lists none: {error}", mend) from error
        return names

    def _optional(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that a report may lack: those listed, or all but those needed."""
        if "needed" not in self._given:
            return self._texts("optional", self._given.get("optional", []))
        needed = self._texts("needed", self._given["needed"])
        if "optional" in self._given:
            raise self._wrong("needed", "is given beside optional", "keep the shorter list")
        for name in needed:
            if name not in header:
                mend = "take one of the header, letter by letter"
                raise self._wrong("needed", f"names {name!r}, which the header has not", mend)
        return tuple(name for name in header if name not in needed)

    def _separators(self) -> dict[str, str]:
        table = self._table("several")
        self._known("several", table, REPORTED)
        return {name: self._texts(f"several.{name}", mark)[0] for name, mark in table.items()}

    def _shape(self) -> dict[str, re.Pattern[str]]:
        table = self._table("shape")
        return {name: self._compiled(f"shape.{name}", text) for name, text in table.items()}

    def _mapped(self, key: str, known: Collection[str] = REPORTED) -> dict[str, tuple[str, ...]]:
        table = self._table(key)
        self._known(key, table, known)
        return {name: self._texts(f"{key}.{name}", value) for name, value in table.items()}

    def _fixed(self) -> dict[str, str]:
        table = self._table("fixed")
        self._known("fixed", table, REPORTED)
        return {name: self._texts(f"fixed.{name}", value)[0] for name, value in table.items()}

    def _forms(self) -> dict[str, tuple[str, ...]]:
        table = self._table("forms")
        self._known("forms", table, FORMS)
        found = {name: self._texts(f"forms.{name}", value) for name, value in table.items()}
        for name, given in found.items():
            for form in given:
                if form not in FORMS[name]:
                    raise self._wrong(
                        f"forms.{name}", f"knows no {form!r}", known_ones(FORMS[name])
                    )
        return found

    def _choice(self, key: str, vocabulary: tuple[str, ...]) -> Choice | None:
        if key not in self._given:
            return None
        table = self._table(key)
        self._known(key, table, ("column", "values", "otherwise"))
        values = table.get("values", {})
        if not isinstance(values, dict) or not isinstance(table.get("column"), str):
            raise self._wrong(
                key, "needs a column and values", 'as in values = { "Void" = "return" }'
            )
        otherwise = table.get("otherwise")
        for value in (*values.values(), *([otherwise] if otherwise is not None else [])):
            if value not in vocabulary:
                raise self._wrong(key, f"knows no {value!r}", known_ones(vocabulary))
        lowered = {str(reported).lower(): str(value) for reported, value in values.items()}
        return Choice(table["column"], lowered, otherwise)

    def _sign(self) -> Sign | None:
        if "sign" not in self._given:
            return None
        table = self._table("sign")
        self._known("sign", table, ("column", "negative", "columns"))
        columns = self._texts("sign.columns", table.get("columns", []))
        self._known("sign.columns", dict.fromkeys(columns), MONEY)
        negative = self._texts("sign.negative", table.get("negative", []))
        column = self._texts("sign.column", table.get("column"))[0]
        return Sign(column, frozenset(value.lower() for value in negative), columns)

    def _period(self) -> Period:
        table = self._table("period")
        self._known("period", table, ("file_name", "column", "end", "forms"))
        names = self._texts("period.forms", table.get("forms", []))
        for name in names:
            if name not in forms.PERIODS:
                raise self._wrong("period.forms", f"knows no {name!r}", known_ones(forms.PERIODS))
        pattern = table.get("file_name")
        return Period(
            self._pattern(pattern) if pattern is not None else None,
            table.get("column"),
            table.get("end"),
            names,
        )

    def _totals(self) -> dict[str, re.Pattern[str]]:
        table = self._table("totals")
        self._known("totals", table, TOTALS)
        found = {name: self._compiled(f"totals.{name}", text) for name, text in table.items()}
        for name, pattern in found.items():
            if pattern.groups != 1:
                mend = "put what is declared into one group"
                raise self._wrong(f"totals.{name}", f"has {pattern.groups} groups", mend)
        return found

    def _pattern(self, pattern: object) -> re.Pattern[str]:
        found = self._compiled("period.file_name", pattern)
        if "year" not in found.groupindex or not {"quarter", "month"} & found.groupindex.keys():
            mend = "name the groups year, and quarter or month"
            raise self._wrong("period.file_name", "names no period", mend)
        return found
