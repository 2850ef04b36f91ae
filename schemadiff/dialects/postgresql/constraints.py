"""Rows of the catalogue become indexes and constraints. Pure, like ``rows``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from schemadiff.model import (
    Check,
    Constraint,
    Element,
    Exclusion,
    ForeignKey,
    Gap,
    Index,
    Key,
    Kind,
    Options,
    PrimaryKey,
    Sql,
    Unique,
    options,
)

from .rows import (
    DEFAULT_COLLATION,
    Around,
    Names,
    Naming,
    Place,
    Relation,
    Rows,
    action_text,
    keyed,
    listed,
    numbers,
    predicate,
    storage,
)
from .types import collation_text

# ---- indexes -------------------------------------------------------------------------------------


class Details(NamedTuple):
    """What index columns may have beyond their names, by oid, and by index and place."""

    opclasses: Mapping[int, str]
    collations: Mapping[int, str]
    parameters: Mapping[Place, str]


def details(rows: Rows, naming: Naming) -> Details:
    """Operator classes, collations and parameters by what the catalogue calls them."""
    found = Details({}, {}, {})
    opclasses, collations, parameters = {}, {}, {}
    for kind, oid, number, schema, text in rows:
        match kind:
            case "opclass":
                opclasses[oid] = naming.qualified(schema, text)
            case "collation":
                collations[oid] = collation_text([schema, text], naming.default)
            case _:
                parameters[oid, number] = f"({', '.join(listed(text))})"
    return found._replace(opclasses=opclasses, collations=collations, parameters=parameters)


class IndexRow(NamedTuple):
    """One index of the catalogue."""

    oid: int
    table: int
    name: str
    unique: bool
    valid: bool
    nulls_not_distinct: bool
    method: str
    keys: int
    columns: str
    flags: str
    classes: str
    collations: str
    expressions: str | None
    where: str | None
    mentioned: str | None
    stored: str | None
    space: str | None
    comment: str | None

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than the constraint it serves."""
        more = self.stored or self.space or self.nulls_not_distinct
        return not more and self.columns.count(" ") + 1 == self.keys


def index_nodes(
    rows: Iterable[IndexRow],
    around: Around,
    columns: Names,
    collations: Mapping[Place, str],
    known: Details,
) -> Iterator[tuple[int, Index]]:
    """Indexes with their oids; ``collations`` are those of columns that have an unusual one."""
    for row in rows:
        schema, table = around.relations[row.table]
        names = columns.get(row.table, {})
        included = numbers(row.columns)[row.keys :]
        yield (
            row.oid,
            Index(
                schema,
                table,
                row.name,
                tuple(_elements(row, names, collations, known)),
                row.unique,
                "" if row.method == "btree" else row.method,
                predicate(row.where) if row.where else None,
                tuple([names[key] for key in included]) if included else (),
                row.nulls_not_distinct,
                storage(
                    listed(row.stored),
                    tablespace=row.space,
                    invalid=None if row.valid else "true",
                ),
                row.comment,
                tuple([names[key] for key in listed(row.mentioned)]) if row.mentioned else (),
            ),
        )


def _elements(
    row: IndexRow, names: Mapping[int, str], usual: Mapping[Place, str], known: Details
) -> Iterator[Element]:
    texts = listed(row.expressions) or [None] * row.keys
    parts = zip(
        numbers(row.columns),
        numbers(row.flags),
        numbers(row.classes),
        numbers(row.collations),
        texts,
        strict=False,
    )
    for place, (key, flag, class_oid, collation_oid, text) in enumerate(parts, 1):
        opclass = known.opclasses.get(class_oid, "") + known.parameters.get((row.oid, place), "")
        collation = known.collations.get(collation_oid, "")
        if collation == usual.get((row.table, key), DEFAULT_COLLATION):
            collation = ""
        if key and not (flag or opclass or collation):
            yield _plain_element(names[key])
        else:
            yield _element(names[key] if key else "", text, flag, opclass, collation)


@lru_cache(maxsize=4096)
def _plain_element(column: str) -> Element:
    return Element(column)


def _element(column: str, text: str | None, flag: int, opclass: str, collation: str) -> Element:
    descending, first = bool(flag & 1), bool(flag & 2)
    return Element(
        column=column,
        sql=None if column or text is None else keyed(text),
        descending=descending,
        nulls="" if first == descending else "first" if first else "last",
        opclass=opclass,
        collation=collation,
    )


# ---- constraints ---------------------------------------------------------------------------------

