"""Projects that were written for Alembic: turned into ours in place, or run as they are."""
