#!/usr/bin/env python3
"""Answers the query client in every way that a network has been seen to answer.

The first line on stdout names the ports: "http=… good=… expired=… …". A request's path is
/CASE/BEHAVIOUR: the case is the caller's name for what it counts, the behaviour is a function below.
GET /report/CASE on the http port says what arrived: requests, the most sendings of one token code,
connections that carried them; and what was accepted since the start: connections to the other host
(to which redirects point) and to the good TLS port. GET /proxy/NAME says what arrived at a proxy (proxies.py).

It ends when stdin does.
"""

import calendar
import hashlib
import hmac
import os
import re
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import warnings
from email.utils import formatdate

import proxies

TLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "tls")
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
LIFETIME = 43200

lock = threading.Lock()
cases = {}
totals = {"other": 0, "good": 0}


class Case:
    def __init__(self):
        self.requests = 0
        self.codes = {}
        self.connections = set()


class Hang(Exception):
    """Nothing more is said, and the connection stays."""


class Request:
    def __init__(self, connection, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.connection = connection
        self.method, self.target, _ = lines[0].split(" ", 2)
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.body = body
        self.form = dict(urllib.parse.parse_qsl(body.decode()))
        parts = self.target.strip("/").split("/")
        self.case, self.behaviour = (parts + ["", ""])[:2]


def signature_is_right(request):
    match = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]+)/([^/]+)/aws4_request, "
                         r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
                         request.headers.get("authorization", ""))
    if not match:
        return False
    _, day, region, service, names, signature = match.groups()
    if not {"host", "x-amz-date", "content-type"} <= set(names.split(";")):
        return False
    canonical = "\n".join(
        [request.method, request.target, ""]
        + [f"{name}:{request.headers[name]}" for name in names.split(";")]
        + ["", names, hashlib.sha256(request.body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"],
                      f"{day}/{region}/{service}/aws4_request",
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest() == signature


def timestamp(when):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(when))


def http(body, status="200 OK", content_type="text/xml", date=None, headers=(), length=None):
    if isinstance(body, str):
        body = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}",
             f"Content-Length: {len(body) if length is None else length}",
             f"Date: {formatdate(date or time.time(), usegmt=True)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def without_date(body):
    return re.sub(rb"\r\nDate: [^\r]*", b"", http(body))


def error(code, message, status="403 Forbidden", **more):
    return http('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
                f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                "<RequestId>01234567-89ab-cdef</RequestId></ErrorResponse>", status, **more)


SESSION_TEXT = """<GetSessionTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetSessionTokenResult><Credentials>
    <SessionToken>
      AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/
      LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE==
    </SessionToken>
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
    <Expiration>EXPIRATION</Expiration><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
  </Credentials></GetSessionTokenResult>
  <ResponseMetadata><RequestId>58c5dbae-abef-11e0-8cfe-09039844ac7d</RequestId></ResponseMetadata>
</GetSessionTokenResponse>"""


def session(date=None):
    end = time.gmtime((date or time.time()) + LIFETIME)
    return SESSION_TEXT.replace("EXPIRATION", time.strftime("%Y-%m-%dT%H:%M:%S.611Z", end))


IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/division/alice</Arn>
  <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""

JSON_SESSION = ('{"GetSessionTokenResponse":{"GetSessionTokenResult":{"Credentials":{"AccessKeyId":'
                '"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",'
                '"SessionToken":"AQoEXAMPLE==","Expiration":%d}},"ResponseMetadata":'
                '{"RequestId":"58c5dbae"}}}') % (time.time() + LIFETIME)

RADOS_SESSION = ("<GetSessionTokenResponse><GetSessionTokenResult><Credentials>"
                 "<AccessKeyId>Q2oFGcMqf5XTeyWCMbX</AccessKeyId><Expiration>"
                 + time.strftime("%Y-%m-%dT%H:%M:%S.611222333Z", time.gmtime(time.time() + LIFETIME))
                 + "</Expiration><SecretAccessKey>IFUQWPD7YSA8B4EFS0R6</SecretAccessKey>"
                 "<SessionToken>qgYEHxqJsD==</SessionToken></Credentials></GetSessionTokenResult>"
                 "</GetSessionTokenResponse>")


def devices(names, marker=None):
    members = "".join(
        f"<member><UserName>alice</UserName><SerialNumber>arn:aws:iam::123456789012:mfa/{name}"
        "</SerialNumber><EnableDate>2024-01-02T03:04:05Z</EnableDate></member>" for name in names)
    more = f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>" if marker else \
        "<IsTruncated>false</IsTruncated>"
    return http('<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
                f"<ListMFADevicesResult><MFADevices>{members}</MFADevices>{more}"
                "</ListMFADevicesResult><ResponseMetadata><RequestId>r</RequestId>"
                "</ResponseMetadata></ListMFADevicesResponse>")


def ok(request, date=None):
    """What AWS would say: the signature is really looked at."""
    if not signature_is_right(request):
        return error("SignatureDoesNotMatch", "The request signature we calculated does not match "
                     "the signature you provided. Check your AWS Secret Access Key.", date=date)
    action = request.form.get("Action")
    if action == "GetCallerIdentity" and request.form.get("Version") == "2011-06-15":
        return http(IDENTITY, date=date)
    if action == "GetSessionToken" and request.form.get("Version") == "2011-06-15":
        return http(session(date), date=date)
    if action == "ListMFADevices" and request.form.get("Version") == "2010-05-08":
        marker = request.form.get("Marker")
        if marker is None:
            return devices(["a", "b"], "page two/=&amp;")
        return devices(["c"]) if marker == "page two/=&" else error("ValidationError", marker)
    return error("InvalidAction", "Could not find operation", "400 Bad Request")


def clock(request, offset, bracketed=True):
    """Accepts only a signature made within 15 minutes of a clock that is @offset ahead."""
    now = time.time() + offset
    given = request.headers["x-amz-date"]
    if abs(calendar.timegm(time.strptime(given, "%Y%m%dT%H%M%SZ")) - now) <= 900:
        return ok(request, date=now)
    if not bracketed:
        return http("<Error><Code>RequestTimeTooSkewed</Code><Message></Message>"
                    "<RequestId>tx0</RequestId></Error>", "403 Forbidden", date=now)
    if offset > 0:
        message = (f"Signature expired: {given} is now earlier than {timestamp(now - 900)} "
                   f"({timestamp(now)} - 15 min.)")
    else:
        message = (f"Signature not yet current: {given} is still later than {timestamp(now + 900)} "
                   f"({timestamp(now)} + 15 min.)")
    return error("SignatureDoesNotMatch", message, headers=["X-Note: the message counts"])


def first(answer, then=ok):
    """@answer to the first request of the case, then the other."""
    def behaviour(request):
        return answer if cases[request.case].requests == 1 else then(request)
    return behaviour


def say(answer):
    return lambda request: answer


def say_and_close(answer):
    def behaviour(request):
        request.connection.sendall(answer)
        return None
    return behaviour


def hang(request):
    raise Hang


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def rst(request):
    reset(request.connection)
    return None


def rst_later(request):
    """A good answer, and the kept connection is torn down behind it."""
    request.connection.sendall(ok(request))
    time.sleep(0.05)
    reset(request.connection)
    return None


def second_lost(request):
    """The second request on a connection is read, and never answered."""
    return ok(request) if cases[request.case].requests == 1 else None


def drip(request):
    request.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>")
    while True:
        request.connection.sendall(b" ")
        time.sleep(0.05)


def drip_headers(request):
    request.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(1000):
        request.connection.sendall(b"X: %d\r\n" % i)
        time.sleep(0.05)


def endless(request):
    request.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>")
    while True:
        request.connection.sendall(b"<b>x</b>" * 8192)


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


def preambles(request):
    """An answer that never comes to the point, as fast as it can."""
    while True:
        request.connection.sendall(EARLY_HINTS * 4096)


def chunked(body, cut=False):
    head = ("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n")
    text = head.encode()
    for i in range(0, len(body), 100):
        part = body[i:i + 100].encode()
        text += b"%x\r\n%s\r\n" % (len(part), part)
    return text[:-120] if cut else text + b"0\r\n\r\n"


HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the hotel</body></html>"
HTML_TYPE = "text/html; charset=utf-8"
THROTTLED = error("Throttling", "Rate exceeded", "400 Bad Request")
INTERNAL = error("InternalFailure", "Try again.", "500 Internal Server Error")
MOTO_ERROR = http("<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>"
                  "MultiFactorAuthentication failed with invalid MFA one time pass code.</Message>"
                  "</Error></Errors><RequestID>m</RequestID></ErrorResponse>",
                  "403 Forbidden", HTML_TYPE)

SESSION = session()
BEHAVIOURS = {
    "ok": ok,
    "html": say(http(HTML, content_type=HTML_TYPE)),
    "empty": say(http("")),
    "half": say_and_close(http(SESSION[:300], length=len(SESSION))),
    "half-well-formed": say_and_close(http("<a>short</a>", length=4000)),
    "half-xml": say(http(SESSION[:300])),
    "chunked": say(chunked(SESSION)),
    "chunks-cut": say_and_close(chunked(SESSION, cut=True)),
    "until-close": say_and_close(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + SESSION.encode()),
    "fin": say_and_close(b""),
    "rst": rst,
    "rst-later": rst_later,
    "fin-later": lambda request: request.connection.sendall(ok(request)),
    "second-lost": second_lost,
    "hang": hang,
    "big": say_and_close(http(b"<a>" + b"x" * 10_000_000 + b"</a>")),
    "endless": endless,
    "preambles": preambles,
    "few-preambles": lambda request: EARLY_HINTS * 4 + ok(request),
    "drip": drip,
    "drip-headers": drip_headers,
    "garbage": say_and_close(bytes(range(255, 0, -1)) * 40),
    "garbage-body": say(http(bytes(range(255, 0, -1)) * 40)),
    "garbage-gzip": say(http(b"\x1f\x8b\x08" + bytes(200), headers=["Content-Encoding: gzip"])),
    "fault": say(INTERNAL),
    "fault-html": say(http(HTML, "503 Service Unavailable", HTML_TYPE)),
    "fault-once": first(INTERNAL),
    "fault-html-once": first(http(HTML, "502 Bad Gateway", HTML_TYPE)),
    "throttled": say(THROTTLED),
    "throttled-once": first(THROTTLED),
    "fin-once": first(None),
    "unauthorized": say(http(HTML, "401 Unauthorized", HTML_TYPE,
                             headers=['WWW-Authenticate: Basic realm="hotel"'])),
    "not-found": say(http("<a/>", "404 Not Found")),
    "no-keys": say(http("<GetSessionTokenResponse><GetSessionTokenResult/></GetSessionTokenResponse>")),
    "fast-clock": lambda request: clock(request, 3600),
    "slow-clock": lambda request: clock(request, -3600),
    "date-only-clock": lambda request: clock(request, 3600, bracketed=False),
    "last-clock": say(error("RequestTimeTooSkewed", "", date=253402300799)),
    "stubborn-clock": lambda request: clock(request, 3600 * cases[request.case].requests),
    "wrong-code": say(error("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time "
                            "pass code.")),
    "wrong-device": say(error("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA "
                              "code.  Please verify your MFA serial number is valid and associated with "
                              "this user.")),
    "unknown-key": say(error("InvalidClientTokenId",
                             "The security token included in the request is invalid.")),
    "moto-error": say(MOTO_ERROR),
    "rados": say(http(RADOS_SESSION)),
    "rados-error": say(http("<Error><Code>AccessDenied</Code><Message></Message><RequestId>tx0"
                            "</RequestId></Error>", "403 Forbidden")),
    "rados-no-action": say(http("<Error><Code>MethodNotAllowed</Code><Message></Message></Error>",
                                "405 Method Not Allowed")),
    "json": say(http(JSON_SESSION, content_type="application/json")),
    "json-error": say(http('{"Error":{"Code":"ExpiredToken","Message":"The security token included in the '
                           'request is expired","Type":"Sender"},"RequestId":"j"}', "403 Forbidden",
                           "application/json")),
    "past": say(http(session(time.time() - LIFETIME - 10))),
    "far-future": say(http(SESSION_TEXT.replace("EXPIRATION", "9999-12-31T23:59:59Z"))),
    "same-key": say(http(SESSION.replace("ASIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"))),
    "other-action": say(http(SESSION.replace("GetSessionToken", "AssumeRole"))),
    "next-line": say(http(SESSION.replace("AQoEXAMPLE", "AQo\x85EXAMPLE"))),
    "no-break-space": say(http(SESSION.replace("ASIAIOSF", "\xa0ASIAIOSF"))),
    "nul": say(http(SESSION.replace("AQoEXAMPLE", "AQo\0EXAMPLE"))),
    "nul-reference": say(http(SESSION.replace("AQoEXAMPLE", "AQo&#0;EXAMPLE"))),
    "no-date-day": say(without_date(session(time.time() + 80000))),
    "no-date-far": say(without_date(session(time.time() + 200000))),
    "same-marker": lambda request: devices(["a"], "m"),
    "new-markers": lambda request: devices(["a"], f"m{cases[request.case].requests}"),
}


def answer(request, ports):
    match = re.fullmatch(r"redirect-(\d+)-(same|other)", request.behaviour)
    if match:
        port = ports["http" if match[2] == "same" else "other"]
        location = f"Location: http://127.0.0.1:{port}/{request.case}/ok"
        return http(HTML, f"{match[1]} Elsewhere", HTML_TYPE, headers=[location])
    return BEHAVIOURS[request.behaviour](request)


def report(request):
    case = cases.get(request.behaviour, Case())
    if request.case == "proxy":
        text = proxies.PROXIES[request.behaviour].report()
    else:
        text = " ".join([f"requests={case.requests}", f"code={max(case.codes.values(), default=0)}",
                         f"connections={len(case.connections)}",
                         *(f"{key}={value}" for key, value in totals.items())])
    return http(text, content_type="text/plain", headers=["Connection: close"])


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
        if data[0] == 0x16:  # a TLS handshake, where no TLS is spoken
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    match = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    while len(body) < (int(match[1]) if match else 0):
        body += connection.recv(65536)
    return Request(connection, head, body)


def serve(connection, ports):
    while True:
        request = read_request(connection)
        if not request:
            return
        if request.case in ("report", "proxy"):
            connection.sendall(report(request))
            return
        with lock:
            case = cases.setdefault(request.case, Case())
            case.requests += 1
            case.connections.add(connection)
            code = request.form.get("TokenCode")
            if code:
                case.codes[code] = case.codes.get(code, 0) + 1
        text = answer(request, ports)
        if not text:
            return
        connection.sendall(text)


def handle(connection, kind, context, ports):
    with lock:
        if kind in totals:
            totals[kind] += 1
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        if kind in proxies.PROXIES:
            proxies.serve(kind, connection, ports["good"])
        else:
            serve(connection, ports)
        connection.close()
    except Hang:
        return
    except OSError:
        connection.close()


def listen(kind, context, listener, ports):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection, kind, context, ports), daemon=True).start()


