"""The sixty clients of the made-up studio, and where each of them stands today.

Nobody here exists. Names come in several scripts and forms (an apostrophe, an emoji, a leading
`=` or `+`), because the names of real clients do.
"""
# ruff: noqa: PLR0913, PLR0917 - the helpers make rows of a table, read across

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetops.template.demo.dates import Day
from sheetops.template.demo.offers import BOOKS, COACHING, YEAR_END
from sheetops.workbook.raw import Value

Cells = Mapping[str, Value | Day]


@dataclass(frozen=True, slots=True)
class Client:
    """A client and where they stand.

    `now` names the steps that are open, `waited` the working days since they could begin.
    `finished` is how many working days ago the work ended. With neither, no steps are laid out yet.
    `more` holds further cells of the client's row, `note` stands beside the open steps, and `steps`
    holds further cells of those steps. `tick` is typed instead of a date where a neighbour is done.
    """

    name: str
    first: str
    mail: str
    offer: str
    owner: str
    now: tuple[str, ...] = ()
    waited: int = 0
    finished: int | None = None
    status: str = "Active"
    note: str = ""
    more: Cells = field(default_factory=dict)
    steps: Cells = field(default_factory=dict)
    tick: str = ""


def _done(
    name: str,
    first: str,
    mail: str,
    offer: str,
    owner: str,
    ago: int,
    stars: int,
    result: str,
    **more: Value,
) -> Client:
    cells: dict[str, Value | Day] = {"Result": result, "Satisfaction": stars}
    cells |= {heading.replace("_", " "): value for heading, value in more.items()}
    return Client(name, first, mail, offer, owner, finished=ago, status="Finished", more=cells)


def _lead(
    name: str, first: str, mail: str, offer: str, owner: str, chance: float, notes: str
) -> Client:
    cells: Cells = {"Chance %": chance, "Notes": notes, "Start date": None}
    return Client(name, first, mail, offer, owner, status="Lead", more=cells)


STALLED = (
    Client(
        "Seán O'Fibberty",
        "Seán",
        "sean.ofibberty@example.com",
        BOOKS,
        "Tomasz",
        ("Share bank and till exports",),
        17,
        note="Says they are “in the other jacket”.",
        more={"Notes": "Charming. Never has the receipts."},
    ),
    Client(
        "Façade & Fils",
        "Étienne",
        "etienne@facade.example.org",
        BOOKS,
        "Tomasz",
        ("Bank gives read-only access",),
        18,
        note="Branch says the form never arrived. Sent again by post.",
    ),
    Client(
        "Hedgehog & Daughters",
        "Hazel",
        "hazel@hedgehog.example.net",
        BOOKS,
        "Tomasz",
        ("Clean up the ledger",),
        14,
        note="Two years in one file. Harder than it looked.",
    ),
    Client(
        "Amadou Lantern-Diallo",
        "Amadou",
        "amadou@example.org",
        COACHING,
        "Aoife",
        ("Numbers on one page", "Three customer conversations"),
        13,
    ),
    Client(
        "Xóchitl Paperbird",
        "Xóchitl",
        "xochitl@paperbird.example.com",
        COACHING,
        "Aoife",
        ("Where-are-you-now form",),
        11,
        note="Got as far as question four.",
    ),
    Client(
        "Ólafur Þrumuson",
        "Ólafur",
        "olafur@example.net",
        YEAR_END,
        "Ngozi",
        ("Fill in the records checklist",),
        26,
        note="At sea. Mileage log is in the van, van is on the pier.",
        more={"Last contact": Day(-16)},
    ),
    Client(
        "Nguyễn Thị Mây",
        "Mây",
        "may.nguyen@example.com",
        YEAR_END,
        "Ngozi",
        ("Tax office confirms us as agent",),
        16,
        note="Reference number given on the telephone, nothing in writing.",
    ),
    Client(
        "Two Left Socks Laundry",
        "Bernie",
        "bernie@twoleftsocks.example.com",
        BOOKS,
        "Tomasz",
        ("Answer our open questions",),
        10,
    ),
)

