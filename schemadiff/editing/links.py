"""What a revision file says about its place among the others, as a value that can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from schemadiff.script.entry import Script
from schemadiff.script.record import ids


@dataclass(frozen=True, slots=True)
class Links:
    """The id of a revision and the ids that it names."""

    revision: str
    down_revision: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def naming(self, new: Mapping[str, str]) -> Links:
        """The same with other ids in the place of those that ``new`` knows; ``replaces`` stays."""
        return replace(
            self,
            revision=new.get(self.revision, self.revision),
            down_revision=_naming(self.down_revision, new),
            depends_on=_naming(self.depends_on, new),
        )


def links_of(script: Script) -> Links:
    """What the file of ``script`` says."""
    return Links(script.revision, script.parents, ids(script.dependencies), script.replaces)


def _naming(names: tuple[str, ...], new: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new.get(name, name) for name in names))
