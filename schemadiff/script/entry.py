"""A revision that is in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from textwrap import indent
from types import ModuleType

from schemadiff.script.record import Revision, ids
from schemadiff.script.source import RevisionSource, load_revision


class Script(Revision):
    """A revision with its file; ``path`` is text, as documented."""

    def __init__(self, source: RevisionSource) -> None:
        self.source = source
        self.path = str(source.path)
        self.replaces = source.replaces
        super().__init__(
            source.revision, source.down_revision, source.depends_on, source.branch_labels
        )

    @cached_property
    def module(self) -> ModuleType:
        """The module of the file, run at the first use. Raises UnreadableRevision."""
        return load_revision(Path(self.path))

    @property
    def place(self) -> str:
        """The file, and the line that assigns the identifier."""
        return f"{self.path}, line {self.source.line}" if self.source.line else self.path

    @property
    def longdoc(self) -> str:
        """The docstring of the file."""
        return self.source.doc.strip()

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring: the message."""
        return self.longdoc.split("\n\n", 1)[0]

    @property
    def log_entry(self) -> str:
        """All there is to say about the revision, in several lines that end with an empty one."""
        return self.entry()

    def entry(self, current: bool = False) -> str:
        """``log_entry``; ``current`` says that the database is here."""
        # Here every head is one; the lines of history tell real from effective ones.
        marks = _marks({"head": self.is_head, **self._tree(), "current": current})
        parent = "Merges" if self.is_merge_point else "Parent"
        lines = [f"Rev: {self.revision}{marks}", f"{parent}: {self._parents()}"]
        for title, names in (
            ("Also depends on", ids(self.dependencies)),
            ("Replaces", self.replaces),
            ("Branches into", sorted(self.nextrev) if self.is_branch_point else ()),
            ("Branch names", sorted(self.branch_labels)),
        ):
            if names:
                lines.append(f"{title}: {', '.join(names)}")
        lines += [f"Path: {self.path}", "", indent(self.longdoc, "    "), ""]
        return "\n".join(lines)

    def cmd_format(
        self,
        verbose: bool,
        include_branches: bool = False,
        include_doc: bool = False,
        include_parents: bool = False,
        tree_indicators: bool = True,
        current: bool = False,
    ) -> str:
        """The revision in one line, or ``verbose`` in several."""
        if verbose:
            return self.entry(current)
        tree = self._tree() if tree_indicators else {}
        labels = f" ({', '.join(sorted(self.branch_labels))})" if self.branch_labels else ""
        return "".join(
            (
                f"{self._below()} -> " if include_parents else "",
                self.revision,
                labels if include_branches else "",
                _marks({**self._heads(), "current": current, **tree}),
                f", {self.doc}" if include_doc else "",
            )
        )

    def _below(self) -> str:
        depends = ids(self.dependencies)
        return self._parents() + (f" ({', '.join(depends)})" if depends else "")

    def _parents(self) -> str:
        return _comma(self.parents) or "<base>"

    def _heads(self) -> dict[str, bool]:
        return {
            "head": self.is_real_head,
            "effective head": self.is_head and not self.is_real_head,
        }

    def _tree(self) -> dict[str, bool]:
        return {"branchpoint": self.is_branch_point, "mergepoint": self.is_merge_point}


def _marks(said: Mapping[str, bool]) -> str:
    """What is special about a revision, each in brackets."""
    return "".join(f" ({mark})" for mark, holds in said.items() if holds)


def _comma(names: Iterable[str]) -> str:
    return ", ".join(names)
