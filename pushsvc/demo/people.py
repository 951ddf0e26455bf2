"""The demo's 200 subscribers: made by counting through short lists, so that every start has the same people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

PEOPLE = 200
_CHINESE_PLACES = (
    "510104", "510105", "510107", "510704", "440106", "440103", "440305", "330106", "330102", "320102", "420102", "610102",
    "500103", "110105", "310104", "510104", "510107", "510104",
)  # fmt: skip
_CITIZEN_INTERESTS: tuple[Mapping[str, Any], ...] = (
    {"topics": ["养老"]},
    {"topics": ["停水停电"]},
    {"topics": ["教育入学"]},
    {"topics": ["医疗医保"]},
    {"topics": ["就业创业"]},
    {"topics": ["招聘考试"]},
    {"topics": ["住房"]},
    {"topics": ["交通出行"]},
    {"topics": ["防灾应急"]},
    {"audiences": ["残疾人"]},
    {"audiences": ["退役军人"]},
    {"any_of": ["适老化改造", "高龄老年人"]},
    {"any_of": ["疫苗", "幼儿园"]},
    {"topics": ["农业农村"]},
    {"topics": ["税务"]},
)
_BUSINESS_INTERESTS: tuple[Mapping[str, Any], ...] = (
    {"topics": ["中小企业补贴"]},
    {"topics": ["税务"]},
    {"topics": ["外贸"]},
    {"any_of": ["补贴"], "none_of": ["招标"]},
)
_FREQUENCIES = ("immediate", "immediate", "immediate", "daily", "weekly")


def demo_subscribers(now: datetime) -> Iterator[dict[str, Any]]:
    """Import lines (CONTRACT, "A subscriber"). Addresses are in domains and number ranges that nobody has."""
    consent = {"at": (now - timedelta(days=30)).isoformat(timespec="seconds"), "source": "demo"}
    for number in range(1, PEOPLE + 1):
        if number % 20 == 0:
            yield _in_britain(number, consent)
        elif number % 5 == 0:
            yield _business(number, consent)
        else:
            yield _citizen(number, consent, now.date())


def _citizen(number: int, consent: Mapping[str, str], today: date) -> dict[str, Any]:
    interests = [
        _CITIZEN_INTERESTS[number % len(_CITIZEN_INTERESTS)],
        _CITIZEN_INTERESTS[(number * 7 + 1) % len(_CITIZEN_INTERESTS)],
    ]
    return {
        "id": f"citizen-{number:03}",
        "kind": "citizen",
        "language": "zh",
        "endpoints": _endpoints(number, consent),
        "preferences": {"frequency": _FREQUENCIES[number % len(_FREQUENCIES)], "quiet_hours": []},
        "places": [_CHINESE_PLACES[number % len(_CHINESE_PLACES)]],
        "attributes": {"birth_year": today.year - 20 - (number * 13) % 68},
        "interests": interests if interests[0] != interests[1] else interests[:1],
    }


def _business(number: int, consent: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": f"business-{number:03}",
        "kind": "business",
        "language": "zh",
        "endpoints": _endpoints(number, consent),
        "preferences": {"quiet_hours": []},
        "places": [_CHINESE_PLACES[(number // 5) % len(_CHINESE_PLACES)]],
        "industries": ["C39" if number % 2 else "F"],
        "attributes": {"headcount": 3 + (number * 17) % 400},
        "interests": [_BUSINESS_INTERESTS[(number // 5) % len(_BUSINESS_INTERESTS)], {"topics": ["中小企业补贴"]}][
            : 1 + (number % 2)
        ],
    }


def _in_britain(number: int, consent: Mapping[str, str]) -> dict[str, Any]:
    business = number % 40 == 0
    return {
        "id": f"reader-{number:03}",
        "kind": "business" if business else "citizen",
        "language": "en",
        "timezone": "Europe/London",
        "endpoints": [{"channel": "email", "address": f"reader-{number:03}@mail.example", "consent": dict(consent)}],
        "preferences": {"quiet_hours": []},
        "places": ["GB-CRF"],
        "attributes": {"headcount": 8} if business else {"birth_year": 1980},
        "interests": [{"topics": ["中小企业补贴"]} if business else {"topics": ["环境保护"]}],
    }


def _endpoints(number: int, consent: Mapping[str, str]) -> list[dict[str, Any]]:
    every = [
        {"channel": "email", "address": f"person-{number:03}@mail.example", "consent": dict(consent)},
        {"channel": "sms", "address": f"+861380000{number:04}", "consent": dict(consent)},
        {"channel": "wechat", "address": f"oDemo{number:023}", "consent": dict(consent)},
    ]
    first = number % 3
    return [every[first], every[(first + 1) % 3]] if number % 2 else [every[first]]
