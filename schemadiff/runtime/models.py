"""The user's models: from ``"shop.models:Base.metadata"`` to MetaData objects."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import sqlalchemy as sa

from schemadiff.errors import ConfigError

Spec: TypeAlias = object
"""``"module:attribute.path"``, ``"module"``, ``"path/to/file.py:attribute"``, a MetaData, anything with a
``metadata`` attribute (a declarative base, Flask-SQLAlchemy's ``db``), or a list of those."""

NEXT_STEP = "name them as module:attribute, for example --metadata shop.models:Base"


def load_metadata(spec: Spec, search: Sequence[str] = (".",)) -> list[sa.MetaData]:
    """The MetaData objects that ``spec`` names, each once, in the order they were named.

    ``search`` are folders put in front of ``sys.path`` first. Raises ConfigError when something cannot be
    imported (naming the user's own file and line), does not exist, or holds no MetaData.
    """
    put_in_front(search)
    return list(dict.fromkeys(_all(spec)))


def _all(spec: Spec) -> Iterable[sa.MetaData]:
    match spec:
        case str():
            return _named(spec)
        case list() | tuple():
            return [metadata for item in spec for metadata in _all(item)]
        case _:
            found = metadata_of(spec)
            if found is None:
                raise ConfigError(f"{spec!r} is no MetaData and has none", hint=NEXT_STEP)
            return [found]


def metadata_of(thing: object) -> sa.MetaData | None:
    """``thing`` itself if it is MetaData, else its ``metadata`` (a declarative base), else None."""
    if isinstance(thing, sa.MetaData):
        return thing
    inner = getattr(thing, "metadata", None)
    return inner if isinstance(inner, sa.MetaData) else None


def _named(spec: str) -> Iterable[sa.MetaData]:
    location, attribute = _split(spec)
    module = _import(location)
    if not attribute:
        return [_only_one(module, location)]
    thing = _attribute(module, location, attribute)
    found = [metadata_of(item) for item in (thing if isinstance(thing, list | tuple) else [thing])]
    if not found or None in found:
        said = type(thing).__name__
        raise ConfigError(f"{spec} is no MetaData and has none: it is a {said}", hint=NEXT_STEP)
    return [metadata for metadata in found if metadata is not None]


def _split(spec: str) -> tuple[str, str]:
    """Where to import from and which attribute; a drive letter's colon is none of ours."""
    location, colon, attribute = spec.rpartition(":")
    if not colon or attribute.startswith(("\\", "/")):
        return spec, ""
    return location, attribute


def _attribute(module: ModuleType, location: str, path: str) -> object:
    thing: object = module
    for name in path.split("."):
        try:
            thing = getattr(thing, name)
        except AttributeError as error:
            raise ConfigError(
                f"{location} has no attribute {path!r}: {error}", hint=NEXT_STEP
            ) from error
    return thing


def _only_one(module: ModuleType, location: str) -> sa.MetaData:
    """The one MetaData of a module that was named without an attribute."""
    named = {name: metadata_of(thing) for name, thing in vars(module).items() if name[:2] != "__"}
    found = {metadata: name for name, metadata in named.items() if metadata is not None}
    # A base class that models inherit from shares its MetaData with them: one entry.
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise ConfigError(f"no MetaData found in {location}", hint=NEXT_STEP)
    names = ", ".join(f"{location}:{name}" for name in sorted(found.values()))
    raise ConfigError(f"several MetaData objects in {location}", hint=f"say which: {names}")


# ---- importing -------------------------------------------------------------------------------


def _import(location: str) -> ModuleType:
    try:
        if location.endswith(".py") or "/" in location:
            return _import_file(Path(location))
        return importlib.import_module(location)
    except ConfigError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigError(_why_not(location, error), hint=_what_now(location, error)) from error


def _import_file(path: Path) -> ModuleType:
    """The module in a file; a file of a package is imported under its dotted name."""
    if not path.is_file():
        raise ConfigError(f"there is no file {path}", hint=NEXT_STEP)
    folder, dotted = path.resolve().parent, path.stem
    while (folder / "__init__.py").is_file():
        folder, dotted = folder.parent, f"{folder.name}.{dotted}"
    if "." in dotted:
        put_in_front([str(folder)])
        return importlib.import_module(dotted)
    return _run_file(path.resolve(), dotted)


def _run_file(path: Path, name: str) -> ModuleType:
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(path):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Declarative models look their own module up while they are being defined.
    sys.modules[name] = module
    put_in_front([str(path.parent)])
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def put_in_front(folders: Iterable[str]) -> None:
    """Make what is in ``folders`` importable, before anything else."""
    for folder in reversed([str(Path(folder).resolve()) for folder in folders]):
        if folder not in sys.path:
            sys.path.insert(0, folder)


def _why_not(location: str, error: BaseException) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, SyntaxError):
        reason = f"{error.msg} ({_short(error.filename or location)}, line {error.lineno})"
        return f"cannot import {location}: {reason}"
    if not isinstance(error, ImportError):
        reason = f"{type(error).__name__}: {reason}"
    place = _own_line(error)
    return f"cannot import {location}: {reason}{f' ({place})' if place else ''}"


def _what_now(location: str, error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name == location.partition(".")[0]:
        return f"is {location} spelled right, and is this the folder it is imported from?"
    if isinstance(error, KeyError) and _raised_by_environ(error):
        return f"set the environment variable {error.args[0]}, the models read it"
    return "--traceback shows all of it"


def _raised_by_environ(error: KeyError) -> bool:
    """Whether it was ``os.environ`` that had no such key: the code that raised is of ``os``."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_globals is vars(os)


def _own_line(error: BaseException) -> str:
    """The last line of the user's own code in a traceback: neither import machinery nor a library."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename)]
    return f"{_short(own[-1].filename)}, line {own[-1].lineno}" if own else ""


def _is_own(filename: str) -> bool:
    path = Path(filename)
    foreign = {"site-packages", "dist-packages"} & set(path.parts)
    return (
        not filename.startswith("<")
        and not foreign
        and not path.is_relative_to(Path(importlib.__file__).parent.parent)
        and not path.is_relative_to(Path(__file__).parent.parent)
    )


def _short(filename: str) -> str:
    path = Path(filename)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
