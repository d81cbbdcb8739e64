"""The words of the made-up studio: its messages, questions and answers, notes, segments, people."""

from __future__ import annotations

from sheetops.template.demo.dates import Day
from sheetops.template.demo.offers import BOOKS, COACHING, YEAR_END
from sheetops.workbook.raw import Value

BUSINESS = "Ledger & Lantern"

TEAM: tuple[tuple[str, str, float, str | None], ...] = (
    ("Aoife", "aoife@ledger-and-lantern.example.com", 24, None),
    ("Tomasz", "tomasz@ledger-and-lantern.example.com", 32, None),
    ("Ngozi", "ngozi@ledger-and-lantern.example.com", 30, "Mon-Thu"),
    ("Mei", "mei@ledger-and-lantern.example.com", 16, "Tue-Thu"),
)
"""Name, address, hours a week with clients, working days where they differ from the business's."""

TIME_OFF: tuple[tuple[str, Day, Day], ...] = (
    ("Tomasz", Day(8), Day(12)),
    ("Mei", Day(22), Day(26)),
    ("Ngozi", Day(-31), Day(-27)),
)

_HELLO = "Hello {{First name|there}},\n\n"
_BYE = "\n\n{{Owner|The team}}\n{{Business name}}"

MESSAGES: tuple[dict[str, Value], ...] = (
    {
        "Message": "A gentle nudge",
        "Part": "reminder",
        "To": "client",
        "When": "waiting 2 days",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 4,
        "Subject": "{{Step}}: shall we help?",
        "Body": (
            _HELLO + "next on your list with us is “{{Step}}”. No hurry: it is "
            "due by {{Due by}}.\n\nThis is the place for it: {{Link|just answer this mail}}\n\nIf "
            "anything about it is unclear, answer this mail and I will help." + _BYE
        ),
    },
    {
        "Message": "Still waiting, still friendly",
        "Part": "reminder",
        "To": "client",
        "When": "waiting 5 days",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 5,
        "Subject": "Is something in the way of “{{Step}}”?",
        "Body": (
            _HELLO + "“{{Step}}” has been with you for {{Days waiting}} working "
            "days, and I would like to know if something stands in the way. Five minutes on the "
            "telephone often settle it: name a time and I will ring you.\n\nOr do it here: "
            "{{Link|just answer this mail}}" + _BYE
        ),
    },
    {
        "Message": "Tell the owner",
        "Part": "reminder",
        "To": "owner",
        "When": "waiting 10 days",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 2,
        "Subject": "{{Client}} has waited {{Days waiting}} days at “{{Step}}”",
        "Body": (
            "“{{Step}}” of {{Client}} has been open for {{Days waiting}} working days (due by "
            "{{Due by}}). What would help now: a call, another day, another hand?\n\n"
            "What tends to go wrong here: {{Risk|nothing is written down yet}}"
        ),
    },
    {
        "Message": "Three days to go",
        "Part": "reminder",
        "To": "client",
        "When": "3 days before due",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 3,
        "Subject": "“{{Step}}” by {{Due by}}",
        "Body": (
            _HELLO + "a short note that “{{Step}}” is due by {{Due by}}. Once it "
            "is here, we begin the next part the same week.\n\n{{Link|Just answer this mail}}\n\n"
            "{{Boundary|Thank you!}}" + _BYE
        ),
    },
    {
        "Message": "The day after",
        "Part": "consequence",
        "To": "client",
        "When": "1 day after due",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 6,
        "Subject": "“{{Step}}” and your finishing day",
        "Body": (
            _HELLO + "we had hoped for “{{Step}}” by {{Due by}}. It is not too "
            "late, and nobody is cross. So that you can plan: for each day that it waits, your "
            "finishing day moves by a day too, as it does for all our clients.\n\n"
            "{{Link|Just answer this mail}}" + _BYE
        ),
        "Consequence": "move the promised date",
    },
    {
        "Message": "Deposit, in plain words",
        "Part": "reminder",
        "Offer": BOOKS,
        "Step": "Pay the deposit",
        "To": "client",
        "When": "3 days before due",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 4,
        "Subject": "Your place is kept until {{Due by}}",
        "Body": (
            _HELLO + "your place in our diary is kept until {{Due by}}. The "
            "deposit makes it yours: {{Link}}\n\nIf the timing is awkward, say so. We would rather "
            "move the date than press you." + _BYE
        ),
    },
    {
        "Message": "We pause your place",
        "Part": "consequence",
        "To": "client",
        "When": "waiting 15 days",
        "Kind": "service",
        "Send": "ask",
        "Minutes saved": 10,
        "Subject": "Shall we pause for now?",
        "Body": (
            _HELLO + "“{{Step}}” has waited {{Days waiting}} working days. Life "
            "happens. Unless we hear from you this week we pause your place, without cost, and "
            "open it again on the day you write." + _BYE
        ),
        "Consequence": "pause; tell the owner",
    },
    {
        "Message": "Ring, don't write",
        "Part": "inactive",
        "Offer": COACHING,
        "To": "client",
        "When": "inactive",
        "Kind": "service",
        "Send": "by hand",
        "Minutes saved": 0,
        "Subject": "A call to {{Client}}",
        "Body": (
            "No mail from a machine, please. Ring {{First name|them}}, ask how the business is and "
            "not where the homework is, and write down what they say in Notes."
        ),
    },
    {
        "Message": "Ahead of us",
        "Part": "reward",
        "To": "client",
        "When": "done early",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 3,
        "Subject": "“{{Step}}”, and early: thank you",
        "Body": (
            _HELLO + "“{{Step}}” is here before its day. That puts you at the top of our pile, so "
            "your next part begins sooner." + _BYE
        ),
    },
    {
        "Message": "A word to the bank",
        "Part": "reminder",
        "Offer": BOOKS,
        "Step": "Bank gives read-only access",
        "To": "third party",
        "When": "waiting 5 days",
        "Kind": "service",
        "Send": "ask",
        "Minutes saved": 12,
        "Subject": "Read-only access for {{Client}}",
        "Body": (
            "Good day,\n\nthe form for read-only access to the account of {{Client}} has been with "
            "you for {{Days waiting}} working days. Could you tell us where it stands?" + _BYE
        ),
    },
    {
        "Message": "Welcome aboard",
        "Part": "quality",
        "To": "client",
        "When": "2 days after start",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 5,
        "Subject": "Good to have you with us, {{First name|and welcome}}",
        "Body": (
            _HELLO + "welcome to {{Offer}}. I look after you here: an answer to "
            "this mail reaches me and nobody else." + _BYE
        ),
    },
    {
        "Message": "Thank you",
        "Part": "thank-you",
        "To": "client",
        "When": "2 days after finish",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 6,
        "Subject": "Thank you, {{First name|from all of us}}",
        "Body": (
            _HELLO + "{{Offer}} is done, and you did a good part of it. Thank "
            "you for your trust, and for answering all those questions.\n\nIf something is not "
            "quite right, tell me now: mending it is part of the work." + _BYE
        ),
    },
    {
        "Message": "Three questions",
        "Part": "feedback",
        "To": "client",
        "When": "10 days after finish",
        "Kind": "service",
        "Send": "auto",
        "Minutes saved": 6,
        "Subject": "What should we do differently, {{First name|please}}?",
        "Body": (
            _HELLO + "three short questions about {{Offer}}: what was better "
            "than you feared, what was worse, and what should we stop doing? A line for each is "
            "plenty." + _BYE
        ),
    },
    {
        "Message": "The lantern letter",
        "Part": "subscribe",
        "To": "client",
        "When": "30 days after finish",
        "Kind": "marketing",
        "Send": "ask",
        "Minutes saved": 3,
        "Subject": "One page a month, if you like",
        "Body": (
            _HELLO + "once a month we write one page on keeping books without "
            "tears. Would you like it? Answer “yes please” and it is yours; say nothing and you "
            "will not hear of it again." + _BYE
        ),
    },
    {
        "Message": "The evening by lantern light",
        "Part": "join",
        "To": "client",
        "When": "15 days after finish",
        "Kind": "marketing",
        "Send": "ask",
        "Minutes saved": 3,
        "Subject": "Four evenings a year, with soup",
        "Body": (
            _HELLO + "four times a year the people we have worked with eat soup together and talk "
            "about anything but tax. Would you like to come?" + _BYE
        ),
    },
    {
        "Message": "Again next year?",
        "Part": "resale",
        "Offer": YEAR_END,
        "To": "client",
        "When": "40 days after finish",
        "Kind": "marketing",
        "Send": "ask",
        "Minutes saved": 8,
        "Subject": "Your next year-end, as calm as this one",
        "Body": (
            _HELLO + "shall we keep your place for next year? Same path, same price, and half of "
            "the forms are filled in already." + _BYE
        ),
    },
    {
        "Message": "By invitation",
        "Part": "segment",
        "Segment": "White glove",
        "To": "client",
        "When": "once",
        "Kind": "marketing",
        "Send": "ask",
        "Minutes saved": 10,
        "Subject": "A table for eight",
        "Body": (
            _HELLO + "we ask the eight people who trust us with most of their work to lunch. There "
            "is nothing to buy, and you may bring the person who keeps you sane." + _BYE
        ),
    },
    {
        "Message": "Bring a friend",
        "Part": "referral",
        "Offer": BOOKS,
        "To": "client",
        "When": "25 days after finish",
        "Kind": "marketing",
        "Send": "by hand",
        "Minutes saved": 0,
        "Subject": "Who else has a shoebox?",
        "Body": (
            "When you next speak with {{First name|them}}: ask who else sighs about their "
            "books. Most of our clients came this way."
        ),
    },
)
"""Rows of Messages as they should be; one or two are mistyped later, on purpose."""

