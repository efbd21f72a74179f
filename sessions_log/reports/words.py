"""The words of reports, Dutch and English: labels, roles, kinds of meeting, cues."""

import re

LABELS: dict[str, tuple[str, ...]] = {
    "present": (
        "aanwezig",
        "aanwezigen",
        "aanwezig zijn",
        "aanwezig waren",
        "deelnemers",
        "present",
        "attendees",
        "participants",
        "in attendance",
        "attendance",
        "deelnemerslijst",
        "wie waren er",
        "wie waren er?",
        "wie waren erbij",
        "wie waren erbij?",
        "who was there",
        "who was there?",
        "presentielijst",
        "presentie",
        "tevens aanwezig",
        "ook aanwezig",
        "also present",
        "leden",
        "genodigden",
        "gasten",
        "guests",
        "members present",
        "online aanwezig",
    ),
    "absent": (
        "afwezig",
        "afwezigen",
        "afwezig met kennisgeving",
        "met kennisgeving afwezig",
        "afwezig zonder kennisgeving",
        "afgemeld",
        "afmeldingen",
        "verhinderd",
        "berichten van verhindering",
        "bericht van verhindering",
        "absent",
        "apologies",
        "apologies for absence",
        "regrets",
        "m.k.a.",
        "m.k.",
        "afwezig m.k.",
        "afwezig (m.k.)",
        "afwezig (met kennisgeving)",
        "afwezig met bericht",
        "not present",
        "excused",
    ),
    "speaker": (
        "sprekers",
        "spreker",
        "inleiders",
        "inleider",
        "gastsprekers",
        "gastspreker",
        "inleidingen",
        "speakers",
        "speaker",
        "guest speakers",
        "guest speaker",
        "keynote",
        "keynotes",
        "presentaties door",
        "presentatie door",
        "inleiding door",
        "keynote speakers",
        "keynote speaker",
    ),
    "chair": (
        "voorzitter",
        "voorzitting",
        "chair",
        "chairperson",
        "chairman",
        "chairwoman",
        "gespreksleider",
    ),
    "secretary": (
        "notulist",
        "notuliste",
        "notulen",
        "verslag",
        "secretaris",
        "verslaglegging",
        "minutes",
        "secretary",
        "minutes taken by",
        "minute taker",
        "verslaggever",
        "notes",
        "notes by",
    ),
    "date": (
        "datum",
        "date",
        "datum en tijd",
        "datum/tijd",
        "date and time",
        "wanneer",
        "when",
        "datum overleg",
        "datum vergadering",
        "vergaderdatum",
        "datum bijeenkomst",
        "date of meeting",
        "meeting date",
        "vergadering d.d.",
        "datum werksessie",
        "datum sessie",
    ),
    "time": ("tijd", "tijdstip", "time", "aanvang", "tijden"),
    "place": ("plaats", "locatie", "location", "place", "venue", "waar", "where", "via"),
    "subject": (
        "betreft",
        "onderwerp",
        "subject",
        "re",
        "onderwerp van de brief",
        "titel",
        "title",
    ),
    "body": (
        "overleg",
        "gremium",
        "vergadering",
        "body",
        "group",
        "bijeenkomst",
        "meeting",
        "groep",
    ),
    "line": (
        "programmalijn",
        "programmalijnen",
        "programme line",
        "programme lines",
        "program line",
        "lijn",
        "thema",
        "theme",
        "programmalijn(en)",
    ),
    "letter": (
        "ons kenmerk",
        "uw kenmerk",
        "kenmerk",
        "our reference",
        "your reference",
        "aan",
        "to",
        "van",
        "from",
        "cc",
        "bijlage",
        "bijlagen",
        "enclosures",
        "telefoon",
        "tel",
        "e-mail",
        "email",
        "doorkiesnummer",
        "behandeld door",
        "contactpersoon",
        "website",
        "iban",
        "kvk",
        "btw",
        "phone",
        "postadres",
        "bezoekadres",
        "address",
    ),
    "sent": (
        "verzonden",
        "verzonden op",
        "verzenddatum",
        "datum verzending",
        "date of sending",
        "sent",
        "rondgestuurd op",
        "datum brief",
        "verspreid op",
        "opgesteld op",
        "datum verslag",
        "date of issue",
        "verslagdatum",
        "opgemaakt op",
        "circulated",
        "datum ondertekening",
        "ondertekend op",
        "ondertekend",
        "getekend op",
        "datum vaststelling",
        "vastgesteld op",
        "vastgesteld",
        "date of signing",
        "signing date",
        "signed on",
        "signed",
        "approved on",
        "date of approval",
        "datum publicatie",
        "gepubliceerd op",
        "published on",
        "published",
        "printdatum",
        "afdrukdatum",
        "reactie voor",
        "deadline",
        "laatst gewijzigd",
        "last modified",
    ),
    "decision": (
        "besluit",
        "besluiten",
        "besloten",
        "decision",
        "decisions",
        "genomen besluiten",
        "decided",
        "besluitenlijst",
        "resolved",
    ),
    "action": (
        "actie",
        "acties",
        "actiepunt",
        "actiepunten",
        "actielijst",
        "actie-item",
        "action",
        "actions",
        "action item",
        "action items",
        "action point",
        "action points",
        "to do",
        "to-do",
        "todo",
        "actiepuntenlijst",
    ),
    "attention": (
        "aandachtspunt",
        "aandachtspunten",
        "attention point",
        "attention points",
        "point of attention",
        "points of attention",
        "points for attention",
        "aandachtspunten voor het vervolg",
    ),
    "summary": (
        "samenvatting",
        "in het kort",
        "summary",
        "in short",
        "in brief",
        "kort verslag",
        "management summary",
    ),
    "next": (
        "volgende vergadering",
        "volgende bijeenkomst",
        "volgende sessie",
        "volgende werksessie",
        "volgende overleg",
        "next meeting",
        "next session",
        "datum volgende vergadering",
        "date of next meeting",
        "volgend overleg",
        "volgende stuurgroep",
        "datum volgend overleg",
    ),
}
LABEL_OF = {word: name for name, words in LABELS.items() for word in words}
PEOPLE_LABELS = frozenset(("present", "absent", "speaker", "chair", "secretary"))
LIST_LABELS = {"attention": "attention_points", "decision": "decisions", "action": "actions"}
HEAD_LABELS = frozenset(("date", "time", "place", "subject", "body", "line"))

