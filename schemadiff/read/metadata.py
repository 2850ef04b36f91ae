"""MetaData becomes a Snapshot: every SQLAlchemy schema object as a node that says what its DDL would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping, UnaryExpression
from sqlalchemy.sql.schema import DefaultClause

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.model import (
    ANY,
    Check,
    Column,
    Computed,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Gap,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
    distinct,
)
from schemadiff.model import Sequence as SequenceNode


def read_metadata(metadata: sa.MetaData | Sequence[sa.MetaData], database: Database) -> Snapshot:
    """What ``database`` would hold after ``create_all()`` of one MetaData or several.

    Raises ValueError if two MetaData define the same table.
    """
    several = [metadata] if isinstance(metadata, sa.MetaData) else list(metadata)
    tables = list(_all_tables(several))
    gaps = [Gap(table.key, "a view is not compared") for table in tables if _is_view(table)]
    nodes: dict[Key, Node] = {}
    for table in tables:
        if _is_view(table) or _is_temporary(table):
            continue
        for node in distinct(table_nodes(database, table, gaps)):
            known = nodes.setdefault(node.key, node)
            if isinstance(known, Enum) and isinstance(node, Enum) and known != node:
                nodes[node.key] = _disagreeing(known, node, gaps)
    if database.has_sequences:
        for one in several:
            nodes.update((node.key, node) for node in _sequences(database, one))
    return Snapshot(nodes.values(), gaps)


def _disagreeing(known: Enum, node: Enum, gaps: list[Gap]) -> Enum:
    gaps.append(Gap(f"enum {node.key}", "columns of the models disagree about its labels"))
    return replace(known, others=(*known.others, node.labels))


def _all_tables(several: Iterable[sa.MetaData]) -> Iterator[sa.Table]:
    seen: set[str] = set()
    for metadata in several:
        for key, table in metadata.tables.items():
            if key in seen:
                raise ValueError(f"Duplicate table keys across multiple MetaData objects: {key!r}")
            seen.add(key)
            yield table


def _is_view(table: sa.Table) -> bool:
    """Whether ``create_all()`` makes a view of it (SQLAlchemy 2.1, ``CreateView``)."""
    return bool(getattr(table, "is_view", False))


def _is_temporary(table: sa.Table) -> bool:
    """Whether it is gone with the session that makes it."""
    words = {word for prefix in table._prefixes for word in str(prefix).upper().split()}
    return not words.isdisjoint({"TEMP", "TEMPORARY"})


def table_nodes(
    database: Database, table: sa.Table, gaps: list[Gap] | None = None
) -> Iterator[Node]:
    """The table, then the named types it uses, its columns, constraints and indexes."""
    found = gaps if gaps is not None else []
    own = table_node(database, table)
    yield own
    for position, column in enumerate(table.columns):
        if column.system:
            continue
        named = _named_types(database, column)
        yield from named
        yield column_node(database, column, position, found, named)
    for constraint in _constraints(table):
        node = constraint_node(database, constraint)
        if node is not None:
            yield node
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if not database.skips(index):
            yield index_node(database, index)


def table_node(database: Database, table: sa.Table) -> Table:
    """A table by itself."""
    node = Table(
        schema=database.schema(table.schema),
        name=database.identifier(table.name),
        comment=(table.comment or None) if database.has_comments else None,
        mentioned=database.mentioned_options(table),
        renamed_from=_renamed_from(database, table),
        source=table,
    )
    return database.complete(node, table)


def column_node(
    database: Database,
    column: AnyColumn,
    position: int = 0,
    gaps: list[Gap] | None = None,
    named_types: Sequence[Node] | None = None,
) -> Column:
    """A column; a type that the database's dialect cannot say becomes a gap and its ``repr``.

    No type at all is left to the database: a foreign key into a table that is not in the models has none.
    """
    schema, table = _place(database, column.table)
    named = _named_types(database, column) if named_types is None else named_types
    node = Column(
        schema=schema,
        table=table,
        name=database.identifier(column.name),
        type=_type(database, column, gaps),
        nullable=bool(column.nullable),
        default=_default(database, column),
        computed=_computed(database, column.computed),
        identity=database.identity(column.identity) if column.identity is not None else None,
        autoincrement=database.autoincrement(column),
        comment=(column.comment or None) if database.has_comments else None,
        uses=tuple(node.key for node in named),
        position=position,
        renamed_from=_renamed_from(database, column),
        source=column,
    )
    return database.complete(node, column)


def _renamed_from(database: Database, item: sa.Table | AnyColumn) -> str:
    """What ``info={"renamed_from": …}`` says."""
    name = item.info.get("renamed_from") if "info" in item.__dict__ else None
    return database.identifier(name) if isinstance(name, str) else ""


def _named_types(database: Database, column: AnyColumn) -> Sequence[Node]:
    if not database.has_named_types or is_plain(column.type):
        return ()
    return database.named_types(column.type, column.table.metadata)


def _type(database: Database, column: AnyColumn, gaps: list[Gap] | None) -> Sql:
    try:
        return Sql.of(_type_text(database, column.type))
    except exc.CompileError as error:
        reason = str(error).splitlines()[0]
        if gaps is not None:
            gaps.append(Gap(f"{column.table}.{column.name}", reason))
        unsaid = isinstance(column.type, sa.types.NullType)
        text = repr(column.type)
        return Sql(text, text, how="any" if unsaid else "refused", note=reason)


def _type_text(database: Database, type_: AnyType) -> str:
    """The DDL of a type; equal plain types are compiled once."""
    if not is_plain(type_):
        return database.type_text(type_)
    said = ((name, value) for name, value in vars(type_).items() if name[0] != "_")
    key = (type(type_), *said)
    try:
        known = database.type_texts.get(key)
    except TypeError:  # an argument that cannot be hashed
        return database.type_text(type_)
    if known is None:
        known = database.type_texts[key] = database.type_text(type_)
    return known


def is_plain(type_: AnyType) -> bool:
    """Whether a type is one of SQLAlchemy's whose DDL its public, simple arguments alone decide."""
    kind = type(type_)
    known = _PLAIN.get(kind)
    if known is None:
        known = _PLAIN[kind] = (
            kind.__module__.startswith("sqlalchemy.")
            and not issubclass(kind, (sa.Enum, sa.ARRAY, sa.TypeDecorator))
            and getattr(kind, "__visit_name__", "") not in ("DOMAIN", "SET")
        )
    return known and not type_._variant_mapping


