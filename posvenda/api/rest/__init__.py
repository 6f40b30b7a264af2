"""The REST API under ``/api/v1``: what the pages show and change, for programs with a key.

``door`` stands before every operation (key, limits, size, idempotency, ETag, problems); resources
are declared once in ``records`` and get their operations from ``resources``. Written rows go the
way of imported rows. Not here: the tracking API, webhooks, the page of the keys.
"""
