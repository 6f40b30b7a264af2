"""The theory, pure: frames and frozen dataclasses in, frames and frozen dataclasses out.

Here: facts and their catalogue, the condition language, health, stages, plays, money, periods, MRR,
recency and identifiers. Not here: Django, the clock, dice, files, connections.
"""