def tls(name, newest=ssl.TLSVersion.TLSv1_3):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest < ssl.TLSVersion.TLSv1_2:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old versions are the point
            context.minimum_version = context.maximum_version = newest
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(os.path.join(TLS, name + ".pem"))
    return context


def second_addresses(ports):
    """Proxies that "localhost" has two addresses of."""
    for kind in proxies.PROXIES:
        try:
            yield kind, socket.create_server(("::1", ports[kind]), family=socket.AF_INET6)
        except OSError:
            pass  # no IPv6 here, or somebody else's port


def main():
    kinds = {"http": None, "other": None}
    for name, proxy in proxies.PROXIES.items():
        kinds[name] = tls(proxy.certificate, proxy.newest) if proxy.certificate else None
    for name in ("good", "expired", "other-host", "unknown-authority"):
        kinds[name] = tls(name)
    listeners = {kind: socket.create_server(("127.0.0.1", 0)) for kind in kinds}
    ports = {kind: listener.getsockname()[1] for kind, listener in listeners.items()}
    accepting = [*listeners.items(), *second_addresses(ports)]
    for kind, listener in accepting:
        threading.Thread(target=listen, args=(kind, kinds[kind], listener, ports), daemon=True).start()
    print(" ".join(f"{kind}={port}" for kind, port in ports.items()), flush=True)
    sys.stdin.read()


main()
