"""Every key that a configuration file may have, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from schemadiff.errors import ConfigError

Kind = Literal["text", "texts", "paths", "flag", "count", "tables"]


class Key(NamedTuple):
    """A key: what its value is, what it is for, and whether ``context.configure()`` is told it."""

    name: str
    kind: Kind
    meaning: str
    configures: bool = False


def _configures(name: str, kind: Kind, meaning: str) -> Key:
    return Key(name, kind, meaning, configures=True)


KEYS: tuple[Key, ...] = (
    Key("url", "text", "the database; ${NAME} or env:NAME is an environment variable"),
    Key("target_metadata", "texts", "the models: module:attribute, or several"),
    Key("script_location", "text", "folder of the revision files (default: migrations)"),
    Key("version_locations", "paths", "folders with revision files (default: its versions)"),
    Key("path_separator", "text", "what separates paths in an ini: os, colon, space, newline"),
    Key("version_path_separator", "text", "older name of path_separator"),
    Key("prepend_sys_path", "paths", "put in front of sys.path"),
    Key("file_template", "text", "name of new revision files"),
    Key("truncate_slug_length", "count", "longest message in a file name"),
    Key("revision_ids", "text", "new ids: random (default), sequential, timestamp"),
    Key("timezone", "text", "time zone of creation dates (default: this computer's)"),
    Key("recursive_version_locations", "flag", "look for revision files in subfolders"),
    Key("sourceless", "flag", "accept compiled revision files"),
    Key("output_encoding", "text", "encoding of new revision files"),
    Key("revision_environment", "flag", "run env.py whenever a revision is made"),
    Key("post_write_hooks", "tables", "what runs on each new revision file"),
    Key("packages", "texts", "the packages whose histories take part"),
    Key("package", "tables", "settings of single packages"),
    Key("databases", "texts", "names of several databases, for an env.py"),
    _configures("include_schemas", "flag", "compare all schemas"),
    _configures("include", "texts", "patterns of the tables that take part (default: all)"),
    _configures("exclude", "texts", "patterns of the tables that take no part"),
    _configures("compare_type", "flag", "compare column types"),
    _configures("compare_server_default", "flag", "compare server defaults"),
    _configures("render_as_batch", "flag", "write changes of a table as one batch"),
    _configures("transaction_per_migration", "flag", "a transaction for each revision"),
    _configures("transactional_ddl", "flag", "whether DDL can be rolled back"),
    _configures("version_table", "text", "name of the version table"),
    _configures("version_table_schema", "text", "schema of the version table"),
    _configures("version_table_pk", "flag", "whether the version table has a primary key"),
    _configures("op_module_prefix", "text", "what stands before operations"),
    _configures("alembic_module_prefix", "text", "older name of op_module_prefix"),
    _configures("sqlalchemy_module_prefix", "text", "what stands before SQLAlchemy's names"),
    _configures("user_module_prefix", "text", "what stands before the names of own types"),
    _configures("upgrade_token", "text", "template variable of the upgrade"),
    _configures("downgrade_token", "text", "template variable of the downgrade"),
    _configures("autogenerate_plugins", "texts", "which plugins compare"),
    _configures("server_version", "text", "what the server's SELECT version() says, for scripts"),
    _configures("migration_lock_timeout", "count", "seconds to wait for another process"),
    _configures("mssql_batch_separator", "text", "after each statement of an SQL script"),
    _configures("oracle_batch_separator", "text", "after each statement of an SQL script"),
)

BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}

TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})


def require_known(names: Iterable[str], file: Path, section: str) -> None:
    """Refuse a key that means nothing: a misspelt one would silently do nothing.

    Keys that begin with ``sqlalchemy.`` belong to ``engine_from_config``. Raises ConfigError.
    """
    for name in names:
        if name not in BY_NAME and not name.startswith("sqlalchemy."):
            from difflib import get_close_matches  # only for those who misspell

            near = get_close_matches(name, BY_NAME, n=1)
            raise ConfigError(
                f"unknown key '{name}' in [{section}] of {file}",
                key=name,
                file=file,
                hint=(
                    f"did you mean '{near[0]}'?"
                    if near
                    else "keys that only env.py reads go into a section of their own"
                ),
            )


def as_flag(name: str, value: object) -> bool:
    """``value`` as yes or no. Raises ConfigError."""
    word = str(value).strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise ConfigError(f"{name} must be true or false, not {value!r}", key=name)


def as_count(name: str, value: object) -> int:
    """``value`` as a number. Raises ConfigError."""
    word = str(value).strip()
    if word.isdecimal():
        return int(word)
    raise ConfigError(f"{name} must be a whole number, not {value!r}", key=name)


def as_texts(name: str, value: object) -> list[str]:
    """``value`` as several texts: a list, or one text with commas or line ends between them."""
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return list(value)
    raise ConfigError(f"{name} must be one string or several, not {value!r}", key=name)


def as_text(name: str, value: object) -> str:
    """``value`` as text. Raises ConfigError."""
    if isinstance(value, str):
        return value
    raise ConfigError(f"{name} must be a string, not {value!r}", key=name)


def converted(key: Key, value: object) -> object:
    """``value``, as it is in a file, as what ``key`` wants it to be. Raises ConfigError."""
    match key.kind:
        case "flag":
            return as_flag(key.name, value)
        case "count":
            return as_count(key.name, value)
        case "texts":
            return as_texts(key.name, value)
        case "text":
            return as_text(key.name, value)
        case "paths" | "tables":
            return value
