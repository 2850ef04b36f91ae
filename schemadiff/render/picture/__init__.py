"""Pictures of schemas and of their differences, as text that draws itself: Mermaid, DOT, SVG."""

from .boxes import Picture, difference, schema
from .dot import dot
from .mermaid import mermaid
from .svg import svg

__all__ = ["Picture", "difference", "dot", "mermaid", "schema", "svg"]
