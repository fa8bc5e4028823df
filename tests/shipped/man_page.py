#!/usr/bin/python3
"""The man pages are clean. That of awsmfa tells of each verb, option, variable and exit status of the
program, that of the applet of each option, action and setting, and of no other.

usage: man_page.py AWSMFA APPLET
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import program

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = {name: ROOT / "data" / f"{name}.1" for name in ("awsmfa", "aws-mfa-applet")}
SKIP = 77
# Those of a command that exec could not start.
OF_EXEC = {126, 127}
VARIABLE = re.compile(r'"([A-Z][A-Z_]*_[A-Z_]*[A-Z])"')
# The variables of the AWS tools and of the network are read in one place.
READER = ROOT / "src" / "core" / "model" / "environment.c"
# Of the user's system, not of this program; not worth a word.
UNTOLD = {"GNOTIFICATION_BACKEND", "SECRET_BACKEND", "XDG_DATA_HOME"}
# The tables of the applet's actions.
ACTIONS = [ROOT / "src" / "applet" / name for name in ("application-actions.c", "start-at-login.c")]
ACTION = re.compile(r'^  \{ "([a-z-]+)", |g_simple_action_new_stateful \("([a-z-]+)"|^#define SESSIONS "([a-z-]+)"', re.M)
SCHEMA = ROOT / "data" / "com.example.AwsMfa.gschema.xml"
# Of the toolkit's options, the first is told of; it is not in the short help.
SERVICE = "--gapplication-service"
TOOLKIT = {"--display", "--help-all", "--help-gapplication", "--help-gtk"}


def is_said_against(line):
    # The database of the other pages is none of ours, and ours are not installed.
    ours = (f"referenced manual not found: Xr {name} 1" for name in PAGES)
    return not any(words in line for words in ("mandoc.db", " UNSUPP", *ours))


def lint(command, package):
    """What a formatter has to say about the pages."""
    if shutil.which(command[0]) is None:
        print(f"SKIP: {command[0]} is not installed (package {package})")
        sys.exit(SKIP)
    environment = os.environ | {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""}
    done = subprocess.run(
        [*command, *PAGES.values()], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return [f"{command[0]}: {line}" for line in filter(is_said_against, done.stdout.splitlines())]


def section(text, name):
    return re.search(rf"^\.S[hs] {name}$(.*?)(?=^\.S[hs] |\Z)", text, re.M | re.S).group(1)


def flags(line):
    """The options in a line of macros, as typed."""
    names = set()
    for words in re.findall(r"(?:^\.(?:It |Op )?|Oo |Op |, )Fl ([^,]*)", line):
        names |= {"-" + word for word in words.split() if re.fullmatch(r"-?[A-Za-z][a-z-]*", word)
                  and (word[0] == "-" or len(word) == 1)}
    return names


def tagged(text):
    """The options that have an item each."""
    return set().union(*(flags(line) for line in text.splitlines() if line.startswith(".It Fl")))


def compare(what, told, real):
    problems = [f"{what}: {name} is not told of" for name in sorted(real - told)]
    return problems + [f"{what}: there is no {name}" for name in sorted(told - real)]


def names_of(options):
    return {name for pair in options for name in pair if name}


def check_options(text, executable):
    common = names_of(program.options(executable))
    problems = compare("options", tagged(section(text, "Options")), common)
    items = re.split(r"^\.It Cm (?=[a-z])", section(text, "Commands"), flags=re.M)[1:]
    told = {re.match(r"[a-z-]+", item).group(): item for item in items}
    verbs = program.verbs(executable)
    problems += compare("verbs", set(told), set(verbs))

    synopsis = re.split(r"^\.Nm$", section(text, "SYNOPSIS"), flags=re.M)
    for verb in verbs:
        own = names_of(program.options(executable, verb)) - common
        problems += compare(verb, tagged(told.get(verb, "")), own)
        forms = [form for form in synopsis if re.search(rf"^\.Cm {verb}$", form, re.M)]
        shown = set().union(*(flags(line) for form in forms for line in form.splitlines()))
        problems += compare(f"{verb} in the synopsis", shown, own)
    return problems


def check_statuses(text):
    header = (ROOT / "src" / "cli" / "exit-status.h").read_text()
    real = {int(number) for number in re.findall(r"AMFA_EXIT_\w+ = (\d+)", header)} | OF_EXEC
    told = {int(number) for number in re.findall(r"^\.It (\d+)$", section(text, "EXIT STATUS"), re.M)}
    return compare("exit status", told, real)


def check_variables(text):
    told = set(re.findall(r"\bEv ([A-Z_]+)", section(text, "ENVIRONMENT")))
    real = set(VARIABLE.findall(READER.read_text())) - UNTOLD
    problems = [] if real else [f"no variables found in {READER.name}"]
    return problems + [f"ENVIRONMENT: {name} is not told of" for name in sorted(real - told)]


def check_applet(text, executable):
    problems = compare(
        "options", tagged(section(text, "Options")), names_of(program.options(executable)) - TOOLKIT | {SERVICE}
    )
    source = "".join(path.read_text() for path in ACTIONS)
    actions = {name for names in ACTION.findall(source) for name in names if name}
    settings = set(re.findall(r'<key name="([a-z-]+)"', SCHEMA.read_text()))
    for title, real in [("Actions", actions), ("Settings", settings)]:
        lines = re.findall(r"^\.It Cm (.*)$", section(text, title), re.M)
        problems += compare(title, {name for line in lines for name in line.split(" , ")}, real)
    return problems


def main():
    text = PAGES["awsmfa"].read_text()
    problems = lint(["mandoc", "-T", "lint"], "mandoc")
    problems += lint(["groff", "-ww", "-mandoc", "-Tutf8", "-z"], "groff")
    cli, applet = (pathlib.Path(path).resolve() for path in sys.argv[1:])
    problems += check_options(text, cli) + check_statuses(text) + check_variables(text)
    problems += check_applet(PAGES["aws-mfa-applet"].read_text(), applet)
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
