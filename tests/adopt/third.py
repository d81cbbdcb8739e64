"""Twelve more trackers, drawn after the matching had been mended for the ones before them."""

from __future__ import annotations

from typing import Any

from tests.adopt.trackers import (
    FIRMS,
    PEOPLE,
    Sheet,
    Tracker,
    dated,
    day,
    mail,
    phone,
    progress,
)


def german_onboarding() -> Tracker:
    steps = ("Kick-off-Termin", "Zugangsdaten erhalten", "Vertrag", "Schulung", "Go-Live")
    marks = progress(10, 5, lambda _w, _a: "erledigt", "offen", seed=21)
    marks[2][3] = "n. a."
    rows: list[list[Any]] = [
        ["Onboarding-Status (Stand: November 2026)"],
        [],
        [
            "Lfd. Nr.",
            "Firma",
            "Ansprechpartner",
            "E-Mail-Adresse",
            "Gebuchtes Paket",
            "Projektstart",
            "Kundenbetreuer",
            "Bearbeitungsstatus",
            *steps,
            "Bemerkung",
        ],
    ]
    for at in range(10):
        rows.append(
            [
                at + 1,
                FIRMS[at],
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("Basis", "Profi")[at % 2],
                day(80 - 4 * at),
                ("Jana", "Uwe")[at % 2],
                ("laufend", "pausiert", "abgeschlossen")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "german_onboarding", {"Übersicht": Sheet(rows, ("A1:N1",))}, {"Übersicht": "Clients"},
        {"Übersicht": {"Client": "Firma", "Offer": "Gebuchtes Paket", "Start date": "Projektstart", "Status": "Bearbeitungsstatus"}},
        "wide", steps, {"Übersicht": {"Email": "E-Mail-Adresse", "Owner": "Kundenbetreuer", "Notes": "Bemerkung"}}, 10,
    )  # fmt: skip


def french_accountant() -> Tracker:
    steps = ("Lettre de mission signée", "Pièces reçues", "Saisie", "Révision", "Bilan envoyé")
    marks = progress(9, 5, dated, seed=22)
    rows: list[list[Any]] = [
        ["Cabinet – suivi des dossiers"], [],
        ["Dossier", "Raison sociale", "Interlocuteur", "Mail", "Mission", "Entrée en relation", "Collaborateur", "Mise en place", None, "Production"],
        [None, None, None, None, None, None, None, *steps],
    ]  # fmt: skip
    for at in range(9):
        rows.append(
            [
                f"D-{at + 10}",
                FIRMS[at],
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("Tenue", "Conseil")[at % 2],
                day(90 - 4 * at),
                ("Luc", "Zoé")[at % 2],
                *marks[at],
            ]
        )
    rows += [[], ["Total dossiers", 9]]
    merges = ("A1:L1", *(f"{c}3:{c}4" for c in "ABCDEFG"), "H3:I3", "J3:L3")
    return Tracker(
        "french_accountant", {"Dossiers": Sheet(rows, merges)}, {"Dossiers": "Clients"},
        {"Dossiers": {"Client": "Raison sociale", "Offer": "Mission", "Start date": "Entrée en relation"}},
        "wide", steps, {"Dossiers": {"Email": "Mail", "Owner": "Collaborateur"}}, 9,
    )  # fmt: skip


def spanish_school() -> Tracker:
    steps = ("Prueba de nivel", "Pago matrícula", "Material entregado", "Examen final")
    marks = progress(12, 4, lambda _w, _a: True, False, seed=23)
    rows: list[list[Any]] = [
        [
            "Alumno/a",
            "Correo",
            "Móvil",
            "Curso",
            "Profesor/a",
            "Fecha de matrícula",
            "Situación",
            *steps,
        ]
    ]
    for at in range(12):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                phone(at),
                ("Inglés B1", "Inglés B2")[at % 2],
                ("Ana", "Luis")[at % 2],
                day(85 - 4 * at),
                ("Activo", "Pausado", "Terminado")[at % 3],
                *marks[at],
            ]
        )
    return Tracker(
        "spanish_school", {"Alumnos": Sheet(rows)}, {"Alumnos": "Clients"},
        {"Alumnos": {"Client": "Alumno/a", "Offer": "Curso", "Start date": "Fecha de matrícula", "Status": "Situación"}},
        "wide", steps, {"Alumnos": {"Email": "Correo", "Phone": "Móvil", "Owner": "Profesor/a"}}, 12,
    )  # fmt: skip


