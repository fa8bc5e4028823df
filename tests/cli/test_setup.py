#!/usr/bin/python3
"""`awsmfa setup`, process mode and back, `awsmfa forget-keys`."""

import os
import shutil
import stat
import subprocess
import termios

import harness

CONFIG = "# settings\n[default]\nregion = eu-west-1\n\n[profile b]\noutput = json\n"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}


class Place(harness.CliTest):
    def assert_secret_nowhere(self):
        for path in self.home.rglob("*"):
            if path.is_file():
                self.assertNotIn(harness.SECRET, path.read_text(), path)

    @staticmethod
    def echoes(child):
        return bool(termios.tcgetattr(child.child_fd)[3] & termios.ECHO)


class SetupTest(Place):
    def test_from_file(self):
        """The key moves, a login works without it, and --restore gives the file back."""
        self.write_credentials()
        done = self.run_cli("setup")
        self.assertIn(f"Access key {harness.KEY_ID} of profile default has moved", done.stdout)
        self.assertIn(harness.ARN, done.stdout)
        self.assertEqual(self.credentials.read_text(), "# mine\n[default]\n")
        self.assert_secret_nowhere()
        self.log_in()
        self.run_cli("--restore")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_from_environment(self):
        """Stored for a new profile; the files stay as they are."""
        self.write_credentials("[b]\nx = 1\n")
        done = self.run_cli("setup", "-p", "new one", env=ENVIRONMENT)
        self.assertIn("unset AWS_ACCESS_KEY_ID", done.stderr)
        self.assertEqual(self.credentials.read_text(), "[b]\nx = 1\n")
        self.assertFalse(self.config.exists())
        self.run_cli("-p", "new one", self.code())
        self.assertIn("[new one]", self.credentials.read_text())

    def test_typed(self):
        """On the terminal: the id shows, the secret does not."""
        child = self.terminal("setup")
        child.expect_exact("AWS access key ID: ")
        child.sendline(harness.KEY_ID)
        child.expect_exact(harness.KEY_ID)
        child.expect_exact("does not show): ")
        self.assertFalse(self.echoes(child))
        child.sendline(harness.SECRET)
        said = self.ends_with(child, 0)
        self.assertIn(f"Access key {harness.KEY_ID} of profile default is in the keyring", said)
        self.assertNotIn(harness.SECRET, said)
        self.assertFalse(self.aws_folder.exists())
        self.run_cli(self.code())

    def test_typed_then_interrupted(self):
        """Ctrl-C at the secret: the terminal echoes again, and nothing was kept."""
        script = f"trap : INT; {harness.AWSMFA} setup; echo status $?; read x"
        child = self.terminal("/bin/sh", "-c", script)
        child.expect_exact("AWS access key ID: ")
        child.sendline(harness.KEY_ID)
        child.expect_exact("does not show): ")
        self.assertFalse(self.echoes(child))
        child.send("half a secret")
        child.sendintr()
        child.expect_exact("status 130")
        self.assertNotIn("half a secret", child.before)
        self.assertTrue(self.echoes(child))
        self.run_cli("forget-keys", status=6)

    def test_stdin(self):
        """Two lines for a script; a slip is refused by AWS or before, and nothing is repeated."""
        self.run_cli("setup", "-", input=f"{harness.KEY_ID}\n{harness.SECRET}\n")
        self.run_cli("forget-keys", "--discard", "--yes")
        for given, status in (
            (f"{harness.SECRET}\n{harness.KEY_ID}\n", 2),
            (f"{harness.KEY_ID}\n{harness.SECRET[:-1]}x\n", 1),
            (f"AKIAUNKNOWN7EXAMPLE1\n{harness.SECRET}\n", 1),
            (f"{harness.KEY_ID}\n", 1),
            ("", 1),
        ):
            done = self.run_cli("setup", "-", input=given, status=status)
            self.assertNotIn(harness.SECRET[:20], done.stdout + done.stderr)
        self.run_cli("forget-keys", status=6)

    def test_stdin_beside_file(self):
        """The file's key would be the next login's: it is not passed over silently."""
        self.write_credentials()
        self.run_cli("setup", "-", input=f"AKIAOTHER7EXAMPLE123\n{harness.SECRET}\n", status=7)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_usage(self):
        for arguments in (
            ("setup", "--process", "--no-process"),
            ("setup", "x"),
            ("setup", "-p", ""),
            ("setup", "-p", "DEFAULT"),
            ("setup", "-p", "a]b"),
            ("setup", "-p", "a\nb"),
            ("setup", "-p", " a"),
            ("forget-keys", "x"),
            ("forget-keys", "--discard"),
        ):
            self.run_cli(*arguments, status=2)
        done = self.run_cli("setup", status=1)
        self.assertIn("There are no AWS keys for profile default yet.", done.stderr)

    def test_unreachable(self):
        """Unchecked keys are not kept, and the file keeps them."""
        self.write_credentials()
        self.run_cli("setup", env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, status=5)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.run_cli("forget-keys", status=6)

    def test_no_keyring(self):
        self.write_credentials()
        self.without_keyring()
        for arguments in (("setup",), ("setup", "--process"), ("forget-keys",)):
            self.run_cli(*arguments, status=4)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertFalse(self.config.exists())


