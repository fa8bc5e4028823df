#!/usr/bin/python3
"""A role in the section, assumed anew without anybody's help. AMFA_RENEW_ROLE names the program."""

import json
import os
import subprocess
import time

import harness

RENEW = os.environ.get("AMFA_RENEW_ROLE", "renew-role")
ADMIN = "arn:aws:iam::210987654321:role/Admin"
OTHER = "arn:aws:iam::210987654321:role/Other"
LONG = f"arn:aws:iam::{harness.ACCOUNT}:role/Long"


class RenewalTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        for value in (
            {"arn": ADMIN, "needs_mfa": True}, {"arn": OTHER},
            {"arn": LONG, "max_duration": 28800, "needs_mfa": True},
        ):
            self.aws.set("roles", value)

    def renew(self, *arguments, **changes):
        done = subprocess.run([RENEW, *arguments, "default"], env=self.complete_env(changes), cwd=self.home,
                              capture_output=True, text=True, timeout=2 * harness.PATIENCE)
        self.check_noise(done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def check_refused(self, code, **changes):
        """The file is as it was."""
        before = self.credentials.read_bytes()
        self.assertEqual(self.renew(**changes), code)
        self.assertEqual(self.credentials.read_bytes(), before)

    def status(self):
        return json.loads(self.run_cli("status", "--json", status=None).stdout)

    def held(self):
        return self.credentials.read_text().split("aws_access_key_id = ")[1].split()[0]

    def test_renewed(self):
        self.run_cli("--role", ADMIN, self.code())
        first = self.held()
        self.assertGreater(int(self.renew()), 0)
        self.assertNotEqual(self.held(), first)
        self.assertEqual(self.status()["arn"], ADMIN)
        self.assertEqual(self.aws.requests("AssumeRole")[-1]["parameters"]["RoleArn"], ADMIN)
        self.assertEqual(len(self.aws.requests("GetSessionToken")), 1)
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_a_day(self):
        """For as long as the session that it comes from, and no longer."""
        self.run_cli("--role", ADMIN, self.code())
        for n in range(1, 13):
            self.aws.set("clock", {"offset": n * 3500})
            self.assertGreater(int(self.renew()), 0, n)
        self.aws.set("clock", {"offset": 12 * 3600 + 10})
        self.check_refused("session-expired")
        self.assertEqual(len(self.aws.requests("GetSessionToken")), 1)

    def test_vanished(self):
        self.run_cli("--role", ADMIN, self.code())
        for _ in range(2):
            self.assertGreater(int(self.renew()), 0)
        self.aws.set("roles", {"remove": ADMIN})
        self.check_refused("not-allowed")
        # The user is still there.
        self.run_cli("--role", "-")
        self.assertEqual(self.status()["arn"], harness.ARN)

    def test_no_role(self):
        self.check_refused("no-session")
        self.log_in()
        self.check_refused("no-session")
        self.assertEqual(self.aws.requests("AssumeRole"), [])

    def test_last_minute(self):
        self.lasting(50)
        self.run_cli("--role", ADMIN, self.code())
        self.assertGreater(int(self.renew()), 0)

    def test_session_gone(self):
        self.lasting(8)
        self.run_cli("--role", ADMIN, self.code())
        time.sleep(8)  # the session's
        self.check_refused("no-session")

    def test_network(self):
        self.run_cli("--role", ADMIN, self.code())
        self.check_refused("network", AWS_ENDPOINT_URL="http://127.0.0.1:1")
        self.aws.set("behaviour", {"kind": "busy"})
        self.check_refused("service")
        self.aws.set("behaviour")
        self.assertGreater(int(self.renew()), 0)

    def test_long_one(self):
        """It has cost a code of its own, but an hour can be had for the session's."""
        self.run_cli("--role", LONG, "-d", "4h", self.code())
        self.check_refused("no-session")
        self.run_cli(self.code())
        self.run_cli("--role", LONG, "-d", "4h")
        self.assertGreater(int(self.renew()), 0)
        self.assertEqual(self.status()["arn"], LONG)

    # By itself, before the end

    def test_kept(self):
        self.lasting(40000, 12)
        self.run_cli("--role", ADMIN, self.code())
        self.assertEqual(self.renew("--keep"), "renewed")
        self.assertEqual(len(self.aws.requests("AssumeRole")), 2)
        self.assertGreater(self.status()["seconds_left"], 3000)

    def test_not_kept(self):
        """Told once there is no hope, before the end."""
        self.lasting(40000, 12)
        self.run_cli("--role", ADMIN, self.code())
        self.aws.set("roles", {"remove": ADMIN})
        self.assertEqual(self.renew("--keep"), "failed")
        self.assertEqual(len(self.aws.requests("AssumeRole")), 2)

    def test_process_mode(self):
        self.run_cli("setup", "--process")
        self.lasting(40000, 1800)
        self.run_cli("--role", ADMIN, self.code())
        before = self.status()["expires"]
        self.assertGreater(int(self.renew()), 0)
        self.assertNotIn("ASIA", self.credentials.read_text())
        self.assertGreater(self.status()["expires"], before)


if __name__ == "__main__":
    harness.main()