def milestones() -> Tracker:
    tasks = ("Kickoff", "Prototype", "Acceptance", "Handover")
    rows: list[list[Any]] = [
        ["Delivery milestones"],
        [],
        ["Client", "Milestone", "Responsible", "Planned date", "Actual date", "RAG", "Comments"],
    ]
    for at in range(8):
        for number, task in enumerate(tasks):
            done = day(56 - 4 * at - 5 * number) if number < at % 5 else None
            rows.append(
                [
                    FIRMS[at],
                    task,
                    ("Mia", "Raj")[number % 2],
                    day(58 - 4 * at - 5 * number),
                    done,
                    ("Green", "Amber", "Red")[number % 3],
                    None,
                ]
            )
    return Tracker(
        "milestones", {"Milestones": Sheet(rows)}, {"Milestones": "Steps"},
        {"Milestones": {"Client": "Client", "Step": "Milestone", "Done": "Actual date"}}, "long", (),
        {"Milestones": {"Owner": "Responsible", "Due": "Planned date", "Notes": "Comments"}},
    )  # fmt: skip


def italian_practice() -> Tracker:
    tasks = ("Raccolta documenti", "Analisi", "Proposta", "Firma")
    rows: list[list[Any]] = [["Cliente", "Attività", "Incaricato", "Entro il", "Fatto", "Note"]]
    for at in range(7):
        for number, task in enumerate(tasks):
            rows.append(
                [
                    PEOPLE[at],
                    task,
                    ("Gia", "Leo")[number % 2],
                    day(50 - 4 * at - 5 * number),
                    "sì" if number < at % 5 else "no",
                    None,
                ]
            )
    return Tracker(
        "italian_practice", {"Pratiche": Sheet(rows)}, {"Pratiche": "Steps"},
        {"Pratiche": {"Client": "Cliente", "Step": "Attività", "Done": "Fatto"}}, "long", (),
        {"Pratiche": {"Owner": "Incaricato", "Due": "Entro il", "Notes": "Note"}},
    )  # fmt: skip


def dutch_wide() -> Tracker:
    steps = ("Offerte akkoord", "Intake", "Eerste sessie", "Evaluatie", "Eindgesprek")
    marks = progress(9, 5, lambda _w, _a: "v", seed=24)
    for row in marks:
        row[:] = ["x" if mark else None for mark in row]
    rows: list[list[Any]] = [
        ["Coaching 2026"],
        [],
        [
            "Naam klant",
            "E-mail",
            "Telefoonnummer",
            "Traject",
            "Coach",
            "Startdatum traject",
            "Status",
            *steps,
            "Opmerkingen",
        ],
    ]
    for at in range(9):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                phone(at),
                ("Loopbaan", "Team")[at % 2],
                ("Fleur", "Bas")[at % 2],
                day(75 - 4 * at),
                ("Lopend", "Gepauzeerd", "Afgerond")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "dutch_wide", {"Trajecten": Sheet(rows)}, {"Trajecten": "Clients"},
        {"Trajecten": {"Client": "Naam klant", "Start date": "Startdatum traject", "Status": "Status", "Offer": "Traject"}},
        "wide", steps, {"Trajecten": {"Email": "E-mail", "Phone": "Telefoonnummer", "Owner": "Coach", "Notes": "Opmerkingen"}}, 9,
    )  # fmt: skip


