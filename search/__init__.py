"""Words: how a text is cut into them, alike on every database, and how a query is read. It knows no row."""
