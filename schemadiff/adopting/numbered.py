"""A repository of SQLAlchemy-Migrate as revisions: numbers become ids, scripts run as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as BadIni
from dataclasses import dataclass, field
from pathlib import Path

from schemadiff.editing.files import FileChange, replace_files
from schemadiff.errors import CommandError, UsageError
from schemadiff.hooks.formatting import format_source
from schemadiff.script import Script
from schemadiff.script.index import index_of
from schemadiff.script.source import read_source
from schemadiff.sqlfiles import DIRECTIONS, beside

from .sure import Sure, in_words_of_op

CHANGES = "schemadiff.adopting.changes"
STOOD_FOR = (
    *("sqlalchemy", "sqlalchemy.schema", "sqlalchemy.sql", "sqlalchemy.sql.expression"),
    *("sqlalchemy.engine", "sqlalchemy.engine.reflection", "migrate"),
)
"""The modules whose names come from ``schemadiff.adopting.changes`` now; of migrate all below it, too."""

GENERIC = "default"
RENAMED = {"postgres": "postgresql"}
_NAME = re.compile(r"(?P<number>\d+)(?:_(?P<rest>\w+))?\.(?P<kind>py|sql)")


@dataclass(slots=True)
class Version:
    """One number of the repository: its Python script, and its SQL by direction and kind of database."""

    number: str
    name: str = ""
    python: Path | None = None
    sql: dict[tuple[str, str], Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repository:
    """What a repository says of itself, and its versions in their order."""

    id: str
    version_table: str
    versions: tuple[Version, ...]

    def revision(self, version: int) -> str | None:
        """The revision that a database at ``version`` is at; None for 0. Raises CommandError for an unknown one."""
        if version == 0:
            return None
        for one in self.versions:
            if int(one.number) == version:
                return one.number
        raise CommandError(f"the database is at version {version}, which the repository has not")


def read_repository(folder: Path) -> Repository:
    """The repository in a folder. Raises UsageError for what is none, CommandError for what is not understood."""
    parser = ConfigParser(interpolation=None)
    try:
        found = parser.read(folder / "migrate.cfg", encoding="utf-8")
    except (BadIni, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {folder / 'migrate.cfg'}: {error}") from error
    if not found or not (folder / "versions").is_dir():
        raise UsageError(f"{folder} is no repository: it needs migrate.cfg and versions")
    section = "db_settings"
    return Repository(
        parser.get(section, "repository_id", fallback=""),
        parser.get(section, "version_table", fallback="migrate_version"),
        tuple(_versions(folder / "versions")),
    )


def _versions(folder: Path) -> list[Version]:
    found: dict[int, Version] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".py", ".sql") or path.name == "__init__.py":
            continue
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise CommandError(f"{path} has no number", hint="move it out of the folder first")
        version = found.setdefault(int(match["number"]), Version(match["number"]))
        _add(version, path, match["rest"] or "")
    return [found[number] for number in sorted(found)]


def _add(version: Version, path: Path, rest: str) -> None:
    if path.suffix == ".py":
        if version.python is not None:
            raise CommandError(f"{path} and {version.python} have the same number")
        version.python, version.name = path, rest
        return
    *words, dialect, direction = ["", *rest.split("_")]
    if direction not in DIRECTIONS or not dialect:
        raise CommandError(
            f"{path}: for which database, and which way?",
            hint=f"{version.number}_NAME_postgresql_upgrade.sql; default instead of a database for all",
        )
    kind = "" if dialect == GENERIC else RENAMED.get(dialect, dialect)
    version.sql[direction, kind] = path
    version.name = version.name or "_".join(filter(None, words))


# ---- as revisions ----------------------------------------------------------------------------


def adopted_files(repository: Repository, folder: Path) -> list[FileChange]:
    """The files that make the repository a history in ``folder``. Raises CommandError, naming file and line."""
    down: str | None = None
    changes: list[FileChange] = []
    for version in repository.versions:
        path = folder / f"{version.number}_{version.name or 'script'}.py"
        text = _header(version, down) + _body(version)
        _prove(text, version.python or path)
        changes.append(FileChange(None, (path, text.encode())))
        for (direction, kind), source in sorted(version.sql.items()):
            changes.append(FileChange(None, (beside(path, direction, kind), source.read_bytes())))
        down = version.number
    return changes


def write(changes: list[FileChange], folder: Path) -> None:
    """Make the files, all or none, once they are proven to be one history."""
    folder.mkdir(parents=True, exist_ok=True)

    def prove(placed: Mapping[Path, Path]) -> None:
        index_of([Script(read_source(at).at(p)) for p, at in placed.items() if p.suffix == ".py"])

    replace_files(changes, prove)


def _header(version: Version, down: str | None) -> str:
    revises = f"Revises: {down or ''}".rstrip()
    message = (version.name or f"version {version.number}").replace("_", " ")
    return (
        f'"""{message}\n\nRevision ID: {version.number}\n{revises}\n"""\n\n'
        f'revision = "{version.number}"\n'
        f"down_revision = {_quoted(down)}\nbranch_labels = None\ndepends_on = None\n\n"
    )


def _quoted(name: str | None) -> str:
    return "None" if name is None else f'"{name}"'


def _body(version: Version) -> str:
    if version.python is None:
        return _sql_body(version)
    source = _changed_imports(version.python)
    sure = None if version.sql else in_words_of_op(version.python.read_text("utf-8"))
    if sure is not None:
        return _sure_body(sure, version.python)
    made = _functions(ast.parse(source))
    if "upgrade" not in made:
        raise CommandError(f"{version.python} has no function upgrade()")
    lines = [f"from {CHANGES} import adopted", "", source.strip("\n"), "", ""]
    lines += [f"{name} = adopted(__file__, {name})" for name in DIRECTIONS if name in made]
    if "downgrade" not in made:
        lines.append("irreversible = True")
    return "\n".join(lines) + "\n"


def _sure_body(sure: Sure, path: Path) -> str:
    lines = [*sure.imports, "", "from schemadiff import op"]
    for name in DIRECTIONS:
        if name in sure.bodies:
            lines += ["", "", f"def {name}():"]
            lines += [f"    {line}" for line in sure.bodies[name] or ["pass"]]
    if "downgrade" not in sure.bodies:
        lines += ["", "", "irreversible = True"]
    return format_source("\n".join(lines) + "\n", path)


def _sql_body(version: Version) -> str:
    ways = [way for way in DIRECTIONS if any(key[0] == way for key in version.sql)]
    functions = [f'\n\ndef {way}():\n    sqlscripts.run(__file__, "{way}")\n' for way in ways]
    end = "" if "downgrade" in ways else "\n\nirreversible = True\n"
    return "from schemadiff import sqlscripts\n" + "".join(functions) + end


def _functions(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _changed_imports(path: Path) -> str:
    """The script with our names in place of SQLAlchemy's and SQLAlchemy-Migrate's; no other line is different."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CommandError(
            f"{path}, line {error.lineno}: this is not Python 3: {error.msg}",
            hint="turn the script into Python 3 first; nothing was written",
        ) from error
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {path}: {error}") from error
    lines = text.encode().splitlines(keepends=True)
    for node, new in sorted(_edits(tree, path), key=lambda edit: -edit[0].lineno):
        assert node.end_lineno is not None
        first, last = node.lineno - 1, node.end_lineno - 1
        start, end = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = [start + new.encode() + end]
    return b"".join(lines).decode()


