"""Twelve trackers that were held back until the matching was finished."""

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


def portuguese_wide() -> Tracker:
    steps = (
        "Contrato assinado",
        "Pagamento",
        "Reunião inicial",
        "Acesso à plataforma",
        "Entrega final",
    )
    marks = progress(10, 5, lambda _w, _a: "Sim", "Não", seed=11)
    rows: list[list[Any]] = [
        ["Controle de clientes"],
        [],
        [
            "Nome do cliente",
            "E-mail",
            "Telefone",
            "Serviço",
            "Data de início",
            "Situação",
            "Responsável",
            *steps,
        ],
    ]
    for at in range(10):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                phone(at),
                ("Mentoria", "Curso")[at % 2],
                day(70 - 4 * at),
                ("Ativo", "Pausado", "Concluído")[at % 3],
                ("Rui", "Inês")[at % 2],
                *marks[at],
            ]
        )
    return Tracker(
        "portuguese_wide", {"Clientes": Sheet(rows)}, {"Clientes": "Clients"},
        {"Clientes": {"Client": "Nome do cliente", "Offer": "Serviço", "Start date": "Data de início", "Status": "Situação"}},
        "wide", steps, {"Clientes": {"Email": "E-mail", "Phone": "Telefone", "Owner": "Responsável"}}, 10,
    )  # fmt: skip


def law_office() -> Tracker:
    steps = (
        "Conflict check",
        "Engagement letter",
        "Retainer received",
        "Documents collected",
        "Filed",
        "Closed letter",
    )
    words = ("Done", "In progress", "Not started", "N/A")
    rows: list[list[Any]] = [
        [
            "Matter No.",
            "Client Name",
            "Client Email",
            "Matter Type",
            "Attorney",
            "Date Opened",
            "Client Status",
            *steps,
            "Comments",
        ]
    ]
    for at in range(11):
        rows.append([f"2026-{at:03d}", PEOPLE[at], mail(PEOPLE[at]), ("Family", "Estate")[at % 2], ("Ms Roe", "Mr Poe")[at % 2], day(80 - 4 * at),
                     ("Active", "On Hold", "Closed")[at % 3], *(words[min((at + number) % 5, 3)] for number in range(6)), None])  # fmt: skip
    return Tracker(
        "law_office", {"Matters": Sheet(rows)}, {"Matters": "Clients"},
        {"Matters": {"Client": "Client Name", "Offer": "Matter Type", "Status": "Client Status", "Start date": "Date Opened"}},
        "wide", steps, {"Matters": {"Email": "Client Email", "Owner": "Attorney", "Notes": "Comments"}}, 11,
    )  # fmt: skip


def language_school() -> Tracker:
    steps = ("Placement test", "Module 1", "Module 2", "Module 3", "Final exam")
    marks = progress(12, 5, dated, seed=12)
    rows: list[list[Any]] = [
        [
            "Student",
            "Student Email",
            "Course",
            "Teacher",
            "Enrollment Date",
            "Date of birth",
            *steps,
        ]
    ]
    for at in range(12):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("A1 Irish", "B2 Irish")[at % 2],
                ("Aoife", "Sean")[at % 2],
                day(84 - 3 * at),
                day(9000 + 90 * at),
                *marks[at],
            ]
        )
    return Tracker(
        "language_school", {"Students": Sheet(rows), "Calendar": Sheet([["Week", "Topic"], [1, "Greetings"], [2, "Family"]])},
        {"Students": "Clients"},
        {"Students": {"Client": "Student", "Offer": "Course", "Start date": "Enrollment Date"}},
        "wide", steps, {"Students": {"Email": "Student Email", "Owner": "Teacher"}}, 12,
    )  # fmt: skip


