"""Files as tables: which format, encoding and dialect, guards against bombs, rows as a stream."""
