"""All that the gateway knows of Letta's API, whose official clients compactd serves unmodified."""
