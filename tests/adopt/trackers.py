"""Trackers as small businesses keep them, drawn after the shapes of public templates.

Each says which tab is what, which heading is which, and which columns are steps. A heading of ours
that a tracker does not list may not be found in it: that would be a wrong one. The first half
was there while the matching was made; the second half was written at the same time, and not
looked at until it was finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

TODAY = date(2026, 11, 24)
PEOPLE = (
    "Ada Amber", "Ben Birch", "Cleo Cedar", "Dora Dune", "Eli Elm", "Fay Fern", "Gus Grove",
    "Hal Heath", "Ida Ivy", "Jon Juniper", "Kim Kelp", "Lea Linden", "Mo Moss", "Nia Nettle",
)  # fmt: skip
FIRMS = (
    "Amber Studio", "Birch & Co", "Cedar Dental", "Dune Travel", "Elm Bakery", "Fern Legal",
    "Grove Fitness", "Heath Homes", "Ivy Florist", "Juniper Tech", "Kelp Cafe", "Linden Media",
)  # fmt: skip
Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Sheet:
    """The rows of a tab from A1 on, and its merged areas."""

    rows: Cells
    merges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tracker:
    """A workbook, and what a person who knows it would say of it."""

    name: str
    sheets: Mapping[str, Sheet]
    tabs: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    shape: str
    steps: tuple[str, ...] = ()
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Columns that the job can do without: they may be found, or not."""
    clients: int = 0

    def save(self, folder: Path) -> Path:
        """The tracker as a workbook file."""
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, sheet in self.sheets.items():
            tab = workbook.create_sheet(title)
            for at, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row, 1):
                    if value is not None:
                        tab.cell(at, column).value = value
            for area in sheet.merges:
                tab.merge_cells(area)
        path = folder / f"{self.name}.xlsx"
        workbook.save(path)
        return path


