"""The operations: one router for each resource."""