def _edits(tree: ast.Module, path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """The import statements that change, each with its new text."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if _is_stood_for(module):
                yield node, ast.unparse(ast.ImportFrom(CHANGES, node.names, 0))
            case ast.ImportFrom(module="__future__"):
                # It would have to be the first statement; all it can ask for in such scripts is Python 3.
                yield node, "pass"
            case ast.Import(names=names) if any(_is_of_theirs(name.name) for name in names):
                yield node, "; ".join(map(_imported, names))


def _is_of_theirs(module: str) -> bool:
    return module.partition(".")[0] in ("sqlalchemy", "migrate")


def _is_stood_for(module: str) -> bool:
    return module in STOOD_FOR or module.startswith("migrate.")


def _imported(name: ast.alias) -> str:
    if not _is_of_theirs(name.name):
        return ast.unparse(ast.Import([name]))
    room, _, module = CHANGES.rpartition(".")
    stands = f"from {room} import {module} as "
    if _is_stood_for(name.name):
        return stands + (name.asname or name.name.partition(".")[0])
    # Another module of SQLAlchemy's: it is itself, and what it is reached by stays ours.
    return ast.unparse(ast.Import([name])) + ("" if name.asname else f"; {stands}sqlalchemy")


def _prove(text: str, path: Path) -> None:
    try:
        compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise CommandError(f"{path} cannot become a revision: {error.msg}") from error
