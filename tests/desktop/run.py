#!/usr/bin/python3
"""Run one scenario on a desktop of its own.

usage: run.py THEME.SCENARIO     run it; AMFA_APPLET and AMFA_CLI name the programs
       run.py --list             name all of them, a line each

A scenario is a function of a theme's file, decorated with @scenario (options of the desktop). It
passes when it returns, the applet has ended by itself with status 0, and nothing was printed that
tests/known-noise does not know. A failure leaves a screenshot and the logs where meson keeps its own.
"""

import ast
import importlib
import os
import pathlib
import signal
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
LOGS_SHOWN = 60


def themes():
    return sorted(p for p in HERE.glob("scenarios_*.py"))


def names():
    """Read from the source: to list them needs neither a desktop nor its libraries."""
    for path in themes():
        theme = path.stem.removeprefix("scenarios_")
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(d, ast.Call) and getattr(d.func, "id", "") == "scenario"
                for d in node.decorator_list
            ):
                yield f"{theme}.{node.name}"


def report(desk, name):
    """What there is to look at after a failure."""
    root = os.environ.get("MESON_BUILD_ROOT")
    if root:
        folder = pathlib.Path(root) / "meson-logs" / "desktop"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            desk.screenshot(folder / f"{name}.png")
            print(f"screenshot: {folder / name}.png", file=sys.stderr)
        except Exception as problem:
            print(f"no screenshot: {problem}", file=sys.stderr)
    # Of a bus that has gone AT-SPI's library would make an end of this process.
    if "bus" in desk.session.processes:
        for program in (desk.applet.name, "gcr-prompter", "xfce4-notifyd"):
            if texts := desk.texts(program):
                print(f"--- {program} on the screen", texts, sep="\n", file=sys.stderr)
    for log in sorted(desk.session.logs.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-LOGS_SHOWN:]
        if lines:
            print(f"--- {log.name}", *lines, sep="\n", file=sys.stderr)
    if desk.aws:
        print("--- requests", file=sys.stderr)
        for r in desk.aws.requests():
            print(r["action"], r["key_id"], r.get("status"), r.get("error", ""), file=sys.stderr)
    if desk.notices:
        print("--- notifications", *desk.notices, sep="\n", file=sys.stderr)


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(names()))
        return 0
    name = sys.argv[1]
    theme, _, function = name.partition(".")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))

    from desk import Desk

    scenario = getattr(importlib.import_module(f"scenarios_{theme}"), function)
    desk = Desk(**scenario.options)
    try:
        desk.start()
        scenario(desk)
        if any(a.poll() is None for a in desk.applets):
            desk.quit_applet()
        if noise := desk.noise():
            raise AssertionError("the programs printed:\n" + "\n".join(noise))
    except (Exception, SystemExit):
        traceback.print_exc()
        report(desk, name)
        return 1
    finally:
        desk.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
