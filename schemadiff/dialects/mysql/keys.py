"""What MySQL and MariaDB say differently of indexes and constraints.

A foreign key needs an index under its columns at every moment, and a column that counts has to begin one. The
server refuses to drop the last of them, so that one takes its place within the same ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, CreateIndex

from schemadiff.dialects.base import AnyColumn, Database
from schemadiff.dialects.terms import NO_TABLE, Look, Statement, Unsupported, offline
from schemadiff.errors import CommandError
from schemadiff.model import Check, Column, ForeignKey, Index, PrimaryKey, Snapshot, Unique

from .nodes import IMPLIED_BY, PRIMARY
from .spoken import as_it_is

KEEPS_COUNTING = "schemadiff_keeps_counting"
"""The index of an AUTO_INCREMENT column while its table has no primary key."""
_MARIADB_IF_EXISTS = frozenset({"table", "index", "column", "constraint", "sequence", "schema"})
_MYSQL_IF_EXISTS = frozenset({"table", "schema"})

_KNOWN = (
    sa.PrimaryKeyConstraint,
    sa.UniqueConstraint,
    sa.ForeignKeyConstraint,
    sa.CheckConstraint,
)


class Keys(Database):
    """What is said to MySQL and MariaDB of indexes and constraints."""

    @property
    def speaks_mariadb(self) -> bool:
        """Whether the server is a MariaDB, which knows IF EXISTS nearly everywhere."""
        return bool(getattr(self.dialect, "is_mariadb", False))

    def guard(self, what: str, wanted: bool | None, words: str) -> str:
        known = _MARIADB_IF_EXISTS if self.speaks_mariadb else _MYSQL_IF_EXISTS
        if wanted and what in known:
            return f"{words} "
        return super().guard(what, wanted, words)

    # ---- indexes -----------------------------------------------------------------------------

    def drop_index(
        self, index: sa.Index, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """An index goes; a foreign key that needs one gets its own, as if nobody had made another."""
        table, name = index.table, self.constraint_name(index)
        live = look(table.schema, table.name) if table is not None else None
        instead = "" if live is None else self._instead(live, name)
        if table is None or not instead:
            yield from super().drop_index(index, if_exists, look)
            return
        yield f"ALTER TABLE {self.table_sql(table)} DROP INDEX {self.quote(name)}{instead}"

    def _instead(self, live: Snapshot, index: str) -> str:
        """The clauses that give foreign keys the indexes they would miss without this one.

        The index that the server made for a key is not made again: it says itself why it stays.
        """
        standing = dict(_leading(live))
        gone = standing.pop(index, ())
        said: list[str] = []
        for key in sorted(live.each(ForeignKey), key=lambda key: key.name):
            if not _serves(gone, key) or (gone == key.columns and index == key.name):
                continue
            if any(_serves(columns, key) for columns in standing.values()):
                continue
            name = "" if key.name in standing else f"{self.quote(key.name)} "
            standing[key.name] = key.columns
            said.append(f", ADD INDEX {name}({', '.join(map(self.quote, key.columns))})")
        return "".join(said)

    def rename_index(
        self, schema: str | None, table: str, old: str, new: str
    ) -> Iterator[Statement]:
        """RENAME INDEX (MySQL 5.7, MariaDB 10.5.2)."""
        yield (
            f"ALTER TABLE {self.qualified(schema, table)} "
            f"RENAME INDEX {self.quote(old)} TO {self.quote(new)}"
        )

    # ---- constraints -------------------------------------------------------------------------

    def add_constraint(
        self, constraint: sa.Constraint, look: Look = offline
    ) -> Iterator[Statement]:
        """A primary key takes over from the index that kept AUTO_INCREMENT going, if there is one.

        Its own name, PRIMARY, is one that the server does not want to hear. Raises Unsupported for what the server does not know at all.
        """
        if not isinstance(constraint, _KNOWN):
            raise Unsupported(f"{self.dialect.name} has no {_words(constraint)}")
        self.without_deferral(constraint)
        self.without_match(constraint)
        table = constraint.table
        is_primary = isinstance(constraint, sa.PrimaryKeyConstraint)
        live = look(table.schema, table.name) if is_primary else None
        kept = live is not None and any(i.name == KEEPS_COUNTING for i in live.each(Index))
        if not kept and not (is_primary and constraint.name == PRIMARY):
            yield from super().add_constraint(constraint, look)
            return
        names = ", ".join(self.quote(column.name) for column in _columns(constraint))
        added = f"ALTER TABLE {self.table_sql(table)} ADD PRIMARY KEY ({names})"
        yield f"{added}, DROP INDEX {KEEPS_COUNTING}" if kept else added

    def unless_there(self, statements: Sequence[Statement], what: str) -> Iterator[Statement]:
        """MariaDB has IF NOT EXISTS for indexes and for constraints that have a name; MySQL has not."""
        if not self.speaks_mariadb:
            yield from super().unless_there(statements, what)
            return
        for statement in statements:
            self.require_name(statement, what)
            match statement:
                case CreateIndex(element=index):
                    yield CreateIndex(index, if_not_exists=True)
                case AddConstraint(element=constraint):
                    yield self._unless_it_is_there(constraint)
                case _:
                    yield from super().unless_there([statement], what)

    def _unless_it_is_there(self, constraint: sa.Constraint) -> str:
        """ADD CONSTRAINT, whose IF NOT EXISTS stands elsewhere for each kind (mariadb.com/kb/en/alter-table)."""
        start = f"ALTER TABLE {self.table_sql(constraint.table)} ADD CONSTRAINT"
        name = self.dialect.identifier_preparer.format_constraint(constraint)
        said = self.ddl_compiler.process(constraint).removeprefix(f"CONSTRAINT {name} ")
        if isinstance(constraint, sa.CheckConstraint):
            return f"{start} IF NOT EXISTS {name} {said}"
        kind = "UNIQUE" if isinstance(constraint, sa.UniqueConstraint) else "FOREIGN KEY"
        return f"{start} {name} {kind} IF NOT EXISTS{said.removeprefix(kind)}"

    def drop_constraint(
        self, constraint: sa.Constraint, if_exists: bool | None = None, look: Look = offline
    ) -> Iterator[Statement]:
        """A constraint goes; the index that the server made for a foreign key stays."""
        table = constraint.table
        words = self.guard("constraint", if_exists, "IF EXISTS")
        start, live = f"ALTER TABLE {self.table_sql(table)}", look(table.schema, table.name)
        name = self.constraint_name(constraint)
        if not name and not isinstance(constraint, sa.PrimaryKeyConstraint):
            name = self._own_name(constraint, live)
        match constraint:
            case sa.PrimaryKeyConstraint():
                yield from self._drop_primary_key(start, live, words)
            case sa.ForeignKeyConstraint():
                yield f"{start} DROP FOREIGN KEY {words}{self.quote(name)}"
            case sa.UniqueConstraint():
                instead = "" if live is None else self._instead(live, name)
                yield f"{start} DROP INDEX {words}{self.quote(name)}{instead}"
            case sa.CheckConstraint() if live is not None and (within := _part(live, name)):
                spoken = replace(as_it_is(live, within), check="").sql(
                    self, is_mariadb=self.speaks_mariadb
                )
                yield f"{start} MODIFY {self.quote(within.name)} {spoken}"
            case sa.CheckConstraint():
                what = "CONSTRAINT" if self.speaks_mariadb or words else "CHECK"
                yield f"{start} DROP {what} {words}{self.quote(name)}"
            case _:
                yield from super().drop_constraint(constraint, None, look)

    def drop_key_with_index(
        self,
        constraint: sa.Constraint,
        if_exists: bool | None = None,
        look: Look = offline,
        index: str = "",
    ) -> Iterator[Statement]:
        """A foreign key goes, then the index that the server made for it: where nobody can look, ``index``, or one of its name.

        Other keys that lean on that index get one of their own, as if the first had never been.
        """
        table, live = constraint.table, look(constraint.table.schema, constraint.table.name)
        name = self.constraint_name(constraint) or self._own_name(constraint, live)
        yield from self.drop_constraint(constraint, if_exists, look)
        start = f"ALTER TABLE {self.table_sql(table)}"
        if live is None:
            yield f"{start} DROP INDEX {self.quote(index or name)}"
        else:
            yield from self._drop_index_of(name, start, live)

    def index_under(self, key: ForeignKey, snapshot: Snapshot) -> str:
        """The index that the server made; of models, which do not know it, the one that it would make for ``key`` last."""
        own = Snapshot(snapshot.parts(key.key.owner))
        made = {index.name for index in own.each(Index) if IMPLIED_BY in dict(index.options)}
        under = [name for name, columns in _leading(own) if _serves(columns, key)]
        if any(name not in made for name in under):
            return ""
        return under[0] if under else key.index or key.name

    def _drop_index_of(self, key: str, start: str, live: Snapshot) -> Iterator[str]:
        """The end of the index that the server made for a foreign key, which is gone."""
        gone = [node.key for node in live.each(ForeignKey) if node.name == key]
        for index in live.each(Index):
            if index.options == ((IMPLIED_BY, key),):
                instead = self._instead(live.without(gone), index.name)
                yield f"{start} DROP INDEX {self.quote(index.name)}{instead}"

    def _own_name(self, constraint: sa.Constraint, live: Snapshot | None) -> str:
        """The name that the server gave a constraint without one."""
        where = f"the {_words(constraint)} of {constraint.table.name} ({_about(constraint)})"
        if live is None:
            raise Unsupported(
                f"{where} has no name of its own, and the server's is not known in --sql mode: say it"
            )
        found = [node.name for node in _constraints(live) if self._is_meant(node, constraint)]
        if len(found) != 1:
            raise CommandError(f"{where} has no name of its own, and {len(found)} could be meant")
        return found[0]

    def _is_meant(self, node: Index | Check | ForeignKey, constraint: sa.Constraint) -> bool:
        """Whether a live constraint is the one without a name, by what it says."""
        match node, constraint:
            case ForeignKey(), sa.ForeignKeyConstraint():
                return self.is_key(node, constraint.column_keys, _refcolumns(constraint))
            case Index(), sa.UniqueConstraint():
                over = [element.column for element in node.elements]
                return self.are_names(over, constraint.columns.keys())
            case Check(), sa.CheckConstraint():
                said = self.expression_text(constraint.sqltext)
                return self.plain(node.sql.text) == self.plain(said)
        return False

    def _drop_primary_key(self, start: str, live: Snapshot | None, words: str) -> Iterator[str]:
        """A column that counts has to begin a key at every moment: while the primary key is away an index, if it has none."""
        if words and live is None:
            raise Unsupported(
                f"{self.dialect.name} has no IF EXISTS for a primary key: leave it out and look first"
            )
        if words and live is not None and not any(live.each(PrimaryKey)):
            return
        counting = _without_primary_key(live) if live is not None else []
        keep = "".join(f", ADD INDEX {KEEPS_COUNTING} ({self.quote(name)})" for name in counting)
        yield f"{start} DROP PRIMARY KEY{keep}"

    def rename_constraint(
        self, schema: str | None, table: str, old: str, new: str, look: Look = offline
    ) -> Iterator[Statement]:
        """Dropped and made again within one statement; only the live table tells what it is."""
        live = look(schema, table)
        found = [] if live is None else [n for n in _constraints(live) if n.name == old]
        if not found:
            raise Unsupported(
                f"{self.dialect.name} cannot rename a constraint: drop {old} and create {new}"
            )
        yield f"ALTER TABLE {self.qualified(schema, table)} {self._renaming(found[0], new)}"

    def _renaming(self, node: Index | Check | ForeignKey, new: str) -> str:
        old, name = self.quote(node.name), self.quote(new)
        match node:
            case Index():
                return f"RENAME INDEX {old} TO {name}"
            case Check():
                return f"DROP CONSTRAINT {old}, ADD CONSTRAINT {name} CHECK ({node.sql.text})"
            case ForeignKey():
                return f"DROP FOREIGN KEY {old}, ADD CONSTRAINT {name} {self._key_sql(node)}"

    def _key_sql(self, key: ForeignKey) -> str:
        """``FOREIGN KEY … REFERENCES …`` of a live key."""
        columns = ", ".join(self.quote(column) for column in key.columns)
        targets = ", ".join(self.quote(column) for column in key.target_columns)
        target = self.qualified(key.target_schema or None, key.target_table)
        actions = [("DELETE", key.ondelete), ("UPDATE", key.onupdate)]
        said = "".join(f" ON {when} {action}" for when, action in actions if action)
        return f"FOREIGN KEY ({columns}) REFERENCES {target} ({targets}){said}"

    def drop_constraint_named(
        self, table: sa.Table, name: str, if_exists: bool | None = None
    ) -> Iterator[Statement]:
        raise Unsupported(
            "No generic 'DROP CONSTRAINT' in MySQL - please specify constraint type: "
            "type_='foreignkey', 'primary', 'unique' or 'check'"
        )


def _without_primary_key(live: Snapshot) -> list[str]:
    """The columns that count, and begin no key but the primary one."""
    rest = live.without([key.key for key in live.each(PrimaryKey)])
    counting = [column.name for column in live.each(Column) if column.autoincrement]
    return [name for name in counting if not leads_a_key(rest, name)]


def leads_a_key(live: Snapshot, column: str) -> bool:
    """Whether a key or index begins with the column, as one that counts must have."""
    return any(columns[:1] == (column,) for _, columns in _leading(live))


def _words(constraint: sa.Constraint) -> str:
    """What kind of constraint it is, in words."""
    return str(constraint.__visit_name__).replace("_", " ")


def _refcolumns(constraint: sa.ForeignKeyConstraint) -> list[str]:
    """What a foreign key refers to as ``table.column``; nothing if that is not known."""
    names = [element.target_fullname for element in constraint.elements]
    return [] if names[0].startswith(f"{NO_TABLE}.") else names


def _about(constraint: sa.Constraint) -> str:
    """What a constraint is over, or says."""
    match constraint:
        case sa.CheckConstraint():
            return str(constraint.sqltext)
        case sa.ForeignKeyConstraint() | sa.UniqueConstraint():
            return ", ".join(column.name for column in constraint.columns)
    return ""


def _columns(constraint: sa.Constraint) -> list[AnyColumn]:
    over = constraint.columns if isinstance(constraint, sa.PrimaryKeyConstraint) else ()
    return list(over)


def _leading(live: Snapshot) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The indexes of a table that a foreign key can use, and what they hold in full, in order."""
    for key in live.each(PrimaryKey):
        yield PRIMARY, key.columns
    for unique in live.each(Unique):
        yield unique.name, unique.columns
    for index in live.each(Index):
        if not index.method:
            yield index.name, tuple("" if e.length else e.column for e in index.elements)


def _serves(columns: tuple[str, ...], key: ForeignKey) -> bool:
    return columns[: len(key.columns)] == key.columns


def _constraints(live: Snapshot) -> Iterator[Index | Check | ForeignKey]:
    yield from live.each(ForeignKey)
    yield from (check for check in live.each(Check) if not check.within)
    yield from (index for index in live.each(Index) if index.unique)


def _part(live: Snapshot, check: str) -> Column | None:
    """The column that a check is part of."""
    places = {node.within for node in live.each(Check) if node.name == check and node.within}
    return next((column for column in live.each(Column) if column.name in places), None)
