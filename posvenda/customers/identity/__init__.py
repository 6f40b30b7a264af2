"""Who is who: recognising customers, joining and parting records, households and payers.

Here: resolution by codes, documents, e-mail and telephone; proposals of pairs; merge, split and
their undo; relations between customers. Not here: what rooms hold (``customers.holdings``).
"""
