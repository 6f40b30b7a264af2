"""Onboarding plans: one per stay in onboarding, with milestones, marks and a link to share.

Here: the template as text, plans and their milestones, who completed what and when, the pages of
*Implantação*, the customer's own page behind a signed link. Not here: how far a plan is
(``core.plans``), crossings and their news (``success.journey``).
"""
