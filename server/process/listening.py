"""The listening socket: made here, or by a service manager that keeps it open while the server is renewed.

systemd's socket activation (sd_listen_fds(3)): a process with the number in `LISTEN_PID` has been left as many sockets
as `LISTEN_FDS` says, from descriptor 3 on.
"""

import os
import socket

BACKLOG = 2048
FIRST_LEFT = 3
INTERNET = (socket.AF_INET, socket.AF_INET6)


class AddressError(Exception):
    """The server cannot listen where it should."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        AddressError: the port is taken, or the address is not ours.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        reason = error.strerror or error
        raise AddressError(
            f"Cannot listen on {host} port {port} ({reason}): choose another --port."
        ) from None
    return listener


def activated() -> socket.socket | None:
    """The socket that a service manager has left open for this process, if it has.

    Raises:
        AddressError: there are several, or it is none that HTTP is served on.
    """
    left = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if left["LISTEN_PID"] != str(os.getpid()):
        return None
    if left["LISTEN_FDS"] != "1":
        raise AddressError(
            f"The service manager has opened {left['LISTEN_FDS']} sockets: one ListenStream= is served."
        )
    try:
        listener = socket.socket(fileno=FIRST_LEFT)
        fits = listener.family in INTERNET and listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        fits = False
    if not fits:
        raise AddressError(
            "The service manager has opened something else than a listening TCP socket: "
            "ListenStream= needs an address and a port such as 127.0.0.1:8000, and Accept=no."
        )
    listener.set_inheritable(False)
    return listener
