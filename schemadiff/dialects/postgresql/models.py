"""What MetaData says about PostgreSQL: SQLAlchemy's objects and ``postgresql_*`` arguments as nodes, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.elements import ColumnClause

from schemadiff.dialects.base import AnyColumn, AnyType, Database, column_name
from schemadiff.model import (
    Check,
    Column,
    Domain,
    Element,
    Enum,
    Exclusion,
    ForeignKey,
    Identity,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Sql,
    Table,
    Unique,
    options,
    table_key,
    varied,
)
from schemadiff.model import Sequence as SequenceNode

from .counting import Counting
from .elements import (
    element_text,
    is_named_with_class,
    parse_action,
    parse_element,
    parse_exclusion,
)
from .facts import INTEGER_MAXIMUM
from .names import cut, folded, invented, of_domain_check
from .rows import identifier, partition_text, storage_value
from .tokens import named, tokens, without_brackets
from .types import canonical_type, collation_text, sqlalchemy_type

N = TypeVar("N", bound=Node)

_PREFIX = "postgresql_"
_ITEMS: Mapping[type[Node], type[Any]] = {
    Table: sa.Table,
    PrimaryKey: sa.PrimaryKeyConstraint,
    Unique: sa.UniqueConstraint,
    Check: sa.CheckConstraint,
    ForeignKey: sa.ForeignKeyConstraint,
    Index: sa.Index,
}


class Modelling(Database):
    """MetaData as PostgreSQL would keep it."""

    usual_tablespace: str = "pg_default"
    """The tablespace of the database, where things go for which none is said."""

    found_by_name: Mapping[str, str] = MappingProxyType({})
    """The schemas of enums and domains that ``search_path`` finds without one."""

    # ---- names -------------------------------------------------------------------------------

    def identifier(self, name: str) -> str:
        """The name as the server keeps it: cut, and folded where its author keeps it from being quoted."""
        unquoted = isinstance(name, sa.quoted_name) and name.quote is False
        return cut(folded(name) if unquoted else str(name))

    def invented_name(self, node: Node, taken: frozenset[str]) -> str:
        """The name the server gives to a constraint or index that has none."""
        return invented(node, taken)

    # ---- columns -----------------------------------------------------------------------------

    def type_text(self, type_: AnyType) -> str:
        """A type as ``format_type`` spells it, its collation behind."""
        return canonical_type(super().type_text(type_), self.default_schema_name)

    def type_from_text(self, text: str, snapshot: Snapshot) -> AnyType:
        """The SQLAlchemy type for a text of the catalogue; every text gets one that compiles to it."""
        return sqlalchemy_type(text, snapshot, self.dialect, self.default_schema_name)

    def expression_text(self, expression: sa.ColumnElement[Any] | sa.TextClause) -> str:
        """An expression as it stands in DDL, without brackets around all of it."""
        return without_brackets(super().expression_text(expression))

    def autoincrement(self, column: AnyColumn) -> bool:
        """Whether DDL says SERIAL for this column, by the conditions of SQLAlchemy's own compiler."""
        default = column.default
        optional = isinstance(default, sa.Sequence) and default.optional
        return (
            column.primary_key
            and column is column.table.autoincrement_column
            and column.identity is None
            and column.server_default is None
            and (default is None or optional)
        )

    def identity(self, identity: sa.Identity) -> Identity | None:
        """The identity less every number that the column's type implies."""
        column: AnyColumn | None = identity.column
        kept = "bigint" if column is None else self.type_text(column.type)
        many = _counting(identity).unusual(kept)
        return Identity(
            always=bool(identity.always),
            start=many.start,
            increment=many.increment,
            minvalue=many.minvalue,
            maxvalue=many.maxvalue,
            cycle=bool(identity.cycle),
            cache=many.cache,
        )

    def persisted(self, computed: sa.Computed) -> bool:
        """Whether DDL says STORED: before PostgreSQL 18 there is nothing else."""
        if computed.persisted is None:
            return not getattr(self.dialect, "supports_virtual_generated_columns", False)
        return bool(computed.persisted)

    def action(self, action: str | None) -> str:
        """A referential action in upper case, the columns it sets as they are named."""
        return parse_action(action or "")

    # ---- named types -------------------------------------------------------------------------

    def named_types(self, type_: AnyType, metadata: sa.MetaData) -> Sequence[Node]:
        """The enums and domains in a type: in arrays, variants, decorators and domains too."""
        match self._implementation(type_):
            case sa.ARRAY() as array:
                return self.named_types(array.item_type, metadata)
            case pg.DOMAIN() as domain:
                under = self.named_types(domain.data_type, metadata)
                return (*under, self._domain(domain, tuple(node.key for node in under)))
            case pg.ENUM() as enum if enum.name is not None:
                labels = tuple(str(label) for label in enum.enums)
                return (Enum(*self._type_place(enum), labels, source=type_),)
            case _:
                return ()

    def _implementation(self, type_: AnyType) -> AnyType:
        """The type that the DDL is made from."""
        variant = type_._variant_mapping.get(self.dialect.name)
        if variant is not None:
            return self._implementation(variant)
        if isinstance(type_, sa.types.TypeDecorator):
            return self._implementation(type_.load_dialect_impl(self.dialect))
        # The copy that SQLAlchemy 2.0 makes of a domain for a dialect forgets what the domain says.
        return type_ if isinstance(type_, pg.DOMAIN) else type_.dialect_impl(self.dialect)

    def _type_place(self, type_: pg.ENUM | pg.DOMAIN) -> tuple[str, str]:
        """Schema and name as DDL writes them, whoever put the schema there; else where the path finds the type."""
        written = self.dialect.identifier_preparer.schema_for_object(cast(Any, type_))
        name = self.identifier(str(type_.name))
        return self.schema(written or self.found_by_name.get(name)), name

    def _domain(self, domain: pg.DOMAIN, uses: tuple[Key, ...]) -> Domain:
        schema, name = self._type_place(domain)
        default = _default_of_domain(domain)
        return Domain(
            schema=schema,
            name=name,
            type=Sql.of(self.type_text(domain.data_type)),
            nullable=not domain.not_null,
            default=None if default is None else Sql.of(self._default_of(default)),
            checks=self._domain_checks(domain, name),
            collation=self._collation(domain),
            uses=uses,
            source=domain,
        )

    def _collation(self, domain: pg.DOMAIN) -> str:
        """The collation of a domain, in its schema where SQLAlchemy 2.1 can say it."""
        names = [getattr(domain, "collation_schema", None), domain.collation]
        return collation_text([n for n in names if n], self.default_schema_name) if names[1] else ""

    def _default_of(self, default: object) -> str:
        return str(self.ddl_compiler.render_default_string(cast(Any, default)))

    def _domain_checks(self, domain: pg.DOMAIN, name: str) -> tuple[tuple[str, Sql], ...]:
        if domain.check is None:
            return ()
        said = None if domain.constraint_name is None else str(domain.constraint_name)
        own = of_domain_check(name, said, bool(domain.not_null))
        return ((own, self._sql(domain.check)),)

    def _sql(self, expression: object) -> Sql:
        """A text or an expression of SQLAlchemy as SQL."""
        clause = coercions.expect(roles.DDLExpressionRole, cast(Any, expression))
        return Sql.of(self.expression_text(cast(Any, clause)))

    # ---- what only PostgreSQL knows ----------------------------------------------------------

    def complete(self, node: N, source: SchemaItem) -> N:
        """``node`` with what the ``postgresql_*`` arguments of ``source`` say."""
        found: Node = node
        match node, source:
            case Column(), sa.Column():
                if node.computed is None:  # as most are
                    return cast(N, _counted(node)) if node.autoincrement else node
                mentions = _named_in(source.table, node.computed.sql, generated=False)
                found = varied(node, mentions=mentions)
            case (Table() | PrimaryKey() | Unique() | ForeignKey()), _ if _says_no_more(source):
                return node
            case Table(), sa.Table():
                found = _table(node, source, self.usual_tablespace)
            case PrimaryKey(), sa.PrimaryKeyConstraint():
                found = self._primary_key(node, source)
            case Unique(), sa.UniqueConstraint():
                found = self._unique(node, source)
            case Check(), sa.CheckConstraint():
                valid = cast(Check, _with_validity(node, source))
                columns = node.columns or _named_in(_table_of(source), node.sql)
                found = varied(valid, columns=columns)
            case ForeignKey(), sa.ForeignKeyConstraint():
                found = _with_validity(node, source)
            case Exclusion(), pg.ExcludeConstraint():
                found = self._exclusion(node, source)
            case Index(), sa.Index():
                found = self._index(node, source)
            case SequenceNode(), sa.Sequence():
                found = self._sequence(node, source)
            case _:
                pass
        return cast(N, found)

    def _primary_key(self, node: PrimaryKey, source: sa.PrimaryKeyConstraint) -> PrimaryKey:
        deferred = _deferred(source)
        include = ", ".join(self._column_names(_said(source).get("include"), source.table))
        said = options(
            include=include or None,
            deferrable="true" if source.deferrable or deferred else None,
            initially="DEFERRED" if deferred else None,
        )
        return varied(node, options=said)

    def _unique(self, node: Unique, source: sa.UniqueConstraint) -> Unique:
        said = _said(source)
        return varied(
            node,
            deferrable=node.deferrable or node.initially_deferred,
            nulls_not_distinct=bool(said.get("nulls_not_distinct")),
            include=self._column_names(said.get("include"), source.table),
            comment=source.comment or None,
        )

    def _exclusion(self, node: Exclusion, source: pg.ExcludeConstraint) -> Exclusion:
        text = str(self.ddl_compiler.process(source))
        start = text.index("EXCLUDE USING ")
        sql = Sql.of(text[start:])
        return replace(node, sql=sql, columns=_named_in(source.table, sql))

    def _sequence(self, node: SequenceNode, source: sa.Sequence) -> SequenceNode:
        type_ = "bigint" if source.data_type is None else self.type_text(source.data_type)
        many = _counting(source).unusual(type_)
        return replace(
            node,
            start=many.start,
            increment=many.increment,
            minvalue=many.minvalue,
            maxvalue=many.maxvalue,
            cache=many.cache,
            type=None if type_ == "bigint" else Sql.of(type_),
        )

    def _index(self, node: Index, source: sa.Index) -> Index:
        said = _said(source)
        if said is _NOTHING and not any(element.sql for element in node.elements):
            return node
        where = said.get("where")
        method = str(said.get("using") or "").lower()
        stored: Mapping[str, object] = said.get("with") or {}
        filter_ = None if where is None else self._sql(where)
        texts = [sql for sql in (filter_, *(e.sql for e in node.elements)) if sql is not None]
        return varied(
            node,
            method="" if method == "btree" else method,
            where=filter_,
            columns=_named_in(source.table, *texts) if texts else node.columns,
            include=self._column_names(said.get("include"), source.table),
            nulls_not_distinct=bool(said.get("nulls_not_distinct")),
            options=_stored(stored, tablespace=_unusual(said, self.usual_tablespace)),
        )

    def index_elements(self, index: sa.Index) -> tuple[Element, ...]:
        """The columns of an index, read from the very text that DDL has for each."""
        return tuple(self._elements(index, _said(index).get("ops") or {}))

    def _elements(self, source: sa.Index, ops: Mapping[str, str]) -> Iterable[Element]:
        compiler = self.ddl_compiler.sql_compiler
        for expression in source.expressions:
            if isinstance(expression, sa.Column) and not ops:
                yield Element(column=self.identifier(expression.name))
                continue
            clause: Any = expression
            grouped = clause if isinstance(clause, ColumnClause) else clause.self_group()
            text = compiler.process(grouped, include_table=False, literal_binds=True)
            behind = ops.get(getattr(clause, "key", None) or "", "")
            yield parse_element(f"{text} {behind}", self.default_schema_name)

    def _column_names(self, columns: object, table: sa.Table | None) -> tuple[str, ...]:
        listed = columns if isinstance(columns, (list, tuple)) else ()
        return tuple(self.identifier(column_name(one, table)) for one in listed)

    def exclusion(self, node: Exclusion) -> sa.Constraint:
        """The ExcludeConstraint that says the same; raises ValueError for a text that is none."""
        parts = parse_exclusion(node.sql.text)
        if parts is None:
            raise ValueError(f"not an EXCLUDE constraint: {node.sql.text}")
        return pg.ExcludeConstraint(
            *(_exclusion_element(text, operator) for text, operator in parts.elements),
            name=node.name or None,
            using=parts.method,
            where=sa.text(parts.where) if parts.where else None,
            deferrable=parts.deferrable or None,
            initially="DEFERRED" if parts.deferred else None,
        )

    # ---- and back ----------------------------------------------------------------------------

    def arguments(self, node: Node) -> dict[str, object]:
        """The keyword arguments that make SQLAlchemy say what only PostgreSQL knows about ``node``.

        What the SQLAlchemy in use has no argument for is left out.
        """
        accepted = self._accepted.get(type(node), frozenset())
        return {
            name: value
            for name, value in self._arguments(node).items()
            if not name.startswith(_PREFIX) or name.removeprefix(_PREFIX) in accepted
        }

    def element_text(self, element: Element, index: Index) -> str:
        """An operator class stands between the key and its order, where SQLAlchemy puts it behind columns only."""
        if not element.opclass or is_named_with_class(element):
            return ""
        return element_text(element, self.quote)

    @cached_property
    def _accepted(self) -> Mapping[type[Node], frozenset[str]]:
        known = dict(self.dialect.construct_arguments or ())
        return {node: frozenset(known.get(item) or ()) for node, item in _ITEMS.items()}

    def _arguments(self, node: Node) -> dict[str, object]:
        match node:
            case Table():
                return _table_arguments(node)
            case Index():
                return _index_arguments(node)
            case Unique():
                return _given(
                    comment=node.comment,
                    postgresql_include=list(node.include),
                    postgresql_nulls_not_distinct=node.nulls_not_distinct,
                )
            case PrimaryKey():
                said = dict(node.options)
                return _given(
                    deferrable="deferrable" in said,
                    initially=said.get("initially"),
                    postgresql_include=[c for c in said.get("include", "").split(", ") if c],
                )
            case Check() | ForeignKey():
                return _given(
                    comment=node.comment,
                    postgresql_not_valid="not_valid" in dict(node.options),
                )
            case SequenceNode() if node.type is not None:
                return {"data_type": self.type_from_text(node.type.text, Snapshot())}
            case _:
                return {}


