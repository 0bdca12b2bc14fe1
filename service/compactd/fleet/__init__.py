"""Whose turn it is, by what does the queueing: adapters of `ports.fleet.Fleet`."""
