"""HTTP proxies, each with a way of its own; whatever name is asked for, one server is meant.

What arrived at them is counted: CONNECTs, how many of these brought a password, and tunnels.
"""

import base64
import select
import socket
import ssl
import struct
import threading
import time

PASSWORD = base64.b64encode(b"user:pass word").decode()
BASIC = 'Basic realm="p"'
DIGEST = 'Digest realm="p", nonce="n", qop="auth"'
WINDOWS = "Negotiate\r\nProxy-Authenticate: NTLM"
BOTH = f"{DIGEST}\r\nProxy-Authenticate: {BASIC}"

lock = threading.Lock()


class Proxy:
    def __init__(self, challenge=None, closes=False, status=None, babble=None, outage=None,
                 certificate=None, newest=ssl.TLSVersion.TLSv1_3):
        self.challenge, self.closes = challenge, closes
        self.status, self.babble = status, babble
        self.certificate, self.newest = certificate, newest  # none: not encrypted
        self.outage = outage  # how many CONNECTs get the status; none: all
        self.connects = self.offers = self.tunnels = 0
        self.target = "-"

    def report(self):
        return f"connects={self.connects} offers={self.offers} tunnels={self.tunnels} target={self.target}"


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def hang(connection):
    while connection.recv(65536):
        pass


def close(connection):
    pass


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def garbage(connection):
    connection.sendall(b"\xff" * 100 + b"\r\n\r\n")


PROXIES = {
    "proxy": Proxy(),
    "proxy-password": Proxy(BASIC),  # as Squid does it
    "proxy-closes": Proxy(BASIC, closes=True),
    "proxy-digest": Proxy(DIGEST),
    "proxy-windows": Proxy(WINDOWS),
    "proxy-both": Proxy(BOTH),
    "proxy-deny": Proxy(status="403 Forbidden"),
    "proxy-broken": Proxy(status="502 Bad Gateway"),
    "proxy-recovers": Proxy(BASIC, status="502 Bad Gateway", outage=2),
    "proxy-outage": Proxy(BASIC, status="407 Proxy Authentication Required", outage=1),
    "proxy-login": Proxy(status="401 Unauthorized"),
    "proxy-page": Proxy(status="302 Found"),
    "proxy-mute": Proxy(babble=hang),
    "proxy-drip": Proxy(babble=drip),
    "proxy-ends": Proxy(babble=close),
    "proxy-resets": Proxy(babble=reset),
    "proxy-garbage": Proxy(babble=garbage),
    "proxy-tls": Proxy(BASIC, certificate="good"),
    "proxy-tls-name": Proxy(BASIC, certificate="name-only"),
    "proxy-tls-digest": Proxy(DIGEST, certificate="good"),
    "proxy-tls-expired": Proxy(certificate="expired"),
    "proxy-tls-other-host": Proxy(certificate="other-host"),
    "proxy-tls-unknown-authority": Proxy(certificate="unknown-authority"),
    "proxy-tls-old": Proxy(certificate="good", newest=ssl.TLSVersion.TLSv1_1),
}


def answer(status, *headers):
    lines = [f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]
    return "\r\n".join(lines).encode()


def read_head(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    return data.decode("latin-1").split("\r\n")


def note(proxy, head):
    """Returns what the password was, if there was one."""
    given = [line.partition(":")[2].strip() for line in head
             if line.lower().startswith("proxy-authorization:")]
    with lock:
        proxy.connects += 1
        proxy.offers += bool(given)
        proxy.target = head[0].split(" ")[1]
    return given[0] if given else None


def tunnel(connection, port):
    """In one thread: an encrypted connection is not for two."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        other = {connection: server, server: connection}
        while True:
            if isinstance(connection, ssl.SSLSocket) and connection.pending():
                ready = [connection]
            else:
                ready = select.select(list(other), [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                other[source].sendall(data)


def serve(name, connection, port):
    """One connection; @port: where all tunnels lead."""
    proxy = PROXIES[name]
    while head := read_head(connection):
        given = note(proxy, head)
        if proxy.babble:
            proxy.babble(connection)
            return
        if not head[0].startswith("CONNECT "):
            connection.sendall(answer("405 Method Not Allowed"))
            return
        if proxy.status and (proxy.outage is None or proxy.connects <= proxy.outage):
            connection.sendall(answer(proxy.status))
            return
        if not proxy.challenge or (proxy.challenge in (BASIC, BOTH) and given == f"Basic {PASSWORD}"):
            with lock:
                proxy.tunnels += 1
            tunnel(connection, port)
            return
        connection.sendall(answer("407 Proxy Authentication Required",
                                  f"Proxy-Authenticate: {proxy.challenge}",
                                  *(["Connection: close"] if proxy.closes else [])))
        if proxy.closes:
            return
