"""SQLAlchemy objects made on the spot from what a migration names: tables of a MetaData of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.schema import _copy_expression

from schemadiff.dialects.standard import AnyColumn

Names: TypeAlias = Mapping[Any, Any] | None
"""A naming convention, as MetaData takes it."""
Item: TypeAlias = SchemaItem
"""A column, constraint or index."""


def naming_convention(migration_context: object) -> Names:
    """The naming convention of a context's one MetaData; None for none or several."""
    opts = getattr(migration_context, "opts", None) or {}
    target = opts.get("target_metadata")
    if isinstance(target, Sequence) and len(target) == 1:
        target = target[0]
    convention = getattr(target, "naming_convention", None)
    return cast(Names, convention) if convention else None


def metadata(names: Names = None) -> sa.MetaData:
    """An empty MetaData with a naming convention."""
    return sa.MetaData(naming_convention=cast(Any, names)) if names else sa.MetaData()


def table(
    name: str,
    items: Iterable[object] = (),
    *,
    schema: str | None = None,
    names: Names = None,
    **arguments: Any,
) -> sa.Table:
    """A table with copies of the items that belong to another one, and with those that belong to none.

    What its foreign keys refer to stands beside it in the same MetaData, as far as their names tell.
    """
    listed = list(items)
    made = sa.Table(
        name,
        metadata(names),
        *(own(item) for item in listed if isinstance(item, sa.Column)),
        schema=schema,
        **arguments,
    )
    for item in listed:
        match item:
            case sa.Column():
                continue
            case sa.Index():
                index_on(made, item)
            case sa.Constraint():
                made.append_constraint(copied(item, made))
            case _:
                raise TypeError(f"{item!r} is neither a column nor a constraint nor an index")
    _stand_targets(made)
    return made


def own(column: AnyColumn) -> AnyColumn:
    """A copy of the column; of one in a table already, its flags make no constraints in the copy."""
    copy = column._copy()
    if not isinstance(getattr(column, "table", None), sa.Table):
        return copy
    copy.unique = copy.index = None
    copy.primary_key = False
    _declare_nullable(copy, column)
    copy.constraints.clear()
    return copy


def _declare_nullable(copy: AnyColumn, column: AnyColumn) -> None:
    copy.nullable = column.nullable
    copy._user_defined_nullable = column.nullable


def copied(constraint: sa.Constraint, target: sa.Table) -> sa.Constraint:
    """The constraint if it is loose, else a copy of it for ``target``."""
    parent = getattr(constraint, "parent", None)
    if parent is None:
        return _by_names(constraint)
    if isinstance(constraint, sa.CheckConstraint) and isinstance(parent, sa.Column):
        return sa.CheckConstraint(
            _text_in(constraint, parent.table, target),
            name=cast(Any, constraint.name),
            info=constraint.info,
            **_dialect_arguments(constraint),
        )
    if isinstance(constraint, sa.ForeignKeyConstraint):
        return _foreign_key_copy(constraint)
    return cast(sa.Constraint, cast(Any, constraint)._copy(target_table=target))


def _by_names(constraint: sa.Constraint) -> sa.Constraint:
    """The loose constraint, which finds its columns in any table by their names."""
    pending = getattr(constraint, "_pending_colargs", None)
    if pending and not isinstance(constraint, sa.CheckConstraint):
        names = [part.name if isinstance(part, sa.Column) else part for part in pending]
        cast(Any, constraint)._pending_colargs = names
    return constraint


def _text_in(check: sa.CheckConstraint, source: sa.Table, target: sa.Table) -> Any:
    return _copy_expression(check.sqltext, source, target)


def _dialect_arguments(item: Any) -> dict[str, Any]:
    return dict(item.dialect_kwargs)


def _foreign_key_copy(key: sa.ForeignKeyConstraint) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [element.parent.name for element in key.elements],
        [target_name(element) for element in key.elements],
        name=cast(Any, key.name),
        onupdate=key.onupdate,
        ondelete=key.ondelete,
        deferrable=key.deferrable,
        initially=key.initially,
        match=key.match,
        use_alter=key.use_alter,
        comment=key.comment,
        **_dialect_arguments(key),
    )


def target_name(element: sa.ForeignKey) -> str:
    """What a foreign key refers to as ``schema.table.column``, by names."""
    text: str = element._get_colspec()
    return text


def index_on(target: sa.Table, index: sa.Index) -> sa.Index:
    """A copy of an index on ``target``; the index itself if it is on it, or on none, already."""
    if index.table is target:
        return index
    source = index.table
    expressions: list[Any] = [
        target.columns[part.name] if isinstance(part, sa.Column) else moved(part, source, target)
        for part in (index.expressions or cast(Any, index)._pending_colargs)
    ]
    return made_index(
        cast(Any, index.name), target, expressions, bool(index.unique), _dialect_arguments(index)
    )


def moved(part: Any, source: sa.Table | None, target: sa.Table) -> Any:
    """An element of an index on ``source``, or of a loose one, as one of an index on ``target``."""
    if isinstance(part, str):
        return target.columns[part]
    return part if source is None else _copy_expression(part, source, target)


def made_index(
    name: str | None,
    target: sa.Table,
    expressions: Sequence[Any],
    unique: bool,
    arguments: Mapping[str, Any],
) -> sa.Index:
    """An index on ``target``, attached also when its expressions are text alone."""
    index = sa.Index(name, *expressions, unique=unique, **arguments)
    if index.table is None:
        index._set_parent(target)
    return index


def bare(
    name: str, columns: Iterable[str], *, schema: str | None = None, names: Names = None
) -> sa.Table:
    """A table of which nothing but names are known."""
    loose = (sa.Column(column, sa.types.NullType()) for column in dict.fromkeys(columns))
    return sa.Table(name, metadata(names), *loose, schema=schema)


def included(arguments: Mapping[str, Any]) -> list[str]:
    """The columns that dialect arguments name (INCLUDE), which a constraint or index has to find."""
    listed = (value for name, value in arguments.items() if name.endswith("_include") and value)
    return [str(getattr(column, "name", column)) for value in listed for column in value]


def _stand_targets(made: sa.Table) -> None:
    """Tables and columns that the foreign keys name but the MetaData lacks, as stand-ins."""
    for schema, name, column in _targets(made):
        key = f"{schema}.{name}" if schema else name
        target = made.metadata.tables.get(key)
        if target is None:
            target = sa.Table(name, made.metadata, schema=schema)
        if column and column not in target.columns:
            target.append_column(sa.Column(column, sa.types.NullType()))


def _targets(made: sa.Table) -> Iterator[tuple[str | None, str, str]]:
    for key in made.foreign_key_constraints:
        for element in key.elements:
            *where, column = target_name(element).split(".")
            if len(where) == 0:
                yield made.schema, column, element.parent.name
            else:
                yield ".".join(where[:-1]) or None, where[-1], column
