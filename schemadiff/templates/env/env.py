"""The environment in which revisions are compared, run and written down as SQL."""

from sqlalchemy import create_engine
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


def run_migrations_online() -> None:
    """Run revisions on a connection."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
