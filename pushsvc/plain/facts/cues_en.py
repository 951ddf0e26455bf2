"""The words in English by which a date is known for a deadline, a start, an end, a meeting."""

from __future__ import annotations

import re

_I = re.IGNORECASE
#: What may stand between a cue and its date: a clock time, a zone, a weekday, small words.
CLOCK = (
    r"(?:(?:\s|,|at|from|[-–—](?= ))*(?:\d{1,2}(?:[:.]\d{2})?\s?(?:a\.?m\.?|p\.?m\.?|noon|midnight)|midnight|noon|midday"
    r"|\d{1,2}:\d{2}|\d{4}(?= UTC"
    r"| GMT))"
    r"(?:\s?,?\s?\(?(?:[ECMP]\.?[SD]?\.?T\.?|AK[SD]?T|HST|GMT|BST|UTC|CES?T|Eastern(?: (?:Standard|Daylight))?(?: Time)?"
    r"|(?:UK|local|British|London|Central|Mountain|Pacific)(?: (?:Standard|Daylight|Summer))? time"
    r"|\(?U\.?S\.? Eastern Time\)?)\)?(?:\s?\([A-Z]{2,4}\))?)?)?"
    r"(?:\s|,|on|at|of|the|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|close of business)*$"
)
BY = re.compile(
    r"(?:on or before|no later than|not later than|\bby|before|until|up to(?: and including)?|closes?|closing date(?: is)?:?"
    r"|closing:?|deadline(?: (?:for|to) [\w ]{1,50})?(?: is|:| of)?|extended (?:to|until|through)"
    r"|due(?: date)?:?|due by|received by|submitted by|postmarked by|close[sd]? on|ends? on)" + CLOCK,
    _I,
)
LABEL = re.compile(
    r"(?:(?:scheme|competition|fund|grant|call|application window|round|registration|nominations|survey)s? (?:now )?(?:will )?"
    r"(?:closes?|close on)|deadline(?: for [\w ]{1,40})? (?:has been|is now|was|will be|is) (?:extended|moved|changed)"
    r" (?:to|until)"
    r"|(?:deadline|closing date)\b[^.;]{0,50}\bis now"
    r"|(?:extend(?:s|ed|ing)?|mov(?:es?|ed|ing)|postpon(?:es?|ed|ing)) the (?:[\w-]+ ){0,3}(?:deadline|closing date|due date"
    r"|comment period)\b[^.;]{0,140} (?:to|until|through)"
    r"|(?:deadline|closing date|due date)\b[^.;]{0,40}\b(?:has been|have been|is|was|are) (?:now )?(?:extended|moved|postponed)"
    r" (?:to|until|through)"
    r"|comment period\b[^;]{0,150}\b(?:is|has been|was) (?:hereby |being )?(?:extended|reopened)\b[^.;]{0,40} (?:to|until"
    r"|through)"
    r"|(?:^|\n)[•*–— -]*(?:closes?(?: on)?|close date|closing)(?=:)"
    r"|last (?:date|day) (?:for|to|of|on which) [\w ]{1,50}(?= is\b|:)"
    r"|closing date(?: for [\w ]{1,40})?|deadline(?: dates?)?(?: (?:for|to) [\w ]{1,50})?|comments? (?:are )?(?:due"
    r"|closes?)(?: date)?|applications? (?:are )?(?:due|close)(?: date)?|due date|apply by|respond by)"
    r"(?: is| are|\s)*:?" + CLOCK,
    _I,
)
COMMENT = re.compile(
    r"\bcomments?\b|\bviews\b|\bhave your say\b|\bfeedback\b|\bconsultation\b|\brespond\b|\bresponses?\b"
    r"|\bwritten (?:submissions?|statements?|data)\b"
    r"|\b(?:to|may|can|should|must|who|not|also) object\b|\brepresentations?\b|\bsurvey (?:is|will|closes|runs|remains)\b"
    r"|\bcalls? for (?:evidence|views|input|information)\b"
    r"|\bquestions and written\b|\bprotests?\b|\bmotions to intervene\b|\bobjections?\b|\bcase briefs?\b",
    _I,
)
APPLY = re.compile(
    r"\bappl(?:y|ications?|icants?)\b|\bclaim(?:s|ing)?\b|\bregist(?:er|ration)\b|\bsubmit(?:ted)?\b|\bnominat"
    r"|\bproposals?\b|\brequests?\b|\benrol|\bRSVP\b|\bfile[ds]?\b|\bbids?\b|\bnotify\b|\bnotifications?\b"
    r"|\bsend\b|\bbook(?:ed|ings?)?\b|\bwritten\b|\bform\b|\bsubmissions?\b|\bentr(?:y|ies)\b|\btenders?\b"
    r"|\bexpressions? of interest\b|\bpetitions?\b"
    r"|\bpostmarked\b|\bsign(?:ing)? up\b|\benter\b|\bmust be (?:made|submitted|sent|received)\b|\babstracts?\b",
    _I,
)
#: Somebody's payment to the reader is no duty to pay: the noun counts only where it is due.
PAY = re.compile(
    r"\bpay(?:ing)?\b|\bpayments? (?:is|are|must|due|by|deadline)\b|\bmake (?:a |your )?payments?\b|\btax return\b", _I
)
ACT = re.compile(
    r"\brenew|\bconfirm\b|\breport\b|\breturn\b|\bcomplete\b|\bcomply\b|\btell us\b|\bappeal"
    r"|\bvote\b|\bbook\b|\bswitch\b|\bupdate\b|\bsign\b",
    _I,
)
#: "You are not charged if you pay by 1 May", "unless adverse comment is received by 1 May": what those may do who read it.
#: "If you apply before 6 April the old fee holds" is no last day: "before" is no word of it.
IF_DONE = re.compile(
    r"\b(?:if|unless|provided(?: that)?|(?:as|so) long as)(?: (?:(?:the|any|all|these|those|most|self|late) )?(?:[\w-]+ ){0,2}?"
    r"(?:you|they|people|anyone|(?!(?:ministers|officials|councils|courts|agencies|inspectors|directors)\b)[a-z]{3,}s)"
    r" (?:also |then |either |can )?(?:pay|apply|register|claim|renew|return|submit|file|send|sign up|set up|book|complete"
    r"|respond|reply|enrol|join|switch|contact|tell|report|order|confirm)\b"
    r"| (?:\w+ ){0,3}comments? (?:is|are) (?:received|submitted|filed)\b"
    r"| (?:we|[A-Z]{2,6}|the [\w ]{2,30}) receives? (?:\w+ ){0,3}comments?\b)[^.;]{0,80}?"
    r"\b(?:by|no later than|not later than|on or before)" + CLOCK,
    _I,
)
#: "Landlords must fit an alarm by 1 October 2026": whatever it is that those who read it are told to do.
MUST_DO = re.compile(
    r"\b(?:you|anyone|everyone|people|those|shops|firms"
    r"|(?!(?:ministers|officials|councils|authorities|courts|agencies|inspectors|directors|departments|governments|states"
    r"|members"
    r"|committees|parties|countries|works|services|changes|rules|regulations|measures|plans|targets|vehicles|products|emissions"
    r"|schools|trusts|regulators|responses|projects|results|findings|reports)\b)"
    r"[a-z]{2,}(?:ers|ors|ords|ants|ents|ees|ists|sses|ies|sons|irms|uals|mers))"
    r"(?: (?:who|that|in|with|of|on|at|and|without|interested|wishing|seeking|planning|wanting) [^.;,]{1,80}?)?,? (?:now "
    r"|also |then |all )?"
    r"(?:must|need to|have to|will (?:have|need) to|are required to|should)"
    r" (?!(?:be|have been|expect|hear|receive)\b)[^.;]{2,120}?"
    r"\b(?:by|before|no later than|not later than|on or before)" + CLOCK,
    _I,
)
#: "You need to do this by midnight on 1 May": what, the sentence before says.
DO_THIS = re.compile(r"\bdo (?:this|so|it)\b[^.;]{0,20}$", _I)
#: "You cannot apply before 3 April", "you do not need to pay until 3 April": no last day, but the first.
NOT_BEFORE = re.compile(
    r"\b(?:cannot|can(?:'|’)?t|do(?:es)? not|don(?:'|’)?t|need not"
    r"|will not be (?:able|accepted|considered|open)|not (?:need|have) to"
    r"|may not|must not|should not|no (?:need|action|payment)|won(?:'|’)?t)\b[^.;]{0,70}\b(?:until|before|prior to)" + CLOCK,
    _I,
)
#: What is open to readers up to a day, in the words of now: "entries will be accepted through 4 July", "open to bids from 3
#: February until 31 May", "the consultation runs until 4 July", "a comment period that ends on 4 July".
WINDOW = re.compile(
    r"(?:\b(?:will (?:also |still )?be|are|is|being) (?:accepted|received|considered|taken|welcome)\b"
    r"(?:(?!\bfrom\b)[^.;\n]){0,60}? (?:through|until|till|up to|up to and including|no later than|by)"
    r"|\bopen(?:s)? (?:for|to) (?:\w+ ){0,2}(?:entries|applicants|applications?|bids?|bidders|comments?|responses?|nominations?"
    r"|proposals?|submissions?|registrations?|tenders?|expressions of interest|views)\b[^.;\n]{0,70}? (?:until|through|till"
    r"|up to)"
    r"|\b(?:consultation|survey|call for (?:evidence|views|input|information)|(?:comment|application|nomination|registration"
    r"|enrolment|objection|bidding|claims?) (?:period|window)|ballot|poll|voting|registration|nominations|applications)\b"
    r"(?: (?:that|which))?(?: (?:on|for|about|into) (?:(?!\b(?:was|were|had)\b)[^.;,\n]){2,60}?)? (?:will )?(?:now )?"
    r"(?:(?:be|is|are|remains?|stays?) open|runs?|continues?|lasts?|ends?|closes?|finish(?:es)?)"
    r"(?: (?:from|on) [^.;\n]{3,30}?)? (?:until|through|till|to|up to|on|at)?"
    r"|\blast (?:date|day) (?:for|to|of|on which) [^.;\n]{2,70}? (?:is|was|will be))" + CLOCK,
    _I,
)
#: "You pay the old fee if you choose a day before 1 May."
OLD_TERMS = re.compile(
    r"\b(?:old|current|existing|previous|present|former|higher|lower|same|today(?:'|’)s) (?:\w+ )?"
    r"(?:fees?|prices?|rates?|fares?|charges?|costs?|rules?|tariffs?|terms|amount|system|scheme)\b",
    _I,
)
#: The line of a safety alert: "Actions underway: 20 July, actions complete: 3 August".
ALERT_ACTIONS = re.compile(r"\bactions? (?:underway|completed?)(?: by)?:?\s$", _I)
#: What closes to those who would apply; and a last day that is that of a State, which looks through what was sent in.
CALL = re.compile(
    r"\b(?:scheme|competition|fund|call|grants?|round|window|applications?|registration|enrol\w+"
    r"|nominations?|vacancy)\b(?! (?:cent|office|line|road|street|desk|team|hall))",
    _I,
)
#: "The office closes at 5 p.m. on 24 December": a place, and no call.
PLACE_CLOSES = re.compile(
    r"\b(?:offices?|cent(?:re|er)s?|branch(?:es)?|counters?|librar(?:y|ies)|museums?|schools?|roads?|bridges?|lines?|shops?)"
    r" (?:will )?(?:also )?clos(?:es?|ing)\b",
    _I,
)
OTHERS_REVIEW = re.compile(r"\bIntergovernmental Review(?: is|:)?\s+$", _I)
#: Words that ask for something to be done.
ASKS = re.compile(
    r"\b(?:must|should|please|needs? to|ha(?:ve|s) to|may|can|(?:are |is )?due(?! to\b)|deadline|clos(?:e|es|ing)|invit(?:e"
    r"|es|ed|ing)\b|asking (?:for|people|members)"
    r"|have (?:until|up to and)|have your say|is required|are required)\b"
    r"|\bwill (?:also )?(?:be )?(?:accept|consider)\w*|\bconsideration will be given\b|\bare (?:requested|accepted"
    r"|solicited)\b|\bopen(?:s|ed)? (?:the comment period|until)\b"
    r"|\breopening the comment period\b"
    r"|(?:^|[:,] )(?:DATES:? )?(?:submit|send|apply|register|file|comment|respond|e?mail|call|pay|renew|return|complete"
    r"|reply|tell|book|contact|fax|mail|write|post|report|claim|notify|order|sign up|opt out)\b",
    _I,
)
PAST = re.compile(
    r"\b(?:was|were|had|closed|received \d|announced|filed a|gave|extended the|after considering|published|issued)\b"
    r"|\b(?:we|agency|department|commission) (?:proposed|provided)\b",
    _I,
)
#: What an office has undertaken to do itself by a day.
AGENCY = re.compile(
    r"\b(?:the )?(?:Department|Commission|Secretary|agency|EPA|FDA|FAA|Board|Bureau|government|ministers?|council|court"
    r"|committee"
    r"|contact person|we)\s+(?:will|shall|must(?! receive\b)|intends?|expects?|plans?|anticipates?|aims?|is required)\b"
    r"(?! (?:also )?(?:consider|accept)| be (?:received|submitted|sent|filed|made|postmarked|returned))|\bwill (?:notify"
    r"|announce|publish|inform|be notified)\b"
    r"|\byou (?:will|should) (?:be|hear|receive|get|know)\b",
    _I,
)
ACRONYM_WILL = re.compile(
    r"\b[A-Z]{2,6} (?:will|intends?|plans?|expects?|anticipates?|aims?)\b(?! (?:also )?(?:consider|accept))"
)
TELLS = re.compile(
    r"\b(?:notify|announce|publish|inform|be notified|report|hear|tell|be told|results?|decisions?|be announced)\b", _I
)
MEETING = re.compile(
    r"(?:held|meeting|hearing|conference|webinar|session|interviews?|sift(?:ing)?|event|takes place|take place|convene"
    r"|scheduled for|begin(?:s|ning)?|join us|drop[- ]in|polling day|(?:day|election|ceremony|exams?|tests?|parade) (?:is"
    r"|will be)"
    r"|will meet|,? and ends?)[^.;\n]{0,40}$|\b(?:dates?(?:\(s\))?(?: and times?)?|times? and dates?"
    r"|when):[^;\n]{0,80}$",
    _I,
)
CALLED_OFF = re.compile(r"\b(?:had been|was|were|originally|previously) (?:\w+ )?scheduled\b|\bminutes of\b", _I)
OPENING = re.compile(
    r"(?:opening date|applications? available:?|opens?(?: on)?|open(?:s|ed)? for applications(?: on| from)?"
    r"|applications? open(?: on| from)?)\s?:?" + CLOCK,
    _I,
)
SIGNED = re.compile(
    r"^\s?(?:\(?[A-Z][\w .,]{0,40})?(?-i:(?=[A-Z]))(?:Dated|Issued(?: on| in [\w ,.]{1,40})?|Signed|Done"
    r"|Approved)(?: (?:at|in) [\w ,.]{1,40}?)?(?:,? (?:this|on))?:?\s?$",
    _I,
)
ISSUED_ON = re.compile(r"\b(?:issuance|issue|signature) date\b[^.;]{0,40}(?: is|:)\s$|\bdate of (?:issue|issuance):?\s$", _I)
#: A document that came out earlier, and what else a text tells of a day that is past.
CAME_OUT = re.compile(
    r"(?:Federal Register|published|appeared|announced|issued)(?![^.;\n]{0,50}effective)[^.;\n]{0,60}"
    r"\b(?:on|of|in)\s(?:\w+day, )?$",
    _I,
)
CAME_OUT_LEAD = re.compile(r"\b(?:on|in|of|the)\s$", _I)
CAME_OUT_AFTER = re.compile(
    r"^,? (?:we|the|[A-Z])[^.;\n]{0,70}?\b(?:published|announced|issued|released|adopted|proposed|posted)\b|^,? ?(?:notice"
    r"|final rule|proposed rule)\b"
)
HAPPENED = re.compile(r"^(?:On|In)\s(?:\w+day,? )?$")
HAPPENED_AFTER = re.compile(r"^,? [^.;\n]{0,80}?\b(?:\w{3,}ed|was|were|will|became|began|took|met|held|gave|made|sent)\b")
#: "Projects must start by 1 April and end by 30 June": the time in which the work must lie.
WORK_STARTS = re.compile(
    r"\b(?:must|should|(?:need|ha(?:s|ve)|required|expected) to) (?:not )?(?:start|begin|commence)"
    r" (?:by|on|before|after|from|no (?:later|earlier) than|on or (?:before|after)|between)" + CLOCK,
    _I,
)
WORK_ENDS = re.compile(
    r"\b(?:must|should|(?:need|ha(?:s|ve)|required|expected) to|and) (?:be )?(?:end|finish|complete|completed|finished"
    r"|spent|delivered|conclude|concluded)"
    r" (?:by|on|before|no later than|on or before)" + CLOCK,
    _I,
)
OF_WORK = re.compile(
    r"\b(?:projects?|works?|activit(?:y|ies)|funding|grants?|money|spend|placements?|courses?|deliver\w*)\b", _I
)
#: "extends the filing deadline for loans under this programme from 22 April to 22 May": what was, and what is.
MOVED_FROM = re.compile(
    r"(?:delayed|postponed|extended|moved|changed|put back|brought forward"
    r"|\b(?:extend|mov|chang|postpon|delay)(?:e|es|s|ed|ing)? (?:the|its|this|our) [^.;]{2,200}?)"
    r" from(?:\s|on|the|\w+day|,)*$",
    _I,
)
#: Between two days of one list: "12 May 2026 (2pm to 7pm) and ", ", ", "; Tuesday ".
DAYS_LISTED = re.compile(
    r"(?:\s|,|;|and|or|\(|\)|from|to|at|on|until|[-–—]|\d{1,2}(?:[:.]\d{2})?|[ap]\.?m\.?|noon|midday|midnight"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|E[SD]?T|C[SD]?T|P[SD]?T|GMT|BST|Eastern|Time|Daylight|Standard){1,40}",
    _I,
)
SEASON_OPENS = re.compile(
    r"\b(?:applications?|scheme|round|window|fund|competition|registration|bookings?)\b[^.;]{0,30}\bopen\w*"
    r" (?:in|during|from)(?: the)? $",
    _I,
)
#: A line above a day that says what it is of, without a colon: "Application deadline", "Opening date", "Interviews".
LINE_LABEL = re.compile(
    r"(?:(?:[Ff]inal |[Ll]ast )?[A-Z]?[\w’' /-]{0,40}(?:[Dd]eadlines?|[Dd]ates?|[Dd]ue|[Ii]nterviews?|[Cc]los(?:es?|ing)"
    r"|[Oo]pens?|[Oo]n|[Ss]tarts?|[Ee]nds?"
    r"|[Ss]ift|[Ww]ebinar|[Mm]eeting|[Ee]vent|[Hh]earing|[Ww]hen))$"
)
#: What stands on a line with nothing but a day: a clock time, a weekday.
ONLY_A_TIME = re.compile(CLOCK.replace("*$", "*") + r"$", _I)
HAVE_UNTIL = re.compile(
    r"\b(?:you|they|people|[a-z]{3,}s) (?:will )?(?:only |now )?have (?:until|till|up to and including)" + CLOCK,
    _I,
)
#: "You should get your money by 14 January."
YOU_GET = re.compile(r"\byou (?:will|should|(?:'|’)ll) (?:get|receive|be paid|have)\b", _I)
#: "The deadline for applications under each programme listed below is 13 March": the label and its day far apart.
LONG_LABEL = re.compile(
    r"\b(?:deadline|closing date|due date|last (?:day|date))(?: dates?)? (?:for|to|by which|on which|under)\b[^.;\n]{1,170}?"
    r" (?:is|are|will be)(?: now)?" + CLOCK,
    _I,
)
