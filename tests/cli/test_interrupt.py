#!/usr/bin/python3
"""Ctrl-C, at any moment of a login: what it takes back, what it waits for, and that a second one
does not wait."""

import ctypes
import fcntl
import os
import select
import signal
import time

import harness

IN_OPEN = 0x20  # inotify(7)


class InterruptTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.before = self.credentials.read_bytes()
        self.addCleanup(self.aws.set, "release")
        self.addCleanup(self.aws.set, "behaviour", None)

    def wait_until(self, condition):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.01)

    def lock(self):
        """What a writer of the credentials file waits for; the descriptors hold it."""
        folder = os.open(self.aws_folder, os.O_RDONLY)
        name = os.open(self.aws_folder / ".awsmfa.lock", os.O_RDWR | os.O_CREAT, 0o600)
        for descriptor in (folder, name):
            self.addCleanup(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        return folder, name

    def unlock(self, descriptors):
        (self.aws_folder / ".awsmfa.lock").unlink()
        for descriptor in descriptors:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def send_code(self, action="GetSessionToken"):
        """A login whose request AWS keeps."""
        self.aws.set("behaviour", {"kind": "hold", "action": action})
        child = self.terminal(self.code())
        self.wait_until(lambda: self.aws.ask("state")["held"] == 1)
        return child

    def stop_in_the_commit(self):
        """AWS has accepted the code; the file cannot be had."""
        child = self.send_code()
        descriptors = self.lock()
        opened = self.watch_opens()
        self.aws.set("behaviour", None)
        self.aws.set("release")
        self.assertTrue(select.select([opened], [], [], harness.PATIENCE)[0], "no commit begins")
        return child, descriptors

    def watch_opens(self):
        """A descriptor to read from once somebody opens the AWS folder or a file of it."""
        libc = ctypes.CDLL(None, use_errno=True)
        descriptor = libc.inotify_init1(os.O_CLOEXEC)
        self.addCleanup(os.close, descriptor)
        self.assertGreater(libc.inotify_add_watch(descriptor, os.fsencode(self.aws_folder), IN_OPEN), 0)
        return descriptor

    def test_behind_a_line(self):
        """It takes back what was typed, so that a line which was there is not, when it is read."""
        self.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken"})
        for _ in range(30):
            child = self.terminal()
            child.delaybeforesend = None
            child.expect_exact("MFA code")
            for character in "123456\n":
                child.send(character)
            child.sendintr()
            self.ends_with(child, 130)
        self.assertEqual(self.credentials.read_bytes(), self.before)

    def test_before_aws_answers(self):
        for action in ("GetCallerIdentity", "GetSessionToken"):
            child = self.send_code(action)
            begun = time.monotonic()
            child.sendintr()
            printed = self.ends_with(child, 130)
            # A silent AWS has ten seconds.
            self.assertLess(time.monotonic() - begun, 8)
            self.assertNotIn("accepted", printed)
            self.assertEqual(self.credentials.read_bytes(), self.before)
            self.aws.set("behaviour", None)
            self.aws.set("release")

    def test_in_the_commit(self):
        child, descriptors = self.stop_in_the_commit()
        child.sendintr()
        child.expect_exact("Your code was accepted, and the session is being stored.")
        self.assertTrue(child.isalive())
        self.assertEqual(self.credentials.read_bytes(), self.before)
        self.unlock(descriptors)
        child.expect_exact("has a session until")
        self.ends_with(child, 0)
        self.assertIn("aws_session_token", self.credentials.read_text())

    def test_twice_in_the_commit(self):
        child, descriptors = self.stop_in_the_commit()
        child.sendintr()
        child.expect_exact("Press Ctrl-C again to stop.")
        begun = time.monotonic()
        child.sendintr()
        self.ends_with(child, -signal.SIGINT)
        self.assertLess(time.monotonic() - begun, 8)
        self.assertEqual(self.credentials.read_bytes(), self.before)
        # Nothing is left that would be in somebody's way.
        self.unlock(descriptors)
        self.run_cli(self.code())
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_bytes(), self.before)


if __name__ == "__main__":
    harness.main()
