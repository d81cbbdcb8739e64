"""How plans are shown to people: as text in a terminal, as a page, and as JSON for programs."""
