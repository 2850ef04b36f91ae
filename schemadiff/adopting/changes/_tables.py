"""MetaData, tables, columns and indexes that change the database by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from schemadiff import changeset
from schemadiff.operations.ops import CreateIndexOp, CreateTableOp, DropTableOp

from . import _statements
from ._constraints import KINDS
from ._engine import MigrateEngine, connection, operations


class MetaData(sa.MetaData):
    """MetaData that may be told a ``bind``; that is always the migration's connection."""

    def __init__(self, bind: object = None, reflect: bool = False, **kw: Any) -> None:
        super().__init__(**kw)
        self.bind = bind
        if reflect:
            self.reflect()

    def reflect(self, bind: object = None, **kw: Any) -> None:  # type: ignore[override]
        """Reads the tables of the database."""
        super().reflect(connection(), **kw)
        taught(self)

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
    """A table that creates, drops and renames itself, and takes columns."""

    def __new__(cls, *args: Any, autoload: bool = False, **kw: Any) -> Any:
        """The table; with ``autoload`` its columns are read from the database."""
        kw.pop("useexisting", None)
        reads = autoload or "autoload_with" in kw
        if reads:
            kw["autoload_with"] = connection()
        made = super().__new__(cls, *args, **kw)
        if reads:
            taught(made.metadata)
        return made

    @property
    def bind(self) -> MigrateEngine:
        """The migration's connection."""
        return MigrateEngine()

    def create(self, bind: object = None, checkfirst: Any = False) -> None:
        """Creates the table with its indexes."""
        _create_table(self, bool(checkfirst))

    def drop(self, bind: object = None, checkfirst: Any = False) -> None:
        """Drops the table."""
        _drop_table(self, bool(checkfirst))

    def exists(self, bind: object = None) -> bool:
        """Whether the database has the table."""
        return MigrateEngine().has_table(self.name, self.schema)

    def rename(self, name: str, **kw: object) -> None:
        """Gives the table another name."""
        changeset.rename_table(operations(), self, name)

    def deregister(self) -> None:
        """Takes the table out of its MetaData."""
        self.metadata.remove(self)

    def create_column(self, column: Any, **kw: Any) -> Any:
        """The column, added to the table in the database, too."""
        return create_column(column, self, **kw)

    def drop_column(self, column: Any, **kw: object) -> None:
        """Drops a column, given by its name or itself."""
        drop_column(column, self)

    def select(self, whereclause: Any = None, **kw: Any) -> Any:
        """A SELECT of its columns."""
        return _statements.select([self], whereclause, **kw)

    def insert(self, values: Any = None, **kw: Any) -> Any:
        """An INSERT into it."""
        return _statements.insert(self, values)

    def update(self, whereclause: Any = None, values: Any = None, **kw: Any) -> Any:
        """An UPDATE of it."""
        return _statements.update(self, whereclause, values)

    def delete(self, whereclause: Any = None, **kw: Any) -> Any:
        """A DELETE from it."""
        return _statements.delete(self, whereclause)

    def count(self, whereclause: Any = None) -> Any:
        """A SELECT of the number of its rows."""
        return _statements.select([sa.func.count()], whereclause, self)


class Column(sa.Column[Any]):
    """A column that adds itself to a table, alters and drops itself."""

    inherit_cache = True

    def create(self, table: sa.Table | None = None, **kw: Any) -> Column:
        """The column, added to ``table``, with an index or a constraint over it where a name is given."""
        create_column(self, self.table if table is None else table, **kw)
        return self

    def drop(self, table: sa.Table | None = None, **kw: object) -> None:
        """Drops the column."""
        drop_column(self, table)

    def alter(self, *said: Any, **changes: Any) -> None:
        """Changes ``name``, ``type``, ``nullable``, ``server_default``, or all that differs in another column."""
        alter_column(self, *said, **changes)

    def copy_fixed(self, **kw: Any) -> Any:
        """A copy of the column that belongs to no table."""
        return self._copy(**kw)

    copy = copy_fixed


