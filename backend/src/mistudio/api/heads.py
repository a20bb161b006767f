"""HEAD wherever there is GET: the same answer, without its body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN = "/api/v1/uploads/"  # a HEAD with a meaning of its own: where an upload stands


def answered(app: ASGIApp) -> ASGIApp:
    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(OWN):
            await app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await app({**scope, "method": "GET"}, receive, without_body)

    return answering
