"""ENGINE_URL: the Kafka cluster, who we are to it, and how our topics are to be made there.

    kafka[s]://[user:password@]host:port,host:port,…[?partitions=8&replicas=3&prefix=town.&mechanism=SCRAM-SHA-512]

No error of this module shows what was written, because a password may stand anywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
FORM = "kafka[s]://[user:password@]host:port,host:port[?partitions=…&replicas=…&prefix=…&mechanism=…]"
MOST_PARTITIONS = 200

_BROKER = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,60}")
_OPTIONS = ("partitions", "replicas", "prefix", "mechanism")


@dataclass(frozen=True)
class Brokers:
    """`kafkas` speaks TLS; a user logs in by SASL. `prefix` of topics and groups: two installations may share a cluster."""

    servers: tuple[str, ...]
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: Mechanism = "SCRAM-SHA-256"
    prefix: str = ""
    partitions: int = 8
    """Of each topic that we make; also the most that one stage can do at the same time."""
    replicas: int | None = None
    """Copies of each record; None: three, or as many as there are brokers."""


def brokers(written: str) -> Brokers:
    """ValueError names the rule."""
    scheme, _, rest = written.strip().partition("://")
    if scheme not in ("kafka", "kafkas"):
        raise ValueError(f"must be {FORM} (unset: the embedded engine)")
    place, _, query = rest.partition("?")
    credentials, _, hosts = place.rpartition("@")
    servers = tuple(host for host in re.split(r"[,\s]+", hosts.rstrip("/")) if host)
    if not servers or not all(_is_broker(server) for server in servers):
        raise ValueError(f"names no usable broker; the form is {FORM} (percent-encode : @ / in a password)")
    user, colon, password = credentials.partition(":")
    if bool(user) != bool(colon and password):
        raise ValueError("needs both user and password, or neither (percent-encode : @ / in them)")
    options = _options(query)
    replicas = options.get("replicas")
    return Brokers(
        servers, scheme == "kafkas", unquote(user) or None, unquote(password) or None,
        cast(Mechanism, options.get("mechanism", "SCRAM-SHA-256")), options.get("prefix", ""),
        int(options.get("partitions", "8")), int(replicas) if replicas else None,
    )  # fmt: skip


def _is_broker(written: str) -> bool:
    matched = _BROKER.fullmatch(written)
    return matched is not None and 0 < int(matched[1]) < 65536


def _options(query: str) -> Mapping[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in options.items():
        if name not in _OPTIONS:
            raise ValueError(f"has an option that is none of {', '.join(_OPTIONS)}")
        if name == "partitions" and not (value.isdecimal() and 1 <= int(value) <= MOST_PARTITIONS):
            raise ValueError(f"partitions must be a number from 1 to {MOST_PARTITIONS}")
        if name == "replicas" and not (value.isdecimal() and 1 <= int(value) <= 9):
            raise ValueError("replicas must be a number from 1 to 9")
        if name == "mechanism" and value not in get_args(Mechanism):
            raise ValueError(f"mechanism must be one of {', '.join(get_args(Mechanism))}")
        if name == "prefix" and not _PREFIX.fullmatch(value):
            raise ValueError("prefix may have letters, digits, dot, dash and underscore, at most 60")
    return options
