"""The CSV in which sites are registered: every line is read and checked before any is applied."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pushsvc import taxonomy
from pushsvc.errors import BadInput, Problem
from pushsvc.sites.addresses import MAX_URL_CHARACTERS, host_name, parse

T = TypeVar("T")

REQUIRED = ("code", "name", "organisation", "region", "domains", "feeds")
OPTIONAL = ("reach",)
_CODE = re.compile(r"(?P<region>[0-9]{6})[0-9A-Za-z]{4}|bm[0-9A-Za-z]{8}")
_DOMAIN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/:\s]+)(?::(?P<port>[0-9]{1,5}))?(?P<path>/\S*)?")
_MAX_NAME = 200
_MAX_PREFIX = 255
_MAX_PROBLEMS = 100
_MAX_PORT = 65535


@dataclass(frozen=True)
class Domain:
    """What a site holds of the web: a host (with `:port` where it is no scheme's own) and a path prefix, "" for all of it."""

    host: str
    path: str = ""

    def holds(self, path: str) -> bool:
        """Whether `path` (canonical) lies under the prefix; `/chengdu` holds `/chengdu/a.html` but not `/chengdu2`."""
        return not self.path or path == self.path or path.startswith(self.path + "/")

    def __str__(self) -> str:
        return self.host + self.path


@dataclass(frozen=True)
class SiteLine:
    """One site as a line registers it. `reach` is empty for its own region and below."""

    code: str
    name: str
    organisation: str
    region: str
    domains: tuple[Domain, ...]
    feeds: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


def read_sites(text: str) -> list[SiteLine]:
    """The sites of a CSV file with the header `code,name,organisation,region,domains,feeds` and optionally `reach`.

    BadInput names every bad line, its field and the rule.
    """
    problems: list[Problem] = []
    lines = []
    for number, row in _rows(text):
        try:
            lines.append(_site(number, row))
        except BadInput as error:
            problems += error.problems
    problems += _claimed_twice(lines)
    if problems:
        more = len(problems) - _MAX_PROBLEMS
        rest = [Problem("", f"… and {more} more problems")] if more > 0 else []
        raise BadInput([*problems[:_MAX_PROBLEMS], *rest])
    if not lines:
        raise BadInput("sites: the file has a header and no line below it")
    return lines


def plain_code(written: str) -> str:
    """A site code as it is stored: without blanks around it, `bm` in small letters."""
    code = written.strip()
    return code[:2].lower() + code[2:]


def code_of(written: str, field_name: str = "site") -> str:
    """A site's ten-character identification code, as it is stored. BadInput when it is none."""
    code = plain_code(written)
    found = _CODE.fullmatch(code)
    if not found:
        rule = "a site code has ten characters: a 6-digit region and 4 more, or bm and 8 more"
        raise BadInput(Problem(field_name, f'"{written[:40]}": {rule}'))
    if found["region"]:
        _checked(field_name, taxonomy.regions().normalise, found["region"])
    return code


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row = dict(zip(header, cells, strict=False))
            row[""] = str(len(cells) - len(header))
            yield reader.line_num, row
    except csv.Error as error:
        raise BadInput(Problem(f"sites line {reader.line_num}", f"not CSV ({error})")) from None


def _check_header(header: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    unknown = [name for name in header if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown or len(set(header)) != len(header):
        wrong = ", ".join([*(f"no {name}" for name in missing), *(f'"{name[:40]}" is unknown' for name in unknown)])
        raise BadInput(
            Problem("sites line 1", f"the header must be {','.join(REQUIRED)} and optionally reach ({wrong or 'one is twice'})")
        )


def _site(number: int, row: dict[str, str]) -> SiteLine:
    where = f"sites line {number}"
    if row.pop("") != "0":
        raise BadInput(Problem(where, "has another number of cells than the header; quote a cell that holds a comma"))
    problems: list[Problem] = []

    def cell(name: str) -> str:
        value = row.get(name, "").strip()
        if any(ord(character) < ord(" ") for character in value):
            raise BadInput(Problem(f"{where}, {name}", "holds a control character or a line break"))
        return value

    def read(name: str, how: Callable[[str, str], T], otherwise: T) -> T:
        try:
            return how(cell(name), f"{where}, {name}")
        except BadInput as error:
            problems.extend(error.problems)
            return otherwise

    nothing: tuple[str, ...] = ()
    no_domains: tuple[Domain, ...] = ()
    domains = read("domains", _domains, no_domains)
    site = SiteLine(
        code=read("code", code_of, ""),
        name=read("name", _words, ""),
        organisation=read("organisation", _words, ""),
        region=read("region", _region, ""),
        domains=domains,
        feeds=read("feeds", lambda written, at: _feeds(written, at, domains), nothing),
        reach=read("reach", _regions, nothing),
        line=number,
    )
    if problems:
        raise BadInput(problems)
    return site


def _words(written: str, field_name: str) -> str:
    if not written or len(written) > _MAX_NAME:
        raise BadInput(Problem(field_name, f"must have 1 to {_MAX_NAME} characters"))
    return written


def _region(written: str, field_name: str) -> str:
    return _checked(field_name, taxonomy.regions().normalise, written)


def _regions(written: str, field_name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_region(each, field_name) for each in written.split()))


def _domains(written: str, field_name: str) -> tuple[Domain, ...]:
    if not written:
        raise BadInput(Problem(field_name, "a site needs at least one domain, such as www.example.gov.cn"))
    return tuple(dict.fromkeys(_domain(each, field_name) for each in written.split()))


def _domain(written: str, field_name: str) -> Domain:
    found = _DOMAIN.fullmatch(written)
    if not found or "?" in written or "#" in written or not 0 < int(found["port"] or 1) <= _MAX_PORT:
        rule = "a domain is a host, with a port and a path prefix where needed, as in www.sc.example:8443/chengdu (no https://)"
        raise BadInput(Problem(field_name, f'"{written[:80]}": {rule}'))
    host = host_name(found["host"], field_name)
    # 80 and 443 go without saying, as in canonical addresses.
    port = "" if found["port"] in (None, "80", "443") else f":{int(found['port'])}"
    path = parse(f"https://{host}{found['path'] or '/'}", field_name).path.rstrip("/")
    if len(path) > _MAX_PREFIX:
        raise BadInput(Problem(field_name, f"a path prefix has at most {_MAX_PREFIX} characters"))
    return Domain(host + port, path)


def _feeds(written: str, field_name: str, domains: Sequence[Domain]) -> tuple[str, ...]:
    feeds = []
    for each in written.split():
        address = parse(each, field_name)
        if domains and not any(domain.host == address.authority and domain.holds(address.path) for domain in domains):
            raise BadInput(Problem(field_name, f'"{each[:80]}" lies outside the site\'s own domains'))
        if len(each) > MAX_URL_CHARACTERS // 2:
            raise BadInput(Problem(field_name, f"a feed's address has at most {MAX_URL_CHARACTERS // 2} characters"))
        feeds.append(each)
    return tuple(dict.fromkeys(feeds))


def _checked(field_name: str, normalise: Callable[[str], str], written: str) -> str:
    try:
        return normalise(written)
    except BadInput as error:
        raise BadInput([Problem(field_name, str(error))]) from None


def _claimed_twice(lines: Sequence[SiteLine]) -> list[Problem]:
    problems = []
    codes: dict[str, int] = {}
    owners: dict[Domain, SiteLine] = {}
    for site in lines:
        if site.code in codes:
            problems.append(Problem(f"sites line {site.line}, code", f"{site.code} stands in line {codes[site.code]} already"))
        codes.setdefault(site.code, site.line)
        for domain in site.domains:
            other = owners.setdefault(domain, site)
            if other.code != site.code:
                problems.append(
                    Problem(
                        f"sites line {site.line}, domains",
                        f"{domain} belongs to {other.code} (line {other.line}): two sites need different path prefixes",
                    )
                )
    return problems
