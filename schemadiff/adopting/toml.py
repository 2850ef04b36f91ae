"""An ini file's section of ours as a table of pyproject.toml, comments included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from schemadiff.config import Config
from schemadiff.config.config import HOOKS, URLS
from schemadiff.config.files import INI, SECTIONS, TOML, toml_section
from schemadiff.config.keys import BY_NAME, as_count, as_flag, converted
from schemadiff.config.values import split_paths
from schemadiff.editing.files import FileChange
from schemadiff.editing.refusal import CannotEdit
from schemadiff.errors import CommandError, UsageError

HERE = "\0here\0"
"""Stands for ``%(here)s`` while all other variables are filled in."""

SEPARATORS = ("path_separator", "version_path_separator")
"""What a list in TOML does without."""

OTHERWISE = {"version_locations": ",", "prepend_sys_path": ",:"}
"""What separates the paths of a key where the file does not say."""

FOUND = (INI, f"{SECTIONS[1]}.ini")
"""The ini files that are read without being named, so that what stays in them is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an ini file: its section, and the key to which it belongs, if any."""

    text: str
    section: str = ""
    key: str = ""
    begins: bool = False
    """Whether it is a section's or a key's first line."""

    @property
    def is_comment(self) -> bool:
        """Whether it is a remark."""
        return self.text.lstrip().startswith(("#", ";"))

    @property
    def is_stray(self) -> bool:
        """Whether it is the continuation of nothing."""
        return bool(self.text.strip()) and not (self.key or self.begins or self.is_comment)


def moved(config: Config, ini: bytes) -> tuple[FileChange, FileChange]:
    """What becomes of the ini file, whose new content is ``ini`` otherwise, and of pyproject.toml.

    Keys that only an env.py reads stay in the ini file, as do all other sections; a file of which nothing stays
    is removed. Raises UsageError where that cannot be, and CannotEdit for a line that is not understood.
    """
    file, section = _required(config)
    toml = file.parent / TOML
    lines = tuple(_lines(ini.decode()))
    parser = _parser(ini.decode())
    goes = {
        key for key in parser.options(section) if _is_known(key) and key not in parser.defaults()
    }
    _require_understood(file, lines, section, goes)
    table = "\n".join([*_table(lines, section, goes, parser), *_hooks(lines, parser)]) + "\n"
    before = toml.read_bytes() if toml.is_file() else b""
    joined = f"{before.decode().rstrip()}\n\n{table}" if before.strip() else table
    rest = "".join(line.text for line in _staying(lines, section, goes)).encode()
    stays = bool(_parser(rest.decode()).sections() or parser.defaults().keys() - {"here"})
    return (
        FileChange((file, file.read_bytes()), (file, rest) if stays else None),
        FileChange((toml, before) if toml.is_file() else None, (toml, joined.encode())),
    )


def prove(config: Config, ini: Path | None, toml: Path) -> None:
    """Raises CommandError unless the new files say what the old ones said."""
    after = Config(ini, toml_file=toml)
    for what in ("script_options", "configure_options", "get_target_metadata", "get_hooks_list"):
        if getattr(config, what)() != getattr(after, what)():
            raise CommandError(
                f"{TOML} would not say the same as {config.config_file_name}: {what}"
            )
    for name in BY_NAME.keys() - OTHERWISE.keys() - set(SEPARATORS):
        if _meant(config, name) != _meant(after, name):
            raise CommandError(f"{name} would not be the same in {TOML}")


def _meant(config: Config, name: str) -> object:
    value = config.get_main_option(name)
    return None if value is None else converted(BY_NAME[name], value)


def _required(config: Config) -> tuple[Path, str]:
    """The ini file and its section, which can be moved."""
    section = config.config_ini_section
    if config.config_file_name is None or not config.file_config.has_section(section):
        raise UsageError("there is no section of an ini file to move into pyproject.toml")
    file = Path(config.config_file_name).absolute()
    if section not in SECTIONS:
        raise UsageError(
            f"--toml moves one section, and [{section}] is one of several: leave it out"
        )
    if file.name not in FOUND:
        raise UsageError(f"{file.name} is read only where it is named: rename it {INI} for --toml")
    name = toml_section(file.parent / TOML)[0]
    if name:
        raise UsageError(f"{file.parent / TOML} has a table [tool.{name}] already")
    return file, section


def _is_known(key: str) -> bool:
    kind = BY_NAME[key].kind if key in BY_NAME else ""
    return kind not in ("", "tables") or key.startswith("sqlalchemy.")


def _parser(text: str) -> ConfigParser:
    parser = ConfigParser({"here": HERE})
    parser.read_string(text)
    return parser


def _lines(text: str) -> Iterator[Line]:
    section = key = ""
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if not bare or line.lstrip().startswith(("#", ";")):
            yield Line(line, section)
        elif line[0].isspace():
            yield Line(line, section, key)
        elif bare.startswith("["):
            section, key = bare.partition("]")[0].removeprefix("["), ""
            yield Line(line, section, begins=True)
        else:
            key = min((bare.partition(sign)[0] for sign in "=:"), key=len).strip().lower()
            yield Line(line, section, key, begins=True)


def _require_understood(file: Path, lines: Sequence[Line], section: str, goes: set[str]) -> None:
    seen = {line.key for line in lines if line.section == section and line.begins}
    for number, line in enumerate(lines, start=1):
        if line.section == section and line.is_stray:
            raise CannotEdit(file, number, "an indented line that belongs to no key")
    if goes - seen:
        raise CannotEdit(file, 1, f"cannot find where {', '.join(sorted(goes - seen))} is said")


def _table(
    lines: Sequence[Line], section: str, goes: set[str], parser: ConfigParser
) -> Iterator[str]:
    """The lines of the table, with the comments of the section, and of that of the hooks."""
    yield f"[tool.{SECTIONS[0]}]"
    for line in lines:
        if line.section == section and line.is_comment and not _stays_whole(lines, section, goes):
            yield _remark(line)
        elif line.section == section and line.begins and line.key in goes - set(SEPARATORS):
            name = "url" if line.key in URLS else line.key
            quoted = json.dumps(name) if "." in name else name
            yield f"{quoted} = {_value(line.key, parser.get(section, line.key), parser, section)}"


def _remark(line: Line) -> str:
    return "#" + line.text.strip()[1:]


def _value(key: str, text: str, parser: ConfigParser, section: str) -> str:
    kind = BY_NAME[key].kind if key in BY_NAME else "text"
    match kind:
        case "flag":
            return "true" if as_flag(key, text) else "false"
        case "count":
            return str(as_count(key, text))
        case "paths":
            said = [parser.get(section, name, fallback=None) for name in SEPARATORS]
            separator = next((name for name in said if name is not None), None)
            parts = split_paths(text, separator, OTHERWISE[key])
            return f"[{', '.join(map(_quoted, parts))}]"
        case _:
            return _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text.replace("%", "%%").replace(HERE, "%(here)s"), ensure_ascii=False)


def _hooks(lines: Sequence[Line], parser: ConfigParser) -> Iterator[str]:
    if not parser.has_section(HOOKS):
        return
    yield from (_remark(line) for line in lines if line.section == HOOKS and line.is_comment)
    said = dict(parser.items(HOOKS))
    for name in (part.strip() for part in said.get("hooks", "").replace("\n", ",").split(",")):
        if name:
            yield f"\n[[tool.{SECTIONS[0]}.{HOOKS}]]"
            yield f"name = {_quoted(name)}"
            for key, text in said.items():
                if key.startswith(f"{name}."):
                    yield f"{key[len(name) + 1 :]} = {_quoted(text)}"


def _stays_whole(lines: Sequence[Line], section: str, goes: set[str]) -> bool:
    """Whether the section remains in the ini file, for keys that only an env.py reads."""
    return any(line.section == section and line.key and line.key not in goes for line in lines)


def _staying(lines: Sequence[Line], section: str, goes: set[str]) -> Iterator[Line]:
    whole = _stays_whole(lines, section, goes)
    for line in lines:
        leaves = line.key in goes or not whole
        if line.section != HOOKS and not (line.section == section and leaves):
            yield line
