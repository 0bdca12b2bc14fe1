"""The demo: a server of its own, a conversation that ships with the package, all four modes."""
