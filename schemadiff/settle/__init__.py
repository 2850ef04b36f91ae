"""Ask the database whether two spellings mean the same."""

from .say import Says, heed, never
from .settle import Ask, Settled, Undecided, settle

__all__ = ["Ask", "Says", "Settled", "Undecided", "heed", "never", "settle"]
