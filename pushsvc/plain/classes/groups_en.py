"""Mentions of groups in English documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.publications import Reading
from pushsvc.plain.classes.groups import BESIDE_A_VERB, HEAD, MENTION, SCOPE, TITLE, Mention, Words

#: Groups that say by themselves who is meant, in the singular.
_WHOLE = (
    r"small (?:businesse?|entitie|entity|firm)|businesse?|compan(?:y|ie)|(?:concession|licen[cs]e|permit|passport|blue badge|pension) ?holder|employer|employee|worker|self-employed people|sole trader"
    r"|student|pupil|teacher|headteacher|lecturer|parent|guardian|childminder|school|universit(?:y|ie)|college|education provider|local educational agenc(?:y|ie)|apprentice|graduate"
    r"|(?:learner |new |disabled |lorry |bus )?driver|motorist|motorcyclist|cyclist|pedestrian|passenger|travell?er|visitor|tourist|pilot|airline|(?:aircraft|vessel|ship|boat|vehicle|pet|dog|cat|cattle|horse|home|land|property|business|site|building) ?(?:owner|operator|keeper)"
    r"|mariner|seafarer|fisher(?:man|men)|fishing vessel|fisher|angler|boater|waterway user"
    r"|farmer|grower|rancher|producer|livestock producer|livestock owner|breeder|veterinarian|vet|landowner|homeowner|householder|leaseholder|freeholder|tenant|landlord|letting agent|home ?buyer|first-time buyer|resident|citizen|consumer|customer"
    r"|patient|doctor|physician|nurse|clinician|pharmacist|health (?:care )?(?:professional|provider|worker)|medical professional|hospital|care provider|care home|carer|pensioner|older people|young people|disabled people|children|adult|infant|women|veteran"
    r"|(?:people|individuals|persons) with (?:a )?disabilit(?:y|ie)|benefit claimant|claimant|job ?seeker|refugee|asylum seeker|migrant|sponsor|tier \d sponsor|taxpayer|voter|candidate|charit(?:y|ie)|voluntary organi[sz]ation|trade union|local authorit(?:y|ie)|council|tribe|state"
    r"|importer|exporter|manufacturer|(?:drug|device|food|furniture|medical device|infant formula|textile|vehicle) (?:manufacturer|maker)|maker|retailer|wholesaler|distributor|supplier|processor|dealer|trader|contractor|developer|investor|shareholder|broker-dealer|broker|lender|borrower|bank|insurer|credit union"
    r"|motor carrier|carrier|broadcaster|licensee|telecommunications carrier|service provider|provider|utilit(?:y|ie)|railroad|shipper|trucking compan(?:y|ie)|applicant|nominee|respondent|petitioner|grantee|recipient|beneficiar(?:y|ie)|participant|stakeholder|researcher|scientist|academic"
    r"|famil(?:y|ie)|household|accounting and legal adviser|accountant|adviser|financial adviser|buyer|seller|plan participant|plan administrator|pension scheme member"
    r"|(?:the |general |members of the )?public(?! (?:meeting|hearing|comment|docket|inspection|law|health|sector|service|bod|interest|record|transport|spending|holiday|access|advisory|passcode|file|version|authorit|procurement|land|safety|utilit|housing|school|company|compan|house|reference|burden|use|disclosure|finance|money|purse|notice|reporting|participation|policy|life|good|opinion|place|road|appointment|building|viewing|affairs|and\b))"
    r"|(?:any )?interested (?:person|part(?:y|ie)|member)|all interested part(?:y|ie)"
)
#: General nouns: told only with the word before them (cattle keepers, medical professionals).
_GENERAL = r"owner|operator|holder|keeper|user|member|professional|organi[sz]ation|association|group|adviser|advisor|producer|provider|handler|maker|manufacturer|importer|exporter|dealer|buyer|seller|licensee|participant|recipient|societ(?:y|ie)|institution|facilit(?:y|ie)|firm"
_GROUP = re.compile(rf"\b(?:(?P<whole>{_WHOLE})|(?P<kind>[a-z][a-z-]{{3,14}}) (?P<general>{_GENERAL}))s?\b", re.IGNORECASE)
#: Words before a general noun that say nothing of who is meant.
_SAYS_NOTHING = frozenset(
    "the a an any all each other such some these those their its our your this that more many most both new and or of for as by to in with from no not"
    " which who will may must can shall should one two three four five first second current former certain various several same only also either current"
    " eligible individual relevant potential existing appropriate additional committee board council team family staff control working public interested"
    " every between under over into than what when where whose them they have has been being were was are is local national federal".split()
)
#: Who must, may, or gets.
_BEHIND = re.compile(r"\s(?:who|must|may|can|should|shall|will|need to|needs to|are required|is required|are eligible|is eligible|are invited|wishing|wanting|that (?:want|wish|offer|intend|operate)|to (?:apply|submit|comment))\b")
_BEFORE = re.compile(
    r"(?:\bfor|\baffects?|\baffecting|\bapplies to|\bapply to|\brelevant for|\brelevant to|\binvites?|\bseek(?:ing|s)|\beligible|\bhelps?|\bprotects?|\ballows?|\brequires?|\bif you(?:'|’)?(?: a)?re an?"
    r"|\bmust be an?|\bas an?|\bwhether|\badvises?|\binforms?|\bburdens? on|\bneed to be an?|\bimpact on|\bopen to|\bqualified|\badvice to|\bguidance (?:for|to)|\bnotif(?:y|ies))\s(?:all |any |the |those |certain |eligible |individual |members of the |new |some )?$",
    re.IGNORECASE,
)
_IN_A_NAME_BEFORE = re.compile(r"(?:[A-Z][a-z]+ (?:of |for |and |on )?|Department of |of )$")
_PLAIN = {
    "members of the public": "the public", "general public": "the public", "public": "the public", "any interested person": "the public",
    "interested persons": "the public", "interested person": "the public", "interested parties": "the public", "any interested persons": "the public",
    "interested members": "the public", "all interested parties": "the public", "interested party": "the public", "any interested party": "the public", "any interested parties": "the public",
    "individuals with disabilities": "people with disabilities", "persons with disabilities": "people with disabilities", "individuals with a disability": "people with disabilities",
    "people with a disability": "people with disabilities", "fisherman": "fishermen", "vets": "vets",
}  # fmt: skip
WORDS = Words(
    common=frozenset(
        "stakeholders participants recipients companies providers states infants holders sponsors makers customers children councils"
        " producers processors members residents carriers groups workers adults families households women students schools".split()
    ),
    vague=frozenset("applicants respondents petitioners nominees candidates visitors members participants".split()),
    same=tuple(
        frozenset(words.split(", "))
        for words in ("sponsors, tier 4 sponsors", "farmers, livestock producers, cattle keepers", "drug manufacturers, manufacturers")
    ),
)
#: Before a group in a title: a committee is named after it (Advisory Committee on … Newborns and Children).
_BODY = re.compile(r"\b(?:Committee|Board|Council|Commission|Panel|Department|Office|Bureau) (?:on|of|for)\b[^;:]*$")
_OPENING, _TEXT = 900, 7000
_IRREGULAR = {"women": "women", "children": "children", "fishermen": "fishermen"}


def mentions(reading: Reading) -> Iterator[Mention]:
    """Each mention of a group in the title and the text, with its worth."""
    for found in _GROUP.finditer(reading.title[:300]):
        group = _told(found)
        if group and not re.match(r"\s(?:Committee|Administration|Registration|Board|Office|Council|Company|Corporation|Inc)", reading.title[found.end() :]):
            of_a_body = _BODY.search(reading.title[: found.start()])
            yield Mention(group, MENTION if of_a_body else TITLE, found.group(), "title", None, None)
    text = reading.source_text[:_TEXT]
    start = len(reading.title) if text.startswith(reading.title) else 0
    opening = _opening(text)
    for found in _GROUP.finditer(text, start):
        group = _told(found)
        if not group or _in_a_name(text, found):
            continue
        at = found.start()
        worth = MENTION
        if _BEFORE.search(text[max(0, at - 40) : at]) or _BEHIND.match(text, found.end()):
            worth = SCOPE if group != "the public" else BESIDE_A_VERB + HEAD + HEAD
        if opening[0] <= at < opening[1]:
            worth += BESIDE_A_VERB
        yield Mention(group, worth, found.group(), "text", at, found.end())


def _opening(text: str) -> tuple[int, int]:
    """Where the text says what it is about: the SUMMARY of the Federal Register, else its first lines."""
    summary = re.search(r"^SUMMARY:\s*", text[:3000], re.MULTILINE)
    if summary:
        stop = re.search(r"\n[A-Z][A-Z ]{4,}:", text[summary.end() : summary.end() + 2500])
        return summary.end(), summary.end() + (stop.start() if stop else 1200)
    return 0, _OPENING


def _told(found: re.Match[str]) -> str | None:
    """The group in plain words and in the plural; None where a general noun has nothing to say who is meant."""
    words = " ".join(found.group().lower().split())
    if found["general"] and (found["kind"].lower() in _SAYS_NOTHING or found["kind"].lower().endswith("ly")):
        return None
    words = _PLAIN.get(words, words)
    if words.endswith(("public", "people", "men", "children", "s", "disabilities")):
        return words.removeprefix("the ") if words != "the public" and words.endswith("public") else words
    return f"{words[:-1]}ies" if words.endswith("y") and words[-2] not in "aeiou" else f"{words}s"


def _in_a_name(text: str, found: re.Match[str]) -> bool:
    """Department of Veterans Affairs, Federal Motor Carrier Safety Administration: a group's word in an office's name."""
    if not found.group()[0].isupper():
        return False
    before = text[max(0, found.start() - 2) : found.start()]
    behind = text[found.end() : found.end() + 2]
    sentence_start = not before or before[-1:] in "\n" or before in (". ", "? ", "! ", ": ", "• ")
    return not sentence_start or bool(re.match(r" [A-Z]", behind))