def _counted(node: Column) -> Column:
    """A column that counts is of an integer type, whatever its author says: DDL says SERIAL instead of that."""
    return node if node.type.canonical in INTEGER_MAXIMUM else varied(node, type=Sql.of("integer"))


def _exclusion_element(text: str, operator: str) -> tuple[Any, str]:
    """A column by its name, anything else as text."""
    element = parse_element(text)
    plain = element == Element(column=element.column)
    return (element.column if plain else sa.text(text), operator)


_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _said(source: SchemaItem) -> Mapping[str, Any]:
    """The ``postgresql_*`` arguments of an object, without the prefix."""
    if _says_nothing_special(source):
        return _NOTHING
    return cast(Mapping[str, Any], cast(Any, source).dialect_options["postgresql"])


def _says_nothing_special(source: SchemaItem) -> bool:
    """Whether an object has no argument for any one kind of database, as most have none."""
    made: Any = source  # SQLAlchemy makes the collection of these when it is first asked for
    return "dialect_options" not in made.__dict__ or not made.dialect_kwargs


def _says_no_more(source: SchemaItem) -> bool:
    """Whether what any database understands is all that is said of a table or constraint."""
    if not _says_nothing_special(source):
        return False
    if isinstance(source, sa.Constraint):
        return not (source.deferrable or source.initially or source.comment)
    return isinstance(source, sa.Table) and not source._prefixes


