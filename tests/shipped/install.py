#!/usr/bin/python3
"""`meson install` puts there what belongs there, and nothing else.

usage: install.py BUILD-FOLDER PREFIX
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ID = "com.example.AwsMfa"
FILES = [
    "bin/aws-mfa-applet",
    "bin/awsmfa",
    f"share/applications/{ID}.desktop",
    "share/bash-completion/completions/awsmfa",
    "share/awsmfa/mfa-required-policy.json",
    f"share/dbus-1/services/{ID}.service",
    "share/fish/vendor_completions.d/awsmfa.fish",
    f"share/glib-2.0/schemas/{ID}.gschema.xml",
    f"share/icons/hicolor/scalable/apps/{ID}.svg",
    *(
        f"share/icons/hicolor/symbolic/apps/{ID}-{state}-symbolic.svg"
        for state in ("none", "active", "expiring", "expired")
    ),
    "share/man/man1/awsmfa.1",
    f"share/metainfo/{ID}.metainfo.xml",
    "share/zsh/site-functions/_awsmfa",
]


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
    return problems


def main():
    with tempfile.TemporaryDirectory() as destination:
        problems = check(*installed(sys.argv[1], sys.argv[2], destination))
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
