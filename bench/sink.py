"""A quick SMTP sink that writes down every message it takes before it says so.

    python -m bench.sink --port 2525 --record taken.tsv [--keep taken.eml]

`taken.tsv` has one line a recipient: nanoseconds since 1970, recipient, Message-ID, offset and length of the content in
`--keep` (0 where nothing is kept). A line is written, in one system call, before the reply leaves: what a client was told
was taken stands in the file, whatever happens to the client. It offers no STARTTLS and no CHUNKING; commands may be
pipelined. Over 4,000 messages a second on one core, so that a bench measures the sender.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import socket
import time

import uvloop

MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r\n[ \t]+)?(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
PATH = re.compile(rb"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
HELLO = (
    b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 10485760\r\n"
)
END_OF_CONTENT = b"\r\n.\r\n"


class Record:
    """The file of what was taken, and beside it, where wanted, the messages themselves."""

    def __init__(self, record: str, keep: str | None) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._record = os.open(record, flags, 0o600)
        self._keep = os.open(keep, flags, 0o600) if keep else None
        self._kept = os.fstat(self._keep).st_size if self._keep is not None else 0

    def take(self, recipients: list[bytes], content: bytes) -> None:
        found = MESSAGE_ID.search(content, 0, content.find(b"\r\n\r\n") + 2)
        message_id = found.group(1) if found else b"-"
        offset, length = self._kept, 0
        if self._keep is not None:
            length = os.write(self._keep, content)
            self._kept += length
        at = time.time_ns()
        lines = [b"%d\t%s\t%s\t%d\t%d\n" % (at, recipient, message_id, offset, length) for recipient in recipients]
        os.write(self._record, b"".join(lines))


class Connection(asyncio.Protocol):
    """One client. The replies to one read leave in one write."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._read = bytearray()
        self._replies: list[bytes] = []
        self._recipients: list[bytes] = []
        self._in_content = False
        self._from = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # uvloop's is no subclass
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self._read and (self._content() if self._in_content else self._command()):
            pass
        if self._replies:
            self._transport.write(b"".join(self._replies))
            self._replies.clear()

    def _command(self) -> bool:
        end = self._read.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._read[:end])
        del self._read[: end + 2]
        self._replies.append(self._answer(line[:4].upper(), line))
        if line[:4].upper() == b"QUIT":
            self._transport.write(b"".join(self._replies))
            self._replies.clear()
            self._transport.close()
            return False
        return True

    def _answer(self, verb: bytes, line: bytes) -> bytes:
        path = PATH.search(line)
        if verb in (b"EHLO", b"HELO"):
            return HELLO
        if verb == b"MAIL" and path:
            self._from, self._recipients = True, []
            return b"250 2.1.0 ok\r\n"
        if verb == b"RCPT" and path:
            if not self._from:
                return b"503 5.5.1 MAIL first\r\n"
            self._recipients.append(path.group(1))
            return b"250 2.1.5 ok\r\n"
        if verb == b"DATA":
            self._in_content = bool(self._recipients)
            return b"354 go on\r\n" if self._recipients else b"554 5.5.1 no valid recipients\r\n"
        if verb in (b"RSET", b"NOOP"):
            self._from, self._recipients = self._from and verb == b"NOOP", []
            return b"250 2.0.0 ok\r\n"
        return b"221 2.0.0 bye\r\n" if verb == b"QUIT" else b"502 5.5.1 unknown command\r\n"

    def _content(self) -> bool:
        end = self._read.find(END_OF_CONTENT)
        if end < 0:
            return False
        content = bytes(self._read[: end + 2]).replace(b"\r\n..", b"\r\n.")
        del self._read[: end + len(END_OF_CONTENT)]
        self._record.take(self._recipients, content)
        self._in_content, self._from, self._recipients = False, False, []
        self._replies.append(b"250 2.0.0 taken\r\n")
        return True


async def serve(port: int, record: Record) -> None:
    """Take messages on 127.0.0.1:`port` until SIGTERM."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    async with await loop.create_server(lambda: Connection(record), "127.0.0.1", port, backlog=256):
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--keep")
    asked = parser.parse_args()
    uvloop.run(serve(asked.port, Record(asked.record, asked.keep)))


if __name__ == "__main__":
    main()
