"""What happens to a revision file after it is written: formatting, and a project's own hooks."""

from .formatting import format_source
from .registry import register, registered
from .run import FILENAME, HookError, run_hooks

__all__ = ["FILENAME", "HookError", "format_source", "register", "registered", "run_hooks"]
