#!/usr/bin/python3
"""`meson install` puts there what belongs there, and nothing else; what starts the applet names it by
the path that it is installed at.

usage: install.py BUILD-FOLDER PREFIX
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ID = "com.example.AwsMfa"
FILES = [
    "bin/aws-mfa-applet",
    "bin/awsmfa",
    "lib/systemd/user/aws-mfa-applet.service",
    f"share/applications/{ID}.desktop",
    "share/bash-completion/completions/awsmfa",
    "share/awsmfa/icons/hicolor/index.theme",
    "share/awsmfa/mfa-required-policy.json",
    f"share/dbus-1/services/{ID}.service",
    "share/fish/vendor_completions.d/awsmfa.fish",
    f"share/glib-2.0/schemas/{ID}.gschema.xml",
    f"share/icons/hicolor/scalable/apps/{ID}.svg",
    *(
        f"share/icons/hicolor/symbolic/apps/{ID}{state}-symbolic.svg"
        for state in ("", "-none", "-active", "-expiring", "-expired")
    ),
    "share/man/man1/aws-mfa-applet.1",
    "share/man/man1/awsmfa.1",
    f"share/metainfo/{ID}.metainfo.xml",
    "share/zsh/site-functions/_awsmfa",
]
# What starts the applet, and the lines that have a command; those of another program are not ours.
STARTERS = {
    f"share/applications/{ID}.desktop": 2,
    f"share/dbus-1/services/{ID}.service": 1,
    "lib/systemd/user/aws-mfa-applet.service": 1,
}
COMMAND = re.compile(r"^Exec(?:Start)?=(?!gapplication )(.*)$", re.M)
# Folders of the system's icons, in a theme that a panel can be pointed to.
LINKS = ["share/awsmfa/icons/hicolor/scalable", "share/awsmfa/icons/hicolor/symbolic"]


def translations():
    languages = [
        word for line in (ROOT / "po" / "LINGUAS").read_text().splitlines()
        for word in line.partition("#")[0].split()
    ]
    return [f"share/locale/{language}/LC_MESSAGES/awsmfa.mo" for language in languages]


def installed(build, prefix, destination):
    subprocess.run(
        [shutil.which("meson"), "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", destination],
        check=True, stdout=subprocess.DEVNULL,
    )
    top = pathlib.Path(destination, prefix.lstrip("/"))
    return top, {
        pathlib.Path(folder, name).relative_to(top).as_posix()
        for folder, _, names in os.walk(destination) for name in names
    }


def check(top, found):
    wanted = set(FILES + translations())
    problems = [f"{name} is not installed" for name in sorted(wanted - found)]
    problems += [f"{name} is installed, and nobody expects it" for name in sorted(found - wanted)]
    for name in sorted(wanted & found):
        mode = (top / name).stat().st_mode & 0o777
        if mode != (0o755 if name.startswith("bin/") else 0o644):
            problems.append(f"{name} has mode {mode:o}")
    for name in LINKS:
        if not (top / name).is_symlink() or not list((top / name).glob(f"apps/{ID}*.svg")):
            problems.append(f"{name} leads to no icons")
    return problems


def check_starters(top, prefix):
    for name, lines in STARTERS.items():
        commands = [shlex.split(command)[0] for command in COMMAND.findall((top / name).read_text())]
        if commands != [f"{prefix}/bin/aws-mfa-applet"] * lines:
            yield f"{name} starts {commands}"


def validate(command, path, package):
    """What a tool has to say about a file; nothing where there is no such tool."""
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not installed (package {package})")
        return []
    done = subprocess.run([*command, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return [line for line in done.stdout.splitlines() if path.name in line]


def main():
    prefix = sys.argv[2]
    with tempfile.TemporaryDirectory() as destination:
        top, found = installed(sys.argv[1], prefix, destination)
        problems = check(top, found) or [
            *check_starters(top, prefix),
            *validate(["desktop-file-validate", "--warn-kde"], top / f"share/applications/{ID}.desktop", "desktop-file-utils"),
        ]
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
