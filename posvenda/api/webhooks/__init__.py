"""Webhooks in: what other systems tell us, kept raw first and understood later.

The door checks the signature on the raw bytes, stores them and answers; the worker turns each
delivery into rows for the loader of the imports. Here: doors, signatures, providers, processing,
the alarm on silence, the page. Not here: what a row does to the facts (``api.imports``).
"""
