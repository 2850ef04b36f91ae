"""What takes part in a comparison: declared patterns, ``include_schemas``, ``include_name`` and ``include_object``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection
from sqlalchemy.schema import SchemaItem

from schemadiff.dialects.base import Database, Scope
from schemadiff.model import (
    Check,
    Column,
    Domain,
    Enum,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    Sequence,
    Snapshot,
    Table,
    Unique,
    table_key,
)

from .globs import Globs
from .objects import Objects

IncludeName: TypeAlias = Callable[[str | None, str, Mapping[str, str | None]], bool]
"""``include_name(name, type_, parent_names)``: whether a reflected name takes part."""
IncludeObject: TypeAlias = Callable[[Any, str | None, str, bool, Any], bool]
"""``include_object(object, name, type_, reflected, compare_to)``: whether an object takes part."""

TYPE_NAMES: dict[type[Node], str] = {
    Table: "table",
    Column: "column",
    Index: "index",
    Unique: "unique_constraint",
    ForeignKey: "foreign_key_constraint",
    Check: "check_constraint",
    Exclusion: "exclude_constraint",
    Sequence: "sequence",
    Enum: "enum",
    Domain: "domain",
}
"""What filters call each kind of node; a primary key is no choice of its own and is not asked about."""


@dataclass(frozen=True, slots=True)
class Filters:
    """The user's say in what is compared; ``own_tables`` (schema, name) are ours and never shown."""

    include_schemas: bool = False
    include_name: IncludeName | None = None
    include_object: IncludeObject | None = None
    own_tables: frozenset[tuple[str, str]] = frozenset()
    globs: Globs = field(default_factory=Globs)
    default_schema: str = ""
    """What the schema ``""`` is called, for patterns that name it."""

    def name(self, name: str | None, type_: str, parents: Mapping[str, str | None]) -> bool:
        """Whether a name found in the database takes part."""
        return self.include_name is None or bool(self.include_name(name, type_, parents))

    def table(self, schema: str, name: str) -> bool:
        """Whether a table found in the database takes part."""
        if (schema, name) in self.own_tables:
            return False
        if not self.globs.wants(schema, name, self.default_schema):
            return False
        parents = {
            "schema_name": schema or None,
            "schema_qualified_table_name": _qualified(schema, name),
        }
        return self.name(name, "table", parents)


def scope_of(
    filters: Filters, connection: Connection, database: Database, wanted: Snapshot
) -> Scope:
    """What is to be read of the live database.

    The default schema is read whole. Of another schema the tables that the models have are read, and all
    of them with ``include_schemas``.
    """
    modelled = {(table.schema, table.name) for table in wanted.tables()}
    mentioned = {node.key.schema for node in wanted.values()}
    if filters.include_schemas:
        names = {"", *database.schemas(connection), *mentioned}
        schemas = sorted(n for n in names if filters.name(n or None, "schema", {}))
    else:
        schemas = sorted({"", *mentioned})

    def wants(schema: str, table: str) -> bool:
        whole = filters.include_schemas or not schema
        return (whole or (schema, table) in modelled) and filters.table(schema, table)

    return Scope(tuple(schemas), wants, wanted.keys())


def taking_part(filters: Filters, wanted: Snapshot) -> Snapshot:
    """The models less what declared patterns leave out, and less our own tables, which are not theirs to make."""
    ours = {table_key(schema, name) for schema, name in filters.own_tables}
    return _without(filters.globs.applied(wanted, filters.default_schema), ours & wanted.keys())


def by_name(
    filters: Filters, found: Snapshot, wanted: Snapshot, *, unique_is_index: bool = False
) -> Snapshot:
    """``found`` less what filters by name leave out, and less named objects of schemas not asked for.

    Where a UNIQUE constraint and a unique index are the same, what the models know as one of them is asked about
    as that, and what they do not know as both.
    """
    found = filters.globs.applied(found, filters.default_schema)
    out = {
        node.key
        for node in found.values()
        if not _takes_part(filters, node, wanted, unique_is_index)
    }
    return _without(found, out)


def _takes_part(filters: Filters, node: Node, wanted: Snapshot, unique_is_index: bool) -> bool:
    key = node.key
    if not key.table and key.schema and not filters.include_schemas and key not in wanted:
        return False
    if filters.include_name is None or isinstance(node, Table):
        return True
    types = _type_names(node, wanted, unique_is_index)
    return all(filters.name(key.name, type_, _parents(key)) for type_ in types)


def _type_names(node: Node, wanted: Snapshot, unique_is_index: bool) -> tuple[str, ...]:
    """What filters call a node of the database."""
    own = TYPE_NAMES.get(type(node))
    if own is None:
        return ()
    if not unique_is_index or not isinstance(node, Index) or not node.unique or node.key in wanted:
        return (own,)
    columns = tuple(element.column for element in node.elements)
    if any(u.name == node.name or u.columns == columns for u in wanted.of(node.key.owner, Unique)):
        return (TYPE_NAMES[Unique],)
    return (own, TYPE_NAMES[Unique])


def _without(snapshot: Snapshot, out: Set[Key]) -> Snapshot:
    """``snapshot`` less what is left out, and less what stands on a column of its own table that is."""
    if not out:
        return snapshot
    columns = {key for key in out if key.kind == "column"}
    tables = {key for key in out if key.kind == "table"}

    def leaves(node: Node) -> bool:
        key = node.key
        if key in out or (tables and key.table and key.owner in tables):
            return True
        if not columns or key.kind == "column":
            return False
        return any(need in columns and need.owner == key.owner for need in node.needs)

    return snapshot.without([node.key for node in snapshot.values() if leaves(node)])


def _parents(key: Key) -> dict[str, str | None]:
    schema = key.schema or None
    if not key.table:
        return {"schema_name": schema}
    return {
        "schema_name": schema,
        "table_name": key.table,
        "schema_qualified_table_name": _qualified(key.schema, key.table),
    }


def _qualified(schema: str, table: str) -> str:
    return f"{schema}.{table}" if schema else table


def by_object(
    filters: Filters, found: Snapshot, wanted: Snapshot, database: Database
) -> tuple[Snapshot, Snapshot]:
    """Both sides less what ``include_object`` leaves out: an object it refuses is neither made nor dropped."""
    if filters.include_object is None:
        return found, wanted
    out = set(_refused(filters.include_object, found, wanted, database))
    return _without(found, out), _without(wanted, out)


def _refused(
    include: IncludeObject, found: Snapshot, wanted: Snapshot, database: Database
) -> Iterator[Key]:
    there, here = Objects(found, database), Objects(wanted, database)
    for key, node in wanted.items():
        type_ = TYPE_NAMES.get(type(node))
        if type_ is None:
            continue
        other = object_of(there, key) if key in found else None
        if not include(object_of(here, key), _name(node), type_, False, other):
            yield key
    for key, node in found.items():
        types = () if key in wanted else _type_names(node, wanted, database.unique_is_index)
        if not all(include(object_of(there, key), _name(node), t, True, None) for t in types):
            yield key


def _name(node: Node) -> str | None:
    return node.name or None


def object_of(objects: Objects, key: Key) -> SchemaItem | Any:
    """The SQLAlchemy object of any node."""
    match key.kind:
        case "table":
            return objects.table(key)
        case "column":
            return objects.column(key)
        case "index":
            return objects.index(key)
        case "sequence":
            return objects.sequence(key)
        case "enum":
            return objects.enum(key)
        case "domain" | "schema":
            return objects.snapshot[key]
        case _:
            return objects.constraint(key)
