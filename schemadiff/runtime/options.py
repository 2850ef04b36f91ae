"""What `configure()` can be told, in one place."""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any, BinaryIO, Literal, TextIO, TypeAlias, TypedDict, TypeVar, cast

import sqlalchemy as sa

from schemadiff.errors import UsageError

Opts: TypeAlias = dict[str, Any]
"""The options in force, under their documented names; what nobody set is absent or has its default."""

Verdict: TypeAlias = bool | None
"""True = different, False = equal, None = decide as usual."""


class ConfigureOptions(TypedDict, total=False):
    """The keyword parameters of ``EnvironmentContext.configure()``, all optional.

    * ``dialect_name``: the kind of database, where there is neither a connection nor a URL (for ``--sql``)
    * ``server_version``: what the server answers to ``SELECT version()``, for scripts (default: the newest; MariaDB if the URL says so)
    * ``dialect_opts``: arguments for the dialect that is made from ``url`` or ``dialect_name``
    * ``transactional_ddl``: whether DDL can be rolled back (default: whether it can on this database)
    * ``transaction_per_migration``: a transaction for each revision instead of one around all
    * ``output_buffer``: where ``--sql`` writes (default: the Config's ``output_buffer``, or standard output)
    * ``output_encoding``: in which encoding it is written there
    * ``starting_rev``: where an SQL script starts from, instead of the command's ``A:``
    * ``tag``: what ``get_tag_argument()`` says, instead of the command's ``--tag``
    * ``template_args``: further variables for ``script.py.mako``
    * ``target_metadata``: the models: one MetaData, or several without a table in common
    * ``include_schemas``: compare all schemas, not only the default one
    * ``include``: patterns of the tables that take part
    * ``exclude``: patterns of the tables that take no part
    * ``include_name``: called with name, type and names of parents before the database is read; False leaves it out
    * ``include_object``: called with object, name, type, whether it was reflected, and its counterpart; False leaves it out
    * ``compare_type``: False compares no types; a callable says True (differs), False (equal) or None (as usual)
    * ``compare_server_default``: the same for server defaults
    * ``render_item``: called with the kind of a thing, the thing and the AutogenContext; its Python, False (as usual) or None (leave out)
    * ``render_as_batch``: write the changes of a table as one ``batch_alter_table()``
    * ``process_revision_directives``: called with context, revisions and the list of MigrationScripts, which it may change
    * ``upgrade_token``: the variable of ``script.py.mako`` for the upgrade; one of its own for each of several databases
    * ``downgrade_token``: the same for the downgrade
    * ``op_module_prefix``: what stands before operations in a revision file
    * ``alembic_module_prefix``: an older name of ``op_module_prefix``
    * ``sqlalchemy_module_prefix``: what stands before SQLAlchemy's names
    * ``user_module_prefix``: what stands before types of one's own (default: their module)
    * ``literal_binds``: accepted for scripts, where values are always written out; an error with a connection
    * ``on_version_apply``: called with ``ctx``, ``step``, ``heads`` and ``run_args`` after each step, in its transaction; or several
    * ``autogenerate_plugins``: accepted; there are no plugins to choose from
    * ``version_table``: the table that holds the revisions
    * ``version_table_schema``: its schema
    * ``version_table_pk``: whether it has a primary key
    * ``migration_lock_timeout``: seconds to wait for another process that migrates
    * ``mssql_batch_separator``: written after each statement of an SQL script for SQL Server
    * ``oracle_batch_separator``: the same for Oracle
    """

    dialect_name: str | None
    server_version: str | None
    dialect_opts: Mapping[str, object] | None
    transactional_ddl: bool | None
    transaction_per_migration: bool
    output_buffer: TextIO | None
    output_encoding: str | None
    starting_rev: str | None
    tag: str | None
    template_args: Mapping[str, object] | None
    target_metadata: sa.MetaData | Sequence[sa.MetaData] | None
    include_schemas: bool
    include: Sequence[str]
    exclude: Sequence[str]
    include_name: Callable[[str | None, str, dict[str, str | None]], bool] | None
    include_object: Callable[[Any, str | None, str, bool, Any], bool] | None
    compare_type: bool | Callable[..., Verdict]
    compare_server_default: bool | Callable[..., Verdict | str]
    render_item: Callable[[str, Any, Any], str | Literal[False] | None] | None
    render_as_batch: bool
    process_revision_directives: Callable[[Any, Any, list[Any]], None] | None
    upgrade_token: str
    downgrade_token: str
    op_module_prefix: str
    alembic_module_prefix: str
    sqlalchemy_module_prefix: str
    user_module_prefix: str | None
    literal_binds: bool
    on_version_apply: Callable[..., None] | Sequence[Callable[..., None]] | None
    autogenerate_plugins: Sequence[str] | None
    version_table: str
    version_table_schema: str | None
    version_table_pk: bool
    migration_lock_timeout: float
    mssql_batch_separator: str
    oracle_batch_separator: str


