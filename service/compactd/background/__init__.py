"""What the service does by itself, while nobody waits."""
