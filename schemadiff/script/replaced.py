"""Databases at revisions that others replace: a squashed revision is taken apart where one stands in its middle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from types import ModuleType

from schemadiff.errors import CommandError
from schemadiff.script.entry import Script
from schemadiff.script.index import Index
from schemadiff.script.rows import StampStep
from schemadiff.script.source import identifier


def function_name(verb: str, revision: str) -> str:
    """What a squashed file calls the ``upgrade`` or ``downgrade`` of a revision that it replaces."""
    return f"{verb}_{identifier(revision)}"


class Part(Script):
    """One of the revisions that ``whole`` replaces, run by the functions that ``whole`` has for it.

    The last one goes by the name of ``whole``: who has it has everything.
    """

    def __init__(self, whole: Script, at: int) -> None:
        names = whole.replaces
        is_last = at == len(names) - 1
        self.whole = whole
        self.replaced = names[at]
        super().__init__(
            replace(
                whole.source,
                revision=whole.revision if is_last else names[at],
                down_revision=names[at - 1] if at else whole.source.down_revision,
                depends_on=None if at else whole.source.depends_on,
                branch_labels=whole.source.branch_labels if is_last else None,
                doc=f"{whole.doc} ({names[at]})",
                replaces=(names[at],) if is_last else (),
            )
        )

    @cached_property
    def module(self) -> ModuleType:
        """The functions of this part. Raises CommandError when the file has none."""
        made = ModuleType(f"{self.whole.module.__name__}.{identifier(self.replaced)}")
        for verb in ("upgrade", "downgrade"):
            setattr(made, verb, self._function(verb))
        return made

    def _function(self, verb: str) -> object:
        name = function_name(verb, self.replaced)
        found: object = getattr(self.whole.module, name, None)
        if found is None:
            raise CommandError(
                f"the database is in the middle of what {self.whole.named} replaces, "
                f"and the file has no function {name}()",
                hint="bring the database to the end of the old revisions with the old files first",
            )
        return found


def taken_apart(index: Index[Script], rows: Iterable[str]) -> list[Script] | None:
    """All revisions, with the parts of those in whose middle ``rows`` stand; None where no row does."""
    middles = {whole.revision for row in rows if (whole := _around(index, row)) is not None}
    if not middles:
        return None
    return [part for script in index.revisions.values() for part in _parts(script, middles)]


def renamed_rows(index: Index[Script], rows: Iterable[str]) -> list[StampStep]:
    """The steps after which the version table says which revisions stand for the ones it says now."""
    return [
        StampStep((row,), (index.replaced[row].revision,), is_upgrade=True)
        for row in rows
        if row not in index.revisions and row in index.replaced
    ]


def _around(index: Index[Script], row: str) -> Script | None:
    """The revision in whose middle ``row`` is."""
    whole = index.replaced.get(row)
    return whole if whole is not None and row != whole.replaces[-1] else None


def _parts(script: Script, middles: set[str]) -> Iterator[Script]:
    if script.revision not in middles:
        yield script
        return
    for at in range(len(script.replaces)):
        yield Part(script, at)
