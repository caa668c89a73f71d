"""What neighbours notice while others do their worst: `make bench-hostile`."""
