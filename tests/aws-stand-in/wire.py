"""Results and refusals on the wire: the XML that AWS sends, the shapes of other servers, and JSON.

Shapes: `aws` (also with milliseconds, as the CLI's own test data have them), `radosgw` (no
namespace, no declaration, nanoseconds, root `<Error>`) and `moto` (microseconds, `<Errors>`).
"""

import datetime
import json
from xml.sax.saxutils import escape

from services import NAMESPACES

XML = "text/xml"
JSON = "application/json"
FRACTIONS = {"aws": "", "milliseconds": ".000", "radosgw": ".123456789", "moto": ".123456"}
SHAPES = tuple(FRACTIONS)


def _text(value, shape):
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S") + FRACTIONS[shape] + "Z"
    return str(value)


def _elements(value, shape, depth):
    newline, indent = ("", "") if shape == "radosgw" else ("\n", "  " * depth)
    if isinstance(value, dict):
        return newline + "".join(
            f"{indent}<{name}>{_elements(child, shape, depth + 1)}</{name}>{newline}"
            for name, child in value.items()
        ) + indent[2:]
    if isinstance(value, list):
        return newline + "".join(
            f"{indent}<member>{_elements(child, shape, depth + 1)}</member>{newline}"
            for child in value
        ) + indent[2:]
    return escape(_text(value, shape))


def _plain(value):
    if isinstance(value, datetime.datetime):
        return int(value.timestamp())
    if isinstance(value, dict):
        return {name: _plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return value


def success(service, action, result, request_id, shape="aws", as_json=False):
    """A result as (content type, text)."""
    document = {f"{action}Result": result}
    if shape != "radosgw":
        document["ResponseMetadata"] = {"RequestId": request_id}
    if as_json:
        return JSON, json.dumps({f"{action}Response": _plain(document)})
    namespace = "" if shape == "radosgw" else f' xmlns="{NAMESPACES[service]}"'
    body = _elements(document, shape, 1)
    return XML, f"<{action}Response{namespace}>{body}</{action}Response>"


def failure(service, error, request_id, shape="aws", as_json=False):
    """An AwsError as (content type, text)."""
    words = {"Type": error.type, "Code": error.code, "Message": error.message}
    if as_json:
        return JSON, json.dumps({"Error": words, "RequestId": request_id})
    if shape == "radosgw":
        del words["Type"]
        words["RequestId"] = request_id
        return XML, f"<Error>{_elements(words, shape, 1)}</Error>"
    document = {"Error": words, "RequestId": request_id}
    kind = XML
    if shape == "moto":
        document["Errors"] = {"Error": document.pop("Error")}
        kind = "text/html; charset=utf-8"
    body = _elements(document, shape, 1)
    return kind, f'<ErrorResponse xmlns="{NAMESPACES[service]}">{body}</ErrorResponse>\n'
