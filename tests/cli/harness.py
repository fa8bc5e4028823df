"""A place for one test of `awsmfa`: a home, a file as the keyring, and the stand-in for AWS.

A test file is a list of CliTest classes and ends with `harness.main()`. AMFA_CLI names the program.
Nothing of whoever starts a test reaches the program but PATH and the settings of sanitizers.
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

import pexpect

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS / "desktop"))

import noise  # noqa: E402
import standin  # noqa: E402

AWSMFA = os.environ.get("AMFA_CLI", "awsmfa")
APPLICATION_ID = "com.example.AwsMfa.Test"
# Seconds that a test waits for anything; the sanitizers make programs slow.
PATIENCE = float(os.environ.get("AMFA_TEST_PATIENCE", "30"))
KNOWN_NOISE = noise.read(TESTS / "known-noise")
INHERITED = ("PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "MALLOC_PERTURB_", "G_DEBUG")

KEY_ID = standin.ALICE_KEY_ID
SECRET = standin.ALICE_SECRET
SERIAL = standin.ALICE_DEVICE
ARN = standin.ALICE_ARN
ACCOUNT = standin.ACCOUNT
# What awsmfa asks when it knows who and which device.
PROMPT = f"MFA code for alice (account {ACCOUNT}, device alice): "

# An empty keyring of libsecret's file back end: magic, version, and a variant of salt, rounds of key
# derivation, time, use count and no items. One round: libsecret's own hundred thousand would be most
# of what a test costs.
EMPTY_KEYRING = b"GnomeKeyring\n\r\0\n\1\0" + struct.pack("<I32sIQI4xB", 32, b"salt" * 8, 1, 0, 0, 36)

CREDENTIALS = f"""# mine
[default]
aws_access_key_id = {KEY_ID}
aws_secret_access_key = {SECRET}
"""


class CliTest(unittest.TestCase):
    """Each test gets a fresh home and keyring; the stand-in is shared by a class and reset."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.aws = standin.StandIn()
        cls.addClassCleanup(cls.aws.stop)

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="awsmfa-cli-"))
        self.addCleanup(shutil.rmtree, self.top, True)
        self.home = self.top / "home"
        self.aws_folder = self.home / ".aws"
        self.credentials = self.aws_folder / "credentials"
        self.config = self.aws_folder / "config"
        self.runtime = self.top / "runtime"
        self.state = self.top / "state"
        self.keyring = self.top / "keyring"
        for folder in (self.home, self.runtime, self.top / "data"):
            folder.mkdir(mode=0o700)
        self.empty_keyring()
        self.env = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "HOME": str(self.home),
            "SHELL": "/bin/sh",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "TMPDIR": str(self.top),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_STATE_HOME": str(self.state),
            "XDG_DATA_HOME": str(self.top / "data"),
            "GSETTINGS_BACKEND": "memory",
            "AWSMFA_APPLICATION_ID": APPLICATION_ID,
            "AWS_ENDPOINT_URL": self.aws.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SECRET_BACKEND": "file",
            "SECRET_FILE_TEST_PATH": str(self.keyring),
            "SECRET_FILE_TEST_PASSWORD": "test",
        }
        self.aws.set("reset")

    def write(self, path, text):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)

    def write_credentials(self, text=CREDENTIALS):
        self.write(self.credentials, text)

    def empty_keyring(self):
        self.keyring.write_bytes(EMPTY_KEYRING)

    def set_preferences(self, lines):
        """GSettings of the keyfile back end."""
        folder = self.home / ".config/glib-2.0/settings"
        folder.mkdir(parents=True)
        (folder / "keyfile").write_text(f"[com/example/AwsMfa]\n{lines}\n")
        self.env["GSETTINGS_BACKEND"] = "keyfile"

    def without_keyring(self):
        """No daemon, no bus, no file."""
        for name in ("SECRET_BACKEND", "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD"):
            self.env.pop(name, None)
        # Not just unset: GLib would look for one.
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.top}/no-bus"

    def complete_env(self, changes):
        """The place's environment with `changes`; None removes a variable."""
        env = {**self.env, **changes}
        return {name: value for name, value in env.items() if value is not None}

    def run_cli(self, *arguments, status=0, env=None, **options):
        """Run awsmfa where it has no terminal; check its exit status and that it printed no noise.

        `env` holds changes of the environment; `input` is its stdin (nothing if not said).
        """
        if "stdin" not in options:
            options.setdefault("input", "")
        done = subprocess.run(
            [AWSMFA, *arguments],
            env=self.complete_env(env or {}),
            cwd=options.pop("cwd", self.home),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            timeout=2 * PATIENCE,
            start_new_session=True,
            **options,
        )
        self.check_noise(done.stderr)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def start_cli(self, *arguments, env=None, **options):
        """Start awsmfa without a terminal and hand back the process (text pipes unless said)."""
        options = {
            "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            "text": True, "start_new_session": True, **options,
        }
        process = subprocess.Popen(
            [AWSMFA, *arguments], env=self.complete_env(env or {}), cwd=self.home, **options
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def terminal(self, *command, env=None, **options):
        """Start a program (awsmfa if the first word is an option or unknown as a path) on a terminal
        of its own; a pexpect.spawn."""
        if not command or not command[0].startswith("/"):
            command = (AWSMFA, *command)
        child = pexpect.spawn(
            command[0], list(command[1:]),
            env=self.complete_env(env or {}), cwd=str(self.home), encoding="utf-8",
            codec_errors="replace", timeout=PATIENCE, dimensions=(50, 200), **options,
        )
        self.addCleanup(child.close, True)
        return child

    def ends_with(self, child, status):
        """The program on the terminal ends by itself; returns what it printed since."""
        child.expect(pexpect.EOF)
        child.wait()
        self.check_noise(child.before)
        ended = child.exitstatus if child.exitstatus is not None else -child.signalstatus
        self.assertEqual(ended, status, child.before)
        return child.before

    def check_noise(self, text):
        self.assertEqual(noise.unexpected(text, KNOWN_NOISE), [], text)

    def code(self):
        return self.aws.code()

    def log_in(self, *options):
        """A session into the file."""
        return self.run_cli(*options, self.code())

    def lasting(self, *seconds):
        """The next sessions are granted for so long, whatever is asked for."""
        self.aws.set("durations", list(seconds))

    def identity(self, env):
        """What AWS's own command line makes of an environment."""
        done = subprocess.run(
            ["aws", "--endpoint-url", self.aws.endpoint, "--output", "json", "sts",
             "get-caller-identity"],
            env=env, cwd=self.home, capture_output=True, text=True, timeout=2 * PATIENCE,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)


def test_names():
    """Of the program's tests, as its command line takes them."""
    suites = [unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])]
    names = []
    while suites:
        for test in suites.pop():
            if isinstance(test, unittest.TestSuite):
                suites.append(test)
            else:
                names.append(test.id().removeprefix("__main__."))
    return names


def run_at_once(processes):
    """Deal the tests out to processes of their own: for tests that wait most of the time."""
    names = test_names()
    running = [
        subprocess.Popen(
            [sys.executable, sys.argv[0], *names[i::processes]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for i in range(min(processes, len(names)))
    ]
    for process in running:
        print(process.communicate()[0])
    sys.exit(any(process.returncode for process in running))


def main(processes=1):
    if processes > 1 and len(sys.argv) == 1:
        run_at_once(processes)
    # pexpect leaves descriptors to the garbage collector.
    unittest.main(warnings="ignore")
