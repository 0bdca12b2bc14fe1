"""The lexicons: of each language the words that tell it, and those by which people mark what matters."""
