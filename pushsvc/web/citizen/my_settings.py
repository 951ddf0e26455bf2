"""`/me/settings` and `/me/rest`: how often, when not, how many, in which language, and nothing at all until a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.timing import DEFAULT_MAX_A_DAY, DEFAULT_QUIET_HOURS, instant_of
from pushsvc.profiles import fields as rules
from pushsvc.profiles.agreeing import rest_until
from pushsvc.profiles.self_service import Myself, NewSettings, Stale, set_settings
from pushsvc.profiles.shapes import PreferencesShape
from pushsvc.web.citizen.my_room import MyRoom, Wrong, back, reader_of, show, told_wrong, wear
from pushsvc.web.forms import field, forms
from pushsvc.web.readers import wants_large_print
from pushsvc.web.times import day
from pushsvc.web.words import say

FREQUENCIES = ("immediate", "daily", "weekly")
QUIET = ("usual", "none", "own")
#: Offered by name; whoever has another zone keeps it in the list.
ZONES = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Tokyo", "Asia/Singapore", "Australia/Sydney", "Europe/London",
    "Europe/Berlin", "America/New_York", "America/Los_Angeles", "UTC",
)  # fmt: skip
LONGEST_REST = timedelta(days=366)


@dataclass(frozen=True)
class MySettingsPages:
    room: MyRoom

    def routes(self) -> list[Route]:
        return [
            Route("/me/settings", self.ask),
            Route("/me/settings", self.save, methods=["POST"]),
            Route("/me/rest", self.ask_rest),
            Route("/me/rest", self.rest, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        me = await self.room.me(request)
        return self._form(request, me, self._stand(request, me))

    async def save(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me = await self.room.me(request)
        wrote = _typed(form)
        new, wrong = _settings(wrote, me)
        if wrong:
            return self._form(request, me, wrote, wrong, status=422)
        try:
            async with self.room.database.write(first=True) as tx:
                await set_settings(
                    tx, self.room.vault, me.subscriber_no, field(form, "made_from"), new, self.room.clock.now()
                )  # fmt: skip
        except Stale:
            return self._form(request, await self.room.me(request), wrote, status=409, stale=True)
        response = back("/me", "settings")
        wear(request, response, new.language, new.large_print)
        return response

    async def ask_rest(self, request: Request) -> Response:
        me = await self.room.me(request)
        return self._rest_form(request, me, "")

    async def rest(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me, now = await self.room.me(request), self.room.clock.now()
        written, until = field(form, "until", 20), None
        if field(form, "do") != "end":
            try:
                last = date.fromisoformat(written)
            except ValueError:
                return self._rest_form(request, me, written, "me.wrong.day")
            today = self.room.today(me)
            if not today <= last <= today + LONGEST_REST:
                return self._rest_form(request, me, written, "me.wrong.day_far")
            until = instant_of(last + timedelta(days=1), time(), self.room.zone_of(me))
        async with self.room.database.write(first=True) as tx:
            await rest_until(tx, me.subscriber_no, until, now)
        return back("/me", "rest" if until else "rest_over")

    def _stand(self, request: Request, me: Myself) -> Mapping[str, str]:
        hours = me.preferences.quiet_hours
        own = hours or DEFAULT_QUIET_HOURS
        large = me.large_print if me.large_print is not None else wants_large_print(request)
        most = me.preferences.max_a_day
        return {
            "frequency": me.preferences.frequency, "quiet": "usual" if hours is None else "own" if hours else "none",
            "quiet_from": own[0], "quiet_to": own[1], "max_a_day": "" if most is None else str(most),
            "reminders": "yes" if me.preferences.reminders else "no", "language": me.language or reader_of(request),
            "large": "yes" if large else "no", "timezone": me.timezone or str(self.room.zone),
        }  # fmt: skip

    def _form(
        self, request: Request, me: Myself, wrote: Mapping[str, str], wrong: Wrong | None = None, *, status: int = 200,
        stale: bool = False,
    ) -> Response:  # fmt: skip
        reader = reader_of(request)
        zones = dict.fromkeys([*ZONES, me.timezone or str(self.room.zone), wrote["timezone"]])
        return show(
            request, "me_settings.html", status=status, answers_a_form=status != 200, typed=wrote,
            **told_wrong(wrong, reader), made_from=me.state("settings"), stale=stale,
            stands=told_settings(me, reader) if stale else [], usual=DEFAULT_QUIET_HOURS, usual_most=DEFAULT_MAX_A_DAY,
            zones=[(zone, _zone_name(zone, reader)) for zone in zones if zone in rules.zones()],
        )  # fmt: skip

    def _rest_form(self, request: Request, me: Myself, until: str, wrong: str = "") -> Response:
        reader, zone = reader_of(request), self.room.zone_of(me)
        rests = resting_until(me, self.room.clock.now(), zone)
        return show(
            request, "me_rest.html", status=422 if wrong else 200, answers_a_form=bool(wrong), until=until,
            wrong=say(reader, wrong) if wrong else "", rests=day(rests, reader) if rests else "",
            today=self.room.today(me).isoformat(), furthest=(self.room.today(me) + LONGEST_REST).isoformat(),
        )  # fmt: skip


def resting_until(me: Myself, now: datetime, zone: Any) -> date | None:
    """The last day of a pause that is on; None when there is none."""
    if me.paused_until is None or me.paused_until <= now:
        return None
    return (me.paused_until - timedelta(microseconds=1)).astimezone(zone).date()


def told_settings(me: Myself, reader: Any) -> list[str]:
    """How somebody is told, in short sentences."""
    chosen = me.preferences
    hours = chosen.quiet_hours
    quiet = "usual" if hours is None else "own" if hours else "none"
    first, last = hours or DEFAULT_QUIET_HOURS
    said = [say(reader, f"me.settings.told.{chosen.frequency}")]
    said.append(say(reader, f"me.settings.told.quiet_{quiet}", first=first, last=last))
    if chosen.max_a_day is not None:
        said.append(say(reader, "me.settings.told.most", number=chosen.max_a_day))
    return [*said, say(reader, f"me.settings.told.reminders_{'yes' if chosen.reminders else 'no'}")]


def _zone_name(zone: str, reader: Language) -> str:
    return say(reader, f"me.zone.{zone}") if zone in ZONES else zone


def _typed(form: FormData) -> dict[str, str]:
    names = ("frequency", "quiet", "quiet_from", "quiet_to", "max_a_day", "reminders", "language", "large", "timezone")
    return {name: field(form, name, 60) for name in names}


def _settings(wrote: Mapping[str, str], me: Myself) -> tuple[NewSettings, Wrong]:
    wrong: Wrong = []
    said = dict(me.said)
    for name, among in (("frequency", FREQUENCIES), ("quiet", QUIET), ("language", ("zh", "en")), ("timezone", rules.zones())):
        if wrote[name] not in among:
            wrong.append((name, "me.wrong.choose"))
    said["frequency"], said["reminders"] = wrote["frequency"], wrote["reminders"] != "no"
    said.pop("quiet_hours", None)
    if wrote["quiet"] != "usual":
        said["quiet_hours"] = [] if wrote["quiet"] == "none" else [wrote["quiet_from"], wrote["quiet_to"]]
    said.pop("max_a_day", None)
    if wrote["max_a_day"]:
        said["max_a_day"] = int(wrote["max_a_day"]) if wrote["max_a_day"].isdecimal() else -1
    if not wrong:
        problems: list[str] = []
        rules.preferences(PreferencesShape(**said), problems)
        at = {"quiet_hours": ("quiet_from", "me.wrong.quiet"), "max_a_day": ("max_a_day", "me.wrong.most")}
        wrong += [where for problem in problems for name, where in at.items() if problem.startswith(f"preferences.{name} ")]
    language = "en" if wrote["language"] == "en" else "zh"
    return NewSettings("en" if language == "en" else "zh", wrote["timezone"], wrote["large"] == "yes", said), wrong
