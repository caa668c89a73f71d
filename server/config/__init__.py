"""What an operator can set: `settings.Settings`, and what each part of the server is told of it (`policies`)."""