def german_merged_clients() -> Tracker:
    tasks = ("Angebot senden", "Vertrag zurück", "Konzept erstellen", "Abnahme")
    rows: list[list[Any]] = [
        ["Aufgabenliste Team Nord"],
        [],
        ["Kunde", "Aufgabe", "Zuständig", "Fällig am", "Erledigt am", "Anmerkung"],
    ]
    merges = []
    for at in range(7):
        top = 4 + 4 * at
        merges.append(f"A{top}:A{top + 3}")
        for number, task in enumerate(tasks):
            done = day(52 - 4 * at - 6 * number) if number < at % 5 else None
            rows.append(
                [
                    FIRMS[at] if number == 0 else None,
                    task,
                    ("Jana", "Uwe")[number % 2],
                    day(50 - 4 * at - 6 * number),
                    done,
                    None,
                ]
            )
    return Tracker(
        "german_merged_clients", {"Aufgaben": Sheet(rows, tuple(merges))}, {"Aufgaben": "Steps"},
        {"Aufgaben": {"Client": "Kunde", "Step": "Aufgabe", "Done": "Erledigt am"}}, "long", (),
        {"Aufgaben": {"Owner": "Zuständig", "Due": "Fällig am", "Notes": "Anmerkung"}},
    )  # fmt: skip


def board_export() -> Tracker:
    tasks = ("Collect logins", "Audit", "Strategy call", "Monthly report")
    rows: list[list[Any]] = [
        ["Client work board"],
        ["Item", "Client", "Owner", "Status", "Start", "Due date", "Notes"],
    ]
    merges = ["A1:G1"]
    for group, members in (("Onboarding", range(4)), ("Retainers", range(4, 8))):
        rows.append([group])
        merges.append(f"A{len(rows)}:G{len(rows)}")
        for at in members:
            for number, task in enumerate(tasks):
                state = ("Done", "Working on it", "Not Started")[
                    0 if number < at % 4 else 1 if number == at % 4 else 2
                ]
                rows.append(
                    [
                        task,
                        FIRMS[at],
                        ("Mia", "Raj")[number % 2],
                        state,
                        day(55 - 4 * at - 5 * number),
                        day(50 - 4 * at - 5 * number),
                        None,
                    ]
                )
    return Tracker(
        "board_export", {"Board": Sheet(rows, tuple(merges))}, {"Board": "Steps"},
        {"Board": {"Client": "Client", "Step": "Item", "Done": "Status"}}, "long", (),
        {"Board": {"Owner": "Owner", "Started": "Start", "Due": "Due date", "Notes": "Notes"}},
    )  # fmt: skip


