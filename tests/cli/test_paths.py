#!/usr/bin/python3
"""Paths that variables and settings name, in every form that people write them: the file that
`awsmfa` reads is the one that botocore reads, from the same working folder."""

import os
import pathlib
import pwd
import shutil
import sys
from unittest import mock

import botocore.session
import urllib3.connection

import harness
from test_network import AUTHORITY, CODE, CREDENTIALS, SERIAL, Server

STRANGER = harness.TESTS / "data/tls/unknown-authority.pem"
USER = pwd.getpwuid(os.getuid())


class PathTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.here = self.top / "here"
        self.stale = self.top / "stale"
        for folder in (self.here, self.stale, self.here / "~nobody-knows", self.aws_folder):
            folder.mkdir(mode=0o700)
        self.env.update({"PWD": str(self.stale), "V": str(self.here), "EMPTY": ""})

    def from_user(self, path):
        """By way of the home that the user database knows."""
        up = "/.." * len(pathlib.Path(USER.pw_dir).resolve().parts)
        return f"~{USER.pw_name}{up}{path}"

    def forms(self):
        """Name, what is written, and the place that may be meant (made by `make`)."""
        return [
            ("absolute", f"{self.here}/f", self.here / "f"),
            ("home", "~/f", self.home / "f"),
            ("user", self.from_user(self.here / "f"), self.here / "f"),
            ("unknown user", "~nobody-knows/f", self.here / "~nobody-knows/f"),
            ("variable", "$V/f", self.here / "f"),
            ("braces", "${V}/f", self.here / "f"),
            ("variable that is not set", "$NONE/f", self.here / "f"),
            ("empty variable", f"$EMPTY{self.here}/f", self.here / "f"),
            ("relative", "f", self.here / "f"),
            ("relative with dots", "../here/./f", self.here / "f"),
            ("link", "link", self.here / "f"),
            ("empty", "", None),
            ("nothing there", f"{self.here}/none", None),
            ("device", "/dev/null", None),
            ("below a device", "/dev/null/f", None),
            ("pipe", "pipe", None),
            ("folder", str(self.stale), None),
            ("loop", "loop", None),
        ]

    def make(self, place, right, wrong):
        """`right` at `place`, `wrong` where a wrong rule would look."""
        shutil.rmtree(self.here)
        (self.here / "~nobody-knows").mkdir(parents=True)
        (self.here / "link").symlink_to("f")
        (self.here / "loop").symlink_to("loop")
        os.mkfifo(self.here / "pipe")
        for decoy in (self.home / "f", self.here / "f", self.stale / "f", self.home / "pipe"):
            self.write(decoy, wrong)
        if place:
            self.write(place, right)

    def as_botocore(self, variables, ask):
        """What `ask` makes of a session of botocore's, in the same environment and folder."""
        before = os.getcwd()
        os.chdir(self.here)
        try:
            with mock.patch.dict(os.environ, self.complete_env(variables), clear=True):
                return ask(botocore.session.Session())
        finally:
            os.chdir(before)


