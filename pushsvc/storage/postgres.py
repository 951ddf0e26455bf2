"""A connection to PostgreSQL, made the same way by whoever needs one: named, and quick to notice that the server is gone.

By itself a client waits for minutes: a machine that lost its power or its network closes nothing. So every connection asks
the kernel to look after it, and one that the server has closed is not handed out again. A server that is frozen keeps its
connections alive: only a question with a time limit notices that (`looking.look`).
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from pushsvc.errors import NotDurable
from pushsvc.storage.faults import sqlstate, words_of

CONNECT_SECONDS = 5.0
#: Nothing but SQL is awaited inside a transaction: one that stands still for so long belongs to a frozen process, and what it
#: has locked (the turn to plan, the pen, the relay's place) is everybody's.
STANDS_STILL_SECONDS = 10
_MEND = "start it, look at the network to it, or correct PUSHSVC_DATABASE_URL"
MOST_NAME = 63
"""What PostgreSQL keeps of an application_name, in bytes."""
_READ_ONLY = "25006"
#: 3 s of silence, then a probe every 2 s, of which the third unanswered ends it: 9 s.
_KEEPALIVE = {"TCP_KEEPIDLE": 3, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}
#: The server looks after its end too: what a machine that lost its power had locked is free in 9 s, not in two hours.
_SESSION = (
    f"SET idle_in_transaction_session_timeout = '{STANDS_STILL_SECONDS}s'; SET tcp_user_timeout = '9s';"
    "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
)


def postgres_engine(url: str, name: str, **pool: Any) -> AsyncEngine:
    """An engine whose connections `connect` makes. `pool`: what SQLAlchemy's create_async_engine takes."""
    # An error that is logged names its statement, and nothing of what was written or looked for.
    connecting = {"async_creator_fn": connect, **_named(name)}
    engine = create_async_engine(url, connect_args=connecting, hide_parameters=True, **pool)

    @event.listens_for(engine.sync_engine, "checkout")
    def still_open(connection: Any, _record: object, _proxy: object) -> None:
        # The server was restarted, say: whoever asks gets a new connection, and need not fail once first.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    @event.listens_for(engine.sync_engine, "handle_error")
    def elsewhere(context: Any) -> None:
        # A primary that became a replica keeps its connections: the address may name another server by now.
        if context.original_exception is not None and sqlstate(context.original_exception) == _READ_ONLY:
            context.is_disconnect = True

    return engine


async def connect_to(url: str, name: str, **more: Any) -> Any:
    """An asyncpg connection of one's own to `url` (`postgresql+asyncpg://…`); `more`: as asyncpg.connect. Raises NotDurable."""
    parsed = make_url(url)
    _none, arguments = parsed.get_dialect()().create_connect_args(parsed)
    for ours in ("prepared_statement_cache_size", "prepared_statement_name_func"):
        arguments.pop(ours, None)
    return await connect(**arguments, **_named(name), **more)


async def connect(**arguments: Any) -> Any:
    """asyncpg.connect with time limits and keepalive. Raises NotDurable with words for an operator, never with the password."""
    at = f"{arguments.get('host', 'localhost')}:{arguments.get('port', 5432)}"
    try:
        connection = await asyncpg.connect(**{"timeout": CONNECT_SECONDS} | arguments)
    except asyncpg.PostgresError as error:
        raise NotDurable(f"the database at {at} cannot be used now: {words_of(error)}") from error
    except TimeoutError as error:
        raise NotDurable(f"the database at {at} gives no answer within {CONNECT_SECONDS:g} s: {_MEND}") from error
    except OSError as error:
        raise NotDurable(f"the database at {at} cannot be reached ({error.strerror or error}): {_MEND}") from error
    _keep_alive(connection)
    try:
        # Not among the start parameters: a pooler in between refuses those that it does not know.
        await connection.execute(_SESSION, timeout=CONNECT_SECONDS)
    except (asyncpg.PostgresError, OSError) as error:
        connection.terminate()
        raise NotDurable(f"the database at {at} cannot be used now: {words_of(error)}") from error
    except asyncio.CancelledError:
        connection.terminate()
        raise
    return connection


def _named(name: str) -> dict[str, Any]:
    return {"server_settings": {"application_name": name.encode()[:MOST_NAME].decode(errors="ignore")}}


def _keep_alive(connection: Any) -> None:
    # asyncpg has no option for it and shows its socket nowhere: a test fails when this attribute moves.
    opened = connection._transport.get_extra_info("socket")
    if opened is None or opened.family == socket.AF_UNIX:
        return
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        if hasattr(socket, option):
            opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # For what we have sent and nobody acknowledges: keepalive does not look then.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 9_000)
