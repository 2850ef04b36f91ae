"""A database is brought to a state, by a plan that was shown before and is proven afterwards."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Connection

from schemadiff.autogenerate.comparison import Comparison
from schemadiff.dialects.registry import language
from schemadiff.errors import CommandError, UsageError
from schemadiff.model import Snapshot
from schemadiff.model.serial import fingerprint
from schemadiff.operations import Operations
from schemadiff.runtime.migration import MigrationContext

from .comparing import Terms, compare_sources, read_apart, read_live
from .difference import SchemaDiff
from .plans import Plan
from .sources import Kept, Live, Source
from .statements import script_of


def plan_for(target: Live, state: Source, terms: Terms) -> tuple[SchemaDiff, Plan]:
    """What differs, and the plan that brings ``target`` to ``state``. Nothing is changed."""
    before = fingerprint(read_apart(target, terms))
    found = compare_sources(target, state, terms)
    database = found.comparison.context.database
    ops = found.upgrade_ops()
    sql = script_of(ops, found.old, database) if ops else ""
    renames = found.comparison.renames
    plan = Plan(
        database.dialect.name,
        before,
        found.old,
        found.new,
        renames,
        found.changes,
        sql,
        terms.exclude,
        terms.include_schemas,
    )
    return found, plan


def of_plan(plan: Plan, terms: Terms) -> Terms:
    """The terms on which a plan was made."""
    return replace(terms, exclude=plan.exclude, include_schemas=plan.include_schemas)


def require_fit(plan: Plan, target: Live, terms: Terms) -> None:
    """Nothing, if ``plan`` can be carried out on ``target``; it is only read.

    Raises UsageError for a database of another kind, and DatabaseMoved.
    """
    kind = target.url.get_backend_name()
    if language(kind) != language(plan.dialect):
        raise UsageError(
            f"the plan was made for {plan.dialect}, {target.label} is {kind}: nothing was done",
            hint="make a plan for this database: schemadiff apply STATE --to URL --plan FILE",
        )
    if fingerprint(read_apart(target, terms)) != plan.before:
        raise DatabaseMoved(target.label)


def where_it_leads(plan: Plan, label: str) -> Kept:
    """The state that a database has once ``plan`` was carried out."""
    return Kept(label, plan.dialect, plan.new, spelt=False)


def carry_out(plan: Plan, target: Live, terms: Terms) -> None:
    """Bring ``target`` where ``plan`` leads; all of it or nothing where the database can undo DDL.

    Raises DatabaseMoved if it is no longer in the state that the plan was made for.
    """
    target.run(lambda connection: _carry_out(connection, plan, target, terms))


class DatabaseMoved(CommandError):
    """The database is not in the state that a plan was made for."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} has changed since the plan was made: nothing was done",
            hint="make the plan anew, and look at it again",
        )


def _carry_out(connection: Connection, plan: Plan, target: Live, terms: Terms) -> None:
    context = MigrationContext.configure(connection, opts=terms.options)
    context.database.meet(connection)
    there = read_live(connection, context.database, terms, Snapshot())
    connection.rollback()
    if fingerprint(there) != plan.before:
        raise DatabaseMoved(target.label)
    way = Comparison(context, plan.old, plan.new, renames=plan.renames, final_names=True)
    ops = way.upgrade_ops()
    with context.begin_transaction(), context.begin_transaction(per_migration=True):
        for op in ops:
            Operations(context).invoke(op)


def prove(target: Live, state: Source, terms: Terms) -> None:
    """Nothing, if ``target`` is in ``state``. Raises CommandError with what is left otherwise."""
    left = compare_sources(target, state, replace(terms, asked=None))
    if left:
        raise CommandError(
            f"the plan was carried out, but {target.label} still differs from {state.label}",
            hint=str(left),
        )