DUE_SOON = (
    Client(
        "Wren Applewhistle",
        "Wren",
        "wren@example.org",
        COACHING,
        "Mei",
        ("Book your six sessions",),
        5,
        tick="x",
    ),
    Client(
        "Γιώργος Μέλισσας",
        "Γιώργος",
        "giorgos@melissas.example.net",
        YEAR_END,
        "Ngozi",
        ("Fill in the records checklist", "Tax office confirms us as agent"),
        7,
    ),
    Client(
        "+Plus One Weddings",
        "Chidi",
        "chidi@plusone.example.com",
        BOOKS,
        "Aoife",
        ("Pay the deposit",),
        4,
        more={"Referred by": "Captain Biscuit Bakery"},
    ),
    Client(
        "Basil & Thyme Chambers",
        "Basil",
        "basil@chambers.example.org",
        YEAR_END,
        "Ngozi",
        ("Approve the accounts",),
        5,
    ),
    Client(
        "Ayşe Güneşli",
        "Ayşe",
        "ayse@gunesli.example.com",
        COACHING,
        "Aoife",
        ("Closing session",),
        7,
        note="Wants to bring a cake.",
    ),
)

ON_TRACK = (
    Client(
        "Bríd Quillfeather",
        "Bríd",
        "brid@quillfeather.example.com",
        BOOKS,
        "Aoife",
        ("Answer our open questions",),
        1,
    ),
    Client(
        "The Knitted Otter",
        "Maeve",
        "maeve@knittedotter.example.org",
        BOOKS,
        "Tomasz",
        ("Clean up the ledger",),
        4,
    ),
    Client(
        "Zoë Krümmelbach",
        "Zoë",
        "zoe@kruemmelbach.example.net",
        YEAR_END,
        "Mei",
        ("Prepare draft accounts",),
        5,
        more={"Notes": "Letters from the tax office come to us first."},
    ),
    Client(
        "🌻 Sunflower Yoga Barn",
        "Dara",
        "dara@sunflower.example.com",
        COACHING,
        "Aoife",
        ("Draft the 90-day plan", "Talk with your accountability partner"),
        3,
        more={"Do not mail": True, "Notes": "Rings us. Mail drives her up the barn wall."},
    ),
    Client(
        "云朵茶馆 Cloud Tea House",
        "小云",
        "xiaoyun@cloudtea.example.com",
        BOOKS,
        "Mei",
        ("Invite us to the accounts software", "Bank gives read-only access"),
        2,
    ),
    Client(
        "Нина Облакова",
        "Нина",
        "nina.oblakova@example.org",
        COACHING,
        "Mei",
        ("Three customer conversations",),
        3,
        tick="yes",
    ),
    Client(
        "=Equals Architects",
        "Ruairí",
        "ruairi@equals.example.com",
        YEAR_END,
        "Tomasz",
        ("Prepare draft accounts",),
        7,
    ),
    Client(
        "Kofi Umbrella-Mensah",
        "Kofi",
        "kofi@umbrella.example.net",
        YEAR_END,
        "Ngozi",
        ("File with the tax office",),
        1,
    ),
    Client(
        "Oisín Featherstonehaugh-Ng",
        "Oisín",
        "oisin@example.com",
        COACHING,
        "Aoife",
        ("Where-are-you-now form",),
        2,
        more={
            "Promised by": Day(14),
            "Notes": "Wants the plan before his landlord decides. That is sporting.",
        },
    ),
    Client(
        "Poppy Wheelbarrow",
        "Poppy",
        "poppy@wheelbarrow.example.org",
        COACHING,
        "Mei",
        ("Three customer conversations",),
        12,
        note="Due moved: her fair comes first.",
        more={"Last contact": Day(-24)},
        steps={"Due": Day(6)},
    ),
)
"""Poppy looks inactive, and Oisín's promise is nearer than his path is short."""

