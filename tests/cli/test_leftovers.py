#!/usr/bin/python3
"""What killed runs of `awsmfa` left: it goes with the next run that takes the lock, whatever that is
about, and nothing of anybody else's goes with it."""

import os

import harness

ADMIN = f"arn:aws:iam::{harness.ACCOUNT}:role/Admin"
SECRET_FILE = f"[default]\naws_secret_access_key = {harness.SECRET}\n"


class LeftoversTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.folder = self.state / "awsmfa"
        self.leftovers = [
            self.aws_folder / ".credentials.awsmfa-new",
            self.aws_folder / ".config.awsmfa-new",
            self.aws_folder / ".awsmfa.lock",
            self.folder / ".state.ini.awsmfa-new",
            self.folder / "state.ini.Q1W2E3",  # version 0.1.0
        ]
        self.write_credentials()
        self.write(self.config, "[default]\nregion = eu-west-1\n")
        self.aws.set("roles", {"arn": ADMIN, "needs_mfa": True})

    def sweeps(self, *arguments, status=0):
        """Everything is gone after this run."""
        for path in self.leftovers:
            self.write(path, "" if path.name == ".awsmfa.lock" else SECRET_FILE)
        done = self.run_cli(*arguments, status=status)
        left = [path.name for path in self.leftovers if os.path.lexists(path)]
        self.assertEqual(left, [], arguments)
        return done

    def test_file_mode(self):
        self.sweeps(self.code())
        self.sweeps(self.code())
        self.sweeps("--role", ADMIN, self.code())
        self.sweeps("--role", "-")
        self.sweeps("end")
        self.sweeps("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_setup(self):
        self.sweeps("setup")
        self.sweeps("forget-keys", "--discard", "--yes")

    def test_process_mode(self):
        self.sweeps("setup", "--process")
        self.sweeps(self.code())
        self.sweeps("end")
        self.sweeps("setup", "--no-process")
        self.sweeps("setup", "--process")
        self.sweeps(self.code())
        self.sweeps("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_of_others(self):
        """Links, folders and files of other names stay, and a link is not written through."""
        precious = self.home / "precious"
        self.write(precious, "precious")
        others = [self.aws_folder / ".mine.awsmfa-new", self.folder / "state.ini.backup"]
        for path in others:
            self.write(path, "mine")
        for path in self.leftovers[:2] + self.leftovers[3:4]:
            path.symlink_to(precious)
        self.run_cli(self.code())
        self.assertEqual(precious.read_text(), "precious")
        self.assertTrue(self.leftovers[1].is_symlink())
        self.assertEqual([path.read_text() for path in others], ["mine", "mine"])

    def test_named(self):
        """What nobody removes is named."""
        folder = self.leftovers[0]
        folder.mkdir()
        done = self.run_cli("doctor", "--offline", status=None)
        self.assertIn(str(folder), done.stdout)
        self.assertIn("awsmfa cannot remove it", done.stdout)

    def test_locked_by_name(self):
        """What stands in the lock's place is named, and the code is not spent."""
        self.leftovers[2].symlink_to(self.home / "nowhere")
        done = self.run_cli(self.code(), status=7)
        self.assertIn(f"{self.leftovers[2]}, which is needed to lock it, is not a file of yours", done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.leftovers[2].unlink()
        self.log_in()


if __name__ == "__main__":
    harness.main()
