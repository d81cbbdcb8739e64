"""The workbook contract: every tab and column, what it means, and who may write it.

Context: staff rename, reorder and delete columns, and everything else in the house needs to agree on
what a column means. Decision: this module is the only place that says so; the parser, the template,
the messages to people and the stores all read it. Consequence: a new column is one line here, and
the tests fail until the committed `workbook_template.xlsx` has it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sheetops.workbook.choices import (
    Decision,
    Flag,
    MessageKind,
    Recipient,
    Sending,
    SendMode,
    Status,
    texts_of,
)


class Kind(StrEnum):
    """What the cells of a column hold, and so how they are read."""

    TEXT = "text"
    ID = "id"
    DATE = "date"
    DONE = "date or tick"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes/no"
    CHOICE = "choice"
    EMAIL = "email"
    NAME = "name"
    MOMENT = "date and time"
    ANY = "as its row says"


class Owner(StrEnum):
    """Who may write a column. The tool writes tool columns only."""

    STAFF = "staff"
    TOOL = "tool"


class Group(StrEnum):
    """Where a tab stands in the workbook."""

    EVERYDAY = "everyday"
    SET_UP_ONCE = "set up once"
    TOOL = "written by sheetops"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: found by its heading or an alias, case and surrounding spaces ignored.

    `refers_to` is the (tab, heading) whose values a NAME column may hold. `vital` columns put their
    whole row in doubt where they cannot be read: it then gets no flag and no follow-up. `least` and
    `most` bound numbers. `width` is in characters, for the template.
    """

    heading: str
    kind: Kind
    what: str
    owner: Owner = Owner.STAFF
    required: bool = False
    vital: bool = False
    blank_is_yes: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, str] | None = None
    least: float | None = None
    most: float | None = None
    width: int = 14

    @property
    def is_tool(self) -> bool:
        return self.owner is Owner.TOOL

    @property
    def is_date(self) -> bool:
        return self.kind in {Kind.DATE, Kind.DONE}


@dataclass(frozen=True)
class Tab:
    """One tab: `row_is` completes "one row per …"; `key` are the headings that name a row."""

    name: str
    row_is: str
    group: Group
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    aliases: tuple[str, ...] = ()

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        return {column.heading: column for column in self.columns}

    @cached_property
    def tool_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_tool)

    @cached_property
    def staff_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.is_tool)

    def __getitem__(self, heading: str) -> Column:
        return self.by_heading[heading]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


# fmt: off
STATUSES = texts_of(Status)
"""What a client's Status may be. The last two get no follow-up, ever."""
PARTIES = ("Client", "Team", "Third party")
"""Whom a step waits on."""
STEP_KINDS = ("email", "form", "invoice", "login", "meeting", "survey", "homework", "document", "review", "payment", "other")
PARTS = ("reminder", "consequence", "reward", "inactive", "segment", "quality", "feedback", "thank-you", "join", "subscribe", "resale", "referral", "digest")
QUESTION_USES = ("fit", "know", "delight")
DECISIONS = texts_of(Decision)
SENDING = texts_of(Sending)
FLAGS = texts_of(Flag)
"""The flags, most serious first; a client shows one."""
OUTCOMES = ("Waiting for approval", "To do by hand", "Planned", "Sent", "Rehearsed", "Deferred", "Refused", "In doubt", "Held", "Skipped", "Done by hand", "No longer due")
"""What may become of a follow-up."""
LOAD, LOAD_AHEAD, CAN_TAKE_ON = "Load", "Load, next 4 weeks", "Can take on"
"""Figures of the tab Capacity that the charts of the Dashboard show."""
TEAM_AS_ONE = "The whole team"
OPERATORS = ("is", "is not", "contains", "before", "after", "at least", "at most", "blank", "not blank")


def _tool(heading: str, kind: Kind, what: str, width: int = 14, *, required: bool = False) -> Column:
    return Column(heading, kind, what, Owner.TOOL, required=required, width=width)


_CLIENT_NAMES = ("Clients", "Client")
_OFFERS = ("Offers", "Offer")
_PEOPLE = ("Team", "Name")

