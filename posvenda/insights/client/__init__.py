"""One customer: header, health as an exact sum, timeline, contacts, contracts, notes and tasks."""
