"""The one thing to do: by the deadline, else what the document asks of its reader in so many words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, dated_deadlines
from pushsvc.plain.writing.en.contrast import open_deadlines
from pushsvc.plain.writing.en.due import due, is_closed
from pushsvc.plain.writing.en.last_days import of_its_own
from pushsvc.plain.writing.en.worth import Told
from pushsvc.plain.writing.figures import is_calendar_date

_ASKS = re.compile(
    r"^(?:You (?:can|must|should|need to|will need to|have to|may)|To (?:apply|register|renew|report|take part|join|book"
    r"|attend|get)\b[^,]{0,60},"
    r"|Please|(?:Apply|Contact|Call|Submit|Send|E?mail|Use|Register|Check|Complete|Report|Book|Pay|Tell|Renew|Post|Respond"
    r"|Find|Ask|Get|Fill|Print|Visit)\b(?! [A-Z][a-z]+ [A-Z]))"
    r"|^(?:Any|Interested|Members|Those|All)\b[^.]{0,60}\b(?:may|can|should|must) (?:call|submit|apply|send|contact"
    r"|register|file|comment|attend|join|email|sign)\b"
)
#: Asks that matter less than what somebody must do: to know, to see, to read more.
_IDLE = re.compile(
    r"\b(?:find out|read|see|access|view|be aware|check the details|download|search|also|above"
    r"|below)\b",
    re.IGNORECASE,
)
#: What a reader may ask of others, or has to bear in mind.
_VAGUE = re.compile(
    r"^(?:You (?:can|may|could) ask\b|Ask the\b|(?:You (?:must|should|need to|will need to|have to) )?(?:consider|think"
    r"|make sure|make decisions|remember|know|understand|expect|choose)\b|You (?:must|should|can|may) not\b)",
    re.IGNORECASE,
)
#: What somebody must be or have is a condition, and nothing to do.
_STATE = re.compile(r"^You (?:must|should|need to|may|can) (?:be|have)\b")
#: What a page without a last day may ask as the one thing to do: a step that a reader can take at once.
_STEP = re.compile(
    r"\b(?:apply|applying|register|claim|renew|replace|book|tell|report|pay|send|call|e?mail|phone|contact|order|submit"
    r"|complete|fill|sign up|join|cancel|appeal|check|comment|respond|post|return|visit|file|attend|nominate|vote|take part"
    r"|get in touch|write to|use the|print)\b",
    re.IGNORECASE,
)
_STEP_WORDS = 18
#: What a page is for, by its title: "Renew your licence".
_TITLE_DEED = re.compile(r"(?:Apply|Register|Claim|Renew|Replace|Book|Tell|Report|Pay|Order|Cancel|Appeal|Check|Complain)\b")
_LEAST_WEIGHT = 1.5
_BY_CONTACT = re.compile(r"To (?:register|apply|book|join|nominate|report|order|comment|take part|attend)\b[^.]*[\d@]")
#: "You need to do this by 1 May" leans on the sentence before it.
_DO_THIS = re.compile(r"\bdo (?:this|so|it)\b", re.IGNORECASE)
_DUTY = re.compile(r"^You (?:must|should|need to|will need to|have to) (?!be\b|not\b|have\b)")

#: "If you do not get it, you must claim by 31 March": a duty of those only whose case it names.
_DUTY_OF_SOME = re.compile(
    r"^(?P<case>(?:If|Where|When|Unless) [^,]{4,90}), (?:you (?:must|should|need to|have to) "
    r"|please )(?!be\b|not\b|have\b)"
)


def action(reading: Reading, facts: Sequence[Fact], candidates: Sequence[Told], allowed: Callable[[str], bool]) -> str | None:
    """One imperative sentence, or None; a call that is closed asks nothing any more. `allowed` asks the verifier."""
    proved = [fact for fact in facts if fact.kind == "deadline" and fact.role]
    dated = dated_deadlines(facts)
    open_ones = open_deadlines(reading, facts)
    if dated and not open_ones:
        return None
    for fact in open_ones or [fact for fact in proved if not is_calendar_date(fact.value)]:
        own = next((one.made.pieces[0] for one in candidates if fact in one.facts and fact.raw in one.made.pieces[0]), "")
        is_duty = bool(_DUTY.match(own) or _DUTY_OF_SOME.match(own)) and not _DO_THIS.search(own)
        sentence = of_its_own(reading, open_ones, fact) or (_imperative(own) if is_duty else due(reading, fact))
        if sentence and allowed(sentence):
            return sentence
    asks = [told for told in candidates if _is_step(told) and told.statement.part != "status"]
    deed_of_title = _TITLE_DEED.match(reading.title)
    weights = {told: _weight(told, deed_of_title[0].lower() if deed_of_title else "") for told in asks}
    asks.sort(key=lambda told: (-weights[told], told.statement.start))
    for told in (each for each in asks[:3] if weights[each] >= _LEAST_WEIGHT):
        said = told.made.pieces[0]
        if allowed(_imperative(said)):
            return _imperative(said)
        if allowed(said):
            return said
    return None


def of_contacts(reading: Reading, facts: Sequence[Fact], told: Sequence[str]) -> str | None:
    """The step that a sentence about a contact names, "To register, email a@b", where nothing else is to be done by a day."""
    if any(is_closed(reading, fact) for fact in dated_deadlines(facts)):
        return None
    return next((sentence for sentence in told if _BY_CONTACT.match(sentence)), None)


def _is_step(told: Told) -> bool:
    """Does its main clause ask for a step, and not for a thought, a wish or a favour of somebody else's?"""
    said = told.made.pieces[0]
    head = " ".join(said.split()[:_STEP_WORDS])
    asks = _ASKS.match(said) or _DUTY_OF_SOME.match(said)
    return bool(asks and _STEP.search(head)) and not _VAGUE.match(said)


def _imperative(said: str) -> str:
    """ "You must send the form." is "Send the form." """
    bare = _DUTY_OF_SOME.sub(r"\g<case>, ", _DUTY.sub("", said))
    return bare[:1].upper() + bare[1:]


def _weight(told: Told, deed_of_title: str) -> float:
    said = told.made.pieces[0]
    return (
        told.rank
        + 3.0 * bool(deed_of_title and re.search(rf"\b{deed_of_title}\b", said, re.IGNORECASE))
        + 2.0 * bool(_DUTY.match(said))
        - 3.0 * bool(_IDLE.search(said))
        - 1.0 * said.startswith("You may")
        - 3.0 * bool(_STATE.match(said))
    )
