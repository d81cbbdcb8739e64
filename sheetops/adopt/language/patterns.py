"""Headings of which one word says what they hold: "Projektbeginn", "Date file opened".

They are asked only where no name of a heading fits whole; the values below must fit all the same.
A line is what the heading must say, and words with which it says something else.
"""

from __future__ import annotations

import re

from sheetops.adopt.language.headings import plain

LIKELY = 0.82
"""A word says less than a whole name that is likely, and more than enough."""

_START = (
    r"start\w*|beg[ia]n\w*|\w*beginn|\w+start|opened|enrol\w*|joined|debut|demarrage|"
    r"inicio|alta|inizio|comienzo|ingreso|eintritt\w*|aufnahme\w*|begindatum|rozpocz\w+|"
    r"angemeldet|anmeld\w+|aanmeld\w+|inscription|inscripcion|iscrizione|inscricao|inschrijving|"
    r"since|seit|depuis|desde|sedan|siden|kicked off|aloitus\w*|zahajen\w*|ouverture|eroffnung\w*|apertura|abertura|entree|adesione|adesao|"
    r"matricula|matricule|signup|\w*eintritt|vertragsstart"
)
_OTHER = (
    r"call|meeting|form|mail|email|complete\w*|session|survey|gesprach\w*|termin|checklist\w*|"
    r"pack\w*|paket|kit|done|sent|status|fee|location|ort|notes?|appel|reunion|llamada|chiamata|"
    r"bis|until|end\w*|fin|fine|fim|ready|paid|signed|next|letzte\w*|last|birth|geburt\w*"
)
_OWNER = (
    r"owner|manager\w*|responsib\w+|responsable\w*|betreuer\w*|\w*berater\w*|assigned|assignee|"
    r"zustandig\w*|verantwortlich\w*|\w*consultant|coach|advis[eo]r|teacher|attorney|asesora?|"
    r"gestora?|responsabile|referente|verantwoordelijke|sachbearbeiter\w*|encargad[oa]|conseill\w+|"
    r"preparer|instructor|tutor|\w*lehrer\w*|trainer\w*|prowadzacy|handledare|specialist|"
    r"officer|therapist|planner|designer|recruiter|paralegal|broker|producer|nurse|mentor|writer|"
    r"handler|bookkeeper|accountant|solicitor|avocate?|avvocat[oa]|abogad[oa]|advogad[oa]|attorney|"
    r"advisor|stylist|lehrkraft|disponent\w*|sachbearbeit\w+|verwalter\w*|hausverwalter|kanzleimitarbeiter|"
    r"\w*leiter|\w*leiterin|charge|chargee|formateur|formatrice|collaborateur|comptable|contador|"
    r"contadora|doctora?|profesora?|incaricat[oa]|begeleider|adviseur|behandelaar|konsulent|konsult|"
    r"\w*ansvarig|\w*ansvarlig|insegnante|\w*leider|agente?|agents|negociateur|negociatrice|negotiator|"
    r"\w*terapeut[ao]?|\w*therapeut\w*|lektor|medewerker|\w*betreuer\w*|\w*kraft|gestionnaire|"
    r"istruttore|istruttrice|strategist|consultora|mediador\w*|operatric\w*|operatore|instruct\w+|foreman|polier|resp|odpowiedzialn\w+|opiekunk\w+|projektant\w*|coordinat\w+|coordinador\w*|coordenador\w*|koordinator\w*|profe|handlaggare|case ?worker|\w*erzieher\w*|dentist|saksbehandler|radgivare|"
    r"radgiver|docent|maestr[ao]|linguist|editor|representative|rep|technician|inspector|"
    r"\w*kundenbetreu\w+|comercial|commerciale?|vendedora?|verkaufer betreuung|opiekun|prowadzaca|jefe|jefa|lead|leader|who s on it|wer|qui|quien|chi|wie"
)
_OFFER = (
    r"packages?|services?|servicios?|servizio|servizi|servicos?|programm?e?s?|offers?|offres?|\w*leistung|\w*paket|"
    r"courses?|\w*kurs|curso|corso|forfait|formule|\w*pakket|plan|prestation|pacchetto|paquete|pacote|"
    r"practice area|treatment|behandlung|traitement|tratamiento|trattamento|tratamento|therapie|"
    r"formation|formazione|track|retainer|membership|scope|abbonamento|subscription|suscripcion|assinatura|mitgliedschaft|procedure|traject|zajecia|tjanst|ydelse"
)
_SORT = r"type|tipo|typ|soort|rodzaj|kind"
_OF_WORK = (
    rf"(?:\w+ )?\w+ (?:{_SORT})|(?:{_SORT}|art)(?: (?:of|de|di|du|d|do|van|av|der|des))? \w+|"
    r"(?:auftrags|projekt|vertrags|leistungs|mandats|kurs|fall|beratungs|versicherungs)(?:art|typ)"
)
_WHOSE = r"clients?|customers?|kunden?|klant\w*|clientes?|mandant\w*|klient\w*|student|kund|patient"
_CALLED = r"names?|nom|nombre|nome|naam|namn|navn|bezeichnung|full name|vollstandiger name"
_SERVED = (
    r"borrowers?|candidates?|patients?|pacient[ae]s?|pazient[ei]|pacjent\w*|taxpayer|policy ?holder|"
    r"insured|donor|guest|tenants?|mieter|mieterin|locataire|inquilin[oa]|huurder|lokator|kandidat\w*|"
    r"bewerber\w*|candidat[ao]?s?|pupil|learner|trainee|athlete|couples?|brautpaar|investor|buyer|"
    r"seller|kaufer|verkaufer|acheteur|vendeur|comprador\w*|versicherungsnehmer|assure|asegurad[oa]|"
    r"kreditnehmer|emprunteur|bewohner\w*|resident|fahrschuler\w*|cursist\w*|deelnemer\w*|uczen|elev|"
    r"alliev[oa]|alun[oa]s?|alumn[oa]s?|studente?|participante?|mandante|mandantin|coachee|tutee|"
    r"household|beneficiary|leerling|kursant\w*|deltagare|deltager|asiakas|pari|sposi|paar|"
    r"\w*teilnehmer\w*|client e s|client e|cliente s|bruid\w*|koper|verkoper|najemca|assicurato"
)
_NOT_OF_WORK = (
    r"clients?|customers?|kunden?|klant\w*|cliente|payment|pago|zahlung\w*|contact|lead|business|"
    rf"{_SERVED}|{_WHOSE}|owner|"
    r"fee|price|billing|rate|entity|property|company|account|phone|user|source|document\w*|status|meeting|call|blood|file|"
    r"event|location|address|industry|contrat|societe|empresa|azienda|bedrijf|urgency|priority|id|"
    r"visit|request|task|vehicle|house|home|building|pet|step|action|interaction|note"
)
_LINES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Clients": (
        ("Client", rf"(?:{_WHOSE})(?: \w+){{0,2}} (?:{_CALLED})|(?:{_CALLED})(?: \w+){{0,2}} (?:{_WHOSE})", r"first|last|vorname|nachname|company|firma|contact|file"),
        ("Client", rf"(?:(?:{_WHOSE}) (?:e s|s|in|innen))|\w*(?:klant|klient|client|kunden|kund)(?:e?n?)(?:naam|name|namn|navn)|(?:{_WHOSE})(?: (?:or|und|and|et|e|y) \w+)?", r"id|nr|no|since|seit|type|status"),
        ("Client", rf"(?:(?:{_CALLED})(?: (?:of|de|del|di|do|du|der|des|van))?(?: (?:the|la|le|el|l))? )?(?:{_SERVED})(?: (?:{_CALLED}))?", r"co|second|id|nr|no|first|last"),
        ("Client", rf"(?:what is |what s )?your (?:full |complete )?(?:{_CALLED})|(?:{_CALLED})(?: (?:and|und|et|e|y|i|en|och)) (?:{_CALLED}|surname|vorname|prenom|cognome|apellidos)|prenom et nom|vorname(?: und)? (?:nachname|name)|name vorname|nachname vorname|imie i nazwisko", r"company|business"),
        ("Client", rf"\w+ (?:{_CALLED})", r"first|last|family|given|company|business|firm|brand|contact|file|product|course|offer|plan|package|user|domain|bank|owner|manager|staff|employee|coach|team|task|step|partner|spouse|pet|child|event|middle|maiden|nick\w*|parent|referrer|school"),
        ("Email", r".*\b(?:e ?mails?|mail|e postadress\w*|e post\w*|correo|courriel|epost|mailadres\w*)\b.*", r"sent|welcome|done|date|status|opt|alt|alternate|alternative|second|secondary|cc|agent|billing"),
        ("Phone", r".*\b(?:telef\w+|phone|handy\w*|mobil\w*|movil|celular|gsm|cell)\b.*", r"call|date|status"),
        ("Status", r".*\b(?:status|\w+status|statut|estado|stato|situacao|situacion|estatus|stage)\b.*", r"payment|invoice|contract|rechnung\w*|zahlung\w*|paiement|pago|date|tax|step|task|\w*vertrag\w*|email|marital"),
        ("Start date", rf".*\b(?:{_START})\b.*", _OTHER),
        ("Offer", rf".*\b(?:{_OFFER})\b.*", r"payment|pagamento|pago|paiement|zahlung\w*|price|preis|prix|precio|start|date|end|status|address|notes?|sent|agreed|manager|owner|length|level"),
        ("Offer", _OF_WORK, _NOT_OF_WORK),
        ("Owner", rf".*\b(?:{_OWNER})\b.*", r"e ?mail|phone|date|notes?|client|call|fee|meeting|referring|referred|hiring|opposing|company|office|id|tel|type|source"),
        ("Value", r".*\b(?:fees?|price|value|amount|\w*preis|prix|precio|\w*betrag|honorar|importe|prezzo)\b.*", r"paid|date|status|due|sent"),
    ),
    "Steps": (
        ("Client", rf"(?:{_WHOSE})(?: \w+){{0,2}} (?:{_CALLED})|(?:{_CALLED})(?: \w+){{0,2}} (?:{_WHOSE})|(?:{_WHOSE}) (?:projekt|project|account|company|firma)", r"first|last"),
        ("Step", r"was ist zu tun|to be done|what to do|what needs doing|qu y a t il a faire|.*\b(?:task|step|aufgabe\w*|\w*schritt|tache|etape|tarea|paso|attivita|taak|milestone|deliverable|activity|tarefa|zadanie|uppgift|action required|diligencia|adempimento|obowiazek|arende)\b.*", r"no|nr|number|id|status|owner|type|due|date|assigned|notes?|depend\w+|duration|progress"),
        ("Due", r".*\b(?:due|deadline|planned|prevue?|prevista|previsto|geplant\w*|scheduled|expected|eta|plazo|senast|forfald\w*|forfall\w*|fallig\w*|frist|echeance|vencimiento|scadenza|limite|vervaldatum|target|prazo|termin)\b.*", r"status|days|done|actual"),
        ("Done", r".*\b(?:done|delivered|submitted|complet\w+|finish\w*|erledigt\w*|fertig\w*|abgeschlossen|abschluss\w*|termine\w*|realis\w+|hecho|fatto|feito|fait|gjort|wykonan\w+|utfort|udfort|fullfort|slutford|utford|ferdig|klar|hotovo|dokonczen\w*|realizad\w+|held|terminad\w+|finaliz\w+|conclu\w+|gereed|afgerond|actual|reelle|effective|effettiva|efectiva|tatsachlich\w*)\b.*", r"target|plan|planned|geplant\w*|expected|scheduled|start\w*|by|bis|percent|days|due|hours|cost|prevue?|prevista"),
        ("Started", rf".*\b(?:{_START})\b.*", _OTHER),
        ("Owner", rf".*\b(?:{_OWNER})\b.*", r"e ?mail|phone|date|notes?|client|reviewer|company|office"),
    ),
}  # fmt: skip
_PATTERNS = {
    role: tuple((ours, re.compile(yes), re.compile(rf"\b(?:{no})\b")) for ours, yes, no in lines)
    for role, lines in _LINES.items()
}


def said_by_a_word(role: str, said: str) -> dict[str, float]:
    """Our headings that a word of theirs says; `said` is folded."""
    return {
        ours: LIKELY
        for ours, yes, no in _PATTERNS.get(role, ())
        if yes.fullmatch(said) and not no.search(said)
    }


_STATUS = re.compile(r"\b(?:\w*status|statut|estado|stato|estatus|situac\w+|\w+stand|stand|etat)\b")
_WHOLE = re.compile(
    r"\b(?:client\w*|customer|kunden?\w*|cliente|case|matter|file|job|dossier\w*|patient\w*|member|"
    r"account|project|projekt\w*|projet|proyecto|progetto|order|auftrags\w*|mandats\w*|pratica|"
    r"processo|expediente|sprawy|current|overall|general|global|engagement|onboarding)\b"
)


def says_status(text: str) -> bool:
    """Whether a heading says that a status of anything stands below it."""
    return _STATUS.search(plain(text)) is not None


def of_the_whole(text: str) -> bool:
    """Whether a heading of a status names the client or all of the work."""
    return _WHOLE.search(plain(text)) is not None
