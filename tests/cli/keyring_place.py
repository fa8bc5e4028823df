"""A CliTest with a real keyring daemon on a message bus of its own, both of which may stop or go."""

import pathlib
import shutil
import signal
import subprocess
import time
import unittest

import harness

# Nothing is started unasked, so that a keyring which has gone stays away.
BUS = """<busconfig><type>session</type><listen>{address}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""


def state_of(pid):
    """A letter, as proc(5) has it."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


class KeyringTest(harness.CliTest):
    def setUp(self):
        for program in ("dbus-daemon", "gnome-keyring-daemon", "gdbus"):
            if not shutil.which(program):
                raise unittest.SkipTest(f"{program} is not installed")
        super().setUp()
        for name in ("SECRET_BACKEND", "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD"):
            del self.env[name]
        self.address = f"unix:path={self.top}/bus"
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.address
        (self.top / "bus.conf").write_text(BUS.format(address=self.address))
        self.bus = self.daemon = None
        self.addCleanup(self.stop_bus)
        self.start_bus()

    def wait_until(self, condition, what):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.01)

    def spawn(self, *command, **options):
        return subprocess.Popen(command, env=self.env, stderr=subprocess.DEVNULL, **options)

    def has_default(self):
        asked = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.freedesktop.secrets", "--object-path",
             "/org/freedesktop/secrets", "--method",
             "org.freedesktop.Secret.Service.ReadAlias", "default"],
            env=self.env, capture_output=True, text=True,
        )
        return "collection" in asked.stdout

    def start_bus(self):
        self.bus = self.spawn(
            "dbus-daemon", f"--config-file={self.top}/bus.conf", "--nofork", "--print-address=1",
            stdout=subprocess.PIPE,
        )
        self.bus.stdout.readline()
        self.start_daemon()

    def start_daemon(self, program="gnome-keyring-daemon"):
        self.daemon = self.spawn(
            program, "--foreground", "--components=secrets", "--unlock",
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        )
        self.daemon.stdin.write(b"test")
        self.daemon.stdin.close()
        self.wait_until(self.has_default, "the keyring")

    def stop_daemon(self):
        self.daemon.kill()
        self.daemon.wait()

    def stop_bus(self):
        for process in (self.bus, self.daemon):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        if self.bus:
            self.bus.stdout.close()

    def freeze(self, process):
        process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.thaw, process)
        self.wait_until(lambda: state_of(process.pid) == "T", "a stopped process")

    @staticmethod
    def thaw(process):
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)

    def hold(self, action="GetSessionToken"):
        self.aws.set("behaviour", {"kind": "hold", "action": action})

    def await_held(self):
        self.wait_until(lambda: self.aws.ask("state")["held"] == 1, "the request under way")

    def release(self):
        self.aws.set("behaviour", None)
        self.aws.set("release")

    def requests(self, action="GetSessionToken"):
        return [r for r in self.aws.requests() if r["action"] == action]
