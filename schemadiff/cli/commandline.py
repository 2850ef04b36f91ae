"""Running a command: arguments in, exit code out."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from schemadiff.errors import UsageError

from .commands import InOrder, group
from .complaint import report
from .custom import command_of

if TYPE_CHECKING:
    from argparse import ArgumentParser


def main(argv: Sequence[str] | None = None, prog: str | None = None, **keywords: Any) -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a character is no reason to fail.
            stream.reconfigure(errors="replace")
    # Importing makes many objects and no rubbish; looking through all of them again and again is in vain.
    gc.set_threshold(50_000)
    sys.exit(CommandLine(prog=prog).run(sys.argv[1:] if argv is None else argv))


class CommandLine:
    """The command line as an object, to which commands can be added."""

    def __init__(self, prog: str | None = None) -> None:
        self.prog = prog or "schemadiff"
        self.group = InOrder(
            name=group.name,
            help=group.help,
            params=list(group.params),
            callback=group.callback,
            commands=dict(group.commands),
            context_settings=group.context_settings,
            epilog=group.epilog,
        )

    @cached_property
    def parser(self) -> ArgumentParser:
        """The command line for argparse, to which a program may add arguments of its own."""
        from .parser import argument_parser

        return argument_parser(self.prog, self.group)

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Run one command line (default: the process's own) and leave with its exit code."""
        sys.exit(self.run(sys.argv[1:] if argv is None else argv))

    def run(self, argv: Sequence[str]) -> int:
        """The exit code of one command line, whose errors have been shown."""
        with_traceback = "--traceback" in argv or "--raiseerr" in argv
        with _log_shown(quiet="-q" in argv or "--quiet" in argv), _warnings_shown():
            return self._run(argv, with_traceback)

    def _run(self, argv: Sequence[str], with_traceback: bool) -> int:
        try:
            code = self.group.main(list(argv), prog_name=self.prog, standalone_mode=False)
        except click.exceptions.Abort:
            return 4
        except click.ClickException as error:
            return report(_as_ours(error), with_traceback)
        except BrokenPipeError:
            # The reader of our output has seen enough.
            sys.stderr.close()
            return 0
        except Exception as error:
            return report(error, with_traceback)
        return code if isinstance(code, int) else 0

    def register_command(self, fn: Callable[..., object]) -> None:
        """Add ``fn(config, ...)``: parameters without a default are arguments, the others options."""
        self.group.add_command(command_of(fn))

    def run_cmd(self, config: Any, options: Any) -> None:
        """Call the function that ``options.cmd`` names with what ``options`` holds for it."""
        function, arguments, keywords = options.cmd
        function(
            config,
            *(getattr(options, name, None) for name in arguments),
            **{name: getattr(options, name, None) for name in keywords},
        )


def _as_ours(error: click.ClickException) -> UsageError:
    """A complaint of click's in our form, with the help that explains."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "schemadiff"
    return UsageError(error.format_message(), hint=f"{command} --help")


@contextmanager
def _warnings_shown() -> Iterator[None]:
    """Warnings in one line each on standard error, without the place in our code that gave them."""
    before = warnings.showwarning

    def show(message: Warning | str, *rest: object, **more: object) -> None:
        first = str(message).partition("\n")[0]
        click.echo(click.style("warning:", fg="yellow", bold=True) + f" {first}", err=True)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = before


@contextmanager
def _log_shown(quiet: bool) -> Iterator[None]:
    """Progress on standard error, unless the program has made its own arrangements."""
    # The second is in use where this package stands in for Alembic.
    loggers = [logging.getLogger(name) for name in ("schemadiff", "alembic")]
    if any(one.handlers for one in (*loggers, logging.getLogger())):
        yield
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before):
            logger.removeHandler(handler)
            logger.setLevel(level)
