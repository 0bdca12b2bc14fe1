"""The strategy core, pure: groups, the view, where to cut, how to ask, chunks, parts, and the check of an answer."""