def mail(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@example.com"


def phone(at: int) -> str:
    return f"+44 20 7946 0{at:03d}"


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


def progress(
    count: int, steps: int, mark: Callable[[int, int], Any], blank: Any = None, seed: int = 1
) -> list[list[Any]]:
    """By client, the marks of their steps: each has done the first few of them."""
    random = Random(seed)  # noqa: S311 # no secret
    rows = []
    for who in range(count):
        done = random.randint(0, steps)
        rows.append([mark(who, at) if at < done else blank for at in range(steps)])
    return rows


def dated(who: int, at: int) -> date:
    return day(80 - 3 * who - 6 * at)


def text_dated(who: int, at: int) -> str:
    return f"{dated(who, at):%d.%m.%Y}"


def agency_wide() -> Tracker:
    steps = (
        "Welcome email",
        "Contract signed",
        "Deposit paid",
        "Kickoff call",
        "Brand questionnaire",
    )
    marks = progress(10, 5, lambda _w, _a: "✓")
    rows: list[list[Any]] = [
        ["Client Onboarding Tracker"], ["Bright Ideas Agency – updated weekly"], [],
        ["#", "Client Name", "Contact Email", "Service", "Account Manager", "Start Date", "Status", *steps, "Notes"],
    ]  # fmt: skip
    states = ("Onboarding", "Active", "On Hold", "Completed")
    for at in range(10):
        rows.append([at + 1, FIRMS[at], mail(FIRMS[at]), ("SEO", "Branding")[at % 2], ("Mia", "Raj")[at % 2],
                     day(70 - 5 * at), states[at % 4], *marks[at], "prefers phone" if at == 3 else None])  # fmt: skip
    rows += [["Total", 10], [], ["✓ = done"]]
    return Tracker(
        "agency_wide", {"Onboarding": Sheet(rows, ("A1:M1", "A2:M2"))}, {"Onboarding": "Clients"},
        {"Onboarding": {"Client": "Client Name", "Offer": "Service", "Status": "Status", "Start date": "Start Date"}},
        "wide", steps,
        {"Onboarding": {"Email": "Contact Email", "Owner": "Account Manager", "Notes": "Notes"}}, 10,
    )  # fmt: skip


def german_wide() -> Tracker:
    steps = (
        "Erstgespräch",
        "Vertrag unterschrieben",
        "Anzahlung",
        "Unterlagen erhalten",
        "Abschlussgespräch",
    )
    marks = progress(9, 5, text_dated, seed=2)
    rows: list[list[Any]] = [
        ["Kundenübersicht 2026"],
        [],
        ["Nr.", "Kunde", "E-Mail", "Telefon", "Betreuer", "Beginn", "Stand", *steps, "Bemerkungen"],
    ]
    for at in range(9):
        rows.append([at + 1, PEOPLE[at], mail(PEOPLE[at]), phone(at), ("Jana", "Uwe")[at % 2], f"{day(75 - 4 * at):%d.%m.%Y}",
                     ("aktiv", "in Arbeit", "pausiert", "abgeschlossen")[at % 4], *marks[at], None])  # fmt: skip
    rows += [[], ["Legende:"], ["aktiv", "wird betreut"], ["pausiert", "ruht bis auf Weiteres"]]
    return Tracker(
        "german_wide", {"Kundenliste": Sheet(rows), "Notizen": Sheet([["Ideen für das nächste Jahr"], ["mehr Empfehlungen"]])},
        {"Kundenliste": "Clients"},
        {"Kundenliste": {"Client": "Kunde", "Start date": "Beginn", "Status": "Stand"}}, "wide", steps,
        {"Kundenliste": {"Email": "E-Mail", "Phone": "Telefon", "Owner": "Betreuer", "Notes": "Bemerkungen"}}, 9,
    )  # fmt: skip


def french_long() -> Tracker:
    tasks = ("Envoyer le contrat", "Recevoir l'acompte", "Appel de lancement", "Livrer le bilan")
    clients: list[list[Any]] = [
        ["Nom du client", "Courriel", "Téléphone", "Prestation", "Date de début", "Statut"]
    ]
    for at in range(8):
        clients.append([FIRMS[at], mail(FIRMS[at]), phone(at), ("Conseil", "Formation")[at % 2], day(60 - 3 * at),
                        ("Actif", "En cours", "Terminé", "En pause")[at % 4]])  # fmt: skip
    rows: list[list[Any]] = [
        ["Suivi des tâches"],
        [],
        ["Client", "Tâche", "Responsable", "Échéance", "Terminé le", "Commentaires"],
    ]
    for at in range(8):
        for number, task in enumerate(tasks):
            done = day(50 - 3 * at - 5 * number) if number < at % 5 else None
            rows.append(
                [
                    FIRMS[at],
                    task,
                    ("Luc", "Zoé")[number % 2],
                    day(40 - 3 * at - 5 * number),
                    done,
                    None,
                ]
            )
    return Tracker(
        "french_long", {"Clients": Sheet(clients), "Suivi des tâches": Sheet(rows)},
        {"Clients": "Clients", "Suivi des tâches": "Steps"},
        {"Clients": {"Client": "Nom du client", "Offer": "Prestation", "Status": "Statut", "Start date": "Date de début"},
         "Suivi des tâches": {"Client": "Client", "Step": "Tâche", "Done": "Terminé le"}},
        "long", (),
        {"Clients": {"Email": "Courriel", "Phone": "Téléphone"},
         "Suivi des tâches": {"Owner": "Responsable", "Due": "Échéance", "Notes": "Commentaires"}}, 8,
    )  # fmt: skip


def spanish_groups() -> Tracker:
    steps = ("Contrato", "Factura", "Cuestionario", "Sesión 1", "Sesión 2", "Informe")
    marks = progress(8, 6, dated, seed=3)
    rows: list[list[Any]] = [
        ["SEGUIMIENTO DE CLIENTES"],
        ["Cliente", "Correo electrónico", "Programa", "Estado", "Fecha de inicio", "Bienvenida", None, None, "Programa en marcha"],
        [None, None, None, None, None, *steps],
    ]  # fmt: skip
    for at in range(8):
        rows.append([PEOPLE[at], mail(PEOPLE[at]), ("Básico", "Premium")[at % 2], ("Activo", "Pausado", "Finalizado")[at % 3],
                     day(85 - 3 * at), *marks[at]])  # fmt: skip
    merges = ("A1:K1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:H2", "I2:K2")
    return Tracker(
        "spanish_groups", {"Clientes": Sheet(rows, merges)}, {"Clientes": "Clients"},
        {"Clientes": {"Client": "Cliente", "Offer": "Programa", "Status": "Estado", "Start date": "Fecha de inicio"}},
        "wide", steps, {"Clientes": {"Email": "Correo electrónico"}}, 8,
    )  # fmt: skip


def project_long() -> Tracker:
    tasks = ("Discovery workshop", "Wireframes", "Design review", "Build", "Launch")
    rows: list[list[Any]] = [
        [
            "Task Name",
            "Client",
            "Assigned To",
            "Start Date",
            "Due Date",
            "Status",
            "% Complete",
            "Priority",
        ]
    ]
    for at in range(7):
        for number, task in enumerate(tasks):
            state = ("Complete", "In Progress", "Not Started")[
                0 if number < at % 5 else 1 if number == at % 5 else 2
            ]
            rows.append([task, FIRMS[at], ("Mia", "Raj", "Tom")[number % 3], day(60 - 4 * at - 5 * number), day(55 - 4 * at - 5 * number),
                         state, {"Complete": 1.0, "In Progress": 0.5}.get(state, 0.0), ("High", "Low")[at % 2]])  # fmt: skip
    return Tracker(
        "project_long", {"Project plan": Sheet(rows)}, {"Project plan": "Steps"},
        {"Project plan": {"Client": "Client", "Step": "Task Name", "Done": "Status"}}, "long", (),
        {"Project plan": {"Owner": "Assigned To", "Started": "Start Date", "Due": "Due Date"}},
    )  # fmt: skip


def split_names() -> Tracker:
    steps = ("Intake form", "Payment", "First session", "Mid-point review", "Testimonial")
    marks = progress(11, 5, dated, seed=4)
    rows: list[list[Any]] = [
        [
            "First Name",
            "Last Name",
            "Email Address",
            "Phone Number",
            "Coaching Package",
            "Enrolled On",
            *steps,
            "Next session",
        ]
    ]
    for at in range(11):
        first, last = PEOPLE[at].split()
        rows.append(
            [
                first,
                last,
                mail(PEOPLE[at]),
                phone(at),
                ("Starter", "VIP")[at % 2],
                day(82 - 3 * at),
                *marks[at],
                TODAY + timedelta(days=at),
            ]
        )
    return Tracker(
        "split_names", {"Coaching clients": Sheet(rows)}, {"Coaching clients": "Clients"},
        {"Coaching clients": {"Client": "Last Name", "First name": "First Name", "Offer": "Coaching Package", "Start date": "Enrolled On"}},
        "wide", steps, {"Coaching clients": {"Email": "Email Address", "Phone": "Phone Number"}}, 11,
    )  # fmt: skip


def due_and_done() -> Tracker:
    steps = ("Contract", "Invoice", "Kickoff")
    rows: list[list[Any]] = [
        ["Client", "Owner", "Status", *(part for step in steps for part in (step, None))],
        [None, None, None, *("Due", "Done") * 3],
    ]
    for at in range(9):
        marks: list[Any] = []
        for number in range(3):
            marks += [
                day(50 - 4 * at - 7 * number),
                day(51 - 4 * at - 7 * number) if number < at % 4 else None,
            ]
        rows.append([FIRMS[at], ("Mia", "Raj")[at % 2], ("Active", "Waiting")[at % 2], *marks])
    merges = ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "H1:I1")
    return Tracker(
        "due_and_done", {"Tracker": Sheet(rows, merges)}, {"Tracker": "Clients"},
        {"Tracker": {"Client": "Client", "Status": "Status"}}, "wide", steps, {"Tracker": {"Owner": "Owner"}}, 9,
    )  # fmt: skip


