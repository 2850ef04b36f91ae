"""The configuration of a project."""

from __future__ import annotations

from importlib import import_module

from schemadiff.config.config import Config
from schemadiff.config.files import Found, find_config
from schemadiff.config.options import ScriptOptions

__all__ = ["Config", "Found", "ScriptOptions", "find_config"]


def __getattr__(name: str) -> object:
    """The documented names that live above the configuration, fetched when they are asked for."""
    if name == "command":
        return import_module("schemadiff.command")
    if name in ("CommandLine", "main"):
        found: object = getattr(import_module("schemadiff.cli"), name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
