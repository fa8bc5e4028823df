#!/usr/bin/python3
"""Logins, restores and ends of one profile at once, from several processes, with a real keyring:
each says what it did or why not, and nobody is told of a keyring that failed.

AMFA_TEST_ROUNDS says how many rounds."""

import os

import harness
import keyring_place

ROUNDS = int(os.environ.get("AMFA_TEST_ROUNDS", "12"))
# Done; the file was changed or is busy; nothing to restore or to end.
EXPECTED = {"login": {0, 7}, "--restore": {0, 6}, "end": {0, 6}}


class KeyringRacesTest(keyring_place.KeyringTest):
    def run_at_once(self, *deeds):
        started = [
            (deed, self.start_cli(self.code() if deed == "login" else deed)) for deed in deeds
        ]
        for deed, process in started:
            out, err = process.communicate(timeout=4 * harness.PATIENCE)
            self.assertIn(process.returncode, EXPECTED[deed], f"{deed}: {out}{err}")
            self.assertNotIn("keyring", err.replace("into the keyring", ""), deed)
            self.check_noise(err)

    def rounds(self, *deeds):
        self.write_credentials()
        for number in range(ROUNDS):
            with self.subTest(number=number):
                self.run_at_once(*deeds)
        self.log_in()
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_login_restore_end(self):
        self.rounds("login", "--restore", "end")

    def test_login_end(self):
        self.rounds("end", "login", "end")

    def test_restore_restore_login(self):
        self.rounds("--restore", "--restore", "login")


if __name__ == "__main__":
    harness.main(processes=3)