_LABEL = re.compile(
    r"^(?P<label>[^\W\d_][\w./’'()& -]{0,40}?)(?P<tail>\s*(?:[#\d][\w.#-]*)?\s*(?:\([^)]*\))?)\s*"
    r"(?P<colon>[:：])\s*(?P<rest>.*)$"
)
_LABEL_WITH_NAME = re.compile(
    r"^(?P<label>besluit|actie|actiepunt|aandachtspunt|decision|action|action item)"
    r"(?P<tail>\s+[^:.]{1,60}?)\s*:\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_LABEL_DASH = re.compile(
    r"^(?P<label>besluit|actie|actiepunt|aandachtspunt|decision|action)\s+[–—-]\s+(?P<rest>\S.*)$",
    re.IGNORECASE,
)


def label(text: str) -> tuple[str, str, str] | None:
    """Split *Aanwezig: Anna, Bea* into the label's meaning, its own words and the rest."""
    if match := _LABEL.match(text):
        words = re.sub(r"\s+", " ", match["label"]).strip().lower()
        whole = re.sub(r"\s+", " ", match["label"] + match["tail"]).strip().lower()
        if name := LABEL_OF.get(whole) or LABEL_OF.get(words):
            return name, text[: match.end("colon")].strip(), match["rest"].strip()
    if match := _LABEL_WITH_NAME.match(text) or _LABEL_DASH.match(text):
        name = LABEL_OF[match["label"].lower()]
        head = text[: match.start("rest")].strip(" –—-")
        return name, head, match["rest"].strip()
    return None


