#!/usr/bin/python3
"""Kill each operation at its system calls, or let them fail, and see that nothing is lost.

usage: run.py [--quick] [--sample N] [--operation NAME]… [--daemon] [--jobs N] [--list]
       run.py --operation NAME [--daemon] [--sockets] --at K --do ACTION

The keyring is libsecret's file, with --daemon a real gnome-keyring. Without --quick or --sample every
point is tried. A line for each that violated something says how to try it alone: inject.c tells what
ACTION may be, points.py has more. AMFA_CLI and AMFA_INJECT name the programs.

Meson: the test `fault` of the suite `fault` is --quick; the tests `fault-NAME` of the suite
`everything` try a sample of one operation's points, `fault-NAME-daemon` with the real keyring, and
`fault-applet-login` the applet's dialog (applet.py). Only `meson test --suite everything` runs these.
"""

import argparse
import multiprocessing
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("cli", "desktop"):
    sys.path.append(str(HERE.parent / folder))

import operations  # noqa: E402
import points  # noqa: E402
import standin  # noqa: E402
import trial  # noqa: E402

OPERATIONS = {operation.name: operation for operation in operations.OPERATIONS}
# What everybody does: it is what --quick tries.
QUICK = ("first-login", "renew", "restore", "end", "login-after-stale-save", "process-restore")
QUICK_DAEMON = ("renew", "restore")


class Worker:
    """One process: a stand-in for AWS of its own, and prepared places that know its sessions."""

    def __init__(self, folder):
        self.aws = standin.StandIn()
        self.top = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.prepared = {}

    def prepare(self, name, has_daemon, sockets):
        """Returns (what is expected, the folder of the prepared place)."""
        key = (name, has_daemon, sockets)
        if key not in self.prepared:
            place = self.top / f"{name}-{has_daemon:d}{sockets:d}"
            place.mkdir()
            expected = trial.survey(self.aws, OPERATIONS[name], has_daemon, sockets, place)
            self.prepared[key] = (expected, place)
        return self.prepared[key]

    def list(self, name, has_daemon, sockets):
        calls = self.prepare(name, has_daemon, sockets)[0].calls
        return points.select(OPERATIONS[name], has_daemon, sockets, calls)

    def run(self, point):
        expected, place = self.prepare(point.operation, point.has_daemon, point.sockets)
        return trial.run(self.aws, OPERATIONS[point.operation], point, expected, place)


def begin(folder):
    global worker
    worker = Worker(folder)


def list_points(arguments):
    """Returns (points, what is wrong with the operation even where nothing fails)."""
    try:
        return worker.list(*arguments), None
    except AssertionError as problem:
        return [], f"{problem}\n    (without a fault)"


def run_point(point):
    try:
        return point, *worker.run(point)
    except Exception:  # a point that cannot be tried is no point that held
        return point, [f"not tried: {traceback.format_exc()}"], True


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--operation", action="append", choices=OPERATIONS)
    parser.add_argument("--daemon", action="store_true")
    parser.add_argument("--sockets", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--at", type=int)
    parser.add_argument("--do", dest="action")
    return parser.parse_args()


def choose(pool, options):
    """Returns (the points that are asked for, what is wrong without any)."""
    if options.at:
        [name] = options.operation
        return [points.Point(name, options.daemon, options.sockets, options.at, options.action)], []
    if options.quick:
        names = options.operation or QUICK
        kinds = [(name, False, sockets) for name in names for sockets in (False, True)]
        kinds += [(name, True, True) for name in QUICK_DAEMON if name in names and has_daemon()]
    else:
        names = options.operation or OPERATIONS
        kinds = [(name, options.daemon, sockets) for name in names for sockets in (False, True)]
    chosen, wrong = [], []
    for found, problem in pool.map(list_points, kinds, 1):
        if problem and problem not in wrong:
            wrong.append(problem)
        if options.quick:
            found = points.sample(found, 90 if found and found[0].has_daemon else 45, 5)
        chosen += found[::options.sample]
    return chosen, wrong


def has_daemon():
    return shutil.which("gnome-keyring-daemon") and shutil.which("dbus-daemon")


def main():
    options = parse()
    trial.skip_without_tracing()
    if options.daemon and not has_daemon():
        print("SKIP: gnome-keyring-daemon is not installed")
        sys.exit(77)

    begun = time.monotonic()
    tried = missed = 0
    with tempfile.TemporaryDirectory(prefix="awsmfa-fault-") as top:
        with multiprocessing.Pool(options.jobs, begin, (top,)) as pool:
            chosen, wrong = choose(pool, options)
            if wrong:
                print(*wrong, sep="\n", flush=True)
            failed = len(wrong)
            if options.list:
                print(*chosen, sep="\n")
                return
            for point, problems, was_hit in pool.imap_unordered(run_point, chosen):
                tried += was_hit
                missed += not was_hit
                if problems:
                    failed += 1
                    print(point, *problems, sep="\n    ", flush=True)
    print(f"{tried} points tried, {missed} not met, {failed} violated something, "
          f"{time.monotonic() - begun:.0f} s")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()
