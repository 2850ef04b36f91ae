"""A state of a schema as models, as a snapshot, as SQL, or as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from schemadiff.autogenerate.comparison import Comparison
from schemadiff.model import Snapshot
from schemadiff.model.serial import Saved, dumps
from schemadiff.render import picture
from schemadiff.runtime.migration import MigrationContext
from schemadiff.states.looking import Seen, seen
from schemadiff.states.opening import Ground, opened, terms_for
from schemadiff.states.statements import script_of

from .classes import classes_source
from .tables import tables_source

FORMATS = ("python", "declarative", "json", "sql", "mermaid", "dot", "svg")

__all__ = ["FORMATS", "classes_source", "inspected", "tables_source", "written"]


def inspected(
    state: object,
    format_: str,
    ground: Ground,
    *,
    exclude: Sequence[str] = (),
    include_schemas: bool = False,
) -> str:
    """A state in the form that was asked for, one of FORMATS; nothing is changed anywhere."""
    with opened([state], ground) as sources:
        terms = terms_for(sources, ground, exclude=exclude, include_schemas=include_schemas)
        return written(seen(sources[0], terms), format_)


def written(found: Seen, format_: str) -> str:
    """What was seen as text ending in a newline."""
    match format_:
        case "python":
            return tables_source(found.snapshot, found.database)
        case "declarative":
            return classes_source(found.snapshot, found.database)
        case "json":
            name = "mariadb" if getattr(found.database.dialect, "is_mariadb", False) else ""
            return dumps(Saved(name or found.database.dialect.name, found.snapshot, found.spelt))
        case "sql":
            return _script(found)
        case "mermaid":
            return picture.mermaid(picture.schema(found.snapshot))
        case "dot":
            return picture.dot(picture.schema(found.snapshot))
        case "svg":
            return picture.svg(picture.schema(found.snapshot))
    raise ValueError(f"no format is called {format_!r}")


def _script(found: Seen) -> str:
    """What makes an empty database this state."""
    context = MigrationContext.configure(dialect=found.database.dialect, opts={"as_sql": True})
    context.database = found.database
    ops = Comparison(context, Snapshot(), found.snapshot).upgrade_ops()
    groundwork = "".join(f"{statement};\n\n" for statement in found.groundwork)
    return groundwork + script_of(ops, Snapshot(), found.database)
