#!/usr/bin/python3
"""Roles in the credentials file: which identity the profile's section holds."""

import configparser
import datetime
import json

import harness

ADMIN = "arn:aws:iam::210987654321:role/team/Admin"
AUDIT = f"arn:aws:iam::{harness.ACCOUNT}:role/Audit"
NEXT = f"arn:aws:iam::{harness.ACCOUNT}:role/Next"
LONG = f"arn:aws:iam::{harness.ACCOUNT}:role/Long"
NOBODY = f"arn:aws:iam::{harness.ACCOUNT}:role/Nobody"
CONFIG = f"""[default]
region = eu-west-1

[profile admin]
role_arn = {ADMIN}
source_profile = default

[profile next]
role_arn = {NEXT}
source_profile = admin

[profile own]
role_arn = {ADMIN}
credential_source = Environment
"""


class RoleSectionTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.write(self.config, CONFIG)
        for value in (
            {"arn": ADMIN, "needs_mfa": True},
            {"arn": AUDIT, "max_mfa_age": 60},
            {"arn": NEXT, "trusted": ADMIN},
            {"arn": LONG, "max_duration": 28800, "needs_mfa": True},
        ):
            self.aws.set("roles", value)

    def whose(self, profile="default"):
        """What AWS's own command line makes of the files."""
        return self.identity({**self.env, "AWS_PROFILE": profile})["Arn"]

    def status(self):
        done = self.run_cli("status", "--json", status=None)
        return json.loads(done.stdout)

    def count(self, action):
        return len(self.aws.requests(action))

    def key_id(self):
        file = configparser.RawConfigParser()
        file.read(self.credentials)
        return file["default"]["aws_access_key_id"]

    def check_restore(self):
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertEqual((self.status()["state"], self.status()["arn"]), ("none", harness.ARN))

    def test_with_a_code(self):
        done = self.run_cli("--role", ADMIN, self.code())
        self.assertIn(f"Profile default has the role {ADMIN} until ", done.stdout)
        self.assertEqual(self.whose(), "arn:aws:sts::210987654321:assumed-role/Admin/awsmfa-alice")
        self.assertNotIn(harness.SECRET, self.credentials.read_text())
        status = self.status()
        self.assertEqual((status["arn"], status["account"]), (ADMIN, "210987654321"))
        self.assertEqual(status["state"], "active")
        self.assertLessEqual(status["seconds_left"], 3600)
        user_ends = datetime.datetime.fromisoformat(status["user_expires"])
        left = (user_ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        self.assertAlmostEqual(left, 12 * 3600, delta=120)
        self.assertRegex(self.run_cli("status").stdout, r"User's session: +until .* left\)\n")
        self.check_restore()

    def test_without_a_code(self):
        """One code: the user, a role, another one, and the user again."""
        self.log_in()
        user = self.credentials.read_text()
        for arn, name in ((ADMIN, "Admin"), (AUDIT, "Audit"), (NEXT, "Next")):
            self.run_cli("--role", arn)
            self.assertIn(f"assumed-role/{name}/", self.whose())
            self.assertEqual(self.status()["arn"], arn)
        done = self.run_cli("--role", "-")
        self.assertIn("Profile default has a session until ", done.stdout)
        self.assertEqual(self.credentials.read_text(), user)
        self.assertEqual((self.whose(), self.status()["arn"]), (harness.ARN, harness.ARN))
        self.assertEqual(self.count("GetSessionToken"), 1)
        self.check_restore()

    def test_first_thing_after_exec(self):
        """The session is in the keyring alone, and the file still holds the long-term key."""
        self.run_cli("exec", self.code(), "--", "true")
        done = self.run_cli("--role", ADMIN)
        self.assertIn("Your long-term key has moved from the file into the keyring.", done.stderr)
        self.assertIn("assumed-role/Admin/", self.whose())
        self.run_cli(self.code())
        self.assertEqual(self.whose(), harness.ARN)
        self.check_restore()

    def test_what_is_held_is_lent(self):
        self.run_cli("--role", ADMIN, self.code())
        held = self.run_cli("exec", "printenv", "AWS_ACCESS_KEY_ID").stdout.strip()
        self.assertEqual(held, self.key_id())
        user = self.run_cli("exec", "--role", "-", "printenv", "AWS_ACCESS_KEY_ID").stdout.strip()
        self.assertNotEqual(user, held)
        self.assertEqual((self.count("GetSessionToken"), self.count("AssumeRole")), (1, 1))

    def test_kept_under_another_name(self):
        """AWS's logs and policies go by the name: one that was kept under another is not that role."""
        def call_it(name):
            line = f"role_session_name = {name}\n" if name else ""
            self.write(self.config, f"{CONFIG}[profile long]\nrole_arn = {LONG}\n"
                                    f"source_profile = default\nduration_seconds = 14400\n{line}")

        call_it("one@here")
        self.run_cli("--role", LONG, self.code())
        self.assertIn("assumed-role/Long/one@here", self.whose())
        kept = self.key_id()
        self.run_cli(self.code())
        for name in ("two@here", "one@her", ""):
            call_it(name)
            held = self.credentials.read_text()
            done = self.run_cli("--role", LONG, status=6)
            self.assertIn("There is no terminal to ask for a code.", done.stderr)
            self.assertEqual(self.credentials.read_text(), held)
        call_it("one@here")
        self.run_cli("--role", LONG)
        self.assertEqual(self.key_id(), kept)
        self.assertEqual(self.count("AssumeRole"), 1)

    def test_long(self):
        self.run_cli("--role", LONG, "-d", "4h", self.code())
        self.assertGreater(self.status()["seconds_left"], 14000)
        first = self.key_id()
        # Another identity and back: the role has cost a code, and is kept.
        self.run_cli("--role", "-", status=6)
        self.run_cli(self.code())
        self.run_cli("--role", LONG, "-d", "4h")
        self.assertEqual(self.key_id(), first)
        self.check_restore()

    def test_no_session(self):
        done = self.run_cli("--role", ADMIN, status=6)
        self.assertIn(f"There is no terminal to ask for a code. Use: awsmfa --role {ADMIN} 123456", done.stderr)
        child = self.terminal("--role", ADMIN)
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        child.expect_exact(f"Profile default has the role {ADMIN}")
        self.ends_with(child, 0)

    def test_old_mfa(self):
        self.log_in()
        before = self.credentials.read_text()
        self.aws.set("clock", {"offset": 120})
        done = self.run_cli("--role", AUDIT, status=1)
        self.assertIn("is not authorized to perform: sts:AssumeRole", done.stderr)
        self.assertEqual(self.credentials.read_text(), before)
        child = self.terminal("--role", AUDIT)
        child.expect_exact("The role may want a newer MFA code")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.ends_with(child, 0)
        self.assertEqual(self.status()["arn"], AUDIT)

    def test_refused(self):
        """Nothing has changed but that the session was kept, for it has cost a code."""
        self.run_cli("--role", ADMIN, self.aws.wrong_code(), status=3)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.run_cli("--role", NOBODY, self.code(), status=1)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.run_cli("--role", ADMIN)
        self.assertEqual(self.count("GetSessionToken"), 2)

    def test_shadowed(self):
        """What the profile's own role_arn would beat is not written, and no code is spent on it."""
        for profile, arguments in (
            ("admin", (self.code(),)), ("admin", ("--role", NEXT, self.code())),
            ("admin", ("--role", NEXT)), ("own", ("--role", NEXT, self.code())),
        ):
            keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
            done = self.run_cli("-p", profile, *arguments, env=keys, status=1)
            self.assertIn("role_arn", done.stderr)
            self.assertIn(f"awsmfa exec -p {profile} -- COMMAND", done.stderr)
        done = self.run_cli("-p", "admin", self.code(), status=1)
        self.assertIn(f"awsmfa -p default --role {ADMIN}", done.stderr)
        self.assertNotIn("a profile of its own", done.stderr)
        self.assertEqual(self.count("GetSessionToken") + self.count("AssumeRole"), 0)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_end(self):
        self.run_cli("--role", ADMIN, self.code())
        self.run_cli("end")
        self.assertEqual((self.status()["state"], self.status()["arn"]), ("none", harness.ARN))
        self.run_cli("--role", "-", status=6)
        self.check_restore()

    def test_process_mode(self):
        """AWS tools that ask get what the profile holds."""
        self.env["PATH"] = f"{harness.os.path.dirname(harness.AWSMFA)}:{self.env['PATH']}"
        self.run_cli("setup", "--process")
        self.run_cli("--role", ADMIN, self.code())
        self.assertNotIn("ASIA", self.credentials.read_text())
        self.assertEqual(self.status()["arn"], ADMIN)
        self.assertIn("assumed-role/Admin/", self.whose())
        self.run_cli("--role", "-")
        self.assertEqual(self.status()["arn"], harness.ARN)
        self.assertEqual(self.whose(), harness.ARN)
        # A role for one command is none of the profile's.
        self.run_cli("exec", "-p", "admin", "--", "true")
        self.assertEqual(self.whose(), harness.ARN)
        self.run_cli("--role", ADMIN)
        self.run_cli("end")
        self.assertEqual(self.status()["state"], "none")

    def test_into_process_mode_and_back(self):
        self.run_cli("--role", ADMIN, self.code())
        self.run_cli("setup", "--process")
        self.assertIn("assumed-role/Admin/", self.whose())
        self.run_cli("setup", "--no-process")
        self.assertIn("ASIA", self.credentials.read_text())
        self.assertIn("assumed-role/Admin/", self.whose())
        self.assertEqual(self.status()["arn"], ADMIN)
        self.run_cli("--role", "-")
        self.assertEqual(self.whose(), harness.ARN)
        self.check_restore()


if __name__ == "__main__":
    harness.main()
