"""Running a Python file that is in no package, as env.py files are run."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from schemadiff.script.source import load_module


def load_python_file(dir_: str, filename: str) -> ModuleType:
    """The module that a file makes, run anew. Raises what running it raises."""
    return load_module(Path(dir_, filename))
