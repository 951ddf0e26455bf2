"""What `pushsvc doctor` says of SMS: the templates, and each provider, tried as far as a try costs nothing."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Mapping
from typing import get_args

from pushsvc.bootstrap.findings import Finding
from pushsvc.bootstrap.sms import Ground, line_of, templates_folder
from pushsvc.channels.sms.carrier import KeepsASession
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.sms.templates import TOKEN, Template
from pushsvc.clock import SystemClock
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind
from pushsvc.domain.receipts import Heard
from pushsvc.errors import BadSetting
from pushsvc.operations.provider_names import Named, kind_of, name_them, remembered_names
from pushsvc.settings import Settings
from pushsvc.settings.providers import ProviderUrl, is_loopback
from pushsvc.storage.database import Database

_CONNECT_SECONDS = 5.0
_TEMPLATES = "sms templates"
_CLOUDS = ("aliyun", "tencent")
Texts = tuple[Template, ...]
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
#: What every message has: a template that asks for more tells only some of them.
_ALWAYS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(get_args(DeliveryKind), frozenset({"matter", TOKEN})),
    "reminder": frozenset({"matter", TOKEN, "deadline"}),
    "code": frozenset({"code"}),
    "welcome": frozenset(),
    "help": frozenset(),
}


async def examine_sms(settings: Settings, database: Database | None = None) -> list[Finding]:
    """A line for the templates where a provider needs them, then one for each provider. `database`: where their names
    are remembered; None where it cannot be read."""
    if not settings.sms_url:
        return [Finding("sms", True, "no PUSHSVC_SMS_URL: messages go to the mailbox viewer, to nobody else")]
    findings, texts = list[Finding](), None
    try:
        remembered = await remembered_names(database) if database else {}
        named = name_them(settings.sms_url, remembered)
    except BadSetting as error:
        return [Finding("sms", False, str(error))]
    unheard = _unheard(named, remembered)
    if any(url.scheme in _CLOUDS for url in settings.sms_url):
        finding, texts = _templates(settings, named)
        findings.append(finding)
    # Nothing is heard here, so the key of the callbacks does not matter.
    ground = Ground(SystemClock(), str, _leave_it)
    for name, url in named:
        try:
            provider = line_of(ground, name, url).provider
        except BadSetting as error:
            findings.append(Finding(f"sms {name}", False, str(error)))
            continue
        try:
            reached, words = await _reached(provider, url)
        finally:
            await provider.close()
        covered, covers = _coverage(kind_of(url), provider, texts, settings.language)
        findings.append(Finding(f"sms {name}", reached and covered, f"{covers}; {words}{unheard.get(name, '')}"))
    return findings


def _unheard(named: Named, remembered: Mapping[str, str]) -> Mapping[str, str]:
    """What is said of a provider that is new while another of its kind is gone: it may be the same one, with another key or at
    another address."""
    found, used = {}, {name for name, _ in named}
    for name, url in named:
        kind = kind_of(url)
        gone = sorted(old for old in remembered.values() if old.startswith(kind) and old not in used)
        if name not in remembered.values() and gone:
            *_, old = gone
            found[name] = (
                f"; it is new, and {old} is gone: if it is the same account, write name={old}, so that receipts find it"
                if len(gone) == 1
                else f"; it is new, and {', '.join(gone)} are gone: if it is the same account as one of them, write name= with "
                "that name, so that receipts find it"
            )
    return found


async def _leave_it(name: str, _heard: Heard) -> None:
    """Receipts are the service's: what is not kept is not acknowledged, so the operator says it again."""
    raise ConnectionError(f"{name}: pushsvc doctor only looks, the service hears this")


def _templates(settings: Settings, named: Named) -> tuple[Finding, Texts | None]:
    """None: they cannot be read."""
    folder = templates_folder(settings)
    try:
        texts = tuple(load(folder, settings.base_url))
    except BadSetting as error:
        return Finding(_TEMPLATES, False, str(error)), None
    clouds = [name for name, url in named if url.scheme in _CLOUDS and not is_loopback(url.host)]
    if settings.sms_templates is None and clouds:
        words = (
            f"no PUSHSVC_SMS_TEMPLATES, and {' and '.join(clouds)} approved none of the shipped examples: copy {folder}, have "
            "the texts approved, write their ids in, and name your folder (docs/how-to/sms-templates.md)"
        )
        return Finding(_TEMPLATES, False, words), texts
    return Finding(_TEMPLATES, True, f"{len(texts)} in {folder}"), texts


def _coverage(kind: str, provider: SmsProvider, texts: Texts | None, own: Language) -> tuple[bool, str]:
    """Whether everything can be told in the installation's own language; and in words what cannot, in any."""
    if provider.takes == "text":
        return True, "takes free text"
    if texts is None:
        return True, "its templates could not be read"
    missing = _missing(texts, kind)
    if not missing:
        return True, f"its templates cover every kind in {' and '.join(_LANGUAGES)}"
    said = f"no template that fits every message for {'; '.join(missing.values())} (these go by the next channel)"
    if own not in missing:
        return True, said
    return False, f"{said}: have one approved that needs no more than {{matter}} and {{{TOKEN}}} (docs/how-to/sms-templates.md)"


def _missing(texts: Texts, provider: str) -> Mapping[Language, str]:
    """By language, the kinds for which `provider` approved no template that fits every message."""
    covered = {
        (kind, template.language)
        for template in texts
        if provider in template.ids
        for kind in template.of
        if set(template.variables) <= _ALWAYS.get(kind, frozenset())
    }
    kinds = {language: [kind for kind in _ALWAYS if (kind, language) not in covered] for language in _LANGUAGES}
    return {language: f"{', '.join(lacking)} in {language}" for language, lacking in kinds.items() if lacking}


async def _reached(provider: SmsProvider, url: ProviderUrl) -> tuple[bool, str]:
    """A session is bound as for messages; an HTTP provider is only connected to, because a call may cost."""
    if isinstance(provider, KeepsASession):
        trouble = await provider.open()
        if trouble is None:
            return True, "lets us in"
        words = trouble.removeprefix(f"{provider.name} at ").rstrip(".")
        mend = "correct PUSHSVC_SMS_URL, or ask the operator (one that allows one session refuses us while the service runs)"
        return False, f"does not let us in ({words}): {mend}"
    secure = url.scheme != "http" and not url.insecure
    port = url.port or (443 if secure else 80)
    where = f"{url.host}:{port}"
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(url.host, port, ssl=ssl.create_default_context() if secure else None)
        writer.close()
    except TimeoutError:
        trouble = f"nothing within {_CONNECT_SECONDS:g} s"
    except ssl.SSLError as error:
        trouble = f"TLS: {error.reason or 'the handshake failed'}"
    except OSError as error:
        trouble = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or type(error).__name__
    else:
        return True, f"{where} answers{' with TLS' if secure else ''} (whether it knows our secret shows at the first message)"
    return False, f"{where} cannot be reached ({trouble}): correct PUSHSVC_SMS_URL, or let this machine out to it"
