"""Making a project: the folder for revision files and the configuration that names it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemadiff.errors import CommandError, UsageError

CONFIGURATION = """\
script_location = {location}
url = {url}
target_metadata = {metadata}
"""
PLACEHOLDERS = ("sqlite:///app.db", "app.models:Base")


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
        versions.mkdir(parents=True)
        yield f"Creating directory {versions} ...  done"
        for source in sorted(template.iterdir()):
            if source.is_file():
                shutil.copyfile(source, directory / source.name)
                yield f"Generating {directory / source.name} ...  done"
        for folder in (directory, versions) if package else ():
            (folder / "__init__.py").touch()
            yield f"Adding {folder / '__init__.py'} ...  done"
        yield from _write_configuration(config_file, directory, url, metadata)
    except OSError as error:
        raise CommandError(f"cannot write {error.filename}: {error.strerror}") from error


def configuration_file(folder: Path) -> Path:
    """Where the configuration goes if nobody says: an existing pyproject.toml, else an ini file of its own."""
    toml = folder / "pyproject.toml"
    return toml if toml.is_file() else folder / "schemadiff.ini"


def _require_empty(directory: Path) -> None:
    if directory.is_dir() and any(directory.iterdir()):
        raise UsageError(f"Directory {directory} already exists and is not empty")
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file")


def _write_configuration(
    file: Path, directory: Path, url: str | None, metadata: Sequence[str]
) -> Iterator[str]:
    """Add the section to ``file``, unless it has one."""
    before = file.read_text() if file.is_file() else ""
    is_toml = file.name == "pyproject.toml"
    header = "[tool.schemadiff]" if is_toml else "[schemadiff]"
    if header in before.splitlines():
        yield f"File {file} already has a {header} section, skipping"
        return
    section = _section(header, is_toml, _location(directory, file), url, metadata)
    file.write_text(f"{before.rstrip()}\n\n{section}" if before.strip() else section)
    verb = "Appending to existing" if before else "Generating"
    yield f"{verb} {file} ...  done"
    if not url or not metadata:
        yield f"Please edit url and target_metadata in {file} before proceeding."


def _section(
    header: str, is_toml: bool, location: str, url: str | None, metadata: Sequence[str]
) -> str:
    texts = (location, _escaped(url or PLACEHOLDERS[0]), ", ".join(metadata) or PLACEHOLDERS[1])
    if not is_toml:
        return f"{header}\n" + CONFIGURATION.format(
            location=texts[0], url=texts[1], metadata=texts[2]
        )
    quoted = [f'"{text}"' for text in texts]
    if len(metadata) > 1:
        quoted[2] = "[" + ", ".join(f'"{name}"' for name in metadata) + "]"
    return f"{header}\n" + CONFIGURATION.format(
        location=quoted[0], url=quoted[1], metadata=quoted[2]
    )


def _location(directory: Path, file: Path) -> str:
    """The folder as the configuration names it: beside the file wherever the file lies."""
    base = file.resolve().parent
    path = directory.resolve()
    return f"%(here)s/{path.relative_to(base)}" if path.is_relative_to(base) else str(path)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
