#!/usr/bin/python3
"""`awsmfa status` and `awsmfa devices`."""

import json
import shutil
import subprocess
import time
import unittest

import gi

import harness

gi.require_version("Gio", "2.0")
from gi.repository import Gio  # noqa: E402

WORK = """
[work]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
"""
KEYS = {"profile", "state", "expires", "seconds_left", "user_expires", "account", "arn", "base", "process"}
SECOND = "GAHT12345678"
FIDO = "arn:aws:iam::123456789012:u2f/user/alice/key-ABCDEF"


class StatusTest(harness.CliTest):
    def status(self, *options, status=0, **more):
        return json.loads(self.run_cli("status", "--json", *options, status=status, **more).stdout)

    def test_none(self):
        self.write_credentials()
        self.assertEqual(
            self.status(status=6),
            {"profile": "default", "state": "none", "expires": None, "seconds_left": 0, "user_expires": None,
             "account": None, "arn": None, "base": "file", "process": False},
        )

    def test_active(self):
        self.write_credentials()
        self.log_in("-d", "1h")
        self.aws.set("reset")
        told = self.status()
        self.assertEqual(set(told), KEYS)
        self.assertEqual(told["state"], "active")
        self.assertIn(f"expiration = {told['expires']}\n", self.credentials.read_text())
        self.assertTrue(3500 < told["seconds_left"] <= 3600, told)
        self.assertEqual((told["account"], told["arn"]), (harness.ACCOUNT, harness.ARN))
        self.assertEqual(told["base"], "keyring")
        words = self.run_cli("status").stdout
        self.assertRegex(words, r"Session: +until .*\d\d:\d\d \((59 minutes|1 hour) left\)")
        for part in (harness.ARN, harness.ACCOUNT, "in the keyring", "read the credentials file"):
            self.assertIn(part, words)
        self.assertEqual(self.aws.requests(), [])

    @unittest.skipUnless(shutil.which("localedef"), "localedef is not installed")
    def test_twelve_hours(self):
        """As the locale has it; on GNOME as its clock is set, whatever the locale."""
        self.write_credentials()
        self.log_in()
        half_days, hours = r"until (\w+ )?\d{1,2}:\d\d [AP]M ", r"until (\w+ )?\d\d:\d\d "
        subprocess.run(
            ["localedef", "-i", "en_US", "-f", "UTF-8", self.top / "en_US.UTF-8"], check=True,
        )
        american = {"LC_ALL": "en_US.UTF-8", "LOCPATH": str(self.top)}
        self.assertRegex(self.run_cli("status").stdout, hours)
        self.assertRegex(self.run_cli("status", env=american).stdout, half_days)

        schemas = Gio.SettingsSchemaSource.get_default()
        if not schemas or not schemas.lookup("org.gnome.desktop.interface", True):
            self.skipTest("the schema of GNOME's settings is not installed")
        keyfile = self.top / "settings" / "glib-2.0" / "settings" / "keyfile"
        keyfile.parent.mkdir(parents=True)
        gnome = {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "GSETTINGS_BACKEND": "keyfile",
                 "XDG_CONFIG_HOME": str(self.top / "settings")}
        for chosen, expected in (("12h", half_days), ("24h", hours)):
            keyfile.write_text(f"[org/gnome/desktop/interface]\nclock-format='{chosen}'\n")
            for locale in ({}, american):
                self.assertRegex(self.run_cli("status", env=gnome | locale).stdout, expected)

    def test_min(self):
        self.write_credentials()
        self.log_in("-d", "1h")
        for least, status in (("30m", 0), ("59m", 0), ("2h", 6), ("3601s", 6), ("30", 2)):
            self.run_cli("status", "-q", "--min", least, status=status)
        self.run_cli("status", "--all", "--min", "1m", status=2)

    def test_expiring_and_expired(self):
        self.write_credentials()
        self.lasting(2)
        self.log_in()
        deadline = time.monotonic() + harness.PATIENCE
        while self.run_cli("status", "-q", status=None).returncode == 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        told = self.status(status=6)
        self.assertEqual((told["state"], told["seconds_left"]), ("expired", 0))
        self.assertIsNotNone(told["expires"])
        self.assertIn("ended at", self.run_cli("status", status=6).stdout)

    def test_all(self):
        self.write_credentials(harness.CREDENTIALS + WORK)
        self.log_in("-p", "work")
        # Remembered, though gone from the files.
        self.write_credentials()
        self.write(self.config, "[profile third]\nregion = eu-west-1\n")
        told = {entry["profile"]: entry for entry in self.status("--all")}
        self.assertEqual(list(told), ["default", "third", "work"])
        self.assertEqual([e["base"] for e in told.values()], ["file", "none", "keyring"])
        lines = self.run_cli("status", "--all").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["PROFILE", "default", "third", "work"])

    def test_where_the_base_is(self):
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        self.assertEqual(self.status(status=6)["base"], "none")
        self.assertEqual(self.status(status=6, env=keys)["base"], "environment")
        self.write(self.config, harness.CREDENTIALS)
        self.assertEqual(self.status(status=6, env=keys)["base"], "config")
        self.write_credentials()
        self.log_in()
        self.assertEqual(self.status(env=keys)["base"], "keyring")
        self.without_keyring()
        self.config.unlink()
        self.assertEqual(self.status()["base"], "keyring-absent")

    def test_foreign_session(self):
        self.write_credentials("[default]\naws_access_key_id = ASIAXXXXXXXXXXXXXXXX\n"
                               "aws_secret_access_key = x\naws_session_token = y\n")
        self.assertEqual(self.status(status=6)["state"], "none")
        self.assertIn("ASIAXXXXXXXXXXXXXXXX", self.run_cli("status", status=6).stdout)

    def test_unusable_files(self):
        self.write_credentials(harness.CREDENTIALS * 2)
        done = self.run_cli("status", status=7)
        self.assertEqual(done.stdout, "")
        self.assertIn("[default] appears twice", done.stderr)
        self.write_credentials()
        self.write(self.config, "no header\n")
        self.run_cli("status", "--json", "--all", status=7)

    def test_unknown_profile(self):
        self.write_credentials()
        self.assertIn("There are: default.", self.run_cli("status", "-p", "x", status=1).stderr)

    def test_strange_names_do_not_reach_the_terminal(self):
        self.write_credentials("[a\033[2Jb]\nregion = x\n")
        self.assertNotIn("\033", self.run_cli("status", "--all").stdout)


