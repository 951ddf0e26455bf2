"""How we log in to the brokers, and what went wrong in our own words.

aiokafka swallows the cause when it cannot connect (it logs it, and says "unable to bootstrap"). So whoever needs the
cluster asks it here first: `ask` tells what is wrong and how to mend it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from typing import Any

from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    RequestTimedOutError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from pushsvc.errors import TryLater
from pushsvc.settings import Brokers

ASK_SECONDS = 3.0

# It tells of each failed try, a hundred a second while a broker is away. What matters of it, our own errors say.
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
logging.getLogger("aiokafka.consumer").setLevel(logging.WARNING)

_LOGIN = (SaslAuthenticationFailed, AuthenticationFailedError)
_RIGHTS = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)
_LATE = (TimeoutError, RequestTimedOutError, KafkaTimeoutError)


class BrokersAway(TryLater):
    """No broker of ENGINE_URL lets us work now. The reason names the brokers, what is wrong and the way out."""


def client_options(brokers: Brokers) -> dict[str, Any]:
    """What every client of aiokafka needs to reach the cluster and to log in."""
    return {"bootstrap_servers": list(brokers.servers), **_login(brokers)}


def faust_options(brokers: Brokers) -> dict[str, Any]:
    """The same for a Faust app: `broker` and `broker_credentials`."""
    from faust.auth import SASLCredentials, SSLCredentials

    context = ssl.create_default_context() if brokers.tls else None
    credentials: Any = None
    if brokers.user is not None:
        credentials = SASLCredentials(
            username=brokers.user, password=brokers.password, mechanism=brokers.mechanism, ssl_context=context
        )
    elif context is not None:
        credentials = SSLCredentials(context)
    return {"broker": [f"aiokafka://{server}" for server in brokers.servers], "broker_credentials": credentials}


def why(error: BaseException, brokers: Brokers) -> str:
    """What `error` of aiokafka or of the network means for an operator, with the way out. Never shows the password."""
    where = ", ".join(brokers.servers)
    return f"Kafka at {where}: {_meaning(error, brokers)}"


async def connect(brokers: Brokers, seconds: float = ASK_SECONDS) -> AIOKafkaConnection:
    """A bare connection to the first broker that lets us in, tried in turn. Raises BrokersAway after `seconds` at most."""
    connection, _ = await _first(brokers, [], seconds)
    return connection


async def ask(
    brokers: Brokers, topics: list[str], *, connection: AIOKafkaConnection | None = None, seconds: float = ASK_SECONDS
) -> dict[str, Any]:
    """What the cluster says of its brokers and of `topics`: the fields of Kafka's metadata answer.

    On the `connection` given, or on one of its own that it closes again. Raises BrokersAway.
    """
    if connection is not None:
        try:
            return await _metadata(connection, topics, seconds)
        except (KafkaError, OSError, EOFError) as error:
            raise BrokersAway(why(error, brokers)) from error
    connection, answer = await _first(brokers, topics, seconds)
    connection.close()
    return answer


async def _first(brokers: Brokers, topics: list[str], seconds: float) -> tuple[AIOKafkaConnection, dict[str, Any]]:
    failures: list[BaseException] = []
    share = seconds / len(brokers.servers)
    for server in brokers.servers:
        host, _, port = server.rpartition(":")
        connection: AIOKafkaConnection | None = None
        try:
            # A broker that wants a login or TLS accepts the connection first: only an answer says that we are in.
            options = {"request_timeout_ms": int(share * 1000), "client_id": "pushsvc", **_login(brokers)}
            connection = await create_conn(host.strip("[]"), int(port), **options)
            return connection, await _metadata(connection, topics, share)
        except (KafkaError, OSError, EOFError) as error:
            failures.append(error)
            if connection is not None:
                connection.close()
    worst = next((error for error in failures if isinstance(error, (*_LOGIN, ssl.SSLError))), failures[0])
    raise BrokersAway(why(worst, brokers)) from worst


async def _metadata(connection: AIOKafkaConnection, topics: list[str], seconds: float) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        answer = await connection.send(MetadataRequest(topics))
    said: dict[str, Any] = answer.to_object()
    return said


def _login(brokers: Brokers) -> dict[str, Any]:
    options: dict[str, Any] = {"security_protocol": "SSL" if brokers.tls else "PLAINTEXT"}
    if brokers.tls:
        options["ssl_context"] = ssl.create_default_context()
    if brokers.user is not None:
        options |= {
            "security_protocol": "SASL_SSL" if brokers.tls else "SASL_PLAINTEXT",
            "sasl_mechanism": brokers.mechanism,
            "sasl_plain_username": brokers.user,
            "sasl_plain_password": brokers.password,
        }
    return options


def _meaning(error: BaseException, brokers: Brokers) -> str:
    if isinstance(error, _LOGIN):
        return (
            f"it does not accept user {brokers.user} with this password by {brokers.mechanism}; correct user and password in"
            " ENGINE_URL (percent-encode : @ / in them), or its mechanism"
        )
    if isinstance(error, UnsupportedSaslMechanismError):
        return f"it does not offer {brokers.mechanism}; say mechanism=… in ENGINE_URL, one that its listener has"
    if isinstance(error, IllegalSaslStateError):
        return "this port asks for no login; take user and password out of ENGINE_URL, or name the port that has logins"
    if isinstance(error, _RIGHTS):
        return (
            f"user {brokers.user or 'ANONYMOUS'} may not do this; grant it Describe, Read and Write on our topics, and"
            " IdempotentWrite on the cluster"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message}); name the authority that signed it in SSL_CERT_FILE,"
            " and the brokers as the certificate does"
        )
    if isinstance(error, ssl.SSLError | ConnectionResetError) and brokers.tls:
        return "it does not speak TLS on this port; write kafka:// in ENGINE_URL, or name the TLS port"
    if isinstance(error, KafkaConnectionError | EOFError | ConnectionResetError):
        return f"it closed the connection without an answer; it is stopping, or this port {_wants(brokers)}"
    if isinstance(error, socket.gaierror):
        return "no such host; correct the name in ENGINE_URL"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there; start the broker, or correct host and port in ENGINE_URL"
    if isinstance(error, _LATE):
        return "no answer in time; is the broker running, and does a firewall let us through?"
    return str(error) or type(error).__name__


def _wants(brokers: Brokers) -> str:
    wants = [] if brokers.tls else ["TLS (then write kafkas://)"]
    wants += [] if brokers.user else ["a login (then write user:password@ before the hosts)"]
    return f"wants {' or '.join(wants)}" if wants else "is not Kafka's"
