"""Logs: one JSON object a line on stderr, from structlog and from the libraries alike."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, TextIO

import structlog

from pushsvc.telemetry.hiding import hide

log: structlog.stdlib.BoundLogger = structlog.get_logger()
"""`log.info("event accepted", event_id=…)`: a short plain sentence, then ids and numbers. Never a contact or a text."""

#: Libraries that say at INFO what our own lines and metrics say already. How much aiokafka may say, streams/kafka/connection.py
#: decides: it repeats itself a thousand times a second while a topic is missing.
_QUIET = (
    "aiosqlite", "alembic", "apscheduler", "asyncio", "faust", "httptools", "mode", "pushsvc.streams.kafka.seams",
    "sqlalchemy", "uvicorn.access", "uvicorn.error",
)  # fmt: skip


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of this process to `stream` (stderr unless given), private data hidden. Called once, by bootstrap."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        # Tracebacks are strings by now: an error that quotes an address is masked too.
        hide,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler: logging.Handler = logging.StreamHandler(stream) if stream else _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at that moment, as Python's own last resort does: it may have been replaced since."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _stream: TextIO) -> None:
        raise AttributeError("this handler follows sys.stderr")


def _json(event: Any, **_options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)
