"""The three shells at a terminal of their own: a line is typed, completed, and run with `arguments`
before it, which tells what words the shell made of it."""

import os
import pty
import re
import select
import shlex
import signal
import subprocess
import time

PATIENCE = 30  # seconds
READY = b"READY> "
HOME_KEY = b"\x01"

BASH_START = """
PS1='READY> '
set +o history
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind '"\\C-t": insert-completions'
. /usr/share/bash-completion/bash_completion
. {completion}
arguments () {{ printf '%s\\0' "$@" > {answer}; }}
"""

ZSH_START = """
PROMPT='READY> '
setopt no_beep no_prompt_cr
fpath=({folder} $fpath)
autoload -Uz compinit
compinit -u -d {dump}
zle -C every complete-word _generic
zstyle ':completion:every:*' completer _all_matches _complete
zstyle ':completion:every:*' insert yes
bindkey -e
bindkey '^T' every
arguments () {{ printf '%s\\0' "$@" > {answer}; }}
"""


def words_before(line):
    """All words but the last, which is the one to complete."""
    return shlex.split(re.match(r".*(?<!\\) ", line).group())


class Terminal:
    """A shell at a pseudo-terminal; `complete_key` inserts all that is offered."""

    def __init__(self, command, environment, answer):
        self.answer = answer
        os.mkfifo(answer)
        # A writer of its own: without one it would be at its end, and readable, all the time.
        self.answers = os.open(answer, os.O_RDWR | os.O_NONBLOCK)
        self.said = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        self.await_prompt(1)

    def read(self, seconds):
        """What came of the words meanwhile; what the terminal shows goes to `said`."""
        got = b""
        for fd in select.select([self.terminal, self.answers], [], [], seconds)[0]:
            data = os.read(fd, 65536)
            if fd == self.terminal:
                self.said += data
            else:
                got += data
        return got

    def await_prompt(self, count):
        deadline = time.monotonic() + PATIENCE
        while self.said.count(READY) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no prompt: {self.said!r}")
            self.read(0.1)

    def complete(self, text, key=b"\x14"):
        """The words of the command line that `text` becomes by `key`."""
        self.said = b""
        os.write(self.terminal, text.encode() + key + HOME_KEY + b"arguments \r")
        got = b""
        deadline = time.monotonic() + PATIENCE
        while not got.endswith(b"\0"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r}: no answer: {self.said!r}")
            got += self.read(0.1)
        while chunk := self.read(0):
            got += chunk
        self.await_prompt(1)
        return [word.decode() for word in got.split(b"\0")[:-1]]

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        os.close(self.answers)


def start_bash(scratch, completions, environment):
    answer = scratch / "bash-answer"
    start = scratch / "bashrc"
    start.write_text(BASH_START.format(
        completion=shlex.quote(str(completions / "awsmfa.bash")), answer=shlex.quote(str(answer))
    ))
    command = ["bash", "--noprofile", "--rcfile", str(start), "-i"]
    return Terminal(command, environment | {"INPUTRC": "/dev/null"}, answer)


def start_zsh(scratch, completions, environment):
    answer = scratch / "zsh-answer"
    (scratch / ".zshrc").write_text(ZSH_START.format(
        folder=shlex.quote(str(completions)), answer=shlex.quote(str(answer)),
        dump=shlex.quote(str(scratch / "zcompdump")),
    ))
    return Terminal(["zsh", "-d", "-i"], environment | {"ZDOTDIR": str(scratch)}, answer)


class Fish:
    """fish says itself what it would offer for a line."""

    def __init__(self, completions, environment):
        self.completion = completions / "awsmfa.fish"
        self.environment = environment

    def complete(self, text, key=None):
        script = "source $argv[1]; complete --escape -C $argv[2]"
        listing = subprocess.run(
            ["fish", "--no-config", "-c", script, self.completion, text],
            env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=True,
        )
        if listing.stderr:
            raise AssertionError(f"{text!r}: {listing.stderr}")
        lines = [line.split("\t")[0] for line in listing.stdout.splitlines()]
        offered = shlex.split(" ".join(lines))
        # fish 4 also names those that have the letters elsewhere, which are fish's own idea.
        typed = "" if text.endswith(" ") else shlex.split(text)[-1]
        return [*words_before(text), *(word for word in offered if word.startswith(typed))]

    def close(self):
        pass


def start_fish(scratch, completions, environment):
    return Fish(completions, environment)
