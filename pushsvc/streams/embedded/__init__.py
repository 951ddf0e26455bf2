"""The embedded engine: one process, its log in the database itself, no broker."""

from pushsvc.streams.embedded.engine import EmbeddedEngine
from pushsvc.streams.embedded.log import EmbeddedLog

__all__ = ["EmbeddedEngine", "EmbeddedLog"]
