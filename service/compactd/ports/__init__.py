"""What the use cases need from the outside, as Protocols by role, and the values that these take and give."""