QUESTIONS: tuple[tuple[str, str, str, str | None, str | None], ...] = (
    (
        "Do you keep business and private money apart?",
        "Else we start with that.",
        "fit",
        "yes",
        BOOKS,
    ),
    ("Can you give two hours a week?", "Homework is where it happens.", "fit", "yes", COACHING),
    ("Are last year's accounts filed?", "We do not start on sand.", "fit", "yes", YEAR_END),
    ("What would a good year look like?", "To aim at it.", "know", None, None),
    ("What keeps you awake at night?", "To begin there.", "know", None, None),
    ("How do you like to be reached?", "So that we do not disturb.", "know", None, None),
    ("Tea or coffee?", "For the day you visit.", "delight", None, None),
    ("What are you proud of this month?", "To celebrate it.", "delight", None, None),
)
"""Question, why we ask, for, must be, offer."""

ANSWERS: dict[str, tuple[str, ...]] = {
    "What would a good year look like?": (
        "Sundays off, all of them.",
        "The same turnover with half the customers.",
        "Paying myself a wage every month.",
        "A second oven, and a baker who is not me.",
        "To stop being afraid of brown envelopes.",
        "Three weeks in Lisbon with the telephone off.",
    ),
    "What keeps you awake at night?": (
        "VAT.",
        "One big customer who pays late.",
        "That it all hangs on me.",
        "Nothing since we have a spreadsheet. Honestly.",
        "The roof of the studio.",
    ),
    "How do you like to be reached?": (
        "By mail, never before ten.",
        "Ring me, I don't read mails.",
        "Text first, then ring.",
        "By mail; the shop is loud.",
    ),
    "Tea or coffee?": (
        "Tea, strong.",
        "Coffee, black.",
        "Hot chocolate, if nobody looks.",
        "Mate!",
    ),
    "What are you proud of this month?": (
        "Our first hire.",
        "I said no to a customer, and slept.",
        "The ledger balanced at the first try.",
    ),
}
"""What clients said, by question. Fit questions are answered yes, but for one lead."""

