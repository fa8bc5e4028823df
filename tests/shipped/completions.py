#!/usr/bin/python3
"""What bash, zsh and fish make of command lines of awsmfa that are completed.

usage: completions.py bash|zsh|fish PROGRAM FOLDER-OF-COMPLETIONS
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import program
import shells

STARTS = {"bash": shells.start_bash, "zsh": shells.start_zsh, "fish": shells.start_fish}
DESCRIPTIONS = {
    "bash": ("awsmfa.bash", "{}:{}\n"),
    "zsh": ("_awsmfa", "{}:{}\n"),
    "fish": ("awsmfa.fish", "-a {} -d {}\n"),
}
# What lists the verbs and leaves the line as it is; fish needs no key.
LISTING_KEYS = {"bash": b"\t\t", "zsh": b"\t"}
SKIP = 77

CREDENTIALS = """\
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
[two words]
[$(touch {trap}) `touch {trap}`;x]
[it's "quoted"]
[acme:admin]
"""
CONFIG = """\
[default]
region = eu-west-1
[profile work]
[profile "work at home"]
[sso-session none]
"""
NAMES = ["default", "two words", "$(touch {trap}) `touch {trap}`;x", "it's \"quoted\"", "acme:admin",
         "work", "work at home"]
# Line, and the words that its last one is replaced by.
LINES = [
    ("awsmfa st", ["status"]),
    ("awsmfa cr", ["credential-process"]),
    ("awsmfa -q -p work st", ["status"]),
    ("awsmfa -qp work st", ["status"]),
    ("awsmfa --profile=work st", ["status"]),
    ("awsmfa --profile work --duration 1h st", ["status"]),
    ("awsmfa --profi", ["--profile"]),
    ("awsmfa --res", ["--restore"]),
    ("awsmfa -p def", ["default"]),
    ("awsmfa -p tw", ["two words"]),
    ("awsmfa -p two\\ w", ["two words"]),
    ("awsmfa status -p wo", ["work", "work at home"]),
    ("awsmfa --profile tw", ["two words"]),
    ("awsmfa --profile=tw", ["--profile=two words"]),
    ("awsmfa -p acme:a", ["acme:admin"]),
    ("awsmfa -d 1", ["15m", "1h", "12h"]),
    ("awsmfa env --format ", ["sh", "fish", "json"]),
    ("awsmfa env -f ", ["sh", "fish", "json"]),
    ("awsmfa env -f json --verb", ["--verbose"]),
    ("awsmfa env --format=j", ["--format=json"]),
    ("awsmfa policy --partition=aws-c", ["--partition=aws-cn"]),
    ("awsmfa status --mi", ["--min"]),
    ("awsmfa status --json --al", ["--all"]),
    ("awsmfa setup --no", ["--no-process"]),
    ("awsmfa forget-keys --di", ["--discard"]),
    ("awsmfa doctor --off", ["--offline"]),
    ("awsmfa exec -- frob", ["frobnicate", "frobnicate-more"]),
    ("awsmfa exec 123456 -- frob", ["frobnicate", "frobnicate-more"]),
    ("awsmfa -p work exec -q 123456 -- frob", ["frobnicate", "frobnicate-more"]),
    ("awsmfa exec frobnicate-", ["frobnicate-more"]),
    ("awsmfa exec -p work 123456 frobnicate-", ["frobnicate-more"]),
    ("awsmfa exec --profile=work '123 456' -- frobnicate-", ["frobnicate-more"]),
    ("awsmfa exec -- awsmfa -d 1", ["15m", "1h", "12h"]),
    ("awsmfa exec awsmfa st", ["status"]),
    ("awsmfa exec -p tw", ["two words"]),
    ("awsmfa exec --profile=tw", ["--profile=two words"]),
    ("awsmfa exec --verb", ["--verbose"]),
    # Nothing to offer: the line stays.
    ("awsmfa 123456 st", ["st"]),
    ("awsmfa end --form", ["--form"]),
    ("awsmfa policy --res", ["--res"]),
]
# Completed by Tab, within quotes.
QUOTED = [
    ("awsmfa -p 'tw", ["two words"]),
    ('awsmfa -p "tw', ["two words"]),
]


def main():
    shell = sys.argv[1]
    executable, completions = (pathlib.Path(path).resolve() for path in sys.argv[2:])
    if shutil.which(shell) is None:
        print(f"SKIP: {shell} is not installed")
        sys.exit(SKIP)
    if shell == "bash" and not os.path.exists("/usr/share/bash-completion/bash_completion"):
        print("SKIP: bash-completion is not installed")
        sys.exit(SKIP)

    with tempfile.TemporaryDirectory() as folder:
        sys.exit(run(shell, executable, completions, pathlib.Path(folder)))


def prepare(scratch, executable):
    """A home with profiles, and a folder of commands."""
    trap = scratch / "sprung"
    (scratch / "credentials").write_text(CREDENTIALS.format(trap=trap))
    (scratch / "config").write_text(CONFIG)
    commands = scratch / "bin"
    commands.mkdir()
    # Not a link: the program looks for its data beside itself.
    (commands / "awsmfa").write_text(f'#!/bin/sh\nexec "{executable}" "$@"\n')
    for name in ("frobnicate", "frobnicate-more"):
        (commands / name).write_text("#!/bin/sh\n")
    for path in commands.iterdir():
        path.chmod(0o755)
    environment = {
        "HOME": str(scratch), "PATH": f"{commands}:/usr/bin:/bin", "TERM": "dumb",
        "LC_ALL": "C.UTF-8", "AWS_SHARED_CREDENTIALS_FILE": str(scratch / "credentials"),
        "AWS_CONFIG_FILE": str(scratch / "config"), "XDG_RUNTIME_DIR": str(scratch),
    }
    return trap, environment


def check_descriptions(shell, executable, completions):
    """A verb has the same words everywhere."""
    name, form = DESCRIPTIONS[shell]
    text = re.sub(r"""(?<=[ ])["']|["']$""", "", (completions / name).read_text(), flags=re.M)
    wanted = [form.format(verb, summary) for verb, summary in program.summaries(executable)]
    return [f"{name} has no {line!r}" for line in wanted if line not in text]


def option_lines(executable):
    """Each verb's options, all of which are offered."""
    yield "awsmfa --", [name for _, name in program.options(executable)]
    for verb in program.verbs(executable):
        yield f"awsmfa {verb} --", [name for _, name in program.options(executable, verb)]


def run(shell, executable, completions, scratch):
    trap, environment = prepare(scratch, executable)
    names = [name.format(trap=trap) for name in NAMES]
    listed = subprocess.run(["awsmfa", "__profiles"], env=environment, capture_output=True, text=True)
    problems = [] if listed.stdout.splitlines() == names else [f"__profiles: {listed.stdout!r}"]

    lines = [
        ("awsmfa ", program.verbs(executable), b"\x14"),
        ("awsmfa -p ", names, b"\x14"),
        ("awsmfa policy --partition ", program.partitions(executable), b"\x14"),
        *((line, words, b"\x14") for line, words in [*option_lines(executable), *LINES]),
    ]
    if shell != "fish":
        lines += [(line, words, b"\t") for line, words in QUOTED]

    problems += check_descriptions(shell, executable, completions)
    terminal = STARTS[shell](scratch, completions, environment)
    try:
        for line, words, key in lines:
            before = len(shells.words_before(line))
            wanted = shells.words_before(line) + sorted(words)
            got = terminal.complete(line, key)
            # zsh leaves the "=" that a value follows.
            got[before:] = sorted(word.rstrip("=") for word in got[before:])
            if shell == "fish" and len(got) == before and line.endswith(" " + words[0]):
                continue  # it offers nothing, instead of leaving the word
            if got != wanted:
                problems.append(f"{line!r}: {got[before:]}, not {wanted[before:]}")
        if shell in LISTING_KEYS:
            terminal.complete("awsmfa e", LISTING_KEYS[shell])
            if b"End the session" not in terminal.said:
                problems.append(f"verbs are listed without words: {terminal.said!r}")
    finally:
        terminal.close()
    if trap.exists():
        problems.append("the name of a profile was executed")
    for problem in problems:
        print(f"{shell}: {problem}", file=sys.stderr)
    return 1 if problems else 0


main()
