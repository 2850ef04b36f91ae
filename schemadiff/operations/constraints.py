"""Constraints of standing tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import sqlalchemy as sa

from schemadiff.dialects.base import Database
from schemadiff.dialects.terms import NO_TABLE, Look, Statement, Unsupported
from schemadiff.render.call import Call, Expression, Line, Literal
from schemadiff.render.construct import Construct, dialect_arguments, target

from . import adhoc, edits
from .adhoc import Names
from .operation import AlterTableOp, Diff, Irreversible, TableEdit
from .writing import at, call, given, within

if TYPE_CHECKING:  # PostgreSQL's dialect is loaded only where one is made
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

A = TypeVar("A", bound="type[AddConstraintOp]")


class AddConstraintOp(AlterTableOp):
    """A constraint for a standing table; the kinds are its subclasses."""

    constraint_type: ClassVar[str] = ""
    constraint_name: str | None
    kw: dict[str, Any]
    _kinds: ClassVar[dict[str, type[AddConstraintOp]]] = {}

    @classmethod
    def register_add_constraint(cls, type_: str) -> Callable[[A], A]:
        """A decorator: the class makes constraints of this ``__visit_name__``."""

        def register(kind: A) -> A:
            cls._kinds[type_] = kind
            return kind

        return register

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> AddConstraintOp:
        """The operation that adds this constraint. Raises NotImplementedError for an unknown kind."""
        kind = AddConstraintOp._kinds.get(constraint.__visit_name__)
        if kind is None:
            raise NotImplementedError(f"no operation adds a {type(constraint).__name__}")
        return kind.from_constraint(constraint)

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        """The constraint, in a table of which only what it mentions is known."""
        raise NotImplementedError(type(self).__name__)

    def reverse(self) -> DropConstraintOp:
        return DropConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> Diff:
        return ("add_constraint", self.to_constraint())

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.add_constraint(self.to_constraint(names=names), look)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.add_parts(edit, database, [self.to_constraint(names=names)])

    def _bare(self, columns: Sequence[str], names: Names) -> sa.Table:
        return adhoc.bare(self.table_name, columns, schema=self.schema, names=names)

    def _name_and_place(self, construct: Construct) -> list[Expression]:
        return [construct.name(self.constraint_name), *at(construct, self.table_name)]


class _OverColumns(AddConstraintOp):
    """A constraint that is nothing but columns."""

    kind: ClassVar[type[sa.PrimaryKeyConstraint | sa.UniqueConstraint]]
    method: ClassVar[str]

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name
        self.columns = columns
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> AddConstraintOp:
        keyed = cast("sa.PrimaryKeyConstraint | sa.UniqueConstraint", constraint)
        return cls(
            _name(constraint),
            constraint.table.name,
            [column.name for column in keyed.columns],
            schema=constraint.table.schema,
            **_options(constraint),
        )

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        mentioned = [*self.columns, *adhoc.included(self.kw)]
        table = self._bare(mentioned, names or adhoc.naming_convention(migration_context))
        constraint = self.kind(*self.columns, name=self.constraint_name, **self.kw)
        table.append_constraint(constraint)
        return constraint

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*self._name_and_place(construct), construct.value(list(self.columns))]
        keywords = [
            *within(construct, self.schema),
            *construct.constraint_keywords(self.to_constraint(), named=False),
        ]
        return call(construct, self.method, args, keywords)


@AddConstraintOp.register_add_constraint("primary_key_constraint")
class CreatePrimaryKeyOp(_OverColumns):
    """A primary key for a table that has none."""

    constraint_type = "primary"
    kind = sa.PrimaryKeyConstraint
    method = "create_primary_key"


@AddConstraintOp.register_add_constraint("unique_constraint")
class CreateUniqueConstraintOp(_OverColumns):
    """A UNIQUE constraint."""

    constraint_type = "unique"
    kind = sa.UniqueConstraint
    method = "create_unique_constraint"


@AddConstraintOp.register_add_constraint("foreign_key_constraint")
class CreateForeignKeyOp(AddConstraintOp):
    """A foreign key from ``source_table`` to ``referent_table``; the schemas are in ``kw``."""

    constraint_type = "foreignkey"

    def __init__(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        **kw: Any,
    ) -> None:
        super().__init__(source_table, schema=kw.get("source_schema"))
        self.constraint_name = constraint_name
        self.source_table = source_table
        self.referent_table = referent_table
        self.local_cols = local_cols
        self.remote_cols = remote_cols
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateForeignKeyOp:
        key = cast(sa.ForeignKeyConstraint, constraint)
        *schema, referent = target(key.elements[0])[:-1]
        options = {
            **_options(key),
            "onupdate": key.onupdate,
            "ondelete": key.ondelete,
            "match": key.match,
            "use_alter": key.use_alter or None,
            "source_schema": key.table.schema,
            "referent_schema": ".".join(schema) or None,
        }
        return cls(
            _name(key),
            key.table.name,
            referent,
            [element.parent.name for element in key.elements],
            [target(element)[-1] for element in key.elements],
            **{name: value for name, value in options.items() if value is not None},
        )

    @property
    def referent(self) -> str:
        """The key of the table that is referred to: its name, after its schema if that is said."""
        schema = self.kw.get("referent_schema")
        return f"{schema}.{self.referent_table}" if schema else self.referent_table

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        options = dict(self.kw)
        own_schema = options.pop("source_schema", None)
        schema, referent = options.pop("referent_schema", None), self.referent
        owner = adhoc.bare(
            self.source_table,
            self.local_cols,
            schema=own_schema,
            names=names or adhoc.naming_convention(migration_context),
        )
        if referent not in owner.metadata.tables:
            sa.Table(self.referent_table, owner.metadata, schema=schema)
        other = owner.metadata.tables[referent]
        for name in self.remote_cols:
            if name not in other.columns:
                other.append_column(sa.Column(name, sa.types.NullType()))
        key = sa.ForeignKeyConstraint(
            list(self.local_cols),
            [other.columns[name] for name in self.remote_cols],
            name=self.constraint_name,
            **options,
        )
        owner.append_constraint(key)
        return key

    def to_diff_tuple(self) -> Diff:
        return ("add_fk", self.to_constraint())

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        key = cast(sa.ForeignKeyConstraint, self.to_constraint())
        args = [
            *self._name_and_place(construct),
            construct.name(self.referent_table),
            construct.value(list(self.local_cols)),
            construct.value(list(self.remote_cols)),
        ]
        said = dict(construct.foreign_key_keywords(key))
        said.pop("use_alter", None)  # it is an ALTER already
        keywords = [
            *within(construct, self.kw.get("source_schema"), "source_schema"),
            *given(referent_schema=self.kw.get("referent_schema")),
            *said.items(),
            *construct.constraint_keywords(key, named=False),
        ]
        return call(construct, "create_foreign_key", args, keywords)


@AddConstraintOp.register_add_constraint("check_constraint")
@AddConstraintOp.register_add_constraint("table_or_column_check_constraint")
@AddConstraintOp.register_add_constraint("column_check_constraint")
class CreateCheckConstraintOp(AddConstraintOp):
    """A CHECK; in a ``condition`` that is a str nothing is a parameter."""

    constraint_type = "check"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        condition: str | sa.TextClause | sa.ColumnElement[Any],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name
        self.condition = condition
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateCheckConstraintOp:
        check = cast(sa.CheckConstraint, constraint)
        table = check.parent.table if isinstance(check.parent, sa.Column) else check.table
        return cls(
            _name(check),
            table.name,
            cast("sa.TextClause", check.sqltext),
            schema=table.schema,
            **_options(check),
        )

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        table = self._bare((), names or adhoc.naming_convention(migration_context))
        check = sa.CheckConstraint(
            self.condition, name=self.constraint_name, _autoattach=False, **self.kw
        )
        table.append_constraint(check)
        return check

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        check = self.to_constraint()
        made = construct.constraint(check)
        condition = made.args[0] if isinstance(made, Call) else Literal(str(self.condition))
        keywords = [
            *within(construct, self.schema),
            *construct.constraint_keywords(check, named=False),
        ]
        args = [*self._name_and_place(construct), condition]
        return call(construct, "create_check_constraint", args, keywords)


@AddConstraintOp.register_add_constraint("exclude_constraint")
class CreateExcludeConstraintOp(AddConstraintOp):
    """A PostgreSQL EXCLUDE constraint: ``(element, operator)`` pairs."""

    constraint_type = "exclude"

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        elements: Sequence[tuple[Any, str]],
        where: Any = None,
        schema: str | None = None,
        _orig_constraint: ExcludeConstraint | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name
        self.elements = elements
        self.where = where
        self._original = _orig_constraint
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateExcludeConstraintOp:
        exclude = cast("ExcludeConstraint", constraint)
        return cls(
            _name(exclude),
            exclude.table.name,
            [(expression, operator) for expression, _, operator in exclude._render_exprs],
            where=exclude.where,
            schema=exclude.table.schema,
            _orig_constraint=exclude,
            using=exclude.using,
            ops=dict(exclude.ops) or None,
            **_options(exclude),
        )

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        if self._original is not None:
            return self._original
        named = [element for element, _ in self.elements if isinstance(element, str)]
        table = self._bare(named, names or adhoc.naming_convention(migration_context))
        options = {name: value for name, value in self.kw.items() if value is not None}
        if self.where is not None:
            options["where"] = self.where
        from sqlalchemy.dialects.postgresql import ExcludeConstraint

        exclude = ExcludeConstraint(*self.elements, name=self.constraint_name, **options)
        table.append_constraint(exclude)
        return exclude

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        raise Unsupported(f"{database.name} has no EXCLUDE constraints: {self.constraint_name}")

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        exclude = cast("ExcludeConstraint", self.to_constraint())
        args = [*self._name_and_place(construct), *construct.exclude_elements(exclude)]
        keywords = [
            *construct.exclude_keywords(exclude),
            *within(construct, self.schema),
            *construct.constraint_keywords(exclude, named=False),
        ]
        return call(construct, "create_exclude_constraint", args, keywords)


class DropConstraintOp(AlterTableOp):
    """A constraint goes; ``type_`` is ``foreignkey``, ``primary``, ``unique``, ``check`` or ``exclude``.

    ``mysql_drop_index``: the index that MySQL made for a foreign key goes with it, where nothing else needs it;
    its name, where that is another than the key's, is for scripts.
    One without a name is told by its ``columns``, a foreign key by its ``refcolumns`` (``"table.column"``) too,
    or a CHECK by its ``condition``.
    """

    def __init__(
        self,
        constraint_name: str | None,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        columns: Sequence[str] = (),
        refcolumns: Sequence[str] = (),
        condition: str = "",
        mysql_drop_index: bool | str | None = None,
        _reverse: AddConstraintOp | None = None,
    ) -> None:
        if type_ not in (None, "") and type_ not in edits.CONSTRAINTS:
            known = ", ".join(sorted(filter(None, edits.CONSTRAINTS)))
            raise TypeError(f"'type' can be one of {known}, not {type_!r}")
        super().__init__(table_name, schema=schema)
        self.constraint_name = constraint_name
        self.constraint_type = type_
        self.if_exists = if_exists
        self.columns = columns
        self.refcolumns = refcolumns
        self.condition = condition
        self.mysql_drop_index = mysql_drop_index
        self.called_only_here = False
        """The database knows no name: this one is for people, and the columns are said beside it."""
        self._reverse = _reverse

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> DropConstraintOp:
        """The operation that drops this constraint and can add it again."""
        again = AddConstraintOp.from_constraint(constraint)
        return cls(
            again.constraint_name,
            again.table_name,
            again.constraint_type,
            schema=again.schema,
            _reverse=again,
        )

    def to_constraint(self, migration_context: object = None, names: Names = None) -> sa.Constraint:
        """The constraint as it was. Raises Irreversible if nobody knows."""
        if self._reverse is None:
            raise Irreversible("constraint cannot be produced; original constraint is not present")
        return self._reverse.to_constraint(migration_context, names)

    def reverse(self) -> AddConstraintOp:
        if self._reverse is None:
            raise Irreversible("operation is not reversible; original constraint is not present")
        return self._reverse

    def to_diff_tuple(self) -> Diff:
        word = "remove_fk" if self.constraint_type == "foreignkey" else "remove_constraint"
        return (word, self.to_constraint())

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        if self._reverse is not None and self.constraint_name is None:
            return self._dropped(self.to_constraint(names=names), database, look)
        if not self.constraint_type:
            table = self.to_named(names).table
            return database.drop_constraint_named(table, self.constraint_name or "", self.if_exists)
        return self._dropped(self.to_named(names), database, look)

    def _dropped(
        self, constraint: sa.Constraint, database: Database, look: Look
    ) -> Iterator[Statement]:
        index = self.mysql_drop_index
        if not index or not isinstance(constraint, sa.ForeignKeyConstraint):
            return database.drop_constraint(constraint, self.if_exists, look)
        named = index if isinstance(index, str) else ""
        return database.drop_key_with_index(constraint, self.if_exists, look, named)

    def to_named(self, names: Names) -> sa.Constraint:
        """A constraint of that name and kind, for SQLAlchemy's compiler to write."""
        columns = [*self._columns()] or ["x"]
        # Which pattern of a naming convention would a name follow whose kind is not said?
        known = names if self.constraint_type else None
        table = adhoc.bare(self.table_name, columns, schema=self.schema, names=known)
        kinds: dict[str, Callable[..., sa.Constraint]] = {
            "foreignkey": lambda name: self._key(name, table),
            "primary": lambda name: sa.PrimaryKeyConstraint(*columns, name=name),
            "unique": lambda name: sa.UniqueConstraint(*columns, name=name),
            "check": lambda name: sa.CheckConstraint(self._condition() or "x", name=name),
        }
        make = kinds.get(self.constraint_type or "", kinds["check"])
        constraint = make(self.constraint_name)
        table.append_constraint(constraint)
        return constraint

    def _key(self, name: str | None, table: sa.Table) -> sa.ForeignKeyConstraint:
        """A foreign key, over its columns if it is known by them."""
        columns = [column.name for column in table.columns]
        targets = list(self._refcolumns()) or [f"{NO_TABLE}.{c}" for c in columns]
        return sa.ForeignKeyConstraint(columns, targets, name=name)

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        name = database.constraint_name(self.to_named(names)) if self.constraint_name else ""
        found = edits.Sought(
            name,
            self.constraint_type or "",
            tuple(self._columns()),
            tuple(self._refcolumns()),
            self._condition(),
        )
        return edits.drop_constraint(edit, database, found, bool(self.if_exists))

    def _columns(self) -> Sequence[str]:
        """The columns of the constraint, by which one without a name is found."""
        match self._reverse:
            case _OverColumns(columns=columns) | CreateForeignKeyOp(local_cols=columns):
                return columns
        return self.columns

    def _refcolumns(self) -> Sequence[str]:
        """The columns that a foreign key refers to, as ``table.column``."""
        match self._reverse:
            case CreateForeignKeyOp(referent=referent, remote_cols=columns):
                return [f"{referent}.{column}" for column in columns]
        return self.refcolumns

    def _condition(self) -> str:
        """The predicate of a CHECK as text, by which one without a name is found."""
        if isinstance(self._reverse, CreateCheckConstraintOp):
            condition = self._reverse.condition
            return condition.text if isinstance(condition, sa.TextClause) else str(condition)
        return self.condition

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [construct.name(self.constraint_name), *at(construct, self.table_name)]
        nameless = not self.constraint_name or self.called_only_here
        nameless = nameless and self.constraint_type != "primary"
        keywords = [
            *given(type_=self.constraint_type),
            *within(construct, self.schema),
            *given(if_exists=self.if_exists, mysql_drop_index=self.mysql_drop_index),
            *given(columns=list(self._columns()) or None if nameless else None),
            *given(refcolumns=list(self._refcolumns()) or None if nameless else None),
            *given(condition=self._condition() or None if nameless else None),
        ]
        return call(construct, "drop_constraint", args, keywords)


