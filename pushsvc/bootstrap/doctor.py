"""`pushsvc doctor`: every setting and dependency tried, each failure with its mend."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from email.utils import parseaddr
from urllib.parse import urlsplit

from pushsvc import resources
from pushsvc.bootstrap.doctor_sms import examine_sms
from pushsvc.bootstrap.doctor_wechat import examine_wechat
from pushsvc.bootstrap.findings import Finding
from pushsvc.bootstrap.house import secret_key
from pushsvc.channels.email.assembly import Sender
from pushsvc.channels.email.smtp import SmtpCarrier
from pushsvc.clock import SystemClock
from pushsvc.domain.publications import Reading
from pushsvc.errors import PushsvcError
from pushsvc.operations.disk import LOW_BYTES
from pushsvc.plain import summarise
from pushsvc.plain.by_model import question, reworded
from pushsvc.settings import Brokers, Settings, SmtpRelay
from pushsvc.settings.providers import is_loopback
from pushsvc.storage import shared
from pushsvc.storage.database import Database
from pushsvc.storage.looking import look
from pushsvc.storage.migrations import require_current
from pushsvc.storage.vault import Vault
from pushsvc.streams.by_model import ModelService, Unanswered

_CONNECT_SECONDS = 5.0
_GOOD_KEY = 32


async def examine(settings: Settings) -> list[Finding]:
    """The settings were read already, so they are well formed; this tries what they name."""
    database = Database(settings.database_url)
    try:
        findings = [_home(settings), await _database(database)]
        readable = findings[-1].good
        if readable:
            findings.append(await _vault(settings, database))
        of_sms = await examine_sms(settings, database if readable else None)
    finally:
        await database.close()
    findings.append(_base_url(settings))
    findings += [await _relay(relay, settings.email_from) for relay in settings.smtp_url]
    if not settings.smtp_url:
        findings.append(Finding("email", True, "no PUSHSVC_SMTP_URL: messages go to the mailbox viewer, to nobody else"))
    findings += of_sms
    findings += await examine_wechat(settings)
    if settings.engine_url:
        findings += [_for_a_cluster(settings), await _broker(settings.engine_url)]
    if settings.redis_url:
        good, words = await shared.examine(settings.redis_url.get_secret_value())
        findings.append(Finding("redis", good, words))
    if settings.writer_url:
        findings.append(await _writer(ModelService(settings.writer_url, settings.writer_timeout)))
    return findings


def _home(settings: Settings) -> Finding:
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home).free
    except OSError as error:
        return Finding("home", False, f"{home} cannot be made ({error.strerror}): set PUSHSVC_HOME to a folder of your own")
    if not os.access(home, os.W_OK):
        return Finding("home", False, f"{home} cannot be written: set PUSHSVC_HOME to a folder of your own")
    if free < LOW_BYTES:
        return Finding("home", False, f"{home} has {free >> 20} MiB left: make room, or events are refused with 503")
    return Finding("home", True, f"{home}, {free >> 30} GiB free")


async def _database(database: Database) -> Finding:
    async def schema() -> str:
        await require_current(database)
        return f"{database.dialect}, schema is current"

    if trouble := await look(database):
        return Finding("database", False, trouble)
    words, error = await _tried(schema)
    return Finding("database", not error, words or error)


async def _vault(settings: Settings, database: Database) -> Finding:
    try:
        key = secret_key(settings)
        await Vault.load(database, key, SystemClock())
    except (PushsvcError, OSError) as error:
        return Finding("vault", False, str(error))
    if len(key) < _GOOD_KEY:
        return Finding("vault", False, "PUSHSVC_SECRET_KEY is short: 32 random characters are better (openssl rand -hex 32)")
    return Finding("vault", True, "opens with this secret key")


def _for_a_cluster(settings: Settings) -> Finding:
    """What several processes must agree on."""
    missing = [name for name, value in (("SECRET_KEY", settings.secret_key), ("REDIS_URL", settings.redis_url)) if not value]
    if settings.database_url.startswith("sqlite"):
        return Finding("cluster", False, "PUSHSVC_DATABASE_URL: processes on several machines need PostgreSQL, not a file")
    if missing:
        names = " and ".join(f"PUSHSVC_{name}" for name in missing)
        return Finding("cluster", False, f"{names} must be set, the same for every process")
    return Finding("cluster", True, "its processes share database, broker, Redis and secret key")


async def _broker(brokers: Brokers) -> Finding:
    from pushsvc.streams.kafka.topics import check_topics

    async def answers() -> str:
        await check_topics(brokers)
        return "answers, and every topic is as it must be"

    words, error = await _tried(answers)
    return Finding(f"broker {','.join(brokers.servers)}", not error, words or error)


def _base_url(settings: Settings) -> Finding:
    parts = urlsplit(settings.base_url)
    to_people = bool(settings.smtp_url) or not all(is_loopback(provider.host) for provider in settings.sms_url)
    if to_people and parts.hostname in ("localhost", "127.0.0.1"):
        return Finding(
            "base url",
            False,
            f"{settings.base_url} begins the links in messages: set PUSHSVC_BASE_URL to your public address",
        )
    return Finding("base url", True, settings.base_url)


async def _relay(relay: SmtpRelay, email_from: str) -> Finding:
    """As for a message: with TLS, and with the login where there is one."""
    sender = Sender(parseaddr(email_from)[1])
    connection = await SmtpCarrier((relay,), sender, SystemClock()).connect()
    part = f"smtp {relay.host}:{relay.port}"
    if trouble := await connection.trouble(_CONNECT_SECONDS):
        words = trouble.removeprefix(f"no relay could be reached: {relay.host}:{relay.port}: ").rstrip(".")
        return Finding(part, False, f"takes nothing from us ({words}): start the relay, or correct PUSHSVC_SMTP_URL")
    return Finding(part, True, "lets us in" if relay.user else "greets")


async def _writer(service: ModelService) -> Finding:
    """It is asked about a document of one sentence, as it would be about a real one."""
    part = f"writer {service.url.model} at {service.url.host}"
    reading = Reading(resources.text("plain/model/doctor.txt").strip(), "", "zh")
    summary = summarise(reading, {})
    asked = question(reading, summary)
    begun = time.monotonic()
    try:
        content = await service.ask(asked.messages)
    except Unanswered as error:
        mend = "mend it, or take PUSHSVC_WRITER_URL out; until then every word is the rules' own"
        return Finding(part, False, f"{error}: {mend}")
    told = reworded(reading, summary, asked, content)
    if told.outcome == "nonsense":
        mend = "add form=json_object or form=json_schema to PUSHSVC_WRITER_URL, or take another model"
        return Finding(part, False, f"{told.why}: {mend}")
    verdict = "good" if told.outcome in ("used", "partly") else f"not used, {told.outcome}"
    return Finding(part, True, f"answers in {time.monotonic() - begun:.1f} s; its words for a test sentence: {verdict}")


async def _tried(trying: Callable[[], Awaitable[str]]) -> tuple[str, str]:
    """(what it said, what went wrong); one of them is empty."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            return await trying(), ""
    except TimeoutError:
        return "", f"nothing within {_CONNECT_SECONDS:g} s"
    except PushsvcError as error:
        return "", str(error)
    except OSError as error:
        return "", error.strerror or str(error) or type(error).__name__
    except Exception as error:
        return "", type(error).__name__ + (f": {str(error).splitlines()[0]}" if str(error) else "")