NEW = (
    Client(
        "Tumbleweed Films",
        "Lupe",
        "lupe@tumbleweed.example.com",
        COACHING,
        "Aoife",
        more={"Client ID": None, "Start date": Day(0), "Referred by": "Lakshmi Teapot"},
    ),
    Client(
        "דליה כוכבי",
        "דליה",
        "dalia@kochavi.example.org",
        BOOKS,
        "Tomasz",
        more={"Start date": Day(-1)},
    ),
    Client(
        "Renée d'Aubergine",
        "Renée",
        "renee@aubergine.example.net",
        YEAR_END,
        "Ngozi",
        more={"Start date": Day(0)},
    ),
)

MUDDLED = (
    Client(
        "Marguerite Puddle",
        "Marguerite",
        "marguerite@puddle.example.com",
        BOOKS,
        "Tomasz",
        ("Share bank and till exports",),
        4,
    ),
    Client(
        "Marek Dandelion",
        "Marek",
        "marek@dandelion.example.com",
        COACHING,
        "Aoife",
        ("Mid-way session",),
        3,
    ),
    Client(
        "Hugo Halfmoon",
        "Hugo",
        "hugo@halfmoon.example.net",
        BOOKS,
        "Tomasz",
        ("Welcome call",),
        2,
    ),
    Client(
        "Ferdinand Snailpost",
        "Ferdinand",
        "ferdinand@snailpost.example.org",
        BOOKS,
        "Mei",
        more={"Start date": Day(-2)},
    ),
    Client(
        "Inés Candelabra",
        "Inés",
        "ines@candelabra.example.com",
        COACHING,
        "Aoife",
        ("Kick-off session",),
        2,
    ),
)
"""Active clients in whose rows somebody mistyped something (see mistakes.py)."""

ON_HOLD = (
    Client(
        "Priya Marigold",
        "Priya",
        "priya@marigold.example.org",
        COACHING,
        "Aoife",
        ("Draft the 90-day plan",),
        31,
        status="Paused",
        more={"Pause until": Day(15), "Pause reason": "A loss in the family. No hurry at all."},
    ),
    Client(
        "Old Lantern Bookshop",
        "Cormac",
        "cormac@oldlantern.example.com",
        BOOKS,
        "Tomasz",
        ("Answer our open questions",),
        22,
        status="Paused",
        more={"Pause until": Day(8), "Pause reason": "Stock-taking, back after it."},
    ),
    Client(
        "Marisol Kettledrum",
        "Marisol",
        "marisol@kettledrum.example.net",
        YEAR_END,
        "Ngozi",
        ("Approve the accounts",),
        12,
        more={"Pause until": Day(4), "Pause reason": "On tour with the orchestra."},
    ),
    Client(
        "Quentin Brollysmith",
        "Quentin",
        "quentin@brollysmith.example.com",
        YEAR_END,
        "Ngozi",
        ("Tax office confirms us as agent",),
        6,
        status="Waiting",
        note="Waits until the company has its number.",
    ),
    Client(
        "Fig & Lentil Kitchen",
        "Yusuf",
        "yusuf@figlentil.example.org",
        BOOKS,
        "Mei",
        status="Waiting",
        more={"Start date": Day(15), "Notes": "Signed. We begin when the kitchen reopens."},
    ),
    Client(
        "Barnaby Moonraker",
        "Barnaby",
        "barnaby@moonraker.example.com",
        COACHING,
        "Aoife",
        ("Kick-off session",),
        40,
        status="Refunded",
        more={
            "Last contact": Day(-38),
            "Result": "Wanted a loan, not a coach. Paid back in full, parted friends.",
        },
    ),
    Client(
        "Grimthorpe Holdings",
        "Mr Grimthorpe",
        "office@grimthorpe.example.net",
        BOOKS,
        "Aoife",
        ("Pay the deposit",),
        58,
        status="Do not serve",
        more={
            "Last contact": Day(-57),
            "Result": "Shouted at Mei. We do not work with people who shout.",
        },
    ),
)

LEADS = (
    _lead("Pip Thistlewood", "Pip", "pip@thistlewood.example.com", COACHING, "Aoife", 60,
          "Met at the market. Sends long, funny mails."),
    _lead("Ngaio Driftwood", "Ngaio", "ngaio@driftwood.example.org", BOOKS, "Tomasz", 35,
          "Compares us with her cousin."),
    _lead("फूलवती Flower Cart", "फूलवती", "phool@flowercart.example.net", YEAR_END, "Ngozi", 80,
          "Wants to begin next quarter."),
    _lead("Gus Paddlesworth", "Gus", "gus@paddlesworth.example.com", COACHING, "Mei", 15,
          "Has no hour to spare, he says."),
)  # fmt: skip

