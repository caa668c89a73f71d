"""Files of other blog systems as a stream of records: one module for each format, none of which knows our rows."""
