"""What `pushsvc doctor` says of WeChat: the account, its templates, its callbacks. Asking for a token costs nothing."""

from __future__ import annotations

from typing import get_args

from pushsvc.bootstrap.findings import Finding
from pushsvc.bootstrap.wechat import account_of, templates
from pushsvc.channels.http_calls import HttpCalls, base_of
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.codes import PROVIDER
from pushsvc.channels.wechat.templates import KINDS_OF
from pushsvc.channels.wechat.tokens import ask_for_token
from pushsvc.clock import SystemClock
from pushsvc.domain.notices import DeliveryKind, SendResult
from pushsvc.errors import BadSetting
from pushsvc.settings import Settings

_CALL_SECONDS = 5.0


async def examine_wechat(settings: Settings) -> list[Finding]:
    """A line each for the account, its templates and its callbacks."""
    if not settings.wechat_url:
        return [Finding("wechat", True, "no PUSHSVC_WECHAT_URL: messages go to the mailbox viewer, to nobody else")]
    try:
        account = account_of(settings)
    except BadSetting as error:
        return [Finding("wechat", False, str(error))]
    assert account is not None
    return [await _account(settings, account), _templates(settings, account), _callbacks(settings, account)]


async def _account(settings: Settings, account: Account) -> Finding:
    calls = HttpCalls(PROVIDER, base_of(settings.wechat_url[0]), call_seconds=_CALL_SECONDS)
    try:
        held = await ask_for_token(account, calls, SystemClock().now())
    finally:
        await calls.close()
    kind = "official account" if account.kind == "official" else "mini-program"
    if isinstance(held, SendResult):
        return Finding("wechat", False, f"{kind} {account.app_id}: {held.code}: {held.why}; see docs/how-to/wechat.md")
    return Finding("wechat", True, f"{kind} {account.app_id}: WeChat gives it a token")


def _templates(settings: Settings, account: Account) -> Finding:
    try:
        ours = [each for each in templates(settings) if each.kind in KINDS_OF[account.kind]]
    except BadSetting as error:
        return Finding("wechat templates", False, str(error))
    told = {kind for each in ours if each.language == settings.language for kind in each.of}
    missing = [kind for kind in get_args(DeliveryKind) if kind not in told]
    if missing:
        words = f"no template in {settings.language} tells {', '.join(missing)}: those leave by the next channel"
        return Finding("wechat templates", False, f"{words}; docs/how-to/wechat.md shows a file")
    shipped = "" if settings.wechat_templates else "; they are the shipped examples: set PUSHSVC_WECHAT_TEMPLATES"
    return Finding("wechat templates", bool(settings.wechat_templates), f"{len(ours)} for this account{shipped}")


def _callbacks(settings: Settings, account: Account) -> Finding:
    where = f"{settings.base_url.rstrip('/')}/api/v1/receipts/{PROVIDER}"
    if account.token:
        return Finding("wechat callbacks", True, f"are heard at {where}")
    words = "token and aes are missing in PUSHSVC_WECHAT_URL: nobody hears who unfollows or agrees, nor what arrived"
    return Finding("wechat callbacks", False, words)