def two_tables() -> Tracker:
    steps = ("Proposal sent", "Agreement signed", "Onboarding call", "Files received")
    marks = progress(8, 4, lambda _w, _a: "x", seed=5)
    team = (("Mia", "mia@example.org", "Designer"), ("Raj", "raj@example.org", "Developer"))
    rows: list[list[Any]] = [["Studio overview"], [],
        ["Client", "Email", "Package", "Lead", "Started", "Client status", *steps, None, "Team member", "Email", "Role"]]  # fmt: skip
    for at in range(8):
        side = [None, *team[at]] if at < len(team) else []
        rows.append([FIRMS[at], mail(FIRMS[at]), ("Logo", "Website")[at % 2], ("Mia", "Raj")[at % 2], day(60 - 4 * at),
                     ("Active", "Lead", "Finished")[at % 3], *marks[at], *side])  # fmt: skip
    rows += [
        [],
        [],
        ["Package", "Price", "Description"],
        ["Logo", 900, "Logo and colours"],
        ["Website", 3500, "Five pages"],
    ]
    return Tracker(
        "two_tables", {"Overview": Sheet(rows)},
        {"Overview": "Clients", "Overview/2": "Offers", "Overview/3": "Team"},
        {"Overview": {"Client": "Client", "Offer": "Package", "Status": "Client status", "Start date": "Started"},
         "Overview/2": {"Offer": "Package"}, "Overview/3": {"Name": "Team member", "Email": "Email"}},
        "wide", steps,
        {"Overview": {"Email": "Email", "Owner": "Lead"}, "Overview/2": {"Price": "Price", "What it is": "Description"}}, 8,
    )  # fmt: skip


def bookkeeping() -> Tracker:
    steps = ("Bank statements", "Receipts", "Payroll data", "VAT return filed", "Report sent")
    words = ("Received", "Requested", "N/A", "Outstanding")
    rows: list[list[Any]] = [["Month-end checklist", None, None, "November 2026"], [],
        ["Client ID", "Company", "Contact", "Email", "Bookkeeper", *steps]]  # fmt: skip
    for at in range(10):
        marks = [
            words[(at + number) % 4] if number < 3 else ("Done", "Pending")[(at + number) % 2]
            for number in range(5)
        ]
        rows.append(
            [
                f"K{at + 101}",
                FIRMS[at],
                PEOPLE[at],
                mail(PEOPLE[at]),
                ("Sam", "Pat")[at % 2],
                *marks,
            ]
        )
    return Tracker(
        "bookkeeping", {"November": Sheet(rows)}, {"November": "Clients"},
        {"November": {"Client": "Company"}}, "wide", steps,
        {"November": {"Client ID": "Client ID", "Email": "Email", "Owner": "Bookkeeper"}}, 10,
    )  # fmt: skip


