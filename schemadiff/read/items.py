"""SQLAlchemy's schema objects become nodes, one by one, each saying what its DDL would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.sql.schema import DefaultClause

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.model import (
    ANY,
    Check,
    Column,
    Computed,
    Exclusion,
    ForeignKey,
    Gap,
    Index,
    Key,
    Node,
    PrimaryKey,
    Sql,
    Table,
    Unique,
)

from .plain import is_plain, plain_key, said_plainly


class Reading:
    """One reading of SQLAlchemy's objects for one database; what is said often is worked out once.

    Of large models it is the repetition that costs: the same few types, defaults and names in table after table.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.gaps: list[Gap] = []
        self.has_comments = database.has_comments
        self._places: dict[sa.Table, tuple[str, str]] = {}
        self._names: dict[str, str] = {}
        self._types: dict[object, Sql] = {}
        self._defaults: dict[object, Sql | None] = {}
        self._texts: dict[str, Sql] = {}

    # ---- names -------------------------------------------------------------------------------

    def place(self, table: sa.Table) -> tuple[str, str]:
        """Schema and name of a table."""
        place = self._places.get(table)
        if place is None:
            place = self.database.schema(table.schema), self.database.identifier(table.name)
            self._places[table] = place
        return place

    def name(self, name: str) -> str:
        """A name as the database keeps it."""
        if getattr(name, "quote", None) is not None:  # it says more than its letters
            return self.database.identifier(name)
        kept = self._names.get(name)
        if kept is None:
            kept = self._names[name] = self.database.identifier(name)
        return kept

    def names(self, columns: Iterable[AnyColumn]) -> tuple[str, ...]:
        """The names of columns."""
        return tuple([self.name(column.name) for column in columns])

    def renamed_from(self, item: sa.Table | AnyColumn) -> str:
        """What ``info={"renamed_from": …}`` says."""
        if "info" not in item.__dict__:
            return ""
        name = item.info.get("renamed_from")
        return self.name(name) if isinstance(name, str) else ""

    # ---- tables ------------------------------------------------------------------------------

    def table_nodes(self, table: sa.Table) -> Iterator[Node]:
        """The table, then the named types it uses, its columns, constraints and indexes."""
        yield self.table(table)
        for position, column in enumerate(table.columns):
            if not column.system:
                plain = plain_key(column.type)
                named = () if plain is not None else self.named_types(column)
                yield from named
                yield self._column(column, position, plain, named)
        for constraint in _constraints(table):
            node = self.constraint(constraint)
            if node is not None:
                yield node
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if not self.database.skips(index):
                yield self.index(index)

    def table(self, table: sa.Table) -> Table:
        """A table by itself."""
        schema, name = self.place(table)
        node = Table(
            schema=schema,
            name=name,
            comment=(table.comment or None) if self.has_comments else None,
            mentioned=self.database.mentioned_options(table),
            renamed_from=self.renamed_from(table),
            source=table,
        )
        return self.database.complete(node, table)

    # ---- columns -----------------------------------------------------------------------------

    def column(self, column: AnyColumn) -> Column:
        """A column; a type that the database's dialect cannot say becomes a gap and its ``repr``.

        No type at all is left to the database: a foreign key into a table that is not in the models has none.
        """
        return self._column(column, 0, plain_key(column.type), self.named_types(column))

    def _column(
        self, column: AnyColumn, position: int, plain: object, named: Sequence[Node]
    ) -> Column:
        database = self.database
        schema, table = self.place(column.table)
        computed, identity = column.computed, column.identity
        node = Column(
            schema,
            table,
            self.name(column.name),
            self._compiled(column) if plain is None else self._plain_type(plain, column),
            bool(column.nullable),
            None if column.server_default is None else self.default(column),
            None if computed is None else self.computed(computed),
            None if identity is None else database.identity(identity),
            database.autoincrement(column),
            (column.comment or None) if self.has_comments else None,
            uses=() if column.default is None and not named else self._uses(column, named),
            position=position,
            renamed_from=self.renamed_from(column),
            source=column,
        )
        return database.complete(node, column)

    def _uses(self, column: AnyColumn, named_types: Sequence[Node]) -> tuple[Key, ...]:
        """The types of a column, and the sequence that SQLAlchemy asks for its next value where it needs one."""
        types = tuple([node.key for node in named_types]) if named_types else ()
        asked = column.default
        if not isinstance(asked, sa.Sequence) or asked.optional or not self.database.has_sequences:
            return types
        schema = self.database.schema(asked.schema)
        return (*types, Key("sequence", schema, "", self.name(asked.name)))

    def named_types(self, column: AnyColumn) -> Sequence[Node]:
        """The enums and domains that a column is made of."""
        if not self.database.has_named_types or is_plain(column.type):
            return ()
        return self.database.named_types(column.type, column.table.metadata)

    def _plain_type(self, key: object, column: AnyColumn) -> Sql:
        """The DDL of a plain type; equal ones are compiled once."""
        known = self._types.get(key)
        if known is None:
            known = self._compiled(column)
            if known.how == "text":
                self._types[key] = known
        return known

    def _compiled(self, column: AnyColumn) -> Sql:
        try:
            return Sql.of(self.database.type_text(column.type))
        except exc.CompileError as error:
            reason = str(error).splitlines()[0]
            self.gaps.append(Gap(f"{column.table}.{column.name}", reason))
            unsaid = isinstance(column.type, sa.types.NullType)
            text = repr(column.type)
            return Sql(text, text, how="any" if unsaid else "refused", note=reason)

    def default(self, column: AnyColumn) -> Sql | None:
        """What follows DEFAULT; equal plain defaults are compiled once."""
        default = column.server_default
        if default is None or isinstance(default, (sa.Computed, sa.Identity)):
            return None
        if not isinstance(default, DefaultClause):
            return ANY
        key = said_plainly(default.arg)
        if key is not None and key in self._defaults:
            return self._defaults[key]
        text = self.database.default_text(column)
        made = Sql.of(text) if text is not None else None
        if key is not None:
            self._defaults[key] = made
        return made

    def computed(self, computed: sa.Computed) -> Computed:
        """GENERATED ALWAYS AS."""
        return Computed(self.expression(computed.sqltext), self.database.persisted(computed))

    def expression(self, expression: sa.ColumnElement[Any] | sa.TextClause) -> Sql:
        """An expression as it stands in DDL; equal texts are compiled once."""
        if not isinstance(expression, sa.TextClause) or expression._bindparams:
            return Sql.of(self.database.expression_text(expression))
        known = self._texts.get(expression.text)
        if known is None:
            known = Sql.of(self.database.expression_text(expression))
            self._texts[expression.text] = known
        return known

    # ---- constraints -------------------------------------------------------------------------

    def constraint(self, constraint: sa.Constraint) -> Node | None:
        """A constraint; None for one that this database will not get (``ddl_if``, a native Boolean …)."""
        if self.database.skips(constraint) or not _is_made(self.database, constraint):
            return None
        match constraint:
            case sa.PrimaryKeyConstraint():
                node = self._primary_key(constraint)
            case sa.UniqueConstraint():
                node = self._unique(constraint)
            case sa.ForeignKeyConstraint():
                node = self._foreign_key(constraint)
            case sa.CheckConstraint():
                node = self._check(constraint)
            case _:
                node = self._exclusion(constraint)
        return None if node is None else self.database.complete(node, constraint)

    def _primary_key(self, key: sa.PrimaryKeyConstraint) -> Node | None:
        if not len(key.columns):
            return None
        schema, table = self.place(key.table)
        return PrimaryKey(
            schema=schema,
            table=table,
            name=self.database.constraint_name(key) if self.database.keeps_primary_key_name else "",
            columns=self.names(
                key.columns_autoinc_first if key._implicit_generated else key.columns
            ),
            source=key,
        )

    def _unique(self, unique: sa.UniqueConstraint) -> Node:
        schema, table = self.place(unique.table)
        return Unique(
            schema=schema,
            table=table,
            name=self.database.constraint_name(unique),
            columns=self.names(unique.columns),
            deferrable=bool(unique.deferrable),
            initially_deferred=_deferred(unique),
            source=unique,
        )

    def _check(self, check: sa.CheckConstraint) -> Node:
        holder = check.parent
        schema, table = self.place(holder.table if isinstance(holder, sa.Column) else check.table)
        columns = self.names(check.columns)
        return Check(
            schema=schema,
            table=table,
            name=self.database.constraint_name(check),
            sql=self.expression(check.sqltext),
            columns=columns,
            of_type=columns[0] if _made_by_type(check) else "",
            source=check,
        )

    def _exclusion(self, constraint: sa.Constraint) -> Node | None:
        schema, table = self.place(constraint.table)
        node = Exclusion(
            schema=schema,
            table=table,
            name=self.database.constraint_name(constraint),
            sql=Sql.of(""),
            source=constraint,
        )
        complete = self.database.complete(node, constraint)
        return complete if complete.sql.text else None

    def _foreign_key(self, key: sa.ForeignKeyConstraint) -> Node:
        schema, table = self.place(key.table)
        targets = [self._target(element) for element in key.elements]
        return ForeignKey(
            schema=schema,
            table=table,
            name=self.database.constraint_name(key),
            columns=self.names([element.parent for element in key.elements]),
            target_schema=targets[0][0],
            target_table=targets[0][1],
            target_columns=tuple([target[2] for target in targets]),
            ondelete=self.database.action(key.ondelete),
            onupdate=self.database.action(key.onupdate),
            match=_match(key.match),
            deferrable=bool(key.deferrable),
            initially_deferred=_deferred(key),
            source=key,
        )

    def _target(self, key: sa.ForeignKey) -> tuple[str, str, str]:
        """Schema, table and column that a key refers to, also when its table is not in the MetaData."""
        try:
            column: AnyColumn = key.column
        except (exc.NoReferencedTableError, exc.NoReferencedColumnError):
            schema, table, name = key._column_tokens
            metadata = key.parent.table.metadata
            own = key.parent.table.schema if schema is None and metadata.schema else schema
            return (
                self.database.schema(own),
                self.name(table),
                self.name(name or key.parent.name),
            )
        return (*self.place(column.table), self.name(column.name))

    def index(self, index: sa.Index) -> Index:
        """An index, its expressions as the text they have in DDL."""
        assert index.table is not None
        schema, table = self.place(index.table)
        node = Index(
            schema=schema,
            table=table,
            name=self.database.constraint_name(index),
            elements=self.database.index_elements(index),
            unique=bool(index.unique),
            columns=self.names(index.columns),
            source=index,
        )
        return self.database.complete(node, index)


def _constraints(table: sa.Table) -> Iterator[sa.Constraint]:
    yield table.primary_key
    rest = [c for c in table.constraints if not isinstance(c, sa.PrimaryKeyConstraint)]
    rest.sort(key=lambda c: c._creation_order)
    yield from rest
    for column in table.columns:
        if column.constraints:
            yield from (c for c in column.constraints if isinstance(c, sa.CheckConstraint))


def _is_made(database: Database, constraint: sa.Constraint) -> bool:
    """Whether a constraint that a type brought along is wanted here (``create_constraint``, no native type).

    Other constraints carry such a rule too, once ``create_all()`` has added them by ALTER: it says nothing.
    """
    rule = constraint._create_rule
    if rule is None or not getattr(constraint, "_type_bound", False):
        return True
    return bool(rule(database.ddl_compiler))


def _deferred(constraint: sa.Constraint) -> bool:
    return (constraint.initially or "").upper() == "DEFERRED"


def _made_by_type(check: sa.CheckConstraint) -> bool:
    return bool(getattr(check, "_type_bound", False)) and len(check.columns) == 1


def _match(match: str | None) -> str:
    text = (match or "").upper()
    return "" if text == "SIMPLE" else text
