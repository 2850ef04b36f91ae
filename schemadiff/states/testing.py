"""Every revision up, down and up again on a scratch database, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sqlalchemy.engine import URL, Connection

from schemadiff.config import Config
from schemadiff.model import Snapshot
from schemadiff.runtime.connect import reason, with_connection
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.models import put_in_front
from schemadiff.runtime.project import search_path
from schemadiff.runtime.steps import Step
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script.rows import RevisionStep

from .comparing import Terms, compare_sources, read_live
from .replay import quietly, run_there
from .sources import Kept

Verdict: TypeAlias = Literal["leads back", "irreversible", "does not lead back", "fails"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one revision; ``what`` differs after its downgrade, or why it failed."""

    revision: Script
    verdict: Verdict
    what: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nothing is to be done about it; irreversible by declaration is fine."""
        return self.verdict in ("leads back", "irreversible")


def tried(config: Config, script: ScriptDirectory, url: URL, terms: Terms) -> list[Tried]:
    """Every revision in the order of an upgrade, on the empty database of ``url``.

    It ends with the first that fails on its way up: those above cannot be tried. Whatever the configuration says of
    comparisons, types and defaults have to be there again.
    """
    everything = {"compare_type": True, "compare_server_default": True}
    terms = replace(terms, options={**terms.options, **everything})
    put_in_front(search_path(config))

    def work(connection: Connection) -> list[Tried]:
        with quietly():
            return list(_Trial(config, script, connection, terms).each())

    return with_connection(url, work)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One database on which revisions are run one after the other."""

    config: Config
    script: ScriptDirectory
    connection: Connection
    terms: Terms

    def each(self) -> Iterator[Tried]:
        for step in self.script.upgrade_steps("heads", ()):
            if not isinstance(step, RevisionStep):
                continue
            found = self._one(step.revision)
            yield found
            if found.verdict == "fails":
                return

    def _one(self, revision: Script) -> Tried:
        before = self._snapshot()
        if reason := self._run(revision, up=True):
            return Tried(revision, "fails", f"upgrade: {reason}")
        if getattr(revision.module, "irreversible", False):
            return Tried(revision, "irreversible")
        after = self._snapshot()
        if reason := self._run(revision, up=False):
            return Tried(revision, "does not lead back", f"downgrade: {reason}")
        left = self._difference(before, self._snapshot())
        if reason := self._run(revision, up=True):
            return Tried(revision, "fails", f"second upgrade: {reason}\n{left}".rstrip())
        left = left or self._difference(after, self._snapshot())
        return Tried(revision, "does not lead back" if left else "leads back", left)

    def _run(self, revision: Script, *, up: bool) -> str:
        """Why one revision could not be run; ``""`` if it was."""

        def steps(heads: Any, context: MigrationContext) -> Iterable[Step]:
            return [RevisionStep(revision, up)]

        try:
            run_there(self.config, self.script, self.connection, steps)
        except Exception as error:  # a revision runs any code: the report says what it raised
            self.connection.rollback()
            return f"{type(error).__name__}: {reason(error)}"
        return ""

    def _snapshot(self) -> Snapshot:
        context = MigrationContext.configure(self.connection)
        context.database.meet(self.connection)
        found = read_live(self.connection, context.database, self.terms, Snapshot())
        self.connection.rollback()
        return found

    def _difference(self, before: Snapshot, now: Snapshot) -> str:
        name = self.connection.dialect.name
        found = compare_sources(Kept("before", name, before), Kept("after", name, now), self.terms)
        return str(found) if found else ""
