"""A stand-in behind nginx that tells what reached it, where the application itself would not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


@dataclass
class Upstream:
    """What was asked, in order; `answer` decides what is said to it."""

    address: str
    seen: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Response] = lambda request: Response(
        json.dumps({"path": request.path, "headers": dict(request.headers)}),
        mimetype="application/json",
    )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.get_data()
        self.seen.append(request)
        return self.answer(request)(environ, start_response)


class Quiet(WSGIRequestHandler):
    """Says nothing on stderr."""

    def log(self, *_: object) -> None:
        """Tests look at what others say there."""


@contextmanager
def serving_here(socket: Path, app: Any) -> Iterator[str]:
    """Serve a WSGI application of this process on a unix socket; its address for nginx."""
    server = make_server(f"unix://{socket}", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"unix:{socket}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
