"""Where one point is tried: a home, a keyring, and what can be asked of them without our code.

A Place is a copy of a prepared one, so that points are independent and may run beside each other. The
keyring is libsecret's file, which is quick, or a gnome-keyring on a bus of its own.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

from botocore import exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.configloader import raw_config_parse
from botocore.credentials import Credentials
from gi.repository import Gio, GLib

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

import harness  # noqa: E402
from operations import ROLE  # noqa: E402

BEFORE = f"""# mine
[work]
aws_access_key_id=AKIAWORKWORKWEXAMPLE
aws_secret_access_key = otherOtherOtherOtherOtherOtherOtherOther

[default]
; from the console
aws_access_key_id = {harness.KEY_ID}
aws_secret_access_key={harness.SECRET}
region =  eu-west-1

[last]
# no newline at the end
role_session_name = x""".encode()

CONFIG = b"# settings\n[default]\nregion = eu-west-1\n\n[profile b]\noutput = json"

# What differs between two sessions.
VALUE = re.compile(
    rb"^((?:aws_access_key_id|aws_secret_access_key|aws_session_token|expiration)[ \t]*=[ \t]*).*$",
    re.MULTILINE,
)
SECTION = re.compile(rb"^\[default\]$.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)

BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def form(text):
    """What the bytes of a file are but for the values of a session in [default]; None without it."""

    def blank(match):
        section = match[0]
        if b"aws_session_token" not in section or harness.SECRET.encode() in section:
            return section
        return VALUE.sub(rb"\1*", section)

    return text if text is None else SECTION.sub(blank, text)


class Keyring:
    """A gnome-keyring, unlocked, on a bus that starts nothing by itself."""

    def __init__(self, place):
        self.place = place
        self.bus = self.daemon = None

    def start(self):
        path = self.place.runtime / "bus"
        configuration = self.place.top / "bus.conf"
        configuration.write_text(BUS_CONFIGURATION.format(path=path))
        self.place.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={path}"
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={configuration}",
             "--print-address"],
            env=self.place.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.bus.stdout.readline()
        self.daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=self.place.env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.daemon.stdin.write(b"test")
        self.daemon.stdin.close()
        self._await(path)

    def _await(self, path):
        flags = Gio.DBusConnectionFlags
        bus = Gio.DBusConnection.new_for_address_sync(
            f"unix:path={path}", flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None,
            None,
        )
        bus.set_exit_on_close(False)
        end = time.monotonic() + harness.PATIENCE
        while self._default(bus) != "/org/freedesktop/secrets/collection/login":
            if time.monotonic() > end:
                raise AssertionError("the keyring did not start")
            time.sleep(0.01)
        bus.close_sync(None)

    @staticmethod
    def _default(bus):
        try:
            return bus.call_sync(
                "org.freedesktop.secrets", "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service", "ReadAlias", GLib.Variant("(s)", ("default",)),
                None, Gio.DBusCallFlags.NO_AUTO_START, -1, None,
            ).unpack()[0]
        except GLib.Error:
            return None

    def stop(self):
        for process in (self.daemon, self.bus):
            if process is not None:
                process.kill()
                process.wait()
        if self.bus is not None:
            self.bus.stdout.close()
        self.bus = self.daemon = None
        for left in (self.place.runtime / "bus", self.place.runtime / "keyring"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)


class Place(harness.CliTest):
    """One home. `with Place(aws, has_daemon) as place`."""

    application_id = harness.APPLICATION_ID
    typed_key = f"{harness.KEY_ID}\n{harness.SECRET}\n"

    def __init__(self, aws, has_daemon):
        super().__init__()
        self.aws = aws
        self.service = Keyring(self) if has_daemon else None

    def runTest(self):
        """A test case has a name."""

    def __enter__(self):
        self.setUp()
        self.aws.set("roles", {"arn": ROLE, "needs_mfa": True})
        if self.service:
            for name in ("SECRET_BACKEND", "SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD"):
                del self.env[name]
        else:
            self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.top}/no-bus"
        return self

    def __exit__(self, *_):
        if self.service:
            self.service.stop()
        self.doCleanups()

    # Prepared places

    def fill(self):
        self.write(self.credentials, BEFORE)
        self.write(self.config, CONFIG)
        self.begin()

    def begin(self):
        if self.service:
            self.service.start()

    def save(self, folder):
        if self.service:
            self.service.stop()
        subprocess.run(["cp", "-a", f"{self.top}/.", folder], check=True)

    def load(self, folder):
        subprocess.run(["cp", "-a", f"{folder}/.", self.top], check=True)
        self.begin()

    def revive(self):
        """The keyring as the next log-in finds it."""
        if self.service:
            self.service.stop()
            self.service.start()

    # What can be seen

    @staticmethod
    def read(path):
        return path.read_bytes() if path.exists() else None

    def forms(self):
        return form(self.read(self.credentials)), form(self.read(self.config))

    def section(self):
        """What botocore reads in [default] of the credentials file; None if it cannot."""
        if not self.credentials.exists():
            return {}
        try:
            return raw_config_parse(str(self.credentials)).get("default", {})
        except exceptions.ConfigParseError:
            return None

    def items(self):
        """The kinds of the keyring's items, and what secret-tool prints of all."""
        done = subprocess.run(
            ["secret-tool", "search", "--all", "application", self.application_id],
            env=self.env, capture_output=True, text=True, timeout=harness.PATIENCE,
        )
        kinds = re.findall(r"^attribute\.(?:kind|role) = (.*)$", done.stderr, re.MULTILINE)
        return sorted(kinds), done.stdout

    def has_base(self):
        """Whether the long-term key can be had."""
        section = self.section() or {}
        key = (section.get("aws_access_key_id"), section.get("aws_secret_access_key"))
        if key == (harness.KEY_ID, harness.SECRET):
            return True
        stored = f'"key_id":"{harness.KEY_ID}","secret":"{harness.SECRET}"'
        return stored in self.items()[1]

    def is_accepted(self, section):
        """Whether AWS takes the keys of a section."""
        body = "Action=GetCallerIdentity&Version=2011-06-15"
        request = AWSRequest("POST", f"{self.aws.endpoint}/", data=body, headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        })
        credentials = Credentials(
            section["aws_access_key_id"], section["aws_secret_access_key"],
            section["aws_session_token"],
        )
        SigV4Auth(credentials, "sts", "us-east-1").add_auth(request)
        signed = urllib.request.Request(
            request.url, body.encode(), dict(request.headers.items()), method="POST"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(signed):
                return True
        except urllib.error.HTTPError:
            return False

    def names(self):
        """What lies in the folders that are ours to keep tidy."""
        state = self.state / "awsmfa"
        return sorted(
            str(path.relative_to(self.top))
            for folder in (self.aws_folder, state) if folder.exists()
            for path in folder.rglob("*")
        )

    def files_with_secret(self):
        """Those in the home and the folders of ours; the keyring keeps its own elsewhere."""
        found = []
        for folder in (self.home, self.state, self.runtime):
            for path in folder.rglob("*"):
                if path.is_file() and harness.SECRET.encode() in path.read_bytes():
                    found.append(str(path.relative_to(self.top)))
        return sorted(found)
