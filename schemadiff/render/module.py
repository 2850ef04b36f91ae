"""The text of a revision file: by the built-in layout, or by a project's own template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeGuard

from . import layout
from .call import Comment, Line, Literal, Statement, Verbatim, With
from .errors import RenderError
from .imports import Import, block, parsed, statements
from .literal import string

OPENING = Comment("--- written by schemadiff from the models: please read it before it runs ---")
CLOSING = Comment("--- end of what schemadiff wrote ---")
UNTYPED = '# mypy: disable-error-code="no-untyped-call"\n'
"""What a file says that calls a type without annotations, as some of SQLAlchemy's dialects have."""
_ALWAYS = ("from collections.abc import Sequence",)
_LINKS = "str | Sequence[str] | None"


def generated(lines: Sequence[Line]) -> tuple[Line, ...]:
    """``lines`` between two comments that tell where they come from; ``pass`` where there are none."""
    return (OPENING, *(lines or (Statement(Verbatim("pass")),)), CLOSING)


def revision_source(
    *,
    message: str,
    revision: str,
    down_revision: str | Sequence[str] | None,
    branch_labels: str | Sequence[str] | None = None,
    depends_on: str | Sequence[str] | None = None,
    replaces: Sequence[str] = (),
    create_date: object = "",
    upgrades: Sequence[Line] = (),
    downgrades: Sequence[Line] = (),
    imports: Iterable[str] = (),
) -> str:
    """The whole text of a revision file, with the imports it needs and no others.

    ``imports`` come in addition to what the lines need. The text is proven to be Python: RenderError
    otherwise.
    """
    needed = (*_ALWAYS, *imports, *layout.imports((*upgrades, *downgrades)))
    parts = (
        _docstring(message, revision, down_revision, create_date),
        *(() if layout.all_typed((*upgrades, *downgrades)) else (UNTYPED,)),
        f"{block(needed)}\n",
        f"revision: str = {string(revision)}\n"
        f"down_revision: {_LINKS} = {_links(down_revision)}\n"
        f"branch_labels: {_LINKS} = {_links(branch_labels)}\n"
        f"depends_on: {_LINKS} = {_links(depends_on)}\n{_replaces(replaces)}",
        _function("upgrade", "Bring the database to this revision.", upgrades),
        _function("downgrade", "Take the database back to before it.", downgrades),
    )
    source = "\n".join(parts)
    prove(source, f"revision {revision}")
    return source


def render_template(path: str | Path, **variables: object) -> str:
    """The text that a project's own ``script.py.mako`` gives.

    A variable that is a sequence of lines becomes their text, as the template's 4 blanks of indentation
    expect it; ``imports`` (statements) gets what these lines need and the template does not import
    by itself. ``comma`` is the documented filter. Raises RenderError where the template fails or what it
    gives is not Python.
    """
    from mako import exceptions  # type: ignore[import-untyped]
    from mako.template import Template  # type: ignore[import-untyped]

    text = Path(path).read_text(encoding="utf-8-sig")
    bodies = {name: v for name, v in variables.items() if _is_body(v)}
    needed = layout.imports([line for body in bodies.values() for line in body])
    spoken: dict[str, object] = {
        **variables,
        **{name: body_text(body) for name, body in bodies.items()},
        "imports": _template_imports((*_said(variables.get("imports")), *needed), text),
        "comma": _comma,
    }
    try:
        source = str(Template(text, filename=str(path), strict_undefined=False).render(**spoken))
    except Exception as error:
        # A template runs any code; whatever it raises, the person needs the template's own line.
        trace = exceptions.text_error_template().render().strip()
        raise RenderError(f"the template fails: {error}\n{trace}", where=str(path)) from error
    prove(source, str(path))
    return source


def body_text(lines: Sequence[Line]) -> str:
    """Lines for a place that is indented by 4 already: the first without indentation, the others with."""
    return layout.source(lines, indent=4).strip()


def prove(source: str, where: str) -> None:
    """Nothing, if ``source`` compiles; RenderError with the line that does not."""
    try:
        compile(source, where, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        number = getattr(error, "lineno", None) or 0
        line = source.splitlines()[number - 1].strip() if number else ""
        why = getattr(error, "msg", str(error))
        raise RenderError(f"line {number} is not Python: {line} ({why})", where=where) from error


# ---- parts of the file -------------------------------------------------------------------------


def _docstring(message: str, revision: str, down: str | Sequence[str] | None, date: object) -> str:
    lines = (
        message.strip() or "empty message",
        "",
        f"Revision ID: {revision}",
        f"Revises: {_comma(down)}",
        f"Create Date: {date}",
        "",
    )
    text = "\n".join(line.rstrip() for line in lines)
    return '"""' + text.replace("\\", "\\\\").replace('"""', r"\"\"\"") + '"""\n'


def _links(value: str | Sequence[str] | None) -> str:
    if value is None or isinstance(value, str):
        return layout.expression(Literal(value))
    return layout.expression(Literal(tuple(value) or None))


def _replaces(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f"replaces: list[str] = {layout.expression(Literal(list(names)))}\n"


def _function(name: str, meaning: str, lines: Sequence[Line]) -> str:
    body = layout.source(lines, indent=4) if _does_something(lines) else _nothing(lines)
    return f'\ndef {name}() -> None:\n    """{meaning}"""\n{body}'


def _nothing(lines: Sequence[Line]) -> str:
    return layout.source((*lines, Statement(Verbatim("pass"))), indent=4)


def _does_something(lines: Sequence[Line]) -> bool:
    return any(isinstance(line, Statement | With) for line in lines)


# ---- templates ---------------------------------------------------------------------------------


def _is_body(value: object) -> TypeGuard[Sequence[Line]]:
    return isinstance(value, tuple | list) and all(
        isinstance(line, Comment | Statement | With) for line in value
    )


def _said(imports: object) -> tuple[str, ...]:
    if isinstance(imports, str):
        return tuple(imports.splitlines())
    return tuple(imports) if isinstance(imports, Iterable) else ()


def _template_imports(needed: Iterable[str], template: str) -> str:
    """The import lines for a template, less the names that it binds itself."""
    own = (line for line in template.splitlines() if line.startswith(("import ", "from ")))
    bound = {one.bound for line in own for one in _readable(line)}
    return "\n".join(statements([one for one in parsed(needed) if one.bound not in bound]))


def _readable(line: str) -> Iterable[Import]:
    try:
        return parsed([line])
    except SyntaxError:
        # A line of the template's own text, or an import that spans several lines.
        return ()


def _comma(value: object) -> str:
    """The documented filter: ids as text, several of them joined by commas."""
    if value is None:
        return ""
    return value if isinstance(value, str) else ", ".join(map(str, _said(value)))


__all__ = [
    "CLOSING",
    "OPENING",
    "body_text",
    "generated",
    "prove",
    "render_template",
    "revision_source",
]