def italian_spacers() -> Tracker:
    steps = ("Contratto firmato", "Fattura pagata", "Riunione iniziale", "Consegna")
    marks = progress(9, 4, lambda _w, _a: "Fatto", "Da fare", seed=6)
    rows: list[list[Any]] = [
        [None, "Clienti 2026"],
        [],
        [
            None,
            "Cliente",
            "E-mail",
            None,
            "Servizio",
            "Stato",
            "Data inizio",
            None,
            *steps,
            None,
            "Note",
        ],
    ]
    for at in range(9):
        rows.append([None, PEOPLE[at], mail(PEOPLE[at]), None, ("Sito", "Logo")[at % 2], ("Attivo", "Sospeso", "Concluso")[at % 3], day(70 - 4 * at), None,
                     *marks[at], None, "chiamare" if at == 2 else None])  # fmt: skip
    rows += [[], [None, "Totale", 9]]
    return Tracker(
        "italian_spacers", {"Clienti": Sheet(rows)}, {"Clienti": "Clients"},
        {"Clienti": {"Client": "Cliente", "Offer": "Servizio", "Status": "Stato", "Start date": "Data inizio"}},
        "wide", steps, {"Clienti": {"Email": "E-mail", "Notes": "Note"}}, 9,
    )  # fmt: skip


def dutch_long() -> Tracker:
    tasks = ("Intakegesprek", "Contract tekenen", "Factuur sturen", "Oplevering")
    clients: list[list[Any]] = [
        ["Klantenlijst"],
        [],
        ["Klant", "E-mailadres", "Pakket", "Startdatum", "Status", "Accountmanager"],
    ]
    for at in range(7):
        clients.append(
            [
                FIRMS[at],
                mail(FIRMS[at]),
                ("Basis", "Plus")[at % 2],
                day(60 - 4 * at),
                ("Actief", "Afgerond", "In de wacht")[at % 3],
                "Fleur",
            ]
        )
    rows: list[list[Any]] = [["Klant", "Taak", "Deadline", "Gereed", "Opmerkingen"]]
    for at in range(7):
        for number, task in enumerate(tasks):
            rows.append([FIRMS[at], task, day(45 - 4 * at - 6 * number), number < at % 5, None])
    return Tracker(
        "dutch_long", {"Klanten": Sheet(clients), "Taken": Sheet(rows)}, {"Klanten": "Clients", "Taken": "Steps"},
        {"Klanten": {"Client": "Klant", "Offer": "Pakket", "Status": "Status", "Start date": "Startdatum"},
         "Taken": {"Client": "Klant", "Step": "Taak", "Done": "Gereed"}},
        "long", (),
        {"Klanten": {"Email": "E-mailadres", "Owner": "Accountmanager"}, "Taken": {"Due": "Deadline", "Notes": "Opmerkingen"}}, 7,
    )  # fmt: skip


def database_export() -> Tracker:
    steps = ("Contract Signed?", "Deposit Paid?", "Kickoff Booked?", "Access Granted?")
    marks = progress(12, 4, lambda _w, _a: "Yes", "No", seed=7)
    rows: list[list[Any]] = [
        [
            "Name",
            "Contact Info",
            "Package",
            "Status",
            "Onboarding Date",
            "Owner",
            *steps,
            "Tags",
            "Last Updated",
        ]
    ]
    for at in range(12):
        rows.append([FIRMS[at], f"{mail(FIRMS[at])} / {phone(at)}", ("Retainer", "Project")[at % 2], ("Onboarding", "Active", "Churned")[at % 3],
                     f"{day(80 - 4 * at):%B %d, %Y}", ("Mia", "Raj")[at % 2], *marks[at], "b2b", day(at)])  # fmt: skip
    return Tracker(
        "database_export", {"Client database": Sheet(rows)}, {"Client database": "Clients"},
        {"Client database": {"Client": "Name", "Offer": "Package", "Status": "Status", "Start date": "Onboarding Date"}},
        "wide", steps, {"Client database": {"Email": "Contact Info", "Owner": "Owner"}}, 12,
    )  # fmt: skip


FIRST = (
    agency_wide, german_wide, french_long, spanish_groups, project_long, split_names,
    due_and_done, two_tables, bookkeeping, italian_spacers, dutch_long, database_export,
)  # fmt: skip
"""The trackers that were at hand while the matching was made."""
