"""What words and facts of an English sentence are worth to a reader, and which say nothing."""

from __future__ import annotations

import re

from pushsvc.plain.quick_patterns import Anywhere

KINDS = {
    "deadline": 0.0,
    "amount": 1.5,
    "percentage": 1.2,
    "effective_date": 1.0,
    "expiry": 1.0,
    "age_range": 1.5,
    "event_date": 0.0,
    "phone": 0.4,
    "email": 0.3,
}
ROLES = {
    "fee": 3.0,
    "subsidy": 2.5,
    "subsidy_max": 3.0,
    "fine": 1.5,
    "limit": 1.0,
    "event": 0.5,
    "event_start": 1.0,
    "processing_time": 1.0,
    "quota": 0.8,
    "register": 1.5,
    "application_open": 1.0,
}
PARTS = {"description": 4.0, "summary": 2.5, "dates": 1.5, "status": 0.5, "place": 1.5}
#: What stands first is what it is about.
BODY, LATER = 1.6, 0.4
#: The first sentences of a page that has no part called summary tell the news.
EARLY, FEW_FIRST = 0.8, 4
EASY = 8.0
#: Several items of a list in one sentence: what that is worth, and the share of its hardness that counts.
TOGETHER, OF_A_LIST = 1.5, 0.3
#: A limit that runs from an event is told by its own sentence only.
RELATIVE = 5.0
CUES = (
    (
        4.0,
        Anywhere(
            r"\b(?:prohibit\w*|bans?|banned|forbid\w*|not allowed|no entry|must not|(?:is|are|be) closed)\b"
            r"|\bno (?:one|person|persons|people|vessels?|boats?|vehicles?|dogs?|drones?|aircraft)\b[^.;]{0,40}? "
            r"(?:may|can|shall|must|is|are)\b"
            r"|\b(?:may|shall|can) not (?:enter|swim|fish|park|use|anchor|drive|fly|travel)\b|\billegal\b",
            ignore_case=True,
        ),
    ),
    (
        2.0,
        Anywhere(r"\byou (?:can|must|need|should|will|may|could|have to|do(?:n’t|n't| not) (?:need|have))\b", ignore_case=True),
    ),
    (
        1.5,
        Anywhere(
            r"^(?:To (?:apply|register|renew|report|join|book|attend)|Apply|Contact|Call|Submit|Send|Email|Use|Register"
            r"|Check|Report|Renew|Book|Pay|Tell|Get"
            r"|Respond)\b"
        ),
    ),
    (
        1.0,
        Anywhere(
            r"\b(?:must|may|can|should|required|free|eligible|entitled|open to the public|allow\w*|not)\b", ignore_case=True
        ),
    ),
    (
        1.0,
        Anywhere(
            r"\b(?:apply|applications?|comments?|register|nominat\w+|meeting|hearing|grants?|award\w*|consultation|evidence"
            r"|views|costs?|fees?"
            r"|cancel\w*|withdr\w+|delay\w*|effective|closed?|closes)\b",
            ignore_case=True,
        ),
    ),
    (
        0.8,
        Anywhere(
            r"\b(?:proposes?|proposed|proposing|announces?|intends?|amends?|extends?|invites?|seeking|seeks|changes?"
            r"|corrects?|issued|will)\b",
            ignore_case=True,
        ),
    ),
)
CUE = Anywhere(r"\b(?:you|must|may|can|meeting|grants?|costs?|free|eligible|will|apply)\b|\bpropos|^(?:contact|call|send)")
SHORTEST = 15
LEANS = re.compile(
    r"^(?:They|It(?! is (?:illegal|an offence|against the law|forbidden|free)\b)"
    r"|These|Those|That|Such|He|She|Or|And|But|For example|As a result|Instead|Then|Both|Each|Other|Their|Its"
    r"|This (?:programme|award|scheme|grant|project|team|group|board|change|approach|process|work|will|is"
    r"|was|means|has|can|may|includes|would|also|equates))\b"
)
IF = re.compile(r"(?:If|Those|Where|Anyone|Individuals|Persons)\b")
CONDITIONAL, TOLD_ANYWAY = 8.0, 4.0
POINTS = Anywhere(r"\b(?:above|below|this in writing|the following|as follows|at this time)\b", ignore_case=True)
#: A line that lists what a page treats of, and tells nothing of it.
TOPICS = re.compile(
    r"(?:How|When|What|Where|Details|Information|Guidance|Advice|Find out|Contact details)\b(?! (?:you"
    r"|your) (?:must|can))"
)
#: "How to apply and when" asks what the page answers; "Advice for people who live abroad" says what it is.
ASKED = re.compile(r"(?:How|When|What|Where|Contact details)\b(?! (?:you|your) (?:must|can))")
#: It says that there is more to say.
SEVERAL = re.compile(r"There (?:are|is) (?:several|many|various|different|a (?:number|range|variety) of|lots of)\b")
#: A day that hangs on something else is told with it.
OWN_WORDS = Anywhere(r"\bunless\b|\bdo (?:this|so)\b")
HISTORY = Anywhere(
    r"^(?:On|In) (?:[A-Z]\w+day, )?[A-Z]\w+ \d|^(?:On|In) \d|\b[Ww]e (?:also |had )?(?:announced"
    r"|published|issued)\b|^(?:Section|Title|Part|Subpart) \d|\badded (?:new )?[Ss]ections?\b"
    r"|\b(?:was|were) (?:published|established|created|set up|required)\b"
)
#: Why a rule is needed, and where it stands, matter less than the rule.
WHY_A_RULE = Anywhere(
    r"\b(?:is|are) (?:necessary|needed|intended) to (?:ensure|protect|provide|safeguard|promote|minimi[sz]e)\b"
    r"|\bregulations? (?:for|in) [^.;]{3,90} identif(?:y|ies)\b"
)
#: What had to be done once, told beside what must be done now.
OLD_DUTY = Anywhere(r"\b(?:was|were) (?:required|asked|due|originally|to be)\b|\bhad to be\b|\bhad been scheduled\b")
NARRATIVE = Anywhere(
    r"\b(?:said|told|Minister|Prime Minister|he|she|I am|I’m|was born|my|delighted|proud|invaluable|I)\b|[‘“]\w+ \w+ \w+"
)
#: In small letters, as the words are searched for.
BOILERPLATE = Anywhere(
    r"paperwork reduction|fr doc|regulatory flexibility|impracticable|accessible format|assistive technology|\ufffd"
    r"|relay service|dial 711|hard of hearing|^all times? (?:noted |listed |given |shown )?(?:are|is)\b"
    r"|incorporat\w+ by reference|cookies|javascript|^for (?:a|an) (?:copy|complete|full)|executive order|unfunded mandates"
    r"|small entit"
    r"|register\b.{0,40}\b(?:published|appeared)|article search|portable document|adobe|electrical outlets|good cause"
    r"|list of subjects"
    r"|notice is (?:hereby )?given|confidential business|social security number|do not (?:submit|include)"
    r"|supporting documents|docket (?:folder|number)"
    r"|no comments were received|^(?:issued|done|signed|dated|endorsed|given) (?:in|at) "
    r"|personal information|privacy act|burden|find out about call charges|screen reader|more accessible|page(?:s)?\)"
    r"|designated federal|signed"
    r"|follow us|twitter|facebook|youtube|flickr|read more|notes to editors|background$|memorandum|notice of availability"
    r"|will be posted|to the docket|follow the instructions|authority to issue|found in title"
    r"|scope of that authority|before coming"
    r"|reading room|redacted|advanced search|adhesive label|ways to (?:enhance|minimize)"
    r"|whether the (?:proposed )?(?:collection|information)"
    r"|identified with the|what format you need|copies total|identifying information|publicly available at any time|withhold",
)
CONTACT_LINE = re.compile(
    r"\b[A-Z]{2} \d{5}\b|^(?:[Tt]el|[Pp]hone|[Ee]-?mail|[Ff]ax|Contact Person|Direct all|Or )"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
VOWELS = re.compile(r"[aeiouy]+")
