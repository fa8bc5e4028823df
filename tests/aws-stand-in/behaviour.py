"""Ways for the stand-in to misbehave, each on the wire as the real thing would be.

    {"kind": K, "times": n, "action": A}     n requests long (0 or absent: until changed), and only
                                             for the action A if given

down       the connection is closed without a byte
reset      the same by RST
html       200 and the log-in page of a captive portal
redirect   {"location": URL, "status": 302}
busy       503 ServiceUnavailable
fault      500 InternalFailure
throttle   400 Throttling
error      {"status", "code", "message"}: any refusal of AWS
slow       {"seconds": s}: the right answer, late
hold       the right answer when /_control/release comes
silent     no answer until /_control/release, then a closed connection
lost       the request is carried out, the answer never sent
truncated  half of the right answer
drip       {"seconds": s}: the right answer, a byte every s seconds
empty      200 without a body
garbage    200, text/xml and no XML
huge       200 and {"bytes": n} of XML (10 MB if not said)
"""

import threading

from errors import AwsError

BEFORE = {"down", "reset", "html", "redirect", "busy", "fault", "throttle", "error", "silent",
          "empty", "garbage", "huge"}
AFTER = {"slow", "hold", "lost", "truncated", "drip"}

REFUSALS = {
    "busy": AwsError(503, "ServiceUnavailable", "Service is unavailable"),
    "fault": AwsError(500, "InternalFailure", "An internal error occurred"),
    "throttle": AwsError(400, "Throttling", "Rate exceeded"),
}

PORTAL = """<!DOCTYPE html>
<html><head><title>Welcome to the guest network</title></head>
<body><form action="/login" method="post"><p>Please sign in to use the Internet.<br>
<input name="room"><input type="submit" value="Connect"></p></form></body></html>
"""


class Unknown(Exception):
    pass


class Behaviours:
    """What the next requests will meet. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._current = None
        self._left = 0
        self._gate = threading.Event()
        self.held = 0

    def set(self, value):
        if value is not None and value.get("kind") not in BEFORE | AFTER:
            raise Unknown(f"no behaviour {value.get('kind')!r}")
        with self._lock:
            self._current = value
            self._left = int(value.get("times", 0)) if value else 0

    def describe(self):
        with self._lock:
            return self._current

    def take(self, action):
        """The behaviour for one request, or None."""
        with self._lock:
            current = self._current
            if current is None or current.get("action", action) != action:
                return None
            if self._left:
                self._left -= 1
                if self._left == 0:
                    self._current = None
            return current

    def wait(self):
        """Wait for the next release."""
        with self._lock:
            gate = self._gate
            self.held += 1
        gate.wait(300)
        with self._lock:
            self.held -= 1

    def release(self):
        with self._lock:
            gate, self._gate = self._gate, threading.Event()
        gate.set()
