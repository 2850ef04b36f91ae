"""Post-write hooks under their documented import path."""

from schemadiff.hooks import HookError, register, run_hooks

__all__ = ["HookError", "register", "run_hooks"]
