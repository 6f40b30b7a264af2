r"""The tracking door: the Segment HTTP API at the origin root, beside Django, not inside it.

A request becomes one row of ``commerce.Inbox``, committed before the answer 200; nothing more
happens here. What the worker finds in a row:

``body``         UTF-8 JSON, an object of exactly two keys: ``batch``, a list of 1 to 2,500 items,
                 and ``sentAt``, text of at most 64 characters or null. Every way in has this shape:
                 one event sent to ``/v1/track`` or ``/v1/t`` is a batch of one whose ``type`` is
                 set from the address and whose ``sentAt`` moved to the top. Items keep their bytes
                 as sent, but a half character (``\ud83d`` alone) reads U+FFFD, a top-level
                 ``writeKey`` is taken out, and the key's text anywhere else is masked as
                 ``wk_prefix_***``.
``received_at``  when the request was read, for the clock: received − (sentAt − timestamp).
``source``       the access key's row.
``items``        the length of ``batch``.
``key``          a digest of the source and the items' bytes without ``sentAt``, so that a resent
                 batch is the same row. An SDK that marks its retries in the items makes a second
                 row: the worker tells repeats by ``messageId``, which decides.

An item is any JSON value, valid in grammar only: it may be a number, lack its ``type``, be larger
than 32 KB or nest until decoding it raises ``RecursionError``. Judging items is the worker's work,
one by one, so that the good ones of a batch go in. The address of the sender is neither read nor
kept.
"""
