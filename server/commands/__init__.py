"""The command line's commands, one module for each kind of work.

A command loads the settings, does its work and prints for people. What goes wrong is raised: `server.cli` turns
it into one line and an exit code.
"""