CLIENTS = Tab(
    "Clients",
    "client",
    Group.EVERYDAY,
    (
        Column("Client ID", Kind.ID, "A short name that never changes. Left blank, sheetops fills it in.", vital=True, aliases=("ID", "Client no", "Client number", "Customer ID"), width=10),
        Column("Client", Kind.TEXT, "The client's name, as you say it.", required=True, vital=True, aliases=("Client name", "Customer", "Customer name", "Name"), width=24),
        Column("First name", Kind.TEXT, "How a mail greets them.", aliases=("Given name", "Forename"), width=12),
        Column("Email", Kind.EMAIL, "One address. Follow-ups to the client go here and nowhere else.", aliases=("E-mail", "Email address", "E-mail address", "Mail"), width=28),
        Column("Offer", Kind.NAME, "What they bought. Their steps are laid out from it.", required=True, vital=True, aliases=("Package", "Service", "Programme", "Program"), refers_to=_OFFERS, width=22),
        Column("Owner", Kind.NAME, "Who looks after them. Replies go to this person.", aliases=("Account manager", "Responsible", "Assigned to", "Client owner"), refers_to=_PEOPLE, width=14),
        Column("Status", Kind.CHOICE, "Where they stand with us. Refunded and Do not serve get no mail, ever.", required=True, vital=True, choices=STATUSES, aliases=("Client status",), width=13),
        Column("Start date", Kind.DATE, "The day they start. With an offer, this lays out their steps.", required=True, vital=True, aliases=("Started on", "Start", "Onboarded"), width=12),
        Column("Finished on", Kind.DATE, "The day the work was finished.", vital=True, aliases=("Finish date", "Finished", "End date"), width=12),
        Column("Promised by", Kind.DATE, "The day we promised to be done.", vital=True, aliases=("Promise date", "Deadline"), width=12),
        Column("Value", Kind.NUMBER, "What they pay, in your currency.", aliases=("Amount", "Fee", "Contract value"), least=0, width=11),
        Column("Result", Kind.TEXT, "What came of it, in a few words.", width=20),
        Column("Satisfaction", Kind.WHOLE, "1 (unhappy) to 5 (delighted).", aliases=("Satisfaction (1 to 5)", "Rating"), least=1, most=5, width=12),
        Column("Pause until", Kind.DATE, "No flags and no mail until this day.", vital=True, aliases=("Paused until", "On hold until"), width=12),
        Column("Pause reason", Kind.TEXT, "Why they are paused.", width=20),
        Column("Lift consequence", Kind.YES_NO, "Tick to end a consequence.", vital=True, width=12),
        Column("Do not mail", Kind.YES_NO, "Tick and no mail goes to this client.", vital=True, aliases=("No mail", "Do not email"), width=10),
        Column("Marketing consent", Kind.YES_NO, "Tick if they agreed to receive more than service mail.", vital=True, aliases=("Consent",), width=11),
        Column("Last contact", Kind.DATE, "The day somebody last spoke with them.", aliases=("Last contacted",), width=12),
        Column("Referred by", Kind.TEXT, "Who sent them.", aliases=("Referrer",), width=18),
        Column("Chance %", Kind.NUMBER, "For leads: how likely they are to start, 0 to 100.", aliases=("Chance % (leads)", "Chance", "Probability"), least=0, most=100, width=9),
        Column("Company", Kind.TEXT, "The business they belong to, if any.", aliases=("Organisation", "Organization", "Company name"), width=20),
        Column("Phone", Kind.ID, "With the country's code, such as +353 1 555 0100.", aliases=("Telephone", "Mobile", "Phone number"), width=17),
        Column("Starts at", Kind.NAME, "The step where they stood when sheetops came. Everything before it counts as done.", vital=True, refers_to=("Offer steps", "Step"), width=22),
        Column("Notes", Kind.TEXT, "Anything. Never rewritten.", aliases=("Comments", "Remarks"), width=30),
        _tool("Stage", Kind.TEXT, "The stage of the step in hand.", width=15),
        _tool("Flag", Kind.TEXT, "The most serious thing about this client today.", width=17),
        _tool("Why", Kind.TEXT, "The reason for the flag, in words.", width=52),
        _tool("Waiting on", Kind.TEXT, "Who has to act next.", width=12),
        _tool("Current step", Kind.TEXT, "The step that is open now.", width=24),
        _tool("Days waiting", Kind.NUMBER, "Working days since that step started.", width=9),
        _tool("Consequence", Kind.TEXT, "A consequence in force.", width=16),
        _tool("Promise moved to", Kind.DATE, "The promised day after a consequence.", width=12),
        _tool("Next follow-up", Kind.TEXT, "What will be sent next, and when.", width=30),
        _tool("Fit", Kind.TEXT, "For leads: what is missing before they can be served well.", width=16),
        _tool("Known %", Kind.NUMBER, "How much of what we want to know is known.", width=9),
        _tool("Consistency %", Kind.NUMBER, "How closely what happened follows the declared path.", width=13),
        _tool("Delta", Kind.WHOLE, "How many parts of the follow-on service are still missing.", width=8),
        _tool("Checked at", Kind.DATE, "The day on which sheetops last checked this row.", width=12),
    ),
    key=("Client ID", "Client"),
    required=True,
    aliases=("Client", "Customers", "Client list"),
)

