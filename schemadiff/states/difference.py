"""What differs between two states, as a value that answers questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from schemadiff.autogenerate.comparison import Comparison
from schemadiff.diff import Alter, Change, Create, Drop, diff, reverse
from schemadiff.errors import UsageError
from schemadiff.model import Column, Gap, Snapshot, Table
from schemadiff.operations.ops import MigrateOperation
from schemadiff.render import text
from schemadiff.render.report import Report, shown
from schemadiff.settle import Undecided


@dataclass(frozen=True)
class TableDiff:
    """How one table differs between two states, by column."""

    columns_missing_from_a: tuple[str, ...] = ()
    columns_missing_from_b: tuple[str, ...] = ()
    columns_different: dict[str, Alter] = field(default_factory=dict)
    """The columns that both have, each with how it is in a (``old``) and in b (``new``)."""
    other_changes: tuple[Change, ...] = ()
    """Keys, constraints, indexes and what the table itself says."""


@dataclass(frozen=True)
class SchemaDiff:
    """What turns state ``a`` into state ``b``: true if there is anything, and ``len()`` says how much."""

    comparison: Comparison
    a: str
    b: str
    flipped: bool = False
    """Whether ``b`` was taken for the database in the comparison, because only it is spelt by one."""
    remarks: tuple[str, ...] = ()
    seconds: float | None = None
    languages: tuple[str, ...] = ()
    """The kinds of databases that the states are of, if these differ."""

    # ---- both sides --------------------------------------------------------------------------

    @property
    def old(self) -> Snapshot:
        """State ``a``."""
        return self.comparison.new if self.flipped else self.comparison.old

    @property
    def new(self) -> Snapshot:
        """State ``b``."""
        return self.comparison.old if self.flipped else self.comparison.new

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What turns ``a`` into ``b``."""
        if not self.flipped:
            return self.comparison.changes
        back = tuple(reverse(rename) for rename in reversed(self.comparison.renames))
        return (*diff(self.old, self.new), *back)

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """What could not be compared, and why."""
        return self.comparison.undecided

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was found on either side and not understood."""
        return self.comparison.gaps

    def upgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead from ``a`` to ``b``, in an order that works. Raises UsageError.

        Between different kinds of databases there are none: a difference says less than either of them.
        """
        self._require_one_language()
        return self.comparison.downgrade_ops() if self.flipped else self.comparison.upgrade_ops()

    def downgrade_ops(self) -> list[MigrateOperation]:
        """The operations that lead back. Raises UsageError as ``upgrade_ops`` does."""
        self._require_one_language()
        return self.comparison.upgrade_ops() if self.flipped else self.comparison.downgrade_ops()

    def _require_one_language(self) -> None:
        if self.languages:
            raise UsageError(
                f"{self.a} is a schema of {self.languages[0]} and {self.b} one of {self.languages[1]}: "
                "they can be compared, but neither can be turned into the other",
                hint="models speak every language: schemadiff inspect STATE --format python",
            )

    # ---- questions ---------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __len__(self) -> int:
        return len(shown(self.changes))

    def __str__(self) -> str:
        return "\n".join(text.summary(self.report(), closing=closing))

    @cached_property
    def tables_missing_from_a(self) -> list[str]:
        """The tables that only ``b`` has, by name (``schema.name`` outside the default schema)."""
        return sorted(str(c.key) for c in self.changes if _comes(c))

    @cached_property
    def tables_missing_from_b(self) -> list[str]:
        """The tables that only ``a`` has."""
        return sorted(str(c.key) for c in self.changes if _goes(c))

    @cached_property
    def tables_different(self) -> dict[str, TableDiff]:
        """The tables that both have and that differ."""
        whole = {*self.tables_missing_from_a, *self.tables_missing_from_b}
        by_table: dict[str, list[Change]] = {}
        for change in self.changes:
            if change.key.table and str(change.key.owner) not in whole:
                by_table.setdefault(str(change.key.owner), []).append(change)
        return {name: _table_diff(changes) for name, changes in sorted(by_table.items())}

    def report(self) -> Report:
        """The same as facts for people and machines; tables in sync are counted."""
        touched = {change.key.owner for change in self.changes if change.key.table}
        same = sum(table.key not in touched for table in self.new.tables())
        gaps = (*self.gaps, *(Gap("both states", remark) for remark in self.remarks))
        return Report(self.changes, self.a, self.b, same, self.seconds, self.undecided, gaps)


def closing(number: int, report: Report) -> list[str]:
    """What stands below the page about two states."""
    if number:
        noun = "difference" if number == 1 else "differences"
        return [f"{number} {noun}. + is only in {report.models}, - only in {report.database}."]
    if report.undecided:
        return ["No difference was found, but not everything could be compared."]
    return ["Nothing differs."]


def _comes(change: Change) -> bool:
    return isinstance(change, Create) and isinstance(change.new, Table)


def _goes(change: Change) -> bool:
    return isinstance(change, Drop) and isinstance(change.old, Table)


def _table_diff(changes: list[Change]) -> TableDiff:
    columns = [change for change in changes if change.key.kind == "column"]
    return TableDiff(
        tuple(c.key.name for c in columns if isinstance(c, Create)),
        tuple(c.key.name for c in columns if isinstance(c, Drop)),
        {c.key.name: c for c in columns if isinstance(c, Alter) and isinstance(c.new, Column)},
        tuple(change for change in changes if change.key.kind != "column"),
    )
