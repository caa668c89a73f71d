"""Constant bytes: what the web server itself costs."""
