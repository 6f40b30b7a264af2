"""What usage events mean: whose they are, who did it, and which use of the product it was.

Here: the items of the tracking API and their checks, the rules that find customer and feature, the
people seen, events that wait for a customer, and the flusher that hands all of it to the event
store once. Not here: the HTTP doors (``api``) and the store itself (``commerce.usage``).
"""
