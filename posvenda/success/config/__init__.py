"""Configuration as text files: every kind exported, compared, applied as one, and tried out.

A kind is one entry (``kinds``): what is in force as text, what is wrong with a text, how to put it
in force. ``folder`` reads and writes a folder of them, ``planning`` says what would change,
``applying`` does it in one transaction, ``schemas`` describes each kind for editors, ``examples``
runs the user's own.
"""
