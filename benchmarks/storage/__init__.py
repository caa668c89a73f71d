"""What storage's settings are worth: `python -m benchmarks.storage FILE [--postgresql URL]` prints the figures."""
