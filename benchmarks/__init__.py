"""Measuring Causerie's reads beside other servers on the same rows. `python -m benchmarks --help` says how.

Nothing of the application imports from here.
"""
