"""Twelve more trackers, drawn to see how the matching fares on what it has never met."""

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
    text_dated,
)


def tax_consultant() -> Tracker:
    steps = ("Vollmacht", "Belege eingereicht", "Buchung", "BWA versandt", "Jahresabschluss")
    marks = progress(9, 5, text_dated, seed=31)
    rows: list[list[Any]] = [
        ["Mandantenübersicht Kanzlei"],
        [],
        [
            "Mandanten-Nr.",
            "Mandant",
            "Rechtsform",
            "E-Mail",
            "Sachbearbeiterin",
            "Mandatsbeginn",
            "Mandatsstatus",
            *steps,
            "Anmerkungen",
        ],
    ]
    for at in range(9):
        rows.append(
            [
                10001 + at,
                FIRMS[at],
                ("GmbH", "e.K.")[at % 2],
                mail(FIRMS[at]),
                ("Jana", "Ulla")[at % 2],
                f"{day(85 - 4 * at):%d.%m.%Y}",
                ("aktiv", "ruht", "beendet")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "tax_consultant", {"Mandanten": Sheet(rows, ("A1:M1",))}, {"Mandanten": "Clients"},
        {"Mandanten": {"Client": "Mandant", "Start date": "Mandatsbeginn", "Status": "Mandatsstatus"}},
        "wide", steps, {"Mandanten": {"Client ID": "Mandanten-Nr.", "Email": "E-Mail", "Owner": "Sachbearbeiterin", "Notes": "Anmerkungen"}}, 9,
    )  # fmt: skip


def fitness_studio() -> Tracker:
    steps = ("Assessment", "Goal setting", "Nutrition plan", "Check-in 1", "Check-in 2")
    marks = progress(11, 5, lambda _w, _a: "Y", "N", seed=32)
    rows: list[list[Any]] = [["PT Clients"], ["Client details", None, None, None, None, "Programme", None, None, None, None],
        ["Name", "Mobile", "E-mail", "Trainer", "Joined", *steps]]  # fmt: skip
    for at in range(11):
        rows.append(
            [
                PEOPLE[at],
                phone(at),
                mail(PEOPLE[at]),
                ("Kit", "Lou")[at % 2],
                day(80 - 4 * at),
                *marks[at],
            ]
        )
    return Tracker(
        "fitness_studio", {"PT": Sheet(rows, ("A1:J1", "A2:E2", "F2:J2"))}, {"PT": "Clients"},
        {"PT": {"Client": "Name", "Start date": "Joined"}}, "wide", steps,
        {"PT": {"Email": "E-mail", "Phone": "Mobile", "Owner": "Trainer"}}, 11,
    )  # fmt: skip


def french_coaching() -> Tracker:
    steps = ("Appel découverte", "Contrat envoyé", "Paiement", "Séance 1", "Séance 2", "Témoignage")
    marks = progress(10, 6, lambda _w, _a: "✓", seed=33)
    rows: list[list[Any]] = [
        ["Mes clientes"],
        [],
        [
            "Cliente",
            "E-mail",
            "Tél.",
            "Accompagnement",
            "Date de démarrage",
            "État",
            None,
            *steps,
            None,
            "Notes",
        ],
    ]
    for at in range(10):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                phone(at),
                ("Déclic", "Premium")[at % 2],
                day(75 - 4 * at),
                ("En cours", "En pause", "Terminée")[at % 3],
                None,
                *marks[at],
                None,
                None,
            ]
        )
    rows += [[], ["TOTAL", 10]]
    return Tracker(
        "french_coaching", {"Suivi 2026": Sheet(rows)}, {"Suivi 2026": "Clients"},
        {"Suivi 2026": {"Client": "Cliente", "Offer": "Accompagnement", "Start date": "Date de démarrage", "Status": "État"}},
        "wide", steps, {"Suivi 2026": {"Email": "E-mail", "Phone": "Tél.", "Notes": "Notes"}}, 10,
    )  # fmt: skip


def spanish_advisor() -> Tracker:
    tasks = ("Recoger documentación", "Presentar modelo", "Revisión", "Cierre")
    rows: list[list[Any]] = [
        ["Gestión de expedientes"],
        [],
        [
            "N.º",
            "Cliente",
            "Trámite",
            "Encargado",
            "Fecha de vencimiento",
            "Fecha de finalización",
            "Comentarios",
        ],
    ]
    count = 0
    for at in range(8):
        for number, task in enumerate(tasks):
            count += 1
            rows.append(
                [
                    count,
                    FIRMS[at],
                    task,
                    ("Ana", "Luis")[number % 2],
                    day(50 - 4 * at - 5 * number),
                    day(51 - 4 * at - 5 * number) if number < at % 5 else None,
                    None,
                ]
            )
    return Tracker(
        "spanish_advisor", {"Expedientes": Sheet(rows)}, {"Expedientes": "Steps"},
        {"Expedientes": {"Client": "Cliente", "Step": "Trámite", "Done": "Fecha de finalización"}}, "long", (),
        {"Expedientes": {"Owner": "Encargado", "Due": "Fecha de vencimiento", "Notes": "Comentarios"}},
    )  # fmt: skip