class RenameConstraintOp(AlterTableOp):
    """A constraint keeps everything but its name."""

    def __init__(
        self, table_name: str, old_name: str, new_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.old_name = old_name
        self.new_name = new_name

    def reverse(self) -> RenameConstraintOp:
        return RenameConstraintOp(self.table_name, self.new_name, self.old_name, schema=self.schema)

    def to_diff_tuple(self) -> Diff:
        return ("rename_constraint", self.schema, self.table_name, self.old_name, self.new_name)

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        return database.rename_constraint(
            self.schema, self.table_name, self.old_name, self.new_name, look
        )

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        return edits.rename_part(edit, edits.CONSTRAINTS[""], self.old_name, self.new_name)

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Literal(self.old_name), Literal(self.new_name)]
        return call(construct, "rename_constraint", args, within(construct, self.schema))


def _name(constraint: sa.Constraint) -> str | None:
    return constraint.name if isinstance(constraint.name, str) else None


def _options(constraint: sa.Constraint) -> dict[str, Any]:
    """What the constructor of the same constraint takes beside its name and what it is about."""
    said = {
        "deferrable": constraint.deferrable,
        "initially": constraint.initially,
        "comment": constraint.comment,
        "info": dict(constraint.info) or None,
        **dialect_arguments(constraint),
    }
    return {name: value for name, value in said.items() if value is not None}
