"""The page *Chaves*: keys for programs are made, rotated and revoked here; secrets show once."""