def weddings() -> Tracker:
    steps = ("Contract returned", "Deposit paid", "Venue visit", "Menu tasting", "Final timeline")
    marks = progress(10, 5, dated, seed=25)
    rows: list[list[Any]] = [
        ["Couple", "Email", "Wedding Date", "Package", "Lead Planner", "Booked On", *steps, "Notes"]
    ]
    for at in range(10):
        rows.append(
            [
                f"{PEOPLE[at].split()[0]} & {PEOPLE[at + 3].split()[0]}",
                mail(PEOPLE[at]),
                day(-100 - 7 * at),
                ("Full", "Day-of")[at % 2],
                ("Noor", "Ann")[at % 2],
                day(90 - 4 * at),
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "weddings", {"2026-27 weddings": Sheet(rows)}, {"2026-27 weddings": "Clients"},
        {"2026-27 weddings": {"Client": "Couple", "Offer": "Package", "Start date": "Booked On"}},
        "wide", steps, {"2026-27 weddings": {"Email": "Email", "Owner": "Lead Planner", "Notes": "Notes"}}, 10,
    )  # fmt: skip


def status_words() -> Tracker:
    steps = ("Contract", "Deposit invoice", "Questionnaire", "Website draft")
    words = (
        ("Sent", "Signed"),
        ("Sent", "Paid"),
        ("Sent", "Received"),
        ("In progress", "Approved"),
    )
    rows: list[list[Any]] = [
        ["Client", "Email", "Service type", "Date started", "Overall status", *steps, "Priority"]
    ]
    for at in range(11):
        marks = [
            words[n][1] if n < at % 5 else words[n][0] if n == at % 5 else "Not started"
            for n in range(4)
        ]
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Website", "Shop")[at % 2],
                day(70 - 4 * at),
                ("In Progress", "On Hold", "Complete")[at % 3],
                *marks,
                ("High", "Low")[at % 2],
            ]
        )
    return Tracker(
        "status_words", {"Projects": Sheet(rows)}, {"Projects": "Clients"},
        {"Projects": {"Client": "Client", "Offer": "Service type", "Start date": "Date started", "Status": "Overall status"}},
        "wide", steps, {"Projects": {"Email": "Email"}}, 11,
    )  # fmt: skip


def polish_wide() -> Tracker:
    steps = ("Umowa podpisana", "Zaliczka", "Spotkanie startowe", "Raport końcowy")
    marks = progress(9, 4, lambda _w, _a: "tak", "nie", seed=26)
    rows: list[list[Any]] = [
        [
            "Klient",
            "Adres e-mail",
            "Telefon",
            "Usługa",
            "Opiekun",
            "Data rozpoczęcia",
            "Status",
            *steps,
            "Uwagi",
        ]
    ]
    for at in range(9):
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                phone(at),
                ("Audyt", "Doradztwo")[at % 2],
                ("Ola", "Jan")[at % 2],
                day(70 - 4 * at),
                ("aktywny", "wstrzymany", "zakończony")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "polish_wide", {"Klienci": Sheet(rows)}, {"Klienci": "Clients"},
        {"Klienci": {"Client": "Klient", "Offer": "Usługa", "Start date": "Data rozpoczęcia", "Status": "Status"}},
        "wide", steps, {"Klienci": {"Email": "Adres e-mail", "Phone": "Telefon", "Owner": "Opiekun", "Notes": "Uwagi"}}, 9,
    )  # fmt: skip


def clients_below_prices() -> Tracker:
    steps = ("Welcome call", "Password vault shared", "First task list", "30-day review")
    marks = progress(9, 4, lambda _w, _a: "☑", "☐", seed=27)
    rows: list[list[Any]] = [["VA client hub"], [], ["Package", "Monthly fee", "What is included"], ["10 hours", 400, "Inbox and diary"], ["20 hours", 760, "Inbox, diary, invoices"], [], [],
        ["Client name", "Contact email", "Package", "Assistant", "Onboarded", "Status", *steps, "Comments"]]  # fmt: skip
    for at in range(9):
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("10 hours", "20 hours")[at % 2],
                ("Kit", "Lou")[at % 2],
                day(70 - 4 * at),
                ("Active", "Paused", "Offboarded")[at % 3],
                *marks[at],
                None,
            ]
        )
    rows += [[], ["Key: ☑ done ☐ to do"]]
    return Tracker(
        "clients_below_prices", {"Hub": Sheet(rows)}, {"Hub": "Clients", "Hub/2": "Offers"},
        {"Hub": {"Client": "Client name", "Offer": "Package", "Start date": "Onboarded", "Status": "Status"}, "Hub/2": {"Offer": "Package"}},
        "wide", steps,
        {"Hub": {"Email": "Contact email", "Owner": "Assistant", "Notes": "Comments"}, "Hub/2": {"Price": "Monthly fee", "What it is": "What is included"}}, 9,
    )  # fmt: skip


