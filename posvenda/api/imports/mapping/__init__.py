"""Columns as fields: what columns hold, which field each fills, and how its values read."""
