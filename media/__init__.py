"""Pictures: made safe, cut to sizes, and kept. Knows bytes and names, and neither rows nor requests."""
