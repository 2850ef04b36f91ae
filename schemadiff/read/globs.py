"""Which tables and named objects a configuration declares to be none of its business."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from schemadiff.model import Domain, Enum, Key, Snapshot


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns such as ``app_*``, ``spatial_ref_sys`` and ``audit.*``.

    A pattern speaks of a name in any schema, or of a name with its schema and a dot in front. What
    ``exclude`` names takes no part; where there is an ``include``, only what it names does. Enums and domains
    come with the columns that use them: only ``exclude`` speaks of them.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, schema: str, name: str, default_schema: str = "") -> bool:
        """Whether a table or sequence takes part; ``default_schema`` is what ``""`` is called."""
        called = _called(schema, name, default_schema)
        wanted = not self.include or _any(self.include, called)
        return wanted and not _any(self.exclude, called)

    def allows(self, schema: str, name: str, default_schema: str = "") -> bool:
        """Whether an enum or a domain takes part."""
        return not _any(self.exclude, _called(schema, name, default_schema))

    def applied(self, snapshot: Snapshot, default_schema: str = "") -> Snapshot:
        """``snapshot`` less what takes no part; foreign keys to such a table stay."""
        if not (self.include or self.exclude):
            return snapshot
        out = [key for key in snapshot if not self._takes_part(snapshot, key, default_schema)]
        return snapshot.without(out) if out else snapshot

    def _takes_part(self, snapshot: Snapshot, key: Key, default_schema: str) -> bool:
        if key.kind == "schema":
            return True
        if isinstance(snapshot[key], (Enum, Domain)):
            return self.allows(key.schema, key.name, default_schema)
        return self.wants(key.schema, key.table or key.name, default_schema)


def _called(schema: str, name: str, default_schema: str) -> tuple[str, ...]:
    inside = schema or default_schema
    return (name, f"{inside}.{name}") if inside else (name,)


def _any(patterns: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)