class Files(PathTest):
    """Each file has a region of its own, which is none, so that it is named."""

    def theirs(self, variables):
        return self.as_botocore(variables, lambda session: session.get_scoped_config().get("region"))

    def ours(self, variables):
        done = self.run_cli(CODE, status=None, env=variables, cwd=self.here)
        for name in ("re_right", "re_wrong", "re_usual"):
            if name in done.stderr:
                self.assertEqual(done.returncode, 2, done.stderr)
                return name
        # The credentials file is to be written.
        if done.returncode != 7 or "AWS_SHARED_CREDENTIALS_FILE" not in variables:
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("no AWS keys", done.stderr)
        return None

    def test_forms(self):
        for variable, usual in (("AWS_SHARED_CREDENTIALS_FILE", self.credentials),
                                ("AWS_CONFIG_FILE", self.config)):
            self.write(usual, "[default]\nregion = re_usual\n")
            for name, text, place in self.forms():
                with self.subTest(variable=variable, form=name):
                    self.make(place, "[default]\nregion = re_right\n",
                              "[default]\nregion = re_wrong\n")
                    theirs = self.theirs({variable: text})
                    if name == "empty":  # for botocore that is the working folder, which is no file
                        self.assertEqual((theirs, self.ours({variable: text})), (None, "re_usual"))
                        continue
                    self.assertEqual(self.ours({variable: text}), theirs)
            usual.unlink()

    def test_no_regular_file(self):
        """It can be read as empty, and not be written."""
        special = [(name, text) for name, text, place in self.forms()
                   if name in ("device", "pipe", "folder", "loop")]
        self.make(None, "", "")
        for name, text in special:
            with self.subTest(name):
                self.write_credentials(f"[default]\naws_access_key_id = {harness.KEY_ID}\n"
                                       f"aws_secret_access_key = {harness.SECRET}\n")
                as_config = {"AWS_CONFIG_FILE": text}
                self.run_cli("status", status=6, env=as_config, cwd=self.here)
                self.run_cli(self.code(), env=as_config, cwd=self.here)
                self.run_cli("exec", "--", "true", env=as_config, cwd=self.here)
                self.run_cli("end", env=as_config, cwd=self.here)
                done = self.run_cli("setup", "--process", status=7, env=as_config, cwd=self.here)
                self.assertIn(text, done.stderr)

                as_credentials = {"AWS_SHARED_CREDENTIALS_FILE": text,
                                  "AWS_ACCESS_KEY_ID": harness.KEY_ID,
                                  "AWS_SECRET_ACCESS_KEY": harness.SECRET}
                self.run_cli("status", status=6, env=as_credentials, cwd=self.here)
                self.run_cli("end", status=6, env=as_credentials, cwd=self.here)
                done = self.run_cli("--serial", harness.SERIAL, CODE, status=7, env=as_credentials,
                                    cwd=self.here)
                self.assertIn(text, done.stderr)
                self.empty_keyring()
                self.aws.set("reset")
                shutil.rmtree(self.state, ignore_errors=True)


class Bundles(PathTest):
    """The right file vouches for the server, the others do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server("hostile-server.py")
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        super().setUp()
        self.env["AWS_ENDPOINT_URL"] = f"https://127.0.0.1:{self.server.ports['good']}/paths/ok"

    def theirs(self, variables):
        """None: nobody is checked; else whether the file is the right one."""
        def ask(session):
            client = session.create_client("sts", region_name="us-east-1", aws_access_key_id="a",
                                           aws_secret_access_key="b")
            verify = client._endpoint.http_session._verify
            if verify is True:
                return False
            if not verify:
                return None
            connection = urllib3.connection.HTTPSConnection("host")
            connection.set_cert(ca_certs=verify)
            path = pathlib.Path(connection.ca_certs)
            return os.path.isfile(path) and path.read_text() == AUTHORITY.read_text()

        return self.as_botocore(variables, ask)

    def ours(self, variables):
        self.write_credentials(CREDENTIALS)
        self.empty_keyring()
        shutil.rmtree(self.state, ignore_errors=True)
        done = self.run_cli("--serial", SERIAL, CODE, status=None, env=variables, cwd=self.here)
        self.assertIn(done.returncode, (0, 5), done.stderr)
        return done.returncode == 0

    def compare(self, variables, config):
        self.write(self.config, "[default]\nregion = us-east-1\n"
                   + (f"ca_bundle = {config}\n" if config is not None else ""))
        theirs = self.theirs(variables)
        # That nobody is checked is nothing to be followed in.
        self.assertEqual(self.ours(variables), bool(theirs))

    def test_forms(self):
        for place in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "ca_bundle"):
            for name, text, file in self.forms():
                with self.subTest(place=place, form=name):
                    self.make(file, AUTHORITY.read_text(), STRANGER.read_text())
                    if place == "ca_bundle":
                        self.compare({}, text)
                    else:
                        self.compare({place: text}, None)

    def test_order(self):
        for first, setting, last in (
            (AUTHORITY, STRANGER, STRANGER), (STRANGER, AUTHORITY, AUTHORITY),
            (None, AUTHORITY, STRANGER), (None, STRANGER, AUTHORITY), (None, None, AUTHORITY),
            (None, None, None),
        ):
            with self.subTest(first=first, setting=setting, last=last):
                self.make(None, "", "")
                self.compare({name: str(path) for name, path in
                              (("AWS_CA_BUNDLE", first), ("REQUESTS_CA_BUNDLE", last)) if path},
                             setting)


if __name__ == "__main__":
    sys.exit(harness.main())
