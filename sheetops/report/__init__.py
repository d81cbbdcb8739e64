"""The owner's capacity report: its figures, its words, its pictures, its page and its mail.

Context: owners decide by it whom to take on, and show it to partners. Decision: all that it says is
gathered first, as plain figures; page, mail, the tab `Capacity` and `--json` only show them.
Consequence: the four never disagree, and a figure that the data do not carry is missing in all.
"""
