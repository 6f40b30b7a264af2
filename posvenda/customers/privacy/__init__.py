"""Privacy: the consent ledger, requests of people with their clocks, exports and erasure.

Here: what the Brazilian LGPD asks of whoever keeps data about people. Not here: who may be written
to at this moment (the gate of the conversations room asks ``consent.may``), nor legal advice.
"""
