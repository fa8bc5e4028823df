#!/usr/bin/python3
"""`awsmfa` needs no toolkit: nothing of GTK or of a display is among its libraries, direct or not.

usage: links.py PROGRAM
"""

import re
import shutil
import subprocess
import sys

import tree

FORBIDDEN = re.compile(r"^lib(gtk|gdk|ayatana|appindicator|dbusmenu|X11|wayland|cairo|pango|atk)", re.I)


def main():
    if shutil.which("readelf") is None:
        tree.skip("readelf is not installed (package binutils)")
    listing = subprocess.run(
        ["readelf", "-dW", sys.argv[1]], capture_output=True, text=True, check=True
    ).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", listing)
    loaded = subprocess.run(["ldd", sys.argv[1]], capture_output=True, text=True).stdout.split()
    problems = [] if needed else ["no libraries found: readelf's output is not understood"]
    problems += [f"{sys.argv[1]} needs {name}" for name in needed if FORBIDDEN.match(name)]
    problems += [
        f"{sys.argv[1]} loads {name}" for name in loaded if FORBIDDEN.match(name) and name not in needed
    ]
    tree.finish(problems)


main()
