"""The compact protocol of Thrift, as far as the footers and pages of parquet files need it.

As "Thrift compact protocol encoding" specifies it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_TRUE, _FALSE, _BYTE, _I32, _I64, _BINARY, _LIST, _STRUCT = 1, 2, 3, 5, 6, 8, 9, 12
_LONG = 15
"""From so many values on a list tells its size apart."""
_MORE = 128


@dataclass(frozen=True)
class Long:
    """A number of 64 bits; a bare `int` has 32."""

    number: int


@dataclass(frozen=True)
class Byte:
    """A number of 8 bits."""

    number: int


Fields = Mapping[int, object]
"""A struct: its fields by their numbers, ascending; None where a field is left out."""


def struct(fields: Fields) -> bytes:
    """A struct as bytes."""
    told, before = bytearray(), 0
    for number, value in fields.items():
        if value is None:
            continue
        # The distances of all structs of parquet fit four bits.
        told.append((number - before) << 4 | _kind(value))
        told += b"" if isinstance(value, bool) else _told(value)
        before = number
    return bytes(told) + b"\0"


def _kind(value: object) -> int:
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    kinds = {int: _I32, Long: _I64, Byte: _BYTE, str: _BINARY, list: _LIST, dict: _STRUCT}
    return kinds[type(value)]


def _told(value: object) -> bytes:
    match value:
        case Byte():
            return bytes([value.number])
        case Long():
            return varint(_zigzag(value.number))
        case int():
            return varint(_zigzag(value))
        case str():
            text = value.encode()
            return varint(len(text)) + text
        case list():
            return _list(value)
        case Mapping():
            return struct(value)
        case _:
            raise TypeError(type(value))


def _list(values: list[object]) -> bytes:
    kind = _kind(values[0]) if values else _STRUCT
    size = len(values)
    head = bytes([size << 4 | kind]) if size < _LONG else bytes([_LONG << 4 | kind]) + varint(size)
    return head + b"".join(map(_told, values))


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def varint(number: int) -> bytes:
    """A number by seven bits a byte, the lowest first; the highest bit says that more follow."""
    told = bytearray()
    while number >= _MORE:
        told.append(number & (_MORE - 1) | _MORE)
        number >>= 7
    told.append(number)
    return bytes(told)
