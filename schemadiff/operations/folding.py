"""What of a plan becomes part of ``create_table`` and ``drop_table``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemadiff.dialects.base import Database
from schemadiff.diff import Alter, Change, Create, Drop
from schemadiff.model import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Key,
    Node,
    PrimaryKey,
    Snapshot,
    Table,
    Unique,
)

_ALWAYS = (Column, PrimaryKey, Unique, Check, Exclusion)
"""What a new table is made with; its foreign keys are if what they refer to stands by then."""


class Folding:
    """For each position of a plan: whether another change includes it, and which table is made there."""

    def __init__(self, changes: Sequence[Change], old: Snapshot, database: Database) -> None:
        self.changes = changes
        self.old = old
        self.database = database
        self._new: dict[Key, int] = {
            change.key: i
            for i, change in enumerate(changes)
            if isinstance(change, Create) and isinstance(change.new, Table)
        }
        self._gone: dict[Key, int] = {
            change.key: i
            for i, change in enumerate(changes)
            if isinstance(change, Drop) and isinstance(change.old, Table)
        }
        self._made_at = self._last_parts()
        self._at = {at: key for key, at in self._made_at.items()}
        indexes: tuple[type[Node], ...] = (Index, Unique, PrimaryKey)
        constraints: tuple[type[Node], ...] = (ForeignKey, Check)
        if not database.unique_is_index:
            constraints = (*constraints, Unique)
        self._index_names = set(
            self._names_made(indexes) if database.index_names_per_schema else ()
        )
        self._constraint_names = set(
            self._names_made(constraints) if database.constraint_names_per_schema else ()
        )
        self._parts: dict[Key, list[Node]] = {key: [] for key in self._new}
        self._folded: set[int] = set()
        self._brought = set(self._bring())
        for position, change in enumerate(changes):
            self._fold(position, change)

    def is_new(self, table: Key) -> bool:
        """Whether the plan makes this table."""
        return table in self._new

    def created_at(self, position: int) -> Key | None:
        """The table whose ``create_table`` stands at this position."""
        return self._at.get(position)

    def is_folded(self, position: int) -> bool:
        """Whether this change is part of another one's operation."""
        return position in self._folded

    def parts(self, table: Key) -> list[Node]:
        """What a new table is made with, columns in their order first."""
        nodes = self._parts[table]
        columns = [node for node in nodes if isinstance(node, Column)]
        rest = [node for node in nodes if not isinstance(node, Column)]
        return [*sorted(columns, key=lambda c: c.position), *sorted(rest, key=_rank)]

    def brings(self, table: Key, column: str) -> bool:
        """Whether a column comes, or gets its type, within the plan, and with it the CHECK of its type."""
        return (table, column) in self._brought

    def _bring(self) -> Iterator[tuple[Key, str]]:
        for change in self.changes:
            match change:
                case Create(Column() as column):
                    yield column.key.owner, column.name
                case Alter(Column() as before, Column() as column) if before.type != column.type:
                    yield column.key.owner, column.name

    def _last_parts(self) -> dict[Key, int]:
        """Where everything stands that a new table needs: at the last of its own parts."""
        places: dict[Key, int] = {}
        for i, change in enumerate(self.changes):
            if not isinstance(change, Create) or change.key.owner not in self._new:
                continue
            if isinstance(change.new, (Table, *_ALWAYS)):
                places[change.key.owner] = i
        return places

    def _names_made(self, kinds: tuple[type[Node], ...]) -> Iterator[tuple[str, str]]:
        """The names of what comes, which something of its kind that goes with its table may still hold."""
        for change in self.changes:
            if isinstance(change, Create) and isinstance(change.new, kinds):
                yield change.key.schema, str(getattr(change.new, "name", ""))

    def _fold(self, position: int, change: Change) -> None:
        owner = change.key.owner
        match change:
            case Create(Table()):
                self._folded.add(position)
            case Create(ForeignKey() as node) if owner in self._new:
                if self._stands(node, position):
                    self._take(position, node)
            case Create(node) if owner in self._new and isinstance(node, _ALWAYS):
                self._take(position, node)
            case Drop(Table()):
                return
            case Drop(node) if owner in self._gone:
                if self._goes_unsaid(node, position):
                    self._folded.add(position)

    def _goes_unsaid(self, node: Node, position: int) -> bool:
        """Whether dropping the table is all it takes."""
        match node:
            case ForeignKey() | Check() | Unique() if (
                node.schema,
                node.name,
            ) in self._constraint_names:
                return False
            case ForeignKey():
                return self._goes_with_table(node, position)
            case Index() | Unique():
                return (node.schema, node.name) not in self._index_names
            case _:
                return True

    def _take(self, position: int, node: Node) -> None:
        self._parts[node.key.owner].append(node)
        self._folded.add(position)

    def _stands(self, key: ForeignKey, position: int) -> bool:
        """Whether what a foreign key refers to is complete when the table of the key is made.

        The target's own foreign keys do not matter: in a circle they come later.
        """
        if not self.database.alters_in_place:
            return True
        made = self._made_at[key.key.owner]
        if key.target == key.key.owner:
            return self._is_own_key(key)
        if self._made_at.get(key.target, -1) > made:
            return False
        after = self.changes[made + 1 : position]
        return not any(c.key.owner == key.target and c.key.kind != "foreign_key" for c in after)

    def _is_own_key(self, key: ForeignKey) -> bool:
        """Whether a key into its own table refers to a primary key or UNIQUE of ``create_table``."""
        wanted = set(key.target_columns)
        return any(
            isinstance(change.new, PrimaryKey | Unique) and set(change.new.columns) == wanted
            for change in self.changes
            if isinstance(change, Create) and change.key.owner == key.key.owner
        )

    def _goes_with_table(self, key: ForeignKey, position: int) -> bool:
        """Whether nothing touches the table a key refers to before the key's own table goes."""
        if not self.database.alters_in_place or key.target == key.key.owner:
            return True
        between = self.changes[position : self._gone[key.key.owner]]
        if key.target in self._gone:
            return not any(change.key == key.target for change in between)
        return not any(change.key.owner == key.target for change in between)


def _rank(node: Node) -> tuple[int, str]:
    order = (PrimaryKey, ForeignKey, Unique, Check, Exclusion)
    return next(i for i, kind in enumerate(order) if isinstance(node, kind)), str(node.key)
