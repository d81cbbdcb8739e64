"""The names of our headings in sheets that nobody made for us, in several languages.

Each line is one of our headings: names that say it, then `~` names that say it where nothing says
it better, then `?` names that only make it a candidate to be asked about.
"""

from __future__ import annotations

_CLIENT = (
    "client | client name | customer | customer name | client full name | kunde | kundin | "
    "kundenname | name des kunden | klient | klientin | klientenname | mandant | mandantenname | "
    "auftraggeber | nom du client | nom client | cliente | nombre del cliente | nombre cliente | "
    "nombre de cliente | nome cliente | nome del cliente | nome do cliente | klant | klantnaam | "
    "student | student name | teilnehmer | teilnehmerin | schuler | eleve | stagiaire | alumno | "
    "coachee | applicant | applicant name | claimant | tenant name | guardian | kund | kundnamn | kundenavn | klient imie i nazwisko | nazwa klienta | patient | "
    "client company | client business | client organisation | kunde firma | client account | "
    "client or company | company client | alumno a | cliente empresa | ragione sociale cliente "
    "~ full name | name | nom | nombre | nome | naam | namn | navn | nom complet | "
    "nombre completo | nome completo | nome e cognome | nom et prenom | nom prenom | "
    "nombre y apellidos | vor und nachname | vollstandiger name | account name | account | "
    "company | company name | firma | firmenname | unternehmen | entreprise | societe | "
    "raison sociale | empresa | azienda | ragione sociale | bedrijf | bedrijfsnaam | "
    "organisation | organization | business name | business | brand | participant | member | "
    "member name | participant name | couple | family | project | project name | projekt | "
    "projektname | projet | proyecto | progetto | projeto | foretag | virksomhed "
    "? contact | contact name | contact person | ansprechpartner | lead name | prospect | who"
)
_OWNER = (
    "owner | account manager | account owner | client owner | client manager | responsible | "
    "responsible person | assigned to | assignee | assigned | coach | consultant | csm | "
    "customer success manager | team member | project manager | advisor | adviser | handled by | "
    "rep | sales rep | bookkeeper | trainer | tutor | teacher | task owner | relationship manager | "
    "verantwortlich | verantwortliche | verantwortlicher | verantwortliche person | zustandig | "
    "zustandige person | betreuer | betreuerin | berater | beraterin | bearbeiter | betreut von | "
    "responsable | charge de clientele | conseiller | referent | suivi par | attribue a | "
    "assigne a | asesor | encargado | gestor | asignado a | persona responsable | responsabile | "
    "referente | consulente | assegnato a | responsavel | atribuido a | verantwoordelijke | "
    "toegewezen aan | accountmanager | consulent | ansvarig | ansvarlig | opiekun | "
    "osoba odpowiedzialna | account exec | account executive | lead consultant | profesor | "
    "formateur | coach assigned | assigned coach | owned by | attorney | lawyer | anwalt | avocat "
    "~ pm | manager | lead | who | wer | qui | quien | chi | wie | staff | person | am | by | "
    "mitarbeiter | salesperson | contact at us"
)
_START = (
    "start date | start | started | started on | date started | begin | begin date | begin on | "
    "starting date | beginning | onboarded | project start | project start date | "
    "contract start | contract start date | program start | programme start | onboarding start | "
    "onboarding start date | engagement start | date joined | joined | join date | "
    "client since | customer since | member since | startdatum | start datum | beginn | "
    "beginnt am | start am | gestartet | gestartet am | vertragsbeginn | projektstart | "
    "projektbeginn | kunde seit | mandant seit | date de debut | debut | date debut | "
    "demarrage | date de demarrage | date d entree | debut du contrat | client depuis | "
    "debut de mission | fecha de inicio | inicio | fecha inicio | fecha de alta | "
    "fecha de comienzo | cliente desde | comienzo | data di inizio | data inizio | inizio | "
    "cliente dal | data de inicio | data inicio | inicio em | begindatum | begin datum | "
    "ingangsdatum | klant sinds | gestart op | data rozpoczecia | rozpoczecie | startdato | "
    "startdatum kund | actual start | entree en relation | date d entree en relation | "
    "matricula | fecha de matricula | signed up on | mandatsbeginn | data adesione | "
    "data di adesione | data de adesao | aangemeld op | intakedatum | kursbeginn | "
    "betreuungsbeginn | auftragsbeginn | client start date | date engaged | engaged on | "
    "first day | onboarding datum | data de entrada | fecha de entrada | "
    "date de demarrage mission "
    "~ registered | appointed | iscritto dal | empezo el | kickoff date | kick off date | date de lancement mission | opened | date opened | "
    "open date | opened on | intake date | eroffnet am | date d ouverture | fecha de apertura | "
    "data apertura | date added | onboarding date | date onboarded | date of onboarding | "
    "signup date | sign up date | sign up | enrolled | enrolled on | enrollment date | "
    "enrolment date | date enrolled | registration date | registered on | anmeldung | "
    "anmeldedatum | inscription | date d inscription | fecha de inscripcion | data iscrizione | "
    "since | seit | depuis | planned start | aufnahme | aufnahmedatum | eintritt | "
    "eintrittsdatum | fecha de ingreso | data di ingresso | inschrijfdatum | onboarding began | "
    "date signed up | auftragseingang | data acquisizione | fecha de captacion | booked on | "
    "date booked | booking date | gebucht am | buchungsdatum | fecha de contratacion | "
    "data contrattualizzazione "
    "? date | datum | fecha | data | dato | contract date | contract signed | signed | "
    "signed on | date signed | vertragsdatum | vertrag vom | created | date created | "
    "created on | created at | kickoff | kick off | kickoff date | first session | added | "
    "added on | entry date | angelegt | angelegt am | date du contrat | fecha de contrato | "
    "fecha de firma | data contratto | date de signature | vertragsunterzeichnung "
)
_STATUS = (
    "status | client status | customer status | account status | project status | kundenstatus | "
    "status kunde | projektstatus | statut | statut client | statut du client | etat | "
    "etat du dossier | estado | estado del cliente | estatus | situacion | stato | stato cliente | "
    "situacao | estado do cliente | status klant | klantstatus | current status | overall status "
    "~ stage | state | client stage | deal stage | sales stage | customer stage | "
    "kundenphase | phase | fase cliente | lifecycle | lifecycle stage | pipeline stage | zustand | "
    "stand | bearbeitungsstand | etapa | onboarding status | engagement status | fase | "
    "etape du client ? progress | situation"
)
_DUE = (
    "due | due date | due by | due on | deadline | target date | needed by | fallig | fallig am | "
    "falligkeit | falligkeitsdatum | frist | bis | bis wann | zu erledigen bis | echeance | "
    "date d echeance | date limite | pour le | a faire pour le | vencimiento | fecha limite | "
    "fecha de vencimiento | fecha de entrega | scadenza | data di scadenza | data scadenza | "
    "entro il | prazo | vencimento | data limite | data de vencimento | vervaldatum | "
    "uiterlijk | uiterste datum | termin realizacji | forfallodatum | forfallsdato | "
    "planned finish | planned end | planned end date | scheduled end | target completion "
    "~ end date | end | finish | enddatum | ende | date de fin | fin | fecha fin | fecha de fin | "
    "data fine | data di fine | data fim | einddatum | termin | target | plan | soll | limite"
)
_DONE = (
    "done | done on | done date | completed | completed on | date completed | completion date | "
    "date done | actual end | actual finish | actual end date | actual completion | finished | "
    "finished on | date finished | complete | erledigt | erledigt am | fertig | fertig am | "
    "abgeschlossen | abgeschlossen am | fait | fait le | termine | termine le | realise | "
    "realise le | date de realisation | hecho | completado | completado el | terminado | "
    "fecha de finalizacion | fecha de realizacion | finalizado | realizado | fatto | completato | "
    "completato il | completata il | svolto il | feito | concluido | concluido em | "
    "data de conclusao | gereed | gereed op | klaar | afgerond | afgerond op | voltooid | "
    "wykonano | klart | fardig | ferdig | ist | fecha real | closed on | date closed | closed "
    "~ check | checked | checkbox | erl | ok | tick | complete y n | done y n"
)
_STATUS_OF_STEP = (
    "status | task status | step status | state | progress | % complete | statut | etat | avancement | estado | estatus | situacion | progreso | "
    "stato | stato attivita | situacao | fortschritt | bearbeitungsstand | stand | zustand | "
    "aufgabenstatus | status zadania | voortgang"
)
_STEP = (
    "step | task | activity | task name | step name | action item | to do | todo | task title | "
    "aufgabe | aufgaben | schritt | tatigkeit | massnahme | arbeitsschritt | arbeitspaket | "
    "vorgang | tache | taches | etape | tarea | paso | actividad | attivita | compito | "
    "passaggio | passo | tarefa | atividade | taak | stap | activiteit | milestone | deliverable | "
    "meilenstein | jalon | hito | checklist item | work item | process step | zadanie | krok | "
    "uppgift | steg | opgave | oppgave | livrable | entregable | consegna | was | what | to do item | "
    "tramite | tramites | gestion | pratica | formalite | demarche | handling | atgard | arende | "
    "onboarding step | onboarding task | que hacer | cosa fare | actie "
    "~ action | item | task description | description of task | etapa | activities | job | "
    "? description | beschreibung | descripcion | descrizione | phase | subject | title"
)
_EMAIL = (
    "email | e mail | email address | e mail address | mail | mail address | mailadresse | "
    "e mail adresse | emailadresse | e mailadresse | kontakt email | kontakt e mail | "
    "contact email | client email | primary email | main email | courriel | adresse e mail | "
    "adresse email | adresse mail | mel | correo | correo electronico | correo e | "
    "direccion de correo | email de contacto | posta elettronica | indirizzo email | "
    "indirizzo e mail | endereco de email | e mailadres | emailadres | epost | e post | "
    "adres e mail | business email | work email ~ email phone | e mail telefon | "
    "e mail phone | email and phone | contact details | contact info | kontaktdaten | kontakt | "
    "coordonnees | datos de contacto | contacto | contatti | contactgegevens | contact | "
    "email telefon | email tel | mail tel | e mail tel"
)
_NOTES = (
    "notes | note | comments | comment | remarks | remark | additional notes | client notes | "
    "notizen | notiz | bemerkung | bemerkungen | kommentar | kommentare | anmerkung | anmerkungen | "
    "remarques | remarque | commentaires | commentaire | notas | nota | observaciones | "
    "comentarios | osservazioni | commenti | observacoes | opmerkingen | opmerking | notities | "
    "uwagi | anteckningar | noter | merknader"
)
_OFFER = (
    "offer | package | service | services | program | programme | offering | service package | "
    "coaching package | package type | service type | services purchased | service purchased | "
    "program name | paket | angebot | leistung | dienstleistung | programm | gebuchtes paket | "
    "gebuchte leistung | offre | forfait | formule | prestation | prestations | programme suivi | "
    "paquete | servicio | servicio contratado | plan contratado | programa | oferta | pacchetto | "
    "servizio | percorso | programma | pacote | servico | pakket | dienst | tjanst | pakke | "
    "pakiet | usluga | ydelse | tjeneste | palvelu | prestazione |  mission | mandat | parcours | accompagnement | type de mission | traject | "
    "trajecten | abonnement | auftrag | auftragsart | projektart | projekttyp | leistungspaket | "
    "vertragsart | abo | percorso scelto | tipo de servicio | tipo di servizio | tipo de servico | "
    "coaching type | type of coaching | practice area | scope | bundle | "
    "arrangement | plano | plano contratado | pack | modalidad | package purchased | engagement type | program enrolled | formation "
    "~ product | plan | course | course name | produkt | kurs | kurs paket | tarif | cours | "
    "curso | corso | cursus | tier | membership | level | project type | type of service | "
    "service level | matter type | case type | membership type | leistungsart | produkt paket "
    "? type | art | categoria | category | engagement | kategorie"
)
_PHONE = (
    "phone | telephone | phone number | telephone number | mobile | mobile number | cell | "
    "cell phone | tel | tel no | telefon | telefonnummer | telefon nr | handy | handynummer | "
    "mobil | mobilnummer | rufnummer | telephone portable | portable | no de telephone | "
    "numero de telephone | telefono | movil | celular | numero de telefono | cellulare | "
    "telemovel | telefone | telefoon | telefoonnummer | gsm | whatsapp | contact number | "
    "contact phone | client phone | tlf"
)
_NAME = "name | team member | staff member | staff | employee | employee name | mitarbeiter | "
_TEAM_NAME = _NAME + (
    "mitarbeiterin | mitarbeitende | nom | collaborateur | nombre | empleado | nome | "
    "collaboratore | dipendente | colaborador | naam | medewerker | person | coach | consultant | "
    "teammitglied | member | berater | team | equipa | equipe | equipo | squadra | zespol ~ who | wer | owner | full name"
)

