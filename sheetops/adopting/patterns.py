"""Headings of which one word says what they hold: "Projektbeginn", "Date file opened".

They are asked only where no name of a heading fits whole; the values below must fit all the same.
"""

from __future__ import annotations

import re

LIKELY = 0.82

_START = (
    r"start\w*|beg[ia]n\w*|\w*beginn|\w+start|opened|enrol\w*|joined|debut|demarrage|"
    r"inicio|alta|inizio|comienzo|ingreso|eintritt\w*|aufnahme\w*|begindatum|rozpocz\w+|"
    r"anmeld\w+|inscription|inscripcion|iscrizione|inscricao|inschrijving|since|seit|depuis|desde"
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
    r"preparer|instructor|tutor|lehrer\w*|trainer\w*|prowadzacy|handledare|specialist"
)
_OFFER = (
    r"packages?|services?|servicios?|servizio|servizi|servicos?|programm?e?s?|offers?|offres?|\w*leistung|\w*paket|"
    r"course|\w*kurs|curso|corso|forfait|formule|pakket|plan|prestation|pacchetto|paquete|pacote|"
    r"matter type|case type"
)
_WHOSE = r"clients?|customers?|kunden?|klant\w*|clientes?|mandant\w*|klient\w*|student|kund|patient"
_CALLED = r"names?|nom|nombre|nome|naam|namn|navn|bezeichnung|full name"
_LINES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Clients": (
        ("Client", rf"(?:{_WHOSE})(?: \w+){{0,2}} (?:{_CALLED})|(?:{_CALLED})(?: \w+){{0,2}} (?:{_WHOSE})", r"first|last|vorname|nachname|company|firma|contact|file"),
        ("Client", rf"\w+ (?:{_CALLED})", r"first|last|family|given|company|business|firm|brand|contact|file|product|course|offer|plan|package|user|domain|bank|owner|manager|staff|employee|coach|team|task|step|partner|spouse|pet|child|event|middle|maiden|nick\w*|parent|referrer|school"),
        ("Email", r".*\b(?:e ?mails?|correo|courriel|epost|mailadres\w*)\b.*", r"sent|welcome|done|date|status|opt"),
        ("Phone", r".*\b(?:telef\w+|phone|handy\w*|mobil\w*|movil|celular|gsm|cell)\b.*", r"call|date|status"),
        ("Status", r".*\b(?:status|\w+status|statut|estado|stato|situacao|situacion|estatus|stage)\b.*", r"payment|invoice|contract|rechnung\w*|zahlung\w*|paiement|pago|date|tax|step|task|\w*vertrag\w*|email|marital"),
        ("Start date", rf".*\b(?:{_START})\b.*", _OTHER),
        ("Offer", rf".*\b(?:{_OFFER})\b.*", r"price|preis|prix|precio|start|date|end|status|address|notes?|sent|agreed|manager|owner|length|level"),
        ("Owner", rf".*\b(?:{_OWNER})\b.*", r"e ?mail|phone|date|notes?|client|call|fee|meeting"),
        ("Value", r".*\b(?:fees?|price|value|amount|\w*preis|prix|precio|\w*betrag|honorar|importe|prezzo)\b.*", r"paid|date|status|due|sent"),
    ),
    "Steps": (
        ("Client", rf"(?:{_WHOSE})(?: \w+){{0,2}} (?:{_CALLED})|(?:{_CALLED})(?: \w+){{0,2}} (?:{_WHOSE})|(?:{_WHOSE}) (?:projekt|project|account|company|firma)", r"first|last"),
        ("Step", r".*\b(?:task|step|aufgabe\w*|\w*schritt|tache|etape|tarea|paso|attivita|taak|milestone|deliverable|activity|tarefa|zadanie|uppgift)\b.*", r"no|nr|number|id|status|owner|type|due|date|assigned|notes?|depend\w+|duration|progress"),
        ("Due", r".*\b(?:due|deadline|fallig\w*|frist|echeance|vencimiento|scadenza|limite|vervaldatum|target|prazo|termin)\b.*", r"status|days|done|actual"),
        ("Done", r".*\b(?:done|complet\w+|finish\w*|erledigt\w*|fertig\w*|abgeschlossen|abschluss\w*|termine\w*|realis\w+|hecho|terminad\w+|finaliz\w+|conclu\w+|gereed|afgerond|actual|reelle|effective|effettiva|efectiva|tatsachlich\w*)\b.*", r"target|planned|geplant\w*|expected|scheduled|start\w*|by|bis|percent|days|due|hours|cost|prevue?|prevista"),
        ("Started", rf".*\b(?:{_START})\b.*", _OTHER),
        ("Owner", rf".*\b(?:{_OWNER})\b.*", r"e ?mail|phone|date|notes?|client"),
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
