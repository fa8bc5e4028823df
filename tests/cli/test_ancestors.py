#!/usr/bin/python3
"""What the two programs before this one documented still works as written; what went wrong with
them does not: a test for each defect."""

import stat

import harness

BOB_KEY_ID = "AKIABOBBOBBOBEXAMPLE"
BOB_SECRET = "b0bSecretb0bSecretb0bSecretb0bSecretEXAM"
OTHERS = "\n[other]\naws_access_key_id = AKIAOTHEROTHER7EXAMP\naws_secret_access_key = x/y+z\n"


class ExamplesTest(harness.CliTest):
    def test_code_restore_help(self):
        for restore in ("-r", "--restore"):
            self.write_credentials()
            self.run_cli(self.code())
            self.assertNotIn(harness.KEY_ID, self.credentials.read_text())
            self.run_cli(restore)
            self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        for option in ("-h", "--help"):
            done = self.run_cli(option)
            self.assertIn("--restore", done.stdout)
            self.assertEqual(done.stderr, "")


class OneProfileTest(harness.CliTest):
    """The one that kept a backup beside the file."""

    def test_restore_without_backup_keeps_the_file(self):
        self.write_credentials("[default]\naws_access_key_id = ASIAXXXXXXXXXXXXXXXX\n"
                               "aws_secret_access_key = x\naws_session_token = y\n" + OTHERS)
        before = self.credentials.read_bytes()
        self.run_cli("--restore", status=6)
        self.assertEqual(self.credentials.read_bytes(), before)

    def test_other_profiles_and_later_edits_stay(self):
        self.write_credentials(harness.CREDENTIALS + OTHERS)
        self.log_in()
        self.assertTrue(self.credentials.read_text().endswith(OTHERS))
        edited = self.credentials.read_text() + "[new]\nregion = eu-west-1\n"
        self.write_credentials(edited)
        self.run_cli("--restore")
        self.assertEqual(
            self.credentials.read_text(),
            harness.CREDENTIALS + OTHERS + "[new]\nregion = eu-west-1\n",
        )

    def test_wrong_code_keeps_the_session(self):
        self.write_credentials()
        self.log_in()
        before = self.credentials.read_bytes()
        self.run_cli(self.aws.wrong_code(), status=3)
        self.assertEqual(self.credentials.read_bytes(), before)
        self.run_cli("status", "--min", "1h")

    def test_no_long_term_key_is_left_readable(self):
        self.write_credentials()
        self.credentials.chmod(0o644)
        self.log_in()
        for path in self.top.rglob("*"):
            if path.is_file():
                self.assertNotIn(harness.SECRET.encode(), path.read_bytes(), path)
        self.assertEqual(stat.S_IMODE(self.credentials.stat().st_mode), 0o600)

    def test_user_with_a_path_in_another_partition(self):
        """The device's ARN is derived from the last part of the user's, in its own partition."""
        self.aws.set("users", {"name": "bob", "path": "/div/team/", "partition": "aws-cn"})
        self.aws.set("keys", {"id": BOB_KEY_ID, "secret": BOB_SECRET, "user": "bob"})
        serial = "arn:aws-cn:iam::123456789012:mfa/bob"
        self.aws.set("devices", {"serial": serial, "user": "bob"})
        self.aws.set("denied", ["ListMFADevices"])
        self.write_credentials(
            f"[default]\naws_access_key_id = {BOB_KEY_ID}\naws_secret_access_key = {BOB_SECRET}\n"
        )
        self.run_cli("--region", "cn-north-1", self.aws.ask(f"code?serial={serial}")["code"])
        request = self.aws.requests("GetSessionToken")[0]
        self.assertEqual(request["parameters"]["SerialNumber"], serial)

    def test_failed_identity_is_no_empty_serial(self):
        self.write_credentials()
        self.aws.set("denied", ["ListMFADevices"])
        self.aws.set("behaviour", {"kind": "error", "action": "GetCallerIdentity", "status": 403,
                                   "code": "AccessDenied", "message": "Not today"})
        words = self.run_cli(self.code(), status=1).stderr
        self.assertIn("--serial", words)
        self.assertEqual(self.aws.requests("GetSessionToken"), [])

    def test_missing_section_or_key_is_a_message(self):
        for text in ("", OTHERS.lstrip(), "[default]\n",
                     f"[default]\naws_access_key_id = {harness.KEY_ID}\n",
                     f"[default]\naws_secret_access_key = {harness.SECRET}\n"):
            self.write_credentials(text)
            words = self.run_cli(self.code(), status=1).stderr
            self.assertIn("There are no AWS keys for profile default yet.", words)
            self.assertEqual(self.credentials.read_text(), text)

    def test_expiration_is_stored(self):
        self.write_credentials()
        self.log_in()
        self.assertRegex(
            self.credentials.read_text(), r"(?m)^expiration = \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
        )

    def test_profile_that_signs_is_the_profile_written(self):
        work = harness.CREDENTIALS.replace("[default]", "[work]")
        self.write_credentials(OTHERS.replace("other", "default").lstrip() + work)
        self.run_cli(self.code(), env={"AWS_PROFILE": "work"})
        default, work = self.credentials.read_text().split("[work]")
        self.assertNotIn("ASIA", default)
        self.assertIn("ASIA", work)
        self.assertEqual(self.aws.requests("GetSessionToken")[0]["key_id"], harness.KEY_ID)


class ShellTest(harness.CliTest):
    """The one that asked the AWS CLI and started a shell."""

    FIDO = "arn:aws:iam::123456789012:u2f/user/alice/aaa-key"

    def test_refused_list_of_devices_is_told_or_done_without(self):
        self.write_credentials()
        self.aws.set("denied", ["ListMFADevices"])
        self.log_in()
        self.assertIn("ASIA", self.credentials.read_text())
        self.assertIn("not authorized to perform: iam:ListMFADevices",
                      self.run_cli("devices").stderr)

    def test_security_key_is_never_chosen(self):
        self.write_credentials()
        # First in the list.
        self.aws.set("devices", {"remove": harness.SERIAL})
        self.aws.set("devices", {"serial": self.FIDO})
        self.aws.set("devices", {"serial": harness.SERIAL})
        self.addCleanup(self.aws.set, "devices", {"remove": self.FIDO})
        self.log_in()
        request = self.aws.requests("GetSessionToken")[0]
        self.assertEqual(request["parameters"]["SerialNumber"], harness.SERIAL)

    def test_code_is_checked_before_anything_is_asked(self):
        self.write_credentials()
        for code in ("12345", "1234567", "12-34", "", " "):
            self.run_cli(code, status=2)
            self.run_cli("-", status=2, input=code + "\n")
        self.run_cli("-", status=2, input="12345a\n")
        self.assertEqual(self.aws.requests(), [])

    def test_keys_in_the_environment_do_not_stop_it(self):
        self.write_credentials()
        done = self.run_cli(self.code(), env={"AWS_ACCOUNT": "1", "AWS_ACCESS_KEY_ID": "AKIAXX"})
        self.assertIn("unset AWS_ACCESS_KEY_ID\n", done.stderr)


if __name__ == "__main__":
    harness.main()
