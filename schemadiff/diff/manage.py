"""What a database has that is none of the models' business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemadiff.model import Column, Domain, Enum, Key, Node, Sequence, Snapshot, Table


def managed(old: Snapshot, new: Snapshot) -> Snapshot:
    """``old`` less the named objects that models without them say nothing about.

    Sequences are compared only with models that have sequences. An enum or domain belongs to the models
    as long as a column of theirs is of that type; one that no column uses was made by somebody else.
    """
    strangers = list(_strangers(old, new))
    return old.without(strangers) if strangers else old


def _strangers(old: Snapshot, new: Snapshot) -> Iterator[Key]:
    used = {key for column in old.each(Column) for key in column.uses}
    has_sequences = any(True for _ in new.each(Sequence))
    for key, node in old.items():
        if key in new:
            continue
        if isinstance(node, Sequence) and not has_sequences and key not in used:
            yield key
        if isinstance(node, (Enum, Domain)) and key not in used:
            yield key


def adopted(old: Snapshot, new: Snapshot) -> Snapshot:
    """``new`` with what it leaves to the database as the database has it.

    That is a default of which the models only say that there is one, and every table option that they do
    not mention: an engine, a tablespace or STRICT is often the choice of whoever runs the server. Where
    columns disagree about the labels of a type, those that the database does not have are the newer ones.
    """
    taken = [*_defaults(old, new), *_table_options(old, new), *_newer_labels(old, new)]
    return new.having(taken) if taken else new


def _defaults(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for column in new.each(Column):
        if column.default is None or column.default.how != "any":
            continue
        there = old.get(column.key)
        if isinstance(there, Column):
            yield replace(column, default=there.default, computed=there.computed)
        else:
            yield replace(column, default=None)


def _table_options(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for table in new.tables():
        there = old.get(table.key)
        if not isinstance(there, Table):
            continue
        said = {name for name, _ in table.options} | set(table.mentioned)
        unsaid = tuple(option for option in there.options if option[0] not in said)
        if unsaid:
            yield replace(table, options=tuple(sorted((*table.options, *unsaid))))


def _newer_labels(old: Snapshot, new: Snapshot) -> Iterator[Node]:
    for enum in new.each(Enum):
        there = old.get(enum.key)
        if enum.others and isinstance(there, Enum) and there.labels == enum.labels:
            yield replace(enum, labels=enum.others[0])
