"""A difference in the form that was asked for."""

from __future__ import annotations

from schemadiff.autogenerate.api import AutogenContext
from schemadiff.autogenerate.render import construct_for, lines_of
from schemadiff.operations.ops import MigrateOperation
from schemadiff.render import json, layout, picture, text
from schemadiff.render.call import Line, Statement, Verbatim
from schemadiff.render.imports import block
from schemadiff.render.markdown import markdown
from schemadiff.render.text import Style, unstyled

from .difference import SchemaDiff, closing
from .statements import script_of

FORMATS = ("summary", "json", "sql", "python", "markdown", "mermaid", "dot", "svg")


def written(found: SchemaDiff, format_: str, style: Style = unstyled) -> str:
    """The difference as text ending in a newline; ``format_`` is one of FORMATS."""
    match format_:
        case "summary":
            return "\n".join(text.summary(found.report(), style, closing=closing)) + "\n"
        case "json":
            return json.dumps(found.report()) + "\n"
        case "sql":
            return script_of(found.upgrade_ops(), found.old, found.comparison.context.database)
        case "python":
            return python(found)
        case "markdown":
            return markdown(found.report())
        case "mermaid":
            return picture.mermaid(picture.difference(found.old, found.new))
        case "dot":
            return picture.dot(picture.difference(found.old, found.new))
        case "svg":
            return picture.svg(picture.difference(found.old, found.new))
    raise ValueError(f"no format is called {format_!r}")


def python(found: SchemaDiff) -> str:
    """``upgrade()`` and ``downgrade()`` of a revision, with the imports they need."""
    context = AutogenContext(found.comparison.context)
    ups = _lines(found.upgrade_ops(), context)
    downs = _lines(found.downgrade_ops(), context)
    imports = block((*sorted(context.imports), *layout.imports((*ups, *downs))))
    functions = (_function("upgrade", ups), _function("downgrade", downs))
    return "\n\n".join(filter(None, (imports + "\n" if imports else "", *functions)))


def _lines(ops: list[MigrateOperation], context: AutogenContext) -> tuple[Line, ...]:
    construct = construct_for(context)
    return tuple(line for op in ops for line in lines_of(op, construct, context.opts))


def _function(name: str, lines: tuple[Line, ...]) -> str:
    body = lines or (Statement(Verbatim("pass")),)
    return f"def {name}() -> None:\n{layout.source(body, indent=4)}"