def portuguese_long() -> Tracker:
    tasks = ("Enviar proposta", "Assinar contrato", "Reunião de arranque", "Entregar relatório")
    clients: list[list[Any]] = [
        ["Carteira de clientes"],
        ["Nome", "E-mail", "Serviço contratado", "Início", "Estado"],
    ]
    for at in range(7):
        clients.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Design", "Social")[at % 2],
                day(60 - 4 * at),
                ("Ativo", "Em pausa", "Concluído")[at % 3],
            ]
        )
    rows: list[list[Any]] = [
        ["Cliente", "Tarefa", "Responsável", "Prazo", "Concluída em", "Observações"]
    ]
    for at in range(7):
        for number, task in enumerate(tasks):
            rows.append(
                [
                    FIRMS[at],
                    task,
                    ("Rui", "Inês")[number % 2],
                    day(48 - 4 * at - 5 * number),
                    day(49 - 4 * at - 5 * number) if number < at % 5 else None,
                    None,
                ]
            )
    return Tracker(
        "portuguese_long", {"Clientes": Sheet(clients), "Tarefas": Sheet(rows)}, {"Clientes": "Clients", "Tarefas": "Steps"},
        {"Clientes": {"Client": "Nome", "Offer": "Serviço contratado", "Start date": "Início", "Status": "Estado"},
         "Tarefas": {"Client": "Cliente", "Step": "Tarefa", "Done": "Concluída em"}}, "long", (),
        {"Clientes": {"Email": "E-mail"}, "Tarefas": {"Owner": "Responsável", "Due": "Prazo", "Notes": "Observações"}}, 7,
    )  # fmt: skip


def crm_export() -> Tracker:
    rows: list[list[Any]] = [
        [
            "Record ID",
            "Company name",
            "Deal stage",
            "Create date",
            "Deal owner",
            "Amount",
            "Contact email",
            "Service package",
            "Project start date",
        ]
    ]
    for at in range(12):
        rows.append(
            [
                90001 + at,
                FIRMS[at],
                ("Onboarding", "Active", "On hold", "Completed")[at % 4],
                day(100 - 4 * at),
                ("Mia", "Raj")[at % 2],
                1000 + 250 * at,
                mail(FIRMS[at]),
                ("Growth", "Care")[at % 2],
                day(80 - 4 * at),
            ]
        )
    tasks: list[list[Any]] = [
        ["Task", "Company", "Task owner", "Due date", "Task status", "Completed date"]
    ]
    for at in range(8):
        for number, task in enumerate(("Kickoff", "Access", "Plan", "Review")):
            is_done = number < at % 5
            tasks.append(
                [
                    task,
                    FIRMS[at],
                    ("Mia", "Raj")[number % 2],
                    day(50 - 4 * at - 5 * number),
                    "Completed" if is_done else "Open",
                    day(51 - 4 * at - 5 * number) if is_done else None,
                ]
            )
    return Tracker(
        "crm_export", {"Deals": Sheet(rows), "Tasks export": Sheet(tasks)}, {"Deals": "Clients", "Tasks export": "Steps"},
        {"Deals": {"Client": "Company name", "Offer": "Service package", "Start date": "Project start date", "Status": "Deal stage"},
         "Tasks export": {"Client": "Company", "Step": "Task", "Done": "Completed date"}}, "long", (),
        {"Deals": {"Owner": "Deal owner", "Value": "Amount", "Email": "Contact email", "Client ID": "Record ID"},
         "Tasks export": {"Owner": "Task owner", "Due": "Due date"}}, 12,
    )  # fmt: skip


THIRD = (
    german_onboarding, french_accountant, spanish_school, milestones, italian_practice, dutch_wide,
    weddings, status_words, polish_wide, clients_below_prices, portuguese_long, crm_export,
)  # fmt: skip
