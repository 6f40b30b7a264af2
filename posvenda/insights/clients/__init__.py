"""The list of customers: filter, sort, search, saved views, bulk actions, export."""
