#!/usr/bin/python3
"""`awsmfa exec`: the command in its place, a session in its environment, nothing in the file."""

import json
import os
import re
import signal
import subprocess
import sys

import harness
import standin

PYTHON = "/usr/bin/python3"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
PRINT_ENV = (PYTHON, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
# What the kernel says of a process: signals and descriptors.
PRINT_STATE = (
    PYTHON, "-ISc",
    "import json, os\n"
    "state = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
    "fds = sorted(int(n) for n in os.listdir('/proc/self/fd'))\n"
    "print(json.dumps([{k: state[k].strip() for k in ('SigBlk', 'SigIgn', 'SigCgt')}, fds]))",
)


class ExecTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        self.before = self.credentials.read_bytes()
        self.addCleanup(lambda: self.assertEqual(self.credentials.read_bytes(), self.before))

    def environment(self, *arguments, **options):
        return json.loads(self.run_cli("exec", *arguments, *PRINT_ENV, **options).stdout)

    def count_sessions(self):
        return len(self.aws.requests("GetSessionToken"))

    def test_environment(self):
        env = self.environment(self.code(), "--", env={
            "AWS_PROFILE": "default", "AWS_SECURITY_TOKEN": "old", "AWS_ACCOUNT_ID": "000000000000",
            "AWS_DEFAULT_REGION": "eu-west-1", "KEPT": "yes",
        })
        self.assertTrue(env["AWS_ACCESS_KEY_ID"].startswith("ASIA"))
        self.assertEqual(env["AWS_ACCOUNT"], harness.ACCOUNT)
        self.assertEqual(env["AWS_ACCOUNT_ID"], harness.ACCOUNT)
        self.assertEqual(env["AWS_REGION"], "eu-west-1")
        self.assertRegex(env["AWS_CREDENTIAL_EXPIRATION"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(env["KEPT"], "yes")
        for name in ("AWS_PROFILE", "AWS_SECURITY_TOKEN"):
            self.assertNotIn(name, env)
        identity = self.identity(env)
        self.assertEqual(identity["Arn"], harness.ARN)

    def test_aws_command(self):
        """AWS's own command line as the command."""
        self.env["AWS_REGION"] = "eu-west-1"
        done = self.run_cli("exec", self.code(), "--", "aws", "--endpoint-url", self.aws.endpoint,
                            "--output", "json", "sts", "get-caller-identity")
        self.assertEqual(json.loads(done.stdout)["Arn"], harness.ARN)

    def test_reuse(self):
        first = self.environment(self.code(), "--")
        second = self.environment("--")
        self.assertEqual([first[k] for k in KEYS], [second[k] for k in KEYS])
        self.assertEqual(self.count_sessions(), 1)
        third = self.environment(self.code())
        self.assertNotEqual(first["AWS_ACCESS_KEY_ID"], third["AWS_ACCESS_KEY_ID"])

    def test_reuse_of_the_file(self):
        self.log_in()
        self.before = self.credentials.read_bytes()
        self.assertIn(self.environment("--")["AWS_ACCESS_KEY_ID"], self.before.decode())
        self.assertEqual(self.count_sessions(), 1)

    def test_no_reuse_of_a_short_one(self):
        self.lasting(50)
        self.environment(self.code(), "--")
        done = self.run_cli("exec", "--", "true", status=6)
        self.assertIn("There is no terminal", done.stderr)
        self.assertIn("session in profile default ends in", done.stderr)

    def test_asks(self):
        """On the terminal, again while AWS refuses; standard input is the command's."""
        script = f"{harness.AWSMFA} exec -- cat < input; echo status $?"
        (self.home / "input").write_text("not a code\n")
        child = self.terminal("/bin/sh", "-c", script)
        child.expect_exact(harness.PROMPT)
        child.sendline("12345")
        child.expect_exact("awsmfa: An MFA code has six digits.")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.aws.wrong_code())
        child.expect_exact("awsmfa: AWS refused that code.")
        child.expect_exact(harness.PROMPT)
        child.sendline(self.code())
        child.expect_exact("not a code")
        child.expect_exact("status 0")
        self.ends_with(child, 0)

    def test_interrupted(self):
        child = self.terminal("exec", "--", "true")
        child.expect_exact(harness.PROMPT)
        child.sendintr()
        self.ends_with(child, 130)

    def test_no_keys_no_question(self):
        self.credentials.unlink()
        child = self.terminal("exec", "--", "true")
        self.assertIn("There are no AWS keys", self.ends_with(child, 1))
        self.write_credentials()

    def test_stdin(self):
        data = "line\n\x00\x01" * 20000
        code = self.code()
        done = self.run_cli("exec", code, "--", "cat", input=data)
        self.assertEqual(done.stdout, data)
        done = self.run_cli("exec", "-", "--", "cat", input=f"{self.code()}\nrest\nof it")
        self.assertEqual(done.stdout, "rest\nof it")

    def test_process(self):
        """The same process, and the arguments as they are."""
        show = "import os, sys, json; print(json.dumps([os.getpid(), sys.argv[1:]]))"
        words = ["--", "-p", "", "a b", "$x", "--quiet", "123456"]
        process = self.start_cli("exec", "-q", self.code(), "--", PYTHON, "-c", show, *words)
        out, err = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual((json.loads(out), err), ([process.pid, words], ""))

    def test_separator(self):
        code = self.code()
        self.assertEqual(self.run_cli("exec", code, "echo", "--", "x").stdout, "-- x\n")
        self.assertEqual(self.run_cli("exec", "echo", "1").stdout, "1\n")
        # After a separator everything is a command.
        self.run_cli("exec", "--", "123456", status=127)
        self.run_cli("exec", self.code(), "--", "123456", status=127)
        # Options before and after the verb.
        self.assertEqual(self.run_cli("-p", "default", "exec", "-q", "echo", "-p").stdout, "-p\n")

    def test_usage(self):
        for arguments in (
            (), ("--",), ("123456",), ("123456", "--"), ("123456", "654321", "--", "true"),
            ("12345", "--", "true"), ("123456", "-q", "true"), ("--nonsense", "true"),
        ):
            done = self.run_cli("exec", *arguments, status=2)
            self.assertTrue(done.stderr.startswith("awsmfa: "), done.stderr)
        self.assertEqual(self.aws.requests(), [])

    def test_refused(self):
        done = self.run_cli("exec", self.aws.wrong_code(), "--", "echo", "run", status=3)
        self.assertEqual(done.stdout, "")
        self.assertIn("AWS refused that code", done.stderr)

    def test_status(self):
        self.run_cli("exec", self.code(), "--", "true")
        for command, status in (
            (("true",), 0),
            (("sh", "-c", "exit 7"), 7),
            (("sh", "-c", "kill -TERM $$"), -signal.SIGTERM),
            (("no-such-command",), 127),
            (("./none",), 127),
            (("/",), 126),
            (("./plain",), 126),
        ):
            (self.home / "plain").write_text("text")
            done = self.run_cli("exec", "--", *command, status=None)
            self.assertEqual(done.returncode, status, command)
            if status in (126, 127):
                self.assertIn(f"awsmfa: cannot run “{command[0]}”: ", done.stderr)

    def check_inherited(self, start=None, **options):
        """The command finds the signals and descriptors that it finds without awsmfa."""
        self.run_cli("exec", self.code(), "--", "true")

        def state(*command):
            options.setdefault("stdin", subprocess.DEVNULL)
            return json.loads(subprocess.run(
                command, env=self.env, cwd=self.home, stdout=subprocess.PIPE, timeout=harness.PATIENCE,
                restore_signals=False, preexec_fn=start, **options,
            ).stdout)

        self.assertEqual(state(harness.AWSMFA, "exec", "--", *PRINT_STATE), state(*PRINT_STATE))

    def test_signals(self):
        # Less those that nobody can change and those that the sanitizers need.
        numbers = set(range(1, signal.NSIG)) - {
            signal.SIGKILL, signal.SIGSTOP, 32, 33, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE,
        }

        def all_default():
            for number in numbers:
                signal.signal(number, signal.SIG_DFL)

        def all_ignored():
            for number in numbers - {signal.SIGCHLD}:
                signal.signal(number, signal.SIG_IGN)

        def some_blocked():
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGINT, signal.SIGHUP})

        for start in (all_default, all_ignored, some_blocked):
            with self.subTest(start.__name__):
                self.check_inherited(start)

    def test_descriptors(self):
        def close_some():
            os.close(0)
            os.close(2)

        self.check_inherited(close_some)
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        self.check_inherited(pass_fds=(read, write))

    def test_keys_of_the_environment(self):
        self.credentials.unlink()
        self.env.update(AWS_ACCESS_KEY_ID=harness.KEY_ID, AWS_SECRET_ACCESS_KEY=harness.SECRET)
        env = self.environment(self.code(), "--")
        self.assertTrue(env["AWS_ACCESS_KEY_ID"].startswith("ASIA"))
        self.assertNotEqual(env["AWS_SECRET_ACCESS_KEY"], harness.SECRET)
        self.assertFalse(self.credentials.exists())
        self.write_credentials()

    def test_other_keys_of_the_environment(self):
        """A session of the keys that were there before is not what is meant."""
        self.credentials.unlink()
        self.env.update(AWS_ACCESS_KEY_ID=harness.KEY_ID, AWS_SECRET_ACCESS_KEY=harness.SECRET)
        first = self.environment(self.code(), "--")
        self.env.update(AWS_ACCESS_KEY_ID=standin.ALICE_SECOND_KEY_ID,
                        AWS_SECRET_ACCESS_KEY=standin.ALICE_SECOND_SECRET)
        self.run_cli("exec", "--", "true", status=6)
        second = self.environment(self.code(), "--")
        self.assertNotEqual(first["AWS_ACCESS_KEY_ID"], second["AWS_ACCESS_KEY_ID"])
        self.assertEqual(second["AWS_ACCESS_KEY_ID"], self.environment("--")["AWS_ACCESS_KEY_ID"])
        # Keys in the keyring are nearer than whatever is in the environment.
        self.run_cli("setup", input="")
        third = self.environment(self.code(), "--")
        self.env.update(AWS_ACCESS_KEY_ID=harness.KEY_ID, AWS_SECRET_ACCESS_KEY=harness.SECRET)
        self.assertEqual(third["AWS_ACCESS_KEY_ID"], self.environment("--")["AWS_ACCESS_KEY_ID"])
        self.write_credentials()

    def test_no_keyring(self):
        self.without_keyring()
        done = self.run_cli("exec", self.code(), "--", *PRINT_ENV)
        self.assertTrue(json.loads(done.stdout)["AWS_ACCESS_KEY_ID"].startswith("ASIA"))
        self.assertIn("The session could not be stored in the keyring", done.stderr)
        self.run_cli("exec", "--", "true", status=6)
        # Keys of the environment instead of the file's.
        self.credentials.unlink()
        keys = {"AWS_ACCESS_KEY_ID": harness.KEY_ID, "AWS_SECRET_ACCESS_KEY": harness.SECRET}
        self.run_cli("exec", self.code(), "--", "true", env=keys)
        # None at all.
        done = self.run_cli("exec", self.code(), "--", "true", status=4)
        self.assertIn("No keyring is running", done.stderr)
        self.write_credentials()

    def test_unknown_profile(self):
        done = self.run_cli("exec", "-p", "nobody", "--", "true", status=1)
        self.assertIn("default", done.stderr)


