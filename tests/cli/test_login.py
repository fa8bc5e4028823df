#!/usr/bin/python3
"""`awsmfa CODE`, `awsmfa`."""

import harness


class LoginTest(harness.CliTest):
    def test_code(self):
        """As an operand, then asked for on the terminal."""
        self.write_credentials()
        self.log_in()
        self.assertIn("ASIA", self.credentials.read_text())
        child = self.terminal()
        child.expect_exact("MFA code for profile default: ")
        child.sendline(self.code())
        self.assertIn("Profile default has a session until", self.ends_with(child, 0))


if __name__ == "__main__":
    harness.main()
