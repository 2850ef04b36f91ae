"""The same command line for argparse: programs put their own arguments into ``CommandLine.parser``."""

from __future__ import annotations

import inspect
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import click


def argument_parser(prog: str, group: click.Group) -> ArgumentParser:
    """A parser whose result has what was said and, as ``cmd``, the function with the names it takes."""
    parser = ArgumentParser(prog=prog)
    _add(parser, group.params)
    commands = parser.add_subparsers(dest="command_name")
    functions = import_module("schemadiff.command")
    for name, command in group.commands.items():
        function = getattr(functions, name, None)
        if function is not None:
            below = commands.add_parser(name, help=command.get_short_help_str(100))
            _add(below, command.params)
            below.set_defaults(cmd=_names(function))
    return parser


def _names(function: Callable[..., object]) -> tuple[Callable[..., object], list[str], list[str]]:
    """The function, its arguments without a default, and those with one."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    empty = inspect.Parameter.empty
    return (
        function,
        [each.name for each in parameters if each.default is empty],
        [each.name for each in parameters if each.default is not empty],
    )


def _add(parser: ArgumentParser, parameters: Iterable[click.Parameter]) -> None:
    for parameter in parameters:
        if isinstance(parameter, click.Argument):
            _add_argument(parser, parameter)
        elif isinstance(parameter, click.Option) and parameter.name not in ("version", None):
            _add_option(parser, parameter)


def _add_argument(parser: ArgumentParser, argument: click.Argument) -> None:
    several = "+" if argument.nargs == -1 else None
    parser.add_argument(str(argument.name), nargs=several)


def _add_option(parser: ArgumentParser, option: click.Option) -> None:
    how: dict[str, Any] = {"dest": option.name, "help": option.help, "default": _default(option)}
    if option.is_flag:
        how["action"] = "store_true"
    elif option.multiple:
        how["action"] = "append"
    parser.add_argument(*option.opts, **how)


def _default(option: click.Option) -> object:
    if option.is_flag:
        return False
    return option.default if isinstance(option.default, str) else None