_PLAIN: dict[type[object], bool] = {}


def _default(database: Database, column: AnyColumn) -> Sql | None:
    default = column.server_default
    if default is None or isinstance(default, (sa.Computed, sa.Identity)):
        return None
    if not isinstance(default, DefaultClause):
        return ANY
    text = database.default_text(column)
    return Sql.of(text) if text is not None else None


def _computed(database: Database, computed: sa.Computed | None) -> Computed | None:
    if computed is None:
        return None
    return Computed(
        Sql.of(database.expression_text(computed.sqltext)), database.persisted(computed)
    )


def _constraints(table: sa.Table) -> Iterator[sa.Constraint]:
    yield table.primary_key
    rest = (c for c in table.constraints if not isinstance(c, sa.PrimaryKeyConstraint))
    yield from sorted(rest, key=lambda c: c._creation_order)
    for column in table.columns:
        yield from (c for c in column.constraints if isinstance(c, sa.CheckConstraint))


def constraint_node(database: Database, constraint: sa.Constraint) -> Node | None:
    """A constraint; None for one that this database will not get (``ddl_if``, a native Boolean …)."""
    if database.skips(constraint) or not _is_made(database, constraint):
        return None
    match constraint:
        case sa.PrimaryKeyConstraint():
            node = _primary_key(database, constraint)
        case sa.UniqueConstraint():
            node = _unique(database, constraint)
        case sa.ForeignKeyConstraint():
            node = _foreign_key(database, constraint)
        case sa.CheckConstraint():
            node = _check(database, constraint)
        case _:
            node = _exclusion(database, constraint)
    return None if node is None else database.complete(node, constraint)


def _is_made(database: Database, constraint: sa.Constraint) -> bool:
    """Whether a constraint that a type brought along is wanted here (``create_constraint``, no native type).

    Other constraints carry such a rule too, once ``create_all()`` has added them by ALTER: it says nothing.
    """
    rule = constraint._create_rule
    if rule is None or not getattr(constraint, "_type_bound", False):
        return True
    return bool(rule(database.ddl_compiler))


def _place(database: Database, table: sa.Table) -> tuple[str, str]:
    return database.schema(table.schema), database.identifier(table.name)


def _names(database: Database, columns: Iterable[AnyColumn]) -> tuple[str, ...]:
    return tuple(database.identifier(column.name) for column in columns)


def _primary_key(database: Database, key: sa.PrimaryKeyConstraint) -> Node | None:
    if not len(key.columns):
        return None
    schema, table = _place(database, key.table)
    return PrimaryKey(
        schema=schema,
        table=table,
        name=database.constraint_name(key) if database.keeps_primary_key_name else "",
        columns=_names(
            database, key.columns_autoinc_first if key._implicit_generated else key.columns
        ),
        source=key,
    )


def _unique(database: Database, unique: sa.UniqueConstraint) -> Node | None:
    schema, table = _place(database, unique.table)
    return Unique(
        schema=schema,
        table=table,
        name=database.constraint_name(unique),
        columns=_names(database, unique.columns),
        deferrable=bool(unique.deferrable),
        initially_deferred=_deferred(unique),
        source=unique,
    )


