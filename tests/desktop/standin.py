"""The stand-in for AWS as a scenario sees it."""

import json
import pathlib
import ssl
import subprocess
import sys
import urllib.request

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "aws-stand-in"
sys.path.append(str(FOLDER))

# Of localhost and of sts.example.test, key and certificate in one file; and who issued it.
CERTIFICATE = FOLDER.parent / "data" / "tls" / "good.pem"
AUTHORITY = FOLDER.parent / "data" / "tls" / "authority.pem"

import account  # noqa: E402
import totp  # noqa: E402

ACCOUNT = account.ACCOUNT
ALICE_DEVICE = account.ALICE_DEVICE
ALICE_KEY_ID = account.ALICE_KEY_ID
ALICE_SECRET = account.ALICE_SECRET
ALICE_SECOND_KEY_ID = account.ALICE_SECOND_KEY_ID
ALICE_SECOND_SECRET = account.ALICE_SECOND_SECRET
ALICE_ARN = f"arn:aws:iam::{ACCOUNT}:user/alice"


class StandIn:
    """A server process and its control."""

    def __init__(self, tls=False):
        certificate = ["--tls", CERTIFICATE, CERTIFICATE] if tls else []
        self.process = subprocess.Popen(
            ["/usr/bin/python3", FOLDER / "server.py", "--follow-stdin", *certificate],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        ready = json.loads(self.process.stdout.readline())
        self.endpoint, self.port = ready["endpoint"], ready["port"]
        # No proxy stands between this process and loopback, whatever the environment says.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=AUTHORITY)),
        )

    def stop(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, name):
        with self._opener.open(f"{self.endpoint}/_control/{name}") as answer:
            return json.load(answer)

    def set(self, name, value=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_control/{name}", json.dumps(value).encode(), method="POST"
        )
        with self._opener.open(request) as answer:
            return json.load(answer)

    def code(self):
        """A code that will be accepted; when all are used up, they are renewed."""
        code = self.ask("code")["code"]
        if code is None:
            self.set("used")
            code = self.ask("code")["code"]
        return code

    def has_code(self):
        """Whether the device shows, now or next, a code that was not used yet. The applet itself
        remembers for a while which were."""
        return self.ask("code")["code"] is not None

    def wrong_code(self):
        """Six digits that the device shows nowhere near now."""
        now = self.ask("state")["now"]
        near = {
            totp.code_of_step(totp.DEFAULT_SECRET, totp.step_at(now) + i) for i in range(-9, 10)
        }
        return next(c for c in ("123456", "654321", "111222", "333444") if c not in near)

    def requests(self, action=None):
        return [r for r in self.ask("requests") if action in (None, r["action"])]