def agency_tasks() -> Tracker:
    tasks = ("Keyword research", "On-page fixes", "Content brief", "Link outreach", "Report")
    rows: list[list[Any]] = [
        ["SEO deliverables", None, None, "Q4 2026"],
        [],
        ["Account", "Deliverable", "Assigned", "Deadline", "Complete?", "Link"],
    ]
    for at in range(7):
        for number, task in enumerate(tasks):
            rows.append(
                [
                    FIRMS[at],
                    task,
                    ("Mia", "Raj")[number % 2],
                    day(48 - 4 * at - 5 * number),
                    number < at % 6,
                    None,
                ]
            )
    return Tracker(
        "agency_tasks", {"Deliverables": Sheet(rows)}, {"Deliverables": "Steps"},
        {"Deliverables": {"Client": "Account", "Step": "Deliverable", "Done": "Complete?"}}, "long", (),
        {"Deliverables": {"Owner": "Assigned", "Due": "Deadline"}},
    )  # fmt: skip


def immigration() -> Tracker:
    steps = ("Retainer Signed", "Docs Requested", "Docs Received", "Application Filed", "Decision")
    marks = progress(10, 5, dated, seed=34)
    rows: list[list[Any]] = [
        ["Case Tracker – Visa Team"],
        ["Last updated: 20 Nov 2026"],
        [],
        [
            "Case #",
            "Applicant Name",
            "Email",
            "Case Type",
            "Case Manager",
            "Case Opened",
            "Case Status",
            *steps,
            "Next hearing",
        ],
    ]
    for at in range(10):
        rows.append(
            [
                f"V-{at + 200}",
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("Work", "Family")[at % 2],
                ("Ms Roe", "Mr Poe")[at % 2],
                day(90 - 4 * at),
                ("Open", "On hold", "Closed")[at % 3],
                *marks[at],
                day(-30 - at),
            ]
        )
    return Tracker(
        "immigration", {"Cases": Sheet(rows)}, {"Cases": "Clients"},
        {"Cases": {"Client": "Applicant Name", "Offer": "Case Type", "Start date": "Case Opened", "Status": "Case Status"}},
        "wide", steps, {"Cases": {"Email": "Email", "Owner": "Case Manager"}}, 10,
    )  # fmt: skip


def italian_groups() -> Tracker:
    steps = ("Preventivo", "Contratto", "Acconto", "Brief", "Bozza", "Consegna finale")
    marks = progress(8, 6, lambda _w, _a: "OK", seed=35)
    for row in marks:
        row[:] = ["sì" if one else None for one in row]
    rows: list[list[Any]] = [["Clienti", None, None, None, "Avvio", None, None, "Produzione", None, None, "Altro"],
        ["Nome cliente", "Email", "Pacchetto", "Inizio", *steps, "Osservazioni"]]  # fmt: skip
    for at in range(8):
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Base", "Plus")[at % 2],
                day(70 - 4 * at),
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "italian_groups", {"Foglio1": Sheet(rows, ("A1:D1", "E1:G1", "H1:J1"))}, {"Foglio1": "Clients"},
        {"Foglio1": {"Client": "Nome cliente", "Offer": "Pacchetto", "Start date": "Inizio"}}, "wide", steps,
        {"Foglio1": {"Email": "Email", "Notes": "Osservazioni"}}, 8,
    )  # fmt: skip


def clients_and_people() -> Tracker:
    steps = ("NDA", "Kick-off", "Data access", "Dashboard v1", "Sign-off")
    marks = progress(8, 5, dated, seed=36)
    rows: list[list[Any]] = [
        [
            "Client",
            "Main contact",
            "Contact email",
            "Engagement",
            "Engagement lead",
            "Start",
            "Status",
            *steps,
        ]
    ]
    for at in range(8):
        rows.append(
            [
                FIRMS[at],
                PEOPLE[at],
                mail(FIRMS[at]),
                ("Build", "Advice")[at % 2],
                ("Mia", "Raj")[at % 2],
                day(90 - 4 * at),
                ("In progress", "Paused", "Closed")[at % 3],
                *marks[at],
            ]
        )
    people: list[list[Any]] = [
        ["Name", "Position", "Email", "Hours per week"],
        ["Mia", "Lead", "mia@example.org", 32],
        ["Raj", "Analyst", "raj@example.org", 40],
    ]
    leave: list[list[Any]] = [["Employee", "First day", "Last day"], ["Mia", day(-10), day(-17)]]
    return Tracker(
        "clients_and_people", {"Engagements": Sheet(rows), "Staff": Sheet(people), "Vacation": Sheet(leave), "Lookups": Sheet([["Statuses"], ["In progress"], ["Paused"]])},
        {"Engagements": "Clients", "Staff": "Team", "Vacation": "Time off"},
        {"Engagements": {"Client": "Client", "Start date": "Start", "Status": "Status"},
         "Staff": {"Name": "Name", "Email": "Email"}, "Vacation": {"Name": "Employee", "From": "First day", "To": "Last day"}},
        "wide", steps,
        {"Engagements": {"Email": "Contact email", "Owner": "Engagement lead", "Offer": "Engagement"}, "Staff": {"Hours per week": "Hours per week"}}, 8,
    )  # fmt: skip


