"""The words of reports, Dutch and English: labels, roles, kinds of meeting, cues."""

import re

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
