"""How an error is shown: one clear line on standard error, and below it what to do next."""

from __future__ import annotations

import traceback

import click

from schemadiff.errors import SchemaDiffError


def report(error: BaseException, with_traceback: bool) -> int:
    """The exit code of ``error``, which has been written to standard error."""
    if with_traceback:
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    first, *rest = _lines(error)
    click.echo(click.style("error:", fg="red", bold=True) + f" {first}", err=True)
    for line in rest:
        click.echo(f"       {line}", err=True)
    return error.exit_code if isinstance(error, SchemaDiffError) else 4


def _lines(error: BaseException) -> list[str]:
    """The complaint itself, the facts that were added on its way, the next step."""
    notes = [line for note in getattr(error, "__notes__", ()) for line in note.splitlines()]
    hint = error.hint if isinstance(error, SchemaDiffError) else "--traceback shows where"
    return [*_said(error), *notes, *hint.splitlines()]


def _said(error: BaseException) -> list[str]:
    if isinstance(error, SchemaDiffError):
        return error.message.splitlines() or [type(error).__name__]
    original = getattr(error, "orig", None)
    text = str(original if isinstance(original, BaseException) else error)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    first, *rest = lines or [""]
    named = (
        f"{type(error).__name__}: {first}" if original is None else _driver_text(original, first)
    )
    return [named, *([] if original is None else rest)]


def _driver_text(original: object, text: str) -> str:
    """A driver's words; MySQL's drivers print ``(number, text)``."""
    match getattr(original, "args", ()):
        case (int() as number, str() as words):
            return f"{words} ({number})"
    return text
