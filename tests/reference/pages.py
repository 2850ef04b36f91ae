"""What docs/reference/ has on which page, and how it is told: names, signatures, docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

import click

from schemadiff import autogenerate, command, errors, packages
from schemadiff.autogenerate import AutogenContext, Rewriter
from schemadiff.cli.commands import group
from schemadiff.config import CommandLine, Config
from schemadiff.config.keys import KEYS
from schemadiff.ddl import DefaultImpl
from schemadiff.hooks import registry
from schemadiff.operations import BatchOperations, Operations, ops
from schemadiff.runtime.environment import EnvironmentContext
from schemadiff.runtime.migration import MigrationContext
from schemadiff.runtime.options import DEFAULTS, ConfigureOptions
from schemadiff.runtime.steps import MigrationInfo
from schemadiff.script import Script, ScriptDirectory
from schemadiff.script import errors as script_errors
from schemadiff.script.record import Revision
from schemadiff.script.revision import RevisionMap

NOTE = "<!-- Written by `bin/test tests/reference --update-golden` from the code's own words. -->"
WIDE = 96


@dataclass(frozen=True)
class Page:
    """A page: where its names are imported from, and what it tells."""

    name: str
    title: str
    intro: str
    parts: Callable[[], Iterable[str]]

    def text(self) -> str:
        return "\n\n".join([f"# {self.title}", NOTE, self.intro, *self.parts()]) + "\n"


# ---- names ---------------------------------------------------------------------------------------


def entry(name: str, thing: object, level: int = 2) -> str:
    """A function, class or property with its signature and docstring."""
    return "\n\n".join([f"{'#' * level} {name}", *_told(name, thing)])


def _told(name: str, thing: object) -> Iterator[str]:
    if callable(thing) and not _is_plain_error(thing):
        yield f"```python\n{_signature(name, thing)}\n```"
    said = inspect.getdoc(thing)
    if said:
        yield _markdown(said)


def _is_plain_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, Exception)


def _markdown(docstring: str) -> str:
    r"""The words of a docstring; click's ``\b`` keeps lines apart, as a block of four blanks does."""
    return "\n".join(line.rstrip() for line in docstring.splitlines())


def _signature(name: str, thing: Callable[..., Any]) -> str:
    """On one line, or where that is too long one line a parameter."""
    found = inspect.signature(thing)
    own = [each for each in found.parameters.values() if each.name not in ("self", "cls")]
    words = list(_parameters(own))
    back = found.return_annotation
    tail = "" if back is inspect.Signature.empty or isinstance(thing, type) else f" -> {back}"
    short = f"{name}({', '.join(words)}){tail}"
    long = ",\n    ".join(words)
    return short if len(short) <= WIDE else f"{name}(\n    {long},\n){tail}"


