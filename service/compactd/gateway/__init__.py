"""REST over the same calls: routes from the descriptors, JSON to messages and back."""
