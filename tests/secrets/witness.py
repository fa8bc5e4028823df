"""What programs tell others: each byte that they write or send and each program that they start, by
strace; and each message on the session bus, whoever sent it."""

import re

from session import wait_until

CALLS = "execve,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg"
WRAPPER = """#!/bin/sh
exec strace -f -yy -v -s 1000000 -e trace={calls} -e signal=none -o {folder}/{name}.$$ {program} "$@"
"""


class Witness:
    def __init__(self, desk):
        """From now on the programs of `desk` are watched."""
        self._desk = desk
        self._folder = desk.session.root / "witness"
        self._folder.mkdir()
        self._read = {}
        desk.applet = self._wrap(desk.applet)
        desk.cli = self._wrap(desk.cli)
        self._watch_bus()

    def _wrap(self, program):
        wrapper = self._folder / program.name
        wrapper.write_text(
            WRAPPER.format(calls=CALLS, folder=self._folder, name=program.name, program=program)
        )
        wrapper.chmod(0o700)
        return wrapper

    def _watch_bus(self):
        bus = self._folder / "bus.pcap"
        self._desk.session.spawn("monitor", ["sh", "-c", f"exec dbus-monitor --pcap >{bus}"])

        def is_watched():
            self._desk.session.call(
                "org.freedesktop.DBus", "/are/you/there", "org.freedesktop.DBus.Peer", "Ping"
            )
            return bus.exists() and b"/are/you/there" in bus.read_bytes()

        wait_until(is_watched, "the bus to be watched")

    def _news(self, path):
        """What has come to a file since the last call."""
        start = self._read.get(path, 0)
        with open(path, "rb") as stream:
            stream.seek(start)
            news = stream.read()
        self._read[path] = start + len(news)
        return news

    def told(self, markers, allowed=()):
        """Where one of `markers` was told since the last call; `allowed` are (name, pattern) of
        system calls."""
        found = []
        for path in sorted(self._folder.glob("*.*")):
            news = self._news(path)
            # A message has its marker anywhere; a system call is a line.
            for line in [news] if path.suffix == ".pcap" else news.splitlines():
                for marker in markers:
                    if line in marker and not any(
                        name == marker.name and re.search(pattern, line)
                        for name, pattern in allowed
                    ):
                        found.append((marker.name, path.name, line[:120]))
        return found

    def stored(self, markers, allowed=()):
        """The files of the desktop that hold one of `markers`; `allowed` are (name, file)."""
        root = self._desk.session.root
        return [
            (marker.name, str(path))
            for path in sorted(root.rglob("*"))
            if path.is_file() and self._folder not in path.parents
            for marker in markers
            if path.read_bytes() in marker and (marker.name, path) not in allowed
        ]
