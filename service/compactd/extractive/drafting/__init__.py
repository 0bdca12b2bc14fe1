"""Writing the page: what has room in any case, then all else by what it is worth for its length."""
