"""What is done after a request has been answered: the outbox, its worker, and the guarded fetcher."""
