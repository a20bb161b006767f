"""Asking a stack whether it takes requests."""

import http.client
import json

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    reachable = EVERYWHERE.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


class Readiness:
    """The answer of `GET /api/v1/ready`, with the reason when it is no."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = EVERYWHERE.get(host, host), port
        self.reason = "nothing answers yet"

    def ask(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=5.0)
        try:
            connection.request("GET", "/api/v1/ready", headers={"Host": f"localhost:{self._port}"})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.reason = f"the API does not answer yet ({type(error).__name__})"
            return False
        finally:
            connection.close()
        if answer.status != 200:
            self.reason = _lacking(body) or f"the API answers with {answer.status}"
        return answer.status == 200


def _lacking(body: bytes) -> str:
    """What the readiness document says no to."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    parts = {"database": "the database", "redis": "Redis", "workers": "a worker"}
    missing = [said for name, said in parts.items() if isinstance(told, dict) and not told.get(name, True)]
    return f"waiting for {' and '.join(missing)}" if missing else ""
