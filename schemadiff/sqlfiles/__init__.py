"""Files of SQL: cut into statements by the lexical rules of their database. Nothing here runs them."""

from .split import Piece, Unfinished, split

__all__ = ["Piece", "Unfinished", "split"]
