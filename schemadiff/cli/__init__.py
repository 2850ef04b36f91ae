"""The command line. Everything heavy is imported by the command that needs it, never to show help."""

from .commandline import CommandLine, main

__all__ = ["CommandLine", "main"]
