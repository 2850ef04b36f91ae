"""The documents that are written for machines, as JSON Schema: derived from the types of what is in them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from types import NoneType
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from schemadiff.diff import Change
from schemadiff.model import NODE_TYPES, Computed, Gap, Key, Sql, Unmodelled
from schemadiff.model import serial as snapshots
from schemadiff.model.key import Kind
from schemadiff.model.nodes import Element, Identity
from schemadiff.model.sql import How
from schemadiff.render import json as reports
from schemadiff.render.report import IDENTITY
from schemadiff.states import plans

Schema: TypeAlias = dict[str, Any]

PLAIN = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}
TEXT: Schema = {"type": "string"}
OPTIONS = ((str, str), (str, Sql))
"""The pairs that a report tells as an object: a name and what it is set to."""


@dataclass(frozen=True)
class Document:
    """A kind of document, the number of its format, and what is in it."""

    name: str
    version: int
    content: Callable[[], Schema]

    def text(self) -> str:
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"schemadiff {self.name}, version {self.version}",
            "$comment": "Written by `bin/test tests/schema --update-golden` from the code's own types.",
        }
        return json.dumps({**head, **self.content()}, indent=1, ensure_ascii=False) + "\n"


# ---- values --------------------------------------------------------------------------------------


def record(properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object of these properties and no others."""
    required = [name for name in properties if name not in set(optional)]
    shape = {"type": "object", "properties": {**properties}, "required": required}
    return {**shape, "additionalProperties": False}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def of(hint: Any, told: bool = False) -> Schema:
    """What is written for a value of this type: as it is kept, or as a report tells it."""
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if told and hint is Sql:
        return TEXT
    if isinstance(hint, type):
        return ref(hint.__name__)
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return {"enum": list(parts)}
    if get_origin(hint) is tuple:
        return _tuple(parts, told)
    return {"anyOf": [of(each, told) for each in parts]}


def _tuple(parts: tuple[Any, ...], told: bool) -> Schema:
    if parts[-1] is not Ellipsis:
        items = {"prefixItems": [of(each, told) for each in parts], "items": False}
        return {"type": "array", **items, "minItems": len(parts)}
    if told and get_args(parts[0]) in OPTIONS:
        return {"type": "object", "additionalProperties": TEXT}
    return list_of(of(parts[0], told))


def _said(type_: type) -> Schema:
    return {"description": (inspect.getdoc(type_) or "").splitlines()[0]}


def _is_written(field: Field[Any]) -> bool:
    return field.init and field.name != "source"


# ---- what is kept: snapshots and plans -----------------------------------------------------------


def kept(type_: type[Any]) -> Schema:
    """A value of which whatever has its default is left out."""
    hints, written = get_type_hints(type_), [each for each in fields(type_) if _is_written(each)]
    kind = {"kind": {"const": type_.kind}} if type_ in NODE_TYPES else {}
    properties = {**kind, **{each.name: of(hints[each.name]) for each in written}}
    optional = [each.name for each in written if each.default is not MISSING]
    return {**_said(type_), **record(properties, optional)}


def kept_definitions() -> dict[str, Schema]:
    key = _tuple(tuple(get_type_hints(Key).values()), told=False)
    values = {each.__name__: kept(each) for each in (*NODE_TYPES, Computed, Identity, Element, Gap)}
    return {
        "Node": {"oneOf": [ref(each.__name__) for each in NODE_TYPES]},
        **values,
        "Key": {**_said(Key), **key},
        "Sql": {**_said(Sql), "anyOf": [TEXT, kept(Sql)]},
    }


def snapshot() -> Schema:
    properties = {
        "format": {"const": snapshots.FORMAT},
        "version": {"const": snapshots.VERSION},
        "dialect": TEXT,
        "spelt_by": {"enum": ["database", "models"]},
        "nodes": list_of(ref("Node")),
        "gaps": list_of(ref("Gap")),
    }
    return {**record(properties), "$defs": kept_definitions()}


