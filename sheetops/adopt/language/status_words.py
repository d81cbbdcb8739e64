"""What the words in cells mean: a client's status, and whether a step is done.

Only words that mean one thing are here. "Sent" does not: of a contract that may also be "Signed" it
says that the client has the next move, of a welcome mail that it is done. Such words are settled by
the other words of their column, when a sheet is adopted, and kept with the mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from sheetops.adopt.language.headings import plain
from sheetops.workbook.raw import Value

DONE, OPEN, NOT_NEEDED, CLIENT, TEAM = "done", "open", "not needed", "Client", "Team"
"""What a mark may mean; the last two: open, and it waits on them."""
MEANINGS = (DONE, OPEN, NOT_NEEDED, CLIENT, TEAM)

_UNDONE = re.compile(r"(?:not|not yet|nicht|noch nicht|non|no|nao|niet|nie|ej|ikke|ne) ")
_SHORTEST = 5
"""Letters; a shorter word that changes its end is another word."""
_TICKS = frozenset("✓✔☑✅🗸√")
_CROSSES = frozenset("✗✘❌☒✖×")
_BOXES = frozenset("☐□◻⬜")

_DONE = (
    "done | ok | complete | completed | finished | yes | y | true | signed | paid | received | approved | "
    "delivered | closed | live | granted | confirmed | returned | booked and held | held | "
    "erledigt | fertig | abgeschlossen | ja | unterschrieben | bezahlt | erhalten | eingegangen | "
    "bestatigt | geliefert | freigegeben | unterzeichnet | fait | termine | terminee | oui | "
    "signe | paye | recu | recue | valide | validee | livre | effectue | hecho | completado | "
    "completada | terminado | si | firmado | pagado | recibido | aprobado | entregado | listo | "
    "fatto | completato | completata | finito | firmato | pagato | ricevuto | approvato | "
    "consegnato | feito | concluido | concluida | sim | assinado | pago | recebido | gereed | "
    "klaar | afgerond | voltooid | getekend | betaald | ontvangen | 100% | erl | klart | ferdig | "
    "wykonane | zrobione | tak | faerdig | udfort | utfort | betalt | underskrevet | modtaget | mottatt | signeret | betald | undertecknad | mottagen | valmis | kylla | hotovo | ano | oplacone | podpisane | all done | fully done | terminada | "
    "realizado | realise | udfort | fullfort | slutford | klar | fardig | valmis | hotovo | wystawione | gjort | filed | checked | verified | uploaded | issued and paid | achieved | passed | bestanden | geschickt und bezahlt | zakonczone | sent and signed"
)
_SENT = (
    "sent | invoiced | submitted | in rechnung gestellt | fakturiert | facture | facturado | fatturato | faturado | gefactureerd | gesendet | verschickt | versendet | envoye | envoyee | enviado | enviada | "
    "inviato | inviata | verzonden | verstuurd | wyslane | issued | shared | invited | skickat"
)
_OPEN = (
    "no | n | open | pending | not started | to do | todo | to be done | in progress | ongoing | "
    "started | wip | incomplete | outstanding | false | scheduled | planned | requested | draft | "
    "drafted | overdue | late | delayed | blocked | on hold | upcoming | not yet | not done | "
    "unpaid | not paid | not sent | unsigned | booked | behind | stuck | at risk | missing | "
    "partially | partial | working on it | offen | ausstehend | nicht begonnen | in arbeit | "
    "in bearbeitung | laufend | lauft | geplant | nein | begonnen | noch offen | uberfallig | "
    "angefangen | nicht gestartet | a faire | en cours | non | en attente | pas commence | "
    "non commence | planifie | prevu | a planifier | en retard | pendiente | en curso | "
    "en proceso | no iniciado | sin empezar | por hacer | programado | sin iniciar | retrasado | "
    "da fare | in corso | in attesa | non iniziato | pianificato | pendente | em andamento | "
    "nao iniciado | nao | a fazer | te doen | bezig | nog niet gestart | gepland | nee | "
    "in behandeling | in uitvoering | niet gestart | 0% | w toku | do zrobienia | nie | "
    "pagaende | ej paborjad | nej | nei | ei | i gang | ikke startet | afventer | venter | vantar | ne | kesken | igang | begynt | in review | review | in ritardo | atrasado | em curso | "
    "da completare | aperto | abierto | ouvert | aberto | not begun | doing | backlog"
)
_NOT_NEEDED = (
    "n a | na | not applicable | not needed | not required | skip | skipped | entfallt | "
    "nicht notig | nicht erforderlich | entfallen | non applicable | sans objet | no aplica | "
    "no necesario | non applicabile | nao aplicavel | nao se aplica | n v t | nvt | "
    "niet van toepassing | nie dotyczy | cancelled | canceled | storniert | annule | cancelado | "
    "annullato | geannuleerd"
)
_CLIENT = (
    "waiting on client | waiting for client | awaiting client | with client | client review | "
    "awaiting signature | waiting on signature | waiting for signature | awaiting payment | "
    "wartet auf kunde | warten auf kunde | beim kunden | wartet auf kunden | liegt beim kunden | "
    "en attente client | en attente du client | chez le client | esperando cliente | "
    "esperando al cliente | pendiente cliente | pendiente del cliente | in attesa cliente | "
    "in attesa del cliente | aguardando cliente | wacht op klant | sent to client | "
    "pending client | pending signature | client to action | awaiting documents"
)
_TEAM = (
    "waiting on us | with team | with us | internal review | waiting on team | bei uns | intern | "
    "wartet auf uns | chez nous | en interne | interno | bij ons | waiting on internal"
)
_STATUSES = {
    "Lead": (
        "lead | leads | new lead | hot lead | warm lead | cold lead | prospect | prospective | "
        "interested | enquiry | inquiry | proposal | proposal sent | quoted | discovery | "
        "interessent | interessentin | anfrage | angebot | prospecto | interesado | potencial | "
        "prospetto | interessato | interessado | prospection | negotiation | contacted | qualified"
    ),
    "Active": (
        "active | in progress | ongoing | current | live | onboarding | in onboarding | open | "
        "on track | started | enrolled | delayed | at risk | behind | overdue | stuck | blocked | "
        "aktiv | in arbeit | in bearbeitung | laufend | lauft | im onboarding | actif | active | "
        "en cours | integration | activo | activa | en curso | en proceso | attivo | attiva | "
        "in corso | ativo | ativa | em andamento | em curso | actief | lopend | aktywny | w toku | "
        "pagaende | igang | i gang | lopende |  under way | working | active client | kunde | client | needs attention | "
        "en marcha | abierto | verzogert | en retard | retrasado | in ritardo"
    ),
    "Waiting": (
        "waiting | pending | waiting on client | waiting for client | awaiting client | "
        "not started | new | signed | upcoming | scheduled | awaiting documents | wartend | "
        "wartet | wartet auf kunde | ausstehend | nicht begonnen | neu | geplant | en attente | "
        "nouveau | a demarrer | pendiente | nuevo | nueva | sin iniciar | esperando | in attesa | "
        "nuovo | da iniziare | pendente | novo | aguardando | wachtend | in afwachting | nieuw | "
        "te starten | gepland | oczekuje | nowy | non commence | no iniciado | to start"
    ),
    "Paused": (
        "paused | on hold | hold | pause | pausiert | ruht | zuruckgestellt | en pause | "
        "suspendu | en pausa | pausado | pausada | suspendido | in pausa | sospeso | pausa | "
        "suspenso | em pausa | pausiert bis auf weiteres | auf eis | stand by | standby | gepauzeerd | in de wacht | wstrzymany | pa pause | pausad | pauset | dormant | frozen | pausad"
    ),
    "Finished": (
        "finished | completed | complete | done | closed | graduated | delivered | "
        "abgeschlossen | fertig | beendet | erledigt | termine | cloture | fini | acheve | "
        "finalizado | completado | terminado | cerrado | concluso | completato | finito | chiuso | "
        "concluido | finalizado | encerrado | afgerond | voltooid | klaar | zakonczony | avslutad | afsluttet | avsluttet | terminee | completata | conclusa | concluida | terminada | finalizada | cerrada | cloturee | "
        "alumni | offboarded | won and delivered"
    ),
    "Refunded": "refunded | refund | erstattet | ruckerstattet | rembourse | reembolsado | rimborsato",
    "Do not serve": ("do not serve | blacklist | blacklisted | do not contact | banned | gesperrt"),
}


def _set(line: str) -> frozenset[str]:
    return frozenset(plain(word) for word in line.split("|"))


_WORDS: dict[str, str] = {
    word: meaning
    for meaning, line in (
        (DONE, _DONE), (OPEN, _OPEN), (NOT_NEEDED, _NOT_NEEDED), (CLIENT, _CLIENT), (TEAM, _TEAM),
    )
    for word in _set(line)
}  # fmt: skip
SENT = _set(_SENT)
"""Words that mean done only where their column has nothing stronger."""
_STRONGER = _set(
    "signed | paid | received | returned | approved | confirmed | done | complete | completed | "
    "unterschrieben | unterzeichnet | bezahlt | erhalten | eingegangen | erledigt | freigegeben | "
    "abgeschlossen | signe | paye | recu | valide | fait | termine | firmado | pagado | recibido | "
    "aprobado | hecho | completado | firmato | pagato | ricevuto | approvato | fatto | completato | "
    "assinado | pago | recebido | feito | concluido | getekend | betaald | ontvangen | klaar"
)
STATUS_OF: dict[str, str] = {
    word: status for status, line in _STATUSES.items() for word in _set(line)
}
"""The status of a client that a word means."""


def mark_of(value: Value, words: Mapping[str, str] | None = None) -> str:
    """What a mark means (one of `MEANINGS`), blank for none or for what is not understood.

    `words` are those that were settled for this sheet, by `plain`.
    """
    if isinstance(value, bool):
        return DONE if value else OPEN
    if isinstance(value, date):
        return DONE
    if isinstance(value, int | float):
        return DONE if value == 1 else OPEN if 0 <= value < 1 else ""  # a share of the work
    if isinstance(value, str):
        return _of_text(value, words or {})
    return ""


def _of_text(text: str, words: Mapping[str, str]) -> str:
    said = key(text)
    if said in words:
        return words[said]
    meaning = _WORDS.get(said) or _WORDS.get(_masculine(said))
    if meaning is None and (undone := _UNDONE.match(said)):
        meaning = OPEN if key(said[undone.end() :]) in {*SENT, *_set(_DONE)} else None
    return meaning or _of_sign(text)


def _masculine(said: str) -> str:
    """A word of a Romance language as it stands in the lists: "firmata" and "signées" are said of
    contracts and invoices, "firmato" and "signé" of anything."""
    if len(said) < _SHORTEST:
        return said  # "Ana" is no "ano"
    if said.endswith(("ees", "es", "os", "as")):
        said = said[:-1]
    if said.endswith("ee"):
        return said[:-1]
    return f"{said[:-1]}o" if said.endswith("a") else said


def _of_sign(text: str) -> str:
    """By a sign that the text is, or begins with ("✅ Done")."""
    sign = text.strip().replace("\ufe0f", "")
    if sign[:1] in _TICKS or sign in {"x", "X"}:
        return DONE
    if sign[:1] in _CROSSES or sign[:1] in _BOXES:
        return OPEN
    return ""


def key(text: str) -> str:
    """A word as it is looked up; a sign stands for itself."""
    return plain(text) or text.strip()


def is_understood(value: Value) -> bool:
    """Whether a cell could be the mark of a step."""
    if isinstance(value, str) and key(value) in SENT:
        return True
    return bool(mark_of(value))


def settled(column: Iterable[Value]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """What the words of one column mean, and those that a person must settle, with what they may
    mean."""
    texts = {key(v): v for v in column if isinstance(v, str) and v.strip()}
    known: dict[str, str] = {}
    asked: dict[str, tuple[str, ...]] = {}
    stronger = bool(_STRONGER & texts.keys())
    ticks = any(set(text) & _TICKS for text in texts.values())
    for word, text in texts.items():
        if word in SENT:
            known[word] = CLIENT if stronger else DONE
        elif word == "x" and ticks:  # where ✓ is yes, x may be no
            asked[word] = (DONE, OPEN)
        elif meaning := mark_of(text):
            known[word] = meaning
        else:
            asked[word] = MEANINGS
    return known, asked


def status_of(text: str, words: Mapping[str, str] | None = None) -> str:
    """The client's status that a word means, blank if nobody knows."""
    said = re.sub(r"^\d+ ", "", key(text))  # "3 - Active"
    return (words or {}).get(said) or (words or {}).get(key(text)) or STATUS_OF.get(said, "")