DEFAULTS: Mapping[str, object] = {
    "compare_type": True,
    "compare_server_default": True,
    "include_schemas": False,
    "include": (),
    "exclude": (),
    "render_as_batch": False,
    "transaction_per_migration": False,
    "literal_binds": False,
    "upgrade_token": "upgrades",
    "downgrade_token": "downgrades",
    "alembic_module_prefix": "op.",
    "sqlalchemy_module_prefix": "sa.",
    "user_module_prefix": None,
    "target_metadata": None,
    "include_name": None,
    "include_object": None,
    "render_item": None,
    "process_revision_directives": None,
    "version_table": "alembic_version",
    "version_table_schema": None,
    "version_table_pk": True,
    "migration_lock_timeout": 300,
    "mssql_batch_separator": "GO",
    "oracle_batch_separator": "/",
}
"""The documented defaults, but for what is compared: everything is."""


F = TypeVar("F", bound=Callable[..., object])


def naming_options(configure: F) -> F:
    """``configure``, whose signature names every option and its default, for ``help()`` and its like."""
    written = signature(configure)
    *own, rest = written.parameters.values()
    named = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=DEFAULTS.get(name),
            annotation=annotation.__forward_arg__,
        )
        for name, annotation in ConfigureOptions.__annotations__.items()
    ]
    others = rest.replace(annotation=Parameter.empty)
    said = written.replace(parameters=[*own, *named, others])
    setattr(configure, "__signature__", said)  # noqa: B010
    return configure


def merged(*layers: Mapping[str, object]) -> Opts:
    """The defaults overlaid by each of ``layers`` in turn; a None never hides an earlier value."""
    opts: Opts = dict(DEFAULTS)
    for layer in layers:
        opts.update({name: value for name, value in layer.items() if value is not None})
    if "op_module_prefix" in opts:
        opts["alembic_module_prefix"] = opts["op_module_prefix"]
    return opts


def callbacks(value: object) -> tuple[Callable[..., None], ...]:
    """``on_version_apply`` as a tuple: it may be given as one function, as several, or not at all."""
    given = value if isinstance(value, Iterable) else [value]
    return tuple(each for each in given if callable(each))


def output_buffer(opts: Mapping[str, Any]) -> TextIO:
    """Where a script is written; with ``output_encoding`` in that encoding, unless only text can be written there."""
    buffer: TextIO = opts.get("output_buffer") or sys.stdout
    encoding = opts.get("output_encoding")
    binary = getattr(buffer, "buffer", buffer)
    if encoding is None or isinstance(binary, io.TextIOBase):
        return buffer
    # What was written as text comes first.
    buffer.flush()
    return cast(TextIO, codecs.getwriter(encoding)(cast(BinaryIO, binary)))


def require_sense(opts: Mapping[str, Any], has_connection: bool) -> None:
    """Refuse what cannot be where statements are executed. Raises UsageError."""
    if has_connection and opts["literal_binds"]:
        raise UsageError(
            "Can't use literal_binds setting without as_sql mode",
            hint="it is for the offline branch of env.py",
        )