def plan() -> Schema:
    changes = {each.__name__: _kept_change(each) for each in get_args(Change)}
    properties = {
        "format": {"const": plans.FORMAT},
        "version": {"const": plans.VERSION},
        "digest": TEXT,
        "dialect": TEXT,
        "before": TEXT,
        "exclude": list_of(TEXT),
        "include_schemas": {"type": "boolean"},
        "sql": list_of(TEXT),
        "changes": list_of({"oneOf": [ref(name) for name in changes]}),
        "renames": list_of(ref("Rename")),
        "old": list_of(ref("Node")),
        "new": list_of(ref("Node")),
    }
    nodes = {name: each for name, each in kept_definitions().items() if name != "Gap"}
    return {**record(properties), "$defs": {**changes, **nodes}}


def _kept_change(type_: type[Any]) -> Schema:
    action = {"action": {"const": type_.__name__.lower()}}
    sides = {each.name: ref("Node") for each in fields(type_)}
    return {**_said(type_), **record({**action, **sides})}


# ---- what is told: reports -----------------------------------------------------------------------


def told(type_: type[Any]) -> Schema:
    """A value with everything that is known of it."""
    hints = get_type_hints(type_)
    names = type_._fields if issubclass(type_, tuple) else [each.name for each in fields(type_)]
    return {**_said(type_), **record({name: of(hints[name], told=True) for name in names})}


def report() -> Schema:
    """One document; a list of them for several databases."""
    values = {each.__name__: told(each) for each in (Computed, Identity, Element, Gap, Unmodelled)}
    attributes = {each.__name__: _attributes(each) for each in NODE_TYPES}
    definitions = {
        "Report": _report(),
        "Change": _change(),
        "Undecided": _undecided(),
        "How": of(How),
    }
    return {
        "anyOf": [ref("Report"), list_of(ref("Report"))],
        "$defs": {**definitions, **attributes, **values},
    }


def _report() -> Schema:
    properties = {
        "version": {"const": reports.VERSION},
        "in_sync": {"type": "boolean"},
        "database": TEXT,
        "models": TEXT,
        "changes": list_of(ref("Change")),
        "undecided": list_of(ref("Undecided")),
        "gaps": list_of(ref("Gap")),
        "census": list_of(ref("Unmodelled")),
        "others": list_of(TEXT),
    }
    return record(properties, optional=["census", "others"])


def _change() -> Schema:
    actions = [each.__name__.lower() for each in get_args(Change)]
    where = {"kind": of(Kind), "schema": TEXT, "table": TEXT, "name": TEXT, "old_name": TEXT}
    properties = {"action": {"enum": actions}, **where, "attributes": {"type": "object"}}
    return {
        **record(properties, optional=["old_name"]),
        "oneOf": [_of_kind(each) for each in NODE_TYPES],
        "if": {"properties": {"action": {"const": "rename"}}},
        "then": {"required": ["old_name"]},
        "else": {"properties": {"old_name": False}},
    }


def _of_kind(type_: type[Any]) -> Schema:
    return {"properties": {"kind": {"const": type_.kind}, "attributes": ref(type_.__name__)}}


def _attributes(type_: type[Any]) -> Schema:
    """The attributes that may differ, each with both its values."""
    hints = get_type_hints(type_)
    names = [each.name for each in fields(type_) if each.compare and each.name not in IDENTITY]
    properties = {name: _difference(hints[name]) for name in names}
    return {**_said(type_), **record(properties, optional=properties)}


def _difference(hint: Any) -> Schema:
    either = of(hint | None, told=True)
    return record({"old": either, "new": either, "how": ref("How")})


def _undecided() -> Schema:
    texts = ("schema", "table", "name", "attribute", "old", "new", "reason")
    return record({"kind": of(Kind), **dict.fromkeys(texts, TEXT)})


DOCUMENTS = (
    Document("snapshot", snapshots.VERSION, snapshot),
    Document("plan", plans.VERSION, plan),
    Document("report", reports.VERSION, report),
)
