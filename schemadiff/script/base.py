"""The documented names under the path that env.py files import them from."""

from schemadiff.script.directory import ScriptDirectory
from schemadiff.script.entry import Script

__all__ = ["Script", "ScriptDirectory"]
