#!/usr/bin/python3
"""Peers that speak TLS, or half of it, and then do not keep to HTTP.

The first line on stdout names the ports: "http=… mute=… h2-close=… …", one for each way below. GET
/report/NAME on the http port says what arrived there: connections, how many of them are still open, and bytes of a request.

It ends when stdin does.
"""

import os
import socket
import ssl
import struct
import sys
import threading
import time
import warnings

TLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "tls")
SETTINGS = b"\0\0\0\4\0\0\0\0\0"
GOAWAY = b"\0\0\x08\x07\0\0\0\0\0" + struct.pack(">II", 0, 0)

lock = threading.Lock()
counts = {}  # name → [connections, open, bytes]


def context(alpn=("h2",), versions=(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(os.path.join(TLS, "good.pem"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old versions are the point
        made.minimum_version, made.maximum_version = versions
    if versions[1] < ssl.TLSVersion.TLSv1_2:
        made.set_ciphers("ALL:@SECLEVEL=0")
    if alpn:
        made.set_alpn_protocols(alpn)
    return made


def forever(connection):
    """Reads on, until the other side closes."""
    while connection.recv(65536):
        pass


class Counting:
    """A connection whose bytes are counted."""

    def __init__(self, connection, name):
        self.connection, self.name = connection, name
        self.sendall = connection.sendall

    def recv(self, size):
        data = self.connection.recv(size)
        with lock:
            counts[self.name][2] += len(data)
        return data


def after(*texts, then=None):
    """Reads once, says @texts, and closes or goes on."""
    def behaviour(connection):
        connection.recv(65536)
        for text in texts:
            connection.sendall(text)
        if then:
            then(connection)
    return behaviour


def drip(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_handshake(connection):
    """A TLS record that promises much and comes byte by byte."""
    connection.sendall(b"\x16\x03\x03\x3f\xff\x02")
    while True:
        connection.sendall(b"\0")
        time.sleep(0.05)


IDENTITY = b"""<GetCallerIdentityResponse><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/alice</Arn><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (
    len(IDENTITY), IDENTITY)


def answer(connection, pause=0):
    """Every request that ends in one piece with its head, or behind it."""
    data = connection.recv(65536)
    while data:
        if b"Version=2011-06-15" in data:
            time.sleep(pause)
            connection.sendall(ANSWER)
            data = b""
        more = connection.recv(65536)
        data = data + more if more else b""


HTTP1 = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
V = ssl.TLSVersion
# Name → what is spoken below (none: nothing), and what is done then.
WAYS = {
    "mute": (None, forever),
    "drip-handshake": (None, drip_handshake),
    "close-handshake": (None, lambda connection: connection.recv(1)),
    "mute-tls": (context(None), forever),
    "drip": (context(None), drip),
    "late": (context(None), lambda connection: answer(connection, 0.6)),
    "h2-close": (context(), after()),
    "h2-garbage": (context(), after(b"garbage\r\n" * 40, then=forever)),
    "h2-garbage-close": (context(), after(b"\xff" * 400)),
    "h2-http1": (context(), after(HTTP1, then=forever)),
    "h2-http1-close": (context(), after(HTTP1)),
    "h2-mute": (context(), forever),
    "h2-settings-close": (context(), after(SETTINGS)),
    "h2-goaway": (context(), after(SETTINGS, GOAWAY, then=forever)),
    "h2-goaway-close": (context(), after(SETTINGS, GOAWAY)),
    "tls-1.0": (context(None, (V.TLSv1, V.TLSv1)), answer),
    "tls-1.1": (context(None, (V.TLSv1_1, V.TLSv1_1)), answer),
    "tls-1.2": (context(None, (V.TLSv1_2, V.TLSv1_2)), answer),
    "tls-1.3": (context(None, (V.TLSv1_3, V.TLSv1_3)), answer),
}


def report(connection):
    name = connection.recv(65536).split(b" ")[1].decode().rsplit("/", 1)[1]
    with lock:
        text = "connections={} open={} bytes={}".format(*counts.get(name, (0, 0, 0))).encode()
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))


def count(name, change):
    with lock:
        numbers = counts.setdefault(name, [0, 0, 0])
        numbers[0] += change > 0
        numbers[1] += change


def serve(connection, name):
    if name == "http":
        report(connection)
        return
    below, behaviour = WAYS[name]
    count(name, 1)
    try:
        if below:
            connection = below.wrap_socket(connection, server_side=True)
        behaviour(Counting(connection, name))
        connection.close()
    finally:
        count(name, -1)


def handle(connection, name):
    try:
        with connection:
            serve(connection, name)
    except OSError:
        pass


def listen(name, listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection, name), daemon=True).start()


def main():
    listeners = {name: socket.create_server(("127.0.0.1", 0)) for name in ("http", *WAYS)}
    # Takes connections by the kernel alone, and only as many as it has room for.
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for client in waiting:
        client.setblocking(False)
        client.connect_ex(full.getsockname())
    for name, listener in listeners.items():
        threading.Thread(target=listen, args=(name, listener), daemon=True).start()
    ports = {**listeners, "full": full}
    print(" ".join(f"{name}={listener.getsockname()[1]}" for name, listener in ports.items()), flush=True)
    sys.stdin.read()


main()
