"""*Leituras programadas*: places read again and again, each new file an import run.

Here: folders, web addresses and SFTP servers, when they are read, and what went wrong. Not here:
how a file is read and loaded (``imports``), how connections are opened (``adapters``).
"""