def is_label(text: str) -> bool:
    return label(text) is not None


def heading_label(text: str) -> str | None:
    """The meaning of a heading that is such a word by itself: *Aanwezig*, *Actiepunten:*."""
    return LABEL_OF.get(text.strip().rstrip(":").strip().lower())


_COURTESY = re.compile(r"(?:dhr|mw|mevr|drs|dr|ir|ing|mr|prof|de heer|mevrouw)\b", re.IGNORECASE)


def starts_low(text: str) -> bool:
    """Begins with a small letter, as a sentence that runs on does; *mw. De Wit* does not."""
    return bool(text) and text[0].islower() and not _COURTESY.match(text)


_DUTCH = re.compile(
    r"\b(?:de|het|een|van|en|werd|zijn|voor|aan|niet|naar|door|wordt|op|uur|verslag|werksessie|"
    r"stuurgroep|aanwezig|datum|vergadering|notulen|besluit|actie)\b"
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|were|for|with|to|not|by|will|has|have|at|a|meeting|minutes|session|steering|"
    r"present|apologies|decision|action)\b"
)


def language(text: str) -> str:
    """``nl`` or ``en``, by the small words."""
    low = text.lower()
    return "en" if len(_ENGLISH.findall(low)) > len(_DUTCH.findall(low)) else "nl"


_VERB = re.compile(
    r"\b(?:is|was|zijn|waren|heeft|hebben|had|wordt|worden|werd|werden|kan|moet|moeten|"
    r"gaat|sluit|opent|"
    r"komt|kwam|kwamen|vraagt|meldt|geeft|neemt|are|were|has|have|will|opens|opened|"
    r"closed|closes|asked|"
    r"gaf|gaven|nam|vertelt|vertelde|licht|bedankt|stelt|stelde|zal|zullen|vindt|vond|"
    r"vonden|asks|said|must)\b",
    re.IGNORECASE,
)


_CLOSING = re.compile(
    r"^(?:aldus|getekend|ondertekend|vastgesteld|signed|approved|met (?:vriendelijke|"
    r"hartelijke) groet|"
    r"hoogachtend|kind regards|best regards|groeten?|geachte|beste|dear)\b",
    re.IGNORECASE,
)


def like_heading(text: str) -> bool:
    """Short, starts with a capital, ends without a full stop and tells nothing."""
    if text.endswith("?") and len(text.split()) <= 8 and text[0].isupper():
        return True
    return (
        2 <= len(text) <= 90
        and len(text.split()) <= 14
        and text[-1] not in ".,;!:…"
        and (text[0].isupper() or text[0].isdigit() or text[0] in "“\"‘'")
        and any(character.isalpha() for character in text)
        and not _VERB.search(text)
        and not _CLOSING.match(text)
        and "@" not in text
        and "www." not in text
    )


