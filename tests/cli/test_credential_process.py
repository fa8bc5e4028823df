#!/usr/bin/python3
"""`awsmfa credential-process` where there is no desktop; tests/desktop has the rest."""

import json
import os
import pathlib
import socket
import subprocess
import time

import harness

VERB = "credential-process"
STAND_IN_APPLET = pathlib.Path(__file__).with_name("stand_in_applet.py")


class CredentialProcessTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.top}/no-bus"

    def log_in_to_keyring(self, *seconds):
        """A session that the keyring alone has."""
        self.write_credentials()
        if seconds:
            self.lasting(*seconds)
        self.log_in()
        session = self.credentials.read_text()
        self.write_credentials("[default]\n")
        return session

    def keys(self, *arguments, **options):
        done = self.run_cli(VERB, *arguments, **options)
        self.assertTrue(done.stdout.endswith("}\n"))
        self.assertEqual(done.stdout.count("\n"), 1)
        return json.loads(done.stdout)

    def test_keys(self):
        session = self.log_in_to_keyring()
        keys = self.keys()
        self.assertEqual(
            set(keys),
            {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"},
        )
        self.assertIs(type(keys["Version"]), int)
        self.assertEqual(keys["Version"], 1)
        self.assertEqual(keys["AccountId"], harness.ACCOUNT)
        self.assertRegex(keys["Expiration"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"):
            self.assertIn(f" = {keys[name]}\n", session)

    def test_used_by_aws(self):
        """By the AWS command line, as the profile's process."""
        self.log_in_to_keyring()
        self.write(self.config, f"[default]\ncredential_process = {harness.AWSMFA} {VERB}\n")
        environment = self.complete_env({"AWS_DEFAULT_REGION": "eu-west-1"})
        self.assertEqual(self.identity(environment)["Arn"], harness.ARN)

    def test_short_session(self):
        """The shortest that AWS grants is good for SDKs; one of a few seconds is none."""
        self.log_in_to_keyring(900)
        self.keys()
        self.log_in_to_keyring(59)
        self.assertIn("The session in profile default ends in ", self.run_cli(VERB, "--wait", "0", status=6).stderr)

    def test_nobody_to_ask(self):
        self.write_credentials()
        begun = time.monotonic()
        done = self.run_cli(VERB, status=6)
        self.assertLess(time.monotonic() - begun, harness.PATIENCE)
        self.assertEqual(done.stdout, "")
        self.assertIn("no desktop", done.stderr)
        self.assertIn("awsmfa 123456", done.stderr)
        self.without_keyring()
        self.assertIn("no desktop", self.run_cli(VERB, status=6).stderr)

    def test_deaf_bus(self):
        """One that takes the connection and says nothing: nobody was asked."""
        self.write_credentials()
        with socket.socket(socket.AF_UNIX) as bus:
            bus.bind(str(self.top / "no-bus"))
            bus.listen()
            self.assertIn("no desktop", self.run_cli(VERB, "--wait", "1", status=6).stderr)

    def start(self, *command):
        """A process of the place that prints a line when it is ready; returns it and the line."""
        process = subprocess.Popen(
            command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )
        self.addCleanup(self.end, process)
        return process, process.stdout.readline().strip()

    def test_odd_answers(self):
        """Whatever has the applet's name and answers, it is no crash and no key."""
        self.write_credentials()
        _, self.env["DBUS_SESSION_BUS_ADDRESS"] = self.start(
            "dbus-daemon", "--session", "--nofork", "--print-address"
        )
        for manner, words, status in (
            ("die", "no desktop", 6), ("past", "no session", 6), ("word", "no desktop", 6),
            ("failed", "no desktop", 6), ("cancelled", "declined", 6),
            ("unknownProfile", "The applet knows no profile default.", 1),
        ):
            with self.subTest(manner):
                applet, _ = self.start(
                    "/usr/bin/python3", STAND_IN_APPLET, harness.APPLICATION_ID, manner
                )
                try:
                    done = self.run_cli(VERB, status=status)
                finally:
                    self.end(applet)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_unknown_profile(self):
        self.write_credentials()
        self.run_cli(VERB, "-p", "nobody", status=1)

    def test_usage(self):
        self.write_credentials()
        for arguments in (["123456"], ["--wait", "-1"], ["--wait", "3601"], ["--wait", "x"]):
            self.assertEqual(self.run_cli(VERB, *arguments, status=2).stdout, "")

    def test_stdout(self):
        """Nowhere to write to, and nobody who reads."""
        self.log_in_to_keyring()
        with open("/dev/full", "w") as full:
            self.assertIn("cannot write", self.run_cli(VERB, stdout=full, status=1).stderr)
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as pipe:
            self.run_cli(VERB, stdout=pipe, status=1)


if __name__ == "__main__":
    harness.main()
