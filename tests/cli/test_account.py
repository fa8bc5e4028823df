#!/usr/bin/python3
"""A key of another account than the profile has been used with."""

import harness

OTHER = "210987654321"
KEY_ID = "AKIAOTHERACCOUNTEXAM"
SECRET = "Qm9vay9vZi9zZWNyZXRzL25vdC9hbnkvb2YvdGhlbQ=="
DEVICE = f"arn:aws:iam::{OTHER}:mfa/bob"
SENTENCE = (
    f"The access key belongs to account {OTHER}. So far, the sessions of this profile were in "
    f"account {harness.ACCOUNT}."
)
QUESTION = "Use the new account for profile default? [y/N] "
KEYS = harness.CREDENTIALS.replace(harness.KEY_ID, KEY_ID).replace(harness.SECRET, SECRET)


class AccountTest(harness.CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.aws.set("users", {"name": "bob", "account": OTHER})
        cls.aws.set("keys", {"id": KEY_ID, "secret": SECRET, "user": "bob"})
        cls.aws.set("devices", {"serial": DEVICE, "user": "bob"})

    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.log_in()
        self.write_credentials(KEYS)
        self.aws.set("reset")

    def code_of_bob(self):
        return self.aws.ask(f"code?serial={DEVICE}")["code"]

    def assert_untouched(self):
        self.assertEqual(self.credentials.read_text(), KEYS)
        self.assertEqual(self.aws.requests("GetSessionToken"), [])

    def test_refused_without_a_terminal(self):
        for arguments in ([], ["exec"]):
            command = ["--", "true"] if arguments else []
            done = self.run_cli(*arguments, self.code_of_bob(), *command, status=1)
            self.assertIn(SENTENCE, done.stderr)
            self.assertIn("--accept-account", done.stderr)
            self.assert_untouched()

    def test_accepted_once(self):
        self.run_cli("--accept-account", self.code_of_bob())
        self.assertIn("ASIA", self.credentials.read_text())
        self.aws.set("used")
        self.run_cli(self.code_of_bob())
        # And back again is another change.
        self.write_credentials()
        self.assertIn(f"So far, the sessions of this profile were in account {OTHER}",
                      self.run_cli(self.code(), status=1).stderr)

    def test_question_before_the_code(self):
        child = self.terminal()
        child.expect_exact(SENTENCE)
        child.expect_exact(QUESTION)
        child.sendline("")
        self.assertIn("--accept-account", self.ends_with(child, 1))
        self.assert_untouched()
        child = self.terminal()
        child.expect_exact(QUESTION)
        child.sendline("yes")
        child.expect_exact(f"MFA code for bob (account {OTHER}, device bob): ")
        child.sendline(self.code_of_bob())
        self.ends_with(child, 0)

    def test_question_after_the_code(self):
        child = self.terminal(self.code_of_bob())
        child.expect_exact(QUESTION)
        self.assert_untouched()
        child.sendline("y")
        self.ends_with(child, 0)
        self.assertEqual(len(self.aws.requests("GetSessionToken")), 1)

    def test_setup(self):
        done = self.run_cli("setup", status=1)
        self.assertIn(SENTENCE, done.stderr)
        self.assert_untouched()
        child = self.terminal("setup")
        child.expect_exact(QUESTION)
        child.sendline("y")
        self.ends_with(child, 0)
        self.run_cli(self.code_of_bob())

    def test_another_key_of_the_same_account(self):
        self.write_credentials(
            harness.CREDENTIALS.replace(harness.KEY_ID, harness.standin.ALICE_SECOND_KEY_ID)
            .replace(harness.SECRET, harness.standin.ALICE_SECOND_SECRET)
        )
        self.log_in()

    def test_unknown_account(self):
        """A server that does not tell whose key it is."""
        self.aws.set("behaviour", {"kind": "error", "action": "GetCallerIdentity", "status": 400,
                                   "code": "InvalidAction", "message": "unknown"})
        self.run_cli("--serial", DEVICE, self.code_of_bob())


if __name__ == "__main__":
    harness.main()
