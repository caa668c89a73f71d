"""Measuring what a live comment costs: one server, thousands of subscribers. `python -m benchmarks.fanout --help`.

Nothing of the application imports from here.
"""
