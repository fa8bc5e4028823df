"""A home of its own for `awsmfa doctor`, with the stand-in for AWS, and what the doctor said there."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "desktop"))

from standin import ALICE_KEY_ID, ALICE_SECRET, StandIn  # noqa: E402

KEYS = f"aws_access_key_id = {ALICE_KEY_ID}\naws_secret_access_key = {ALICE_SECRET}\n"


class Place:
    """A home, an environment and the program. Everything that it ever printed is kept."""

    said = []
    secrets = {ALICE_SECRET}

    def __init__(self, program, endpoint, keyring="file"):
        self.program = program
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="awsmfa-doctor-"))
        self.home = self.root / "home"
        self.aws = self.home / ".aws"
        self.credentials = self.aws / "credentials"
        self.config = self.aws / "config"
        self.aws.mkdir(parents=True, mode=0o700)
        (self.root / "run").mkdir(mode=0o700)
        kept = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
        self.env = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "AWSMFA_APPLICATION_ID": "com.example.AwsMfaTest",
            "GSETTINGS_BACKEND": "memory",
            "GIO_USE_VFS": "local",
            "LC_ALL": "C.UTF-8",
        }
        if keyring == "file":
            self.env |= {
                "SECRET_BACKEND": "file",
                "SECRET_FILE_TEST_PATH": str(self.root / "keyring"),
                "SECRET_FILE_TEST_PASSWORD": "test",
            }
        elif keyring == "service":
            self.env["DBUS_SESSION_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]
        else:
            self.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent"
        if endpoint:
            self.env["AWS_ENDPOINT_URL"] = endpoint
        self.write(self.config, "[default]\nregion = eu-west-1\n")

    def close(self):
        shutil.rmtree(self.root)

    def write(self, path, text, mode=0o600):
        path.write_text(text)
        path.chmod(mode)

    def put(self, text):
        self.write(self.credentials, text)

    def run(self, *arguments, **more):
        done = subprocess.run(
            [self.program, *arguments], env=self.env, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=60, **more
        )
        Place.said.append(done.stdout + done.stderr)
        return done

    def login(self, standin, profile="default"):
        done = self.run(standin.code(), "-p", profile)
        assert done.returncode == 0, done.stderr
        for line in self.credentials.read_text().splitlines():
            key, _, value = line.partition(" = ")
            if key in ("aws_secret_access_key", "aws_session_token"):
                Place.secrets.add(value)

    def replace(self, old, new):
        text = self.credentials.read_text()
        assert old in text, text
        self.put(text.replace(old, new))

    def examine(self, *arguments):
        """The findings as JSON, after making sure that the words for people say the same."""
        done = self.run("doctor", "--json", *arguments)
        assert done.stderr == "", done.stderr
        findings = json.loads(done.stdout)
        worst = any(f["severity"] == "problem" for f in findings)
        assert done.returncode == int(worst), (done.returncode, findings)
        self.check_words(self.run("doctor", *arguments), findings)
        return findings

    def check_words(self, done, findings):
        lines = done.stdout.splitlines()
        assert "\033" not in done.stdout and "?" not in lines[-1], done.stdout
        assert done.returncode == int(any(f["severity"] == "problem" for f in findings))
        expected = []
        for finding in findings:
            expected.append(f"{finding['severity']}: {finding['message']}")
            if finding["command"]:
                expected.append("    " + finding["command"])
        assert lines[:-1] == expected, (lines, expected)

    def find(self, identifier, *arguments):
        """The one finding of this id."""
        findings = self.examine(*arguments)
        found = [f for f in findings if f["id"] == identifier]
        assert len(found) == 1, f"{identifier}: {json.dumps(findings, indent=1)}"
        return found[0]

    def mend(self, finding):
        """Runs the command as its reader would, in a shell that finds awsmfa."""
        folder = pathlib.Path(self.program).parent
        shell = subprocess.run(
            ["sh", "-c", finding["command"]],
            env=self.env | {"PATH": f"{folder}:{os.environ['PATH']}"},
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
        )
        Place.said.append(shell.stdout + shell.stderr)
        assert shell.returncode == 0, (finding["command"], shell.stderr)


def report(cases, make):
    """Runs each case in a place of its own; TAP on stdout."""
    print(f"1..{len(cases) + 1}", flush=True)
    status = 0
    for number, case in enumerate(cases, 1):
        place = make(case)
        try:
            case(place)
            print(f"ok {number} {case.__name__}", flush=True)
        except Exception as problem:  # a failed case does not hide the others
            status = 1
            print(f"not ok {number} {case.__name__}")
            print("# " + f"{type(problem).__name__}: {problem}".replace("\n", "\n# "), flush=True)
        finally:
            place.close()
    told = [secret for secret in Place.secrets if any(secret in text for text in Place.said)]
    print(f"{'not ok' if told or not Place.said else 'ok'} {len(cases) + 1} no secret was printed")
    return status or int(bool(told))


__all__ = ["ALICE_KEY_ID", "ALICE_SECRET", "KEYS", "Place", "StandIn", "report"]
