"""Nodes and snapshots as JSON values, and back: nothing that reaches DDL is lost on the way.

What is written is what a node's author could not leave out: an attribute that has its default is not there.
The SQLAlchemy object that a node came from is never written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from schemadiff.errors import UsageError

from .key import Key, Kind
from .nodes import NODE_TYPES, Node
from .snapshot import Gap, Snapshot
from .sql import Sql

FORMAT = "schemadiff snapshot"
VERSION = 1

Json: TypeAlias = Any
"""What ``json.loads`` returns: nothing is known of it before it has been looked at."""


class UnreadableDocument(UsageError):
    """A JSON document that is not what it should be, or was written by a newer release."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A snapshot in a file: whose dialect its texts are in, and whether a database has spelt them."""

    dialect: str
    snapshot: Snapshot
    spelt: bool = True


# ---- documents -------------------------------------------------------------------------------


def dumps(saved: Saved) -> str:
    """The snapshot as text, sorted by key, so that equal schemas give equal files."""
    ordered = sorted(saved.snapshot.values(), key=lambda node: (node.key, _position(node)))
    document = {
        "format": FORMAT,
        "version": VERSION,
        "dialect": saved.dialect,
        "spelt_by": "database" if saved.spelt else "models",
        "nodes": [encoded(node) for node in ordered],
        "gaps": [{"where": gap.where, "what": gap.what} for gap in saved.snapshot.gaps],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def loads(text: str, where: str = "the document") -> Saved:
    """The snapshot that ``dumps`` wrote. Raises UnreadableDocument, naming ``where``."""
    document = opened(text, FORMAT, VERSION, where)
    try:
        gaps = [Gap(str(gap["where"]), str(gap["what"])) for gap in document.get("gaps", ())]
        snapshot = Snapshot([decoded(node) for node in document["nodes"]], gaps)
        return Saved(str(document["dialect"]), snapshot, document["spelt_by"] == "database")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDocument(f"{where} is damaged: {_words(error)}") from error


def opened(text: str, format_: str, version: int, where: str) -> Mapping[str, Json]:
    """The document in ``text``, whose format and version are right. Raises UnreadableDocument."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableDocument(f"{where} is not JSON: {error}") from error
    said = document.get("format") if isinstance(document, dict) else None
    if said != format_:
        raise UnreadableDocument(
            f"{where} is no {format_}" + (f" but {said!r}" if isinstance(said, str) else "")
        )
    if document.get("version") != version:
        raise UnreadableDocument(
            f"{where} is a {format_} of version {document.get('version')}, "
            f"this release reads version {version}",
            hint="pip install --upgrade schemadiff, or write the file anew",
        )
    return dict(document)


def fingerprint(snapshot: Snapshot) -> str:
    """A short text that differs for snapshots that differ, whatever order they were read in."""
    said = sorted(
        json.dumps(encoded(node, compared=True), sort_keys=True) for node in snapshot.values()
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _position(node: Node) -> int:
    return int(getattr(node, "position", 0))


# ---- nodes to JSON ---------------------------------------------------------------------------


def encoded(node: Node, *, compared: bool = False) -> dict[str, Json]:
    """A node as a JSON object; with ``compared`` only what takes part in a comparison."""
    return {"kind": node.kind, **_attributes(node, compared)}


def _attributes(value: object, compared: bool) -> dict[str, Json]:
    return {
        field.name: _plain(getattr(value, field.name), compared)
        for field in _written(type(value))
        if (field.compare or not compared) and getattr(value, field.name) != field.default
    }


def _plain(value: object, compared: bool) -> Json:
    match value:
        case Sql():
            return _sql(value, compared)
        case Key():
            return list(value)
        case tuple():
            return [_plain(item, compared) for item in value]
    if is_dataclass(value):
        return _attributes(value, compared)
    return value


def _sql(sql: Sql, compared: bool) -> Json:
    if compared:
        return sql.canonical
    if sql == Sql.of(sql.text) and sql.how == "text" and not sql.note:
        return sql.text
    return _attributes(sql, compared)


# ---- JSON to nodes ---------------------------------------------------------------------------


def decoded(value: Json) -> Node:
    """The node that ``encoded`` gave. Raises ValueError for what is none."""
    types: dict[Kind, type[Node]] = {node_type.kind: node_type for node_type in NODE_TYPES}
    node_type = types.get(value.get("kind"))
    if node_type is None:
        raise ValueError(f"no node is of kind {value.get('kind')!r}")
    rest = {name: item for name, item in value.items() if name != "kind"}
    node: Node = _made(node_type, rest)
    return node


def _made(type_: type[Any], value: Mapping[str, Json]) -> Any:
    hints = _hints(type_)
    known = {field.name: field for field in _written(type_)}
    strange = sorted(set(value) - set(known))
    if strange:
        raise ValueError(f"{type_.__name__} has no {strange[0]!r}")
    missing = [n for n, f in known.items() if f.default is MISSING and n not in value]
    if missing:
        raise ValueError(f"{type_.__name__} lacks {missing[0]!r}")
    return type_(**{name: _read(hints[name], item) for name, item in value.items()})


def _hints(type_: type[Any]) -> dict[str, Any]:
    if type_ not in _HINTS:
        _HINTS[type_] = get_type_hints(type_)
    return _HINTS[type_]


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _written(type_: type[Any]) -> Iterator[Field[Any]]:
    """The attributes that make a value what it is: neither derived from others nor where it came from."""
    return (field for field in fields(type_) if field.init and field.name != "source")


def _read(hint: Any, value: Json) -> Any:
    """``value`` as ``hint`` wants it. Raises ValueError where it is something else."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _read_either(get_args(hint), value)
    if origin is tuple:
        return _read_tuple(get_args(hint), value)
    if hint is Sql:
        return Sql.of(value) if isinstance(value, str) else _made(Sql, value)
    if hint is Key:
        return Key(*value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _made(hint, value)
    if isinstance(hint, type) and type(value) is not hint:
        raise ValueError(f"{value!r} is no {hint.__name__}")
    return value


def _read_either(hints: Iterable[Any], value: Json) -> Any:
    if value is None:
        return None
    return _read(next(hint for hint in hints if hint is not NoneType), value)


def _read_tuple(items: tuple[Any, ...], value: Json) -> Any:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list")
    if items[-1] is Ellipsis:
        return tuple(_read(items[0], item) for item in value)
    return tuple(_read(hint, item) for hint, item in zip(items, value, strict=True))


def _words(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)
