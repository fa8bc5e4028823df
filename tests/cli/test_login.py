#!/usr/bin/python3
"""`awsmfa CODE`, `awsmfa -`, `awsmfa`: what is asked, what is said, and what is left alone."""

import os
import subprocess
import threading
import time

import harness

SECOND = "GAHT12345678"
FIDO = "arn:aws:iam::123456789012:u2f/user/alice/key-ABCDEF"
INTERRUPT = "\x03"
END_OF_FILE = "\x04"


class LoginTest(harness.CliTest):
    def snapshot(self):
        """Every file of the home, the state folder and the keyring."""
        return {
            path.relative_to(self.top).as_posix(): path.read_bytes()
            for path in sorted(self.top.rglob("*"))
            if path.is_file()
        }

    def wait_for(self, condition):
        deadline = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.01)

    def codes_sent(self):
        return [r["parameters"]["TokenCode"] for r in self.aws.requests("GetSessionToken")]

    def has_session(self):
        return "ASIA" in self.credentials.read_text()

    # The question

    def test_names_who_and_which_device(self):
        """At the first login, from what AWS tells; then from memory, without the network."""
        self.write_credentials()
        child = self.terminal()
        child.expect_exact(f"Access key {harness.KEY_ID} is in the credentials file.")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.assertRegex(self.ends_with(child, 0), r"Profile default has a session until (\w+ )?\d\d:\d\d ")
        self.aws.set("reset")
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        self.assertEqual(self.aws.requests(), [])
        child.send(INTERRUPT)
        self.ends_with(child, 130)

    def test_a_pasted_code(self):
        """With what cannot be seen around it, or typed in full width: as an argument too."""
        self.write_credentials()
        code = self.code()
        wide = "".join(chr(0xFF10 + int(digit)) for digit in code)
        self.run_cli(f"\u200e\ufeff{wide[:3]}\u200b{code[3:]}\u2069")
        self.assertEqual(self.codes_sent(), [code])

    def test_asks_again_while_the_code_is_refused(self):
        self.write_credentials()
        wrong = self.aws.wrong_code()
        child = self.terminal()
        for typed, sentence in (
            (wrong, "AWS refused that code."),
            ("12345", "An MFA code has six digits."),
            (wrong, "AWS refused that code."),
        ):
            child.expect_exact(harness.PROMPT)
            child.sendline(typed)
            child.expect_exact(sentence)
        child.expect_exact(harness.PROMPT)
        code = self.code()
        child.sendline(f"{code[:3]} {code[3:]}")
        self.ends_with(child, 0)
        # A code that AWS has refused is not shown to it again.
        self.assertEqual(self.codes_sent(), [wrong, code])

    def test_end_of_file(self):
        self.write_credentials()
        before = self.snapshot()
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.send(END_OF_FILE)
        self.ends_with(child, 1)
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.sendline(self.aws.wrong_code())
        child.expect_exact("AWS refused")
        child.expect_exact(harness.PROMPT)
        child.send(END_OF_FILE)
        self.ends_with(child, 3)
        self.assertEqual(self.snapshot(), before)

    def test_interrupted_at_the_question(self):
        self.write_credentials()
        before = self.snapshot()
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.send(INTERRUPT)
        self.ends_with(child, 130)
        self.assertEqual(self.snapshot(), before)

    def test_interrupted_while_aws_is_asked(self):
        self.write_credentials()
        self.log_in()
        before = self.snapshot()
        self.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken", "times": 1})
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.wait_for(lambda: self.aws.ask("state")["held"] == 1)
        child.send(INTERRUPT)
        self.ends_with(child, 130)
        self.aws.set("release")
        self.assertEqual(self.snapshot(), before)

    def test_unknown_profile_before_the_question(self):
        self.write_credentials()
        child = self.terminal("-p", "nowhere")
        self.assertIn("There is no profile nowhere. There are: default.", self.ends_with(child, 1))

    def test_no_keys_before_the_question(self):
        child = self.terminal()
        self.assertIn("There are no AWS keys for profile default yet.", self.ends_with(child, 1))

    def test_no_keyring_before_the_question(self):
        self.without_keyring()
        child = self.terminal()
        self.assertIn("No keyring is running", self.ends_with(child, 4))

    def test_how_long(self):
        """The option, the config file, the setting; what cannot be counts as not said."""
        self.write_credentials()
        for configured, option, asked in (
            (None, None, "43200"),
            ("3600", None, "3600"),
            ("3600", "15m", "900"),
            ("899", None, "43200"),
            ("12x", None, "43200"),
            ("315360000", None, "43200"),
            ("129600", None, "129600"),
        ):
            with self.subTest(configured=configured, option=option):
                line = f"duration_seconds = {configured}\n" if configured else ""
                self.write(self.config, f"[default]\n{line}")
                self.aws.set("reset")
                self.run_cli(*(["-d", option] if option else []), self.code())
                sent = self.aws.requests("GetSessionToken")[0]["parameters"]
                self.assertEqual(sent["DurationSeconds"], asked)
        self.set_preferences("duration=uint32 7200\ndurations={'default': uint32 28800, 'x': 900}")
        for configured, option, asked in (
            ("", None, "28800"),
            ("duration_seconds = 3600\n", None, "3600"),
            ("duration_seconds = 3600\n", "15m", "900"),
        ):
            with self.subTest(configured=configured, option=option, own=True):
                self.write(self.config, f"[default]\n{configured}")
                self.aws.set("reset")
                self.run_cli(*(["-d", option] if option else []), self.code())
                sent = self.aws.requests("GetSessionToken")[0]["parameters"]
                self.assertEqual(sent["DurationSeconds"], asked)
        # Seconds pass between the grant and the words about it.
        for granted, told in ((1800, "30 minutes"), (1771, "30 minutes"), (43150, "12 hours"),
                              (900, "15 minutes")):
            self.lasting(granted)
            self.assertIn(f"({told})", self.log_in("-d", "12h").stdout)

    def test_editor_that_saves_all_the_time(self):
        """Another program replaces the file every 30 ms: the code is not spent for nothing."""
        period = 0.03 * harness.PATIENCE / 30

        def save(over):
            number = 0
            while not over.wait(period):
                number += 1
                text = self.credentials.read_text().partition("# save")[0]
                new = self.credentials.with_name("new")
                self.write(new, f"{text}# save {number}\n")
                os.replace(new, self.credentials)

        for _ in range(4):
            self.write_credentials()
            over = threading.Event()
            editor = threading.Thread(target=save, args=(over,))
            editor.start()
            try:
                self.log_in()
            finally:
                over.set()
                editor.join()
            self.assertIn("# save", self.credentials.read_text())

    def test_key_in_the_section_of_defaults(self):
        """Every profile has it from there, so there it stays; nobody is told otherwise."""
        text = harness.CREDENTIALS.replace("[default]", "[DEFAULT]") + "\n[work]\nregion = eu-west-1\n"
        self.write_credentials(text)
        stays = f"Access key {harness.KEY_ID} is in [DEFAULT] of the credentials file, and stays there"
        for arguments in (["setup", "-p", "work"], ["-p", "work", self.code()]):
            done = self.run_cli(*arguments)
            said = done.stdout + done.stderr
            self.assertIn(stays, said)
            self.assertNotIn("moved", said)
            self.assertIn(harness.SECRET, self.credentials.read_text())
        self.aws.set("used")
        self.run_cli("-p", "work", self.code())
        self.run_cli("--restore", "-p", "work")
        self.assertEqual(self.credentials.read_text(), text)
        child = self.terminal("-p", "work")
        child.expect_exact(stays)
        child.expect_exact(harness.PROMPT)
        self.assertNotIn("only copy", child.before)

    # The device

    def test_choice_of_several_devices(self):
        self.write_credentials()
        self.aws.set("devices", {"serial": SECOND})
        self.addCleanup(self.aws.set, "devices", {"remove": SECOND})
        child = self.terminal()
        child.expect(rf"1  {harness.SERIAL}  \(virtual, since \d{{4}}-\d\d-\d\d\)")
        child.expect_exact(f"2  {SECOND}")
        child.expect_exact("(1 to 2, or a serial number): ")
        child.sendline("3")
        child.expect_exact("(1 to 2, or a serial number): ")
        child.sendline("2")
        child.expect_exact(f"MFA code for alice (account 123456789012, device {SECOND}): ")
        child.sendline(self.aws.ask(f"code?serial={SECOND}")["code"])
        self.ends_with(child, 0)
        # It is remembered.
        child = self.terminal()
        child.expect_exact(f"device {SECOND}): ")

    def test_code_given_and_several_devices(self):
        """The code is still good when the device has been chosen."""
        self.write_credentials()
        self.aws.set("devices", {"serial": SECOND})
        self.addCleanup(self.aws.set, "devices", {"remove": SECOND})
        child = self.terminal(self.code())
        child.expect_exact("(1 to 2, or a serial number): ")
        child.sendline(harness.SERIAL)
        self.ends_with(child, 0)
        self.assertEqual(len(self.codes_sent()), 1)

    def test_several_devices_without_a_terminal(self):
        self.write_credentials()
        self.aws.set("devices", {"serial": SECOND})
        self.addCleanup(self.aws.set, "devices", {"remove": SECOND})
        words = self.run_cli(self.code(), status=1).stderr
        for word in ("--serial", SECOND, harness.SERIAL):
            self.assertIn(word, words)
        self.run_cli("--serial", SECOND, self.aws.ask(f"code?serial={SECOND}")["code"])
        self.assertEqual(self.aws.requests("GetSessionToken")[0]["parameters"]["SerialNumber"], SECOND)

    def test_refused_device(self):
        wrong = "arn:aws:iam::123456789012:mfa/somebody"
        self.write_credentials()
        self.write(self.config, f"[default]\nmfa_serial = {wrong}\n")
        child = self.terminal()
        child.expect_exact("device somebody): ")
        child.sendline(self.code())
        child.expect_exact(f"AWS does not know MFA device {wrong} for this user.")
        child.expect_exact("(1 or a serial number): ")
        child.sendline("1")
        self.ends_with(child, 0)

    def test_refused_device_without_a_terminal(self):
        self.write_credentials()
        words = self.run_cli("--serial", "GAHT00000000", self.code(), status=1).stderr
        self.assertIn(f"The MFA devices of this user: {harness.SERIAL}.", words)
        self.assertIn("AWS does not know MFA device GAHT00000000", words)
        self.assertIn("--serial", words)

    def test_security_keys_only(self):
        self.write_credentials()
        self.aws.set("devices", {"remove": harness.SERIAL})
        self.aws.set("devices", {"serial": FIDO})
        self.addCleanup(self.aws.set, "devices", {"serial": harness.SERIAL})
        self.addCleanup(self.aws.set, "devices", {"remove": FIDO})
        child = self.terminal()
        self.assertIn("FIDO", self.ends_with(child, 1))

    # Where the keys come from, and who will not see the session

    def test_keys_of_the_environment(self):
        done = self.run_cli(
            self.code(),
            env={"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET},
        )
        self.assertIn(f"Using access key {harness.KEY_ID} from the environment", done.stderr)
        self.assertIn("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n", done.stderr)
        self.assertTrue(self.has_session())
        for content in self.snapshot().values():
            self.assertNotIn(harness.SECRET.encode(), content)

    def test_shadowing_variables(self):
        self.write_credentials()
        shadow = {"AWS_ACCESS_KEY_ID": "ASIAXXXXXXXXXXXXXXXX", "AWS_SECRET_ACCESS_KEY": "y" * 40,
                  "AWS_SESSION_TOKEN": "z", "AWS_DEFAULT_PROFILE": "other"}
        done = self.run_cli("-p", "default", self.code(), env=shadow)
        self.assertIn(
            "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_PROFILE\n",
            done.stderr,
        )
        self.assertEqual(self.run_cli("-q", "-p", "default", self.code(), env=shadow).stderr, "")

    def test_shadowing_profile(self):
        self.write_credentials(harness.CREDENTIALS.replace("default", "my work"))
        done = self.run_cli("-p", "my work", self.code(), env={"AWS_PROFILE": "other"})
        self.assertIn("export AWS_PROFILE='my work'\n", done.stderr)
        self.assertEqual(self.run_cli(self.code(), env={"AWS_PROFILE": "my work"}).stderr, "")

    # Other ways in

    def test_one_line_of_standard_input(self):
        self.write_credentials()
        done = subprocess.run(
            ["/bin/sh", "-c", '"$0" - && cat', harness.AWSMFA],
            input=f"{self.code()}\nthe rest\n", env=self.env, cwd=self.home, text=True,
            capture_output=True, timeout=harness.PATIENCE, start_new_session=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.endswith(").\nthe rest\n"), done.stdout)

    def test_quiet(self):
        self.write_credentials()
        done = self.run_cli("-q", self.code())
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertIn("refused", self.run_cli("-q", self.aws.wrong_code(), status=3).stderr)

    def test_verbose(self):
        self.write_credentials()
        done = self.run_cli("--verbose", self.code())
        self.assertRegex(
            done.stderr, r"awsmfa: GetSessionToken 127\.0\.0\.1:\d+: HTTP 200, request [\w-]+, \d+ ms\n"
        )
        for secret in (harness.SECRET, *self.codes_sent()):
            self.assertNotIn(secret, done.stderr)
        self.assertNotIn("HTTP", self.run_cli(self.code()).stderr)

    def test_options_reach_aws(self):
        self.write_credentials()
        self.run_cli("-d", "90m", "--region", "eu-west-3", self.code())
        request = self.aws.requests("GetSessionToken")[0]
        self.assertEqual(request["parameters"]["DurationSeconds"], "5400")
        self.assertEqual(request["region"], "eu-west-3")

    # Writing

    def test_write_again_without_another_code(self):
        self.write_credentials()
        self.aws.set("behaviour", {"kind": "hold", "action": "GetSessionToken", "times": 1})
        child = self.terminal()
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        self.wait_for(lambda: self.aws.ask("state")["held"] == 1)
        self.write_credentials(harness.CREDENTIALS.replace(harness.KEY_ID, "AKIAI44QH8DHBEXAMPLE"))
        self.aws.set("release")
        child.expect_exact("was changed meanwhile; the file was left alone.")
        child.expect_exact("Press Enter to try again")
        self.write_credentials()
        child.sendline("")
        self.ends_with(child, 0)
        self.assertEqual(len(self.codes_sent()), 1)
        self.assertTrue(self.has_session())


if __name__ == "__main__":
    harness.main()
