"""Giving a revision another id, wherever it is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from schemadiff.script.creation import require_new
from schemadiff.script.entry import Script
from schemadiff.script.index import Index

from .links import Links, links_of


def renamed(index: Index[Script], old: str, new: str, *, remember: bool) -> Mapping[str, Links]:
    """The new links of ``old``, which is called ``new`` from now on, and of all that name it.

    With ``remember`` it replaces ``old``, so that databases at that id go on. Raises RevisionError for an id that is
    taken or cannot be.
    """
    require_new(index, new, ())
    found = {name: links_of(script).naming({old: new}) for name, script in index.revisions.items()}
    if remember:
        found[old] = replace(found[old], replaces=(*found[old].replaces, old))
    return found


def renamed_path(path: Path, old: str, new: str) -> Path:
    """The path with ``new`` in the file's name where ``old`` stands in it as a whole word, once."""
    parts = re.split(rf"(?<![^\W_]){re.escape(old)}(?![^\W_])", path.name)
    return path.with_name(new.join(parts)) if len(parts) == 2 else path
