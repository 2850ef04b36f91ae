"""What scripts written for SQLAlchemy-Migrate find in place of ``sqlalchemy`` and ``migrate``.

Every name of SQLAlchemy is here. Tables, columns, indexes and constraints have, in addition, the methods those
scripts call (``create``, ``drop``, ``alter``, ``rename``); these go through the operations of the migration that is
running. ``bind`` and ``autoload`` mean its connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult

from schemadiff import changeset, sqlscripts
from schemadiff.errors import CommandError
from schemadiff.operations import Operations
from schemadiff.operations.ops import CreateIndexOp, CreateTableOp, DropIndexOp, DropTableOp
from schemadiff.operations.proxy import current

OWN = (
    *("CheckConstraint", "Column", "ForeignKeyConstraint", "Index", "MetaData"),
    *("PrimaryKeyConstraint", "Table", "UniqueConstraint"),
)


def __getattr__(name: str) -> object:
    found = getattr(sa, name, None) or getattr(sa.schema, name, None)
    if found is None or name.startswith("__"):
        raise AttributeError(f"neither sqlalchemy nor schemadiff has {name!r}")
    return found


__all__ = [*OWN, "adopted"]
__all__ += [name for name in dir(sa) if not name.startswith("_") and name not in OWN]


def adopted(file: str, function: Callable[..., object]) -> Callable[[], None]:
    """``upgrade()`` or ``downgrade()`` as schemadiff calls it, of ``upgrade(migrate_engine)`` in ``file``.

    SQL beside the file, for the database in use, goes before.
    """
    up = function.__name__ == "upgrade"

    @wraps(function)
    def run() -> None:
        if sqlscripts.has(Path(file), "upgrade" if up else "downgrade"):
            sqlscripts.run(Path(file), "upgrade" if up else "downgrade")
        else:
            function(MigrateEngine())

    return run


class MigrateEngine:
    """The database of the migration that is running, as scripts know it: ``migrate_engine``."""

    @property
    def name(self) -> str:
        """The kind of database."""
        return self.dialect.name

    @property
    def dialect(self) -> sa.Dialect:
        """Its dialect, which is there without a database, too."""
        return cast(sa.Dialect, _op().get_context().dialect)

    @contextmanager
    def connect(self) -> Iterator[MigrateEngine]:
        """Itself: there is one connection, and one transaction."""
        yield self

    begin = connect

    def execute(self, statement: Any, *parameters: Any) -> CursorResult[Any] | None:
        """The result of a statement; a str is SQL as the driver reads it. None where SQL is written down."""
        bind = _op().migration_context.connection
        if bind is None:
            _op().get_context().sink.execute(statement, *parameters)
            return None
        if isinstance(statement, str):
            return bind.exec_driver_sql(statement, *parameters)
        return bind.execute(statement, *parameters)


def _op() -> Operations:
    return cast(Operations, current("migrate_engine"))


def _connection() -> Connection:
    bind = _op().migration_context.connection
    if bind is None:
        raise CommandError(
            "this script reads the database (autoload): it cannot be written down as SQL",
            hint="run it on a database, without --sql",
        )
    return bind


class MetaData(sa.MetaData):
    """MetaData that may be told a ``bind``; that is always the migration's connection."""

    def __init__(self, bind: object = None, **kw: Any) -> None:
        super().__init__(**kw)
        self.bind = bind

    def reflect(self, bind: object = None, **kw: Any) -> None:  # type: ignore[override]
        """Reads the tables of the database."""
        super().reflect(_connection(), **kw)
        for table in self.tables.values():
            _taught(table)

    def create_all(self, bind: object = None, tables: Any = None, checkfirst: Any = True) -> None:
        """Creates the tables (by default all), those first that others refer to."""
        for table in self.sorted_tables:
            if tables is None or table in tables:
                _create_table(table, bool(checkfirst))

    def drop_all(self, bind: object = None, tables: Any = None, checkfirst: Any = True) -> None:
        """Drops the tables (by default all), those last that others refer to."""
        for table in reversed(self.sorted_tables):
            if tables is None or table in tables:
                _drop_table(table, bool(checkfirst))


class Table(sa.Table):
    """A table that creates, drops and renames itself."""

    def __new__(cls, *args: Any, autoload: bool = False, **kw: Any) -> Any:
        """The table; with ``autoload`` its columns are read from the database."""
        if autoload or "autoload_with" in kw:
            kw["autoload_with"] = _connection()
        return _taught(super().__new__(cls, *args, **kw))

    def create(self, bind: object = None, checkfirst: Any = False) -> None:
        """Creates the table with its indexes."""
        _create_table(self, bool(checkfirst))

    def drop(self, bind: object = None, checkfirst: Any = False) -> None:
        """Drops the table."""
        _drop_table(self, bool(checkfirst))

    def rename(self, name: str, **kw: object) -> None:
        """Gives the table another name."""
        changeset.rename_table(_op(), self, name)


