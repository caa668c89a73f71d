"""`python -m server` is `causerie`."""

from server.cli import main

main()