class Index(sa.Index):
    """An index that creates, drops and renames itself."""

    def create(self, bind: object = None, checkfirst: Any = False) -> None:
        """Creates the index."""
        changeset.create_index(operations(), self)

    def drop(self, bind: object = None, checkfirst: Any = False) -> None:
        """Drops the index."""
        if not _went_with_its_key(self):
            changeset.drop_index(operations(), self)

    def rename(self, name: str, **kw: object) -> None:
        """Gives the index another name."""
        changeset.rename_index(operations(), self, name)


class Enum(sa.Enum):
    """An enumeration that creates and drops its type, where the database has such types."""

    cache_ok = True

    def create(self, bind: object = None, checkfirst: Any = False) -> None:
        """Creates the type."""
        super().create(connection(), bool(checkfirst))

    def drop(self, bind: object = None, checkfirst: Any = False) -> None:
        """Drops the type."""
        super().drop(connection(), bool(checkfirst))


# ---- functions, for what is given by its name ------------------------------------------------


def create_column(column: Any, table: Any = None, **kw: Any) -> Any:
    """The column, added to a table."""
    said = ("index_name", "unique_name", "primary_key_name", "populate_default")
    options = {name: value for name, value in kw.items() if name in said}
    changeset.create_column(
        operations(), column, column.table if table is None else table, **options
    )
    return column


def drop_column(column: Any, table: Any = None, **kw: object) -> None:
    """Drops a column."""
    changeset.drop_column(operations(), column, table)


def alter_column(column: Any, *said: Any, table: Any = None, **changes: Any) -> None:
    """Changes a column; what is no affair of a database's is changed in its object alone.

    ``said`` is what a column is made with, a new name and a type, or another column.
    """
    like = next((one for one in said if isinstance(one, sa.Column)), None)
    known = {name: value for name, value in changes.items() if name in changeset.CHANGEABLE}
    placed = dict(_placed(said))
    found = changeset.alter_column(operations(), column, like, table, **{**placed, **known})
    if "primary_key" in changes:
        found.primary_key = bool(changes["primary_key"])


def _placed(said: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """What arguments without a name are."""
    for one in said:
        if isinstance(one, str):
            yield "name", one
        elif not isinstance(one, sa.Column):
            yield "type", one


def rename_table(table: Any, name: str, engine: object = None, **kw: object) -> None:
    """Gives a table another name."""
    changeset.rename_table(operations(), table, name)


def rename_index(
    index: Any, name: str, table: Any = None, engine: object = None, **kw: object
) -> None:
    """Gives an index another name."""
    changeset.rename_index(operations(), index, name, table)


# ---- what they have in common ----------------------------------------------------------------


def _create_table(table: sa.Table, if_not_exists: bool) -> None:
    op = CreateTableOp.from_table(table)
    op.if_not_exists = if_not_exists or None
    operations().invoke(op)
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        made = CreateIndexOp.from_index(index)
        made.if_not_exists = if_not_exists or None
        operations().invoke(made)


def _went_with_its_key(index: sa.Index) -> bool:
    """Whether the index, which MySQL had made for a foreign key, was dropped together with it."""
    bind = operations().migration_context.connection
    if bind is None or bind.dialect.name != "mysql" or index.table is None:
        return False
    there = sa.inspect(bind).get_indexes(index.table.name, index.table.schema)
    return index.name not in {one["name"] for one in there}


def _drop_table(table: sa.Table, if_exists: bool) -> None:
    op = DropTableOp.from_table(table)
    op.if_exists = if_exists or None
    operations().invoke(op)


def taught(metadata: sa.MetaData) -> None:
    """Gives what SQLAlchemy itself made in ``metadata`` the methods of this module."""
    for table in metadata.tables.values():
        if type(table) is sa.Table:
            table.__class__ = Table
        for column in table.columns:
            if type(column) is sa.Column:
                column.__class__ = Column
        for index in table.indexes:
            if type(index) is sa.Index:
                index.__class__ = Index
        for constraint in table.constraints:
            constraint.__class__ = KINDS.get(type(constraint), type(constraint))