def _deferred(source: sa.Constraint) -> bool:
    return (source.initially or "").upper() == "DEFERRED"


def _counting(source: sa.Identity | sa.Sequence) -> Counting:
    return Counting(source.start, source.increment, source.minvalue, source.maxvalue, source.cache)


def _stored(given: Mapping[str, object], **more: object) -> tuple[tuple[str, str], ...]:
    values = {name: storage_value(name, "true" if v is None else v) for name, v in given.items()}
    return options(**values, **more)


def _default_of_domain(domain: pg.DOMAIN) -> object:
    """The default of a domain, or else that of the domain it is made from (manual, CREATE DOMAIN)."""
    base = domain.data_type
    if domain.default is None and isinstance(base, pg.DOMAIN):
        return _default_of_domain(base)
    return domain.default


def _unusual(said: Mapping[str, Any], tablespace: str) -> object:
    """The tablespace that is said, unless things go there by themselves."""
    name = said.get("tablespace")
    return None if name == tablespace else name


def _table(node: Table, source: sa.Table, tablespace: str) -> Table:
    said = _said(source)
    inherits = said.get("inherits") or ()
    parents = inherits if isinstance(inherits, (list, tuple)) else (inherits,)
    prefixes = {str(prefix).upper() for prefix in source._prefixes}
    partition = said.get("partition_by")
    method = said.get("using")
    stored = _stored(
        said.get("with") or {},
        unlogged="true" if "UNLOGGED" in prefixes else None,
        tablespace=_unusual(said, tablespace),
        partition_by=partition_text(partition) if partition else None,
        using=None if method in (None, "heap") else str(method),
        inherits=", ".join(identifier(str(parent)) for parent in parents) or None,
    )
    return varied(node, options=stored, parents=tuple(table_key("", str(p)) for p in parents))


