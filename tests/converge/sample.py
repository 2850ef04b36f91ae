"""Which changes are tried together: a round changes several tables of a part of one application's models."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from harness.cases import Models, applications

from .mutations import candidates, mutated
from .place import Mutation
from .source import Source

AT_ONCE = 8
"""Changes in one round, each of a table of its own."""
TABLES = 14
"""Tables of a round, and what their foreign keys lead to."""
SAMPLE = 1
"""Rounds of each application unless all are asked for."""
PER_KIND = 6
"""How often each kind of change is tried on each application if all are asked for."""


@dataclass(frozen=True, slots=True)
class Round:
    """Part of the models of an application, and what is changed in it."""

    path: Path
    tables: frozenset[str]
    mutations: tuple[Mutation, ...]
    batched: bool = False
    """Whether the revision says the changes of a table as one batch."""

    def before(self, folder: Path) -> Path:
        """The file of the models as they were."""
        source = Source.read(self.path)
        source.keep(self.tables)
        return self._written(source, folder / "before.py")

    def after(self, folder: Path) -> Path:
        """The file of the changed models."""
        source = Source.read(self.path)
        source.keep(self.tables)
        mutated(source, list(self.mutations))
        return self._written(source, folder / "after.py")

    def _written(self, source: Source, path: Path) -> Path:
        if self.batched:
            source.add("options = {'render_as_batch': True}")
        return source.write(path)

    def singly(self) -> list[Round]:
        """Every mutation in a round of its own."""
        return [replace(self, mutations=(one,)) for one in self.mutations]


SHARE = int(sa.__version__.startswith("2.0."))
"""Which half of each sample is tried: another one with SQLAlchemy 2.0 than with 2.1, for CI runs both."""


def rounds(everything: bool) -> Iterator[tuple[str, str, int]]:
    """The name of an application's models, a database that can hold them, and the number of the round."""
    for number, (path, database) in enumerate(applications()):
        if not everything and number // 2 % 2 != SHARE:
            continue
        for at in range(_COUNT if everything else SAMPLE):
            yield path.name, database, at + (0 if everything else number)


_COUNT = 5 * PER_KIND


def drawn(path: Path, database: str, number: int) -> Round:
    """The round of that number, always the same."""
    dice = random.Random(f"{path.name} {database} {number}")
    models = Models.read(path)
    tables = _part(models.metadata, dice)
    source = Source.read(path)
    source.keep(tables)
    metadata = _made(source)
    found = candidates(metadata, source, database)
    kinds = [name for name in found if found[name]]
    first = (number * AT_ONCE) % len(kinds)
    chosen = _chosen([found[name] for name in kinds[first:] + kinds[:first]], dice)
    return Round(path, tables, tuple(chosen), batched=number % 2 == 1)


def _chosen(found: list[list[Mutation]], dice: random.Random) -> list[Mutation]:
    """One of each kind, in tables that do not get in each other's way."""
    chosen: list[Mutation] = []
    changed: set[str] = set()
    leant_on: set[str] = set()
    for mutations in found:
        free = [m for m in mutations if m.table not in changed | leant_on]
        free = [m for m in free if not changed & set(m.leans_on)]
        if free and len(chosen) < AT_ONCE:
            chosen.append(dice.choice(free))
            changed.add(chosen[-1].table)
            leant_on.update(chosen[-1].leans_on)
    return chosen


def _part(metadata: sa.MetaData, dice: random.Random) -> frozenset[str]:
    """Some tables, and all that their foreign keys lead to."""
    keys = list(metadata.tables)
    part: set[str] = set()
    for key in dice.sample(keys, min(TABLES, len(keys))):
        if len(part) < TABLES:
            _follow(metadata, key, part)
    return frozenset(part)


def _follow(metadata: sa.MetaData, key: str, part: set[str]) -> None:
    if key in part or key not in metadata.tables:
        return
    part.add(key)
    for constraint in metadata.tables[key].foreign_key_constraints:
        for element in constraint.elements:
            _follow(metadata, element.target_fullname.rpartition(".")[0], part)


def _made(source: Source) -> sa.MetaData:
    names: dict[str, object] = {}
    exec(compile(source.tree, "models", "exec"), names)
    metadata = names["metadata"]
    assert isinstance(metadata, sa.MetaData)
    return metadata
