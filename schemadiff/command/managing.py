"""`schemadiff manage FILE`: a script that is the command line with a project's options in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from schemadiff.config import Config
from schemadiff.errors import CommandError, UsageError

_TEXT = '''\
#!/usr/bin/env python3
"""The commands of schemadiff for this project: python {name} upgrade"""

import sys
from pathlib import Path

from schemadiff.cli import main

HERE = Path(__file__).resolve().parent
DEFAULTS = [
{options}]

if __name__ == "__main__":
    main([*DEFAULTS, *sys.argv[1:]], prog={name!r})
'''


def manage(config: Config, file: Path, said: Sequence[str]) -> None:
    """Write the script: the project's configuration by its place as seen from there, then the options ``said``.

    Raises UsageError without a configuration and CommandError for a file that exists or cannot be written.
    """
    named = [Path(name) for name in (config.config_file_name, config.toml_file_name) if name]
    if not named and not said:
        raise UsageError(
            "there is nothing to put into the script: no configuration, no options",
            hint="schemadiff --url sqlite:///shop.db manage manage.py",
        )
    lines = [f'    "--config",\n    str(HERE / {_from(file, path)!r}),\n' for path in named]
    lines += [f"    {option!r},\n" for option in said]
    try:
        with file.open("x", encoding="utf-8") as script:
            script.write(_TEXT.format(name=file.name, options="".join(lines)))
        file.chmod(file.stat().st_mode | 0o111)
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from error
    config.print_stdout("%s", f"Generating {file} ...  done")


def _from(file: Path, path: Path) -> str:
    return Path(os.path.relpath(path.resolve(), file.resolve().parent)).as_posix()