STEPS = Tab(
    "Steps",
    "step of a client",
    Group.EVERYDAY,
    (
        Column("Client", Kind.NAME, "The client, by name or Client ID.", required=True, vital=True, aliases=("Client name", "Client ID", "Customer"), refers_to=_CLIENT_NAMES, width=24),
        Column("Step", Kind.NAME, "What has to happen.", required=True, vital=True, aliases=("Task", "Activity"), refers_to=("Offer steps", "Step"), width=28),
        Column("Waiting on", Kind.CHOICE, "Who has to act. Blank: as the offer says.", vital=True, aliases=("Waiting for",), choices=PARTIES, width=12),
        Column("Owner", Kind.NAME, "Who in the team looks after this step. Blank: as the offer says, else the client's owner.", aliases=("Assigned to", "Responsible"), refers_to=_PEOPLE, width=12),
        Column("Started", Kind.DATE, "The day it could begin. Blank: when the step before it was done.", vital=True, aliases=("Start date", "Started on"), width=12),
        Column("Due", Kind.DATE, "The day it should be done by. Blank: as many working days as the offer allows.", vital=True, aliases=("Due date", "Deadline"), width=12),
        Column("Done", Kind.DONE, "The day it was done, or just a tick (x, yes).", required=True, vital=True, aliases=("Done on", "Completed", "Finished"), width=12),
        Column("Third party email", Kind.EMAIL, "Where a third party is reminded. Blank: as the offer says.", aliases=("Third party address", "Third party e-mail"), width=24),
        Column("Notes", Kind.TEXT, "Anything. Never rewritten.", aliases=("Comments", "Remarks"), width=30),
        _tool("Flag", Kind.TEXT, "Stalled, late, due soon, on track or paused; blank when done or not begun.", width=17),
        _tool("Why", Kind.TEXT, "The reason for the flag, in words.", width=72),
        _tool("Days waiting", Kind.NUMBER, "Working days since it started.", width=9),
        _tool("Due by", Kind.DATE, "Your due date, or the day that the offer's working days run out.", width=12),
        _tool("Reminders sent", Kind.WHOLE, "How many reminders went out for this step.", width=10),
    ),
    key=("Client", "Step"),
    required=True,
    aliases=("Client steps", "Tasks"),
)

FOLLOW_UPS = Tab(
    "Follow-ups",
    "follow-up proposed or sent",
    Group.EVERYDAY,
    (
        Column("Decision", Kind.CHOICE, "Send, Hold, Skip or Done by hand. sheetops obeys at its next run.", required=True, vital=True, choices=DECISIONS, width=14),
        Column("Subject", Kind.TEXT, "You may change it until it is sent.", required=True, vital=True, width=34),
        Column("Body", Kind.TEXT, "You may change it until it is sent.", required=True, vital=True, aliases=("Text",), width=60),
        _tool("Follow-up ID", Kind.ID, "Names this follow-up for ever.", width=14, required=True),
        _tool("Date", Kind.DATE, "The day for which it was proposed.", width=12),
        _tool("Client", Kind.TEXT, "The client it is about.", width=24),
        _tool("To", Kind.TEXT, "Who gets it.", width=28),
        _tool("Message", Kind.TEXT, "The row of Messages it was made from.", width=22),
        _tool("Why", Kind.TEXT, "Why it was proposed.", width=44),
        _tool("Outcome", Kind.TEXT, "What became of it.", width=18),
        _tool("Sent at", Kind.MOMENT, "When it left.", width=17),
    ),
    key=("Follow-up ID",),
    aliases=("Follow ups", "Followups"),
)

