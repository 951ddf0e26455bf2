"""What is wrong with Redis, in words that say how to mend it. The password is never in them."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from redis import exceptions

#: What "Redis does not answer as it should" looks like: redis-py's own errors, the network's, and a time limit of ours.
FAULTS = (exceptions.RedisError, OSError, asyncio.TimeoutError)

#: By the first word of what Redis says.
_SAID = {
    "READONLY": "is a read-only replica: point REDIS_URL at its primary",
    "OOM": "is full (maxmemory with noeviction): give it more memory, or a Redis of its own",
    "MISCONF": "cannot write to its disk (MISCONF) and takes no writes: free the disk, its log says why",
    "LOADING": "still reads its data from disk: wait, it comes by itself",
    "MASTERDOWN": "is a replica that lost its primary: point REDIS_URL at the primary",
    "NOREPLICAS": "takes no writes because too few replicas are connected: start its replicas",
    "NOPERM": "does not let this user do what is needed: grant it `~pushsvc:* +@all -@dangerous`",
    "WRONGPASS": "refuses the login: put the right user and password into REDIS_URL",
    "NOAUTH": "asks for a password: put it into REDIS_URL, redis://:password@host:port",
    "MOVED": "is a node of a Redis Cluster, which is not supported: use a single primary",
    "DENIED": "refuses connections from other machines (protected mode): give it a password",
}


def place_of(url: str) -> str:
    """host:port of REDIS_URL, without the login."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"


def why(fault: BaseException, url: str) -> str:
    """One line: which Redis, what is wrong, and the way out."""
    return f"Redis at {place_of(url)} {_what(fault, url)}"


def _what(fault: BaseException, url: str) -> str:
    for each in _chain(fault):
        said = str(each)
        for word, meaning in _SAID.items():
            # redis-py strips the word from errors that it knows, and keeps it in those that it does not.
            if said.startswith(word):
                return meaning
        if isinstance(each, exceptions.ReadOnlyError):
            return _SAID["READONLY"]
        if isinstance(each, exceptions.OutOfMemoryError):
            return _SAID["OOM"]
        if isinstance(each, exceptions.BusyLoadingError):
            return _SAID["LOADING"]
        if isinstance(each, exceptions.MasterDownError):
            return _SAID["MASTERDOWN"]
        if isinstance(each, exceptions.NoPermissionError):
            return _SAID["NOPERM"]
        if isinstance(each, exceptions.AuthenticationError):
            return _SAID["NOAUTH"] if "required" in said.lower() else _SAID["WRONGPASS"]
        if "max number of clients" in said:
            return "has no connection left (maxclients): raise it, or find who holds them"
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"shows a certificate that is not trusted ({each.verify_message}): add ?ssl_ca_certs=FILE to REDIS_URL"
        if isinstance(each, ssl.SSLError):
            return "does not speak TLS as REDIS_URL says: use redis:// for a Redis without TLS, or mend its TLS port"
        if isinstance(each, socket.gaierror):
            return "is not found: correct the host name in REDIS_URL"
        # When an error is told to several who waited for one connection, redis-py leaves only its words.
        if isinstance(each, ConnectionRefusedError) or said.startswith(f"Error {errno.ECONNREFUSED} "):
            return "does not listen: start it, or correct host and port in REDIS_URL"
    if isinstance(fault, exceptions.TimeoutError | TimeoutError):
        no_tls = ", or it speaks no TLS (then use redis://)" if url.startswith("rediss:") else ""
        return f"does not answer in time: it hangs, is overloaded, or the network drops what is sent{no_tls}"
    if isinstance(fault, exceptions.ConnectionError | OSError):
        tls = "" if url.startswith("rediss:") else " (if it speaks TLS, use rediss://)"
        return f"closed or broke the connection{tls}: see its log"
    return f"answers with an error ({str(fault)[:120] or type(fault).__name__}): see its log"


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault, and what it was made of."""
    each: BaseException | None = fault
    for _ in range(8):
        if each is None:
            return
        yield each
        each = each.__cause__ or each.__context__