ROLE = re.compile(
    r"^(?:(?:vice-?|plv\.?\s|plaatsvervangend\s|waarnemend\s|technisch\s|senior\s|"
    r"junior\s|deputy\s|"
    r"interim[ -]|associate\s|assistant\s|algemeen\s|regionaal\s|strategisch\s|project-|co-)*)"
    r"(?:[\w-]*(?:voorzitter|secretaris|notuliste?|leider|leidster|manager|directeur|"
    r"directrice|docente?|"
    r"lector|practor|co[oö]rdinator|adviseur|adviseuse|onderzoeker|medewerker|"
    r"medewerkster|bestuurder|"
    r"kwartiermaker|hoogleraar|wethouder|gedeputeerde|decaan|ondernemer|eigenaar|"
    r"opleider|student|studente|"
    r"stagiaire?|trainer|instructeur|ambtenaar|teamlead|verslaggever|verslaglegging|"
    r"laborante?|analiste?|"
    r"specialist|ontwikkelaar|ontwerper|engineer|consultant|recruiter|begeleider|lid|"
    r"gastheer|gastvrouw|"
    r"penningmeester|rector|dagvoorzitter|toehoorder|notulen|verslag)"
    r"|ceo|cto|cso|cfo|coo|hrm?|founder|co-founder|oprichter|oprichtster|chair(?:man|"
    r"woman|person)?|"
    r"secretary|minutes|head|teacher|lecturer|professor|prof|director|researcher|advis[eo]r|"
    r"project leader|programme manager|program manager|dean|officer|policy officer|owner|member|"
    r"president|principal|scientist|developer|lead|team lead|practitioner|programme director|"
    r"vice president|student|hoofd|spreker|speaker|inleider|gastspreker|guest)\b",
    re.IGNORECASE,
)
ORGANISATION = re.compile(
    r"\b(?:hogeschool|universiteit|university|university of|college|school|roc|mbo\w*|hbo|gemeente|"
    r"provincie|ministerie|stichting|vereniging|ondernemersvereniging|brancheorganisatie|instituut|"
    r"institute|foundation|centrum|centre|center|b\.?v\.?|n\.?v\.?|inc|ltd|gmbh|umc|"
    r"lumc|ziekenhuis|hospital|"
    r"campus|park|academie|academy|group|groep|lab|labs|bank|kamer van koophandel|"
    r"municipality|province|"
    r"association|company|biotech|pharma|technologies|solutions|biologics)\b|(?:bv|"
    r"college|umc|hogeschool)\b",
    re.IGNORECASE,
)
TITLES = (
    r"(?:(?:de heer|dhr\.?|mevrouw|mevr\.?|mw\.?|drs\.?|dr\.?|ir\.?|ing\.?|mr\.?|mrs\.?|"
    r"ms\.?|prof\.?|prof\.dr\.)\s+)*"
)
PARTICLE = r"(?:van|de|der|den|het|'t|’t|ten|ter|te|von|di|da|del|la|le|el|al|bin|ben|op|in|d['’])"
_CAPITAL = r"(?:(?:[dDlLOo]['’])?[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’]*(?:-[A-ZÀ-ÖØ-Þ]?[\w'’]+)*\.?(?:[A-Z]\.)*)"
NAME = rf"{TITLES}{_CAPITAL}(?:\s+(?:{PARTICLE}\s+)*{_CAPITAL}){{1,4}}"
SHORT_NAME = rf"{TITLES}{_CAPITAL}(?:\s+(?:{PARTICLE}\s+)*{_CAPITAL}){{0,4}}"
FULL_NAME = re.compile(rf"^{NAME}$")
ANY_NAME = re.compile(rf"^{SHORT_NAME}$")
_PERSON = re.compile(rf"^{SHORT_NAME}\s*(?:$|[,(:;–—/-])")


_SECTION = re.compile(
    r"^(?:agenda|programma|programme|verslag|notulen|minutes|opening|welkom|welcome|inleiding|"
    r"introduction|mededelingen|rondvraag|sluiting|begroting|financiën|besluiten|acties|actielijst|"
    r"vervolg|planning|voortgang|discussie|discussion|bijlagen?|samenvatting|summary|naam|name|"
    r"ondertekening|afspraken|conclusies?|resultaten|stand van zaken)\b",
    re.IGNORECASE,
)


def like_person(text: str) -> bool:
    """A line that begins with a name and goes on with a role or an organisation, or ends."""
    return bool(_PERSON.match(text)) and not _SECTION.match(text) and len(text) < 160


def tells(text: str) -> bool:
    """A sentence with a verb in it, rather than a heading or a line of facts."""
    return bool(_VERB.search(text))


