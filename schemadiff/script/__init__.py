"""Revision files on disk and their graph."""

from schemadiff.script.directory import ScriptDirectory
from schemadiff.script.entry import Script

__all__ = ["Script", "ScriptDirectory"]
