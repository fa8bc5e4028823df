#!/usr/bin/python3
"""Profiles whose own settings would beat a session in the credentials file."""

import harness

ROLE = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = other\n"
SSO = "[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
WEB_IDENTITY = "[default]\nweb_identity_token_file = /token\nrole_arn = arn:aws:iam::1:role/r\n"


class ShadowTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.kept = self.keyring.read_bytes()

    def test_refused_before_the_code(self):
        for config, key, line in (
            (ROLE, "role_arn", 2),
            (SSO, "sso_account_id", 3),
            (WEB_IDENTITY, "web_identity_token_file", 2),
        ):
            with self.subTest(key):
                self.write(self.config, config)
                done = self.run_cli(self.code(), status=1)
                self.assertIn(f"{self.config}, line {line}: profile default has a {key}", done.stderr)
                self.assertIn("awsmfa exec -p default -- COMMAND", done.stderr)
                self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
                self.assertEqual(self.keyring.read_bytes(), self.kept)
                self.assertEqual(self.aws.requests(), [])
                child = self.terminal()
                self.assertIn(f"has a {key}", self.ends_with(child, 1))

    def test_what_is_offered_can_be_copied(self):
        self.write_credentials(harness.CREDENTIALS.replace("[default]", "[a b]"))
        self.write(self.config, SSO.replace("[default]", "[profile 'a b']"))
        done = self.run_cli("-p", "a b", self.code(), status=1)
        self.assertIn("awsmfa exec -p 'a b' -- COMMAND", done.stderr)

    def test_what_is_offered_works(self):
        """Another profile for the session, and a loan."""
        self.write(self.config, SSO)
        done = self.run_cli("exec", self.code(), "--", "printenv", "AWS_ACCESS_KEY_ID")
        self.assertRegex(done.stdout, "^ASIA")
        self.aws.set("used")
        self.write_credentials(harness.CREDENTIALS.replace("[default]", "[work]"))
        self.run_cli("-p", "work", self.code())
        self.assertIn("ASIA", self.credentials.read_text())

    def test_own_source(self):
        """A profile that is the source of its own role needs the session there."""
        self.write(self.config, ROLE.replace("= other", "= default"))
        self.log_in()
        self.assertIn("ASIA", self.credentials.read_text())

    def test_restore_after_the_role_came(self):
        self.log_in()
        self.write(self.config, ROLE)
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_process_of_somebody_else(self):
        """Said when it stops being used, and not again."""
        self.run_cli("setup")
        self.assertNotIn(harness.KEY_ID, self.credentials.read_text())
        self.write(self.config, "[default]\ncredential_process = /usr/bin/vault default\n")
        first = self.log_in()
        self.aws.set("used")
        second = self.log_in()
        sentence = "no longer ask the credential_process of profile default"
        self.assertIn(sentence, first.stderr)
        self.assertNotIn(sentence, second.stderr)


if __name__ == "__main__":
    harness.main()
