"""Taking the steps of a run, one after the other; loaded where there is something to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from schemadiff.execute import Sink
from schemadiff.operations import Operations, sending, waiting
from schemadiff.script import Script
from schemadiff.script.revision import RevisionMap
from schemadiff.script.rows import (
    DeleteRow,
    InsertRow,
    RowChange,
    UpdateRow,
    row_changes,
    rows_after,
)

from .failure import Progress, overheard
from .steps import MigrationInfo, Step, run, short_title, title
from .telling import progress
from .version_table import VersionTable


class Context(sending.Context, Protocol):
    """What a run uses of a MigrationContext."""

    @property
    def sink(self) -> Sink: ...

    @property
    def versions(self) -> VersionTable: ...

    @property
    def on_version_apply_callbacks(self) -> Sequence[Callable[..., object]]: ...

    def begin_transaction(self, per_migration: bool = False) -> AbstractContextManager[Any]: ...

    def ensure_version_table(self) -> None: ...


@dataclass(frozen=True)
class Run:
    """One run: whose database it moves, by which revisions, and how far it has come."""

    context: Context
    revision_map: RevisionMap[Script]
    progress: Progress
    arguments: Mapping[str, Any]
    """What upgrade() and downgrade() are called with."""

    def take_all(self, steps: Iterable[Step], heads: Sequence[str]) -> None:
        """Take ``steps``, with ``op`` meaning the context; a failure says how far they came."""
        now = tuple(heads)
        with overheard(self.context.connection, self.progress), Operations.context(self.context):
            for step in steps:
                try:
                    now = self._take(step, now)
                except Exception as error:
                    error.add_note(self.progress.describe(title(step), error, step.to_ids))
                    raise
                self.progress.end_step(title(step))

    def _take(self, step: Step, heads: tuple[str, ...]) -> tuple[str, ...]:
        """The heads after ``step``, which has been run and noted down."""
        context = self.context
        with context.begin_transaction(per_migration=True):
            if not heads:
                context.ensure_version_table()
            context.versions.require_room(
                context.connection,
                step.to_ids,
                lambda name: self.revision_map.index.find(name).named,
            )
            progress().info("%s", title(step))
            self.progress.begin_step()
            context.sink.comment(short_title(step))
            with waiting.whole(context):
                run(step, self.arguments)
            after = rows_after(self.revision_map.graph, step, heads)
            for change in row_changes(heads, after, step):
                self._write(change)
            self._tell(MigrationInfo(step, self.revision_map), after)
        return after

    def _tell(self, step: MigrationInfo, heads: Sequence[str]) -> None:
        for callback in self.context.on_version_apply_callbacks:
            callback(ctx=self.context, step=step, heads=set(heads), run_args=dict(self.arguments))

    def _write(self, change: RowChange) -> None:
        context = self.context
        match change:
            case InsertRow(new):
                context.sink.execute(context.versions.insert(new))
            case DeleteRow(old):
                self._exactly_one(context.versions.delete(old), f"deleting {old!r}")
            case UpdateRow(old, new):
                self._exactly_one(context.versions.update(old, new), f"updating {old!r} to {new!r}")

    def _exactly_one(self, statement: sa.Executable, what: str) -> None:
        result = self.context.sink.execute(statement)
        if isinstance(result, sa.CursorResult) and self.context.dialect.supports_sane_rowcount:
            self.context.versions.expect_one(result.rowcount, what)