NOTES = Tab(
    "Notes",
    "thing that a client said",
    Group.EVERYDAY,
    (
        Column("Date", Kind.DATE, "When they said it.", required=True, width=12),
        Column("Client", Kind.NAME, "Who it is about.", required=True, refers_to=_CLIENT_NAMES, width=24),
        Column("Who", Kind.NAME, "Who of us heard it.", refers_to=_PEOPLE, width=14),
        Column("What they said", Kind.TEXT, "Their own words. Never rewritten.", required=True, aliases=("Note", "What was said"), width=70),
        Column("Remember", Kind.YES_NO, "Tick what matters to them.", width=11),
    ),
    aliases=("Client notes",),
)

OFFERS = Tab(
    "Offers",
    "offer",
    Group.SET_UP_ONCE,
    (
        Column("Offer", Kind.ID, "The name of the offer.", required=True, aliases=("Package", "Service"), width=24),
        Column("What it is", Kind.TEXT, "One sentence that anyone understands.", aliases=("Description",), width=50),
        Column("Price", Kind.NUMBER, "In your currency.", least=0, width=11),
        Column("Inactive after (days)", Kind.WHOLE, "Working days without a sign of life.", aliases=("Inactive after",), least=1, width=12),
        Column("Personal check-in every (weeks)", Kind.WHOLE, "How often somebody should get in touch.", aliases=("Personal check-in every", "Check-in every (weeks)"), least=1, width=14),
        Column("Open", Kind.YES_NO, "Can it be bought now? Blank means yes.", blank_is_yes=True, width=8),
        _tool("Active clients", Kind.WHOLE, "Clients of this offer who are not finished.", width=9),
        _tool("Consistency %", Kind.NUMBER, "How closely what happened follows the declared path.", width=13),
        _tool("Exceptions", Kind.TEXT, "What was done differently for single clients, and for how many.", width=34),
        _tool("Delta", Kind.WHOLE, "Parts of the follow-on service still missing.", width=8),
        _tool("Can take on", Kind.TEXT, "How many more clients, and from when.", width=22),
    ),
    key=("Offer",),
    aliases=("Packages", "Services"),
)

OFFER_STEPS = Tab(
    "Offer steps",
    "step of an offer",
    Group.SET_UP_ONCE,
    (
        Column("Offer", Kind.NAME, "The offer that this step belongs to.", required=True, vital=True, aliases=("Package", "Service"), refers_to=_OFFERS, width=22),
        Column("Order", Kind.NUMBER, "1, 2, 3 … Steps with the same number run side by side.", required=True, vital=True, aliases=("No", "Position"), width=7),
        Column("Step", Kind.ID, "What has to happen.", required=True, vital=True, aliases=("Task", "Activity"), width=28),
        Column("Kind", Kind.CHOICE, "What sort of step it is.", choices=tuple(STEP_KINDS), aliases=("Type",), width=11),
        Column("Stage", Kind.TEXT, "The part of the work it belongs to.", aliases=("Phase",), width=15),
        Column("Waiting on", Kind.CHOICE, "Who has to act.", required=True, vital=True, choices=PARTIES, aliases=("Waiting for", "Who acts"), width=12),
        Column("Owner", Kind.NAME, "Who in the team looks after it. Blank: the client's owner.", refers_to=_PEOPLE, width=12),
        Column("Working days", Kind.WHOLE, "How many it may take.", vital=True, aliases=("Days", "Days allowed"), least=0, most=1000, width=9),
        Column("Required", Kind.YES_NO, "Blank means yes.", vital=True, blank_is_yes=True, width=9),
        Column("Hours", Kind.NUMBER, "Hours of team work it takes.", least=0, width=8),
        Column("Link", Kind.TEXT, "The one place where it happens.", aliases=("Link (where it happens)", "Where it happens"), width=26),
        Column("SOP link", Kind.TEXT, "How we do it.", aliases=("SOP",), width=26),
        Column("Risk", Kind.TEXT, "What tends to go wrong.", width=24),
        Column("Boundary", Kind.TEXT, "What we do not do.", width=24),
        Column("Automated", Kind.YES_NO, "Tick if it happens by itself.", width=10),
        Column("Third party email", Kind.EMAIL, "Where a third party is reminded, if it is the same for every client.", aliases=("Third party address", "Third party e-mail"), width=24),
        _tool("Typical wait", Kind.NUMBER, "Half of all clients take this many working days or less.", width=9),
        _tool("9 in 10 within", Kind.NUMBER, "Nine in ten clients take this many working days or less.", width=9),
        _tool("Repeating delay", Kind.TEXT, "What the same delay costs, again and again.", width=20),
        _tool("Advice", Kind.TEXT, "What to try.", width=34),
    ),
    key=("Offer", "Step"),
    required=True,
    aliases=("Offersteps", "Path"),
)

