"""The pages *Eventos*: what arrives, what waits, the rules and the catalogue of features."""
