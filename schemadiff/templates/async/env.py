"""The environment in which revisions are compared, run and written down as SQL."""

import asyncio

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from schemadiff import context

config = context.config

# from myapp.models import Base
# target_metadata = Base.metadata
target_metadata = None


def run_migrations_offline() -> None:
    """Write SQL, without a connection."""
    context.configure(
        url=config.get_main_option("url"),
        target_metadata=target_metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_on(connection: Connection) -> None:
    """Run revisions on a connection."""
    context.configure(connection=connection, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()


async def run_migrations_online() -> None:
    """Connect, and run revisions inside the event loop."""
    engine = create_async_engine(config.get_main_option("url"), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations_on)
    await engine.dispose()


if context.is_offline_mode():
    run_migrations_offline()
else:
    asyncio.run(run_migrations_online())
