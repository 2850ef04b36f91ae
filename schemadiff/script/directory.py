"""The folder of revision files: reading it, and writing one more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemadiff.config import Config
from schemadiff.config.options import (
    FILE_TEMPLATE,
    SLUG_LENGTH,
    ScriptOptions,
)
from schemadiff.errors import CommandError, SchemaDiffError
from schemadiff.script import files
from schemadiff.script.entry import Script
from schemadiff.script.errors import MultipleHeads, RangeNotAncestorError, ResolutionError
from schemadiff.script.filename import FileNames
from schemadiff.script.ids import new_id
from schemadiff.script.record import Ids, ids
from schemadiff.script.replaced import renamed_rows, taken_apart
from schemadiff.script.revision import RevisionMap
from schemadiff.script.rows import RevisionStep, StampStep, Step, stamp_steps
from schemadiff.script.source import line_in, load_module, read_source

if TYPE_CHECKING:
    from schemadiff.render.call import Line
    from schemadiff.script.creation import Draft

NOTHING: Mapping[str, object] = MappingProxyType({})

NO_FOLDER = "Path doesn't exist: {}.  Please use the 'init' command to create a new scripts folder."


class ScriptDirectory:
    """The revisions of a project. The files are read when the first revision is asked for.

    ``messaging_opts`` is accepted and not needed: nothing is printed here.
    Raises CommandError when ``dir`` does not exist (unless nobody named it: see ScriptOptions).
    """

    def __init__(
        self,
        dir: str | Path,
        file_template: str = FILE_TEMPLATE,
        truncate_slug_length: int | None = SLUG_LENGTH,
        version_locations: Sequence[str | Path] | None = None,
        sourceless: bool = False,
        output_encoding: str = "utf-8",
        timezone: str | None = None,
        hooks: Sequence[Mapping[str, str]] = (),
        recursive_version_locations: bool = False,
        messaging_opts: Mapping[str, object] = NOTHING,
        *,
        may_be_missing: bool = False,
        revision_ids: str = "random",
    ) -> None:
        folder = Path(os.path.abspath(dir))
        if not may_be_missing and not folder.is_dir():
            raise CommandError(NO_FOLDER.format(folder), hint="or correct script_location")
        self.dir = str(folder)
        self.names = FileNames(file_template, truncate_slug_length or SLUG_LENGTH)
        self.version_locations = [
            os.path.abspath(location) for location in version_locations or ()
        ] or [str(folder / "versions")]
        self.sourceless = sourceless
        self.output_encoding = output_encoding
        self.timezone = timezone
        self.hooks = tuple(hooks)
        self.revision_ids = revision_ids
        self.recursive_version_locations = recursive_version_locations
        self.revision_map: RevisionMap[Script] = RevisionMap(self._scripts)

    @classmethod
    def from_config(cls, config: Config) -> ScriptDirectory:
        """The folder that the configuration names; its ``prepend_sys_path`` takes effect."""
        return cls.from_options(config.script_options())

    @classmethod
    def from_options(cls, options: ScriptOptions) -> ScriptDirectory:
        """The folder that ``options`` describe."""
        return cls(
            options.dir,
            options.file_template,
            options.truncate_slug_length,
            options.version_locations,
            options.sourceless,
            options.output_encoding,
            options.timezone,
            options.hooks,
            options.recursive_version_locations,
            may_be_missing=options.may_be_missing,
            revision_ids=options.revision_ids,
        )

    # ---- the files ---------------------------------------------------------------------------

    @property
    def versions(self) -> str:
        """The only version location. Raises CommandError when there are several."""
        if len(self.version_locations) > 1:
            raise CommandError(
                "Multiple version locations present, please specify --version-path",
                hint="locations: " + ", ".join(self.version_locations),
            )
        return self.version_locations[0]

    @property
    def env_py_location(self) -> str:
        """Where an env.py is, if the project has one; a subclass may know another place."""
        return os.path.join(self.dir, "env.py")

    @property
    def env_path(self) -> Path:
        """``env_py_location`` as a path."""
        return Path(self.env_py_location)

    @property
    def template_path(self) -> Path:
        """Where the project's own template of revision files is, if it has one."""
        return Path(self.dir, "script.py.mako")

    def _scripts(self) -> Iterator[Script]:
        """The revisions in the order of their paths."""
        for path in files.revision_files(
            self.version_locations, self.recursive_version_locations, self.sourceless
        ):
            yield Script(read_source(path))

    def run_env(self) -> None:
        """Run the project's env.py. Raises CommandError when there is none, and what it raises, with its file and line."""
        if not self.env_path.is_file():
            raise CommandError(f"there is no {self.env_path}", hint="schemadiff init writes one")
        try:
            load_module(self.env_path)
        except SchemaDiffError:
            raise
        except Exception as error:
            line = line_in(self.env_path, error)
            if line and not getattr(error, "__notes__", ()):  # a revision that fails has said so
                error.add_note(f"{self.env_path}, line {line}")
            raise

    # ---- asking ------------------------------------------------------------------------------

    def get_revision(self, id_: Ids) -> Script | None:
        """The revision that ``id_`` denotes, None for the base. Raises CommandError."""
        with _spoken():
            return self.revision_map.get_revision(id_)

    def get_revisions(self, id_: Ids) -> tuple[Script, ...]:
        """The revisions that ``id_`` denotes. Raises CommandError."""
        with _spoken():
            return self.revision_map.get_revisions(id_)

    def get_heads(self, consider_depends_on: bool = False) -> list[str]:
        """The ids of the heads; with ``consider_depends_on`` only those that nobody depends on."""
        graph = self.revision_map.graph
        return list(graph.real_heads if consider_depends_on else graph.heads)

    def get_current_head(self) -> str | None:
        """The id of the one head, None without revisions. Raises CommandError when there are several."""
        with _spoken(
            "The script directory has multiple heads (due to branching). "
            "Please use get_heads(), or merge the branches"
        ):
            return self.revision_map.get_current_head()

    def get_bases(self) -> list[str]:
        """The ids of the revisions that stand on no other."""
        return list(self.revision_map.bases)

    def get_base(self) -> str | None:
        """The id of the one base, None without revisions. Raises CommandError when there are several."""
        bases = self.get_bases()
        if len(bases) > 1:
            raise CommandError("The script directory has multiple bases. Please use get_bases().")
        return bases[0] if bases else None

    def as_revision_number(self, id_: Ids) -> str | tuple[str, ...] | None:
        """The id that ``id_`` denotes, None for the base; for ``heads`` a tuple of them."""
        with _spoken():
            found = self.revision_map.index.resolve(id_)
        if id_ == "heads" or len(found) > 1:
            return found
        return found[0] if found else None

    def walk_revisions(self, base: str = "base", head: str = "heads") -> Iterator[Script]:
        """The revisions from ``head`` to ``base``, both included, newest first."""
        with _spoken():
            return self.revision_map.iterate_revisions(
                head, base, inclusive=True, assert_relative_length=False
            )

    def iterate_revisions(self, upper: Ids, lower: Ids, **how: bool) -> Iterator[Script]:
        """As RevisionMap.iterate_revisions."""
        with _spoken():
            return self.revision_map.iterate_revisions(upper, lower, **how)

    # ---- plans -------------------------------------------------------------------------------

    def meet(self, rows: Ids) -> tuple[tuple[str, ...], list[StampStep]]:
        """``rows`` by the ids that the files have, and the steps that write these into the version table.

        A revision that replaces others, in whose middle a row stands, is from now on what it was made of.
        """
        said = ids(rows)
        parts = taken_apart(self.revision_map.index, said)
        if parts is not None:
            self.revision_map = RevisionMap(lambda: parts)
        steps = renamed_rows(self.revision_map.index, said)
        now = {row: step.to_ids[0] for step in steps for row in step.from_ids}
        return tuple(dict.fromkeys(now.get(row, row) for row in said)), steps

    def upgrade_steps(self, destination: Ids, rows: Ids) -> list[Step[Script]]:
        """What to run, in order, so that a database with ``rows`` comes to ``destination``.

        The files are loaded here: one that Python rejects is found before anything has run.
        """
        known, stamps = self.meet(rows)
        with _spoken(ancestor=_not_a_target(destination, "upgrade")):
            found = self.revision_map.iterate_revisions(destination, known, implicit_base=True)
        return [*stamps, *_loaded(RevisionStep(each, True) for each in reversed(list(found)))]

    def downgrade_steps(self, destination: Ids, rows: Ids) -> list[Step[Script]]:
        """What to take back, in order, so that a database with ``rows`` comes to ``destination``."""
        known, stamps = self.meet(rows)
        with _spoken(ancestor=_not_a_target(destination, "downgrade")):
            found = self.revision_map.iterate_revisions(
                known, destination, select_for_downgrade=True
            )
        return [*stamps, *_loaded(RevisionStep(script, False) for script in found)]

    def stamp_steps(self, targets: Ids, rows: Iterable[str]) -> list[StampStep]:
        """How the version table of a database with ``rows`` comes to say ``targets``."""
        known, stamps = self.meet(tuple(rows))
        with _spoken("Multiple heads are present; please specify a single target revision"):
            return [*stamps, *stamp_steps(self.revision_map.index, targets, known)]

    _upgrade_revs = upgrade_steps
    _downgrade_revs = downgrade_steps
    _stamp_revs = stamp_steps

    # ---- one more ----------------------------------------------------------------------------

    def draft(
        self,
        revid: str | None,
        message: str | None,
        head: Ids = None,
        splice: bool = False,
        branch_labels: Ids = None,
        version_path: str | Path | None = None,
        depends_on: Ids = None,
        file_template: str | None = None,
    ) -> Draft:
        """A new revision, checked in every way that can be checked before it is written.

        Raises CommandError and ConfigError.
        """
        from schemadiff.script.creation import draft

        names = FileNames(file_template, self.names.slug_length) if file_template else self.names
        with _spoken(
            "Multiple heads are present; please specify the head revision on which the new "
            "revision should be based, or perform a merge."
        ):
            return draft(
                self.revision_map.index,
                self.version_locations,
                names,
                revid or new_id(self.revision_ids, self.revision_map.index.revisions),
                message,
                head="head" if head is None else head,
                splice=splice,
                branch_labels=branch_labels,
                version_path=version_path,
                depends_on=depends_on,
                timezone=self.timezone,
            )

    def write(self, new: Draft, text: str) -> Script:
        """Write the file of ``new``, whole or not at all, and add it to the map.

        Raises CommandError when the file exists, cannot be written, or does not say what it should.
        """
        with files.written(new.path, text.encode(self.output_encoding)) as provisional:
            script = Script(read_source(provisional).at(new.path))
            new.require_said(script)
        self.revision_map.add_revision(script)
        return script

    def generate_revision(
        self,
        revid: str | None,
        message: str | None,
        head: Ids = None,
        splice: bool = False,
        branch_labels: Ids = None,
        version_path: str | Path | None = None,
        file_template: str | None = None,
        depends_on: Ids = None,
        source: Callable[[Draft], str] | None = None,
        upgrades: Sequence[Line] = (),
        downgrades: Sequence[Line] = (),
        imports: Iterable[str] = (),
        **variables: object,
    ) -> Script:
        """A new revision file, as a Script; ``source`` makes its text, or else ``text_of``."""
        new = self.draft(
            revid, message, head, splice, branch_labels, version_path, depends_on, file_template
        )
        if source is not None:
            return self.write(new, source(new))
        return self.write(new, self.text_of(new, upgrades, downgrades, imports, **variables))

    def text_of(
        self,
        new: Draft,
        upgrades: Sequence[Line] = (),
        downgrades: Sequence[Line] = (),
        imports: Iterable[str] = (),
        **variables: object,
    ) -> str:
        """The text of the file: by the project's ``script.py.mako`` if it has one, else as built in.

        ``variables`` are for the template. Raises RenderError for what is not Python.
        """
        from schemadiff.render.module import render_template, revision_source

        if self.template_path.is_file():
            body = {"upgrades": upgrades, "downgrades": downgrades, "imports": imports}
            return render_template(
                self.template_path, **{**new.template_variables(), **body, **variables}
            )
        return revision_source(
            message=new.message,
            revision=new.revision,
            down_revision=new.down_revision,
            branch_labels=new.branch_labels,
            depends_on=new.depends_on,
            create_date=new.create_date,
            upgrades=upgrades,
            downgrades=downgrades,
            imports=imports,
        )


def _loaded(steps: Iterable[RevisionStep[Script]]) -> list[RevisionStep[Script]]:
    """``steps``, of which every file has been loaded."""
    found = list(steps)
    for step in found:
        _ = step.revision.module
    return found


def _not_a_target(destination: Ids, way: str) -> str:
    return f"Destination {destination} is not a valid {way} target from current head(s)"


@contextmanager
def _spoken(multiple: str = "", ancestor: str = "") -> Iterator[None]:
    """The documented words of commands for what the map finds wrong."""
    try:
        yield
    except MultipleHeads as error:
        raise (CommandError(multiple, hint=error.hint) if multiple else error) from error
    except RangeNotAncestorError as error:
        raise (CommandError(ancestor) if ancestor else error) from error
    except ResolutionError as error:
        if error.candidates or not str(error).startswith("No such revision"):
            raise
        raise ResolutionError(
            f"Can't locate revision identified by '{error.argument}'", error.argument
        ) from error
