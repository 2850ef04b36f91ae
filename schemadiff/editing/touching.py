"""What the revisions of a branch touch, told by running them without a database."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from schemadiff.operations import Operations, proxy
from schemadiff.operations import ops as o
from schemadiff.operations.batch import BatchOperations
from schemadiff.render.construct import target
from schemadiff.runtime.migration import MigrationContext
from schemadiff.script.entry import Script


@dataclass(frozen=True, slots=True, order=True)
class Touched:
    """An object of the database, by kind and name."""

    kind: str
    name: str
    schema: str = ""

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.schema}.{self.name}" if self.schema else f"{self.kind} {self.name}"
        )


@dataclass
class Branch:
    """What the revisions of a branch do: what each object is touched by, and what nobody can tell."""

    changed: dict[Touched, list[str]] = field(default_factory=dict)
    needed: dict[Touched, list[str]] = field(default_factory=dict)
    """What foreign keys point at."""
    unknown: list[str] = field(default_factory=list)


class Recorder(Operations):
    """Operations that are noted down instead of carried out."""

    def __init__(self, migration_context: MigrationContext) -> None:
        super().__init__(migration_context)
        self.noted: list[o.MigrateOperation] = []

    def invoke(self, operation: o.MigrateOperation) -> Any:
        """Notes an operation; the Table for one that creates a table, as revisions expect it."""
        self.noted.append(operation)
        return operation.to_table() if isinstance(operation, o.CreateTableOp) else None

    @contextmanager
    def batch_alter_table(
        self, table_name: str, schema: str | None = None, *args: Any, **how: Any
    ) -> Iterator[BatchOperations]:
        """Operations on one table; nothing is read and nothing is run."""
        batch = BatchOperations(self.migration_context, table_name, schema=schema)
        yield batch
        if batch.queue:
            self.noted.append(o.ModifyTableOps(table_name, batch.queue, schema=schema))


def branch_of(scripts: Iterable[Script], dialect: str) -> Branch:
    """What ``scripts`` touch when they upgrade a database of this kind."""
    found = Branch()
    for script in scripts:
        _note(found, script, dialect)
    return found


def shared(one: Branch, other: Branch) -> Mapping[Touched, Sequence[str]]:
    """The objects that both branches touch, at least one of them to change it, with the revisions."""
    found: dict[Touched, list[str]] = {}
    for mine, theirs in (
        (one.changed, other.changed),
        (one.changed, other.needed),
        (one.needed, other.changed),
    ):
        for touched in mine.keys() & theirs.keys():
            found.setdefault(touched, []).extend([*mine[touched], *theirs[touched]])
    return {touched: list(dict.fromkeys(found[touched])) for touched in sorted(found)}


def _note(found: Branch, script: Script, dialect: str) -> None:
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": io.StringIO()}
    )
    recorder = Recorder(context)
    with proxy.installed(recorder):
        try:
            script.module.upgrade()
        except Exception as error:
            # A revision is free code: one that asks the database for something cannot be told without it.
            found.unknown.append(f"{script.named} wants a database: {error}")
    for op in recorder.noted:
        for each in op.ops if isinstance(op, o.ModifyTableOps) else [op]:
            _touch(found, each, script)


def _touch(found: Branch, op: o.MigrateOperation, script: Script) -> None:
    changed = list(_changed(op))
    for touched in changed:
        found.changed.setdefault(touched, []).append(script.revision)
    for touched in _needed(op):
        found.needed.setdefault(touched, []).append(script.revision)
    if not changed:
        found.unknown.append(f"{script.named} runs SQL of its own")


def _changed(op: o.MigrateOperation) -> Iterator[Touched]:
    match op:
        case o.CreateForeignKeyOp():
            yield _table(op.source_table, op.kw.get("source_schema"))
        case o.RenameTableOp():
            yield _table(op.table_name, op.schema)
            yield _table(op.new_table_name, op.schema)
        case o.BulkInsertOp():
            yield _table(op.table.name, getattr(op.table, "schema", None))
        case o.CreateSequenceOp() | o.AlterSequenceOp():
            yield Touched("sequence", op.sequence.name, op.sequence.schema or "")
        case o.CreateDomainOp() | o.AlterDomainOp():
            domain = cast(postgresql.DOMAIN, op.domain)
            yield Touched("type", domain.name or "", domain.schema or "")
        case o.DropSequenceOp():
            yield Touched("sequence", op.name, op.schema or "")
        case o.CreateEnumOp() | o.DropEnumOp() | o.AlterEnumOp() | o.DropDomainOp():
            yield Touched("type", op.name, op.schema or "")
        case o.CreateSchemaOp() | o.DropSchemaOp():
            yield Touched("schema", op.name)
        case _ if isinstance(name := getattr(op, "table_name", None), str):
            yield _table(name, getattr(op, "schema", None))


def _needed(op: o.MigrateOperation) -> Iterator[Touched]:
    match op:
        case o.CreateForeignKeyOp():
            yield _table(op.referent_table, op.kw.get("referent_schema"))
        case o.CreateTableOp():
            yield from map(_target, op.to_table().foreign_keys)
        case o.AddColumnOp():
            yield from map(_target, op.to_column().foreign_keys)


def _target(key: sa.ForeignKey) -> Touched:
    *schema, table, _ = target(key)
    return _table(table, schema[0] if schema else None)


def _table(name: str, schema: str | None) -> Touched:
    return Touched("table", str(name), schema or "")
