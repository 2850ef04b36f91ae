"""Post-write hooks: what a project lets run on every new revision file."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import util
from pathlib import Path

from schemadiff.errors import CommandError, ConfigError

from .registry import registered

FILENAME = "REVISION_SCRIPT_FILENAME"
"""The word in a hook's options that stands for the path of the file."""

STAYS = "has been written and stays"


class HookError(CommandError):
    """A hook failed on ``path``, which stays as it was written; ``output`` is what the tool said."""

    def __init__(self, name: str, path: str, why: str, output: str = "") -> None:
        said = f"\n{output.rstrip()}" if output.strip() else ""
        super().__init__(
            f"post write hook {name!r} {why}{said}",
            hint=f"{path} {STAYS}; repair the hook and run it by hand",
        )
        self.name = name
        self.path = path
        self.output = output


def silent(message: str) -> None:
    """Nothing is said."""


def run_hooks(
    path: str | Path,
    specs: Sequence[Mapping[str, str]],
    say: Callable[[str], None] = silent,
) -> None:
    """Run the hooks that ``specs`` describe on the file, one after the other.

    A spec has ``name`` and ``type`` (``console_scripts``, ``exec``, ``module`` or a registered name), what
    the type needs (``entrypoint``, ``executable``, ``module``), and perhaps ``options`` and ``cwd``.
    Raises ConfigError for a spec that makes no sense and HookError for a tool that fails; later hooks
    do not run then.
    """
    for spec in specs:
        say(f"Running post write hook {spec.get('name', '')!r} ...")
        try:
            _run_one(str(path), spec, say)
        except ConfigError as error:
            error.hint = "; ".join(filter(None, (error.hint, f"{path} {STAYS}")))
            raise
        say("  done")


def _run_one(path: str, spec: Mapping[str, str], say: Callable[[str], None]) -> None:
    name = spec.get("name", "")
    hook = registered(_needed(spec, "type", f"Key '{name}.type' (or 'type' in toml)"))
    if hook is not None:
        hook(path, dict(spec))
    else:
        _run(name, _command(spec, path), path, spec.get("cwd"), say)


def _command(spec: Mapping[str, str], path: str) -> list[str]:
    match spec["type"]:
        case "console_scripts":
            start = _console_script(_needed(spec, "entrypoint"))
        case "exec":
            start = [_executable(_needed(spec, "executable"))]
        case "module":
            start = _module(_needed(spec, "module"))
        case other:
            raise ConfigError(
                f"No formatter with name '{other}' registered",
                hint="use console_scripts, exec or module, or register a function in env.py",
            )
    try:
        return [*start, *_options(spec.get("options", ""), path)]
    except ValueError as error:
        name = spec.get("name", "")
        raise ConfigError(f"{name}.options: {error}", key=f"{name}.options") from error


def _needed(spec: Mapping[str, str], key: str, spoken: str = "") -> str:
    name = spec.get("name", "")
    value = spec.get(key, "")
    if not value:
        subject = spoken or f"Key {name}.{key}"
        raise ConfigError(
            f"{subject} is required for post write hook '{name}'", key=f"{name}.{key}"
        )
    return value


def _console_script(name: str) -> list[str]:
    from importlib import metadata  # takes longer to load than all of this package

    found = list(metadata.entry_points(group="console_scripts", name=name))
    if not found:
        raise ConfigError(f"Could not find entrypoint console_scripts.{name}")
    module, attribute = found[0].module, found[0].attr
    # The tool names itself after argv[0] in its messages.
    start = f"import sys; sys.argv[0] = {name!r}; import {module}; sys.exit({module}.{attribute}())"
    return [sys.executable, "-c", start]


def _executable(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ConfigError(f"Could not find executable {name}", hint="is it on PATH?")
    return found


def _module(name: str) -> list[str]:
    try:
        found = util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ConfigError(f"Could not find module {name}")
    return [sys.executable, "-m", name]


def _options(text: str, path: str) -> list[str]:
    words = shlex.split(text, posix=os.name == "posix")
    if not any(FILENAME in word for word in words):
        words = [path, *words]
    return [word.replace(FILENAME, path) for word in words]


def _run(
    name: str, command: Sequence[str], path: str, cwd: str | None, say: Callable[[str], None]
) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cwd or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise HookError(name, path, f"could not be started: {error}") from error
    if done.returncode != 0:
        raise HookError(name, path, f"failed with exit code {done.returncode}", done.stdout)
    for line in done.stdout.splitlines():
        say(line)
