"""SQLAlchemy objects made on the spot from what a migration names: tables of a MetaData of their own.

In these a column's key is its name, whatever key its model has: operations and revision files know names only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from schemadiff.dialects.terms import AnyColumn
from schemadiff.render.construct import dialect_arguments
from schemadiff.render.construct.looking import target

Names: TypeAlias = Mapping[Any, Any] | None
"""A naming convention, as MetaData takes it."""


def naming_convention(migration_context: object) -> Names:
    """The naming convention of a context's one MetaData; None for none or several."""
    opts = getattr(migration_context, "opts", None) or {}
    return convention_of(opts.get("target_metadata"))


def convention_of(target: object) -> Names:
    """The naming convention of one MetaData; None for none or several."""
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
    keys = {item.key: item.name for item in listed if isinstance(item, sa.Column)}
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
                index_on(made, item, keys)
            case sa.Constraint():
                made.append_constraint(copied(item, made, keys))
            case _:
                raise TypeError(f"{item!r} is neither a column nor a constraint nor an index")
    _stand_targets(made)
    return made


def copy_of(column: AnyColumn) -> AnyColumn:
    """A copy of the column that loses nothing of its type."""
    copy = column._copy()
    for name in _LOST & vars(column.type).keys():
        setattr(copy.type, name, getattr(column.type, name))
    return copy


_LOST = frozenset(
    {"charset", "collation", "ascii", "unicode", "binary", "national", "_variant_mapping"}
)
"""What ``copy()`` leaves out up to SQLAlchemy 2.1: of an ENUM of MySQL, and its variants of any ``sa.Enum``."""


def own(column: AnyColumn) -> AnyColumn:
    """A copy of the column; of one in a table already, its flags make no constraints in the copy."""
    copy = copy_of(column)
    copy.key = column.name
    if not isinstance(getattr(column, "table", None), sa.Table):
        return copy
    copy.unique = copy.index = None
    copy.primary_key = False
    _declare_nullable(copy, column)
    copy.constraints.clear()
    return copy


def nullable(column: AnyColumn) -> AnyColumn:
    """A copy of the column, in no table, that takes NULL."""
    copy = own(column)
    copy.nullable = copy._user_defined_nullable = True
    return copy


def _declare_nullable(copy: AnyColumn, column: AnyColumn) -> None:
    copy.nullable = column.nullable
    copy._user_defined_nullable = column.nullable


def copied(
    constraint: sa.Constraint, target: sa.Table, keys: Mapping[str, str] = {}
) -> sa.Constraint:
    """The constraint if it is loose, else a copy of it for ``target``.

    ``keys`` are the names of columns by the keys that a loose one may know them by.
    """
    parent = getattr(constraint, "parent", None)
    if parent is None:
        return _by_names(constraint, keys)
    match constraint:
        case sa.ForeignKeyConstraint():
            return _foreign_key_copy(constraint)
        case sa.PrimaryKeyConstraint() | sa.UniqueConstraint():
            return _key_copy(constraint)
        case sa.CheckConstraint():
            source = parent.table if isinstance(parent, sa.Column) else parent
            return _check_copy(constraint, moved(constraint.sqltext, source, target))
    if hasattr(constraint, "_render_exprs"):  # EXCLUDE, of a dialect that is not loaded for this
        return _exclude_copy(constraint, parent, target)
    return cast(sa.Constraint, cast(Any, constraint)._copy(target_table=target))


def _by_names(constraint: sa.Constraint, keys: Mapping[str, str]) -> sa.Constraint:
    """The loose constraint, which finds its columns in any table by their names."""
    pending = getattr(constraint, "_pending_colargs", None)
    if pending and not isinstance(constraint, sa.CheckConstraint):
        names = [
            part.name if isinstance(part, sa.Column) else keys.get(part, part) for part in pending
        ]
        cast(Any, constraint)._pending_colargs = names
    return constraint


def _key_copy(constraint: sa.PrimaryKeyConstraint | sa.UniqueConstraint) -> sa.Constraint:
    return type(constraint)(
        *(column.name for column in constraint.columns),
        name=cast(Any, constraint.name),
        **_common(constraint),
    )


def _check_copy(check: sa.CheckConstraint, sqltext: Any) -> sa.Constraint:
    return sa.CheckConstraint(
        sqltext, name=cast(Any, check.name), _create_rule=check._create_rule, **_common(check)
    )


def _exclude_copy(exclude: Any, source: sa.Table, target: sa.Table) -> sa.Constraint:
    elements = [
        (moved(part, source, target), operator) for part, _, operator in exclude._render_exprs
    ]
    where = None if exclude.where is None else moved(exclude.where, source, target)
    made: sa.Constraint = type(exclude)(
        *elements,
        name=exclude.name,
        where=where,
        using=exclude.using,
        ops=exclude.ops,
        **_common(exclude),
    )
    return made


def _common(constraint: sa.Constraint) -> dict[str, Any]:
    """What every copy of a constraint says beside what it is about."""
    return {
        "deferrable": constraint.deferrable,
        "initially": constraint.initially,
        "comment": constraint.comment,
        "info": dict(constraint.info),
        **dialect_arguments(constraint),
    }


def _foreign_key_copy(key: sa.ForeignKeyConstraint) -> sa.ForeignKeyConstraint:
    """The foreign key of a table, to be made at once: ``use_alter`` is for ``create_all()``."""
    return sa.ForeignKeyConstraint(
        [element.parent.name for element in key.elements],
        [target_name(element) for element in key.elements],
        name=cast(Any, key.name),
        onupdate=key.onupdate,
        ondelete=key.ondelete,
        deferrable=key.deferrable,
        initially=key.initially,
        match=key.match,
        comment=key.comment,
        **cast(Any, dialect_arguments(key)),
    )


def target_name(element: sa.ForeignKey) -> str:
    """What a foreign key refers to as ``schema.table.column``, by names."""
    return ".".join(target(element))


def index_on(target: sa.Table, index: sa.Index, keys: Mapping[str, str] = {}) -> sa.Index:
    """A copy of an index on ``target``; the index itself if it is on it, or on none, already.

    ``keys`` are the names of columns by the keys that a loose one may know them by.
    """
    if index.table is target:
        return index
    source = index.table
    expressions: list[Any] = [
        (
            target.columns[part.name]
            if isinstance(part, sa.Column)
            else moved(part, source, target, keys)
        )
        for part in (index.expressions or cast(Any, index)._pending_colargs)
    ]
    arguments = dialect_arguments(index)
    return made_index(cast(Any, index.name), target, expressions, bool(index.unique), arguments)


def moved(
    part: Any, source: sa.Table | None, target: sa.Table, keys: Mapping[str, str] = {}
) -> Any:
    """An expression or name of a column over ``source``, or a loose one, as one over ``target``."""
    if isinstance(part, str):
        return target.columns[keys.get(part, part)]
    if source is None:
        return part

    def own(element: Any, **_: Any) -> Any:
        is_of_source = isinstance(element, sa.Column) and element.table is source
        return target.columns[element.name] if is_of_source else None

    return visitors.replacement_traverse(part, {}, own)


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
