#!/usr/bin/python3
"""`awsmfa shell` on a real terminal, with the shells that people have."""

import datetime
import os
import pathlib
import re
import shutil
import signal
import time

import pexpect

import harness

MARK = "(aws default"


class ShellTest(harness.CliTest):
    def setUp(self):
        super().setUp()
        self.write_credentials()
        # None of the machine's own start-up files is needed, and one may be slow.
        (self.home / ".bashrc").write_text(
            "PS1='user> '\nHISTFILE=~/history\nBASHRC_READ=yes\nbind 'set enable-bracketed-paste off'\n"
        )
        (self.home / ".zshrc").write_text(
            "PROMPT='user> '\nHISTFILE=~/history\nSAVEHIST=100\nHISTSIZE=100\nunsetopt zle prompt_sp\n"
            "ZSHRC_READ=yes\n"
        )
        fish = self.home / ".config/fish"
        fish.mkdir(parents=True)
        # Without this its first start reads all manual pages, and keeps the terminal for as long.
        (self.top / "data/fish/generated_completions").mkdir(parents=True)
        (fish / "config.fish").write_text(
            "set fish_greeting\nset CONFIG_READ yes\n"
            "function fish_prompt; echo -n \"user[$status]> \"; end\n"
        )

    def start(self, name, *arguments, env=None, code=True):
        """A session shell that shows its prompt."""
        shell = shutil.which(name)
        if shell is None:
            self.skipTest(f"{name} is not installed")
        words = [self.code()] if code else []
        child = self.terminal("shell", *arguments, *words, env={"SHELL": shell, **(env or {})})
        child.shell_name = name
        return child

    def warnings(self, seconds):
        """The user's settings: one warning, so long before the end."""
        self.set_preferences(f"warnings=[uint32 {seconds}]")

    def ask(self, child, command, answer):
        """Type a command; its output is told from its echo by a quoted letter."""
        child.sendline(command)
        child.expect(answer)
        return child.match

    def left_over(self):
        return list(self.runtime.glob("awsmfa-*")) + list(self.top.glob("awsmfa-shell-*"))

    def wait_for(self, condition, what):
        deadline = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)

    @staticmethod
    def is_alive(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"

    # Start-up files, prompt, environment

    def test_bash(self):
        child = self.start("bash")
        child.expect_exact("This shell has a session of profile default until ")
        child.expect(re.escape(MARK) + r" \d\d:\d\d\) user> |" + re.escape(MARK) + r" \w+ \d\d:\d\d\) user> ")
        self.ask(child, "echo r''ead=$BASHRC_READ p''rofile=$AWSMFA_PROFILE u''ntil=$AWSMFA_SESSION_UNTIL",
                 r"read=yes profile=default until=(\w+ )?\d\d:\d\d")
        self.ask(child, "echo k''ey=$AWS_ACCESS_KEY_ID-", r"key=ASIA\w+-")
        self.assertEqual(self.left_over(), [])
        child.sendline("exit 5")
        self.ends_with(child, 5)
        self.assertIn("exit 5", (self.home / "history").read_text())
        self.assertEqual(self.credentials.read_text(), harness.CREDENTIALS)

    def test_bash_prompt_command(self):
        """A prompt that is made anew each time, and a child that does not know our function."""
        for command in ("PROMPT_COMMAND='PS1=\"made> \";'", "export PROMPT_COMMAND='PS1=\"made> \"'",
                        "PROMPT_COMMAND=('PS1=\"made> \"' true)"):
            with self.subTest(command):
                (self.home / ".bashrc").write_text(command + "\n")
                child = self.start("bash")
                child.expect_exact(") made> ")
                child.sendline("bash --norc")
                child.expect_exact("> " if "export" in command else "bash-")
                child.sendline("echo d''one; exit")
                child.expect_exact("done")
                child.expect_exact(") made> ")
                self.assertNotIn("not found", child.before)
                child.sendline("exit")
                self.ends_with(child, 0)

    def test_zsh(self):
        (self.home / ".zshenv").write_text("ZSHENV_READ=yes\n")
        child = self.start("zsh")
        child.expect_exact(MARK)
        child.expect_exact("user> ")
        self.ask(child, "echo r''ead=$ZSHENV_READ$ZSHRC_READ z''dotdir=${ZDOTDIR-unset}.",
                 r"read=yesyes zdotdir=unset\.")
        self.assertEqual(self.left_over(), [])
        child.sendline("exit 6")
        self.ends_with(child, 6)
        self.assertIn("exit 6", (self.home / "history").read_text())

    def test_zsh_own_folder(self):
        """ZDOTDIR from the environment, then one that .zshenv sets."""
        folder = self.home / "it's mine"
        folder.mkdir()
        (self.home / ".zshrc").rename(folder / ".zshrc")
        for env in ({"ZDOTDIR": str(folder)}, {}):
            if not env:
                (self.home / ".zshenv").write_text("export ZDOTDIR=~/\"it's mine\"\n")
            child = self.start("zsh", env=env)
            child.expect_exact("user> ")
            self.ask(child, "echo r''ead=$ZSHRC_READ z''dotdir=$ZDOTDIR.",
                     re.escape(f"read=yes zdotdir={folder}."))
            child.sendline("exit")
            self.ends_with(child, 0)

    def test_fish(self):
        child = self.start("fish")
        child.expect_exact(MARK)
        child.expect_exact("user[0]>")
        self.ask(child, "echo r''ead=$CONFIG_READ p''rofile=$AWSMFA_PROFILE.", r"read=yes profile=default\.")
        child.sendline("false")
        child.expect_exact("user[1]>")
        child.sendline("exit 7")
        self.ends_with(child, 7)

    def test_sh(self):
        child = self.start("sh", env={"PS1": "plain> "})
        child.expect_exact("plain> ")
        self.ask(child, "echo k''ey=$AWS_ACCESS_KEY_ID.", r"key=ASIA")
        child.sendline("kill -9 $$")
        self.ends_with(child, 128 + 9)

    def test_odd_profile(self):
        """No shell expands what a profile is called."""
        name = "a$(touch x)`touch y`%n\\u'\"!"
        self.write_credentials(harness.CREDENTIALS.replace("default", name))
        for shell in ("bash", "zsh", "fish"):
            child = self.start(shell, "-p", name)
            child.expect_exact("(aws a_(touch x)_touch y_")
            child.sendline("exit")
            self.ends_with(child, 0)
            self.assertFalse((self.home / "x").exists() or (self.home / "y").exists())

    def test_reuse_and_nested(self):
        child = self.start("bash")
        child.expect_exact("user> ")
        child.sendline(f"{harness.AWSMFA} shell")
        child.expect_exact("inside another one with a session (profile default)")
        child.expect_exact("user> ")
        child.sendline("exit 3")
        child.expect_exact("user> ")
        self.ask(child, "echo s''tatus=$?", "status=3")
        child.sendline("exit")
        self.ends_with(child, 0)
        self.assertEqual(len(self.aws.requests("GetSessionToken")), 1)

    def test_no_shell(self):
        done = self.run_cli("shell", self.code(), status=127, env={"SHELL": "/no/such"})
        self.assertIn("“/no/such”", done.stderr)
        self.run_cli("shell", status=126, env={"SHELL": "/etc/passwd"})
        self.assertEqual(self.aws.requests(), [])

    def test_no_terminal(self):
        """Commands on standard input."""
        done = self.run_cli("shell", "-q", self.code(), input="echo $AWS_ACCESS_KEY_ID; exit 4", status=4)
        self.assertTrue(done.stdout.startswith("ASIA"))
        self.assertEqual(done.stderr, "")
        self.run_cli("shell", "-q", env={"SHELL": None}, input="exit 2", status=2)

    # The terminal and jobs

    def outer(self, name="bash"):
        """A shell of the user's, in which awsmfa is a job."""
        outer = self.terminal(
            "/bin/bash", "--norc", "--noprofile", "-i", env={"PS1": "outer> ", "SHELL": shutil.which(name)}
        )
        outer.expect_exact("outer> ")
        return outer

    def test_keys(self):
        """Ctrl-C and Ctrl-Z are for the jobs of the shell."""
        child = self.start("bash")
        child.expect_exact("user> ")
        child.sendline("sh -c 'echo s\"\"leeps; exec sleep 100'")
        child.expect_exact("sleeps")
        child.sendintr()
        child.expect_exact("user> ")
        self.ask(child, "echo s''tatus=$?", "status=130")
        child.expect_exact("user> ")
        child.sendintr()
        child.expect_exact("user> ")
        child.sendline("sh -c 'echo s\"\"leeps; exec sleep 100'")
        child.expect_exact("sleeps")
        child.send("\x1a")
        child.expect_exact("Stopped")
        child.sendline("kill %1; fg")
        child.expect_exact("user> ")
        child.sendline("exit 0")
        self.ends_with(child, 0)

    def test_suspend(self):
        """The shell stops: so do we, and both go on."""
        outer = self.outer()
        outer.sendline(f"{harness.AWSMFA} shell {self.code()}")
        outer.expect_exact("user> ")
        outer.sendline("suspend")
        outer.expect_exact("Stopped")
        outer.expect_exact("outer> ")
        self.ask(outer, "echo s''till $((1 + 1))", "still 2")
        outer.expect_exact("outer> ")
        outer.sendline("fg")
        outer.expect_exact("shell")
        outer.sendline("echo b''ack")
        outer.expect_exact("back")
        outer.expect_exact("user> ")
        outer.sendline("exit 9")
        outer.expect_exact("outer> ")
        self.ask(outer, "echo s''tatus=$?", "status=9")
        outer.expect_exact("outer> ")
        outer.sendline("exit 0")
        self.ends_with(outer, 0)

    def test_terminal_state(self):
        """What a shell that was killed has done to the terminal is undone."""
        outer = self.outer()

        def state():
            outer.sendline("echo b''egin; stty -a; echo e''nd")
            outer.expect(r"begin\r\n(.*)end\r\n")
            text = outer.match[1]
            outer.expect_exact("outer> ")
            return text

        before = state()
        outer.sendline(f"{harness.AWSMFA} shell {self.code()}")
        outer.expect_exact("user> ")
        outer.sendline("stty raw -echo; kill -9 $$")
        outer.expect_exact("outer> ")
        self.assertEqual(state(), before)
        outer.sendline("exit 0")
        self.ends_with(outer, 0)

    # The end of the session

    def check_end(self, name, status):
        self.warnings(6)
        self.lasting(24)
        child = self.start(name)
        child.expect_exact("user")
        child.sendline("sleep 1000 &")
        child.sendline("jobs -p > pid; echo w''ritten")
        child.expect_exact("written")
        job = int(re.findall(r"\d+", (self.home / "pid").read_text())[-1])
        child.sendline("echo r''emembered")
        child.expect_exact("remembered")
        child.expect(r"awsmfa: The AWS session of this shell ends at .* \([1-6] seconds left\)\.\s")
        child.expect_exact("awsmfa: The session has ended.")
        self.ends_with(child, status)
        self.wait_for(lambda: not self.is_alive(job), "the job goes on")
        self.assertEqual(self.left_over(), [])

    def test_end_bash(self):
        self.check_end("bash", 128 + signal.SIGHUP)
        self.assertIn("r''emembered", (self.home / "history").read_text())

    def test_end_zsh(self):
        self.check_end("zsh", 1)
        self.assertIn("r''emembered", (self.home / "history").read_text())

    def test_end_fish(self):
        self.check_end("fish", 0)
        self.assertIn("emembered", (self.top / "data/fish/fish_history").read_text())

    def test_end_deaf(self):
        """A shell that ignores SIGHUP is killed after the grace time, with the terminal in a mess."""
        self.lasting(8)
        deaf = self.home / "deaf"
        deaf.write_text("#!/bin/sh\ntrap '' HUP TERM INT\nstty raw -echo\necho started\n"
                        "while :; do sleep 1; done\n")
        deaf.chmod(0o755)
        begun = time.monotonic()
        child = self.terminal("shell", self.code(), env={"SHELL": str(deaf)})
        child.expect_exact("started")
        child.expect_exact("awsmfa: The session has ended.\r\n")
        self.assertGreater(time.monotonic() - begun, 10)
        self.ends_with(child, 128 + 9)

    def test_end_with_a_job_in_front(self):
        """The job that the shell waits for is told too."""
        self.lasting(12)
        child = self.start("bash")
        child.expect_exact("user> ")
        child.sendline("sh -c 'echo s\"\"leeps $AWS_CREDENTIAL_EXPIRATION; exec sleep 1000'")
        child.expect(r"sleeps (\S+)\r")
        end = datetime.datetime.fromisoformat(child.match[1].replace("Z", "+00:00")).timestamp()
        child.expect_exact("awsmfa: The session has ended.")
        # It is killed 10 seconds after the end.
        self.assertLess(time.time() - end, 9)
        self.ends_with(child, 129)
        self.assertIn("exec sleep 1000", (self.home / "history").read_text())

    def test_hangup(self):
        for number in (signal.SIGHUP, signal.SIGTERM):
            child = self.start("bash")
            child.expect_exact("user> ")
            child.sendline("echo h''eard")
            child.expect_exact("heard")
            child.expect_exact("user> ")
            os.kill(child.pid, number)
            self.ends_with(child, 129)
            self.assertIn("h''eard", (self.home / "history").read_text())

    def test_killed(self):
        """Nothing of ours stays in the runtime folder, whatever ends us."""
        for name in ("bash", "zsh"):
            child = self.start(name)
            child.expect_exact("user> ")
            os.kill(child.pid, signal.SIGKILL)
            child.expect(pexpect.EOF)
            self.assertEqual(self.left_over(), [])


if __name__ == "__main__":
    harness.main(processes=6)
