"""What the program says of itself: its verbs and options, out of its --help."""

import os
import re
import subprocess

OPTION = re.compile(r"^  (?:(-[A-Za-z]), )?(--[a-z][a-z-]*)", re.MULTILINE)
VERB = re.compile(r"^  ([a-z][a-z-]*) {2,}(\S.*)$", re.MULTILINE)


def _help(executable, *verb):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
    done = subprocess.run(
        [executable, *verb, "--help"], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def summaries(executable):
    """Each verb and what it is for, in the order of the help."""
    return VERB.findall(_help(executable).partition("\nCommands")[2])


def verbs(executable):
    return [name for name, _ in summaries(executable)]


def options(executable, *verb):
    """Both names of each option, the short one None where there is none."""
    return [(short or None, name) for short, name in OPTION.findall(_help(executable, *verb))]


def partitions(executable):
    """Those that it names to who asks for another one."""
    done = subprocess.run(
        [executable, "policy", "--partition", "nowhere"], env={"LC_ALL": "C.UTF-8"},
        capture_output=True, text=True,
    )
    return re.findall(r"\baws[a-z-]*(?=[,.])", done.stderr)
