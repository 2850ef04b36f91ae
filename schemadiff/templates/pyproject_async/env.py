"""The environment in which revisions are compared, run and written down as SQL."""

import asyncio

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from schemadiff import context

config = context.config
url = config.get_main_option("url", "")

# The models are those that the configuration names as target_metadata; to name them here instead:
#   from myapp.models import Base
#   context.configure(…, target_metadata=Base.metadata)


def run_migrations_offline() -> None:
    """Write SQL, without a connection."""
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_on(connection: Connection) -> None:
    """Run revisions on a connection."""
    context.configure(connection)
    with context.begin_transaction():
        context.run_migrations()


async def run_migrations_online() -> None:
    """Connect, and run revisions inside the event loop."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run_migrations_on)
    await engine.dispose()


if context.is_offline_mode():
    run_migrations_offline()
else:
    asyncio.run(run_migrations_online())
