"""SQLAlchemy objects as the calls that make them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import DefaultClause, FetchedValue, SchemaItem
from sqlalchemy.sql.base import DialectKWArgs
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, Label, UnaryExpression, conv
from sqlalchemy.types import TypeEngine

from schemadiff.render.call import Call, Expression, Items, Literal, Pairs, Verbatim
from schemadiff.render.errors import RenderError
from schemadiff.render.literal import written

from .expressions import escaped, index_text, sql_text
from .looking import dialect_arguments, has_table, is_exclude, kind, place, rank, target
from .recover import arguments
from .types import USUAL, Prefixes, type_call

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

Named: TypeAlias = tuple[tuple[str, Expression], ...]
"""Keyword arguments in the order in which they are written."""


class RenderItem(Protocol):
    """A project's own say: a text, None to leave the item out, False for the usual way."""

    def __call__(self, type_: str, obj: object, autogen_context: object, /) -> object: ...


def _stored(computed: sa.Computed) -> bool | None:
    return computed.persisted


@dataclass(frozen=True)
class Construct:
    """Writes SQLAlchemy objects down, for one dialect and with one set of prefixes.

    ``dialect`` decides how expressions become text; ``render_item`` is asked first and gets
    ``autogen_context``; ``persisted`` tells whether a computed column whose author left that open is stored.
    """

    prefixes: Prefixes = USUAL
    dialect: Dialect | None = None
    render_item: RenderItem | None = None
    autogen_context: object = None
    persisted: Callable[[sa.Computed], bool | None] = _stored

    def within(self, operations: str) -> Construct:
        """The same with another prefix for operations, e.g. ``batch_op.``."""
        return replace(self, prefixes=replace(self.prefixes, operations=operations))

    # ---- names and calls ---------------------------------------------------------------------

    def operation(
        self, name: str, *args: Expression, tall: bool = False, **kwargs: Expression
    ) -> Call:
        """``op.name(*args, **kwargs)``."""
        imports = self.prefixes.operations_imports
        named = tuple(kwargs.items())
        return Call(self.prefixes.operations + name, args, named, imports, tall=tall)

    def sqlalchemy(self, name: str, *args: Expression, named: Named = ()) -> Call:
        """``sa.name(*args, **named)``."""
        imports = self.prefixes.sqlalchemy_imports
        return Call(self.prefixes.sqlalchemy + name, args, named, imports)

    def name(self, name: object) -> Expression:
        """A name: ``op.f("…")`` if a naming convention made it, with its quoting if that was forced."""
        if not isinstance(name, str):
            return Literal(None)
        if isinstance(name, conv):
            return self.operation("f", Literal(str(name)))
        forced = getattr(name, "quote", None)
        if forced is not None:
            return self.sqlalchemy("quoted_name", Literal(str(name)), Literal(forced))
        return Literal(str(name))

    def constraint_name(self, item: sa.Constraint | sa.Index) -> Expression | None:
        """The name of a constraint or index as the database keeps it; None if it has none."""
        if not isinstance(item.name, str):
            return None
        final = self._final_name(item)
        return self.name(conv(final) if isinstance(item.name, conv) else final)

    def _final_name(self, item: sa.Constraint | sa.Index) -> str:
        if self.dialect is None or not isinstance(item.name, conv):
            return item.name  # type: ignore[return-value]
        preparer = self.dialect.identifier_preparer
        if isinstance(item, sa.Index):
            return preparer.truncate_and_render_index_name(item.name, _alembic_quote=False)
        return preparer.truncate_and_render_constraint_name(item.name, _alembic_quote=False)

    # ---- values ------------------------------------------------------------------------------

    def value(self, value: object, where: str = "") -> Expression:
        """Any argument: a type, an expression, a column's name, a literal, or a display of those."""
        match value:
            case TypeEngine():
                return self.type_(value, where)
            case ColumnClause() if not value.is_literal:
                return self.name(value.name)
            case ClauseElement():
                return self.expression(value, where)
            case type() if issubclass(value, TypeEngine):
                return self.type_(value(), where)
            case str() if isinstance(value, sa.quoted_name):
                return self.name(value)
            case list() | tuple():
                items = tuple(self.value(item, where) for item in value)
                return Items(items, "[]" if isinstance(value, list) else "()")
            case Mapping():
                pairs = ((self.value(k, where), self.value(v, where)) for k, v in value.items())
                return Pairs(tuple(pairs))
        return written(value, where)

    def expression(self, clause: ClauseElement | str, where: str = "") -> Expression:
        """``sa.text("…")`` with the SQL of ``clause`` for the dialect; a str is SQL already."""
        return self.sqlalchemy("text", Literal(escaped(self._sql(clause, where))))

    def _sql(self, clause: ClauseElement | str, where: str) -> str:
        return clause if isinstance(clause, str) else sql_text(clause, self.dialect, where)

    def dialect_keywords(self, item: DialectKWArgs, where: str = "") -> Named:
        """The arguments for single dialects (``mysql_engine=…``), sorted; empty ones say nothing."""
        return self.dialect_values(dialect_arguments(item), where)

    def dialect_values(self, arguments: Mapping[str, object], where: str = "") -> Named:
        """The same of arguments by themselves."""
        said = sorted((k, v) for k, v in arguments.items() if not _is_empty(v))
        return tuple((keyword, self.value(value, where or keyword)) for keyword, value in said)

    def _asked(self, kind: str, item: object) -> Expression | bool | None:
        """What ``render_item`` says: an expression, None to leave out, False for the usual way."""
        if self.render_item is None:
            return False
        match self.render_item(kind, item, self.autogen_context):
            case str() as text:
                return Verbatim(text)
            case None:
                return None
        return False

    # ---- types and defaults ------------------------------------------------------------------

    def type_(self, type_: TypeEngine[object], where: str = "") -> Expression:
        """A type with its arguments and variants."""
        own = self._asked("type", type_)
        if isinstance(own, bool) or own is None:
            where = where or type(type_).__name__
            return type_call(type_, self.prefixes, self.value, where, self.dialect)
        return own

    def server_default(self, default: object, where: str = "") -> Expression | None:
        """What ``server_default=`` is given: a string, ``sa.text()``, ``sa.Computed()`` and so on.

        None if ``render_item`` leaves it out; no default at all is the literal ``None``.
        """
        own = self._asked("server_default", default)
        if not isinstance(own, bool):
            return own
        match default:
            case sa.Computed():
                return self.computed(default, where)
            case sa.Identity():
                return self.identity(default, where)
            case DefaultClause(arg=argument):
                return self.server_default_text(argument, where)
            case FetchedValue():
                return self.sqlalchemy("FetchedValue")
        return self.server_default_text(default, where)

    def server_default_text(self, default: object, where: str = "") -> Expression:
        """A default that is not wrapped in a clause: a str, an expression or None."""
        if isinstance(default, ClauseElement):
            return self.expression(default, where)
        return written(default, where)

    def computed(self, computed: sa.Computed, where: str = "") -> Call:
        """``sa.Computed("…", persisted=…)``; ``persisted`` is left out only where nobody knows it."""
        sql = Literal(escaped(self._sql(computed.sqltext, where)))
        stored = computed.persisted
        stored = self.persisted(computed) if stored is None else stored
        named: Named = () if stored is None else (("persisted", Literal(stored)),)
        return self.sqlalchemy("Computed", sql, named=named)

    def identity(self, identity: sa.Identity, where: str = "") -> Call:
        """``sa.Identity(…)``."""
        return self._made("Identity", identity, where)

    def sequence(self, sequence: sa.Sequence, where: str = "") -> Call:
        """``sa.Sequence("name", …)``."""
        return self._made("Sequence", sequence, where or f"sequence {sequence.name}")

    def _made(self, name: str, item: SchemaItem, where: str) -> Call:
        found = arguments(item, where)
        extra = self.dialect_keywords(item, where) if isinstance(item, DialectKWArgs) else ()
        named = ((k, self.value(v, where)) for k, v in found.named)
        positional = (self.value(argument, where) for argument in found.positional)
        return self.sqlalchemy(name, *positional, named=(*named, *extra))

    # ---- columns -----------------------------------------------------------------------------

    def column(self, column: sa.Column[object]) -> Expression | None:
        """``sa.Column(…)`` without its constraints; None if ``render_item`` leaves it out."""
        own = self._asked("column", column)
        if not isinstance(own, bool):
            return own
        where = f"column {column.table.name}.{column.name}" if has_table(column) else column.name
        args = (self.name(column.name), self.type_(column.type, where))
        generated = self._generated(column, where)
        named = (
            *self._default(column, where),
            *_autoincrement(column),
            ("nullable", Literal(bool(column.nullable))),
            *_said(system=column.system or None, comment=column.comment),
            *self.dialect_keywords(column, where),
        )
        return self.sqlalchemy("Column", *args, *generated, named=named)

    def _generated(self, column: sa.Column[object], where: str) -> Iterable[Expression]:
        default = column.server_default
        if isinstance(default, sa.Computed | sa.Identity):
            made = self.server_default(default, where)
            return () if made is None else (made,)
        # A sequence that is not optional keeps the column from counting by itself (SERIAL, IDENTITY).
        if isinstance(column.default, sa.Sequence) and not column.default.optional:
            return (self.sequence(column.default, where),)
        return ()

    def _default(self, column: sa.Column[object], where: str) -> Named:
        default = column.server_default
        if default is None or isinstance(default, sa.Computed | sa.Identity):
            return ()
        made = self.server_default(default, where)
        return () if made is None else (("server_default", made),)

    # ---- constraints -------------------------------------------------------------------------

    def constraint(self, constraint: sa.Constraint) -> Expression | None:
        """A constraint as an argument of a table; None if ``render_item`` leaves it out, or it is empty.

        Raises RenderError for a constraint of a kind nobody knows.
        """
        which = kind(constraint)
        own = self._asked(which, constraint)
        if not isinstance(own, bool):
            return own
        match constraint:
            case sa.PrimaryKeyConstraint():
                return self._over_columns("PrimaryKeyConstraint", constraint)
            case sa.UniqueConstraint():
                return self._over_columns("UniqueConstraint", constraint)
            case sa.ForeignKeyConstraint():
                return self._foreign_key(constraint)
            case sa.CheckConstraint():
                return self._check(constraint)
            case _ if is_exclude(constraint):
                return self._exclude(constraint)
        raise RenderError(
            f"{constraint!r} is a constraint of an unknown kind", where=place(constraint)
        )

    def _over_columns(
        self, name: str, constraint: sa.PrimaryKeyConstraint | sa.UniqueConstraint
    ) -> Call | None:
        columns = [self.name(column.name) for column in constraint.columns]
        if not columns:
            return None
        return self.sqlalchemy(name, *columns, named=self.constraint_keywords(constraint))

    def constraint_keywords(self, constraint: sa.Constraint, named: bool = True) -> Named:
        """What all constraints can say: name, deferrability, comment, and arguments for single dialects.

        ``named=False`` leaves the name out, for operations that take it first.
        """
        name = self.constraint_name(constraint) if named else None
        return (
            *((("name", name),) if name is not None else ()),
            *_said(deferrable=constraint.deferrable, initially=constraint.initially),
            *_said(comment=constraint.comment),
            *self.dialect_keywords(constraint, place(constraint)),
        )

    def foreign_key_keywords(self, key: sa.ForeignKeyConstraint) -> Named:
        """What a foreign key says beside its columns, its name and what all constraints can say."""
        actions = _said(onupdate=key.onupdate, ondelete=key.ondelete, match=key.match)
        # That of a table is made at once: `use_alter` is for `create_all()`.
        waits = key.use_alter and getattr(key, "parent", None) is None
        return (*actions, *_said(use_alter=waits or None))

    def _foreign_key(self, key: sa.ForeignKeyConstraint) -> Call:
        own = Items(tuple(self.name(column.name) for column in key.columns))
        targets = Items(tuple(Literal(".".join(target(element))) for element in key.elements))
        named = (*self.constraint_keywords(key), *self.foreign_key_keywords(key))
        return self.sqlalchemy("ForeignKeyConstraint", own, targets, named=named)

    def _check(self, check: sa.CheckConstraint) -> Call:
        sql = Literal(escaped(self._sql(check.sqltext, place(check))))
        return self.sqlalchemy("CheckConstraint", sql, named=self.constraint_keywords(check))

    def _exclude(self, exclude: ExcludeConstraint) -> Call:
        where = place(exclude)
        named = (*self.exclude_keywords(exclude), *self.constraint_keywords(exclude))
        imports = ("from sqlalchemy.dialects import postgresql",)
        elements = self.exclude_elements(exclude, where)
        return Call("postgresql.ExcludeConstraint", elements, named, imports)

    def exclude_elements(self, exclude: ExcludeConstraint, where: str = "") -> tuple[Items, ...]:
        """The ``(element, operator)`` pairs of an exclusion."""
        pairs = ((self._element(e), o) for e, _, o in exclude._render_exprs)
        return tuple(Items((element, Literal(operator)), "()") for element, operator in pairs)

    def exclude_keywords(self, exclude: ExcludeConstraint) -> Named:
        """What only an exclusion says: its method, predicate and operator classes."""
        predicate: Named = ()
        if exclude.where is not None:
            predicate = (("where", self.expression(exclude.where, place(exclude))),)
        ops: Named = (("ops", self.value(dict(exclude.ops))),) if exclude.ops else ()
        return (("using", Literal(exclude.using)), *predicate, *ops)

    def _element(self, element: object) -> Expression:
        if isinstance(element, ColumnClause) and not element.is_literal:
            return self.name(element.name)
        assert isinstance(element, ClauseElement)
        text = sql_text(element, self.dialect)
        return self.sqlalchemy("literal_column", Literal(text))

    # ---- indexes and tables ------------------------------------------------------------------

    def index_elements(self, index: sa.Index) -> Items:
        """The columns and expressions of an index, as a list."""
        return self.index_items(index.expressions, f"index {index.name}")

    def index_items(self, elements: Iterable[object], where: str) -> Items:
        """Names of columns and expressions, as CREATE INDEX of an index by the name in ``where`` says them."""
        return Items(tuple(self._index_element(element, where) for element in elements))

    def _index_element(self, element: object, where: str) -> Expression:
        if isinstance(element, str):
            return self.name(element)
        if isinstance(element, ColumnClause) and not element.is_literal:
            return self.name(element.name)
        assert isinstance(element, ClauseElement)
        text = index_text(element, self.dialect, where)
        if isinstance(element, UnaryExpression | sa.TextClause):
            return self.sqlalchemy("text", Literal(escaped(text)))
        made = self.sqlalchemy("literal_column", Literal(text))
        # A label is how postgresql_ops names an expression.
        return (
            Call("label", (Literal(element.name),), of=made) if isinstance(element, Label) else made
        )

    def table_arguments(self, table: sa.Table) -> tuple[Expression, ...]:
        """The columns in their order and the constraints in a fixed one; those of types come with them."""
        columns = [self.column(column) for column in table.columns]
        own = (c for c in table.constraints if not getattr(c, "_type_bound", False))
        constraints = [self.constraint(constraint) for constraint in sorted(own, key=rank)]
        return tuple(made for made in (*columns, *constraints) if made is not None)

    def table_keywords(self, table: sa.Table) -> Named:
        """``schema``, ``comment``, ``info``, the arguments for single dialects and ``prefixes``."""
        where = f"table {table.name}"
        schema: Named = () if table.schema is None else (("schema", self.name(table.schema)),)
        return (
            *schema,
            *_said(comment=table.comment, info=_writable(table.info)),
            *self.dialect_keywords(table, where),
            *_said(prefixes=list(table._prefixes) or None),
        )


def _autoincrement(column: sa.Column[object]) -> Named:
    if column.autoincrement is False and not column.primary_key:
        return ()  # only a key counts by itself
    if column.autoincrement != "auto":
        return (("autoincrement", Literal(column.autoincrement)),)
    # A Python default is not written down, but it keeps a key from counting by itself.
    kept = column.default is not None and not isinstance(column.default, sa.Sequence)
    counts = column.primary_key and column.type._type_affinity is sa.Integer
    return (("autoincrement", Literal(False)),) if kept and counts else ()


def _said(**values: object) -> Named:
    return tuple((name, written(v, name)) for name, v in values.items() if v is not None)


def _writable(value: dict[object, object]) -> object:
    """``info`` if it can be written down; it never reaches the database, so nothing is lost otherwise."""
    if not value:
        return None
    try:
        written(value)
    except RenderError:
        return None
    return value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, list | tuple | dict | set) and not value)
