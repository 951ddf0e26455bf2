"""Where each page of the service is opened: by its route, who opens it, and the address, in tests/integration/whole_town.py.

A new page needs its line here: the test of every page fails until it has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tests.integration.whole_town import JINJIANG

#: Routes that answer something other than a page for people, each with what it answers.
NO_PAGES: Mapping[str, str] = {
    "/api/v1/events/{event_id}": "JSON", "/api/v1/publications/{publication_id}": "JSON", "/healthz": "text",
    "/readyz": "JSON", "/metrics": "text", "/static/style.css": "the style", "/static/{name}.js": "a script",
    "/robots.txt": "text", "/me/data.json": "a file", "/m/{token}/deadline.ics": "a calendar file",
    "/p/events/{event}/state": "JSON", "/p/drafts/{draft}/state": "JSON", "/p/key/last": "JSON",
    "/api/v1/receipts/{provider}": "what providers call",
    "/s/{token}": "a redirect to the message's page", "/o/live": "a stream of events", "/dev/mailbox.json": "JSON",
    "/p/drafts/{draft}/email.html": "an email, whose looks test_pages_in_a_browser.py checks",
    "/dev/mailbox/{delivery}.html": "an email, whose looks test_pages_in_a_browser.py checks",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One page as one person sees it. `who`: a name of `Whole.cookies`."""

    route: str
    who: str
    path: str
    name: str
    status: int = 200


def places(ids: Mapping[str, str]) -> Sequence[Place]:
    """Every page (`ids`: those of a whole town), the citizen's first, then the clerk's, then the officer's."""
    return (*_citizen(ids), *_me(ids), *_clerk(ids), *_officer(ids), *_dev(ids))


def _citizen(ids: Mapping[str, str]) -> Sequence[Place]:
    message, correction, asked = ids["message"], ids["correction"], quote("电梯补贴")
    return (
        Place("/", "nobody", "/", "front"),
        Place("/", "nobody", "/nothing", "not-found", 404),
        Place("/start", "nobody", "/start", "start-where"),
        Place("/start/other", "choosing", "/start/other", "start-other"),
        Place("/start/what", "choosing", "/start/what", "start-what"),
        Place("/start/how", "choosing", "/start/how", "start-how"),
        Place("/start/code", "choosing", "/start/code", "start-code"),
        Place("/start/who", "one of two", "/start/who", "start-who"),
        Place("/start/done", "joined", "/start/done", "start-done"),
        Place("/enter", "nobody", "/enter", "enter"),
        Place("/enter/code", "entering", "/enter/code", "enter-code"),
        Place("/enter/who", "one of two at the door", "/enter/who", "enter-who"),
        Place("/enter/out", "mei", "/enter/out", "enter-out"),
        Place("/m/{token}", "nobody", message, "message"),
        Place("/m/{token}", "nobody", correction, "message-corrected"),
        Place("/m/{token}/not-for-me", "nobody", f"{message}/not-for-me", "not-for-me"),
        Place("/m/{token}/report", "nobody", f"{message}/report", "report-an-error"),
        Place("/m/{token}/report/thanks", "nobody", f"{message}/report/thanks", "report-thanks"),
        Place("/u/{token}", "nobody", ids["leave"], "leave"),
        Place("/check", "nobody", "/check", "check-a-message"),
        Place("/search", "nobody", "/search", "search-empty"),
        Place("/search", "nobody", f"/search?q={asked}", "search"),
        Place("/search", "nobody", f"/search?q={quote('潜水艇')}", "search-nothing"),
        Place("/doc/{publication}", "nobody", f"/doc/{ids['publication']}", "document"),
    )


def _me(ids: Mapping[str, str]) -> Sequence[Place]:
    interest, address = ids["interest"], ids["address"]
    return (
        Place("/me", "mei", "/me", "me"),
        Place("/me", "new", "/me", "me-new"),
        Place("/me/open", "mei", "/me/open", "me-open"),
        Place("/me/open", "new", "/me/open", "me-open-empty"),
        Place("/me/history", "mei", "/me/history", "me-history"),
        Place("/me/history", "new", "/me/history", "me-history-empty"),
        Place("/me/interests/new", "mei", "/me/interests/new", "me-interest-new"),
        Place("/me/interests/{interest}", "mei", interest, "me-interest"),
        Place("/me/interests/{interest}/remove", "mei", f"{interest}/remove", "me-interest-remove"),
        Place("/me/facts", "mei", "/me/facts", "me-facts"),
        Place("/me/settings", "mei", "/me/settings", "me-settings"),
        Place("/me/rest", "mei", "/me/rest", "me-rest"),
        Place("/me/addresses", "mei", "/me/addresses", "me-addresses"),
        Place("/me/addresses/new", "mei", "/me/addresses/new", "me-address-new"),
        Place("/me/addresses/code", "adding", "/me/addresses/code", "me-address-code"),
        Place("/me/addresses/{endpoint:int}/stop", "mei", f"{address}/stop", "me-address-stop"),
        Place("/me/addresses/{endpoint:int}/remove", "mei", f"{address}/remove", "me-address-remove"),
        Place("/me/data", "mei", "/me/data", "me-data"),
        Place("/me/stop", "mei", "/me/stop", "me-stop"),
        Place("/me/erase", "mei", "/me/erase", "me-erase"),
        Place("/me/lost", "nobody", "/me/lost", "lost-address"),
        Place("/me/lost/code", "lost", "/me/lost/code", "lost-address-code"),
        Place("/me/lost/keep/{token}", "nobody", ids["keep"], "lost-address-keep"),
        Place("/me/lost/move/{token}", "nobody", ids["move"], "lost-address-move"),
    )