def german_long_status() -> Tracker:
    tasks = ("Briefing", "Entwurf", "Korrektur", "Druckfreigabe")
    rows: list[list[Any]] = [
        ["Projekt", "Kunde", "Arbeitsschritt", "Bearbeiter", "Start", "Frist", "Status"]
    ]
    for at in range(8):
        for number, task in enumerate(tasks):
            state = "fertig" if number < at % 5 else "in Arbeit" if number == at % 5 else "offen"
            rows.append(
                [
                    f"P{at}",
                    FIRMS[at],
                    task,
                    ("Jana", "Uwe")[number % 2],
                    day(60 - 4 * at - 5 * number),
                    day(55 - 4 * at - 5 * number),
                    state,
                ]
            )
    return Tracker(
        "german_long_status", {"Jobs": Sheet(rows)}, {"Jobs": "Steps"},
        {"Jobs": {"Client": "Kunde", "Step": "Arbeitsschritt", "Done": "Status"}}, "long", (),
        {"Jobs": {"Owner": "Bearbeiter", "Started": "Start", "Due": "Frist"}},
    )  # fmt: skip


def date_pairs() -> Tracker:
    steps = ("Proposal", "Contract", "Training")
    rows: list[list[Any]] = [
        [
            "Customer name",
            "Customer email",
            "Product",
            "Go-live owner",
            "Project start",
            "Proposal",
            "Proposal date",
            "Contract",
            "Contract date",
            "Training",
            "Training date",
        ]
    ]
    for at in range(10):
        marks: list[Any] = []
        for number in range(3):
            is_done = number < at % 4
            marks += [
                "Done" if is_done else "Open",
                day(50 - 2 * at - 5 * number) if is_done else None,
            ]
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Pro", "Team")[at % 2],
                ("Mia", "Raj")[at % 2],
                day(70 - 3 * at),
                *marks,
            ]
        )
    return Tracker(
        "date_pairs", {"Implementation": Sheet(rows)}, {"Implementation": "Clients"},
        {"Implementation": {"Client": "Customer name", "Offer": "Product", "Start date": "Project start"}}, "wide", steps,
        {"Implementation": {"Email": "Customer email", "Owner": "Go-live owner"}}, 10,
    )  # fmt: skip


def danish_wide() -> Tracker:
    steps = ("Aftale", "Faktura", "Opstartsmøde", "Aflevering")
    marks = progress(9, 4, lambda _w, _a: "ja", "nej", seed=37)
    rows: list[list[Any]] = [
        ["Kunde", "E-mail", "Telefon", "Ydelse", "Startdato", "Status", *steps]
    ]
    for at in range(9):
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                phone(at),
                ("Web", "Tekst")[at % 2],
                day(75 - 4 * at),
                ("Aktiv", "På pause", "Afsluttet")[at % 3],
                *marks[at],
            ]
        )
    return Tracker(
        "danish_wide", {"Kunder": Sheet(rows)}, {"Kunder": "Clients"},
        {"Kunder": {"Client": "Kunde", "Offer": "Ydelse", "Start date": "Startdato", "Status": "Status"}}, "wide", steps,
        {"Kunder": {"Email": "E-mail", "Phone": "Telefon"}}, 9,
    )  # fmt: skip


def no_start_no_status() -> Tracker:
    steps = ("Welcome", "Onboarding form", "Strategy session", "Roadmap", "Renewal talk")
    marks = progress(12, 5, dated, seed=38)
    rows: list[list[Any]] = [
        ["Mastermind members"],
        [],
        ["Member", "Business", "Email", "Cohort", *steps, "Dietary needs"],
    ]
    for at in range(12):
        rows.append(
            [
                PEOPLE[at],
                FIRMS[at],
                mail(PEOPLE[at]),
                ("Spring", "Autumn")[at % 2],
                *marks[at],
                "none",
            ]
        )
    return Tracker(
        "no_start_no_status", {"Members": Sheet(rows)}, {"Members": "Clients"},
        {"Members": {"Client": "Member"}}, "wide", steps, {"Members": {"Email": "Email", "Company": "Business"}}, 12,
    )  # fmt: skip


FOURTH = (
    tax_consultant, fitness_studio, french_coaching, spanish_advisor, agency_tasks, immigration,
    italian_groups, clients_and_people, german_long_status, date_pairs, danish_wide,
    no_start_no_status,
)  # fmt: skip
