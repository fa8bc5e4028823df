#!/usr/bin/python3
"""Exit statuses, usage errors, and standard streams that are not what they should be."""

import json
import re
import signal
import subprocess

import harness


class UsageTest(harness.CliTest):
    def test_usage_errors_name_the_right_form(self):
        for arguments, words in (
            (("123456", "654321"), "One code at a time. Use: awsmfa 123456"),
            (("12345",), "An MFA code has six digits."),
            (("-r", "123456"), "--restore takes no code and no command. Use: awsmfa --restore"),
            (("123456", "-r"), "--restore takes no code and no command."),
            (("-r", "status"), "--restore takes no code"),
            (("status", "123456"), "Unexpected argument “123456”. See: awsmfa status --help"),
            (("end", "123456"), "See: awsmfa end --help"),
            (("help", "stauts"), "Did you mean “awsmfa status”?"),
            (("help", "status", "end"), "Unexpected argument “end”. See: awsmfa help --help"),
            (("stauts",), "Did you mean “awsmfa status”?"),
            (("frobnicate",), "Use: awsmfa 123456"),
            (("-d", "3600", "123456"), "3600s"),
            (("-d", "5m", "123456"), "15 minutes"),
            (("--frobnicate",), "--frobnicate"),
            (("-p", "", "status"), "What follows -p is empty."),
            (("-p", 513 * "x", "status"), "A profile name can have at most 512 bytes."),
            (("-r", "-p", 513 * "x"), "A profile name can have at most 512 bytes."),
            (("--region", "", "123456"), "What follows --region is empty."),
            (("status", "--min", "x"), "12h, 90m or 3600s"),
            ((), "there is no terminal to ask for it. Use: awsmfa 123456"),
            (("-p", "work"), "there is no terminal to ask for it. Use: awsmfa 123456 -p work"),
        ):
            self.write_credentials()
            done = self.run_cli(*arguments, status=2)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")
            for line in done.stderr.splitlines():
                self.assertTrue(line.startswith("awsmfa: "), line)
        self.assertEqual(self.aws.requests(), [])

    def test_help(self):
        """Without a verb and for one, by verb and by option; each names what the verb takes."""
        program = self.run_cli("--help").stdout
        self.assertEqual(self.run_cli("help").stdout, program)
        self.assertEqual(self.run_cli("help", "123456").stdout, program)
        for option in ("--profile", "--duration", "--serial", "--role", "--region",
                       "--accept-account", "--restore", "--quiet", "--verbose", "--version"):
            self.assertIn(option, program)
        always = {"--help", "--version"}
        few = always | {"--profile", "--quiet"}
        every = few | {"--duration", "--serial", "--role", "--region", "--accept-account",
                       "--verbose"}
        for verb, takes in (
            ("status", few | {"--all", "--json", "--min"}), ("end", few), ("shell", every),
            ("exec", every), ("env", every | {"--format"}),
            ("credential-process", every | {"--wait"}),
            ("forget-keys", few | {"--discard", "--yes"}),
            ("devices", few | {"--region", "--verbose", "--json"}),
            ("policy", always | {"--partition"}),
            ("doctor", few | {"--verbose", "--json", "--offline"}), ("help", always),
        ):
            with self.subTest(verb):
                own = self.run_cli(verb, "--help").stdout
                self.assertEqual(set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", own, re.M)), takes)
                self.assertEqual(self.run_cli("help", verb).stdout, own)
                self.assertIn(f"awsmfa {verb} ", own)
        # What does nothing there is no error: it never was.
        self.write_credentials()
        self.run_cli("status", "--serial", "GAHT12345678", status=6)

    def test_nothing_that_a_terminal_obeys(self):
        self.write_credentials()
        done = self.run_cli(self.code(), env={"AWS_REGION": "eu\x1b[31m\nwest"}, status=2)
        self.assertIn("eu?[31m?west", done.stderr)
        self.assertNotIn("\x1b", done.stderr)

    def test_unknown_profile(self):
        self.write_credentials()
        for arguments in ((self.code(),), ("status",), ("devices",)):
            done = self.run_cli("-p", "nowhere", *arguments, status=1)
            self.assertIn("There is no profile nowhere. There are: default.", done.stderr)
        self.assertEqual(self.aws.requests(), [])

    def test_a_name_without_end(self):
        self.write_credentials()
        longest = 256 * "ü"
        done = self.run_cli("status", env={"AWS_PROFILE": longest}, status=1)
        self.assertIn(f"There is no profile {longest}.", done.stderr)
        for verb in ("status", "end", self.code()):
            done = self.run_cli(verb, env={"AWS_PROFILE": longest + "x"}, status=2)
            self.assertIn("512 bytes", done.stderr)

    def test_exit_statuses(self):
        inactive = "AKIAINACTIVE7EXAMPLE"
        inactive_secret = "r9wBnLGGNRsXVVDKMPKxkBYDF5N0mtEXAMPLEKEY"
        twice = harness.CREDENTIALS * 2

        def table():
            yield 6, ("-r",), "Nothing to restore", {}
            yield 6, ("end",), "There is no session", {}
            yield 3, (self.aws.wrong_code(),), "AWS refused that code", {}
            yield 2, ("12",), "six digits", {}
            yield 2, ("--region", "nowhere near", "123456"), "is not an AWS region", {}
            self.aws.set("behaviour", {"kind": "down"})
            yield 5, (self.code(),), "Cannot reach 127.0.0.1", {}
            self.aws.set("behaviour", {"kind": "html"})
            yield 5, (self.code(),), "does not come from AWS", {}
            self.aws.set("behaviour", None)
            yield 0, (self.code(),), "has moved from the file into the keyring", {}
            yield 0, ("-r",), "", {}
            self.write_credentials(harness.CREDENTIALS.replace(harness.KEY_ID, inactive)
                                   .replace(harness.SECRET, inactive_secret))
            yield 1, (self.code(),), f"does not accept access key {inactive}", {}
            self.write_credentials(twice)
            yield 7, (self.code(),), "line 6: [default] appears twice", {}
            yield 7, ("-r",), "[default] appears twice", {}
            self.write_credentials()
            self.without_keyring()
            yield 4, (self.code(),), "No keyring is running", {}

        self.write_credentials()
        for status, arguments, words, env in table():
            done = self.run_cli(*arguments, status=status, env=env)
            self.assertIn(words, done.stderr)

    def test_interrupted(self):
        """130 and not a death by the signal: the shell's script goes on to its trap."""
        self.write_credentials()
        before = self.credentials.read_bytes()
        child = self.terminal("-")
        child.send("12")
        child.expect_exact("12")
        self.assertTrue(child.isalive())
        self.wait_for_handler(child.pid)
        child.kill(signal.SIGINT)
        self.ends_with(child, 130)
        self.assertEqual(self.credentials.read_bytes(), before)

    def wait_for_handler(self, pid):
        """Until the process catches SIGINT."""
        while True:
            status = open(f"/proc/{pid}/status").read()
            caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
            if int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1:
                return


class LocaleTest(harness.CliTest):
    """Where there is no UTF-8, commands can be read and copied all the same."""

    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.env["LC_ALL"] = "C"

    def plain(self, text):
        self.assertTrue(text.isascii(), text)
        self.assertNotRegex(text, r"\?[a-z]|[a-z.]\?[^ \n]")
        return text

    def test_words(self):
        for arguments, status, words in (
            (("--help",), 0, '(otherwise AWS_PROFILE, then "default")'),
            (("--help",), 0, "[CODE|-|COMMAND...]"),
            (("exec", "--help"), 0, "-- COMMAND..."),
            (("stauts",), 2, 'Did you mean "awsmfa status"?'),
            (("status", "end"), 2, 'Unexpected argument "end".'),
            (("setup",), 0, '"awsmfa --restore" puts'),
            (("status",), 6, "Session:"),
            (("doctor", "--offline"), 0, "Profile default: nothing is wrong"),
        ):
            with self.subTest(arguments):
                done = self.run_cli(*arguments, status=status)
                self.assertIn(words, self.plain(done.stdout + done.stderr))

    def test_prompt(self):
        child = self.terminal("-p", "work")
        child.expect_exact("awsmfa: ")
        self.plain(child.before + child.after + self.ends_with(child, 1))
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.assertIn('"awsmfa --restore" puts it back.', self.plain(self.ends_with(child, 0)))

    def test_what_programs_read(self):
        """It is UTF-8 everywhere, and as it is written in the files."""
        name = "“münchen”–1…"
        self.write(self.config, f"[profile {name}]\n")
        for env in ({}, {"LC_ALL": "C.UTF-8"}):
            self.assertIn(name, self.run_cli("__profiles", env=env).stdout.splitlines())
        self.log_in()
        self.write_credentials(self.credentials.read_text().replace("[default]", f"[{name}]"))
        said = json.loads(self.run_cli("status", "--json", "-p", name, status=6).stdout)
        self.assertEqual(said["profile"], name)


class StreamsTest(harness.CliTest):
    def shell(self, script, *arguments):
        return subprocess.run(
            ["/bin/sh", "-c", script, harness.AWSMFA, *arguments], env=self.env, cwd=self.home,
            capture_output=True, text=True, timeout=harness.PATIENCE, start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def test_unwritable_result(self):
        self.write_credentials()
        for verb in ("status --all", "policy", "status --help", "--version", "--help", "status --json --all"):
            done = self.shell(f'"$0" {verb} >/dev/full')
            self.assertEqual(done.returncode, 1, verb)
            self.assertIn("awsmfa: cannot write the result: No space left on device", done.stderr)

    def test_session_is_there_though_the_result_is_not(self):
        self.write_credentials()
        self.assertEqual(self.shell('"$0" "$1" >/dev/full', self.code()).returncode, 1)
        self.assertIn("ASIA", self.credentials.read_text())

    def test_closed_streams(self):
        self.write_credentials()
        for closed, status in (("<&-", 0), ("2>&-", 0), (">&-", 1), ("<&- >&- 2>&-", 1)):
            done = self.shell(f'"$0" "$1" {closed}', self.code())
            self.assertEqual(done.returncode, status, (closed, done.stderr))
            self.assertIn("ASIA", self.credentials.read_text())
            # No word of ours has found its way into a file that took a closed number.
            self.assertNotIn("awsmfa:", self.credentials.read_text())
        self.assertNotEqual(self.shell('"$0" - <&-').returncode, 0)

    def test_reader_that_went_away(self):
        """An error of write(), not a death."""
        done = self.shell('{ "$0" policy; echo "$?" >&2; } | true')
        self.assertIn(done.stderr.splitlines()[-1], ("0", "1"))


if __name__ == "__main__":
    harness.main()
