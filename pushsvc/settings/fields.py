"""The settings themselves: their types, defaults and rules."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pushsvc.domain.addresses import normalise_address
from pushsvc.errors import BadInput
from pushsvc.settings.brokers import Brokers, brokers
from pushsvc.settings.names import PREFIX, injected
from pushsvc.settings.providers import ProviderUrl, SmtpRelay, provider_urls, several, smtp_relays
from pushsvc.settings.writers import WriterUrl, writer_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PORT = 8000
MIN_SECRET_KEY = 8  # refused below; `doctor` warns below 32
_DATABASES = ("sqlite+aiosqlite", "postgresql+asyncpg")


def _read_by(parse: Callable[[str], Any]) -> BeforeValidator:
    """Parse what the environment holds; a value given in code passes as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _networks(written: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(value) for value in several(written))
    except ValueError as error:
        raise ValueError(f"must be networks such as 10.1.0.0/16 or 127.0.0.1: {error}") from None


def _database(url: str) -> str:
    if url.partition("://")[0] not in _DATABASES or not url.partition("://")[2]:
        raise ValueError("must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://user:password@host:port/name")
    return url


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("must be http[s]://host[:port], without a path")
    return url.rstrip("/")


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://")):
        raise ValueError("must be redis[s]://[user:password@]host:port[/number]")
    return url


def _alert(url: SecretStr) -> SecretStr:
    scheme, _, rest = url.get_secret_value().partition(":")
    try:
        if scheme == "mailto":
            normalise_address("email", rest)
        usable = scheme == "mailto" or (scheme in {"http", "https"} and bool(urlsplit(f"{scheme}:{rest}").hostname))
    except (BadInput, ValueError):
        usable = False
    if not usable:
        raise ValueError("must be a webhook http[s]://… or mailto:name@domain")
    return url


def _sender(written: str) -> str:
    _, address = parseaddr(written if written.isprintable() else "")
    local, _, domain = address.rpartition("@")
    try:
        # A literal such as [127.0.0.1] is what a default takes from a BASE_URL without a name.
        normalise_address("email", f"{local}@localhost" if domain.startswith("[") else address)
    except BadInput:
        raise ValueError("must be name@domain or Name <name@domain>, on one line") from None
    return written.strip()


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA list, such as Asia/Shanghai") from None
    return name


def _secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < MIN_SECRET_KEY:
        raise ValueError(f"is too short: at least {MIN_SECRET_KEY} characters, better 32 random ones (openssl rand -hex 32)")
    return key


def _default_sender(said: dict[str, Any]) -> str:
    host = urlsplit(said["base_url"]).hostname or "localhost"
    try:
        return f"pushsvc@[{ipaddress.ip_address(host)}]"
    except ValueError:
        return f"pushsvc@{host}"


class Settings(BaseSettings):
    """What this process was told. Defaults are those of CONTRACT; None: not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    home: Path = Path("var")
    port: int = Field(DEFAULT_PORT, ge=1, le=65535)
    base_url: Annotated[str, AfterValidator(_base_url)] = Field(default_factory=lambda said: f"http://localhost:{said['port']}")
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = None
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default_factory=lambda said: f"sqlite+aiosqlite:///{said['home']}/pushsvc.sqlite3", repr=False
    )
    database_pool: int = Field(10, ge=1, le=200)
    engine_url: Annotated[Brokers, NoDecode, _read_by(brokers)] | None = None
    redis_url: Annotated[SecretStr, AfterValidator(_redis)] | None = None
    health_port: int | None = Field(None, ge=1, le=65535)
    smtp_url: Annotated[tuple[SmtpRelay, ...], NoDecode, _read_by(smtp_relays)] = ()
    smtp_connections: int = Field(2, ge=1, le=100)
    email_rate: float | None = Field(None, gt=0, le=100_000)
    email_from: Annotated[str, AfterValidator(_sender)] = Field(default_factory=_default_sender)
    dkim_key_file: Path | None = None
    dkim_selector: str | None = Field(None, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
    dkim_domain: str | None = Field(None, pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
    sms_url: Annotated[
        tuple[ProviderUrl, ...],
        NoDecode,
        _read_by(lambda written: provider_urls(written, ("aliyun", "tencent", "smpp", "cmpp", "http", "https"))),
    ] = ()
    sms_templates: Path | None = None
    wechat_url: Annotated[tuple[ProviderUrl, ...], NoDecode, _read_by(lambda written: provider_urls(written, ("wechat",)))] = ()
    wechat_templates: Path | None = None
    writer_url: Annotated[WriterUrl, NoDecode, _read_by(writer_of)] | None = None
    writer_timeout: float = Field(20, gt=0, le=120)
    writer_at_once: int = Field(4, ge=1, le=64)
    fetch_allow: Annotated[tuple[Network, ...], NoDecode, _read_by(_networks)] = ()
    metrics_token: SecretStr | None = None
    max_people: int = Field(100_000, ge=1)
    sms_approval_people: int | None = Field(None, ge=1)
    hold_seconds: int = Field(0, ge=0, le=86_400)
    alert_url: Annotated[SecretStr, AfterValidator(_alert)] | None = None
    timezone: Annotated[str, AfterValidator(_timezone)] = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"

    @field_validator("port", mode="before")
    @classmethod
    def _pass_over_kubernetes(cls, value: object) -> object:
        return DEFAULT_PORT if isinstance(value, str) and injected(f"{PREFIX}PORT", value) else value

    @field_validator("dkim_key_file")
    @classmethod
    def _is_readable(cls, path: Path | None) -> Path | None:
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            raise ValueError("names no file that this process can read; give the private key's PEM file")
        return path

    @field_validator("sms_templates", "wechat_templates")
    @classmethod
    def _is_a_folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError("names no folder; give the one that holds the approved templates (*.toml)")
        return path

    @model_validator(mode="after")
    def _dkim_is_whole(self) -> Settings:
        if (self.dkim_key_file is None) != (self.dkim_selector is None) or (self.dkim_domain and not self.dkim_key_file):
            raise ValueError("need both PUSHSVC_DKIM_KEY_FILE and PUSHSVC_DKIM_SELECTOR, or neither")
        return self
