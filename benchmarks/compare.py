"""compare_metadata of schemadiff and of Alembic on many tables, side by side.

usage: python benchmarks/compare.py [--db sqlite,postgresql,mariadb] [--tables 1000] [--rounds 3]

The database is what the models say, made by create_all(); both compare types and server defaults. What each
of them reports, which should be nothing, is counted too, and so are the statements it sends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from rounds import HEAD, medians, require_alembic, row

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from ground import Lacking, Server, mariadb, postgresql

SERVERS: dict[str, Callable[[], Server]] = {"postgresql": postgresql, "mariadb": mariadb}


def models(tables: int) -> sa.MetaData:
    """Tables of 10 columns with 2 indexes, a foreign key, a UNIQUE and a CHECK each."""
    metadata = sa.MetaData()
    for number in range(tables):
        name = f"t{number:04}"
        sa.Table(
            name,
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("parent_id", sa.Integer),
            sa.Column("name", sa.String(80), nullable=False),
            sa.Column("code", sa.String(20), nullable=False, server_default="new"),
            sa.Column("amount", sa.Numeric(10, 2), nullable=False, server_default=sa.text("0")),
            sa.Column("count", sa.BigInteger),
            sa.Column("made", sa.DateTime, server_default=sa.func.current_timestamp()),
            sa.Column("day", sa.Date),
            sa.Column("body", sa.Text),
            sa.Column("active", sa.Boolean),
            sa.ForeignKeyConstraint(
                ["parent_id"], [f"t{max(0, number - 1):04}.id"], name=f"fk_{name}_parent"
            ),
            sa.UniqueConstraint("name", name=f"uq_{name}_name"),
            sa.CheckConstraint("amount >= 0", name=f"ck_{name}_amount"),
            sa.Index(f"ix_{name}_parent", "parent_id"),
            sa.Index(f"ix_{name}_code", "code", "day"),
        )
    return metadata


@contextmanager
def database(kind: str) -> Iterator[sa.Engine]:
    """An engine on a fresh database. Raises Lacking."""
    if kind in SERVERS:
        server = SERVERS[kind]()
        try:
            with server.fresh() as engine:
                yield engine
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/bench.db")
        yield engine
        engine.dispose()


def ours(connection: sa.Connection, metadata: sa.MetaData) -> list[object]:
    from schemadiff.autogenerate import compare_metadata
    from schemadiff.migration import MigrationContext

    return compare_metadata(MigrationContext.configure(connection), metadata)


def theirs(connection: sa.Connection, metadata: sa.MetaData) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


COMPARE = {"schemadiff": ours, "alembic": theirs}


def observed(engine: sa.Engine, run: Callable[[], list[object]]) -> tuple[int, int]:
    """How many statements ``run`` sends, and how many differences it reports."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    found = run()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(sent), len(found)


def measure(kind: str, tables: int, rounds: int) -> str:
    """One line of the result for one kind of database."""
    metadata = models(tables)
    with database(kind) as engine:
        print(f"  {kind}: creating {tables} tables …", file=sys.stderr)
        metadata.create_all(engine)

        def bound(name: str) -> Callable[[], list[object]]:
            def run() -> list[object]:
                with engine.connect() as connection:
                    return COMPARE[name](connection, metadata)

            return run

        rivals = {name: bound(name) for name in COMPARE}
        counts = {name: observed(engine, run) for name, run in rivals.items()}
        found = medians(rivals, rounds)
    sent = " : ".join(f"{counts[name][0]:,}" for name in COMPARE)
    invented = " : ".join(str(counts[name][1]) for name in COMPARE)
    return row(kind, found, f"statements {sent}, invented {invented}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--db", default="sqlite,postgresql,mariadb")
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    require_alembic()
    warnings.simplefilter("ignore")
    print(f"compare_metadata on {options.tables} tables, median of {options.rounds}\n{HEAD}")
    for kind in options.db.split(","):
        try:
            print(measure(kind, options.tables, options.rounds), flush=True)
        except Lacking as lacking:
            print(f"{kind:<28} not measured: {lacking}")


if __name__ == "__main__":
    main()
