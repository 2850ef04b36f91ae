"""The documented path of ScriptDirectory and Script."""

from schemadiff.script.directory import ScriptDirectory
from schemadiff.script.entry import Script

__all__ = ["Script", "ScriptDirectory"]
