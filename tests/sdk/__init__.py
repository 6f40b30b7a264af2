"""Clients that others wrote, unmodified, against the real server, with faults between them."""
