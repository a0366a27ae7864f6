"""A watchman beside the crowd: ten questions a second, so that an outage has a beginning and an end."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field

from tests.deploy.site import Site

EVERY_SECONDS = 0.1
PATIENCE_SECONDS = 5.0
IN_A_ROW = 5
"""So many good answers one after another, and the service is back."""

_PATH = "/api/v1/services"


@dataclass
class Probe:
    """Asks for what needs the database, each time on a connection of its own."""

    site: Site
    _answers: list[tuple[float, bool]] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._is_over.set()
        self._thread.join()

    def back_at(self, since: float) -> float | None:
        """When it began to answer five times in a row, from an instant on; None while it has not."""
        good: list[float] = []
        for began, is_good in [one for one in self._answers if one[0] >= since]:
            good = [*good, began] if is_good else []
            if len(good) == IN_A_ROW:
                return good[0]
        return None

    def last_failure(self, first: float, last: float) -> float | None:
        """When a question between these instants was last answered badly; None when none was."""
        bad = [began for began, is_good in self._answers if first <= began <= last and not is_good]
        return max(bad, default=None)

    def wait_until_back(self, since: float, *, within_seconds: float) -> float | None:
        """Wait for that; None when it did not come back in time."""
        until = time.monotonic() + within_seconds
        while time.monotonic() < until:
            if (at := self.back_at(since)) is not None:
                return at
            time.sleep(EVERY_SECONDS)
        return None

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            began = time.time()
            self._answers.append((began, self._ask()))

    def _ask(self) -> bool:
        line = http.client.HTTPSConnection(
            "localhost", self.site.port, timeout=PATIENCE_SECONDS, context=self.site.context()
        )
        try:
            line.request("GET", _PATH)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