def _deferred(constraint: sa.Constraint) -> bool:
    return (constraint.initially or "").upper() == "DEFERRED"


def _check(database: Database, check: sa.CheckConstraint) -> Node | None:
    holder = check.parent
    table = holder.table if isinstance(holder, sa.Column) else check.table
    schema, name = _place(database, table)
    return Check(
        schema=schema,
        table=name,
        name=database.constraint_name(check),
        sql=Sql.of(database.expression_text(check.sqltext)),
        columns=_names(database, check.columns),
        of_type=_names(database, check.columns)[0] if _made_by_type(check) else "",
        source=check,
    )


def _made_by_type(check: sa.CheckConstraint) -> bool:
    return bool(getattr(check, "_type_bound", False)) and len(check.columns) == 1


def _exclusion(database: Database, constraint: sa.Constraint) -> Node | None:
    schema, table = _place(database, constraint.table)
    node = Exclusion(
        schema=schema,
        table=table,
        name=database.constraint_name(constraint),
        sql=Sql.of(""),
        source=constraint,
    )
    complete = database.complete(node, constraint)
    return complete if complete.sql.text else None


def _foreign_key(database: Database, key: sa.ForeignKeyConstraint) -> Node | None:
    schema, table = _place(database, key.table)
    targets = [_target(database, element) for element in key.elements]
    return ForeignKey(
        schema=schema,
        table=table,
        name=database.constraint_name(key),
        columns=_names(database, (element.parent for element in key.elements)),
        target_schema=targets[0][0],
        target_table=targets[0][1],
        target_columns=tuple(target[2] for target in targets),
        ondelete=database.action(key.ondelete),
        onupdate=database.action(key.onupdate),
        match=_match(key.match),
        deferrable=bool(key.deferrable),
        initially_deferred=_deferred(key),
        source=key,
    )


def _match(match: str | None) -> str:
    text = (match or "").upper()
    return "" if text == "SIMPLE" else text


def _target(database: Database, key: sa.ForeignKey) -> tuple[str, str, str]:
    """Schema, table and column that a key refers to, also when its table is not in the MetaData."""
    try:
        column: AnyColumn = key.column
    except (exc.NoReferencedTableError, exc.NoReferencedColumnError):
        schema, table, name = key._column_tokens
        own = (
            key.parent.table.schema
            if schema is None and key.parent.table.metadata.schema
            else schema
        )
        return (
            database.schema(own),
            database.identifier(table),
            database.identifier(name or key.parent.name),
        )
    return (*_place(database, column.table), database.identifier(column.name))


def index_node(database: Database, index: sa.Index) -> Index:
    """An index, its expressions as the text they have in DDL."""
    assert index.table is not None
    schema, table = _place(database, index.table)
    node = Index(
        schema=schema,
        table=table,
        name=database.constraint_name(index),
        elements=tuple(_element(database, expression) for expression in index.expressions),
        unique=bool(index.unique),
        columns=_names(database, index.columns),
        source=index,
    )
    return database.complete(node, index)


def _element(database: Database, expression: object) -> Element:
    element = Element()
    inner: object = expression
    while isinstance(inner, UnaryExpression) and inner.modifier in _MODIFIERS:
        element = _MODIFIERS[inner.modifier](element)
        inner = inner.element
    if isinstance(inner, sa.Column):
        return replace(element, column=database.identifier(inner.name))
    if isinstance(inner, Grouping):
        inner = inner.element
    assert isinstance(inner, (sa.ColumnElement, sa.TextClause))
    return replace(element, sql=Sql.of(database.expression_text(inner)))


_MODIFIERS: dict[object, Any] = {
    operators.desc_op: lambda element: replace(element, descending=True),
    operators.asc_op: lambda element: element,
    operators.nulls_first_op: lambda element: replace(element, nulls="first"),
    operators.nulls_last_op: lambda element: replace(element, nulls="last"),
}


def _sequences(database: Database, metadata: sa.MetaData) -> Iterator[Node]:
    for sequence in metadata._sequences.values():
        if not sequence.optional:
            yield sequence_node(database, sequence)


def sequence_node(database: Database, sequence: sa.Sequence) -> SequenceNode:
    """A sequence; what its author left out stays the database's choice."""
    node = SequenceNode(
        schema=database.schema(sequence.schema),
        name=database.identifier(sequence.name),
        start=sequence.start,
        increment=sequence.increment,
        minvalue=sequence.minvalue,
        maxvalue=sequence.maxvalue,
        cycle=bool(sequence.cycle),
        cache=sequence.cache,
        source=sequence,
    )
    return database.complete(node, sequence)
