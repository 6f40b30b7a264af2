"""People made of words that stand nowhere else: they come in, are erased, and are looked for."""
