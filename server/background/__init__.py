"""What goes on without a request: sessions that end, scheduled posts that come out, hints from other processes."""
