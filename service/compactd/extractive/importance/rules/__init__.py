"""Standing instructions of the user: which sentences are some, and which of them a later sentence voids."""
