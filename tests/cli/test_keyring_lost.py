#!/usr/bin/python3
"""A keyring or a message bus that goes or stops while awsmfa works: a sentence, status 4, and what
AWS has granted is not lost."""

import pathlib
import resource
import signal
import subprocess
import sys
import time

import harness
import keyring_place

STAND_IN_KEYRING = pathlib.Path(__file__).with_name("stand_in_keyring.py")
SILENT = "awsmfa: The keyring does not answer.\n"
GONE = ("awsmfa: The keyring cannot be reached: the connection to the message bus of this desktop "
        "session broke.\n")
ABSENT = "awsmfa: No keyring is running: start GNOME Keyring, KWallet or KeePassXC.\n"
AGAIN = "Press Enter to try again without another code"
# Seconds that the keyring has: for an operation, and under the lock.
OPERATION = 15
LOCKED = 6
# That of a busy machine; without an end of its own a call on the bus waits for 25.
SLACK = 9


class KeyringLostTest(keyring_place.KeyringTest):
    def start_login(self):
        """A login whose code AWS has accepted, which it does not know yet."""
        self.write_credentials()
        self.hold()
        login = self.start_cli(self.code())
        self.await_held()
        return login

    def answer(self):
        self.release()
        self.wait_until(lambda: self.requests()[-1].get("status") == 200, "the answer")

    def ends(self, process, status, *sentences):
        out, err = process.communicate(timeout=2 * harness.PATIENCE)
        self.assertEqual((process.returncode, out), (status, ""), err)
        self.assertIn(err, sentences)

    def works(self):
        self.log_in()
        self.assertIn("aws_session_token", self.credentials.read_text())
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_no_bus(self):
        self.stop_bus()
        self.write_credentials()
        done = self.run_cli(self.code(), status=4)
        self.assertEqual(done.stderr, ABSENT)
        self.assertEqual(self.requests(), [])

    def test_few_descriptors(self):
        """Whatever their number, none is missed once the code is spent."""
        self.write_credentials()
        for number in range(8, 40):
            limit = (number, number)
            done = self.run_cli(
                self.code(), status=None,
                preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
            if done.returncode == 0:
                break
            self.assertIn(done.returncode, (4, 7), done.stderr)
            self.assertIn("Too many open files", done.stderr)
            self.assertEqual(self.requests(), [])
            self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertIn("aws_session_token", self.credentials.read_text())

    def test_bus_ends_before_the_answer(self):
        login = self.start_login()
        self.stop_bus()
        self.release()
        self.ends(login, 4, ABSENT)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.start_bus()
        self.works()

    def test_keyring_ends_before_the_answer(self):
        login = self.start_login()
        self.stop_daemon()
        self.release()
        self.ends(login, 4, ABSENT)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.start_daemon()
        self.works()

    def test_bus_ends_in_the_commit(self):
        login = self.start_login()
        self.freeze(self.daemon)
        self.answer()
        self.stop_bus()
        self.ends(login, 4, GONE, ABSENT)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.start_bus()
        self.works()

    def test_bus_ends_in_the_commit_on_a_terminal(self):
        """The bus comes back, and what was granted is written."""
        self.write_credentials()
        self.hold()
        login = self.terminal(self.code())
        self.await_held()
        self.freeze(self.daemon)
        self.answer()
        self.stop_bus()
        login.expect_exact([GONE.strip(), ABSENT.strip()])
        login.expect_exact(AGAIN)
        self.start_bus()
        login.sendline("")
        self.ends_with(login, 0)
        self.assertIn("aws_session_token", self.credentials.read_text())
        self.assertEqual(len(self.requests()), 1)
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_stopped_from_the_start(self):
        for deed in ((self.code(),), ("--restore",), ("end",)):
            with self.subTest(deed=deed):
                self.write_credentials()
                self.freeze(self.daemon)
                start = time.monotonic()
                done = self.run_cli(*deed, status=4)
                self.assertLess(time.monotonic() - start, OPERATION + SLACK)
                self.assertEqual(done.stderr, SILENT)
                self.thaw(self.daemon)
        self.assertEqual(self.requests(), [])
        self.works()

    def test_stopped_in_the_commit(self):
        login = self.start_login()
        self.freeze(self.daemon)
        start = time.monotonic()
        self.release()
        self.ends(login, 4, SILENT)
        self.assertLess(time.monotonic() - start, LOCKED + SLACK)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.thaw(self.daemon)
        self.works()


class PromptTest(keyring_place.KeyringTest):
    """A keyring that asks for its password, which nobody types."""

    def start_daemon(self, program=None):
        self.daemon = subprocess.Popen(
            [sys.executable, STAND_IN_KEYRING], env={**self.env, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.daemon.stdout.close)
        self.await_call("ready")

    def await_call(self, name):
        for line in self.daemon.stdout:
            if line.strip() == name:
                return
        self.fail(f"no {name}")

    def test_interrupt(self):
        """What was asked for goes from the screen with whoever asked."""
        self.write_credentials()
        process = self.start_cli(self.code())
        self.await_call("Prompt")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        self.assertEqual(self.daemon.stdout.readline(), "Dismiss\n")
        self.daemon.terminate()
        self.assertEqual(self.daemon.stdout.read(), "")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)


if __name__ == "__main__":
    harness.main(processes=3)
