"""The processes: a supervisor that serves nobody, its workers, their signals, sockets and files.

`serve` runs uvicorn in a worker; the command line takes `supervisor.Supervisor` and `worker`.
"""
