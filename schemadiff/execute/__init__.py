"""Where statements go: a connection, SQL text, or a list. Nothing else differs between them."""

from .connection import ConnectionSink
from .recording import RecordingSink
from .sink import Parameters, Sink
from .text import TextSink

__all__ = ["ConnectionSink", "Parameters", "RecordingSink", "Sink", "TextSink"]