MESSAGES = Tab(
    "Messages",
    "message that may be sent",
    Group.SET_UP_ONCE,
    (
        Column("Message", Kind.ID, "A name for this message.", required=True, vital=True, width=24),
        Column("Part", Kind.CHOICE, "What it is for.", vital=True, choices=tuple(PARTS), width=12),
        Column("Offer", Kind.NAME, "Only for clients of this offer. Blank: all.", vital=True, refers_to=_OFFERS, width=18),
        Column("Step", Kind.NAME, "Only for this step. Blank: every step.", vital=True, refers_to=("Offer steps", "Step"), width=22),
        Column("To", Kind.CHOICE, "Who gets it.", required=True, vital=True, choices=texts_of(Recipient), width=11),
        Column("When", Kind.TEXT, "For example: waiting 2 days; 3 days before due; 1 day after due; 2 days after finish.", required=True, vital=True, width=20),
        Column("Kind", Kind.CHOICE, "service, or marketing (needs the client's consent).", vital=True, choices=texts_of(MessageKind), width=11),
        Column("Send", Kind.CHOICE, "auto, ask (somebody approves each one) or by hand (a prompt, never a mail).", vital=True, choices=texts_of(SendMode), width=9),
        Column("Minutes saved", Kind.NUMBER, "What writing it by hand would take.", least=0, width=9),
        Column("Subject", Kind.TEXT, "May hold fields like {{First name|there}}.", required=True, vital=True, width=34),
        Column("Body", Kind.TEXT, "May hold fields like {{Step}} or {{Owner}}.", required=True, vital=True, aliases=("Text",), width=60),
        Column("Consequence", Kind.TEXT, "What follows, the same way for everyone. Understood: pause; move the promised date; tell the owner. Other words are shown as they are.", vital=True, width=26),
        Column("Segment", Kind.NAME, "Only for clients of this segment. Blank: all.", vital=True, refers_to=("Segments", "Segment"), width=20),
        _tool("Sent this month", Kind.WHOLE, "How often it went out this month.", width=9),
        _tool("Last sent", Kind.DATE, "When it last went out.", width=12),
    ),
    key=("Message",),
    aliases=("Message templates",),
)

QUESTIONS = Tab(
    "Questions",
    "thing that we want to know",
    Group.SET_UP_ONCE,
    (
        Column("Question", Kind.ID, "In words that you would say to a client.", required=True, width=48),
        Column("Why we ask", Kind.TEXT, "What we do with the answer.", width=36),
        Column("For", Kind.CHOICE, "fit, know or delight.", choices=QUESTION_USES, width=10),
        Column("Must be", Kind.TEXT, "For fit: the answer that a client must give.", width=18),
        Column("Offer", Kind.NAME, "Only for this offer. Blank: all.", refers_to=_OFFERS, width=18),
        _tool("Answered %", Kind.NUMBER, "How many of the clients have answered.", width=10),
    ),
    key=("Question",),
)

ANSWERS = Tab(
    "Answers",
    "answer",
    Group.SET_UP_ONCE,
    (
        Column("Date", Kind.DATE, "When they said it.", width=12),
        Column("Client", Kind.NAME, "Whose answer it is.", required=True, refers_to=_CLIENT_NAMES, width=24),
        Column("Question", Kind.NAME, "The question, as in Questions.", required=True, refers_to=("Questions", "Question"), width=48),
        Column("Answer", Kind.TEXT, "What they said.", required=True, width=48),
    ),
)