KIND_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?P<noun>{words})\b", re.IGNORECASE))
    for kind, words in (
        (
            "small_circle",
            r"(?:en|in) petit comit[eé]|(?:in )?(?:een )?kleine kring|"
            r"(?:in )?klein comit[eé]|small circle",
        ),
        (
            "steering_group",
            r"stuurgroep(?:s?(?:vergadering|overleg|bijeenkomst|sessie|"
            r"meeting)(?:en)?)?|stuurgroepen|"
            r"steering (?:group|committee|board)s?",
        ),
        (
            "conference",
            r"(?:werk|slot|start)?conferenties?|(?:work(?:ing)? )?conferences?|"
            r"symposi(?:um|a)|congres(?:sen)?",
        ),
        (
            "work_session",
            r"werksessies?|werkbijeenkomst(?:en)?|work(?:ing)?[ -]?sessions?|workshops?|"
            r"deelsessies?|sessies?|sessions?",
        ),
        (
            "",
            r"vergadering(?:en)?|bijeenkomst(?:en)?|overleg(?:gen)?|meetings?|werkgroep(?:en)?|"
            r"working groups?|projectgroep(?:en)?|klankbordgroep(?:en)?|"
            r"kerngroep(?:en)?|(?:project|werkgroep|team|regie|lijn)overleg",
        ),
    )
)
PLURAL = re.compile(
    r"\b(?:werksessies|sessies|bijeenkomsten|vergaderingen|overleggen|conferenties|"
    r"meetings|sessions|workshops|conferences|"
    r"werkbijeenkomsten)\b",
    re.IGNORECASE,
)
REPORT_WORDS = (
    r"(?:(?:concept|eind|kort |beknopt |beknopte |definitieve? |draft |short )?-?"
    r"(?:gespreks|vergader)?(?:verslag(?:en)?|notulen|minutes|report|impressie|"
    r"besluitenlijst|aantekeningen|notes))"
)
REPORT = re.compile(rf"\b{REPORT_WORDS}\b", re.IGNORECASE)
REPORT_HEAD = re.compile(
    rf"^\W*(?:concept\W+|draft\W+)?{REPORT_WORDS}\b\W*"
    r"(?:(?:van|of|de|het|een|the|a|an|over|from|on)\b\s*)*[:–—-]?\s*",
    re.IGNORECASE,
)
FILLER = re.compile(
    rf"^(?:\W|\d+e?\b|\b(?:{REPORT_WORDS}|concept|draft|van|of|de|het|een|the|a|an|our|"
    rf"onze|online|digitale?|fysieke|"
    r"gezamenlijke|gecombineerde|hybride|extra|ingelaste|eerste|tweede|derde|vierde|"
    r"vijfde|zesde|\d+(?:e|de|ste|st|nd|rd|th)|"
    r"first|second|third|fourth|fifth|sixth|joint|hybrid)\b)*$",
    re.IGNORECASE,
)
NO_MEETING = re.compile(
    r"\b(?:vorige|vorig|volgende?|previous|next|goedkeur\w*|vaststell\w*|approv\w*|"
    r"acties?|actiepunten|actielijst|besluiten|"
    r"taken|rol|samenstelling|route|agenda|terugkoppeling|planning|gerelateerd\w*|"
    r"related|voorbereiding|leden|rooster|"
    r"besluitenlijst (?:vorige|van de vorige)|mandaat|tasks|role|members|action|"
    r"decisions|opbrengst\w*|aandachtspunten|"
    r"programma|inschrijv\w*|aanmeld\w*|upcoming|aankomende|komende|data)\b",
    re.IGNORECASE,
)


def find_kind(text: str) -> tuple[str, re.Match[str]] | None:
    """The kind of meeting a text names (empty for a bare *vergadering*), and where."""
    for kind, pattern in KIND_WORDS:
        if match := pattern.search(text):
            return kind, match
    return None


def meeting_word(text: str) -> bool:
    return bool(find_kind(text) or REPORT.search(text))


def singular(noun: str) -> str:
    """*Werksessies* held together become *werksessie* each."""
    if not PLURAL.fullmatch(noun):
        return noun
    low = noun.lower()
    if low.endswith("overleggen"):
        return noun[:-3]
    return noun[:-2] if low.endswith("en") else noun[:-1]
