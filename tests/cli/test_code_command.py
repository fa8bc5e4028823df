#!/usr/bin/python3
"""`mfa_process`: a program that prints the code, and what happens when it does not."""

import json
import os
import select

import harness

INTERRUPT = "\x03"
SOURCE = "The code comes from: "


class CodeCommandTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.runs = self.top / "runs"

    def command(self, body, profile="default"):
        """Profile's mfa_process is a script of `body`, which leaves a line in `runs` first."""
        script = self.top / "code command"
        self.write(script, f"#!/bin/sh\necho run >> '{self.runs}'\n{body}\n")
        script.chmod(0o700)
        section = profile if profile == "default" else f"profile {profile}"
        self.write(self.config, f"[{section}]\nmfa_process = '{script}' --now\n")

    def count(self):
        return len(self.runs.read_text().split()) if self.runs.exists() else 0

    def codes_sent(self):
        return [r["parameters"]["TokenCode"] for r in self.aws.requests("GetSessionToken")]

    def test_no_question(self):
        """Told what is started; a code with blanks around it, and words on stderr, are fine."""
        code = self.code()
        self.command(f"echo touch your key >&2; echo; echo '  {code}  '")
        child = self.terminal()
        child.expect_exact(SOURCE)
        child.expect_exact("touch your key")
        said = self.ends_with(child, 0)
        self.assertIn("Profile default has a session", said)
        self.assertNotIn("MFA code for", said)
        self.assertEqual(self.codes_sent(), [code])
        self.assertNotIn(code, said)

    def test_no_terminal(self):
        self.command(f"echo {self.code()}")
        done = self.run_cli("-q")
        self.assertEqual(done.stdout + done.stderr, "")
        self.assertIn("ASIA", self.credentials.read_text())

    def test_no_terminal_and_no_code(self):
        self.command("echo cannot >&2; exit 1")
        done = self.run_cli(status=1)
        self.assertIn("cannot\n", done.stderr)
        self.assertIn("“code command” gave no code and ended with exit status 1.", done.stderr)
        self.assertEqual(self.aws.requests(), [])

    def test_a_code_that_is_given_wins(self):
        self.command("echo 000000")
        self.run_cli(self.code())
        self.assertEqual(self.count(), 0)

    def test_only_for_its_profile(self):
        self.command("echo 000000", profile="other")
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.send(INTERRUPT)
        self.ends_with(child, 130)
        self.assertEqual(self.count(), 0)

    def test_of_a_role(self):
        """A role's own profile comes before the user's, which it inherits from."""
        role = ("role_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = default\n"
                "region = eu-west-1\n")
        self.aws.set("roles", {"arn": "arn:aws:iam::123456789012:role/Admin"})
        self.command(f"echo {self.code()}", profile="admin")
        own = self.config.read_text()
        self.write(self.config, f"{own}{role}[default]\nmfa_process = false\n")
        self.run_cli("exec", "-p", "admin", "--", "true")
        self.assertEqual(self.count(), 1)
        # For the user it is the user's.
        self.run_cli("end")
        done = self.run_cli("exec", "--", "true", status=1)
        self.assertIn("“false” gave no code", done.stderr)
        self.assertEqual(self.count(), 1)
        # Inherited; also where AWS tools ask, and where somebody sits at a terminal.
        for start in (lambda: self.run_cli("credential-process", "-p", "admin"),
                      lambda: self.ends_with(self.terminal("exec", "-p", "admin", "--", "true"), 0)):
            before = self.count()
            self.command(f"echo {self.code()}")
            self.write(self.config, f"{self.config.read_text()}[profile admin]\n{role}")
            start()
            self.assertEqual(self.count(), before + 1)
            self.run_cli("end")
        self.command(f"echo {self.code()}", profile="admin")
        self.write(self.config, self.config.read_text() + role)
        before = self.count()
        self.ends_with(self.terminal("exec", "-p", "admin", "--", "true"), 0)
        self.assertEqual(self.count(), before + 1)

    def test_not_from_the_credentials_file(self):
        self.write_credentials(harness.CREDENTIALS + "mfa_process = touch started\n")
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.send(INTERRUPT)
        self.ends_with(child, 130)
        self.assertFalse((self.home / "started").exists())

    def test_falls_back_to_the_question(self):
        for body, sentence in (
            ("exit 7", "“code command” gave no code and ended with exit status 7."),
            ("kill -9 $$", "“code command” gave no code, something has ended it: Killed."),
            ("echo 1234567; echo secret", "“code command” printed no line of six digits."),
            ("yes", "“code command” printed no line of six digits."),
        ):
            with self.subTest(body):
                self.command(body)
                child = self.terminal()
                child.expect_exact(SOURCE)
                child.expect_exact(sentence)
                child.expect_exact(harness.PROMPT)
                child.send(INTERRUPT)
                self.assertNotIn("secret", self.ends_with(child, 130))
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.ends_with(child, 0)

    def test_cannot_be_started(self):
        for line, words in (
            ("/nonexistent/code", "/nonexistent/code"),
            ("'open", "The command of mfa_process cannot be started:"),
        ):
            with self.subTest(line):
                self.write(self.config, f"[default]\nmfa_process = {line}\n")
                child = self.terminal()
                child.expect_exact(words)
                child.expect_exact(harness.PROMPT)
                child.send(INTERRUPT)
                self.ends_with(child, 130)

    def test_a_refused_code_is_asked_for(self):
        wrong = self.aws.wrong_code()
        self.command(f"echo {wrong}")
        child = self.terminal()
        child.expect_exact("AWS refused that code.")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.ends_with(child, 0)
        self.assertEqual(self.count(), 1)

    def test_asks_on_the_terminal_itself(self):
        """It is in the foreground, and the terminal is ours again afterwards."""
        self.command('printf "PIN: " > /dev/tty; read pin < /dev/tty; test "$pin" = 99 && exit 4')
        child = self.terminal()
        child.expect_exact("PIN: ")
        child.sendline("99")
        child.expect_exact("ended with exit status 4.")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.ends_with(child, 0)

    def hanging(self):
        """A fifo that has a writer for as long as the command or a child of it lives."""
        fifo = self.top / "alive"
        os.mkfifo(fifo)
        descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, descriptor)
        self.command(f"exec 9> '{fifo}'; echo hangs > /dev/stderr; sleep 600 & sleep 600")
        return descriptor

    def assert_gone(self, descriptor):
        poll = select.poll()
        poll.register(descriptor, 0)
        self.assertEqual(poll.poll(harness.PATIENCE * 1000), [(descriptor, select.POLLHUP)])

    def test_interrupted(self):
        alive = self.hanging()
        child = self.terminal()
        child.expect_exact("hangs")
        child.send(INTERRUPT)
        self.ends_with(child, 130)
        self.assert_gone(alive)
        self.assertEqual(self.aws.requests("GetSessionToken"), [])

    def test_interrupted_without_a_terminal(self):
        alive = self.hanging()
        process = self.start_cli()
        self.assertEqual(process.stderr.readline(), "hangs\n")
        process.send_signal(2)
        self.assertEqual(process.wait(harness.PATIENCE), 130)
        self.assert_gone(alive)

    def test_ends_with_us(self):
        self.command("exec 9> alive; echo hangs >&2; exec sleep 600")
        os.mkfifo(self.home / "alive")
        descriptor = os.open(self.home / "alive", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, descriptor)
        process = self.start_cli()
        self.assertEqual(process.stderr.readline(), "hangs\n")
        process.kill()
        process.wait()
        self.assert_gone(descriptor)

    def test_sees_no_credentials(self):
        self.credentials.unlink()
        self.command(f"env > '{self.top}/env'; echo {self.code()}")
        self.run_cli("exec", "--", "true", env={
            "AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET,
        })
        told = (self.top / "env").read_text()
        self.assertNotIn(harness.SECRET, told)
        self.assertNotIn(harness.KEY_ID, told)

    def test_exec_and_its_stdin(self):
        """The command's standard input is empty: ours is for the program that is run."""
        self.command(f"cat; echo {self.code()}")
        done = self.run_cli("exec", "--", "sh", "-c", "cat; echo $AWS_ACCESS_KEY_ID", input="mine\n")
        self.assertRegex(done.stdout, r"\Amine\nASIA\w+\n\Z")

    # credential-process, where there is no applet

    def test_credential_process(self):
        """A flock of callers runs the command once."""
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.top}/no-bus"
        self.command(f"echo {self.code()}")
        flock = [self.start_cli("credential-process") for _ in range(20)]
        keys = set()
        for process in flock:
            out, err = process.communicate(timeout=2 * harness.PATIENCE)
            self.assertEqual((process.returncode, err), (0, ""))
            keys.add(json.loads(out)["AccessKeyId"])
        self.assertEqual(self.count(), 1)
        self.assertEqual(len(keys), 1)
        self.assertEqual(list(self.runtime.iterdir()), [])

    def test_credential_process_without_a_code(self):
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.top}/no-bus"
        self.command("exec sleep 600")
        done = self.run_cli("credential-process", "--wait", "2", status=1)
        self.assertIn("“code command” gave no code within", done.stderr)
        self.assertEqual(done.stdout, "")
        self.run_cli("credential-process", "--wait", "0", status=6)
        self.assertEqual(self.count(), 1)


if __name__ == "__main__":
    harness.main()
