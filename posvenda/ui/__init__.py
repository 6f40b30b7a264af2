"""What people see: layout, components, charts, css, icons, behaviours and locale-aware formats.

No tables, no queries and no customers here: rooms above bring the values, this room prints them.
"""
