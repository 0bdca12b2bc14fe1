"""What the server says of itself: adapters of the observer port."""