ACTIONS = {"a": "", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
MATCHES = {"f": "FULL", "p": "PARTIAL"}


class ConstraintRow(NamedTuple):
    """One constraint of the catalogue."""

    oid: int
    table: int
    name: str
    kind: str
    deferrable: bool
    deferred: bool
    valid: bool
    local: bool
    no_inherit: bool
    enforced: bool
    period: bool
    index_oid: int
    columns: str | None
    target: int
    target_schema: str | None
    target_table: str | None
    target_columns: str | None
    on_update: str
    on_delete: str
    match: str
    set_columns: str | None
    text: str | None
    mentioned: str | None
    comment: str | None


def constraint_nodes(
    rows: Iterable[ConstraintRow],
    around: Around,
    columns: Names,
    indexes: Mapping[int, Index],
) -> Iterator[Constraint | Gap]:
    """Constraints; what is only inherited is left to the parent unless named, what is not understood is a gap."""
    for row in rows:
        relation = around.relations[row.table]
        if not row.local and row.kind in "cf" and not _is_named(row, relation, around):
            continue
        names = tuple(columns.get(row.table, {}).get(n, "") for n in numbers(row.columns))
        where = f"{relation.table}.{row.name}"
        if row.period:
            yield Gap(where, "a key WITHOUT OVERLAPS or with a PERIOD is not compared")
            continue
        match row.kind:
            case "p":
                yield _primary_key(row, relation, names, indexes.get(row.index_oid))
            case "u":
                yield _unique(row, relation, names, indexes.get(row.index_oid))
            case "c":
                yield _check(row, relation, names)
            case "x":
                yield _exclusion(row, relation, columns.get(row.table, {}))
            case "f":
                yield _foreign_key(row, relation, names, around.naming, columns)
            case other:
                yield Gap(where, f"a constraint of an unknown kind ({other})")


def _is_named(row: ConstraintRow, relation: Relation, around: Around) -> bool:
    kind: Kind = "check" if row.kind == "c" else "foreign_key"
    return Key(kind, *relation, row.name) in around.named


def _primary_key(
    row: ConstraintRow, relation: Relation, names: tuple[str, ...], index: Index | None
) -> PrimaryKey:
    # How the index of a key is stored (WITH, TABLESPACE) no model can say: whoever runs the server decides.
    include = ", ".join(index.include) if index else ""
    more = options(include=include or None, **_deferral(row.deferrable, row.deferred))
    return PrimaryKey(*relation, row.name, names, more)


def _deferral(deferrable: bool, deferred: bool) -> dict[str, str | None]:
    return {
        "deferrable": "true" if deferrable else None,
        "initially": "DEFERRED" if deferred else None,
    }


def _unique(
    row: ConstraintRow, relation: Relation, names: tuple[str, ...], index: Index | None
) -> Unique:
    return Unique(
        *relation,
        row.name,
        names,
        row.deferrable,
        row.deferred,
        index is not None and index.nulls_not_distinct,
        index.include if index else (),
        comment=row.comment,
    )


def _check(row: ConstraintRow, relation: Relation, names: tuple[str, ...]) -> Check:
    return Check(
        *relation, row.name, predicate(row.text or ""), _validity(row), row.comment, columns=names
    )


def _validity(row: ConstraintRow) -> Options:
    no_inherit = row.no_inherit and row.kind == "c"  # it is set on every key as well
    if row.valid and row.enforced and not no_inherit:
        return ()
    return options(
        not_valid="true" if not row.valid and row.enforced else None,
        no_inherit="true" if no_inherit else None,
        not_enforced=None if row.enforced else "true",
    )


def _exclusion(row: ConstraintRow, relation: Relation, names: Mapping[int, str]) -> Exclusion:
    plain = (number for number in numbers(row.columns) if number)
    mentioned = tuple(names[n] for n in dict.fromkeys((*plain, *listed(row.mentioned))))
    return Exclusion(*relation, row.name, Sql.of(row.text or ""), mentioned)


def _foreign_key(
    row: ConstraintRow,
    relation: Relation,
    names: tuple[str, ...],
    naming: Naming,
    columns: Names,
) -> ForeignKey:
    target = columns.get(row.target, {})
    chosen = [columns.get(row.table, {}).get(n, "") for n in numbers(row.set_columns)]
    return ForeignKey(
        *relation,
        row.name,
        names,
        naming.schema(row.target_schema or ""),
        row.target_table or "",
        tuple(target.get(n, "") for n in numbers(row.target_columns)),
        action_text(ACTIONS.get(row.on_delete, ""), chosen),
        ACTIONS.get(row.on_update, ""),
        MATCHES.get(row.match, ""),
        row.deferrable,
        row.deferred,
        _validity(row),
        row.comment,
    )
