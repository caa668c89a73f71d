"""Who you are and what you may see and do: passwords, sessions, throttling and permissions.

This room knows the rows and their connections. It knows no GraphQL type and no HTTP.
"""
