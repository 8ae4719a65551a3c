"""Pages of rows read straight into columns, where every row holds single values and known names.

Most pages do. Any other is read as `read_page` does, so that nothing of it is lost.
"""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from pipeline.sync.paginate import Page, plain_number, read_page
from pipeline.sync.row_cells import Flat, single_texts
from pipeline.sync.spec import Api
from pipeline.sync.transfer import Read
from pipeline.sync.words import Payload


def reader(api: Api) -> Read:
    """Reads the pages of a source of rows, as `read_page` would; it raises what that raises."""
    wanted = sorted({*api.rows.fields.values(), *api.rows.key, api.cursor.field} - {""})
    if len(wanted) == 1 or any("." in path for path in (*wanted, api.listing.items)):
        return partial(read_page, api)
    return _Reader(api, wanted)


class _Reader:
    """Skips over what nobody wants, and makes no object of a row's names."""

    def __init__(self, api: Api, wanted: Sequence[str]) -> None:
        import msgspec

        self._api, self._wanted = api, wanted
        self._other = (msgspec.MsgspecError, RecursionError)
        ignored = sorted({path.partition(".")[0] for path in api.rows.ignore} - set(wanted))
        names = {f"f{place}": name for place, name in enumerate((*wanted, *ignored))}
        kinds = [Any] * len(wanted) + [msgspec.Raw] * len(ignored)
        defaults = [None] * len(wanted) + [msgspec.Raw()] * len(ignored)
        row: Any = msgspec.defstruct(
            "Row",
            list(zip(names, kinds, defaults, strict=True)),
            rename=names,
            forbid_unknown_fields=True,
            gc=False,
        )
        self._around = msgspec.json.Decoder(dict[str, msgspec.Raw])
        self._any = msgspec.json.Decoder(float_hook=plain_number)
        self._row = msgspec.json.Decoder(row, float_hook=plain_number)
        self._rows = msgspec.json.Decoder(list[row], float_hook=plain_number)
        self._cells = attrgetter(*list(names)[: len(wanted)])

    def __call__(self, body: bytes, link: str) -> Page:
        """A page, by columns where it can be."""
        try:
            rows, whole = self._decoded(body)
        except self._other:
            return read_page(self._api, body, link)
        columns: dict[str, Sequence[str | None]] = {}
        for name, found in zip(
            self._wanted, zip(*map(self._cells, rows), strict=True), strict=False
        ):
            if (texts := single_texts(found)) is None:
                return read_page(self._api, body, link)
            columns[name] = texts
        return Page(Flat(len(rows), columns), whole, link)

    def _decoded(self, body: bytes) -> tuple[Sequence[Any], dict[str, Any]]:
        """The rows, and what stands around them."""
        if self._api.payload is Payload.JSONL:
            return self._row.decode_lines(body), {}
        items = self._api.listing.items
        if not items:
            return self._rows.decode(body), {}
        around = self._around.decode(body)
        rows = around.pop(items, b"null")
        return self._rows.decode(rows), {n: self._any.decode(raw) for n, raw in around.items()}
