"""Opening a file in the person's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

from schemadiff.errors import CommandError

USUAL = ("sensible-editor", "editor", "nano", "vim", "code")
WINDOWS = ("code", "notepad++", "notepad")


def open_in_editor(path: str) -> None:
    """Open ``path`` and wait until the editor is closed. Raises CommandError if there is none."""
    command = [*_editor(), path]
    code = subprocess.call(command)
    if code:
        raise CommandError(f"the editor {command[0]} ended with exit code {code}")


def _editor() -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        words = shlex.split(os.environ.get(variable, ""))
        if words and shutil.which(words[0]):
            return words
    for name in WINDOWS if os.name == "nt" else USUAL:
        if shutil.which(name):
            return [name]
    raise CommandError("no editor found", hint="set the environment variable EDITOR")
