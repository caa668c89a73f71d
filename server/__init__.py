"""The composition root: settings, the ASGI application, GraphQL over HTTP, pages, logs and the command line.

This is the one room that knows all the others and puts them together. It decides nothing about the blog.
"""
