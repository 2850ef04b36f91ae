"""What a schema is made of: frozen values that compare by what reaches DDL, and by nothing else.

Every node knows its ``key`` and the keys it ``needs`` to stand. Nodes read from MetaData remember the
SQLAlchemy object they came from in ``source``, which never takes part in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, fields, replace
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, TypeAlias, TypeVar, cast

from .key import Key, Kind, column_key, table_key
from .sql import Sql
from .value import value

Options: TypeAlias = tuple[tuple[str, str], ...]
"""What only one database knows, as sorted ``(name, value)`` pairs, e.g. ``(("fillfactor", "70"),)``.

A value that the server would have chosen by itself is not an option.
"""


def options(**values: object) -> Options:
    """The options that are set, sorted by name; ``None`` and ``False`` mean not set."""
    said = [(name, str(v)) for name, v in values.items() if v is not None and v is not False]
    return tuple(sorted(said)) if said else ()


VIRTUAL = "virtual"
"""The option of a table that something else keeps: a module (then its value is the statement that makes it), a
view's query, another server, the table it is a partition of.
"""


PARTITION_BY = "partition_by"
"""The option of a table that says how it is partitioned (PostgreSQL)."""

UNSEEN = "unseen"
"""The option of a table of which the user may see no more than that it is there."""

FORGOTTEN = "forgotten"
"""The option of a foreign key that the database accepts and does not keep, but for the index it makes for it."""

INVISIBLE = "invisible"
"""The option of a column that ``SELECT *`` leaves out. Models cannot say it, so they leave it to the database."""

OF_A_PERIOD = "period"
"""The option of a column whose values the database itself keeps, in a table whose history it keeps."""


@value
class _Keyed:
    """What every node has: its key, made once."""

    key: Key = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self._key())

    def _key(self) -> Key:
        raise NotImplementedError


@value
class Schema(_Keyed):
    """A namespace."""

    kind: ClassVar[Kind] = "schema"
    name: str
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("schema", self.name, "", "")

    @property
    def needs(self) -> tuple[Key, ...]:
        return ()


@value
class Enum(_Keyed):
    """A named enumeration type that the database keeps as an object (PostgreSQL CREATE TYPE).

    ``others`` are the labels that other columns of the models give the same type, if they disagree.
    """

    kind: ClassVar[Kind] = "enum"
    schema: str
    name: str
    labels: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("enum", self.schema, "", self.name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return (Key("schema", self.schema, "", ""),)


@value
class Domain(_Keyed):
    """A named type with constraints of its own (PostgreSQL CREATE DOMAIN).

    ``uses`` are the named types that it is over, however far down.
    """

    kind: ClassVar[Kind] = "domain"
    schema: str
    name: str
    type: Sql
    nullable: bool = True
    default: Sql | None = None
    checks: tuple[tuple[str, Sql], ...] = ()
    collation: str = ""
    uses: tuple[Key, ...] = field(default=(), compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("domain", self.schema, "", self.name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return (Key("schema", self.schema, "", ""), *self.uses)


@value
class Sequence(_Keyed):
    """A sequence that models have by name. ``None`` means the database's own choice."""

    kind: ClassVar[Kind] = "sequence"
    schema: str
    name: str
    start: int | None = None
    increment: int | None = None
    minvalue: int | None = None
    maxvalue: int | None = None
    cycle: bool = False
    cache: int | None = None
    type: Sql | None = None
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("sequence", self.schema, "", self.name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return (Key("schema", self.schema, "", ""),)


@value
class Table(_Keyed):
    """A table: its name, its comment and what only one database knows about it.

    ``mentioned`` are the names of the options that its author has set, to whatever value.
    ``attached`` are statements that no node describes and that a table made anew needs again (triggers).
    ``parents`` are the tables whose columns and checks it has as well (PostgreSQL INHERITS).
    """

    kind: ClassVar[Kind] = "table"
    schema: str
    name: str
    comment: str | None = None
    options: Options = ()
    mentioned: tuple[str, ...] = field(default=(), compare=False)
    attached: tuple[str, ...] = field(default=(), compare=False, repr=False)
    parents: tuple[Key, ...] = field(default=(), compare=False)
    renamed_from: str = field(default="", compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return table_key(self.schema, self.name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return (Key("schema", self.schema, "", ""), *self.parents)


@value
class Identity:
    """GENERATED AS IDENTITY; a number that is ``None`` is the one that the database chooses itself."""

    always: bool = False
    start: int | None = None
    increment: int | None = None
    minvalue: int | None = None
    maxvalue: int | None = None
    cycle: bool = False
    cache: int | None = None


@value
class Computed:
    """GENERATED ALWAYS AS; ``persisted`` is STORED (True) or VIRTUAL (False)."""

    sql: Sql
    persisted: bool


@value
class Column(_Keyed):
    """A column of a table.

    ``type`` includes collation and character set. ``autoincrement`` says that the database counts by
    itself without a written default or identity (SERIAL, AUTO_INCREMENT, SQLite's AUTOINCREMENT keyword).
    ``uses`` are the named types and sequences that must exist before it, ``mentions`` the columns that it is
    generated from. ``renamed_from`` is the name that its author says it had. ``counts_by`` is
    the default by which the database counts it, where that belongs to the column alone: SERIAL is no more than that.
    """

    kind: ClassVar[Kind] = "column"
    schema: str
    table: str
    name: str
    type: Sql
    nullable: bool = True
    default: Sql | None = None
    computed: Computed | None = None
    identity: Identity | None = None
    autoincrement: bool = False
    comment: str | None = None
    options: Options = ()
    uses: tuple[Key, ...] = field(default=(), compare=False)
    mentions: tuple[str, ...] = field(default=(), compare=False)
    position: int = field(default=0, compare=False)
    renamed_from: str = field(default="", compare=False)
    counts_by: str = field(default="", compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:  # of all nodes, columns are the many
        object.__setattr__(self, "key", Key("column", self.schema, self.table, self.name))

    @property
    def needs(self) -> tuple[Key, ...]:
        if not self.mentions:
            return (table_key(self.schema, self.table), *self.uses)
        return (*_owned(self.schema, self.table, self.mentions), *self.uses)


@value
class PrimaryKey(_Keyed):
    """The primary key of a table; ``name`` is ``""`` where nobody chose one or the database keeps none."""

    kind: ClassVar[Kind] = "primary_key"
    schema: str
    table: str
    name: str
    columns: tuple[str, ...]
    options: Options = ()
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("primary_key", self.schema, self.table, "")

    @property
    def needs(self) -> tuple[Key, ...]:
        return _owned(self.schema, self.table, self.columns)


@value
class Unique(_Keyed):
    """A UNIQUE constraint; ``name`` is ``""`` until one is chosen by its author or by the database."""

    kind: ClassVar[Kind] = "unique"
    schema: str
    table: str
    name: str
    columns: tuple[str, ...]
    deferrable: bool = False
    initially_deferred: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    options: Options = ()
    comment: str | None = None
    ordinal: int = field(default=0, compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        name = (self.name or signature(self.columns)) + _nth(self.ordinal)
        return Key("unique", self.schema, self.table, name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return _owned(self.schema, self.table, (*self.columns, *self.include))


@value
class Check(_Keyed):
    """A CHECK constraint; ``columns`` are those it is known to mention, for ordering only.

    ``of_type`` is the column whose type made it (Boolean, Enum with ``create_constraint``). ``within`` is the
    column whose definition it is part of, where a database keeps it there (MariaDB): it goes only with that.
    """

    kind: ClassVar[Kind] = "check"
    schema: str
    table: str
    name: str
    sql: Sql
    options: Options = ()
    comment: str | None = None
    columns: tuple[str, ...] = field(default=(), compare=False)
    of_type: str = field(default="", compare=False)
    within: str = field(default="", compare=False)
    ordinal: int = field(default=0, compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        name = (self.name or f"({self.sql.text})") + _nth(self.ordinal)
        return Key("check", self.schema, self.table, name)

    @property
    def needs(self) -> tuple[Key, ...]:
        return _owned(self.schema, self.table, self.columns)


@value
class Exclusion(_Keyed):
    """A PostgreSQL EXCLUDE constraint: ``sql`` is its whole definition after the name."""

    kind: ClassVar[Kind] = "exclusion"
    schema: str
    table: str
    name: str
    sql: Sql
    columns: tuple[str, ...] = field(default=(), compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key("exclusion", self.schema, self.table, self.name or f"({self.sql.text})")

    @property
    def needs(self) -> tuple[Key, ...]:
        return _owned(self.schema, self.table, self.columns)


@value
class ForeignKey(_Keyed):
    """A FOREIGN KEY; ``ondelete`` and ``onupdate`` are ``""`` where the database does nothing.

    ``index`` is the index that the database made for it or for another one over its columns, where it says so.
    """

    kind: ClassVar[Kind] = "foreign_key"
    schema: str
    table: str
    name: str
    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]
    ondelete: str = ""
    onupdate: str = ""
    match: str = ""
    deferrable: bool = False
    initially_deferred: bool = False
    options: Options = ()
    comment: str | None = None
    index: str = field(default="", compare=False)
    ordinal: int = field(default=0, compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        name = (self.name or self.signature) + _nth(self.ordinal)
        return Key("foreign_key", self.schema, self.table, name)

    @property
    def signature(self) -> str:
        """The columns and where they point, whatever the name and the options."""
        target = Key("table", self.target_schema, self.target_table, "")
        return f"{signature(self.columns)} → {target} {signature(self.target_columns)}"

    @property
    def refcolumns(self) -> tuple[str, ...]:
        """The columns that are referred to, each after its table, and its schema where it has one."""
        place = (self.target_schema, self.target_table)
        return tuple(".".join(filter(None, (*place, name))) for name in self.target_columns)

    @property
    def target(self) -> Key:
        """The key of the table that is referred to."""
        return table_key(self.target_schema, self.target_table)

    @property
    def needs(self) -> tuple[Key, ...]:
        own = _owned(self.schema, self.table, self.columns)
        return (*own, *_owned(self.target_schema, self.target_table, self.target_columns))


@value
class Element:
    """One part of an index: a column or an expression, and how it is ordered.

    ``nulls`` is ``""`` where the order is the database's usual one; ``opclass`` and ``collation`` are
    ``""`` for the default of the column's type; ``length`` is a MySQL prefix in characters.
    """

    column: str = ""
    sql: Sql | None = None
    descending: bool = False
    nulls: str = ""
    opclass: str = ""
    collation: str = ""
    length: int | None = None

    def __str__(self) -> str:
        return self.column or f"({self.sql})"


def as_options(elements: Iterable[Element]) -> Options:
    """What the elements of a key say beside their columns, for a key that is known by its columns."""
    said: dict[str, object] = {}
    for element in elements:
        said[f"length of {element.column}"] = element.length
        said[f"order of {element.column}"] = "DESC" if element.descending else None
    return options(**said)


@value
class Index(_Keyed):
    """An index; ``method`` is ``""`` for the database's usual one (btree)."""

    kind: ClassVar[Kind] = "index"
    schema: str
    table: str
    name: str
    elements: tuple[Element, ...]
    unique: bool = False
    method: str = ""
    where: Sql | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    options: Options = ()
    comment: str | None = None
    columns: tuple[str, ...] = field(default=(), compare=False)
    source: object = field(default=None, compare=False, repr=False)

    def _key(self) -> Key:
        return Key(
            "index", self.schema, self.table, self.name or signature(map(str, self.elements))
        )

    @property
    def needs(self) -> tuple[Key, ...]:
        mentioned = dict.fromkeys((*self._named(), *self.include, *self.columns))
        return _owned(self.schema, self.table, tuple(mentioned))

    def _named(self) -> Iterator[str]:
        return (element.column for element in self.elements if element.column)


Constraint: TypeAlias = PrimaryKey | Unique | Check | Exclusion | ForeignKey
TablePart: TypeAlias = Column | Constraint | Index
Node: TypeAlias = Schema | Enum | Domain | Sequence | Table | TablePart

NODE_TYPES: tuple[type[Node], ...] = (
    Schema,
    Enum,
    Domain,
    Sequence,
    Table,
    Column,
    PrimaryKey,
    Unique,
    Check,
    Exclusion,
    ForeignKey,
    Index,
)


def signature(columns: Iterable[str]) -> str:
    """Column names as one string: ``(a, b)``."""
    return f"({', '.join(columns)})"


N = TypeVar("N", bound=Node)


def varied(node: N, **changes: object) -> N:
    """``node`` with other values for some attributes; itself if they are its own.

    Otherwise the same as ``dataclasses.replace``, which takes four times as long; it counts where every node
    of a large schema passes.
    """
    for name, wanted in changes.items():
        if getattr(node, name) is not wanted:
            break
    else:
        return node
    kind: type = type(node)
    places, values_of = _said_by(kind)
    values = list(values_of(node))
    for name, wanted in changes.items():
        values[places[name]] = wanted
    made: N = kind(*values)
    return made


@cache
def _said_by(kind: type) -> tuple[Mapping[str, int], Callable[[object], tuple[Any, ...]]]:
    """Where each attribute stands among those that a node is made from, and what gives them all."""
    names = [field.name for field in fields(kind) if field.init]
    return {name: place for place, name in enumerate(names)}, attrgetter(*names)


def distinct(nodes: Iterable[Node]) -> Iterator[Node]:
    """``nodes`` with constraints of one table that have one name, or none and say the same, told apart by ``ordinal``."""
    seen: set[Key] = set()
    for node in nodes:
        one = node
        if isinstance(one, (Unique, Check, ForeignKey)):
            while one.key in seen:
                one = replace(one, ordinal=one.ordinal + 1)
            seen.add(one.key)
        yield one


def called(node: N, name: str) -> N:
    """A constraint under a name of its own."""
    again = {"ordinal": 0} if isinstance(node, (Unique, Check, ForeignKey)) else {}
    return cast(N, replace(cast(Any, node), name=name, **again))


def _nth(ordinal: int) -> str:
    return f" #{ordinal + 1}" if ordinal else ""


def _owned(schema: str, table: str, columns: tuple[str, ...]) -> tuple[Key, ...]:
    return (table_key(schema, table), *(column_key(schema, table, name) for name in columns))
