"""Files in: reading, mapping, loading, reporting; for the page *Importar* and the command.

Here: the readers, the mapping of columns, the presets, the loader, runs. Not here: the tables the
facts go to (commerce, customers, conversations) and the store of usage events.
"""