DOES_NOT_FIT = frozenset({"Gus Paddlesworth"})
"""Who answered a fit question otherwise than they must."""

NOTES: tuple[tuple[str, int, str, str, bool], ...] = (
    (
        "Bríd Quillfeather",
        41,
        "Aoife",
        "Her daughter starts at the conservatory in autumn. Cello.",
        True,
    ),
    ("Bríd Quillfeather", 12, "Aoife", "“I opened the envelope myself this time.” Big day.", True),
    ("The Knitted Otter", 33, "Tomasz", "They want to sell patterns, not only jumpers.", False),
    (
        "Zoë Krümmelbach",
        20,
        "Mei",
        "Afraid of the tax office since 2019. Never send her “urgent”.",
        True,
    ),
    ("Seán O'Fibberty", 15, "Tomasz", "“Ask me anything but where the receipts are.”", False),
    (
        "🌻 Sunflower Yoga Barn",
        9,
        "Aoife",
        "Retreat in the first week of the month: no calls then.",
        True,
    ),
    (
        "云朵茶馆 Cloud Tea House",
        27,
        "Mei",
        "Brings us oolong. Please pay for it; she won't say a price.",
        True,
    ),
    ("Нина Облакова", 18, "Mei", "Dreams of a shop with a window on the sea.", True),
    ("Nguyễn Thị Mây", 6, "Ngozi", "Her accountant retired without a word to anyone.", False),
    ("Ólafur Þrumuson", 22, "Ngozi", "On the boat until Thursdays. Rings back on Fridays.", True),
    (
        "=Equals Architects",
        30,
        "Tomasz",
        "Yes, the name begins with an equals sign. They find it funny.",
        False,
    ),
    (
        "+Plus One Weddings",
        11,
        "Aoife",
        "Season is May to September: decide nothing big then.",
        True,
    ),
    (
        "Façade & Fils",
        14,
        "Tomasz",
        "The son will take over. The father does not know it yet. Hush.",
        True,
    ),
    ("Amadou Lantern-Diallo", 25, "Aoife", "“If I hear funnel once more, I sell the van.”", False),
    ("Priya Marigold", 8, "Aoife", "Lost her mother in spring. Be slow and kind.", True),
    (
        "Hedgehog & Daughters",
        16,
        "Tomasz",
        "The daughters do the numbers. Speak with Hazel.",
        False,
    ),
    ("Wren Applewhistle", 4, "Mei", "Wants to be paid in full before her fortieth birthday.", True),
    (
        "Captain Biscuit Bakery",
        38,
        "Ngozi",
        "First year with a profit. They framed the page.",
        True,
    ),
    ("Lakshmi Teapot", 52, "Ngozi", "Sent a card: “You made tax boring, thank you.”", True),
    ("Γιώργος Μέλισσας", 3, "Ngozi", "Forty hives now. Honey promised for everybody.", False),
    ("Xóchitl Paperbird", 10, "Aoife", "Fears that a website costs more than the shop.", False),
    (
        "Two Left Socks Laundry",
        29,
        "Tomasz",
        "Prefers to talk while ironing, so on speaker.",
        False,
    ),
)
"""Client, how many working days ago, who heard it, what they said, whether to remember it."""

SEGMENTS: tuple[tuple[str, str, str, str | None], ...] = (
    ("Delighted", "Satisfaction", "at least", "4"),
    ("Delighted", "Status", "is", "Finished"),
    ("White glove", "Value", "at least", "2000"),
    ("Friends of friends", "Referred by", "not blank", None),
    ("May get the letter", "Marketing consent", "is", "yes"),
)
"""Segment, field, operator, value; rows with the same name must all hold."""
