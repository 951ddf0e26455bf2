"""What an operator reads when the brokers do not let us in, on a real broker. Each error says the way out."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pushsvc.domain.records import Output
from pushsvc.errors import TryLater
from pushsvc.settings import Brokers
from pushsvc.settings.brokers import Mechanism
from pushsvc.streams.faults import kind_of
from pushsvc.streams.kafka.connection import BrokersAway, ask, faust_options
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.topics import BadTopics, check_topics, make_topics
from pushsvc.streams.kafka.watch import BrokerWatch
from tests.conftest import FixedClock
from tests.integration.kafka_reading import own_brokers, records_on
from tests.services.kafka import LOGINS, MECHANISMS, Kafka
from tests.services.postgres import free_port

PASSWORD = LOGINS["pushsvc"]


@pytest.fixture
async def tls_port(tmp_path: Path) -> AsyncIterator[int]:
    """A port that speaks TLS, under a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(key, hashes.SHA256())
    (tmp_path / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (tmp_path / "certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    server = await asyncio.start_server(lambda reader, _writer: reader.read(), "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def refusal(brokers: Brokers) -> str:
    """The words of the error, the same wherever it is met."""
    with pytest.raises(BrokersAway) as caught:
        await ask(brokers, [])
    assert kind_of(caught.value) == "passing"
    assert "password-of" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_the_right_password_lets_us_in(kafka: Kafka, mechanism: Mechanism, clock: FixedClock) -> None:
    brokers = own_brokers(kafka)
    logged_in = Brokers(kafka.login_servers, False, "pushsvc", PASSWORD, mechanism, brokers.prefix, 2)

    assert len(await make_topics(logged_in)) == 12
    outlet = Outlet(logged_in, clock)
    await outlet.send([Output("versions", "k", {"n": 1})])
    await outlet.stop()

    assert [record.value for record in await records_on(brokers, "versions")] == [{"n": 1}]


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_wrong_password_is_named_with_user_and_mechanism(kafka: Kafka, mechanism: Mechanism) -> None:
    words = await refusal(Brokers(kafka.login_servers, False, "pushsvc", "no-password-of-his", mechanism))

    assert f"{kafka.login_servers[0]}: it does not accept user pushsvc with this password by {mechanism}" in words


async def test_a_login_at_a_port_that_has_none_says_so(kafka: Kafka) -> None:
    assert "asks for no login" in await refusal(Brokers(kafka.servers, False, "pushsvc", PASSWORD))


async def test_a_port_that_wants_a_login_says_so(kafka: Kafka) -> None:
    assert "wants TLS (then write kafkas://) or a login" in await refusal(Brokers(kafka.login_servers))


async def test_tls_to_a_plain_port_says_so(kafka: Kafka) -> None:
    assert "does not speak TLS on this port; write kafka://" in await refusal(Brokers(kafka.servers, tls=True))
    assert "does not speak TLS" in await refusal(Brokers(kafka.login_servers, True, "pushsvc", PASSWORD))


async def test_plain_text_to_a_tls_port_says_so(tls_port: int) -> None:
    assert "wants TLS (then write kafkas://)" in await refusal(Brokers((f"127.0.0.1:{tls_port}",)))


async def test_an_untrusted_certificate_says_where_to_name_its_authority(tls_port: int) -> None:
    words = await refusal(Brokers((f"127.0.0.1:{tls_port}",), tls=True))

    assert "not trusted" in words
    assert "SSL_CERT_FILE" in words


async def test_a_port_where_nothing_listens_and_a_host_that_does_not_exist_say_so() -> None:
    assert "nothing listens there" in await refusal(Brokers((f"127.0.0.1:{free_port()}",)))
    assert "no such host" in await refusal(Brokers(("broker.invalid:9092",)))


async def test_one_broker_of_several_that_answers_is_enough(kafka: Kafka) -> None:
    said = await ask(Brokers((f"127.0.0.1:{free_port()}", *kafka.servers)), [])

    assert len(said["brokers"]) == 1


async def test_a_user_without_rights_hears_which_topic_and_what_to_grant(kafka: Kafka, clock: FixedClock) -> None:
    prefix = own_brokers(kafka).prefix
    stranger = Brokers(kafka.login_servers, False, "stranger", LOGINS["stranger"], "PLAIN", prefix, 2)

    with pytest.raises(BadTopics, match=rf"{prefix}publication-events: user stranger may not see it; grant"):
        await check_topics(stranger)
    watch = BrokerWatch(stranger)
    assert "user stranger may not see it" in str(await watch.look())
    await watch.stop()
    outlet = Outlet(stranger, clock)
    with pytest.raises(TryLater, match=r"user stranger may not do this; grant it .* IdempotentWrite on the cluster"):
        await outlet.send([Output("versions", "k", {})])
    await outlet.stop()


def test_faust_gets_every_broker_and_the_same_login() -> None:
    options = faust_options(Brokers(("a:1", "b:2"), True, "user", "word", "SCRAM-SHA-512"))

    assert options["broker"] == ["aiokafka://a:1", "aiokafka://b:2"]
    credentials = options["broker_credentials"]
    assert (credentials.username, credentials.password, credentials.mechanism.value) == ("user", "word", "SCRAM-SHA-512")
    assert credentials.protocol.value == "SASL_SSL"
    assert faust_options(Brokers(("a:1",)))["broker_credentials"] is None
    assert faust_options(Brokers(("a:1",), tls=True))["broker_credentials"].protocol.value == "SSL"