def _clerk(ids: Mapping[str, str]) -> Sequence[Place]:
    event = f"/p/events/{ids['event']}"
    return (
        Place("/sign-in", "nobody", "/sign-in", "sign-in"),
        Place("/sign-in/code", "half in", "/sign-in/code", "sign-in-code"),
        Place("/sign-in/password", "newcomer", "/sign-in/password", "sign-in-password"),
        Place("/sign-out", "lina", "/sign-out", "sign-out"),
        Place("/p/", "lina", "/p/", "site"),
        Place("/p/new", "lina", "/p/new", "site-new"),
        Place("/p/drafts/{draft}", "lina", ids["draft"], "site-preview"),
        Place("/p/drafts/{draft}", "lina", ids["nobody"], "site-preview-nobody"),
        Place("/p/drafts/{draft}", "lina", ids["leaving"], "site-leaving"),
        Place("/p/events/{event}", "lina", event, "site-event"),
        Place("/p/events/{event}/withdraw", "lina", f"{event}/withdraw", "site-withdraw"),
        Place("/p/key", "lina", "/p/key", "site-key"),
        Place("/p/check", "lina", "/p/check", "site-check"),
        Place("/p/site", "chenjie", "/p/site", "site-choose"),
        Place("/account", "lina", "/account", "account"),
    )


def _officer(ids: Mapping[str, str]) -> Sequence[Place]:
    who, waiting, sms = "chenjie", f"/o/waiting/{ids['waiting']}", f"/o/waiting/{ids['asked']}/sms"
    awake = f"/o/waiting/{ids['emergency']}/emergency"
    return (
        Place("/o/", who, "/o/?span=day", "dashboard"),
        Place("/o/find", who, "/o/find", "find"),
        Place("/o/find/{id}", who, f"/o/find/{ids['delivery']}", "find-message"),
        Place("/o/find/{id}", who, f"/o/find/{ids['event']}", "find-event"),
        Place("/o/dlq", who, "/o/dlq", "dead-letters"),
        Place("/o/dlq/{cause}", who, f"/o/dlq/{ids['cause']}", "dead-letters-cause"),
        Place("/o/dlq/{cause}/replay", who, f"/o/dlq/{ids['cause']}/replay", "dead-letters-replay"),
        Place("/o/dlq/letter/{letter:int}", who, "/o/dlq/letter/1", "dead-letter"),
        Place("/o/dlq/letter/{letter:int}/replay", who, "/o/dlq/letter/1/replay", "dead-letter-replay"),
        Place("/o/waiting", who, "/o/waiting", "waiting"),
        Place("/o/waiting/{event}/release", who, f"{waiting}/release", "waiting-release"),
        Place("/o/waiting/{event}/refuse", who, f"{waiting}/refuse", "waiting-refuse"),
        Place("/o/waiting/{event}/emergency/approve", who, f"{awake}/approve", "waiting-emergency-approve"),
        Place("/o/waiting/{event}/emergency/refuse", who, f"{awake}/refuse", "waiting-emergency-refuse"),
        Place("/o/waiting/{event}/sms/approve", who, f"{sms}/approve", "waiting-sms-approve"),
        Place("/o/waiting/{event}/sms/refuse", who, f"{sms}/refuse", "waiting-sms-refuse"),
        Place("/o/pauses", who, "/o/pauses", "pauses"),
        Place("/o/pauses/site", who, f"/o/pauses/site?site={quote('锦江')}", "pauses-find"),
        Place("/o/pauses/channel/{name}/{doing:str}", who, "/o/pauses/channel/all/pause", "pause-all"),
        Place("/o/pauses/channel/{name}/{doing:str}", who, "/o/pauses/channel/wechat/resume", "resume-channel"),
        Place("/o/pauses/site/{site}/{doing:str}", who, f"/o/pauses/site/{JINJIANG}/pause", "pause-site"),
        Place("/o/providers", who, "/o/providers", "providers"),
        Place("/o/providers/{name}/{doing:str}", who, "/o/providers/http/pause", "provider-pause"),
        Place("/o/providers/{name}/{doing:str}", who, "/o/providers/http-2/resume", "provider-resume"),
        Place("/o/cancel", who, f"/o/cancel?event={ids['waiting']}", "cancel"),
        Place("/o/reports", who, "/o/reports", "reports"),
        Place("/o/reports/{report:int}", who, f"/o/reports/{ids['report']}", "report"),
        Place("/o/sites", who, "/o/sites", "sites"),
        Place("/o/sites/{code}", who, f"/o/sites/{JINJIANG}", "one-site"),
        Place("/o/sites/import", who, "/o/sites/import", "sites-import"),
        Place("/o/sites/import/{token}", who, ids["site import"], "sites-import-checked"),
        Place("/o/subscribers", who, "/o/subscribers", "subscribers"),
        Place("/o/subscribers/import", who, "/o/subscribers/import", "subscribers-import"),
        Place("/o/subscribers/import/{token}", who, ids["subscriber import"], "subscribers-import-checked"),
        Place("/o/subscribers/person", who, "/o/subscribers/person", "one-subscriber"),
        Place("/o/accounts", who, "/o/accounts", "accounts"),
        Place("/o/accounts/{name}/{deed}", who, "/o/accounts/lina/reset", "account-reset"),
        Place("/o/audit", who, "/o/audit", "audit"),
    )


def _dev(ids: Mapping[str, str]) -> Sequence[Place]:
    return (
        Place("/dev/mailbox", "nobody", "/dev/mailbox", "dev-mailbox"),
        Place("/dev/trace/{id}", "nobody", f"/dev/trace/{ids['delivery']}", "dev-trace"),
    )