SEGMENTS = Tab(
    "Segments",
    "condition",
    Group.SET_UP_ONCE,
    (
        Column("Segment", Kind.TEXT, "Rows with the same name must all hold.", required=True, width=24),
        Column("Field", Kind.TEXT, "A heading of Clients, or a question.", required=True, width=28),
        Column("Is", Kind.CHOICE, "How to compare.", required=True, choices=OPERATORS, width=12),
        Column("Value", Kind.TEXT, "With what.", width=22),
        _tool("Clients now", Kind.WHOLE, "How many clients it holds today.", width=9),
    ),
)

TEAM = Tab(
    "Team",
    "person",
    Group.SET_UP_ONCE,
    (
        Column("Name", Kind.ID, "As it stands in the Owner columns.", required=True, width=18),
        Column("Email", Kind.EMAIL, "Where the morning mail goes.", required=True, aliases=("E-mail", "Email address", "E-mail address"), width=30),
        Column("Hours per week", Kind.NUMBER, "For work with clients.", least=0, most=168, width=10),
        Column("Working days", Kind.TEXT, "For example Mon-Thu. Blank: as the business.", width=14),
        _tool("Load next 4 weeks", Kind.TEXT, "Hours of work ahead against hours there are.", width=18),
    ),
    key=("Name",),
    aliases=("People", "Staff"),
)

TIME_OFF = Tab(
    "Time off",
    "absence",
    Group.SET_UP_ONCE,
    (
        Column("Name", Kind.NAME, "Who is away.", required=True, refers_to=_PEOPLE, width=18),
        Column("From", Kind.DATE, "First day away.", required=True, width=12),
        Column("To", Kind.DATE, "Last day away.", required=True, width=12),
    ),
    aliases=("Absences", "Holidays"),
)

SETTINGS = Tab(
    "Settings",
    "setting",
    Group.SET_UP_ONCE,
    (
        Column("Setting", Kind.ID, "The name of the setting. Leave it as it is.", required=True, width=32),
        Column("Value", Kind.ANY, "Yours to change.", required=True, width=34),
        Column("What it does", Kind.TEXT, "In plain words.", width=70),
        _tool("Problem", Kind.TEXT, "What cannot be used, and what to type.", width=44),
        _tool("Answer", Kind.TEXT, "What came of what was asked for here, and when.", width=44),
    ),
    key=("Setting",),
)

CAPACITY = Tab(
    "Capacity",
    "figure of the last report",
    Group.TOOL,
    (
        _tool("Figure", Kind.TEXT, "What is counted.", width=30),
        _tool("For", Kind.TEXT, "The person, offer or whole business.", width=22),
        _tool("Week of", Kind.DATE, "The Monday of the week.", width=12),
        _tool("Value", Kind.NUMBER, "The figure. Blank: the data do not carry it.", width=12),
        _tool("Unit", Kind.TEXT, "What it is counted in.", width=14),
        _tool("How we know", Kind.TEXT, "What it rests on.", width=60),
    ),
    key=("Figure",),
)

RUNS = Tab(
    "Runs",
    "run of a job",
    Group.TOOL,
    (
        _tool("Run", Kind.ID, "Names the run.", width=18),
        _tool("At", Kind.MOMENT, "When it began, in the business's time zone.", width=17),
        _tool("Next by", Kind.DATE, "The next working day. If it goes by without a run, the last one turns red.", width=13),
        _tool("Job", Kind.TEXT, "Which job.", width=10),
        _tool("Result", Kind.TEXT, "Done, or done with problems.", width=22),
        _tool("Clients", Kind.WHOLE, "Clients read.", width=9),
        _tool("Stalled", Kind.WHOLE, "Clients flagged as stalled.", width=9),
        _tool("Cells changed", Kind.WHOLE, "Status cells that were given another value.", width=9),
        _tool("Rows added", Kind.WHOLE, "Steps laid out and follow-ups listed.", width=9),
        _tool("Mails", Kind.WHOLE, "Mails to send in this run.", width=9),
        _tool("Minutes given back", Kind.NUMBER, "What writing and doing it by hand would have taken.", width=10),
        _tool("Problems", Kind.WHOLE, "Rows and cells that need a person.", width=9),
        _tool("Computer", Kind.TEXT, "The computer that it ran on.", width=18),
        _tool("Ledger", Kind.ID, "The ledger that remembers what was sent.", width=18),
    ),
    key=("Run",),
)

