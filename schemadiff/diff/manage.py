"""What a database has that is none of the models' business."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from schemadiff.model import (
    INVISIBLE,
    OF_A_PERIOD,
    UNSEEN,
    VIRTUAL,
    Check,
    Column,
    Domain,
    Enum,
    ForeignKey,
    Index,
    Key,
    Node,
    Sequence,
    Snapshot,
    Sql,
    Table,
)


def managed(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Both sides less what cannot be compared: named objects the models say nothing about, virtual tables.

    Sequences are compared only with models that have sequences. An enum or domain belongs to the models
    as long as a column of theirs is of that type; one that no column uses was made by somebody else. What a
    module makes of a virtual table is its own affair, and so is a view or a partition: a model of one stands for
    whatever is there. So it does where the user may see of a table only that it exists.
    """
    closed = {
        t.key
        for t in old.tables()
        if t.options and ((t.key in new and is_virtual(t)) or _says(t, UNSEEN))
    }
    strangers = [*_strangers(old, new), *_owned_by(closed, old)]
    modelled = _owned_by(closed, new)
    counted = list(_as_models_count(old, new))
    old = old.having(counted) if counted else old
    return (
        old.without(strangers) if strangers else old,
        new.without(modelled) if modelled else new,
    )


def _as_models_count(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    """The columns of ``old`` that count by a default of their own, said as the models say it.

    SERIAL is a default that asks a sequence, and a sequence that belongs to the column (PostgreSQL manual,
    8.1.4): models may say the one or the other, or have SQLAlchemy ask the sequence.
    """
    for there in old.each(Column):
        if not there.counts_by:
            continue
        column = new.get(there.key)
        if not isinstance(column, Column):
            continue
        if column.autoincrement:
            yield replace(there, default=None, autoincrement=True)
        elif column.default is not None:
            yield replace(there, default=Sql.of(there.counts_by), autoincrement=False)
        elif any(key.kind == "sequence" and key in there.uses for key in column.uses):
            yield replace(there, default=None, autoincrement=False)
        yield from _as_wide(there, old, new)


def _as_wide(column: Column, old: Snapshot, new: Snapshot) -> Iterator[Node]:
    """The sequence of a column without the type that SERIAL chose, where models choose none."""
    for key in column.uses:
        there, sequence = old.get(key), new.get(key)
        if isinstance(there, Sequence) and isinstance(sequence, Sequence) and not sequence.type:
            yield replace(there, type=None)


def _owned_by(tables: Set[Key], snapshot: Snapshot) -> list[Key]:
    return [key for key in snapshot if key.owner in tables] if tables else []


def is_virtual(table: Table) -> bool:
    """Whether something else keeps the table."""
    return _says(table, VIRTUAL)


def _strangers(old: Snapshot, new: Snapshot) -> Iterator[Key]:
    lone = new.lacking(old)
    yield from (n.key for n in lone if isinstance(n, Column) and _says(n, OF_A_PERIOD))
    named = [node for node in lone if isinstance(node, (Sequence, Enum, Domain))]
    if not named:
        return
    used = {key for column in old.each(Column) for key in column.uses}
    has_sequences = any(True for _ in new.each(Sequence))
    for node in named:
        ours = has_sequences if isinstance(node, Sequence) else node.key in used
        if not ours:
            yield node.key


def less_still_used(old: Snapshot, new: Snapshot) -> Snapshot:
    """``old`` less what ``new`` does not name but a column of its may well use.

    That is a sequence that a default counts by, and a type that the models know by another class than
    SQLAlchemy's own (an enumeration or domain as a ``UserDefinedType``).
    """
    still = {
        key
        for column in old.each(Column)
        for key in column.uses
        if key not in new and _uses_still(column, key, new)
    }
    return old.without(still) if still else old


def _uses_still(column: Column, key: Key, new: Snapshot) -> bool:
    there = new.get(column.key)
    if not isinstance(there, Column):
        return False
    if key.kind == "sequence":
        return there.default is not None or there.autoincrement
    return there.type == column.type


def adopted(old: Snapshot, new: Snapshot) -> Snapshot:
    """``new`` with what it leaves to the database as the database has it.

    That is a default of which the models only say that there is one, the type of a column that has none,
    whether it is invisible, and every table option that they do not mention: an engine, a tablespace or STRICT is
    often the choice of whoever runs the server. Where
    columns disagree about the labels of a type, those that the database does not have are the newer ones;
    a type that is only named has the labels it has.
    Of an index they cannot say the comment.
    """
    taken = [
        *_columns(old, new),
        *_table_options(old, new),
        *_labels(old, new),
        *_valid_constraints(old, new),
        *_index_comments(old, new),
    ]
    return new.having(taken) if taken else new


def _columns(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    odd = {column.key for column in old.each(Column) if column.options}
    for column in new.each(Column):
        if not (_left(column.default) or _left(column.type) or (odd and column.key in odd)):
            continue
        there = old.get(column.key)
        if isinstance(there, Column):
            yield _left_to(there, column)
        elif _left(column.default):
            yield replace(column, default=None)


def _left_to(there: Column, column: Column) -> Column:
    if _says(there, OF_A_PERIOD):
        return replace(there, source=column.source)
    if _left(column.type):
        column = replace(column, type=there.type, uses=there.uses)
    if _left(column.default):
        column = replace(
            column, default=there.default, computed=there.computed, identity=there.identity
        )
    if _says(there, INVISIBLE):
        column = replace(column, options=tuple(sorted((*column.options, (INVISIBLE, "yes")))))
    return column


def _left(sql: Sql | None) -> bool:
    """Whether the models leave a text to the database."""
    return sql is not None and sql.how == "any"


def _table_options(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for table in new.tables():
        there = old.get(table.key)
        if not isinstance(there, Table):
            continue
        said = {name for name, _ in table.options} | set(table.mentioned)
        unsaid = tuple(option for option in there.options if option[0] not in said)
        if unsaid:
            yield replace(table, options=tuple(sorted((*table.options, *unsaid))))


def _labels(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for enum in new.each(Enum):
        there = old.get(enum.key)
        if not enum.labels and isinstance(there, Enum):
            yield replace(enum, labels=there.labels)
        elif enum.others and isinstance(there, Enum) and there.labels == enum.labels:
            yield replace(enum, labels=enum.others[0])


def _valid_constraints(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    """NOT VALID says how a constraint is added; one that has been validated since is as good as any."""
    for node in new.values():
        if not isinstance(node, (Check, ForeignKey)) or not node.options:
            continue
        there = old.get(node.key)
        if isinstance(there, (Check, ForeignKey)) and not _says(there, "not_valid"):
            yield replace(node, options=tuple(o for o in node.options if o[0] != "not_valid"))


def _index_comments(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for index in new.each(Index):
        there = old.get(index.key)
        if isinstance(there, Index) and there.comment and index.comment is None:
            yield replace(index, comment=there.comment)


def _says(node: Table | Column | Check | ForeignKey, name: str) -> bool:
    return bool(node.options) and any(option == name for option, _ in node.options)