def _with_validity(node: Check | ForeignKey, source: sa.Constraint) -> Check | ForeignKey:
    said = options(not_valid="true" if _said(source).get("not_valid") else None)
    comment = source.comment or None
    if isinstance(node, ForeignKey):
        deferrable = node.deferrable or node.initially_deferred
        return varied(node, options=said, comment=comment, deferrable=deferrable)
    return varied(node, options=said, comment=comment)


def _table_of(check: sa.CheckConstraint) -> sa.Table:
    holder = check.parent
    return holder.table if isinstance(holder, sa.Column) else check.table


def _named_in(table: sa.Table | None, *texts: Sql, generated: bool = True) -> tuple[str, ...]:
    """The columns of ``table`` whose names occur in texts, ``generated`` ones among them.

    For the order of steps only: one too many does no harm.
    """
    if table is None:
        return ()
    names = frozenset[str]().union(*(named(sql.text) for sql in texts))
    return tuple(
        c.name for c in table.columns if c.name in names and (generated or c.computed is None)
    )


_TABLE_FACTS = {"unlogged", "tablespace", "partition_by", "using", "inherits"}


def _table_arguments(node: Table) -> dict[str, object]:
    said = dict(node.options)
    parents = [t.name for t in tokens(said.get("inherits", "")) if t.name is not None]
    return _given(
        prefixes=["UNLOGGED"] if "unlogged" in said else None,
        postgresql_tablespace=said.get("tablespace"),
        postgresql_partition_by=said.get("partition_by"),
        postgresql_using=said.get("using"),
        postgresql_inherits=parents,
        postgresql_with={n: v for n, v in node.options if n not in _TABLE_FACTS},
    )


def _index_arguments(node: Index) -> dict[str, object]:
    stored = {n: v for n, v in node.options if n not in ("tablespace", "invalid")}
    ops = {e.column: e.opclass for e in node.elements if is_named_with_class(e)}
    return _given(
        postgresql_using=node.method,
        postgresql_ops=ops,
        postgresql_where=sa.text(node.where.text) if node.where else None,
        postgresql_include=list(node.include),
        postgresql_nulls_not_distinct=node.nulls_not_distinct,
        postgresql_with=stored,
        postgresql_tablespace=dict(node.options).get("tablespace"),
    )


def _given(**arguments: object) -> dict[str, object]:
    """The arguments that say anything."""
    return {
        name: value
        for name, value in arguments.items()
        if not (value is None or value is False or value in ("", [], {}))
    }
