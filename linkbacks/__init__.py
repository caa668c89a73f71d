"""Trackback, pingback and webmention: what is said, read and written. It knows no row and sends nothing itself."""
