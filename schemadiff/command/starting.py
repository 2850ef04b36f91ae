"""Making a project: the folder for revision files and the configuration that names it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemadiff.errors import CommandError, UsageError

CONFIGURATION = """\
{header}
script_location = {location}
url = {url}
{unsaid}target_metadata = {metadata}
"""
FILES = ("pyproject.toml", "schemadiff.ini")
"""The configuration files there are. What a template has to say in one is in a file named like it and ``.in``."""
PLACEHOLDERS = ("sqlite:///app.db", "app.models:Base")
"""Of the URL, and of the models: those stand in a comment, or every command would try to import them."""


def make_project(
    directory: Path,
    template: Path,
    *,
    package: bool,
    config_file: Path,
    url: str | None,
    metadata: Sequence[str],
) -> Iterator[str]:
    """Make folder and configuration; yields what was done, one line each."""
    _require_empty(directory)
    if not template.is_dir():
        raise UsageError(f"No such template {template}", hint="schemadiff list_templates")
    versions = directory / "versions"
    try:
        for folder in (directory, versions):
            folder.mkdir(parents=True, exist_ok=True)
            yield f"Creating directory {folder} ...  done"
        for source in sorted(template.iterdir()):
            if source.is_file() and source.suffix != ".in":
                shutil.copyfile(source, directory / source.name)
                yield f"Generating {directory / source.name} ...  done"
        for folder in (directory, versions) if package else ():
            (folder / "__init__.py").touch()
            yield f"Adding {folder / '__init__.py'} ...  done"
        location = _location(directory, config_file)
        yield from _write_configuration(config_file, template, location, url, metadata)
    except OSError as error:
        raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error


def configuration_file(folder: Path, template: Path) -> Path:
    """Where the configuration goes if nobody says: the kind of file that the template brings along.

    Otherwise an existing pyproject.toml, else an ini file of its own.
    """
    toml, ini = (folder / name for name in FILES)
    brought = [folder / name for name in FILES if (template / f"{name}.in").is_file()]
    return next(iter(brought), toml if toml.is_file() else ini)


def _require_empty(directory: Path) -> None:
    if directory.is_dir() and any(directory.iterdir()):
        raise UsageError(f"Directory {directory} already exists and is not empty")
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file")


def _write_configuration(
    file: Path, template: Path, location: str, url: str | None, metadata: Sequence[str]
) -> Iterator[str]:
    """Add the section to ``file``, unless it has one."""
    before = file.read_text() if file.is_file() else ""
    is_toml = file.name == "pyproject.toml"
    header = "[tool.schemadiff]" if is_toml else "[schemadiff]"
    if header in before.splitlines():
        yield f"File {file} already exists and already has a {header} section, skipping"
        return
    brought = template / f"{file.name}.in"
    text = brought.read_text() if brought.is_file() else CONFIGURATION
    texts = (location, _escaped(url or PLACEHOLDERS[0]), list(metadata) or [PLACEHOLDERS[1]])
    values = _in_toml(*texts) if is_toml else _in_ini(*texts)
    section = text.format(header=header, unsaid="" if metadata else "# ", **values)
    file.write_text(f"{before.rstrip()}\n\n{section}" if before.strip() else section)
    verb = "Appending to existing" if before else "Generating"
    yield f"{verb} {file} ...  done"
    if not url or not metadata:
        yield f"Please edit configuration/connection/logging settings in {file} before proceeding."


def _in_ini(location: str, url: str, metadata: Sequence[str]) -> dict[str, str]:
    return {"location": location, "url": url, "metadata": ", ".join(metadata)}


def _in_toml(location: str, url: str, metadata: Sequence[str]) -> dict[str, str]:
    names = ", ".join(f'"{name}"' for name in metadata)
    return {
        "location": f'"{location}"',
        "url": f'"{url}"',
        "metadata": names if len(metadata) == 1 else f"[{names}]",
    }


def _location(directory: Path, file: Path) -> str:
    """The folder as the configuration names it: beside the file wherever the file lies."""
    base = file.resolve().parent
    path = directory.resolve()
    return f"%(here)s/{path.relative_to(base)}" if path.is_relative_to(base) else str(path)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