TABS: tuple[Tab, ...] = (
    CLIENTS, STEPS, FOLLOW_UPS, NOTES,
    OFFERS, OFFER_STEPS, MESSAGES, QUESTIONS, ANSWERS, SEGMENTS, TEAM, TIME_OFF, SETTINGS,
    CAPACITY, RUNS,
)
"""All tabs in the order of the workbook: everyday ones, those set up once, the tool's own."""

BY_NAME: dict[str, Tab] = {tab.name: tab for tab in TABS}
REQUIRED_TABS: tuple[Tab, ...] = tuple(tab for tab in TABS if tab.required)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of Settings: its name, kind, the value if none is given, and what it does."""

    name: str
    kind: Kind
    default: str
    what: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


SETTING_LIST: tuple[Setting, ...] = (
    Setting("Business name", Kind.TEXT, "", "Stands at the head of every mail."),
    Setting("Sender address", Kind.EMAIL, "", "The address that mail comes from."),
    Setting("Owner's address", Kind.EMAIL, "", "Where the morning summary goes."),
    Setting("Postal address", Kind.TEXT, "", "Marketing mail must carry it."),
    Setting("Sending", Kind.CHOICE, "preview", "preview: nothing is sent. rehearse to me: all of it goes to the rehearsal address. ask: only what you approve in Follow-ups. send: by itself.", choices=SENDING),
    Setting("Rehearsal address", Kind.EMAIL, "", "Where everything goes while you rehearse."),
    Setting("Mails per day at most", Kind.WHOLE, "100", "A run that would send more stops before the first.", least=0),
    Setting("Mails per minute at most", Kind.WHOLE, "30", "Some mail providers refuse more.", least=1),
    Setting("Mail hours", Kind.TEXT, "06:00-20:00", "Mail leaves only between these hours of a working day."),
    Setting("Time zone", Kind.TEXT, "UTC", "For example Europe/Dublin. It decides when a day begins."),
    Setting("Daily job at", Kind.TEXT, "07:00", "When the day's work is done, if sheetops serve or another scheduler is set up."),
    Setting("Weekly report on", Kind.TEXT, "Monday 08:00", "When you get the capacity report; never: only when you ask for it."),
    Setting("Working days", Kind.TEXT, "Mon-Fri", "For example Mon-Fri, or Tue, Wed, Sat. All waits are counted in them."),
    Setting("Country for holidays", Kind.TEXT, "", "For example Ireland, GB-ENG or DE-BY. Its public holidays are days off. Blank: none."),
    Setting("Extra days off", Kind.TEXT, "", "For example 24/12/2026; 28/12/2026 to 31/12/2026."),
    Setting("Due soon within (days)", Kind.WHOLE, "2", "A step due within so many working days is flagged Due soon.", least=0),
    Setting("Stalled after at least (days)", Kind.WHOLE, "2", "Where no due date is declared, a step that has waited no longer is never flagged Stalled.", least=0),
    Setting("Without a due date stalled after (days)", Kind.WHOLE, "20", "A step without a due date that waits longer is flagged Stalled while too few are done to know what is usual.", least=1),
    Setting("Silent after (days)", Kind.WHOLE, "20", "A client without a sign of life for longer is flagged Inactive, unless Offers says another number.", least=1),
    Setting("Personal prompts per week", Kind.WHOLE, "3", "A person is asked to get in touch with at most so many clients a week.", least=0),
    Setting("Too late after (days)", Kind.WHOLE, "5", "A follow-up that is so many working days late is left out, and says so.", least=0),
    Setting("Share of clients that may change", Kind.NUMBER, "60%", "A run that would change the flag of more stops and asks.", least=0, most=1),
    Setting("Sending computer", Kind.TEXT, "", "The one computer that may send. Blank: whichever runs the job."),
    Setting("Report now", Kind.YES_NO, "", "Tick to ask for the capacity report. It is sent to you, and Answer says when."),
    Setting("What if away", Kind.TEXT, "", "The report says what would change, for example: Tom: 14/12/2026 to 25/12/2026."),
    Setting("What if more clients", Kind.TEXT, "", "The report says what would change, for example: 3 Clarity coaching."),
    Setting("Workbook id", Kind.ID, "", "Written once by sheetops init. Leave it as it is."),
)
# fmt: on
"""The rows of Settings, in the order of the template."""

SETTING_BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTING_LIST}