def french_split_names() -> Tracker:
    steps = ("Devis signé", "Acompte reçu", "Questionnaire rempli", "Séance 1", "Bilan")
    marks = progress(9, 5, lambda _w, _a: "oui", "non", seed=13)
    rows: list[list[Any]] = [
        [
            "N°",
            "Nom",
            "Prénom",
            "Adresse e-mail",
            "Portable",
            "Formule",
            "Date d'inscription",
            "Statut",
            *steps,
            "Remarques",
        ]
    ]
    for at in range(9):
        first, last = PEOPLE[at].split()
        rows.append(
            [
                at + 1,
                last,
                first,
                mail(PEOPLE[at]),
                phone(at),
                ("Essentiel", "Complet")[at % 2],
                day(70 - 4 * at),
                ("Actif", "En pause", "Terminé")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "french_split_names", {"Fichier clients": Sheet(rows)}, {"Fichier clients": "Clients"},
        {"Fichier clients": {"Client": "Nom", "First name": "Prénom", "Offer": "Formule", "Start date": "Date d'inscription", "Status": "Statut"}},
        "wide", steps, {"Fichier clients": {"Email": "Adresse e-mail", "Phone": "Portable", "Notes": "Remarques"}}, 9,
    )  # fmt: skip


def figures_on_top() -> Tracker:
    steps = ("Welcome pack", "Discovery call", "Plan agreed", "Week 4 check-in", "Off-boarding")
    marks = progress(10, 5, lambda _w, _a: "✔", seed=14)
    rows: list[list[Any]] = [["CLIENT DASHBOARD"], [], ["Total clients", "Active", "Paused", "Completed"], [10, 5, 3, 2], [], [],
        ["Client", "Program", "Coach", "Start", "Status", *steps, None, None, "Legend", "Meaning"]]  # fmt: skip
    legend = (
        ("Active", "being coached"),
        ("Paused", "on a break"),
        ("Completed", "programme finished"),
    )
    for at in range(10):
        side = [None, None, *legend[at]] if at < 3 else []
        rows.append(
            [
                PEOPLE[at],
                ("12 weeks", "6 weeks")[at % 2],
                ("Noor", "Ann")[at % 2],
                day(72 - 4 * at),
                ("Active", "Paused", "Completed")[at % 3],
                *marks[at],
                *side,
            ]
        )
    return Tracker(
        "figures_on_top", {"Dashboard": Sheet(rows)}, {"Dashboard": "Clients"},
        {"Dashboard": {"Client": "Client", "Offer": "Program", "Start date": "Start", "Status": "Status"}},
        "wide", steps, {"Dashboard": {"Owner": "Coach"}}, 10,
    )  # fmt: skip


def spanish_long() -> Tracker:
    tasks = ("Enviar propuesta", "Firmar contrato", "Reunión de inicio", "Entregar informe")
    rows: list[list[Any]] = [
        [
            "Cliente",
            "Tarea",
            "Responsable",
            "Fecha de inicio",
            "Fecha límite",
            "Estado",
            "Observaciones",
        ]
    ]
    for at in range(8):
        for number, task in enumerate(tasks):
            state = ("Completado", "En proceso", "Pendiente")[
                0 if number < at % 5 else 1 if number == at % 5 else 2
            ]
            rows.append(
                [
                    FIRMS[at],
                    task,
                    ("Ana", "Luis")[number % 2],
                    day(60 - 4 * at - 6 * number),
                    day(55 - 4 * at - 6 * number),
                    state,
                    None,
                ]
            )
    rows += [[], ["Total tareas", 32]]
    return Tracker(
        "spanish_long", {"Seguimiento": Sheet(rows), "Listas": Sheet([["Estados"], ["Completado"], ["En proceso"], ["Pendiente"]])},
        {"Seguimiento": "Steps"},
        {"Seguimiento": {"Client": "Cliente", "Step": "Tarea", "Done": "Estado"}}, "long", (),
        {"Seguimiento": {"Owner": "Responsable", "Started": "Fecha de inicio", "Due": "Fecha límite", "Notes": "Observaciones"}},
    )  # fmt: skip


def two_client_tabs() -> Tracker:
    steps = ("Agreement", "First invoice", "Setup call", "Training", "Go-live")
    marks = progress(12, 5, dated, seed=15)

    def rows(members: range, state: str) -> list[list[Any]]:
        head: list[list[Any]] = [
            [
                "Customer",
                "E-mail address",
                "Plan",
                "CSM",
                "Contract start",
                "Customer status",
                *steps,
            ]
        ]
        return head + [
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Pro", "Team")[at % 2],
                "Kit",
                day(85 - 4 * at),
                state,
                *marks[at],
            ]
            for at in members
        ]

    return Tracker(
        "two_client_tabs", {"Active customers": Sheet(rows(range(9), "Active")), "Archive": Sheet(rows(range(9, 12), "Closed"))},
        {"Active customers": "Clients"},
        {"Active customers": {"Client": "Customer", "Offer": "Plan", "Start date": "Contract start", "Status": "Customer status"}},
        "wide", steps, {"Active customers": {"Email": "E-mail address", "Owner": "CSM"}}, 9,
    )  # fmt: skip


def swedish_wide() -> Tracker:
    steps = ("Avtal", "Faktura", "Startmöte", "Leverans")
    marks = progress(8, 4, dated, seed=16)
    rows: list[list[Any]] = [
        ["Kund", "E-post", "Tjänst", "Ansvarig", "Startdatum", "Status", *steps, "Anteckningar"]
    ]
    for at in range(8):
        rows.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Bokslut", "Lön")[at % 2],
                ("Elsa", "Nils")[at % 2],
                day(75 - 4 * at),
                ("Aktiv", "Pausad", "Avslutad")[at % 3],
                *marks[at],
                None,
            ]
        )
    return Tracker(
        "swedish_wide", {"Kunder": Sheet(rows)}, {"Kunder": "Clients"},
        {"Kunder": {"Client": "Kund", "Offer": "Tjänst", "Start date": "Startdatum", "Status": "Status"}},
        "wide", steps, {"Kunder": {"Email": "E-post", "Owner": "Ansvarig", "Notes": "Anteckningar"}}, 8,
    )  # fmt: skip


