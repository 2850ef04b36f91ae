"""A program's own function as a command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import click

from .settings import Settings


def command_of(function: Callable[..., object]) -> click.Command:
    """The command that calls ``function(config, ...)``.

    Parameters without a default are arguments, the others options; a bool default makes a flag. The first
    paragraph of the docstring is the help.
    """
    # The first parameter is the Config.
    parameters = list(inspect.signature(function).parameters.values())[1:]
    name = function.__name__

    @click.pass_context
    def call(ctx: click.Context, /, **options: Any) -> object:
        settings: Settings = ctx.find_object(Settings) or Settings()
        return function(settings.config(name, options), **options)

    return click.Command(
        name=name,
        params=[_parameter(each) for each in parameters],
        callback=call,
        help=(inspect.getdoc(function) or "").partition("\n\n")[0],
    )


def _parameter(parameter: inspect.Parameter) -> click.Parameter:
    default = parameter.default
    if default is inspect.Parameter.empty:
        return click.Argument([parameter.name])
    flag = f"--{parameter.name.replace('_', '-')}"
    if isinstance(default, bool):
        return click.Option([flag, parameter.name], is_flag=True, default=default)
    return click.Option([flag, parameter.name], default=default)