def _parameters(own: Sequence[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for each in own:
        if each.kind is each.VAR_POSITIONAL:
            starred = True
        elif each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield _parameter(each)


def _parameter(each: inspect.Parameter) -> str:
    stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    said = "" if each.annotation is each.empty else f": {each.annotation}"
    return f"{stars}{each.name}{said}{_default(each, bool(said))}"


def _default(each: inspect.Parameter, spaced: bool) -> str:
    if each.default is each.empty:
        return ""
    plain = isinstance(each.default, str | int | float | tuple | list | None)
    value = repr(each.default) if plain else "..."
    return f" = {value}" if spaced else f"={value}"


def functions(module: ModuleType, level: int = 2) -> Iterator[str]:
    for name in module.__all__:
        if isinstance(thing := getattr(module, name), FunctionType):
            yield entry(name, thing, level)


def whole(kind: type) -> Iterator[str]:
    """A class with its public methods and properties, in the order in which they were written."""
    yield entry(kind.__name__, kind)
    for name in _members(kind):
        thing = getattr(kind, name)
        if inspect.getdoc(thing):
            yield entry(f"{kind.__name__}.{name}", thing, 3)


def _members(kind: type) -> Iterator[str]:
    """Names of methods and properties, those of our own base classes first."""
    own = [each for each in reversed(kind.__mro__) if each.__module__.startswith("schemadiff")]
    found = (name for each in own for name, thing in vars(each).items() if _is_member(name, thing))
    return iter(dict.fromkeys(found))


def _is_member(name: str, thing: object) -> bool:
    kinds = (FunctionType, classmethod, staticmethod, property, cached_property)
    return not name.startswith("_") and isinstance(thing, kinds)


def own(kind: type) -> Iterator[str]:
    """A class with those of its methods and properties that it describes itself."""
    yield entry(kind.__name__, kind)
    for name, thing in vars(kind).items():
        if _is_member(name, thing) and getattr(thing, "__doc__", None):
            yield entry(f"{kind.__name__}.{name}", getattr(kind, name), 3)


def classes(*kinds: type) -> Callable[[], Iterator[str]]:
    return lambda: (part for kind in kinds for part in whole(kind))


def errors_of(*modules: ModuleType) -> Iterator[str]:
    """Every exception of ours, with what it is and its exit code."""
    for module in modules:
        for name, thing in vars(module).items():
            if _is_plain_error(thing) and thing.__module__ == module.__name__:
                yield entry(f"{module.__name__}.{name}", thing)
                yield f"Exit code of the command line: {thing.exit_code}"


# ---- tables --------------------------------------------------------------------------------------


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def keys() -> Iterator[str]:
    rows = [(f"`{key.name}`", key.kind, key.meaning) for key in KEYS]
    yield table(("key", "kind", "meaning"), rows)


def options() -> Iterator[str]:
    """The parameters of configure(), as the docstring of ConfigureOptions describes them."""
    yield entry("EnvironmentContext.configure", EnvironmentContext.configure)
    rows = [(f"`{name}`", _said(DEFAULTS.get(name)), text) for name, text in described().items()]
    yield table(("parameter", "default", "meaning"), rows)


def _said(default: object) -> str:
    return "" if default is None else f"`{default!r}`"


def described() -> dict[str, str]:
    """What ConfigureOptions says of each of its keys."""
    lines = (inspect.getdoc(ConfigureOptions) or "").splitlines()
    found = (line[2:].partition(": ") for line in lines if line.startswith("* "))
    return {name.strip("`"): text for name, _, text in found}


def commands() -> Iterator[str]:
    yield f"{_help(group)}\n\n{_options(group)}"
    for name, each in group.commands.items():
        yield f"## {name}\n\n```\nschemadiff {_usage(name, each)}\n```\n\n{_help(each)}"
        if any(isinstance(parameter, click.Option) for parameter in each.params):
            yield _options(each)


def _usage(name: str, each: click.Command) -> str:
    arguments = [p for p in each.params if not isinstance(p, click.Option)]
    named = [p.metavar or str(p.name).upper() for p in arguments]
    return " ".join([name, "[OPTIONS]", *named])


def _help(each: click.Command) -> str:
    """The help as Markdown: what click would not wrap is a block."""
    said = inspect.cleandoc(each.help or "")
    return "\n\n".join(map(_paragraph, said.split("\n\n")))


def _paragraph(text: str) -> str:
    if not text.startswith("\b"):
        return text
    return "```\n" + inspect.cleandoc(text.removeprefix("\b").lstrip("\n")) + "\n```"


def _options(each: click.Command) -> str:
    rows = [
        (_spelled(option), (option.help or "").rstrip(), _choices(option))
        for option in each.params
        if isinstance(option, click.Option)
    ]
    return table(("option", "meaning", "values"), rows)


def _spelled(option: click.Option) -> str:
    return ", ".join(f"`{one}`" for one in sorted(option.opts, key=len))


def _choices(option: click.Option) -> str:
    return ", ".join(option.type.choices) if isinstance(option.type, click.Choice) else ""


PAGES = (
    Page("cli", "The command line", "`schemadiff [OPTIONS] COMMAND [ARGS]`", commands),
    Page("command", "Commands as functions", "`from schemadiff import command`: each takes a `Config` first.", lambda: functions(command)),
    Page("configuration", "Configuration keys", "In `[schemadiff]` of an ini file or `[tool.schemadiff]` of pyproject.toml.", keys),
    Page("config", "Config and CommandLine", "`from schemadiff.config import Config, CommandLine`", classes(Config, CommandLine)),
    Page("configure", "configure()", "`from schemadiff import context` in env.py: `context.configure(…)`.", options),
    Page("contexts", "EnvironmentContext and MigrationContext", "`from schemadiff.environment import EnvironmentContext`, `from schemadiff.migration import MigrationContext`", classes(EnvironmentContext, MigrationContext, MigrationInfo, DefaultImpl)),
    Page("op", "Operations", "`from schemadiff import op` in revision files: each method of `Operations` is a function of `op`, and `op.batch_alter_table()` gives a `BatchOperations`.", classes(Operations, BatchOperations)),
    Page("ops", "Operation classes", "`from schemadiff.operations import ops`: what a comparison finds, what hooks get and give.", lambda: (part for name in ops.__all__ for part in own(getattr(ops, name)))),
    Page("autogenerate", "Comparing and rendering", "`from schemadiff import autogenerate`", lambda: [*functions(autogenerate), *classes(AutogenContext, Rewriter)()]),
    Page("script", "Revision files and their graph", "`from schemadiff.script import ScriptDirectory, Script`, `from schemadiff.script.revision import RevisionMap, Revision`", classes(ScriptDirectory, Script, RevisionMap, Revision)),
    Page("hooks", "Post-write hooks", "`from schemadiff.script import write_hooks`", lambda: [entry("write_hooks.register", registry.register)]),
    Page("packages", "Packages", "`from schemadiff.packages import packages_of, config_for, find`", lambda: [*whole(packages.Package), *functions(packages)]),
    Page("errors", "Errors", "All are `CommandError`s, whose `message` is one line, with what to do next in `hint`.", lambda: errors_of(errors, script_errors)),
)  # fmt: skip