FINISHED = (
    _done("Captain Biscuit Bakery", "Fionnuala", "fionnuala@captainbiscuit.example.com", BOOKS,
          "Ngozi", 3, 5, "First year with a profit", Marketing_consent=True),
    _done("Lakshmi Teapot", "Lakshmi", "lakshmi@teapot.example.org", YEAR_END, "Ngozi", 4, 5,
          "Filed five weeks early", Referred_by="Captain Biscuit Bakery"),
    _done("Moss & Ember Pottery", "Ilse", "ilse@mossember.example.net", COACHING, "Aoife", 12, 4,
          "Prices raised, nobody left", Marketing_consent=True),
    _done("Bartholomew Thrupp", "Bartholomew", "barty@thrupp.example.com", BOOKS, "Tomasz", 17, 4,
          "Books balance"),
    _done("Łucja Dźwięk", "Łucja", "lucja@example.org", COACHING, "Mei", 23, 5,
          "Fridays off", Marketing_consent=True, Referred_by="Moss & Ember Pottery"),
    _done("Saturday Fish Market", "Concepta", "concepta@fishmarket.example.com", BOOKS, "Tomasz",
          27, 4, "Till and bank agree at last"),
    _done("Mx. Juniper Toadflax", "Juniper", "juniper@toadflax.example.net", BOOKS, "Mei", 31, 3,
          "Tidy, if later than hoped", Marketing_consent=True),
    _done("Søren Ågård", "Søren", "soren@aagaard.example.com", YEAR_END, "Ngozi", 38, 5,
          "A refund of 1,200"),
    _done("Elif Teaspoon", "Elif", "elif@teaspoon.example.org", COACHING, "Aoife", 44, 5,
          "Hired her first help", Marketing_consent=True),
    _done("Gobnait's Goats", "Gobnait", "gobnait@goats.example.com", BOOKS, "Tomasz", 46, 4,
          "Knows what a cheese costs"),
    _done("فاطمة الزجّاج", "فاطمة", "fatima@glass.example.net", YEAR_END, "Mei", 51, 5,
          "Filed, framed, forgotten", Marketing_consent=True),
    _done("Dún na gCat Café", "Niamh", "niamh@catcafe.example.com", BOOKS, "Aoife", 56, 4,
          "Twelve cats, one ledger"),
    _done("Tāne Harbourlight", "Tāne", "tane@harbourlight.example.org", COACHING, "Aoife", 60, 5,
          "Said no to the wrong investor", Marketing_consent=True),
    _done("Crooked Spoon Catering", "Jarlath", "jarlath@crookedspoon.example.net", BOOKS, "Tomasz",
          65, 2, "Done, but we kept him waiting"),
    _done("한별 Star Stationery", "한별", "hanbyeol@star.example.com", YEAR_END, "Ngozi", 70, 4,
          "Filed in time"),
    _done("Violet Umbridge-Okafor", "Violet", "violet@okafor.example.org", COACHING, "Mei", 74, 4,
          "A plan on one page", Referred_by="Tāne Harbourlight", Marketing_consent=True),
    _done("Half a Dozen Eggs", "Henrietta", "henrietta@sixeggs.example.com", BOOKS, "Tomasz", 79, 5,
          "Came as a shoebox, left as a ledger"),
    _done("Ignatius Plum", "Ignatius", "ignatius@plum.example.net", YEAR_END, "Ngozi", 85, 4,
          "Filed in time", Marketing_consent=True),
)  # fmt: skip

ALL: tuple[Client, ...] = (
    *reversed(FINISHED), *ON_HOLD, *STALLED, *DUE_SOON, *ON_TRACK, *MUDDLED, *LEADS, *NEW,
)  # fmt: skip
"""All sixty, those who came first at the top, as in a sheet that grew."""