LINES: dict[str, dict[str, str]] = {
    "Clients": {
        "Client ID": (
            "client id | customer id | client no | client number | client code | customer no | "
            "customer number | account number | kundennummer | kunden nr | kundennr | kunden id | "
            "kd nr | mandantennummer | mandanten nr | no client | numero client | id client | "
            "code client | ref client | id cliente | codigo cliente | codigo de cliente | "
            "numero de cliente | codice cliente | klantnummer | klant id | student id | id klienta "
            "~ id ? ref | reference | code | key | nr | no"
        ),
        "Client": _CLIENT,
        "First name": (
            "first name | firstname | given name | forename | vorname | rufname | prenom | "
            "nombre de pila | primer nombre | nome proprio | primeiro nome | voornaam | imie | "
            "fornamn | fornavn | preferred name | client first name | client first ~ first | given"
        ),
        "Last name": (
            "last name | lastname | surname | family name | nachname | familienname | "
            "nom de famille | apellido | apellidos | cognome | sobrenome | apelido | achternaam | "
            "nazwisko | efternamn | efternavn | client last name | client last ~ last | family"
        ),
        "Email": _EMAIL,
        "Phone": _PHONE,
        "Company": (
            "company | company name | firma | firmenname | unternehmen | entreprise | societe | "
            "empresa | azienda | bedrijf | bedrijfsnaam | organisation | organization | "
            "business name | business | organisme"
        ),
        "Offer": _OFFER,
        "Owner": _OWNER,
        "Status": _STATUS,
        "Start date": _START,
        "Finished on": (
            "finished on | finish date | finished | completed on | date completed | "
            "completion date | closed on | date closed | offboarded | offboarded on | "
            "abgeschlossen am | beendet am | beendet | termine le | fecha de finalizacion | "
            "finalizado | concluso il | concluido em | afgerond op | date finished ~ end date | "
            "enddatum | ende | vertragsende | date de fin | fin | fecha de fin | fecha fin | "
            "data fine | data di fine | data fim | einddatum | program end | end"
        ),
        "Promised by": (
            "promised by | promise date | deadline | target date | target completion | go live | "
            "go live date | launch date | target launch | delivery date | expected end | "
            "estimated completion | expected completion | project deadline | zieldatum | "
            "liefertermin | fertigstellung bis | frist | date limite | date de livraison | "
            "livraison | fecha limite | fecha de entrega | data di consegna | scadenza | prazo | "
            "opleverdatum | eta ~ due date | due | falligkeit | fallig am | echeance"
        ),
        "Value": (
            "value | contract value | deal value | amount | fee | fees | price | package price | "
            "total fee | contract amount | revenue | wert | betrag | preis | honorar | "
            "auftragswert | umsatz | montant | prix | valeur | honoraires | importe | precio | "
            "valor | monto | importo | prezzo | valore | bedrag | prijs | preco | kwota | "
            "monthly fee | retainer | budget | mrr | investment | total price"
        ),
        "Last contact": (
            "last contact | last contacted | last contact date | last touch | last touchpoint | "
            "last check in | letzter kontakt | dernier contact | date du dernier contact | "
            "ultimo contacto | ultimo contatto | laatste contact | last spoke | ostatni kontakt"
        ),
        "Referred by": (
            "referred by | referrer | referral | empfohlen von | empfehlung von | "
            "recommande par | recomendado por | referido por | segnalato da | aanbevolen door"
        ),
        "Satisfaction": "satisfaction | satisfaction score | zufriedenheit | satisfaccion | rating",
        "Pause until": "pause until | paused until | on hold until | pausiert bis | en pause jusqu au",
        "Pause reason": "pause reason | reason for pause | pausengrund",
        "Do not mail": "do not mail | do not email | no mail | keine mails | do not contact",
        "Marketing consent": "marketing consent | consent to marketing",
        "Chance %": "chance | chance % | probability | win probability | wahrscheinlichkeit",
        "Notes": _NOTES,
    },
    "Steps": {
        "Client": _CLIENT + " | client id | customer id | kundennummer",
        "Step": _STEP,
        "Waiting on": (
            "waiting on | waiting for | responsible party | who acts | whose turn | ball in court | "
            "ball is with | ball in whose court | pending with | wartet auf | warten auf | "
            "liegt bei | en attente de | esperando a | pendiente de | in attesa di | aguardando | "
            "wacht op | party"
        ),
        "Owner": _OWNER,
        "Started": _START,
        "Due": _DUE,
        "Done": _DONE,
        "Status of the step": _STATUS_OF_STEP,
        "Notes": _NOTES,
    },
    "Offers": {
        "Offer": _OFFER + " | service name | offer name | package name | leistung name | name",
        "What it is": (
            "what it is | description | service description | beschreibung | descripcion | "
            "descrizione | descricao | omschrijving | includes | what is included | inhalt | "
            "details | contenu | deliverables | leistungsumfang | incluye"
        ),
        "Price": (
            "price | fee | cost | rate | monthly fee | monthly price | total price |  preis | kosten | prix | precio | costo | prezzo | preco | "
            "prijs | tarif | investment | price per month | preis eur | tarifa | cena | honorar"
        ),
    },
    "Offer steps": {
        "Offer": _OFFER,
        "Order": (
            "order | step no | step number | position | reihenfolge | schritt nr | ordre | orden | "
            "sequence | ordine | volgorde ~ no | nr | numero | n"
        ),
        "Step": _STEP,
        "Waiting on": "waiting on | waiting for | who acts | responsible party | liegt bei | party",
        "Owner": _OWNER,
        "Working days": (
            "working days | days | days allowed | target days | sla | sla days | business days | "
            "dauer tage | tage | arbeitstage | werktage | duree jours | jours | jours ouvres | "
            "dias | dias habiles | giorni | giorni lavorativi | dagen | werkdagen | dauer | duree | "
            "duracion | durata | duration | duration days | time allowed | dias uteis"
        ),
        "Stage": "stage | phase | etapa | fase",
        "SOP link": "sop | sop link | procedure | how to | anleitung",
        "Hours": "hours | stunden | heures | horas | ore | uren | effort hours | aufwand",
    },
    "Team": {
        "Name": _TEAM_NAME,
        "Email": _EMAIL,
        "Hours per week": (
            "hours per week | weekly hours | hours week | capacity | wochenstunden | "
            "stunden woche | stunden pro woche | heures par semaine | heures semaine | "
            "horas por semana | horas semana | ore settimanali | ore settimana | uren per week | "
            "std woche | std | hours | stunden | h woche | kapazitat"
        ),
        "Role": (
            "role | position | title | job title | funktion | rolle | aufgabe | poste | fonction | "
            "puesto | cargo | rol | ruolo | funcao | functie | department | abteilung"
        ),
    },
    "Notes": {
        "Date": "date | datum | fecha | data | call date | meeting date | date of contact | dato",
        "Client": _CLIENT,
        "Who": (
            "who | by | contacted by | logged by | author | staff | von | wer | erfasst von | par | "
            "quien | por | chi | da | coach | owner | spoke with us | team member"
        ),
        "What they said": (
            "what they said | note | notes | summary | conversation | discussion | call notes | "
            "meeting notes | gesprachsnotiz | inhalt | zusammenfassung | notiz | compte rendu | "
            "resume | resumen | riassunto | what was said | what was discussed | outcome | "
            "details | notas | comments | verlauf"
        ),
    },
    "Time off": {
        "Name": _TEAM_NAME,
        "From": "from | first day | start | start date | von | du | desde | dal | de | van",
        "To": "to | last day | until | end | end date | bis | au | hasta | al | ate | tot",
    },
}
"""By role and heading of ours, its names."""
