#!/usr/bin/python3
"""A folder is a floor: what each file of src/ may include, read from where it stands."""

import re

import tree

# What each floor may include, besides itself.
FLOORS = {
    "core/model": set(),
    "core/io": {"core/model"},
    "core/aws": {"core/model", "core/io"},
    "core/operations": {"core/model", "core/io", "core/aws"},
    "messages": {"core/model"},
    "cli": {"core/model", "core/io", "core/aws", "core/operations", "messages"},
    "applet": {"core/model", "core/io", "core/aws", "core/operations", "messages"},
}

# Each door of core/io leads to one outside thing and knows no other door; these are the files that
# a door is made of.
IO_DOORS = [
    {
        "profile-files", "profile-files-private", "profile-files-change",
        "snapshot", "file-lock", "file-replace", "leftover", "link-chain", "plain-file",
    },
    {"file-facts", "file-replace", "leftover", "link-chain"},
    {"foreign-files", "plain-file"},
    {"state-file", "state-turn", "leftover", "plain-file"},
    {"file-watch", "link-chain"},
    {"autostart", "link-chain"},
    {
        "query-client", "query-call", "deadline",
        "http-transport", "http-body", "ca-bundle", "proxy-resolver",
        "connect-proxy", "overheard-stream",
    },
    {"applet-client", "deadline"},
    {"code-command", "child-program"},
    {
        "keyring", "keyring-budget", "keyring-private", "disk-sync", "secret-bus", "secret-call",
        "secret-deeds", "secret-file", "secret-item", "secret-items", "secret-kwallet",
        "secret-prompt", "secret-service", "secret-session",
    },
    {"system-timer", "wall-timer"},
]

GLIB = re.compile(r"^(glib|gio|gobject|gmodule)(/|\.h|-)|^glib-unix\.h|^gio/")
POSIX = re.compile(r"^(sys/|linux/|netinet/|arpa/)?[a-z0-9_]+\.h$")

# Libraries that stay behind one file, or a few: none of them in a header of the core.
LIBRARIES = {
    "libsoup/": ["core/io/http-transport.c"],
    "libsecret/": ["core/io/secret-file.c", "core/io/secret-session.c"],
    "libayatana-appindicator/": ["applet/indicator.c"],
    "json-glib/": ["core/model/json-report.c", "core/model/response-tree.c"],
}
TOOLKIT = re.compile(r"^(gtk|gdk|pango|cairo|atk|X11)")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
GENERATED = {"amfa-config.h"}
# Written by glib-compile-resources and the like, beside the objects.
GENERATED_SUFFIX = ("-resources.h",)


def floor_of(path):
    folder = path.parent.as_posix()
    return folder if folder in FLOORS else None


def check_own(path, floor, name, known):
    """One include in quotes."""
    if name in GENERATED or name.endswith(GENERATED_SUFFIX):
        return None
    if "/" not in name:
        target = path.with_name(name)
        if target not in known:
            return f"{name} is not in {floor}/"
    else:
        target = type(path)(name)
        if target not in known:
            return f"src/{name} does not exist"
        if target.parent == path.parent:
            return f"{target.name} is in the same folder: include it by its bare name"
    other = floor_of(target)
    if other != floor and other not in FLOORS[floor]:
        return f"{floor} must not know {other}"
    if floor == "core/io" == other and target.stem != path.stem:
        if not any({target.stem, path.stem} <= door for door in IO_DOORS):
            return f"core/io/{path.stem} must not know core/io/{target.stem}"
    return None


def check_system(path, floor, name):
    """One include in angle brackets."""
    for prefix, allowed in LIBRARIES.items():
        if name.startswith(prefix):
            return None if path.as_posix() in allowed else f"{name} belongs to {', '.join(allowed)} alone"
    if TOOLKIT.match(name):
        return None if floor == "applet" else f"{name} has no place outside the applet"
    if path.suffix == ".h" and floor.startswith("core/") and not (GLIB.match(name) or POSIX.match(name)):
        return f"{name} in a header: users of the core see GLib and GIO only"
    return None


def main():
    sources = [p.relative_to("src") for p in tree.select(".c", ".h", under="src/")]
    known = set(sources)
    problems = []
    for path in sources:
        floor = floor_of(path)
        if floor is None:
            problems.append(f"src/{path}: no floor of this name")
            continue
        text = tree.read("src" / path)
        for match in INCLUDE.finditer(text):
            quote, name = match.groups()
            check = check_own(path, floor, name, known) if quote == '"' else check_system(path, floor, name)
            if check:
                line = text.count("\n", 0, match.start(2)) + 1
                problems.append(f"src/{path}:{line}: {check}")
        if path.suffix == ".h" and not text.startswith("#pragma once\n"):
            problems.append(f"src/{path}:1: a header begins with #pragma once")
        if path.suffix == ".c" and not re.match(r'#define G_LOG_DOMAIN "amfa-[a-z0-9-]+"\n', text):
            problems.append(f'src/{path}:1: a source begins with #define G_LOG_DOMAIN "amfa-…"')
    if not sources:
        problems.append("src: no sources found")
    tree.finish(problems)


main()
