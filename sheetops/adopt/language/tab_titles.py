"""What tabs are called, and columns of dates or marks that are no steps, in several languages."""

from __future__ import annotations

from sheetops.adopt.language.headings import plain
from sheetops.workbook.contract import BY_NAME

_TITLES: dict[str, str] = {
    "Clients": (
        "clients | client | customers | client list | client tracker | client database | crm | "
        "client onboarding | onboarding tracker | onboarding | kunden | kundenliste | klienten | "
        "mandanten | kundenubersicht | liste clients | suivi clients | fichier clients | clientes | "
        "lista de clientes | seguimiento de clientes | clienti | elenco clienti | klanten | "
        "klantenlijst | students | teilnehmer | active clients | master list | kunder | klienci"
    ),
    "Steps": (
        "steps | tasks | task list | client steps | client tasks | project tasks | to do | todo | "
        "to dos | aufgaben | aufgabenliste | schritte | taches | etapes | tareas | pasos | "
        "attivita | passi | tarefas | taken | stappen | action items | task tracker | activities | "
        "onboarding tasks | uppgifter | zadania | suivi des taches"
    ),
    "Offers": (
        "offers | packages | services | pakete | angebote | leistungen | offres | forfaits | "
        "prestations | paquetes | servicios | pacchetti | servizi | pakketten | diensten | "
        "price list | preisliste | programs | tarifs | servicos"
    ),
    "Offer steps": (
        "offer steps | process | our process | onboarding process | checklist template | sop | "
        "sops | workflow | ablauf | prozess | processus | proceso | processo | path | procedures | "
        "template | stages | sop steps"
    ),
    "Team": (
        "team | staff | people | team members | mitarbeiter | equipe | equipo | personal | "
        "personale | squadra | medewerkers | employees | resources | zespol"
    ),
    "Notes": (
        "notes | client notes | call log | calls | contact log | communication log | meeting notes | "
        "notizen | gesprachsnotizen | journal | notas | note | interaction log | kontaktprotokoll"
    ),
    "Time off": (
        "time off | absences | holidays | vacation | urlaub | abwesenheit | conges | absences equipe | "
        "vacaciones | ferie | ferias | vakantie | leave | pto"
    ),
}

_NOT_STEPS = (
    "birthday | date of birth | dob | geburtstag | geburtsdatum | anniversaire | date de naissance | "
    "cumpleanos | fecha de nacimiento | renewal | renewal date | contract end | contract end date | "
    "verlangerung | renouvellement | renovacion | rinnovo | last update | last updated | updated | "
    "updated on | last modified | next meeting | next call | next contact | next follow up | "
    "follow up date | next step date | next action date | next action due date | naechster termin | "
    "nachster termin | nachster kontakt | prochain rdv | prochain contact | proxima cita | "
    "proximo contacto | prossimo contatto | vip | newsletter | gdpr | dsgvo | rgpd | recurring | "
    "priority | prioritat | priorite | prioridad | priorita | health | health score | gender | "
    "country | land | pays | pais | city | ort | ville | ciudad | last activity | letzte aktivitat | "
    "ultima actividad | last meeting | last session | vertragsende | fin de contrat | fin contrat | "
    "stand | aktualisiert | zuletzt aktualisiert | mis a jour | payment method | zahlungsart | "
    "source | quelle | lead source | archived | active | aktiv | nps | next session | tags | "
    "timezone | time zone | language | sprache | langue | idioma | end date | expiry date | "
    "expires | checked at | due by | flag | why | waiting on | current step | days waiting | kundigung | kundigungsfrist | referral | refund | refunded | discount | next review"
)

TITLES: dict[str, tuple[str, ...]] = {
    role: tuple(
        dict.fromkeys(
            plain(text)
            for text in (tab.name, *tab.aliases, *_TITLES.get(role, "").split("|"))
            if text.strip()
        )
    )
    for role, tab in BY_NAME.items()
}
"""What tabs of each role are called."""
NOT_STEPS = frozenset(plain(text) for text in _NOT_STEPS.split("|"))
"""Columns of dates or marks that are no step of the work."""
