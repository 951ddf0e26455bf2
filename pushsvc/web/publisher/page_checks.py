"""`/p/check`: one of the site's pages held against the national tags, each with the very line to paste."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.decoding import decode
from pushsvc.errors import BadInput, InvalidRecord
from pushsvc.operations import audit
from pushsvc.plain import read_html
from pushsvc.sites import registry
from pushsvc.sites.addresses import parse
from pushsvc.sites.event_fields import SHANGHAI
from pushsvc.sites.events import Body
from pushsvc.sites.fetch_client import Refused, Unavailable
from pushsvc.sites.page_check import Finding, PageCheck, check_page
from pushsvc.web.forms import field, forms
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.publisher.faults import fault_of
from pushsvc.web.publisher.written import whole
from pushsvc.web.words import has_word, say

_LONGEST_URL = 2_100
#: What stands between the quotes of a line whose value nobody knows; the other samples are words.
_SAMPLES = {"PubDate": "2026-03-01 09:00", "Image": "https://…/image.jpg"}


@dataclass(frozen=True)
class CheckPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [Route("/p/check", self.ask, methods=["GET"]), Route("/p/check", self.check, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        clerk = await self.desk.clerk(request)
        return self._page(request, clerk, "")

    async def check(self, request: Request) -> Response:
        form = await forms(request).read(request)
        clerk, typed = await self.desk.clerk(request), field(form, "url", _LONGEST_URL)
        reader, domains, url = clerk.reader, clerk.domain_words, whole(typed)
        try:
            async with self.desk.database.read() as tx:
                own = bool(url) and await registry.owner_of(tx, parse(url)) == clerk.site.code
            if not own:
                key = "not_ours" if url else "empty_check"
                return self._page(request, clerk, url, say(reader, f"publisher.wrong.{key}", domains=domains, why=""))
            url, body = await self.desk.find_page(clerk, typed)
            found = check_page(body.content, body.charset, url, now=self.desk.clock.now(), site=clerk.site.code)
        except (Refused, Unavailable) as error:
            said = say(reader, f"publisher.fault.{fault_of(str(error))}", why=str(error), domains=domains)
            return self._page(request, clerk, url, said)
        except BadInput as error:
            known = any(problem.field == "page" for problem in error.problems)
            said = say(reader, "publisher.fault.kind" if known else "publisher.wrong.url_form", why=str(error), domains=domains)
            return self._page(request, clerk, url, said)
        async with self.desk.database.write(first=True) as tx:
            await audit.note(tx, self.desk.clock.now(), clerk.account.name, "page checked", clerk.site.code, {"url": url})
        return self._page(request, clerk, url, found=found, body=body)

    def _page(
        self,
        request: Request,
        clerk: Clerk,
        url: str,
        wrong: str = "",
        found: PageCheck | None = None,
        body: Body | None = None,
    ) -> Response:
        shown = None
        if found is not None and body is not None:
            known = _known(body, url, clerk)
            findings = [_shown(each, {**known, **_spelt(found)}, clerk) for each in found.findings]
            shown = {
                "type": found.page_type, "passed": found.passed, "source": found.source, "tags": found.tags,
                "serious": [each for each in findings if each["serious"]],
                "advice": [each for each in findings if not each["serious"]],
            }  # fmt: skip
        return self.desk.show(
            request, "check", clerk, "/p/check", status=422 if wrong else 200, answers_a_form=request.method == "POST",
            url=url, wrong=wrong, found=shown,
        )  # fmt: skip


def _spelt(found: PageCheck) -> dict[str, str]:
    """What the page says under a name in other letters is what it means to say."""
    return {each.tag: found.tags[each.tag] for each in found.findings if each.code == "spelling" and each.tag in found.tags}


def _known(body: Body, url: str, clerk: Clerk) -> Mapping[str, str]:
    """What the page itself or the registry says, for the lines to paste."""
    known = {"SiteName": clerk.site.name, "SiteDomain": parse(url).authority, "SiteIDCode": clerk.site.code, "Url": url}
    known["ContentSource"] = clerk.site.organisation
    try:
        reading = read_html(decode(body.content, body.charset))
    except InvalidRecord:
        return known
    known["ArticleTitle"] = reading.title
    if reading.published_at:
        known["PubDate"] = reading.published_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return known


def _shown(finding: Finding, known: Mapping[str, str], clerk: Clerk) -> dict[str, Any]:
    """What is wrong, why readers suffer, and the line. A line with nothing known in it shows where to write."""
    reader, tag = clerk.reader, finding.tag
    value = known.get(tag, "")
    if finding.expected and finding.code not in ("twice", "spelling"):
        value = finding.expected
    key = f"publisher.tag.{tag}.sample"
    sample = _SAMPLES.get(tag) or (say(reader, key) if has_word(reader, key) else "……")
    return {
        "tag": tag, "code": finding.code, "serious": finding.serious, "value": finding.value,
        "what": say(reader, f"publisher.finding.{finding.code}", tag=tag, value=finding.value, expected=finding.expected),
        "why": say(reader, f"publisher.tag.{tag}.why") if has_word(reader, f"publisher.tag.{tag}.why") else "",
        "name": say(reader, f"publisher.tag.{tag}.name") if has_word(reader, f"publisher.tag.{tag}.name") else tag,
        "line": f'<meta name="{tag}" content="{escape(value or sample)}">', "sample": not value,
    }  # fmt: skip
