"""The page *Identidades*: pairs that may be one customer, joins, parts and ties."""
