"""The page *Privacidade*: requests, consents, the erased, incidents, the record of processing."""