class ProcessTest(Place):
    def test_process(self):
        """AWS's tools get the session from us; logins leave the files alone; all is undone."""
        self.write_credentials()
        self.write(self.config, CONFIG)
        self.config.chmod(0o644)
        self.run_cli("setup", "--process")
        program = os.path.realpath(harness.AWSMFA)
        line = f"credential_process = {program} credential-process -p default\n"
        config = self.config.read_text()
        self.assertEqual(config, CONFIG.replace("eu-west-1\n", f"eu-west-1\n{line}"))
        self.assert_secret_nowhere()

        files = (self.credentials.read_text(), config)
        self.log_in()
        self.assertEqual((self.credentials.read_text(), self.config.read_text()), files)
        self.run_cli("status", "--min", "11h")
        self.assertEqual(self.identity(self.env)["Arn"], harness.ARN)

        self.run_cli("end")
        self.run_cli("status", status=6)
        self.log_in()
        self.run_cli("setup", "--no-process")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertEqual(self.config.read_text(), CONFIG)
        self.assertEqual(stat.S_IMODE(self.config.stat().st_mode), 0o644)
        self.assertEqual(stat.S_IMODE(self.credentials.stat().st_mode), 0o600)
        self.run_cli("setup", "--no-process", status=6)

    def test_boto3(self):
        """A profile whose name has to be quoted, in files that awsmfa makes and removes."""
        name = "it's a b"
        self.run_cli("setup", "--process", "-p", name, env=ENVIRONMENT)
        self.run_cli("-p", name, self.code())
        self.assertFalse(self.credentials.exists())
        program = (
            "import boto3, sys; session = boto3.Session(profile_name=sys.argv[1])\n"
            "client = session.client('sts', 'us-east-1', endpoint_url=sys.argv[2])\n"
            "print(session.get_credentials().method, client.get_caller_identity()['Arn'])\n"
        )
        done = subprocess.run(
            ["/usr/bin/python3", "-c", program, name, self.aws.endpoint],
            env=self.env, cwd=self.home, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(done.stdout, f"custom-process {harness.ARN}\n", done.stderr)
        self.run_cli("setup", "--no-process", "-p", name)
        self.assertIn("[it's a b]", self.credentials.read_text())
        self.assertFalse(self.config.exists())
        self.run_cli("-r", "-p", name)
        self.assertFalse(self.credentials.exists())

    def test_offline(self):
        """What the keyring has AWS knew before: no question."""
        self.write_credentials()
        self.run_cli("setup")
        self.run_cli("setup", "--process", env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
        self.run_cli("-r")
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.assertFalse(self.config.exists())

    def test_rival(self):
        self.write_credentials()
        self.write(self.config, "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n")
        done = self.run_cli("setup", "--process", status=7)
        self.assertIn("config, line 2: AWS tools would follow “role_arn”", done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_config_that_cannot_be_replaced(self):
        """Found out before anything moves."""
        self.write_credentials()
        self.write(self.config, CONFIG)
        os.link(self.config, self.top / "second name")
        done = self.run_cli("setup", "--process", status=7)
        self.assertIn("config: it has a second name", done.stderr)
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
        self.run_cli("forget-keys", status=6)


class ForgetTest(Place):
    def test_back_first(self):
        """From a login, from a setup and from process mode: the file is what it was."""
        for before in (["setup"], ["setup", "--process"], None):
            self.write_credentials()
            if before:
                self.run_cli(*before)
            self.log_in()
            done = self.run_cli("forget-keys")
            self.assertIn("in the credentials file and no longer in the keyring", done.stdout)
            self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
            self.assertFalse(self.config.exists())
            self.run_cli("forget-keys", status=6)

    def test_never_in_the_file(self):
        """A key that the file never had is written there: that is what forgetting means."""
        self.run_cli("setup", env=ENVIRONMENT)
        self.run_cli("forget-keys")
        self.assertEqual(
            self.credentials.read_text(),
            f"[default]\naws_access_key_id = {harness.KEY_ID}\n"
            f"aws_secret_access_key = {harness.SECRET}\n",
        )
        self.run_cli("forget-keys", status=6)

    def test_only_copy(self):
        """Somebody else's session is in the way."""
        self.run_cli("setup", env=ENVIRONMENT)
        others = "[default]\naws_access_key_id = ASIAX\naws_secret_access_key = s\n" \
                 "aws_session_token = t\n"
        self.write_credentials(others)
        done = self.run_cli("forget-keys", status=1)
        self.assertIn(f"Only your keyring has access key {harness.KEY_ID}", done.stderr)
        self.assertRegex(done.stderr, "Take the other keys out of the file, .*(?s:.*)--discard")
        self.assertEqual(self.credentials.read_text(), others)
        for answer, status in (("", 1), ("n", 1), ("yes", 0)):
            child = self.terminal("forget-keys", "--discard")
            child.expect_exact("[y/N] ")
            child.sendline(answer)
            self.ends_with(child, status)
        self.run_cli("forget-keys", "--discard", "--yes", status=6)


class FaultTest(Place):
    """The process is killed before each change of a name, or that fails: nothing is lost."""

    def strace(self, inject, *arguments):
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={inject}"]
        # The leak checker cannot work under strace.
        sanitizer = self.env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        return subprocess.run(
            [*command, harness.AWSMFA, *arguments],
            env=self.complete_env({"ASAN_OPTIONS": sanitizer}), cwd=self.home,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )

    def assert_keys_at_hand(self):
        """AWS tools find keys or ask us; and we have them, whoever lost them."""
        text = self.credentials.read_text()
        self.assertIn(text, (harness.CREDENTIALS, "# mine\n[default]\n"))
        config = self.config.read_text()
        if text != harness.CREDENTIALS:
            self.assertIn("credential_process", config)
        if "credential_process" not in config:
            self.assertEqual(config, CONFIG)

    def faults(self, before, arguments):
        """Returns how often something was hit."""
        hits = 0
        for call in ("rename", "renameat"):
            for fault in ("signal=KILL", "error=EIO"):
                for number in range(1, 20):
                    with self.subTest(call=call, fault=fault, number=number):
                        shutil.rmtree(self.aws_folder, True)
                        shutil.rmtree(self.state, True)
                        self.empty_keyring()
                        self.write_credentials()
                        self.write(self.config, CONFIG)
                        for deed in before:
                            self.run_cli(*deed)
                        done = self.strace(f"{call}:{fault}:when={number}", *arguments)
                        self.assert_keys_at_hand()
                        # What is half done can be done again, and undone.
                        self.run_cli("setup", "--process")
                        self.run_cli("setup", "--no-process")
                        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)
                        self.assertEqual(self.config.read_text(), CONFIG)
                    if done.returncode == 0:
                        break
                    hits += 1
        return hits

    @classmethod
    def setUpClass(cls):
        probe = ["strace", "-o", "/dev/null", "true"]
        if not shutil.which("strace") or subprocess.run(probe, check=False).returncode != 0:
            raise harness.unittest.SkipTest("strace is missing or not allowed here")
        super().setUpClass()

    def test_enter(self):
        self.assertGreaterEqual(self.faults([], ["setup", "--process"]), 6)

    def test_leave(self):
        self.assertGreaterEqual(
            self.faults([["setup", "--process"]], ["setup", "--no-process"]), 4
        )


if __name__ == "__main__":
    harness.main()
