"""Stakeholder coverage: wanted roles and who fills them, single threads, champions who are gone."""
