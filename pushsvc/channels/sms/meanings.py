"""What a provider's code means to us: one row of its table, with the page that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pushsvc.channels.sms.clouds import words_of
from pushsvc.domain.notices import SendResult, Stops, Verdict

_LONGEST_SAID, _LONGEST_CODE = 200, 120


@dataclass(frozen=True)
class Meaning:
    """`why` is for an operator: what is wrong, and the way out where a person has to act. `page` is the provider's own."""

    verdict: Verdict
    why: str
    page: str
    stops: Stops = ""
    retry_after_seconds: float | None = None

    def result(self, provider: str, code: str, said: str = "") -> SendResult:
        """`said` is the provider's own message beside the code: it goes behind ours, shortened."""
        said = words_of(said, _LONGEST_SAID)
        why = f"{provider}: {self.why}" + (f" ({said})" if said else "")
        return SendResult(
            self.verdict, words_of(code, _LONGEST_CODE), why, provider=provider, stops=self.stops,
            retry_after_seconds=self.retry_after_seconds,
        )  # fmt: skip

    def waiting(self, seconds: float) -> Meaning:
        return replace(self, retry_after_seconds=seconds)


def meaning_of(code: str, table: Mapping[str, Meaning], families: Mapping[str, Meaning]) -> Meaning:
    """The row of `code`; else of the longest beginning among `families`; else a refusal: a code that nobody knows is never
    a reason to suppress a number, to stop a provider, or to try for ever."""
    if found := table.get(code):
        return found
    beginnings = sorted((family for family in families if code.startswith(family)), key=len)
    return families[beginnings[-1]] if beginnings else UNKNOWN_CODE


UNKNOWN_CODE = Meaning("refused", "refused with a code that is in no table of ours; its page of error codes may say more", "")
