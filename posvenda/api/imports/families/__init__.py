"""One file per family of records: how typed rows become rows of the database."""