def american_dates() -> Tracker:
    steps = (
        "W-9 received",
        "Engagement letter signed",
        "Prior return received",
        "Draft sent",
        "Filed",
    )

    def mark(who: int, at: int) -> str:
        return f"{dated(who, at):%m/%d/%Y}"

    marks = progress(11, 5, mark, seed=17)
    marks[4][1] = "N/A"
    rows: list[list[Any]] = [["2026 Tax Season – Client Checklist"], ["Prepared by the front desk", None, None, "Rev. 3"], [],
        ["Client", "Primary Email", None, "Preparer", "Return Type", "Date Started", None, *steps, None, "Notes"]]  # fmt: skip
    for at in range(11):
        rows.append(
            [
                PEOPLE[at],
                mail(PEOPLE[at]),
                None,
                ("Sam", "Pat")[at % 2],
                ("1040", "1120-S")[at % 2],
                f"{day(84 - 4 * at):%m/%d/%Y}",
                None,
                *marks[at],
                None,
                None,
            ]
        )
    rows.append(["TOTAL", None, None, None, None, None, None, 8, 7, 6, 4, 2])
    return Tracker(
        "american_dates", {"Tax season": Sheet(rows)}, {"Tax season": "Clients"},
        {"Tax season": {"Client": "Client", "Start date": "Date Started"}}, "wide", steps,
        {"Tax season": {"Email": "Primary Email", "Owner": "Preparer", "Notes": "Notes", "Offer": "Return Type"}}, 11,
    )  # fmt: skip


def phases_and_more() -> Tracker:
    steps = ("Contract", "Payment", "Logins", "Kickoff", "First draft", "Final files")
    words = ("Done", "Done", "Waiting on client", "In progress", "Not started", "Not started")
    rows: list[list[Any]] = [["Client pipeline"],
        [None, None, None, None, None, "Onboarding", None, None, "Delivery", None, None],
        ["Company name", "Contact", "E-mail", "Project manager", "Project start", *steps]]  # fmt: skip
    for at in range(10):
        shift = at % 3
        marks = [words[min(number + 2 - shift, 5)] for number in range(6)]
        rows.append(
            [
                FIRMS[at],
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("Mia", "Raj")[at % 2],
                day(60 - 4 * at),
                *marks,
            ]
        )
    log: list[list[Any]] = [["Date", "Client", "Call notes", "By"]]
    log += [
        [
            day(30 - at),
            FIRMS[at % 4],
            "They want the colours brighter, and a call next week about the photos.",
            "Mia",
        ]
        for at in range(8)
    ]
    process: list[list[Any]] = [
        ["Step", "Responsible party", "Target days"],
        *([step, ("Client", "Team")[n % 2], 3] for n, step in enumerate(steps)),
    ]
    return Tracker(
        "phases_and_more", {"Pipeline": Sheet(rows, ("A1:K1", "F2:H2", "I2:K2")), "Call log": Sheet(log), "Process": Sheet(process),
                            "Ideas": Sheet([["Newsletter topics"], ["Spring launch"]])},
        {"Pipeline": "Clients", "Call log": "Notes", "Process": "Offer steps"},
        {"Pipeline": {"Client": "Company name", "Start date": "Project start"},
         "Call log": {"Date": "Date", "Client": "Client", "What they said": "Call notes"},
         "Process": {"Step": "Step", "Waiting on": "Responsible party"}},
        "wide", steps,
        {"Pipeline": {"Email": "E-mail", "Owner": "Project manager"}, "Call log": {"Who": "By"}, "Process": {"Working days": "Target days"}}, 10,
    )  # fmt: skip


HELD_BACK = (
    portuguese_wide, law_office, language_school, german_merged_clients, board_export,
    french_split_names, figures_on_top, spanish_long, two_client_tabs, swedish_wide,
    american_dates, phases_and_more,
)  # fmt: skip
