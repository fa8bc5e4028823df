#!/usr/bin/python3
"""A first login is killed before each write of the keyring: what the keyring has then is the beginning
of one list, and the file has its key until the list is whole."""

import os
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

import harness  # noqa: E402

INJECT = os.environ.get("AMFA_INJECT", "inject")
LIST = ["base", "original", "session"]


class OrderTest(harness.CliTest):
    def inject(self, *options):
        log = self.top / "log"
        self.write_credentials()
        subprocess.run(
            [INJECT, "--class", "files", "--under", str(self.top), "--log", str(log), *options, "--",
             harness.AWSMFA, self.code()],
            env=self.complete_env({}), cwd=self.home, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=120, check=False,
        )
        return log.read_text().splitlines()

    def has(self, kind):
        return subprocess.run(
            ["secret-tool", "lookup", "application", harness.APPLICATION_ID, "profile", "default",
             "kind", kind, "role", "-", "file", "-"],
            env=self.complete_env({}), capture_output=True, check=False,
        ).stdout != b""

    @staticmethod
    def writes(log):
        """The numbers of the calls that give a new file of the keyring its name."""
        return [line.split()[0] for line in log if re.match(r"\d+ rename .*/\.goutputstream-", line)]

    def test_each_write(self):
        numbers = self.writes(self.inject())
        self.assertEqual(len(numbers), len(LIST))
        for n in range(len(LIST)):
            # Threads race: the number of a call may be another one this time.
            for _ in range(20):
                self.setUp()
                log = self.inject("--at", numbers[n], "--do", "kill")
                if self.writes(log[-2:-1]) and len(self.writes(log)) == n + 1:
                    break
            self.assertTrue(log[-1].startswith("signal 9"), log[-2:])
            self.assertEqual([kind for kind in LIST if self.has(kind)], LIST[:n])
            self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)


if __name__ == "__main__":
    harness.main()
