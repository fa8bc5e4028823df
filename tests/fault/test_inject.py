#!/usr/bin/python3
"""The injector does what it is asked for, at the call it is asked for, and nothing else."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

INJECT = os.environ["AMFA_INJECT"]


class InjectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="awsmfa-inject-")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.log = self.top / "log"
        (self.top / "in").write_bytes(b"abcdefgh")

    def inject(self, program, *options, under="in", status=0):
        """Run a program of Python, which finds the folder in `top`; returns what it printed."""
        done = subprocess.run(
            [INJECT, "--log", self.log, "--under", self.top / under, *options, "--",
             sys.executable, "-c", "import os, sys; top = sys.argv[1]\n" + textwrap.dedent(program),
             self.top],
            capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def counted(self):
        """The names of the calls that were counted."""
        return re.findall(r"^\d+ (\S+)", self.log.read_text(), re.MULTILINE)

    READ = """
        fd = os.open(top + "/in", os.O_RDONLY)
        while part := os.read(fd, 8):
            print(part.decode())
    """

    def test_count(self):
        self.assertEqual(self.inject(self.READ), "abcdefgh\n")
        self.assertEqual(self.counted(), ["openat", "read", "read"])
        self.assertTrue(self.log.read_text().endswith("\nexit 0\n"))
        self.assertIn(f"1 openat {self.top}/in\n", self.log.read_text())

    def test_kill(self):
        """Before the call."""
        program = 'os.open(top + "/out", os.O_CREAT | os.O_WRONLY)'
        self.inject(program, "--at", "1", "--do", "kill", under="out", status=128 + 9)
        self.assertIn("1 openat:create", self.log.read_text())
        self.assertTrue(self.log.read_text().endswith("\nsignal 9\n"))
        self.assertFalse((self.top / "out").exists())

    def test_error(self):
        """One call fails, and is not made."""
        program = """
            for name in "ab":
                try:
                    os.mkdir(top + "/out-" + name)
                except OSError as problem:
                    print(problem.strerror)
        """
        printed = self.inject(program, "--at", "1", "--do", "error:ENOSPC", under="out")
        self.assertEqual(printed, "No space left on device\n")
        self.assertFalse((self.top / "out-a").exists())
        self.assertTrue((self.top / "out-b").exists())

    def test_lasting(self):
        """So does every further one of that name in the folder, and no other."""
        program = """
            for name in "ab":
                try:
                    os.mkdir(top + "/out-" + name)
                except OSError as problem:
                    print(problem.strerror)
            os.open(top + "/out-c", os.O_CREAT)
            os.mkdir(top + "/outer/out-d")
        """
        (self.top / "outer").mkdir()
        printed = self.inject(program, "--at", "1", "--do", "lasting:EROFS", under="out")
        self.assertEqual(printed, "Read-only file system\n" * 2)
        self.assertEqual(self.counted(), ["mkdir", "mkdir", "openat:create", "mkdir"])

    def test_short(self):
        self.assertEqual(self.inject(self.READ, "--at", "2", "--do", "short"), "abcd\nefgh\n")

    def test_short_pieces(self):
        """What the program says about its data is as before when the call has ended."""
        program = """
            fd = os.open(top + "/in", os.O_RDONLY)
            first, second = bytearray(4), bytearray(4)
            print(os.readv(fd, [first, second]), os.readv(fd, [first, second]))
        """
        self.assertEqual(self.inject(program, "--at", "2", "--do", "short"), "2 6\n")

    def test_short_message(self):
        program = """
            import socket
            ours, theirs = socket.socketpair()
            ours.sendall(b"abcdefgh")
            print(theirs.recvmsg(8)[0], theirs.recvmsg(8)[0])
        """
        printed = self.inject(program, "--class", "sockets", "--at", "2", "--do", "short")
        self.assertEqual(self.counted(), ["sendto", "recvmsg", "recvmsg"])
        self.assertEqual(printed, "b'abcd' b'efgh'\n")

    def test_short_of_nothing(self):
        """A call without data is made as it is, and the log says so."""
        self.assertEqual(self.inject(self.READ, "--at", "1", "--do", "short"), "abcdefgh\n")
        self.assertIn("! not done", self.log.read_text())

    def test_run(self):
        """The program waits, and the command knows who it is."""
        command = f'run:test $(readlink /proc/$PID/exe) = {os.path.realpath(sys.executable)} && ' \
                  f'echo 12345678 >{self.top}/in'
        self.assertEqual(self.inject(self.READ, "--at", "2", "--do", command)[:8], "12345678")

    def test_threads_and_children(self):
        """All threads count, and none of the programs that it starts."""
        program = """
            import subprocess, threading
            thread = threading.Thread(target=lambda: os.stat(top + "/in"))
            thread.start()
            thread.join()
            subprocess.run(["cat", top + "/in"], check=True, stdout=subprocess.DEVNULL)
            os.stat(top + "/in")
        """
        self.inject(program)
        self.assertEqual(len(self.counted()), 2)

    def test_reads_what_hides(self):
        """A program that wants to be read by nobody: the injector is no stranger."""
        program = """
            import ctypes
            call = ctypes.CDLL(None).prctl
            print(call(4, 0, 0, 0, 0), call(3, 0, 0, 0, 0))
            os.stat(top + "/in")
        """
        self.assertEqual(self.inject(program), "0 1\n")
        self.assertEqual(len(self.counted()), 1)

    def test_usage(self):
        for options in (
            ("--at", "1"), ("--do", "kill"), ("--at", "1", "--do", "error:EWHAT"),
            ("--at", "1", "--do", "sing"),
        ):
            done = subprocess.run([INJECT, *options, "--", "true"], capture_output=True)
            self.assertEqual(done.returncode, 125, options)


if __name__ == "__main__":
    probe = subprocess.run([INJECT, "--", "true"], capture_output=True, text=True)
    if probe.returncode == 125:
        print(f"SKIP: {probe.stderr.strip()}")
        sys.exit(77)
    unittest.main()