class DevicesTest(harness.CliTest):
    def add_device(self, serial):
        self.aws.set("devices", {"serial": serial})
        self.addCleanup(self.aws.set, "devices", {"remove": serial})

    def devices(self, *options):
        listed = json.loads(self.run_cli("devices", "--json", *options).stdout)
        return {entry.pop("serial"): entry for entry in listed}

    def test_kinds(self):
        self.write_credentials()
        self.add_device(SECOND)
        self.add_device(FIDO)
        told = self.devices()
        self.assertEqual([e["kind"] for e in told.values()], ["virtual", "hardware", "fido"])
        self.assertEqual([e["usable"] for e in told.values()], [True, True, False])
        self.assertEqual([e["chosen"] for e in told.values()], [None] * 3)
        self.assertRegex(told[SECOND]["since"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        done = self.run_cli("devices")
        self.assertIn("security keys and passkeys work in the AWS console only", done.stdout)
        self.assertIn("mfa_serial", done.stderr)
        columns = {line.index(word) for line, word in zip(done.stdout.splitlines()[1:],
                                                          ("virtual", "hardware", "FIDO"))}
        self.assertEqual(len(columns), 1, done.stdout)

    def test_which_one_is_chosen(self):
        self.write_credentials()
        self.assertEqual(self.devices()[harness.SERIAL]["chosen"], "only")
        self.add_device(SECOND)
        self.run_cli("--serial", SECOND, self.aws.ask(f"code?serial={SECOND}")["code"])
        self.assertEqual(self.devices()[SECOND]["chosen"], "remembered")
        self.write(self.config, f"[default]\nmfa_serial = {harness.SERIAL}\n")
        told = self.devices()
        self.assertEqual((told[harness.SERIAL]["chosen"], told[SECOND]["chosen"]), ("config", None))
        self.assertEqual(self.devices("--serial", SECOND)[SECOND]["chosen"], "option")

    def test_chosen_and_not_listed(self):
        self.write_credentials()
        self.write(self.config, "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/other\n")
        told = self.devices()["arn:aws:iam::123456789012:mfa/other"]
        self.assertEqual((told["listed"], told["chosen"]), (False, "config"))
        self.assertIn("AWS does not list it for this user", self.run_cli("devices").stdout)

    def test_list_refused(self):
        self.write_credentials()
        self.aws.set("denied", ["ListMFADevices"])
        self.assertEqual(self.devices()[harness.SERIAL],
                         {"kind": "virtual", "usable": True, "listed": False, "since": None,
                          "chosen": "derived"})
        self.assertIn("AWS says: User: ", self.run_cli("devices").stderr)

    def test_none(self):
        self.write_credentials()
        self.aws.set("devices", {"remove": harness.SERIAL})
        self.addCleanup(self.aws.set, "devices", {"serial": harness.SERIAL})
        done = self.run_cli("devices")
        self.assertEqual(done.stdout, "")
        self.assertIn("no MFA device that works", done.stderr)

    def test_failures(self):
        self.run_cli("devices", status=1)
        self.write_credentials()
        self.aws.set("behaviour", {"kind": "down"})
        self.run_cli("devices", status=5)


if __name__ == "__main__":
    harness.main()
