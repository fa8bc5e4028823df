#!/usr/bin/python3
"""Verbs one after the other in orders that nobody planned: what is said of it is so."""

import json

import harness

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
FOREIGN = (
    "[default]\naws_access_key_id = ASIAFOREIGN7EXAMPLE1\naws_secret_access_key = s\n"
    "aws_session_token = t\n"
)
BOB_KEY_ID = "AKIABOB7BOB7EXAMPLE1"
BOB_SECRET = "b" * 40
BOB_ACCOUNT = "210987654321"


class TruthTest(harness.CliTest):
    def add_bob(self):
        self.aws.set("users", {"name": "bob", "account": BOB_ACCOUNT})
        self.aws.set("keys", {"id": BOB_KEY_ID, "secret": BOB_SECRET, "user": "bob"})

    def status(self, status=0):
        return json.loads(self.run_cli("status", "--json", status=status).stdout)

    def findings(self, *arguments, status=0):
        done = self.run_cli("doctor", "--offline", "--json", *arguments, status=status)
        return {finding["id"]: finding for finding in json.loads(done.stdout)}


class NamesTest(TruthTest):
    def test_plain_locale(self):
        """Names are bytes of UTF-8, whatever the locale: cron and services have LC_ALL=C."""
        for name in ("ünïcode", "日本 x"):
            plain = {"LC_ALL": "C"}
            self.run_cli("setup", "--process", "-p", name, env={**ENVIRONMENT, **plain})
            self.run_cli("-p", name, self.code(), env=plain)
            self.run_cli("status", f"--profile={name}", env=plain)
            done = self.run_cli("credential-process", "-p", name, "--wait", "0", env=plain)
            self.assertTrue(json.loads(done.stdout)["AccessKeyId"].startswith("ASIA"))
            self.run_cli("setup", "--no-process", "-p", name, env=plain)
            self.run_cli("-r", "-p", name, env=plain)

    def test_not_utf8(self):
        for locale in ("C", "C.UTF-8"):
            for option in ("-p", "--profile", "--serial", "--role", "--region"):
                done = self.run_cli(option, b"\xff", "status", env={"LC_ALL": locale}, status=2)
                self.assertIn("is not UTF-8", done.stderr)


class StatusTest(TruthTest):
    def test_keys_beside_the_line(self):
        """Keys in the credentials file beat our line, and status says what AWS tools do."""
        self.write_credentials()
        self.run_cli("setup", "--process")
        self.assertTrue(self.status(status=6)["process"])
        self.assertIn("ask awsmfa", self.run_cli("status", status=6).stdout)
        self.write_credentials()
        self.assertFalse(self.status(status=6)["process"])
        self.assertIn("read the credentials file", self.run_cli("status", status=6).stdout)
        self.run_cli("setup", "--no-process")
        self.assertFalse(self.config.exists())

    def test_another_users_key(self):
        """A session outlives the key that it was asked with: it is not the other user's."""
        self.write_credentials()
        self.log_in()
        self.add_bob()
        given = f"{BOB_KEY_ID}\n{BOB_SECRET}\n"
        done = self.run_cli("setup", "-", "--accept-account", input=given)
        self.assertIn("user/bob", done.stdout)
        status = self.status()
        self.assertEqual((status["arn"], status["account"]), (None, None))
        self.assertNotIn(BOB_ACCOUNT, self.run_cli("env").stdout)
        self.run_cli("end")
        self.run_cli("setup", "-", "--accept-account", input=given)
        self.assertEqual(self.status(status=6)["account"], BOB_ACCOUNT)

    def test_doctor_in_process_mode(self):
        self.write_credentials()
        self.run_cli("setup", "--process")
        self.assertIn("no-session", self.findings())
        self.log_in()
        findings = self.findings()
        self.assertNotIn("no-session", findings)
        self.assertIn("has a session until", findings["process-session"]["message"])
        self.run_cli("end")
        self.assertIn("no-session", self.findings())
        self.lasting(1)
        self.log_in()
        while self.run_cli("status", status=None).returncode == 0:
            pass
        self.assertIn("no-session", self.findings())


class SetupTest(TruthTest):
    def test_again(self):
        """Keys that the keyring has are there, however often one asks."""
        self.write_credentials()
        self.run_cli("setup")
        done = self.run_cli("setup")
        self.assertIn(f"Access key {harness.KEY_ID} of profile default is in the keyring",
                      done.stdout)
        self.run_cli("-r")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_again_at_the_terminal(self):
        """There one may want to type others: what is there is said first."""
        self.write_credentials()
        self.run_cli("setup")
        child = self.terminal("setup")
        child.expect_exact(f"The keyring has access key {harness.KEY_ID} of profile default")
        child.expect_exact("AWS access key ID: ")
        child.sendintr()
        self.ends_with(child, 130)
        self.log_in()

    def test_nobody_to_ask(self):
        """What helps is something else than what was just tried."""
        done = self.run_cli("setup", status=1)
        self.assertIn("awsmfa setup -\n", done.stderr)
        self.assertNotIn("awsmfa setup\n", done.stderr)

    def test_undo_over_foreign_keys(self):
        """Another program's keys stay; our line goes all the same."""
        self.write_credentials()
        self.run_cli("setup", "--process")
        self.write_credentials(FOREIGN)
        done = self.run_cli("setup", "--no-process")
        self.assertNotIn("original credentials are back", done.stdout)
        self.assertEqual(self.credentials.read_text(), FOREIGN)
        self.assertFalse(self.config.exists())

    def test_restore_of_the_line_alone(self):
        """Where no keys were taken out, none are back."""
        self.run_cli("setup", "--process", env=ENVIRONMENT)
        done = self.run_cli("--restore")
        self.assertNotIn("original credentials", done.stdout)
        self.assertIn("AWS tools no longer ask awsmfa", done.stdout)
        self.assertFalse(self.config.exists())


class ForgetTest(TruthTest):
    def test_older_key_only(self):
        """What --discard would delete is not nothing."""
        self.add_bob()
        self.write_credentials()
        self.run_cli("setup")
        self.run_cli("setup", "-", "--accept-account", input=f"{BOB_KEY_ID}\n{BOB_SECRET}\n")
        self.give_back()
        done = self.run_cli("forget-keys", status=1)
        self.assertIn(f"Only your keyring has access key {harness.KEY_ID}", done.stderr)
        self.run_cli("forget-keys", "--discard", "--yes")
        self.run_cli("forget-keys", status=6)

    def give_back(self):
        """The newer key goes back into the file, the older one stays in the keyring."""
        done = self.run_cli("forget-keys")
        self.assertIn(f"The older key {harness.KEY_ID} stays in the keyring", done.stderr)


if __name__ == "__main__":
    harness.main()
