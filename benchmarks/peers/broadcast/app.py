"""A broadcast as Starlette has it: the text that is posted goes to every socket. No GraphQL, no database."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

_sockets: set[WebSocket] = set()


async def listen(socket: WebSocket) -> None:
    """One more who is told everything."""
    await socket.accept(subprotocol="graphql-transport-ws")
    _sockets.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        _sockets.discard(socket)


async def broadcast(request: Request) -> Response:
    """Tell everybody."""
    text = (await request.body()).decode()
    for socket in list(_sockets):
        await socket.send_text(text)
    return Response(status_code=204)


app = Starlette(
    routes=[Route("/graphql", broadcast, methods=["POST"]), WebSocketRoute("/graphql", listen)],
)
