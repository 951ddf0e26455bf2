"""Messages over one TCP connection: cut out of what comes by the length in front of each, sent in one write a turn."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

#: More than any message of these protocols has: SMPP's payload may be 64 KiB (3.4, 5.3.2.32), all else is far below.
MOST_OCTETS = 70_000
_GONE_SECONDS = 1.0


class Connection(asyncio.Protocol):
    """`taken` hears each whole message. One that cannot be a message ends the connection: nobody can say where the next
    begins."""

    header: struct.Struct

    def __init__(self) -> None:
        self.why_closed = ""
        self.closed = asyncio.Event()
        self.taking = False
        """Whether submits may leave: after the bind, until somebody says goodbye."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._out: list[bytes] = []
        self._flushing = self._full = self._heard = self._reading = False
        self._rest = b""

    def taken(self, octets: bytes, at: int, end: int) -> None:
        """One whole message of the peer: `octets[at:end]`, header and all."""
        raise NotImplementedError

    def send(self, message: bytes) -> None:
        """Send with whatever else is sent in this turn of the loop."""
        self._out.append(message)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def end(self, why: str) -> None:
        """Close at once; `why` is what every waiting submit is told by."""
        self.why_closed = self.why_closed or why
        self.taking = False
        if self._transport is not None and not self._transport.is_closing():
            self._flush()
            self._transport.close()
            # A peer that reads nothing would keep what is unwritten, and the connection, for ever.
            self._loop.call_later(_GONE_SECONDS, self._transport.abort)

    def malformed(self, what: str) -> None:
        """The peer sent what cannot be read any further."""
        self.end(f"the peer sent {what}: the connection was closed, check that the port speaks this protocol")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's is no subclass
        connection = transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            # Half of a window that waits for the acknowledgement of the other half costs a round trip.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, octets: bytes) -> None:
        self._heard = True
        if self._rest:
            octets = self._rest + octets
        at, have, least = 0, len(octets), self.header.size
        self._reading = True
        while have - at >= 4:
            length = int.from_bytes(octets[at : at + 4], "big")
            if not least <= length <= MOST_OCTETS:
                self._rest, self._reading = b"", False
                self.malformed(f"a message of {length} octets; {least} to {MOST_OCTETS} are possible")
                return
            if have - at < length:
                break
            self.taken(octets, at, at + length)
            at += length
        self._rest = octets[at:]
        self._fill()
        self._reading = False
        if self._out:
            self._flush()

    def pause_writing(self) -> None:
        """The peer reads too slowly: nothing more leaves, and what it sends waits in its own buffers."""
        self._full = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._full = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        self._fill()

    def connection_lost(self, error: Exception | None) -> None:
        self.taking = False
        self.why_closed = self.why_closed or (str(error) if error else "") or "the peer closed the connection"
        self._out.clear()
        self._rest = b""
        self.closed.set()

    def _fill(self) -> None:
        """Send what waits, as far as there is room."""

    def _flush(self) -> None:
        self._flushing = False
        if self._out and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(self._out))
        self._out.clear()
