"""The nouns that travel: what is known, remembered, found, and mailed."""