class LastMinute(harness.CliTest):
    """A session that is not worth starting with is not denied."""

    COMMANDS = (("exec", "--", "true"), ("shell",), ("env",), ("credential-process", "--wait", "0"))

    def setUp(self):
        super().setUp()
        self.write_credentials()

    def log_in(self, *options):
        self.lasting(50)
        return super().log_in(*options)

    def check(self, text):
        left = re.search(r"The session in profile default ends in (\d+) seconds\.", text)
        self.assertIsNotNone(left, text)
        self.assertTrue(0 < int(left[1]) <= 50, text)
        self.assertNotIn("There is no session", text)

    def test_without_a_terminal(self):
        self.write(self.config, "[profile admin]\nsource_profile = default\n"
                                "role_arn = arn:aws:iam::123456789012:role/Admin\n")
        for command in (*self.COMMANDS, ("credential-process", "--wait", "0", "-p", "admin")):
            with self.subTest(command):
                self.log_in()
                self.check(self.run_cli(*command, status=6).stderr)

    def test_of_the_keyring(self):
        for command in self.COMMANDS:
            with self.subTest(command):
                self.lasting(50)
                self.run_cli("exec", self.code(), "--", "true")
                self.check(self.run_cli(*command, status=6).stderr)

    def test_on_a_terminal(self):
        self.log_in()
        child = self.terminal("exec", "--", "/bin/echo", "reached")
        child.expect_exact("MFA code for")
        self.check(child.before)
        self.lasting(3600)
        child.sendline(self.code())
        self.assertIn("reached", self.ends_with(child, 0))


class EnvTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()

    def shell(self, *command):
        done = subprocess.run(
            command, env=self.env, cwd=self.home, capture_output=True, text=True,
            timeout=2 * harness.PATIENCE, start_new_session=True,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_json(self):
        done = self.run_cli("env", "--format", "json", self.code(), "--region", "eu-west-1")
        variables = json.loads(done.stdout)
        self.assertEqual(set(variables), {
            *KEYS, "AWS_CREDENTIAL_EXPIRATION", "AWS_ACCOUNT", "AWS_ACCOUNT_ID", "AWS_REGION",
            "AWS_DEFAULT_REGION",
        })
        self.assertEqual(self.identity({**self.env, **variables})["Arn"], harness.ARN)

    def check_shell(self, shell, script):
        """A stale profile in the shell does not matter any more, and aws works."""
        self.run_cli("env", self.code())
        self.env.update(AWS_PROFILE="gone", AWS_SECURITY_TOKEN="old", AWS_REGION="eu-west-1")
        aws = f"aws --endpoint-url {self.aws.endpoint} --output json sts get-caller-identity"
        printed = self.shell(shell, "-c", script.format(awsmfa=f"{harness.AWSMFA} -p default") + aws)
        self.assertEqual(json.loads(printed)["Arn"], harness.ARN)
        self.assertEqual(len(self.aws.requests("GetSessionToken")), 1)

    def test_sh(self):
        self.check_shell("sh", 'eval "$({awsmfa} env)" && ')

    def test_sh_unquoted(self):
        self.check_shell("sh", "eval $({awsmfa} env) && ")

    def test_bash(self):
        self.check_shell("bash", 'eval "$({awsmfa} env)" && ')

    def test_zsh(self):
        self.check_shell("zsh", 'eval "$({awsmfa} env)" && ')

    def test_fish(self):
        self.check_shell("fish", "{awsmfa} env --format fish | source; and ")

    def test_fish_universal(self):
        """A variable that fish keeps for good is not taken away."""
        self.run_cli("env", self.code())
        self.shell("fish", "-c", "set -U AWS_PROFILE mine")
        self.shell("fish", "-c", f"{harness.AWSMFA} -p default env --format fish | source")
        self.assertEqual("mine\n", self.shell("fish", "-c", "echo $AWS_PROFILE"))

    def test_unwritable(self):
        with open("/dev/full", "w") as full:
            done = self.run_cli("env", self.code(), status=1, stdout=full)
        self.assertIn("cannot write the result", done.stderr)

    def test_usage(self):
        self.assertIn("--format", self.run_cli("env", "--format", "csh", status=2).stderr)
        self.run_cli("env", "123456", "123456", status=2)
        self.run_cli("env", "nonsense", status=2)
        self.run_cli("env", status=6)


if __name__ == "__main__":
    sys.exit(harness.main())
