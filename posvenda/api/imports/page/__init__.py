"""The page *Importar*: upload, columns, rehearsal, import, past imports."""
