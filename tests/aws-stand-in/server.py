#!/usr/bin/python3
"""A stand-in for the parts of AWS STS and IAM that an MFA login needs, on a loopback port.

Signatures are verified by botocore, codes are real TOTP codes and each is accepted once, and every
answer is AWS's own XML with AWS's codes and words. When it is ready it prints one line of JSON:

    {"endpoint": "http://127.0.0.1:PORT", "port": PORT, "pid": PID}

It ends on SIGTERM, SIGINT, and with --follow-stdin when its standard input is closed (so that it
never outlives the test that started it).
"""

import argparse
import email.utils
import json
import os
import signal
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import behaviour
import services
import signature
import wire
from account import Account
from control import Control, Refused
from errors import AwsError

BODY_LIMIT = 1 << 20


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "AmazonStandIn"
    disable_nagle_algorithm = True
    timeout = 120

    def setup(self):
        super().setup()
        self.connection_number = self.server.count_connection()

    def log_message(self, text, *arguments):
        if self.server.verbose:
            sys.stderr.write("%s\n" % (text % arguments))

    def do_GET(self):
        self._serve()

    def do_POST(self):
        self._serve()

    def _serve(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        target = urllib.parse.urlsplit(self.path)
        if target.path.startswith("/_control/"):
            self._serve_control(target, body)
        else:
            self._serve_aws(target, body)

    # The control side

    def _serve_control(self, target, body):
        name = target.path.removeprefix("/_control/").strip("/")
        try:
            if self.command == "GET":
                argument = dict(urllib.parse.parse_qsl(target.query))
            else:
                argument = json.loads(body or b"null")
            status, value = 200, self.server.control.answer(self.command, name, argument)
        except (Refused, ValueError) as problem:
            status, value = 400, {"error": str(problem)}
        self._send(status, "application/json", json.dumps(value).encode() + b"\n")

    # The AWS side

    def _serve_aws(self, target, body):
        form = body.decode("utf-8", "replace") if self.command == "POST" else target.query
        parameters = dict(urllib.parse.parse_qsl(form, keep_blank_values=True))
        action = parameters.get("Action", "")
        record = self.server.record(self, action, parameters)
        planned = self.server.behaviours.take(action)
        if planned and planned["kind"] in behaviour.BEFORE:
            record["behaviour"] = planned["kind"]
            self._misbehave(planned)
            return
        status, kind, text = self._answer_aws(action, parameters, body, record)
        if planned:
            record["behaviour"] = planned["kind"]
            self._answer_oddly(planned, status, kind, text)
        else:
            self._send(status, kind, text)

    def _answer_aws(self, action, parameters, body, record):
        account = self.server.account
        service = services.VERSIONS.get(parameters.get("Version"), "sts")
        as_json = "application/json" in self.headers.get("Accept", "")
        shape = {"shape": self.server.shape, "as_json": as_json}
        url = f"{self.server.scheme}://{self.headers.get('Host', '')}{self.path}"
        try:
            with account.lock:
                key, record["region"] = signature.verify(
                    account, service, self.command, url, self.headers, body
                )
                result = services.call(account, service, action, key, parameters)
            status = 200
            kind, text = wire.success(service, action, result, self.request_id, **shape)
        except AwsError as refusal:
            status = refusal.status
            record["error"] = refusal.code
            kind, text = wire.failure(service, refusal, self.request_id, **shape)
        record["status"] = status
        record["service"] = service
        return status, kind, text.encode()

    def _misbehave(self, planned):
        kind = planned["kind"]
        if kind in behaviour.REFUSALS or kind == "error":
            refusal = behaviour.REFUSALS.get(kind) or AwsError(
                planned["status"], planned["code"], planned["message"]
            )
            content, text = wire.failure("sts", refusal, self.request_id, self.server.shape)
            self._send(refusal.status, content, text.encode())
        elif kind == "html":
            self._send(200, "text/html; charset=utf-8", behaviour.PORTAL.encode())
        elif kind == "redirect":
            self._send(
                planned.get("status", 302),
                "text/html",
                b"",
                Location=planned.get("location", self.server.endpoint + "/elsewhere"),
            )
        elif kind == "empty":
            self._send(200, "text/xml", b"")
        elif kind == "garbage":
            self._send(200, "text/xml", bytes(range(256)) * 4)
        elif kind == "huge":
            filler = b"<Filler>" + b"x" * int(planned.get("bytes", 10_000_000)) + b"</Filler>"
            self._send(200, "text/xml", b"<GetSessionTokenResponse>" + filler)
        else:
            if kind == "silent":
                self.server.behaviours.wait()
            self._hang_up(kind == "reset")

    def _answer_oddly(self, planned, status, kind, text):
        way = planned["kind"]
        if way == "lost":
            self._hang_up(False)
            return
        if way == "slow":
            time.sleep(float(planned.get("seconds", 5)))
        elif way == "hold":
            self.server.behaviours.wait()
        if way == "truncated":
            self._send_head(status, kind, len(text))
            self.wfile.write(text[: len(text) // 2])
            self._hang_up(False)
        elif way == "drip":
            self._send_head(status, kind, len(text))
            for index in range(len(text)):
                self.wfile.write(text[index : index + 1])
                self.wfile.flush()
                time.sleep(float(planned.get("seconds", 1)))
        else:
            self._send(status, kind, text)

    # The wire

    @property
    def request_id(self):
        if not hasattr(self, "_request_id"):
            self._request_id = str(uuid.uuid4())
        return self._request_id

    def parse_request(self):
        self.__dict__.pop("_request_id", None)
        return super().parse_request()

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(self.server.account.now(), usegmt=True)

    def _send_head(self, status, kind, length, **headers):
        self.send_response(status)
        self.send_header("x-amzn-RequestId", self.request_id)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status, kind, body, **headers):
        self._send_head(status, kind, len(body), **headers)
        self.wfile.write(body)

    def _hang_up(self, abruptly):
        self.close_connection = True
        if abruptly:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.rfile.close()
            self.connection.close()
        else:
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port, scheme, verbose):
        super().__init__(("127.0.0.1", port), Handler)
        self.scheme = scheme
        self.verbose = verbose
        host = "localhost" if scheme == "https" else "127.0.0.1"
        self.endpoint = f"{scheme}://{host}:{self.server_address[1]}"
        self.account = Account()
        self.behaviours = behaviour.Behaviours()
        self.requests = []
        self.shape = "aws"
        self.control = Control(self)
        self._connections = 0
        self._lock = threading.Lock()

    def count_connection(self):
        with self._lock:
            self._connections += 1
            return self._connections

    def record(self, handler, action, parameters):
        """Note a request; what becomes of it is added by the handler."""
        credential = handler.headers.get("Authorization", "").partition("Credential=")[2]
        entry = {
            "action": action,
            "key_id": credential.split("/", 1)[0],
            "method": handler.command,
            "path": handler.path,
            "with_token": "X-Amz-Security-Token" in handler.headers,
            "user_agent": handler.headers.get("User-Agent", ""),
            "parameters": parameters,
            "connection": handler.connection_number,
            "at": time.time(),
        }
        with self._lock:
            self.requests.append(entry)
        return entry

    def handle_error(self, request, client_address):
        # A client that goes away is part of the tests; anything else is a fault in here.
        if not isinstance(sys.exc_info()[1], (OSError, ValueError)):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="PEM files")
    parser.add_argument("--follow-stdin", action="store_true", help="end when stdin is closed")
    parser.add_argument("--verbose", action="store_true", help="a line on stderr a request")
    arguments = parser.parse_args()

    server = Server(arguments.port, "https" if arguments.tls else "http", arguments.verbose)
    if arguments.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments.tls)
        # The handshake belongs to the connection's own thread.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )

    def stop(*_):
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if arguments.follow_stdin:
        def follow():
            # Not through a buffer, whose lock the interpreter would want when it ends.
            while os.read(0, 4096):
                pass
            stop()

        threading.Thread(target=follow, daemon=True).start()

    ready = {
        "endpoint": server.endpoint,
        "port": server.server_address[1],
        "pid": os.getpid(),
    }
    print(json.dumps(ready), flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


if __name__ == "__main__":
    main()
