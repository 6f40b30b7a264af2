"""Columns as fields: what a file's columns hold, which field each fills, and how its values read."""
