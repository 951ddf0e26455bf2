"""The group words of English documents: what names people, firms and offices, in the singular."""

from __future__ import annotations

from pushsvc.plain.classes.groups import words

#: Groups that say by themselves who is meant, in the singular.
WHOLE = (
    r"small (?:business(?:es)?|firm)|businesses|compan(?:y|ie)"
    r"|(?:concession|licen[cs]e|permit|passport|blue badge|pension) ?holder|employer|employee|worker"
    r"|self-employed people|sole trader|student|pupil|teacher|headteacher|lecturer|parent|guardian|childminder|school"
    r"|universit(?:y|ie)|college|education provider|local educational agenc(?:y|ie)|apprentice|graduate"
    r"|(?:learner |new |disabled |lorry |bus )?driver|motorist|motorcyclist|cyclist|pedestrian|passenger|travell?er"
    r"|visitor|tourist|pilots(?! (?:project|program|scheme|stud|test))|airline"
    r"|(?:aircraft|vessel|ship|boat|vehicle|pet|dog|cat|cattle|horse|home|land|property|business|site"
    r"|building) ?(?:owner|operator|keeper)|mariner|seafarer|fisher(?:man|men)|fishing vessel|fisher|seafood dealer"
    r"|angler|boater|waterway user|farmer|grower|rancher|producer|livestock producer|livestock owner|breeder"
    r"|veterinarian|vet|landowner|homeowner|householder|leaseholder|freeholder|tenant|landlord|letting agent"
    r"|home ?buyer|first-time buyer|resident|citizen|consumer|customer|smoker|non-smoker|partnership|academ(?:y|ie)"
    r"|patient|doctor|physician|nurse|clinician|pharmacist|health (?:care )?(?:professional|provider|worker)"
    r"|medical professional|hospital|care provider|care home|carer|pensioner|older people|young people|disabled people"
    r"|children|adult|infant|women|veteran|(?:people|individuals|persons) with (?:a )?disabilit(?:y|ie)"
    r"|benefit claimant|claimant|job ?seeker|refugee|asylum seeker|migrant|sponsors|tier \d sponsor|taxpayer|voter"
    r"|candidate|charit(?:y|ie)|voluntary organi[sz]ation|trade union|local authorit(?:y|ie)|council|tribe|importer"
    r"|exporter|manufacturer"
    r"|(?:drug|device|food|furniture|medical device|infant formula|textile|vehicle) (?:manufacturer|maker)|maker"
    r"|retailer|wholesaler|distributor|supplier|processor|dealer|trader|contractor|developer|investor|shareholder"
    r"|broker-dealer|broker|lender|borrower|banks|insurer|credit union|motor carrier|carrier|broadcaster|licensee"
    r"|telecommunications carrier|service provider|provider|utilities|railroad|shipper|trucking compan(?:y|ie)"
    r"|applicant|nominee|respondent|petitioner|grantee|recipient|beneficiar(?:y|ie)|participant|stakeholder|researcher"
    r"|scientist|academic|famil(?:y|ie)|household|accounting and legal adviser|accountant|adviser|financial adviser"
    r"|buyer|seller|journalist|inventor|complainant|retiree|practitioner|dog walker|designer|publisher|author|director"
    r"|trustee|victim|witness(?:es)?|defendant|prisoner|offender|volunteer|founder|entrepreneur|start-up|creditor"
    r"|engineer|geologist|craftsman|architect|surveyor|solicitor|lawyer|barrister|dentist|optician|midwife|paramedic"
    r"|police officer|firefighter|social worker|foster carer|adopter|grandparent|mother|father|survivor|donor"
    r"|veterinary surgeon|financial institution|building societ(?:y|ie)|housing association|museum|librar(?:y|ie)"
    r"|hotel|restaurant|pub|shop|(?:federal|state|local|affected|government|other federal|interested) agenc(?:y|ie)"
    r"|states(?= (?:may|must|shall|that|to|and))|non-?governmental organi[sz]ation|welsh speaker|non-native speaker"
    r"|taxi driver|haulier|mailer|(?:middle[- ]age[d]?|blind|deaf|homeless|unemployed|retired|working) people"
    r"|(?:british|foreign) national|repackager|dispenser|plan participant|plan administrator|pension scheme member"
    r"|(?:the |general |members of the )?public(?! (?:meeting|hearing|comment|docket|inspection|law|health|sector"
    r"|service|bod|interest|record|transport|spending|holiday|access|advisory|passcode|file|version|authorit"
    r"|procurement|land|safety|utilit|housing|school|company|compan|house|reference|burden|use|disclosure|finance"
    r"|money|purse|notice|reporting|participation|policy|life|good|opinion|place|road|appointment|building|viewing"
    r"|affairs|and\b))|(?:any )?interested (?:person|part(?:y|ie)|member)|all interested part(?:y|ie)"
)
#: General nouns: told only with the word before them (cattle keepers, medical professionals).
GENERAL = (
    r"owner|operator|holder|keeper|user|member|professional|organi[sz]ation|association|group|adviser|advisor|producer"
    r"|provider|handler|maker|manufacturer|importer|exporter|dealer|buyer|seller|licensee|participant|recipient"
    r"|societ(?:y|ie)|institution|facilit(?:y|ie)|firm"
)
#: Words before a general noun that say nothing of who is meant.
SAYS_NOTHING = words(
    "the a an any all each other such some these those their its our your this that more many most both new "
    "and or of for as by to in with from no not which who will may must can shall should one two three four "
    "five first second current former certain various several same only also either about special time best requires"
    " require select search services chat channel target qualifying registered authorized stable inclusive"
    " infrastructure meets policy "
    "external original profit tracking system information regulated frustrated data non-regulated opt-in "
    "voting paid proposed scheme self-regulatory governmental eligible individual relevant potential existing "
    "appropriate additional committee board council team family staff control working public interested every "
    "between under over into than what when where whose them they have has been being were was are is local "
    "national federal"
)
#: What is told in plainer words.
PLAIN = {
    **dict.fromkeys(("members of the public", "general public", "public"), "the public"),
    **dict.fromkeys(("interested members", "all interested parties"), "the public"),
    **{f"{some}interested {who}": "the public" for some in ("", "any ") for who in ("person", "persons", "party", "parties")},
    **{
        f"{who} with {what}": "people with disabilities"
        for who in ("people", "persons", "individuals")
        for what in ("disabilities", "a disability")
    },
    "fisherman": "fishermen",
    **dict.fromkeys(("middle age people", "middle aged people", "middle-age people"), "middle-aged people"),
}
