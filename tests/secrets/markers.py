"""What must not be found, in each of the forms in which it could lie somewhere."""

import base64
import re
import urllib.parse

# Of a secret this much in the middle is looked for: an allocator writes over the ends of what it
# was given back.
PIECE = 20


class Marker:
    """A secret with a name for the messages."""

    def __init__(self, name, secret):
        self.name = name
        self.secret = secret
        self.pattern = re.compile(b"|".join(self._forms(secret.encode())))

    @staticmethod
    def _forms(secret):
        middle = secret[len(secret) // 2 - PIECE // 2:][:PIECE]
        yield re.escape(middle)
        quoted = urllib.parse.quote_from_bytes(middle, safe="").encode()
        if quoted != middle:
            yield re.escape(quoted)
        for start in range(3):
            # Whole groups of three bytes: what stands around them does not change their letters.
            piece = middle[start:]
            yield re.escape(base64.b64encode(piece[:len(piece) // 3 * 3]))

    def find(self, content):
        return self.pattern.finditer(content)

    def __contains__(self, content):
        return self.pattern.search(content) is not None


class CodeMarker(Marker):
    """Six digits, which are part of many a longer number."""

    @staticmethod
    def _forms(secret):
        yield rb"(?<![0-9])" + secret + rb"(?![0-9])"
