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
        ["appstreamcli", "validate", "--no-net", "--explain"],
        "appstream",
    ),
}


def main():
    suffixes, command, package = KINDS[sys.argv[1]]
    if shutil.which(command[0]) is None:
        tree.skip(f"{command[0]} is not installed (package {package})")
    found = [p for p in tree.files() if p.name.endswith(suffixes) and p.parts[0] != "tests"]
    problems = [] if found else [f"there is no {suffixes[0]} file"]
    for path in found:
        if subprocess.run([*command, path], cwd=tree.ROOT).returncode != 0:
            problems.append(f"{path}: {command[0]} refuses it")
    tree.finish(problems)


main()
