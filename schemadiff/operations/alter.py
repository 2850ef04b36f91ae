"""A standing column changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.schema import FetchedValue
from sqlalchemy.types import SchemaType

from schemadiff.dialects.base import AnyColumn, AnyType, Database
from schemadiff.dialects.terms import ColumnChange, Look, ServerDefault, Statement, Unsupported
from schemadiff.model import Check, Column, Node, Options, Snapshot
from schemadiff.read.metadata import column_node
from schemadiff.read.objects import Objects
from schemadiff.render.call import Expression, Line
from schemadiff.render.call import Literal as Written
from schemadiff.render.construct import Construct

from . import adhoc, edits
from .adhoc import Names
from .arguments import require_dialects, unheard
from .operation import AlterTableOp, Diff, TableEdit
from .writing import at, call, given, within

Default = ServerDefault | Literal[False]
"""A default; False says nothing, None says that there is none."""


class AlterColumnOp(AlterTableOp):
    """What changes in a column, beside what is known of it.

    ``modify_server_default`` and ``modify_comment`` are False where nothing changes; the other ``modify_``
    attributes are None then. ``sa.Computed`` and ``sa.Identity`` are server defaults here. What only one database
    knows (``sqlite_on_conflict_not_null``) is a further keyword; ``existing_options`` is what it was, if it changes.
    """

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        existing_type: AnyType | None = None,
        existing_server_default: Default = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        modify_nullable: bool | None = None,
        modify_comment: str | Literal[False] | None = False,
        modify_server_default: Default = False,
        modify_name: str | None = None,
        modify_type: AnyType | type[AnyType] | None = None,
        modify_autoincrement: bool | None = None,
        existing_autoincrement: bool | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        existing_options: Mapping[str, object] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.existing_type = existing_type
        self.existing_server_default = existing_server_default
        self.existing_nullable = existing_nullable
        self.existing_comment = existing_comment
        self.modify_nullable = modify_nullable
        self.modify_comment = modify_comment
        self.modify_server_default = modify_server_default
        self.modify_name = modify_name
        self.modify_type = sa.types.to_instance(modify_type) if modify_type is not None else None
        self.modify_autoincrement: bool | None = kw.pop("autoincrement", modify_autoincrement)
        self.existing_autoincrement = existing_autoincrement
        self.insert_before = insert_before
        self.insert_after = insert_after
        self.existing_options = existing_options
        self.kw = kw

    # ---- what it says ------------------------------------------------------------------------

    def has_changes(self) -> bool:
        """Whether anything changes."""
        return (
            self.modify_nullable is not None
            or self.modify_server_default is not False
            or self.modify_type is not None
            or self.modify_comment is not False
            or self.modify_autoincrement is not None
            or self.modify_name is not None
            or self.existing_options is not None
            or bool(self.insert_before or self.insert_after)
        )

    def reverse(self) -> AlterColumnOp:
        """The change back; what changed takes the place of what was known, and the other way round."""
        type_, default, comment = self.modify_type, self.modify_server_default, self.modify_comment
        return AlterColumnOp(
            self.table_name,
            self.modify_name or self.column_name,
            schema=self.schema,
            modify_name=self.column_name if self.modify_name is not None else None,
            modify_type=self.existing_type if type_ is not None else None,
            existing_type=type_ if type_ is not None else self.existing_type,
            modify_server_default=self.existing_server_default if default is not False else False,
            existing_server_default=(
                default if default is not False else self.existing_server_default
            ),
            modify_nullable=self.existing_nullable if self.modify_nullable is not None else None,
            existing_nullable=_first(self.modify_nullable, self.existing_nullable),
            modify_comment=self.existing_comment if comment is not False else False,
            existing_comment=comment if comment is not False else self.existing_comment,
            modify_autoincrement=self._autoincrement_before(),
            existing_autoincrement=_first(self.modify_autoincrement, self.existing_autoincrement),
            **self._options_back(),
        )

    def _options_back(self) -> dict[str, Any]:
        said = {name: value for name, value in self.kw.items() if name != "postgresql_using"}
        if self.existing_options is None:
            return said
        return {**dict.fromkeys(said), **self.existing_options, "existing_options": _said(said)}

    def _autoincrement_before(self) -> bool | None:
        return self.existing_autoincrement if self.modify_autoincrement is not None else None

    def to_diff_tuple(self) -> Diff:
        return list(self._diffs())

    def _diffs(self) -> Iterator[tuple[Any, ...]]:
        if self.modify_type is not None:
            yield self._diff("type", self.existing_type, self.modify_type)
        if self.modify_nullable is not None:
            yield self._diff("nullable", self.existing_nullable, self.modify_nullable)
        if self.modify_server_default is not False:
            word = self._kind_of_default()
            yield self._diff(word, self.existing_server_default, self.modify_server_default)
        if self.modify_comment is not False:
            yield self._diff("comment", self.existing_comment, self.modify_comment)
        if self.modify_autoincrement is not None:
            before = self.existing_autoincrement
            yield self._diff("autoincrement", before, self.modify_autoincrement)
        if self.existing_options is not None:
            yield self._diff("options", dict(self.existing_options), _said(self.kw))
        if self.modify_name is not None:
            names = (self.column_name, self.modify_name)
            yield ("rename_column", self.schema, self.table_name, *names)

    def _kind_of_default(self) -> str:
        change = self._change(self.modify_autoincrement)
        return "computed" if change.computes else "identity" if change.identifies else "default"

    def _diff(self, what: str, old: object, new: object) -> tuple[Any, ...]:
        known = {
            "existing_type": self.existing_type,
            "existing_nullable": self.existing_nullable,
            "existing_server_default": self.existing_server_default,
            "existing_comment": self.existing_comment,
        }
        known.pop({"default": "existing_server_default"}.get(what, f"existing_{what}"), None)
        return (f"modify_{what}", self.schema, self.table_name, self.column_name, known, old, new)

    # ---- what it executes --------------------------------------------------------------------

    def change(self, database: Database) -> ColumnChange:
        """The same, as a database is told it."""
        return self._change(self._counting(database))

    def _counting(self, database: Database) -> bool | None:
        """Whether the column begins to count or stops; None if that stays.

        Where counting is no flag, ``autoincrement`` alone tells what the column is, as in files written for
        Alembic; with ``existing_autoincrement`` it is a change.
        """
        is_said = database.flags_counting or self.existing_autoincrement is not None
        return self.modify_autoincrement if is_said else None

    def _change(self, counting: bool | None) -> ColumnChange:
        return ColumnChange(
            schema=self.schema,
            table=self.table_name,
            column=self.column_name,
            nullable=self.modify_nullable,
            default=_unwrapped(self.modify_server_default),
            type=self.modify_type,
            comment=self.modify_comment,
            name=self.modify_name,
            autoincrement=counting,
            existing_type=self.existing_type,
            existing_nullable=self.existing_nullable,
            existing_default=_unwrapped(self.existing_server_default),
            existing_comment=self.existing_comment,
            existing_autoincrement=self.existing_autoincrement,
            insert_before=self.insert_before,
            insert_after=self.insert_after,
            options=dict(self.kw),
        )

    def in_place(self, database: Database, table: Snapshot | None) -> bool:
        if (self.insert_before or self.insert_after) and not database.places_columns:
            return False
        return database.alters_in_place or self.change(database).only_renames

    def direct(self, database: Database, look: Look, names: Names) -> Iterator[Statement]:
        if self.kw.get("postgresql_using") and self.modify_type is None:
            raise ValueError("postgresql_using must be used with the type_ parameter")
        self._refuse_unheard(database)
        change = database.informed(self.change(database), look)
        if database.replaces_column(change):
            yield from self._replace(database, look)
            return
        for check in self._checks(self.existing_type, database, names):
            if check.name is not None:
                yield from database.drop_constraint(check)
        yield from database.alter_column(change, look)
        for check in self._checks(self.modify_type, database, names, self.modify_name):
            yield from database.add_constraint(check)

    def _checks(
        self, type_: object, database: Database, names: Names, column: str | None = None
    ) -> Iterator[sa.CheckConstraint]:
        """The CHECKs that a type makes by itself on this database; none if the type stays."""
        if self.modify_type is None or not isinstance(type_, SchemaType):
            return
        item: AnyColumn = sa.Column(column or self.column_name, cast(AnyType, type_))
        table = adhoc.table(self.table_name, [item], schema=self.schema, names=names)
        for constraint in table.constraints:
            rule = constraint._create_rule
            if isinstance(constraint, sa.CheckConstraint) and rule and rule(database.ddl_compiler):
                yield constraint

    def _replace(self, database: Database, look: Look) -> Iterator[Statement]:
        """The column dropped and added again, with what the database drops along with it."""
        live = look(self.schema, self.table_name)
        dependants = _dependants(live, database, self.column_name) if live is not None else []
        column = self._column_after(database, live)
        table = adhoc.table(self.table_name, [column], schema=self.schema)
        standing = adhoc.bare(self.table_name, [self.column_name], schema=self.schema)
        for node in dependants:
            yield from _dropped(database, live, node)
        yield from database.drop_column(standing, self.column_name)
        yield from database.add_column(table.columns[column.name])
        for node in dependants:
            yield from _made(database, live, node)

    def _column_after(self, database: Database, live: Snapshot | None) -> AnyColumn:
        known = self._live_column(database, live)
        type_ = (
            self.modify_type or self.existing_type or (known.type if known is not None else None)
        )
        if type_ is None:
            raise ValueError(
                f"column {self.table_name}.{self.column_name} has to be made anew: "
                "existing_type is needed"
            )
        default = _inside(self.modify_server_default)
        nullable = _first(self.modify_nullable, self.existing_nullable)
        if nullable is None and known is not None:
            nullable = known.nullable
        comment = self.modify_comment if self.modify_comment is not False else self.existing_comment
        arguments: dict[str, Any] = {"nullable": nullable is not False, "comment": comment}
        items = []
        if isinstance(default, sa.Computed | sa.Identity):
            items.append(default._copy())
        elif default is not False:
            arguments["server_default"] = default
        return sa.Column(self.modify_name or self.column_name, type_, *items, **arguments)

    def _live_column(self, database: Database, live: Snapshot | None) -> AnyColumn | None:
        if live is None:
            return None
        edit = TableEdit(live)
        node = edits.column(edit, database, self.column_name)
        return Objects(live, database).column(node.key)

    def _refuse_unheard(self, database: Database) -> None:
        """Raises for what this database would not heed: TypeError for an argument that nobody knows."""
        place = f"{self.table_name}.{self.column_name}"
        require_dialects(self.kw, f"alter_column of {place}")
        for name in unheard(self.kw, database):
            raise Unsupported(f"{database.dialect.name} cannot change {name} of a column: {place}")
        moves = self.insert_before or self.insert_after
        if moves and database.alters_in_place and not database.places_columns:
            raise Unsupported(f"{database.dialect.name} has no ALTER TABLE that moves {place}")

    def edited(self, edit: TableEdit, database: Database, names: Names = None) -> TableEdit:
        self._refuse_unheard(database)
        node = edits.column(edit, database, self.column_name)
        if isinstance(self.modify_server_default, sa.Identity):
            database.refuse_identity(self.change(database), edit.table)
        changed = edits.change_column(edit, self._node_after(node, edit, database))
        changed = self._edited_checks(changed, database, names)
        if self.modify_name is not None:
            changed = edits.rename_column(changed, database, self.column_name, self.modify_name)
        name = database.identifier(self.modify_name or self.column_name)
        if self.insert_before or self.insert_after:
            return edits.move_column(changed, database, name, self.insert_before, self.insert_after)
        return changed

    def _edited_checks(self, edit: TableEdit, database: Database, names: Names) -> TableEdit:
        gone = [
            database.constraint_name(c) for c in self._checks(self.existing_type, database, names)
        ]
        keys = [n.key for n in edit.table.each(Check) if n.name and n.name in gone]
        left = replace(edit, table=edit.table.without(keys))
        return edits.add_parts(left, database, self._checks(self.modify_type, database, names))

    def _node_after(self, node: Column, edit: TableEdit, database: Database) -> Column:
        """The column's node with what changes in it."""
        said = self._node_said(edit, database)
        changed = replace(node, source=None)
        if self.modify_type is not None:
            changed = replace(changed, type=said.type, uses=said.uses)
        if self.modify_server_default is not False:
            changed = replace(
                changed, default=said.default, computed=said.computed, identity=said.identity
            )
        if self.modify_nullable is not None:
            changed = replace(changed, nullable=self.modify_nullable)
        if self.modify_comment is not False and database.has_comments:
            changed = replace(changed, comment=self.modify_comment or None)
        counting = self._counting(database)
        if counting is not None:
            changed = replace(changed, autoincrement=counting)
        return replace(changed, options=self._options_after(node, said, database))

    def _options_after(self, node: Column, said: Column, database: Database) -> Options:
        """The options of a column: those it has, but for those that are said to be another or None."""
        prefix = f"{database.dialect.name}_"
        gone = {name.removeprefix(prefix) for name, value in self.kw.items() if value is None}
        kept = {name: value for name, value in node.options if name not in gone}
        return tuple(sorted({**kept, **dict(said.options)}.items()))

    def _node_said(self, edit: TableEdit, database: Database) -> Column:
        live = self._live_column(database, edit.table)
        known = live.type if live is not None else sa.types.NullType()
        type_ = self.modify_type or self.existing_type or known
        default = _inside(self.modify_server_default)
        items = [default._copy()] if isinstance(default, sa.Computed | sa.Identity) else []
        prefix = f"{database.dialect.name}_"
        arguments: dict[str, Any] = {
            name: value
            for name, value in self.kw.items()
            if name.startswith(prefix) and name != "postgresql_using" and value is not None
        }
        if not items and default is not False:
            arguments["server_default"] = default
        nullable = live is None or bool(live.nullable)
        arguments["nullable"] = nullable if self.modify_nullable is None else self.modify_nullable
        column: AnyColumn = sa.Column(self.column_name, type_, *items, **arguments)
        table = adhoc.table(self.table_name, [column], schema=self.schema)
        return column_node(database, table.columns[self.column_name])

    # ---- how it is written -------------------------------------------------------------------

    def as_call(self, construct: Construct) -> tuple[Line, ...]:
        args = [*at(construct, self.table_name), Written(self.column_name)]
        keywords = [*self._changes(construct), *self._known(construct)]
        keywords += [*given(insert_before=self.insert_before, insert_after=self.insert_after)]
        keywords += [*within(construct, self.schema), *self._options(construct)]
        return call(construct, "alter_column", args, keywords, tall=len(keywords) > 1)

    def _options(self, construct: Construct) -> Iterator[tuple[str, Expression]]:
        """What single databases know of a column; None takes an option away and so is said too."""
        for name, value in sorted(self.kw.items()):
            yield name, Written(None) if value is None else construct.value(value, name)

    def _changes(self, construct: Construct) -> Iterator[tuple[str, Expression]]:
        if self.existing_type is not None:
            yield "existing_type", construct.type_(self.existing_type)
        if self.modify_name is not None:
            yield "new_column_name", construct.name(self.modify_name)
        if self.modify_type is not None:
            yield "type_", construct.type_(self.modify_type)
        if self.modify_server_default is not False:
            yield from self._default(construct, "server_default", self.modify_server_default)
        if self.modify_nullable is not None:
            yield "nullable", Written(self.modify_nullable)
        if self.modify_comment is not False:
            yield "comment", Written(self.modify_comment)
        if self.modify_autoincrement is not None:
            yield "autoincrement", Written(self.modify_autoincrement)

    def _known(self, construct: Construct) -> Iterator[tuple[str, Expression]]:
        if self.existing_nullable is not None and self.modify_nullable is None:
            yield "existing_nullable", Written(self.existing_nullable)
        if self.existing_comment is not None:
            yield "existing_comment", Written(self.existing_comment)
        if self.existing_autoincrement is not None:
            yield "existing_autoincrement", Written(self.existing_autoincrement)
        if self.existing_server_default is not False and self.existing_server_default is not None:
            yield from self._default(
                construct, "existing_server_default", self.existing_server_default
            )

    def _default(
        self, construct: Construct, keyword: str, default: object
    ) -> Iterator[tuple[str, Expression]]:
        where = f"column {self.table_name}.{self.column_name}"
        made = Written(None) if default is None else construct.server_default(default, where)
        if made is not None:
            yield keyword, made