class Column(sa.Column[Any]):
    """A column that adds itself to a table, alters and drops itself."""

    inherit_cache = True

    def create(
        self,
        table: sa.Table | None = None,
        *,
        index_name: str | None = None,
        unique_name: str | None = None,
        primary_key_name: str | None = None,
        populate_default: bool = True,
        **kw: object,
    ) -> Column:
        """The column, added to ``table``, with an index or a constraint over it where a name is given."""
        changeset.create_column(
            _op(),
            self,
            self.table if table is None else table,
            populate_default=populate_default,
            index_name=index_name,
            unique_name=unique_name,
        )
        if primary_key_name is not None:
            _created(PrimaryKeyConstraint(self, name=primary_key_name))
        return self

    def drop(self, table: sa.Table | None = None, **kw: object) -> None:
        """Drops the column."""
        changeset.drop_column(_op(), self if table is None else table.columns[self.name])

    def alter(self, **changes: Any) -> None:
        """Changes ``name``, ``type``, ``nullable``, ``server_default``; ``default`` is Python's affair alone."""
        if "default" in changes:
            default = changes.pop("default")
            self.default = None if default is None else sa.ColumnDefault(default)
        if changes:
            changeset.alter_column(_op(), self, **changes)


class Index(sa.Index):
    """An index that creates, drops and renames itself."""

    def create(self, bind: object = None, checkfirst: Any = False) -> None:
        """Creates the index."""
        _op().invoke(CreateIndexOp.from_index(self))

    def drop(self, bind: object = None, checkfirst: Any = False) -> None:
        """Drops the index."""
        _op().invoke(DropIndexOp.from_index(self))
        if self.table is not None:
            self.table.indexes.discard(self)

    def rename(self, name: str, **kw: object) -> None:
        """Gives the index another name."""
        changeset.rename_index(_op(), self, name)


class _Changes:
    """A constraint that creates and drops itself."""

    def create(self, *args: object, **kw: object) -> None:
        """Adds the constraint to its table."""
        _created(cast(sa.Constraint, self))

    def drop(self, *args: object, cascade: bool = False, **kw: object) -> None:
        """Drops the constraint."""
        constraint = cast(sa.Constraint, self)
        changeset.drop_constraint(_op(), constraint, cascade=cascade)


class _PrimaryKey(_Changes, sa.PrimaryKeyConstraint):
    pass


class _Unique(_Changes, sa.UniqueConstraint):
    pass


class _ForeignKey(_Changes, sa.ForeignKeyConstraint):
    pass


class _Check(_Changes, sa.CheckConstraint):
    pass


def PrimaryKeyConstraint(*columns: Any, table: sa.Table | None = None, **kw: Any) -> Any:
    """A primary key of columns, or of names of columns of ``table``."""
    return _named(_PrimaryKey(*_of(table, columns), **kw), "{table}_pkey")


def UniqueConstraint(*columns: Any, table: sa.Table | None = None, **kw: Any) -> Any:
    """A UNIQUE constraint over columns, or names of columns of ``table``."""
    return _named(_Unique(*_of(table, columns), **kw), "{table}_{columns}_key")


def ForeignKeyConstraint(columns: Any, refcolumns: Any, **kw: Any) -> Any:
    """A foreign key from columns to others; ``table`` where both are names."""
    own = _of(kw.pop("table", None), columns)
    return _named(_ForeignKey(own, list(refcolumns), **kw), "{table}_{columns}_fkey")


def CheckConstraint(
    sqltext: Any, *args: Any, columns: Any = (), table: Any = None, **kw: Any
) -> Any:
    """A CHECK constraint on the table of ``columns``, or on ``table``."""
    found = _of(table, columns)
    owner = found[0].table if found and isinstance(found[0], sa.Column) else table
    return _named(
        _Check(sqltext, *args, **{**kw, "table": owner}), "{table}_{columns}_check", found
    )


def _of(table: sa.Table | None, columns: Any) -> list[Any]:
    return [
        table.columns[column] if table is not None and isinstance(column, str) else column
        for column in columns
    ]


def _named(constraint: Any, pattern: str, columns: Any = None) -> Any:
    """``constraint``; without a name of its own and on a table already it gets SQLAlchemy-Migrate's."""
    table = constraint.table if getattr(constraint, "parent", None) is not None else None
    if constraint.name is None and table is not None:
        over = list(constraint.columns) if columns is None else columns
        names = "_".join(getattr(column, "name", column) for column in over)
        constraint.name = pattern.format(table=table.name, columns=names)
    return constraint


def _created(constraint: sa.Constraint) -> None:
    changeset.create_constraint(_op(), constraint)


def _create_table(table: sa.Table, if_not_exists: bool) -> None:
    op = CreateTableOp.from_table(table)
    op.if_not_exists = if_not_exists or None
    _op().invoke(op)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        _op().invoke(CreateIndexOp.from_index(index))


def _drop_table(table: sa.Table, if_exists: bool) -> None:
    op = DropTableOp.from_table(table)
    op.if_exists = if_exists or None
    _op().invoke(op)


def _taught(table: Any) -> Any:
    """``table``, whose columns and indexes have the methods of this module."""
    for column in table.columns:
        if type(column) is sa.Column:
            column.__class__ = Column
    for index in table.indexes:
        if type(index) is sa.Index:
            index.__class__ = Index
    return table
