#!/usr/bin/python3
"""The desktop file and the metainfo are what the freedesktop.org tools accept.

usage: metadata.py desktop|metainfo
"""

import shutil
import subprocess
import sys

import tree

KINDS = {
    "desktop": ((".desktop", ".desktop.in"), ["desktop-file-validate", "--warn-kde"], "desktop-file-utils"),
    "metainfo": (
        (".metainfo.xml", ".metainfo.xml.in"),
        ["appstreamcli", "validate", "--no-net", "--pedantic", "--no-color"],
        "appstream",
    ),
}
# What appstreamcli says of a metainfo that is as it should be.
FORGIVEN = (
    "cid-contains-uppercase-letter",  # the id is one that programs and users rely on
    "unknown-tag developer",  # news of appstream 1.0 to 0.16
)


def is_said_against(line):
    """Whether a line of appstreamcli names something: "W: id:line: tag what"."""
    severity, _, what = line.partition(": ")
    return severity in ("E", "W", "I", "P") and not any(tag in what for tag in FORGIVEN)


def main():
    suffixes, command, package = KINDS[sys.argv[1]]
    if shutil.which(command[0]) is None:
        tree.skip(f"{command[0]} is not installed (package {package})")
    found = [p for p in tree.files() if p.name.endswith(suffixes) and p.parts[0] != "tests"]
    problems = [] if found else [f"there is no {suffixes[0]} file"]
    for path in found:
        done = subprocess.run([*command, path], cwd=tree.ROOT, capture_output=True, text=True)
        said = (done.stdout + done.stderr).splitlines()
        if done.returncode != 0:
            problems.append(f"{path}: {command[0]} refuses it:\n" + "\n".join(said))
        problems += [f"{path}: {line}" for line in said if is_said_against(line)]
    tree.finish(problems)


main()