def _inside(default: Default) -> Default:
    """What is inside a ``DefaultClause``, which belongs to one column only."""
    return cast(ServerDefault, default.arg) if isinstance(default, sa.DefaultClause) else default


def _unwrapped(default: Default) -> Default:
    """What can be said of a default: what is inside a clause, and nothing where only the database knows."""
    default = _inside(default)
    if isinstance(default, FetchedValue) and not isinstance(default, sa.Computed | sa.Identity):
        return False
    return default


def _said(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are set."""
    return {name: value for name, value in options.items() if value is not None}


def _first(one: bool | None, other: bool | None) -> bool | None:
    return one if one is not None else other


def _dependants(live: Snapshot, database: Database, column: str) -> list[Node]:
    """What stands on a column in its own table: constraints first, then indexes."""
    key = edits.column(TableEdit(live), database, column).key
    found = [node for node in live.values() if key in node.needs]
    return sorted(found, key=lambda node: node.kind == "index")


def _dropped(database: Database, live: Snapshot | None, node: Node) -> Iterator[Statement]:
    assert live is not None
    if node.kind == "index":
        yield from database.drop_index(Objects(live, database).index(node.key))
    else:
        yield from database.drop_constraint(Objects(live, database).constraint(node.key))


def _made(database: Database, live: Snapshot | None, node: Node) -> Iterator[Statement]:
    assert live is not None
    if node.kind == "index":
        yield from database.create_index(Objects(live, database).index(node.key))
    else:
        yield from database.add_constraint(Objects(live, database).constraint(node.key))
