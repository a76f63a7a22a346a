"""livewidget: live Python user interfaces in the browser, in one file with nothing to install.

    import livewidget as lw

    app = lw.Application(http_port=8080)

    @app.on_connect
    def build(session):
        W = session.get_widgets()
        top = W.TopLevel(title="Hello")
        button = W.Button("Click me")
        button.on("activated", lambda: button.set_text("Thank you"))
        top.set_widget(button)
        top.show()

    app.run()                       # prints nothing; open app.url in a browser

or, as the last lines of a notebook's cell, with functions that a small server process keeps calling:

    class Clock(lw.DynamicWidget):
        def get_endpoints(self):
            @self.endpoint("/api/time")
            def now():
                return {"time": time.strftime("%H:%M:%S")}

        def get_template(self):
            return "<h1>{time}</h1>"

    Clock()

Python holds the truth: every session owns a StateLog of cells (widget, name) -> value, each
stamped with the number of its last change. A browser is only a cursor into that log, and the one
question the engine answers is "what changed since N?". A live update, a loop of 20,000 calls, a
slow browser, a dropped connection, a reload and a second window are that question with another N.

Sections, lowest layer first; a section uses those above it and never those below
(`grep -n '^# [0-9]' livewidget.py` is the table of contents):

    1 Constants and limits   2 Errors             3 Small helpers      4 HTTP messages
    5 WebSocket protocol     6 Reactor            7 State log          8 Sessions
    9 Widget base           10 Widget catalogue  11 Application       12 Servers
    13 DynamicWidget        14 Demo              15 Command line      16 Embedded client
    17 Start

Copyright (c) 2026 the livewidget developers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

from __future__ import annotations

import base64
import codecs
import collections
import errno
import functools
import heapq
import io
import itertools
import json
import math
import operator
import os
import re
import selectors
import socket
import sys
import threading
import time
import weakref
import zlib

__version__ = "0.1.0"

__all__ = [
    "Application", "Session", "AsyncApplication", "async_", "Widget", "Container", "WIDGETS", "state", "text_state", "call", "ask", "checked",
    "widget", "connect", "merge_text", "WebSocketProtocol", "WebSocketClient", "Ping", "Pong", "Closed", "EchoServer",
    "LivewidgetError", "UsageError", "ProtocolError", "BrowserError", "PortInUseError", "main", "__version__",
    "DynamicWidget", "Template", "create", "servers", "terminate_all", "Server", "Servers", "Log", "Environment", "HTML", "ServerError",
    "ServerNotFoundError", "ServerAlreadyExistsError", "ServerStartupError",
    "Box", "VBox", "HBox", "ButtonBox", "FixedLayout", "GridBox", "Splitter", "Frame", "Separator", "Expander", "TabWidget",
    "StackWidget", "TopLevel", "MDISubWindow", "MDIWidget", "Page", "Dialog", "Button", "CheckBox", "RadioButton", "ToggleButton", "Label", "StatusBar", "TextEntry",
    "TextEntrySet", "TextArea", "TextSource", "TextBufferRef", "HtmlView", "ComboBox", "SpinBox", "Slider", "Dial", "ScrollBar", "ProgressBar", "Image", "VideoWidget", "Canvas",
    "TreeView", "TableView", "MenuAction", "ToolBarAction", "ToolBar", "Menu", "MenuBar", "Timer",
    "AbstractScrollArea", "ScrollArea", "FileDialog", "ExternalWidget", "ColorWidget", "ColorDialog",
    "FileBrowser", "ICONS", "set_icon", "Callbacks", "Buffer", "is_buffer",
]

################################################################################
# 1. Constants and limits ######################################################
################################################################################
# Numbers with their unit and source. Where somebody may need another value, a keyword argument
# of the same name exists.

#: Longest request line and longest header line, in bytes. Ours: RFC 9112, 3 recommends 8000 at least.
MAX_LINE_BYTES = 8192
#: Header lines in one request. Ours.
MAX_HEADER_LINES = 100
#: A request's whole head, in bytes. Ours.
MAX_HEAD_BYTES = 65536
#: Parameters of one query string. Ours.
MAX_QUERY_FIELDS = 100
#: Bytes kept unparsed behind a request that is being answered; then reading pauses.
MAX_PIPELINED_BYTES = 65536
#: Requests of one connection.
MAX_REQUESTS = 1000
#: Input read and thrown away after a refused head, so that a reset does not overtake the answer: bytes, seconds.
DRAIN_BYTES, DRAIN_S = 256 * 1024, 2.0
#: Parsed heads kept for requests whose bytes are identical: entries, bytes.
HEAD_CACHE_ENTRIES, HEAD_CACHE_BYTES = 256, 256 * 1024

#: Largest WebSocket message accepted, in bytes after unmasking. Ours: RFC 6455, 10.4 asks only that there be a limit.
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
#: A compressed message is inflated in parts of this many bytes.
INFLATE_BYTES = 256 * 1024
#: Fragments of one message: this many, and one more for each 64 bytes received.
MAX_FRAGMENTS, FRAGMENT_BYTES = 1024, 64
#: Seconds for a complete head; for a body, plus one per BODY_BYTES_PER_S; for the next request on a kept connection.
HEAD_TIMEOUT_S, BODY_TIMEOUT_S, BODY_BYTES_PER_S, KEEP_ALIVE_S = 10.0, 10.0, 16384, 15.0
#: Output that makes no progress for this many seconds aborts the connection.
WRITE_TIMEOUT_S = 30.0
#: Seconds for a TLS handshake, and for a peer's answer to our close frame.
TLS_TIMEOUT_S, CLOSE_TIMEOUT_S = 10.0, 5.0
#: Seconds between pings on a WebSocket; one that nothing came from between two of them is dead.
PING_EVERY_S = 20.0
#: A held changes request is answered after this many seconds although nothing changed.
HOLD_S = 25.0

#: Open connections of one process, and those among them without a complete head.
MAX_CONNECTIONS, MAX_HEADLESS = 4096, 128
#: Descriptors left for the program when RLIMIT_NOFILE is lower than that.
SPARE_DESCRIPTORS = 64
#: Browsers of one session, browsers that wait for a place under max_sessions, sessions without a browser.
MAX_BROWSERS, MAX_WAITING, MAX_ABSENT_SESSIONS = 16, 16, 200
#: A file that FileDialog.save() offers, in bytes: it travels in one message.
MAX_SAVE_BYTES = 2 * 1024 ** 2
#: How pages may look; "auto" is as the browser prefers.
THEMES = ("light", "dark", "auto")
#: Commands that a canvas remembers.
MAX_DRAWING = 200000
#: A session without a browser ends after this many seconds.
SESSION_TTL_S = 86400.0
#: One batch of changes, in bytes, and batches that a browser has not acknowledged.
MAX_BATCH_BYTES, MAX_BATCHES = 4 * 1024 * 1024, 2
#: While a program changes more than its browsers can show, batches leave this far apart: two a frame.
PACE_S = 0.008
#: One-shot calls that wait for one browser: calls, bytes.
MAX_CALLS, MAX_CALL_BYTES = 1000, 4 * 1024 * 1024
#: Messages waiting for a session's callbacks before reading from its browsers pauses: messages, bytes.
MAX_QUEUED_MESSAGES, MAX_QUEUED_BYTES = 256, 8 * 1024 * 1024
#: Nesting of one message, and the largest whole number that JavaScript holds exactly.
MAX_JSON_DEPTH, MAX_SAFE_INTEGER = 32, 2 ** 53
#: Messages of one browser that name an unknown widget, event or state, per minute, before it is closed with 1008.
MAX_STRAYS_PER_MINUTE = 100
#: Destroyed widgets remembered by a log; a cursor older than the oldest starts again from 0.
MAX_TOMBSTONES = 1024
#: Deltas of a cell that are kept although they outweigh its whole value: how many, and up to how many bytes.
KEPT_DELTAS, KEPT_DELTA_BYTES = 32, 65536
#: Splices in one edit of a text that a browser sends.
MAX_SPLICES = 1000
#: Pages of a session whose message numbers are remembered after they left.
MAX_PARTED_BROWSERS = 32

#: Uploads: bytes a file, files a transfer, bytes and transfers a session at one time; bytes of one chunk.
MAX_FILE_BYTES, MAX_FILES, MAX_UPLOAD_BYTES, MAX_TRANSFERS = 64 * 1024 ** 2, 16, 128 * 1024 ** 2, 2
UPLOAD_CHUNK_BYTES = 512 * 1024
#: A transfer without data for this long is discarded; a file above UPLOAD_MEMORY_BYTES is kept on disk.
UPLOAD_TIMEOUT_S, UPLOAD_MEMORY_BYTES = 60.0, 1024 * 1024

#: A question to a browser fails after this many seconds.
ASK_TIMEOUT_S = 10.0
#: A callback running longer than this is named in the log.
SLOW_CALLBACK_S = 5.0
#: Changes made inside a callback are sent when it returns, or after this many seconds.
CALLBACK_FLUSH_S = 0.025
#: Changes of a TextSource that can be taken back.
MAX_UNDO = 500
#: Rows of a table that are sent at a time; that an empty one shows before it has the others; that are put in order
#: without leaving the reactor.
MAX_WINDOW_ROWS, FIRST_ROWS, MAX_ROWS_AT_ONCE = 500, 1000, 5000
#: Longest text of a selection that a browser gets with its rows, in characters. It asks for others.
MAX_HELD_TEXT = 64 * 1024
#: Texts for clipboards that a table remembers until a browser says that it has them.
MAX_OFFERS = 4
#: Threads that run callbacks: an idle one ends after IDLE_THREAD_S; "concurrent" has at most MAX_CALLBACK_THREADS.
IDLE_THREAD_S, MAX_CALLBACK_THREADS = 1.0, 64
#: close() gives browsers this long to answer, to take what is queued, and callbacks this long to end.
CLOSE_ANSWER_S, CLOSE_FLUSH_S, CLOSE_CALLBACKS_S = 1.0, 4.0, 5.0
#: A server's functions with the values that they use, in bytes.
MAX_PAYLOAD_BYTES = 64 * 1024 ** 2
#: Seconds to wait for another process that starts the same server, for a server to start, and to install packages.
LOCK_TIMEOUT_S, START_TIMEOUT_S, INSTALL_TIMEOUT_S = 10.0, 30.0, 600.0
#: A server's log is moved aside at this size, in bytes; one older part is kept.
LOG_BYTES = 10 * 1000 ** 2
#: Watched files are looked at this often, in seconds.
WATCH_EVERY_S = 0.1
#: A request of the feed counts as a viewer for this long; the first one waits this long for first values.
ATTEND_S, FIRST_HOLD_S = 3.0, 1.0
#: The JSON arguments of an action, in bytes.
MAX_ACTION_BYTES = 1024 * 1024
#: When a widget is shown, its endpoints are called at once, and waited for this many seconds.
CHECKPOINT_S = 1.0
#: How long an answer of a function served by create() is kept, in milliseconds.
CREATE_INTERVAL_MS = 100
#: Characters of a peer's text in one log line, and seconds between two log lines of one kind; of full descriptors.
LOG_TEXT, LOG_EVERY_S, LOG_FULL_EVERY_S = 200, 10.0, 60.0

################################################################################
# 2. Errors ####################################################################
################################################################################
# Whose fault, what must hold, what came, what to do.


class LivewidgetError(Exception):
    """Base of every error that livewidget raises by itself."""


class UsageError(LivewidgetError, ValueError, TypeError):
    """The calling program passed something that cannot work; the text says what is allowed.

    Also a ValueError and a TypeError, so that a program may catch what it is used to.
    """


class ProtocolError(LivewidgetError):
    """A peer broke the rules of HTTP, WebSocket or our messages.

    close_code: the WebSocket close code to answer with (RFC 6455, 7.4.1), or None.
    status: the HTTP status to answer with (RFC 9110, 15), or None.
    """

    def __init__(self, text, close_code=None, status=None):
        super().__init__(text)
        self.close_code = close_code
        self.status = status


class BrowserError(LivewidgetError, RuntimeError):
    """A question to a browser has no answer: none is connected, it left, was too slow, or raised."""


class PortInUseError(LivewidgetError, OSError):
    """A port to listen on is taken; the text names it and the remedy."""


class ServerError(LivewidgetError, RuntimeError):
    """A server process, or its folder, is not as it must be; the text says what to do."""


class ServerNotFoundError(ServerError, KeyError):
    """No server has that name; the text names those there are."""

    __str__ = RuntimeError.__str__              # a KeyError would show the quoted text


class ServerAlreadyExistsError(ServerError):
    """A server of that name runs other code."""


class ServerStartupError(ServerError):
    """A server did not start; the text has the last lines of its stderr."""


def _shown(value, limit=LOG_TEXT):
    """A value as an error or a log line may show it: escaped and cut."""
    try:
        text = repr(value)
    except Exception:
        text = "<%s>" % type(value).__name__
    return text if len(text) <= limit else text[:limit] + "..."


def _require(condition, text, /, **values):
    """Raise UsageError unless condition holds; values are shown behind the text."""
    if not condition:
        got = ", ".join(_shown(value) if name == "got" else "%s=%s" % (name, _shown(value)) for name, value in values.items())
        raise UsageError(text + (", got " + got if got else ""))


################################################################################
# 3. Small helpers #############################################################
################################################################################
# Encoding, tokens, logging. Knows nothing about protocols.

def _logger():
    """The logger "livewidget"; it has no null handler, as an exception of a callback must be seen.

    `logging` is a fifth of what importing this file would cost, so it comes with the first server or message.
    """
    import logging
    return logging.getLogger("livewidget")


class _Pattern:
    """A regular expression that is compiled with its first use: importing this file is the sooner done."""

    def __init__(self, source, flags=0):
        self._source, self._flags = source, flags

    def __getattr__(self, name):
        method = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, method)             # found without this one from now on
        return method


class _RateLimitedLog:
    """Warns of one kind of event at most once per every_s seconds, with a count of those left out."""

    def __init__(self, logger, every_s):
        self.logger, self._every_s = logger, every_s
        self._kinds = {}                        # kind -> [when logged, left out since]

    def __call__(self, kind, text, *args):
        now = time.monotonic()
        last = self._kinds.setdefault(kind, [-math.inf, 0])
        if now - last[0] < self._every_s:
            last[1] += 1
            return
        more = " (and %d more like it)" % last[1] if last[1] else ""
        last[:] = now, 0
        self.logger.warning(text + "%s", *args, more)


def _plain(value):
    """A value of another library as JSON can hold it: NumPy-like through tolist()/item(), sets as lists."""
    for name in ("tolist", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    raise UsageError("%s is not a JSON value: allowed are str, int, float, bool, None, lists, tuples and "
                     "dicts with string keys" % _shown(value))


def _without_nan(value):
    """The value with NaN and the infinities as None, which is how JSON can say them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value if value is None or isinstance(value, (str, int)) else _without_nan(_plain(value))


def _json_encoder(ensure_ascii, default):
    """What json.JSONEncoder.encode does, but that its C encoder is made once: a fourth of the time of a short value."""
    encoder = json.JSONEncoder(ensure_ascii=ensure_ascii, separators=(",", ":"), allow_nan=False, default=default)
    if json.encoder.c_make_encoder is None:
        return encoder.encode
    escape = json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring
    parts = json.encoder.c_make_encoder(None, encoder.default, escape, None, ":", ",", False, False, False)
    return lambda value: "".join(parts(value, 0))


_dump, _dump_ascii = _json_encoder(False, _plain), _json_encoder(True, None)


def _encode(value):
    """A value as JSON in UTF-8, encoded once, when it enters; raises UsageError for what JSON can't hold."""
    try:
        return _dump(value).encode()
    except UsageError:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        try:                                    # NaN becomes null; a lone surrogate only an escape can carry
            return _dump_ascii(_without_nan(value)).encode()
        except (ValueError, TypeError, RecursionError):
            raise UsageError("%s cannot be sent as JSON: %s" % (_shown(value), error)) from None


def _page_json(value):
    """JSON for the inside of an HTML page: no character in it can end a script element."""
    text = _dump_ascii(value)
    for char in "<>&":
        text = text.replace(char, "\\u%04x" % ord(char))
    return text


def _escape(text):
    """Text for HTML content and quoted attributes; NUL, which HTML forbids, becomes U+FFFD."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text.replace("\0", "\ufffd")


def _random_bytes(count):
    """Random bytes from the operating system."""
    return os.urandom(count)


def _random_token(nbytes):
    """A URL-safe string of nbytes random bytes from the operating system."""
    return base64.urlsafe_b64encode(_random_bytes(nbytes)).rstrip(b"=").decode()


def _same_secret(given, secret):
    """Whether two secrets are equal, in a time that tells nothing about where they differ."""
    import hmac
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode("utf-8"))


def _sha256(data):
    """The SHA-256 of bytes as hexadecimal digits."""
    import hashlib                              # brings OpenSSL, a tenth of the time that importing this file takes
    return hashlib.sha256(data).hexdigest()


def _keyed_hash(key, data):
    """The HMAC-SHA256 of bytes, 32 bytes."""
    import hmac
    return hmac.digest(key, data, "sha256")


def _wait_until(condition, timeout_s):
    """Poll a condition that other threads make true; returns whether it became so in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def number_text(number):
    """A number as JavaScript shows it (ECMAScript, Number::toString), so that both sides show the same."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    digits, _, power = repr(abs(number)).partition("e")
    exponent = int(power or 0)
    whole, _, fraction = digits.partition(".")
    exponent += len(whole)
    digits = whole + fraction
    exponent -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    sign = "-" if number < 0 else ""
    if len(digits) <= exponent <= 21:
        return sign + digits + "0" * (exponent - len(digits))
    if 0 < exponent <= 21:
        return sign + digits[:exponent] + "." + digits[exponent:]
    if -6 < exponent <= 0:
        return sign + "0." + "0" * -exponent + digits
    power = "e%s%d" % ("+" if exponent > 0 else "-", abs(exponent - 1))
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + power


def readable_size(count):
    """A number of bytes for people: 1536 is "1.5 KB"."""
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return "%.*f %s" % (unit != "B" and count < 100, count, unit)
        count /= 1024


def _resident(pid):
    """Resident bytes of a process, or None where the platform does not tell."""
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def text_splice(old, new):
    """The smallest single splice (start, delete, insert) that turns one text into another.

    start and delete count characters of the old text; insert is the new text that takes their place.
    """
    start, end = 0, min(len(old), len(new))
    if old[:end] == new[:end]:
        start = end
    else:
        low = 0
        while low < end:                        # bisect with slices: comparing is C, looping is not
            middle = (low + end + 1) // 2
            low, end = (middle, end) if old[low:middle] == new[low:middle] else (low, middle - 1)
        start = low
    low, end = 0, min(len(old), len(new)) - start
    while low < end:
        middle = (low + end + 1) // 2
        same = old[len(old) - middle:len(old) - low] == new[len(new) - middle:len(new) - low]
        low, end = (middle, end) if same else (low, middle - 1)
    return start, len(old) - start - low, new[start:len(new) - low]


def move_splice(splice, other, before=False):
    """A splice of a text as it reads after another splice of the same text was applied.

    What both delete is deleted once. Where both begin at one place the other's insert comes first,
    or this one's with before=True; so whichever is applied first, the text ends the same.
    """
    start, delete, insert = splice
    o_start, o_delete, o_insert = other
    end, o_end = start + delete, o_start + o_delete
    tie = o_start == start
    if o_end < start or o_end == start and not (tie and before):        # the other is wholly in front
        return start + len(o_insert) - o_delete, delete, insert
    if o_start >= end and not (tie and not before):                     # wholly behind
        return start, delete, insert
    if o_start < start or tie and not before:                           # it took away where we begin
        return o_start + len(o_insert), max(0, end - o_end), insert
    if o_end >= end:                                                    # it took away where we end
        return start, o_start - start, insert
    return start, o_start - start + len(o_insert) + end - o_end, insert + o_insert      # it is inside


def cross_splices(mine, theirs):
    """Two runs of splices that grew from one text, each as it follows the other: (mine, theirs).

    The text with mine and then their new form equals the text with theirs and then my new form.
    """
    crossed = []
    for splice in mine:
        moved = []
        for other in theirs:
            moved.append(move_splice(other, splice, before=True))
            splice = move_splice(splice, other)
        crossed.append(splice)
        theirs = moved
    return crossed, list(theirs)


def apply_splice(value, splice):
    """A text or list with one splice applied."""
    start, delete, insert = splice
    return value[:start] + insert + value[start + delete:]


def merge_text(base, mine, theirs):
    """Merge two edits of one text: `mine` and `theirs` both grew from `base`.

    Each side counts as one splice of the base. Edits of different places are both kept; where they
    overlap, theirs stands and what I typed is kept beside it.
    """
    if mine == base or mine == theirs:
        return theirs
    if theirs == base:
        return mine
    return apply_splice(theirs, move_splice(text_splice(base, mine), text_splice(base, theirs)))

################################################################################
# 4. HTTP messages #############################################################
################################################################################
# Request heads pass a strict gate of ours; what passes is parsed and answered by http.server's
# handler class over in-memory files. Bytes in, requests and bytes out: no socket, thread or clock.

_REQUEST_LINE = _Pattern(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
_HEADER_LINE = _Pattern(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)[ \t]*")
_HOST = _Pattern(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
#: Headers that may come once only (R6); Host too, which R5 asks for.
_ONCE = frozenset((b"host", b"content-length", b"transfer-encoding", b"origin", b"authorization", b"content-type",
                   b"sec-websocket-key", b"sec-websocket-version"))
#: Methods that some route knows; all others are 501.
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))

#: Sent with every answer (R45).
_ALWAYS_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                   ("Cross-Origin-Resource-Policy", "same-origin"))


class Request:
    """One request that passed the gate.

    method: str. target: the request target as sent. path: decoded, starts with "/".
    query: dict of str to str, the last of each name. headers: dict of lower-case name to value.
    body: bytes. keep_alive: whether the connection may serve another request after this one.
    """

    __slots__ = ("method", "target", "path", "query", "headers", "content_length", "keep_alive", "version", "body")

    def with_body(self, body):
        """A copy of this request (which may be shared by the head cache) with its own body."""
        copy = Request()
        for name in Request.__slots__:
            setattr(copy, name, body if name == "body" else getattr(self, name))
        return copy


class Response:
    """One answer: status, body (bytes) and headers (a list of (name, value)).

    after: called with the bare connection once the answer's bytes are queued (an upgrade), or None.
    """

    def __init__(self, status, body=b"", headers=(), content_type="text/plain; charset=utf-8", after=None):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = list(headers)
        if self.body and content_type:
            self.headers.insert(0, ("Content-Type", content_type))
        self.after = after


def refusal(status, text=None, headers=()):
    """An error answer: fixed plain text, no echo of what was asked (R13)."""
    import http
    return Response(status, "%d %s\n" % (status, text or http.HTTPStatus(status).phrase), headers)


@functools.lru_cache(maxsize=None)
def _handler_class():
    """http.server's handler over in-memory files; made on first use, as importing http.server is slow."""
    import http.server

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, head=b""):           # no socket: the base class's constructor would serve one
            self.rfile, self.wfile = io.BytesIO(head), io.BytesIO()
            self.requestline = self.command = ""
            self.request_version = "HTTP/1.1"
            self.close_connection = True

        def version_string(self):
            return "livewidget"

        def send_error(self, code, message=None, explain=None):
            raise ProtocolError(message or "bad request", status=int(code))

        def log_message(self, format, *args):
            pass

    return Handler


def _check_header_value(name, value):
    """Refuse a header of the program's that could split the answer (R16)."""
    ok = isinstance(value, str) and not re.search(r"[\r\n\0]", value) and not re.search(r"[^\x00-\xff]", value)
    _require(ok and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name),
             "a header needs a token as name and a value in Latin-1 without CR, LF or NUL", name=name, value=value)


def response_bytes(response, head_only=False, close=False):
    """An answer as bytes, written by http.server's handler."""
    for name, value in response.headers:
        _check_header_value(name, value)
    writer = _handler_class()()
    writer.send_response(response.status)
    names = set()
    for name, value in response.headers:
        writer.send_header(name, value)
        names.add(name.lower())
    for name, value in _ALWAYS_HEADERS:
        if name.lower() not in names:
            writer.send_header(name, value)
    if response.status >= 200 and response.status != 204 and "content-length" not in names:
        writer.send_header("Content-Length", str(len(response.body)))
    if close and "connection" not in names:
        writer.send_header("Connection", "close")
    writer.end_headers()
    if not head_only and response.status not in (204, 304):
        writer.wfile.write(response.body)
    return writer.wfile.getvalue()


def _parse_path(path):
    """Decode a request path once, strictly (R10); raises ProtocolError 400."""
    from urllib.parse import unquote_to_bytes
    try:
        text = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise ProtocolError("path is not UTF-8", status=400) from None
    bad = re.search(r"%(?![0-9A-Fa-f]{2})", path) or re.search(r"[\x00-\x1f\x7f-\x9f\\]", text)
    if bad or text.startswith("//") or any(part in (".", "..") for part in text.split("/")):
        raise ProtocolError("path has a forbidden character or segment", status=400)
    return text


def _parse_query(query):
    """A query string as dict; raises ProtocolError 400 for repeated credentials and too many fields (R11)."""
    from urllib.parse import parse_qsl
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS)
    except (ValueError, UnicodeDecodeError):
        raise ProtocolError("bad query string", status=400) from None
    for name in ("token", "session"):
        if sum(1 for key, _ in pairs if key == name) > 1:
            raise ProtocolError("repeated %s parameter" % name, status=400)
    return dict(pairs)


class _HeadCache:
    """Parsed heads by their bytes: what they say, never what was decided about them (R17)."""

    def __init__(self):
        self._heads = collections.OrderedDict()
        self._bytes = 0

    def get(self, head):
        return self._heads.get(head)

    def put(self, head, request):
        self._heads[head] = request
        self._bytes += len(head)
        while len(self._heads) > HEAD_CACHE_ENTRIES or self._bytes > HEAD_CACHE_BYTES:
            old, _ = self._heads.popitem(last=False)
            self._bytes -= len(old)


_head_cache = _HeadCache()


class HeadGate:
    """The strict grammar of a request head (RFC 9112, 2-5; R1-R10), fed in pieces of any size.

    feed(data) takes lines as they complete, so that the verdict does not depend on how the bytes
    were cut. done: the head is complete; rest: what came behind it.
    """

    def __init__(self):
        self._buffer = bytearray()
        self._scanned = 0                       # bytes of the buffer known to hold no line feed
        self._size = 0                          # bytes of complete lines
        self._lines = []
        self._seen = {}                         # names of _ONCE -> value
        self.done = False
        self.rest = b""

    @property
    def empty(self):
        """Nothing of a request has arrived."""
        return not self._lines and not self._buffer

    def feed(self, data):
        """Take bytes; returns the Request when the head is complete, else None. Raises ProtocolError."""
        buffer = self._buffer
        buffer += data
        start = 0
        while True:
            end = buffer.find(b"\n", max(start, self._scanned))
            line_bytes = (end if end >= 0 else len(buffer)) - start
            if self._size + line_bytes > MAX_HEAD_BYTES:
                raise ProtocolError("request head over %d bytes" % MAX_HEAD_BYTES, status=431)
            if line_bytes > MAX_LINE_BYTES + 1:
                raise ProtocolError("line over %d bytes" % MAX_LINE_BYTES, status=431 if self._lines else 414)
            if end < 0:
                del buffer[:start]
                self._scanned = len(buffer)
                return None
            line = bytes(buffer[start:end])
            self._size += line_bytes + 1
            start = end + 1
            if line[-1:] != b"\r":
                raise ProtocolError("line ends without CR", status=400)
            line = line[:-1]
            if line or not self._lines:
                self._take(line)
                continue
            self.done, self.rest = True, bytes(buffer[start:])
            buffer.clear()
            return self._parse()

    def _take(self, line):
        """Check one line: the first is the request line, the others are headers."""
        if not self._lines:
            match = _REQUEST_LINE.fullmatch(line)
            if not match:
                raise ProtocolError("malformed request line", status=400)
            if match[3] != b"1" or match[4] not in (b"0", b"1"):
                raise ProtocolError("HTTP version is not 1.0 or 1.1", status=505)
        else:
            match = _HEADER_LINE.fullmatch(line)
            if not match:
                raise ProtocolError("malformed header line", status=400)
            if len(self._lines) > MAX_HEADER_LINES:
                raise ProtocolError("over %d header lines" % MAX_HEADER_LINES, status=431)
            name = match[1].lower()
            if name in _ONCE:
                if name in self._seen:
                    raise ProtocolError("repeated %s header" % name.decode(), status=400)
                self._seen[name] = match[2].decode("latin-1")
            line = match[1] + b": " + match[2]
        self._lines.append(line)

    def _parse(self):
        """Rules that need the whole head, then http.server's parser."""
        seen = self._seen
        if not _HOST.fullmatch(seen.get(b"host", "")):
            raise ProtocolError("exactly one well-formed Host header is needed", status=400)
        coding = seen.get(b"transfer-encoding")
        if coding is not None:
            if b"content-length" in seen:
                raise ProtocolError("Transfer-Encoding with Content-Length", status=400)
            raise ProtocolError("send a Content-Length", status=411 if coding.lower() == "chunked" else 501)
        length = seen.get(b"content-length", "0")
        if not re.fullmatch(r"[0-9]{1,15}", length, re.ASCII):
            raise ProtocolError("Content-Length is not 1 to 15 digits", status=400)
        handler = _handler_class()(b"\r\n".join(self._lines) + b"\r\n\r\n")
        handler.raw_requestline = handler.rfile.readline(MAX_LINE_BYTES + 2)
        handler.parse_request()                 # what it refuses, its send_error() raises
        request = Request()
        request.method, request.target = handler.command, self._lines[0].split(b" ")[1].decode("ascii")
        request.version = handler.request_version
        request.content_length, request.body = int(length), b""
        request.headers = headers = {}
        for name, value in handler.headers.items():
            name = name.lower()
            headers[name] = headers[name] + ", " + value if name in headers else value
        options = headers.get("connection", "").lower()
        request.keep_alive = request.version == "HTTP/1.1" and "close" not in options
        if request.method in ("GET", "HEAD") and request.content_length:
            raise ProtocolError("a body on %s" % request.method, status=400)
        target = request.target
        if target.lower().startswith(("http://", "https://")):
            authority, slash, rest = target.partition("://")[2].partition("/")
            if authority.lower() != headers["host"].lower():
                raise ProtocolError("absolute target differs from Host", status=400)
            target = slash + rest
        path, _, query = target.partition("?")
        if target == "*" or request.method in ("TRACE", "CONNECT"):
            request.path, request.query = "*", {}
            return request
        if not path.startswith("/") or path.startswith("//") or "#" in target:
            raise ProtocolError("malformed request target", status=400)
        request.path, request.query = _parse_path(path), _parse_query(query)
        return request


class HttpProtocol:
    """The server's side of one HTTP/1.1 connection, without the connection.

    judge(request) sees a head before its body is read: it returns (None, body limit in bytes) to
    let the request pass, or (Response, 0) to refuse it. feed(data) returns the next complete
    Request or None; respond(response) answers it; take_output() gives the bytes to send.

    state: "head", "body", "busy" (a request waits for its answer), "drain" (refused: input is
    thrown away), "upgraded" or "closed".
    """

    def __init__(self, judge):
        self._judge = judge
        self._gate = HeadGate()
        self._output = []
        self._waiting = b""                     # bytes behind the request being answered
        self._body = None
        self._request = None
        self._requests = 0
        self._drained = 0
        self.state = "head"

    @property
    def phase(self):
        """The state, with "head" told apart: "first" until a first head is complete, "idle" between two requests."""
        if self.state != "head":
            return self.state
        return "first" if not self._requests else "idle" if self._gate.empty else "head"

    @property
    def wants_pause(self):
        """More waits behind the current request than may be kept unparsed (R12)."""
        return len(self._waiting) > MAX_PIPELINED_BYTES

    @property
    def request(self):
        """The request being read or answered, or None."""
        return self._request

    def take_output(self):
        """Bytes to send, which are forgotten here."""
        output = b"".join(self._output)
        self._output.clear()
        return output

    def take_rest(self):
        """After an upgrade: what the peer sent behind its request."""
        rest, self._waiting = self._waiting, b""
        return rest

    def feed(self, data):
        """Take bytes; returns a complete Request, or None when there is none to answer yet."""
        if self.state in ("busy", "upgraded"):
            self._waiting += data
            return None
        if self.state == "drain":
            self._drained += len(data)
            if self._drained > DRAIN_BYTES:
                self.state = "closed"
            return None
        if self.state == "head":
            try:
                return self._feed_head(data)
            except ProtocolError as error:
                self._refuse(refusal(error.status, str(error)))
                return None
        if self.state == "body":
            return self._feed_body(data)
        return None

    def _feed_head(self, data):
        head = bytes(data) if self._gate.empty else b""
        request = _head_cache.get(head) if head else None
        if request is None:
            request = self._gate.feed(data)
            if request is None:
                return None
            rest, self._gate = self._gate.rest, HeadGate()
            if head and not rest and "upgrade" not in request.headers:       # the key of a handshake never comes again
                _head_cache.put(head, request)
            data = rest
        else:
            data = b""
        self._requests += 1
        self._request = request
        answer, limit = self._judge(request)
        if answer is None and request.method not in _METHODS:
            answer = refusal(501)
        if answer is None and request.content_length > limit:
            answer = refusal(413)
        if answer is None and "expect" in request.headers:
            if request.headers["expect"].lower() != "100-continue":
                answer = refusal(417)
            elif request.content_length:
                self._output.append(b"HTTP/1.1 100 Continue\r\n\r\n")
        if answer is not None:
            return self._answer_early(answer, data)
        self._body = bytearray()
        self.state = "body"
        return self._feed_body(data)

    def _answer_early(self, response, data):
        """Answer without reading the body; with a body announced nothing behind it can be trusted."""
        if self._request.content_length:
            self._refuse(response)
            return None
        self.state = "busy"
        self._waiting = data
        return self.respond(response)

    def _feed_body(self, data):
        missing = self._request.content_length - len(self._body)
        self._body += data[:missing]
        if len(data) < missing:
            return None
        self.state = "busy"
        self._waiting = bytes(data[missing:])
        self._request = self._request.with_body(bytes(self._body))
        self._body = None
        return self._request

    def _refuse(self, response):
        head_only = self._request is not None and self._request.method == "HEAD"
        self._output.append(response_bytes(response, head_only, close=True))
        self.state = "drain"

    def abandon(self, status):
        """Answer what is incomplete with an error (408, 503) and close."""
        self._refuse(refusal(status))

    def respond(self, response):
        """Answer the current request; returns the next complete request if it has arrived already."""
        request, self._request = self._request, None
        last = not request.keep_alive or self._requests >= MAX_REQUESTS
        if response.status == 101:
            self._output.append(response_bytes(response))
            self.state = "upgraded"
            return None
        self._output.append(response_bytes(response, request.method == "HEAD", close=last))
        if last:
            self.state = "drain"
            return None
        self.state = "head"
        data, self._waiting = self._waiting, b""
        return self.feed(data) if data else None


################################################################################
# 5. WebSocket protocol ########################################################
################################################################################
# RFC 6455 and RFC 7692, both roles: bytes in, events and bytes out; no socket, thread or clock.

_WS_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
_LARGE = 65536                                  # bytes worth a system call of their own rather than a copy
_MASK_BY_INT = 2048                             # measured: XOR through int is fastest up to here, then strided translate
_SMALL = 126                                    # payloads under this have their length in a frame's second byte


class Ping(collections.namedtuple("Ping", "payload")):
    """A ping arrived; its pong is queued already. payload: bytes."""


class Pong(collections.namedtuple("Pong", "payload")):
    """A pong arrived. payload: bytes."""


class Closed(collections.namedtuple("Closed", "code reason")):
    """The last event: the peer closed, or broke the protocol. code: RFC 6455, 7.4; reason: str."""


@functools.lru_cache(maxsize=256)
def _xor_table(byte):
    """For bytes.translate: XOR with one byte."""
    return bytes(byte ^ value for value in range(256))


def _apply_mask(data, mask):
    """XOR data with a 4-byte mask (RFC 6455, 5.3)."""
    size = len(data)
    if size <= _MASK_BY_INT:
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
        return (int.from_bytes(data, "little") ^ key).to_bytes(size, "little")
    masked = bytearray(size)
    for turn in range(4):
        masked[turn::4] = data[turn::4].translate(_xor_table(mask[turn]))
    return masked


def _let_go(parts):
    """The members of a list one by one, each gone from it when the next is asked for: a large message is not held twice."""
    parts.reverse()
    while parts:
        yield parts.pop()


def _joined(parts):
    """The bytes of a list's members, which it loses."""
    if len(parts) == 1:
        return bytes(parts.pop())
    whole = io.BytesIO()                        # grows where it is, and hands over its bytes without a copy
    for part in _let_go(parts):
        whole.write(part)
    return whole.getvalue()


def frame_head(opcode, size, masked=False, fin=True, rsv1=False):
    """The first bytes of a frame, without the mask (RFC 6455, 5.2)."""
    first = (0x80 if fin else 0) | (0x40 if rsv1 else 0) | opcode
    bit = 0x80 if masked else 0
    if size < 126:
        return bytes((first, bit | size))
    if size < 65536:
        return bytes((first, bit | 126, size >> 8, size & 255))
    return bytes((first, bit | 127)) + size.to_bytes(8, "big")


#: The heads of unmasked frames of small messages.
_SMALL_HEADS = {opcode: [frame_head(opcode, size) for size in range(_SMALL)] for opcode in (_TEXT, _BINARY)}
#: For each small size: what a mask, as an integer, is multiplied by to be repeated, and the bits of the product that are kept.
_REPEATS = [int.from_bytes((b"\1\0\0\0" * 32)[:size], "little") for size in range(_SMALL)]
_KEPT = [(1 << 8 * size) - 1 for size in range(_SMALL)]


def encode_frame(opcode, payload, mask=None, fin=True, rsv1=False):
    """One frame as bytes. mask: 4 bytes for the client's role, None for the server's."""
    head = frame_head(opcode, len(payload), mask is not None, fin, rsv1)
    return head + payload if mask is None else b"".join((head, mask, _apply_mask(payload, mask)))


def parse_close(payload):
    """Split a close frame's payload into (code, reason).

    payload: 0 to 125 bytes; empty means "no status" and gives (1005, "").
    Raises ProtocolError: close_code 1002 for one byte or a forbidden code, 1007 for bad UTF-8.
    Source: RFC 6455, sections 5.5.1 and 7.4.
    """
    if not payload:
        return 1005, ""
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise ProtocolError("malformed close frame", close_code=1002)
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise ProtocolError("close reason is not UTF-8", close_code=1007) from None


def accept_key(key):
    """The Sec-WebSocket-Accept value for a Sec-WebSocket-Key (RFC 6455, 4.2.2)."""
    import hashlib
    return base64.b64encode(hashlib.sha1(key.encode("ascii") + _WS_GUID).digest()).decode()


def _tokens(header):
    """The elements of a comma-separated header, in lower case."""
    return [token.strip().lower() for token in header.split(",")]


def check_upgrade(request):
    """None if the request is a valid opening handshake (RFC 6455, 4.2.1; R19), else the Response that says why not."""
    headers = request.headers
    if ("upgrade" not in _tokens(headers.get("connection", ""))
            or "websocket" not in _tokens(headers.get("upgrade", "")) or request.version != "HTTP/1.1"):
        return refusal(426, "this address speaks WebSocket", [("Upgrade", "websocket"), ("Connection", "Upgrade")])
    if headers.get("sec-websocket-version") != "13":
        return refusal(426, "WebSocket version 13 is needed",
                       [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"), ("Connection", "Upgrade")])
    key = headers.get("sec-websocket-key", "")
    if not re.fullmatch(r"[A-Za-z0-9+/]{21}[AQgw]==", key, re.ASCII):
        return refusal(400, "malformed Sec-WebSocket-Key")
    return None


def negotiate_deflate(header):
    """Choose among permessage-deflate offers (RFC 7692, 7.1): (answer header, server window bits), or None to decline.

    Both sides drop context after each message, which bounds what an idle connection holds.
    """
    for offer in header.split(","):
        name, *parameters = [part.strip() for part in offer.split(";")]
        if name.lower() != "permessage-deflate":
            continue
        chosen = _deflate_parameters(parameters)
        if chosen is None:
            continue
        bits = int(chosen.get("server_max_window_bits") or 15)
        answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        return answer + ("; server_max_window_bits=%d" % bits if "server_max_window_bits" in chosen else ""), bits
    return None


def _deflate_parameters(parameters):
    """The parameters of one offer as dict, or None if one is unknown, repeated or malformed (R28)."""
    chosen = {}
    for parameter in parameters:
        name, equals, value = (part.strip() for part in parameter.partition("="))
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
        takes_bits = name in ("server_max_window_bits", "client_max_window_bits")
        if name in chosen or not (takes_bits or name in ("server_no_context_takeover", "client_no_context_takeover")):
            return None
        if equals or name == "server_max_window_bits":
            if not takes_bits or not re.fullmatch(r"[89]|1[0-5]", value, re.ASCII):
                return None
        chosen[name] = value
    return chosen


class WebSocketProtocol:
    """One end of a WebSocket connection after the handshake, without the connection.

    role: "server" or "client". feed(data) returns events: str for a text message, bytes for a
    binary one, Ping, Pong, and at last Closed. send(), ping() and close() queue frames that
    take_output() gives. A peer's mistake becomes a close frame and a last Closed event.

    max_message_bytes: largest message accepted, judged by announced lengths before bytes are kept.
    deflate_bits: window for permessage-deflate (8-15), or None when it was not negotiated.
    congested: set by the owner while output can't leave; only the newest ping is then answered (R27).
    """

    def __init__(self, role="server", *, max_message_bytes=MAX_MESSAGE_BYTES, deflate_bits=None):
        _require(role in ("server", "client"), "role must be 'server' or 'client'", role=role)
        self._mask_in = role == "server"
        self._plain_out = self._mask_in and deflate_bits is None
        self.max_message_bytes = max_message_bytes
        self._small_below = 128 + min(_SMALL, max_message_bytes + 1) if self._mask_in else 0
        self._deflate_bits = deflate_bits
        self._output = []
        self._pong = None                       # payload of a ping that waits for its pong
        self._answer = None                     # (code, reason) of the close frame that ends the output
        self._pending = b""                     # an incomplete header or control frame
        self._left = 0                          # payload bytes of the open frame that have not arrived
        self._left_fin = False
        self._left_mask = None
        self._message = None                    # payloads of the message being received, small ones gathered
        self._text = False
        self._deflated = False
        self._checking = False                  # text arrives in pieces: its UTF-8 is checked as it comes
        self._unfinished = b""                  # the beginning of a character whose rest has not come
        self._fragments = 0
        self._announced = 0                     # payload bytes of this message announced so far
        self.congested = False
        self.close_sent = False
        self.closed = False

    # Sending

    def _mask_out(self):
        return None if self._mask_in else _random_bytes(4)

    def frame(self, opcode, payload):
        """One message as bytes objects to send one after another; payload: bytes, compressed if that was negotiated."""
        deflated = self._deflate_bits is not None and len(payload) > 0
        if deflated:
            payload = self._deflate(payload)
        mask = self._mask_out()
        if len(payload) < _LARGE:
            return (encode_frame(opcode, payload, mask, rsv1=deflated),)
        head = frame_head(opcode, len(payload), mask is not None, rsv1=deflated)
        return (head, payload) if mask is None else (head + mask, _apply_mask(payload, mask))

    def _deflate(self, payload):
        # zlib has no 256-byte window; without matches (Huffman only) any window suits the peer.
        bits, strategy = max(9, self._deflate_bits), zlib.Z_DEFAULT_STRATEGY
        if self._deflate_bits == 8:
            strategy = zlib.Z_HUFFMAN_ONLY
        packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -bits, 8, strategy)
        return (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def send(self, data):
        """Queue a message: str is sent as text, bytes as binary."""
        if self.close_sent:
            return
        if isinstance(data, str):
            opcode, payload = _TEXT, data.encode()
        else:
            opcode, payload = _BINARY, bytes(data)
        if self._plain_out and len(payload) < _SMALL:
            self._output.append(_SMALL_HEADS[opcode][len(payload)] + payload)            # the commonest, without frame()
        else:
            self._output += self.frame(opcode, payload)

    def ping(self, payload=b""):
        """Queue a ping; payload is at most 125 bytes."""
        _require(len(payload) <= 125, "a ping's payload is at most 125 bytes", length=len(payload))
        if not self.close_sent:
            self._output.append(encode_frame(_PING, payload, self._mask_out()))

    def close(self, code=1000, reason=""):
        """Queue a close frame, once; nothing is sent after it. reason: at most 123 bytes of UTF-8."""
        if self.close_sent:
            return
        self._flush_pong()
        payload = b"" if code is None else code.to_bytes(2, "big") + reason.encode()[:123]
        self._output.append(encode_frame(_CLOSE, payload, self._mask_out()))
        self.close_sent = True

    def _flush_pong(self):
        if self._pong is not None and not self.close_sent:
            self._output.append(encode_frame(_PONG, self._pong, self._mask_out()))
        self._pong = None

    def take_output(self):
        """Bytes to send, which are forgotten here. While congested, a pong waits for a newer ping."""
        return b"".join(self.take_parts())

    def take_parts(self):
        """Like take_output(), as a list of bytes; small ones are joined already."""
        if self._pong is not None and not self.congested:
            self._flush_pong()
        if self._answer is not None:
            self.close(*self._answer)
            self._answer = None
        parts, self._output = self._output, []
        if len(parts) < 2 or max(map(len, parts)) >= _LARGE:
            return parts
        return [b"".join(parts)]

    # Receiving

    def feed(self, data):
        """Take bytes from the peer; returns the list of events that they complete."""
        events = []
        if self.closed:
            return events
        try:
            if self._left or self._pending:
                data = self._resume(data, events)
            size, at, integer = len(data), 0, int.from_bytes
            while at < size:
                if data[at] == 0x81 and at + 6 <= size and 127 < data[at + 1] < self._small_below and self._message is None:
                    length, start = data[at + 1] - 128, at + 6
                    end = start + length
                    if end <= size:             # a whole small text: by far the commonest frame, and this the hot loop
                        key = integer(data[at + 2:start], "little") * _REPEATS[length] & _KEPT[length]
                        events.append((integer(data[start:end], "little") ^ key).to_bytes(length, "little").decode())
                        at = end
                        continue
                end = self._feed_frame(data, at, events)
                if end is None:
                    self._pending = data[at:]
                    break
                at = end
        except ProtocolError as error:
            self._end(error.close_code, str(error), events)
        except UnicodeDecodeError:
            self._end(1007, "text is not UTF-8", events)
        return events

    def _end(self, code, reason, events):
        """The last event; the close frame leaves with the next output, behind answers to what came before it."""
        self._answer = code, reason
        self.closed = True
        self._message, self._pending, self._left = None, b"", 0
        events.append(Closed(code, reason))

    def _resume(self, data, events):
        """Go on with what came incomplete; returns what is still to be parsed."""
        if self._left:
            data = self._continue_frame(data, events)
        data, self._pending = self._pending + data, b""
        return data

    def _feed_frame(self, data, at, events):
        """Parse any frame; returns the index behind it, or None if too little of it is there to begin with."""
        size, mask_in, limit = len(data), self._mask_in, self.max_message_bytes
        if size - at < 2:
            return None
        first, second = data[at], data[at + 1]
        length = second & 127
        start = at + 2
        self._check_head(first, second)
        if length > 125:
            start += 2 if length == 126 else 8
            if size < start:
                return None
            shortest = 126 if length == 126 else 65536
            length = int.from_bytes(data[at + 2:start], "big")
            if length < shortest or length >> 63:
                raise ProtocolError("frame length is not in its shortest form", close_code=1002)
        if first & 8 == 0:
            self._admit(length, limit)
        mask = None
        if mask_in:
            if size < start + 4:
                return None
            mask = data[start:start + 4]
            start += 4
        end = start + length
        if end > size:
            if first & 8:
                return None
            self._open_frame(first, length, mask)
            self._continue_frame(data[start:], events)
            return size
        payload = data[start:end] if mask is None else _apply_mask(data[start:end], mask)
        if first & 8:
            self._control(first & 15, payload, events)
            return size if self.closed else end
        if first == 0x81 and self._message is None:     # a whole text
            events.append(payload.decode())
            return end
        self._open_frame(first, 0, None)
        self._take_payload(payload)
        self._end_frame(first & 0x80, events)
        return end

    def _check_head(self, first, second):
        """The rules of RFC 6455, 5.2-5.5 that the first two bytes can break."""
        if second & 128 != (128 if self._mask_in else 0):
            raise ProtocolError("frame masked wrongly", close_code=1002)
        if first == 0x81 and self._message is None:
            return
        opcode = first & 15
        if first & 0x30 or first & 0x40 and (self._deflate_bits is None or opcode not in (_TEXT, _BINARY)):
            raise ProtocolError("reserved bit set", close_code=1002)
        if opcode & 8:
            if opcode > _PONG or not first & 0x80 or second & 127 > 125:
                raise ProtocolError("malformed control frame", close_code=1002)
        elif opcode > 2:
            raise ProtocolError("reserved opcode", close_code=1002)
        elif (opcode == 0) != (self._message is not None):
            raise ProtocolError("continuation frame expected" if opcode else "continuation of nothing", close_code=1002)

    def _admit(self, length, limit):
        """Judge a data frame by its announced length, before any of it is kept (R25)."""
        have = self._announced if self._message is not None else 0
        if have + length > limit:
            raise ProtocolError("message over %d bytes" % limit, close_code=1009)

    def _open_frame(self, first, length, mask):
        opcode = first & 15
        if opcode:
            self._message = []
            self._text, self._deflated = opcode == _TEXT, bool(first & 0x40)
            self._checking, self._unfinished = self._text and not self._deflated, b""
            self._fragments = self._announced = 0
        self._fragments += 1
        if self._fragments > MAX_FRAGMENTS + self._announced // FRAGMENT_BYTES:
            raise ProtocolError("too many fragments", close_code=1008)
        self._announced += length
        self._left, self._left_fin, self._left_mask = length, first & 0x80, mask

    def _continue_frame(self, data, events):
        """Take payload of the open frame; returns what lies behind it."""
        part = data[:self._left]
        mask = self._left_mask
        self._left -= len(part)
        if mask is not None and part:
            turn = len(part) % 4
            self._left_mask = mask[turn:] + mask[:turn]
            part = _apply_mask(part, mask)
        self._keep_payload(part)
        if not self._left:
            self._end_frame(self._left_fin, events)
        return data[len(part):]

    def _take_payload(self, payload):
        self._announced += len(payload)
        self._keep_payload(payload)

    def _keep_payload(self, payload):
        parts = self._message
        if len(payload) >= _LARGE:
            parts.append(payload)
        elif parts and len(parts[-1]) < _LARGE:
            parts[-1] += payload                # byte by byte must not cost an object a byte (R26)
        else:
            parts.append(bytearray(payload))
        if not self._checking or not self._unfinished and payload.isascii():
            return
        text = self._unfinished + payload
        self._unfinished = text[codecs.utf_8_decode(text, "strict", False)[1]:]

    def _end_frame(self, fin, events):
        if not fin:
            return
        parts, self._message = self._message, None
        self._announced = 0
        if self._deflated:
            parts.append(b"\0\0\xff\xff")
            parts = self._inflate(_joined(parts))
        if not self._text:
            events.append(_joined(parts))
            return
        decode, text = codecs.getincrementaldecoder("utf-8")().decode, ""
        for part in _let_go(parts):
            text += decode(part)                # grows where it is: it has one reference
        decode(b"", True)
        events.append(text)

    def _inflate(self, message):
        """A compressed message as parts, never past the limit (R28)."""
        unpacker, packed = zlib.decompressobj(-15), message
        parts, left, data = [], self.max_message_bytes, None
        try:
            while data is None or len(data) == INFLATE_BYTES:
                data = unpacker.decompress(packed, INFLATE_BYTES)
                packed = unpacker.unconsumed_tail
                parts.append(data)
                left -= len(data)
                if left < 0:
                    raise ProtocolError("message over %d bytes" % self.max_message_bytes, close_code=1009)
        except zlib.error:
            raise ProtocolError("broken compressed data", close_code=1002) from None
        return parts

    def _control(self, opcode, payload, events):
        if opcode == _PING:
            self._pong = payload
            if not self.congested:
                self._flush_pong()
            events.append(Ping(payload))
        elif opcode == _PONG:
            events.append(Pong(payload))
        else:
            code, reason = parse_close(payload)
            self._end(None if code == 1005 else code, "", events)
            events[-1] = Closed(code, reason)


################################################################################
# 6. Reactor ###################################################################
################################################################################
# One selectors thread owns every socket of the process and all timers. It moves bytes between
# sockets and the handlers it is given; it runs no user code and never blocks.

_READABLE, _WRITABLE = selectors.EVENT_READ, selectors.EVENT_WRITE
_HAS_SENDMSG = hasattr(socket.socket, "sendmsg")
_SMALL_RECV, _RECV_BYTES = 8192, 256 * 1024     # a read asks for few bytes until one was full
_SWEEP_S = 0.5                                  # how often deadlines of connections are looked at


class ReactorTimer(list):
    """A pending timer of the reactor: [when, order, callable]; cancel() forgets the callable."""

    __slots__ = ()

    def cancel(self):
        self[2] = None


class Connection:
    """One non-blocking socket. Any thread may write; everything else happens on the reactor's thread.

    handler: an object with received(data), drained() (output has left), deadline_passed() and
    lost() (called once, at the end).
    """

    secure = False
    _handshaking = False

    def __init__(self, reactor, sock, handler):
        self.reactor = reactor
        self.sock = sock
        self.handler = handler
        self._deadline = None
        self._due_sweep = None                  # number of the sweep in which the reactor looks at it, if it is to
        self._lock = threading.Lock()
        self._out = []                          # few, and most of the time none: an empty deque takes 700 bytes
        self._out_since = None                  # when output last made progress, while some waits
        self._paused = frozenset()
        self._recv_bytes = _SMALL_RECV
        self._interest = 0
        self._eof_wanted = False                # output ends here: shut down once it has left
        self._shut = False
        self.closed = False
        self.unsent = 0                         # bytes that the socket has not taken yet

    @property
    def deadline(self):
        """Monotonic seconds at which handler.deadline_passed() is called, or None (reactor thread)."""
        return self._deadline

    @deadline.setter
    def deadline(self, at):
        self._deadline = at
        if at is not None:
            self.reactor.watch(self, at)

    def write(self, *parts):
        """Send bytes, at once as far as the socket takes them; the rest waits. Returns False when closed."""
        if not parts or not parts[0]:
            return not self.closed
        with self._lock:
            if self.closed or self._eof_wanted:
                return False
            sent = 0
            if not self._out:
                sent = self._send(parts)
                if sent == len(parts[0]) and len(parts) == 1:
                    return True
                if sent < 0:
                    self.reactor.call_soon(self.abort)
                    return False
            for part in parts:
                if sent >= len(part):
                    sent -= len(part)
                    continue
                self._out.append(memoryview(part)[sent:])
                self.unsent += len(part) - sent
                sent = 0
            if not self._out:
                return True
            if self._out_since is None:
                self._out_since = time.monotonic()
        self.reactor.call_soon(self.update_interest)
        return True

    def _send(self, parts):
        """Bytes of the parts that the socket takes now; -1 when it is broken."""
        try:
            if len(parts) == 1:
                return self.sock.send(parts[0])
            return self.sock.sendmsg(parts) if _HAS_SENDMSG else self.sock.send(b"".join(parts))
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            return -1

    def pause_reading(self, reason):
        """Stop reading until every reason is withdrawn by resume_reading."""
        self._paused |= {reason}
        self.reactor.call_soon(self.update_interest)

    def resume_reading(self, reason):
        """Withdraw one reason to pause."""
        if reason in self._paused:
            self._paused -= {reason}
            self.reactor.call_soon(self.update_interest)

    @property
    def reading_paused(self):
        return bool(self._paused)

    def update_interest(self):
        """Tell the selector what this connection waits for (reactor thread)."""
        if self.closed:
            return
        interest = 0 if self._paused else _READABLE
        if self._out or self._handshaking:
            interest |= _WRITABLE
        if self._out_since is not None:
            self.reactor.watch(self, self._out_since + WRITE_TIMEOUT_S)
        if interest != self._interest:
            selector = self.reactor.selector
            if not self._interest:
                selector.register(self.sock, interest, self)
            elif not interest:
                selector.unregister(self.sock)
            else:
                selector.modify(self.sock, interest, self)
            self._interest = interest

    def ready(self, mask):
        """The selector found the socket ready (reactor thread)."""
        if mask & _READABLE and not self._paused:
            try:
                data = self.sock.recv(self._recv_bytes)
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                self.abort()
            else:
                self._take(data)
        if mask & _WRITABLE and not self.closed:
            self._write_waiting()

    def _take(self, data):
        if not data:
            self.abort()
            return
        self._recv_bytes = _SMALL_RECV if len(data) < _SMALL_RECV else _RECV_BYTES
        try:
            self.handler.received(data)
        except MemoryError:
            self.abort()
        except Exception:
            _logger().exception("a connection's handler failed")
            self.abort()

    def _write_waiting(self):
        with self._lock:
            while self._out:
                view = self._out[0]
                sent = self._send((view,))
                if sent < 0:
                    break
                if sent:
                    self.unsent -= sent
                    self._out_since = time.monotonic()
                if sent < len(view):
                    self._out[0] = view[sent:]
                    return
                del self._out[0]
            else:
                sent, self._out_since = 0, None
        if sent < 0:
            self.abort()
            return
        self.update_interest()
        if self._eof_wanted:
            self._shut_down()
        else:
            self.handler.drained()

    def finish(self):
        """Send what is queued, then end: the peer's bytes are drained for a moment, so that no reset overtakes it."""
        if self._eof_wanted or self.closed:
            return
        self._eof_wanted = True
        self.deadline = time.monotonic() + WRITE_TIMEOUT_S
        if not self._out:
            self._shut_down()

    def _shut_down(self):
        if self._shut:
            return
        self._shut = True
        self.deadline = time.monotonic() + DRAIN_S
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.abort()

    def abort(self):
        """Close now (any thread)."""
        if threading.get_ident() != self.reactor.ident:
            self.reactor.call_soon(self.abort)
            return
        with self._lock:
            if self.closed:
                return
            self.closed = True
            if self._interest:
                self.reactor.selector.unregister(self.sock)
            self.sock.close()
            self._out.clear()
            self.unsent = 0
        self.reactor.forget(self)
        try:
            self.handler.lost()
        except Exception:
            _logger().exception("a connection's handler failed at its end")

    def check_deadline(self, now):
        """End what is blocked for too long, call the handler when its deadline has come, or be looked at again later."""
        blocked_until = math.inf if self._out_since is None else self._out_since + WRITE_TIMEOUT_S
        deadline = math.inf if self._deadline is None else self._deadline
        if self.closed:
            return
        if now >= blocked_until:
            self.abort()
        elif now < deadline:
            if min(blocked_until, deadline) < math.inf:
                self.reactor.watch(self, min(blocked_until, deadline))
        elif self._shut or self._eof_wanted or self._handshaking:
            self.abort()
        else:
            self.handler.deadline_passed()


class TlsConnection(Connection):
    """A connection whose socket is an ssl.SSLSocket, from before its handshake."""

    secure = True
    _handshaking = True

    def _send(self, parts):
        if self._handshaking:
            return 0
        try:
            return self.sock.send(parts[0] if len(parts) == 1 else b"".join(parts))
        except OSError as error:
            return 0 if _is_unfinished(error) else -1

    def ready(self, mask):
        """The selector found the socket ready (reactor thread)."""
        if self._handshaking and not self._shake_hands():
            return
        if mask & _READABLE:
            self._read()
        if mask & _WRITABLE and not self.closed:
            self._write_waiting()

    def _shake_hands(self):
        try:
            self.sock.do_handshake()
        except OSError as error:
            if not _is_unfinished(error):
                self.abort()
            elif self._interest != _READABLE and type(error).__name__ == "SSLWantReadError":
                self.reactor.selector.modify(self.sock, _READABLE, self)
                self._interest = _READABLE
            return False
        self._handshaking = False
        self.update_interest()
        return True

    def _read(self):
        while not self.closed and not self._paused:
            try:
                with self._lock:                # one TLS object must not be read and written at once
                    data = self.sock.recv(self._recv_bytes)
            except OSError as error:
                if not _is_unfinished(error):
                    self.abort()
                return
            self._take(data)
            if self.closed or not self.sock.pending():
                return


def _is_unfinished(error):
    """Whether a TLS object only waits for its socket."""
    return isinstance(error, (BlockingIOError, InterruptedError)) or type(error).__name__ in ("SSLWantReadError", "SSLWantWriteError")


class Listener:
    """A listening socket; make_handler(connection) gives the handler of each accepted connection."""

    def __init__(self, reactor, sock, make_handler, ssl_context=None, max_connections=MAX_CONNECTIONS):
        self.reactor = reactor
        self.sock = sock
        self._make_handler = make_handler
        self._ssl_context = ssl_context
        self._max_connections = max_connections
        self._report = _RateLimitedLog(_logger(), LOG_FULL_EVERY_S)
        self._registered = False
        self.closed = False

    def start(self):
        """Accept connections (reactor thread)."""
        if not self.closed and not self._registered:
            self.reactor.listeners.add(self)
            self.reactor.selector.register(self.sock, _READABLE, self)
            self._registered = True

    def _stop(self):
        if self._registered:
            self.reactor.selector.unregister(self.sock)
            self._registered = False

    def close(self):
        """Stop listening (reactor thread)."""
        self._stop()
        self.closed = True
        self.reactor.listeners.discard(self)
        self.sock.close()

    def ready(self, mask):
        for _ in range(64):
            try:
                sock, _ = self.sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    self._report("accept", "no descriptors left, not accepting for a moment: %s",
                                 error.strerror)
                    self._stop()
                    self.reactor.call_later(0.5, self.start)
                return
            self._adopt(sock)

    def _adopt(self, sock):
        reactor = self.reactor
        try:
            sock.setblocking(False)
            if sock.family != getattr(socket, "AF_UNIX", None):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._ssl_context is not None:
                sock = self._ssl_context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False,
                                                     suppress_ragged_eofs=True)
        except OSError:
            sock.close()
            return
        connection = (Connection if self._ssl_context is None else TlsConnection)(reactor, sock, None)
        connection.deadline = time.monotonic() + (TLS_TIMEOUT_S if connection.secure else HEAD_TIMEOUT_S)
        reactor.connections.add(connection)
        connection.handler = self._make_handler(connection)
        connection.update_interest()
        if len(reactor.connections) > self._max_connections:
            connection.write(b"" if connection.secure else
                             response_bytes(refusal(503, headers=[("Retry-After", "5")]), close=True))
            connection.finish()


class Reactor:
    """The selectors thread. Shared by everything in the process that uses sockets; see acquire_reactor."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        # Freeing one large untouched block teaches glibc's malloc to keep up to twice its size for
        # reuse; without that every large message pays a page fault for each 4 KiB (measured: half its time).
        bytes(2 * MAX_MESSAGE_BYTES)
        self.connections = set()
        self._watched = {}                      # number of a sweep -> connections to look at in it
        self.listeners = set()
        self.users = 0
        self.ident = None
        self._timers = []
        self._order = itertools.count()
        self._soon = collections.deque()
        self._awake = False
        self._ending = False
        self.forked = False
        self._wake_in, self._wake_out = socket.socketpair()
        for sock in (self._wake_in, self._wake_out):
            sock.setblocking(False)
        self.selector.register(self._wake_in, _READABLE, self)
        self._thread = threading.Thread(target=self._run, name="livewidget-reactor", daemon=True)
        self._thread.start()

    def call_soon(self, function, *args):
        """Run function(*args) on the reactor's thread, in its next turn; never here, where the caller may hold a lock."""
        self._soon.append((function, args))
        if not self._awake and threading.get_ident() != self.ident:
            self._awake = True
            try:
                self._wake_out.send(b"\0")
            except OSError:                     # full: it is awake; closed: it has ended
                pass

    def call_later(self, delay_s, function):
        """Run function() on the reactor's thread after delay_s seconds; returns a handle with cancel()."""
        timer = ReactorTimer((time.monotonic() + delay_s, next(self._order), function))
        if threading.get_ident() == self.ident:
            heapq.heappush(self._timers, timer)
        else:
            self.call_soon(heapq.heappush, self._timers, timer)
        return timer

    def ready(self, mask):
        """The wake-up socket is readable."""
        try:
            while self._wake_in.recv(4096):
                pass
        except OSError:
            pass

    def _run(self):
        self.ident = threading.get_ident()
        self.call_later(_SWEEP_S, self._sweep)
        while not self._ending:
            try:
                self._turn()
            except Exception:
                if self.forked:
                    return
                _logger().exception("the reactor met an error and goes on")
        for connection in list(self.connections):
            connection.abort()
        self.selector.close()
        self._wake_in.close()
        self._wake_out.close()

    def _turn(self):
        timers, soon = self._timers, self._soon
        timeout = None
        if timers:
            timeout = max(0.0, timers[0][0] - time.monotonic())
        for key, mask in self.selector.select(0 if soon else timeout):
            key.data.ready(mask)
        self._awake = False
        while soon:
            function, args = soon.popleft()
            function(*args)
        if timers:
            now = time.monotonic()
            while timers and timers[0][0] <= now:
                function = heapq.heappop(timers)[2]
                if function is not None:
                    function()

    def watch(self, connection, at):
        """Look at a connection's deadlines at monotonic time `at`, or soon after; an earlier look leads to the next."""
        sweep = math.ceil(at / _SWEEP_S)
        if connection._due_sweep is None or sweep < connection._due_sweep:
            self._unwatch(connection)
            connection._due_sweep = sweep
            self._watched.setdefault(sweep, set()).add(connection)

    def _unwatch(self, connection):
        self._watched.get(connection._due_sweep, set()).discard(connection)

    def forget(self, connection):
        """A connection has ended."""
        self.connections.discard(connection)
        self._unwatch(connection)

    def _sweep(self):
        now = time.monotonic()
        self.call_later(_SWEEP_S - now % _SWEEP_S if self.connections else 4 * _SWEEP_S, self._sweep)
        for sweep in [sweep for sweep in self._watched if sweep * _SWEEP_S <= now]:
            for connection in self._watched.pop(sweep):
                connection._due_sweep = None
                connection.check_deadline(now)

    def stop(self):
        """End the thread; waits for it unless called on it."""
        def end():
            self._ending = True
        self.call_soon(end)
        if threading.get_ident() != self.ident:
            self._thread.join(CLOSE_FLUSH_S)

    def drop_after_fork(self):
        """In a forked child: close our copies of the sockets without touching the parent's selector (R77)."""
        self.forked = self._ending = True
        listeners = [listener.sock for listener in self.listeners]
        connections = [connection.sock for connection in self.connections]
        for sock in listeners + connections + [self._wake_in, self._wake_out]:
            try:
                os.close(sock.detach())
            except OSError:
                pass
        self.selector.close()


_reactor = None
_reactor_lock = threading.Lock()


def acquire_reactor():
    """The process's reactor, started if need be; give it back with release_reactor."""
    global _reactor
    with _reactor_lock:
        if _reactor is None:
            _reactor = Reactor()
        _reactor.users += 1
        return _reactor


def release_reactor(reactor):
    """Give the reactor back; it ends with its last user."""
    global _reactor
    with _reactor_lock:
        reactor.users -= 1
        if reactor.users:
            return
        if _reactor is reactor:
            _reactor = None
    reactor.stop()


def _forget_reactor_after_fork():
    global _reactor, _reactor_lock
    _reactor_lock = threading.Lock()
    if _reactor is not None:
        _reactor.drop_after_fork()
        _reactor = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_reactor_after_fork)


def listen(host, port):
    """A listening socket on a numeric or resolvable host; port 0 takes a free one. Raises PortInUseError (R81)."""
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM,
                                                         flags=socket.AI_PASSIVE)[0]
    sock = socket.socket(family, kind, proto)
    try:
        if os.name == "nt":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind(address)
        sock.listen(1024)
        return sock
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(error.errno, "port %d of %s is in use; pass port 0 to take a free one, or end the "
                                 "program that holds it" % (port, host)) from None
        if error.errno == errno.EACCES:
            raise UsageError("port %d needs privileges; pass a port above 1023, or 0 for a free one" % port) from None
        raise


# The blocking client, for tests and tools.

class WebSocketClient:
    """A blocking WebSocket client; made by connect(). Usable in a with statement.

    subprotocol: the one that the server chose, or None.
    """

    def __init__(self, sock, protocol, subprotocol):
        self._sock = sock
        self._protocol = protocol
        self._events = collections.deque()
        self._send_lock = threading.Lock()
        self.subprotocol = subprotocol
        self.close_code = None
        self.close_reason = ""

    def send(self, message):
        """Send str as a text message, bytes as a binary one; blocks while the peer takes nothing."""
        with self._send_lock:
            self._protocol.send(message)
            self._sock.sendall(self._protocol.take_output())

    def ping(self, payload=b""):
        """Send a ping; the pong comes from recv_event()."""
        with self._send_lock:
            self._protocol.ping(payload)
            self._sock.sendall(self._protocol.take_output())

    def recv_event(self, timeout=30.0):
        """The next event: str, bytes, Ping, Pong, or at last Closed. timeout: seconds; raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not self._events:
            if self.close_code is not None:
                return Closed(self.close_code, self.close_reason)
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no message within %g s" % timeout)
            try:
                self._sock.settimeout(left)
                data = self._sock.recv(_RECV_BYTES)
                self._sock.settimeout(timeout)
            except socket.timeout:
                continue
            except OSError:
                data = b""
            if not data:
                self._take_event(Closed(1006, "connection lost"))
                continue
            with self._send_lock:
                for event in self._protocol.feed(data):
                    self._take_event(event)
                try:
                    self._sock.sendall(self._protocol.take_output())
                except OSError:
                    pass
        return self._events.popleft()

    def _take_event(self, event):
        if isinstance(event, Closed):
            self.close_code, self.close_reason = event
        else:
            self._events.append(event)

    def recv(self, timeout=30.0):
        """The next message, str or bytes. Raises TimeoutError, or ProtocolError with the code once it is closed."""
        while True:
            event = self.recv_event(timeout)
            if isinstance(event, (str, bytes)):
                return event
            if isinstance(event, Closed):
                raise ProtocolError("connection closed: %d %s" % event, close_code=event.code)

    def __iter__(self):
        try:
            while True:
                yield self.recv(timeout=3600.0)
        except ProtocolError:
            return

    def close(self, code=1000, reason="", timeout=5.0):
        """Close politely: send a close frame, wait for the answer, close the socket."""
        try:
            with self._send_lock:
                self._protocol.close(code, reason)
                self._sock.sendall(self._protocol.take_output())
            deadline = time.monotonic() + timeout
            while self.close_code is None and time.monotonic() < deadline:
                self.recv_event(max(0.01, deadline - time.monotonic()))
        except (OSError, TimeoutError):
            pass
        self._sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


def connect(url, *, token=None, headers=(), subprotocols=(), compress=False, timeout=10.0,
            max_message_bytes=64 * MAX_MESSAGE_BYTES, ssl_context=None):
    """Open a WebSocket to url (ws:// or wss://) and return a WebSocketClient.

    token: sent as "Authorization: Bearer". headers: further (name, value) pairs.
    compress: offer permessage-deflate. timeout: seconds for the whole handshake.
    ssl_context: for wss; the default verifies the server's certificate.
    Raises UsageError for a bad URL, OSError when nothing answers, ProtocolError (with status) on refusal.
    """
    match = re.fullmatch(r"(wss?)://(\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)(?::(\d{1,5}))?(/[^#]*|\?[^#]*)?", url)
    _require(match, "url must look like ws://host:port/path", url=url)
    scheme, host, port, path = match.groups()
    path = path or "/"
    path = path if path.startswith("/") else "/" + path
    port = int(port or (443 if scheme == "wss" else 80))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = ["GET %s HTTP/1.1" % path, "Host: %s:%d" % (host, port), "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: " + key, "Sec-WebSocket-Version: 13"]
    if token:
        lines.append("Authorization: Bearer " + token)
    if subprotocols:
        lines.append("Sec-WebSocket-Protocol: " + ", ".join(subprotocols))
    if compress:
        lines.append("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
    for name, value in headers:
        _check_header_value(name, value)
        lines.append("%s: %s" % (name, value))
    sock = socket.create_connection((host.strip("[]"), port), timeout)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "wss":
            if ssl_context is None:
                import ssl
                ssl_context = ssl.create_default_context()
            sock = ssl_context.wrap_socket(sock, server_hostname=host.strip("[]"))
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        answer = b""
        while b"\r\n\r\n" not in answer:
            data = sock.recv(4096)
            if not data or len(answer) > MAX_HEAD_BYTES:
                raise ProtocolError("the server closed during the handshake")
            answer += data
        head, _, rest = answer.partition(b"\r\n\r\n")
        status, answers = _parse_answer(head)
        if status != 101:
            raise ProtocolError("the server refused the WebSocket: %s" % head.split(b"\r\n")[0].decode("latin-1"),
                                status=status)
        if answers.get("sec-websocket-accept") != accept_key(key):
            raise ProtocolError("the server's Sec-WebSocket-Accept is wrong")
        deflate = 15 if "permessage-deflate" in answers.get("sec-websocket-extensions", "") else None
        protocol = WebSocketProtocol("client", max_message_bytes=max_message_bytes, deflate_bits=deflate)
        client = WebSocketClient(sock, protocol, answers.get("sec-websocket-protocol"))
        for event in protocol.feed(rest):
            client._take_event(event)
        return client
    except BaseException:
        sock.close()
        raise


def _parse_answer(head):
    """Status and headers (lower-case names) of an HTTP answer's head."""
    first, *lines = head.decode("latin-1").split("\r\n")
    match = re.match(r"HTTP/1\.[01] (\d{3})", first)
    if not match:
        raise ProtocolError("the answer is not HTTP")
    pairs = (line.partition(":") for line in lines)
    return int(match[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}


################################################################################
# 7. State log #################################################################
################################################################################
# What changed since N? Knows cells, deltas and cursors; never a socket or a clock.
#
# An operation, as it travels, is one of
#     ["new", wid, class, arguments]   ["set", wid, name, arguments]
#     ["edit", wid, name, splices]     ["end", wid]


class Blob:
    """Bytes inside a state value; they travel as a binary frame ahead of the batch that names them."""

    __slots__ = ("id", "data", "media_type")
    _ids = itertools.count(1)

    def __init__(self, data, media_type):
        self.id = next(Blob._ids)
        self.data = bytes(data)
        self.media_type = media_type

    def reference(self):
        """What stands for the bytes in JSON."""
        return {"blob": self.id, "type": self.media_type}

    def frame_payload(self):
        """The binary message: the id in 4 bytes, then the bytes."""
        return (self.id & 0xffffffff).to_bytes(4, "big") + self.data


class _Cell:
    """Arguments as they were set, when, and by which browser (None: by Python).

    value: the arguments as encoded JSON, or the only one if it is a str: most texts of a loop are
    never sent, and none can change meanwhile.
    """

    __slots__ = ("seq", "value", "origin", "blobs")

    def __init__(self, seq, value, origin, blobs):
        self.seq, self.value, self.origin, self.blobs = seq, value, origin, blobs

    @property
    def encoded(self):
        value = self.value
        return _encode([value]) if value.__class__ is str else value

    def operation(self, wid, name, since):
        return b'["set",%d,"%b",%b]' % (wid, name.encode(), self.encoded)


class _SequenceCell:
    """A text or a list that is edited in place: its value, and the splices since some number.

    A cursor at whole_seq or later is sent the splices behind it, an older one the whole value.
    """

    __slots__ = ("seq", "whole_seq", "deltas", "delta_bytes", "size", "_value", "_tail", "_encoded")
    origin = None                               # edits are told to their author too: they are its new base
    blobs = ()

    def __init__(self, seq, value):
        self.set(seq, value)

    def set(self, seq, value):
        self.seq = self.whole_seq = seq
        self.deltas = ()                        # (seq, splice of a text, encoded splice), oldest first; a deque from the first on
        self.delta_bytes = 0
        self._value, self._tail = value, []
        self.size = len(value)
        self._encoded = None

    @property
    def value(self):
        if self._tail:
            if isinstance(self._value, str):
                self._value = "".join([self._value] + self._tail)
            else:
                self._value = self._value + [item for part in self._tail for item in part]
            self._tail = []
        return self._value

    def edit(self, seq, splice, author=None):
        start, delete, insert = splice
        if start == self.size and not delete:   # appending stays cheap however long the value is
            self._tail.append(insert)
        else:
            self._value = apply_splice(self.value, splice)
        self.size += len(insert) - delete
        self.seq = seq
        self._encoded = None
        encoded = _encode(splice if author is None else (*splice, author))
        self.deltas = self.deltas or collections.deque()
        self.deltas.append((seq, splice if isinstance(insert, str) else None, encoded))
        self.delta_bytes += len(encoded)
        self._compact()

    def _compact(self):
        """Drop the oldest deltas while they outweigh the whole value; a few always stay for edits in flight."""
        whole = self.size if isinstance(self._value, str) else 12 * self.size
        while self.delta_bytes > whole and (len(self.deltas) > KEPT_DELTAS
                                            or self.delta_bytes > whole + KEPT_DELTA_BYTES):
            self._drop_oldest()

    def _drop_oldest(self):
        seq, _, encoded = self.deltas.popleft()
        self.whole_seq = seq
        self.delta_bytes -= len(encoded)

    def make_whole(self):
        """Forget the deltas, so that none names what is about to go."""
        while self.deltas:
            self._drop_oldest()

    def since(self, base):
        """The splices of a text after number base, or None if they are not all here."""
        if base < self.whole_seq:
            return None
        return [splice for seq, splice, _ in self.deltas if seq > base]

    def operation(self, wid, name, since):
        if since >= self.whole_seq and self.deltas:
            splices = []
            for seq, _, encoded in reversed(self.deltas):
                if seq <= since:
                    break
                splices.append(encoded)
            return b'["edit",%d,"%b",[%b]]' % (wid, name.encode(), b",".join(reversed(splices)))
        if self._encoded is None:
            self._encoded = _encode(self.value)
        return b'["set",%d,"%b",[%b]]' % (wid, name.encode(), self._encoded)


class _Creation:
    """A widget's creation, which never moves: when, its operation, and the names of its cells."""

    __slots__ = ("seq", "encoded", "names")

    def __init__(self, seq, encoded):
        self.seq, self.encoded, self.names = seq, encoded, ()


class Changes(collections.namedtuple("Changes", "since until operations blobs reset complete")):
    """What changed: between which numbers, the operations as joined JSON, the Blobs that they name.

    reset: the cursor was too old or foreign; the operations start from nothing.
    complete: nothing was left for another batch.
    """


class StateLog:
    """A table of cells, each stamped with the number of its last change, in order of last change.

    epoch tells this log from any other. seq is the number of the newest change. Any thread may
    call; `lock` is held for table updates only.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.epoch = _random_token(6)
        self.seq = 0
        self._creations = {}                    # wid -> _Creation, in order of creation
        self._cells = {}                        # (wid, name) -> cell, in order of last change
        self._tombstones = []                   # (seq, wid, seq of its creation)
        self._horizon = 0                       # the newest change that the tombstones no longer tell
        self._shared = None                     # the newest answer, for browsers that ask the same

    def __contains__(self, wid):
        return wid in self._creations or wid == 0

    def create(self, wid, class_name, arguments=()):
        """Record a widget. Its creation precedes all that can refer to it."""
        encoded = b'["new",%d,%b,%b]' % (wid, _encode(class_name), _encode(list(arguments)))
        with self.lock:
            self.seq += 1
            self._creations[wid] = _Creation(self.seq, encoded)

    def set(self, wid, name, arguments, origin=None, blobs=()):
        """Replace a cell's whole value. arguments: a list of JSON values; origin: the browser it came from."""
        value = arguments[0] if len(arguments) == 1 and arguments[0].__class__ is str else _encode(arguments)
        key = wid, name
        with self.lock:
            if wid not in self._creations:      # _check() without the call: this is the busiest place of all
                self._check(wid)
            cell = self._cells.get(key)
            if cell is None:
                self._note_name(wid, name)
                cell = _Cell(0, value, origin, blobs)
            elif cell.value.__class__ is value.__class__ and cell.value == value:
                return
            else:
                cell.value, cell.origin, cell.blobs = value, origin, blobs
                if cell.seq != self.seq:        # the newest change stays last
                    del self._cells[key]
            cell.seq = self.seq = self.seq + 1
            self._cells[key] = cell

    def set_sequence(self, wid, name, value):
        """Replace a text or list that edit() may change afterwards."""
        _encode(value)
        key = wid, name
        with self.lock:
            self._check(wid)
            self.seq += 1
            cell = self._cells.pop(key, None)
            if cell is None:
                self._note_name(wid, name)
                cell = _SequenceCell(self.seq, value)
            else:
                cell.set(self.seq, value)
            self._cells[key] = cell

    def edit(self, wid, name, splice, author=None):
        """Apply a splice (start, delete, insert) to a text or list cell and remember it as a delta.

        author: the number of the browser that it came from, told to all; None for Python.
        """
        key = wid, name
        with self.lock:
            self._check(wid)
            cell = self._cells.pop(key)
            self.seq += 1
            cell.edit(self.seq, splice, author)
            self._cells[key] = cell

    def rebase(self, wid, name, base, splices):
        """Splices that were made one after another on the value as of number base, as they are to be applied now.

        What was changed since then moves them. Of a base that is too old to tell only the inserts
        are kept, at about their places: nobody's typing is lost. None for impossible splices.
        """
        with self.lock:
            self._check(wid)
            cell = self._cells.get((wid, name))
            if cell is None:
                return None
            later = cell.since(base)
            if later is None:
                splices = [(min(start, cell.size), 0, insert) for start, _, insert in splices]
            else:
                splices, _ = cross_splices(splices, later)
            size = cell.size
            for start, delete, insert in splices:
                if start + delete > size:
                    return None
                size += len(insert) - delete
            return splices

    def splices_since(self, wid, name, base):
        """What was changed in a text since number base; nothing if that is too long ago to tell, or the text is gone."""
        with self.lock:
            cell = self._cells.get((wid, name))
            return cell and cell.since(base) or ()

    def touch(self, wid, name):
        """Send a cell again to everybody, its author included."""
        with self.lock:
            cell = self._cells.pop((wid, name), None)
            if cell is not None:
                self.seq += 1
                if isinstance(cell, _SequenceCell):
                    cell.set(self.seq, cell.value)
                else:
                    cell = _Cell(self.seq, cell.value, None, cell.blobs)
                self._cells[wid, name] = cell

    def get(self, wid, name):
        """The arguments last set, as a list; None if the cell was never set."""
        cell = self._cells.get((wid, name))
        if cell is None:
            return None
        if isinstance(cell, _SequenceCell):
            with self.lock:
                return [cell.value]
        return json.loads(cell.encoded)

    def get_cell(self, wid, name):
        """The cell itself, or None."""
        return self._cells.get((wid, name))

    def destroy(self, wid, mentioned_in=()):
        """Forget a widget and its cells. mentioned_in: keys of list cells whose deltas may name it."""
        with self.lock:
            creation = self._creations.pop(wid, None)
            if creation is None:
                return
            for name in creation.names:
                del self._cells[wid, name]
            for key in mentioned_in:
                if key in self._cells:
                    self._cells[key].make_whole()
            self.seq += 1
            self._tombstones.append((self.seq, wid, creation.seq))
            if len(self._tombstones) > MAX_TOMBSTONES:
                self._horizon = self._tombstones.pop(0)[0]

    def _check(self, wid):
        if wid and wid not in self._creations:
            raise KeyError(wid)

    def _note_name(self, wid, name):
        if wid:
            self._creations[wid].names += (name,)

    def changes(self, since, browser=None, epoch=None, limit=MAX_BATCH_BYTES, partial=False):
        """What a cursor at number `since` has missed, as Changes; at most `limit` bytes unless one operation is larger.

        browser: whose own plain values are left out, as it has them. epoch: of the log that the
        cursor belongs to (None: this one). partial: the cursor stands where an incomplete answer
        ended: values that changed again since are not with it, so that it gets them whole.
        """
        with self.lock:
            reset = since < self._horizon or since > self.seq or (epoch is not None and epoch != self.epoch)
            if reset or since == 0:
                reset, since = since != 0, 0
            key = since, self.seq, limit, partial
            if self._shared is None or self._shared[0] != key:
                self._shared = key, self._collect(since, limit, partial)
            until, complete, entries, origins, joined, blobs = self._shared[1]
            if since and browser in origins:    # a page that starts from nothing needs its own values too
                entries = [entry for entry in entries if entry[2] != browser]
                joined = b",".join(entry[1] for entry in entries)
                blobs = [blob for entry in entries for blob in entry[3]]
            return Changes(since, until, joined, blobs, reset, complete)

    def forget_shared(self):
        """Drop the answer kept for browsers that ask the same."""
        self._shared = None

    def _collect(self, since, limit, partial):
        """Operations after `since` in order of their numbers, cut at a boundary when they pass the limit."""
        entries = []                            # (seq, encoded, origin, blobs)
        for creation in reversed(self._creations.values()):
            if creation.seq <= since:
                break
            entries.append((creation.seq, creation.encoded, None, ()))
        for key in reversed(self._cells):
            cell = self._cells[key]
            if cell.seq <= since:
                break
            entries.append((cell.seq, cell.operation(key[0], key[1], -1 if partial else since), cell.origin, cell.blobs))
        if since:
            for seq, wid, created in reversed(self._tombstones):
                if seq <= since:
                    break
                if created <= since:
                    entries.append((seq, b'["end",%d]' % wid, None, ()))
        entries.sort(key=operator.itemgetter(0))
        until, size = self.seq, 0
        for index, (_, encoded, _, blobs) in enumerate(entries):
            size += len(encoded) + (sum(len(blob.data) for blob in blobs) if blobs else 0)
            if size > limit and index:
                until = entries[index - 1][0]
                del entries[index:]
                break
        origins = {entry[2] for entry in entries if entry[2] is not None}
        blobs = [blob for entry in entries for blob in entry[3]]
        return until, until == self.seq, entries, origins, b",".join(entry[1] for entry in entries), blobs


################################################################################
# 8. Sessions ##################################################################
################################################################################
# A session: its widgets, its callbacks, its browsers; the one table of wire messages. Knows
# transports only as objects with send(), close() and pause_reading()/resume_reading().


def _parse_number(convert, limit):
    def parse(text):
        if len(text) > 40:
            raise ValueError("number too long")
        number = convert(text)
        if not -limit <= number <= limit:
            raise ValueError("number out of range")
        return number
    return parse


def _refuse_constant(name):
    raise ValueError("%s is not allowed" % name)


_decode_json = json.JSONDecoder(parse_int=_parse_number(int, MAX_SAFE_INTEGER), parse_constant=_refuse_constant,
                                parse_float=_parse_number(float, sys.float_info.max)).decode
_JSON_STRING = _Pattern(r'"(?:[^"\\]|\\.)*"', re.DOTALL)

#: What a browser may send: type -> field -> (Python types, required). The only such list (R60).
_NULL = type(None)
MESSAGES = {
    "hello": {"session": ((str, _NULL), False), "token": ((str, _NULL), False), "browser": ((str, _NULL), False),
              "epoch": ((str, _NULL), False), "since": (int, False), "width": ((int, float), False),
              "height": ((int, float), False)},
    "event": {"n": (int, True), "wid": (int, True), "action": ((str, _NULL), False), "args": (list, False),
              "state": (dict, False), "edit": (dict, False)},
    "ack": {"until": (int, True)},
    "answer": {"ask": (int, True), "value": (object, False), "error": ((str, _NULL), False)},
    "layout": {"sizes": (list, True)},
    "upload": {"wid": (int, True), "key": (int, True), "payload": (dict, True), "files": (list, True)},
    "rows": {"wid": (int, True), "start": (int, True), "count": (int, True)},
    "screen": {"width": ((int, float), True), "height": ((int, float), True)},
    "ping": {},
}


def parse_message(text):
    """A browser's message as a dict that MESSAGES allows.

    Raises ProtocolError with close_code 1008 that names the field (R60); nothing is half accepted.
    """
    if not isinstance(text, str):
        raise ProtocolError("binary message not expected", close_code=1008)
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH:
        depth = deepest = 0
        for char in re.findall(r"[\[\]{}]", _JSON_STRING.sub("", text)):
            depth += 1 if char in "[{" else -1
            deepest = max(deepest, depth)
        if deepest > MAX_JSON_DEPTH:
            raise ProtocolError("message nests deeper than %d" % MAX_JSON_DEPTH, close_code=1008)
    try:
        message = _decode_json(text)
    except (ValueError, RecursionError):
        raise ProtocolError("message is not JSON as we allow it", close_code=1008) from None
    fields = MESSAGES.get(message.get("type")) if isinstance(message, dict) and isinstance(
        message.get("type"), str) else None
    if fields is None:
        raise ProtocolError("message field type is unknown", close_code=1008)
    for name, (types, required) in fields.items():
        if name not in message:
            if required:
                raise ProtocolError("message field %s is missing" % name, close_code=1008)
        elif not isinstance(message[name], types) or (isinstance(message[name], bool) and types is not object):
            raise ProtocolError("message field %s has the wrong type" % name, close_code=1008)
    return message


class CallbackQueue:
    """Runs functions one after another: on a thread that exists only while there is work, or in drain().

    threaded: False leaves the functions to a thread that calls drain() (the "serialized" mode).
    """

    def __init__(self, name, threaded=True):
        self._name = name
        self._items = []
        self._changed = threading.Condition(threading.Lock())
        self._alive = not threaded              # somebody takes what is queued
        self.thread = None

    def submit(self, function):
        """Queue function(); from any thread."""
        with self._changed:
            self._items.append(function)
            if self._alive:
                self._changed.notify()
                return
            self._alive = True
            self.thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self.thread.start()

    def _run(self):
        while True:
            with self._changed:
                if not self._items and not self._changed.wait(IDLE_THREAD_S) and not self._items:
                    self._retire()
                    return
                if not self._items:
                    continue
                function = self._items.pop(0)
                if function is None:
                    self._retire()
                    return
            function()
            del function                        # an idle thread must not keep the last callback's objects alive

    def _retire(self):
        self._alive = False
        self.thread = None

    def drain(self, timeout_s):
        """Wait up to timeout_s for something to run, then run all that waits on the calling thread."""
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_s)
        while self._items:
            function = self._items.pop(0)
            if function is not None:
                function()

    def stop(self):
        """End after what is queued; returns the thread to wait for, or None."""
        with self._changed:
            thread = self.thread
            if self._alive:
                self._items.append(None)
                self._changed.notify()
            return thread


class CallbackPool:
    """The "concurrent" mode: up to MAX_CALLBACK_THREADS functions at once, the rest queue."""

    def __init__(self):
        self._items = collections.deque()
        self._changed = threading.Condition(threading.Lock())
        self._threads = self._idle = 0
        self._ending = False

    def submit(self, function):
        with self._changed:
            self._items.append(function)
            if self._idle >= len(self._items) or self._threads >= MAX_CALLBACK_THREADS:
                self._changed.notify()
                return
            self._threads += 1
        threading.Thread(target=self._run, name="livewidget-callback", daemon=True).start()

    def _run(self):
        while True:
            with self._changed:
                self._idle += 1
                self._changed.wait_for(lambda: self._items or self._ending, IDLE_THREAD_S)
                self._idle -= 1
                if not self._items:
                    self._threads -= 1
                    return
                function = self._items.popleft()
            function()
            del function

    def stop(self):
        """Let the idle threads end."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()


class Browser:
    """One page attached to a session, whatever carries it. In the public API: one of session.connections."""

    def __init__(self, session, browser_id, number):
        self.session = session
        self.id = browser_id
        self.number = number                    # names it to the others, who must not know its id
        self.transport = None
        self.since = 0                          # the last change sent
        self.sent = []                          # `until` of each batch not acknowledged, MAX_BATCHES at most
        self.received = 0                       # number of the newest message received
        self.done = 0                           # number of the newest message whose state is in the log
        self.calls = []                         # encoded one-shot calls not sent
        self.call_bytes = 0
        self.strays = []                        # when messages named something unknown
        self.reset = False
        self.partial = False                    # `since` is the end of an incomplete answer
        self.reset_until = None                 # a batch that starts from nothing is on its way to the page

    def __repr__(self):
        return "<Browser of session %s>" % self.session.id[:6]

    def close(self, code=1000, reason=""):
        """End this browser's connection; its page reconnects by itself unless the code forbids it."""
        transport = self.transport
        if transport is not None:
            transport.close(code, reason)

    @property
    def origin(self):
        """Whose its values are: its own, which need no echo, unless the page is just starting from nothing."""
        return self.id if self.reset_until is None else None

    @property
    def ready(self):
        """Attached, and able to take one more batch."""
        return self.transport is not None and len(self.sent) < MAX_BATCHES

    def add_call(self, encoded):
        """Queue a one-shot call; a browser that does not take them is told to come back later (R69)."""
        self.calls.append(encoded)
        self.call_bytes += len(encoded)
        if len(self.calls) > MAX_CALLS or self.call_bytes > MAX_CALL_BYTES:
            self.calls.clear()
            self.call_bytes = 0
            self.close(1013, "too many calls wait")

    def send_changes(self):
        """Send what there is to tell, as batches, while the browser can take one more. One thread at a time calls."""
        log = self.session._log
        transport = self.transport
        while self.ready and (self.since < log.seq or self.calls or self.reset):
            with log.lock:                      # the batch and the number belong together
                changes, done = log.changes(self.since, self.id, partial=self.partial), self.done
            calls, self.calls, self.call_bytes = self.calls, [], 0
            if calls and not changes.complete:  # calls come after all state that preceded them
                self.calls, calls = calls + self.calls, []
                self.call_bytes = sum(map(len, self.calls))
            reset, self.reset = self.reset or changes.reset, False
            self.since, self.partial = changes.until, not changes.complete
            if reset:
                self.reset_until = changes.until
            if not changes.operations and not calls and not reset:
                continue                        # nothing but what this browser said itself
            self.sent.append(changes.until)
            body = b'{"type":"changes","ack":%d,"since":%d,"until":%d,%b%b"operations":[%b],"calls":[%b]}' % (
                done, changes.since, changes.until, b'"reset":true,' if reset else b"",
                b"" if changes.complete else b'"more":true,', changes.operations, b",".join(calls))
            transport.send([blob.frame_payload() for blob in changes.blobs], body)

    def stray(self):
        """Count a message that names something unknown; too many of them end the connection (R59)."""
        now = time.monotonic()
        self.strays.append(now)
        while now - self.strays[0] > 60:
            del self.strays[0]
        if len(self.strays) > MAX_STRAYS_PER_MINUTE:
            raise ProtocolError("too many messages name something unknown", close_code=1008)


class _Ask:
    """A question waiting for its browser."""

    __slots__ = ("browser", "done", "value", "error")

    def __init__(self, browser):
        self.browser, self.done, self.value, self.error = browser, threading.Event(), None, None

    def finish(self, value=None, error=None):
        self.value, self.error = value, error
        self.done.set()


def safe_file_name(name):
    """The last part of a file name that a browser gave, harmless on every system (R67)."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "", name).lstrip(".").rstrip(". ")
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", name):
        name = "_" + name
    while len(name.encode("utf-8", "replace")) > 255:
        name = name[:-1]
    return name or "upload"


class Transfer:
    """Files on their way from a browser to a widget: chunks come in order, each in a request of its own."""

    def __init__(self, browser, widget, payload, files, folder):
        import tempfile
        self.id = _random_token(16)
        self.browser, self.widget = browser, widget
        self.payload = {**payload, "transfer_id": self.id}
        self.files = [{"name": safe_file_name(file["name"]), "size": file["size"], "encoding": "bytes",
                       "type": file["type"] or "application/octet-stream", "data": None} for file in files]
        self.total = sum(file["size"] for file in self.files)
        self.stores = [tempfile.SpooledTemporaryFile(UPLOAD_MEMORY_BYTES, dir=folder) for _ in self.files]
        self.received = 0
        self.at = (0, 0)                        # the file and the chunk that come next
        self.heard = time.monotonic()
        self._skip_complete_files()

    def _skip_complete_files(self):
        index, chunk = self.at
        while index < len(self.files) and chunk * UPLOAD_CHUNK_BYTES >= self.files[index]["size"]:
            index, chunk = index + 1, 0
        self.at = index, chunk

    @property
    def complete(self):
        return self.at[0] == len(self.files)

    def take(self, index, chunk, data):
        """Store a chunk; returns what "drop-progress" reports. Raises ProtocolError for any but the next one (R66)."""
        expected = 0 if self.complete else min(UPLOAD_CHUNK_BYTES,
                                               self.files[self.at[0]]["size"] - self.at[1] * UPLOAD_CHUNK_BYTES)
        if (index, chunk) != self.at or len(data) != expected or not data:
            raise ProtocolError("not the chunk that comes next", status=400)
        self.stores[index].write(data)
        self.heard = time.monotonic()
        self.received += len(data)
        self.at = index, chunk + 1
        self._skip_complete_files()
        return {"transfer_id": self.id, "file_index": index, "chunk_index": chunk,
                "num_chunks": -(-self.files[index]["size"] // UPLOAD_CHUNK_BYTES),
                "transferred_bytes": self.received, "total_bytes": self.total, "complete": self.complete}

    def result(self, error=None):
        """What "drop-end" reports: the payload, and the files with their data, or with an error."""
        files = []
        for file, store in zip(self.files, self.stores):
            store.seek(0)
            files.append({**file, "error": error} if error else {**file, "data": store.read()})
        return {**self.payload, "files": files}

    def discard(self):
        """Free what was stored."""
        for store in self.stores:
            store.close()


class Session:
    """A widget tree with its callbacks and the browsers that show it. Made by an Application.

    A session outlives its browsers: it may have none (made by Application.create_session, or after
    they left) and any number up to MAX_BROWSERS. Everything may be called from any thread.
    """

    def __init__(self, app, session_id=None, ws=None, token=None):
        self._app = app
        self._id = _random_token(16) if session_id is None else str(session_id)
        self._token = token or _random_token(32)
        self._log = StateLog()
        self._widgets = {}                       # wid -> Widget
        self._wids = itertools.count(1)
        self._browsers = {}                     # id -> Browser, attached
        self._numbers = itertools.count(1)
        self._parted = collections.OrderedDict()         # id -> Browser, gone but perhaps coming back
        self._flush_lock = threading.Lock()
        self._dirty = False
        self._saturated = False                 # what is set goes with a later acknowledgement or pace: setters need not look
        self._paced = False                     # _send_waiting is due
        self._queue = None
        self._callback_threads = {}             # thread ident -> (when it began, what runs)
        self._reported_slow = None
        self._flush_timer = False
        self._batch_depth = 0
        self._asks = {}
        self._ask_ids = itertools.count(1)
        self._transfers = {}                    # id -> Transfer
        self._queued = self._queued_bytes = 0
        self._queue_lock = threading.Lock()
        self._screen = (0, 0)
        self._absent_since = time.monotonic()    # when the last browser left; None while one is attached
        self._built = False                     # on_connect was called, or the program made it headless
        self._ended = False
        if ws is not None:
            self.add_connection(ws)

    def __repr__(self):
        return "<Session id=%s...>" % self._id[:6]

    # Identity and browsers

    @property
    def id(self):
        """Unique identifier, a str."""
        return self._id

    @property
    def token(self):
        """The secret with which a browser may join this session, a str of 43 characters."""
        return self._token

    @property
    def app(self):
        """The Application of this session."""
        return self._app

    @property
    def is_connected(self):
        """Whether at least one browser is attached."""
        return bool(self._browsers)

    @property
    def connections(self):
        """The attached browsers, a list; the first is the one that questions go to."""
        return list(self._browsers.values())

    def get_url(self):
        """A link that opens this very session in another browser; None without a built-in HTTP server.

        It carries the session's id and token in its fragment, which browsers send to nobody.
        """
        url = self._app.url
        return None if url is None else "%s#session=%s&token=%s" % (url, self._id, self._token)

    def get_screen_size(self):
        """(width, height) of the first browser's viewport in px; (0, 0) before one connected."""
        return self._screen

    def add_connection(self, browser):
        """Attach a browser and bring it up to date. Programs wrap this to notice reconnects."""
        with self._flush_lock:
            self._browsers[browser.id] = browser
            self._absent_since = None
        self._flush()

    def remove_connection(self, browser):
        """Detach a browser: questions to it fail, what it missed waits in the log."""
        with self._flush_lock:
            self._browsers.pop(browser.id, None)
            browser.transport = None
            browser.calls.clear()
            browser.sent.clear()
            browser.call_bytes = 0
            if not self._browsers:
                self._absent_since = time.monotonic()
            self._parted[browser.id] = browser
            while len(self._parted) > MAX_PARTED_BROWSERS:
                self._parted.popitem(last=False)
        for ask in list(self._asks.values()):
            if ask.browser is browser:
                ask.finish(error="the browser left before it answered")
        for transfer in list(self._transfers.values()):
            if transfer.browser is browser:
                self._end_transfer(transfer, "the browser left")

    def _take_parted(self, browser_id):
        """The record of a page that was attached before, or None."""
        return self._parted.pop(browser_id, None)

    # Widgets

    def get_widgets(self):
        """A namespace with one factory per widget class: W.Button("x") is Button(session, "x").

        W.Button also serves as a base class: class Mine(W.Button) needs no session argument either.
        """
        return self._app.widget_namespace(self)

    def _next_wid(self):
        return next(self._wids)

    def walk_widget_tree(self):
        """Yield all widgets, parents before children, depth first, roots in order of creation."""
        stack = [widget for widget in reversed(list(self._widgets.values())) if widget.parent is None]
        while stack:
            widget = stack.pop()
            yield widget
            stack.extend(reversed(widget._child_widgets()))

    def set_theme(self, theme: str):
        """Show the session's pages in a theme: "light", "dark", or "auto", which follows each browser."""
        _require(theme in THEMES, "set_theme: theme must be one of %s" % ", ".join(THEMES), theme=theme)
        self._log.set(0, "set_theme", [theme])
        self._changed()

    def make_timer(self, duration=0):
        """A Timer of this session; duration in seconds."""
        return self.get_widgets().Timer(duration)

    def reconstruct(self):
        """Send the whole tree to all attached browsers again. Never needed: a newcomer gets it by itself."""
        with self._flush_lock:
            for browser in self._browsers.values():
                browser.since, browser.reset, browser.partial = 0, True, False
        self._flush()

    # State from Python

    def _changed(self):
        """Something was recorded: send it now, unless a callback or batch() collects."""
        if not self._batch_depth and threading.get_ident() not in self._callback_threads:
            self._flush()

    def _flush(self):
        """Send to every browser what it has missed and can take."""
        self._dirty = True
        while self._dirty and self._flush_lock.acquire(False):
            try:
                self._dirty = False
                saturated = True
                for browser in self._browsers.values():
                    if browser.since < self._log.seq or browser.calls or browser.reset:
                        browser.send_changes()
                    saturated = saturated and len(browser.sent) >= MAX_BATCHES
                self._log.forget_shared()
                self._saturated = saturated or self._paced
            finally:
                self._flush_lock.release()

    def batch(self):
        """Context manager: changes made inside reach the browsers as one message when the outermost block ends."""
        return _Batch(self)

    def _call(self, wid, method, arguments):
        """Queue a one-shot call to the browsers that are connected now."""
        encoded = b'["call",%d,%b,%b]' % (wid, _encode(method), _encode(arguments))
        with self._flush_lock:
            for browser in self._browsers.values():
                browser.add_call(encoded)
        self._changed()

    def _call_one(self, browser, wid, method, arguments):
        """Queue a one-shot call to one browser."""
        encoded = b'["call",%d,%b,%b]' % (wid, _encode(method), _encode(arguments))
        with self._flush_lock:
            browser.add_call(encoded)
        self._flush()

    def _ask(self, wid, method, arguments):
        """Ask the first browser and wait for its answer; raises BrowserError (R73)."""
        with self._flush_lock:
            browser = next(iter(self._browsers.values()), None)
            if browser is None:
                raise BrowserError("%s needs a browser and none is connected to %r" % (method, self))
            number = next(self._ask_ids)
            ask = self._asks[number] = _Ask(browser)
            browser.add_call(b'["ask",%d,%b,%b,%d]' % (wid, _encode(method), _encode(arguments), number))
        try:
            self._flush()
            if not ask.done.wait(ASK_TIMEOUT_S):
                raise BrowserError("%s was not answered within %g s" % (method, ASK_TIMEOUT_S))
        finally:
            del self._asks[number]
        if ask.error is not None:
            raise BrowserError("%s: %s" % (method, ask.error))
        return ask.value

    # Callbacks

    def gui_do(self, func, *args, **kwargs):
        """Run func(*args, **kwargs) on this session's callback thread; returns at once.

        "serialized" queues it for run(); "concurrent" calls it here and now.
        """
        if self._app.concurrency_handling == "concurrent":
            self._run_callback(func, args, kwargs)
        else:
            self._submit(functools.partial(self._run_callback, func, args, kwargs))

    def gui_call(self, func, *args, **kwargs):
        """Like gui_do, but waits, returns func's result and raises its exception.

        Called on the callback thread itself it runs func directly.
        """
        if threading.get_ident() in self._callback_threads or self._app.concurrency_handling == "concurrent":
            return _run_handler(func, args, kwargs)
        _require(not self._ended, "gui_call: the session has ended")
        done, outcome = threading.Event(), {}

        def call():
            try:
                outcome["result"] = _run_handler(func, args, kwargs)
            except BaseException as error:
                outcome["error"] = error
            finally:
                done.set()
        self._submit(functools.partial(self._run_callback, call, (), {}))
        while not done.wait(1.0):               # nothing waits for ever: the session may end meanwhile
            _require(not self._ended or self._callback_threads, "gui_call: the session ended before the function ran")
        if "error" in outcome:
            raise outcome["error"]
        return outcome["result"]

    def get_session_thread(self):
        """The Thread that runs this session's callbacks now, or None when none is running."""
        return getattr(self._queue, "thread", None)

    def _submit(self, function):
        """Queue a function where this session's callbacks run (any thread)."""
        if self._queue is None:
            self._queue = self._app.callback_queue(self)
        self._queue.submit(function)
        self._app.reactor.call_soon(self._watch_callbacks)

    def _watch_callbacks(self):
        """While callbacks run: send what they changed so far, and name one that runs too long (reactor thread)."""
        if not self._flush_timer:
            self._flush_timer = True
            self._app.reactor.call_later(CALLBACK_FLUSH_S, self._look_at_callbacks)

    def _look_at_callbacks(self):
        self._flush_timer = False
        running = list(self._callback_threads.values())
        if running:
            now = time.monotonic()
            began, function = running[0]
            if now - began > SLOW_CALLBACK_S and self._reported_slow != began:
                self._reported_slow = began
                self._app.logger.warning("callback %s has been running for %.0f s; other callbacks of its session wait",
                                         _function_name(function), now - began)
            if not self._batch_depth:
                self._flush()
        if running or self._queued:
            self._watch_callbacks()

    def _run_callback(self, func, args=(), kwargs=None):
        """Run user code: log and show what it raises, then send what it changed."""
        ident = threading.get_ident()
        outer = self._callback_threads.get(ident)
        self._callback_threads[ident] = (time.monotonic(), func)
        try:
            _run_handler(func, args, kwargs or {})
        except Exception as error:
            self._report(func, error)
        finally:
            if outer is None:
                del self._callback_threads[ident]
            else:
                self._callback_threads[ident] = outer
        if outer is None and not self._batch_depth:
            self._flush()

    def _report(self, func, error):
        """Log an exception of user code with its traceback; show it in the page when debug is on."""
        self._app.logger.error("callback %s raised", _function_name(func),
                               exc_info=(type(error), error, error.__traceback__))
        if self._app.debug:
            import traceback
            text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
            self._call(0, "show_error", [_function_name(func), text])

    # Messages from browsers (reactor thread)

    def _receive(self, browser, message, size):
        """Take one checked message of a browser. Raises ProtocolError to end its connection."""
        kind = message["type"]
        if kind == "event":
            self._receive_event(browser, message, size)
        elif kind == "ack":
            self._receive_ack(browser, message["until"])
        elif kind == "answer":
            ask = self._asks.get(message["ask"])
            if ask is not None and ask.browser is browser:
                ask.finish(message.get("value"), message.get("error"))
        elif kind == "layout":
            self._receive_layout(browser, message["sizes"])
        elif kind == "screen":
            if next(iter(self._browsers.values()), None) is browser:
                self._screen = (message["width"], message["height"])
        elif kind == "upload":
            self._receive_upload(browser, message)
        elif kind == "rows":
            self._receive_rows(browser, message)
        elif kind == "ping":
            browser.transport.send((), b'{"type":"pong","ack":%d}' % browser.done)
        else:
            raise ProtocolError("message field type is not expected now", close_code=1008)

    def _receive_ack(self, browser, until):
        if until not in browser.sent:
            if until > self._log.seq:
                raise ProtocolError("message field until was never sent", close_code=1008)
            return
        while browser.sent and browser.sent[0] <= until:
            del browser.sent[0]
        if browser.reset_until is not None and browser.reset_until <= until:
            browser.reset_until = None
        if not self._paced:
            self._send_waiting()

    def _send_waiting(self):
        """Send what waits: on an acknowledgement, then at PACE_S while setters outrun the browsers (reactor thread).

        A second batch right behind the first would have hardly anything new, and take the place of one
        that could still reach the same frame. So setters only record until the next pace.
        """
        seq = self._log.seq
        self._paced = self._saturated and any(browser.ready and browser.since < seq
                                              for browser in list(self._browsers.values()))
        # Before the flush: it or the next pace sends what is set from here on; what a batch holds now, that batch's end.
        self._saturated = self._paced and not self._batch_depth
        if not self._batch_depth and not self._callback_threads:
            self._flush()
        elif self._callback_threads:
            self._watch_callbacks()
        if self._paced:
            self._app.reactor.call_later(PACE_S, self._send_waiting)

    def _receive_event(self, browser, message, size):
        if message["n"] <= browser.received:    # sent again after a reconnect
            return
        browser.received = message["n"]
        widget = self._widgets.get(message["wid"])
        event = None
        if widget is None:
            browser.stray()
        else:
            try:
                event = widget._check_event(message, browser)
            except ProtocolError:
                browser.stray()
                for name in list(message.get("state", ())) + list(message.get("edit", ())):
                    self._log.touch(widget.wid, name)
        if event is None:
            if self._queued == 0:
                browser.done = message["n"]
                self._changed()
            return
        concurrent = self._app.concurrency_handling == "concurrent"
        if concurrent or not event.handlers and self._queued == 0 and not self._callback_threads:
            self._apply_event(browser, message["n"], event)
            self._run_handlers(event.widget, event.args, event.handlers)
            self._changed()
            return
        with self._queue_lock:
            self._queued += 1
            self._queued_bytes += size
            if self._queued >= MAX_QUEUED_MESSAGES or self._queued_bytes >= MAX_QUEUED_BYTES:
                for other in self._browsers.values():
                    other.transport.pause_reading()
        self._submit(functools.partial(self._run_event, browser, message["n"], event, size))

    def _apply_event(self, browser, number, event):
        """Lay the state that came with an event into the log: from here on it counts as processed."""
        with self.batch(), self._log.lock:      # no batch may tell the number without the state, or the reverse
            event.apply(browser)
            browser.done = max(browser.done, number)

    def _run_event(self, browser, number, event, size):
        """On the callback thread: state first, then handlers in order of registration."""
        with self._queue_lock:
            self._queued -= 1
            self._queued_bytes -= size
            if self._queued <= MAX_QUEUED_MESSAGES // 2 and self._queued_bytes <= MAX_QUEUED_BYTES // 2:
                for other in list(self._browsers.values()):
                    if other.transport is not None:
                        other.transport.resume_reading()
        if self._ended:
            return
        self._apply_event(browser, number, event)
        self._run_handlers(event.widget, event.args, event.handlers)
        if not self._batch_depth and threading.get_ident() not in self._callback_threads:
            self._flush()

    def _run_handlers(self, widget, args, handlers):
        """Run handlers of a widget's event where the dispatch mode says; call on the callback thread."""
        for handler, pass_widget, extra, kwargs in handlers:
            arguments = ((widget,) if pass_widget else ()) + tuple(args) + extra
            if self._app.concurrency_handling == "concurrent":
                self._submit(functools.partial(self._run_callback, handler, arguments, kwargs))
            else:
                self._run_callback(handler, arguments, kwargs)

    def _receive_upload(self, browser, message):
        """A browser announces files dropped on a widget: give it a transfer, or say why not (R65, R66)."""
        widget, files = self._widgets.get(message["wid"]), message["files"]
        known = all(isinstance(file, dict) and isinstance(file.get("name"), str) and isinstance(file.get("type"), str)
                    and isinstance(file.get("size"), int) and file["size"] >= 0 for file in files)
        if widget is None or not known or not widget._handlers_of(widget.upload_callbacks[2]):
            browser.stray()
            return
        total = sum(file["size"] for file in files) + sum(transfer.total for transfer in self._transfers.values())
        refused = ("at most %d files at a time" % MAX_FILES if len(files) > MAX_FILES else
                   "a file is over %d MiB" % (MAX_FILE_BYTES >> 20) if any(file["size"] > MAX_FILE_BYTES for file in files)
                   else "over %d MiB in all" % (MAX_UPLOAD_BYTES >> 20) if total > MAX_UPLOAD_BYTES else
                   "other files are still on their way" if len(self._transfers) >= MAX_TRANSFERS else None)
        if refused is None:
            transfer = Transfer(browser, widget, message["payload"], files, self._app.upload_folder())
            self._transfers[transfer.id] = transfer
            widget._fire(widget.upload_callbacks[0], {**transfer.payload, "files": transfer.files})
            answer = "upload", [message["key"], transfer.id, UPLOAD_CHUNK_BYTES]
            self._app.reactor.call_later(UPLOAD_TIMEOUT_S, functools.partial(self._watch_transfer, transfer))
        else:
            answer = "refuse_upload", [message["key"], refused]
        self._call_one(browser, 0, *answer)
        if refused is None and transfer.complete:
            self._end_transfer(transfer)

    def _receive_rows(self, browser, message):
        """A browser asks a table for the rows that it shows."""
        send_window = getattr(self._widgets.get(message["wid"]), "_send_window", None)
        if send_window is None:
            browser.stray()                     # no table, or one that went meanwhile
        else:
            send_window(browser, message)

    def _watch_transfer(self, transfer):
        """Discard a transfer that has gone silent."""
        if transfer.id in self._transfers:
            left = transfer.heard + UPLOAD_TIMEOUT_S - time.monotonic()
            if left <= 0:
                self._end_transfer(transfer, "timed out")
            else:
                self._app.reactor.call_later(left, functools.partial(self._watch_transfer, transfer))

    def _take_chunk(self, transfer, index, chunk, data):
        progress = transfer.take(index, chunk, data)
        transfer.widget._fire(transfer.widget.upload_callbacks[1], progress)
        if progress["complete"]:
            self._end_transfer(transfer)

    def _end_transfer(self, transfer, error=None):
        """All has come, or never will: tell the widget, free the store."""
        if self._transfers.pop(transfer.id, None) is not None:
            if not self._ended:
                transfer.widget._fire(transfer.widget.upload_callbacks[2], transfer.result(error))
            transfer.discard()

    def _receive_layout(self, browser, sizes):
        if next(iter(self._browsers.values()), None) is not browser:
            return                              # the first browser's layout counts
        for entry in sizes:
            ok = isinstance(entry, list) and len(entry) == 3 and all(
                isinstance(item, (int, float)) and not isinstance(item, bool) for item in entry)
            if not ok:
                raise ProtocolError("message field sizes has the wrong type", close_code=1008)
            widget = self._widgets.get(entry[0])
            if widget is not None:
                widget._laid_out(entry[1], entry[2])

    # Ending

    def close(self):
        """Close the browsers' connections; the session stays, and their pages come back by themselves."""
        for browser in self.connections:
            browser.close(1001, "closed by the program")

    def destroy(self):
        """End the session: browsers are told, the callback thread stops, all is forgotten. Safe to repeat."""
        self._app.forget_session(self)
        if self._ended:
            return
        self._ended = True
        for browser in self.connections:
            browser.close(4002, "the session has ended")
        for ask in list(self._asks.values()):
            ask.finish(error="the session ended")
        for transfer in list(self._transfers.values()):
            self._end_transfer(transfer, "the session ended")
        for widget in list(self._widgets.values()):
            widget._session_ended()
        if self._queue is not None:
            self._app.release_queue(self._queue)


class _Batch:
    """session.batch(): counts nested blocks; the last one out sends."""

    def __init__(self, session):
        self._session = session

    def __enter__(self):
        with self._session._queue_lock:
            self._session._batch_depth += 1
        return self

    def __exit__(self, *exc_info):
        with self._session._queue_lock:
            self._session._batch_depth -= 1
        if not self._session._saturated:
            self._session._changed()


def _function_name(function):
    while isinstance(function, functools.partial) or hasattr(function, "__wrapped__"):
        function = function.func if isinstance(function, functools.partial) else function.__wrapped__
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", None) or _shown(function)
    return name if code is None else "%s (%s:%d)" % (name, os.path.basename(code.co_filename), code.co_firstlineno)


def _run_handler(func, args, kwargs):
    """Call a handler; an `async def` one is run to its end, or becomes a task of the event loop that runs in this thread."""
    result = func(*args, **kwargs)
    if hasattr(result, "__await__"):
        import asyncio

        async def wait():
            return await result
        try:
            return asyncio.get_running_loop().create_task(wait())
        except RuntimeError:
            return asyncio.run(wait())
    return result


################################################################################
# 9. Widget base ###############################################################
################################################################################
# A widget is its class: signature, decorator and docstring are the definition; a body, if any,
# only checks. @state is a cell of the log, @call goes once to the browsers connected now, @ask
# waits for a browser's answer.


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_finite(value):
    return _is_number(value) and math.isfinite(value)


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_splice(value):
    return (isinstance(value, list) and len(value) == 3 and _is_count(value[0]) and _is_count(value[1])
            and isinstance(value[2], str))


def _to_float(value):
    number = value if _is_number(value) else _plain(value) if hasattr(value, "item") else None
    _require(_is_number(number) and math.isfinite(number), "a finite number")
    return number


def _to_int(value):
    value = value if isinstance(value, int) else _plain(value) if hasattr(value, "item") else value
    _require(_is_number(value) and value == int(value), "a whole number")
    return int(value)


def _to_bool(value):
    _require(isinstance(value, bool) or value in (0, 1), "True or False")
    return bool(value)


def _instance(kinds, text):
    def check(value):
        if isinstance(value, kinds):
            return value
        raise UsageError(text)
    return check


#: What an annotation demands: each gives the value, or raises UsageError saying what is allowed.
_CHECKS = {
    "str": _instance(str, "a str"), "float": _to_float, "int": _to_int, "bool": _to_bool,
    "list": _instance((list, tuple), "a list or tuple"), "dict": _instance(dict, "a dict"),
    "bytes": _instance((bytes, bytearray, memoryview), "bytes, bytearray or memoryview"),
    "Widget": lambda value: _instance(Widget, "a widget")(value),
    "Path": _instance((str, os.PathLike), "a path or URL"), "object": lambda value: value,
}
#: Classes whose very instances need no check.
_UNCHECKED = {"str": str, "bool": bool, "list": list, "dict": dict, "bytes": bytes}


@functools.lru_cache(maxsize=None)              # 555 parameters have 50 annotations
def _check_for(annotation):
    """The check for one annotation: names of _CHECKS and Literal[...] joined by " | ", None allowed if named."""
    checks, texts, optional = [], [], False
    for part in annotation.split(" | "):
        if part == "None":
            optional = True
        elif part.startswith("Literal["):
            words = re.findall(r"[\"']([^\"']*)[\"']", part)
            checks.append(_instance(str, "a word"))
            texts.append(words)
        else:
            checks.append(_CHECKS[part])
            texts.append(None)

    def check(value):
        if value is None and optional:
            return None
        error = None
        for one, words in zip(checks, texts):
            try:
                if words is None:
                    return one(value)
                _require(isinstance(value, str) and value in words, "one of %s" % ", ".join(map(repr, words)))
                return value
            except UsageError as caught:
                error = caught
        raise UsageError("%s%s" % (error, " or None" if optional else ""))
    return _CHECKS[annotation] if annotation in _CHECKS else check


class _Parameters:
    """A function's parameters behind self (and session): names, checks by annotation, defaults."""

    def __init__(self, function, skip=1, none_is_default=False):
        code = function.__code__
        self.names = code.co_varnames[skip:code.co_argcount]
        annotations = function.__annotations__
        self.checks = [_check_for(annotations.get(name, "object")) for name in self.names]
        self.classes = [_UNCHECKED.get(annotations.get(name)) for name in self.names]
        defaults = function.__defaults__ or ()
        self.required = len(self.names) - len(defaults)
        self.defaults = (None,) * self.required + defaults
        self._none_is_default = none_is_default

    def bind(self, where, args, kwargs):
        """Checked values in order; raises UsageError that names where, the parameter and what is allowed."""
        count = len(args)
        if count == len(self.names) and not kwargs and not self._none_is_default:
            try:
                return [check(value) for check, value in zip(self.checks, args)]
            except UsageError:
                pass                            # told properly below, or it is a default that no check allows
        if count > len(self.names):
            raise UsageError("%s takes at most %d arguments (%s), got %d" % (
                where(), len(self.names), ", ".join(self.names), count))
        values = list(args) + list(self.defaults[count:])
        for name, value in kwargs.items():
            if name not in self.names:
                raise UsageError("%s has no parameter %r; it takes %s" % (
                    where(), name, ", ".join(self.names) or "none"))
            index = self.names.index(name)
            if index < count:
                raise UsageError("%s got %r twice" % (where(), name))
            values[index] = value
        for index, check in enumerate(self.checks):
            value = values[index]
            if index >= self.required and value is self.defaults[index]:
                continue
            if value is None and self._none_is_default:
                values[index] = self.defaults[index]
                continue
            try:
                values[index] = check(value)
            except UsageError as error:
                missing = value is None and index >= count and self.names[index] not in kwargs
                raise UsageError("%s: %s must be %s, got %s" % (
                    where(), self.names[index], error, "nothing" if missing else _shown(value))) from None
        return values


def _only_a_docstring(self):
    """What most setters look like: their signature says it all."""


def _method(function, kind, finish):
    """A widget method that binds and checks its arguments, runs the body, then finish(self, name, values).

    A body may return a list to take the arguments' place. Without finish the body does it all.
    """
    parameters = _Parameters(function)
    name, classes = function.__name__, parameters.classes
    has_body = function.__code__.co_code != _only_a_docstring.__code__.co_code

    @functools.wraps(function)
    def method(self, *args, **kwargs):
        if [value.__class__ for value in args] == classes and not kwargs:
            values = list(args)
        else:
            values = parameters.bind(lambda: "%s.%s" % (type(self).__name__, name), args, kwargs)
        result = _run_body(function, self, values) if has_body else None
        return result if finish is None else finish(self, name, values if result is None else result)
    method.parameters, method.body, method.kind = parameters, function, kind
    return method


def _run_body(function, widget, values):
    """Call a method's body; what it refuses is told with the method's name in front."""
    try:
        return function(widget, *values)
    except UsageError as error:
        where = "%s.%s: " % (type(widget).__name__, function.__name__)
        if str(error).startswith(where):
            raise
        raise UsageError(where + str(error)) from None


def _checked_state(method, widget, args):
    """Arguments for a @state method that came from a browser, checked like Python's; raises UsageError."""
    parameters = method.parameters
    _require(parameters.required <= len(args) <= len(parameters.names), "wrong number of arguments")
    values = parameters.bind(lambda: method.__name__, args, {})
    changed = _run_body(method.body, widget, values) if method.kind == "state" else None
    return values if changed is None else changed


def checked(function):
    """A method that lives in Python alone; its arguments are checked like those of the others."""
    return _method(function, "python", None)


def state(function):
    """A setter: its arguments are a cell of the log, sent to newcomers too."""
    return _method(function, "state", _Recorder._record)


def text_state(function):
    """A setter of one text that browsers edit too: a change travels as the splice between old and new."""
    return _method(function, "state", _Recorder._record_text)


def call(function):
    """A one-shot call: goes to the browsers connected now and is never replayed."""
    return _method(function, "call", _Recorder._call_browsers)


def ask(function):
    """A question that only a browser can answer: waits; raises BrowserError when none does."""
    return _method(function, "ask", _Recorder._ask_browser)


#: Every widget class by name, in order of definition. Registering a name again replaces it.
WIDGETS = {}


def widget(cls):
    """Class decorator: puts a widget class into the catalogue and checks its constructor's arguments.

    None for a parameter means "not given"; a keyword k that the constructor does not have is
    applied as set_k(value) afterwards.
    """
    original = cls.__dict__["__init__"]
    parameters = _Parameters(original, skip=2, none_is_default=True)

    @functools.wraps(original)
    def __init__(self, session, *args, **kwargs):
        _require(isinstance(session, Session), "%s: the first argument is the session" % cls.__name__, got=session)
        setters = []
        for name in [name for name in kwargs if name not in parameters.names]:
            value, setter = kwargs.pop(name), getattr(cls, "set_" + name, None)
            if setter is None:
                raise UsageError("%s has no option %r; it takes %s" % (cls.__name__, name, ", ".join(
                    [*parameters.names, *(known[4:] for known in dir(cls) if known.startswith("set_"))])))
            if value is not None:
                setters.append((setter, value))
        values = parameters.bind(lambda: cls.__name__, args, kwargs)
        original(self, session, *values)
        for setter, value in setters:
            setter(self, value)
    cls.__init__ = __init__
    cls.js_class = cls.__name__
    WIDGETS[cls.__name__] = cls
    return cls


class Event:
    """A browser's event, checked: state and edits to lay into the log, arguments for handlers."""

    __slots__ = ("widget", "args", "handlers", "states", "edits")

    def __init__(self, widget, args, handlers, states, edits):
        self.widget, self.args, self.handlers, self.states, self.edits = widget, args, handlers, states, edits

    def apply(self, browser):
        """Lay the browser's state into the log."""
        for name, values in self.states:
            self.widget._take_user_state(name, values, browser)
        for name, base, splices in self.edits:
            self.widget._take_user_edit(name, base, splices, browser)


class _Emitter:
    """What widgets, visual or not, share: a session, handlers, an end."""

    callbacks = {}
    user_states = ()                            # names of setters that a browser may use too
    wid = None

    def __init__(self, session):
        self._session = session
        self._handlers = None

    def __repr__(self):
        return "<%s wid=%s>" % (type(self).__name__, self.wid)

    @property
    def session(self):
        """The Session this widget belongs to."""
        return self._session

    @property
    def app(self):
        """The Application this widget belongs to."""
        return self._session.app

    def batch(self):
        """session.batch(): changes made inside travel as one message."""
        return self._session.batch()

    def on(self, action, handler, *extra_args, **extra_kwargs):
        """Call handler(*callback_args, *extra_args, **extra_kwargs) when `action` happens.

        Any number of handlers, run in order of registration; `async def` ones too.
        Raises UsageError for an action that this widget does not have.
        """
        self._add_handler(action, handler, False, extra_args, extra_kwargs)

    def add_callback(self, action, handler, *extra_args, **extra_kwargs):
        """Like on(), but the handler gets the widget first: handler(widget, *callback_args, ...)."""
        self._add_handler(action, handler, True, extra_args, extra_kwargs)

    def has_callback(self, action):
        """Whether this class declares the action."""
        return action in self.callbacks

    def remove_callback(self, action, handler):
        """Take out every registration of handler for action; unknown ones are ignored."""
        kept = [entry for entry in (self._handlers or {}).get(action, ()) if entry[0] != handler]
        if self._handlers is not None:
            self._handlers[action] = kept

    def clear_callback(self, action):
        """Take out all handlers of action."""
        if self._handlers is not None:
            self._handlers.pop(action, None)

    def _known_actions(self):
        return self.callbacks

    def _add_handler(self, action, handler, pass_widget, args, kwargs):
        known = self._known_actions()
        _require(action in known, "%s has no callback %r; it has %s" % (
            type(self).__name__, action, ", ".join(map(repr, known)) or "none"))
        _require(callable(handler), "%s.on: handler must be callable" % type(self).__name__, handler=handler)
        if self._handlers is None:
            self._handlers = {}
        self._handlers.setdefault(action, []).append((handler, pass_widget, args, kwargs))

    def _handlers_of(self, action):
        return tuple(self._handlers.get(action, ())) if self._handlers is not None and action is not None else ()

    def _fire(self, action, *args):
        """Run the handlers of an action from Python, where this session's callbacks run."""
        handlers = self._handlers_of(action)
        if handlers:
            session = self._session
            session._submit(functools.partial(session._run_handlers, self, args, handlers))

    def destroy(self):
        """Forget the handlers. Safe to repeat."""
        self._handlers = None

    def _session_ended(self):
        """The session is over."""


class _Recorder(_Emitter):
    """What a widget tells the log and the browsers, and what it told."""

    def _record(self, name, values, blobs=()):
        """Put a cell of this widget into the log and tell the browsers."""
        session = self._session
        try:
            session._log.set(self.wid, name, values, None, blobs)
        except KeyError:
            self._require_alive()
        if not session._saturated:
            session._changed()

    def _record_text(self, name, values):
        """Put the text of a cell into the log, as a splice of the one that is there."""
        session, text = self._session, values[0]
        try:
            with session._log.lock:
                old = session._log.get(self.wid, name)
                if old is None:
                    session._log.set_sequence(self.wid, name, text)
                elif old[0] != text:
                    session._log.edit(self.wid, name, text_splice(old[0], text))
        except KeyError:
            self._require_alive()
        session._changed()

    def _require_alive(self):
        """An ended session swallows what late threads still set; a destroyed widget is a mistake worth telling."""
        _require(self._session._ended, "%r was destroyed and cannot be changed" % self)

    def _call_browsers(self, name, values):
        self._session._call(self.wid, name, values)

    def _ask_browser(self, name, values):
        return self._session._ask(self.wid, name, values)

    def _value(self, name, default=None):
        """The first argument that a setter recorded last, or the default."""
        values = self._session._log.get(self.wid, name)
        return values[0] if values else default

    def _values(self, name, default):
        """All arguments that a setter recorded last, as a tuple, or the default."""
        values = self._session._log.get(self.wid, name)
        return default if values is None else tuple(values)


#: Arguments of callbacks, for validation and documents: name -> type.
_POINTER_EVENT = {"event": dict}
#: Callbacks of every visual widget. They travel only while a handler is registered.
BASE_CALLBACKS = {"resize": {"size": dict}, "map": {"place": dict}, "drag-over": {"payload": dict},
                  "drop-start": {"payload": dict}, "drop-progress": {"progress": dict}, "drop-end": {"payload": dict}}
#: Callbacks of a widget made with interactive=True (spec 3.4). They travel only while a handler is registered.
INTERACTIVE_CALLBACKS = dict.fromkeys((
    "pointer-down", "pointer-up", "pointer-move", "enter", "leave", "click", "dblclick", "scroll", "key-down",
    "key-up", "key-press", "focus-in", "focus-out", "contextmenu"), _POINTER_EVENT)


class Widget(_Recorder):
    """Base of everything that a browser draws.

    The first argument of every widget is its session; remaining arguments are the class's own.
    Any other keyword k=v is applied as set_k(v). Values that Python set, and what users change,
    are kept in Python: getters answer without asking a browser, and a reload shows the same.
    Callbacks: "resize" ({"width", "height"}): the laid-out size changed, in whole px;
    "map" ({"x", "y", "viewport_x", "viewport_y", "width", "height"}): it became visible.
    A widget with a handler for "drop-end" takes drops of text and files: "drag-over" (payload) while
    something hovers, "drop-start" (payload), for files "drop-progress" ({"transfer_id", "file_index",
    "chunk_index", "num_chunks", "transferred_bytes", "total_bytes", "complete"}), and "drop-end"
    (payload). A payload has the pointer's fields, "types", "text", "url", "html" and "files", each
    with "name", "size", "type" and, at the end, "data" (bytes) or "error".
    """

    in_browser = True
    js_class = None
    user_edits = ()                             # names of @text_state methods that a browser may edit
    user_actions = ()                           # those user_states that are no state: @checked methods, run like callbacks
    on_demand = {}                              # callbacks that travel only while a handler is registered
    upload_callbacks = ("drop-start", "drop-progress", "drop-end")      # fired for files on their way, at each stage
    python_callbacks = frozenset(("resize", "drop-progress"))           # no browser may fire them

    def __init__(self, session, *creation):
        _require(type(self).js_class is not None, "Widget itself cannot be made; use one of its subclasses")
        super().__init__(session)
        self.parent = None
        self._size = None
        self._listed_in = ()
        self.wid = session._next_wid()
        arguments = list(creation)
        while arguments and arguments[-1] is None:
            arguments.pop()
        session._log.create(self.wid, type(self).js_class, arguments)
        session._widgets[self.wid] = self

    # From browsers

    def _known_actions(self):
        return {**self.callbacks, **BASE_CALLBACKS}

    def _check_event(self, message, browser):
        """An Event from a browser's message; raises ProtocolError for what this class does not declare (R59)."""
        cls = type(self)
        action = message.get("action")
        args = message.get("args", [])
        if action is not None:
            declared = self._known_actions().get(action)
            if declared is None or action in self.python_callbacks:
                raise ProtocolError("unknown action")
            args = self._check_args(declared, args)
            if action in ("drop-start", "drop-end") and args[0].get("files") != []:
                raise ProtocolError("files come by upload")
        states, actions = [], []
        for name, values in message.get("state", {}).items():
            method = getattr(cls, name, None) if name in cls.user_states else None
            if method is None or not isinstance(values, list):
                raise ProtocolError("unknown state")
            try:
                values = _checked_state(method, self, values)
            except UsageError as error:
                raise ProtocolError(str(error)) from None
            if name in self.user_actions:
                actions.append((lambda *_, name=name, values=values: self._act(browser, message["n"], name, values), False, (), {}))
            else:
                states.append((name, values))
        edits = []
        for name, edit in message.get("edit", {}).items():
            ok = (name in cls.user_edits and isinstance(edit, list) and len(edit) == 2 and _is_count(edit[0])
                  and isinstance(edit[1], list) and len(edit[1]) <= MAX_SPLICES and all(map(_is_splice, edit[1])))
            if not ok:
                raise ProtocolError("unknown edit")
            edits.append((name, edit[0], edit[1]))
        return Event(self, args, (*actions, *self._handlers_of(action)), states, edits)

    def _act(self, browser, number, name, values):
        """Do what a user asked for in message `number`; if it has become impossible meanwhile, nothing happens."""
        try:
            getattr(self, name)(*values)
        except UsageError:
            pass

    def _check_args(self, declared, args):
        if len(args) != len(declared):
            raise ProtocolError("wrong number of callback arguments")
        checked = []
        for kind, value in zip(declared.values(), args):
            if kind is Widget:
                value = self._session._widgets.get(value) if isinstance(value, int) else None
            elif kind is float:
                kind = (int, float)
            if not isinstance(value, kind) or isinstance(value, bool) and kind is not bool:
                raise ProtocolError("wrong type of callback argument")
            checked.append(value)
        return checked

    def _take_user_state(self, name, values, browser):
        """A user changed something: record it as that browser's own. Subclasses add what follows from it."""
        try:
            self._session._log.set(self.wid, name, values, browser.origin)
        except KeyError:
            pass                                # destroyed while the event was on its way

    def _take_user_edit(self, name, base, splices, browser):
        log = self._session._log
        try:
            with log.lock:
                splices = log.rebase(self.wid, name, base, splices)
                if splices is None:
                    log.touch(self.wid, name)
                for splice in splices or ():
                    self._apply_user_edit(name, splice, browser)
        except KeyError:
            pass                                # destroyed while the edit was on its way

    def _apply_user_edit(self, name, splice, browser):
        self._session._log.edit(self.wid, name, splice, browser.number)

    def _laid_out(self, width, height):
        """The browser laid this widget out anew."""
        size = (width, height)
        if size != self._size:
            self._size = size
            self._fire("resize", {"width": width, "height": height})

    def _add_handler(self, action, handler, pass_widget, args, kwargs):
        super()._add_handler(action, handler, pass_widget, args, kwargs)
        demanded = {*self.on_demand, *BASE_CALLBACKS} - {"resize"}
        if action in demanded:
            self._record("listen", [sorted(demanded & set(self._handlers))])

    # Geometry and looks

    @state
    def resize(self, width: float | None, height: float | None):
        """Set the size in px; None leaves that side to the layout."""
        _require(all(side is None or side >= 0 for side in (width, height)), "sizes must not be negative",
                 width=width, height=height)
        old = self._values("resize", (None, None))
        return [new if new is not None else was for new, was in zip((width, height), old)]

    def get_size(self):
        """(width, height) in px as last laid out, else as set; (0, 0) before either."""
        if self._size is not None:
            return self._size
        width, height = self._values("resize", (0, 0))
        return width or 0, height or 0

    @ask
    def get_position(self):
        """[x, y] in the viewport, in px, as the first browser sees it. Raises BrowserError without a browser."""

    @state
    def set_min_size(self, width: float | None, height: float | None):
        """Set the least size in px; None clears that side."""

    @state
    def set_max_size(self, width: float | None, height: float | None):
        """Set the largest size in px; None clears that side."""

    @state
    def set_expanding(self, horizontal: bool = False, vertical: bool = False):
        """Grow into free space on these axes, in any container."""

    def get_expanding(self):
        """(horizontal, vertical), default (False, False)."""
        return self._values("set_expanding", (False, False))

    @state
    def set_visible(self, tf: bool):
        """Show or hide; show() and hide() are the same."""

    def show(self):
        """Make visible. Windows (TopLevel, Page) are not on screen before."""
        self.set_visible(True)

    def hide(self):
        """Make invisible; the state is kept."""
        self.set_visible(False)

    def is_visible(self):
        """The last show() or hide(); before either, True except for windows."""
        return self._value("set_visible", True)

    @state
    def set_enabled(self, tf: bool):
        """A disabled widget is dimmed and takes no input."""

    def get_enabled(self):
        """Whether it takes input; default True."""
        return self._value("set_enabled", True)

    @state
    def set_tooltip(self, msg: str | None):
        """Set the tooltip; None or "" removes it."""

    def get_tooltip(self):
        """The tooltip, or None."""
        return self._value("set_tooltip")

    @state
    def set_accessible_name(self, name: str | None):
        """Set the name by which a field is announced to who cannot see it.

        Without one it is the tooltip, else the label in front of it, else the title around it.
        """

    @state
    def set_padding(self, padding: float | list):
        """Set the inner distance in px: a number, or [left, top, right, bottom]."""
        sides = [padding] * 4 if _is_number(padding) else list(padding)
        _require(len(sides) == 4 and all(_is_number(side) and side >= 0 for side in sides),
                 "padding must be a number of px or four of them", padding=padding)
        return [sides]

    @state
    def set_border_width(self, width: float):
        """Set the width of a solid border in px; 0 for none."""

    @state
    def set_border_color(self, color: str | None):
        """Set the border's CSS colour; None or "" for the theme's."""
        return [_color(color)]

    @state
    def set_bg(self, color: str | None):
        """Set the background's CSS colour; None or "" for the theme's."""
        return [_color(color)]

    @state
    def set_font(self, font: str | None = None, size: float | None = None, weight: str | float | None = None,
                 style: str | None = None):
        """Set the font: family, size in pt, weight ("bold", 600), style ("italic"); None keeps what is set."""
        old = self._values("set_font", (None,) * 4)
        given = (font, size, font_weight(weight), font_style(style))
        return [new if new is not None else was for new, was in zip(given, old)]

    @call
    def set_focus(self):
        """Give the keyboard focus."""

    @state
    def set_allow_text_selection(self, tf: bool):
        """Allow selecting text by dragging; off by default, except in inputs."""

    @checked
    def add_cursor(self, name: str, url: str, hotspot_x: float, hotspot_y: float, size: list | None = None):
        """Register an image cursor. url: a URL, data URI or local file; the hotspot and size [w, h] in px."""
        _require(_is_number(hotspot_x) and _is_number(hotspot_y), "Widget.add_cursor: the hotspot is two numbers of px",
                 hotspot_x=hotspot_x, hotspot_y=hotspot_y)
        source = self.to_data_uri(url) if os.path.isfile(url) else url
        cursors = self._value("set_cursors", {})
        cursors[name] = [source, hotspot_x, hotspot_y, list(size) if size else None]
        self._record("set_cursors", [cursors])

    @state
    def set_cursor(self, name: str | None):
        """Show a registered cursor or a CSS keyword over the widget; None or "default" reverts."""

    def is_container(self):
        """Whether other widgets can be put into this one."""
        return False

    def _child_widgets(self):
        """Its children as a list; empty for a widget that has none."""
        return []

    @staticmethod
    def to_data_uri(path):
        """A local file as data URI; the media type is guessed from its name."""
        with open(path, "rb") as file:
            data = file.read()
        return "data:%s;base64,%s" % (media_type(path), base64.b64encode(data).decode())

    # End

    def destroy(self):
        """Remove from its parent and from the browsers, with all it contains. Safe to repeat."""
        session = self._session
        if self.wid not in session._widgets:
            return
        if self.parent is not None:
            self.parent._forget_child(self)
        for child in self._child_widgets():
            child.destroy()
        session._widgets.pop(self.wid, None)
        session._log.destroy(self.wid, [(wid, "set_children") for wid in self._listed_in])
        super().destroy()
        session._changed()


_COLOR = _Pattern(r"[A-Za-z]{1,40}|#[0-9A-Fa-f]{3,8}|"
                  r"(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\([0-9A-Za-z.,%/# +-]{1,80}\)")


def _color(color):
    """A CSS colour, checked against its grammar; None and "" give None."""
    _require(not color or _COLOR.fullmatch(color), "a CSS colour such as 'red', '#c00' or 'rgb(200, 0, 0)' is needed",
             color=color)
    return color or None


_WEIGHTS = {"thin": 100, "hairline": 100, "extralight": 200, "ultralight": 200, "light": 300, "normal": 400,
            "regular": 400, "book": 400, "medium": 500, "semibold": 600, "demibold": 600, "bold": 700,
            "extrabold": 800, "ultrabold": 800, "black": 900, "heavy": 900, "extrablack": 950, "ultrablack": 950}


def font_weight(weight):
    """A CSS font weight from a word ("semi-bold"), a number or a number as text; None stays None."""
    if weight is None or _is_number(weight):
        return weight
    word = re.sub(r"[ _-]", "", weight.lower())
    if word in _WEIGHTS:
        return _WEIGHTS[word]
    _require(re.fullmatch(r"[0-9]{1,4}|bolder|lighter", word), "font weight must be a number or one of %s"
             % ", ".join(_WEIGHTS), weight=weight)
    return int(word) if word.isdigit() else word


def font_style(style):
    """A CSS font style: normal, italic or oblique with an angle; None stays None."""
    if style is None:
        return None
    word = {"roman": "normal", "upright": "normal", "italics": "italic", "slanted": "italic"}.get(
        style.lower(), style.lower())
    _require(re.fullmatch(r"normal|italic|oblique( -?\d+deg)?", word), "font style must be normal, italic or oblique",
             style=style)
    return word


#: Types of files that we serve or embed, by suffix. Everything else is application/octet-stream.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".ico": "image/x-icon",
    ".bmp": "image/bmp", ".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
    ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".pdf": "application/pdf",
}


def media_type(path):
    """The media type for a file name."""
    return MEDIA_TYPES.get(os.path.splitext(os.fspath(path))[1].lower(), "application/octet-stream").split(";")[0]


def png_bytes(data, width, height, channels):
    """A PNG picture of 8-bit samples, row by row: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) a pixel (PNG, 3rd edition)."""
    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    stride = width * channels
    lines = b"".join(b"\0" + data[start:start + stride] for start in range(0, stride * height, stride))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 1)) + chunk(b"IEND", b"")


def _array_png(array):
    """An array of pixels as PNG: height x width, or height x width x 1 to 4; uint8, bool, or floats from 0 to 1."""
    shape = tuple(array.shape)
    _require(len(shape) in (2, 3) and all(shape) and (len(shape) == 2 or shape[2] in (1, 2, 3, 4)),
             "an array of pixels is height x width, or height x width x 1 to 4 samples", shape=shape)
    kind = str(array.dtype)
    if kind.startswith("float") or kind == "bool":
        array = (array * 255).clip(0, 255).astype("uint8")
    else:
        _require(kind == "uint8", "an array of pixels holds uint8, bool, or floats from 0 to 1", dtype=kind)
    return png_bytes(array.tobytes(), shape[1], shape[0], shape[2] if len(shape) == 3 else 1)


def image_source(source):
    """An image argument for a state: what has its own bytes becomes a Blob, a URL stays the text that it is.

    source: URL, data URI, local file, encoded bytes, None, or by their methods a PIL image (save), a
    Matplotlib figure (savefig) or an array of pixels (shape, dtype, tobytes).
    """
    if source is None:
        return None, ()
    if hasattr(source, "savefig") or hasattr(source, "save"):
        file = io.BytesIO()
        if hasattr(source, "savefig"):
            source.savefig(file, format="png")
        else:
            source.save(file, "PNG")
        blob = Blob(file.getvalue(), "image/png")
    elif hasattr(source, "tobytes") and hasattr(source, "shape") and not isinstance(source, memoryview):
        blob = Blob(_array_png(source), "image/png")
    elif isinstance(source, (bytes, bytearray, memoryview)):
        kind = next((kind for start, kind in _IMAGE_STARTS.items() if bytes(source[:12]).startswith(start)), None)
        _require(kind is not None, "these bytes are no PNG, JPEG, GIF or WebP picture", data=bytes(source[:12]))
        blob = Blob(source, kind)
    else:
        _require(isinstance(source, (str, os.PathLike)), "a picture is a URL, a local file, encoded bytes, a PIL image, "
                 "a Matplotlib figure or an array of pixels", got=source)
        if not os.path.isfile(source):
            return os.fspath(source), ()
        with open(source, "rb") as file:
            blob = Blob(file.read(), media_type(source))
    return blob.reference(), (blob,)


#: How encoded pictures begin.
_IMAGE_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


class Container(Widget):
    """Base of widgets that hold others.

    Callbacks: "child-added" (child), "child-removed" (child): also when Python did it.
    """

    callbacks = {"child-added": {"child": Widget}, "child-removed": {"child": Widget}}

    def __init__(self, session, *creation):
        super().__init__(session, *creation)
        self._children = []                     # (widget, placement arguments)

    def is_container(self):
        """True."""
        return True

    def _child_widgets(self):
        return [child for child, _ in self._children]

    def get_children(self):
        """The widgets inside, a list in order."""
        return self._child_widgets()

    def num_children(self):
        """How many widgets are inside."""
        return len(self._children)

    def remove(self, child: Widget, destroy: bool = False):
        """Take a child out; it may be put elsewhere. destroy=True destroys it too."""
        _require(any(child is one for one, _ in self._children), "%s.remove: %r is not a child of %r" % (
            type(self).__name__, child, self))
        self._forget_child(child)
        if destroy:
            child.destroy()
        self._session._changed()

    def remove_widget(self, child: Widget, destroy: bool = False):
        """The same as remove()."""
        self.remove(child, destroy)

    def remove_all(self, destroy: bool = False):
        """Take all children out."""
        with self.batch():
            for child in self._child_widgets():
                self.remove(child, destroy)

    def _place(self, child, index, *placement):
        """Put a child at an index with its placement arguments; it leaves the container that it was in."""
        where = type(self).__name__
        _require(isinstance(child, Widget), "%s: only widgets can be put into it" % where, child=child)
        _require(child.session is self._session, "%s: %r belongs to another session" % (where, child))
        _require(child.wid in self._session._widgets, "%s: %r was destroyed" % (where, child))
        ancestor = self
        while ancestor is not None:
            _require(ancestor is not child, "%s: %r would contain itself" % (where, child))
            ancestor = ancestor.parent
        if child.parent is not None:
            index -= child.parent is self and self._child_widgets().index(child) < index
            child.parent._forget_child(child)
        log = self._session._log
        entry = child.wid, *placement
        with log.lock:
            index = max(0, min(index, len(self._children)))
            self._children.insert(index, (child, placement))
            child.parent = self
            if self.wid not in child._listed_in:
                child._listed_in += (self.wid,)
            self._splice_children(index, 0, [entry])
        self._session._changed()
        self._fire("child-added", child)

    def _splice_children(self, index, count, entries):
        log = self._session._log
        try:
            if log.get_cell(self.wid, "set_children") is None:
                log.set_sequence(self.wid, "set_children", entries)
            else:
                log.edit(self.wid, "set_children", (index, count, entries))
        except KeyError:
            self._require_alive()

    def _forget_child(self, child):
        """Take a child out of the list (it stays alive)."""
        with self._session._log.lock:
            index = self._child_widgets().index(child)
            del self._children[index]
            child.parent = None
            self._splice_children(index, 1, [])
        self._fire("child-removed", child)


class SingleChild(Container):
    """Base of containers with one content widget."""

    callbacks = {}

    @checked
    def set_widget(self, child: Widget):
        """Set the content, which fills; an earlier content is taken out, not destroyed."""
        if self._children and self._children[0][0] is child:
            return
        with self.batch():
            for old in self._child_widgets():
                self._forget_child(old)
            self._place(child, 0)


################################################################################
# 10. Widget catalogue #########################################################
################################################################################
# One class per widget, in the order layout, windows, buttons, text, values, display, other.
# Adding a widget is a class here and one of the same name in the client.


def _fractions(*values):
    return [min(1.0, max(0.0, value)) for value in values]


class _Scrolled(Widget):
    """What widgets with scrollable content share."""

    callbacks = {"scrolled": {"h_pct": float, "v_pct": float}}
    user_states = ("set_scroll_position",)

    @state
    def set_scroll_position(self, h_pct: float, v_pct: float):
        """Scroll to fractions (0..1) of the scrollable distance."""
        return _fractions(h_pct, v_pct)

    def get_scroll_position(self):
        """(h_pct, v_pct) as last set or scrolled to."""
        return self._values("set_scroll_position", (0.0, 0.0))


@widget
class Box(Container):
    """Children in a row or a column, stretched across.

    orientation: "horizontal" or "vertical".
    """

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal"):
        super().__init__(session, orientation if type(self).js_class == "Box" else None)
        self._vertical = orientation == "vertical"

    @checked
    def add_widget(self, child: Widget, stretch: float = 0):
        """Append a child.

        stretch 0: natural size along the box, never shrunk; above 0: its share of the free space.
        Tables, editors and what else scrolls may get smaller by that than their content. A box that
        is itself of natural size, as in a box without stretch, gives each child at least its own.
        """
        self.insert_widget(len(self._children), child, stretch)

    @checked
    def insert_widget(self, index: int, child: Widget, stretch: float = 0):
        """Put a child at a 0-based index; an index past the end appends."""
        _require(isinstance(index, int) and index >= 0, "%s.insert_widget: index must be a whole number from 0"
                 % type(self).__name__, index=index)
        _require(_is_number(stretch) and stretch >= 0, "%s.add_widget: stretch must be a number from 0"
                 % type(self).__name__, stretch=stretch)
        self._place(child, index, stretch)

    @state
    def set_spacing(self, gap: float):
        """Set the distance between children in px; default 0."""
        _require(gap >= 0, "gap must not be negative", gap=gap)

    @state
    def set_align(self, align: str):
        """Place children across: "top", "center", "bottom" in a row; "left", "center", "right" in a column.

        By default they are stretched.
        """
        words = ("left", "center", "right") if self._vertical else ("top", "center", "bottom")
        _require(align in words, "align must be one of %s" % ", ".join(words), align=align)


@widget
class VBox(Box):
    """Children in a column."""

    def __init__(self, session):
        super().__init__(session, "vertical")


@widget
class HBox(Box):
    """Children in a row."""

    def __init__(self, session):
        super().__init__(session, "horizontal")


@widget
class ButtonBox(Box):
    """Children in a row or a column, all as wide as the widest: made for buttons.

    halign: where they sit in a row: "left", "center", "right". min_button_width: px, or None.
    """

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal",
                 halign: Literal["left", "center", "right"] = "center", min_button_width: float | None = None):
        _require(min_button_width is None or min_button_width >= 0, "ButtonBox: min_button_width must not be negative",
                 min_button_width=min_button_width)
        Container.__init__(self, session, orientation, {"min_button_width": min_button_width})
        self._vertical = orientation == "vertical"
        if halign != "center":
            self.set_halign(halign)

    @state
    def set_halign(self, halign: Literal["left", "center", "right"]):
        """Place the buttons along the row, or the column across."""


@widget
class FixedLayout(Container):
    """Children at places given in px; later ones lie above earlier ones."""

    def __init__(self, session):
        super().__init__(session)

    @checked
    def add_widget(self, child: Widget, x: float, y: float):
        """Put a child with its top left corner at x, y px; added again, it moves there, and to the front."""
        self._place(child, len(self._children), x, y)


@widget
class GridBox(Container):
    """Children in rows and columns, which share its room equally and never get below their content.

    rows, columns: the least count of each; the grid grows as needed.
    """

    def __init__(self, session, rows: int = 1, columns: int = 1):
        _require(rows >= 1 and columns >= 1, "GridBox: rows and columns must be at least 1", rows=rows, columns=columns)
        super().__init__(session)
        self._rows, self._columns = rows, columns

    @checked
    def add_widget(self, child: Widget, row: int, col: int):
        """Put a child into a cell, 0-based. Two children may share a cell."""
        for name, number in (("row", row), ("col", col)):
            _require(isinstance(number, int) and not isinstance(number, bool) and number >= 0,
                     "GridBox.add_widget: %s must be a whole number from 0" % name, got=number)
        self._place(child, len(self._children), row, col)
        self._rows, self._columns = max(self._rows, row + 1), max(self._columns, col + 1)

    @state
    def set_row_spacing(self, px: float):
        """Set the distance between rows in px; default 2."""

    @state
    def set_column_spacing(self, px: float):
        """Set the distance between columns in px; default 2."""

    @checked
    def set_spacing(self, px: float):
        """Set both distances in px."""
        self.set_row_spacing(px)
        self.set_column_spacing(px)

    def get_row_column_count(self):
        """[rows, columns]."""
        return [self._rows, self._columns]

    @checked
    def get_widget_at_cell(self, row: int, col: int):
        """The widget in a cell (the last put there), or None."""
        found = [child for child, place in self._children if place == (row, col)]
        return found[-1] if found else None

    def _shift(self, axis, index, step):
        """Renumber the children from `index` on along an axis (0 rows, 1 columns)."""
        moved = []
        for child, place in self._children:
            if place[axis] >= index:
                place = (place[0] + step, place[1]) if axis == 0 else (place[0], place[1] + step)
            moved.append((child, place))
        with self._session._log.lock:
            self._children[:] = moved
            self._splice_children(0, len(moved), [[child.wid, *place] for child, place in moved])

    def _insert_line(self, axis, index, widgets):
        count = self.get_row_column_count()[axis]
        _require(isinstance(index, int) and 0 <= index <= count, "GridBox: index must be from 0 to %d" % count,
                 index=index)
        with self.batch():
            self._shift(axis, index, 1)
            if axis == 0:
                self._rows += 1
            else:
                self._columns += 1
            for position, child in enumerate(widgets or ()):
                self.add_widget(child, *((index, position) if axis == 0 else (position, index)))

    def _delete_line(self, axis, index):
        count = self.get_row_column_count()[axis]
        _require(isinstance(index, int) and 0 <= index < count, "GridBox: index must be from 0 to %d" % (count - 1),
                 index=index)
        with self.batch():
            for child, place in list(self._children):
                if place[axis] == index:
                    self._forget_child(child)
            self._shift(axis, index + 1, -1)
            if axis == 0:
                self._rows = max(1, self._rows - 1)
            else:
                self._columns = max(1, self._columns - 1)

    @checked
    def insert_row(self, index: int, widgets: list | None = None):
        """Shift the rows from index on by one; the widgets fill the new row from column 0."""
        self._insert_line(0, index, widgets)

    @checked
    def insert_column(self, index: int, widgets: list | None = None):
        """Shift the columns from index on by one; the widgets fill the new column from row 0."""
        self._insert_line(1, index, widgets)

    @checked
    def append_row(self, widgets: list):
        """Add a row at the end."""
        self._insert_line(0, self._rows, widgets)

    @checked
    def append_column(self, widgets: list):
        """Add a column at the end."""
        self._insert_line(1, self._columns, widgets)

    @checked
    def delete_row(self, index: int):
        """Take out the widgets of a row (they are not destroyed) and close the gap; one row always stays."""
        self._delete_line(0, index)

    @checked
    def delete_column(self, index: int):
        """Take out the widgets of a column (they are not destroyed) and close the gap; one column always stays."""
        self._delete_line(1, index)


@widget
class Splitter(Container):
    """Panes with handles between them to drag, or to move with the arrow keys.

    orientation: "horizontal" puts them side by side, "vertical" one above the other.
    Callbacks: "sizing" (sizes): a user moved a handle; the list of pane sizes in px.
    """

    callbacks = {"sizing": {"sizes": list}, **Container.callbacks}
    user_states = ("set_sizes",)

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal"):
        super().__init__(session, orientation)

    @checked
    def add_widget(self, child: Widget):
        """Append a pane, which the child fills. Panes share the space equally until they are sized."""
        self._place(child, len(self._children))

    @state
    def set_sizes(self, sizes: list):
        """Set the panes' sizes, as proportions; panes beyond the list keep theirs."""
        _require(all(_is_number(size) and size >= 0 for size in sizes) and len(sizes) <= 1000,
                 "sizes must be a list of numbers from 0", sizes=sizes)

    def get_sizes(self):
        """The sizes as last set or dragged; None before."""
        return self._value("set_sizes")

    @checked
    def set_minimum_size(self, child: Widget, min_px: float):
        """Set the least size of a pane in px; default 20, 0 lets it collapse."""
        _require(child in self._child_widgets() and min_px >= 0, "Splitter.set_minimum_size: a pane and a number from 0 are needed",
                 child=child, min_px=min_px)
        known = {int(wid): least for wid, least in self._value("set_minimums", {}).items()}
        kept = {one.wid: known[one.wid] for one in self._child_widgets() if one.wid in known}
        self._record("set_minimums", [{str(wid): least for wid, least in {**kept, child.wid: min_px}.items()}])


@widget
class Frame(SingleChild):
    """A border with a title in it around one widget, which fills."""

    def __init__(self, session, title: str = ""):
        super().__init__(session)
        if title:
            self.set_title(title)

    @state
    def set_title(self, text: str):
        """Set the title; "" for none."""

    @checked
    def set_text(self, text: str):
        """The same as set_title()."""
        self.set_title(text)

    def get_text(self):
        """The title."""
        return self._value("set_title", "")


@widget
class Separator(Widget):
    """A thin rule. orientation: "horizontal" or "vertical"."""

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal"):
        super().__init__(session)
        if orientation != "horizontal":
            self.set_orientation(orientation)

    @state
    def set_orientation(self, orientation: Literal["horizontal", "vertical"]):
        """Set the direction of the rule."""


@widget
class Expander(SingleChild):
    """A title bar that shows and hides what is below it; it starts collapsed.

    collapsible: False keeps it open. shadow: draw one. bg_color: of the title bar, a CSS colour.
    Callbacks: "toggled" (collapsed): by a user or from code.
    """

    callbacks = {"toggled": {"collapsed": bool}}
    user_states = ("set_collapsed",)

    def __init__(self, session, title: str = "", collapsible: bool = True, shadow: bool = False, bg_color: str | None = None):
        super().__init__(session, {"collapsible": collapsible, "shadow": shadow, "bg_color": _color(bg_color)})
        self._collapsible = collapsible
        if title:
            self.set_title(title)

    @state
    def set_title(self, title: str):
        """Set the text of the title bar."""

    @checked
    def set_collapsed(self, collapsed: bool):
        """Hide the content, or show it."""
        _require(self._collapsible or not collapsed, "Expander.set_collapsed: it was made with collapsible=False and stays open")
        if collapsed != self.get_collapsed():
            self._record("set_collapsed", [collapsed])
            self._fire("toggled", collapsed)

    def get_collapsed(self):
        """Whether the content is hidden."""
        return self._value("set_collapsed", self._collapsible)

    def toggle_content(self):
        """Hide the content if it is shown, else show it."""
        self.set_collapsed(not self.get_collapsed())

    def toggleContent(self):
        """The same as toggle_content()."""
        self.toggle_content()


@widget
class TabWidget(Container):
    """Pages behind tabs.

    closable: tabs have an X. reorderable: tabs can be dragged. tab_position: where the tabs are.
    Callbacks: "page-switch" (child, index): another page is shown, by a user or from code;
    "page-close" (child): a tab's X was clicked; the page stays until close_widget(child);
    "child-added" (child), "child-removed" (child).
    """

    callbacks = {"page-switch": {"child": Widget, "index": int}, "page-close": {"child": Widget},
                 **Container.callbacks}
    user_states = ("set_index", "set_order")

    def __init__(self, session, closable: bool = False, reorderable: bool = False,
                 tab_position: Literal["top", "bottom", "left", "right", "none"] = "top"):
        super().__init__(session, {"closable": closable, "reorderable": reorderable})
        self._tabs = {}                         # wid -> tab id
        if tab_position != "top":
            self.set_tab_position(tab_position)

    @checked
    def add_widget(self, child: Widget, options: dict | str | None = None, title: str | None = None):
        """Add a page; title= (or options {"title": ...}) names its tab. The first page is shown at once."""
        if isinstance(options, str):
            options = {"title": options}
        title = title if title is not None else (options or {}).get("title", "")
        _require(isinstance(title, str), "TabWidget.add_widget: title must be a str", title=title)
        with self.batch():
            self._tabs[child.wid] = "tab_%d" % len(self._tabs)
            self._place(child, len(self._children), title)
            if len(self._children) == 1:
                self.set_index(0)

    @checked
    def set_tab_title(self, child: Widget, title: str):
        """Rename the tab of a page."""
        index = self._index_of(child, "set_tab_title")
        with self._session._log.lock:
            self._children[index] = (child, (title,))
            self._splice_children(index, 1, [[child.wid, title]])
        self._session._changed()

    def _index_of(self, child, method):
        index = self.index_of(child)
        _require(index >= 0, "TabWidget.%s: %r is not one of its pages" % (method, child))
        return index

    @checked
    def show_widget(self, child: Widget):
        """Show a page."""
        self.set_index(self._index_of(child, "show_widget"))

    @checked
    def close_widget(self, child: Widget):
        """Take a page out. If it was shown, the page now at its place (else the last) is shown."""
        self._index_of(child, "close_widget")
        self.remove(child)

    def _forget_child(self, child):
        index, shown = self.index_of(child), self.get_index()
        with self.batch():
            super()._forget_child(child)
            if index < shown or index == shown and shown >= len(self._children):
                self._record("set_index", [shown - 1])
            if index == shown and self._children:
                self._fire("page-switch", self.index_to_widget(self.get_index()), self.get_index())

    @checked
    def set_index(self, index: int):
        """Show the page at an index; out of range changes nothing."""
        if 0 <= index < len(self._children) and index != self.get_index():
            self._record("set_index", [index])
            self._fire("page-switch", self._children[index][0], index)

    def _take_user_state(self, name, values, browser):
        if name == "set_index" and 0 <= values[0] < len(self._children):
            super()._take_user_state(name, values, browser)
        elif name == "set_order" and sorted(values[0], key=repr) == sorted(self._tabs_in_order(), key=repr):
            self.set_order(values[0])

    def _tabs_in_order(self):
        return [child.wid for child, _ in self._children]

    @checked
    def set_order(self, wids: list):
        """Put the pages into an order, given by the wid of each."""
        by_wid = {child.wid: (child, place) for child, place in self._children}
        _require(sorted(wids) == sorted(by_wid), "wids must name each page once", wids=wids)
        shown = self.index_to_widget(self.get_index())
        with self._session._log.lock:
            self._children[:] = [by_wid[wid] for wid in wids]
            self._splice_children(0, len(wids), [[child.wid, *place] for child, place in self._children])
            if shown is not None:
                self._session._log.set(self.wid, "set_index", [self.index_of(shown)])
        self._session._changed()

    def get_index(self):
        """The index of the page shown; -1 without pages."""
        return self._value("set_index", -1) if self._children else -1

    @checked
    def index_of(self, child: Widget):
        """The index of a page, or -1."""
        children = self._child_widgets()
        return children.index(child) if child in children else -1

    @checked
    def index_to_widget(self, index: int):
        """The page at an index, or None."""
        return self._children[index][0] if 0 <= index < len(self._children) else None

    @checked
    def get_tab_id(self, child: Widget):
        """An opaque name of a page's tab."""
        self._index_of(child, "get_tab_id")
        return self._tabs[child.wid]

    @checked
    def highlight_tab(self, child: Widget, bgcolor: str | None):
        """Set the background of a page's tab; None restores it."""
        self._index_of(child, "highlight_tab")
        colors = self._value("set_tab_colors", {})
        colors[str(child.wid)] = _color(bgcolor)
        self._record("set_tab_colors", [colors])

    @state
    def set_tab_position(self, tabpos: Literal["top", "bottom", "left", "right", "none"]):
        """Move the tabs to a side, or hide them."""


@widget
class StackWidget(TabWidget):
    """Pages of which one is shown: a TabWidget without tabs. Callbacks: as there."""

    def __init__(self, session):
        super().__init__(session, tab_position="none")


class _Window(SingleChild):
    """What windows share: they are on screen only after show()."""

    def is_visible(self):
        """Whether it was shown and not hidden since."""
        return self._value("set_visible", False)


@widget
class TopLevel(_Window):
    """A window in the page; not on screen before show(). Without resize() it fills the page.

    title: None for no title bar. icon: URL or data URI. moveable, resizable, closeable,
    minimizable, maximizable, lowerable, shadeable: what a user may do with it.
    Callbacks: "move" (x, y): a user moved it, px; "close" (): the X was clicked, the window stays
    and the handler hides or destroys it; "window-state" (state): it changed.
    """

    callbacks = {"move": {"x": float, "y": float}, "close": {}, "window-state": {"state": str}}
    user_states = ("set_position", "resize", "set_window_state", "set_stacking")

    def __init__(self, session, resizable: bool = True, title: str | None = None, icon: str | None = None,
                 moveable: bool = True, closeable: bool = True, minimizable: bool = False, maximizable: bool = False,
                 lowerable: bool = False, shadeable: bool = True):
        super().__init__(session, {"resizable": resizable, "closeable": closeable, "minimizable": minimizable,
                                   "maximizable": maximizable, "lowerable": lowerable, "shadeable": shadeable})
        if title is not None:
            self.set_title(title)
        if icon is not None:
            self.set_icon(icon)
        if not moveable:
            self.set_moveable(False)

    @state
    def set_position(self, x: float, y: float):
        """Move it, px in the page; fires no "move"."""

    @state
    def set_title(self, title: str):
        """Set the title; makes the title bar if there was none."""

    @checked
    def set_icon(self, url: Path | None):
        """Set the icon in the title bar: URL, data URI or local file; None for none."""
        source, blobs = image_source(url)
        self._record("set_icon", [source], blobs)

    @state
    def set_moveable(self, tf: bool):
        """Whether a user may drag it by its title bar."""

    @state
    def set_stacking(self, order: int):
        """Its place in the stack of windows; higher is nearer."""
        _require(abs(order) <= MAX_SAFE_INTEGER, "order is out of range", order=order)

    def _stacking(self):
        return [window._value("set_stacking", 0) for window in self._session._widgets.copy().values()
                if isinstance(window, TopLevel) and window.parent is self.parent]

    def raise_(self):
        """Bring it in front of all other windows."""
        self.set_stacking(max(self._stacking()) + 1)

    def lower(self):
        """Put it behind all other windows."""
        self.set_stacking(min(self._stacking()) - 1)

    @checked
    def set_window_state(self, state: Literal["normal", "shaded", "minimized", "maximized"]):
        """Set the state: "normal", "shaded" (title bar only), "minimized", "maximized"."""
        if state != (self.get_window_state() or "normal"):
            self._record("set_window_state", [state])
            self._fire("window-state", state)

    def get_window_state(self):
        """The state, or None before any change."""
        return self._value("set_window_state")

    def _toggle(self, state):
        self.set_window_state("normal" if self.get_window_state() == state else state)

    def toggle_minimize(self):
        """Minimise, or restore."""
        self._toggle("minimized")

    def toggle_maximize(self):
        """Maximise, or restore."""
        self._toggle("maximized")

    def toggle_shade(self):
        """Roll up to the title bar, or restore."""
        self._toggle("shaded")


@widget
class MDISubWindow(TopLevel):
    """A window in an MDIWidget, made by its add_widget(); a TopLevel in all else.

    Callbacks: "move" (x, y): a user moved it, px; "window-state" (state); "resize" ({"width", "height"});
    "close" (): the X was clicked, after which it closes.
    """

    def __init__(self, session, shadeable: bool = True):
        super().__init__(session, title="", minimizable=True, maximizable=True, lowerable=True, shadeable=shadeable)

    def is_visible(self):
        """Whether it is shown; a window in its workspace is, unless it was hidden."""
        return self._value("set_visible", True)

    @checked
    def move(self, x: float, y: float):
        """The same as set_position()."""
        self.set_position(x, y)

    def get_child(self):
        """Its content."""
        return self._child_widgets()[0] if self._children else None

    def close(self):
        """Take it out of its workspace, without "page-close"; its content stays alive."""
        if self.parent is not None:
            self.parent._remove_window(self)

    def _take_user_state(self, name, values, browser):
        super()._take_user_state(name, values, browser)
        if name == "set_stacking" and self.parent is not None:
            self.parent._fire_raised(self)

    def raise_(self):
        """Bring it in front of the other windows of its workspace."""
        super().raise_()
        if self.parent is not None:
            self.parent._fire_raised(self)


@widget
class MDIWidget(Container, _Scrolled):
    """A workspace with windows that users move, size, minimise, maximise and roll up.

    Callbacks: "page-switch" (child, index): a window came to the front; "page-close" (child): the X was
    clicked, then the window closes; "child-added" (child), "child-removed" (child); "scrolled" (h_pct, v_pct).
    """

    callbacks = {"page-switch": {"child": Widget, "index": int}, "page-close": {"child": Widget}, **Container.callbacks, **_Scrolled.callbacks}
    python_callbacks = Widget.python_callbacks | {"page-switch", "page-close"}

    def __init__(self, session):
        super().__init__(session)

    @checked
    def add_widget(self, child: Widget, options: dict | None = None, title: str | None = None, width: float | None = None, height: float | None = None,
                   icon_url: str | None = None, x: float | None = None, y: float | None = None, shadeable: bool = True):
        """Show a widget in a new window, in front; returns the MDISubWindow. All may stand in a dict `options` too.

        width, height: px, default 300; x, y: px in the workspace, by default a step from the window before.
        """
        given = {"title": title, "width": width, "height": height, "icon_url": icon_url, "x": x, "y": y}
        unknown = (options or {}).keys() - {*given, "shadeable"}
        _require(not unknown, "options holds %s and shadeable" % ", ".join(given), got=sorted(unknown))
        given = {**(options or {}), **{name: value for name, value in given.items() if value is not None}}
        step = 24 * (len(self._children) % 8 + 1)
        with self.batch():
            window = MDISubWindow(self._session, given.get("shadeable", shadeable))
            window.set_title(given.get("title") or "")
            window.resize(given.get("width", 300), given.get("height", 300))
            window.set_position(given.get("x", step), given.get("y", step))
            if given.get("icon_url"):
                window.set_icon(given["icon_url"])
            window.set_widget(child)
            window.on("close", self._close, window)
            self._place(window, len(self._children))
            window.raise_()
        return window

    def _fire(self, action, *args):
        if action.startswith("child-"):         # what was added is a window; who listens means what is in it
            args = [args[0].get_child()]
        super()._fire(action, *args)

    def _fire_raised(self, window):
        self._fire("page-switch", window.get_child(), self._child_widgets().index(window))

    def _close(self, window):
        if window.parent is self:
            self._fire("page-close", window.get_child())
            self._remove_window(window)

    def _remove_window(self, window):
        """Take a window out; its content, if it still has one, stays alive."""
        with self.batch():
            super().remove(window)
            window.remove_all()
            window.destroy()

    def get_subwindows(self):
        """The windows in order of addition, a list of MDISubWindow."""
        return self._child_widgets()

    def get_children(self):
        """What the windows contain, a list in order of addition."""
        return [window.get_child() for window in self._child_widgets()]

    @checked
    def get_subwin(self, child: Widget):
        """The window that contains a widget, or None."""
        return next((window for window in self._child_widgets() if window.get_child() is child), None)

    def _window(self, child, method):
        window = self.get_subwin(child)
        _require(window is not None, "MDIWidget.%s: %r is not in one of its windows" % (method, child))
        return window

    @checked
    def get_configuration(self, child: Widget):
        """{"x", "y", "width", "height", "title"} of a widget's window, px, or None."""
        window = self.get_subwin(child)
        if window is None:
            return None
        (x, y), (width, height) = self.get_child_position(child), self.get_child_size(child)
        return {"x": x, "y": y, "width": width, "height": height, "title": window._value("set_title")}

    @checked
    def move_child(self, child: Widget, x: float, y: float):
        """Move a widget's window, px in the workspace."""
        self._window(child, "move_child").set_position(x, y)

    @checked
    def resize_child(self, child: Widget, width: float, height: float):
        """Size a widget's window, px."""
        self._window(child, "resize_child").resize(width, height)

    @checked
    def get_child_position(self, child: Widget):
        """[x, y] of a widget's window in the workspace, px; [0, 0] for one that is not in it."""
        window = self.get_subwin(child)
        return [0, 0] if window is None else list(window._values("set_position", (0, 0)))

    @checked
    def get_child_size(self, child: Widget):
        """[width, height] of a widget's window with its frame, px; [0, 0] for one that is not in it."""
        window = self.get_subwin(child)
        return [0, 0] if window is None else list(window._values("resize", (0, 0)))

    @checked
    def close_child(self, child: Widget):
        """Remove a widget's window, without "page-close"; the widget stays alive."""
        self._remove_window(self._window(child, "close_child"))

    @checked
    def remove(self, child: Widget, destroy: bool = False):
        """Take a widget out and remove its window."""
        self.close_child(child)
        if destroy:
            child.destroy()

    def remove_all(self, destroy: bool = False):
        """Take all widgets out and remove their windows."""
        with self.batch():
            for child in self.get_children():
                self.remove(child, destroy)

    @checked
    def set_index(self, index: int):
        """Bring window number `index` to the front; out of range changes nothing."""
        if 0 <= index < len(self._children):
            self._child_widgets()[index].raise_()

    def get_index(self):
        """The number of the front window; -1 without windows."""
        order = [window._value("set_stacking", 0) for window in self._child_widgets()]
        return max(range(len(order)), key=order.__getitem__) if order else -1

    @checked
    def index_of(self, child: Widget):
        """The number of a widget's window, or -1."""
        children = self.get_children()
        return children.index(child) if child in children else -1

    @checked
    def index_to_widget(self, index: int):
        """The widget in window number `index`, or None."""
        return self.get_children()[index] if 0 <= index < len(self._children) else None

    def _room(self):
        width, height = self.get_size()
        return width or 800, height or 600

    def _arrange(self, places):
        with self.batch():
            for window, (x, y, width, height) in zip(self._child_widgets(), places):
                window.set_window_state("normal")
                window.resize(width, height)
                window.set_position(x, y)

    def cascade_windows(self):
        """Stagger the windows from the top left, in front of each other."""
        width, height = self._room()
        steps = max(1, int(min(width, height) // 2 // 20))
        self._arrange([(20 * (index % steps), 20 * (index % steps), *self.get_child_size(child)) for index, child in enumerate(self.get_children())])
        for window in self._child_widgets():
            TopLevel.raise_(window)

    def tile_windows(self):
        """Lay the windows side by side in an even grid."""
        count, (width, height) = len(self._children), self._room()
        columns = math.ceil(math.sqrt(count)) or 1
        rows = math.ceil(count / columns) or 1
        self._arrange([(width * (index % columns) // columns, height * (index // columns) // rows, width // columns, height // rows) for index in range(count)])

    @checked
    def set_resistance(self, value: float):
        """How hard it is to drag a window over the workspace's edge, 0..1."""
        self._record("set_resistance", _fractions(value))


@widget
class Page(_Window):
    """A frameless window that fills the page; not on screen before show()."""

    def __init__(self, session):
        super().__init__(session)


@widget
class Dialog(TopLevel):
    """A small window with a row of buttons; not on screen before popup() or show().

    buttons: a list of (text, value); value is any JSON value. autoclose: a button hides it.
    modal: what is behind it is dimmed and cannot be used. Its content is a column, see add_widget.
    Callbacks: "activated" (value): a button was clicked; "close" (): the X was clicked or Escape
    pressed; "move" (x, y): a user moved it.
    """

    callbacks = {"activated": {"value": object}, **TopLevel.callbacks}

    def __init__(self, session, title: str | None = None, buttons: list | None = None, autoclose: bool = False,
                 resizable: bool = True, moveable: bool = True, modal: bool = False):
        super().__init__(session, resizable, title or "", None, moveable, shadeable=False)
        self._autoclose = autoclose
        self._area, self._buttons = VBox(session), HBox(session)
        self._area.set_spacing(4)
        self._buttons.set_spacing(8)
        self._place(self._area, 0)
        self._place(self._buttons, 1)
        for entry in buttons or ():
            _require(isinstance(entry, (list, tuple)) and len(entry) == 2, "Dialog: buttons is a list of (text, value)", got=entry)
            self.add_button(Button(session, entry[0]), entry[1])
        if modal:
            self.set_modal(True)

    def set_widget(self, child: Widget):
        """Make a widget the only content."""
        with self.batch():
            self._area.remove_all()
            self._area.add_widget(child, 1)

    @checked
    def add_widget(self, child: Widget, stretch: float = 0):
        """Append a widget to the content, which is a column."""
        self._area.add_widget(child, stretch)

    @checked
    def insert_widget(self, index: int, child: Widget, stretch: float = 0):
        """Put a widget into the content at a 0-based index."""
        self._area.insert_widget(index, child, stretch)

    @checked
    def set_spacing(self, gap: float):
        """Set the distance between the content's widgets in px; default 4."""
        self._area.set_spacing(gap)

    @checked
    def add_button(self, child: Widget, value: object):
        """Append a Button to the row of buttons; a click on it is the dialog's "activated" (value)."""
        _require(isinstance(child, Button), "Dialog.add_button: a Button is needed", child=child)
        _encode(value)
        self._buttons.add_widget(child)
        child.on("activated", self._activate, value)

    def _activate(self, value):
        if self._autoclose:
            self.hide()
        self._fire("activated", value)

    def get_content_area(self):
        """The VBox that holds the content."""
        return self._area

    def get_children(self):
        """The widgets of the content."""
        return self._area.get_children()

    def remove(self, child: Widget, destroy: bool = False):
        """Take a widget out of the content."""
        self._area.remove(child, destroy)

    def remove_all(self, destroy: bool = False):
        """Take all widgets out of the content."""
        self._area.remove_all(destroy)

    @checked
    def popup(self, x: float | None = None, y: float | None = None):
        """Show it, in front, with its corner at x, y px, else in the middle of the page."""
        with self.batch():
            if x is not None or y is not None:
                self.set_position(x or 0, y or 0)
            self.raise_()
            self.show()

    @state
    def set_modal(self, tf: bool):
        """Whether what is behind it is blocked while it is shown."""


class _IconHolder(Widget):
    """What buttons and the like share: an icon."""

    @checked
    def set_icon(self, url: Path | None, size: list | None = None):
        """Set an icon: URL, data URI or local file; size [w, h] in px. None removes it."""
        _require(size is None or len(size) == 2, "%s.set_icon: size must be [w, h]" % type(self).__name__, size=size)
        self._icon_url = None if url is None else os.fspath(url)
        source, blobs = image_source(url)
        self._record("set_icon", [source, None if size is None else list(size)], blobs)

    def get_icon(self):
        """The URL or path given to set_icon(), or None."""
        return getattr(self, "_icon_url", None)


class _Captioned(Widget):
    """What widgets that show a text share."""

    @state
    def set_text(self, text: str):
        """Set the text; it is shown as text, never as HTML."""

    def get_text(self):
        """The text."""
        return self._value("set_text", "")


class _Colored(Widget):
    """What widgets with a foreground and a background share."""

    @state
    def set_color(self, bg: str | None = None, fg: str | None = None):
        """Set background and text colour (CSS colours); None keeps, "" reverts to the theme's."""
        old = self._values("set_color", (None, None))
        return [was if new is None else _color(new) for new, was in zip((bg, fg), old)]


@widget
class Button(_IconHolder, _Colored, _Captioned):
    """A push button. Callbacks: "activated" (): clicked, or Enter or Space while it has the focus."""

    callbacks = {"activated": {}}

    def __init__(self, session, text: str = ""):
        super().__init__(session)
        if text:
            self.set_text(text)

    @state
    def set_hover(self, bg: str | None = None, fg: str | None = None):
        """Set the colours while the pointer is over it; None, None clears them."""
        return [_color(bg), _color(fg)]


class _Checkable(_Captioned):
    """What two-state buttons share."""

    callbacks = {"activated": {"state": bool}}
    user_states = ("set_state",)

    def get_state(self):
        """Whether it is on; default False."""
        return self._value("set_state", False)


@widget
class CheckBox(_Checkable):
    """A box to tick. Callbacks: "activated" (state): a user ticked or cleared it."""

    def __init__(self, session, text: str = ""):
        super().__init__(session)
        if text:
            self.set_text(text)

    @state
    def set_state(self, tf: bool):
        """Tick or clear; fires nothing."""


class _Grouped(_Checkable):
    """What two-state buttons share of which at most one of a group is on."""

    def _join_group(self, group):
        name = type(self).__name__
        _require(group is None or type(group) is type(self) and group.session is self._session,
                 "%s: group must be a %s of the same session" % (name, name), group=group)
        self._group = weakref.WeakSet() if group is None else group._group
        self._group.add(self)

    def _clear_mates(self):
        for mate in list(self._group):
            if mate is not self and mate.get_state():
                mate._record("set_state", [False])

    def _take_user_state(self, name, values, browser):
        super()._take_user_state(name, values, browser)
        if name == "set_state" and values[0]:
            self._clear_mates()


@widget
class RadioButton(_Grouped):
    """One choice of several. group: another RadioButton whose group to join; None starts a group.

    Callbacks: "activated" (True): this one was selected, by a user or by set_state(True).
    """

    def __init__(self, session, text: str = "", group: Widget | None = None):
        super().__init__(session)
        self._join_group(group)
        self._record("set_group", [min(mate.wid for mate in self._group)])
        if text:
            self.set_text(text)

    @checked
    def set_state(self, value: bool):
        """True selects it and clears the others of its group, and fires "activated"; False only clears it."""
        if value == self.get_state():
            return
        with self.batch():
            self._record("set_state", [value])
            if value:
                self._clear_mates()
                self._fire("activated", True)


class _Toggle(_Grouped):
    """What buttons share that stay pressed."""

    @checked
    def set_state(self, value: bool):
        """Press it, which clears the others of its group, or release it; fires nothing."""
        with self.batch():
            self._record("set_state", [value])
            if value:
                self._clear_mates()


@widget
class ToggleButton(_Toggle):
    """A button that stays pressed. group: another ToggleButton; of a group at most one is pressed.

    Callbacks: "activated" (state): a user pressed or released it.
    """

    def __init__(self, session, text: str = "", group: Widget | None = None):
        super().__init__(session)
        self._join_group(group)
        if text:
            self.set_text(text)


@widget
class Label(_Colored, _Captioned):
    """A text. interactive=True makes it take pointer, key and focus events. halign: see set_halign.

    menu: a Menu that a press on the label, or Enter or Space, opens below it.

    Callbacks (each with one dict, sent only while a handler is registered): "pointer-down",
    "pointer-up", "pointer-move", "enter", "leave", "click", "dblclick", "scroll", "key-down",
    "key-up", "key-press", "focus-in", "focus-out", "contextmenu".
    """

    callbacks = on_demand = INTERACTIVE_CALLBACKS

    def __init__(self, session, text: str = "", halign: Literal["left", "center", "right"] = "left",
                 interactive: bool = False, menu: Widget | None = None):
        super().__init__(session, None, {"interactive": True} if interactive else None)
        if text:
            self.set_text(text)
        if halign != "left":
            self.set_halign(halign)
        if menu is not None:
            self.set_menu(menu)

    @state
    def set_menu(self, menu: Widget | None):
        """Open a Menu at a press on the label; None for none."""
        return [_menu_wid(self, menu)]

    @state
    def set_halign(self, align: Literal["left", "center", "right"]):
        """Align the text across."""

    @state
    def set_valign(self, align: Literal["top", "center", "bottom"]):
        """Align the text in a label taller than it."""


def _menu_wid(owner, menu):
    """The wid of a Menu of the owner's session, or None."""
    _require(menu is None or isinstance(menu, Menu) and menu.session is owner.session,
             "%s.set_menu: a Menu of the same session, or None, is needed" % type(owner).__name__, menu=menu)
    return None if menu is None else menu.wid


@widget
class StatusBar(_Colored):
    """A line for short messages. halign: "left", "center" or "right"."""

    def __init__(self, session, halign: Literal["left", "center", "right"] = "left"):
        super().__init__(session)
        self._shown_for = 0                     # counts messages: an old one's end must not clear a new one
        if halign != "left":
            self.set_halign(halign)

    @checked
    def set_message(self, text: str, duration: float | None = None):
        """Show a message; it goes after duration seconds, None keeps it."""
        _require(duration is None or 0 <= duration < 1e9, "StatusBar.set_message: duration must be seconds from 0, or None",
                 duration=duration)
        self._shown_for += 1
        self._record("set_text", [text])
        if duration is not None:
            self.app.reactor.call_later(duration, functools.partial(self._expire, self._shown_for))

    def _expire(self, number):
        if number == self._shown_for and self.wid in self._session._widgets:
            self._record("set_text", [""])

    def clear(self):
        """Show nothing."""
        self.set_message("")

    @state
    def set_halign(self, align: Literal["left", "center", "right"]):
        """Align the message."""


@widget
class AbstractScrollArea(SingleChild):
    """A widget between two scroll bars that belong to the program: it is told where a user scrolled, and says what they show.

    thickness: of the bars, px.
    Callbacks: "scrolled" (h_pct, v_pct): a user moved a bar; fractions 0..1. "area-resize" (width,
    height, vbar_width, hbar_height): the room for the content changed; px, 0 for a hidden bar.
    """

    callbacks = {"scrolled": {"h_pct": float, "v_pct": float},
                 "area-resize": {"width": float, "height": float, "vbar_width": float, "hbar_height": float}}
    on_demand = {"area-resize"}
    user_states = ("set_scroll_percent",)

    def __init__(self, session, thickness: float = 15):
        _require(0 < thickness <= 200, "%s: thickness must be above 0 px" % type(self).__name__, thickness=thickness)
        super().__init__(session, {"thickness": thickness})

    @state
    def set_thumb_percent(self, h_pct: float, v_pct: float):
        """Set the thumbs' lengths as fractions 0.01..1 of the bars."""
        return [max(0.01, pct) for pct in _fractions(h_pct, v_pct)]

    def get_thumb_percent(self):
        """(h_pct, v_pct) as set; (0.0, 0.0) before."""
        return self._values("set_thumb_percent", (0.0, 0.0))

    @state
    def set_scroll_percent(self, h_pct: float, v_pct: float):
        """Place the thumbs at fractions 0..1 of their ways; fires nothing."""
        return _fractions(h_pct, v_pct)

    def get_scroll_percent(self):
        """(h_pct, v_pct): where the thumbs are."""
        return self._values("set_scroll_percent", (0.0, 0.0))

    @state
    def set_scroll_bar_visibility(self, horizontal: Literal["on", "off", "auto"], vertical: Literal["on", "off", "auto"]):
        """Show the bars: "on", "off", or "auto": while there is something to scroll."""


@widget
class ScrollArea(AbstractScrollArea, _Scrolled):
    """A widget that may be larger than the room for it, with scroll bars. hscrollbar, vscrollbar: "on", "off" or "auto".

    Callbacks: "scrolled" (h_pct, v_pct): 0.15 s after a user scrolled; "area-resize", as AbstractScrollArea.
    """

    callbacks = AbstractScrollArea.callbacks
    user_states = ("set_scroll_percent", "set_scroll_position")

    def __init__(self, session, hscrollbar: Literal["on", "off", "auto", "always", "overflow"] = "auto",
                 vscrollbar: Literal["on", "off", "auto", "always", "overflow"] = "auto", thickness: float = 15):
        super().__init__(session, thickness)
        words = {"always": "on", "overflow": "auto"}
        if (hscrollbar, vscrollbar) != ("auto", "auto"):
            self.set_scroll_bar_visibility(words.get(hscrollbar, hscrollbar), words.get(vscrollbar, vscrollbar))


def _one_line(text):
    """Text as a one-line input holds it: no line breaks, no lone surrogates."""
    return re.sub(r"[\r\n]+", " ", _well_formed(text))


def _well_formed(text):
    """Text with \\n as its only line end and U+FFFD for lone surrogates, as every browser counts it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _TextInput(Widget):
    """What text inputs share: a text that Python and several browsers edit together."""

    user_edits = ("set_text",)

    def _start_text(self, text):
        self._session._log.set_sequence(self.wid, "set_text", "")
        if text:
            self.set_text(text)

    def get_text(self):
        """The text, which follows a user's typing."""
        return self._value("set_text", "")

    @checked
    def merge_text(self, base: str, text: str):
        """Change the text as `base` has to be changed to become `text`; what was typed since `base` is kept."""
        with self.batch(), self._session._log.lock:
            self.set_text(merge_text(base, text, self.get_text()))

    def clear(self):
        """Empty the text."""
        self.set_text("")

    @state
    def set_editable(self, tf: bool):
        """Whether users may change the text."""

    def _take_user_edit(self, name, base, splices, browser):
        if self._value("set_editable", True):
            super()._take_user_edit(name, base, splices, browser)
        else:
            self._session._log.touch(self.wid, name)            # the page shows again what holds


@widget
class TextEntry(_TextInput):
    """One line of text. Up and Down walk the last `linehistory` entries; password hides the text.

    Callbacks: "activated" (text): Enter; "modified" (text): 0.3 s after typing stopped.
    """

    callbacks = {"activated": {"text": str}, "modified": {"text": str}}
    user_states = ("set_history",)

    def __init__(self, session, text: str = "", editable: bool = True, linehistory: int = 1, password: bool = False):
        _require(linehistory >= 0, "TextEntry: linehistory must not be negative", linehistory=linehistory)
        super().__init__(session, None, {"linehistory": linehistory, "password": password})
        self._linehistory = linehistory
        self._start_text(text)
        if not editable:
            self.set_editable(False)

    @text_state
    def set_text(self, text: str):
        """Set the text; line breaks become spaces. What a user types meanwhile is kept."""
        return [_one_line(text)]

    @state
    def set_length(self, numchars: int):
        """Set the width in characters."""
        _require(1 <= numchars <= 1000, "numchars must be from 1 to 1000", numchars=numchars)

    @state
    def set_history(self, entries: list):
        """The entries that Up and Down walk, newest last; kept to `linehistory`."""
        _require(all(isinstance(entry, str) for entry in entries), "entries must be strings")
        return [list(entries)[-self._linehistory:] if self._linehistory else []]


@widget
class TextEntrySet(TextEntry):
    """A TextEntry with a button beside it, which does what Enter does. label: the button's text.

    Callbacks: "activated" (text): Enter or the button; "modified" (text): 0.3 s after typing stopped.
    """

    def __init__(self, session, text: str = "", label: str = "Set", editable: bool = True, linehistory: int = 1):
        super().__init__(session, text, editable, linehistory)
        if label != "Set":
            self.set_button_text(label)

    @state
    def set_button_text(self, text: str):
        """Set the text of the button."""


@widget
class TextArea(_TextInput, _Scrolled):
    """Several lines of text. wrap: at words.

    Callbacks: "modified" (text): 0.3 s after typing stopped; "scrolled" (h_pct, v_pct): 0.15 s after
    a user scrolled, as fractions.
    """

    callbacks = {"modified": {"text": str}, **_Scrolled.callbacks}

    def __init__(self, session, text: str = "", wrap: bool = False, editable: bool = True):
        super().__init__(session)
        self._limit = None
        self._start_text(text)
        if wrap:
            self.set_wrap(True)
        if not editable:
            self.set_editable(False)

    @text_state
    def set_text(self, text: str):
        """Set the text. What a user types meanwhile is kept."""
        return [self._last_lines(_well_formed(text))]

    @checked
    def append_text(self, text: str):
        """Add text at the end; no newline is added and nothing scrolls. Costs what the new text costs."""
        _require(isinstance(text, str), "TextArea.append_text: text must be a str", text=text)
        log = self._session._log
        with self.batch(), log.lock:
            try:
                log.edit(self.wid, "set_text", (log.get_cell(self.wid, "set_text").size, 0, _well_formed(text)))
            except (KeyError, AttributeError):
                self._require_alive()
            if self._limit:
                self.set_text(self.get_text())

    def _last_lines(self, text):
        if not self._limit:
            return text
        at = len(text)
        for _ in range(self._limit + text.endswith("\n")):
            at = text.rfind("\n", 0, at)
            if at < 0:
                return text
        return text[at + 1:]

    @checked
    def set_limit(self, numlines: int | None):
        """Keep only the last numlines lines; None or 0 for no limit."""
        _require(numlines is None or isinstance(numlines, int) and numlines >= 0,
                 "TextArea.set_limit: numlines must be a whole number from 0, or None", numlines=numlines)
        self._limit = numlines
        self.set_text(self.get_text())

    @state
    def set_wrap(self, tf: bool):
        """Whether long lines wrap at words."""

    @call
    def scroll_to_lineno(self, lineno: int, align: Literal["nearest", "center", "top"] = "nearest"):
        """Scroll a line (0-based) into view."""

    @call
    def scroll_to_end(self):
        """Scroll to the last line."""


def _shift(offset, splice, after):
    """Where an offset is once a splice was applied; after: text inserted exactly there comes before it."""
    start, delete, insert = splice
    if offset < start or offset == start and not after:
        return offset
    return max(start, offset - delete) + (len(insert) if offset >= start + delete or after else 0)


class TextBufferRef(_Emitter):
    """A place in the text of a TextSource, which stays at its character while the text changes around it.

    Made by the editor's create_ref() and its relatives. gravity says what happens to text inserted
    exactly there: "right" (default): the ref ends up behind it; "left": it stays in front.
    Callbacks: "invalidated" (): the text was replaced, or the ref removed.
    """

    callbacks = {"invalidated": {}}

    def __init__(self, source, offset, gravity="right"):
        super().__init__(source.session)
        _require(gravity in ("left", "right"), "gravity must be left or right", gravity=gravity)
        self._source, self._gravity, self._valid, self._offset = source, gravity, True, 0
        self._offset = source._clamp(offset)

    def __repr__(self):
        return "<TextBufferRef %s%d>" % ("" if self._valid else "invalid, was ", self._offset)

    def get_offset(self):
        """How many characters are in front of it."""
        return self._offset

    def get_gravity(self):
        """"left" or "right"."""
        return self._gravity

    def is_valid(self):
        """Whether it still stands for a place."""
        return self._valid

    def _invalidate(self):
        if self._valid:
            self._valid = False
            self._fire("invalidated")

    def destroy(self):
        """Remove it from its editor. Safe to repeat."""
        if self._valid:
            self._source.remove_ref(self)
        super().destroy()

    def get_line(self):
        """Its line, from 0."""
        return self.get_line_column()[0]

    def get_line_column(self):
        """(line, column), both from 0."""
        text = self._source.get_text()
        return text.count("\n", 0, self._offset), self._offset - (text.rfind("\n", 0, self._offset) + 1)

    def _move(self, offset):
        _require(self._valid, "TextBufferRef: it is invalid and cannot be moved; make a new one", ref=self)
        self._offset = self._source._clamp(offset)
        return self

    @checked
    def set_offset(self, offset: int):
        """Move it so that this many characters are in front of it."""
        return self._move(offset)

    @checked
    def set_line(self, lineno: int):
        """Move it to the beginning of a line."""
        return self._move(self._source._line_start(lineno))

    def to_ref(self, other):
        """Move it to where another one is."""
        return self._move(self._source._offset_of(other, "other"))

    def copy(self):
        """A new ref at the same place with the same gravity."""
        return self._source.create_ref(self._offset, self._gravity)

    def to_line_start(self):
        """Move it to the beginning of its line."""
        return self._move(self._source._line_start(self.get_line()))

    def to_line_end(self):
        """Move it to the end of its line."""
        return self._move(self._source._line_end(self.get_line()))

    def to_next_line(self):
        """Move it to the beginning of the next line; on the last one it stays."""
        line = self.get_line()
        return self._move(self._source._line_start(line + 1) if line < self._source.get_end_lineno() else self._offset)

    def to_prev_line(self):
        """Move it to the beginning of the line before; on the first one it stays."""
        line = self.get_line()
        return self._move(self._source._line_start(line - 1) if line else self._offset)

    def to_next_char(self):
        """Move it behind the next character."""
        return self._move(self._offset + 1)

    def to_prev_char(self):
        """Move it in front of the character before."""
        return self._move(self._offset - 1)


_TAG_ATTRIBUTES = {"background": _color, "foreground": _color, "bold": bool, "italic": bool, "underline": bool, "strikethrough": bool,
                   "font_family": str, "font_size": _to_float}


@widget
class TextSource(_TextInput, _Scrolled):
    """A text editor: line numbers, styled spans (tags), icons beside lines, undo, find and replace; for 100,000 lines and more.

    The text, its refs, tags, icons and undo live in Python and follow what users type. Places are
    TextBufferRefs of this editor; create_ref(offset) makes one. wrap: "none", "word" or "hard";
    font_size: px.
    Callbacks: "changed" (): the text was edited; "cursor_moved" (ref), also spelt "cursor-moved";
    "line_clicked" (line): a line number, from 0; "icon_clicked" (line, ref or None): the icon column;
    "scrolled" (h_pct, v_pct); "tooltip" (line, col, text, x, y): the pointer rested 0.4 s on text, px.
    """

    callbacks = {"changed": {}, "cursor_moved": {"ref": object}, "cursor-moved": {"ref": object}, "line_clicked": {"line": int},
                 "icon_clicked": {"line": int, "ref": object}, "tooltip": {"line": int, "col": int, "text": str, "x": float, "y": float},
                 **_Scrolled.callbacks}
    python_callbacks = Widget.python_callbacks | {"changed", "cursor_moved", "cursor-moved", "icon_clicked"}
    user_actions = ("_user_caret", "_user_undo", "_user_redo", "_user_icon")
    user_states = ("set_scroll_position", *user_actions)

    def __init__(self, session, text: str = "", wrap: Literal["none", "word", "hard"] | bool = "none", line_numbers: bool = False,
                 icon_gutter: bool = False, editable: bool = True, font_family: str = "monospace", font_size: float = 13):
        super().__init__(session)
        self._refs = weakref.WeakSet()
        self._forget_places()
        self._tags = {}                         # name -> attributes
        self._marks = itertools.count(1)
        session._log.set_sequence(self.wid, "set_text", _well_formed(text))
        for setter, value, default in ((self.set_wrap, wrap, "none"), (self.set_line_numbers, line_numbers, False),
                                       (self.set_icon_gutter, icon_gutter, False), (self.set_editable, editable, True)):
            if value != default:
                setter(value)
        self.set_font(font_family, font_size)

    def _forget_places(self):
        for ref in list(self._refs):
            ref._invalidate()
        self._refs.clear()
        self._named = {}                        # name -> TextBufferRef
        self._spans = []                        # [start, end, tag], in order of application
        self._icons = {}                        # TextBufferRef -> image source
        self._undo, self._redo = collections.deque(maxlen=MAX_UNDO), []         # (start, deleted, inserted)
        self._modified = False
        self._cursor, self._anchor = self.create_ref(0), None

    # The text

    @property
    def _lock(self):
        return self._session._log.lock

    def _clamp(self, offset):
        return max(0, min(_to_int(offset), len(self.get_text())))

    def _offset_of(self, ref, name):
        """The offset of a ref that must be one of ours."""
        _require(isinstance(ref, TextBufferRef), "%s must be a TextBufferRef of this editor; create_ref(offset) makes one" % name, got=ref)
        _require(ref._source is self, "%s belongs to another editor" % name, got=ref)
        _require(ref._valid, "%s is invalid: the text was replaced or the ref removed" % name, got=ref)
        return ref._offset

    def _bounds(self, start_ref, end_ref):
        return sorted((self._offset_of(start_ref, "start_ref"), self._offset_of(end_ref, "end_ref")))

    def _change(self, start, delete, insert, author=None, keep=True):
        """Apply a splice to the text and to all that has a place in it; keep: it can be undone."""
        log, splice = self._session._log, (start, delete, insert)
        with self.batch(), self._lock:
            deleted = self.get_text()[start:start + delete]
            try:
                log.edit(self.wid, "set_text", splice, author)
            except KeyError:
                return self._require_alive()
            for ref in self._refs:
                ref._offset = _shift(ref._offset, splice, ref._gravity == "right")
            self._spans = [span for span in ([_shift(a, splice, True), _shift(b, splice, False), name] for a, b, name in self._spans)
                           if span[0] < span[1]]
            self._modified = True
            if keep:
                self._remember(start, deleted, insert)
            if self._spans or self._icons:
                self._changed_marks()
        self._fire("changed")

    def _remember(self, start, deleted, inserted):
        """Note a change for undo; letters typed one after another are one step."""
        self._redo.clear()
        if self._undo and not deleted and len(inserted) == 1 and not inserted.isspace():
            before, gone, typed = self._undo[-1]
            if not gone and before + len(typed) == start and not typed[-1:].isspace():
                self._undo[-1] = before, "", typed + inserted
                return
        self._undo.append((start, deleted, inserted))

    def _apply_user_edit(self, name, splice, browser):
        self._change(*splice, browser.number)

    @checked
    def set_text(self, text: str):
        """Replace the text: refs become invalid; tags' spans, icons and undo are gone; the cursor is at the beginning. Fires nothing."""
        with self.batch(), self._lock:
            try:
                self._session._log.set_sequence(self.wid, "set_text", _well_formed(text))
            except KeyError:
                self._require_alive()
            self._forget_places()
            self._changed_marks()
        self._call_browsers("place_caret", [0, 0])

    @checked
    def merge_text(self, base: str, text: str):
        """Change the text as `base` has to be changed to become `text`; what was typed since `base` is kept."""
        with self.batch(), self._lock:
            old = self.get_text()
            self._change(*text_splice(old, merge_text(base, _well_formed(text), old)))

    def get_length(self):
        """How many characters the text has."""
        return len(self.get_text())

    @checked
    def get_text_range(self, start_ref: object, end_ref: object):
        """The text between two refs, in whatever order."""
        start, end = self._bounds(start_ref, end_ref)
        return self.get_text()[start:end]

    @checked
    def insert_text(self, ref: object, text: str, tags: list | None = None):
        """Insert a text at a ref; tags: names of tags for it."""
        with self.batch(), self._lock:
            start, text = self._offset_of(ref, "ref"), _well_formed(text)
            for name in tags or ():
                self._require_tag(name)
            if text:
                self._change(start, 0, text)
                self._spans += [[start, start + len(text), name] for name in tags or ()]
                if tags:
                    self._changed_marks()

    @checked
    def delete_range(self, start_ref: object, end_ref: object):
        """Delete the text between two refs."""
        with self.batch(), self._lock:
            start, end = self._bounds(start_ref, end_ref)
            if start < end:
                self._change(start, end - start, "")

    def clear(self):
        """Replace the text by nothing."""
        self.set_text("")

    # Refs

    @checked
    def create_ref(self, offset: int, gravity: Literal["left", "right"] = "right"):
        """A new ref with this many characters in front of it; kept up to date for as long as you hold it."""
        with self.batch(), self._lock:
            ref = TextBufferRef(self, offset, gravity)
            self._refs.add(ref)
            return ref

    @checked
    def remove_ref(self, ref: object):
        """Make a ref invalid; its name and icon go too."""
        with self.batch(), self._lock:
            self._offset_of(ref, "ref")
            self._refs.discard(ref)
            self._named = {name: one for name, one in self._named.items() if one is not ref}
            if self._icons.pop(ref, None) is not None:
                self._changed_marks()
            ref._invalidate()

    @checked
    def create_named_ref(self, name: str, offset: int, gravity: Literal["left", "right"] = "right"):
        """A new ref that the editor keeps under a name; an earlier one of that name becomes invalid."""
        with self.batch(), self._lock:
            self.remove_named_ref(name)
            self._named[name] = self.create_ref(offset, gravity)
            return self._named[name]

    @checked
    def get_named_ref(self, name: str):
        """The ref of a name, or None."""
        return self._named.get(name)

    @checked
    def remove_named_ref(self, name: str):
        """Make the ref of a name invalid; an unknown name is ignored."""
        if name in self._named:
            self.remove_ref(self._named[name])

    def get_ref_start(self):
        """A new ref at the beginning."""
        return self.create_ref(0)

    def get_ref_end(self):
        """A new ref at the end."""
        return self.create_ref(self.get_length())

    def get_ref_bounds(self):
        """New refs at the beginning and at the end."""
        return self.get_ref_start(), self.get_ref_end()

    def _line_start(self, lineno):
        """The offset of a line's beginning; beyond the last line, of the last one's."""
        text, start = self.get_text(), 0
        for _ in range(_to_int(lineno)):
            following = text.find("\n", start) + 1
            if not following:
                break
            start = following
        return start

    def _line_end(self, lineno):
        text = self.get_text()
        end = text.find("\n", self._line_start(lineno))
        return len(text) if end < 0 else end

    @checked
    def get_ref_line_start(self, lineno: int):
        """A new ref at the beginning of a line, from 0."""
        return self.create_ref(self._line_start(lineno))

    @checked
    def get_ref_line_end(self, lineno: int):
        """A new ref at the end of a line, from 0."""
        return self.create_ref(self._line_end(lineno))

    def get_end_lineno(self):
        """The number of the last line, from 0."""
        return self.get_text().count("\n")

    # Cursor and selection

    def get_cursor(self):
        """A new ref where the cursor is."""
        return self._cursor.copy()

    def _place(self, anchor, cursor, *asked):
        """Put the cursor; anchor: where the selection begins, None for none. asked: by which browser, after how many moves."""
        with self.batch(), self._lock:
            self._cursor.set_offset(cursor)
            self._anchor = None if anchor is None or anchor == cursor else self.create_ref(anchor)
        self._call_browsers("place_caret", [cursor if anchor is None else anchor, cursor, *asked])

    @checked
    def set_cursor(self, ref: object):
        """Put the cursor at a ref, with nothing selected."""
        self._place(None, self._offset_of(ref, "ref"))

    def has_selection(self):
        """Whether some text is selected."""
        return self.get_selection_range() is not None

    def get_selection_range(self):
        """(start, end), new refs around the selected text, or None."""
        with self.batch(), self._lock:
            ends = self._anchor and sorted((self._anchor._offset, self._cursor._offset))
            return (self.create_ref(ends[0]), self.create_ref(ends[1])) if ends and ends[0] < ends[1] else None

    def get_selection_bounds(self):
        """The same as get_selection_range()."""
        return self.get_selection_range()

    @checked
    def set_selection_range(self, start_ref: object, end_ref: object):
        """Select the text between two refs; the cursor is at the second."""
        self._place(self._offset_of(start_ref, "start_ref"), self._offset_of(end_ref, "end_ref"))

    @state
    def set_cursor_style(self, style: Literal["line", "block"] = "line", color: str | None = None):
        """Draw the cursor as a "line" or a "block"; color: CSS, None for the theme's."""
        return [style, _color(color)]

    def get_cursor_style(self):
        """(style, color)."""
        return self._values("set_cursor_style", ("line", None))

    @checked
    def _user_caret(self, anchor: int, cursor: int, base: int):
        """A user moved the cursor or selected, in the text as of number base."""
        with self.batch(), self._lock:
            for splice in self._session._log.splices_since(self.wid, "set_text", base):
                anchor, cursor = _shift(anchor, splice, True), _shift(cursor, splice, True)
            self._cursor.set_offset(cursor)
            self._anchor = None if anchor == cursor else self.create_ref(anchor)
        for action in ("cursor_moved", "cursor-moved"):
            if self._handlers_of(action):
                self._fire(action, self.get_cursor())

    # Tags

    @checked
    def create_tag(self, name: str, attrs: dict | None = None, background: str | None = None, foreground: str | None = None,
                   bold: bool | None = None, italic: bool | None = None, underline: bool | None = None, strikethrough: bool | None = None,
                   font_family: str | None = None, font_size: float | None = None):
        """Define a style for spans of text, or define it anew: colours are CSS, font_size px. attrs: the same as a dict."""
        given = dict(zip(_TAG_ATTRIBUTES, (background, foreground, bold, italic, underline, strikethrough, font_family, font_size)))
        given = {**(attrs or {}), **{key: value for key, value in given.items() if value is not None}}
        unknown = given.keys() - _TAG_ATTRIBUTES.keys()
        _require(not unknown, "a tag has %s" % ", ".join(_TAG_ATTRIBUTES), got=sorted(unknown))
        with self.batch(), self._lock:
            self._tags[name] = {key: _TAG_ATTRIBUTES[key](value) for key, value in given.items() if value is not None}
            self._record("set_tag_styles", [self._tags])

    @checked
    def remove_tag_def(self, name: str):
        """Forget a tag and its spans."""
        with self.batch(), self._lock:
            self._tags.pop(name, None)
            self._record("set_tag_styles", [self._tags])
            self._spans = [span for span in self._spans if span[2] != name]
            self._changed_marks()

    def _require_tag(self, name):
        _require(name in self._tags, "no tag of this name; create_tag() defines one", name=name)

    @checked
    def apply_tag(self, name: str, start_ref: object, end_ref: object):
        """Style the text between two refs; of tags over the same text the one applied last wins."""
        self._require_tag(name)
        with self.batch(), self._lock:
            start, end = self._bounds(start_ref, end_ref)
            if start < end:
                self._spans.append([start, end, name])
                self._changed_marks()

    @checked
    def remove_tag(self, name: str, start_ref: object, end_ref: object):
        """Take a tag off the text between two refs."""
        with self.batch(), self._lock:
            start, end = self._bounds(start_ref, end_ref)
            kept = []
            for a, b, tag in self._spans:
                pieces = [(a, b)] if tag != name or b <= start or a >= end else [(a, start), (end, b)]
                kept += [[first, last, tag] for first, last in pieces if first < last]
            self._spans = kept
            self._changed_marks()

    @checked
    def has_tag(self, name: str):
        """Whether some text has this tag."""
        return any(span[2] == name for span in self._spans)

    def _tags_over(self, start, end):
        return list(dict.fromkeys(name for a, b, name in self._spans if a < end and b > start))

    @checked
    def get_tags_at(self, ref: object):
        """The names of the tags of the character behind a ref."""
        offset = self._offset_of(ref, "ref")
        return self._tags_over(offset, offset + 1)

    @checked
    def get_tags_range(self, s: object, e: object):
        """The names of the tags of some text between two refs."""
        return self._tags_over(*self._bounds(s, e))

    @checked
    def get_tag_regions(self, name: str):
        """The texts with this tag as pairs of new refs, one pair for what hangs together."""
        with self.batch(), self._lock:
            regions = []
            for start, end in sorted(span[:2] for span in self._spans if span[2] == name):
                if regions and start <= regions[-1][1]:
                    regions[-1][1] = max(end, regions[-1][1])
                else:
                    regions.append([start, end])
            return [(self.create_ref(start), self.create_ref(end)) for start, end in regions]

    @checked
    def get_tag_region(self, name: str):
        """(start, end) of the first and the last text with this tag, new refs, or None."""
        regions = self.get_tag_regions(name)
        return (regions[0][0], regions[-1][1]) if regions else None

    # Finding

    def _matches(self, query, start, case_insensitive):
        _require(query != "", "find: there must be something to look for")
        offset = 0 if start is None else self._offset_of(start, "start")
        return re.compile(re.escape(query), re.IGNORECASE if case_insensitive else 0).finditer(self.get_text(), offset)

    @checked
    def find(self, query: str, start: object = None, case_insensitive: bool = False):
        """(start, end), new refs around the first occurrence behind `start` (a ref; None: the beginning), or None."""
        with self.batch(), self._lock:
            match = next(self._matches(query, start, case_insensitive), None)
            return match and (self.create_ref(match.start()), self.create_ref(match.end()))

    @checked
    def find_all(self, query: str, start: object = None, case_insensitive: bool = False):
        """All occurrences as pairs of new refs; they do not overlap."""
        with self.batch(), self._lock:
            return [(self.create_ref(match.start()), self.create_ref(match.end())) for match in self._matches(query, start, case_insensitive)]

    @checked
    def replace(self, query: str, replacement: str, all: bool = False, start: object = None, case_insensitive: bool = False):
        """Replace the first occurrence, or all; returns how many."""
        with self.batch(), self._lock:
            places = [match.span() for match in itertools.islice(self._matches(query, start, case_insensitive), None if all else 1)]
            for first, last in reversed(places):
                self._change(first, last - first, _well_formed(replacement))
            return len(places)

    # Undo

    def _step(self, source, target, *asked):
        with self.batch(), self._lock:
            if not source:
                return False
            start, deleted, inserted = source.pop()
            target.append((start, inserted, deleted))
            self._change(start, len(inserted), deleted, keep=False)
        self._place(None, start + len(deleted), *asked)
        return True

    def undo(self):
        """Take back the last change; False if there is none."""
        return self._step(self._undo, self._redo)

    def redo(self):
        """Make again what was taken back last; False if there is nothing."""
        return self._step(self._redo, self._undo)

    def can_undo(self):
        """Whether there is a change to take back."""
        return bool(self._undo)

    def can_redo(self):
        """Whether there is a change to make again."""
        return bool(self._redo)

    @checked
    def _user_undo(self, asker: int, moves: int):
        """Ctrl+Z."""
        _require(self._value("set_editable", True), "the text is read-only")
        self._step(self._undo, self._redo, asker, moves)

    @checked
    def _user_redo(self, asker: int, moves: int):
        """Ctrl+Y."""
        _require(self._value("set_editable", True), "the text is read-only")
        self._step(self._redo, self._undo, asker, moves)

    def get_modified(self):
        """Whether the text was edited since set_text() or mark_clean()."""
        return self._modified

    def mark_clean(self):
        """Make get_modified() False."""
        self._modified = False

    # Icons

    @checked
    def set_icon(self, ref: object, icon_url: Path | None):
        """Show an icon beside the line of a ref, which it follows: URL, data URI or local file; None removes it."""
        with self.batch(), self._lock:
            self._offset_of(ref, "ref")
            self._icons.pop(ref, None)
            if icon_url is not None:
                self._icons[ref] = self.to_data_uri(icon_url) if os.path.isfile(icon_url) else os.fspath(icon_url)
            self._changed_marks()

    def clear_icons(self):
        """Remove all icons."""
        with self.batch(), self._lock:
            self._icons.clear()
            self._changed_marks()

    @checked
    def _user_icon(self, line: int):
        """The icon column was clicked."""
        ref = next((ref for ref in reversed(list(self._icons)) if ref.get_line() == line), None)
        self._fire("icon_clicked", line, ref)

    # Looks

    @state
    def set_icon_gutter(self, tf: bool):
        """Whether there is a column for icons."""

    @state
    def set_wrap(self, mode: Literal["none", "word", "hard"] | bool):
        """Break long lines: "none" (False), between words: "word" (True), or anywhere: "hard"."""
        return [{True: "word", False: "none"}.get(mode, mode)]

    @state
    def set_line_numbers(self, tf: bool):
        """Whether lines are numbered."""

    @state
    def set_font(self, family: str | None = None, size: float | None = None, weight: str | float | None = None, style: str | None = None):
        """Set the font; size in px; None keeps what is set."""
        old = self._values("set_font", (None,) * 4)
        given = (family, size, font_weight(weight), font_style(style))
        return [new if new is not None else was for new, was in zip(given, old)]

    @state
    def set_tooltips_enabled(self, tf: bool):
        """Whether "tooltip" is fired when the pointer rests."""

    @call
    def show_tooltip(self, text: str, x: float, y: float):
        """Show a text near a point of the viewport, px; "" hides it."""

    # Scrolling

    def _scroll(self, line, align):
        _require(align in ("nearest", "center", "top"), "align must be nearest, center or top", align=align)
        self._call_browsers("scroll_to_line", [line, align])

    @checked
    def scroll_to_ref(self, ref: object, align: str = "nearest"):
        """Scroll to a ref: as little as needed, or with its line in the "center" or at the "top"."""
        self._offset_of(ref, "ref")
        self._scroll(ref.get_line(), align)

    @checked
    def scroll_to_lineno(self, lineno: int, align: str = "nearest"):
        """Scroll to a line, from 0; align as in scroll_to_ref."""
        self._scroll(lineno, align)

    def scroll_to_end(self):
        """Scroll to the last line."""
        self._scroll(self.get_end_lineno(), "nearest")

    def scroll_to_cursor(self):
        """Scroll to the cursor's line."""
        self._scroll(self._cursor.get_line(), "nearest")

    # To browsers: tags and icons are sent for the lines on view

    def _changed_marks(self):
        self._record("set_marks", [next(self._marks)])

    def _send_window(self, browser, message):
        """Answer a browser that asks what is marked between two offsets (reactor thread)."""
        with self.batch(), self._lock:
            start, end = message["start"], message["start"] + message["count"]
            spans = [span for span in self._spans if span[0] < end and span[1] > start]
            icons = {}
            for ref, source in self._icons.items():
                if start <= ref._offset <= end:
                    icons[ref.get_line()] = source
            ends = [self._anchor._offset if self._anchor else self._cursor._offset, self._cursor._offset]
            number = self._value("set_marks", 0)
        self._session._call_one(browser, self.wid, "show_marks", [number, start, end, spans, sorted(icons.items()), ends])


@widget
class HtmlView(_Scrolled):
    """HTML that the program vouches for. It is not sanitised; scripts and inline handlers in it do not run.

    Callbacks: "scrolled" (h_pct, v_pct): 0.15 s after a user scrolled, as fractions.
    """

    def __init__(self, session, html: str = ""):
        super().__init__(session)
        self._session._log.set_sequence(self.wid, "set_html", _well_formed(html))

    @checked
    def set_html(self, html: str):
        """Set the HTML."""
        _require(isinstance(html, str), "HtmlView.set_html: html must be a str", html=html)
        try:
            self._session._log.set_sequence(self.wid, "set_html", _well_formed(html))
        except KeyError:
            self._require_alive()
        self._session._changed()

    def get_html(self):
        """The HTML as set and appended."""
        return self._value("set_html", "")

    @checked
    def append_html(self, html: str):
        """Add HTML at the end; it must be complete in itself. Costs what the new text costs."""
        _require(isinstance(html, str), "HtmlView.append_html: html must be a str", html=html)
        log = self._session._log
        try:
            with log.lock:
                log.edit(self.wid, "set_html", (log.get_cell(self.wid, "set_html").size, 0, _well_formed(html)))
        except (KeyError, AttributeError):
            self._require_alive()
        self._session._changed()

    def clear(self):
        """Empty it."""
        self.set_html("")

    @call
    def scroll_to_top(self):
        """Scroll to the beginning."""

    @call
    def scroll_to_bottom(self):
        """Scroll to the end."""


@widget
class ComboBox(Widget):
    """A choice from a list, or, when editable, a text with suggestions.

    editable: any text may be entered; Enter adds a new one to the items. dropdown_limit: rows shown
    before the list scrolls, 0 for about 200 px.
    Callbacks: "activated" (index, text): an item was chosen, Enter, or the wheel stepped;
    "modified" (text): each keystroke, when editable. Changes from code fire nothing.
    """

    callbacks = {"activated": {"index": int, "text": str}, "modified": {"text": str}}
    user_states = ("set_shown",)

    def __init__(self, session, editable: bool = False, dropdown_limit: int = 0):
        _require(dropdown_limit >= 0, "ComboBox: dropdown_limit must not be negative", dropdown_limit=dropdown_limit)
        super().__init__(session, {"editable": editable, "dropdown_limit": dropdown_limit})
        self._editable = editable
        self._index_was_set = False
        self._session._log.set_sequence(self.wid, "set_items", [])

    def get_items(self):
        """The items, a list of str."""
        return list(self._value("set_items", []))

    def _splice_items(self, index, count, items):
        try:
            self._session._log.edit(self.wid, "set_items", (index, count, items))
        except KeyError:
            self._require_alive()

    @state
    def set_shown(self, index: int, text: str):
        """The chosen index (-1: none) and the text in the field."""
        _require(-1 <= index <= len(self.get_items()), "index is out of range", index=index)

    def _take_user_state(self, name, values, browser):
        index, text = values
        items = self.get_items()
        if index == len(items):                 # Enter with a new text appends it
            self._splice_items(index, 0, [text])
        super()._take_user_state(name, values, browser)

    @checked
    def append_text(self, text: str):
        """Add an item at the end. The first one of an empty box becomes selected unless set_index was called."""
        self._insert(len(self.get_items()), text)

    @checked
    def insert_alpha(self, text: str):
        """Add an item at its alphabetical place."""
        items = self.get_items()
        self._insert(next((index for index, item in enumerate(items) if item > text), len(items)), text)

    def _insert(self, index, text):
        _require(isinstance(text, str), "ComboBox: an item must be a str", text=text)
        shown, shown_text = self._values("set_shown", (-1, ""))
        with self.batch():
            empty = not self.get_items()
            self._splice_items(index, 0, [text])
            if empty and not self._index_was_set and not shown_text:
                self._record("set_shown", [0, text])
            elif index <= shown:
                self._record("set_shown", [shown + 1, shown_text])
            self._session._changed()

    @checked
    def delete_alpha(self, text: str | int):
        """Remove the first item with this text, or the item at this index; the shown text stays."""
        items = self.get_items()
        index = text if isinstance(text, int) else items.index(text) if text in items else -1
        _require(0 <= index < len(items), "ComboBox.delete_alpha: no such item; it has %d" % len(items), text=text)
        shown, shown_text = self._values("set_shown", (-1, ""))
        with self.batch():
            self._splice_items(index, 1, [])
            if index <= shown:
                self._record("set_shown", [-1 if index == shown else shown - 1, shown_text])
            self._session._changed()

    def clear(self):
        """Remove all items and the text."""
        with self.batch():
            self._splice_items(0, len(self.get_items()), [])
            self._record("set_shown", [-1, ""])

    @checked
    def set_index(self, idx: int):
        """Choose an item; out of range changes nothing."""
        self._index_was_set = True
        items = self.get_items()
        if 0 <= idx < len(items):
            self._record("set_shown", [idx, items[idx]])

    def get_index(self):
        """The index of the chosen item, or -1."""
        return self._values("set_shown", (-1, ""))[0]

    @checked
    def set_text(self, text: str):
        """Show a text; if it is an item, that is chosen."""
        items = self.get_items()
        self._record("set_shown", [items.index(text) if text in items else -1, text])

    def get_text(self):
        """The text in the field."""
        return self._values("set_shown", (-1, ""))[1]

    @checked
    def show_text(self, text: str):
        """Choose the item with this text; another text is shown only when the box is editable."""
        if self._editable or text in self.get_items():
            self.set_text(text)

    @checked
    def get_alpha(self, idx: int):
        """The item at an index, or None."""
        items = self.get_items()
        return items[idx] if 0 <= idx < len(items) else None

    @state
    def set_length(self, numchars: int):
        """Set the width in characters; otherwise as wide as the longest item."""
        _require(1 <= numchars <= 1000, "numchars must be from 1 to 1000", numchars=numchars)


class _Range(Widget):
    """What widgets with a number between two limits share."""

    callbacks = {"activated": {"value": float}}
    user_states = ("set_value",)

    def _start_range(self, dtype, minimum, maximum, step, value, decimals):
        self._dtype = dtype
        self.set_limits(minimum, maximum, step)
        self.set_value(value)
        if decimals is not None:
            self.set_decimals(decimals)

    @state
    def set_limits(self, minval: float, maxval: float, incrval: float | None = None):
        """Set the range and the step; the value is clamped. Without incrval the step stays."""
        incrval = self._limits()[2] if incrval is None else incrval
        _require(minval < maxval, "minval must be below maxval", minval=minval, maxval=maxval)
        _require(incrval > 0, "incrval must be above 0", incrval=incrval)
        value = self._value("set_value")
        if value is not None and not minval <= value <= maxval:
            self._record("set_value", [self._fit(value, minval, maxval)])
        return [minval, maxval, incrval]

    def _limits(self):
        return self._values("set_limits", (0, 100, 1))

    def _fit(self, value, minval, maxval):
        value = min(maxval, max(minval, value))
        return int(round(value)) if self._dtype == "int" else value

    @state
    def set_value(self, value: float):
        """Set the value; it is clamped to the range, and rounded for dtype "int"."""
        return [self._fit(value, *self._limits()[:2])]

    def get_value(self):
        """The value, which follows the user: int or float by dtype."""
        value = self._value("set_value")
        return value if self._dtype == "int" else float(value)

    def _check_event(self, message, browser):
        event = super()._check_event(message, browser)
        if message.get("action") == "activated":
            event.args = [self._fit(value, *self._limits()[:2]) for value in event.args]
        return event

    @state
    def set_decimals(self, num: int | None):
        """Set the decimals shown for dtype "float"; None for as many as the step has."""
        _require(num is None or 0 <= num <= 15, "num must be from 0 to 15", num=num)


@widget
class SpinBox(_Range):
    """A number to type or to step. dtype: "int" or "float"; decimals: shown for floats.

    Callbacks: "activated" (value): a button, an arrow key, the wheel, or Enter after typing.
    """

    def __init__(self, session, dtype: Literal["int", "float"] = "int", min: float = 0, max: float = 99,
                 step: float = 1, value: float | None = None, decimals: int | None = None):
        super().__init__(session, {"dtype": dtype})
        self._start_range(dtype, min, max, step, min if value is None else value, decimals)


class _Tracked(_Range):
    """What widgets share that are dragged to a number."""

    @state
    def set_tracking(self, track: bool):
        """Whether every movement is reported, not only the release."""


@widget
class Slider(_Tracked):
    """A number chosen by dragging a thumb. track: report every movement, not only the release.

    show_value: show the number beside it, at show_value_position "l", "t", "r" or "b".
    Callbacks: "activated" (value): released, or moved while `track` is set.
    """

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal", track: bool = False,
                 dtype: Literal["int", "float"] = "int", min: float = 0, max: float = 100, step: float = 1,
                 value: float = 50, show_value: bool = False,
                 show_value_position: Literal["l", "t", "r", "b"] = "r", decimals: int | None = None):
        super().__init__(session, {"orientation": orientation, "dtype": dtype, "show_value": show_value,
                                   "show_value_position": show_value_position})
        if track:
            self.set_tracking(True)
        self._start_range(dtype, min, max, step, value, decimals)


@widget
class Dial(_Tracked, _IconHolder):
    """A number chosen by turning a knob. track: report every movement, not only the release.

    show_value: show the number, at show_value_position "b" (below), "ur", "ul", "lr" or "ll" (a corner).
    Callbacks: "activated" (value): released, or turned while `track` is set.
    """

    def __init__(self, session, track: bool = False, dtype: Literal["int", "float"] = "int", min: float = 0, max: float = 100,
                 step: float = 1, value: float = 50, show_value: bool = False,
                 show_value_position: Literal["b", "ur", "ul", "lr", "ll"] = "b", decimals: int | None = None):
        super().__init__(session, {"dtype": dtype, "show_value": show_value, "show_value_position": show_value_position})
        if track:
            self.set_tracking(True)
        self._start_range(dtype, min, max, step, value, decimals)

    @state
    def set_knob_diameter(self, len_px: float):
        """Set the knob's diameter in px; default 64."""
        _require(8 <= len_px <= 2000, "len_px must be from 8 to 2000", len_px=len_px)


@widget
class ScrollBar(Widget):
    """A bar with a thumb. orientation: "horizontal" or "vertical"; thickness: px.

    Callbacks: "activated" (pct): a user moved the thumb; a fraction of the way, 0..1.
    """

    callbacks = {"activated": {"pct": float}}
    user_states = ("set_scroll_percent",)

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal", thickness: float = 15):
        _require(0 < thickness <= 200, "ScrollBar: thickness must be above 0 px", thickness=thickness)
        super().__init__(session, orientation, thickness)

    @state
    def set_scroll_percent(self, pct: float):
        """Place the thumb at a fraction 0..1 of its way; fires nothing."""
        return _fractions(pct)

    def get_scroll_percent(self):
        """Where the thumb is, 0..1; default 0."""
        return float(self._value("set_scroll_percent", 0.0))

    @state
    def set_thumb_percent(self, pct: float):
        """Set the thumb's length as a fraction 0.01..1 of the bar; 0.2 is drawn before."""
        return [max(0.01, *_fractions(pct))]

    def get_thumb_percent(self):
        """The thumb's length as set; 0.0 before."""
        return float(self._value("set_thumb_percent", 0.0))


@widget
class ProgressBar(Widget):
    """How far something has come."""

    def __init__(self, session):
        super().__init__(session)

    @state
    def set_value(self, value: float):
        """Set the fraction done, 0..1; it is clamped and shown as a rounded percentage."""
        return _fractions(value)

    def get_value(self):
        """The fraction done; default 0.0."""
        return float(self._value("set_value", 0.0))


@widget
class Image(Widget):
    """A picture. interactive=True makes it take pointer, key and focus events.

    url: URL, data URI or local file, bytes of an encoded picture, a PIL image, a Matplotlib figure, or an
    array of pixels, such as NumPy's: height x width (x 3 or 4), uint8 or floats from 0 to 1.
    use_animation_frame: drawn on a canvas once per frame and stretched to its box, for streams of
    pictures. Frames that a browser is too slow for are dropped.
    Callbacks: as Label's.
    """

    callbacks = on_demand = INTERACTIVE_CALLBACKS

    def __init__(self, session, url: object = None, interactive: bool = False, use_animation_frame: bool = False):
        options = {"interactive": interactive, "use_animation_frame": use_animation_frame}
        super().__init__(session, None, options if any(options.values()) else None)
        if url is not None:
            self.set_image(url)

    @checked
    def set_image(self, url: object):
        """Show a picture, given in one of the ways that the class names; None for none."""
        source, blobs = image_source(url)
        self._record("set_image", [source], blobs)

    @checked
    def set_binary_image(self, data: bytes, format: Literal["jpeg", "png", "webp", "gif"] = "jpeg"):
        """Show an encoded picture given as bytes; the latest is kept for newcomers. Returns at once."""
        blob = Blob(data, "image/" + format)
        self._record("set_image", [blob.reference()], (blob,))

    @checked
    def set_alternative(self, text: str):
        """Set the text that stands for the picture where it cannot be seen."""
        self._record("set_alternative", [text])


@widget
class VideoWidget(Widget):
    """A video. url: URL, data URI or local file; another host needs Application(csp={"media-src": ...}).

    Browsers start a video by themselves only if it is muted, or after a user did something in the page.
    Callbacks: "play" (), "pause" (), "ended" (), "error" (message), "timeupdate" (current, duration):
    seconds, about 4 a second, "volumechange" (volume, muted): by a user.
    """

    callbacks = {"play": {}, "pause": {}, "ended": {}, "error": {"message": str},
                 "timeupdate": {"current": float, "duration": float}, "volumechange": {"volume": float, "muted": bool}}
    on_demand = {"timeupdate"}
    user_states = ("set_muted", "set_volume")

    def __init__(self, session, url: Path | None = None, autoplay: bool = False, controls: bool = False,
                 muted: bool = False, loop: bool = False):
        super().__init__(session, {"autoplay": autoplay})
        for given, setter in ((controls, self.set_controls), (muted, self.set_muted), (loop, self.set_loop)):
            if given:
                setter(True)
        if url is not None:
            self.set_url(url)

    @checked
    def set_url(self, url: Path | None):
        """Set the video; None for none."""
        source, blobs = image_source(url)
        self._record("set_url", [source], blobs)

    @call
    def play(self):
        """Start, or go on."""

    @call
    def pause(self):
        """Pause."""

    @call
    def stop(self):
        """Pause and go back to the start."""

    @call
    def fullscreen(self):
        """Fill the screen; browsers allow it only after a user did something in the page."""

    @state
    def set_muted(self, tf: bool):
        """Mute it or not."""

    def get_muted(self):
        """Whether it is muted."""
        return self._value("set_muted", False)

    @state
    def set_volume(self, vol: float):
        """Set the volume, 0..1."""
        return _fractions(vol)

    def get_volume(self):
        """The volume, 0..1; default 1.0."""
        return float(self._value("set_volume", 1.0))

    @state
    def set_loop(self, tf: bool):
        """Begin again at the end or not."""

    def get_loop(self):
        """Whether it begins again at the end."""
        return self._value("set_loop", False)

    @state
    def set_controls(self, tf: bool):
        """Show the browser's controls or not."""

    def get_controls(self):
        """Whether the browser's controls are shown."""
        return self._value("set_controls", False)

    @call
    def set_current_time(self, seconds: float):
        """Go to a time, in seconds from the start."""
        _require(seconds >= 0, "seconds must not be negative", seconds=seconds)

    @ask
    def get_current_time(self):
        """The time in seconds, from a browser."""

    @ask
    def get_duration(self):
        """The length in seconds, from a browser; None before it is known."""

    @ask
    def get_paused(self):
        """Whether it is paused, from a browser."""


@widget
class ExternalWidget(Widget):
    """A box for markup of other libraries. It is not sanitised; scripts and inline handlers in it do not run."""

    def __init__(self, session):
        super().__init__(session)

    @state
    def set_content(self, html: str):
        """Set the markup."""

    def clear(self):
        """Empty it."""
        self.set_content("")


def hex_color(color):
    """"#rrggbb" of a colour given as #rgb, #rrggbb or rgb(r, g, b); UsageError for another."""
    text = color.strip().lower() if isinstance(color, str) else ""
    numbers = re.fullmatch(r"rgb\( *(\d{1,3}) *, *(\d{1,3}) *, *(\d{1,3}) *\)", text)
    if numbers and all(int(number) <= 255 for number in numbers.groups()):
        return "#%02x%02x%02x" % tuple(map(int, numbers.groups()))
    _require(re.fullmatch(r"#(?:[0-9a-f]{3}){1,2}", text), "a colour such as '#c00', '#cc0000' or 'rgb(204, 0, 0)' is needed", got=color)
    return text if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:])


@widget
class ColorWidget(Widget):
    """A colour to choose: a square of saturation and brightness, a strip of hues, and fields for numbers.

    color: "#rrggbb", "#rgb" or "rgb(r, g, b)". Callbacks: "pick" (hex): a user changed it, "#rrggbb".
    """

    callbacks = {"pick": {"hex": str}}
    user_states = ("set_color",)

    def __init__(self, session, color: str = "#ff0000"):
        super().__init__(session)
        self.set_color(color)

    @state
    def set_color(self, hex_string: str):
        """Set the colour, also as the old one to compare with; fires nothing."""
        return [hex_color(hex_string)]

    def get_color(self):
        """The colour as "#rrggbb"; it follows the user."""
        return self._value("set_color")


@widget
class ColorDialog(Dialog):
    """A dialog with a ColorWidget; not on screen before popup().

    Callbacks: "pick" (hex): while choosing; "activated" (hex): OK, which hides it; "close" ();
    "move" (x, y). Cancel hides it.
    """

    callbacks = {**Dialog.callbacks, "pick": {"hex": str}, "activated": {"hex": str}}
    python_callbacks = Widget.python_callbacks | {"pick", "activated"}

    def __init__(self, session, color: str = "#ff0000", title: str = "Choose Color", modal: bool = False, moveable: bool = True):
        super().__init__(session, title, None, False, False, moveable, modal)
        self._chooser = ColorWidget(session, color)
        self._chooser.on("pick", lambda chosen: self._fire("pick", chosen))
        self.add_widget(self._chooser)
        for text, value in (("Cancel", False), ("OK", True)):
            self.add_button(Button(session, text), value)

    def _activate(self, value):
        self.hide()
        if value:
            self._fire("activated", self.get_color())

    def get_color(self):
        """The colour as "#rrggbb"."""
        return self._chooser.get_color()

    def set_color(self, hex_string: str):
        """Set the colour; fires nothing."""
        self._chooser.set_color(hex_string)


#: What a DrawContext can do: methods with their least and greatest number of arguments, numbers but for texts and paths.
_DRAW_METHODS = {
    "save": (0, 0), "restore": (0, 0), "scale": (2, 2), "rotate": (1, 1), "translate": (2, 2), "transform": (6, 6),
    "setTransform": (6, 6), "resetTransform": (0, 0), "beginPath": (0, 0), "closePath": (0, 0), "moveTo": (2, 2), "lineTo": (2, 2),
    "quadraticCurveTo": (4, 4), "bezierCurveTo": (6, 6), "arcTo": (5, 5), "rect": (4, 4), "roundRect": (4, 5), "arc": (5, 6),
    "ellipse": (7, 8), "fill": (0, 1), "stroke": (0, 0), "clip": (0, 1), "fillRect": (4, 4), "strokeRect": (4, 4),
    "clearRect": (4, 4), "fillText": (3, 4), "strokeText": (3, 4), "setLineDash": (1, 1)}
_FILL_RULES = ("nonzero", "evenodd")
_DRAW_WORDS = {
    "lineCap": ("butt", "round", "square"), "lineJoin": ("bevel", "round", "miter"),
    "textAlign": ("start", "end", "left", "right", "center"), "direction": ("ltr", "rtl", "inherit"),
    "textBaseline": ("top", "hanging", "middle", "alphabetic", "ideographic", "bottom")}
_DRAW_NUMBERS = ("lineWidth", "miterLimit", "lineDashOffset", "globalAlpha", "shadowBlur", "shadowOffsetX", "shadowOffsetY")
_DRAW_STYLES = ("fillStyle", "strokeStyle")


class Gradient:
    """A colour run for fillStyle and strokeStyle; made by a DrawContext."""

    def __init__(self, kind, numbers):
        _require(all(map(_is_finite, numbers)), "create%sGradient: numbers are needed" % kind.title(), got=numbers)
        self._described = {"gradient": kind, "at": list(numbers), "stops": []}

    def addColorStop(self, offset: float, color: str):
        """Add a CSS colour at an offset 0..1."""
        _require(_is_finite(offset) and 0 <= offset <= 1, "addColorStop: offset must be from 0 to 1", offset=offset)
        self._described["stops"].append([offset, _color(color)])


class DrawContext:
    """The 2D drawing context of a Canvas, with the names of the HTML standard ("CanvasRenderingContext2D").

    Methods such as fillRect(x, y, w, h), and properties such as fillStyle, which can be set and read
    back. What is drawn is remembered: new browsers, and canvases that change their size, show it too.
    """

    def __init__(self, canvas):
        self.__dict__.update(_canvas=canvas, _set={})

    def __getattr__(self, name):
        if name in self._set:
            return self._set[name]
        if name not in _DRAW_METHODS:
            raise AttributeError("a drawing context has no %r that Python can use; methods: %s" % (name, ", ".join(_DRAW_METHODS)))

        def method(*args):
            self._canvas._draw([name, *self._checked(name, list(args))])
        method.__name__ = name
        return method

    def __setattr__(self, name, value):
        what = "Canvas context.%s" % name
        if name in _DRAW_STYLES and isinstance(value, Gradient):
            sent = value._described
        elif name in _DRAW_STYLES or name == "shadowColor":
            sent = _color(value)
        elif name in _DRAW_WORDS:
            _require(value in _DRAW_WORDS[name], "%s must be one of %s" % (what, ", ".join(_DRAW_WORDS[name])), got=value)
            sent = value
        elif name == "font":
            _require(isinstance(value, str) and re.fullmatch(r"[\w .,%\"'/-]{1,200}", value), "%s must be a CSS font such as '16px serif'" % what, got=value)
            sent = value
        elif name == "globalCompositeOperation":
            _require(isinstance(value, str) and re.fullmatch(r"[a-z-]{1,30}", value), "%s must be a word such as 'source-over'" % what, got=value)
            sent = value
        elif name == "imageSmoothingEnabled":
            sent = bool(value)
        else:
            _require(name in _DRAW_NUMBERS, "a drawing context has no property %s" % name)
            _require(_is_finite(value), "%s must be a number" % what, got=value)
            sent = value
        self._set[name] = value
        self._canvas._draw(["=", name, sent])

    @staticmethod
    def _checked(name, args):
        least, most = _DRAW_METHODS[name]
        _require(least <= len(args) <= most, "Canvas context.%s takes %s arguments" % (
            name, least if least == most else "%d to %d" % (least, most)), got=len(args))
        numbers = args
        if name in ("fillText", "strokeText"):
            args[0], numbers = str(args[0]), args[1:]
        elif name in ("fill", "clip"):
            _require(not args or args[0] in _FILL_RULES, "Canvas context.%s takes \"nonzero\" or \"evenodd\"" % name, got=args)
            numbers = ()
        elif name == "setLineDash":
            args, numbers = [list(args[0])], args[0]
        elif name in ("arc", "ellipse"):
            numbers = args[:most - 1]
            args[most - 1:] = [bool(turn) for turn in args[most - 1:]]
        _require(all(map(_is_finite, numbers)), "Canvas context.%s needs finite numbers" % name, got=args)
        return args

    def createLinearGradient(self, x0: float, y0: float, x1: float, y1: float):
        """A Gradient along a line."""
        return Gradient("linear", (x0, y0, x1, y1))

    def createRadialGradient(self, x0: float, y0: float, r0: float, x1: float, y1: float, r1: float):
        """A Gradient between two circles."""
        return Gradient("radial", (x0, y0, r0, x1, y1, r1))

    def createConicGradient(self, angle: float, x: float, y: float):
        """A Gradient around a point."""
        return Gradient("conic", (angle, x, y))


@widget
class Canvas(Widget):
    """A surface to draw on, in px of the page. interactive=True makes it take pointer, key and focus events.

    get_draw_context() draws; what was drawn stays until clear(), in all browsers. Images are drawn in
    order, when they have come. use_animation_frame: what is drawn appears at update(), at once.
    Callbacks: as Label's.
    """

    callbacks = on_demand = INTERACTIVE_CALLBACKS

    def __init__(self, session, use_animation_frame: bool = False, interactive: bool = False):
        options = {"interactive": interactive, "use_animation_frame": use_animation_frame}
        super().__init__(session, options if any(options.values()) else None)
        session._log.set_sequence(self.wid, "draw", [])
        self._context = DrawContext(self)

    def get_draw_context(self):
        """The DrawContext, always the same one."""
        return self._context

    def _draw(self, command):
        log = self._session._log
        try:
            with log.lock:
                count = log.get_cell(self.wid, "draw").size
                _require(count < MAX_DRAWING, "Canvas: %d commands were drawn; clear() it before drawing more" % MAX_DRAWING)
                log.edit(self.wid, "draw", (count, 0, [command]))
        except (KeyError, AttributeError):
            self._require_alive()
        self._session._changed()

    @checked
    def draw_image(self, imgInfo: dict):
        """Draw an image: {"src": URL, data URI or local file, "x", "y": px, "wd", "ht": size in px, optional}."""
        unknown = imgInfo.keys() - {"src", "x", "y", "wd", "ht"}
        _require(not unknown and "src" in imgInfo, "Canvas.draw_image: imgInfo holds src, x, y, wd and ht", got=sorted(imgInfo))
        source, numbers = imgInfo["src"], [imgInfo.get(name) for name in ("x", "y", "wd", "ht")]
        _require(all(number is None or _is_finite(number) for number in numbers), "Canvas.draw_image: x, y, wd and ht are numbers", got=numbers)
        if os.path.isfile(source):
            with open(source, "rb") as file:
                source = "data:%s;base64,%s" % (media_type(source), base64.b64encode(file.read()).decode())
        self._draw(["image", os.fspath(source), numbers[0] or 0, numbers[1] or 0, *numbers[2:]])
        self.update()

    def update(self):
        """Show what was drawn since, if the canvas was made with use_animation_frame."""
        self._draw(["update"])

    def clear(self):
        """Forget all that was drawn, and the context's properties."""
        self._context._set.clear()
        try:
            self._session._log.set_sequence(self.wid, "draw", [])
        except KeyError:
            self._require_alive()
        self._session._changed()


#: A cell that its row does not have; None is one that it has, and that is empty.
_ABSENT = type("_Absent", (), {"__slots__": (), "__repr__": lambda self: "absent"})()
_COLUMN_TYPES = {"str": "string", "int": "integer", "number": "float", "bool": "boolean", "string": "string",
                 "integer": "integer", "float": "float", "boolean": "boolean", "icon": "icon"}
_COLUMN_KEYS = ("label", "key", "type", "halign", "editable", "icon_size", "colwidth", "widget", "choices", "min", "max",
                "text", "enabled_key", "visible_key")
_TRUE_WORDS, _FALSE_WORDS = ("true", "1", "yes", "y"), ("false", "0", "no", "n", "")


def _column_width(width):
    """A column's width: px, or a CSS grid track."""
    _require(_is_finite(width) and 0 < width <= 10000 or isinstance(width, str) and re.fullmatch(r"[0-9.]{1,8}(px|em|rem|ch|fr|%)", width),
             "a column's width is a number of px, or a CSS size such as '10em' or '1fr'", width=width)
    return width


def _column(column, index):
    """A column as the browser gets it, from a label or a dict (spec 3.1)."""
    column = {"label": column} if isinstance(column, str) else column
    _require(isinstance(column, dict), "a column is a label or a dict", column=column)
    unknown = [name for name in column if name not in _COLUMN_KEYS]
    _require(not unknown, "a column's dict holds %s" % ", ".join(_COLUMN_KEYS), got=unknown)
    kind = _COLUMN_TYPES.get(column.get("type"), "string")
    key, widget_kind, choices = column.get("key"), column.get("widget"), column.get("choices", ())
    key = "_col%d" % index if key is None else key
    halign = column.get("halign") or {"integer": "right", "float": "right", "boolean": "center", "icon": "center"}.get(kind, "left")
    _require(isinstance(key, str), "a column's key is a str", key=key)
    _require(halign in ("left", "center", "right"), "a column's halign is left, center or right", halign=halign)
    _require(widget_kind in (None, "checkbox", "combobox", "progress", "button"),
             "a column's widget is checkbox, combobox, progress or button", widget=widget_kind)
    _require(isinstance(choices, (list, tuple)) and all(isinstance(choice, str) for choice in choices),
             "a column's choices are a list of str", choices=choices)
    least, most = column.get("min", 0), column.get("max", 100)
    _require(_is_finite(least) and _is_finite(most) and least < most, "a column's min is a number below its max", min=least, max=most)
    size = column.get("icon_size", 16)
    _require(_is_finite(size) and 1 <= size <= 512, "a column's icon_size is from 1 to 512 px", icon_size=size)
    return {"label": str(column.get("label", "")), "key": key, "type": kind, "halign": halign, "editable": bool(column.get("editable")),
            "icon_size": size, "colwidth": _column_width(column.get("colwidth", "1fr")), "widget": widget_kind,
            "choices": list(choices), "min": least, "max": most, "text": str(column.get("text", "")),
            "enabled_key": column.get("enabled_key"), "visible_key": column.get("visible_key")}


def _columns(columns):
    """Columns as the browser gets them; raises UsageError unless their keys differ."""
    columns = [_column(column, index) for index, column in enumerate(columns)]
    keys = [column["key"] for column in columns]
    _require(len(set(keys)) == len(keys), "each column needs a key of its own", keys=keys)
    return columns


def _folded(text):
    """Text to sort by: case and accents do not count."""
    if text.isascii():
        return text.lower()
    import unicodedata
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


def _sort_key(kind):
    """What sorts a cell of a column type: numbers by value, unparsable ones last; false before true; text folded."""
    def number(value):
        try:
            value = float(value)
        except (TypeError, ValueError, OverflowError):
            return 1, 0.0
        return (0, value) if value == value else (1, 0.0)

    def text(value):
        return _folded(value if type(value) is str else _cell_text(value))
    return {"integer": number, "float": number, "boolean": lambda value: value is not _ABSENT and bool(value)}.get(kind, text)


def _cell_text(value):
    """A cell as text, as the browser shows it."""
    if value is None or value is _ABSENT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def _cell_value(value):
    """A cell as JSON: what is no str, number, bool or None is shown as its text."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if value is _ABSENT:
        return None
    if hasattr(value, "item") and kind is not int and kind is not float:
        value = _plain(value)
    if isinstance(value, (int, float)):
        whole = isinstance(value, int)          # what JSON or the browser cannot hold is text
        return value if (-MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER if whole else math.isfinite(value)) else number_text(value)
    return str(value)


def _cell_from_text(text, kind):
    """What a user typed, as a value of a column type; raises ValueError for what is none."""
    if kind == "integer":
        return int(text.strip())
    if kind == "float":
        number = float(text.strip())
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    if kind == "boolean":
        word = text.strip().lower()
        if word not in _TRUE_WORDS + _FALSE_WORDS:
            raise ValueError(text)
        return word in _TRUE_WORDS
    return text


class _Rows:
    """Rows by number, arranged as a tree; those of a flat table all hang at the root, which is None.

    A number is never used twice while the rows live. Cells are tuples, in the order of `fields`.
    """

    def __init__(self):
        self.fields = {}                        # key -> place in the tuples
        self.first = "_col0"                    # the key of the first column, which shows the row's key if it has no value
        self.clear()

    def clear(self):
        """Forget all rows."""
        self.cells = []                         # by number; None: deleted
        self.keys = {}                          # number -> key, where it is not "row<number>"
        self.parents = {}                       # number -> number, for those below the root
        self.children = {None: []}              # number -> numbers in order; who has an entry is interior
        self.numbers = {}                       # (parent, key) -> number, for those in keys
        self.closed = set()
        self.sort = None                        # (key, kind, ascending)
        self._sorted, self._shown = {}, None

    # Places

    def key(self, number):
        """The key of a row among its siblings."""
        key = self.keys.get(number)
        return "row%d" % number if key is None else key

    def path(self, number):
        """The keys from the root to a row."""
        keys = []
        while number is not None:
            keys.append(self.key(number))
            number = self.parents.get(number)
        return keys[::-1]

    def find(self, parent, key):
        """The number of a row by its key, or None."""
        number = self.numbers.get((parent, key))
        if number is None and isinstance(key, str) and re.fullmatch(r"row[0-9]{1,12}", key):
            number = int(key[3:])
            if not self.alive(number) or number in self.keys or self.parents.get(number) != parent:
                return None
        return number

    def alive(self, number):
        """Whether there is a row of this number."""
        return isinstance(number, int) and 0 <= number < len(self.cells) and self.cells[number] is not None

    def level(self, number):
        """How many rows are above it in the tree."""
        level, number = 0, self.parents.get(number)
        while number is not None:
            level, number = level + 1, self.parents.get(number)
        return level

    def below(self, number):
        """All rows under one, parents before children."""
        stack, found = [number], []
        while stack:
            children = self.children.get(stack.pop(), ())
            found += children
            stack += children
        return found

    # Cells

    def pack(self, row, keys):
        """A row as a tuple: from a dict, a list of values in the order of keys, or the value of the first."""
        if not isinstance(row, dict):
            values = row if isinstance(row, (list, tuple)) else [row]
            _require(len(values) <= len(keys), "a row has more values than there are columns (%d)" % len(keys), row=row)
            row = dict(zip(keys, values))
        for key in row:
            if key not in self.fields:
                _require(isinstance(key, str), "the keys of a row are str", key=key)
                self.fields[key] = len(self.fields)
        return tuple([row.get(key, _ABSENT) for key in self.fields])

    def pack_all(self, rows, keys, start=0):
        """Rows, from one on, as tuples, fast where they are alike."""
        for key in keys:
            self.fields.setdefault(key, len(self.fields))
        packed, ordered = [], bool(keys) and list(self.fields)[:len(keys)] == list(keys)
        for place in range(start, len(rows), 1000):     # few enough to be looked at again while they are in the cache,
            part = rows[place:place + 1000]             # by the garbage collector too
            packed += ordered and self._pack_alike(part, keys) or [self.pack(row, keys) for row in part]
        return packed

    def _pack_alike(self, rows, keys):
        """Rows of one kind that have the columns' keys alone as tuples; None if they are of another kind."""
        kinds = set(map(type, rows))
        if kinds == {dict} and len(keys) > 1 and set(map(len, rows)) == {len(keys)}:
            try:
                return list(map(operator.itemgetter(*keys), rows))
            except KeyError:
                return None
        return list(map(tuple, rows)) if kinds <= {list, tuple} and max(map(len, rows)) <= len(keys) else None

    def cell(self, number, key):
        """A row's cell, _ABSENT where it has none."""
        place, row = self.fields.get(key), self.cells[number]
        return row[place] if place is not None and place < len(row) else _ABSENT

    def shown_cell(self, number, key):
        """A row's cell as it is on view: the first column has the row's key where it has none."""
        value = self.cell(number, key)
        return value if key != self.first or value is not _ABSENT else self.key(number)

    def set_cell(self, number, key, value):
        """Change a cell."""
        place = self.fields.setdefault(key, len(self.fields))
        row = list(self.cells[number])
        row += [_ABSENT] * (place + 1 - len(row))
        row[place] = value
        self.cells[number] = tuple(row)
        if self.sort and self.sort[0] == key:
            self.forget_order(self.parents.get(number))

    def values(self, number):
        """A row's cells as a dict."""
        row = self.cells[number]
        return {key: row[place] for key, place in self.fields.items() if place < len(row) and row[place] is not _ABSENT}

    # Changes

    def forget_order(self, parent):
        """The children of a row changed: what was sorted and flattened is worth nothing."""
        self._sorted.pop(parent, None)
        self._shown = None

    def siblings(self, parent):
        """The list of a row's children, to be changed."""
        children = self.children.setdefault(parent, [])
        if not isinstance(children, list):
            children = self.children[parent] = list(children)
        self.forget_order(parent)
        return children

    def load(self, cells):
        """Make these the only rows, all at the root."""
        sort = self.sort
        self.clear()
        self.sort, self.cells, self.children[None] = sort, cells, range(len(cells))

    def add(self, parent, key, cells, index=None):
        """Put in a row, at the end or at an index among its siblings; returns its number."""
        number = len(self.cells)
        if key is None and self.find(parent, "row%d" % number) is not None or (parent, "row%d" % number) in self.numbers:
            key = next(key for key in map("row%d".__mod__, itertools.count(number)) if self.find(parent, key) is None)
        siblings = self.siblings(parent)
        self.cells.append(cells)
        if key is not None:
            self.keys[number] = key
            self.numbers[parent, key] = number
        if parent is not None:
            self.parents[number] = parent
        siblings.insert(len(siblings) if index is None else index, number)
        return number

    def delete(self, numbers):
        """Take out rows and all under them; returns the numbers of those that went."""
        numbers = [number for number in numbers if self.alive(number)]
        gone = dict.fromkeys(one for number in numbers for one in [number] + self.below(number))
        for parent in {self.parents.get(number) for number in numbers}:
            if parent not in gone:
                siblings = self.siblings(parent)
                siblings[:] = [one for one in siblings if one not in gone]
        for one in gone:
            self.numbers.pop((self.parents.pop(one, None), self.keys.pop(one, None)), None)
            self.cells[one] = None
            self.children.pop(one, None)
            self.closed.discard(one)
            self._sorted.pop(one, None)
        return list(gone)

    def merge(self, parent, tree, prune):
        """Make the rows under one as a tree of dicts says (spec 3.2); those not in it go only if prune. Returns who went."""
        gone, work = [], [(parent, tree, prune)]
        while work:
            parent, tree, prune = work.pop()
            order, before = [], list(self.children.get(parent, ()))
            for key, value in tree.items():
                interior, own, below = self._split(value)
                number = self.find(parent, str(key))
                if number is None:
                    number = self.add(parent, str(key), self.pack(own, ()))
                else:
                    self.cells[number] = self.pack(own, ())
                order.append(number)
                if interior:
                    self.siblings(number)
                    work.append((number, below, True))
                elif number in self.children:
                    gone += self.delete(list(self.children[number]))
                    del self.children[number]
                    self.closed.discard(number)
            if prune:
                gone += self.delete(set(before) - set(order))
                self.siblings(parent)[:] = order
        self._sorted, self._shown = {}, None
        return gone

    def _split(self, value):
        """(interior, own cells, children) of a node as a program writes it."""
        if not isinstance(value, dict):
            return False, {} if value is None else {self.first: value}, {}
        if "__values__" in value:
            return True, value["__values__"] or {}, {key: below for key, below in value.items() if key != "__values__"}
        below = {key: one for key, one in value.items() if isinstance(one, dict)}
        return bool(below) or not value, {key: one for key, one in value.items() if key not in below}, below

    def subtree(self, number, wanted=None):
        """A node as merge() takes it; wanted: the only numbers in it."""
        if number is not None and number not in self.children:
            return self.values(number) or None
        own = {} if number is None else {"__values__": self.values(number)}
        return {**own, **{self.key(child): self.subtree(child, wanted) for child in self.children[number]
                          if wanted is None or child in wanted}}

    # Order

    @property
    def in_order(self):
        """Whether shown() is at hand, without much work."""
        if self._shown is None and (len(self.cells) <= MAX_ROWS_AT_ONCE or self.sort is None and len(self.children) == 1):
            self.shown()
        return self._shown is not None

    def _ordered(self, parent):
        children = self.children[parent]
        if self.sort is None:
            return children
        if parent not in self._sorted:
            key, kind, ascending = self.sort
            by, cell = _sort_key(kind), self.shown_cell
            keys = {number: by(cell(number, key)) for number in children}
            self._sorted[parent] = sorted(children, key=keys.__getitem__, reverse=not ascending)
        return self._sorted[parent]

    def shown(self):
        """The numbers of the rows on view, in order: sorted, and without those in closed ones."""
        if self._shown is None:
            if len(self.children) == 1:
                self._shown = self._ordered(None)
            else:
                shown, stack = [], [iter(self._ordered(None))]
                while stack:
                    for number in stack[-1]:
                        shown.append(number)
                        if number in self.children and number not in self.closed:
                            stack.append(iter(self._ordered(number)))
                            break
                    else:
                        stack.pop()
                self._shown = shown
        return self._shown

    def sort_by(self, sort):
        """Sort every level by (key, kind, ascending), or not, by None."""
        if sort != self.sort:
            self.sort, self._sorted, self._shown = sort, {}, None


#: A row on its way to a browser: bits of its flags.
_SELECTED, _INTERIOR, _OPEN = 1, 2, 4


def _on_rows(function):
    """A @checked method that nothing else changes the rows during."""
    method = checked(function)

    @functools.wraps(method)
    def on_rows(self, *args, **kwargs):
        with self._lock:
            return method(self, *args, **kwargs)
    return on_rows


class _RowsView(_Scrolled):
    """What tables and trees share: rows that stay in Python, of which browsers ask for what they show.

    A browser is told only how many rows there are, and a number that grows with each change; it
    then asks for its window again.
    """

    callbacks = {"activated": {"values": dict, "path": list, "col_key": str}, "selected": {"items": list},
                 "sorted": {"col_key": str, "ascending": bool},
                 "cell_edited": {"path": list, "col_key": str, "old": object, "new": object},
                 "cell_selected": {"cells": list}, "cell_action": {"path": list, "values": dict, "col_key": str},
                 "copy": {"text": str}, "cut": {"text": str}, "paste": {"text": str}, **_Scrolled.callbacks}
    python_callbacks = frozenset(callbacks) - {"scrolled"} | Widget.python_callbacks
    user_actions = ("_user_pick", "_user_sort", "_user_edit", "_user_activate", "_user_press",
                    "_user_copy", "_user_copied", "_user_has_copied", "_user_paste", "_user_empty",
                    "_user_toggle")
    user_states = ("set_scroll_position", "set_column_widths", *user_actions)

    def _start_view(self, columns, selection_mode, sortable, allow_text_selection):
        self._lock = threading.RLock()
        self._standing = False                  # while set_data() prepares: browsers may have the rows although it holds _lock
        self._standing_lock = threading.Lock()
        self._rows = _Rows()
        self._columns = []
        self._mode = selection_mode
        self._selected = {}                     # numbers, in order of selection
        self._cells = {}                        # number -> the keys of its selected cells, a frozenset
        self._cursor = self._anchor = None      # (number, key)
        self._colors = {"cells": {}, "rows": {}, "columns": {}, "table": None}
        self._version = itertools.count(1)
        self._offers = {}                       # number -> (cut, text) for a clipboard
        self._offer_numbers = itertools.count(1)
        self._done = weakref.WeakKeyDictionary()    # browser -> the number of its last message that was acted on
        self.set_columns(columns)
        if sortable:
            self.set_sortable(True)
        if allow_text_selection:
            self.set_allow_text_selection(True)

    # To browsers

    def _changed_rows(self):
        """Tell the browsers that their windows are out of date."""
        self._record("set_extent", [next(self._version), len(self._rows.shown()) if self._rows.in_order else None])

    def _send_window(self, browser, message):
        """Answer a browser that asks for rows (reactor thread): at once, or where callbacks run if they must be sorted first."""
        with self._standing_lock:
            if self._standing:
                return self._send_rows(browser, message)
        if self._lock.acquire(blocking=False):
            try:
                if self._rows.in_order:
                    return self._send_rows(browser, message)
            finally:
                self._lock.release()
        self._session._submit(functools.partial(self._answer_window, browser, message))

    def _answer_window(self, browser, message):
        with self._lock:
            self._send_rows(browser, message)

    def _send_rows(self, browser, message):
        """The rows on view, to a browser; the caller sees to it that they stay as they are."""
        if self.wid not in self._session._widgets:
            return
        shown = self._rows.shown()
        start = max(0, min(message["start"], len(shown)))
        version, count = self._values("set_extent", (0, 0))
        if count != len(shown):
            self._record("set_extent", [version, len(shown)])
        numbers = shown[start:start + max(0, min(message["count"], MAX_WINDOW_ROWS))]
        cursor = self._cursor and [self._index(self._cursor[0], shown), self._cursor[1]]
        rows, done = [self._row_record(number) for number in numbers], self._done.get(browser, 0)
        values = [version, done, start, rows, cursor, self._held_text(numbers)]
        self._session._call_one(browser, self.wid, "show_rows", values)

    def _index(self, number, shown):
        """Where a row is on view, or -1."""
        try:
            return shown.index(number)
        except ValueError:
            return -1

    def _row_record(self, number):
        """A row as [number, level, flags, key, cells, looks by column]."""
        rows, colors = self._rows, self._colors
        interior = number in rows.children
        flags = ((number in self._selected) * _SELECTED + interior * _INTERIOR
                 + (interior and number not in rows.closed) * _OPEN)
        cells, looks = [], {}
        chosen, row_color = self._cells.get(number, ()), colors["rows"].get(number)
        for index, column in enumerate(self._columns):
            key = column["key"]
            value = _cell_value(rows.shown_cell(number, key))
            cells.append("" if value is None and index == 0 else value)
            look = {}
            layers = colors["cells"].get((number, key)), row_color, colors["columns"].get(key), colors["table"]
            for place, name in enumerate(("fg", "bg", "bold")):
                value = next((layer[place] for layer in layers if layer is not None and layer[place] is not None), None)
                if value is not None:
                    look[name] = value
            if key in chosen:
                look["chosen"] = True
            for name, field in (("off", column["enabled_key"]), ("gone", column["visible_key"])):
                if field is not None and rows.cell(number, field) in (None, _ABSENT, False, 0, ""):
                    look[name] = True
            if look:
                looks[index] = look
        return [number, rows.level(number), flags, rows.key(number), cells, looks]

    # From browsers

    def _act(self, browser, number, name, values):
        with self._lock:
            self._done[browser] = number
            super()._act(browser, number, name, values)
            if self.wid in self._session._widgets:
                self._changed_rows()            # even if nothing came of it: the browser shows it done already

    def _alive(self, number):
        _require(self._rows.alive(number), "no such row", number=number)
        return number

    @_on_rows
    def _user_pick(self, number: int, key: str | None, how: Literal["only", "toggle", "extend", "row", "column", "all", "cursor"]):
        """A press on a cell, or a move of the cursor."""
        number = self._alive(number)
        key = self._column_key(key) if key is not None else None
        before, cells_before, cursor = dict(self._selected), dict(self._cells), self._cursor
        self._cursor = (number, key)
        if how != "cursor":
            if "cell" in self._mode:
                self._pick_cells(number, key, how if self._mode == "multiple-cell" else "only")
            elif self._mode != "none":
                self._pick_rows(number, how if self._mode == "multiple" else "only")
        if how != "extend":
            self._anchor = self._cursor
        if list(before) != list(self._selected):
            self._fire_selected()
        if self._cells != cells_before or self._cursor != cursor and "cell" not in self._mode:
            if self._handlers_of("cell_selected"):
                self._fire("cell_selected", self.get_selected_cells() or self._cell_records([self._cursor]))

    def _fire_selected(self):
        if self._handlers_of("selected"):
            self._fire("selected", self.get_selected())

    def _pick_rows(self, number, how):
        if how == "all":
            self._selected = dict.fromkeys(self._rows.shown())
        elif how == "toggle":
            if self._selected.pop(number, self) is self:
                self._selected[number] = None
        elif how == "extend" and self._anchor is not None:
            self._selected = dict.fromkeys(self._between(self._anchor[0], number))
        else:
            self._selected = {number: None}

    def _between(self, one, other):
        """The rows on view from one to another."""
        shown = self._rows.shown()
        first, last = sorted((max(0, self._index(one, shown)), self._index(other, shown)))
        return shown[first:last + 1]

    def _pick_cells(self, number, key, how):
        keys = [column["key"] for column in self._columns]
        if how == "toggle":
            chosen = self._cells.get(number, frozenset()) ^ {key}
            self._cells = {**self._cells, number: chosen}
            if not chosen:
                del self._cells[number]
        elif how == "extend" and self._anchor is not None and self._anchor[1] in keys:
            first, last = sorted((keys.index(self._anchor[1]), keys.index(key)))
            self._cells = dict.fromkeys(self._between(self._anchor[0], number), frozenset(keys[first:last + 1]))
        elif how in ("column", "all"):
            self._cells = dict.fromkeys(self._rows.shown(), frozenset(keys if how == "all" else [key]))
        else:
            self._cells = {number: frozenset(keys if how == "row" else [key])}

    @_on_rows
    def _user_sort(self, key: str, ascending: bool):
        """A press on a header."""
        self.sort_by_column(self._column_key(key), ascending)
        self._fire("sorted", key, ascending)

    @_on_rows
    def _user_edit(self, number: int, key: str, text: str | bool):
        """A cell was edited."""
        column = self._column_of(key)
        _require(column["editable"] or column["widget"] in ("checkbox", "combobox"), "the column is not editable", key=key)
        self._edit(self._alive(number), column, text)

    def _edit(self, number, column, text):
        """Give a cell what a user typed; nothing happens if it is no value for the column."""
        key = column["key"]
        if column["widget"] == "checkbox" or isinstance(text, bool):
            new = bool(text)
        elif column["widget"] == "combobox" and text not in column["choices"]:
            return
        else:
            try:
                new = _cell_from_text(text, column["type"])
            except ValueError:
                return
        old = self._rows.cell(number, key)
        old = None if old is _ABSENT else old
        if new != old and not (new == "" and old is None):
            self._rows.set_cell(number, key, new)
            self._fire("cell_edited", self._rows.path(number), key, old, new)

    @_on_rows
    def _user_activate(self, number: int, key: str | None):
        """A double click, or Enter."""
        self._fire("activated", self._rows.values(self._alive(number)), self._rows.path(number), key and self._column_key(key))

    @_on_rows
    def _user_press(self, number: int, key: str):
        """A press on a button in a cell."""
        _require(self._column_of(key)["widget"] == "button", "no button there", key=key)
        self._fire("cell_action", self._rows.path(self._alive(number)), self._rows.values(number), key)

    @_on_rows
    def _user_copy(self, cut: bool, asker: int, ask: int):
        """The browser of this number wants the text of what is selected, for its question `ask`."""
        self._offer(cut, asker, ask)

    @_on_rows
    def _user_copied(self, cut: bool, text: str, asker: int):
        """The browser of this number put a text that it held into its clipboard."""
        self._copied(cut, text, asker)

    @_on_rows
    def _user_has_copied(self, offer: int, asker: int):
        """The browser of this number put the text of an offer into its clipboard."""
        cut, text = self._offers.pop(offer, (False, None))
        if text is not None:                    # None: another browser was sooner
            self._copied(cut, text, asker)

    @_on_rows
    def _user_paste(self, text: str):
        """A text was pasted."""
        self._paste(text)

    @_on_rows
    def _user_empty(self):
        """Delete was pressed: empty the editable cells of the selection."""
        self._empty_selection()

    @_on_rows
    def _user_toggle(self, number: int, tf: bool):
        """A row was opened or closed."""
        self._open(self._alive(number), tf)

    def _open(self, number, tf):
        rows = self._rows
        _require(number in rows.children, "only a row with others below it can be opened or closed", path=rows.path(number))
        if (number in rows.closed) == tf:
            (rows.closed.discard if tf else rows.closed.add)(number)
            rows._shown = None
            if "expanded" in self.callbacks:
                self._fire("expanded" if tf else "collapsed", rows.values(number), rows.path(number))

    # Columns

    def _keys(self):
        return [column["key"] for column in self._columns]

    def _column_key(self, column):
        """A column's key, from the key or its index."""
        keys = self._keys()
        if isinstance(column, int) and not isinstance(column, bool) and 0 <= column < len(keys):
            return keys[column]
        _require(column in keys, "no such column; there are %s" % (", ".join(map(repr, keys)) or "none"), column=column)
        return column

    def _column_of(self, column):
        return self._columns[self._keys().index(self._column_key(column))]

    def _set_columns(self, columns):
        with self._lock, self.batch():
            self._columns = columns
            self._rows.first = columns[0]["key"] if columns else "_col0"
            self._record("set_columns", [columns])
            if self._rows.sort and self._rows.sort[0] not in self._keys():
                self._rows.sort_by(None)
                self._record("set_sorted", [None, True])
            self._changed_rows()

    @_on_rows
    def set_columns(self, columns: list):
        """Set the columns, each a label or a dict (see the class); drops sorting."""
        columns = _columns(columns)
        with self.batch():
            self._rows.sort_by(None)
            self._record("set_sorted", [None, True])
            for column in columns:
                self._rows.fields.setdefault(column["key"], len(self._rows.fields))
            self._set_columns(columns)

    def get_column_count(self):
        """How many columns there are."""
        return len(self._columns)

    def _insert_column(self, index, column):
        column = _column(column, len(self._columns))
        keys = self._keys()
        _require(column["key"] not in keys, "there is a column of this key already", key=column["key"])
        self._set_columns(self._columns[:index] + [column] + self._columns[index:])

    @_on_rows
    def append_column(self, column: str | dict):
        """Add a column at the end."""
        self._insert_column(len(self._columns), column)

    @_on_rows
    def delete_column(self, col_key: str | int):
        """Remove a column and its values."""
        key = self._column_key(col_key)
        rows = self._rows
        place = rows.fields[key]
        rows.cells = [row if row is None or place >= len(row) else row[:place] + (_ABSENT,) + row[place + 1:] for row in rows.cells]
        self._colors["columns"].pop(key, None)
        self._cells = {number: kept for number, kept in ((number, keys - {key}) for number, keys in self._cells.items()) if kept}
        if self._cursor and self._cursor[1] == key:
            self._cursor = self._anchor = None
        self._set_columns([column for column in self._columns if column["key"] != key])

    @state
    def set_column_widths(self, widths: dict):
        """Set the widths of columns: key -> px, or a CSS size such as "10em" or "1fr"."""
        keys = self._keys()
        return [{key: _column_width(width) for key, width in widths.items() if key in keys}]

    @_on_rows
    def set_column_width(self, col_key: str | int, width: float | str):
        """Set a column's width: px, or a CSS size such as "10em" or "1fr"."""
        self.set_column_widths({**self._value("set_column_widths", {}), self._column_key(col_key): width})

    @ask
    def get_column_widths(self):
        """The columns' widths in px, a list, as the first browser shows them. Raises BrowserError without a browser."""

    @call
    def set_optimal_column_widths(self):
        """Make the columns as wide as what they show now needs."""

    @state
    def set_row_spacing(self, px: float):
        """Set the distance above and below a cell's text, px; default 2."""
        _require(0 <= px <= 200, "px must be from 0 to 200", px=px)

    @state
    def set_column_spacing(self, px: float):
        """Set the distance left and right of a cell's text, px; default 6."""
        _require(0 <= px <= 200, "px must be from 0 to 200", px=px)

    @state
    def set_header_font(self, family: str | None = None, size: float | str | None = None, weight: str | float | None = None,
                        style: str | None = None):
        """Set the header's font; size in px or a CSS length; None keeps."""
        _require(not isinstance(size, str) or re.fullmatch(r"[0-9.]{1,8}(px|pt|em|rem|%)", size), "size is a number of px or a CSS length", size=size)
        old = self._values("set_header_font", (None,) * 4)
        given = (family, "%gpx" % size if _is_number(size) else size, font_weight(weight), font_style(style))
        return [new if new is not None else was for new, was in zip(given, old)]

    @state
    def set_show_grid(self, tf: bool):
        """Whether lines are drawn between cells."""

    @state
    def set_show_row_numbers(self, tf: bool):
        """Whether rows are numbered, from 1, as they are shown."""

    @state
    def set_sortable(self, tf: bool):
        """Whether a click on a header sorts by its column."""

    @_on_rows
    def set_editable(self, tf: bool):
        """Make all columns of text or numbers editable, or none."""
        self._set_columns([{**column, "editable": tf and column["type"] != "icon" and column["widget"] is None} for column in self._columns])

    @_on_rows
    def set_column_editable(self, col_key: str | int, tf: bool):
        """Make a column editable, or not."""
        column = self._column_of(col_key)
        _require(not tf or column["type"] != "icon" and column["widget"] is None, "icons and live controls are not edited as text", col_key=col_key)
        self._set_columns([{**one, "editable": tf} if one is column else one for one in self._columns])

    # Rows

    def _number(self, row):
        """A row's number, from its path."""
        _require(isinstance(row, (list, tuple)) and row, "a path is a list of keys from the root", path=row)
        number = None
        for key in row:
            number = self._rows.find(number, str(key))
            _require(number is not None, "no such row", path=row)
        return number

    def _find_row(self, path):
        """A row's number, or None."""
        try:
            return self._number(path)
        except UsageError:
            return None

    def _replace_rows(self, cells):
        with self._lock, self.batch():
            self._rows.load(cells)
            self._forget_marks()
            self._changed_rows()

    def _forget_marks(self):
        self._selected, self._cells, self._cursor, self._anchor = {}, {}, None, None
        self._colors["cells"], self._colors["rows"] = {}, {}

    def _lose(self, numbers):
        """Rows went: so does what was marked on them. Returns whether a selected one was among them."""
        lost = [number for number in numbers if self._selected.pop(number, self) is not self]
        gone = set(numbers)
        self._cells = {number: keys for number, keys in self._cells.items() if number not in gone}
        self._colors["cells"] = {place: color for place, color in self._colors["cells"].items() if place[0] not in gone}
        for number in numbers:
            self._colors["rows"].pop(number, None)
        for name in ("_cursor", "_anchor"):
            place = getattr(self, name)
            if place is not None and place[0] in gone:
                setattr(self, name, None)
        return bool(lost)

    @_on_rows
    def set_data(self, data: list):
        """Replace all rows: dicts by column key, lists of values in the columns' order, or values of the first column.

        A million rows take a fraction of a second, and an empty table shows the first of them before it has all. Values
        are str, numbers, bool or None; of others the text is shown.
        """
        rows, keys = self._rows, self._keys()
        # Rows that are there would scroll away, and in an order the first given are not the first shown.
        first = len(data) if rows.children[None] or rows.sort else FIRST_ROWS
        cells = rows.pack_all(data[:first], keys)
        self._replace_rows(cells)
        if len(data) > first:
            others, self._standing = None, True
            try:
                others = rows.pack_all(data, keys, start=first)
            finally:
                with self._standing_lock:
                    self._standing = False
                self._replace_rows([] if others is None else cells + others)

    @_on_rows
    def update_data(self, data: list):
        """Make the rows as given, by position; selection, colours and scroll stay with the rows that stay."""
        with self.batch():
            rows = self._rows
            cells = rows.pack_all(data, self._keys())
            numbers = list(rows.children[None])
            for number, row in zip(numbers, cells):
                rows.cells[number] = row
            for row in cells[len(numbers):]:
                rows.add(None, None, row)
            self._remove(numbers[len(cells):])
            rows.forget_order(None)
            self._changed_rows()

    def _remove(self, numbers):
        gone = self._rows.delete(numbers)
        return self._lose(gone), gone

    def clear(self):
        """Remove all rows, with selection and the colours of rows and cells. Columns and their colours stay."""
        self._replace_rows([])

    def get_row_count(self):
        """How many rows there are at the top level."""
        with self._lock:
            return len(self._rows.children[None])

    def _add_row(self, parent, key, values, index):
        with self._lock:
            number = self._rows.add(parent, key, self._rows.pack(values, self._keys()), index)
            self._changed_rows()
            return self._rows.path(number)

    @_on_rows
    def append_row(self, values: object):
        """Add a row at the end; returns its path."""
        return self._add_row(None, None, values, None)

    def _set_cell(self, number, key, value):
        with self._lock:
            self._rows.set_cell(number, key, value)
            self._changed_rows()

    # Selection

    def _items(self, numbers):
        return [{"path": self._rows.path(number), "values": self._rows.values(number)} for number in numbers]

    def get_selected(self):
        """The selected rows in order of selection, a list of {"path": list of keys, "values": dict}."""
        with self._lock:
            return self._items(self._selected)

    def _select(self, change):
        """Change the selection in Python, which fires nothing."""
        with self._lock:
            change()
            self._changed_rows()

    def _paths(self, paths):
        """Numbers of rows, from one path or several."""
        paths = paths or []
        single = isinstance(paths, (list, tuple)) and paths and not isinstance(paths[0], (list, tuple))
        return [self._number(path) for path in ([paths] if single else paths)]

    @_on_rows
    def set_selected(self, paths: list | None):
        """Select exactly these rows: a path, a list of paths, or None. Fires nothing."""
        numbers = self._paths(paths)
        self._select(lambda: setattr(self, "_selected", dict.fromkeys(numbers)))

    def clear_selection(self):
        """Select no row. Fires nothing."""
        self.set_selected(None)

    @_on_rows
    def select_path(self, path: list, state: bool = True):
        """Select a row too, or no longer. Fires nothing."""
        self.select_paths([path], state)

    @_on_rows
    def select_paths(self, paths: list, state: bool = True):
        """Select rows too, or no longer. Fires nothing."""
        numbers = self._paths(paths)
        self._select(lambda: self._selected.update(dict.fromkeys(numbers)) if state else
                     [self._selected.pop(number, None) for number in numbers])

    @_on_rows
    def select_all(self, state: bool = True):
        """Select all rows, or none. Fires nothing."""
        self._select(lambda: setattr(self, "_selected", dict.fromkeys(self._rows.shown()) if state else {}))

    def _cell_records(self, places):
        return [{"path": self._rows.path(number), "col_key": key, "value": None if value is _ABSENT else value}
                for number, key in places for value in [self._rows.cell(number, key)]]

    def _selected_places(self, shown=None):
        """The selected cells of these rows (all on view if None), rows then columns."""
        if shown is None:
            shown = self._rows.shown() if len(self._cells) > 1 else self._cells
        return [(number, key) for number in shown if number in self._cells
                for key in self._keys() if key in self._cells[number]]

    def get_selected_cells(self):
        """The selected cells, rows then columns, a list of {"path", "col_key", "value"}."""
        with self._lock:
            return self._cell_records(self._selected_places())

    @_on_rows
    def select_cell(self, path: list | int, col_key: str | int, state: bool = True):
        """Select a cell too, or no longer. Fires nothing."""
        self.select_cells([{"path": path, "col_key": col_key}], state)

    @_on_rows
    def select_cells(self, cells: list, state: bool = True):
        """Select cells too, or no longer: a list of {"path", "col_key"}. Fires nothing."""
        places = [(self._number(cell["path"]), self._column_key(cell["col_key"])) for cell in cells]

        def change():
            for number, key in places:
                keys = self._cells.pop(number, frozenset()) | {key} if state else self._cells.pop(number, frozenset()) - {key}
                if keys:
                    self._cells[number] = keys
        self._select(change)

    def clear_cell_selection(self):
        """Select no cell. Fires nothing."""
        self._select(self._cells.clear)

    # Clipboard (spec 3.3)

    def _chosen_places(self, shown=None):
        """Numbers, keys and places (set, None: all) selected in these rows (None: all on view)."""
        shown = self._rows.shown() if shown is None else shown
        if "cell" in self._mode or self._cells:
            places = self._selected_places(shown)
            chosen = {key for _, key in places}
            numbers = [number for number in shown if number in self._cells]
            return numbers, [key for key in self._keys() if key in chosen], set(places)
        numbers = [number for number in shown if number in self._selected]
        if not numbers and self._cursor is not None and self._cursor[1] is not None:
            return [self._cursor[0]], [self._cursor[1]], None
        return numbers, self._keys(), None

    def _text(self, numbers, keys, places):
        """Chosen places as tab-separated lines; None if there are none."""
        def text(number, key):
            if places is not None and (number, key) not in places:
                return ""
            return re.sub(r"[\t\r\n]+", " ", _cell_text(self._rows.cell(number, key)))
        if not numbers:
            return None
        return "\n".join("\t".join(text(number, key) for key in keys) for number in numbers)

    def _held_text(self, numbers):
        """What is selected, for a browser that gets these rows; None if long or elsewhere too."""
        selected = self._cells if "cell" in self._mode or self._cells else self._selected
        if len(selected) > len(numbers):
            return None
        chosen = self._chosen_places(numbers)
        text = self._text(*chosen) if len(chosen[0]) == max(1, len(selected)) else None
        return text if text is not None and len(text) <= MAX_HELD_TEXT else None

    def _offer(self, cut, asker=None, ask=None):
        """Offer what is selected to the clipboard of one browser, or of all that look."""
        with self._lock:
            text, number = self._text(*self._chosen_places()), next(self._offer_numbers)
            if text is not None:
                self._offers[number] = cut, text
                self._offers.pop(number - MAX_OFFERS, None)
            if text is not None or asker is not None:
                self._call_browsers("put_clipboard", [text, asker, ask, number])

    def _copied(self, cut, text, asker):
        """A text is in a clipboard. Cells are emptied only if it is what they hold now."""
        if cut and text != self._text(*self._chosen_places()):
            self._call_browsers("tell_changed", [asker])
            cut = False
        if cut:
            self._empty_selection()
        self._fire("cut" if cut else "copy", text)

    def copy_selection(self):
        """Put what is selected into the clipboard of whoever looks, as tab-separated lines.

        The callback "copy" is called once a browser has it. Some browsers allow it only in answer
        to a key or a press; the person is told then.
        """
        self._offer(False)

    def cut_selection(self):
        """Like copy_selection, and empty the editable cells in it once a browser has their text."""
        self._offer(True)

    @call
    def paste_selection(self):
        """Paste the clipboard of whoever looks at the selection, as Ctrl+V does.

        The browser may ask for permission; the person is told if it lets nothing be read.
        """

    def _empty_selection(self):
        numbers, keys, places = self._chosen_places()
        columns = [column for column in self._columns if column["key"] in keys and column["editable"]]
        for number in numbers:
            for column in columns:
                if places is None or (number, column["key"]) in places:
                    self._empty(number, column)

    def _empty(self, number, column):
        new = False if column["type"] == "boolean" else "" if column["type"] == "string" else None
        old = self._rows.cell(number, column["key"])
        if old not in (new, None, _ABSENT):
            self._rows.set_cell(number, column["key"], new)
            self._fire("cell_edited", self._rows.path(number), column["key"], old, new)

    def _paste(self, text):
        numbers, keys, _ = self._chosen_places()
        if not numbers or not keys:
            return
        shown = self._rows.shown()
        top, left = self._index(numbers[0], shown), self._keys().index(keys[0])
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = lines[:-1] if lines.endswith("\n") else lines
        for number, line in zip(shown[top:], lines.split("\n")):
            for column, cell in zip(self._columns[left:], line.split("\t")):
                if column["editable"]:
                    self._edit(number, column, cell)
        self._fire("paste", text)

    # Order and place

    @_on_rows
    def sort_by_column(self, col_key: str | int | None, ascending: bool = True):
        """Sort every level by a column; None, or a key that is no column, for the order of the rows themselves.

        Numbers are compared as such, texts without regard to case and accents. Fires nothing.
        """
        keys = self._keys()
        known = col_key in keys or isinstance(col_key, int) and 0 <= col_key < len(keys)
        with self.batch():
            column = self._column_of(col_key) if known else None
            self._rows.sort_by(column and (column["key"], column["type"], ascending))
            self._record("set_sorted", [column and column["key"], ascending])
            self._changed_rows()

    @_on_rows
    def scroll_to_path(self, path: list):
        """Scroll so that a row is seen; opens those above it."""
        number = self._number(path)
        above = self._rows.parents.get(number)
        while above is not None:
            if above in self._rows.closed:
                self._open(above, True)
            above = self._rows.parents.get(above)
        index = self._index(number, self._rows.shown())
        with self.batch():
            self._changed_rows()
            self._call_browsers("scroll_to_row", [index])

    @call
    def scroll_to_end(self):
        """Scroll to the last row."""

    # Colours: cell, row, column and table; each of fg, bg and bold comes from the first of these that has it

    @staticmethod
    def _color_entry(fg, bg, bold):
        _require(bold is None or isinstance(bold, bool), "bold is True, False or None", bold=bold)
        entry = [_color(fg), _color(bg), bold]
        return None if entry == [None, None, None] else entry

    def _color_layer(self, layer, place, fg, bg, bold):
        entry = self._color_entry(fg, bg, bold)
        with self._lock:
            if layer == "table":
                self._colors["table"] = entry
            elif entry is None:
                self._colors[layer].pop(place, None)
            else:
                self._colors[layer][place] = entry
            self._changed_rows()

    @_on_rows
    def set_cell_color(self, path: list | int, col_key: str | int, fg: str | None = None, bg: str | None = None, bold: bool | None = None):
        """Colour a cell; None leaves that to row, column and table; all None clears."""
        self._color_layer("cells", (self._number(path), self._column_key(col_key)), fg, bg, bold)

    @_on_rows
    def set_row_color(self, path: list | int, fg: str | None = None, bg: str | None = None, bold: bool | None = None):
        """Colour a row; None leaves that to column and table; all None clears."""
        self._color_layer("rows", self._number(path), fg, bg, bold)

    @_on_rows
    def set_column_color(self, col_key: str | int, fg: str | None = None, bg: str | None = None, bold: bool | None = None):
        """Colour a column; None leaves that to the table; all None clears."""
        self._color_layer("columns", self._column_key(col_key), fg, bg, bold)

    @_on_rows
    def set_table_color(self, fg: str | None = None, bg: str | None = None, bold: bool | None = None):
        """Colour what has no colour of its own; all None clears."""
        self._color_layer("table", None, fg, bg, bold)

    @_on_rows
    def clear_cell_color(self, path: list | int, col_key: str | int):
        """Take a cell's colours away."""
        self.set_cell_color(path, col_key)

    @_on_rows
    def clear_row_color(self, path: list | int):
        """Take a row's colours away."""
        self.set_row_color(path)

    @_on_rows
    def clear_column_color(self, col_key: str | int):
        """Take a column's colours away."""
        self.set_column_color(col_key)

    def clear_all_colors(self):
        """Take all colours away."""
        self.set_colors({"clear": True})

    @_on_rows
    def set_colors(self, spec: dict):
        """Many colours at once: {"cells": [{"path", "col_key", "fg", "bg", "bold"}], "rows": [{"path", ...}],
        "columns": [{"col_key", ...}], "table": {...}, "clear": bool}. All keys may be left out; clear comes first;
        rows and columns that do not exist are skipped.
        """
        unknown = spec.keys() - {"cells", "rows", "columns", "table", "clear"}
        _require(not unknown, "spec holds cells, rows, columns, table and clear", got=sorted(unknown))
        keys = self._keys()

        def entry(one):
            return one.get("fg"), one.get("bg"), one.get("bold")
        with self.batch():
            if spec.get("clear"):
                self._colors = {"cells": {}, "rows": {}, "columns": {}, "table": None}
            for one in spec.get("cells", ()):
                number = self._find_row(one["path"])
                if number is not None and one["col_key"] in keys:
                    self._color_layer("cells", (number, one["col_key"]), *entry(one))
            for one in spec.get("rows", ()):
                number = self._find_row(one["path"])
                if number is not None:
                    self._color_layer("rows", number, *entry(one))
            for one in spec.get("columns", ()):
                if one["col_key"] in keys:
                    self._color_layer("columns", one["col_key"], *entry(one))
            if "table" in spec:
                self._color_layer("table", None, *entry(spec["table"] or {}))
            self._changed_rows()


_VIEW_OPTIONS = """
    columns: labels, or dicts with "label", "key", "type" ("string", "integer", "float", "boolean",
    "icon"), "halign", "editable", "icon_size" (px), "colwidth" (px, or a CSS size, default "1fr"),
    "widget" ("checkbox", "combobox" with "choices", "progress" with "min" and "max", "button" with
    "text"), "enabled_key" and "visible_key": fields of the row that grey out or hide that control.
    selection_mode: "single", "multiple", "none", "single-cell" or "multiple-cell". cell_cursor: a
    frame moves from cell to cell. A cell that is missing or None is covered by the one before it,
    unless its column is editable.
    Callbacks: "activated" (values, path, col_key): double click or Enter; "selected" (items);
    "sorted" (col_key, ascending); "cell_edited" (path, col_key, old, new); "cell_selected" (cells);
    "cell_action" (path, values, col_key): a button in a cell; "copy", "cut", "paste" (text);
    "scrolled" (h_pct, v_pct)."""


@widget
class TreeView(_RowsView):
    __doc__ = """Rows in columns, each of which may have rows below it; any number of them, kept in Python.

    A row is named by its path, the list of keys from the root, whatever the order on view.
    """ + _VIEW_OPTIONS + """
    "expanded" and "collapsed" (values, path); "changed" (): delete_tree removed something.
    """

    callbacks = {**_RowsView.callbacks, "expanded": {"values": dict, "path": list},
                 "collapsed": {"values": dict, "path": list}, "changed": {}}
    python_callbacks = _RowsView.python_callbacks | {"expanded", "collapsed", "changed"}

    def __init__(self, session, columns: list = (), show_header: bool = True,
                 selection_mode: Literal["single", "multiple", "none", "single-cell", "multiple-cell"] = "single",
                 alternate_row_colors: bool = False, show_grid: bool = False, show_row_numbers: bool = False,
                 sortable: bool = False, allow_text_selection: bool = False, cell_cursor: bool = False):
        super().__init__(session, {"show_header": show_header, "selection_mode": selection_mode,
                                   "alternate_row_colors": alternate_row_colors, "show_grid": show_grid,
                                   "show_row_numbers": show_row_numbers, "cell_cursor": cell_cursor})
        self._start_view(columns, selection_mode, sortable, allow_text_selection)

    def _merge(self, parent, tree, prune):
        """Lay a tree over the rows below one; fires "selected" if the selection lost some."""
        with self._lock, self.batch():
            if self._lose(self._rows.merge(parent, tree, prune)):
                self._fire_selected()
            self._changed_rows()

    @_on_rows
    def set_tree(self, tree: dict):
        """Replace all rows by a tree of dicts.

        A key is a row's key. Its value is a dict of cells by column key (a leaf), or a dict with dicts
        in it: those are the rows below, what else is in it are its own cells; "__values__" in a dict
        holds the cells where all other entries are rows. {} is a row that may get some below it, None
        one without cells, any other value the first cell. All rows are open at first.
        """
        with self.batch():
            sort = self._rows.sort
            self._rows.clear()
            self._rows.sort = sort
            self._forget_marks()
            self._merge(None, tree, True)

    @_on_rows
    def update_tree(self, tree: dict):
        """Make the rows as set_tree would; what stays keeps its selection, colours and state, and the view its place."""
        self._merge(None, tree, True)

    @_on_rows
    def add_tree(self, tree: dict, parent: list | None = None):
        """Add a tree below a row (None: at the top level). Rows of the same key are replaced, with all below them."""
        self._merge(self._number(parent) if parent else None, tree, False)

    @_on_rows
    def delete_tree(self, tree: dict, prune_empty: bool = True):
        """Remove rows named by a tree of keys: an empty dict or None is a row with all below, another one goes deeper.

        Unknown keys are skipped. prune_empty: rows that lose all below them go too. Fires "changed" if
        something went, "selected" if a selected row was among it.
        """
        with self.batch():
            rows, doomed, emptied, work = self._rows, [], [], [(None, tree)]
            while work:
                parent, tree = work.pop()
                for key, below in tree.items():
                    number = rows.find(parent, str(key))
                    if number is None:
                        continue
                    (emptied if below else doomed).append(number)
                    if below:
                        work.append((number, below))
            lost, gone = self._remove(doomed)
            for number in reversed(emptied) if prune_empty else ():
                if rows.alive(number) and not rows.children.get(number):
                    more = self._remove([number])
                    lost, gone = lost or more[0], gone + more[1]
            self._changed_rows()
            if lost:
                self._fire_selected()
            if gone:
                self._fire("changed")

    @_on_rows
    def add_item(self, parent: list | None, key: str, values: object):
        """Add a row below another (None or []: at the top level); returns its path."""
        number = self._number(parent) if parent else None
        _require(self._rows.find(number, key) is None, "there is a row of this key already", parent=parent, key=key)
        return self._add_row(number, key, values, None)

    @_on_rows
    def remove_item(self, path: list):
        """Remove a row with all below it."""
        self.remove_items([path])

    @_on_rows
    def remove_items(self, paths: list):
        """Remove rows with all below them."""
        with self.batch():
            self._remove([self._number(path) for path in paths])
            self._changed_rows()

    @_on_rows
    def insert_row(self, values: object, key: str | None = None, before: str | None = None):
        """Add a row at the top level, in front of the one of key `before`, else at the end; returns its path."""
        _require(key is None or self._rows.find(None, key) is None, "there is a row of this key already", key=key)
        index = None if before is None else self._rows.siblings(None).index(self._number([before]))
        return self._add_row(None, key, values, index)

    @_on_rows
    def delete_row(self, path_or_key: list | str):
        """Remove a row, by its path or its key at the top level."""
        self.remove_items([[path_or_key] if isinstance(path_or_key, str) else path_or_key])

    @_on_rows
    def set_cell(self, path: list, col_key: str | int, value: object):
        """Change a cell. Fires nothing."""
        self._set_cell(self._number(path), self._column_key(col_key), value)

    @_on_rows
    def insert_column(self, column: str | dict, before: str | int | None = None):
        """Add a column in front of another, else at the end."""
        self._insert_column(len(self._columns) if before is None else self._keys().index(self._column_key(before)), column)

    def _open_all(self, tf):
        with self._lock:
            self._rows.closed = set() if tf else set(self._rows.children) - {None}
            self._rows._shown = None
            self._changed_rows()

    def expand_all(self):
        """Open all rows."""
        self._open_all(True)

    def collapse_all(self):
        """Close all rows."""
        self._open_all(False)

    def _open_path(self, path, tf):
        with self._lock:
            self._open(self._number(path), tf)
            self._changed_rows()

    @_on_rows
    def expand_item(self, path: list):
        """Open a row; fires "expanded"."""
        self._open_path(path, True)

    @_on_rows
    def collapse_item(self, path: list):
        """Close a row; fires "collapsed"."""
        self._open_path(path, False)

    def _interior_paths(self, closed):
        with self._lock:
            return [self._rows.path(number) for number in self._rows.children
                    if number is not None and (number in self._rows.closed) == closed]

    def get_expanded(self):
        """The paths of the open rows."""
        return self._interior_paths(False)

    def get_collapsed(self):
        """The paths of the closed rows."""
        return self._interior_paths(True)

    @_on_rows
    def get_subtree(self, status: str | list = "all"):
        """The rows as set_tree takes them: "all", "selected", "expanded" or "collapsed" ones with what is above and below
        them, or the row of a path with what is below it.
        """
        rows = self._rows
        if not isinstance(status, str):
            number = self._number(status)
            return {rows.key(number): rows.subtree(number)}
        _require(status in ("all", "selected", "expanded", "collapsed"),
                 "status is one of all, selected, expanded and collapsed, or a path", status=status)
        if status == "all":
            return rows.subtree(None)
        found = list(self._selected) if status == "selected" else [self._number(path) for path in self._interior_paths(status == "collapsed")]
        wanted = set()
        for number in found:
            wanted.update(rows.below(number))
            while number is not None:
                wanted.add(number)
                number = rows.parents.get(number)
        return rows.subtree(None, wanted)


@widget
class TableView(_RowsView):
    __doc__ = """Rows in columns; any number of them, kept in Python.

    A row is named by its path ["row3"], which stays with it, or by its place on view, from 0; a
    column by its key or its index.
    """ + _VIEW_OPTIONS + """
    """

    def __init__(self, session, columns: list = (), show_header: bool = True,
                 selection_mode: Literal["single", "multiple", "none", "single-cell", "multiple-cell"] = "single",
                 alternate_row_colors: bool = False, show_grid: bool = True, show_row_numbers: bool = False,
                 sortable: bool = False, allow_text_selection: bool = False, cell_cursor: bool = True):
        super().__init__(session, {"show_header": show_header, "selection_mode": selection_mode,
                                   "alternate_row_colors": alternate_row_colors, "show_grid": show_grid,
                                   "show_row_numbers": show_row_numbers, "cell_cursor": cell_cursor})
        self._start_view(columns, selection_mode, sortable, allow_text_selection)

    def _number(self, row):
        if isinstance(row, int) and not isinstance(row, bool):
            shown = self._rows.shown()
            _require(0 <= row < len(shown), "no such row; there are %d" % len(shown), row=row)
            return shown[row]
        return super()._number([row] if isinstance(row, str) else row)

    @_on_rows
    def set_rows(self, rows: list):
        """The same as set_data."""
        self.set_data(rows)

    @_on_rows
    def update_rows(self, rows: list):
        """The same as update_data."""
        self.update_data(rows)

    @_on_rows
    def insert_row(self, index: int, values: object):
        """Put a row in front of the one at this place on view, else at the end; returns its path."""
        shown = self._rows.shown()
        place = self._rows.siblings(None).index(shown[index]) if 0 <= index < len(shown) else None
        return self._add_row(None, None, values, place)

    @_on_rows
    def delete_row(self, index: int | list | str):
        """Remove a row, by its place on view or its path."""
        with self.batch():
            self._remove([self._number(index)])
            self._changed_rows()

    @_on_rows
    def set_cell(self, row: int | list | str, col_index: int | str, value: object):
        """Change a cell, by the row's place on view or its path. Fires nothing."""
        self._set_cell(self._number(row), self._column_key(col_index), value)

    @_on_rows
    def insert_column(self, index: int | str, column: str | dict):
        """Add a column in front of the one of this index or key."""
        self._insert_column(index if isinstance(index, int) else self._keys().index(self._column_key(index)), column)


class _Iconed(_IconHolder, _Captioned):
    """What entries of menus and tool bars share."""

    def _start_entry(self, text, icon_url, iconsize):
        if text is not None:
            self.set_text(text)
        if icon_url is not None:
            self.set_icon(icon_url, iconsize)


@widget
class MenuAction(_Iconed):
    """An entry of a Menu. name is another word for text; icon_only shows the text as tooltip.

    Callbacks: "activated" (): chosen; for a checkable one "activated" (checked), after it flipped.
    """

    callbacks = {"activated": {}}
    user_states = ("set_checked",)

    def __init__(self, session, text: str | None = None, icon_url: Path | None = None, iconsize: list | None = None,
                 checkable: bool = False, name: str | None = None, icon_only: bool = False):
        super().__init__(session, {"checkable": checkable, "icon_only": icon_only})
        if checkable:
            self.callbacks = {"activated": {"checked": bool}}
        self._checkable = checkable
        self._start_entry(name if text is None else text, icon_url, iconsize)

    @state
    def set_checked(self, checked: bool):
        """Tick or clear a checkable entry; fires nothing."""
        _require(self._checkable, "MenuAction.set_checked: it was not made with checkable=True")

    def get_checked(self):
        """Whether it is ticked."""
        return self._value("set_checked", False)

    def set_state(self, checked: bool):
        """The same as set_checked()."""
        self.set_checked(checked)

    def get_state(self):
        """The same as get_checked()."""
        return self.get_checked()


@widget
class ToolBarAction(_Iconed, _Toggle):
    """An entry of a ToolBar. toggle: it stays pressed. group: another ToolBarAction; of a group at most one is pressed.

    menu: a Menu that opens below it, instead of activating.
    Callbacks: "activated" (): clicked; with toggle or group "activated" (state).
    """

    callbacks = {"activated": {}}

    def __init__(self, session, text: str | None = None, icon_url: Path | None = None, iconsize: list | None = None,
                 toggle: bool = False, group: Widget | None = None, menu: Widget | None = None):
        toggle = toggle or group is not None
        super().__init__(session, {"toggle": toggle})
        if toggle:
            self.callbacks = {"activated": {"state": bool}}
        self._toggles = toggle
        self._join_group(group)
        self._start_entry(text, icon_url, iconsize)
        if menu is not None:
            self.set_menu(menu)

    @checked
    def set_state(self, value: bool):
        """Press it or release it, if it is a toggle; fires nothing."""
        _require(self._toggles, "ToolBarAction.set_state: it was not made with toggle=True or a group")
        super().set_state(value)

    @state
    def set_menu(self, menu: Widget | None):
        """Open a Menu at a press on it; None for none."""
        return [_menu_wid(self, menu)]


@widget
class ToolBar(Container):
    """A row or column of actions and other widgets. orientation: "horizontal" or "vertical"."""

    def __init__(self, session, orientation: Literal["horizontal", "vertical"] = "horizontal"):
        super().__init__(session, orientation)
        self._vertical = orientation == "vertical"

    def add_action(self, options: dict | str | None = None, **more):
        """Append a ToolBarAction and return it. options: its text, or its arguments as a dict; more: the same by keyword."""
        given = {"text": options} if isinstance(options, str) else dict(options or {})
        action = ToolBarAction(self._session, **{**given, **more})
        self.add_widget(action)
        return action

    @checked
    def add_widget(self, child: Widget):
        """Append a widget."""
        self._place(child, len(self._children), 0)

    def add_separator(self):
        """Append a rule."""
        self.add_widget(Separator(self._session, "horizontal" if self._vertical else "vertical"))

    def add_spacer(self):
        """Append a gap that takes the free space."""
        self._place(Label(self._session), len(self._children), 1)


class _MenuHolder(Container):
    """What menus and menu bars share: menus by name."""

    @checked
    def get_menu(self, name: str):
        """The Menu shown under a name, or None."""
        return next((child for child, place in self._children if place and place[0] == name), None)

    def _place_menu(self, menu, name, *options):
        _require(menu is None or isinstance(menu, Menu), "%s.add_menu: a Menu is needed" % type(self).__name__, menu=menu)
        _require(name, "%s.add_menu: the menu needs a name" % type(self).__name__, name=name)
        menu = Menu(self._session) if menu is None else menu
        self._place(menu, len(self._children), name, *options)
        return menu


@widget
class Menu(_MenuHolder):
    """A list of entries that pops up: in a MenuBar, below a Label, or as a context menu by popup()."""

    def __init__(self, session):
        super().__init__(session)

    @checked
    def add_name(self, name: str, checkable: bool = False):
        """Append an entry; returns its MenuAction."""
        action = MenuAction(self._session, name, checkable=checkable)
        self.add_widget(action)
        return action

    @checked
    def add_widget(self, child: Widget):
        """Append a MenuAction, or another widget such as a CheckBox."""
        self._place(child, len(self._children))

    @checked
    def add_menu(self, name: str, menu: Widget | None = None):
        """Append a submenu under a name; returns it (a new one if menu is None)."""
        return self._place_menu(menu, name)

    def add_separator(self):
        """Append a rule."""
        self.add_widget(Separator(self._session))

    @call
    def popup(self, x: float | None = None, y: float | None = None):
        """Show it at x, y px of the page; without, where it was last. A choice or a press elsewhere closes it."""


@widget
class MenuBar(_MenuHolder):
    """A row of menus under names, as at the top of a window."""

    def __init__(self, session):
        super().__init__(session)

    @checked
    def add_name(self, name: str):
        """Append a new Menu under a name; returns it."""
        return self._place_menu(None, name, {})

    @checked
    def add_menu(self, menu: Widget, name: str, options: dict | None = None):
        """Append a Menu under a name. options: "icon_url", "iconsize" [w, h], "icon_only" (the name is its tooltip)."""
        given = dict(options or {})
        unknown = given.keys() - {"icon_url", "iconsize", "icon_only"}
        _require(not unknown, "MenuBar.add_menu: options may hold icon_url, iconsize and icon_only", got=sorted(unknown))
        if given.get("icon_url") is not None:
            source, blobs = image_source(given["icon_url"])
            _require(not blobs, "MenuBar.add_menu: icon_url must be a URL or data URI", icon_url=given["icon_url"])
            given["icon_url"] = source
        self._place_menu(menu, name, given)


@widget
class FileDialog(Widget):
    """Opens files of a user's own computer, or saves one there. It is not seen; call open() in a handler of a click.

    mode: "file", "files" (several) or "save". accept: as in HTML, such as ".txt,.csv" or "image/*".
    Callbacks: "progress" (info): for each chunk of a chosen file, as "drop-progress" of any widget;
    "activated" (payload): {"files": [{"name", "size", "type", "encoding", "data": bytes}], "transfer_id"}.
    """

    callbacks = {"progress": {"info": dict}, "activated": {"payload": dict}}
    upload_callbacks = (None, "progress", "activated")
    python_callbacks = Widget.python_callbacks | {"progress", "activated"}

    def __init__(self, session, mode: Literal["file", "files", "save"] = "file", accept: str = ""):
        super().__init__(session)
        if mode != "file":
            self.set_mode(mode)
        if accept:
            self.set_accept(accept)

    @state
    def set_mode(self, mode: Literal["file", "files", "save"]):
        """Set what open() asks for: one file, several, or nothing, as save() does its work without asking."""

    def get_mode(self):
        """The mode."""
        return self._value("set_mode", "file")

    @state
    def set_accept(self, accept: str):
        """Set the types that are offered first; "" for all."""

    def get_accept(self):
        """The types that are offered first."""
        return self._value("set_accept", "")

    @call
    def open(self):
        """Show the browser's own dialog, in all browsers of the session. Without effect in mode "save"."""

    def show(self):
        """The same as open()."""
        self.open()

    def popup(self, x: float | None = None, y: float | None = None):
        """The same as open(); browsers place their dialogs themselves."""
        self.open()

    @checked
    def save(self, filename: str, data: object, mime_type: str | None = None):
        """Offer a file to be saved. data: bytes, or text that is a data URI or base64; 2 MiB at most."""
        if isinstance(data, (bytes, bytearray, memoryview)):
            data = base64.b64encode(data).decode()
        _require(isinstance(data, str), "FileDialog.save: data must be bytes, a data URI or base64 text", data=data)
        head, _, body = data.rpartition(",")
        _require(re.fullmatch(r"[A-Za-z0-9+/\s]*={0,2}\s*", body) and (not head or re.fullmatch(r"data:[\w/+.-]*;base64", head)),
                 "FileDialog.save: text must be base64, or a data URI in base64", data=data)
        _require(len(data) <= MAX_SAVE_BYTES * 4 // 3 + 1000, "FileDialog.save: at most %d bytes can be saved" % MAX_SAVE_BYTES)
        kind = mime_type or (head[5:-7] if head else "") or media_type(filename)
        _require(re.fullmatch(r"[\w.+-]+/[\w.+-]+(; *charset=[\w-]+)?", kind), "FileDialog.save: mime_type must look like 'text/plain'", mime_type=kind)
        self._call_browsers("save", [safe_file_name(filename), body, kind])


@widget
class Timer(_Emitter):
    """A one-shot timer; runs in Python, with or without a browser. duration: seconds, float.

    For a repeating timer call start() in the "expired" handler.
    Callbacks: "expired" (duration): time is up; "cancelled" (elapsed): cancel() was called; seconds.
    """

    callbacks = {"expired": {"duration": float}, "cancelled": {"elapsed": float}}
    in_browser = False

    def __init__(self, session, duration: float = 0):
        super().__init__(session)
        self.wid = session._next_wid()
        session._widgets[self.wid] = self
        self.parent = None
        self._lock = threading.Lock()
        self._pending = None
        self._began = 0.0
        self._duration = 0.0
        self.set_duration(duration)

    def _child_widgets(self):
        return []

    def _check_event(self, message, browser):
        raise ProtocolError("a timer has no browser events")

    def _laid_out(self, width, height):
        pass

    @checked
    def set_duration(self, duration: float):
        """Set the duration in seconds; does not start."""
        _require(_is_number(duration) and 0 <= duration < 1e9, "Timer: duration must be seconds from 0",
                 duration=duration)
        self._duration = float(duration)

    def get_duration(self):
        """The duration in seconds."""
        return self._duration

    def start(self, duration: float | None = None):
        """Start, or start again; a given duration becomes the timer's own."""
        if duration is not None:
            self.set_duration(duration)
        with self._lock:
            self._drop()
            if self._session._ended:            # a handler that was still running sets it again: nobody waits for it
                return
            self._began = time.monotonic()
            self._pending = pending = [None]
            pending[0] = self.app.reactor.call_later(self._duration, functools.partial(self._expire, pending))

    def set(self, duration: float):
        """The same as start(duration)."""
        self.start(duration)

    @checked
    def cond_set(self, duration: float):
        """Start unless it is running."""
        if not self.is_set():
            self.start(duration)

    def _drop(self):
        if self._pending is not None:
            self._pending[0].cancel()
            self._pending = None

    def _expire(self, pending):
        with self._lock:
            if self._pending is not pending:
                return
            self._pending = None
        self._fire("expired", self._duration)

    def stop(self):
        """Stop silently."""
        with self._lock:
            self._drop()

    def cancel(self):
        """Stop and fire "cancelled", even if it was not running."""
        elapsed = self.elapsed_time()
        self.stop()
        self._fire("cancelled", elapsed)

    def is_set(self):
        """Whether it is running."""
        return self._pending is not None

    def elapsed_time(self):
        """Seconds since the start; 0 when not running."""
        return time.monotonic() - self._began if self.is_set() else 0.0

    def time_left(self):
        """Seconds until it expires; 0 when not running."""
        return max(0.0, self._duration - self.elapsed_time()) if self.is_set() else 0.0

    def destroy(self):
        """Stop and forget. Safe to repeat."""
        self.stop()
        self._session._widgets.pop(self.wid, None)
        super().destroy()

    def _session_ended(self):
        self.stop()


class Callbacks:
    """Callbacks for classes of your own that are made of widgets."""

    def enable_callback(self, action):
        """Make an action known."""
        self.__dict__.setdefault("_callbacks", {}).setdefault(action, [])

    def has_callback(self, action):
        """Whether an action is known."""
        return action in self.__dict__.get("_callbacks", {})

    def add_callback(self, action, handler, *extra_args, **extra_kwargs):
        """Call handler(self, *args, *extra_args, **extra_kwargs) when `action` happens."""
        self.on(action, functools.partial(handler, self), *extra_args, **extra_kwargs)
        self._callbacks[action][-1] = (handler, *self._callbacks[action][-1][1:])

    def on(self, action, handler, *extra_args, **extra_kwargs):
        """Call handler(*args, *extra_args, **extra_kwargs) when `action` happens. Any number of handlers."""
        _require(callable(handler), "%s.on: handler must be callable" % type(self).__name__, handler=handler)
        self.enable_callback(action)
        self._callbacks[action].append((handler, handler, extra_args, extra_kwargs))

    def remove_callback(self, action, handler):
        """Take out every registration of handler for action; unknown ones are ignored."""
        if self.has_callback(action):
            self._callbacks[action] = [entry for entry in self._callbacks[action] if entry[0] != handler]

    def clear_callback(self, action):
        """Take out all handlers of action."""
        if self.has_callback(action):
            self._callbacks[action] = []

    def make_callback(self, action, *args):
        """Call all handlers of an action; an exception of one is logged and the others still run."""
        for _, function, extra, kwargs in list(self.__dict__.get("_callbacks", {}).get(action, ())):
            try:
                _run_handler(function, args + extra, kwargs)
            except Exception:
                _logger().exception("callback %s raised", _function_name(function))


class Buffer:
    """Bytes that are the numbers of an array: shape, and dtype "uint8", "int16", "float32" and the like.

    data: bytes-like. Raises UsageError (a TypeError and ValueError) if it does not fit the shape.
    """

    DTYPES = {"uint8": 1, "uint16": 2, "uint32": 4, "int8": 1, "int16": 2, "int32": 4, "float32": 4, "float64": 8}

    def __init__(self, data, shape, dtype="uint8"):
        _require(isinstance(data, (bytes, bytearray, memoryview)), "Buffer: data must be bytes, bytearray or memoryview", data=data)
        _require(dtype in self.DTYPES, "Buffer: dtype must be one of %s" % ", ".join(self.DTYPES), dtype=dtype)
        _require(shape and all(isinstance(size, int) and size > 0 for size in shape), "Buffer: shape must be whole numbers above 0", shape=shape)
        self.data, self.shape, self.dtype = bytes(data), tuple(shape), dtype
        wanted = math.prod(self.shape) * self.DTYPES[dtype]
        _require(len(self.data) == wanted, "Buffer: %s of %s are %d bytes" % ("x".join(map(str, self.shape)), dtype, wanted), got=len(self.data))

    def __len__(self):
        return len(self.data)

    def tobytes(self):
        """The bytes."""
        return self.data


def is_buffer(obj):
    """Whether an object is a Buffer."""
    return isinstance(obj, Buffer)


def _svg_icon(shapes):
    picture = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='#7a869c' stroke-linejoin='round'>%s</svg>" % shapes
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


#: Icons of a FileBrowser, as data URIs: "file", "folder", "parent", and any file suffix in lower case.
ICONS = {"file": _svg_icon("<path d='M4 1.5h5.5L13 5v9.5H4z M9.5 1.5V5H13'/>"),
         "folder": _svg_icon("<path fill='#e7c36a' stroke='#b98f2f' d='M1.5 3.5h5l1.5 2h6.5v8h-13z'/>"),
         "parent": _svg_icon("<path d='M8 13V3.5 M4 7.5l4-4 4 4'/>")}


def set_icon(category, path):
    """Give FileBrowsers another icon, from an image file, for "file", "folder", "parent" or a suffix such as "txt"."""
    ICONS[category.lower().lstrip(".")] = Widget.to_data_uri(path)


class _Measure:
    """A number that is shown as a text: tables sort by the one and show the other."""

    __slots__ = ("number", "text")

    def __init__(self, number, text):
        self.number, self.text = number, text

    def __float__(self):
        return float(self.number)

    def __str__(self):
        return self.text


class FileBrowser(Callbacks):
    """A dialog that browses the files of the machine that Python runs on.

    mode: "file", "files" (several), "directory" or "save". root: a folder that cannot be left; None
    for all that the process may read. autoclose: it hides when something was chosen.
    Callbacks: "activated" (result): an absolute path, in mode "files" a list of them.
    """

    LABELS = {"file": "Open", "files": "Open", "directory": "Select", "save": "Save"}

    def __init__(self, session, title="Browse", modal=True, autoclose=True, mode="file", root=None):
        self._check_mode(mode)
        self.enable_callback("activated")
        self._session, self._autoclose, self._mode = session, autoclose, mode
        self._root = None if root is None else os.path.realpath(root)
        self._folder, self._filters = None, {}
        self._asked = itertools.count(1)
        self._reading = 0
        dialog = self._dialog = Dialog(session, title, None, False, True, True, modal)
        dialog.resize(550, 440)
        dialog.set_spacing(8)
        up, self._place = Button(session, "↑"), TextEntry(session)
        up.set_tooltip("Up one folder")
        up.on("activated", self._go_up)
        self._place.set_tooltip("Folder")
        self._place.on("activated", self._go_to)
        self._row(up, (self._place, 1))
        self._table = TableView(session, [{"label": "", "key": "icon", "type": "icon", "colwidth": 30}, {"label": "Name", "key": "name", "colwidth": "3fr"},
                                          {"label": "Size", "key": "size", "type": "float", "colwidth": 80},
                                          {"label": "Modified", "key": "modified", "type": "float", "colwidth": 140, "halign": "left"}],
                                True, "multiple" if mode == "files" else "single", True, False, False, True, False, False)
        self._table.on("selected", self._choose)
        self._table.on("activated", self._enter)
        dialog.add_widget(self._table, 1)
        self._name, self._filter = TextEntry(session), ComboBox(session)
        self._name.on("activated", lambda text: self._accept())
        self._filter.on("activated", lambda index, text: self._read())
        self._row(Label(session, "Name"), (self._name, 1), Label(session, "Filter"), self._filter)
        self._said = Label(session)
        dialog.add_widget(self._said)
        cancel, self._ok = Button(session, "Cancel"), Button(session, self.LABELS[mode])
        dialog.add_button(cancel, False)
        dialog.add_button(self._ok, True)
        dialog.on("activated", lambda accepted: self._accept() if accepted else dialog.hide())
        dialog.on("close", dialog.hide)
        self.clear_filters()

    def _row(self, *entries):
        row = HBox(self._session, spacing=6)
        for entry in entries:
            row.add_widget(*(entry if isinstance(entry, tuple) else (entry,)))
        self._dialog.add_widget(row)

    def _check_mode(self, mode):
        _require(mode in self.LABELS, "FileBrowser: mode must be one of %s" % ", ".join(self.LABELS), mode=mode)

    def set_title(self, title):
        """Set the dialog's title."""
        self._dialog.set_title(title)

    def set_mode(self, mode):
        """Set what is chosen: "file", "files", "directory" or "save"."""
        self._check_mode(mode)
        self._mode = mode
        self._ok.set_text(self.LABELS[mode])
        self._table._mode = "multiple" if mode == "files" else "single"

    def set_directory(self, path):
        """Set the folder that is shown; by default the one that the process works in."""
        path = os.path.realpath(path)
        _require(os.path.isdir(path), "FileBrowser.set_directory: there is no such folder", path=path)
        _require(self._inside(path), "FileBrowser.set_directory: it is outside of root=%r" % self._root, path=path)
        self._folder = path

    def set_filename(self, name):
        """Set the name that is in the entry when the dialog opens."""
        self._name.set_text(name)

    def add_ext_filter(self, category, ext):
        """Offer to show only files with a suffix, such as ("Images", "png"); a category may have several."""
        self._filters.setdefault(category, []).append(ext.lower().lstrip("."))
        self._show_filters()

    def clear_filters(self):
        """Offer all files only."""
        self._filters = {}
        self._show_filters()

    def _show_filters(self):
        with self._session.batch():
            self._filter.clear()
            self._filter.append_text("All Files")
            for category, suffixes in self._filters.items():
                self._filter.append_text("%s (%s)" % (category, ", ".join("*." + suffix for suffix in suffixes)))
            self._filter.set_index(0)

    def popup(self, x=None, y=None):
        """Show the dialog, at x, y px, else in the middle; the folder is read anew."""
        if self._folder is None:
            self._folder = self._root or os.path.realpath(".")
        self._read()
        self._dialog.popup(x, y)

    def _inside(self, path):
        return self._root is None or os.path.commonpath([self._root, os.path.realpath(path)]) == self._root

    # Reading a folder may take long: a thread of its own does it

    def _read(self):
        self._reading = next(self._asked)
        index = self._filter.get_index()
        suffixes = list(self._filters.values())[index - 1] if index > 0 else None
        self._place.set_text(self._folder)
        self._said.set_text("")
        threading.Thread(target=self._list, args=(self._reading, self._folder, suffixes), daemon=True).start()

    def _list(self, number, folder, suffixes):
        rows, problem = [], ""
        try:
            entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
        except OSError as error:
            entries, problem = [], "It cannot be read: %s" % error.strerror
        for entry in entries:
            try:
                is_folder, status = entry.is_dir(), entry.stat()
            except OSError:
                continue
            suffix = os.path.splitext(entry.name)[1].lower().lstrip(".")
            if is_folder or self._mode != "directory" and (suffixes is None or suffix in suffixes):
                rows.append({"icon": ICONS["folder"] if is_folder else ICONS.get(suffix, ICONS["file"]), "name": entry.name, "folder": is_folder,
                             "size": None if is_folder else _Measure(status.st_size, readable_size(status.st_size)),
                             "modified": _Measure(status.st_mtime, time.strftime("%Y-%m-%d %H:%M", time.localtime(status.st_mtime)))})
        rows.sort(key=lambda row: (not row["folder"], row["name"].lower()))
        if os.path.dirname(folder) != folder and folder != self._root:
            rows.insert(0, {"icon": ICONS["parent"], "name": "..", "folder": True, "size": None, "modified": ""})
        self._session.gui_do(self._show, number, rows, problem)

    def _show(self, number, rows, problem):
        if number == self._reading:             # else another folder was asked for meanwhile
            with self._session.batch():
                self._table.set_data(rows)
                self._table.set_scroll_position(0, 0)
                if problem:
                    self._said.set_text(problem)

    # What a user does

    def _open_folder(self, path):
        path = os.path.realpath(path)
        if not self._inside(path):
            self._said.set_text("That is outside of the folder that is shown here.")
        else:
            self._folder = path
            self._read()

    def _go_up(self):
        self._open_folder(os.path.dirname(self._folder))

    def _go_to(self, text):
        path = os.path.join(self._folder, os.path.expanduser(text.strip()))
        if os.path.isdir(path):
            self._open_folder(path)
        elif os.path.isfile(path) and self._inside(path):
            self._name.set_text(os.path.basename(path))
            self._open_folder(os.path.dirname(path))
        else:
            self._said.set_text("There is no %s." % path)

    def _choose(self, items):
        names = [item["values"]["name"] for item in items if item["values"]["name"] != ".."]
        if len(names) > 1:
            self._said.set_text("%d items selected" % len(names))
        elif names:
            self._name.set_text(names[0])
            self._said.set_text("")

    def _enter(self, values, path, col_key):
        if values["folder"]:
            self._open_folder(os.path.join(self._folder, values["name"]))
        elif self._mode != "directory":
            self._name.set_text(values["name"])
            self._accept()

    def _accept(self):
        names = [item["values"]["name"] for item in self._table.get_selected()] if self._mode == "files" else []
        name = self._name.get_text().strip()
        paths = [os.path.normpath(os.path.join(self._folder, one)) for one in (names if len(names) > 1 else [name])]
        path = paths[0]
        if not all(map(self._inside, paths)):
            return self._said.set_text("That is outside of the folder that is shown here.")
        if self._mode == "directory":
            return self._finish(path) if os.path.isdir(path) else self._said.set_text("There is no folder %s." % path)
        if not name and len(names) < 2:
            return self._said.set_text("Choose a file, or type its name.")
        if len(paths) == 1 and os.path.isdir(path):
            self._name.set_text("")
            return self._open_folder(path)
        if self._mode == "save":
            return self._ask_first(path) if os.path.exists(path) else self._finish(path)
        files = [one for one in paths if os.path.isfile(one)]
        if not files:
            return self._said.set_text("There is no file %s." % path)
        self._finish(files if self._mode == "files" else path)

    def _ask_first(self, path):
        question = Dialog(self._session, "Overwrite?", [("Cancel", False), ("Overwrite", True)], True, False, True, True)
        question.add_widget(Label(self._session, "%s is there already. Replace it?" % os.path.basename(path)))

        def answered(overwrite):
            question.destroy()
            if overwrite:
                self._finish(path)
        question.on("activated", answered)
        question.on("close", answered, False)
        question.popup()

    def _finish(self, result):
        if self._autoclose:
            self._dialog.hide()
        self.make_callback("activated", result)

    def destroy(self):
        """Remove the dialog."""
        self._dialog.destroy()


################################################################################
# 11. Application ##############################################################
################################################################################
# Routes, page, host, origin and token checks, upgrades: the one section that joins protocols to sessions.


class Route:
    """One address: answer(request, exchange) gives a Response, or None and calls exchange.respond later.

    methods: allowed ones. page: a navigation target (takes ?token=). public: needs no token.
    max_body: bytes. media: content type demanded of a POST.
    """

    def __init__(self, answer, methods=("GET", "HEAD"), page=False, public=False, max_body=0,
                 media="application/json"):
        self.answer, self.methods, self.page, self.public = answer, methods, page, public
        self.max_body, self.media = max_body, media


_ORIGIN = _Pattern(r"(https?)://([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_PREFIX = _Pattern(r"(/[A-Za-z0-9._~-]+)*/?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def parse_origin(text):
    """An origin as (scheme, host, port), or None if it is malformed (RFC 6454, 7)."""
    match = _ORIGIN.fullmatch(text)
    if not match:
        return None
    scheme, host, port = match.groups()
    return scheme, host.lower(), int(port or _DEFAULT_PORTS[scheme])


class Site:
    """What every server of ours shares: listeners, and the gate of Host, Origin and token before any route.

    host, ports: where to listen; 0 takes a free port. token: at least 22 characters, None makes one,
    "" turns tokens off (loopback only). See Application for the other arguments.
    """

    def __init__(self, host, ports, *, token=None, ssl_context=None, public_url=None, allowed_origins=(),
                 trusted_proxies=(), insecure=False, max_connections=MAX_CONNECTIONS, compress=False,
                 max_message_bytes=MAX_MESSAGE_BYTES, frame_ancestors=("'self'",), csp=(), logger=None):
        self.host = host
        self.logger = logger or _logger()
        self.report = _RateLimitedLog(self.logger, LOG_EVERY_S)
        self.ssl_context = ssl_context
        self.compress, self.max_message_bytes = compress, max_message_bytes
        self._wanted_ports = ports
        loopback = host in ("127.0.0.1", "localhost", "::1")
        if not loopback:
            _require(token != "", "a server beyond loopback needs a token", host=host)
            _require(ssl_context is not None or trusted_proxies or insecure,
                     "a server beyond loopback needs ssl_context=, or trusted_proxies= with a proxy that speaks TLS, "
                     "or insecure=True", host=host)
        _require(token is None or token == "" or isinstance(token, str) and len(token) >= 22 and token.isascii(),
                 "token must be ASCII of at least 22 characters; None makes one")
        self.token = _random_token(32) if token is None else token
        self.instance = _keyed_hash(self.token.encode(), b"livewidget instance").hex()[:12]
        self.cookie_value = _keyed_hash(self.token.encode(), b"livewidget cookie").hex()
        if self.token == "":
            self.logger.warning("this server asks for no token: every program of this machine may use it")
        self.trusted_proxies = frozenset(trusted_proxies)
        self.publics = [self._parse_public_url(one) for one in
                        ([public_url] if isinstance(public_url, str) else public_url or ())]
        self.allowed_origins = set()
        for text in allowed_origins:
            origin = parse_origin(text) if isinstance(text, str) else None
            _require(origin, "allowed_origins holds origins such as 'https://example.org'; patterns do not exist",
                     got=text)
            self.allowed_origins.add(origin)
        self.frame_ancestors = " ".join(frame_ancestors)
        self.csp = dict(csp)
        _require(not re.search(r"[;,\r\n]", self.frame_ancestors + "".join("%s %s" % item for item in self.csp.items())),
                 "csp and frame_ancestors hold sources without ; and ,")
        self.max_connections = max_connections
        self.routes = {}
        self._reactor = None
        self.listeners = []
        self.ports = []
        self.handlers = set()                   # HTTP exchanges and WebSocket links, to end them
        self._headless = collections.OrderedDict()
        self.closing = False

    def _parse_public_url(self, public_url):
        """(origin, path) of an address under which a proxy shows this server (R38)."""
        match = re.fullmatch(r"(https?://[^/?#]+)(/[^?#]*)?", public_url)
        origin = match and parse_origin(match[1])
        path = (match and match[2]) or "/"
        _require(origin and _PREFIX.fullmatch(path) and len(path) <= 256,
                 "public_url must look like 'https://example.org/path/'", public_url=public_url)
        return origin, path if path.endswith("/") else path + "/"

    # Listening

    @property
    def reactor(self):
        """The process's reactor, held from the first need until close()."""
        if self._reactor is None:
            self._reactor = acquire_reactor()
        _require(not self._reactor.forked, "this server was started before os.fork(); make a new one in the child")
        return self._reactor

    def release_reactor(self):
        if self._reactor is not None:
            release_reactor(self._reactor)

    def listen(self, sockets=()):
        """Bind the wanted ports (and adopt sockets), then accept."""
        made = []
        _handler_class()                        # imported now: later there may be no descriptor left to read it
        try:
            for port in self._wanted_ports:
                made.append(listen(self.host, port))
        except BaseException:
            for sock in made:
                sock.close()
            raise
        made += sockets
        self.ports = [sock.getsockname()[1] for sock in made]
        for sock in made:
            sock.setblocking(False)
            listener = Listener(self.reactor, sock, self._make_handler, self.ssl_context, self._connection_limit())
            self.listeners.append(listener)
            self.reactor.call_soon(listener.start)

    def _connection_limit(self):
        try:
            import resource
        except ImportError:
            return self.max_connections
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if soft == resource.RLIM_INFINITY:
            return self.max_connections
        return max(1, min(self.max_connections, soft - SPARE_DESCRIPTORS if soft > 2 * SPARE_DESCRIPTORS else soft))

    def _make_handler(self, connection):
        handler = HttpExchange(self, connection)
        self.handlers.add(handler)
        self._headless[handler] = None
        if len(self._headless) > MAX_HEADLESS:
            next(iter(self._headless)).abandon(408)
        return handler

    def head_complete(self, handler):
        self._headless.pop(handler, None)

    def forget_handler(self, handler):
        self._headless.pop(handler, None)
        self.handlers.discard(handler)

    def stop_listening(self):
        self.closing = True
        for listener in self.listeners:
            self.reactor.call_soon(listener.close)
        self.listeners = []

    def end_connections(self):
        """Tell all peers that we go, let what is queued leave, then close (R79)."""
        for handler in list(self.handlers):
            self.reactor.call_soon(handler.go_away)
        if not _wait_until(lambda: not self.handlers, CLOSE_ANSWER_S):
            _wait_until(lambda: not any(handler.connection.unsent for handler in list(self.handlers)), CLOSE_FLUSH_S)
        for handler in list(self.handlers):
            handler.connection.abort()

    # The gate

    def _own_hosts(self, port):
        names = {"127.0.0.1", "localhost", "[::1]"}
        if self.host not in ("0.0.0.0", "::", ""):
            names.add("[%s]" % self.host if ":" in self.host else self.host.lower())
        return {(name, port) for name in names}

    def _place(self, request, exchange):
        """(scheme, host, port) that the browser sees, as far as it may be believed; None is 421."""
        scheme = "https" if self.ssl_context is not None else "http"
        host = request.headers["host"]
        if exchange.peer in self.trusted_proxies:
            host = request.headers.get("x-forwarded-host", host).split(",")[-1].strip()
            forwarded = request.headers.get("x-forwarded-proto", scheme).split(",")[-1].strip()
            scheme = forwarded if forwarded in _DEFAULT_PORTS else scheme
        name, colon, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
        for origin, _ in self.publics:
            if (name.lower(), int(port or _DEFAULT_PORTS[origin[0]])) == origin[1:]:
                return origin
        seen = name.lower(), int(port or _DEFAULT_PORTS[scheme])
        return (scheme, *seen) if seen in self._own_hosts(exchange.port) else None

    def judge(self, request, exchange):
        """The order of checks of spec/security.md: (refusal or None, body limit)."""
        answer = self._judge(request, exchange)
        if isinstance(answer, Route):
            return None, answer.max_body
        exchange.add_cors(answer)
        return answer, 0

    def _judge(self, request, exchange):
        place = self._place(request, exchange)
        exchange.origin = exchange.cors_origin = None
        if place is None:
            return refusal(421, "this server does not go by that name; its program can add one with public_url")
        exchange.place = place
        origin = request.headers.get("origin")
        route = self.find_route(request.path)
        if origin == "null":
            exchange.origin = exchange.cors_origin = "null"
        elif origin is not None:
            parsed = parse_origin(origin)
            if parsed is None:
                return refusal(400, "malformed Origin")
            own = {(scheme, name, port) for port in self.ports for name, _ in self._own_hosts(port)
                   for scheme in ("https" if self.ssl_context is not None else "http",)}
            own.add(place)
            own.update(public for public, _ in self.publics)
            if parsed not in own and parsed not in self.allowed_origins:
                return refusal(403, "this origin is not allowed")
            exchange.origin = "own" if parsed in own else "allowed"
            exchange.cors_origin = origin if parsed not in own else None
        elif request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            navigation = request.headers.get("sec-fetch-mode") == "navigate" and request.method in ("GET", "HEAD")
            if not (navigation and (route is None or route.page)):
                return refusal(403, "cross-site requests are not allowed")
        if request.method == "OPTIONS" and exchange.cors_origin and "access-control-request-method" in request.headers:
            return Response(204, headers=[
                ("Access-Control-Allow-Methods", "GET, POST"), ("Access-Control-Max-Age", "600"),
                ("Access-Control-Allow-Headers", "authorization, content-type, if-none-match")])
        return self._judge_token(request, exchange, route)

    def find_route(self, path):
        """The Route of a path, or None."""
        return self.routes.get(path)

    def _judge_token(self, request, exchange, route):
        public = route is not None and route.public and request.method in ("GET", "HEAD")
        exchange.credential = None if public else self._credential(request, exchange, route)
        if exchange.credential is None and not public:
            if request.headers.get("authorization") or "token" in request.query:
                self.report("token", "a request with a wrong token was refused")
            return refusal(401, "this server needs its token: open the address that the program printed",
                           [("WWW-Authenticate", "Bearer")])
        if request.method not in ("GET", "HEAD", "POST", "OPTIONS"):
            return refusal(501)
        if route is None:
            return refusal(404)
        if request.method not in route.methods:
            return refusal(405, headers=[("Allow", ", ".join(route.methods))])
        if exchange.credential == "query":
            return Response(303, headers=[("Location", "./" if request.path.endswith("/") else
                                           request.path.rpartition("/")[2]), ("Set-Cookie", self._cookie(exchange)),
                                          ("Cache-Control", "no-store")])
        if request.method == "POST":
            if exchange.credential == "cookie" and exchange.origin != "own":
                return refusal(401, "a POST needs a bearer token or our own origin", [("WWW-Authenticate", "Bearer")])
            if request.headers.get("content-type", "").split(";")[0].strip().lower() != route.media:
                return refusal(415, "content type must be " + route.media)
        if self.closing:
            return refusal(503, headers=[("Retry-After", "5")])
        return route

    def _cookie_name(self):
        return "livewidget-%d-%s" % (self.ports[0] if self.ports else 0, self.instance)

    def _cookie(self, exchange):
        path = next((path for origin, path in self.publics if origin == exchange.place), "/")
        secure = "; Secure" if exchange.place[0] == "https" else ""
        return "%s=%s; Path=%s; HttpOnly; SameSite=Strict%s" % (self._cookie_name(), self.cookie_value, path, secure)

    def _credential(self, request, exchange, route):
        """How the request proved its right: "bearer", "cookie", "query", "open"; None if it did not (R34, R41)."""
        if self.token == "":
            return "open"
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same_secret(given.strip(), self.token):
            return "bearer"
        for protocol in request.headers.get("sec-websocket-protocol", "").split(","):
            if protocol.strip().startswith("livewidget.token.") and _same_secret(protocol.strip()[17:], self.token):
                return "bearer"
        if exchange.cors_origin == "null":
            return None
        name = self._cookie_name()
        for part in request.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name and _same_secret(value, self.cookie_value) and "token" not in request.query:
                return "cookie"
        if route is not None and route.page and request.method in ("GET", "HEAD") and "token" in request.query:
            if _same_secret(request.query["token"], self.token):
                return "query"
        return None

    def answer(self, request, exchange):
        """Hand a judged request to its route."""
        return self.find_route(request.path).answer(request, exchange)

    def upgrade(self, request, exchange, make_link):
        """Answer a WebSocket handshake: 101, then make_link(connection, protocol) takes the connection over."""
        refused = check_upgrade(request)
        if refused is not None:
            return refused
        headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"),
                   ("Sec-WebSocket-Accept", accept_key(request.headers["sec-websocket-key"]))]
        offered = [item.strip() for item in request.headers.get("sec-websocket-protocol", "").split(",")]
        if "livewidget.v1" in offered:
            headers.append(("Sec-WebSocket-Protocol", "livewidget.v1"))
        bits = None
        if self.compress and "sec-websocket-extensions" in request.headers:
            chosen = negotiate_deflate(request.headers["sec-websocket-extensions"])
            if chosen is not None:
                headers.append(("Sec-WebSocket-Extensions", chosen[0]))
                bits = chosen[1]

        def after(connection, rest):
            protocol = WebSocketProtocol("server", max_message_bytes=self.max_message_bytes, deflate_bits=bits)
            link = make_link(connection, protocol)
            connection.handler = link
            self.handlers.add(link)
            connection.deadline = time.monotonic() + PING_EVERY_S
            if rest:
                link.received(rest)
        return Response(101, headers=headers, after=after)


class HttpExchange:
    """The handler of one HTTP connection: protocol on one side, site on the other."""

    def __init__(self, site, connection):
        self.site = site
        self.connection = connection
        self.protocol = HttpProtocol(lambda request: site.judge(request, self))
        try:
            self.peer = connection.sock.getpeername()[0]
            self.port = connection.sock.getsockname()[1]
        except (OSError, IndexError):
            self.peer, self.port = "", 0
        self.place = self.origin = self.cors_origin = self.credential = None
        self.on_lost = None                     # called when the peer leaves while its answer is held
        self._phase = "first"

    def received(self, data):
        if self.protocol.state == "drain":
            self.protocol.feed(data)
            if self.protocol.state == "closed":
                self.connection.abort()
            return
        self._pump(self.protocol.feed(data))
        if self.protocol.wants_pause:
            self.connection.pause_reading("pipeline")

    def _pump(self, request):
        """Answer complete requests until one is held or none is left; then send."""
        while request is not None:
            self.site.head_complete(self)
            try:
                response = self.site.answer(request, self)
            except Exception:
                self.site.logger.exception("answering a request failed")
                response = refusal(500)
            if response is None:
                break
            request = self._reply(response)
        self._send()

    def _reply(self, response):
        self.add_cors(response)
        request = self.protocol.respond(response)
        if response.after is not None:
            self.connection.write(self.protocol.take_output())
            self.site.forget_handler(self)
            response.after(self.connection, self.protocol.take_rest())
        return request

    def respond(self, response):
        """Answer a held request (reactor thread)."""
        self.on_lost = None
        if not self.connection.closed and self.protocol.state == "busy":
            self._pump(self._reply(response))
            if not self.protocol.wants_pause:
                self.connection.resume_reading("pipeline")

    def add_cors(self, response):
        """Let a foreign origin that passed R32 or R34 read the answer (R35)."""
        if self.cors_origin and response.status != 101:
            response.headers += [("Access-Control-Allow-Origin", self.cors_origin), ("Vary", "Origin"),
                                 ("Access-Control-Expose-Headers", "ETag")]

    def _send(self):
        protocol = self.protocol
        self.connection.write(protocol.take_output())
        if protocol.state in ("drain", "closed"):
            self.site.head_complete(self)
            self.connection.finish()
            return
        if protocol.state == "upgraded":
            return
        phase = protocol.phase
        if phase == self._phase:
            return
        self._phase = phase
        now = time.monotonic()
        self.connection.deadline = {
            "idle": now + KEEP_ALIVE_S, "head": now + HEAD_TIMEOUT_S, "busy": None,
            "body": now + BODY_TIMEOUT_S + (protocol.request.content_length / BODY_BYTES_PER_S
                                            if protocol.request is not None else 0)}[phase]

    def abandon(self, status):
        """Refuse what is incomplete and close."""
        self.protocol.abandon(status)
        self._send()

    def deadline_passed(self):
        if self._phase == "idle":
            self.connection.finish()
        else:
            self.abandon(408)

    def drained(self):
        pass

    def lost(self):
        self.site.forget_handler(self)
        if self.on_lost is not None:
            self.on_lost()

    def go_away(self):
        """The server ends: an idle connection closes, a busy one after its answer."""
        if self.protocol.state in ("head", "body"):
            self.connection.finish()


class WebSocketLink:
    """The handler of one WebSocket connection: liveness, close, and events for take_event()."""

    def __init__(self, site, connection, protocol):
        self.site = site
        self.connection = connection
        self.protocol = protocol
        self._heard = True
        self._pinged = False
        self.ending = False

    def received(self, data):
        self._heard = True
        protocol, connection = self.protocol, self.connection
        protocol.congested = connection.unsent > 0
        for event in protocol.feed(data):
            if event.__class__ is Closed:
                self._closed(event)
            elif not self.ending:
                self.take_event(event)
        connection.write(*protocol.take_parts())
        if protocol.closed:
            connection.finish()

    def take_event(self, event):
        """A message, ping or pong arrived."""

    def _closed(self, event):
        if not self.ending:
            self.ending = True
            self.detached()

    def detached(self):
        """No more messages will come or can be sent."""

    def close(self, code=1000, reason=""):
        """Send a close frame and end when it is answered, or after CLOSE_TIMEOUT_S (any thread)."""
        self.site.reactor.call_soon(self.close_now, code, reason)

    def close_now(self, code, reason):
        """The same on the reactor's thread: no further message is taken."""
        if self.ending or self.connection.closed:
            return
        self.ending = True
        self.protocol.close(code, reason)
        self.connection.write(self.protocol.take_output())
        self.connection.resume_reading("session")
        self.connection.deadline = time.monotonic() + CLOSE_TIMEOUT_S
        self.detached()

    def deadline_passed(self):
        if self.ending:
            self.connection.abort()
        elif self._pinged and not self._heard and not self.connection.reading_paused:
            self.close_now(1011, "no answer to a ping")
            self.connection.abort()
        else:
            self._pinged, self._heard = True, False
            self.connection.deadline = time.monotonic() + PING_EVERY_S
            self.protocol.ping()
            self.connection.write(self.protocol.take_output())

    def drained(self):
        self.protocol.congested = False
        self.connection.write(self.protocol.take_output())

    def lost(self):
        self.site.forget_handler(self)
        if not self.ending:
            self.ending = True
            self.detached()

    def go_away(self):
        self.close_now(1001, "the server ends")


class EchoLink(WebSocketLink):
    """Sends every message back; stops reading while the peer does not take the answers."""

    def take_event(self, event):
        if isinstance(event, (str, bytes)):
            self.protocol.send(event)
            if self.connection.unsent > _RECV_BYTES:
                self.connection.pause_reading("echo")

    def drained(self):
        super().drained()
        self.connection.resume_reading("echo")


class EchoServer(Site):
    """A WebSocket echo server on 127.0.0.1, for tests of the protocol and its speed."""

    def __init__(self, port=0, compress=False, max_message_bytes=16 * 1024 * 1024):
        super().__init__("127.0.0.1", [port], token="", compress=compress, max_message_bytes=max_message_bytes)
        self.routes["/"] = Route(lambda request, exchange: self.upgrade(
            request, exchange, lambda connection, protocol: EchoLink(self, connection, protocol)))

    def find_route(self, path):
        return self.routes["/"]                 # any path echoes

    def close(self):
        """Stop listening and end all connections."""
        self.stop_listening()
        self.end_connections()
        self.release_reactor()


# What carries the messages of a page

class _BrowserLink:
    """What both transports share: the page's hello, then its messages, for Application and Session."""

    browser = None
    greeted = False                             # it said hello: it has a browser, or waits for a place

    def take_message(self, text):
        """Handle one message (reactor thread); a bad one ends the connection with its code."""
        try:
            message = parse_message(text)
            if self.browser is not None:
                self.browser.session._receive(self.browser, message, len(text))
            elif message["type"] == "hello" and not self.greeted:
                self.greeted = True
                self.site.greet(self, message)
            elif message["type"] == "ping":     # it waits for a place
                self.send((), b'{"type":"pong","ack":0}')
            else:
                raise ProtocolError("message field type must be hello at first", close_code=1008)
        except ProtocolError as error:
            self.site.report("message", "a browser's message was refused: %s", _shown(str(error)))
            self.close_now(error.close_code or 1008, str(error))

    def detached(self):
        browser, self.browser = self.browser, None
        self.site.browser_left(self, browser)


class PageSocket(_BrowserLink, WebSocketLink):
    """A page's WebSocket. A peer that does not say hello is not kept."""

    def __init__(self, site, connection, protocol):
        super().__init__(site, connection, protocol)
        site.reactor.call_later(HEAD_TIMEOUT_S, self.expect_hello)

    def expect_hello(self):
        """Called a while after the handshake (reactor thread)."""
        if not self.greeted:
            self.close_now(1008, "no hello came")

    def take_event(self, event):
        if isinstance(event, str):
            self.take_message(event)
        elif isinstance(event, bytes):
            self.close_now(1008, "binary message not expected")

    def send(self, blobs, body):
        """Send binary messages, then a text message given as bytes (any thread)."""
        if self.ending:
            return
        frame = self.protocol.frame
        parts = [part for blob in blobs for part in frame(_BINARY, blob)]
        self.connection.write(*parts, *frame(_TEXT, body))

    def pause_reading(self):
        self.connection.pause_reading("session")

    def resume_reading(self):
        self.connection.resume_reading("session")


class PagePoll(_BrowserLink):
    """A page that cannot have a WebSocket: messages come by POST, frames are fetched by a held GET.

    An answer is a run of frames: a kind byte (0 text, 1 binary), the length in 4 bytes, the payload.
    """

    def __init__(self, site):
        self.site = site
        self.id = _random_token(16)
        self._frames = []
        self._waiting = None                    # the exchange whose GET is held
        self._hold = None
        self._lock = threading.Lock()
        self._paused = False
        self.ending = False
        self._heard = time.monotonic()
        self._watch()

    def _watch(self):
        """Give up on a page that does not come back for its frames."""
        if self.ending:
            return
        if self._waiting is None and time.monotonic() - self._heard > 2 * PING_EVERY_S:
            self._end()
        else:
            self.site.reactor.call_later(5.0, self._watch)

    def send(self, blobs, body):
        """Keep frames for the next GET (any thread)."""
        frames = [b"\1" + len(blob).to_bytes(4, "big") + blob for blob in blobs]
        frames.append(b"\0" + len(body).to_bytes(4, "big") + body)
        with self._lock:
            self._frames += frames
        self.site.reactor.call_soon(self._answer)

    def fetch(self, exchange):
        """Hold a GET until there is something to tell; a newer one replaces it."""
        self._heard = time.monotonic()
        if self._waiting is not None:
            self._answer(force=True)
        self._waiting = exchange
        exchange.on_lost = functools.partial(self._lost, exchange)
        self._hold = self.site.reactor.call_later(HOLD_S, lambda: self._answer(force=True))
        self._answer()

    def _lost(self, exchange):
        if self._waiting is exchange:
            self._waiting = None
            self._heard = time.monotonic()

    def _answer(self, force=False):
        exchange = self._waiting
        if exchange is None or not (force or self._frames):
            return
        with self._lock:
            body, self._frames = b"".join(self._frames), []
        self._waiting = None
        self._hold.cancel()
        self._heard = time.monotonic()
        exchange.respond(Response(200, body, [("Cache-Control", "no-store")], "application/octet-stream"))

    def close(self, code=1000, reason=""):
        """Tell the page the close code, then end (any thread)."""
        self.site.reactor.call_soon(self.close_now, code, reason)

    def close_now(self, code, reason):
        """The same on the reactor's thread: no further message is taken."""
        if not self.ending:
            self.send((), _encode({"type": "close", "code": code, "reason": reason}))
            self._end()

    def _end(self):
        if self.ending:
            return
        self.ending = True
        self._answer()
        self.site.reactor.call_later(CLOSE_TIMEOUT_S, lambda: self.site.polls.pop(self.id, None))
        self.detached()

    def pause_reading(self):
        self._paused = True

    def resume_reading(self):
        self._paused = False

    def accept(self, messages):
        """Take posted messages; returns False while the session asks to wait."""
        self._heard = time.monotonic()
        if self._paused:
            return False
        for message in messages:
            if not self.ending:
                self.take_message(message)
        return True


class WidgetNamespace:
    """session.get_widgets(): W.Button("x") is Button(session, "x"); class Mine(W.Button) works as well."""

    def __init__(self, session, classes):
        self._session = session
        self._classes = classes

    def __getattr__(self, name):
        cls = self._classes.get(name)
        if cls is None:
            raise AttributeError("there is no widget class %r; there are %s" % (name, ", ".join(sorted(self._classes))))
        factory = _Factory(cls, self._session)
        self.__dict__[name] = factory
        return factory

    def __dir__(self):
        return sorted(self._classes)


class _Factory(functools.partial):
    """A widget class bound to a session: called it makes a widget, named as a base it is the class so bound."""

    def __mro_entries__(self, bases):
        cls, session = self.func, self.args[0]

        class Bound(cls):
            def __init__(self, *args, **kwargs):
                cls.__init__(self, session, *args, **kwargs)
        Bound.__name__, Bound.__qualname__, Bound.__doc__ = cls.__name__, cls.__qualname__, cls.__doc__
        return (Bound,)

    def __instancecheck__(self, instance):
        return isinstance(instance, self.func)

    @property
    def __doc__(self):
        return self.func.__doc__


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
%(policy)s<title>%(title)s</title>
<link rel="icon" href="%(icon)s">
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
%(early)s<script type="application/json" id="livewidget-config">%(config)s</script>
<script src="%(client)s"%(nonce)s></script>
</body>
</html>
"""


#: In our own page: connect while the client is loaded; it takes the socket over.
_EARLY_SOCKET = """<script nonce="%s">{
const url = new URL("ws", location.href);
url.protocol = location.protocol.replace("http", "ws");
window.livewidgetSocket = new WebSocket(url, "livewidget.v1");
}</script>
"""


def page_policy(script_src, connect_src, frame_ancestors):
    """A page's Content-Security-Policy (R46), a dict."""
    return {"default-src": "'none'", "script-src": script_src, "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:", "media-src": "'self' data: blob:", "font-src": "'self' data:",
            "connect-src": connect_src, "frame-src": "'self'", "base-uri": "'none'",
            "form-action": "'none'", "frame-ancestors": frame_ancestors}


def _join(policy):
    """A policy as the value of its header."""
    return "; ".join("%s %s" % item for item in policy.items())


#: The default icon: three live bars.
_ICON = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' "
         "height='16' rx='4' fill='%232563eb'/%3E%3Cpath d='M4 11V8m4 3V4m4 7V6' stroke='white' stroke-width='2' "
         "stroke-linecap='round'/%3E%3C/svg%3E")


def _client_sections():
    """The client cut at its banners: {"": what is in front of them, "1": the first section, ...}."""
    head, *sections = re.split(r"(?m)^// (?=[0-9]+\. .*/{9}$)", CLIENT_JS)
    return {"": head, **{text.partition(".")[0]: "// " + text for text in sections}}


@functools.lru_cache(maxsize=None)
def _client_part(*numbers):
    """The client's sections of these numbers, as a script that can stand alone."""
    sections = _client_sections()
    return '"use strict";\n' + "".join(sections[str(number)] for number in numbers)


@functools.lru_cache(maxsize=None)
def _client(large):
    """What an Application's page needs of the client, as (text bytes, content hash).

    large: the widgets that a page loads when it first has one.
    """
    if large:
        names = re.search(r"const tools = \{(.*?)\};", CLIENT_JS, re.DOTALL)[1]
        text = '"use strict";\nlivewidget.load(({%s}) => {\n%sreturn largeWidgets;\n});\n' % (names, _client_sections()["8"])
    else:
        text = "".join(text for number, text in _client_sections().items() if number not in ("8", "9", "10"))
    text = text.encode()
    return text, _sha256(text)[:16]


@functools.lru_cache(maxsize=None)
def _packed_client(large):
    """The same text, gzipped."""
    import gzip
    return gzip.compress(_client(large)[0], 9, mtime=0)


class Application(Site):
    """The main entry point: serves the page, and gives each browser a Session.

    ws_port, http_port: where to listen; 0 takes a free port. Everything (page, socket, changes
    feed) works through http_port; ws_port accepts WebSockets besides, for pages that another web
    server delivers, and None leaves it out.
    host: address to bind. Beyond loopback one of ssl_context, trusted_proxies, insecure is needed.
    http_server: False listens on ws_port only; serve static_path with your own web server.
    concurrency_handling: where callbacks run: "per_session" (in order within a session, sessions in
    parallel), "serialized" (all in run(), one after another), "concurrent" (each on a thread).
    max_sessions: sessions with a browser at one time (None: no limit); further browsers wait.
    logger: a logging.Logger for messages and for exceptions of handlers; default "livewidget", whose
    warnings and errors appear on stderr unless the program configures logging.

    Keyword only:
    ws_sock: a bound TCP socket to adopt instead of ws_port. title: of the page.
    debug: show exceptions of handlers in the page. session_ttl_s: life of a session without browser.
    token: the secret in `url`; at least 22 characters, None makes one, "" asks for none (loopback only).
    ssl_context: an ssl.SSLContext for https. public_url: the address under which a proxy shows it.
    allowed_origins: further origins ("https://example.org") whose pages may connect.
    trusted_proxies: IP addresses whose X-Forwarded-* headers are believed.
    insecure: allow plain HTTP beyond loopback. compress: offer permessage-deflate.
    frame_ancestors, csp: extend the page's Content-Security-Policy, csp as {"img-src": "https://..."}.
    theme: "light", "dark" or "auto" for new sessions; see Session.set_theme.
    """

    def __init__(self, ws_port: int = 9500, http_port: int = 9501, host: str = "127.0.0.1", http_server: bool = True,
                 concurrency_handling: str = "per_session", max_sessions: int = 1, logger=None, ws_sock=None, *,
                 title: str = "livewidget", debug: bool = False, session_ttl_s: float = SESSION_TTL_S,
                 token: str = None, ssl_context=None, public_url: str = None, allowed_origins=(), trusted_proxies=(),
                 insecure: bool = False, compress: bool = False, max_connections: int = MAX_CONNECTIONS,
                 max_message_bytes: int = MAX_MESSAGE_BYTES, frame_ancestors=("'self'",), csp=(), theme: str = "auto"):
        _require(theme in THEMES, "Application: theme must be one of %s" % ", ".join(THEMES), theme=theme)
        _require(concurrency_handling in ("per_session", "serialized", "concurrent"),
                 "concurrency_handling must be 'per_session', 'serialized' or 'concurrent'", got=concurrency_handling)
        _require(max_sessions is None or isinstance(max_sessions, int) and max_sessions >= 1,
                 "max_sessions must be a whole number from 1, or None for no limit", max_sessions=max_sessions)
        for name, port in (("ws_port", ws_port), ("http_port", http_port)):
            _require(port is None or isinstance(port, int) and 0 <= port <= 65535,
                     "%s must be a whole number from 0 to 65535" % name, got=port)
        ports = [http_port] if http_server else []
        if ws_port is not None and ws_sock is None and (ws_port != http_port or not ws_port or not http_server):
            ports.append(ws_port)
        _require(ports or ws_sock, "nothing to listen on: pass http_server=True, ws_port or ws_sock")
        super().__init__(host, ports, token=token, ssl_context=ssl_context, public_url=public_url,
                         allowed_origins=allowed_origins, trusted_proxies=trusted_proxies, insecure=insecure,
                         max_connections=max_connections, compress=compress, max_message_bytes=max_message_bytes,
                         frame_ancestors=frame_ancestors, csp=csp, logger=logger)
        self.concurrency_handling = concurrency_handling
        self.max_sessions = max_sessions
        self.title, self.debug, self.session_ttl_s, self.theme = title, debug, session_ttl_s, theme
        self._http_server, self._ws_sock = http_server, ws_sock
        self._sessions = {}
        self._ended_ids = collections.OrderedDict()
        self._lock = threading.RLock()
        self._waiting = []                      # links of browsers beyond max_sessions
        self._widgets = {}                      # classes added by register_widget
        self._fonts, self._default_font = [], None
        self._font_files = {}
        self._favicon = None
        self._mounted = {}                      # path -> pages that answer below it
        self._static = self._uploads = None
        self.polls = {}
        self._connect_handler = self._disconnect_handler = None
        self._main_queue = CallbackQueue("livewidget-main", threaded=False)
        self._pool = CallbackPool()
        self._retired = []                      # callback threads that are ending
        self._closed = threading.Event()
        self._started = False
        self.routes.update({
            "/ws": Route(self._answer_socket),
            "/livewidget/upload": Route(self._answer_upload, methods=("POST",), max_body=UPLOAD_CHUNK_BYTES,
                                        media="application/octet-stream"),
            "/livewidget/health": Route(lambda request, exchange: Response(204), public=True),
        })
        if http_server:
            self.routes.update({
                "/": Route(self._answer_page, page=True), "/index.html": Route(self._answer_page, page=True),
                "/livewidget.js": Route(self._answer_client), "/favicon.ico": Route(self._answer_favicon),
                "/livewidget-large.js": Route(lambda request, exchange: self._answer_client(request, exchange, large=True)),
                "/livewidget/changes": Route(self._answer_changes),
                "/livewidget/messages": Route(self._answer_messages, methods=("POST",), max_body=max_message_bytes),
            })

    # Public surface

    def on_connect(self, handler):
        """Register handler(session), run once for each new session, to build its widgets. Also a decorator."""
        _require(callable(handler), "on_connect: handler must be callable", handler=handler)
        self._connect_handler = handler
        return handler

    def on_disconnect(self, handler):
        """Register handler(session), run each time one browser leaves. Also a decorator."""
        _require(callable(handler), "on_disconnect: handler must be callable", handler=handler)
        self._disconnect_handler = handler
        return handler

    def start(self):
        """Listen and serve in the background; returns at once. Raises PortInUseError. Safe to repeat."""
        _require(not self.closing, "this Application was closed; make a new one")
        if self._started:
            return
        _packed_client(False)
        self.listen([self._ws_sock] if self._ws_sock is not None else [])
        self._started = True
        self.reactor.call_later(min(60.0, self.session_ttl_s), self._expire_sessions)
        self.logger.info("serving on port %s", ", ".join(map(str, self.ports)))

    def run(self):
        """Serve until close(), SIGTERM or Ctrl-C; starts if need be. In "serialized" mode callbacks run here.

        SIGTERM returns; Ctrl-C raises SystemExit(130); a second signal ends the process at once.
        """
        with _Signals() as signals:
            self._run_until_signal(signals)

    def _run_until_signal(self, signals):
        _raise_descriptor_limit()
        self.start()
        while not self._closed.is_set() and signals.received is None:
            if self.concurrency_handling == "serialized":
                self._main_queue.drain(0.2)
            else:
                self._closed.wait(0.2)
        self.close()
        if signals.received == "SIGINT":
            raise SystemExit(130)

    def process_events(self, timeout: float = 0.1):
        """Instead of run(), in a loop of your own: "serialized" runs queued callbacks for up to timeout seconds.

        0 runs what is queued and returns. In the other modes it only sleeps, at most 0.05 s.
        """
        self.start()
        if self.concurrency_handling != "serialized":
            self._closed.wait(min(timeout, 0.05))
            return
        deadline = time.monotonic() + timeout
        while True:
            self._main_queue.drain(max(0.0, deadline - time.monotonic()))
            if time.monotonic() >= deadline or self._closed.is_set():
                return

    def close(self):
        """End all sessions and stop serving: browsers are told, callbacks get 5 s. From any thread; safe to repeat."""
        with self._lock:
            first = not self.closing
            self.closing = True
        if not first or not self._started:
            for session in list(self._sessions.values()):
                session.destroy()
            self._closed.set()
            return
        self.stop_listening()
        for pages in self._mounted.values():
            pages.close()
        for session in list(self._sessions.values()):
            session._flush()
        for poll in list(self.polls.values()):
            poll.close(1001, "the server ends")
        self.end_connections()
        for session in list(self._sessions.values()):
            session.destroy()
        deadline = time.monotonic() + CLOSE_CALLBACKS_S
        for thread in self._retired:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        self._pool.stop()
        for folder in (self._static, self._uploads):
            if folder is not None:
                folder.cleanup()
        self.release_reactor()
        self._closed.set()
        self._main_queue.submit(lambda: None)

    def create_session(self, session_id=None, token: str = None):
        """A session without a browser, usable at once; a browser joins it by session.get_url().

        session_id: str or int, None for a random one. token: at least 22 characters, None for a
        random one. An id that exists returns that session if the token is equal, else UsageError.
        """
        _require(token is None or isinstance(token, str) and len(token) >= 22 and token.isascii(),
                 "create_session: token must be ASCII of at least 22 characters; None makes one")
        with self._lock:
            if session_id is not None:
                session_id = str(session_id)
                _require(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", session_id),
                         "create_session: session_id must be 1 to 64 letters, digits, - or _", session_id=session_id)
                known = self._sessions.get(session_id)
                if known is not None:
                    _require(token is not None and _same_secret(token, known.token),
                             "create_session: this session_id exists with another token", session_id=session_id)
                    return known
            return self._add_session(Session(self, session_id, token=token), built=True)

    @property
    def sessions(self):
        """The sessions, a dict of id to Session (a copy)."""
        return dict(self._sessions)

    @property
    def url(self):
        """The address to open in a browser, with the token; None with http_server=False."""
        if not self._http_server:
            return None
        query = "?token=" + self.token if self.token else ""
        if self.publics:
            (scheme, host, port), path = self.publics[0]
            shown = "" if port == _DEFAULT_PORTS[scheme] else ":%d" % port
            return "%s://%s%s%s%s" % (scheme, host, shown, path, query)
        port = self.ports[0] if self.ports else self._wanted_ports[0]
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return "%s://%s:%d/%s" % ("https" if self.ssl_context is not None else "http",
                                  "[%s]" % host if ":" in host else host, port, query)

    @property
    def static_path(self):
        """A folder with the client and the connector page, for your own web server; made on request."""
        import pathlib
        import tempfile
        if self._static is None:
            self._static = tempfile.TemporaryDirectory(prefix="livewidget-static-")
            os.chmod(self._static.name, 0o755)  # another user's web server must read it; it holds no secret
            folder = pathlib.Path(self._static.name)
            (folder / "livewidget.js").write_text(CLIENT_JS, encoding="utf-8")
            socket_url = self._socket_url()
            origin = re.match(r"ws(s?://[^/]+)", socket_url)[1]
            policy = self._policy("'self'", "'self' ws%s http%s" % (origin, origin))
            del policy["frame-ancestors"]       # has no effect in a meta element, and warns
            page = _PAGE % {"title": _escape(self.title), "icon": _ICON, "client": "livewidget.js", "nonce": "", "early": "",
                            "policy": '<meta http-equiv="Content-Security-Policy" content="%s">\n' % _escape(_join(policy)),
                            "config": _page_json({"socket": socket_url, "title": self.title})}
            (folder / "remote.html").write_text(page, encoding="utf-8")
        return pathlib.Path(self._static.name)

    @property
    def remote_html(self):
        """The connector page in static_path. Open it as remote.html#token=TOKEN; its origin must be in allowed_origins."""
        return self.static_path / "remote.html"

    def _socket_url(self):
        if self.publics:
            (scheme, host, port), path = self.publics[0]
        else:
            scheme, host, path = "https" if self.ssl_context is not None else "http", self.host, "/"
            _require(self.ports, "static_path: call start() first, so that the port is known")
            port = self.ports[-1]
        return "%s://%s:%d%sws" % (scheme.replace("http", "ws"), host, port, path)

    def set_favicon(self, path):
        """Set the page's icon from an image file (SVG, PNG, ICO); call before start()."""
        with open(path, "rb") as file:
            self._favicon = file.read(), media_type(path)

    def register_widget(self, cls, name: str = None):
        """Add a Widget subclass to every namespace made by get_widgets() from now on; returns the class."""
        _require(isinstance(cls, type) and issubclass(cls, _Emitter), "register_widget: a widget class is needed",
                 cls=cls)
        self._widgets[name or cls.__name__] = cls
        return cls

    def register_font(self, family: str, source, *, weight="normal", style="normal"):
        """Offer a font to all pages. source: a .ttf, .otf, .woff or .woff2 file, or its bytes; returns its number."""
        _require(isinstance(family, str) and re.fullmatch(r"[\w .-]{1,64}", family),
                 "register_font: family must be a plain name", family=family)
        if isinstance(source, (bytes, bytearray, memoryview)):
            data, kind = bytes(source), "font/ttf"
        else:
            with open(source, "rb") as file:
                data, kind = file.read(), media_type(source)
        number = len(self._fonts) + 1
        self._font_files["/livewidget/font/%d" % number] = data, kind
        self._fonts.append([family, "livewidget/font/%d" % number, font_weight(weight), font_style(style)])
        for session in self.sessions.values():
            self._tell_fonts(session)
        return number

    def set_default_font(self, family, *, size: float = None, weight=None, style=None):
        """Set the font of whole pages; size in px. None as family removes it."""
        self._default_font = None if family is None else [family, size, font_weight(weight), font_style(style)]
        for session in self.sessions.values():
            self._tell_fonts(session)

    def _tell_fonts(self, session):
        session._log.set(0, "set_fonts", [self._fonts])
        session._log.set(0, "set_default_font", [self._default_font])
        session._changed()

    def mount(self, path: str, widget):
        """Show a DynamicWidget below a path, such as "/dashboard"; its endpoints run in this process. Any time.

        Make the widget with start_infra=False: no server of its own is needed.
        """
        _require(isinstance(path, str) and re.fullmatch(r"(/[A-Za-z0-9_-]{1,64}){1,4}", path) and not path.startswith("/livewidget")
                 and path not in self.routes, "mount: path must look like '/dashboard', and be free", path=path)
        self._mounted[path] = widget.pages_on(self)

    def open_url(self, url: str):
        """Open a URL (http, https, mailto) in a new tab of every connected browser; a popup blocker may object."""
        _require(isinstance(url, str) and re.match(r"(?i)(https?|mailto):", url),
                 "open_url: the URL must start with http:, https: or mailto:", url=url)
        for session in self.sessions.values():
            session._call(0, "open_url", [url])

    # For sessions

    def upload_folder(self):
        """A folder of our own (mode 0700) for files on their way; gone with the application."""
        import tempfile
        if self._uploads is None:
            self._uploads = tempfile.TemporaryDirectory(prefix="livewidget-uploads-")
        return self._uploads.name

    def widget_namespace(self, session):
        return WidgetNamespace(session, {**WIDGETS, **self._widgets})

    def callback_queue(self, session):
        """Where a session's callbacks are queued, by the dispatch mode."""
        if self.concurrency_handling == "serialized":
            return self._main_queue
        if self.concurrency_handling == "concurrent":
            return self._pool
        return CallbackQueue("session-" + session.id[:6])

    def release_queue(self, queue):
        """A session ended: its own callback thread ends after what is queued."""
        if queue is not self._main_queue and queue is not self._pool:
            thread = queue.stop()
            self._retired = [one for one in self._retired if one.is_alive()]
            if thread is not None:
                self._retired.append(thread)

    def forget_session(self, session):
        with self._lock:
            if self._sessions.pop(session.id, None) is not None:
                self._ended_ids[session.id] = None
                while len(self._ended_ids) > 4096:
                    self._ended_ids.popitem(last=False)
        if self._waiting and not self.closing:
            self.reactor.call_soon(self._admit_waiting)

    def _add_session(self, session, built):
        with self._lock:
            self._sessions[session.id] = session
            absent = [one for one in self._sessions.values() if not one.is_connected and one is not session]
        session._built = built
        if self._fonts or self._default_font:
            self._tell_fonts(session)
        if self.theme != "auto":
            session.set_theme(self.theme)
        if len(absent) >= MAX_ABSENT_SESSIONS:
            min(absent, key=lambda one: one._absent_since or 0).destroy()
        return session

    def _expire_sessions(self):
        if self.closing:
            return
        now = time.monotonic()
        for session in self.sessions.values():
            since = session._absent_since
            if since is not None and now - since >= self.session_ttl_s:
                session.destroy()
        self.reactor.call_later(min(60.0, self.session_ttl_s), self._expire_sessions)

    # Browsers (reactor thread)

    def greet(self, link, hello):
        """A page said hello: find its session, or make one, or let it wait (R57, R62)."""
        session_id = hello.get("session")
        session = self._sessions.get(session_id)
        if session is not None:
            if not _same_secret(hello.get("token") or "", session.token):
                raise ProtocolError("wrong session token", close_code=4001)
            if len(session._browsers) >= MAX_BROWSERS and hello.get("browser") not in session._browsers:
                raise ProtocolError("this session has %d browsers already" % MAX_BROWSERS, close_code=1013)
            self._attach(link, session, hello)
        elif session_id in self._ended_ids:
            raise ProtocolError("the session has ended", close_code=4002)
        elif self._is_full():
            if len(self._waiting) >= MAX_WAITING:
                raise ProtocolError("too many browsers wait", close_code=1013)
            self._waiting.append((link, hello))
            link.send((), _encode({"type": "wait", "position": len(self._waiting)}))
        else:
            self._attach(link, self._add_session(Session(self), built=False), hello)

    def _is_full(self):
        if self.max_sessions is None:
            return False
        return sum(1 for session in self._sessions.values() if session.is_connected) >= self.max_sessions

    def _admit_waiting(self):
        while self._waiting and not self._is_full() and not self.closing:
            link, hello = self._waiting.pop(0)
            if not link.ending:
                self._attach(link, self._add_session(Session(self), built=False), hello)

    def _attach(self, link, session, hello):
        browser_id = hello.get("browser")
        old = session._browsers.get(browser_id)
        if old is not None:                     # its former connection is not known to be dead yet
            former = old.transport
            session.remove_connection(old)
            former.browser = None
            former.close(1001, "the page connected anew")
        browser = session._take_parted(browser_id) if browser_id else None
        fresh = browser is None
        if fresh:
            browser = Browser(session, _random_token(16), next(session._numbers))
        browser.transport = link
        link.browser = browser
        since, epoch = hello.get("since", 0), hello.get("epoch")
        resumes = epoch == session._log.epoch and 0 < since <= session._log.seq
        browser.since, browser.partial = since if resumes else 0, False
        browser.reset, browser.reset_until = bool(since) and not resumes, None
        if hello.get("width") and not session.is_connected:
            session._screen = (hello["width"], hello.get("height", 0))
        link.send((), _encode({
            "type": "welcome", "session": session.id, "token": session.token, "browser": browser.id,
            "number": browser.number, "epoch": session._log.epoch, "received": browser.received, "known": not fresh, "debug": self.debug}))
        if "add_connection" in session.__dict__:          # the program wrapped it: user code
            session._submit(functools.partial(session._run_callback, session.add_connection, (browser,)))
        else:
            session.add_connection(browser)
        if not session._built:
            session._built = True
            if self._connect_handler is not None:
                session._submit(functools.partial(session._run_callback, self._connect_handler, (session,)))

    def browser_left(self, link, browser):
        """A link ended: its session goes on without it."""
        self._waiting = [entry for entry in self._waiting if entry[0] is not link]
        if browser is None:
            return
        session = browser.session
        session.remove_connection(browser)
        if self._disconnect_handler is not None and not session._ended:
            session._submit(functools.partial(session._run_callback, self._disconnect_handler, (session,)))
        if self._waiting:                       # a reload comes back within a moment and keeps its place
            self.reactor.call_later(2.0, self._admit_waiting)

    # Answers

    def _policy(self, script_src, connect_src):
        """The page's Content-Security-Policy (R46) as a dict, with what the program extends it by."""
        policy = page_policy(script_src, connect_src, self.frame_ancestors)
        for name, sources in self.csp.items():
            policy[name] = (policy[name] + " " + sources) if policy.get(name, "'none'") != "'none'" else sources
        return policy

    def _answer_page(self, request, exchange):
        nonce = _random_token(16)
        scheme, host, port = exchange.place
        policy = self._policy("'nonce-%s'" % nonce, "'self' %s://%s:%d" % (scheme.replace("http", "ws"), host, port))
        page = _PAGE % {
            "policy": "", "title": _escape(self.title), "icon": "favicon.ico" if self._favicon else _ICON,
            "client": "livewidget.js?v=" + _client(False)[1], "nonce": ' nonce="%s"' % nonce, "early": _EARLY_SOCKET % nonce,
            "config": _page_json({"title": self.title, "poll": "livewidget/", "large": "livewidget-large.js?v=" + _client(True)[1]})}
        return Response(200, page, [("Content-Security-Policy", _join(policy)),
                                    ("Cache-Control", "no-store")], "text/html; charset=utf-8")

    def _answer_client(self, request, exchange, large=False):
        text, digest = _client(large)
        headers = [("ETag", '"%s"' % digest), ("Vary", "Accept-Encoding"),
                   ("Cache-Control", "private, max-age=31536000, immutable" if request.query.get("v") == digest
                    else "private, no-cache")]
        if request.headers.get("if-none-match") == '"%s"' % digest:
            return Response(304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(200, _packed_client(large), headers + [("Content-Encoding", "gzip")], "text/javascript; charset=utf-8")
        return Response(200, text, headers, "text/javascript; charset=utf-8")

    def _answer_favicon(self, request, exchange):
        if self._favicon is None:
            return refusal(404)
        data, kind = self._favicon
        return Response(200, data, [("Cache-Control", "private, no-cache")] + _SANDBOX, kind)

    def find_route(self, path):
        if path in self._font_files:
            data, kind = self._font_files[path]
            return Route(lambda request, exchange: Response(
                200, data, [("Cache-Control", "private, max-age=86400")], kind))
        for place, pages in self._mounted.items():
            if path == place:
                return Route(lambda request, exchange: Response(303, headers=[("Location", place.rpartition("/")[2] + "/")]), page=True)
            if path.startswith(place + "/"):
                return pages.find_route(path[len(place):])
        return self.routes.get(path)

    def _answer_socket(self, request, exchange):
        return self.upgrade(request, exchange, lambda connection, protocol: PageSocket(self, connection, protocol))

    def _answer_upload(self, request, exchange):
        """One chunk of a transfer (?transfer=&file=&chunk=), or the word that the page could not read a file (?failed)."""
        query = request.query
        for session in self.sessions.values():
            transfer = session._transfers.get(query.get("transfer"))
            if transfer is None:
                continue
            if "failed" in query:
                session._end_transfer(transfer, "a file could not be read")
                return Response(204)
            numbers = query.get("file", ""), query.get("chunk", "")
            try:
                if not all(re.fullmatch(r"[0-9]{1,6}", number, re.ASCII) for number in numbers):
                    raise ProtocolError("file and chunk must be numbers", status=400)
                session._take_chunk(transfer, *map(int, numbers), request.body)
            except (ProtocolError, OSError) as error:
                session._end_transfer(transfer, "the transfer broke")
                return refusal(getattr(error, "status", None) or 507)
            return Response(204)
        return refusal(404)

    def _poll_of(self, request):
        return self.polls.get(request.query.get("poll", ""))

    def _answer_changes(self, request, exchange):
        """Hold a GET of a page that polls until there are frames for it."""
        poll = self._poll_of(request)
        if poll is None:
            return refusal(404)
        poll.fetch(exchange)
        return None

    def _answer_messages(self, request, exchange):
        """Messages of a page that polls: a JSON list. Without ?poll= a new poll begins; the answer names it."""
        try:
            messages = json.loads(request.body)
            ok = isinstance(messages, list) and all(isinstance(message, str) for message in messages)
        except (ValueError, RecursionError):
            ok = False
        if not ok:
            return refusal(400, "a JSON list of messages is needed")
        if "poll" in request.query:
            poll = self._poll_of(request)
            if poll is None:
                return refusal(404)
        else:
            if len(self.polls) >= self.max_connections:
                return refusal(503, headers=[("Retry-After", "5")])
            poll = PagePoll(self)
            self.polls[poll.id] = poll
        if not poll.accept(messages):
            return refusal(503, headers=[("Retry-After", "1")])
        return Response(200, _encode({"poll": poll.id}), [("Cache-Control", "no-store")], "application/json")


#: Headers for files that could hold scripts of their own (R64).
_SANDBOX = [("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")]


def _raise_descriptor_limit():
    """Allow as many descriptors as the system lets us (R68)."""
    try:
        import resource
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (ImportError, ValueError, OSError):
        pass


class _Signals:
    """While run() blocks: SIGTERM and SIGINT are noted, a second one ends the process at once (R80).

    The handler only notes: taking a lock in it could wait for the very code that it interrupted.
    """

    def __enter__(self):
        import signal
        self.received, self._old = None, {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._old[number] = signal.signal(number, self._note)
        return self

    def _note(self, number, frame):
        import signal
        if self.received is not None:
            os._exit(128 + number)
        self.received = signal.Signals(number).name

    def __exit__(self, *exc_info):
        import signal
        for number, handler in self._old.items():
            signal.signal(number, handler)


#: Getters that a program for coroutines awaits; the others are plain (spec/widgets.md, 1.12: what its toolkit asks a browser for).
_AWAITED_GETTERS = frozenset((
    "get_alpha", "get_child", "get_child_position", "get_child_size", "get_children", "get_collapsed", "get_column_count", "get_column_widths",
    "get_configuration", "get_content_element", "get_draw_context", "get_duration", "get_element", "get_expanded", "get_icon", "get_paused",
    "get_position", "get_row_column_count", "get_row_count", "get_selected", "get_selected_cells", "get_subtree", "get_subwin",
    "get_subwindows", "get_tab_id", "get_widget_at_cell", "is_container", "is_set"))


#: Values that are the same in a program for coroutines.
_PLAIN = frozenset((type(None), bool, int, float, str, bytes))


class _Done:
    """A result that is there, for programs that await it."""

    __slots__ = ("_value",)

    def __init__(self, value):
        self._value = value

    def __await__(self):
        return self._value
        yield                                   # __await__ must return an iterator


class _OnLoop:
    """A function of a program for coroutines: runs on its event loop, while the thread that calls it waits."""

    def __init__(self, app, function):
        functools.update_wrapper(self, function, updated=())
        self._app = app

    def __eq__(self, other):
        return isinstance(other, _OnLoop) and self.__wrapped__ == other.__wrapped__

    def __hash__(self):
        return hash(self.__wrapped__)

    def __call__(self, *args, **kwargs):
        app, arguments = self._app, [self._app._as_twin(arg) for arg in args]
        if app._is_on_loop():
            return _run_handler(self.__wrapped__, arguments, kwargs)
        import asyncio
        import concurrent.futures

        async def call():
            result = self.__wrapped__(*arguments, **kwargs)
            return await result if hasattr(result, "__await__") else result
        future = asyncio.run_coroutine_threadsafe(call(), app._loop)
        while not concurrent.futures.wait([future], 0.2).done:
            if app._real.closing or app._loop.is_closed():
                return None                     # close() waits for this thread, perhaps inside this very call
        return None if future.cancelled() else future.result()


class _Twin:
    """An object of the toolkit as a program of coroutines has it.

    Methods act at once, on the thread of the event loop; those that wait (for a browser, for an end)
    do so on another. Awaiting a result gives it; forgetting to await loses nothing but that.
    Whatever goes in is the real object, whatever comes out its one twin.
    """

    _of = None                                  # the class that this is the twin of

    def __init__(self, session, *args, **kwargs):
        _require(isinstance(session, AsyncSession), "%s: the first argument is the session" % type(self).__name__, got=session)
        self._app, self._session, self._creation = session._app, session, (args, kwargs)

    def __await__(self):
        return self._initialize().__await__()

    async def _initialize(self):
        """Make it; a subclass adds its own set-up and returns what this returns."""
        app = self._app
        app._begin_step(self._session._real)
        args, kwargs = app._as_arguments(*self._creation)
        app._adopt(self, self._of(self._session._real, *args, **kwargs))
        return self

    def __repr__(self):
        return "<async %r>" % self.__dict__.get("_real", type(self).__name__)

    @property
    def session(self):
        """The AsyncSession that this belongs to."""
        return self._session

    @property
    def app(self):
        """The AsyncApplication that this belongs to."""
        return self._app

    def batch(self):
        """async with widget.batch(): changes made inside travel as one message."""
        return _AsyncBatch(self._session._real)

    @staticmethod
    def _is_awaited(name):
        return not name.startswith(("get_", "is_", "has_")) or name in _AWAITED_GETTERS

    def __getattr__(self, name):
        if name == "_real":
            raise AttributeError("this %s is not made yet: await it first" % type(self).__name__)
        if name.startswith("_"):
            raise AttributeError("%s has no %r" % (type(self).__name__, name))
        value = getattr(self._real, name)
        if not callable(value):
            return self._app._as_twin(value)

        @functools.wraps(value, updated=())
        def method(*args, **kwargs):
            return self._call(value, self._is_awaited(name), args, kwargs)
        return method

    def _call(self, method, awaited, args, kwargs):
        app = self._app
        args, kwargs = app._as_arguments(args, kwargs)
        if self._session is not None:
            app._begin_step(self._session._real)
        if getattr(method, "kind", None) == "ask":
            return app._loop.run_in_executor(None, functools.partial(method, *args, **kwargs))
        result = app._as_twin(method(*args, **kwargs))
        return _Done(result) if awaited else result


class _AsyncBatch(_Batch):
    """session.batch() of a program of coroutines."""

    async def __aenter__(self):
        return self.__enter__()

    async def __aexit__(self, *exc_info):
        self.__exit__(*exc_info)


def _twin_method(function):
    """A public method of a twin's class, for one of the class that it is the twin of."""
    name, awaited = function.__name__, _Twin._is_awaited(function.__name__)

    @functools.wraps(function, updated=())
    def method(self, *args, **kwargs):
        return self._call(getattr(self._real, name), awaited, args, kwargs)
    return method


@functools.lru_cache(maxsize=None)
def _twin_class(cls):
    """The class whose objects are the twins of cls's; subclasses have subclasses."""
    if cls is Session:
        return AsyncSession
    bases = [base for base in cls.__bases__ if base not in (object, _Emitter)]
    methods = {name: _twin_method(value) for name, value in vars(cls).items()
               if isinstance(value, type(_twin_method)) and not name.startswith("_") and not hasattr(_Twin, name)}
    return type(cls.__name__, tuple(map(_twin_class, bases)) or (_Twin,),
                {"_of": cls, "__doc__": cls.__doc__, "__module__": async_.__name__, **methods})


class AsyncSession(_Twin):
    """A Session for a program of coroutines; made by an AsyncApplication. See Session for what it has."""

    _of = Session

    @property
    def session(self):
        """This session."""
        return self

    def get_widgets(self):
        """A namespace of the widget classes: button = await W.Button("x")."""
        classes = {name: _twin_class(cls) for name, cls in WIDGETS.items()}
        return WidgetNamespace(self, {**classes, **self._app._classes})

    @staticmethod
    def _is_awaited(name):
        return name in ("close", "destroy", "make_timer", "reconstruct")

    def walk_widget_tree(self):
        """Yield all widgets, parents before children, depth first, roots in order of creation."""
        return map(self._app._as_twin, self._real.walk_widget_tree())

    def __getattr__(self, name):
        if name in ("gui_do", "gui_call"):
            raise AttributeError("a coroutine runs on the event loop already: call the function; from another thread use "
                                 "asyncio.run_coroutine_threadsafe")
        return super().__getattr__(name)


class AsyncApplication(_Twin):
    """An Application for a program of coroutines on one asyncio event loop; takes Application's arguments.

    Its methods start, run, close and process_events are coroutines. So is the making of widgets, and
    every method of theirs that does something: `button = await W.Button("Hi")`, `await button.on(...)`;
    getters such as get_text() are plain. Handlers, `async def` or not, run on the event loop; the
    dispatch mode says which of them wait for each other: those of a session, all, or none. A class of
    your own is set up by `async def _initialize(self)`, which returns `await super()._initialize()`.
    `livewidget.async_` has this class as Application, and the twins of all widget classes:

        from livewidget.async_ import Application, Button
    """

    _of = Application

    def __init__(self, *args, **kwargs):
        self._app, self._session, self._loop = self, None, None
        self._real = Application(*args, **kwargs)
        self._real._main_queue = CallbackQueue("livewidget-main")       # the main thread has the event loop to run
        self._classes = {}                      # twins added by register_widget
        self._stepping = set()                  # sessions whose changes wait for the end of the loop's step

    def on_connect(self, handler):
        """Register handler(session), run once for each new session, to build its widgets. Also a decorator."""
        self._real.on_connect(self._as_real(handler))
        return handler

    def on_disconnect(self, handler):
        """Register handler(session), run each time one browser leaves. Also a decorator."""
        self._real.on_disconnect(self._as_real(handler))
        return handler

    def register_widget(self, cls, name: str = None):
        """Put a subclass into every later get_widgets() namespace, under `name` or its own; returns it."""
        _require(isinstance(cls, type) and issubclass(cls, _Twin) and cls._of is not None,
                 "register_widget: cls must be a subclass of one of the classes in livewidget.async_", cls=cls)
        self._classes[name or cls.__name__] = cls
        return cls

    async def start(self):
        """Listen and serve in the background; raises PortInUseError. Safe to repeat."""
        import asyncio
        self._loop = asyncio.get_running_loop()
        self._real.start()

    async def close(self):
        """End all sessions and stop serving. Safe to repeat."""
        import asyncio
        await asyncio.get_running_loop().run_in_executor(None, self._real.close)

    async def run(self):
        """Serve until close(), SIGTERM or Ctrl-C; starts if need be. SIGTERM returns; Ctrl-C raises SystemExit(130)."""
        import asyncio
        with _Signals() as signals:
            await self.start()
            while not self._real._closed.is_set() and signals.received is None:
                await asyncio.sleep(0.2)
            await self.close()
        if signals.received == "SIGINT":
            raise SystemExit(130)

    async def process_events(self, timeout: float = 0.1):
        """Start if need be, and let handlers run for timeout seconds."""
        import asyncio
        await self.start()
        await asyncio.sleep(timeout)

    @staticmethod
    def _is_awaited(name):
        return False

    # Real objects and their twins

    def _adopt(self, twin, real):
        twin._real, real._twin = real, twin
        return twin

    def _as_twin(self, value):
        """What a program sees of a value: twins in place of the real objects, one level deep."""
        if value.__class__ in _PLAIN:
            return value
        if isinstance(value, (_Emitter, FileBrowser, Session)):
            known = value.__dict__.get("_twin")
            if known is not None:
                return known
            twin = object.__new__(_twin_class(type(value)))
            twin._app, twin._session = self, twin if isinstance(value, Session) else self._as_twin(value.session)
            return self._adopt(twin, value)
        if isinstance(value, (list, tuple)) and any(isinstance(item, _Emitter) for item in value):
            return [self._as_twin(item) for item in value]
        if isinstance(value, dict) and any(isinstance(item, (_Emitter, Session)) for item in value.values()):
            return {key: self._as_twin(item) for key, item in value.items()}
        return value

    def _as_real(self, value):
        """What the toolkit gets for a program's value: the reverse of _as_twin, and functions that run on the event loop."""
        if value.__class__ in _PLAIN:
            return value
        if isinstance(value, _Twin):
            _require("_real" in value.__dict__, "%s is not made yet: await it" % type(value).__name__)
            return value._real
        if isinstance(value, (list, tuple)) and any(isinstance(item, _Twin) for item in value):
            return [self._as_real(item) for item in value]
        if isinstance(value, dict) and any(isinstance(item, _Twin) or callable(item) for item in value.values()):
            return {key: self._as_real(item) for key, item in value.items()}
        return _OnLoop(self, value) if callable(value) and not isinstance(value, (type, _OnLoop)) else value

    def _as_arguments(self, args, kwargs):
        return [self._as_real(item) for item in args], {key: self._as_real(item) for key, item in kwargs.items()} if kwargs else kwargs

    def _is_on_loop(self):
        import asyncio
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def _begin_step(self, session):
        """What one step of the event loop changes travels as one message."""
        if session in self._stepping:
            return
        if self._loop is None:
            import asyncio
            self._loop = asyncio.get_running_loop()
        if self._is_on_loop():
            self._stepping.add(session)
            self._loop.call_soon(self._end_step, session, session.batch().__enter__())

    def _end_step(self, session, batch):
        self._stepping.discard(session)
        batch.__exit__()


class _AsyncModule(type(sys)):
    """livewidget.async_: Application, Session and each widget class as coroutines have them."""

    @staticmethod
    def _classes():
        livewidget = sys.modules[__name__]      # asked, a server's process loads its widgets
        return {"Application": AsyncApplication, "Session": AsyncSession, "FileBrowser": livewidget.FileBrowser,
                "Widget": Widget, "Container": Container, **livewidget.WIDGETS}

    def __getattr__(self, name):
        cls = self._classes().get(name)
        if cls is None:
            raise AttributeError("livewidget.async_ has no %r; it has %s" % (name, ", ".join(self._classes())))
        return cls if issubclass(cls, _Twin) else _twin_class(cls)

    def __dir__(self):
        return list(self._classes())


async_ = sys.modules[__name__ + ".async_"] = _AsyncModule(__name__ + ".async_", _AsyncModule.__doc__)


################################################################################
# 12. Servers ##################################################################
################################################################################
# Functions that travel by value, and the detached processes that run them: start, list, stop, logs.
# Speaks files, locks, signals and http.client only.

#: Where a function's globals are named by its code.
_GLOBAL_OPS = frozenset(("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"))
#: What a code object is made of, but for its constants and its places in a file.
_CODE_FIELDS = tuple(name for name in (
    "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_stacksize", "co_flags", "co_code", "co_names",
    "co_varnames", "co_freevars", "co_cellvars", "co_name", "co_qualname", "co_exceptiontable")
    if hasattr((lambda: 0).__code__, name))
_LINE_TABLE = "co_linetable" if hasattr((lambda: 0).__code__, "co_linetable") else "co_lnotab"
_OWN_FILE = (lambda: 0).__code__.co_filename
_ATOMS = (type(None), bool, int, float, complex, str, bytes, type(...))
_Cell_type = type((lambda value: lambda: value)(0).__closure__[0])
_Function, _Code = type(_encode), type(_encode.__code__)


def own_source():
    """The text of this file: from the file, else from the notebook cell that it was pasted into.

    Raises ServerError where neither has it (a text given to exec()).
    """
    if "__file__" in globals():
        with open(__file__, encoding="utf-8") as file:
            return file.read()
    import linecache
    text = "".join(linecache.getlines(_OWN_FILE))
    if "def own_source" not in text:
        raise ServerError("a server needs the text of livewidget: save it as livewidget.py and import that")
    return text


@functools.lru_cache(maxsize=1)
def _own_names():
    """Names of the functions and classes at this file's top level: in a pasted cell others stand beside them."""
    if "__file__" in globals():
        return globals()                        # not a copy: a server's process may get more of them
    return frozenset(re.findall(r"^(?:class|def) (\w+)", own_source(), re.MULTILINE))


def _find_reference(obj, name, module_name):
    """(module, qualified name) by which another process finds this very object, or None. Imports nothing."""
    if not isinstance(name, str) or not isinstance(module_name, str):
        return None
    if module_name == __name__ and name.split(".")[0] in _own_names():
        namespace, module_name = globals(), "livewidget"
    else:
        module = sys.modules.get(module_name)
        spec = getattr(module, "__spec__", None)
        if module_name == "__main__" or spec is None or spec.loader is None:
            return None
        namespace = vars(module)
    value = None
    for part in name.split("."):
        if part not in namespace:
            return None
        value = namespace[part]
        namespace = getattr(value, "__dict__", {})
    return (module_name, name) if value is obj or getattr(value, "__func__", None) is obj else None


class Packer:
    """Turns functions, and whatever they use, into nodes of plain data, by value.

    A node is a tuple of a kind and of numbers of other nodes. What can be imported travels by name;
    functions and classes of a notebook or script, closures, and the globals that the code names, by
    value. Nothing that is packed is called, imported or changed (R97); values of other classes are
    taken apart by their own __reduce_ex__. What cannot travel raises UsageError with its variable and
    function. nodes is the same for the same code, whatever the process, file and line; places in
    files stand beside it in `lines`.
    """

    def __init__(self):
        self.nodes, self.lines = [], []
        self._memo, self._kept = {}, []
        self._function, self._variable = "", ""

    def pack(self, obj):
        """The number of an object's node, made if need be."""
        kind = type(obj)
        if kind in _ATOMS:
            return self._add("value", obj)
        number = self._memo.get(id(obj))
        if number is None:
            number = len(self.nodes)
            self.nodes.append(None)
            self._memo[id(obj)] = number
            self._kept.append(obj)
            try:
                self.nodes[number] = self._describe(obj, kind)
            except RecursionError:
                self._refuse(obj, "it nests too deep")
        return number

    def _add(self, *node):
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _all(self, items):
        return tuple(self.pack(item) for item in items)

    def _describe(self, obj, kind):
        if kind in (tuple, list):
            return kind.__name__, self._all(obj)
        if kind is dict:
            return "dict", tuple((self.pack(key), self._part(value, "[%r]" % (key,))) for key, value in obj.items())
        if kind in (set, frozenset):            # in an order that does not depend on this process's hashing
            return kind.__name__, self._all(sorted(obj, key=lambda item: (
                type(item).__name__, repr(item) if type(item) in _ATOMS else "")))
        if kind is _Function:
            return self._describe_function(obj)
        if kind is _Code:
            return self._describe_code(obj)
        if kind is type(sys):
            return self._describe_module(obj, ())
        if isinstance(obj, type):
            return self._describe_class(obj)
        if kind in _BUILTIN_KINDS:
            owner = getattr(obj, "__objclass__", None) or getattr(obj, "__self__", None)
            module = getattr(owner, "__name__", "") if isinstance(owner, type(sys)) else getattr(owner, "__module__", "builtins")
            found = _find_reference(obj, getattr(obj, "__qualname__", None), module)
            if found:
                return ("reference", *found)
        if kind is type(self.pack):
            return "method", self.pack(obj.__func__), self.pack(obj.__self__)
        return self._describe_value(obj, kind)

    def _part(self, obj, how):
        """Pack a part of the variable at hand, named for the case that it cannot travel."""
        outer, self._variable = self._variable, self._variable + how
        number = self.pack(obj)
        self._variable = outer
        return number

    def _refuse(self, obj, why):
        where = "function %s uses %s, " % (self._function, self._variable) if self._function else "%s" % self._variable
        raise UsageError("%s%s, which cannot travel to a server: %s. Make it inside the function instead"
                         % (where, _shown(obj), why))

    def _describe_function(self, function):
        found = _find_reference(function, function.__qualname__, function.__module__)
        if found:
            return ("reference", *found)
        outer = self._function, self._variable
        self._function = function.__qualname__.replace("<locals>.", "")
        code, cells, used, modules = function.__code__, [], [], _submodule_names(function.__code__)
        code_number = self.pack(code)
        for name, cell in zip(code.co_freevars, function.__closure__ or ()):
            self._variable = "variable " + name
            try:
                content = cell.cell_contents
            except ValueError:                  # not assigned yet
                cells.append((self._cell_number(cell), None))
            else:
                cells.append((self._cell_number(cell), self._variable_content(content, modules)))
        namespace = function.__globals__
        for name in sorted(_global_names(code)):
            if name in namespace:
                self._variable = "variable " + name
                used.append((name, self._variable_content(namespace[name], modules)))
        self._variable = "its defaults and annotations"
        parts = self._all((function.__defaults__, function.__kwdefaults__, function.__dict__,
                           function.__annotations__, function.__doc__))
        self._function, self._variable = outer
        return ("function", code_number, namespace.get("__name__", "__main__"), function.__name__, function.__qualname__,
                function.__module__, tuple(cells), tuple(used), parts)

    def _cell_number(self, cell):
        if id(cell) not in self._memo:
            self._kept.append(cell)
            self._memo[id(cell)] = self._add("cell")
        return self._memo[id(cell)]

    def _variable_content(self, value, submodules):
        if isinstance(value, type(sys)):        # `import a.b` binds a, and the code says a.b
            below = [name for name in sys.modules if name.startswith(value.__name__ + ".")
                     and submodules.issuperset(name[len(value.__name__) + 1:].split("."))]
            return self._add(*self._describe_module(value, tuple(sorted(below))))
        return self.pack(value)

    def _describe_module(self, module, below):
        if module is sys.modules.get(__name__) and __name__ != "__main__":
            return "module", "livewidget", ()
        spec = getattr(module, "__spec__", None)
        if spec is None or spec.loader is None or sys.modules.get(module.__name__) is not module:
            self._refuse(module, "the module cannot be imported anew")
        return "module", module.__name__, below

    def _describe_code(self, code):
        self.lines.append((code.co_filename, code.co_firstlineno, getattr(code, _LINE_TABLE)))
        line = len(self.lines) - 1
        return "code", tuple(getattr(code, name) for name in _CODE_FIELDS), self._all(code.co_consts), line

    def _describe_class(self, cls):
        found = _find_reference(cls, cls.__qualname__, cls.__module__)
        if found:
            return ("reference", *found)
        if cls in _NAMELESS:
            return "nameless", _NAMELESS.index(cls)
        outer, self._variable = self._variable, self._variable + " class " + cls.__qualname__
        namespace = dict(vars(cls))
        left_out = {"__dict__", "__weakref__", "__firstlineno__", "__static_attributes__", "_abc_impl", "__annotate_func__",
                    "__annotations_cache__", "__module__", "__qualname__", *_slot_names(namespace)}
        members = ()
        if hasattr(cls, "__members__") and hasattr(cls, "_member_map_"):          # an enumeration
            members = tuple((name, self.pack(member._value_)) for name, member in cls.__members__.items())
            left_out |= {*cls.__members__, *(name for name in namespace if re.fullmatch(
                r"_(member_map|member_names|value2member_map|hashable_values|unhashable_values|unhashable_values_map|member_type"
                r"|value_repr|use_args|new_member|singles_mask|flag_mask|all_bits|boundary|inverted|iter_member|order)_+|__new__"
                r"|_(iter_member_by_(def|value)|missing_nested)_+|__(reduce_ex__|new_member__|getnewargs_ex__)", name))}
        head = (self.pack(type(cls)), cls.__name__, cls.__qualname__, cls.__module__, self._all(cls.__bases__),
                self.pack(namespace.get("__slots__")), members)
        attributes = tuple((name, self._part(value, "." + name)) for name, value in namespace.items() if name not in left_out)
        self._variable = outer
        return "class", head, attributes

    def _describe_value(self, obj, kind):
        """A value by the way that its class takes it apart."""
        if kind is _Cell_type:
            self._refuse(obj, "a bare closure cell")
        for name, sentinel in _dataclass_sentinels():
            if obj is sentinel:
                return "reference", "dataclasses", name
        build = None
        if kind in (property, staticmethod, classmethod):
            build = kind, (obj.fget, obj.fset, obj.fdel, obj.__doc__) if kind is property else (obj.__func__,)
        elif kind is _Mapping_proxy:
            build = kind, (dict(obj),)
        elif kind is functools.cached_property:  # it may hold a lock
            build = kind, (obj.func,)
        elif kind is functools._lru_cache_wrapper:
            return "lru_cache", self.pack(obj.__wrapped__), self.pack(obj.cache_parameters())
        if build is not None:
            return "build", self.pack(build[0]), self.pack(build[1]), None, None, None
        try:
            parts = obj.__reduce_ex__(4)
        except Exception as error:
            self._refuse(obj, str(error) or type(error).__name__)
        if isinstance(parts, str):
            found = _find_reference(obj, parts, getattr(obj, "__module__", None) or kind.__module__)
            if not found:
                self._refuse(obj, "it exists in this process only")
            return ("reference", *found)
        self._kept.append(parts)                # its arguments must keep their ids while they are known by them
        function, arguments, state, items, pairs = (*parts, None, None, None)[:5]
        if len(parts) > 5 and parts[5] is not None:
            self._refuse(obj, "its __reduce_ex__ asks for a state setter")
        return ("build", self.pack(function), self.pack(arguments), self._pack_state(state),
                None if items is None else self._all(self._keep(items)),
                None if pairs is None else tuple(self._all(pair) for pair in self._keep(pairs)))

    def _keep(self, items):
        items = list(items)
        self._kept.append(items)
        return items

    def _pack_state(self, state):
        if type(state) is not dict:
            return None if state is None else self.pack(state)
        self._kept.append(state)
        return self._add("dict", tuple((self.pack(key), self._part(value, ".%s" % key)) for key, value in state.items()))

    def digest(self):
        """SHA-256 of the nodes: equal for equal code, whatever the file and line it stands in."""
        import marshal
        places = [node[:3] if node[0] == "code" else node for node in self.nodes]
        return _sha256(marshal.dumps((places, _python_tag()), 0))


def _slot_names(namespace):
    slots = namespace.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _codes(code):
    """A code object and those nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, _Code):
            yield from _codes(constant)


def _global_names(code):
    """Names that a function looks up outside itself."""
    import dis
    return {instruction.argval for one in _codes(code) for instruction in dis.get_instructions(one)
            if instruction.opname in _GLOBAL_OPS}


def _submodule_names(code):
    return frozenset(name for one in _codes(code) for name in one.co_names)


def _dataclass_sentinels():
    """Objects that the dataclasses module tells apart by identity, with their names."""
    module = sys.modules.get("dataclasses")
    return [(name, vars(module)[name]) for name in ("MISSING", "KW_ONLY", "_HAS_DEFAULT_FACTORY", "_FIELD", "_FIELD_CLASSVAR",
            "_FIELD_INITVAR") if name in vars(module)] if module is not None else []


def _python_tag():
    """What code objects depend on."""
    import importlib.util
    return "%d.%d %s" % (*sys.version_info[:2], importlib.util.MAGIC_NUMBER.hex())


_Mapping_proxy = type(type.__dict__)
#: Functions and descriptors written in C: their owner names them.
_BUILTIN_KINDS = frozenset((type(len), type(str.join), type({}.__contains__), type(int.__dict__["real"])))
#: Classes of the interpreter that no module names.
_NAMELESS = [type(None), type(...), type(NotImplemented), _Function, _Code, _Cell_type, type(sys), _Mapping_proxy,
             type(len), type(str.join)]


class Unpacker:
    """Makes the objects that a Packer described. namespaces: the globals made, by module name."""

    def __init__(self, nodes, lines):
        self._nodes, self._lines, self._made = nodes, lines, {}
        self.namespaces = {}

    def get(self, number):
        """The object of a node, made on first need."""
        if number is None:
            return None
        if number not in self._made:
            kind, *parts = self._nodes[number]
            made = getattr(self, "_make_" + kind)(number, *parts)
            self._made.setdefault(number, made)
        return self._made[number]

    def _keep(self, number, made):
        """Remember an object before its parts are made: they may refer to it."""
        return self._made.setdefault(number, made)

    def _make_value(self, number, value):
        return value

    def _make_tuple(self, number, items):
        return tuple([self.get(item) for item in items])

    def _make_list(self, number, items):
        made = self._keep(number, [])
        made.extend(self.get(item) for item in items)
        return made

    def _make_dict(self, number, pairs):
        made = self._keep(number, {})
        for key, value in pairs:
            made[self.get(key)] = self.get(value)
        return made

    def _make_set(self, number, items):
        made = self._keep(number, set())
        made.update(self.get(item) for item in items)
        return made

    def _make_frozenset(self, number, items):
        return frozenset([self.get(item) for item in items])

    def _make_nameless(self, number, index):
        return _NAMELESS[index]

    def _make_module(self, number, name, below):
        import importlib
        for submodule in below:
            importlib.import_module(submodule)
        return importlib.import_module(name)

    def _make_reference(self, number, module, name):
        import importlib
        made = importlib.import_module(module)
        for part in name.split("."):
            made = getattr(made, part)
        return made

    def _make_code(self, number, fields, constants, line):
        name, first, table = self._lines[line]
        return (lambda: 0).__code__.replace(co_consts=self._make_tuple(None, constants), co_filename=name,
                                            co_firstlineno=first, **dict(zip(_CODE_FIELDS, fields)), **{_LINE_TABLE: table})

    def _make_cell(self, number):
        return _Cell_type()

    def _make_function(self, number, code, namespace, name, qualname, module, cells, used, parts):
        scope = self.namespaces.setdefault(namespace, {"__name__": namespace, "__builtins__": __builtins__})
        made = self._keep(number, _Function(self.get(code), scope, name, None,
                                            tuple([self.get(cell) for cell, _ in cells]) or None))
        made.__qualname__, made.__module__ = qualname, module
        for cell, content in cells:
            if content is not None:
                self.get(cell).cell_contents = self.get(content)
        for variable, content in used:
            scope[variable] = self.get(content)
        made.__defaults__, made.__kwdefaults__ = self.get(parts[0]), self.get(parts[1])
        made.__dict__.update(self.get(parts[2]))
        made.__annotations__, made.__doc__ = self.get(parts[3]), self.get(parts[4])
        return made

    def _make_class(self, number, head, attributes):
        metaclass, name, qualname, module, bases, slots, members = head
        metaclass, bases = self.get(metaclass), tuple([self.get(base) for base in bases])
        namespace = metaclass.__prepare__(name, bases) if hasattr(metaclass, "__prepare__") else {}
        namespace["__module__"], namespace["__qualname__"] = module, qualname
        if self.get(slots) is not None:
            namespace["__slots__"] = self.get(slots)
        for member, value in members:
            namespace[member] = self.get(value)
        made = self._keep(number, metaclass(name, bases, namespace))
        for attribute, content in attributes:
            value = self.get(content)
            if attribute not in ("__doc__", "__slots__") or attribute == "__doc__" and value is not None:
                setattr(made, attribute, value)
            if hasattr(type(value), "__set_name__"):
                value.__set_name__(made, attribute)
        return made

    def _make_method(self, number, function, owner):
        return type(self.get)(self.get(function), self.get(owner))

    def _make_lru_cache(self, number, function, parameters):
        return functools.lru_cache(**self.get(parameters))(self.get(function))

    def _make_build(self, number, function, arguments, state, items, pairs):
        made = self._keep(number, self.get(function)(*self.get(arguments)))
        state = self.get(state)
        if state is not None:
            if hasattr(made, "__setstate__"):
                made.__setstate__(state)
            else:
                plain, slots = state if isinstance(state, tuple) and len(state) == 2 else (state, None)
                getattr(made, "__dict__", {}).update(plain or {})
                for name, value in (slots or {}).items():
                    object.__setattr__(made, name, value)
        for item in items or ():
            made.append(self.get(item))
        for key, value in pairs or ():
            made[self.get(key)] = self.get(value)
        return made


def pack_functions(functions):
    """Functions by value: (plain data for unpack_functions, digest of the code). Raises UsageError for what can't travel."""
    packer = Packer()
    roots = [packer.pack(function) for function in functions]
    files = sorted({name for name, _, _ in packer.lines} - {globals().get("__file__")})     # this one a server has itself
    return {"nodes": packer.nodes, "lines": packer.lines, "roots": roots,
            "sources": {name: text for name, text in ((name, _source_text(name)) for name in files) if text}}, packer.digest()


def _source_text(name):
    """The text of a notebook cell or script, so that tracebacks elsewhere can show its lines."""
    import linecache
    return "".join(linecache.getlines(name))[:1024 * 1024]


def unpack_functions(packed):
    """The functions of pack_functions, made anew."""
    import linecache
    for name, text in packed["sources"].items():
        linecache.cache[name] = len(text), None, text.splitlines(True), name
    unpacker = Unpacker(packed["nodes"], packed["lines"])
    return [unpacker.get(root) for root in packed["roots"]]

# The folder of servers

def home_folder():
    """Where servers keep their files: $LIVEWIDGET_HOME, else "livewidget" in the user's state folder."""
    given = os.environ.get("LIVEWIDGET_HOME")
    if given:
        return os.path.abspath(os.path.expanduser(given))
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Application Support")
    else:
        base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "livewidget")


def _own_folder(*parts):
    """A folder of the home folder, made 0700 if need be; ServerError unless it is ours alone (R82)."""
    import stat
    path = home_folder()
    for part in ("", *parts):
        path = os.path.join(path, part) if part else path
        try:
            os.makedirs(path, 0o700, exist_ok=True)
            status = os.lstat(path)
        except FileExistsError:                 # a link or a file
            status = os.lstat(path)
        except OSError as error:
            raise ServerError("%s cannot be made: %s; set LIVEWIDGET_HOME to a folder of your own" % (path, error.strerror)) from error
        if not stat.S_ISDIR(status.st_mode):
            raise ServerError("%s must be a folder, not a link or file: move it away, or set LIVEWIDGET_HOME" % path)
        if os.name != "nt":
            if status.st_uid != os.getuid():
                raise ServerError("%s belongs to another user: set LIVEWIDGET_HOME to a folder of your own" % path)
            if status.st_mode & 0o022:
                raise ServerError("%s can be written by others: run  chmod 700 %s" % (path, path))
    return path


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _write_file(path, data):
    """Put a file in place whole: a reader sees the old or the new (R83)."""
    aside = "%s.%s" % (path, _random_token(6))
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(aside, path)
    except OSError as error:
        try:
            os.unlink(aside)
        except OSError:
            pass
        raise ServerError("%s cannot be written: %s" % (path, error.strerror)) from error


def _read_file(path, limit=MAX_PAYLOAD_BYTES):
    """A regular file of ours as bytes; raises OSError, ServerError for anything else."""
    import stat
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NO_FOLLOW)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or os.name != "nt" and status.st_uid != os.getuid() or status.st_size > limit:
            raise ServerError("%s is not a file of ours" % path)
        return file.read(limit)


def _unlink(*paths):
    for path in paths:
        try:
            os.unlink(path)
        except OSError:
            pass


class FileLock:
    """A lock that the system takes back when its holder ends, however it ends.

    take() returns whether this process has it now. The file's text is a word about the holder.
    """

    def __init__(self, path):
        self.path = path
        self.descriptor = None

    def take(self, shared=False):
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o600)
        try:
            if os.name == "nt":
                import msvcrt
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        return True

    def is_held(self):
        """Whether somebody has it. Who looks takes a shared lock, so that several may look at a time."""
        if not os.path.exists(self.path):
            return False
        if self.take(shared=True):
            self.release()
            return False
        return True

    def release(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


class _Starting(FileLock):
    """Held while a name is started, reloaded or ended: one at a time (R85). A context manager."""

    def __enter__(self):
        try:
            taken = _wait_until(self.take, LOCK_TIMEOUT_S)
        except OSError as error:
            raise ServerError("%s cannot be opened: %s" % (self.path, error.strerror)) from error
        if not taken:
            try:
                holder = _read_file(self.path, 100).decode("ascii", "replace")
            except (OSError, ServerError):
                holder = "unknown"
            raise ServerStartupError("another process (%s) has been starting this server for %g s: try again, or end it"
                                     % (_shown(holder), LOCK_TIMEOUT_S))
        try:
            os.ftruncate(self.descriptor, 0)
            os.write(self.descriptor, b"pid %d" % os.getpid())
        except OSError:                         # a full disk: the word is for others only
            pass
        return self

    def __exit__(self, *exc_info):
        self.release()


def process_mark(pid):
    """What tells a process from a later one with its number: when it and the system started; None if it cannot be told."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            started = file.read().rpartition(b")")[2].split()[19].decode()
        with open("/proc/sys/kernel/random/boot_id") as file:
            return "%s %s" % (file.read().strip(), started)
    except (OSError, IndexError):
        pass
    if os.name == "nt" or sys.platform.startswith("linux"):
        return None
    import subprocess
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, timeout=ASK_TIMEOUT_S)
    return answer.stdout.strip() or None


def boot_clock():
    """Seconds that run on through sleep and past every change of the wall clock (R78)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def check_server_name(name):
    """A server's name, or UsageError (R84)."""
    _require(isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)
             and not re.fullmatch(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]", name),
             "a server's name is 1 to 64 letters, digits, _ or -, and no Windows device", server_name=name)
    return name


def _prove(secret, purpose, text=""):
    """What only a holder of a server's secret can say."""
    return _keyed_hash(secret, ("livewidget %s %s" % (purpose, text)).encode()).hex()


def view_token(secret):
    """The token of a server's pages, endpoints, actions and feed (R44)."""
    return _prove(secret, "view")


#: What a server's process leaves out of this file until it is asked for, 1.8 MB: the widgets, the demo, the command line.
_LEFT_OUT = r"(?ms)^# (?:10|14|15)\. .*?(?=^# \d+\. )"
#: Names that are there without those sections but lead to them.
_LEADING_THERE = frozenset(("Application", "AsyncApplication", "async_", "WIDGETS"))
# The child is this same file, loaded by a constant program; paths and numbers are its arguments, secrets are in its folder.
_CHILD_PROGRAM = "LEFT_OUT = %r" % _LEFT_OUT + """
import importlib.machinery, importlib.util, os, re, sys
path, folder, sock, lock, pycache = sys.argv[1:]
class Loader(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path):
        blank = lambda section: "\\n" * section[0].count("\\n")        # the lines keep their numbers
        return super().source_to_code(re.sub(LEFT_OUT, blank, data.decode()), path)
loader = Loader("livewidget", path)
before, sys.pycache_prefix = sys.pycache_prefix, pycache        # for this file only: the library's modules are compiled
cached = importlib.util.cache_from_source(path)
if hasattr(os, "fork"):                         # compiling takes 40 MB that a process never gives back: another one does it
    if not os.path.exists(cached) or os.path.getmtime(cached) < os.path.getmtime(path):
        compiler = os.fork()
        if not compiler:
            try:
                loader.get_code("livewidget")
            finally:
                os._exit(0)
        os.waitpid(compiler, 0)
code = loader.get_code("livewidget")
sys.pycache_prefix = before
spec = importlib.util.spec_from_file_location("livewidget", path, loader=loader)
module = sys.modules["livewidget"] = importlib.util.module_from_spec(spec)
exec(code, vars(module))
del code                                        # it is run once: 0.2 MB
sys.exit(module.serve_folder(folder, int(sock), int(lock)))
"""


class _PartialModule(type(sys)):
    """This module in a server's process: what was left out of it comes when a served function asks for it."""

    _lock = threading.RLock()

    @classmethod
    def adopt(cls, module):
        """Make this module a partial one, if its process left anything out."""
        if "main" not in vars(module):
            cls._stamp = os.path.getmtime(__file__)
            module.__class__ = cls

    def __getattribute__(self, name):
        get = super().__getattribute__
        if name in _LEADING_THERE or not name.startswith("__") and name not in get("__dict__"):
            _PartialModule._complete(self)
        return get(name)

    def __dir__(self):
        _PartialModule._complete(self)
        return dir(self)                        # it is a plain module by now

    def _complete(self):
        with _PartialModule._lock:
            if type(self) is not _PartialModule:
                return                          # another thread was first
            try:
                same = os.path.getmtime(__file__) == _PartialModule._stamp
            except OSError:
                same = False
            if not same:
                raise ServerError("%s was changed after this server started: start the server again" % __file__)
            source = own_source()
            for section in re.finditer(_LEFT_OUT, source):
                exec(compile("\n" * source.count("\n", 0, section.start()) + section[0], __file__, "exec"), vars(self))
            self.__class__ = type(sys)


_children = []                                   # processes that we started: asked now and then, so that none stays a zombie


def _reap():
    for process in list(_children):
        if process.poll() is not None:
            _children.remove(process)


def _let_children_go():
    for process in _children:
        process.returncode = process.poll() or 0        # they live on: nobody is to warn of it


def _program_path():
    """The path of this file's text for a child; a pasted text is written into the home folder."""
    if "__file__" in globals():
        return os.path.abspath(__file__)
    text = own_source().encode()
    path = os.path.join(_own_folder("source", _sha256(text)[:16]), "livewidget.py")
    if not os.path.exists(path):
        _write_file(path, text)
    return path


def child_command(python, program, folder, sock, lock):
    """The command line of a server's process."""
    return [python, "-c", _CHILD_PROGRAM, program, folder, str(sock), str(lock), os.path.join(home_folder(), "pycache")]


def find_public_urls(port):
    """Addresses by which this notebook's own web server shows a port of ours (spec: notebook display, "proxy")."""
    given = os.environ.get("LIVEWIDGET_PUBLIC_URL")
    if given:
        return [given.replace("%PORT%", str(port))]
    hub = os.environ.get("JUPYTERHUB_PUBLIC_URL")
    if hub:
        return ["%s/proxy/%d/" % (hub.rstrip("/"), port)]
    runtime = os.environ.get("JUPYTER_RUNTIME_DIR") or os.path.join(
        os.environ.get("JUPYTER_DATA_DIR") or os.path.join(os.environ.get("XDG_DATA_HOME") or
                                                          os.path.expanduser("~/.local/share"), "jupyter"), "runtime")
    try:
        parent = int(os.environ["JPY_PARENT_PID"])
        with open(os.path.join(runtime, "jpserver-%d.json" % parent), encoding="utf-8") as file:
            url = json.load(file)["url"]
        match = re.fullmatch(r"(https?://)(\[?[^/\]]*?\]?)(:\d+)?(/.*)", url)
        names = ("127.0.0.1", "localhost") if match[2] in ("127.0.0.1", "localhost") else (match[2],)
        return ["%s%s%s%sproxy/%d/" % (match[1], name, match[3] or "", match[4], port) for name in names]
    except (KeyError, ValueError, OSError, TypeError):
        return []


class _Entry:
    """What is on disk about a server: its folder, its record, and whether it lives."""

    def __init__(self, name):
        self.name = check_server_name(name)
        self.folder = os.path.join(home_folder(), "servers", name)

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def alive(self):
        """Whether the server's process holds its lock (R86)."""
        try:
            return FileLock(self.path("alive.lock")).is_held()
        except OSError:
            return False

    def record(self):
        """server.json as a dict; None without one; ServerError if it is damaged."""
        try:
            text = _read_file(self.path("server.json"), MAX_BATCH_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ServerError("%s cannot be read: %s" % (self.path("server.json"), error.strerror)) from error
        try:
            record = json.loads(text)
            ok = all(isinstance(record[field], kinds) for field, kinds in _RECORD_FIELDS.items()) and record["name"] == self.name
        except (ValueError, KeyError, TypeError, RecursionError):
            ok = False
        if not ok:
            raise ServerError("%s is damaged: start the server again, or remove its folder" % self.path("server.json"))
        return record

    def state(self):
        """What the server last said of itself: {"instance", "status", "detail"}."""
        try:
            state = json.loads(_read_file(self.path("state.json"), 65536))
            return state if isinstance(state, dict) else {}
        except (OSError, ServerError, ValueError):
            return {}

    def secret(self):
        return _read_file(self.path("secret"), 64)

    def payload(self):
        """The code as it was packed, after its HMAC has matched (R95); ServerError if it is damaged."""
        data = _read_file(self.path("payload"))
        if not _same_secret(_keyed_hash(self.secret(), data[32:]).hex(), data[:32].hex()):
            raise ServerError("the code in the folder of server %r is damaged: start the server again" % self.name)
        return data[32:]

    def write_payload(self, payload, secret):
        _write_file(self.path("payload"), _keyed_hash(secret, payload) + payload)

    def clean(self):
        """Forget a server that has ended: its record, code and secret; the logs stay."""
        _unlink(*map(self.path, ("secret", "payload", "server.json")))     # the record last: without it all is gone

    def ask(self, method, path, body=None, timeout=5.0, record=None):
        """A request to the running server with its secret, sent only once it has proved that it knows it (R89).

        Returns (status, parsed JSON or bytes); raises ServerError.
        """
        import http.client
        record = record or self.record()
        if record is None:
            raise ServerError("server %r has ended" % self.name)
        try:
            secret = self.secret()
            connection = http.client.HTTPConnection("127.0.0.1", record["port"], timeout=timeout)
            try:
                nonce = _random_token(16)
                connection.request("GET", "/livewidget/health?nonce=" + nonce)
                answer = connection.getresponse()
                answer.read()
                if not _same_secret(answer.headers.get("Livewidget-Proof", ""), _prove(secret, "health", nonce)):
                    raise ServerError("port %d is not held by server %r any more" % (record["port"], self.name))
                headers = {"Authorization": "Bearer " + _prove(secret, "manage")}
                if body is not None or method == "POST":
                    headers["Content-Type"] = "application/json"
                connection.request(method, path, _encode(body) if body is not None else b"" if method == "POST" else None, headers)
                answer = connection.getresponse()
                data = answer.read()
                return answer.status, json.loads(data) if answer.headers.get_content_type() == "application/json" else data
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServerError("server %r does not answer: %s" % (self.name, error)) from error


_RECORD_FIELDS = {"name": str, "instance": str, "port": int, "pid": (int, type(None)), "mark": (str, type(None)), "digest": str,
                  "endpoints": list, "expires": (int, float), "started": (int, float), "born": (int, float), "boot": str,
                  "dependencies": list, "public_urls": list, "python": str, "tag": str, "cwd": str}


def _current_folder():
    try:
        return os.getcwd()
    except OSError as error:
        raise ServerError("the folder that this program runs in was removed: os.chdir() to one that is there") from error


def _boot_id():
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def start_server(name, packed, digest, settings, *, expiration_seconds, dependencies=(), force=False, replace=True, wait=False):
    """Start a server, or find it running, or hand it the new code; returns its Server.

    packed, digest: from pack_functions, of the endpoints' functions. settings: JSON values that
    the server needs besides. force: end a running one first. replace: False raises
    ServerAlreadyExistsError if the name runs other code. wait: until it serves, at most
    START_TIMEOUT_S (INSTALL_TIMEOUT_S while it installs); else ServerStartupError with its stderr.
    """
    import marshal
    _reap()
    entry = _Entry(name)
    dependencies = [check_requirement(text) for text in dependencies]
    digest = _sha256(("%s %s %s" % (digest, _dump(settings), sorted(dependencies))).encode())
    cwd = _current_folder()
    payload = marshal.dumps({"format": 1, "python": _python_tag(), "packed": packed, "settings": settings,
                             "path": [os.path.abspath(part) for part in sys.path], "cwd": cwd})
    _require(len(payload) <= MAX_PAYLOAD_BYTES, "the functions and the values that they use take %d bytes; at most %d can travel"
             % (len(payload), MAX_PAYLOAD_BYTES))
    _own_folder("servers", name)
    with _Starting(entry.path("start.lock")):
        try:
            record = entry.record()
        except ServerError:
            record = None
        alive = entry.alive
        if alive and record is None:            # one that is ending has forgotten its record already
            if not _wait_until(lambda: not entry.alive, LOCK_TIMEOUT_S):
                raise ServerStartupError("server %r runs but its record is damaged: end its process, then try again" % name)
            alive = False
        if alive and not force and record["digest"] == digest:
            return Server(name, record["instance"])
        if alive and not force and not replace:
            raise ServerAlreadyExistsError("server %r runs other code: pass force=True to replace it, or take another name" % name)
        fits = record is not None and (sorted(record["dependencies"]), record["tag"]) == (sorted(dependencies), _python_tag())
        if alive and not force and fits:
            secret = entry.secret()
            entry.write_payload(payload, secret)
            record.update(digest=digest, endpoints=settings["paths"], cwd=cwd,
                          expires=expiration_seconds, started=boot_clock())
            _write_file(entry.path("server.json"), _encode(record))
            status, answer = entry.ask("POST", "/livewidget/reload", timeout=START_TIMEOUT_S, record=record)
            if status != 200:
                raise ServerStartupError("server %r did not load the new code: status %d" % (name, status))
            return Server(name, record["instance"])
        if alive:
            Server(name, record["instance"])._end(5.0)
        server = _spawn(entry, payload, digest, settings, expiration_seconds, dependencies, cwd)
    if wait:
        server._wait_for_start()
    return server


def _spawn(entry, payload, digest, settings, expiration_seconds, dependencies, cwd, secret=None, instance=None, port=0):
    """Start the process of a server whose name we hold (R89, R90)."""
    import subprocess
    _unlink(*map(entry.path, ("state.json", "stdout.log.1", "stderr.log.1")))
    entry.clean()
    secret, instance = secret or _random_bytes(32), instance or _random_token(9)
    sock, lock = None, FileLock(entry.path("alive.lock"))
    if not _wait_until(lock.take, 1.0):         # somebody who looks has it for a moment
        raise ServerStartupError("server %r is ending; try again" % entry.name)
    if os.name != "nt":
        try:
            sock = listen("127.0.0.1", port)
        except PortInUseError:
            sock = listen("127.0.0.1", 0)
        port = sock.getsockname()[1]
    record = {"name": entry.name, "instance": instance, "port": port, "pid": None, "mark": None, "digest": digest,
              "endpoints": settings["paths"], "expires": expiration_seconds, "started": boot_clock(), "born": time.time(),
              "boot": _boot_id(), "dependencies": dependencies, "public_urls": find_public_urls(port),
              "python": sys.executable, "tag": _python_tag(), "cwd": cwd}
    logs = []
    try:
        _write_file(entry.path("secret"), secret)
        entry.write_payload(payload, secret)
        _write_file(entry.path("server.json"), _encode(record))
        for name in ("stdout.log", "stderr.log"):
            _unlink(entry.path(name))
            logs.append(os.open(entry.path(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600))
        given = {} if os.name == "nt" else {"pass_fds": (sock.fileno(), lock.descriptor), "start_new_session": True, "umask": 0o077}
        if os.name == "nt":
            given["creationflags"] = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
            lock.release()                      # nothing is inherited there: the child takes the lock and a port by itself
        python = environment_python(dependencies)
        process = subprocess.Popen(
            child_command(python if dependencies and os.path.exists(python) else sys.executable, _program_path(), entry.folder, sock.fileno() if sock else -1,
                          -1 if lock.descriptor is None else lock.descriptor),
            stdin=subprocess.DEVNULL, stdout=logs[0], stderr=logs[1],
            cwd=entry.folder,                   # Python imports from there until the code is loaded (R90)
            env={**os.environ, "LIVEWIDGET_HOME": home_folder(), "PYTHONDONTWRITEBYTECODE": ""}, **given)
        if not _children:
            import atexit
            atexit.unregister(_let_children_go)
            atexit.register(_let_children_go)
        _children.append(process)
        if os.name != "nt":
            record.update(pid=process.pid, mark=process_mark(process.pid))
            _write_file(entry.path("server.json"), _encode(record))
        elif not _wait_until(lambda: (entry.record() or {}).get("port"), START_TIMEOUT_S):
            raise ServerStartupError("server %r did not start:\n%s" % (entry.name, Log(entry.path("stderr.log")).tail(20)))
    except (OSError, ServerError) as error:
        entry.clean()
        raise error if isinstance(error, ServerStartupError) else ServerStartupError(
            "server %r cannot be started: %s" % (entry.name, error)) from error
    finally:
        for descriptor in logs:
            os.close(descriptor)
        lock.release()                          # the child's copy keeps it held
        if sock is not None:
            sock.close()
    return Server(entry.name, instance)


def _last_lines(file, n, whole=False):
    """The last n lines of a binary file without their ends, as list of str; the file is left behind them.

    whole: a last line whose end is not yet written is none, and the file is left before it.
    """
    size = end = file.seek(0, os.SEEK_END)
    data = b""
    while end and n > 0 and data.count(b"\n") <= n:
        start = max(0, end - 65536)
        file.seek(start)
        data, end = file.read(end - start) + data, start
    *lines, unfinished = data.split(b"\n")
    if whole:
        size -= len(unfinished)
    elif unfinished:
        lines.append(unfinished)
    file.seek(size)
    return [line.decode("utf-8", "replace").rstrip("\r") for line in lines[-n:]] if n > 0 else []


class Log:
    """A server's log file; its older part, moved aside at LOG_BYTES, is read with it.

    path: of the file. Reading costs what is read: the tail of a large log its last lines.
    """

    def __init__(self, path, server=None):
        self.path = path
        self._server = server

    def __repr__(self):
        return "<log %s>" % self.path

    def _parts(self):
        return [path for path in (self.path + ".1", self.path) if os.path.exists(path)]

    def lines(self):
        """All lines, oldest first, without their line ends; a generator."""
        for path in self._parts():
            with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
                for line in file:
                    yield line.rstrip("\r\n")

    def head(self, n: int = 10):
        """The first n lines as one text."""
        _require(isinstance(n, int) and n >= 0, "head: n must be a whole number from 0", n=n)
        return "\n".join(itertools.islice(self.lines(), n))

    def tail(self, n: int = 10):
        """The last n lines as one text; empty if there are none."""
        _require(isinstance(n, int) and n >= 0, "tail: n must be a whole number from 0", n=n)
        found = []
        for path in reversed(self._parts()):
            with open(path, "rb") as file:
                found[:0] = _last_lines(file, n - len(found))
        return "\n".join(found)

    def follow(self, timeout: float = None, last: int = 0):
        """Yield lines as they are written; ends with the server, or after timeout seconds without one.

        last: how many of the lines that are there already come first; none between them and the later ones is left out.
        """
        _require(timeout is None or timeout > 0, "follow: timeout must be above 0 seconds, or None", timeout=timeout)
        _require(isinstance(last, int) and last >= 0, "follow: last must be a whole number from 0", last=last)
        file, partial, heard = None, b"", time.monotonic()
        try:
            while True:
                if file is None:
                    try:
                        file = open(self.path, "rb")
                    except FileNotFoundError:
                        pass
                    else:
                        yield from self._last_before(file, last)
                ended = self._server is not None and not self._server.is_alive
                while file is not None:
                    line = file.readline()
                    partial += line
                    if not line:
                        file, moved = self._next_file(file)
                        if not moved:
                            break
                    elif partial.endswith(b"\n"):
                        yield partial.decode("utf-8", "replace").rstrip("\r\n")
                        partial, heard = b"", time.monotonic()
                if ended:
                    if partial:
                        yield partial.decode("utf-8", "replace")
                    return
                if timeout is not None and time.monotonic() - heard > timeout:
                    return
                time.sleep(0.05)
        finally:
            if file is not None:
                file.close()

    def _last_before(self, file, n):
        """The last n whole lines, the newest of them from `file` as it is now, which is left behind them."""
        found, older = _last_lines(file, n, whole=True), self.path + ".1"
        if os.path.exists(older) and not os.path.samestat(os.stat(older), os.fstat(file.fileno())):
            with open(older, "rb") as part:
                found[:0] = _last_lines(part, n - len(found))
        return found

    def _next_file(self, file):
        """Where to read on at the end of a file: (file, whether it is a new one, as the log was rotated)."""
        try:
            now, then = os.stat(self.path), os.fstat(file.fileno())
        except OSError:
            return file, False
        if (now.st_ino, now.st_dev) == (then.st_ino, then.st_dev) or file.tell() < then.st_size:
            return file, False
        file.close()
        return open(self.path, "rb"), True


class Environment(dict):
    """The packages that a server sees: name -> (version, folder). python: its interpreter; path: its sys.path."""

    def __init__(self, answer):
        super().__init__((name, tuple(about)) for name, about in answer["packages"].items())
        self.python, self.path, self.version = answer["executable"], answer["path"], answer["version"]

    def __repr__(self):
        return "\n".join(["Python %s, %s" % (self.version, self.python)]
                         + ["%-30s %-14s %s" % (name, *about) for name, about in sorted(self.items())])


class Server:
    """A handle on a server process, by name. Made by lw.create, a DynamicWidget, and lw.servers.

    It reads the server's files anew each time, so any number of processes may hold one.
    """

    def __init__(self, name, instance=None):
        self.name = name
        self._entry = _Entry(name)
        self._instance = instance
        if instance is None:
            try:
                self._instance = (self._entry.record() or {}).get("instance")
            except ServerError:
                pass

    def __repr__(self):
        return "<Server %s, %s, %s>" % (self.name, self.status, self.url or "no address")

    def _record(self):
        """The record while it is this server's, else an empty dict."""
        try:
            record = self._entry.record()
        except ServerError:
            return {}
        return record if record is not None and record["instance"] == self._instance else {}

    @property
    def is_alive(self):
        """Whether its process runs: it holds the server's lock."""
        _reap()
        return bool(self._record()) and self._entry.alive

    @property
    def status(self):
        """"starting", "running", "stopped", "expired" or "error"."""
        try:
            record = self._entry.record()
        except ServerError:
            return "error"
        mine = record is not None and record["instance"] == self._instance
        state = self._entry.state()
        said = state.get("status") if state.get("instance") == self._instance else None
        if mine and self._entry.alive:
            return said or "starting"
        if mine and said is None and record["boot"] == _boot_id():
            return "error"                      # it ended before it could say anything
        return said if said in ("expired", "error") else "stopped"

    @property
    def detail(self):
        """A line about the status: what it installs, or why it failed; usually empty."""
        state = self._entry.state()
        return state.get("detail", "") if state.get("instance") == self._instance else ""

    @property
    def port(self):
        """Its TCP port on 127.0.0.1, None once it has ended."""
        return self._record().get("port")

    @property
    def pid(self):
        """Its process id, None once it has ended."""
        return self._record().get("pid")

    @property
    def url(self):
        """Its address without the token, such as "http://127.0.0.1:40123"; None once it has ended."""
        port = self.port
        return None if port is None else "http://127.0.0.1:%d" % port

    @property
    def token(self):
        """The token for its pages and endpoints; send it as "Authorization: Bearer TOKEN". None once it has ended."""
        try:
            return view_token(self._entry.secret()) if self._record() else None
        except (OSError, ServerError):
            return None

    def get_url(self):
        """The address to open in a browser, with the token; None once it has ended."""
        token = self.token
        return None if token is None else "%s/?token=%s" % (self.url, token)

    @property
    def endpoints(self):
        """The paths of its endpoints, a list."""
        return list(self._record().get("endpoints", ()))

    @property
    def uptime(self):
        """Seconds since it was started; None once it has ended."""
        born = self._record().get("born")
        return None if born is None else max(0.0, time.time() - born)

    @property
    def expiration_info(self):
        """{"expiration_seconds": -1 for never, "remaining": seconds or None}."""
        record = self._record()
        seconds = record.get("expires", -1)
        left = None if seconds < 0 else max(0.0, record["started"] + seconds - boot_clock())
        return {"expiration_seconds": seconds, "remaining": left}

    @property
    def stdout(self):
        """What it prints, a Log."""
        return Log(self._entry.path("stdout.log"), self)

    @property
    def stderr(self):
        """Its errors and tracebacks, a Log."""
        return Log(self._entry.path("stderr.log"), self)

    @property
    def env(self):
        """The packages that it sees, an Environment; asks the server."""
        status, answer = self._entry.ask("GET", "/livewidget/info")
        if status != 200:
            raise ServerError("server %r does not tell its environment: status %d" % (self.name, status))
        return Environment(answer)

    def terminate(self, timeout: float = 5.0, *, force: bool = True):
        """End it by request, after timeout seconds by force; returns once it has ended. Safe to repeat.

        Raises ServerError if it does not end, as with force=False one that hangs.
        """
        if os.path.isdir(self._entry.folder):
            with _Starting(self._entry.path("start.lock")):
                self._end(timeout, force)

    def force_terminate(self):
        """End it at once, without a request."""
        self.terminate(0)

    def _end(self, timeout, force=True):
        """Stop by request, then SIGTERM, then SIGKILL (R88); the caller holds the name."""
        record = self._record()
        if not record and not self._entry.alive:
            if self._instance is None:
                self._entry.clean()             # its record was damaged
            return
        if record and self._entry.alive:
            if timeout > 0:
                try:
                    self._entry.ask("POST", "/livewidget/stop", timeout=min(timeout, 2.0), record=record)
                except ServerError:
                    pass
                _wait_until(lambda: not self._entry.alive, timeout)
            if force and self._entry.alive:
                self._kill(record)
                _wait_until(lambda: not self._entry.alive, LOCK_TIMEOUT_S)
            if self._entry.alive:
                raise ServerError("server %r (pid %s) does not end" % (self.name, record["pid"]))
        if record:
            self._entry.clean()
        _reap()

    def _kill(self, record):
        """Signal the recorded process and the group that it leads, if it is certain which one it is (R87)."""
        import signal
        pid = record["pid"]
        if os.name == "nt" or pid is None or record["mark"] is None:
            raise ServerError("server %r does not end, and its process cannot be told for certain: end it by hand" % self.name)
        handle = None
        try:
            handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        except OSError:
            pass
        try:
            for number, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 0)):
                if not self._entry.alive:
                    return
                if process_mark(pid) != record["mark"]:
                    raise ServerError("process %d is not server %r: nothing was signalled; end the holder of %s by hand"
                                      % (pid, self.name, self._entry.path("alive.lock")))
                try:
                    if handle is not None:
                        signal.pidfd_send_signal(handle, number)
                    else:
                        os.kill(pid, number)
                    if number == signal.SIGKILL and os.getpgid(pid) == pid:
                        os.killpg(pid, number)
                except ProcessLookupError:
                    return
                _wait_until(lambda: not self._entry.alive, patience)
        finally:
            if handle is not None:
                os.close(handle)

    def restart(self):
        """End it and start the same code again, under the same token and, where it is still free, port. Returns itself."""
        with _Starting(self._entry.path("start.lock")):
            record = self._record()
            if not record:
                raise ServerError("server %r has ended: start it anew" % self.name)
            secret, payload = self._entry.secret(), self._entry.payload()
            self._end(5.0)
            _spawn(self._entry, payload, record["digest"], {"paths": record["endpoints"]}, record["expires"],
                   record["dependencies"], record["cwd"], secret, record["instance"], record["port"])
        return self

    def _wait_for_start(self):
        """Until it serves; else end it and raise ServerStartupError with the last lines of its stderr (R91)."""
        deadline = time.monotonic() + START_TIMEOUT_S
        most = time.monotonic() + INSTALL_TIMEOUT_S
        while self.status == "starting" and time.monotonic() < (most if self.detail else deadline):
            time.sleep(0.01)
        if self.status != "running":
            said, detail, errors = self.status, self.detail, self.stderr.tail(20)
            self.force_terminate()
            raise ServerStartupError("server %r did not start (%s)%s%s" % (
                self.name, said, ": " + detail if detail else "", "\n" + errors if errors else ""))


class Servers:
    """The user's servers: by name or index, `in`, len(), iteration. Shown as a table."""

    def _names(self):
        try:
            names = sorted(os.listdir(os.path.join(home_folder(), "servers")))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ServerError("servers cannot be listed: %s: %s" % (error.filename, error.strerror)) from error
        found = []
        for name in names:
            if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
                continue
            entry = _Entry(name)
            try:
                record = entry.record()
            except ServerError:
                found.append(name)
                continue
            if record is not None and not entry.alive and entry.state().get("status") != "error":
                starting = FileLock(entry.path("start.lock"))
                if starting.take():             # nobody is at it: what is there is left from a server that is gone
                    if not entry.alive:
                        entry.clean()
                        record = None
                    starting.release()
            if record is not None:
                found.append(name)
        return found

    def __iter__(self):
        return iter([Server(name) for name in self._names()])

    def __len__(self):
        return len(self._names())

    def __contains__(self, name):
        return name in self._names()

    def __getitem__(self, key):
        names = self._names()
        if isinstance(key, int):
            if -len(names) <= key < len(names):
                return Server(names[key])
            raise IndexError("there are %d servers" % len(names))
        if key not in names:
            raise ServerNotFoundError("no server %s; there are: %s" % (_shown(key), ", ".join(names) or "none"))
        return Server(key)

    def terminate_all(self, force: bool = True):
        """End all servers; returns {"terminated": how many, "failed": how many}. force: kill those that do not end by request."""
        counts = {"terminated": 0, "failed": 0}
        for server in self:
            try:
                server.terminate(force=force)
                counts["terminated"] += 1
            except (ServerError, OSError) as error:
                _logger().warning("server %r was not ended: %s", server.name, error)
                counts["failed"] += 1
        return counts

    def _table(self):
        rows = [("name", "status", "address", "pid", "up", "ends in", "endpoints")]
        for server in self:
            left = server.expiration_info["remaining"]
            rows.append((server.name, server.status, server.url or "", str(server.pid or ""), _duration(server.uptime),
                         "" if left is None else _duration(left), " ".join(server.endpoints)))
        return rows

    def __repr__(self):
        rows = self._table()
        if len(rows) == 1:
            return "no servers"
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows)

    def _repr_html_(self):
        head, *rows = self._table()
        if not rows:
            return "<p>no servers</p>"
        return "<table><tr>%s</tr>%s</table>" % (
            "".join("<th>%s</th>" % _escape(text) for text in head),
            "".join("<tr>%s</tr>" % "".join("<td>%s</td>" % _escape(text) for text in row) for row in rows))


def _duration(seconds):
    """A time span in words as short as may be."""
    if seconds is None:
        return ""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return "%d %s" % (seconds // length, unit)
    return "%d s" % seconds


#: The user's servers.
servers = Servers()


def terminate_all(force: bool = True):
    """End all servers; see Servers.terminate_all."""
    return servers.terminate_all(force)


# Requirements, and environments that satisfy them

_REQUIREMENT = _Pattern(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) *(?P<extras>\[[A-Za-z0-9._, -]*\])? *"
    r"(?P<versions>\(?(?:(?:===|==|~=|!=|<=|>=|<|>) *[A-Za-z0-9.!+*_-]+ *,? *)*\)?) *(?P<marker>;[ A-Za-z0-9_.<>=!~'\"()+-]*)?")


def check_requirement(text):
    """A requirement such as "pandas>=2,<3" as it is, or UsageError: no option, URL, path or line break can be one (R99)."""
    _require(isinstance(text, str) and text.isascii() and len(text) <= 500 and _REQUIREMENT.fullmatch(text),
             "a dependency is a name with extras, versions and marker, such as 'pandas>=2'; URLs, paths and options are not taken",
             got=text)
    return text


def version_key(text):
    """A version as a tuple that compares as PEP 440 says, or None if it is none."""
    match = re.fullmatch(r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
                         r"(?:(?:[-_.]?(post|rev|r)[-_.]?(\d*))|-(\d+))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+[a-z0-9._-]+)?", text.lower())
    if not match or len(text) > 200:
        return None
    epoch, release, kind, pre, post_word, post, implicit, dev = match.groups()
    is_dev = re.search(r"dev", text.lower().partition("+")[0]) is not None
    release = tuple(map(int, release.split(".")))
    while len(release) > 1 and not release[-1]:
        release = release[:-1]
    stage = {"a": 0, "alpha": 0, "b": 1, "beta": 1}.get(kind, 2) if kind else (-1 if is_dev and not (post_word or implicit) else 3)
    return (int(epoch or 0), release, stage, int(pre or 0) if kind else 0,
            int(post or implicit or 0) + 1 if post_word or implicit else 0, int(dev or 0) if is_dev else math.inf)


def version_satisfies(version, versions):
    """Whether a version fits specifiers such as ">=2,<3" (PEP 440, "Version specifiers")."""
    have = version_key(version)
    for operator, wanted in re.findall(r"(===|==|~=|!=|<=|>=|<|>) *([A-Za-z0-9.!+*_-]+)", versions):
        if operator == "===":
            if version != wanted:
                return False
            continue
        key = version_key(wanted[:-2] if wanted.endswith(".*") else wanted)
        if have is None or key is None:
            return False
        starts = wanted[:-2] if wanted.endswith(".*") else wanted.rpartition(".")[0] if operator == "~=" else None
        within = True
        if starts is not None:
            prefix = tuple(map(int, re.findall(r"\d+", starts.partition("!")[2] or starts)))
            padded = have[1] + (0,) * len(prefix)
            within = padded[:len(prefix)] == prefix
        fits = {"==": within if wanted.endswith(".*") else have == key and ("+" not in wanted or version.lower() == wanted.lower()), "!=": not within if wanted.endswith(".*") else have != key,
                "~=": within and have >= key, "<=": have <= key, ">=": have >= key, "<": have < key and (have[:2] < key[:2]
                or key[2] < 3), ">": have > key and (have[:2] > key[:2] or key[4] > 0 or key[2] < 3)}[operator]
        if not fits:
            return False
    return True


def missing_requirements(requirements, path=None):
    """Those requirements that the packages on `path` (default: sys.path) do not satisfy for certain."""
    missing = []
    for text in requirements:
        import importlib.metadata               # only where it is needed: it is large
        match = _REQUIREMENT.fullmatch(text)
        found = list(importlib.metadata.distributions(name=match["name"], **({} if path is None else {"path": path})))
        if match["marker"] or match["extras"] or not any(version_satisfies(one.version, match["versions"]) for one in found[:1]):
            missing.append(text)
    return missing


def _hide_passwords(text):
    """Text with user and password in URLs as *** (R100)."""
    return re.sub(r"(?i)([a-z][a-z0-9+.-]*://)[^/@\s]+@", r"\1***@", text)


def environment_python(requirements):
    """The path of the Python that make_environment makes, or has made, for these requirements."""
    import sysconfig
    tag = "%s %s %s" % (sorted(requirements), _python_tag(), sysconfig.get_platform())
    place = os.path.join(home_folder(), "venvs", _sha256(tag.encode())[:16])
    return os.path.join(place, "Scripts" if os.name == "nt" else "bin", "python")


def make_environment(requirements, say):
    """A virtual environment with the requirements, kept by what they are; returns its Python's path.

    say(text) is told each line of pip's output. Raises ServerError with pip's reason. One process
    builds at a time; the folder gets its name when it is complete (R100).
    """
    import shutil
    import subprocess
    _own_folder("venvs")
    python = environment_python(requirements)
    place = os.path.dirname(os.path.dirname(python))
    lock = FileLock(place + ".lock")
    deadline = time.monotonic() + INSTALL_TIMEOUT_S
    if not _wait_until(lock.take, INSTALL_TIMEOUT_S):
        raise ServerError("another process has been installing the same packages for %d s" % INSTALL_TIMEOUT_S)
    building = place + ".building"
    try:
        if os.path.exists(python):
            return python
        shutil.rmtree(building, ignore_errors=True)
        os.mkdir(building, 0o700)

        def run(command):
            environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True, errors="replace", env=environment)
            timer = threading.Timer(max(1.0, deadline - time.monotonic()), process.kill)
            timer.start()
            errors = []
            try:
                for line in process.stdout:
                    line = _hide_passwords(line.rstrip())
                    say(line)
                    if line.startswith(("ERROR", "error")):
                        errors.append(line)
                status = process.wait(ASK_TIMEOUT_S)
            finally:
                timer.cancel()
                process.stdout.close()
            if status:
                raise ServerError(" ".join(errors) or "%s ended with status %d" % (" ".join(command[1:4]), status))

        run([sys.executable, "-I", "-m", "venv", building])
        listing = os.path.join(building, "requirements.txt")
        _write_file(listing, "".join(text + "\n" for text in requirements).encode())
        binary = [] if os.environ.get("LIVEWIDGET_ALLOW_SDIST") == "1" else ["--only-binary=:all:"]
        built = os.path.join(building, os.path.relpath(python, place))
        run([built, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off",
             *binary, "-r", listing])
        os.rename(building, place)
        return python
    finally:
        shutil.rmtree(building, ignore_errors=True)
        lock.release()

################################################################################
# 13. DynamicWidget ############################################################
################################################################################
# A template and endpoint functions: the engine that runs the endpoints, its server, the widget and
# how it shows itself.


# The template language. livewidget.js, section 9, says the same to the browser; a table of cases holds both together.

_PATH = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+|\[[0-9]{1,9}\])*"
_FORMAT = r"(?=[^}])[<>^]?[+ ]?0?[0-9]{0,3},?(?:\.[0-9]{1,2}(?=[fe%s]))?[dfe%s]?"
_PLACEHOLDER = _Pattern(r"\{\{(%s(?::%s|\|raw)?)\}\}|\{(%s)(?::(%s)|(\|raw))?\}" % (_PATH, _FORMAT, _PATH, _FORMAT))
_FORMAT_PARTS = _Pattern(r"([<>^]?)([+ ]?)(0?)([0-9]*)(,?)(?:\.([0-9]+))?([dfe%s]?)")
# A lookahead and a reference back to it match in one way only: a tag without an end costs linear time (R14).
_MARKUP = _Pattern(r"<!--.*?(?:-->|\Z)|<[!?][^>]*>|</([A-Za-z][^\s/>]*)[^>]*>|"
                   r"<([A-Za-z][^\s/>]*)(?=[\s/>])((?:[\s/]|(?=([^\s=/>\"']+))\4(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|(?=([^\s>\"'][^\s>]*))\5))?)*)>",
                   re.DOTALL)
_ATTRIBUTE = _Pattern(r"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_RAW_TEXT = frozenset(("script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"))
_URL_ATTRIBUTES = frozenset(("href", "src", "srcset", "action", "formaction", "poster", "data", "xlink:href", "ping"))
_BARE_ELEMENTS = frozenset(("base", "meta", "object", "embed", "iframe"))
_STYLE_VALUE = _Pattern(r"[-+.#%A-Za-z0-9 ]{0,64}")
_SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_SAFE_IMAGE = _Pattern(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_MISSING = object()


def value_text(value):
    """A field's value as text: None is empty, truth is "true" or "false", lists and dicts are JSON."""
    if value is None or value is _MISSING:
        return ""
    if isinstance(value, str):
        return str(value)
    return _value_json(value)


def _value_json(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return _dump(str(value))
    if isinstance(value, dict):
        return "{%s}" % ",".join("%s:%s" % (_dump(key), _value_json(item)) for key, item in value.items())
    return "[%s]" % ",".join(map(_value_json, value))


def format_value(value, spec):
    """A value by a format: [align][sign][0][width][,][.precision][d f e % s]; numbers as Python's format() does.

    What is no number is shown as text, None as empty.
    """
    align, sign, zero, width, comma, precision, kind = _FORMAT_PARTS.fullmatch(spec).groups()
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is None or value is _MISSING:
        text = ""
    elif not is_number or kind == "s":
        is_number = False
        text = value_text(value)
        text = text[:int(precision)] if precision and kind == "s" else text
    else:
        text = _format_number(value, kind, comma, int(precision) if precision else 0 if kind == "d" else 6)
        if sign and not text.startswith("-"):
            text = sign + text
    width = int(width or 0)
    if zero and is_number and not align:
        start = 1 if text[:1] in "+- " and text else 0
        return text[:start] + text[start:].rjust(width - start, "0")
    return {"<": text.ljust, "^": text.center, ">": text.rjust, "": text.rjust if is_number else text.ljust}[align](width)


def _format_number(value, kind, comma, precision):
    if kind == "":
        text = number_text(value)
        if comma and "e" not in text:
            whole, point, fraction = text.partition(".")
            text = format(int(whole), ",") + point + fraction if whole.strip("-") != "0" else text
        return text
    if kind == "d":
        kind, precision = "f", 0
    return format(value, "%s.%d%s" % (comma, precision, kind))


def safe_url(url, image=False):
    """A URL that a value may make (R52), else one that leads nowhere."""
    bare = re.sub(r"[\x00-\x20\x7f]", "", url)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    if scheme is None or scheme[1].lower() in _SAFE_SCHEMES or image and _SAFE_IMAGE.match(bare):
        return url
    return "about:blank#blocked"


def safe_attribute(tag, name, text):
    """An attribute's text made of values, as it may stand."""
    if name not in _URL_ATTRIBUTES:
        return text
    if name == "srcset":
        return text if all(safe_url(part, True) == part for part in text.split(",")) else "about:blank#blocked"
    return safe_url(text, tag in ("img", "source", "input") and name == "src" or name == "poster")


def is_true(value):
    """Whether data-show and data-class take a value as true."""
    return bool(value) and value is not _MISSING


class _Placeholder:
    """{path}, {path:format} or {path|raw} in a template."""

    __slots__ = ("path", "format", "raw")

    def __init__(self, path, spec=None, raw=False):
        self.path, self.format, self.raw = _path_steps(path), spec, raw


def _path_steps(path):
    """"a.b[0].c" as a list of keys."""
    return [int(part[1:-1]) if part[0] == "[" else part.lstrip(".") for part in re.findall(r"\[[0-9]+\]|\.?[A-Za-z0-9_]+", path)]


def _split_placeholders(text):
    """Text as a list of str and _Placeholder."""
    parts, at = [], 0
    for match in _PLACEHOLDER.finditer(text):
        parts.append(text[at:match.start()])
        at = match.end()
        parts.append("{%s}" % match[1] if match[1] is not None else _Placeholder(match[2], match[3], bool(match[4])))
    parts.append(text[at:])
    joined = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined


class _Element:
    """One element of a template."""

    __slots__ = ("tag", "attributes", "children", "closed", "line", "live", "source")

    def __init__(self, tag, line, source):
        self.tag, self.line, self.source = tag, line, source
        self.attributes, self.children, self.live = {}, [], {}
        self.closed = False


def _unescape_attribute(text):
    import html
    return re.sub(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);", lambda match: html.unescape(match[0]), text)


class Template:
    """An HTML template with placeholders and live attributes (spec: DynamicWidget, "Template").

    Raises UsageError, with the line, for a placeholder where no value can be made safe (R51) and
    for live attributes that are none. fields: the names of fields that it shows. series: of those
    that it plots, with the number of points.
    """

    def __init__(self, source):
        _require(isinstance(source, str), "get_template must return text", got=source)
        self.source = source
        self.fields, self.series = set(), {}
        self._raw_texts = []
        self._nodes = self._parse(source)
        known = self.fields
        for text, what, line in self._raw_texts:    # `{x}` in a script is a placeholder only if x is a field
            for match in _PLACEHOLDER.finditer(text):
                if match[2] is not None and _path_steps(match[2])[0] in known:
                    self._refuse(line + text.count("\n", 0, match.start()), match[0], what)

    def _refuse(self, line, placeholder, where):
        raise UsageError("template line %d: %s cannot stand in %s: no value is safe there" % (line, placeholder, where))

    def _parse(self, source):
        top = _Element("", 1, "")
        stack, at, text_from = [top], 0, 0
        while True:
            match = _MARKUP.search(source, at)
            if match is None:
                self._take_text(source[text_from:], stack, source, text_from)
                return top.children
            self._take_text(source[text_from:match.start()], stack, source, text_from)
            line = source.count("\n", 0, match.start()) + 1
            end_tag, tag, attributes = match[1], match[2], match[3]
            at = text_from = match.end()
            if tag:
                node = self._take_tag(tag.lower(), attributes, line, match[0], any(one.live.get("each") for one in stack))
                stack[-1].children.append(node)
                if node.tag in _RAW_TEXT:
                    close = re.compile(r"</%s(?=[\s/>])[^>]*>" % re.escape(node.tag), re.IGNORECASE).search(source, at)
                    text = source[at:close.start() if close else len(source)]
                    if node.tag in ("textarea", "title"):
                        self._take_text(text, [node], source, at)
                    else:
                        self._raw_texts.append((text, "<%s>" % node.tag, line))
                        node.children.append(text)
                    node.closed = True
                    at = text_from = close.end() if close else len(source)
                elif node.tag not in _VOID:
                    stack.append(node)
            elif end_tag:
                tag = end_tag.lower()
                if any(one.tag == tag for one in stack[1:]):
                    while stack[-1].tag != tag:
                        stack.pop()
                    stack.pop().closed = True
                else:
                    _require(tag in ("p", "br"), "template line %d: </%s> closes nothing" % (line, tag))
            elif match[0].startswith("<!--"):
                self._raw_texts.append((match[0], "a comment", line))

    def _take_text(self, text, stack, source, start):
        import html
        if not text:
            return
        for match in re.finditer(r"<[A-Za-z/]?[^\s<>]*(\{%s[^{}]*\})" % _PATH, text):
            self._refuse(source.count("\n", 0, start + match.start()) + 1, match[1], "the name of a tag")
        parts = _split_placeholders(html.unescape(text))
        if not any(one.live.get("each") for one in stack):
            self._note(parts)
        stack[-1].children.append(parts)

    def _note(self, parts):
        self.fields.update(part.path[0] for part in parts if isinstance(part, _Placeholder))

    def _take_tag(self, tag, attributes, line, source, in_each):
        if _PLACEHOLDER.search(tag):
            self._refuse(line, _PLACEHOLDER.search(tag)[0], "the name of a tag")
        node = _Element(tag, line, source)
        for match in _ATTRIBUTE.finditer(attributes):
            name = match[1].lower()
            value = next((text for text in match.groups()[1:] if text is not None), None)
            if _PLACEHOLDER.search(name):
                self._refuse(line, _PLACEHOLDER.search(name)[0], "the name of an attribute")
            if name in node.attributes:
                continue
            parts = None if value is None else _split_placeholders(_unescape_attribute(value))
            placeholder = next((part for part in parts or () if isinstance(part, _Placeholder)), None)
            if placeholder is not None:
                shown = _PLACEHOLDER.search(value)[0] if _PLACEHOLDER.search(value) else value
                where = ("an attribute without quotes" if match[4] is not None else "the attribute " + name
                         if name.startswith("on") or name == "srcdoc" else "<%s>" % tag if tag in _BARE_ELEMENTS | {"script", "style"} else None)
                if where and (name.startswith("on") or name == "srcdoc"):
                    self._raw_texts.append((value, where, line))
                elif where:
                    self._refuse(line, shown, where)
                if not in_each:
                    self._note(parts)
            node.attributes[name] = parts
            if name.startswith("data-"):
                self._take_live(node, name[5:], _own_text(parts), in_each)
        return node

    def _take_live(self, node, name, value, in_each):
        """A live attribute into node.live: its kind, or (kind, name) -> steps of a path."""
        kind, _, target = name.partition("-")
        if name in ("field", "show", "hide", "each", "key", "plot") or kind in ("attr", "class", "style") and target:
            _require(re.fullmatch(_PATH, value), "template line %d: data-%s needs the name of a field" % (node.line, name), got=value)
            node.live[name if not target else (kind, target)] = _path_steps(value)
            if kind == "attr":
                _require(not target.startswith("on") and target != "srcdoc" and node.tag not in _BARE_ELEMENTS | {"script", "style"},
                         "template line %d: data-%s cannot be made safe" % (node.line, name))
            if not in_each and name != "key":
                self.fields.add(_path_steps(value)[0])
            if name == "plot":
                self.series.setdefault(value, 100)
                points = node.attributes.get("data-points")
                if points is not None:
                    self._take_live(node, "points", "".join(points), in_each)
        elif name == "format":
            path, colon, spec = value.rpartition(":")
            _require(spec and re.fullmatch(_FORMAT, spec) and (not colon or re.fullmatch(_PATH, path)),
                     "template line %d: data-format is a format such as '.1f', or 'name:.1f'; the letters are d f e %% s"
                     % node.line, got=value)
            node.live["format"] = spec
            if colon:
                node.live.setdefault("field", _path_steps(path))
                if not in_each:
                    self.fields.add(_path_steps(path)[0])
        elif name == "points":
            _require(re.fullmatch(r"[0-9]{1,5}", value) and int(value) >= 2,
                     "template line %d: data-points is a number from 2 to 99999" % node.line, got=value)
            if "plot" in node.live:
                self.series[_own_text(node.attributes["data-plot"])] = int(value)
        elif name == "action":
            _require(value.startswith("/"), "template line %d: data-action needs a path such as '/reset'" % node.line, got=value)
            node.live["action"] = value

    # Rendering

    def render(self, fields, *, loading=False, static=False):
        """The template filled with fields, as HTML.

        loading: some fields are still being asked for: what is missing says so. static: for a page
        that is not ours: without scripts, styles, frames, ids and raw HTML, plots as text.
        """
        return "".join(self._render(node, fields, loading, static) for node in self._nodes)

    def _render(self, node, scope, loading, static):
        if isinstance(node, str):
            return node
        if isinstance(node, list):
            return "".join(_escape(part) if isinstance(part, str) else _show_placeholder(part, scope, loading, static) for part in node)
        if static and node.tag in _NOT_STATIC:
            return ""
        attributes = {name: None if parts is None else _attribute_text(node.tag, name, parts, scope, loading)
                      for name, parts in node.attributes.items()}
        content = self._apply_live(node, attributes, scope, loading, static)
        if static:
            attributes = {name: text for name, text in attributes.items() if not re.match(r"on|id$|name$|data-|srcdoc|form|action", name)}
        head = "<%s%s>" % (node.tag, "".join(" %s=\"%s\"" % (name, _escape(text or "")) for name, text in attributes.items()))
        if content is None:
            content = "".join(self._render(child, scope, loading, static) for child in node.children)
        return head + content + ("</%s>" % node.tag if node.closed else "")

    def _apply_live(self, node, attributes, scope, loading, static):
        """Change attributes as the live ones say; returns the content they ask for, or None."""
        content = None
        for kind, path in node.live.items():
            if kind in ("key", "format", "action"):
                continue
            value = _look_up(scope, path)
            if kind in ("show", "hide"):
                if is_true(value) == (kind == "hide"):
                    attributes["hidden"] = ""
                else:
                    attributes.pop("hidden", None)
            elif kind == "field":
                content = self._show_field(node, attributes, value, loading, static)
            elif kind == "each":
                content = self._show_items(node, value, loading, static)
            elif kind == "plot":
                content = _sparkline(value) if static else "" if node.tag == "canvas" else "<canvas%s></canvas>"
                label = "%s: %s" % (_own_text(node.attributes["data-plot"]),
                                    value_text(value[-1] if isinstance(value, list) and value else value))
                if not static and node.tag == "canvas":
                    attributes.update({"role": "img", "aria-label": label})
                elif not static:
                    content %= " role=\"img\" aria-label=\"%s\"" % _escape(label)
            elif kind[0] == "attr":
                if value is None or value is False or value is _MISSING:
                    attributes.pop(kind[1], None)
                else:
                    attributes[kind[1]] = "" if value is True else safe_attribute(node.tag, kind[1], value_text(value))
            elif kind[0] == "class":
                names = list(dict.fromkeys((attributes.get("class") or "").split()))
                if is_true(value) != (kind[1] in names):
                    names.remove(kind[1]) if kind[1] in names else names.append(kind[1])
                    attributes["class"] = " ".join(names)
            elif kind[0] == "style" and _STYLE_VALUE.fullmatch(value_text(value)) and value_text(value):
                before = (attributes.get("style") or "").rstrip("; ")
                attributes["style"] = "%s%s: %s;" % (before + "; " if before else "", kind[1], value_text(value))
        return content

    def _show_field(self, node, attributes, value, loading, static):
        spec = node.live.get("format")
        if isinstance(value, HTML) and spec is None and node.tag not in _VALUE_ELEMENTS:
            return _escape(strip_markup(value)) if static else str(value)
        text = ("loading" if loading and value is _MISSING else
                value_text(value) if spec is None else format_value(value, spec))
        if node.tag in ("img", "video", "audio", "source"):
            attributes["src"] = safe_attribute(node.tag, "src", text)
        elif node.tag == "input" and _own_text(node.attributes.get("type")) in ("checkbox", "radio"):
            if is_true(value):
                attributes["checked"] = ""
            else:
                attributes.pop("checked", None)
        elif node.tag in ("input", "progress", "meter"):
            attributes["value"] = "" if text == "loading" else text
        elif node.tag == "select":
            return self._show_options(node, text, static)
        else:
            return _escape(text)
        return None

    def _show_options(self, node, text, static):
        shown = []
        for child in node.children:
            if isinstance(child, _Element) and child.tag == "option":
                label = "".join(_own_text(one) for one in child.children if not isinstance(one, _Element))
                value = _own_text(child.attributes["value"]) if child.attributes.get("value") else label.strip()
                option = _Element("option", child.line, child.source)
                option.attributes = {name: parts for name, parts in child.attributes.items() if name != "selected"}
                if value == text:
                    option.attributes["selected"] = None
                option.children, option.closed = child.children, child.closed
                child = option
            shown.append(self._render(child, {}, False, static))
        return "".join(shown)

    def _show_items(self, node, value, loading, static):
        pattern = next((child for child in node.children if isinstance(child, _Element) and child.tag == "template"), None)
        _require(pattern is not None, "template line %d: data-each needs a <template> inside" % node.line)
        before = node.children[:node.children.index(pattern)]
        after = node.children[node.children.index(pattern) + 1:]
        items = [self._render(child, item if isinstance(item, dict) else {"item": item}, False, static)
                 for item in (value if isinstance(value, list) else ()) for child in pattern.children]

        def rest(children):
            return "".join(self._render(child, {}, loading, static) for child in children)
        if static:
            return rest(before) + "".join(items) + rest(after)
        return rest(before) + self._source_of(pattern) + "".join(items) + rest(after)

    def _source_of(self, node):
        """An element as it stands in the template."""
        if isinstance(node, str):
            return node
        if isinstance(node, list):
            return "".join(_escape(part) if isinstance(part, str) else _placeholder_source(part) for part in node)
        return node.source + "".join(map(self._source_of, node.children)) + ("</%s>" % node.tag if node.closed else "")


#: Elements whose data-field is a value or an address, not a content.
_VALUE_ELEMENTS = frozenset(("input", "select", "textarea", "progress", "meter", "img", "video", "audio", "source"))
#: Elements that have no place in somebody else's page.
_NOT_STATIC = frozenset(("script", "style", "link", "meta", "base", "iframe", "object", "embed", "template", "title", "canvas",
                         "video", "audio", "noscript"))


def _own_text(parts):
    """What the template itself says in a text or an attribute, without its placeholders."""
    return "".join(part for part in parts or () if isinstance(part, str))


def _placeholder_source(part):
    path = "".join("[%d]" % step if isinstance(step, int) else "." + step for step in part.path).lstrip(".")
    return "{%s%s}" % (path, ":" + part.format if part.format else "|raw" if part.raw else "")


def _look_up(scope, path):
    value = scope
    for step in path:
        if isinstance(value, dict) and str(step) in value:
            value = value[str(step)]
        elif isinstance(value, list) and str(step).isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _MISSING
    return value


def _show_placeholder(part, scope, loading, static):
    value = _look_up(scope, part.path)
    if value is _MISSING and loading:
        return "loading"
    if part.format is not None:
        return _escape(format_value(value, part.format))
    if part.raw or isinstance(value, HTML):
        return _escape(strip_markup(value_text(value))) if static else value_text(value)
    return _escape(value_text(value))


def _attribute_text(tag, name, parts, scope, loading):
    """An attribute's text with its placeholders filled: one pass, so that a value is never searched (R53)."""
    if not any(isinstance(part, _Placeholder) for part in parts):
        return "".join(parts)
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        value = _look_up(scope, part.path)
        text = value_text(value) if part.format is None else format_value(value, part.format)
        texts.append(text if name != "style" or _STYLE_VALUE.fullmatch(text) else "")
    return safe_attribute(tag, name, "".join(texts))


def strip_markup(text):
    """The text of some HTML, for a place where no markup can be trusted."""
    import html
    return html.unescape(re.sub(r"<[^>]*>?", "", text))


def _sparkline(value):
    """A plot as text: eight heights of blocks, at most 60 of them."""
    numbers = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, (int, float))]
    if not numbers:
        return ""
    if len(numbers) == 1:
        return _escape(number_text(numbers[0]))
    numbers = [numbers[index * len(numbers) // min(60, len(numbers))] for index in range(min(60, len(numbers)))]
    low, high = min(numbers), max(numbers)
    return "".join("▁▂▃▄▅▆▇█"[int((one - low) / ((high - low) or 1) * 7.99)] for one in numbers)


# What endpoints answer

class HTML(str):
    """Markup that a template shows as it is: return lw.HTML("<b>bold</b>") from an endpoint.

    Scripts and inline handlers in it do not run. Everything that is not HTML is shown as text.
    """


def plain_value(value):
    """An endpoint's answer as JSON values: (value, list of remarks about what JSON cannot hold).

    Dates become ISO text, Decimals numbers, paths text, NumPy scalars and arrays numbers and lists,
    dataclasses dicts, sets sorted lists, enumerations their values; whole numbers beyond 2^53, which
    JavaScript cannot hold, text; NaN and the infinities None, with a remark. HTML stays HTML.
    Raises UsageError that names the place of anything else.
    """
    remarks = []

    def convert(value, where, depth):
        if value is None or value is True or value is False or isinstance(value, HTML):
            return value
        _require(depth <= MAX_JSON_DEPTH, "%s nests deeper than %d" % (where[:80] or "the answer", MAX_JSON_DEPTH))
        kind = type(value)
        if kind is str:
            return value
        if kind is int:
            return value if -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER else str(value)
        if kind is float:
            if math.isfinite(value):
                return value
            remarks.append("%s is %r, shown as empty" % (where, value))
            return None
        if isinstance(value, dict):
            return {key_text(key, where): convert(item, "%s[%r]" % (where, key) if where else str(key), depth + 1)
                    for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [convert(item, "%s[%d]" % (where, index), depth + 1) for index, item in enumerate(value)]
        return convert(unwrap(value, where), where, depth + 1)

    def key_text(key, where):
        is_number = isinstance(key, (int, float)) and not isinstance(key, bool)
        _require(isinstance(key, str) or is_number, "%s has a key that is no text" % (where or "the answer"), key=key)
        return str(key)

    def unwrap(value, where):
        import enum
        if isinstance(value, enum.Enum):
            return value.value
        for base in (str, int, float):
            if isinstance(value, base):
                return base(value)
        if isinstance(value, (set, frozenset)):
            return sorted(value, key=repr)
        fields = getattr(type(value), "__dataclass_fields__", None)
        if fields is not None:
            return {name: getattr(value, name) for name in fields}
        if hasattr(value, "isoformat"):
            return value.isoformat()
        if hasattr(value, "__fspath__"):
            return os.fspath(value)
        if hasattr(value, "as_tuple") and hasattr(value, "to_integral_value"):      # a Decimal
            return float(value) if value != value or value != value.to_integral_value() else int(value)
        for name in ("tolist", "item", "total_seconds"):
            if callable(getattr(value, name, None)):
                return getattr(value, name)()
        raise UsageError("%s is %s: allowed are text, numbers, None, lists, dicts, dates and what converts to them"
                         % (where or "the answer", _shown(value)))
    return convert(value, "", 0), remarks


def html_paths(value, path=()):
    """Where in a converted value HTML stands, as lists of keys: JSON itself cannot say so (R54)."""
    if isinstance(value, HTML):
        return [list(path)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in html_paths(item, (*path, key))]


# Endpoints that run while somebody watches

class _Endpoint:
    """One endpoint: its function, when it is due, and what it last answered."""

    def __init__(self, path, function, interval_s, watch):
        self.path, self.function, self.interval_s, self.watch = path, function, interval_s, watch
        self.fields, self.body, self.etag, self.error, self.remark = {}, None, None, None, None
        self.started = self.finished = self.logged = -math.inf
        self.running = self.again = False
        self.waiting = []                       # called with no arguments after the run at hand
        self.timer = None
        self.stamp = None                       # what its watched files looked like when it last began
        self.stamp_is_young = False             # they were written that moment: another write might look the same


def _file_stamp(patterns):
    """What tells whether files that match patterns were changed."""
    import glob
    stamp = []
    for pattern in patterns:
        for path in sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else (pattern,):
            try:
                status = os.stat(path)
                stamp.append((path, status.st_ino, status.st_size, status.st_mtime_ns))
            except OSError:
                stamp.append((path,))
    return stamp


class EndpointRunner:
    """Runs endpoints on worker threads while somebody watches, and keeps what they answer in a StateLog.

    Widget 0 of the log holds the fields, 1 the series behind plots, 2 the page. Each endpoint runs at
    most once per interval however many people watch, never twice at once, and at once when a file it
    watches has changed. Its errors are fields too. All methods run on the reactor's thread but for
    those that say otherwise.
    """

    def __init__(self, reactor, changed):
        self.reactor = reactor
        self.log = StateLog()
        self.log.create(1, "Series")
        self.log.create(2, "Page")
        self.endpoints, self.actions = {}, {}
        self.viewers = 0                        # feeds that are held open
        self._changed = changed                 # called when the log has something new
        self._pool = CallbackPool()
        self._attended_until = -math.inf
        self._generation = 0
        self._series, self._unknown, self._old_fields = {}, set(), set()
        self._watcher = None
        self._any_value = False
        self.status, self._detail, self._trouble = "starting", "", ""
        self._actions_running, self._actions_errors = {}, {}
        self.ending = False
        self._tell()

    def load(self, functions, settings):
        """Take the endpoints and actions of new code; what old code still answers is dropped."""
        self._generation += 1
        for endpoint in self.endpoints.values():
            if endpoint.timer is not None:
                endpoint.timer.cancel()
        old, waiting = self.endpoints, [wake for one in self.endpoints.values() for wake in one.waiting]
        self.endpoints = {}
        for about, function in zip(settings["endpoints"], functions):
            interval = about.get("interval") or settings["interval"]
            self.endpoints[about["path"]] = _Endpoint(about["path"], function, interval / 1000, about.get("watch") or [])
        self.actions = dict(zip(settings["actions"], functions[len(settings["endpoints"]):]))
        self._any_value = settings.get("any_value", False)
        self._old_fields |= {name for one in old.values() for name in one.fields}
        self._unknown = set(settings.get("fields", ()))
        self._series = settings.get("series", {})
        for name in self._series:
            self.log.set_sequence(1, _cell_name(name), [])
        self.log.set(2, "page", [settings.get("page")])
        self._actions_errors = {}
        for wake in waiting:
            wake()
        self.attend(0)

    def say(self, status, detail=""):
        """Set the server's status: starting, live, stopped, error (any thread)."""
        self.status, self._detail = status, detail
        self._tell()

    def trouble(self, text):
        """A word about the server itself, such as a full disk; "" ends it (any thread)."""
        if text != self._trouble:
            self._trouble = text
            self._tell()

    def _tell(self):
        errors = {one.path: one.error or one.remark for one in self.endpoints.values() if one.error or one.remark}
        errors.update(self._actions_errors)
        failed = self.status == "live" and errors
        self.log.set(0, "_server_status", ["error" if failed else self.status])
        self.log.set(0, "_server_detail", ["; ".join(filter(None, [
            self._detail, self._trouble, *("%s: %s" % item for item in errors.items())]))])
        self.reactor.call_soon(self._changed)

    def _set_field(self, name, value):
        paths = html_paths(value)
        self.log.set(0, _cell_name(name), [value, paths] if paths else [value])

    # When they run

    def attend(self, seconds):
        """Somebody watches, for so many seconds at least."""
        self._attended_until = max(self._attended_until, time.monotonic() + seconds)
        for endpoint in self.endpoints.values():
            if endpoint.timer is None and not endpoint.running and self.is_attended:
                self._plan(endpoint)
        if self._watcher is None and self.is_attended and any(one.watch for one in self.endpoints.values()):
            self._watcher = threading.Thread(target=self._watch, name="livewidget-watch", daemon=True)
            self._watcher.start()

    @property
    def is_attended(self):
        return self.viewers > 0 or time.monotonic() < self._attended_until

    def _plan(self, endpoint):
        delay = max(0.0, endpoint.started + endpoint.interval_s - time.monotonic())
        endpoint.timer = self.reactor.call_later(delay, functools.partial(self._due, endpoint))

    def _due(self, endpoint):
        endpoint.timer = None
        if self.is_attended and not self.ending:
            self.run(endpoint)

    def run(self, endpoint):
        """Run an endpoint now, or once more after the run at hand."""
        if endpoint.running:
            endpoint.again = True
            return
        if endpoint.timer is not None:
            endpoint.timer.cancel()
            endpoint.timer = None
        endpoint.running, endpoint.again = True, False
        endpoint.started = time.monotonic()
        self.reactor.call_later(SLOW_CALLBACK_S, functools.partial(self._report_slow, endpoint, endpoint.started))
        self._pool.submit(functools.partial(self._call_endpoint, endpoint, self._generation))

    def _report_slow(self, endpoint, started):
        if endpoint.running and endpoint.started == started and self.endpoints.get(endpoint.path) is endpoint:
            endpoint.remark = "has been running for %g s" % SLOW_CALLBACK_S
            sys.stderr.write("endpoint %s %s\n" % (endpoint.path, endpoint.remark))
            self._tell()

    def _call_endpoint(self, endpoint, generation):
        """On a worker thread: call the function, convert and encode what it answers."""
        fields, body, error, remark = {}, None, None, None
        if endpoint.watch:
            endpoint.stamp = _file_stamp(endpoint.watch)
            endpoint.stamp_is_young = any(time.time_ns() - one[3] < 50_000_000 for one in endpoint.stamp if len(one) == 4)
        try:
            value = _call_function(endpoint.function)
            if not isinstance(value, dict) and not self._any_value:
                raise UsageError("an endpoint returns a dict, got %s" % _shown(value))
            value, remarks = plain_value(value)
            body = _encode(value)
            if len(body) > MAX_BATCH_BYTES:
                raise UsageError("its answer has %d bytes as JSON; at most %d can be shown" % (len(body), MAX_BATCH_BYTES))
            fields = value if isinstance(value, dict) else {}
            remark = "; ".join(remarks) or None
        except BaseException as problem:        # SystemExit too: a function must not end its server
            body, error = None, _problem_line(problem)
            if error != endpoint.error or time.monotonic() - endpoint.logged > LOG_EVERY_S:
                endpoint.logged = time.monotonic()      # the same at each interval is said now and then
                _print_error("endpoint %s failed" % endpoint.path, problem)
        self.reactor.call_soon(self._done, endpoint, generation, fields, body, error, remark)

    def _done(self, endpoint, generation, fields, body, error, remark):
        endpoint.running = False
        endpoint.finished = time.monotonic()
        if generation == self._generation:
            if remark and remark != endpoint.remark:
                sys.stderr.write("endpoint %s: %s\n" % (endpoint.path, remark))
            if error is None:
                if body != endpoint.body:
                    endpoint.body, endpoint.etag = body, '"%s"' % _sha256(body)[:20]
                    self._take_fields(endpoint, fields)
                self._take_samples(endpoint)
            if all(one.body is not None for one in self.endpoints.values()):
                self._settle()
            if (error, remark) != (endpoint.error, endpoint.remark):
                endpoint.error, endpoint.remark = error, remark
                self._tell()
            self._changed()
        waiting, endpoint.waiting = endpoint.waiting, []
        for wake in waiting:
            wake()
        if generation == self._generation and not self.ending:
            if endpoint.again:
                self.run(endpoint)
            elif self.is_attended:
                self._plan(endpoint)

    def _settle(self):
        """All endpoints have answered: empty the fields of old code, and name the template's that nobody returns, once."""
        old, self._old_fields = self._old_fields, set()
        for name in old:
            if self._owner(name) is None:
                self._set_field(name, None)
        unknown, self._unknown = {name for name in self._unknown if self.log.get(0, _cell_name(name)) is None}, set()
        if unknown:
            sys.stderr.write("no endpoint returns %s, which the template shows\n" % ", ".join(sorted(unknown)))

    def _owner(self, name):
        """The endpoint whose value of a field counts: the last that has it."""
        return next((one for one in reversed(list(self.endpoints.values())) if name in one.fields), None)

    def _take_fields(self, endpoint, fields):
        gone = endpoint.fields.keys() - fields.keys()
        endpoint.fields = fields
        for name, value in fields.items():
            if self._owner(name) is endpoint:
                self._set_field(name, value)
        for name in gone:
            owner = self._owner(name)
            self._set_field(name, None if owner is None else owner.fields[name])

    def _take_samples(self, endpoint):
        for name, points in self._series.items():
            if name not in endpoint.fields or self._owner(name) is not endpoint:
                continue
            value, cell = endpoint.fields[name], _cell_name(name)
            if isinstance(value, list):
                if self.log.get(1, cell) != [value]:
                    self.log.set_sequence(1, cell, value)
                continue
            have = len(self.log.get(1, cell)[0])
            self.log.edit(1, cell, (have, 0, [value]))
            if have + 1 > points:
                self.log.edit(1, cell, (0, have + 1 - points, []))

    def _watch(self):
        """On a thread of its own, while somebody watches: look at the watched files."""
        while self.is_attended and not self.ending:
            for endpoint in list(self.endpoints.values()):
                if endpoint.watch and endpoint.stamp is not None:
                    stamp = _file_stamp(endpoint.watch)
                    if stamp != endpoint.stamp or endpoint.stamp_is_young:
                        endpoint.stamp, endpoint.stamp_is_young = stamp, False
                        self.reactor.call_soon(self.run, endpoint)
            time.sleep(WATCH_EVERY_S)
        self._watcher = None

    # Actions

    def act(self, path, arguments, done):
        """Call an action on a worker thread, after those of its path; then done(error or None)."""
        queue = self._actions_running.setdefault(path, collections.deque())
        queue.append((arguments, done))
        if len(queue) == 1:
            self._start_action(path)

    def _start_action(self, path):
        arguments, _ = self._actions_running[path][0]
        self._pool.submit(functools.partial(self._call_action, path, self.actions.get(path), arguments))

    def _call_action(self, path, function, arguments):
        fields, error = {}, None
        try:
            value = _call_function(function, **arguments)
            if value is not None:
                if not isinstance(value, dict):
                    raise UsageError("an action returns a dict or None, got %s" % _shown(value))
                fields, _ = plain_value(value)
                _require(len(_encode(fields)) <= MAX_BATCH_BYTES, "an action's answer is too large")
        except BaseException as problem:
            error = _problem_line(problem)
            _print_error("action %s failed" % path, problem)
        self.reactor.call_soon(self._acted, path, fields, error)

    def _acted(self, path, fields, error):
        queue = self._actions_running[path]
        _, done = queue.popleft()
        for name, value in fields.items():
            self._set_field(name, value)
        errors = self._actions_errors
        if (errors.pop(path, None) if error is None else errors.get(path)) != error:
            if error is not None:
                errors[path] = error
            self._tell()
        for endpoint in self.endpoints.values():  # what the action changed is to be seen
            if self.is_attended:
                self.run(endpoint)
        self._changed()
        done(error)
        if queue:
            self._start_action(path)

    def stop(self):
        self.ending = True
        self._pool.stop()


def _call_function(function, **arguments):
    """Call an author's function; an `async def` one is run to its end."""
    value = function(**arguments)
    if hasattr(value, "__await__"):
        import asyncio

        async def result():
            return await value
        value = asyncio.run(result())
    return value


def _problem_line(problem):
    """An exception as one line for the widget."""
    text = "%s: %s" % (type(problem).__name__, problem) if str(problem) else type(problem).__name__
    return text.splitlines()[0][:LOG_TEXT]


def _print_error(text, problem):
    """A traceback where the author looks for it; frames of livewidget are left out."""
    import traceback
    frames = traceback.extract_tb(problem.__traceback__)
    theirs = [frame for frame in frames if frame.filename != _OWN_FILE]
    frames = theirs if theirs or isinstance(problem, LivewidgetError) else frames
    sys.stderr.write("%s %s\n%s%s" % (time.strftime("%Y-%m-%d %H:%M:%S"), text, "".join(traceback.format_list(frames)),
                                      "".join(traceback.format_exception_only(type(problem), problem))))


def _cell_name(name):
    """A field's name as a StateLog has it: escaped, as it goes into JSON as it is."""
    return _dump_ascii(name)[1:-1]


class FeedLink(WebSocketLink):
    """The feed over a WebSocket: the viewer says {"since", "epoch"} once, then gets an answer at each change."""

    def __init__(self, pages, connection, protocol):
        super().__init__(pages.site, connection, protocol)
        self.pages, self.cursor = pages, None

    def take_event(self, event):
        if not isinstance(event, str):
            return
        try:
            wanted = json.loads(event) if len(event) < 1000 else None
            since, epoch = wanted["since"], wanted.get("epoch")
            if self.cursor is not None or type(since) is not int or since < 0 or not isinstance(epoch, (str, type(None))):
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.close_now(1008, "the first and only message is {\"since\": number, \"epoch\": text}")
            return
        self.cursor = since, epoch
        self.pages.add_viewer(self)

    def tell(self):
        """Send what changed, if the peer has taken what it got."""
        since, epoch = self.cursor
        if self.ending or self.connection.unsent or not self.pages.has_news(since, epoch):
            return
        self.cursor = self.pages.runner.log.seq, self.pages.runner.log.epoch
        self.connection.write(*self.protocol.frame(_TEXT, self.pages.feed(since, epoch)))

    def drained(self):
        super().drained()
        if self.cursor is not None:
            self.tell()

    def detached(self):
        self.pages.remove_viewer(self)


class _HeldFeed:
    """A GET of the feed that waits for news."""

    def __init__(self, pages, exchange, since, epoch):
        self.pages, self.exchange, self.since, self.epoch = pages, exchange, since, epoch
        patience = HOLD_S if since else FIRST_HOLD_S
        self._hold = pages.site.reactor.call_later(patience, functools.partial(self.tell, True))
        exchange.on_lost = self._end
        pages.add_viewer(self)

    def tell(self, force=False):
        if force or self.pages.has_news(self.since, self.epoch):
            self._end()
            self.exchange.respond(self.pages.feed_response(self.since, self.epoch))

    def _end(self):
        self._hold.cancel()
        self.pages.remove_viewer(self)


class EndpointPages:
    """Endpoints on a site: their JSON, the feed, the live page and the actions, at paths relative to their own root."""

    def __init__(self, site, instance, title):
        self.site, self.instance, self.title = site, instance, title
        self.make_page = None                   # called with a nonce, answers the live page
        self._viewers = {}                      # feeds that wait for news, in order
        self._unloaded = []                     # requests that wait for the code
        self._answers = {}                      # (since, until) -> the feed's answer, kept while it is the newest
        self.runner = EndpointRunner(site.reactor, self._tell_viewers)
        self.routes = {
            "/": Route(self._answer_page, page=True),
            "/livewidget/changes": Route(self._answer_changes),
            "/livewidget/ws": Route(lambda request, exchange: site.upgrade(
                request, exchange, lambda connection, protocol: FeedLink(self, connection, protocol))),
        }

    def find_route(self, path):
        route = self.routes.get(path)
        if route is None and path in self.runner.endpoints:
            route = Route(functools.partial(self._answer_endpoint, path))
        elif route is None and path in self.runner.actions:
            route = Route(functools.partial(self._answer_action, path), methods=("POST",), max_body=MAX_ACTION_BYTES)
        elif route is None and self.runner.status != "live":
            route = Route(self._answer_unloaded, methods=("GET", "HEAD", "POST"), max_body=MAX_ACTION_BYTES)
        return route

    def _answer_unloaded(self, request, exchange):
        """What is asked before the code is there waits for it."""
        if self.runner.status != "starting":
            return refusal(503, "the server has no code; see its status")

        def wake():
            patience.cancel()
            if wake not in self._unloaded:
                return
            self._unloaded.remove(wake)
            refused, _ = self.site.judge(request, exchange)
            response = refused or (refusal(503, headers=[("Retry-After", "1")]) if self.runner.status == "starting"
                                   else self.site.answer(request, exchange))
            if response is not None:
                exchange.respond(response)
        patience = self.site.reactor.call_later(ASK_TIMEOUT_S, wake)
        self._unloaded.append(wake)
        return None

    def _answer_page(self, request, exchange):
        if self.runner.status == "starting" and not self.runner.endpoints:
            return self._answer_unloaded(request, exchange)
        if self.make_page is None:
            paths = "".join("<li><a href=\"%s\">%s</a></li>" % (_escape(path[1:]), _escape(path))
                            for path in self.runner.endpoints)
            page, policy = "<!doctype html><title>%s</title><h1>%s</h1><ul>%s</ul>" % (
                _escape(self.title), _escape(self.title), paths), "default-src 'none'; frame-ancestors 'self'"
        else:
            scheme, host, port = exchange.place
            nonce = _random_token(16)
            page = self.make_page(nonce)
            policy = _join(page_policy("'nonce-%s'" % nonce, "'self' %s://%s:%d" % (scheme.replace("http", "ws"), host, port),
                                       self.site.frame_ancestors))
        return Response(200, page, [("Content-Security-Policy", policy), ("Cache-Control", "no-store")],
                        "text/html; charset=utf-8")

    # Endpoints and actions

    def _answer_endpoint(self, path, request, exchange):
        endpoint = self.runner.endpoints[path]
        if endpoint.body is not None and endpoint.error is None and \
                time.monotonic() - endpoint.started < endpoint.interval_s and not endpoint.again:
            return self._endpoint_response(endpoint, request)
        if not endpoint.running:
            self.runner.run(endpoint)

        def wake():
            patience.cancel()
            current = self.runner.endpoints.get(path)
            response = (refusal(404) if current is None else self._endpoint_response(current, request) if current is endpoint
                        else self._answer_endpoint(path, request, exchange))        # new code came: ask that
            if response is not None:
                exchange.respond(response)

        def give_up():
            forget()
            exchange.respond(refusal(504, "the endpoint is still running"))

        def forget():
            patience.cancel()
            endpoint.waiting = [one for one in endpoint.waiting if one is not wake]
        patience = self.site.reactor.call_later(ASK_TIMEOUT_S, give_up)
        exchange.on_lost = forget
        endpoint.waiting.append(wake)
        return None

    @staticmethod
    def _endpoint_response(endpoint, request):
        if endpoint.error is not None or endpoint.body is None:
            return refusal(500, "the endpoint failed; its traceback is in the server's stderr")
        headers = [("ETag", endpoint.etag), ("Cache-Control", "private, no-cache")]
        if request.headers.get("if-none-match") == endpoint.etag:
            return Response(304, headers=headers)
        return Response(200, endpoint.body, headers, "application/json")

    def _answer_action(self, path, request, exchange):
        try:
            arguments = json.loads(request.body or b"{}")
            ok = isinstance(arguments, dict) and len(arguments) <= 1000
        except (ValueError, RecursionError):
            ok = False
        if not ok:
            return refusal(400, "an action takes a JSON object: its arguments by name")
        self.runner.act(path, arguments, lambda error: exchange.respond(
            Response(200, _encode({"error": error}), [("Cache-Control", "no-store")], "application/json")))
        return None

    # The feed

    def has_news(self, since, epoch):
        """Whether a cursor has missed something worth an answer; a newcomer waits a moment for first values."""
        log, runner = self.runner.log, self.runner
        if since and epoch == log.epoch:
            return log.seq != since
        return runner.status != "live" or all(one.finished > -math.inf for one in runner.endpoints.values())

    def feed(self, since, epoch):
        """The feed's answer to a cursor, as JSON bytes; made once for all who ask the same."""
        log = self.runner.log
        if epoch != log.epoch:
            since = 0
        key = since, log.seq
        if key not in self._answers:
            changes = log.changes(since, limit=math.inf)
            answer = {"instance": self.instance, "epoch": log.epoch, "seq": changes.until,
                      "reset": changes.reset or not since, "fields": {}, "html": {}, "series": {}}
            for operation, wid, name, *arguments in json.loads(b"[" + changes.operations + b"]"):
                if operation == "new":
                    continue
                if wid == 2:
                    answer["page"] = arguments[0][0]
                elif wid == 1:
                    answer["series"][name] = {operation: arguments[0][0] if operation == "set" else arguments[0]}
                else:
                    answer["fields"][name], *paths = arguments[0]
                    if paths:
                        answer["html"][name] = paths[0]
            self._answers = {one: kept for one, kept in self._answers.items() if one[1] == log.seq and len(self._answers) < 64}
            self._answers[key] = _encode(answer)
        return self._answers[key]

    def feed_response(self, since, epoch):
        return Response(200, self.feed(since, epoch), [("Cache-Control", "no-store")], "application/json")

    def _answer_changes(self, request, exchange):
        since, epoch = request.query.get("since", "0"), request.query.get("epoch")
        if not re.fullmatch(r"[0-9]{1,15}", since):
            return refusal(400, "since must be a number")
        self.runner.attend(ATTEND_S)
        since = int(since)
        if since and epoch is None:
            epoch = self.runner.log.epoch       # a plain client that does not care about restarts
        if since > self.runner.log.seq:
            since = 0
        if self.has_news(since, epoch):
            return self.feed_response(since, epoch)
        _HeldFeed(self, exchange, since, epoch)
        return None

    def add_viewer(self, viewer):
        self._viewers[viewer] = None
        self.runner.viewers = len(self._viewers)
        self.runner.attend(ATTEND_S)
        if isinstance(viewer, FeedLink):
            viewer.tell()

    def remove_viewer(self, viewer):
        self._viewers.pop(viewer, None)
        self.runner.viewers = len(self._viewers)
        self.runner.attend(ATTEND_S)

    def _tell_viewers(self):
        if self._unloaded and self.runner.status != "starting":
            for wake in list(self._unloaded):
                wake()
        for viewer in list(self._viewers):
            viewer.tell()

    def close(self, status="stopped", detail=""):
        """Tell the viewers, answer who waits, and run nothing any more."""
        self.runner.say(status, detail)
        for wake in list(self._unloaded):
            self.site.reactor.call_soon(wake)
        _wait_until(lambda: not any(isinstance(one, _HeldFeed) for one in list(self._viewers)), CLOSE_ANSWER_S)
        self.runner.stop()


class EndpointSite(Site):
    """The web server of a server process: its pages, and the requests of whoever manages it."""

    def __init__(self, secret, instance, title, public_urls=()):
        super().__init__("127.0.0.1", [], token=view_token(secret), public_url=public_urls)
        self._secret, self._manage = secret, _prove(secret, "manage")
        self.manager = None                     # the process around it: stop(), reload(), info()
        self.pages = EndpointPages(self, instance, title)
        self.routes.update({
            "/livewidget/health": Route(self._answer_health, public=True),
            "/livewidget/info": Route(self._manage_only(self._answer_info)),
            "/livewidget/stop": Route(self._manage_only(self._answer_stop), methods=("POST",)),
            "/livewidget/reload": Route(self._manage_only(self._answer_reload), methods=("POST",)),
        })

    def find_route(self, path):
        return self.routes.get(path) or self.pages.find_route(path)

    def _credential(self, request, exchange, route):
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        exchange.is_manager = scheme.lower() == "bearer" and _same_secret(given.strip(), self._manage)
        return "bearer" if exchange.is_manager else super()._credential(request, exchange, route)

    @staticmethod
    def _manage_only(answer):
        """A route for those who know the server's secret; a view token is not enough (R44)."""
        return lambda request, exchange: answer(request, exchange) if exchange.is_manager else refusal(403)

    def _answer_health(self, request, exchange):
        nonce = request.query.get("nonce", "")
        proof = [("Livewidget-Proof", _prove(self._secret, "health", nonce))] if 16 <= len(nonce) <= 100 else []
        return Response(204, headers=proof)

    def _answer_info(self, request, exchange):
        return Response(200, _encode(self.manager.info()), [("Cache-Control", "no-store")], "application/json")

    def _answer_stop(self, request, exchange):
        self.manager.stop("stopped")
        return Response(204)

    def _answer_reload(self, request, exchange):
        self.manager.reload(lambda: exchange.respond(Response(200, b"{}", content_type="application/json")))
        return None

    def close(self, status="stopped", detail=""):
        """Tell the viewers, then end."""
        self.pages.close(status, detail)
        self.stop_listening()
        self.end_connections()
        self.release_reactor()


# A server's process

class _LogPipe:
    """What a process writes to a descriptor, into a log of bounded size; children's output too (R93).

    The descriptor is the writing end of a pipe, so that whoever prints faster than a disk waits.
    """

    def __init__(self, descriptor, path, trouble):
        self.path, self._trouble = path, trouble
        self.dropped = 0
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_FOLLOW, 0o600)
        self._size = os.fstat(self._file).st_size
        self._read, write = os.pipe()
        os.dup2(write, descriptor)
        os.close(write)
        self._thread = threading.Thread(target=self._copy, name="livewidget-log", daemon=True)
        self._thread.start()

    def _copy(self):
        while True:
            data = os.read(self._read, 65536)
            if not data:
                return
            try:
                self._write(data)
                if self.dropped:
                    os.write(self._file, b"[%d lines were dropped: the log could not be written]\n" % self.dropped)
                    self.dropped = 0
                    self._trouble("")
            except OSError as error:            # a full disk does not stop the server (R94)
                self.dropped += data.count(b"\n") or 1
                self._trouble("the log cannot be written (%s); %d lines dropped" % (error.strerror, self.dropped))

    def _write(self, data):
        if self._size + len(data) > LOG_BYTES:
            os.close(self._file)
            os.replace(self.path, self.path + ".1")
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NO_FOLLOW, 0o600)
            self._size = 0
        while data:
            written = os.write(self._file, data)
            self._size += written
            data = data[written:]

    def put_back(self, descriptor):
        """Let the descriptor be the file itself, and end when the pipe is empty."""
        os.dup2(self._file, descriptor)
        self._thread.join(1.0)


class ServerProcess:
    """The life of a server's process, from its folder: load, perhaps install, serve, expire, end."""

    def __init__(self, folder, sock, lock):
        self.entry = _Entry(os.path.basename(folder))
        self.entry.folder = folder
        self.record = self.entry.record()
        self._lock = lock
        self._ended = threading.Event()
        self._reason = "stopped"
        self._folder_id = self._stat_folder()
        if lock < 0:                            # nothing is inherited here
            own = FileLock(self.entry.path("alive.lock"))
            own.take()
            self._lock = own.descriptor
        for descriptor in (sock, self._lock):
            if descriptor >= 0 and os.name != "nt":
                os.set_inheritable(descriptor, False)
        self.sock = socket.socket(fileno=sock) if sock >= 0 else listen("127.0.0.1", 0)
        if sock < 0:
            self.record.update(port=self.sock.getsockname()[1], pid=os.getpid())
            _write_file(self.entry.path("server.json"), _encode(self.record))
        self.secret = self.entry.secret()
        self.site = EndpointSite(self.secret, self.record["instance"], self.entry.name, self.record["public_urls"])
        import faulthandler
        self._crash_file = open(self.entry.path("stderr.log"), "ab")
        faulthandler.enable(self._crash_file)   # a crash kills the thread that copies the log
        self._logs = {descriptor: _LogPipe(descriptor, self.entry.path(name), self.site.pages.runner.trouble)
                      for descriptor, name in ((1, "stdout.log"), (2, "stderr.log"))}
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, open(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False))

    def _stat_folder(self):
        try:
            status = os.stat(self.entry.folder)
            return status.st_dev, status.st_ino
        except OSError:
            return None

    def say(self, status, detail=""):
        """Tell handles, by the state file, and viewers (any thread)."""
        try:
            _write_file(self.entry.path("state.json"), _encode(
                {"instance": self.record["instance"], "status": status, "detail": detail}))
        except ServerError as error:
            self.site.pages.runner.trouble(str(error))
        self.site.pages.runner.say("live" if status == "running" else status, detail)

    def run(self):
        with _Signals() as signals:
            _raise_descriptor_limit()
            self.site.manager = self
            self.site.listen([self.sock])
            threading.Thread(target=self._load, name="livewidget-load", daemon=True).start()
            self.site.reactor.call_soon(self._look)
            while not self._ended.wait(0.2) and signals.received is None:
                pass
        self._close()
        return 0

    def _look(self):
        """Each second or when it is due: has the time come, is the folder still there (R92)?"""
        if self._ended.is_set():
            return
        left = math.inf
        if self.record["expires"] >= 0:
            left = self.record["started"] + self.record["expires"] - boot_clock()
        if left <= 0:
            self.stop("expired")
        elif self._stat_folder() != self._folder_id:
            self.stop("stopped")
        else:
            self.site.reactor.call_later(min(1.0, max(0.01, left)), self._look)

    def _load(self):
        """Take the code of the payload; install first what it needs."""
        try:
            missing = missing_requirements(self.record["dependencies"])
            if missing and not sys.prefix.startswith(os.path.join(home_folder(), "venvs")):
                self._install(missing)
            _require(not missing, "the environment was made but these are still missing", missing=missing)
            self._take_payload()
            self.say("running")
        except BaseException as problem:
            if not isinstance(problem, ServerError):
                _print_error("the code could not be loaded", problem)
            self.say("error", str(problem) if isinstance(problem, ServerError) else _problem_line(problem))

    def _install(self, missing):
        """Make an environment, then become its interpreter: same process, same socket, same lock."""
        self.say("starting", "installing " + ", ".join(missing))

        def tell(line):
            sys.stdout.write(line + "\n")
            if line.startswith(("Collecting ", "Downloading ", "Installing ")):
                self.say("starting", line[:LOG_TEXT])
        try:
            python = make_environment(self.record["dependencies"], tell)
        except (ServerError, OSError) as error:
            sys.stderr.write("%s\n" % error)
            raise ServerError("installing %s failed: %s" % (", ".join(missing), error)) from error
        if self._ended.is_set():
            return
        sock = os.dup(self.sock.fileno())       # who connects meanwhile waits in its backlog
        self.site.close("starting", "starting the environment")
        self.close_logs()
        for descriptor in (sock, self._lock):
            os.set_inheritable(descriptor, True)
        os.chdir(self.entry.folder)
        os.execv(python, child_command(python, __file__, self.entry.folder, sock, self._lock))

    def _take_payload(self):
        """Read the code (R96). The only place where marshal reads."""
        import marshal
        payload = marshal.loads(self.entry.payload())
        if payload["format"] != 1 or payload["python"] != _python_tag():
            raise ServerError("the code was packed by Python %s and this is Python %s: start the server again"
                              % (payload["python"], _python_tag()))
        os.chdir(payload["cwd"])
        sys.path[:] = _own_packages() + [part for part in payload["path"] if part not in _own_packages()]
        functions, settings = unpack_functions(payload["packed"]), payload["settings"]
        self.site.pages.title = settings.get("title") or self.entry.name
        if settings.get("page"):
            self.site.pages.make_page = functools.partial(live_page, settings, self.record["instance"])
        loaded = threading.Event()

        def load():
            self.site.pages.runner.load(functions, settings)
            loaded.set()
        self.site.reactor.call_soon(load)
        loaded.wait(START_TIMEOUT_S)

    def reload(self, done):
        """Take new code from the folder, then call done() (reactor thread)."""
        def work():
            self.record = self.entry.record() or self.record
            self._load()
            self.site.reactor.call_soon(done)
        threading.Thread(target=work, name="livewidget-load", daemon=True).start()

    def info(self):
        """What Server.env shows."""
        import importlib.metadata
        packages = {}
        for one in importlib.metadata.distributions():
            packages.setdefault(one.metadata["Name"] or "?", (one.version, str(one.locate_file(""))))
        return {"packages": packages, "executable": sys.executable, "path": sys.path, "version": sys.version.split()[0]}

    def stop(self, reason):
        """End soon (any thread). reason: "stopped" or "expired"."""
        self._reason = reason
        self._ended.set()

    def _close(self):
        if self._stat_folder() == self._folder_id:
            self.say("expired" if self._reason == "expired" else "stopped")
        self.site.close()
        if self._stat_folder() == self._folder_id:
            self.entry.clean()
        self.close_logs()

    def close_logs(self):
        """Let what was printed reach the logs, and what is printed from now on go there directly."""
        for descriptor, log in self._logs.items():
            log.put_back(descriptor)


def _own_packages():
    """The site-packages of a virtual environment that we made for a server."""
    return [part for part in sys.path if part.startswith(os.path.join(home_folder(), "venvs"))]


def serve_folder(folder, sock, lock):
    """A server's process: serve what its folder holds until it ends; returns the exit status."""
    _PartialModule.adopt(sys.modules[__name__])
    return ServerProcess(folder, sock, lock).run()


def create(name, endpoints, dependencies=None, force: bool = False, expiration_seconds: float = 86400):
    """Serve plain functions from a process of their own that outlives this one; returns its Server.

    endpoints: {path: function}; a function takes no arguments and returns JSON values, a dict for
    the feed. An answer is kept for CREATE_INTERVAL_MS, however many ask. dependencies: requirements
    such as "pandas>=2", installed if they are missing. force: replace a running server of that name.
    expiration_seconds: it ends by itself after so long; -1 never.

    Returns when it serves. Raises ServerAlreadyExistsError if the name runs other code,
    ServerStartupError with the last lines of its stderr, UsageError for what cannot travel.
    """
    check_server_name(name)
    _require(isinstance(endpoints, dict) and endpoints, "create: endpoints is a dict of path to function", got=endpoints)
    for path, function in endpoints.items():
        check_endpoint_path(path)
        _require(callable(function), "create: %s needs a function" % path, got=function)
    check_expiration(expiration_seconds)
    packed, digest = pack_functions(list(endpoints.values()))
    settings = {"paths": list(endpoints), "endpoints": [{"path": path} for path in endpoints], "actions": [],
                "interval": CREATE_INTERVAL_MS, "any_value": True}
    return start_server(name, packed, digest, settings, expiration_seconds=expiration_seconds,
                        dependencies=dependencies or (), force=force, replace=False, wait=True)


def check_endpoint_path(path):
    """An endpoint's path, or UsageError."""
    ok = isinstance(path, str) and re.fullmatch(r"/[A-Za-z0-9._~/-]{1,200}", path) and "//" not in path
    _require(ok and not any(part in (".", "..") for part in path.split("/"))
             and not path.startswith("/livewidget/") and path not in ("/livewidget", "/api/hash"),
             "an endpoint's path is '/' and letters, digits, . _ ~ - /, and not below /livewidget/ nor /api/hash", got=path)
    return path


def check_expiration(seconds):
    _require(isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and (seconds == -1 or 0 < seconds <= 10 * 366 * 86400),
             "expiration_seconds must be above 0, or -1 for never", got=seconds)


# The page of a widget

_WIDGET_PAGE = """<!doctype html>
<html lang="en">
<head>
%(policy)s<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%(title)s</title>
<link rel="icon" href="%(icon)s">
<style>%(base)s</style>
<style id="lw-css">%(css)s</style>
<style id="lw-light" media="(prefers-color-scheme: light)">%(light)s</style>
<style id="lw-dark" media="(prefers-color-scheme: dark)">%(dark)s</style>
</head>
<body>
<div id="lw-root">%(content)s</div>
<div id="lw-badge" role="status"%(hidden)s></div>
<script nonce="%(nonce)s">%(script)s</script>
</body>
</html>
"""

_BASE_CSS = """
:root { --lw-plot: #2563eb; --lw-muted: #57606a; --lw-badge: #eef1f4; --lw-badge-error: #b42318; --lw-flash: #fde68a; }
@media (prefers-color-scheme: dark) { :root { --lw-plot: #7aa7ff; --lw-muted: #aab4bf; --lw-badge: #2a3038; --lw-badge-error: #ff9b8f; --lw-flash: #6b5a16; } }
:root[data-theme=light] { --lw-plot: #2563eb; --lw-muted: #57606a; --lw-badge: #eef1f4; --lw-badge-error: #b42318; --lw-flash: #fde68a; }
:root:is([data-theme=dark], [data-theme=high-contrast]) { --lw-plot: #7aa7ff; --lw-muted: #aab4bf; --lw-badge: #2a3038; --lw-badge-error: #ff9b8f; --lw-flash: #6b5a16; }
html, body { background: transparent; margin: 0; }
body { font: 14px/1.45 system-ui, sans-serif; color: CanvasText; }
:root[data-place=page] body { padding: 16px; }
#lw-root { display: flow-root; overflow: auto; }
canvas { display: block; width: 100%; height: 64px; }
[hidden] { display: none !important; }
[aria-busy=true] { opacity: 0.6; }
#lw-badge { position: fixed; right: 4px; bottom: 4px; max-width: calc(100% - 24px); padding: 1px 8px; border-radius: 9px; font: 11px/16px system-ui, sans-serif; color: var(--lw-muted); background: var(--lw-badge); pointer-events: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
#lw-badge[data-status=error] { color: var(--lw-badge-error); pointer-events: auto; }
.lw-flash { animation: lw-flash 0.9s ease-out; }
@keyframes lw-flash { from { background-color: var(--lw-flash); } }
@media (prefers-reduced-motion: reduce) { .lw-flash { animation-timing-function: steps(1); } }
"""


def widget_page(page, *, place, nonce, content="", policy="", **config):
    """A widget's page. page: {"title", "template", "css", "light", "dark"}; place: "page", "frame" or "file"."""
    config = _page_json({"place": place, "page": page, **config})
    styles = {name: page[name] for name in ("css", "light", "dark")}
    return _WIDGET_PAGE.replace('<html lang="en">', '<html lang="en" data-place="%s">' % place) % {
        "policy": policy and '<meta http-equiv="Content-Security-Policy" content="%s">\n' % _escape(policy),
        "title": _escape(page["title"]), "icon": "data:," if place == "frame" else _ICON, "base": _BASE_CSS, **styles,
        "content": content, "nonce": nonce, "hidden": "" if place == "frame" else " hidden",
        "script": "(() => {\n%sstartFields(%s, document.currentScript.nonce);\n})();" % (_client_part(2, 9), config)}


def live_page(settings, instance, nonce):
    """The page at the root of a widget's server; a template's own scripts are given its nonce by the client."""
    return widget_page(settings["page"], place="page", nonce=nonce, instance=instance, loading=True, made=int(time.time() * 1000),
                       first={"fields": {}, "html": {}, "series": {}})


# The widget

_CSS_LENGTH = _Pattern(r"0|(?:[0-9]{1,5}(?:\.[0-9]{1,4})?)(?:px|em|rem|ex|ch|vh|vw|vmin|vmax|%|cm|mm|in|pt|pc)")


def _field_name(text):
    """A title as part of an identifier: letters, digits, _."""
    return re.sub(r"[^a-z0-9_]+", "_", text.lower()).strip("_")


class DynamicWidget:
    """A template and endpoint functions, shown in a notebook cell or a page, and kept live by a server of its own.

        class Clock(lw.DynamicWidget):
            def get_endpoints(self):
                @self.endpoint("/api/time")
                def now():
                    return {"time": time.strftime("%H:%M:%S")}

            def get_template(self):
                return "<h1 data-field='time'>{time}</h1>"

        Clock()                                 # the last line of a cell shows it; Clock().show() opens a browser

    The endpoints run in a small process that outlives this one, at most once per interval however
    many watch, and only while somebody does. Making the widget again with changed code gives the
    running server the new code, under the same address.

    widget_title: default the class's name as words_of_lower_case. server_name: 1 to 64 letters,
    digits, _ or -; default made from the title. start_infra: False shows checkpoint values only.
    verbose: log what is done. width, height: CSS lengths; height "60px" grows with the content.
    update_interval: milliseconds between calls, from 50; may be assigned later. debug: log details.
    dependencies: requirements such as "pandas>=2" for the server; installed where they are missing.
    force_new_server: end a running server of that name first. expiration_seconds: the server ends
    by itself after so long; -1 never.

    Raises UsageError (a ValueError) for arguments that cannot work, for a template where no value
    is safe, and for functions that use what cannot travel to the server.
    """

    def __init__(self, widget_title: str = None, server_name: str = None, start_infra: bool = True, verbose: bool = False,
                 width: str = "100%", height: str = "60px", update_interval: int = 1000, debug: bool = False, dependencies=None,
                 force_new_server: bool = False, expiration_seconds: float = 86400):
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(self).__name__).lower()
        self.widget_title = words if widget_title is None else str(widget_title)
        self.server_name = check_server_name(
            (_field_name(self.widget_title)[:64] or "dynamic_widget") if server_name is None else server_name)
        for name, length in (("width", width), ("height", height)):
            _require(isinstance(length, str) and _CSS_LENGTH.fullmatch(length), "%s must be a CSS length such as '100%%' or '400px'" % name,
                     got=length)
        self.width, self.height = width, height
        self.verbose, self.debug = bool(verbose), bool(debug)
        check_expiration(expiration_seconds)
        self._expiration_seconds = expiration_seconds
        self._dependencies = [check_requirement(text) for text in dependencies or ()]
        self._update_interval = self._checked_interval(update_interval)
        self._endpoints, self._actions = {}, {}
        self._defining = True
        self.get_endpoints()
        self._defining = False
        self._template, self._named = Template(self.get_template()), set()
        self._page = {"title": self.widget_title, "template": self._template.source}
        for name, css in (("css", self._get_widget_styles()), ("light", self._get_css_light()), ("dark", self._get_css_dark())):
            _require(isinstance(css, str) and not re.search(r"(?i)</style|<!--", css), "CSS must be text without '</style'", got=css)
            self._page[name] = css
        self.server = None
        self._say("%d endpoints, %d actions", len(self._endpoints), len(self._actions))
        if start_infra:
            self._publish(force_new_server)

    # For authors to override

    def get_endpoints(self):
        """Define endpoints with @self.endpoint(path), and actions with @self.action(path). Called once."""
        raise UsageError("%s must define get_endpoints(), with functions decorated by @self.endpoint('/api/...')" % type(self).__name__)

    def get_template(self) -> str:
        """The HTML template: {field} placeholders and data-field="field" attributes; README lists all."""
        raise UsageError("%s must define get_template(), which returns HTML" % type(self).__name__)

    def _get_widget_styles(self) -> str:
        """CSS for all themes."""
        return ""

    def _get_css_light(self) -> str:
        """CSS for the light theme."""
        return ""

    def _get_css_dark(self) -> str:
        """CSS for the dark theme."""
        return ""

    # Defining

    def endpoint(self, path: str, *, watch=None, interval: int = None):
        """Decorator: the function is called for its dict of fields each interval, while somebody watches.

        path: such as "/api/data", unique in the widget. watch: a path or glob, or a list of them; the
        function runs within 0.2 s of a change, besides the interval. interval: ms, for this one alone.
        """
        watch = [watch] if isinstance(watch, (str, os.PathLike)) else list(watch or ())
        for one in watch:
            _require(isinstance(one, (str, os.PathLike)), "endpoint: watch is a path, a glob or a list of them", got=one)
        interval = None if interval is None else self._checked_interval(interval)

        def register(function):
            self._check_definition(path, function)
            self._endpoints[path] = function, [os.path.join(_current_folder(), os.fspath(one)) for one in watch], interval
            return function
        return register

    def action(self, path: str):
        """Decorator: the function is called when somebody uses an element with data-action="path".

        Form fields and data-arg-* attributes are its keyword arguments; a returned dict is merged
        into the fields at once.
        """
        def register(function):
            self._check_definition(path, function)
            self._actions[path] = function
            return function
        return register

    def _check_definition(self, path, function):
        _require(self._defining, "endpoints and actions are defined inside get_endpoints()", path=path)
        check_endpoint_path(path)
        _require(path not in self._endpoints and path not in self._actions, "the path is taken in this widget", path=path)
        _require(callable(function), "a function is needed", got=function)

    @staticmethod
    def _checked_interval(interval):
        _require(isinstance(interval, int) and not isinstance(interval, bool) and 50 <= interval <= 86400000,
                 "update_interval must be a whole number of milliseconds from 50", got=interval)
        return interval

    @property
    def update_interval(self) -> int:
        """Milliseconds between two calls of an endpoint; assigning takes effect on the running server."""
        return self._update_interval

    @update_interval.setter
    def update_interval(self, interval):
        self._update_interval = self._checked_interval(interval)
        if self.server is not None and self.server.is_alive:
            self._publish(False)

    def _say(self, text, *args):
        if self.verbose or self.debug:
            _logger().warning("%s: " + text, self.server_name, *args)

    def __getstate__(self):
        """What travels with functions that use self: everything but the server's handle."""
        return {name: value for name, value in self.__dict__.items() if name not in ("server", "_template", "_page", "_named")}

    # The server

    def _definition(self):
        """(the functions of endpoints and actions, what an EndpointRunner needs to know of them)."""
        return [function for function, _, _ in self._endpoints.values()] + list(self._actions.values()), {
            "title": self.widget_title, "paths": list(self._endpoints), "interval": self._update_interval,
            "endpoints": [{"path": path, "watch": watch, "interval": interval} for path, (_, watch, interval) in self._endpoints.items()],
            "actions": list(self._actions), "series": self._template.series, "fields": sorted(self._template.fields), "page": self._page}

    def pages_on(self, site):
        """Its pages on a site of this process; used by Application.mount and `livewidget.py serve`."""
        functions, settings = self._definition()
        pages = EndpointPages(site, _random_token(9), self.widget_title)
        pages.make_page = functools.partial(live_page, settings, pages.instance)
        site.reactor.call_soon(pages.runner.load, functions, settings)
        site.reactor.call_soon(pages.runner.say, "live")
        return pages

    def _publish(self, force):
        """Start the server, or hand the running one this code."""
        functions, settings = self._definition()
        packed, digest = pack_functions(functions)
        self.server = start_server(self.server_name, packed, digest, settings, expiration_seconds=self._expiration_seconds,
                                   dependencies=self._dependencies, force=force)
        self._say("server at %s", self.server.url)

    # Showing

    def _first_values(self):
        """Call the endpoints here, each for at most CHECKPOINT_S: (fields, whether some are still out, errors)."""
        answers = {}

        def ask(path, function):
            try:
                value = _call_function(function)
                if not isinstance(value, dict):
                    raise UsageError("an endpoint returns a dict, got %s" % _shown(value))
                answers[path] = plain_value(value)[0]
            except Exception as problem:
                answers[path] = _problem_line(problem)
        threads = [threading.Thread(target=ask, args=(path, function), daemon=True, name="livewidget-checkpoint")
                   for path, (function, _, _) in self._endpoints.items()]
        deadline = time.monotonic() + CHECKPOINT_S
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        fields, errors = {}, []
        for path in self._endpoints:
            answer = answers.get(path)
            if isinstance(answer, dict):
                fields.update(answer)
            elif answer is not None:
                errors.append("%s: %s" % (path, answer))
        loading = len(answers) < len(threads)
        fields["_server_status"], fields["_server_detail"] = "checkpoint", "; ".join(errors)
        unknown = self._template.fields - fields.keys() - self._named
        if unknown and not loading and not errors:
            self._named |= unknown              # once is enough
            _logger().warning("%s: no endpoint returns %s, which the template shows", self.server_name, ", ".join(sorted(unknown)))
        return fields, loading

    def _document(self, place, fields, loading, nonce, policy, **config):
        first = {"fields": fields, "html": {name: html_paths(value) for name, value in fields.items() if html_paths(value)},
                 "series": {}}
        return widget_page(self._page, place=place, nonce=nonce, policy=policy, loading=loading, first=first,
                           made=int(time.time() * 1000), content="" if place == "frame" else self._template.render(fields, loading=loading),
                           **config)

    def html(self) -> str:
        """A standalone page with the values of now: it needs no server and holds no secret."""
        nonce = _random_token(16)
        fields, loading = self._first_values()
        policy = page_policy("'nonce-%s'" % nonce, "'none'", "'none'")
        del policy["frame-ancestors"]           # has no effect in a meta element
        return self._document("file", fields, loading, nonce, _join(policy), instance="")

    def save(self, path):
        """Write html() to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.html())

    def show(self):
        """Open the live page in a browser; returns its address, which holds the token."""
        _require(self.server is not None, "show: this widget has no server, as start_infra=False")
        url = self.server.get_url()
        if url is None:
            raise ServerError("server %r has ended (%s): make the widget again" % (self.server_name, self.server.status))
        import webbrowser
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        return url

    def __repr__(self):
        server = getattr(self, "server", None)
        state = "no server" if server is None else server.status + (" at " + server.url if server.url else "")
        return "<%s %s, %s>" % (type(self).__name__, self.server_name, state)

    def _repr_html_(self):
        return self._notebook_html()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._notebook_html(), "text/plain": repr(self)}

    def _notebook_html(self):
        """A cell's output: the static part, and the loader that puts a live frame in its place (spec: notebook display)."""
        fields, loading = self._first_values()
        uid, nonce = _random_token(9), _random_token(16)
        server = self.server
        port, token, instance = (None, None, "") if server is None else (server.port, server.token, server._instance)
        if port is not None:
            _serve_kernel(server)
        policy = {"default-src": "'none'", "script-src": "'nonce-%s'" % nonce, "style-src": "'unsafe-inline'",
                  "img-src": "data: blob:", "media-src": "data: blob:", "font-src": "data:",
                  "connect-src": "'none'" if port is None else "http://127.0.0.1:%d" % port,
                  "base-uri": "'none'", "form-action": "'none'"}
        frame = self._document("frame", fields, loading, nonce, _join(policy), instance=instance, port=port, token=token)
        config = {"uid": uid, "frame": frame, "title": self.widget_title, "width": self.width,
                  "height": "" if self.height == "60px" else self.height, "port": port, "token": token, "instance": instance,
                  "kernel": _kernel_id()}
        static = self._template.render(fields, loading=loading, static=True)
        when = "values of %s; trust the notebook or run the cell for live ones" % time.strftime("%H:%M:%S")
        return ('<div class="lw" data-lw="%s"><div style="max-width:%s">%s</div><div style="font-size:11px;opacity:0.7">%s</div></div>\n'
                "<script>(() => { try {\n%sshowInNotebook(%s);\n} catch (error) { /* the static part stays */ } })();</script>"
                % (uid, self.width, static, when, _client_part(10), _page_json(config)))


# The kernel's part: a relay for front ends whose pages reach neither the server nor a proxy

_relayed = {}                                    # instance -> Server: what this kernel relays, nothing else


def _ipython():
    """The running IPython shell, or None; imports nothing."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None and hasattr(module, "get_ipython") else None


def _kernel_id():
    """The id by which a Jupyter server knows this kernel, or None."""
    connect = sys.modules.get("ipykernel.connect")
    if connect is None or not hasattr(_ipython(), "kernel"):
        return None
    try:
        match = re.search(r"kernel-([0-9a-fA-F-]{8,64})\.json$", connect.get_connection_file())
    except RuntimeError:                        # this is no kernel's process
        return None
    return match[1] if match else None


def _serve_kernel(server):
    """Register the relay with the notebook's kernel, if there is one."""
    _relayed[server._instance] = server
    manager = getattr(getattr(_ipython(), "kernel", None), "comm_manager", None)
    if manager is not None:
        manager.register_target("livewidget", _take_comm)
    colab = sys.modules.get("google.colab.output")
    if colab is not None:
        colab.register_callback("livewidget." + server._instance, functools.partial(_answer_colab, server._instance))


def _take_comm(comm, opening):
    """A page opened a comm: relay its feed and actions, each on a thread."""
    server = _relayed.get(opening["content"]["data"].get("instance"))
    if server is None:
        comm.close()
        return

    def take(message):
        data = message["content"]["data"]

        def work():
            answer = _relay(server, data)
            comm.send({"id": data.get("id"), **answer})
        threading.Thread(target=work, name="livewidget-relay", daemon=True).start()
    comm.on_msg(take)


def _relay(server, message):
    """One request of a page to its own server: the feed, or an action; nothing else (spec: notebook display, "kernel")."""
    import http.client
    try:
        if message.get("lw") == "get":
            since, epoch = message.get("since"), message.get("epoch")
            _require(type(since) is int and since >= 0 and (epoch is None or re.fullmatch(r"[\w-]{1,64}", epoch)), "bad cursor")
            request = "GET", "/livewidget/changes?since=%d%s" % (since, "&epoch=" + epoch if epoch else ""), None
        else:
            path = check_endpoint_path(message.get("path"))
            _require(path not in server.endpoints and isinstance(message.get("args"), dict), "bad action")
            request = "POST", path, _encode(message["args"])
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HOLD_S + ASK_TIMEOUT_S)
        try:
            connection.request(*request, {"Authorization": "Bearer " + server.token, "Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        return {"status": answer.status, "body": json.loads(body) if answer.status == 200 else None}
    except (OSError, http.client.HTTPException, ValueError, TypeError, ServerError):
        return {"status": 0, "body": None}


def _answer_colab(instance, text):
    """The same for Google Colab, which waits for the answer: an object that it shows as JSON."""
    answer = _relay(_relayed[instance], json.loads(text))

    class Answer:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"application/json": answer}
    return Answer()



################################################################################
# 14. Demo #####################################################################
################################################################################
# A useful program on real input, and the best example of how to write one: it uses public names only.


class Machine:
    """What this machine is doing: from /proc where there is one, else from what Python offers."""

    HISTORY = 120                               # samples kept, one a second

    def __init__(self):
        self.history = collections.deque(maxlen=self.HISTORY)      # (processor, memory) as fractions or None
        self._ticks = None
        self._taken = -math.inf
        self._lock = threading.Lock()

    def sample(self):
        """Take a sample unless another viewer did so within the last second."""
        with self._lock:
            now = time.monotonic()
            if now - self._taken >= 0.95:
                self._taken = now
                self.history.append((self._processor(), self.memory()[2]))

    def _processor(self):
        """The busy fraction of all processors since the last sample."""
        try:
            with open("/proc/stat") as file:
                ticks = [int(field) for field in file.readline().split()[1:9]]
        except OSError:
            return min(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else None
        old, self._ticks = self._ticks or [0] * 8, ticks
        spent = [new - before for new, before in zip(ticks, old)]
        return 1 - (spent[3] + spent[4]) / max(1, sum(spent))

    @staticmethod
    def memory():
        """(bytes used, bytes in all, fraction), each None where the platform does not tell."""
        try:
            with open("/proc/meminfo") as file:
                kib = {line.split(":")[0]: int(line.split()[1]) for line in file if line.split()[1:]}
            total, free = kib["MemTotal"] * 1024, kib["MemAvailable"] * 1024
            return total - free, total, (total - free) / total
        except (OSError, KeyError):
            return None, None, None

    @staticmethod
    def disks():
        """[(mount point, bytes used, bytes in all)], one for each file system on a device."""
        import shutil
        folders = [os.path.abspath(os.sep)]
        try:
            with open("/proc/mounts") as file:
                mounts = [line.split() for line in file]
            folders += sorted({mount[1] for mount in mounts if mount[0].startswith("/dev/")})
        except OSError:
            folders.append(os.path.expanduser("~"))
        found = {}
        for folder in folders:
            try:
                usage, device = shutil.disk_usage(folder), os.stat(folder).st_dev
            except OSError:
                continue
            if os.path.isdir(folder) and usage.total:
                found.setdefault(device, (folder, usage.used, usage.total))
        return list(found.values())[:6]

    @staticmethod
    def process():
        """A line about this very process."""
        parts = ["Python %d.%d, process %d" % (*sys.version_info[:2], os.getpid())]
        resident = _resident(os.getpid())
        if resident is not None:
            parts.append(readable_size(resident) + " of memory")
        parts.append("%d threads" % threading.active_count())
        parts.append("%.1f s of processor time" % time.process_time())
        return "\n".join(parts)


class MachinePage:
    """Load, memory, disks and this process, drawn anew each second while somebody looks."""

    def __init__(self, session, machine):
        self.session, self.machine = session, machine
        W = session.get_widgets()
        self.widget = W.VBox(spacing=12, padding=16)
        narrow = 0 < session.get_screen_size()[0] < 720
        row = W.VBox(spacing=12) if narrow else W.HBox(spacing=12)
        self.processor, self.processor_bar = self._gauge(W, row, "Processor")
        self.memory, self.memory_bar = self._gauge(W, row, "Memory")
        self.process = W.Label()
        frame = W.Frame("This program")
        frame.set_widget(self.process)
        row.add_widget(frame, 0 if narrow else 1)
        self.widget.add_widget(row)
        self.chart = W.HtmlView()
        frame = W.Frame("The last two minutes")
        frame.set_widget(self.chart)
        self.widget.add_widget(frame)
        self.disks = W.VBox(spacing=8)
        self.disk_rows = {}
        frame = W.Frame("Disks")
        frame.set_widget(self.disks)
        self.widget.add_widget(frame)
        self.timer = session.make_timer(1.0)
        self.timer.on("expired", self.tick)
        self.tick()

    @staticmethod
    def _gauge(W, row, title):
        box, label, bar = W.VBox(spacing=8), W.Label(), W.ProgressBar()
        label.set_font(size=20, weight="semibold")
        box.add_widget(label)
        box.add_widget(bar)
        frame = W.Frame(title)
        frame.set_widget(box)
        row.add_widget(frame, 1 if isinstance(row, HBox) else 0)
        return label, bar

    def tick(self, duration=None):
        self.timer.start()
        if not self.session.is_connected:       # nobody looks
            return
        self.machine.sample()
        with self.session.batch():
            self.draw()

    def draw(self):
        busy = self.machine.history[-1][0]
        self.processor.set_text("not told here" if busy is None else "%.0f %% of %d cores" % (busy * 100, os.cpu_count() or 1))
        self.processor_bar.set_value(busy or 0)
        used, total, fraction = self.machine.memory()
        self.memory.set_text("not told here" if used is None else
                             "%s of %s" % (readable_size(used), readable_size(total)))
        self.memory_bar.set_value(fraction or 0)
        self.process.set_text(self.machine.process())
        self.chart.set_html(self.drawing())
        for folder, used, total in self.machine.disks():
            bar, label = self.disk_rows.get(folder) or self.add_disk(folder)
            bar.set_value(used / total)
            sizes = readable_size(used), readable_size(total)
            label.set_text("%s: %s of %s used" % (folder, *sizes))

    def add_disk(self, folder):
        W = self.session.get_widgets()
        row, bar, label = W.HBox(spacing=16, align="center"), W.ProgressBar(), W.Label()
        row.add_widget(bar)
        row.add_widget(label, 1)
        bar.resize(160, None)
        self.disks.add_widget(row)
        self.disk_rows[folder] = bar, label
        return bar, label

    def drawing(self):
        """Two lines as an SVG picture: what HtmlView shows is up to the program."""
        width = self.machine.HISTORY - 1
        lines = ['<path d="M0,%s H%d" style="stroke:var(--lw-line);vector-effect:non-scaling-stroke"/>' % (y, width)
                 for y in (1, 20, 39)]
        for index, color in enumerate(("--lw-accent", "--lw-muted")):
            values = [sample[index] for sample in self.machine.history if sample[index] is not None]
            points = " ".join("%d,%.1f" % (width - len(values) + 1 + x, 39 - 38 * y) for x, y in enumerate(values))
            lines.append('<polyline points="%s" style="fill:none;stroke:var(%s);stroke-width:1.5;vector-effect:'
                         'non-scaling-stroke"/>' % (points, color))
        legend = ('<div style="display:flex;gap:16px;color:var(--lw-muted);font-size:12px">'
                  '<span><b style="color:var(--lw-accent)">&#9644;</b> processor</span><span><b>&#9644;</b> memory</span></div>')
        return ('<svg viewBox="0 0 %d 40" preserveAspectRatio="none" role="img" aria-label="Processor and memory over time" '
                'style="display:block;width:100%%;height:140px;stroke:currentColor">%s</svg>%s' % (width, "".join(lines), legend))


class FilesPage:
    """A folder browser; the chosen file is shown and followed as it grows. Nothing above `root` is shown."""

    MOST_ENTRIES, MOST_BYTES, PICTURES = 400, 256 * 1024, (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")

    def __init__(self, session, root):
        self.root = self.folder = os.path.realpath(root)
        self.path = self.shown = None
        self.size = 0
        W = self.W = session.get_widgets()
        self.widget = W.VBox(spacing=10, padding=16)
        bar = W.HBox(spacing=8)
        self.up = W.Button("Up")
        self.up.on("activated", self.go_up)
        self.place = W.Label()
        self.filter = W.TextEntry()
        self.filter.set_length(16)
        self.filter.set_tooltip("Show only names that contain this")
        self.filter.on("modified", lambda text: self.list_folder())
        bar.add_widget(self.up)
        bar.add_widget(self.place, 1)
        bar.add_widget(W.Label("Filter"))
        bar.add_widget(self.filter)
        self.widget.add_widget(bar)
        narrow = 0 < session.get_screen_size()[0] < 720
        halves = W.VBox(spacing=12) if narrow else W.HBox(spacing=12)
        self.names = W.VBox(align="left")
        self.list_frame = W.Frame("Folder")
        self.list_frame.set_widget(self.names)
        halves.add_widget(self.list_frame, 1)
        right = W.VBox(spacing=6)
        self.about = W.Label("Choose a file: it is shown here, and followed as it grows.")
        self.text = W.TextArea(editable=False)
        self.text.set_font("monospace")
        self.picture = W.Image()
        self.picture.hide()
        right.add_widget(self.about)
        right.add_widget(self.text, 1)
        right.add_widget(self.picture, 1)
        halves.add_widget(right, 2)
        self.widget.add_widget(halves, 1)
        self.session = session
        self.list_folder()
        self.timer = session.make_timer(0.3)
        self.timer.on("expired", self.follow)
        self.timer.start()

    def go_up(self):
        if self.folder != self.root:
            self.enter(os.path.dirname(self.folder))

    def enter(self, folder):
        self.folder = folder
        self.filter.clear()
        self.list_folder()

    def list_folder(self):
        wanted = self.filter.get_text().lower()
        try:
            entries = [entry for entry in os.scandir(self.folder) if not entry.name.startswith(".")]
        except OSError as error:
            entries = []
            self.about.set_text("Cannot be read: %s" % error.strerror)
        entries = sorted((entry for entry in entries if wanted in entry.name.lower()),
                         key=lambda entry: (not entry.is_dir(), entry.name.lower()))
        with self.session.batch():
            self.place.set_text(os.path.join(os.path.basename(self.root) or self.root,
                                             os.path.relpath(self.folder, self.root)).rstrip("/."))
            self.up.set_enabled(self.folder != self.root)
            self.names.remove_all(destroy=True)
            for entry in entries[:self.MOST_ENTRIES]:
                button = self.W.Button(entry.name + os.sep if entry.is_dir() else entry.name)
                button.set_border_width(0)
                button.on("activated", self.choose, entry.path)
                self.names.add_widget(button)
            more = len(entries) - self.MOST_ENTRIES
            if more > 0:
                self.names.add_widget(self.W.Label("and %d more: type a filter" % more))
            elif not entries:
                self.names.add_widget(self.W.Label("nothing here"))

    def choose(self, path):
        path = os.path.realpath(path)
        if os.path.commonpath([path, self.root]) != self.root:
            self.about.set_text("This link leads out of the shown folder.")
        elif os.path.isdir(path):
            self.enter(path)
        else:
            self.path, self.shown = path, None
            self.show_file()

    def follow(self, duration):
        """Three times a second: has the file changed?"""
        self.timer.start()
        if self.path is not None and self.session.is_connected:
            self.show_file()

    def show_file(self):
        try:
            status = os.stat(self.path)
            is_picture = self.path.lower().endswith(self.PICTURES)
            stamp = status.st_ino, status.st_size, status.st_mtime_ns
            if stamp == self.shown:
                return
            grown = (self.shown is not None and stamp[0] == self.shown[0] and stamp[1] > self.size and not is_picture)
            self.shown = stamp
            self.picture.set_visible(is_picture)
            self.text.set_visible(not is_picture)
            self.about.set_text("%s, %s, changed %s" % (os.path.basename(self.path), readable_size(status.st_size),
                                                        time.strftime("%H:%M:%S", time.localtime(status.st_mtime))))
            if is_picture:
                self.picture.set_alternative(os.path.basename(self.path))
                self.picture.set_image(self.path)
                return
            with open(self.path, "rb") as file:
                file.seek(self.size if grown else max(0, status.st_size - self.MOST_BYTES))
                data = file.read(self.MOST_BYTES)
                self.size = file.tell()
        except OSError as error:
            self.about.set_text("Cannot be read: %s" % error.strerror)
            return
        text = "(not a text file)" if b"\0" in data else data.decode("utf-8", "replace")
        if grown:
            self.text.append_text(text)
            self.text.scroll_to_end()
        else:
            self.text.set_text(text)


class Notepad:
    """One text that all browser windows edit together."""

    def __init__(self):
        self.text = "Open this page in a second window and type in both.\n"
        self._areas = {}                        # TextArea -> the text as its session knows it
        self._lock = threading.Lock()

    def page(self, session):
        W = session.get_widgets()
        box = W.VBox(spacing=8, padding=16)
        area = W.TextArea(self.text, wrap=True)
        box.add_widget(W.Label("Everybody who has this page open edits the same text."))
        box.add_widget(area, 1)
        with self._lock:
            self._areas[area] = self.text
        area.add_callback("modified", self.modified)
        return box

    def modified(self, area, text):
        """Merge what was typed in one window into the common text, and that into all windows."""
        with self._lock:
            typed = area.get_text()
            self.text = merge_text(self._areas[area], typed, self.text)
            self._areas[area] = typed
            for other, known in list(self._areas.items()):
                if other.session.id in other.app.sessions:
                    self._areas[other] = self.text
                    other.merge_text(known, self.text)
                else:
                    del self._areas[other]


class Dashboard(DynamicWidget):
    """The same machine as a DynamicWidget, which could as well stand in a notebook."""

    def get_endpoints(self):
        machine, kept = Machine(), {"limit": 80}

        @self.endpoint("/api/machine")
        def look():
            machine.sample()
            processor, memory = machine.history[-1]
            disks = [{"name": name, "percent": 100 * used / total} for name, used, total in machine.disks()]
            return {"busy": 100 * processor, "memory": memory, "disks": disks, "limit": kept["limit"],
                    "hot": 100 * processor > kept["limit"]}

        @self.action("/limit")
        def set_limit(percent):
            kept["limit"] = int(percent)

    def get_template(self):
        return """<h2>Processor <b>{busy:.0f}%</b> <mark data-show="hot">over {limit}%</mark></h2>
            <div data-plot="busy"></div> <p>Memory <b data-format="memory:.0%" data-flash></b></p>
            <table><tbody data-each="disks" data-key="name"><template><tr><td>{name}</td><td>{percent:.0f}%</td><td>
            <progress max="100" data-field="percent" aria-label="{name}"></progress></td></tr></template></tbody></table>
            <form data-action="/limit"><label>Warn above <input name="percent" type="number" min="1" max="100" value="80"> %</label>
            <button>Set</button></form>"""

    def _get_widget_styles(self):
        return """h2 { font-weight: 400; margin: 0 0 8px } table { border-spacing: 0 6px } td { padding-right: 16px }
            mark { font-size: 14px; padding: 2px 8px; border-radius: 10px; background: #fde2df; color: #8f1d14 }
            form { display: flex; gap: 8px; align-items: center; margin-top: 12px } p { margin: 8px 0 }
            input, button { font: inherit; padding: 5px 10px; border-radius: 6px; border: 1px solid #8888; width: 5em }"""


def _is_narrow(session):
    """Whether the page as it was opened has no room for two things side by side."""
    return 0 < session.get_screen_size()[0] < 900


def dashboard_page(session):
    """The dashboard beside the source that makes it, or above it; `dashboard/` of this server shows it alone."""
    W = session.get_widgets()
    page = (W.VBox if _is_narrow(session) else W.HBox)(spacing=16, padding=16)
    source = re.search(r"^class Dashboard\(.*?(?=\n    def _get_widget_styles)", own_source(), re.MULTILINE | re.DOTALL)[0]
    page.add_widget(W.HtmlView('<iframe src="dashboard/" title="Dashboard" style="border:0;width:100%;height:100%"></iframe>'), 1)
    text = W.TextArea(source.rstrip(), editable=False)
    text.set_font("monospace", 12)
    page.add_widget(text, 1)
    return page


class Gallery:
    """Every widget, live beside the lines that make it. `say` shows what a callback was given."""

    GROUPS = {
        "Layout": ("boxes", "button_box", "grid_box", "fixed_layout", "splitter", "frame", "expander", "tab_widget", "stack_widget",
                   "scroll_area", "abstract_scroll_area", "mdi_widget"),
        "Buttons": ("button", "check_box", "radio_button", "toggle_button"),
        "Text": ("label", "text_entry", "text_entry_set", "text_area", "text_source", "html_view", "status_bar"),
        "Values": ("combo_box", "spin_box", "slider", "dial", "scroll_bar", "progress_bar", "color_widget", "timer"),
        "Data": ("table_view", "tree_view"),
        "Display": ("image", "canvas", "video_widget", "external_widget"),
        "Menus": ("menu_bar", "tool_bar", "context_menu"),
        "Windows": ("top_level", "dialog", "color_dialog", "file_dialog", "file_browser"),
    }

    def __init__(self, session, root="."):
        self.session, self.root = session, root
        W = self.W = session.get_widgets()
        self.narrow = _is_narrow(session)
        self.widget = W.VBox(padding=[12, 8, 12, 8], spacing=6)
        tabs, self.said = W.TabWidget(), W.StatusBar()
        self.said.set_message("What a callback is given is shown here.")
        for group in self.GROUPS:
            tabs.add_widget(W.VBox(), title=group)
        tabs.on("page-switch", self.fill)
        self.widget.add_widget(tabs, 1)
        self.widget.add_widget(self.said)
        self.fill(tabs.index_to_widget(0), 0)

    def say(self, *values):
        self.said.set_message(" ".join(map(str, values)))

    def fill(self, page, index):
        """Make the examples of a group when it is shown for the first time."""
        if page.num_children():
            return
        W, source = self.W, own_source()
        cards = W.VBox(spacing=14, padding=[2, 8, 12, 8])
        for name in list(self.GROUPS.values())[index]:
            lines = re.search(r"^    def %s\(self, W, say\):\n(.*?)\n(?=\n? {0,4}\S)" % name, source, re.MULTILINE | re.DOTALL)[1]
            lines = [line[8:] for line in lines.rstrip().split("\n")]
            card, halves, stage = W.Frame(name.replace("_", " ")), (W.VBox if self.narrow else W.HBox)(spacing=16), W.VBox()
            code = W.TextSource("\n".join(lines), editable=False, font_size=12, wrap="word")
            code.set_accessible_name("Source of %s" % name)
            room = 40 if self.narrow else 62            # characters in a row, about
            code.resize(None, min(360, 12 + 18 * sum(max(1, -(-len(line) // room)) for line in lines)))
            stage.add_widget(getattr(self, name)(W, self.say))
            for half in (stage, code):
                halves.add_widget(half, 0 if self.narrow else 1)
            card.set_widget(halves)
            cards.add_widget(card)
        area = W.ScrollArea(hscrollbar="off")
        cards.set_expanding(horizontal=True)
        area.set_widget(cards)
        page.add_widget(area, 1)

    # Layout

    def boxes(self, W, say):
        row = W.HBox(spacing=8, align="center")
        row.add_widget(W.Button("Natural size"))
        row.add_widget(W.Button("Takes a third"), 1)
        row.add_widget(W.Button("Takes two thirds"), 2)
        return row

    def button_box(self, W, say):
        box = W.ButtonBox(halign="right", min_button_width=80, spacing=6)
        for text in ("No", "Yes", "Certainly"):
            box.add_widget(W.Button(text))
        return box

    def grid_box(self, W, say):
        grid = W.GridBox(rows=3, columns=3, spacing=4)
        for index in range(9):
            button = W.Button(str(index + 1))
            button.on("activated", say, "cell", divmod(index, 3))
            grid.add_widget(button, *divmod(index, 3))
        return grid

    def fixed_layout(self, W, say):
        layout = W.FixedLayout()
        layout.resize(None, 90)
        for index, text in enumerate(("At 0, 0", "At 60, 28", "At 120, 56")):
            layout.add_widget(W.Button(text), 60 * index, 28 * index)
        return layout

    def splitter(self, W, say):
        splitter = W.Splitter()
        splitter.resize(None, 90)
        for text in ("Drag", "the handles", "between"):
            splitter.add_widget(W.Label(text, padding=8))
        splitter.on("sizing", say, "sizes")
        return splitter

    def frame(self, W, say):
        frame, box = W.Frame("A frame"), W.VBox(spacing=8)
        box.add_widget(W.Label("Above the line"))
        box.add_widget(W.Separator())
        box.add_widget(W.Label("Below it"))
        frame.set_widget(box)
        return frame

    def expander(self, W, say):
        expander = W.Expander("More of it")
        expander.set_widget(W.Label("It was here all the time."))
        expander.on("toggled", say, "collapsed")
        return expander

    def tab_widget(self, W, say):
        tabs = W.TabWidget(closable=True, reorderable=True)
        for title in ("One", "Two", "Three"):
            tabs.add_widget(W.Label("Page " + title), title=title)
        tabs.on("page-close", tabs.close_widget)
        tabs.on("page-switch", lambda page, index: say("page", index))
        return tabs

    def stack_widget(self, W, say):
        box, stack, slider = W.VBox(spacing=8), W.StackWidget(), W.Slider(min=0, max=2, value=0, track=True)
        for text in ("The first page", "The second", "The last"):
            stack.add_widget(W.Label(text))
        slider.set_tooltip("Page")
        slider.on("activated", stack.set_index)
        box.add_widget(slider)
        box.add_widget(stack)
        return box

    def scroll_area(self, W, say):
        area, grid = W.ScrollArea(), W.GridBox(spacing=12)
        area.resize(None, 110)
        for index in range(200):
            grid.add_widget(W.Label("Cell %d" % index), *divmod(index, 20))
        area.set_widget(grid)
        area.on("scrolled", lambda h, v: say("scrolled to %.2f, %.2f" % (h, v)))
        return area

    def abstract_scroll_area(self, W, say):
        area, label = W.AbstractScrollArea(), W.Label("The bars are yours to read.", padding=8)
        area.resize(None, 90)
        area.set_widget(label)
        area.set_thumb_percent(0.3, 0.3)
        area.on("scrolled", lambda h, v: label.set_text("across %.2f, down %.2f" % (h, v)))
        return area

    def mdi_widget(self, W, say):
        mdi = W.MDIWidget()
        mdi.resize(None, 230)
        for index, title in enumerate(("Notes", "Clock", "Map")):
            mdi.add_widget(W.Label("Move me, size me, roll me up.", padding=10), title=title, width=200, height=120, x=24 + 90 * index, y=16 + 40 * index)
        mdi.on("page-switch", lambda child, index: say("window", index))
        return mdi

    # Buttons

    def button(self, W, say):
        button = W.Button("Press me")
        button.set_icon("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='3' fill='orange'/></svg>", [20, 20])
        button.on("activated", say, "pressed")
        return button

    def check_box(self, W, say):
        box = W.CheckBox("Check me")
        box.on("activated", say, "checked")
        return box

    def radio_button(self, W, say):
        box, first = W.HBox(spacing=12), None
        for text in ("Small", "Medium", "Large"):
            radio = W.RadioButton(text, first)
            first = first or radio
            radio.on("activated", lambda state, text=text: say(text))
            box.add_widget(radio)
        first.set_state(True)
        return box

    def toggle_button(self, W, say):
        box, left = W.HBox(spacing=6), W.ToggleButton("Left")
        right, free = W.ToggleButton("Right", left), W.ToggleButton("By itself")
        for one in (left, right, free):
            one.on("activated", say, "on")
            box.add_widget(one)
        return box

    # Text

    def label(self, W, say):
        label = W.Label("A label, which may be a target for the mouse", halign="center", interactive=True)
        label.set_color("#2459d3", "white")
        label.set_padding(8)
        label.set_font(None, 12, "bold")
        label.on("click", lambda event: say("at %.0f, %.0f" % (event["x"], event["y"])))
        return label

    def text_entry(self, W, say):
        entry = W.TextEntry("Enter tells it", linehistory=5, tooltip="Up and Down go through the history")
        entry.on("activated", say, "entered")
        return entry

    def text_entry_set(self, W, say):
        entry = W.TextEntrySet("12", label="Apply", tooltip="A number")
        entry.on("activated", say, "applied")
        return entry

    def text_area(self, W, say):
        area = W.TextArea("Several lines,\nwhich several people\nmay edit at the same time.", tooltip="A text")
        area.resize(None, 90)
        area.on("modified", lambda text: say(len(text), "characters"))
        return area

    def text_source(self, W, say):
        source = W.TextSource("import this\n\nfor line in this.s.split():\n    print(line)\n", line_numbers=True, tooltip="An editor")
        source.resize(None, 130)
        source.create_tag("keyword", foreground="light-dark(#8250df, #c8a6ff)", bold=True)
        for word in ("import", "for", "in "):
            for place in source.find_all(word):
                source.apply_tag("keyword", *place)
        source.on("cursor_moved", lambda ref: say("line %d, column %d" % ref.get_line_column()))
        return source

    def html_view(self, W, say):
        return W.HtmlView("<h3>HTML of yours</h3><p>with <em>all</em> its <a href='#top'>elements</a>, but no scripts.</p>")

    def status_bar(self, W, say):
        box, bar, button = W.HBox(spacing=8, align="center"), W.StatusBar(), W.Button("Tell for 3 s")
        button.on("activated", bar.set_message, "This goes by itself", 3)
        box.add_widget(button)
        box.add_widget(bar, 1)
        return box

    # Values

    def combo_box(self, W, say):
        combo = W.ComboBox(editable=True, tooltip="A town")
        for town in ("Aachen", "Berlin", "Celle", "Dresden"):
            combo.append_text(town)
        combo.on("activated", say)
        return combo

    def spin_box(self, W, say):
        box = W.HBox(spacing=8)
        whole, share = W.SpinBox(min=0, max=10, value=3), W.SpinBox(dtype="float", min=0, max=1, step=0.05, value=0.5)
        for one, name in ((whole, "A count"), (share, "A share")):
            one.set_tooltip(name)
            one.on("activated", say, name)
            box.add_widget(one)
        return box

    def slider(self, W, say):
        slider = W.Slider(min=0, max=100, value=30, track=True, show_value=True, tooltip="A percentage")
        slider.on("activated", say, "value")
        return slider

    def dial(self, W, say):
        dial = W.Dial(min=0, max=10, value=3, track=True, show_value=True, tooltip="Volume")
        dial.on("activated", say, "value")
        return dial

    def scroll_bar(self, W, say):
        bar = W.ScrollBar(tooltip="A place")
        bar.set_thumb_percent(0.3)
        bar.on("activated", lambda pct: say("%.2f" % pct))
        return bar

    def progress_bar(self, W, say):
        box, bar, slider = W.VBox(spacing=8), W.ProgressBar(), W.Slider(value=40, track=True, tooltip="Progress")
        bar.set_value(0.4)
        slider.on("activated", lambda value: bar.set_value(value / 100))
        box.add_widget(bar)
        box.add_widget(slider)
        return box

    def color_widget(self, W, say):
        color = W.ColorWidget("#2459d3")
        color.on("pick", say, "colour")
        return color

    def timer(self, W, say):
        button, timer = W.Button("In two seconds"), W.Timer(2)
        timer.on("expired", lambda duration: say("two seconds later"))
        button.on("activated", timer.start)
        return button

    # Data

    def table_view(self, W, say):
        table = W.TableView(columns=[
            {"label": "Number", "key": "number", "type": "integer", "colwidth": 90}, {"label": "Square", "key": "square", "type": "integer"},
            {"label": "Note", "key": "note", "editable": True}, {"label": "Done", "key": "done", "widget": "checkbox", "colwidth": 60}],
            sortable=True, selection_mode="multiple", alternate_row_colors=True, tooltip="A hundred thousand rows")
        table.set_data([(number, number * number, "", False) for number in range(100000)])
        table.on("selected", lambda items: say(len(items), "selected"))
        table.on("cell_edited", lambda path, key, old, new: say(path, key, old, "became", new))
        return table

    def tree_view(self, W, say):
        tree = W.TreeView(columns=["Name", {"label": "Size", "key": "size", "type": "integer"}], sortable=True, tooltip="A tree")
        tree.set_tree({"src": {"main.py": {"size": 1200}, "tests": {"test_main.py": {"size": 3400}}}, "README.md": {"size": 800}})
        tree.on("selected", lambda items: say("/".join(items[0]["path"])))
        return tree

    # Display

    def image(self, W, say):
        image = W.Image("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 60'><rect width='120' height='60' rx='8' fill='teal'/></svg>", interactive=True)
        image.set_alternative("A green field")
        image.resize(120, 60)
        image.on("click", lambda event: say("at %.0f, %.0f" % (event["x"], event["y"])))
        return image

    def canvas(self, W, say):
        canvas = W.Canvas(interactive=True, tooltip="A drawing")
        canvas.resize(None, 120)
        pen = canvas.get_draw_context()
        for index in range(24):
            pen.fillStyle = "hsl(%d, 70%%, 50%%)" % (15 * index)
            pen.fillRect(10 + 14 * index, 90 - 3 * (index * 7 % 24), 10, 3 * (index * 7 % 24) + 6)
        canvas.on("click", lambda event: say("at %.0f, %.0f" % (event["x"], event["y"])))
        return canvas

    def video_widget(self, W, say):
        box, video, button, dialog = W.VBox(spacing=8), W.VideoWidget(controls=True, tooltip="A video"), W.Button("Choose a video"), W.FileDialog(accept="video/*")
        video.resize(None, 140)
        button.on("activated", dialog.open)

        def play(chosen):
            file = chosen["files"][0]
            video.set_url("data:%s;base64,%s" % (file["type"], base64.b64encode(file["data"]).decode()))
        dialog.on("activated", play)
        box.add_widget(video)
        box.add_widget(button)
        return box

    def external_widget(self, W, say):
        external = W.ExternalWidget()
        external.set_content("<meter min='0' max='10' value='7' aria-label='Seven of ten'></meter> A box for what is not ours")
        return external

    # Menus

    def menu_bar(self, W, say):
        bar = W.MenuBar()
        file, view = bar.add_name("File"), bar.add_name("View")
        for name in ("New", "Open", "Save"):
            file.add_name(name).on("activated", say, name)
        file.add_separator()
        file.add_menu("Export").add_name("As text").on("activated", say, "As text")
        view.add_name("Wrap lines", checkable=True).on("activated", say, "wrap")
        return bar

    def tool_bar(self, W, say):
        bar = W.ToolBar()
        bar.add_action("Save").on("activated", say, "saved")
        bar.add_separator()
        bold = bar.add_action("Bold", toggle=True)
        bold.on("activated", say, "bold")
        bar.add_spacer()
        bar.add_action("Help").on("activated", say, "help")
        return bar

    def context_menu(self, W, say):
        label, menu = W.Label("Press me for a menu", padding=8, border_width=1), W.Menu()
        for name in ("Cut", "Copy", "Paste"):
            menu.add_name(name).on("activated", say, name)
        label.set_menu(menu)
        return label

    # Windows

    def top_level(self, W, say):
        button, window = W.Button("Open a window"), W.TopLevel(title="A window", minimizable=True, maximizable=True)
        window.resize(320, 200)
        window.set_position(200, 120)
        window.set_widget(W.Label("Drag my title, or focus it and use the arrow keys.", padding=12))
        window.on("close", window.hide)
        button.on("activated", window.show)
        return button

    def dialog(self, W, say):
        button, dialog = W.Button("Ask"), W.Dialog("Really?", [("Cancel", False), ("Do it", True)], autoclose=True, modal=True)
        dialog.add_widget(W.Label("Shall it be done?"))
        dialog.on("activated", say, "answer")
        dialog.on("close", dialog.hide)
        button.on("activated", dialog.popup)
        return button

    def color_dialog(self, W, say):
        button, dialog = W.Button("Choose a colour"), W.ColorDialog("#2459d3")
        dialog.on("activated", say, "colour")
        dialog.on("close", dialog.hide)
        button.on("activated", dialog.popup)
        return button

    def file_dialog(self, W, say):
        button, dialog = W.Button("A file of your computer"), W.FileDialog()
        dialog.on("activated", lambda chosen: say(chosen["files"][0]["name"], chosen["files"][0]["size"], "bytes"))
        button.on("activated", dialog.open)
        return button

    def file_browser(self, W, say):
        button, browser = W.Button("A file of the server"), FileBrowser(self.session, root=self.root)
        browser.on("activated", say, "chosen")
        button.on("activated", browser.popup)
        return button


def demo_application(host="127.0.0.1", port=0, insecure=False, public_url=None, root="."):
    """The demo as an Application: a view of this machine, a folder browser below `root`, a shared notepad."""
    app = Application(ws_port=None, http_port=port, host=host, max_sessions=None, insecure=insecure,
                      public_url=public_url, title="livewidget demo", debug=True)
    machine, notepad = Machine(), Notepad()

    @app.on_connect
    def build(session):
        W = session.get_widgets()
        tabs = W.TabWidget()
        tabs.add_widget(MachinePage(session, machine).widget, title="Machine")
        tabs.add_widget(dashboard_page(session), title="Dashboard")
        tabs.add_widget(FilesPage(session, root).widget, title="Files")
        tabs.add_widget(notepad.page(session), title="Notepad")
        gallery = W.VBox()
        tabs.add_widget(gallery, title="Gallery")

        def switched(shown, index):             # who does not look at the gallery does not pay for it
            if shown is gallery and not gallery.num_children():
                gallery.add_widget(Gallery(session, root).widget, 1)
        tabs.on("page-switch", switched)
        page = W.Page()
        page.set_widget(tabs)
        page.show()

    app.mount("/dashboard", Dashboard(start_infra=False))
    return app


################################################################################
# 15. Command line #############################################################
################################################################################
# main(argv) returns 0 (done), 1 (failed) or 2 (usage). Only this section prints.

# The benchmark: this process is the load, a child process is the server.

_BENCH_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); import livewidget; livewidget._serve_bench(*map(int, sys.argv[2:]))"


def _serve_bench(labels, yielding):
    """The measured application: labels, a button that counts, one whose thread sets 20,000 texts and may yield after each. Prints its URL."""
    app = Application(ws_port=None, http_port=0, max_sessions=None, max_connections=20000)
    yield_now = getattr(os, "sched_yield", lambda: time.sleep(0))

    @app.on_connect
    def build(session):
        W = session.get_widgets()
        page, box = W.Page(), W.VBox()
        shown = [W.Label("L%d" % number) for number in range(labels)]
        count, loop = W.Button("count"), W.Button("loop")
        clicks = itertools.count(1)

        def run_loop():
            for number in range(20000):
                shown[0].set_text(str(number))
                if yielding:
                    yield_now()
        count.on("activated", lambda: shown[0].set_text("count %d" % next(clicks)))
        loop.on("activated", lambda: threading.Thread(target=run_loop, daemon=True).start())
        for child in [*shown, count, loop]:
            box.add_widget(child)
        page.set_widget(box)
        page.show()
    app.start()
    print(app.url, flush=True)
    app.run()


class _BenchServer:
    """A child process that serves; its address, and a page without a screen for it."""

    def __init__(self, *arguments):
        import subprocess
        self.process = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        match = re.search(r":(\d+)/", self.url)
        _require(match, "the server to measure did not start", printed=self.url)
        self.port, self.token = int(match[1]), self.url.partition("token=")[2]

    @classmethod
    def of_labels(cls, labels, yielding=False):
        return cls("-c", _BENCH_CHILD, os.path.dirname(os.path.abspath(__file__)), str(labels), str(int(yielding)))

    def open_page(self, credentials=(None, None)):
        """A connected page; waits until its button "loop", the last of the widgets, has come."""
        page = connect("ws://127.0.0.1:%d/ws" % self.port, token=self.token)
        page.send(json.dumps({"type": "hello", "session": credentials[0], "token": credentials[1]}))
        page.welcome = json.loads(page.recv())
        state = ""
        while '["loop"]' not in state or '"set_visible"' not in state:
            state += self.next_changes(page)
        page.buttons = [int(wid) for wid in re.findall(r'\["new",(\d+),"Button"', state)]
        page.n = 0
        return page

    @staticmethod
    def next_changes(page):
        """The next batch as text, acknowledged."""
        while True:
            text = page.recv()
            match = re.match(r'\{"type":"changes","ack":\d+,"since":\d+,"until":(\d+)', text)
            if match:
                page.send('{"type":"ack","until":%s}' % match[1])
                return text

    @staticmethod
    def click(page, button):
        page.n += 1
        page.send('{"type":"event","n":%d,"wid":%d,"action":"activated"}' % (page.n, page.buttons[button]))

    def memory(self):
        return _resident(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def _echo_rate(server, connections, in_flight, size, seconds=2.0):
    """Echoed messages per second with so many masked text frames of a size in flight on each connection."""
    frame = encode_frame(_TEXT, b"a" * size, b"\x37\xfa\x21\x3d")
    answer_bytes = len(frame) - 4
    selector, received = selectors.DefaultSelector(), 0
    clients = [connect(server.url) for _ in range(connections)]
    for client in clients:
        client._sock.setblocking(True)
        selector.register(client._sock, selectors.EVENT_READ, [0])
    began = time.perf_counter()
    for client in clients:
        client._sock.sendall(frame * in_flight)
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1.0):
            got, partial = len(key.fileobj.recv(_RECV_BYTES)), key.data
            partial[0] += got
            complete, partial[0] = divmod(partial[0], answer_bytes)
            received += complete
            if complete:
                key.fileobj.sendall(frame * complete)
    rate = received / (time.perf_counter() - began)
    selector.close()
    for client in clients:
        client._sock.close()
    return rate


def _bench_echo():
    with _BenchServer(os.path.abspath(__file__), "echo") as server:
        yield "echo, 100 connections x 32 bytes", _echo_rate(server, 100, 1, 32), "messages/s"
        yield "echo, 1 connection, 64 in flight x 32 bytes", _echo_rate(server, 1, 64, 32), "messages/s"
        yield "echo, 1 connection x 1 MiB", _echo_rate(server, 1, 1, 1 << 20), "messages/s"


def _bench_updates():
    for name, yielding in ("in a loop", False), ("by a thread that yields after each", True):
        with _BenchServer.of_labels(10, yielding) as server, server.open_page() as page:
            rates = []
            for _ in range(5):
                began = time.perf_counter()
                server.click(page, 1)
                while '["19999"]' not in server.next_changes(page):
                    pass
                rates.append(20000 / (time.perf_counter() - began))
            yield "label updates %s, until the client has the last" % name, sorted(rates)[2], "updates/s"


def _bench_round_trip():
    with _BenchServer.of_labels(10) as server, server.open_page() as page:
        times = []
        for number in range(1, 501):
            began = time.perf_counter()
            server.click(page, 0)
            while '"count %d"' % number not in server.next_changes(page):
                pass
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        yield "callback round trip, median", times[250], "ms"
        yield "callback round trip, 95th percentile", times[475], "ms"


def _bench_reconnect():
    with _BenchServer.of_labels(998) as server, server.open_page() as page:
        credentials, times = (page.welcome["session"], page.welcome["token"]), []
        for _ in range(9):
            began = time.perf_counter()
            server.open_page(credentials).close()
            times.append((time.perf_counter() - began) * 1000)
        yield "reconnect of a session of 1,000 widgets", sorted(times)[4], "ms"


def _bench_memory():
    with _BenchServer.of_labels(10) as server:
        pages = [server.open_page() for _ in range(20)]
        before, count = server.memory(), 500
        if before is not None:
            pages += [server.open_page() for _ in range(count)]
            time.sleep(IDLE_THREAD_S + 2)       # their callback threads have retired by then
            yield "memory per idle session of 10 labels and 2 buttons", (server.memory() - before) / count / 1024, "KiB"
        for page in pages:
            page._sock.close()


def _bench_browsers(count=10000):
    """Browsers that only look, 16 to a session; what one more click then takes, and what the silence costs."""
    def median_click(page):
        times = []
        for _ in range(300):
            began = time.perf_counter()
            server.click(page, 0)
            while '"count ' not in server.next_changes(page):
                pass
            times.append(time.perf_counter() - began)
        return sorted(times)[150]

    _raise_descriptor_limit()
    with _BenchServer.of_labels(10) as server:
        pages = [server.open_page() for _ in range(20)]
        empty, before = median_click(pages[0]), server.memory()
        while len(pages) < count:
            first = server.open_page()
            pages.append(first)
            pages += [server.open_page((first.welcome["session"], first.welcome["token"])) for _ in range(MAX_BROWSERS - 1)]
        _answer_pings(pages, HEAD_TIMEOUT_S + 2)      # until the timers of their beginnings have run
        if before is not None:
            yield "memory per idle browser and its share of a session", (server.memory() - before) / (len(pages) - 20) / 1024, "KiB"
        yield "click with 10,000 browsers, to one with 20", median_click(pages[0]) / empty, "times"
        busy, seconds = _cpu_seconds(server.process.pid), PING_EVERY_S
        if busy is not None:
            _answer_pings(pages, seconds)
            yield "CPU for 10,000 idle browsers", 100 * (_cpu_seconds(server.process.pid) - busy) / seconds, "%"
        for page in pages:
            page._sock.close()


def _answer_pings(pages, seconds):
    """What browsers do for so long while nothing happens."""
    selector = selectors.DefaultSelector()
    for page in pages:
        selector.register(page._sock, selectors.EVENT_READ, page)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(0.2):
            page = key.data
            page._protocol.feed(page._sock.recv(_RECV_BYTES))
            page._sock.sendall(page._protocol.take_output())
    selector.close()


def _cpu_seconds(pid):
    """CPU time that a process has taken, in s; None where nobody tells."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None


def _bench_import():
    import subprocess
    import tempfile

    def best(program):
        times = []
        for _ in range(9):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", program, os.path.dirname(os.path.abspath(__file__))], check=True,
                           env=environment)
            times.append((time.perf_counter() - began) * 1000)
        return min(times)
    path = "import sys; sys.path.insert(0, sys.argv[1])"
    with tempfile.TemporaryDirectory() as folder:         # compiled once, as installed modules are
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        yield "import, beyond the bare interpreter", best(path + "; import livewidget") - best(path), "ms"


def _bench_widget():
    """A DynamicWidget's server in a folder of its own: started 5 times with everything cached; then its rate and size."""
    import http.client
    import tempfile

    def ask(server, path, connection=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", path, headers={"Authorization": "Bearer " + server.token})
        return json.loads(connection.getresponse().read())

    class Measured(DynamicWidget):
        def get_endpoints(self):
            self.endpoint("/api/x")(lambda: {"x": 1})

        def get_template(self):
            return "<p>{x}</p>"
    old = os.environ.get("LIVEWIDGET_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIVEWIDGET_HOME"] = folder
        try:
            times = []
            for _ in range(6):                  # the first compiles this file
                began = time.perf_counter()
                server = Measured(force_new_server=True).server
                while "x" not in ask(server, "/livewidget/changes?since=0")["fields"]:
                    pass
                times.append((time.perf_counter() - began) * 1000)
            yield "DynamicWidget, constructor to first live value, median", sorted(times[1:])[2], "ms"
            memory = _resident(server.pid)
            if memory is not None:
                yield "DynamicWidget server, memory", memory / 1048576, "MiB"
            yield "GET of an endpoint, 16 connections", _get_rate(server), "requests/s"
            path = os.path.join(folder, "watched")

            def read():
                with open(path) as file:
                    return {"text": file.read()}

            class Watching(Measured):
                def get_endpoints(self):
                    self.endpoint("/api/x", watch=path, interval=86400000)(read)
            _write_file(path, b"0")
            server, cursor, times = Watching(force_new_server=True).server, "since=0", []
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            for number in range(1, 10):
                text = ""
                while text != str(number - 1):
                    answer = ask(server, "/livewidget/changes?" + cursor, connection)
                    cursor = "since=%d&epoch=%s" % (answer["seq"], answer["epoch"])
                    text = answer["fields"].get("text")
                if number > 1:
                    times.append((time.perf_counter() - began) * 1000)
                _write_file(path, str(number).encode())
                began = time.perf_counter()
            yield "DynamicWidget, changed file to a viewer, median", sorted(times)[len(times) // 2], "ms"
        finally:
            terminate_all()
            os.environ.pop("LIVEWIDGET_HOME") if old is None else os.environ.update(LIVEWIDGET_HOME=old)


def _get_rate(server, seconds=2.0):
    """Answered GETs per second, one in flight on each of 16 connections."""
    head = ("GET /api/x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n" % (server.port, server.token)).encode()
    selector, received = selectors.DefaultSelector(), 0

    def open_one():
        sock = socket.create_connection(("127.0.0.1", server.port))
        selector.register(sock, selectors.EVENT_READ)
        sock.sendall(head)
    for _ in range(16):
        open_one()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in selector.select(1.0):
            if key.fileobj.recv(65536):
                received += 1
                key.fileobj.sendall(head)
            else:                               # a connection has served its number of requests
                selector.unregister(key.fileobj)
                key.fileobj.close()
                open_one()
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    selector.close()
    return received / (time.perf_counter() - began)


#: The measures, by the word that chooses one.
BENCHES = {"echo": _bench_echo, "updates": _bench_updates, "round-trip": _bench_round_trip,
           "reconnect": _bench_reconnect, "memory": _bench_memory, "browsers": _bench_browsers, "import": _bench_import, "widget": _bench_widget}


def run_bench(only=()):
    """Run the measures (those named in `only`, or all); yields {"name", "value", "unit"}."""
    for word in only:
        _require(word in BENCHES, "bench knows %s" % ", ".join(BENCHES), got=word)
    for word, measure in BENCHES.items():
        if not only or word in only:
            for name, value, unit in measure():
                yield {"name": name, "value": value, "unit": unit}


# How cost grows: each measure gets a size and returns the seconds that one piece of work takes.


def _best_time(work, times=5):
    """The shortest of some runs, in seconds."""
    best = math.inf
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


class _ScaleApp:
    """An application in this process with one session; pages without a screen attach to it. A context manager."""

    def __init__(self):
        self.app = Application(ws_port=None, http_port=0, max_sessions=None, max_connections=20000)
        self.app.start()
        self.session = self.app.create_session()
        self.pages = []

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        for page in self.pages:
            page._sock.close()
        self.app.close()

    def open_page(self, session=None):
        """A page of the session that knows all of it."""
        session = session or self.session
        page = connect("ws://127.0.0.1:%d/ws" % self.app.ports[0], token=self.app.token)
        page.send(json.dumps({"type": "hello", "session": session.id, "token": session.token}))
        page.welcome = json.loads(page.recv())
        self.pages.append(page)
        until = 0
        while until < session._log.seq:
            until = int(re.search(r'"until":(\d+)', _BenchServer.next_changes(page))[1])
        return page

    def labels(self, count):
        """That many labels on a page, as widgets."""
        page, box = Page(self.session), VBox(self.session)
        made = [Label(self.session, "L%d" % number) for number in range(count)]
        with self.session.batch():
            for label in made:
                box.add_widget(label)
            page.set_widget(box)
            page.show()
        return made


def _scale_join(size):
    with _ScaleApp() as scale:
        scale.labels(size)
        return _best_time(scale.open_page)


def _scale_one_of(size):
    with _ScaleApp() as scale:
        labels, page, numbers = scale.labels(size), scale.open_page(), itertools.count()

        def change():
            text = "changed %d" % next(numbers)
            labels[size // 2].set_text(text)
            while text not in _BenchServer.next_changes(page):
                pass
        return _best_time(change, 200)


def _scale_loop(size):
    with _ScaleApp() as scale:
        label, page = scale.labels(1)[0], scale.open_page()

        def loop():
            for number in range(size):
                label.set_text(str(number))
            label.set_text("done")
            while '"done"' not in _BenchServer.next_changes(page):
                pass
        return _best_time(loop)


def _scale_joined_after(size):
    with _ScaleApp() as scale:
        labels = scale.labels(10)
        for number in range(size):
            labels[number % 10].set_text("text %d" % number)
        return _best_time(scale.open_page, 10)


def _scale_sessions(size):
    with _ScaleApp() as scale:
        numbers = itertools.count()
        label, button = Label(scale.session), Button(scale.session, "x")
        button.on("activated", lambda: label.set_text("click %d" % next(numbers)))
        page = scale.open_page()
        for _ in range(size):
            session = scale.app.create_session()
            Label(session, "x")
            scale.open_page(session)

        clicks = itertools.count(1)

        def click():
            number = next(clicks)
            page.send('{"type":"event","n":%d,"wid":%d,"action":"activated"}' % (number, button.wid))
            while '"click %d"' % (number - 1) not in _BenchServer.next_changes(page):
                pass
        return _best_time(click, 200)


def _scale_rows(size):
    rows = [("name %d" % number, number, number / 7, "x", "y") for number in range(size)]
    with _ScaleApp() as scale:
        table = TableView(scale.session, columns=["A", "B", "C", "D", "E"])
        page = scale.open_page()

        def show():
            table.set_data(rows)
            while ",%d]" % size not in _BenchServer.next_changes(page):
                pass
        return _best_time(show, 3)


def _scale_window(size):
    with _ScaleApp() as scale:
        table = TableView(scale.session, columns=["A", "B"])
        table.set_data([(number, "x") for number in range(size)])
        page, starts = scale.open_page(), itertools.count(1)

        def scroll():
            page.send('{"type":"rows","wid":%d,"start":%d,"count":50}' % (table.wid, size // 2 + next(starts) % 7 - 5))
            while '"show_rows"' not in _BenchServer.next_changes(page):
                pass
        return _best_time(scroll, 100)


def _scale_viewers(size):
    with _ScaleApp() as scale:
        pages, numbers = [connect("ws://127.0.0.1:%d/ws" % scale.app.ports[0], token=scale.app.token) for _ in range(size)], itertools.count()
        scale.pages += pages
        sessions = [scale.app.create_session() for _ in range(-(-size // MAX_BROWSERS))]
        labels = [Label(session) for session in sessions]
        for number, page in enumerate(pages):
            session = sessions[number // MAX_BROWSERS]
            page.send(json.dumps({"type": "hello", "session": session.id, "token": session.token}))
            page.recv()
            _BenchServer.next_changes(page)

        def tell():
            text = '"told %d"' % next(numbers)
            for label in labels:
                label.set_text(text[1:-1])
            for page in pages:
                while text not in _BenchServer.next_changes(page):
                    pass
        return _best_time(tell)


def _scale_message(size):
    with _BenchServer(os.path.abspath(__file__), "echo") as server, connect(server.url, max_message_bytes=2 * size + 1024) as page:
        message = "x" * size

        def echo():
            page.send(message)
            page.recv()
        return _best_time(echo, 30)


def _scale_tail(size):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log")
        with open(path, "w") as file:
            file.writelines("line %d of a log\n" % number for number in range(size))
        return _best_time(lambda: Log(path).tail(20), 50)


def _scale_typing(size):
    with _ScaleApp() as scale:
        area = TextArea(scale.session, "x" * size)
        page, numbers = scale.open_page(), itertools.count()

        def append():
            text = " %d;" % next(numbers)
            area.append_text(text)
            while text not in _BenchServer.next_changes(page):
                pass
        return _best_time(append, 100)


#: What is measured at 1, 10 and 100 times a size: name, smallest size, the exponent that is expected (0 flat, 1 linear), how.
SCALES = (
    ("a page joins a session of N widgets", 100, 1, _scale_join),
    ("one of N widgets changes", 100, 0, _scale_one_of),
    ("N changes in a loop", 1000, 1, _scale_loop),
    ("a page joins after N changes", 1000, 0, _scale_joined_after),
    ("a click while N other sessions are open", 40, 0, _scale_sessions),
    ("N rows are given to a table", 10000, 1, _scale_rows),
    ("a table of N rows is scrolled", 10000, 0, _scale_window),
    ("N pages are told a value", MAX_BROWSERS, 1, _scale_viewers),
    ("a message of N bytes and its echo", 40000, 1, _scale_message),
    ("a few letters join a text of N", 1000, 1, _scale_typing),
    ("the last 20 of N lines of a log", 10000, 0, _scale_tail),
)


def run_scale():
    """Measure each of SCALES at 1, 10 and 100 times its size; yields {"name", "sizes", "ms", "exponent", "expected"}."""
    for name, smallest, expected, measure in SCALES:
        sizes = [smallest, 10 * smallest, 100 * smallest]
        times = [measure(size) * 1000 for size in sizes]
        yield {"name": name, "sizes": sizes, "ms": times, "exponent": math.log10(times[2] / times[0]) / 2, "expected": expected}


def _open_browser(url):
    """Open a URL in the user's browser, without its chatter on our output."""
    import webbrowser
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _run_demo(options):
    app = demo_application(options.host, options.port, options.insecure, options.public_url)
    with _Signals() as signals:
        app.start()
        print("livewidget: " + app.url, flush=True)
        if not options.no_browser:
            _open_browser(app.url)
        app._run_until_signal(signals)
    return 0


def _run_echo(options):
    server = EchoServer(options.port, options.compress)
    server.listen()
    with _Signals() as signals:                 # from before the address is known: whoever reads it may signal at once
        print("ws://127.0.0.1:%d/" % server.ports[0], flush=True)
        while signals.received is None:
            time.sleep(0.2)
        server.close()
    return 130 if signals.received == "SIGINT" else 0


def _run_bench(options):
    if options.scale:
        if not options.json:
            print("%-42s %37s  %s" % ("time in ms at", "1x          10x         100x of N", "exponent, expected"))
        for result in run_scale():
            print(json.dumps(result) if options.json else "%-42s %s  %5.2f  %d" % (
                result["name"], " ".join("%12s" % "{:,.3g}".format(ms) for ms in result["ms"]), result["exponent"], result["expected"]), flush=True)
        return 0
    for result in run_bench(options.only):
        if options.json:
            print(json.dumps(result), flush=True)
        else:
            print("%-56s %10s %s" % (result["name"], "{:,.6g}".format(float("%.3g" % result["value"])), result["unit"]), flush=True)
    return 0


def _run_servers(options):
    print(repr(servers))
    return 0


def _run_logs(options):
    log = servers[options.name].stderr if options.stderr else servers[options.name].stdout
    for line in log.follow(last=options.lines) if options.follow else filter(None, [log.tail(options.lines)]):
        print(line, flush=True)
    return 0


def _run_stop(options):
    if options.all:
        counts = terminate_all()
        print("%d ended, %d did not" % (counts["terminated"], counts["failed"]))
        return 1 if counts["failed"] else 0
    _require(options.name, "stop needs the name of a server, or --all; `servers` lists them")
    servers[options.name].terminate()
    print("%s has ended" % options.name)
    return 0


def _run_serve(options):
    """A DynamicWidget or an Application of a file, in this process."""
    import importlib.util
    path, _, name = options.file.partition(".py:")
    path = path + ".py" if name else path
    _require(path.endswith(".py") and os.path.isfile(path), "serve needs a Python file, such as page.py or page.py:ClassName", got=options.file)
    sys.modules.setdefault("livewidget", sys.modules[__name__])        # run as a script, this file has another name
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("livewidget_served", path)
    module = sys.modules["livewidget_served"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = _application_of(vars(module), name, path)
    if options.port is not None:
        app._wanted_ports = [options.port] + app._wanted_ports[1:]
    with _Signals() as signals:
        app.start()
        print("livewidget: " + app.url, flush=True)
        app._run_until_signal(signals)
    return 0


def _application_of(names, wanted, path):
    """The Application that a served file names, defines alone, or that shows its only DynamicWidget."""
    def is_servable(value):
        return isinstance(value, (Application, DynamicWidget)) or isinstance(value, type) and issubclass(value, DynamicWidget) \
            and value.__module__ == "livewidget_served"
    servable = {name: value for name, value in names.items() if is_servable(value)}
    if not wanted:
        for kind in (Application, DynamicWidget, type):        # an object that was made comes before its class
            servable = {name: value for name, value in servable.items() if isinstance(value, kind)} or servable
        _require(len(servable) == 1, "%s must define one Application or DynamicWidget, or be given as %s:NAME" % (path, path),
                 got=sorted(servable))
        wanted = next(iter(servable))
    _require(wanted in servable, "%s has no Application or DynamicWidget of that name" % path, got=wanted)
    found = servable[wanted]
    if isinstance(found, Application):
        return found
    widget = found(start_infra=False) if isinstance(found, type) else found
    app = Application(ws_port=None, http_port=0, title=widget.widget_title)
    app.mount("/" + re.sub(r"_", "-", widget.server_name), widget)
    app.routes["/"] = Route(lambda request, exchange: Response(303, headers=[("Location", re.sub(r"_", "-", widget.server_name) + "/")]), page=True)
    return app


def _reference_groups():
    """The reference, as [(heading, names)]: every public class and function stands in one of these."""
    widgets = list(WIDGETS)
    groups = [
        ("Applications", ["Application", "Session", "AsyncApplication", "FileBrowser", "Callbacks"]),
        ("Widgets", ["Widget", "Container", *widgets, "TextBufferRef"]),
        ("Notebook widgets and servers", ["DynamicWidget", "HTML", "Template", "create", "Servers", "Server", "Log", "Environment", "terminate_all"]),
        ("Making widgets", ["widget", "state", "text_state", "call", "ask", "checked"]),
        ("WebSocket", ["connect", "WebSocketClient", "WebSocketProtocol", "Ping", "Pong", "Closed", "EchoServer"])]
    told = {name for _, names in groups for name in names}
    rest = [name for name in __all__ if name not in told and callable(globals()[name])]
    errors = [name for name in rest if isinstance(globals()[name], type) and issubclass(globals()[name], Exception)]
    return groups + [("Helpers", [name for name in rest if name not in errors]), ("Errors", errors)]


def _signature(function, skip):
    """A function's parameters as a program writes them, without the first `skip`."""
    import inspect
    try:
        parameters = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return "(...)"
    shown, keyword_only = [], False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            shown, keyword_only = shown + ["*"], True
        text = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "") + parameter.name
        if parameter.annotation is not parameter.empty:
            text += ": " + re.sub(r"Literal\[([^\]]*)\]", lambda match: match[1].replace(", ", " | "), str(parameter.annotation))
        shown.append(text if parameter.default is parameter.empty else "%s = %r" % (text, parameter.default))
    return "(%s)" % ", ".join(shown)


#: Methods that sections of this file have for each other; no program needs them.
_INTERNAL = frozenset((
    "answer", "browser_left", "callback_queue", "end_connections", "find_route", "forget_handler", "forget_session", "greet", "head_complete",
    "judge", "listen", "pages_on", "reactor", "release_queue", "release_reactor", "stop_listening", "upgrade", "upload_folder", "widget_namespace"))


def _reference_entry(name):
    """What there is to say of a public name: {"name", "signature", "doc", "bases", "callbacks", "members"}."""
    import inspect
    value = globals()[name]
    if not isinstance(value, type):
        return {"name": name, "signature": _signature(value, 0), "doc": inspect.getdoc(value) or "", "bases": [], "callbacks": {}, "members": []}
    public = [base for base in value.__mro__[1:] if base.__name__ in __all__]
    own = [base for base in value.__mro__ if base is value or base.__module__ == value.__module__ and base not in public
           and not any(issubclass(one, base) for one in public)]
    is_widget = issubclass(value, _Emitter) and value not in (TextBufferRef,)
    members = {}
    for base in reversed(own):
        for member, body in vars(base).items():
            body = body.__func__ if isinstance(body, (staticmethod, classmethod)) else body
            if member.startswith("_") or member in _INTERNAL or not (isinstance(body, property) or callable(body) and not isinstance(body, type)):
                continue
            shown = "" if isinstance(body, property) else _signature(body, 0 if isinstance(vars(base)[member], staticmethod) else 1)
            members[member] = member, shown, inspect.getdoc(body) or ""
    inherited = next((base.callbacks for base in public if hasattr(base, "callbacks")), {})
    callbacks = {action: list(arguments) for action, arguments in getattr(value, "callbacks", {}).items() if action not in inherited}
    has_init = any("__init__" in vars(base) for base in own) and not issubclass(value, tuple)
    return {"name": name, "signature": _signature(value.__init__, 2 if is_widget else 1) if has_init else "", "doc": inspect.getdoc(value) or "",
            "bases": [base.__name__ for base in public[:1] if not issubclass(value, Exception)], "callbacks": callbacks, "members": sorted(members.values())}


def reference_text():
    """The reference for a terminal."""
    lines = []
    for heading, names in _reference_groups():
        lines += ["", heading, "=" * len(heading)]
        for entry in map(_reference_entry, names):
            lines += ["", entry["name"] + entry["signature"], "-" * len(entry["name"])]
            lines += ["    " + line if line else "" for line in entry["doc"].split("\n")]
            if entry["bases"]:
                lines += ["    Has all that %s has." % ", ".join(entry["bases"])]
            lines += ["    on %s (%s)" % (action, ", ".join(arguments)) for action, arguments in entry["callbacks"].items()]
            for name, signature, doc in entry["members"]:
                lines += ["", "    ." + name + signature] + ["        " + line if line else "" for line in doc.split("\n")]
    return "\n".join(lines).strip() + "\n"


_REFERENCE_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>livewidget %(version)s: reference</title>
<link rel="icon" href="%(icon)s">
<style>
:root { --page: #fff; --side: #f6f7f9; --text: #1c2230; --muted: #586174; --line: #d5d9e2; --accent: #2459d3; --code: #f1f3f8; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --page: #1a1e27; --side: #222732; --text: #e7eaf0; --muted: #a3acbd; --line: #343b49; --accent: #7ea6ff; --code: #11141a; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
body { display: grid; grid-template-columns: 260px minmax(0, 1fr); margin: 0; background: var(--page); color: var(--text); font: 15px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 20px 16px; background: var(--side); border-right: 1px solid var(--line); }
nav input { width: 100%%; padding: 6px 10px; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--muted); border-radius: 6px; }
nav h2 { margin: 20px 0 4px; font-size: 12px; letter-spacing: .05em; text-transform: uppercase; color: var(--muted); }
nav a { display: block; padding: 1px 8px; border-radius: 4px; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { background: var(--line); }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main { max-width: 900px; padding: 28px 40px 80px; }
main > h2 { margin: 48px 0 8px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
section { margin: 32px 0; }
h1 { margin: 0; } h3 { margin: 0 0 8px; font-size: 20px; }
.signature, code { font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.signature { display: block; padding: 8px 12px; overflow-wrap: anywhere; background: var(--code); border-radius: 6px; }
.doc { margin: 8px 0; white-space: pre-line; }
dl { margin: 12px 0; padding-left: 14px; border-left: 2px solid var(--line); }
dt { margin-top: 10px; overflow-wrap: anywhere; } dt code { font-weight: 600; } dt code span { font-weight: 400; color: var(--muted); }
dd { margin: 2px 0 0 16px; white-space: pre-line; }
.events code { margin-right: 12px; white-space: nowrap; } .muted { color: var(--muted); }
[hidden] { display: none !important; }
@media (max-width: 760px) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; } main { padding: 20px 16px 60px; } }
</style>
</head>
<body>
<nav aria-label="Contents"><input type="search" placeholder="Find a name" aria-label="Find a name">
%(contents)s
</nav>
<main>
<h1>livewidget %(version)s</h1>
<p class="muted">Every public name, from its definition. <code>help(livewidget.Slider)</code> says the same in Python.</p>
%(body)s
</main>
<script>
const field = document.querySelector("nav input"), links = [...document.querySelectorAll("nav a")];
field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const link of links) link.hidden = !document.getElementById(link.hash.slice(1)).dataset.names.includes(wanted);
    for (const head of document.querySelectorAll("nav h2")) {
        let next = head.nextElementSibling, some = false;
        while (next && next.tagName === "A") { some = some || !next.hidden; next = next.nextElementSibling; }
        head.hidden = !some;
    }
});
</script>
</body>
</html>
"""


def reference_html():
    """The reference as one HTML page that needs nothing else."""
    contents, body = [], []
    for heading, names in _reference_groups():
        contents.append("<h2>%s</h2>" % _escape(heading))
        body.append("<h2>%s</h2>" % _escape(heading))
        for entry in map(_reference_entry, names):
            name = entry["name"]
            contents.append('<a href="#%s">%s</a>' % (name, name))
            parts = ['<section id="%s" data-names="%s">' % (name, _escape(" ".join([name, *(member[0] for member in entry["members"])]).lower())),
                     "<h3>%s</h3>" % name]
            if entry["signature"]:
                parts.append('<code class="signature">%s</code>' % _escape(name + entry["signature"]))
            parts.append('<p class="doc">%s</p>' % _escape(re.sub(r"(?<!\n)\n(?!\n)", " ", entry["doc"])))
            if entry["bases"]:
                parts.append('<p class="muted">Has all that %s has.</p>' % ", ".join('<a href="#%s">%s</a>' % (base, base) for base in entry["bases"]))
            if entry["callbacks"]:
                parts.append('<p class="events">Callbacks: %s</p>' % " ".join(
                    "<code>%s(%s)</code>" % (_escape(action), ", ".join(arguments)) for action, arguments in entry["callbacks"].items()))
            if entry["members"]:
                parts.append("<dl>%s</dl>" % "".join(
                    "<dt><code>%s<span>%s</span></code></dt><dd>%s</dd>" % (member, _escape(signature), _escape(re.sub(r"(?<!\n)\n(?!\n)", " ", doc)))
                    for member, signature, doc in entry["members"]))
            body.append("\n".join(parts) + "\n</section>")
    return _REFERENCE_PAGE % {"version": __version__, "icon": _ICON, "contents": "\n".join(contents), "body": "\n".join(body)}


def _run_docs(options):
    text = reference_text() if options.text else reference_html()
    if options.output == "-" or options.text and options.output is None:
        sys.stdout.write(text)
        return 0
    path = os.path.abspath(options.output or "livewidget-reference.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print("livewidget: the reference is in %s" % path)
    return 0


def _run_version(options):
    print("livewidget %s, Python %s" % (__version__, sys.version.split()[0]))
    return 0


def _make_parser():
    import argparse
    parser = argparse.ArgumentParser(prog="livewidget", description="Live Python user interfaces in the browser.")
    commands = parser.add_subparsers(dest="command", metavar="command")

    def port(text):
        if not (text.isascii() and text.isdigit() and int(text) <= 65535):
            raise argparse.ArgumentTypeError("%r is not a port; give a number from 0 (any free one) to 65535" % text)
        return int(text)
    demo = commands.add_parser("demo", help="show this machine live: load, files, a shared notepad")
    demo.add_argument("--host", default="127.0.0.1", help="address to bind (default 127.0.0.1)")
    demo.add_argument("--port", type=port, default=0, help="port to bind (default 0: any free one)")
    demo.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    demo.add_argument("--insecure", action="store_true", help="allow plain HTTP beyond this machine")
    demo.add_argument("--public-url", metavar="URL", help="the address by which other machines, or a proxy, reach it")
    demo.set_defaults(run=_run_demo)
    echo = commands.add_parser("echo", help="a WebSocket echo server, for tests")
    echo.add_argument("--port", type=port, default=0, help="port to bind (default 0: any free one)")
    echo.add_argument("--compress", action="store_true", help="accept permessage-deflate")
    echo.set_defaults(run=_run_echo)
    bench = commands.add_parser("bench", help="measure this machine's speed")
    bench.add_argument("--json", action="store_true", help="one JSON object a line")
    bench.add_argument("--scale", action="store_true", help="how cost grows: each of some measures at 1, 10 and 100 times its size")
    bench.add_argument("only", nargs="*", help="measures to run: %s (default: all)" % ", ".join(BENCHES))
    bench.set_defaults(run=_run_bench)
    serve = commands.add_parser("serve", help="serve a DynamicWidget or an Application that a file defines")
    serve.add_argument("file", metavar="FILE.py[:NAME]", help="the file, and which of its classes or objects if it has several")
    serve.add_argument("--port", type=port, help="port to bind (default: the Application's own; any free one for a widget)")
    serve.set_defaults(run=_run_serve)
    commands.add_parser("servers", help="list the servers of your widgets").set_defaults(run=_run_servers)
    logs = commands.add_parser("logs", help="what a server printed")
    logs.add_argument("name", help="the server's name")
    logs.add_argument("--follow", action="store_true", help="go on with what it prints, until it ends")
    logs.add_argument("--stderr", action="store_true", help="its errors instead")
    logs.add_argument("-n", "--lines", type=int, default=50, help="how many of the last lines (default 50)")
    logs.set_defaults(run=_run_logs)
    stop = commands.add_parser("stop", help="end a server")
    stop.add_argument("name", nargs="?", help="the server's name")
    stop.add_argument("--all", action="store_true", help="end all servers")
    stop.set_defaults(run=_run_stop)
    docs = commands.add_parser("docs", help="write the reference of all classes, methods and callbacks")
    docs.add_argument("--text", action="store_true", help="as plain text, for a terminal")
    docs.add_argument("-o", "--output", metavar="FILE", help="where to write it (default livewidget-reference.html, with --text the terminal); - for the terminal")
    docs.set_defaults(run=_run_docs)
    commands.add_parser("version", help="print the version").set_defaults(run=_run_version)
    return parser


def main(argv=None):
    """The command line; returns the exit status: 0 done, 1 failed, 2 wrong usage."""
    parser = _make_parser()
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    if options.command is None:
        parser.print_help()
        return 2
    try:
        return options.run(options)
    except PortInUseError as error:
        print("livewidget: error: %s" % error.strerror.replace("pass port 0", "pass --port 0"), file=sys.stderr)
    except UsageError as error:
        print("livewidget: error: %s" % error, file=sys.stderr)
        return 2
    except (OSError, ServerError) as error:
        print("livewidget: error: %s" % error, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


################################################################################
# 16. Embedded client ##########################################################
################################################################################
# Generated from livewidget.js by `python test_livewidget.py --embed`; edit that file, not this text.

CLIENT_JS = r"""// livewidget's client: a replica of the state that Python holds, drawn with plain DOM. MIT license, see livewidget.py.
// Sections: 1 Constants  2 DOM helpers  3 Text edits  4 Transports  5 Session  6 Widget and Container
//           7 Catalogue, in Python's order  8 Large widgets  9 Fields  10 Notebook output  11 Style sheet  12 Start
(() => {
"use strict";

// 1. Constants ////////////////////////////////////////////////////////////////////////////////////////////////////////

const BACK_OFF_MS = [500, 30000];       // first and longest wait between two attempts to connect
const HEARTBEAT_MS = 15000;             // a ping this often; nothing heard for SILENCE_MS is a dead link
const SILENCE_MS = 35000;
const GREETING_MS = 12000;              // a new connection that says nothing for so long is given up sooner
const PROBE_MS = 4000;                  // after "offline" or waking up, an answer is due sooner
const BANNER_AFTER_MS = 1000;           // a shorter absence is not worth a word
const LAYOUT_MS = 100;                  // sizes are reported at most this often
const TYPING_MS = 100;                  // typed text is sent at most this often
const MODIFIED_MS = 300;                // "modified" fires this long after typing stopped
const SCROLLED_MS = 150;                // "scrolled" fires this long after scrolling stopped
const MAX_SPACE_PX = 8e6;               // no element is laid out taller; browsers end between 17 and 33 million px
const NONCE = document.currentScript?.nonce || "";
const WINDOW_MIN = [60, 40];            // a window's least size in px
const STEP_PX = 16;                     // a window moves this far per arrow key

// 2. DOM helpers //////////////////////////////////////////////////////////////////////////////////////////////////////

function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const name in attributes) {
        const value = attributes[name];
        if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    if (children.length) node.append(...children);
    return node;
}

// The one place that parses markup. Scripts in it do not run, and the page's policy stops inline handlers.
function parseMarkup(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
}

// Bring nodes into order in front of `end`, moving few, and never the one that has the focus: a moved node loses it.
function placeInOrder(parent, nodes, end = null) {
    const still = nodes.findIndex(node => node.parentNode === parent && node.contains(document.activeElement));
    const place = (node, next) => {
        if (node.parentNode !== parent || node.nextSibling !== next) parent.insertBefore(node, next);
    };
    for (let index = nodes.length - 1; index > still; index--) place(nodes[index], nodes[index + 1] || end);
    for (let index = still - 1; index >= 0; index--) place(nodes[index], nodes[index + 1]);
}

// Make nodes the only children, in front of `end` if that is given; those that stay are not touched, so that a press on one goes on.
function keepOnly(parent, nodes, end = null) {
    const kept = new Set(nodes);
    for (const node of [...parent.children]) if (!kept.has(node) && node !== end) node.remove();
    placeInOrder(parent, nodes, end);
}

const px = value => value === null || value === undefined ? "" : value + "px";
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function iconButton(label, path, action) {
    const button = element("button", { type: "button", class: "lw-icon-button", "aria-label": label, title: label }, icon(path));
    button.addEventListener("click", action);
    return button;
}

function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
}

const ICONS = {
    close: "M4 4l8 8M12 4l-8 8", minimize: "M4 11h8", maximize: "M4 4h8v8H4z",
    lower: "M8 4v8M5 9l3 3 3-3", up: "M4 10l4-4 4 4", down: "M4 6l4 4 4-4", right: "M6 4l4 4-4 4",
};

// Put a text into the clipboard, also on a page that is not secure, where only the old way is allowed.
// A promise, which is rejected where the browser does not let it be.
async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch (error) {
        copyByCommand(text);
    }
}

function copyByCommand(text) {
    const back = document.activeElement;
    const area = element("textarea", { style: "position: fixed; opacity: 0" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    back?.focus();
    if (!done) throw new Error("the browser did not let the text be copied");
}

// Put a text that is on its way into the clipboard. Called while a key or press is handled:
// some browsers allow it only then.
async function copyPromised(text) {
    try {
        const blob = text.then(words => new Blob([words], { type: "text/plain" }));
        blob.catch(() => {});
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } catch (error) {
        await copyText(await text);
    }
}

// A pointer drag: move(dx, dy, event) until the button is up, then end(moved). Captures mouse, pen and touch.
function onDrag(handle, begin) {
    handle.addEventListener("pointerdown", event => {
        const drag = event.button === 0 && begin(event);
        if (!drag) return;
        const over = new AbortController();             // the listeners end with the drag, even if the handle moves in the document
        let moved = false;
        const listen = (type, action) => document.addEventListener(type, e => {
            if (e.pointerId === event.pointerId) action(e);
        }, { capture: true, signal: over.signal });
        const end = () => { over.abort(); drag.end(moved); };
        listen("pointermove", e => {
            const dx = e.clientX - event.clientX, dy = e.clientY - event.clientY;
            moved = moved || Math.abs(dx) + Math.abs(dy) > 3;
            if (moved) drag.move(dx, dy, e);
        });
        listen("pointerup", end);
        listen("pointercancel", end);
    });
}

// Show a menu at a point of the viewport: an element whose entries have a role of menuitem. It closes on Escape or Tab,
// which give the focus back, and on a press elsewhere. keys: what to do on keys that it has no use for itself.
function showMenu(menu, x, y, { returnTo = null, keys = {}, closed = () => {} } = {}) {
    const items = () => [...menu.querySelectorAll("[role^=menuitem]")].filter(one => !one.disabled && !one.inert);
    const close = refocus => {
        if (!menu.isConnected) return;
        document.removeEventListener("pointerdown", outside, true);
        menu.removeEventListener("keydown", onKey);
        menu.closeMenu = null;
        menu.remove();
        closed();
        if (refocus && returnTo) returnTo.focus();
    };
    const outside = event => {
        if (!event.target.closest?.(".lw-menu") && !returnTo?.contains(event.target)) close(false);
    };
    const onKey = event => {
        if (event.target.closest(".lw-menu") !== menu) return;
        const all = items(), at = all.indexOf(document.activeElement), letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
        const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: all.length - 1 }[event.key];
        const named = letter && event.key !== " " && [...all.slice(at + 1), ...all].find(one => one.textContent.toLowerCase().startsWith(event.key.toLowerCase()));
        if (next !== undefined && all.length) all[(next + all.length) % all.length].focus();
        else if (named) named.focus();
        else if (event.key === "Escape" || event.key === "Tab") close(true);
        else if (keys[event.key]) keys[event.key](event);
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    menu.closeMenu?.(false);
    (document.querySelector("main") || document.body).append(menu);
    menu.style.left = px(clamp(x, 0, Math.max(0, innerWidth - menu.offsetWidth)));
    menu.style.top = px(clamp(y, 0, Math.max(0, innerHeight - menu.offsetHeight)));
    document.addEventListener("pointerdown", outside, true);
    menu.addEventListener("keydown", onKey);
    menu.closeMenu = close;
    items()[0]?.focus();
    return close;
}

function menuItem(attributes, ...children) {
    return element("button", { type: "button", role: "menuitem", tabindex: "-1", ...attributes }, ...children);
}

// A menu of our own: items are [label, action].
function popupMenu(items, x, y, returnTo) {
    const menu = element("div", { class: "lw-menu", role: "menu" });
    for (const [label, action] of items) {
        const item = menuItem({}, label);
        item.addEventListener("click", () => { menu.closeMenu(true); action(); });
        menu.append(item);
    }
    showMenu(menu, x, y, { returnTo });
}

// 3. Text edits ///////////////////////////////////////////////////////////////////////////////////////////////////////
// Splices [start, delete, insert] count code points, as Python does; the same functions stand in livewidget.py.

// A text as something with length and slice() by code points: itself unless it holds surrogates.
const points = text => /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
const joined = part => typeof part === "string" ? part : part.join("");

function textSplice(oldText, newText) {
    const a = points(oldText), b = points(newText), least = Math.min(a.length, b.length);
    let start = 0, end = 0;
    while (start < least && a[start] === b[start]) start++;
    while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    return [start, a.length - start - end, joined(b.slice(start, b.length - end))];
}

function moveSplice([start, remove, insert], [oStart, oRemove, oInsert], before = false) {
    const end = start + remove, oEnd = oStart + oRemove, oLength = points(oInsert).length, tie = oStart === start;
    if (oEnd < start || oEnd === start && !(tie && before)) return [start + oLength - oRemove, remove, insert];
    if (oStart >= end && !(tie && !before)) return [start, remove, insert];
    if (oStart < start || tie && !before) return [oStart + oLength, Math.max(0, end - oEnd), insert];
    if (oEnd >= end) return [start, oStart - start, insert];
    return [start, oStart - start + oLength + end - oEnd, insert + oInsert];
}

function crossSplices(mine, theirs) {
    const crossed = mine.map(splice => {
        theirs = theirs.map(other => {
            const moved = moveSplice(other, splice, true);
            splice = moveSplice(splice, other);
            return moved;
        });
        return splice;
    });
    return [crossed, theirs];
}

function applySplice(value, [start, remove, insert]) {
    if (Array.isArray(value)) return value.slice(0, start).concat(insert, value.slice(start + remove));
    const text = points(value);
    return joined(text.slice(0, start)) + insert + joined(text.slice(start + remove));
}

// 4. Transports ///////////////////////////////////////////////////////////////////////////////////////////////////////
// Both carry frames (string or ArrayBuffer) to receive(frame) and tell closed(code, opened) once.

class SocketTransport {
    constructor(config, receive, closed) {
        const url = new URL(config.socket || "ws", location.href);
        url.protocol = { "http:": "ws:", "https:": "wss:" }[url.protocol] || url.protocol;
        const protocols = ["livewidget.v1"];
        if (config.token) protocols.push("livewidget.token." + config.token);
        this.name = "socket";
        this._waiting = [];
        this._closed = closed;
        const early = window.livewidgetSocket;          // the page opened it while this script was on its way
        window.livewidgetSocket = null;
        const usable = early && early.url === url.href && !config.token && early.readyState <= WebSocket.OPEN;
        if (early && !usable) early.close();
        this._socket = usable ? early : new WebSocket(url, protocols);
        this._opened = this._socket.readyState === WebSocket.OPEN;
        this._socket.binaryType = "arraybuffer";
        this._socket.onopen = () => {
            this._opened = true;
            for (const text of this._waiting) this._socket.send(text);
        };
        this._socket.onmessage = event => receive(event.data);
        this._socket.onclose = event => this._end(event.code);
    }
    send(text) {
        if (this._opened) this._socket.send(text);
        else this._waiting.push(text);
    }
    close() {
        this._socket.close();
        this._end(1006);
    }
    _end(code) {
        const closed = this._closed;
        this._closed = null;
        if (closed) closed(code, this._opened);
    }
}

class PollTransport {
    constructor(config, receive, closed) {
        this.name = "poll";
        this._base = new URL(config.poll || "livewidget/", location.href);
        this._receive = receive;
        this._closed = closed;
        this._out = [];
        this._posting = false;
        this._id = null;
        this._abort = new AbortController();
    }
    send(text) {
        this._out.push(text);
        this._post();
    }
    close() {
        this._abort.abort();
        this._end(1006);
    }
    _url(name) {
        const url = new URL(name, this._base);
        if (this._id) url.searchParams.set("poll", this._id);
        return url;
    }
    async _post() {
        if (this._posting || !this._closed) return;
        this._posting = true;
        try {
            while (this._out.length && this._closed) {
                const messages = this._out.splice(0);
                const answer = await fetch(this._url("messages"), {
                    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(messages),
                    signal: this._abort.signal });
                if (answer.status === 503 && this._id) {        // the session asks to wait: the same again
                    this._out.unshift(...messages);
                    await new Promise(resolve => setTimeout(resolve, 1000));
                    continue;
                }
                if (!answer.ok) return this._end(answer.status === 401 ? 401 : 1006);
                const id = (await answer.json()).poll;
                if (!this._id) {
                    this._id = id;
                    this._fetch();
                }
            }
        } catch {
            this._end(1006);
        } finally {
            this._posting = false;
        }
    }
    async _fetch() {
        try {
            while (this._closed) {
                const answer = await fetch(this._url("changes"), { signal: this._abort.signal, cache: "no-store" });
                if (!answer.ok) return this._end(1006);
                this._unpack(await answer.arrayBuffer());
            }
        } catch {
            this._end(1006);
        }
    }
    _unpack(buffer) {
        const view = new DataView(buffer);
        for (let at = 0; at < buffer.byteLength;) {
            const size = view.getUint32(at + 1), start = at + 5;
            const payload = buffer.slice(start, start + size);
            if (view.getUint8(at)) this._receive(payload);
            else {
                const text = new TextDecoder().decode(payload), head = text.slice(0, 16);
                if (head === '{"type":"close",') return this._end(JSON.parse(text).code);
                this._receive(text);
            }
            at = start + size;
        }
        this._receive("");
    }
    _end(code) {
        const closed = this._closed;
        this._closed = null;
        if (closed) closed(code, this._id !== null);
    }
}

// 5. Session //////////////////////////////////////////////////////////////////////////////////////////////////////////
// The replica: widgets by number, the cursor, messages not yet processed by Python, and the connection.

class Session {
    constructor(config, root) {
        this.widgets = new Map();
        this.seq = 0;                                   // the last change applied
        this.ack = 0;                                   // the newest message of ours that Python has processed
        this._config = config;
        this.root = root;
        this._desktop = new Desktop(this);
        this._blobs = new Map();
        this._number = 0;
        this._unprocessed = [];                         // {n, text}, sent again after a reconnect
        this._pending = new Map();                      // "wid name" -> number of our newest message about it
        this._inFlight = new Set();                     // text inputs whose edit is not acknowledged
        this._sizes = new Map();
        this._files = new Map();                        // announced, by key
        this._transport = null;
        this._greeted = false;
        this._attempts = 0;
        this._socketWorked = false;
        this._heard = 0;
        this._stopped = false;
        this._observer = new ResizeObserver(entries => this._measure(entries));
        this._unobserved = new Set();
        this._credentials = this._readCredentials();
        addEventListener("online", () => this._retryNow());
        addEventListener("offline", () => this._probe());
        addEventListener("pageshow", () => this._probe());
        document.addEventListener("visibilitychange", () => { if (!document.hidden) this._transport ? this._probe() : this._retryNow(); });
        addEventListener("resize", () => this._later("screen", LAYOUT_MS, () => this._send({ type: "screen", width: innerWidth, height: innerHeight })));
        setInterval(() => this._heartbeat(), HEARTBEAT_MS / 3);
    }

    // Connection

    _readCredentials() {
        const link = new URLSearchParams(location.hash.slice(1));
        if (link.has("token") && !link.has("session")) this._config.token = link.get("token");
        if (link.has("token") || link.has("session")) history.replaceState(null, "", location.pathname + location.search);
        if (link.has("session")) return { session: link.get("session"), token: link.get("token") };
        try { return JSON.parse(sessionStorage.getItem(this._storageKey())) || {}; } catch { return {}; }
    }
    _storageKey() { return "livewidget " + location.pathname; }
    _storeCredentials() {
        try { sessionStorage.setItem(this._storageKey(), JSON.stringify(this._credentials)); } catch { /* storage is off */ }
    }
    connect() {
        clearTimeout(this._retry);
        const polls = !this._config.socket && (this._socketWorked ? this._attempts % 4 === 3 : this._attempts % 2 === 1);
        const Transport = polls || this._polls ? PollTransport : SocketTransport;
        this._greeted = false;
        this._held = null;
        this._heard = Date.now();
        this._due = GREETING_MS;
        const transport = new Transport(this._config, frame => {
            if (transport === this._transport) this._receive(frame);
        }, (code, opened) => {
            if (transport === this._transport) this._lost(code, opened);
        });
        this._transport = transport;
        transport.send(JSON.stringify({
            type: "hello", session: this._credentials.session || null, token: this._credentials.token || null,
            browser: this._browser || null, epoch: this._epoch || null, since: this._partial ? 0 : this.seq,
            width: innerWidth, height: innerHeight }));
    }
    _receive(frame) {
        this._heard = Date.now();
        this._due = SILENCE_MS;
        if (this._held) return this._held.push(frame);
        if (frame instanceof ArrayBuffer) {
            this._blobs.set(new DataView(frame).getUint32(0), frame.slice(4));
            return;
        }
        if (!frame) return;
        const message = JSON.parse(frame);
        if (message.type === "changes") {
            if (message.operations.some(one => one[0] === "new" && LARGE.has(one[2]) && !catalogue[one[2]])) this._loadLarge(frame);
            else this._apply(message);
        } else if (message.type === "pong") this._acknowledged(message.ack);
        else if (message.type === "welcome") this._welcome(message);
        else if (message.type === "wait") this._notice("All places are taken. You are number " + message.position + " in the queue; the page opens by itself.");
        else if (message.type === "close") this._transport.close();
    }
    // The first large widget: get its class, and hold what comes until it is there.
    _loadLarge(frame) {
        this._held = [frame];
        const script = element("script", { src: this._config.large });
        script.nonce = NONCE;
        script.addEventListener("load", () => {
            const held = this._held || [];
            this._held = null;
            for (const one of held) this._receive(one);
        });
        script.addEventListener("error", () => this._transport?.close());               // it is tried again with the connection
        document.head.append(script);
    }
    _welcome(message) {
        if (message.epoch !== this._epoch || this._partial) this._clear();
        this._epoch = message.epoch;
        this._browser = message.browser;
        this.number = message.number;
        this._credentials = { session: message.session, token: message.token };
        this._storeCredentials();
        this._greeted = true;
        this._attempts = 0;
        if (this._transport.name === "socket") this._socketWorked = true;
        else this._polls = !this._socketWorked;
        this._notice(null);
        this._unprocessed = this._unprocessed.filter(entry => entry.n > message.received);
        for (const entry of this._unprocessed) this._transport.send(entry.text);
        this._sizes.clear();
        this._observeAgain();
    }
    _lost(code, opened) {
        this._transport = null;
        this._greeted = false;
        if (code === 4001) return this._stop("This link does not open the session any more.", "Start a new session");
        if (code === 4002) return this._stop("This session has ended.", "Start a new session");
        if (code === 1008) return this._stop("The server refused what this page sent.", "Reload");
        const [least, most] = BACK_OFF_MS;
        const wait = opened && !this._attempts ? 50 : Math.min(most, least * 2 ** Math.min(10, this._attempts - 1)) * (0.75 + Math.random() / 2);
        this._attempts++;
        this._retry = setTimeout(() => this.connect(), wait);
        const text = code === 401 ? "The server was started anew. Open the address that it printed."
            : "Connection lost. What you enter is kept and sent when it is back.";
        if (!this._noticeTimer && !this._noticed) this._noticeTimer = setTimeout(() => this._notice(text, "Try now", () => this._retryNow()), BANNER_AFTER_MS);
    }
    _stop(text, label) {
        this._stopped = true;
        this._notice(text, label, () => {
            try { sessionStorage.removeItem(this._storageKey()); } catch { /* storage is off */ }
            location.reload();
        });
    }
    _retryNow() {
        if (this._transport || this._stopped) return;
        this._attempts = Math.min(this._attempts, 1);
        this.connect();
    }
    _probe() {
        if (!this._transport || !this._greeted) return;
        this._due = Math.min(this._due, Date.now() - this._heard + PROBE_MS);
        this._send({ type: "ping" });
        setTimeout(() => this._heartbeat(), PROBE_MS + 50);
    }
    _heartbeat() {
        if (!this._transport) return;
        const silent = Date.now() - this._heard;
        if (silent >= this._due) this._transport.close();
        else if (silent >= HEARTBEAT_MS) this._transport.send('{"type":"ping"}');       // one that waits for a place, too
    }
    _notice(text, label, action) {
        clearTimeout(this._noticeTimer);
        this._noticeTimer = null;
        this._noticed = text !== null;
        if (this._banner) this._banner.remove();
        this._banner = null;
        if (text === null) return;
        this._banner = element("div", { class: "lw-banner", role: "status" }, element("span", {}, text));
        if (label) {
            const button = element("button", { type: "button" }, label);
            button.addEventListener("click", action);
            this._banner.append(button);
        }
        document.body.append(this._banner);
    }
    _send(message) {
        const open = Boolean(this._transport && this._greeted);
        if (open) this._transport.send(JSON.stringify(message));
        return open;
    }
    _later(key, ms, action) {
        this._timers = this._timers || new Map();
        if (this._timers.has(key)) return;
        this._timers.set(key, setTimeout(() => { this._timers.delete(key); action(); }, ms));
    }

    // From Python

    // A page that was just loaded runs this for thousands of operations before anything is compiled: places instead of
    // patterns, as each pattern is an iterator there.
    _apply(message) {
        const operations = message.operations;
        if (message.reset) this._clear();
        this._acknowledged(message.ack);
        for (let at = 0; at < operations.length; at++) {
            try { this._operate(operations[at]); } catch (error) { this._failed(error); }
        }
        this.seq = message.until;
        this._partial = Boolean(message.more);
        for (const input of [...this._inFlight]) input._settle();
        if (operations.some(one => one[0] === "new" || one[2] === "set_children" || one[2] === "set_tooltip")) {
            for (const widget of this.widgets.values()) widget._takeName();
        }
        for (const [kind, wid, name, args, number] of message.calls) {
            const widget = wid ? this.widgets.get(wid) : this._desktop;
            try {
                if (kind === "call") { if (widget) widget[name](...args); }
                else this._answer(number, widget, name, args);
            } catch (error) { this._failed(error); }
        }
        this._blobs.clear();
        const ack = () => this._send({ type: "ack", until: message.until });
        if (document.hidden) ack();
        else requestAnimationFrame(ack);
    }
    _operate(operation) {
        const kind = operation[0], wid = operation[1], name = operation[2], args = operation[3];
        if (kind === "new") {
            const Class = catalogue[name];
            if (!Class) throw new Error("unknown widget class " + name);
            if (!this.widgets.has(wid)) new Class(...args)._join(this, wid);
            return;
        }
        const widget = wid ? this.widgets.get(wid) : this._desktop;
        if (!widget) return;
        if (kind === "end") {
            widget._leave();
            this.widgets.delete(wid);
        } else if (kind === "edit") {
            widget._edit(name, args);
        } else if (!this._pending.size || !(this._pending.get(wid + " " + name) > this.ack)) {
            widget._set(name, args);
        }
    }
    _answer(number, widget, name, args) {
        try {
            if (!widget) throw new Error("the widget is gone");
            this._send({ type: "answer", ask: number, value: widget[name](...args) });
        } catch (error) {
            this._send({ type: "answer", ask: number, error: String(error.message || error) });
        }
    }
    _failed(error) { console.error("livewidget:", error); }
    _acknowledged(ack) {
        this.ack = Math.max(this.ack, ack);
        while (this._unprocessed.length && this._unprocessed[0].n <= this.ack) this._unprocessed.shift();
        for (const [key, n] of this._pending) if (n <= this.ack) this._pending.delete(key);
    }
    _clear() {
        for (const widget of this.widgets.values()) widget._leave();
        this.widgets.clear();
        this._inFlight.clear();
        this._pending.clear();
        this._unprocessed = [];
        this._sizes.clear();
        this.seq = 0;
        this._partial = false;
        this.ack = this._number;
        this._desktop._reset();
    }
    blobUrl(source) {
        const data = this._blobs.get(source.blob);
        return data === undefined ? null : URL.createObjectURL(new Blob([data], { type: source.type }));
    }

    // To Python

    event(wid, action, args, state, edit) {
        const n = ++this._number;
        const text = JSON.stringify({ type: "event", n, wid, action, args, state, edit });
        for (const name of Object.keys(state || {})) this._pending.set(wid + " " + name, n);
        this._unprocessed.push({ n, text });
        if (this._transport && this._greeted) this._transport.send(text);
        return n;
    }
    // Announce files; Python answers with a transfer, and the chunks follow one after another.
    announceFiles(widget, payload, files) {
        const key = ++this._number;
        this._files.set(key, files);
        this._send({ type: "upload", wid: widget.wid, key, payload, files: files.map(({ name, size, type }) => ({ name, size, type })) });
    }
    async sendFiles(key, transfer, chunkBytes) {
        const files = this._files.get(key) || [];
        this._files.delete(key);
        if (!transfer) return;
        const post = (query, body) => {
            const url = new URL("livewidget/upload", new URL(this._config.socket || "", location.href));
            url.protocol = url.protocol.replace("ws", "http");
            url.search = new URLSearchParams({ transfer, ...query });
            const headers = { "Content-Type": "application/octet-stream" };
            if (this._config.token) headers.Authorization = "Bearer " + this._config.token;
            return fetch(url, { method: "POST", headers, body });
        };
        try {
            for (const [index, file] of files.entries()) {
                for (let chunk = 0; chunk * chunkBytes < file.size; chunk++) {
                    const part = await file.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes).arrayBuffer();
                    const answer = await post({ file: index, chunk }, part);
                    if (!answer.ok) return this.tell("The upload was broken off.");
                }
            }
        } catch {
            this.tell("A file could not be read or sent.");
            post({ failed: 1 }, null).catch(() => { /* the server discards the transfer by itself */ });
        }
    }
    // A word to the person, which goes by itself.
    tell(text) {
        this._notice(text);
        setTimeout(() => { if (this._banner && this._banner.innerText === text) this._notice(null); }, 6000);
    }
    // Sizes are told a little later: first what is new is painted.
    observe(widget) {
        if (!this._unobserved.size) requestAnimationFrame(() => setTimeout(() => {
            for (const one of this._unobserved) this._observer.observe(one.element);
            this._unobserved.clear();
        }));
        this._unobserved.add(widget);
    }
    unobserve(widget) {
        this._unobserved.delete(widget);
        this._observer.unobserve(widget.element);
        this._sizes.delete(widget.wid);
    }
    _observeAgain() {
        for (const widget of this.widgets.values()) {
            this.unobserve(widget);
            this.observe(widget);
            widget._connected();
        }
    }
    _measure(entries) {
        for (const { target, borderBoxSize: [box] } of entries) {
            const widget = this.widgets.get(Number(target.dataset.wid));
            if (widget) this._changedSizes = (this._changedSizes || new Map()).set(widget, [Math.round(box.inlineSize), Math.round(box.blockSize)]);
        }
        this._later("layout", LAYOUT_MS, () => this._reportSizes());
    }
    _reportSizes() {
        const sizes = [];
        for (const [widget, [width, height]] of this._changedSizes) {
            const key = width + " " + height, old = this._sizes.get(widget.wid);
            if (key === old || !widget.element.isConnected) continue;
            this._sizes.set(widget.wid, key);
            if (width || height || old) sizes.push([widget.wid, width, height]);
            widget._laidOut(width, height, old);
        }
        this._changedSizes = new Map();
        if (sizes.length) this._send({ type: "layout", sizes });
    }
}

// Widget number 0: the page itself.
class Desktop {
    constructor(session) {
        this._session = session;
        this.element = element("main", { class: "lw-desktop" });
        session.root.append(this.element);
        this._faces = [];
    }
    _set(name, args) { this[name](...args); }
    _reset() { if (this._errors) this._errors.remove(); this._errors = null; }
    set_fonts(fonts) {
        for (const face of this._faces) document.fonts.delete(face);
        this._faces = fonts.map(([family, url, weight, style]) => {
            const face = new FontFace(family, `url("${new URL(url, location.href)}")`, { weight: String(weight ?? 400), style: style || "normal" });
            document.fonts.add(face);
            return face;
        });
    }
    set_theme(theme) {
        if (theme === "auto") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = theme;
        document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
    }
    set_default_font(font) {
        const [family, size, weight, style] = font || [];
        const css = document.documentElement.style;
        css.setProperty("--lw-font", family ? `"${family}", system-ui, sans-serif` : "");
        css.setProperty("--lw-font-size", px(size));
        css.setProperty("--lw-font-weight", weight ?? "");
        css.setProperty("--lw-font-style", style ?? "");
    }
    upload(key, transfer, chunkBytes) { this._session.sendFiles(key, transfer, chunkBytes); }
    refuse_upload(key, reason) {
        this._session.sendFiles(key, null);
        this._session.tell("The files were not taken: " + reason + ".");
    }
    open_url(url) {
        if (/^(https?|mailto):/i.test(url)) open(url, "_blank", "noopener");
    }
    show_error(name, text) {
        if (!this._errors) {
            this._errors = element("section", { class: "lw-errors", role: "alert", "aria-label": "Errors of the program" });
            document.body.append(this._errors);
        }
        const entry = element("details", { open: true }, element("summary", {}, name + " raised " + text.trimEnd().split("\n").pop()),
            element("pre", {}, text));
        entry.prepend(iconButton("Dismiss", ICONS.close, () => {
            entry.remove();
            if (!this._errors.childElementCount) this._reset();
        }));
        this._errors.prepend(entry);
        while (this._errors.childElementCount > 5) this._errors.lastChild.remove();
    }
}

// 6. Widget and Container /////////////////////////////////////////////////////////////////////////////////////////////
// snake_case is called by Python (and by authors who use the classes without it), _camelCase stays in the browser.

const NO_HANDLERS = new Map(), NOTHING = new Set();     // of the many widgets that have none of their own

class Widget {
    static sequences = [];                              // names of cells that travel as splices
    static isField = false;                             // its focus target needs a name from around it
    constructor(root) {
        this.element = root;
        this.session = null;
        this.wid = null;
        this.parent = null;
        root.className += " lw";
        root.setAttribute("data-widget", this.constructor.name);
        this._handlers = NO_HANDLERS;
        this._listened = NOTHING;
        this._sequences = this.constructor.sequences.length ? {} : null;
    }
    _join(session, wid) {
        this.session = session;
        this.wid = wid;
        this.element.setAttribute("data-wid", wid);
        session.widgets.set(wid, this);
        session.observe(this);
    }
    _connected() { /* the link to Python is new: what was asked over the last one is not answered */ }
    _leave() {
        if (this.parent) this.parent._release(this);
        if (this.session) this.session.unobserve(this);
        this.element.remove();
    }
    _set(name, args) {
        if (this._sequences && this.constructor.sequences.includes(name)) this._sequences[name] = args[0];
        this[name](...args);
    }
    _edit(name, splices) {
        this._set(name, [splices.reduce(applySplice, this._sequences[name])]);
    }
    // Something happened here: tell local handlers, and Python with the state that changed.
    emit(action, args = [], state = undefined, edit = undefined) {
        for (const handler of this._handlers.get(action) || []) handler(...args);
        if (!this.session) return 0;
        return this.session.event(this.wid, action, args.map(arg => arg instanceof Widget ? arg.wid : arg), state, edit);
    }
    userState(name, args, action = null, actionArgs = args) {
        this.emit(action, action ? actionArgs : [], { [name]: args });
    }
    on(action, handler) {
        if (this._handlers === NO_HANDLERS) this._handlers = new Map();
        this._handlers.set(action, [...(this._handlers.get(action) || []), handler]);
    }
    _wants(action) { return this._listened.has(action) || this._handlers.has(action); }
    listen(actions) {
        const before = this._listened.has("map");
        this._listened = new Set(actions);
        if (!this._takesDrops && actions.some(action => action.startsWith("dr"))) this._takeDrops();
        if (!before && this._wants("map")) requestAnimationFrame(() => this._map());
    }
    _takeDrops() {
        this._takesDrops = true;
        const root = this.element;
        const report = event => ({ ...describeEvent(event, root), types: [...event.dataTransfer.types] });
        root.addEventListener("dragover", event => {
            event.preventDefault();
            const payload = report(event);
            if (!this._hover && this._wants("drag-over")) requestAnimationFrame(() => {
                if (this._hover) this.emit("drag-over", [this._hover]);
                this._hover = null;
            });
            this._hover = payload;                      // one a frame, the newest
        });
        root.addEventListener("drop", event => {
            event.preventDefault();
            this._hover = null;
            const get = type => event.dataTransfer.getData(type) || null, text = get("text/plain"), files = [...event.dataTransfer.files];
            const url = get("text/uri-list") || (text && /^(https?|file):\S+$/.test(text) ? text : null);
            const payload = { ...report(event), text, url, html: get("text/html"), files: [] };
            if (files.length && this.session) return this.session.announceFiles(this, payload, files);
            for (const action of ["drop-start", "drop-end"]) if (this._wants(action)) this.emit(action, [payload]);
        });
    }
    _laidOut(width, height, before) {
        if ((!before || before === "0 0") && (width || height)) this._map();
    }
    _map() {
        if (!this._wants("map") || !this.element.isConnected || !this.element.getClientRects().length) return;
        const box = this.element.getBoundingClientRect();
        const outer = (this.element.parentElement || document.body).getBoundingClientRect();
        this.emit("map", [{ x: box.x - outer.x, y: box.y - outer.y, viewport_x: box.x, viewport_y: box.y, width: box.width, height: box.height }]);
    }
    _focusTarget() { return this.element; }
    resize(width, height) {
        this.element.style.width = px(width);
        this.element.style.height = px(height);
        this.element.classList.toggle("lw-sized-x", width !== null);
        this.element.classList.toggle("lw-sized-y", height !== null);
    }
    get_position() {
        const box = this.element.getBoundingClientRect();
        return [box.x, box.y];
    }
    set_min_size(width, height) { Object.assign(this.element.style, { minWidth: px(width), minHeight: px(height) }); }
    set_max_size(width, height) { Object.assign(this.element.style, { maxWidth: px(width), maxHeight: px(height) }); }
    set_expanding(horizontal, vertical) {
        this.element.classList.toggle("lw-expand-x", horizontal);
        this.element.classList.toggle("lw-expand-y", vertical);
    }
    set_visible(tf) {
        this.element.classList.toggle("lw-hidden", !tf);
    }
    set_enabled(tf) {
        this.element.classList.toggle("lw-disabled", !tf);
        this.element.inert = !tf;
        const target = this._focusTarget();
        if ("disabled" in target) target.disabled = !tf;
        else if (tf) this.element.removeAttribute("aria-disabled");
        else this.element.setAttribute("aria-disabled", "true");
    }
    set_accessible_name(name) {
        this._ownName = name;
        this._takeName();
    }
    // Fields are announced by their own name, else their tooltip, else the label in front of them or of what they are in.
    _takeName() {
        if (!this.constructor.isField) return;
        this._focusTarget().setAttribute("aria-label", this._ownName || this.element.title || this._nameAround() || this.constructor.name);
    }
    _nameAround() {
        if (!this.parent || !this.parent._entries) return "";
        const index = this.parent._entries.findIndex(([child]) => child === this);
        const labels = this.parent._entries.slice(0, index).map(([child]) => child).filter(child => child instanceof Label);
        return (labels.length ? labels[labels.length - 1].element.innerText : "") || this.parent._titleOf(this) || this.parent._nameAround();
    }
    set_tooltip(msg) { if (msg) this.element.title = msg; else this.element.removeAttribute("title"); }
    set_padding([left, top, right, bottom]) { this.element.style.padding = [top, right, bottom, left].map(px).join(" "); }
    set_border_width(width) { this.element.style.border = width ? `${width}px solid var(--lw-own-border, var(--lw-border))` : width === 0 ? "none" : ""; }
    set_border_color(color) { this.element.style.setProperty("--lw-own-border", color || ""); }
    set_bg(color) { this.element.style.background = color || ""; }
    set_font(family, size, weight, style) {
        Object.assign(this.element.style, { fontFamily: family || "", fontSize: size ? size + "pt" : "", fontWeight: weight ?? "", fontStyle: style || "" });
    }
    set_focus() { this._focusTarget().focus(); }
    set_allow_text_selection(tf) { this.element.classList.toggle("lw-selectable", tf); }
    set_cursors(cursors) {
        this._cursors = cursors;
        this.set_cursor(this._cursor);
    }
    set_cursor(name) {
        this._cursor = name;
        const [url, x, y] = (this._cursors || {})[name] || [];
        this.element.style.cursor = url ? `url("${CSS.escape ? url.replace(/["\\\n]/g, encodeURIComponent) : ""}") ${x} ${y}, auto` : !name || name === "default" ? "" : name;
    }
    // An image that Python gave as URL or as bytes; shows nothing for null.
    _showImage(image, source, size) {
        if (size) Object.assign(image.style, { width: px(size[0]), height: px(size[1]) });
        if (image.dataset.blob) URL.revokeObjectURL(image.src);
        delete image.dataset.blob;
        let url = source;
        if (source && typeof source === "object") {
            url = this.session.blobUrl(source);
            image.dataset.blob = "1";
        }
        if (url) image.src = url;
        else image.removeAttribute("src");
        image.hidden = !url;
    }
    _setColors(bg, fg) { Object.assign(this.element.style, { background: bg || "", color: fg || "" }); }
    // The events of interactive widgets; each travels only while somebody listens.
    _makeInteractive() {
        const root = this.element, names = {
            pointerdown: "pointer-down", pointerup: "pointer-up", pointermove: "pointer-move", pointerover: "enter", pointerout: "leave",
            click: "click", dblclick: "dblclick", wheel: "scroll", keydown: "key-down", keyup: "key-up", keypress: "key-press",
            focusin: "focus-in", focusout: "focus-out", contextmenu: "contextmenu" };
        root.tabIndex = 0;
        for (const [type, action] of Object.entries(names)) {
            root.addEventListener(type, event => {
                if (type === "contextmenu") event.preventDefault();
                if (!this._wants(action)) return;
                if (type === "wheel") event.preventDefault();
                const report = () => this.emit(action, [describeEvent(event, root)]);
                if (type !== "pointermove") return report();
                if (!this._move) requestAnimationFrame(() => { const move = this._move; this._move = null; move(); });
                this._move = report;                    // one a frame, the newest
            }, { passive: false });
        }
    }
}

function describeEvent(event, root) {
    const record = { type: event.type, time_stamp: event.timeStamp };
    if (event instanceof MouseEvent) {
        const box = root.getBoundingClientRect(), held = event.buttons;
        Object.assign(record, {
            x: event.clientX - box.x, y: event.clientY - box.y, viewport_x: event.clientX, viewport_y: event.clientY,
            button_trigger: event.button + 1, button_mask: (held & 1) | (held & 4 ? 2 : 0) | (held & 2 ? 4 : 0) });
    }
    if (event instanceof MouseEvent || event instanceof KeyboardEvent) {
        record.modifiers = ["alt", "ctrl", "shift", "meta"].filter(key => event[key + "Key"]);
    }
    if (window.PointerEvent && event instanceof PointerEvent) {
        Object.assign(record, { pointer_id: event.pointerId, pointer_type: event.pointerType, pressure: event.pressure, is_primary: event.isPrimary });
    }
    if (event instanceof WheelEvent) {
        Object.assign(record, { delta_x: event.deltaX, delta_y: event.deltaY, delta_z: event.deltaZ, delta_mode: event.deltaMode });
    }
    if (event instanceof KeyboardEvent) Object.assign(record, { key: event.key, keycode: event.code, repeat: event.repeat });
    return record;
}

class Container extends Widget {
    static sequences = ["set_children"];
    constructor(root) {
        super(root);
        this._entries = [];                             // [widget, ...placement]
    }
    _content() { return this.element; }
    _titleOf() { return ""; }
    set_children(entries) {
        this._setEntries(entries.map(entry => [this.session.widgets.get(entry[0]), ...entry.slice(1)]).filter(entry => entry[0]));
    }
    _setEntries(entries) {
        const children = entries.map(entry => entry[0]), kept = new Set(children);
        for (const [child] of this._entries) if (!kept.has(child)) this._dropChild(child);
        for (const child of children) {
            if (child.parent && child.parent !== this) child.parent._release(child);
            child.parent = this;
        }
        this._entries = entries;
        this._arrange();
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        child.parent = null;
        child.element.remove();
    }
    // A child goes elsewhere, or ends: forget it here without touching what Python will say.
    _release(child) {
        this._entries = this._entries.filter(entry => entry[0] !== child);
        this._dropChild(child);
    }
    _arrange() {
        placeInOrder(this._content(), this._entries.map(entry => this._slot(...entry)));
    }
    _slot(child) { return child.element; }
    add_widget(child, ...placement) { this._setEntries([...this._entries.filter(([one]) => one !== child), [child, ...placement]]); }
    remove(child) { this._setEntries(this._entries.filter(([one]) => one !== child)); }
}

class SingleChild extends Container {
    set_widget(child) { this._setEntries([[child]]); }
}

// 7. Catalogue ////////////////////////////////////////////////////////////////////////////////////////////////////////

class Box extends Container {
    constructor(orientation = "horizontal") {
        super(element("div", { class: orientation === "vertical" ? "lw-box lw-column" : "lw-box lw-row" }));
    }
    _slot(child, stretch = 0) {
        this._setStretch(child.element, stretch);
        return child.element;
    }
    _setStretch(node, stretch) {
        const stretched = stretch > 0;
        if (stretched) node.style.flexGrow = stretch;
        else if (node.classList.contains("lw-stretch")) node.style.flexGrow = "";
        node.classList.toggle("lw-stretch", stretched);
    }
    _dropChild(child) {
        if (child.parent === this) this._setStretch(child.element, 0);
        super._dropChild(child);
    }
    set_spacing(gap) { this.element.style.gap = px(gap); }
    set_align(align) {
        this.element.classList.add("lw-aligned");
        this.element.style.alignItems = { left: "flex-start", top: "flex-start", center: "center", right: "flex-end", bottom: "flex-end" }[align];
    }
}

class VBox extends Box {
    constructor() { super("vertical"); }
}

class HBox extends Box {
    constructor() { super("horizontal"); }
}

class ButtonBox extends Box {
    constructor(orientation = "horizontal", { min_button_width = null } = {}) {
        super(orientation);
        this.element.classList.add("lw-button-box");
        this._body = element("div", { class: orientation === "vertical" ? "lw-button-column" : "lw-button-row" });
        this._body.style.setProperty("--lw-least", min_button_width ? px(min_button_width) : "0px");
        this.element.append(this._body);
        this.set_halign("center");
    }
    _content() { return this._body; }
    _slot(child) { return child.element; }
    set_spacing(gap) { this._body.style.gap = px(gap); }
    set_halign(align) { this.element.style.justifyContent = this.element.style.alignItems = { left: "flex-start", center: "center", right: "flex-end" }[align]; }
}

class FixedLayout extends Container {
    constructor() { super(element("div", { class: "lw-fixed" })); }
    _slot(child, x, y) {
        Object.assign(child.element.style, { position: "absolute", left: px(x), top: px(y) });
        return child.element;
    }
    _dropChild(child) {
        if (child.parent === this) Object.assign(child.element.style, { position: "", left: "", top: "" });
        super._dropChild(child);
    }
}

class GridBox extends Container {
    constructor() { super(element("div", { class: "lw-grid" })); }
    _slot(child, row, column) {
        child.element.style.gridArea = `${row + 1} / ${column + 1}`;
        return child.element;
    }
    _dropChild(child) {
        if (child.parent === this) child.element.style.gridArea = "";
        super._dropChild(child);
    }
    set_row_spacing(gap) { this.element.style.rowGap = px(gap); }
    set_column_spacing(gap) { this.element.style.columnGap = px(gap); }
}

class Splitter extends Container {
    constructor(orientation = "horizontal") {
        super(element("div", { class: "lw-splitter lw-shrinks", "data-orientation": orientation }));
        this._across = orientation === "horizontal";
        this._panes = new Map();                        // child -> {pane, handle}
        this._sizes = [];
        this._minimums = {};
    }
    _slot(child) {
        if (!this._panes.has(child)) {
            const handle = element("div", { class: "lw-handle", role: "separator", tabindex: "0", "aria-label": "Resize",
                "aria-orientation": this._across ? "vertical" : "horizontal" });
            this._panes.set(child, { pane: element("div", { class: "lw-fill lw-pane" }, child.element), handle });
            onDrag(handle, () => this._startMove(handle));
            handle.addEventListener("keydown", event => this._onKey(event, handle));
        }
        return this._panes.get(child).pane;
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const { pane, handle } = this._panes.get(child) || {};
        this._panes.delete(child);
        pane?.remove();
        handle?.remove();
        super._dropChild(child);
    }
    _arrange() {
        const nodes = this._entries.map(([child], index) => [index ? (this._slot(child), this._panes.get(child).handle) : null, this._slot(child)]);
        if (this._entries.length) this._panes.get(this._entries[0][0]).handle.remove();
        placeInOrder(this.element, nodes.flat().filter(Boolean));
        this._show();
    }
    _show() {
        const sizes = this._entries.map((_, index) => this._sizes[index] ?? 1), total = sizes.reduce((sum, size) => sum + size, 0) || 1;
        this._entries.forEach(([child], index) => {
            const { pane, handle } = this._panes.get(child);
            pane.style.flex = `${sizes[index]} 1 0%`;   // of no height yet: as tall as the content
            handle.setAttribute("aria-valuenow", Math.round(100 * sizes.slice(0, index).reduce((sum, size) => sum + size, 0) / total));
        });
    }
    _measure() { return this._entries.map(([child]) => this._panes.get(child).pane[this._across ? "offsetWidth" : "offsetHeight"]); }
    // Moves the handle in front of pane `index` by some px, within the minimums of its two neighbours.
    _move(start, index, by) {
        const least = at => this._minimums[this._entries[at][0].wid] ?? 20, sizes = [...start];
        by = clamp(by, Math.min(0, least(index - 1) - start[index - 1]), Math.max(0, start[index] - least(index)));
        sizes[index - 1] += by;
        sizes[index] -= by;
        this._sizes = sizes;
        this._show();
    }
    _indexOf(handle) { return this._entries.findIndex(([child]) => this._panes.get(child).handle === handle); }
    _startMove(handle) {
        const start = this._measure(), index = this._indexOf(handle);
        return { move: (dx, dy) => this._move(start, index, this._across ? dx : dy), end: moved => { if (moved) this._report(); } };
    }
    _onKey(event, handle) {
        const by = { [this._across ? "ArrowLeft" : "ArrowUp"]: -STEP_PX, [this._across ? "ArrowRight" : "ArrowDown"]: STEP_PX, Home: -1e6, End: 1e6 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        this._move(this._measure(), this._indexOf(handle), by);
        this._report();
    }
    _report() {
        this._sizes = this._measure();
        this.userState("set_sizes", [this._sizes], "sizing");
    }
    set_sizes(sizes) {
        this._sizes = sizes;
        this._show();
    }
    set_minimums(minimums) { this._minimums = minimums; }
}

class Frame extends SingleChild {
    constructor(title = "") {
        super(element("fieldset", { class: "lw-frame lw-shrinks" }));
        this._legend = element("legend");
        this._body = element("div", { class: "lw-fill" });
        this.element.append(this._legend, this._body);
        this.set_title(title);
    }
    _content() { return this._body; }
    _titleOf() { return this._legend.textContent; }
    set_title(text) {
        this._legend.textContent = text;
        this._legend.hidden = !text;
    }
}

class Separator extends Widget {
    constructor() {
        super(element("div", { class: "lw-separator", role: "separator" }));
        this.set_orientation("horizontal");
    }
    set_orientation(orientation) { this.element.setAttribute("aria-orientation", orientation); }
}

class Expander extends SingleChild {
    constructor({ collapsible = true, shadow = false, bg_color = null } = {}) {
        super(element("section", { class: shadow ? "lw-expander lw-shadow" : "lw-expander" }));
        const id = "lw-expander-" + Expander.count++;
        this._bar = element("button", { type: "button", class: "lw-expander-bar", "aria-controls": id, disabled: !collapsible }, icon(ICONS.down), element("span"));
        this._bar.style.background = bg_color || "";
        this._body = element("div", { class: "lw-fill", id });
        this.element.append(this._bar, this._body);
        this._bar.addEventListener("click", () => {
            this.set_collapsed(!this._body.hidden);
            this.userState("set_collapsed", [this._body.hidden], "toggled");
        });
        this.set_collapsed(collapsible);
    }
    _content() { return this._body; }
    _titleOf() { return this._bar.textContent; }
    set_title(title) { this._bar.lastChild.textContent = title; }
    set_collapsed(collapsed) {
        this._body.hidden = collapsed;
        this._bar.setAttribute("aria-expanded", !collapsed);
    }
}
Expander.count = 0;

class TabWidget extends Container {
    constructor({ closable = false, reorderable = false } = {}) {
        super(element("div", { class: "lw-tabs", "data-position": "top" }));
        Object.assign(this, { _closable: closable, _reorderable: reorderable, _index: 0, _tabs: new Map(), _colors: {} });
        this._list = element("div", { class: "lw-tab-list", role: "tablist" });
        this._body = element("div", { class: "lw-tab-body" });
        this.element.append(this._list, this._body);
        this._list.addEventListener("keydown", event => this._onKey(event));
    }
    _content() { return this._body; }
    _titleOf(child) { return this._tabs.get(child)?.firstChild.textContent || ""; }
    _slot(child, title = "") {
        let tab = this._tabs.get(child);
        if (!tab) this._tabs.set(child, tab = this._makeTab(child));
        tab.firstChild.textContent = title;
        return tab.panel;
    }
    _makeTab(child) {
        const id = "lw-tab-" + TabWidget.count++;
        const tab = element("div", { class: "lw-tab", role: "tab", id, "aria-controls": id + "-panel" }, element("span"));
        tab.panel = element("div", { class: "lw-fill", role: "tabpanel", id: id + "-panel", "aria-labelledby": id }, child.element);
        if (this._closable) {
            const close = element("span", { class: "lw-icon-button", "aria-hidden": "true", title: "Close tab" }, icon(ICONS.close));     // by keyboard: Delete
            close.addEventListener("click", event => { event.stopPropagation(); this.emit("page-close", [child]); });
            close.addEventListener("pointerdown", event => event.stopPropagation());
            tab.setAttribute("aria-keyshortcuts", "Delete");
            tab.append(close);
        }
        tab.addEventListener("click", () => this._show(child));
        if (this._reorderable) onDrag(tab, () => ({ move: (dx, dy, event) => this._dragTab(child, event), end: moved => { if (moved) this._dropTab(child); } }));
        return tab;
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const tab = this._tabs.get(child);
        this._tabs.delete(child);
        if (tab) { tab.remove(); tab.panel.remove(); }
        super._dropChild(child);
    }
    _arrange() {
        super._arrange();
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child);
            if (this._list.children[index] !== tab) this._list.insertBefore(tab, this._list.children[index] || null);
        });
        this._mark();
    }
    _mark() {
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child), shown = index === this._index;
            tab.setAttribute("aria-selected", shown);
            tab.tabIndex = shown ? 0 : -1;
            tab.panel.hidden = !shown;
            tab.style.background = this._colors[child.wid] || "";
        });
    }
    _show(child) {
        const index = this._entries.findIndex(([one]) => one === child);
        if (index === this._index || index < 0) return;
        this.set_index(index);
        this.userState("set_index", [index], "page-switch", [child, index]);
    }
    set_index(index) {
        this._index = index;
        this._mark();
    }
    _onKey(event) {
        const back = /^(left|right)$/.test(this.element.dataset.position) ? "ArrowUp" : "ArrowLeft";
        const forth = back === "ArrowUp" ? "ArrowDown" : "ArrowRight", count = this._entries.length;
        const next = { [back]: this._index - 1, [forth]: this._index + 1, Home: 0, End: count - 1 }[event.key];
        if (next !== undefined) {
            const [child] = this._entries[(next + count) % count];
            this._show(child);
            this._tabs.get(child).focus();
        } else if (event.key === "Delete" && this._closable && count) {
            this.emit("page-close", [this._entries[this._index][0]]);
        } else return;
        event.preventDefault();
    }
    _dragTab(child, event) {
        const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".lw-tab");
        const target = this._entries.findIndex(([one]) => this._tabs.get(one) === over);
        const from = this._entries.findIndex(([one]) => one === child);
        if (target < 0 || target === from) return;
        const entries = [...this._entries];
        entries.splice(target, 0, ...entries.splice(from, 1));
        const shown = this._entries[this._index][0];
        this._index = entries.findIndex(([one]) => one === shown);
        this._setEntries(entries);
    }
    _dropTab(child) {
        this._show(child);
        this.userState("set_order", [this._entries.map(([one]) => one.wid)]);
    }
    set_order() { /* Python answers with the children in their new order */ }
    set_tab_colors(colors) {
        this._colors = colors;
        this._mark();
    }
    set_tab_position(side) {
        this.element.dataset.position = side;
        this._list.setAttribute("aria-orientation", side === "left" || side === "right" ? "vertical" : "horizontal");
    }
}
TabWidget.count = 0;

class StackWidget extends TabWidget {
    constructor() { super(); }
}

class Window extends SingleChild {
    constructor(root) {
        super(root);
        this._body = element("div", { class: "lw-fill lw-window-body" });
        this.element.append(this._body);
    }
    _content() { return this._body; }
    set_visible(tf) {
        const desktop = this.session ? this.session._desktop.element : document.body;
        if (tf && !this.element.isConnected) desktop.append(this.element);
        else if (!tf) this.element.remove();
    }
}

class TopLevel extends Window {
    constructor(options = {}) {
        super(element("section", { class: "lw-window lw-filling", role: "region" }));
        this._options = { resizable: true, closeable: true, shadeable: true, minimizable: false, maximizable: false, lowerable: false, ...options };
        this._moveable = true;
        this._state = "normal";
        this._size = [null, null];
        this._place = [0, 0];
        this.element.addEventListener("pointerdown", () => this._raise(), true);
        if (this._options.resizable) for (const corner of ["nw", "ne", "sw", "se"]) this._addGrip(corner);
    }
    set_title(title) {
        if (!this._bar) this._makeBar();
        this._caption.textContent = title;
        this.element.setAttribute("aria-label", title);
    }
    set_icon(source) {
        this._icon = source;
        if (this._bar) this._showImage(this._iconImage, source);
    }
    _makeBar() {
        const options = this._options;
        this._caption = element("span", { class: "lw-caption" });
        this._iconImage = element("img", { alt: "", hidden: true });
        this._bar = element("header", { class: "lw-title-bar", tabindex: "0", role: "group", "aria-roledescription": "title bar",
            "aria-label": "Window: arrow keys move it, with Shift they resize it" }, this._iconImage, this._caption);
        if (options.lowerable) this._bar.append(iconButton("Lower", ICONS.lower, () => this._lower()));
        if (options.minimizable) this._bar.append(iconButton("Minimize", ICONS.minimize, () => this._toggle("minimized")));
        if (options.maximizable) this._bar.append(iconButton("Maximize", ICONS.maximize, () => this._toggle("maximized")));
        if (options.closeable) this._bar.append(iconButton("Close", ICONS.close, () => this.emit("close")));
        this.element.prepend(this._bar);
        this._bar.addEventListener("dblclick", event => { if (options.shadeable && !event.target.closest("button")) this._toggle("shaded"); });
        this._bar.addEventListener("contextmenu", event => { event.preventDefault(); this._openMenu(event.clientX, event.clientY); });
        this._bar.addEventListener("keydown", event => this._onKey(event));
        onDrag(this._bar, event => !event.target.closest("button") && this._movable() && this._dragFrom());
        if (this._icon) this.set_icon(this._icon);
    }
    _movable() { return this._moveable && this._state !== "maximized" && !this.element.classList.contains("lw-filling"); }
    _dragFrom() {
        const [x, y] = this._place;
        return {
            move: (dx, dy) => this._moveTo(x + dx, y + dy),
            end: moved => { if (moved) this._moved(); } };
    }
    _moveTo(x, y) {
        const desktop = this.element.parentElement || document.body;
        this.set_position(clamp(x, 40 - this.element.offsetWidth, desktop.clientWidth - 40), clamp(y, 0, Math.max(0, desktop.clientHeight - 24)));
    }
    _moved() { this.userState("set_position", this._place, "move"); }
    _addGrip(corner) {
        const grip = element("div", { class: "lw-grip lw-grip-" + corner });
        onDrag(grip, () => {
            if (this._state !== "normal" || this.element.classList.contains("lw-filling")) return null;
            const { offsetWidth: width, offsetHeight: height } = this.element, [x, y] = this._place;
            return {
                move: (dx, dy) => {
                    const w = Math.max(WINDOW_MIN[0], width + (corner.includes("w") ? -dx : dx));
                    const h = Math.max(WINDOW_MIN[1], height + (corner.includes("n") ? -dy : dy));
                    this.resize(w, h);
                    this.set_position(corner.includes("w") ? x + width - w : x, corner.includes("n") ? y + height - h : y);
                },
                end: moved => {
                    if (!moved) return;
                    this.userState("resize", this._size);
                    if (corner !== "se") this._moved();
                } };
        });
        this.element.append(grip);
    }
    _onKey(event) {
        if (event.target !== this._bar) return;
        const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] || [0, 0];
        if (dx || dy) {
            if (!this._movable()) return;
            if (event.shiftKey && this._options.resizable) {
                this.resize(Math.max(WINDOW_MIN[0], this.element.offsetWidth + dx * STEP_PX), Math.max(WINDOW_MIN[1], this.element.offsetHeight + dy * STEP_PX));
                this.userState("resize", this._size);
            } else {
                this._moveTo(this._place[0] + dx * STEP_PX, this._place[1] + dy * STEP_PX);
                this._moved();
            }
        } else if (event.key === "ContextMenu" || event.key === "F10" && event.shiftKey) {
            const box = this._bar.getBoundingClientRect();
            this._openMenu(box.x + 8, box.bottom);
        } else return;
        event.preventDefault();
    }
    _openMenu(x, y) {
        const options = this._options, items = [["Raise", () => this._raise()]];
        if (options.lowerable) items.push(["Lower", () => this._lower()]);
        if (options.shadeable) items.push([this._state === "shaded" ? "Unshade" : "Shade", () => this._toggle("shaded")]);
        if (options.minimizable) items.push([this._state === "minimized" ? "Restore" : "Minimize", () => this._toggle("minimized")]);
        if (options.maximizable) items.push([this._state === "maximized" ? "Restore" : "Maximize", () => this._toggle("maximized")]);
        if (options.closeable) items.push(["Close", () => this.emit("close")]);
        popupMenu(items, x, y, this._bar);
    }
    _toggle(state) {
        const next = this._state === state ? "normal" : state;
        this.set_window_state(next);
        this.userState("set_window_state", [next], "window-state");
    }
    _stack() { return [...this.element.parentElement?.querySelectorAll(":scope > .lw-window") || []].map(node => Number(node.style.zIndex)); }
    _raise() {
        if (this.element.classList.contains("lw-filling")) return;      // it is what the others stand on
        const top = Math.max(0, ...this._stack().filter((order, index, all) => all.length > 1 || order));
        if (Number(this.element.style.zIndex) < top || this._stack().filter(order => order === top).length > 1) this._restack(top + 1);
    }
    _lower() { this._restack(Math.min(...this._stack()) - 1); }
    _restack(order) {
        this.set_stacking(order);
        this.userState("set_stacking", [order]);
    }
    set_stacking(order) { this.element.style.zIndex = order; }
    resize(width, height) {
        this._size = [width, height];
        this.element.classList.toggle("lw-filling", width === null && height === null);
        super.resize(width, height);
    }
    set_position(x, y) {
        this._place = [x, y];
        this.element.style.left = px(x);
        this.element.style.top = px(y);
    }
    set_moveable(tf) { this._moveable = tf; }
    set_window_state(state) {
        this._state = state;
        this.element.dataset.state = state;
        this._lineUp();
    }
    set_visible(tf) {
        const room = this.element.parentElement;
        super.set_visible(tf);
        this._lineUp(room);
    }
    // Minimized windows stand in a row along the bottom.
    _lineUp(room = this.element.parentElement) {
        const minimized = [...(this.element.parentElement || room)?.querySelectorAll(":scope > .lw-window[data-state=minimized]") || []];
        minimized.forEach((node, index) => node.style.setProperty("--lw-slot", index));
    }
}

class MDISubWindow extends TopLevel {
    constructor(options = {}) {
        super({ lowerable: true, minimizable: true, maximizable: true, ...options });
        this.element.classList.add("lw-sub-window");
    }
    set_visible(tf) {
        this.element.classList.toggle("lw-hidden", !tf);
        this._lineUp();
    }
    // The workspace grows to the right and down; over its other edges a window goes only against the resistance.
    _moveTo(x, y) {
        const held = 1 - (this.parent?._resistance || 0);
        this.set_position(x < 0 ? Math.max(x * held, 40 - this.element.offsetWidth) : x, Math.max(0, y));
    }
    set_stacking(order) {
        super.set_stacking(order);
        this.parent?._markTop();
    }
}

class MDIWidget extends Container {
    constructor() {
        super(element("div", {
            class: "lw-mdi lw-shrinks", tabindex: "0", role: "group", "aria-label": "Workspace" }));
        this._area = element("div", { class: "lw-mdi-area" });
        this.element.append(this._area);
        scrolling.watch(this, this.element);
    }
    _content() { return this._area; }
    _arrange() {
        super._arrange();
        this._markTop();
        this._entries[0]?.[0]._lineUp();
    }
    _markTop() {
        const windows = this._entries.map(([child]) => child.element), top = Math.max(...windows.map(node => Number(node.style.zIndex)));
        for (const node of windows) node.classList.toggle("lw-top", Number(node.style.zIndex) === top);
    }
    set_resistance(value) { this._resistance = value; }
    set_scroll_position(h, v) { scrolling.set(this, this.element, h, v); }
}

class Page extends Window {
    constructor() { super(element("section", { class: "lw-page" })); }
}

class Dialog extends TopLevel {
    constructor(options = {}) {
        super(options);
        this.element.classList.remove("lw-filling");
        this.element.classList.add("lw-dialog");
        this.element.setAttribute("role", "dialog");
        this._shade = element("div", { class: "lw-shade", hidden: true });
        this._modal = false;
        this.element.addEventListener("keydown", event => this._onDialogKey(event));
    }
    _slot(child) {
        child.element.classList.toggle("lw-dialog-buttons", child !== this._entries[0][0]);
        return child.element;
    }
    set_visible(tf) {
        const shown = this.element.isConnected;
        super.set_visible(tf);
        this._blockOthers(tf && this._modal);
        if (tf && !shown) {
            this._returnTo = document.activeElement;
            if (!this._placed) this._center();
            this._stops()[0]?.focus();
        } else if (!tf && shown) this._returnTo?.focus();
    }
    set_position(x, y) {
        this._placed = true;
        super.set_position(x, y);
    }
    _center() {
        const desktop = this.element.parentElement;
        super.set_position(Math.max(0, (desktop.clientWidth - this.element.offsetWidth) / 2), Math.max(0, (desktop.clientHeight - this.element.offsetHeight) / 3));
    }
    _laidOut(...sizes) {
        super._laidOut(...sizes);
        if (!this._placed && this.element.isConnected) this._center();
    }
    set_modal(tf) {
        this._modal = tf;
        this.element.setAttribute("aria-modal", tf);
        this._blockOthers(tf && this.element.isConnected);
    }
    _blockOthers(tf) {
        this._shade.hidden = !tf;
        if (tf) {
            this.element.before(this._shade);
            this._shade.style.zIndex = this.element.style.zIndex;
        } else this._shade.remove();
    }
    set_stacking(order) {
        super.set_stacking(order);
        this._shade.style.zIndex = this.element.style.zIndex;
    }
    _leave() {
        this._shade.remove();
        super._leave();
    }
    _stops() {
        return [...this._body.querySelectorAll("button, input, textarea, select, [tabindex='0']")].filter(one => !one.disabled && one.getClientRects().length);
    }
    // Escape closes; Tab stays inside while the dialog is modal.
    _onDialogKey(event) {
        if (event.key === "Escape") {
            event.stopPropagation();
            return this.emit("close");
        }
        if (event.key !== "Tab" || !this._modal) return;
        const all = [...this.element.querySelectorAll("button, input, textarea, select, [tabindex='0']")].filter(one => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length);
        const edge = event.shiftKey ? all[0] : all[all.length - 1];
        if (document.activeElement !== edge) return;
        event.preventDefault();
        (event.shiftKey ? all[all.length - 1] : all[0]).focus();
    }
}

class Button extends Widget {
    static shape = element("button", { type: "button", class: "lw-button" }, element("span"));
    constructor(text = "") {
        super(Button.shape.cloneNode(true));            // quicker than to build it, and pages have many
        this._text = this.element.firstChild;
        this.element.addEventListener("click", () => this.emit("activated"));
        if (text) this.set_text(text);
    }
    set_text(text) { this._text.textContent = text; }
    set_icon(source, size) {
        this._image ||= this.element.insertBefore(element("img", { alt: "", hidden: true }), this._text);
        this._showImage(this._image, source, size || []);
    }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_hover(bg, fg) {
        this.element.classList.toggle("lw-own-hover", Boolean(bg || fg));
        this.element.style.setProperty("--lw-hover-bg", bg || "");
        this.element.style.setProperty("--lw-hover-fg", fg || "");
    }
}

class ToolBarAction extends Widget {
    constructor({ toggle = false } = {}) {
        super(element("button", { type: "button", class: "lw-button lw-tool", "aria-pressed": toggle ? "false" : null }));
        this._image = element("img", { alt: "", hidden: true });
        this._text = element("span");
        this.element.append(this._image, this._text);
        this.element.addEventListener("click", () => {
            if (this._unbindMenu) return;
            if (!toggle) return this.emit("activated");
            this.set_state(!this._on);
            this.userState("set_state", [this._on], "activated");
        });
    }
    set_text(text) { this._text.textContent = text; }
    set_icon(source, size) {
        this._showImage(this._image, source, size || [20, 20]);
    }
    set_state(value) {
        this._on = value;
        this.element.setAttribute("aria-pressed", value);
    }
    set_menu(wid) {
        this._unbindMenu?.();
        this._unbindMenu = wid ? openMenuFrom(this.element, () => this.session.widgets.get(wid)) : null;
    }
}

// One stop of the Tab key; arrow keys go between its buttons (ARIA, toolbar pattern).
class ToolBar extends Container {
    constructor(orientation = "horizontal") {
        super(element("div", { class: "lw-tool-bar", role: "toolbar", "aria-orientation": orientation }));
        const [back, forth] = orientation === "horizontal" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
        this.element.addEventListener("keydown", event => {
            const all = this._stops(), at = all.indexOf(event.target);
            const next = { [back]: at - 1, [forth]: at + 1, Home: 0, End: all.length - 1 }[event.key];
            if (next === undefined || at < 0) return;
            event.preventDefault();
            all[(next + all.length) % all.length].focus();
        });
        this.element.addEventListener("focusin", event => this._mark(event.target));
    }
    _stops() { return this._entries.map(([child]) => child).filter(child => child instanceof ToolBarAction).map(child => child.element).filter(one => !one.disabled); }
    _mark(current) {
        const all = this._stops(), stop = all.includes(current) ? current : all.find(one => one.tabIndex === 0) || all[0];
        for (const one of all) one.tabIndex = one === stop ? 0 : -1;
    }
    _slot(child, stretch) {
        child.element.style.flexGrow = stretch ? "1" : "";
        return child.element;
    }
    _arrange() {
        super._arrange();
        this._mark(document.activeElement);
    }
}

// What CheckBox and RadioButton share: a label around a native input.
class Checkable extends Widget {
    constructor(type, text) {
        super(element("label", { class: "lw-check" }));
        this._input = element("input", { type });
        this._text = element("span");
        this.element.append(this._input, this._text);
        this._input.addEventListener("change", () => this.userState("set_state", [this._input.checked], "activated"));
        this.set_text(text ?? "");
    }
    _focusTarget() { return this._input; }
    set_text(text) { this._text.textContent = text; }
    set_state(tf) { this._input.checked = tf; }
}

class CheckBox extends Checkable {
    constructor(text = "") { super("checkbox", text); }
}

class RadioButton extends Checkable {
    constructor(text = "") { super("radio", text); }
    set_group(number) { this._input.name = "lw-group-" + number; }
}

class ToggleButton extends Widget {
    constructor(text = "") {
        super(element("button", { type: "button", class: "lw-button lw-toggle" }));
        this.element.addEventListener("click", () => {
            this.set_state(!this._on);
            this.userState("set_state", [this._on], "activated");
        });
        this.set_text(text ?? "");
        this.set_state(false);
    }
    set_text(text) { this.element.textContent = text; }
    set_state(value) {
        this._on = value;
        this.element.setAttribute("aria-pressed", value);
    }
}

class Label extends Widget {
    static shape = element("div", { class: "lw-label" }, element("span"));
    constructor(text = "", { interactive = false } = {}) {
        super(Label.shape.cloneNode(true));
        this._text = this.element.firstChild;
        if (interactive) this._makeInteractive();
        if (text) this.set_text(text);
    }
    set_menu(wid) {
        this._unbindMenu?.();
        this._unbindMenu = wid ? openMenuFrom(this.element, () => this.session.widgets.get(wid)) : null;
    }
    set_text(text) { this._text.textContent = text; }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_halign(align) { this.element.style.textAlign = align; }
    set_valign(align) { this.element.style.alignContent = { top: "start", center: "center", bottom: "end" }[align]; }
}

class StatusBar extends Widget {
    constructor() { super(element("div", { class: "lw-status-bar", role: "status" })); }
    set_text(text) { this.element.textContent = text; }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_halign(align) { this.element.style.textAlign = align; }
}

// A text that Python and other browsers edit at the same time. The field shows _base, the text as Python last told it,
// with two runs of splices on top: _sent, which is on its way to Python, and _unsent. What others change is moved through
// both, so that nobody's typing is lost and everybody ends with Python's text.
class SharedText extends Widget {
    static isField = true;
    constructor(root, input) {
        super(root);
        this._input = input;
        this._base = "";
        this._sent = null;                              // {n, splices}
        this._unsent = [];
        this._after = [];                               // what waits until the edit on its way has arrived
        this._held = [];                                // changes that came during an input method's composition
        input.addEventListener("input", () => { if (!this._composing) this._typed(); });
        input.addEventListener("compositionstart", () => { this._composing = true; });
        input.addEventListener("compositionend", () => {
            this._composing = false;
            this._typed();
            for (const change of this._held.splice(0)) change();
        });
    }
    _focusTarget() { return this._input; }
    set_text(text) {
        const ack = this.session ? this.session.ack : 0;
        this._orLater(() => {
            if (this._sent && this._sent.n <= ack) {    // the whole text has our edit in it
                this._base = this._sent.splices.reduce(applySplice, this._base);
                this._arrived();
            }
            this._change([textSplice(this._base, text)]);
        });
    }
    _edit(name, splices) { this._orLater(() => this._change(splices)); }
    _orLater(change) {
        if (this._composing) this._held.push(change);
        else change();
    }
    _change(splices) {
        for (let splice of splices) {
            const sent = this._sent ? this._sent.splices : [], before = this._base;
            this._base = applySplice(before, splice);
            if (splice[3] !== undefined && this.session && splice[3] === this.session.number && sent.length) {
                const ours = sent.shift();              // back from Python, as a rule just as we hold it
                if (ours[0] === splice[0] && ours[1] === splice[1] && ours[2] === splice[2]) continue;
                splice = textSplice(applySplice(before, ours), this._base);
            }
            const [ours, moved] = crossSplices(sent, [splice]);
            const [rest, shown] = crossSplices(this._unsent, moved);
            if (this._sent) this._sent.splices = ours;
            this._unsent = rest;
            this._splice(shown[0]);
        }
        if (this._sent && !this._sent.splices.length) this._arrived();
    }
    // After each batch: an edit that Python has processed has arrived, even if it was refused.
    _settle() {
        if (this._sent && this._sent.n <= this.session.ack && !this._composing) this._arrived();
    }
    _arrived() {
        this._sent = null;
        this.session._inFlight.delete(this);
        queueMicrotask(() => {                          // by then the session stands where this batch ends, which the next edit builds on
            for (const action of this._after.splice(0)) action();
            this._sendLater();
        });
    }
    _leave() {
        if (this.session) this.session._inFlight.delete(this);
        super._leave();
    }
    _keep(splice) {
        const last = this._unsent[this._unsent.length - 1];
        if (splice[1] || splice[2]) {
            if (last && !splice[1] && splice[0] === last[0] + points(last[2]).length) last[2] += splice[2];
            else this._unsent.push(splice);
        }
        this._sendLater();
    }
    _sendLater() {
        if (this._sending || !this.session || !this._unsent.length) return;
        this._sending = setTimeout(() => {
            this._sending = null;
            if (!this._sent && !this._composing && this._unsent.length) this._sendEdit(null);
        }, TYPING_MS);
    }
    // Tell Python of an action together with all that was typed before it.
    _tell(action, state) {
        clearTimeout(this._stopped);
        const args = action ? [this._input.value] : [];
        if (this._sent) this._after.push(() => this._sendEdit(action, state, args));
        else this._sendEdit(action, state, args);
    }
    _sendEdit(action, state, args = []) {
        const splices = this._sent ? [] : this._unsent;
        const edit = this.session && splices.length ? { set_text: [this.session.seq, splices] } : undefined;
        const n = this.emit(action, args, state, edit);
        if (edit) {
            this._sent = { n, splices };
            this._unsent = [];
            this.session._inFlight.add(this);
        }
        return n;
    }
    set_editable(tf) { this._input.readOnly = !tf; }
}

// A text that is edited in a field of the browser's own.
class TextInput extends SharedText {
    constructor(root, input) {
        super(root, input);
        this._shown = "";                               // what the field held when we last looked
    }
    // Change the field, keeping caret, selection and scroll where they are in the text.
    _splice([start, remove, insert]) {
        const input = this._input, old = input.value, { selectionStart, selectionEnd, scrollTop, scrollLeft } = input;
        const units = count => points(old) === old ? count : joined(points(old).slice(0, count)).length;
        const from = units(start), to = units(start + remove);
        const move = at => at < from || at === from && remove ? at : at < to ? from + insert.length : at + insert.length - (to - from);
        if (from === to && !insert) return;
        input.value = this._shown = old.slice(0, from) + insert + old.slice(to);
        if (document.activeElement === input) input.setSelectionRange(move(selectionStart), move(selectionEnd));
        input.scrollTop = scrollTop;
        input.scrollLeft = scrollLeft;
    }
    _typed() {
        const value = this._input.value, splice = textSplice(this._shown, value);
        this._shown = value;
        this._keep(splice);
        clearTimeout(this._stopped);
        this._stopped = setTimeout(() => this._tell("modified"), MODIFIED_MS);
    }
}

class TextEntry extends TextInput {
    constructor(text = "", { linehistory = 1, password = false } = {}) {
        const input = element("input", { type: password ? "password" : "text", class: "lw-input", autocomplete: "off", spellcheck: "false" });
        super(input, input);
        this._lines = [];
        this._limit = linehistory;
        this._at = null;
        input.addEventListener("keydown", event => {
            if (event.isComposing) return;
            if (event.key === "Enter") this._enter();
            else if (event.key === "ArrowUp") this._walk(-1);
            else if (event.key === "ArrowDown") this._walk(1);
            else return;
            event.preventDefault();
        });
        this.set_text(text ?? "");
    }
    _enter() {
        const line = this._input.value;
        this._at = null;
        let state;
        if (line && this._limit) {
            this._lines = [...this._lines.filter(one => one !== line), line].slice(-this._limit);
            if (this._input.type !== "password") state = { set_history: [this._lines] };
        }
        this._tell("activated", state);
    }
    _walk(step) {
        if (!this._lines.length) return;
        if (this._at === null) this._draft = this._input.value;
        this._at = clamp((this._at ?? this._lines.length) + step, 0, this._lines.length);
        this._input.value = this._at === this._lines.length ? this._draft : this._lines[this._at];
        this._typed();
    }
    set_history(entries) { this._lines = entries; }
    set_length(characters) { this.element.style.width = `calc(${characters}ch + 1.75em)`; }
}

class TextEntrySet extends TextEntry {
    constructor(text = "", options = {}) {
        super(text, options);
        this._button = element("button", { type: "button", class: "lw-button" }, "Set");
        this._button.addEventListener("click", () => this._enter());
        const root = element("div", { class: "lw-entry-set lw" });
        root.dataset.widget = this.element.dataset.widget;
        this._input.classList.remove("lw");
        delete this._input.dataset.widget;
        root.append(this._input, this._button);
        this.element = root;
    }
    set_button_text(text) { this._button.textContent = text; }
    set_length(characters) { this._input.style.width = `calc(${characters}ch + 1.75em)`; }
    set_enabled(tf) {
        super.set_enabled(tf);
        this._button.disabled = !tf;
    }
}

// Tell Python where a user scrolled to, a moment after it stopped, as fractions; and scroll to such fractions.
const scrolling = {
    watch(widget, node) {
        let timer;
        node.addEventListener("scroll", () => {
            clearTimeout(timer);
            timer = setTimeout(() => {
                const place = scrolling.place(node);
                if (String(place) !== String(widget._scrolledTo)) {
                    widget._scrolledTo = place;
                    widget.userState("set_scroll_position", place, "scrolled");
                }
            }, SCROLLED_MS);
        }, { passive: true });
    },
    place(node) {
        const part = (at, whole, seen) => whole > seen ? clamp(at / (whole - seen), 0, 1) : 0;
        return [part(node.scrollLeft, node.scrollWidth, node.clientWidth), part(node.scrollTop, node.scrollHeight, node.clientHeight)];
    },
    set(widget, node, h, v) {
        const go = () => {
            node.scrollLeft = h * (node.scrollWidth - node.clientWidth);
            node.scrollTop = v * (node.scrollHeight - node.clientHeight);
            widget._scrolledTo = scrolling.place(node);
        };
        go();
        requestAnimationFrame(go);                      // what came in the same batch is laid out by then
    },
};

class TextArea extends TextInput {
    constructor(text = "") {
        const input = element("textarea", {
            class: "lw-input lw-text-area lw-shrinks", spellcheck: "false", wrap: "off" });
        super(input, input);
        scrolling.watch(this, input);
        this.set_text(text ?? "");
    }
    set_wrap(tf) { this._input.wrap = tf ? "soft" : "off"; }
    set_scroll_position(h, v) { scrolling.set(this, this._input, h, v); }
    scroll_to_lineno(line, align) {
        const input = this._input, lines = Math.max(1, input.value.split("\n").length);
        const each = input.scrollHeight / lines, top = each * line, seen = input.clientHeight;
        if (align === "top") input.scrollTop = top;
        else if (align === "center") input.scrollTop = top - (seen - each) / 2;
        else if (top < input.scrollTop) input.scrollTop = top;
        else if (top + each > input.scrollTop + seen) input.scrollTop = top + each - seen;
    }
    scroll_to_end() { this._input.scrollTop = this._input.scrollHeight; }
}

class HtmlView extends Widget {
    static sequences = ["set_html"];
    constructor(html = "") {
        super(element("div", { class: "lw-html lw-shrinks", tabindex: "0" }));
        scrolling.watch(this, this.element);
        if (html) this.set_html(html);
    }
    set_html(html) { this.element.replaceChildren(parseMarkup(html)); }
    _edit(name, splices) {
        const old = this._sequences[name], length = points(old).length;
        if (splices.length === 1 && splices[0][0] === length && splices[0][1] === 0) {
            this._sequences[name] = old + splices[0][2];
            this.element.append(parseMarkup(splices[0][2]));
        } else super._edit(name, splices);
    }
    set_scroll_position(h, v) { scrolling.set(this, this.element, h, v); }
    scroll_to_top() { this.element.scrollTop = 0; }
    scroll_to_bottom() { this.element.scrollTop = this.element.scrollHeight; }
}

// ARIA's combobox pattern: a field, and a list box that floats below it while it is open.
class ComboBox extends Widget {
    static sequences = ["set_items"];
    static isField = true;
    constructor({ editable = false, dropdown_limit = 0 } = {}) {
        super(element("div", { class: "lw-combo" }));
        const id = "lw-combo-" + ComboBox.count++;
        Object.assign(this, { _editable: editable, _limit: dropdown_limit, _items: [], _index: -1, _active: -1 });
        this._input = element("input", { type: "text", class: "lw-input", role: "combobox", "aria-expanded": "false", "aria-controls": id,
            "aria-autocomplete": editable ? "list" : "none", autocomplete: "off", spellcheck: "false", readonly: !editable });
        this._list = element("div", { class: "lw-options", role: "listbox", id, hidden: true });
        this.element.append(this._input, icon(ICONS.down), this._list);
        this._input.addEventListener("click", () => this._isOpen() && !editable ? this._close() : this._open(""));
        this._input.addEventListener("keydown", event => this._onKey(event));
        this._input.addEventListener("input", () => {
            this._open(this._input.value);
            this.userState("set_shown", [this._items.indexOf(this._input.value), this._input.value], "modified", [this._input.value]);
        });
        this._input.addEventListener("blur", () => this._close());
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._list.addEventListener("pointerdown", event => {
            event.preventDefault();                     // the field keeps the focus
            const option = event.target.closest("[role=option]");
            if (option) this._choose(Number(option.dataset.index));
        });
    }
    _focusTarget() { return this._input; }
    _isOpen() { return !this._list.hidden; }
    _open(filter) {
        const wanted = filter.toLowerCase();
        this._options = this._items.map((text, index) => [text, index]).filter(([text]) => text.toLowerCase().includes(wanted));
        this._list.replaceChildren(...this._options.map(([text, index]) => element("div", {
            role: "option", "data-index": index, id: this._list.id + "-" + index, "aria-selected": String(index === this._index) }, text || "\u00a0")));
        this._list.hidden = !this._options.length;
        this._input.setAttribute("aria-expanded", String(this._isOpen()));
        if (!this._isOpen()) return;
        const box = this._input.getBoundingClientRect(), style = this._list.style;
        style.minWidth = px(box.width);
        const height = this._limit ? this._list.firstChild.offsetHeight * this._limit + 10 : 200;
        const below = innerHeight - box.bottom - 8, above = box.top - 8, up = below < Math.min(height, this._list.scrollHeight) && above > below;
        style.maxHeight = px(Math.min(height, up ? above : below));
        style.left = px(clamp(box.left, 0, Math.max(0, innerWidth - this._list.offsetWidth)));
        style.top = px(up ? box.top - this._list.offsetHeight - 2 : box.bottom + 2);
        this._activate(this._options.findIndex(([, index]) => index === this._index));
    }
    _close() {
        this._list.hidden = true;
        this._input.setAttribute("aria-expanded", "false");
        this._input.removeAttribute("aria-activedescendant");
    }
    _activate(at) {
        this._active = at;
        for (const option of this._list.children) option.classList.remove("lw-active");
        const option = this._list.children[at];
        if (!option) return this._input.removeAttribute("aria-activedescendant");
        option.classList.add("lw-active");
        option.scrollIntoView({ block: "nearest" });
        this._input.setAttribute("aria-activedescendant", option.id);
    }
    _choose(index) {
        this._close();
        const text = this._items[index];
        this.set_shown(index, text);
        this.userState("set_shown", [index, text], "activated");
    }
    _onKey(event) {
        const open = this._isOpen(), count = open ? this._options.length : 0;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (!open) this._open("");
            else this._activate((this._active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
        } else if (event.key === "Home" && open && !this._editable) this._activate(0);
        else if (event.key === "End" && open && !this._editable) this._activate(count - 1);
        else if (event.key === "Escape" && open) this._close();
        else if (event.key === "Enter" || event.key === " " && !this._editable) this._enter(open);
        else if (!this._editable && event.key.length === 1 && !event.ctrlKey && !event.metaKey) this._jump(event.key);
        else return;
        event.preventDefault();
    }
    _enter(open) {
        if (open && this._options[this._active]) return this._choose(this._options[this._active][1]);
        if (!this._editable) return this._open("");
        const text = this._input.value, known = this._items.indexOf(text);
        const index = known < 0 && text ? this._items.length : known;
        this._close();
        this.userState("set_shown", [index, text], "activated");
    }
    _jump(letter) {
        const count = this._items.length;
        for (let step = 1; step <= count; step++) {
            const index = (this._index + step) % count;
            if (this._items[index].toLowerCase().startsWith(letter.toLowerCase())) return this._choose(index);
        }
    }
    _onWheel(event) {
        if (this._isOpen() || document.activeElement !== this._input || !event.deltaY) return;
        event.preventDefault();
        const next = this._index + Math.sign(event.deltaY);
        if (next >= 0 && next < this._items.length) this._choose(next);
    }
    set_items(items) {
        this._items = items;
        if (!this._ownLength) this._input.size = Math.max(4, ...items.map(item => Math.min(60, item.length + 1)));
        if (this._isOpen()) this._open(this._editable ? this._input.value : "");
    }
    set_shown(index, text) {
        this._index = index;
        if (this._input.value !== text) this._input.value = text;
    }
    set_length(characters) {
        this._ownLength = true;
        this._input.size = characters;
    }
}
ComboBox.count = 0;

// What number inputs share: limits, a step, decimals.
class Range extends Widget {
    static isField = true;
    constructor(root, options) {
        super(root);
        this._float = options.dtype === "float";
        Object.assign(this, { _min: 0, _max: 100, _step: 1, _value: 0, _decimals: null });
    }
    _startRange(options, min, max, value) {
        this.set_limits(options.min ?? min, options.max ?? max, options.step ?? 1);
        this.set_decimals(options.decimals ?? null);
        this.set_value(options.value ?? value);
    }
    _fit(value) {
        const stepped = this._min + Math.round((value - this._min) / this._step) * this._step;
        const fitted = clamp(stepped, this._min, this._max);
        return this._float ? Number(fitted.toPrecision(12)) : Math.round(fitted);
    }
    _format(value) {
        if (!this._float) return String(value);
        const decimals = this._decimals ?? (String(this._step).split(".")[1] || "").length;
        return value.toFixed(decimals);
    }
    _change(value) {
        if (value === this._value) return;
        this.set_value(value);
        this.userState("set_value", [value], "activated");
    }
    _onWheel(event) {
        if (document.activeElement !== this._input || !event.deltaY) return;
        event.preventDefault();
        this._change(this._fit(this._value - Math.sign(event.deltaY) * this._step));
    }
    set_limits(min, max, step) { Object.assign(this, { _min: min, _max: max, _step: step }); }
    set_decimals(number) {
        this._decimals = number;
        this.set_value(this._value);
    }
}

class SpinBox extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-spin" }), options);
        this._input = element("input", { type: "text", class: "lw-input", inputmode: "decimal", role: "spinbutton", autocomplete: "off" });
        const up = iconButton("Increase", ICONS.up, () => this._change(this._fit(this._value + this._step)));
        const down = iconButton("Decrease", ICONS.down, () => this._change(this._fit(this._value - this._step)));
        up.tabIndex = down.tabIndex = -1;
        this.element.append(this._input, element("div", { class: "lw-spin-buttons" }, up, down));
        this._input.addEventListener("change", () => this._commit());
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._input.addEventListener("keydown", event => {
            const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
            if (event.key === "Enter") this._commit();
            else if (steps) this._change(this._fit(this._typed() + steps * this._step));
            else return;
            event.preventDefault();
        });
        this._startRange(options, 0, 99, 0);
    }
    _focusTarget() { return this._input; }
    _typed() {
        const number = Number(this._input.value.replace(",", ".").trim() || NaN);
        return Number.isFinite(number) ? number : this._value;
    }
    _commit() {
        const value = this._typed(), old = this._value;
        const fitted = clamp(this._float ? value : Math.round(value), this._min, this._max);
        if (fitted === old) this.set_value(old);
        else this._change(fitted);
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        this._input.setAttribute("aria-valuemin", min);
        this._input.setAttribute("aria-valuemax", max);
        this._input.size = Math.max(3, this._format(min).length, this._format(max).length);
    }
    set_value(value) {
        this._value = value;
        this._input.value = this._format(value);
        this._input.setAttribute("aria-valuenow", value);
    }
}

class Slider extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-slider", "data-orientation": options.orientation || "horizontal", "data-value": options.show_value_position || "r" }), options);
        this._input = element("input", { type: "range", "aria-orientation": options.orientation || "horizontal" });
        this._output = element("output", { hidden: !options.show_value });
        this.element.append(this._input, this._output);
        this._track = Boolean(options.track);
        this._input.addEventListener("input", () => {
            const value = this._read();
            if (this._track) this._change(value);
            else this._draw(value);
        });
        this._input.addEventListener("change", () => this._change(this._read()));
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._startRange(options, 0, 100, 50);
    }
    _focusTarget() { return this._input; }
    _read() { return this._float ? this._input.valueAsNumber : Math.round(this._input.valueAsNumber); }
    _draw(value) {
        this._output.textContent = this._format(value);
        this._input.style.setProperty("--lw-done", (value - this._min) / (this._max - this._min) * 100 + "%");
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        Object.assign(this._input, { min, max, step });
        this._output.style.minWidth = Math.max(this._format(min).length, this._format(max).length) + "ch";
        this._draw(this._value);
    }
    set_value(value) {
        this._value = value;
        this._input.value = value;
        this._draw(value);
    }
    set_tracking(track) { this._track = track; }
}

// A knob that turns through 300 degrees, with the gap below.
class Dial extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-dial", "data-value": options.show_value_position || "b" }), options);
        this._knob = element("div", { class: "lw-knob", role: "slider", tabindex: "0" });
        this._image = element("img", { alt: "", hidden: true, draggable: "false" });
        this._hand = element("div", { class: "lw-hand" });
        for (let tick = 0; tick <= 10; tick++) {
            const mark = element("i");
            mark.style.transform = `rotate(${tick * 30 - 150}deg)`;
            this._knob.append(mark);
        }
        this._knob.append(this._image, this._hand);
        this._output = element("output", { hidden: !options.show_value });
        this.element.append(this._knob, this._output);
        this._input = this._knob;
        onDrag(this._knob, event => {
            this._knob.focus();
            const box = this._knob.getBoundingClientRect();
            const turn = ({ clientX, clientY }) => {
                const angle = Math.atan2(clientX - box.x - box.width / 2, box.y + box.height / 2 - clientY) * 180 / Math.PI;
                const value = this._fit(this._min + (clamp(angle, -150, 150) + 150) / 300 * (this._max - this._min));
                if (this._track) this._change(value);
                else this._draw(value);
                return value;
            };
            let value = turn(event);
            return { move: (dx, dy, e) => { value = turn(e); }, end: () => this._change(value) };
        });
        this._knob.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._knob.addEventListener("keydown", event => {
            const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
            const next = event.key === "Home" ? this._min : event.key === "End" ? this._max : steps && this._fit(this._value + steps * this._step);
            if (next === undefined) return;
            event.preventDefault();
            this._change(next);
        });
        this._startRange(options, 0, 100, 50);
    }
    _focusTarget() { return this._knob; }
    _draw(value) {
        const turn = `rotate(${(value - this._min) / (this._max - this._min) * 300 - 150}deg)`;
        this._hand.style.transform = this._image.style.transform = turn;
        this._output.textContent = this._format(value);
        this._knob.setAttribute("aria-valuenow", value);
        this._knob.setAttribute("aria-valuetext", this._format(value));
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        this._knob.setAttribute("aria-valuemin", min);
        this._knob.setAttribute("aria-valuemax", max);
        this._draw(this._value);
    }
    set_value(value) {
        this._value = value;
        this._draw(value);
    }
    set_tracking(track) { this._track = track; }
    set_knob_diameter(length) { this.element.style.setProperty("--lw-knob", px(length)); }
    set_icon(source, size) {
        this._showImage(this._image, source, size || []);
        this._hand.hidden = Boolean(source);
    }
}

class ScrollBar extends Widget {
    static isField = true;
    constructor(orientation = "horizontal", thickness = 15) {
        super(element("div", { class: "lw-scroll-bar", role: "scrollbar", tabindex: "0", "aria-orientation": orientation, "aria-valuemin": 0, "aria-valuemax": 100 }));
        this._across = orientation === "horizontal";
        this._thumb = element("div");
        this.element.append(this._thumb);
        this.element.style.setProperty("--lw-thickness", px(thickness));
        Object.assign(this, { _at: 0, _length: 0.2 });
        onDrag(this.element, event => {
            const box = this.element.getBoundingClientRect(), room = (this._across ? box.width : box.height) * (1 - this._length);
            const place = event => ((this._across ? event.clientX - box.x : event.clientY - box.y) - (this._across ? box.width : box.height) * this._length / 2) / (room || 1);
            if (event.target !== this._thumb) this._moveTo(place(event));
            const start = this._at;
            return { move: (dx, dy) => this._moveTo(start + (this._across ? dx : dy) / (room || 1)), end() {} };
        });
        this.element.addEventListener("wheel", event => {
            event.preventDefault();
            this._moveTo(this._at + Math.sign(event.deltaY || event.deltaX) * 0.05);
        }, { passive: false });
        this.element.addEventListener("keydown", event => {
            const step = { ArrowLeft: -0.05, ArrowUp: -0.05, ArrowRight: 0.05, ArrowDown: 0.05, PageUp: -0.2, PageDown: 0.2, Home: -1, End: 1 }[event.key];
            if (!step) return;
            event.preventDefault();
            this._moveTo(this._at + step);
        });
        this._show();
    }
    _moveTo(at) {
        const before = this._at;
        this.set_scroll_percent(clamp(at, 0, 1));
        if (this._at !== before) this.userState("set_scroll_percent", [this._at], "activated");
    }
    _show() {
        this.element.setAttribute("aria-valuenow", Math.round(100 * this._at));
        Object.assign(this._thumb.style, { [this._across ? "width" : "height"]: 100 * this._length + "%",
            [this._across ? "left" : "top"]: 100 * this._at * (1 - this._length) + "%" });
    }
    set_scroll_percent(pct) {
        this._at = pct;
        this._show();
    }
    set_thumb_percent(pct) {
        this._length = pct;
        this._show();
    }
}

class AbstractScrollArea extends SingleChild {
    constructor({ thickness = 15 } = {}) {
        super(element("div", { class: "lw-scroll-area lw-shrinks" }));
        this._bars = ["horizontal", "vertical"].map(orientation => new ScrollBar(orientation, thickness));
        this._view = element("div", { class: "lw-fill lw-scroll-view" });
        this.element.append(this._view, ...this._bars.map(bar => bar.element));
        this._shown = ["auto", "auto"];
        for (const bar of this._bars) {
            bar.element.setAttribute("aria-label", bar === this._bars[0] ? "Scroll across" : "Scroll down");
            bar.on("activated", () => this._barMoved());
        }
        new ResizeObserver(() => this._resized()).observe(this._view);
        this._showBars();
    }
    _content() { return this._view; }
    _barMoved() {
        const place = this._bars.map(bar => bar._at);
        this.userState("set_scroll_percent", place, "scrolled");
    }
    _resized() {
        if (!this._wants("area-resize")) return;
        const [across, down] = this._bars.map(bar => bar.element);
        this.emit("area-resize", [this._view.clientWidth, this._view.clientHeight, down.offsetWidth, across.offsetHeight]);
    }
    _showBars() {
        this._bars.forEach((bar, index) => { bar.element.hidden = this._shown[index] === "off" || this._shown[index] === "auto" && bar._length >= 1; });
    }
    set_thumb_percent(...lengths) {
        this._bars.forEach((bar, index) => bar.set_thumb_percent(lengths[index]));
        this._showBars();
    }
    set_scroll_percent(...places) { this._bars.forEach((bar, index) => bar.set_scroll_percent(places[index])); }
    set_scroll_bar_visibility(...words) {
        this._shown = words;
        this._view.classList.toggle("lw-one-way", words[0] === "off");
        this._showBars();
    }
}

// The content scrolls as the browser does it; the bars follow, and move it.
class ScrollArea extends AbstractScrollArea {
    constructor(options = {}) {
        super(options);
        this._view.classList.add("lw-scrolls");
        this._view.tabIndex = 0;
        this._view.addEventListener("scroll", () => this._follow(), { passive: true });
        scrolling.watch(this, this._view);
        this._contentSize = new ResizeObserver(() => this._follow());
        this._follow();
    }
    _setEntries(entries) {
        super._setEntries(entries);
        this._contentSize.disconnect();
        for (const [child] of entries) this._contentSize.observe(child.element);
        this._follow();
    }
    _resized() {
        this._follow();
        super._resized();
    }
    _follow() {
        const { clientWidth, clientHeight, scrollWidth, scrollHeight } = this._view;
        this.set_thumb_percent(scrollWidth ? clamp(clientWidth / scrollWidth, 0.01, 1) : 1, scrollHeight ? clamp(clientHeight / scrollHeight, 0.01, 1) : 1);
        this.set_scroll_percent(...scrolling.place(this._view));
    }
    _barMoved() {
        const [h, v] = this._bars.map(bar => bar._at);
        this._view.scrollLeft = h * (this._view.scrollWidth - this._view.clientWidth);
        this._view.scrollTop = v * (this._view.scrollHeight - this._view.clientHeight);
        super._barMoved();
    }
    set_scroll_position(h, v) { scrolling.set(this, this._view, h, v); }
}

class ProgressBar extends Widget {
    constructor() {
        super(element("div", { class: "lw-progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": "Progress" }));
        this._bar = element("div", { class: "lw-progress-bar" });
        this._text = element("span");
        this.element.append(this._bar, this._text);
        this.set_value(0);
    }
    set_value(value) {
        const percent = Math.round(value * 100);
        this._bar.style.width = value * 100 + "%";
        this._text.textContent = percent + "%";
        this.element.setAttribute("aria-valuenow", percent);
    }
}

class Image extends Widget {
    constructor(url = null, { interactive = false, use_animation_frame = false } = {}) {
        super(element("div", { class: "lw-image" }));
        this._image = element("img", { alt: "", draggable: "false", hidden: true });
        if (use_animation_frame) this._canvas = element("canvas");
        this.element.append(this._canvas || this._image);
        if (this._canvas) this._image.addEventListener("load", () => this._flip());
        if (interactive) this._makeInteractive();
        if (url) this.set_image(url);
    }
    set_image(source) { this._showImage(this._image, source); }
    _flip() {
        if (this._flipping) return;
        this._flipping = requestAnimationFrame(() => {
            this._flipping = null;
            this._canvas.width = this._image.naturalWidth;
            this._canvas.height = this._image.naturalHeight;
            if (this._canvas.width) this._canvas.getContext("2d").drawImage(this._image, 0, 0);
        });
    }
    set_alternative(text) {
        this._image.alt = text;
        if (this._canvas) { this._canvas.setAttribute("role", "img"); this._canvas.setAttribute("aria-label", text); }
    }
}

class VideoWidget extends Widget {
    constructor({ autoplay = false } = {}) {
        super(element("div", { class: "lw-video" }));
        this._video = element("video", { autoplay, playsinline: true });
        this.element.append(this._video);
        const tell = (type, args = () => []) => this._video.addEventListener(type, () => this.emit(type, args()));
        tell("play");
        tell("pause");
        tell("ended");
        this._video.addEventListener("error", () => this.emit("error", [this._video.error?.message || "the video cannot be shown"]));
        this._video.addEventListener("timeupdate", () => {
            if (this._wants("timeupdate")) this.emit("timeupdate", [this._video.currentTime, this._video.duration || 0]);
        });
        this._video.addEventListener("volumechange", () => {
            const { volume, muted } = this._video;
            if (volume === this._volume && muted === this._muted) return;
            Object.assign(this, { _volume: volume, _muted: muted });
            this.emit("volumechange", [volume, muted], { set_volume: [volume], set_muted: [muted] });
        });
        Object.assign(this, { _volume: 1, _muted: false });
    }
    _focusTarget() { return this._video; }
    set_url(source) { this._showImage(this._video, source); }
    play() { this._video.play().catch(error => this.emit("error", [error.message])); }
    pause() { this._video.pause(); }
    stop() {
        this._video.pause();
        this._video.currentTime = 0;
    }
    fullscreen() { this._video.requestFullscreen().catch(error => this.emit("error", [error.message])); }
    set_muted(tf) { this._video.muted = this._muted = tf; }
    set_volume(volume) { this._video.volume = this._volume = volume; }
    set_loop(tf) { this._video.loop = tf; }
    set_controls(tf) { this._video.controls = tf; }
    set_current_time(seconds) { this._video.currentTime = seconds; }
    get_current_time() { return this._video.currentTime; }
    get_duration() { return Number.isFinite(this._video.duration) ? this._video.duration : null; }
    get_paused() { return this._video.paused; }
}

// Draws the commands of a list in order; those behind an image wait until it has come.
class Canvas extends Widget {
    static sequences = ["draw"];
    constructor({ interactive = false, use_animation_frame = false } = {}) {
        super(element("div", { class: "lw-canvas" }));
        this._canvas = element("canvas", { role: "img" });
        this._buffer = use_animation_frame ? element("canvas") : this._canvas;
        this.element.append(this._canvas);
        Object.assign(this, { _commands: [], _done: 0, _images: new Map(), _run: 0 });
        if (interactive) {
            this._makeInteractive();
            this.element.style.cursor = "crosshair";
        }
        new ResizeObserver(() => this._fit()).observe(this.element);
    }
    _takeName() { this._canvas.setAttribute("aria-label", this._ownName || this.element.title || "Drawing"); }
    _fit() {
        const ratio = devicePixelRatio || 1, width = Math.round(this.element.clientWidth * ratio), height = Math.round(this.element.clientHeight * ratio);
        if (this._canvas.width === width && this._canvas.height === height) return;
        for (const canvas of [this._canvas, this._buffer]) Object.assign(canvas, { width, height });
        this._again();
    }
    draw(commands) {
        this._commands = commands;
        this._again();
    }
    _edit(name, splices) {
        const grows = splices.every(([start, remove], index) => !remove && start === this._commands.length + splices.slice(0, index).reduce((sum, splice) => sum + splice[2].length, 0));
        if (!grows) return super._edit(name, splices);
        for (const [, , added] of splices) this._commands.push(...added);
        this._sequences[name] = this._commands;
        this._go();
    }
    _again() {
        this._done = 0;
        this._run++;
        this._waits = false;
        const context = this._buffer.getContext("2d");
        context.reset();
        context.scale(devicePixelRatio || 1, devicePixelRatio || 1);
        if (this._buffer !== this._canvas) this._flip();
        this._go();
    }
    _go() {
        const context = this._buffer.getContext("2d");
        while (!this._waits && this._done < this._commands.length) {
            const [name, ...args] = this._commands[this._done];
            if (name === "image" && !this._drawImage(context, args)) return;
            else if (name === "=") context[args[0]] = args[1]?.gradient ? this._gradient(context, args[1]) : args[1];
            else if (name === "update") this._flip();
            else if (name === "setTransform" || name === "resetTransform") {
                const ratio = devicePixelRatio || 1;
                context.setTransform(ratio, 0, 0, ratio, 0, 0);
                if (args.length) context.transform(...args);
            } else if (name !== "image") context[name](...args);
            this._done++;
        }
    }
    // Draws an image that is there; else false, and goes on when it has come or failed.
    _drawImage(context, [source, x, y, width, height]) {
        let image = this._images.get(source);
        if (!image) {
            image = element("img", { src: source });
            this._images.set(source, image);
        }
        if (image.complete) {
            if (image.naturalWidth) context.drawImage(image, x, y, width ?? image.naturalWidth, height ?? image.naturalHeight);
            return true;
        }
        const run = this._run, go = () => {
            if (run !== this._run) return;
            this._waits = false;
            this._go();
        };
        this._waits = true;
        image.addEventListener("load", go, { once: true });
        image.addEventListener("error", go, { once: true });
        return false;
    }
    _gradient(context, { gradient, at, stops }) {
        const made = { linear: () => context.createLinearGradient(...at), radial: () => context.createRadialGradient(...at), conic: () => context.createConicGradient(...at) }[gradient]();
        for (const [offset, color] of stops) made.addColorStop(offset, color);
        return made;
    }
    _flip() {
        if (this._buffer === this._canvas || this._flipping) return;
        this._flipping = requestAnimationFrame(() => {
            this._flipping = null;
            const context = this._canvas.getContext("2d");
            context.clearRect(0, 0, this._canvas.width, this._canvas.height);
            if (this._buffer.width && this._buffer.height) context.drawImage(this._buffer, 0, 0);
        });
    }
}

class MenuAction extends Widget {
    constructor({ checkable = false, icon_only = false } = {}) {
        super(menuItem(checkable ? { role: "menuitemcheckbox", "aria-checked": "false" } : {}));
        this._checkable = checkable;
        this._image = element("img", { alt: "", hidden: true });
        this._text = element("span", { class: icon_only ? "lw-name-only" : null });
        this.element.append(this._image, this._text);
        this.element.addEventListener("click", () => {
            if (this.parent instanceof Menu) this.parent._closeAll();
            if (!this._checkable) return this.emit("activated");
            this.set_checked(!this._checked);
            this.userState("set_checked", [this._checked], "activated");
        });
    }
    set_text(text) { this._text.textContent = text; }
    set_icon(source, size) {
        this._showImage(this._image, source, size || [16, 16]);
    }
    set_checked(checked) {
        this._checked = checked;
        this.element.setAttribute("aria-checked", checked);
    }
}

class Menu extends Container {
    constructor() {
        super(element("div", { class: "lw-menu", role: "menu" }));
        this._names = new Map();                        // submenu -> its entry
        this._groups = new Map();                       // another widget -> what it stands in
        this._last = [0, 0];
    }
    _slot(child, name) {
        if (child instanceof MenuAction || child instanceof Separator) return child.element;
        if (child instanceof Checkable) child._input.setAttribute("role", child instanceof RadioButton ? "menuitemradio" : "menuitemcheckbox");
        if (!(child instanceof Menu)) return this._groups.get(child) || this._groups.set(child, element("div", { role: "group" }, child.element)).get(child);
        if (!this._names.has(child)) {
            const item = menuItem({ "aria-haspopup": "menu", "aria-expanded": "false" }, element("span"), icon(ICONS.right));
            this._names.set(child, item);
            item.addEventListener("click", () => this._openSub(child));
            item.addEventListener("pointerenter", () => this._openSub(child));
        }
        this._names.get(child).firstChild.textContent = name;
        return this._names.get(child);
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        for (const places of [this._names, this._groups]) {
            places.get(child)?.remove();
            places.delete(child);
        }
        if (child instanceof Checkable) child._input.removeAttribute("role");
        super._dropChild(child);
    }
    _openSub(child) {
        const item = this._names.get(child), box = item.getBoundingClientRect();
        if (child.element.isConnected) return;
        this._closeSubs();
        item.setAttribute("aria-expanded", "true");
        child._open(box.right - 4, box.top - 4, { returnTo: item, keys: { ArrowLeft: () => child.element.closeMenu(true) },
            closed: () => item.setAttribute("aria-expanded", "false") });
    }
    _closeSubs() {
        for (const child of this._names.keys()) child._close();
    }
    _close() {
        this._closeSubs();
        this.element.closeMenu?.(false);
    }
    // A choice was made: this menu closes with all those that it hangs from.
    _closeAll() {
        let top = this;
        while (top.parent instanceof Menu) top = top.parent;
        const returnTo = top._returnTo;
        top._close();
        returnTo?.focus();
    }
    _open(x, y, { keys = {}, closed = () => {}, returnTo = null } = {}) {
        this._last = [x, y];
        this._returnTo = returnTo;
        showMenu(this.element, x, y, { returnTo, closed: () => { this._closeSubs(); closed(); }, keys: { ...keys, ArrowRight: event => {
            const sub = [...this._names].find(([, item]) => item === document.activeElement);
            if (sub) this._openSub(sub[0]);
            else keys.ArrowRight?.(event);
        } } });
    }
    popup(x, y) { this._open(x ?? this._last[0], y ?? this._last[1], { returnTo: document.activeElement }); }
}

// Let a press, Enter, Space or ArrowDown on an element open a menu below it; a press that ends on an entry chooses it.
// Returns a function that undoes it.
function openMenuFrom(opener, menuOf, keys = {}) {
    const open = () => {
        const menu = menuOf(), box = opener.getBoundingClientRect();
        if (!menu) return;
        opener.setAttribute("aria-expanded", "true");
        menu._open(box.left, box.bottom, { returnTo: opener, keys, closed: () => opener.setAttribute("aria-expanded", "false") });
    };
    const press = event => {
        event.preventDefault();
        opener.focus();
        const menu = menuOf();
        if (menu?.element.isConnected) return menu._close();
        open();
        document.addEventListener("pointerup", release => {
            const item = release.target.closest?.(".lw-menu [role^=menuitem]");
            if (item) item.click();
        }, { once: true });
    };
    const key = event => {
        if (!["Enter", " ", "ArrowDown"].includes(event.key) || event.target !== opener) return;
        event.preventDefault();
        open();
    };
    const menuKey = event => event.preventDefault();
    opener.setAttribute("aria-haspopup", "menu");
    opener.setAttribute("aria-expanded", "false");
    if (!opener.hasAttribute("role")) opener.setAttribute("role", "button");
    if (opener.tabIndex < 0) opener.tabIndex = 0;
    opener.addEventListener("pointerdown", press);
    opener.addEventListener("keydown", key);
    opener.addEventListener("contextmenu", menuKey);
    opener.openMenu = open;
    return () => {
        for (const [type, listener] of [["pointerdown", press], ["keydown", key], ["contextmenu", menuKey]]) opener.removeEventListener(type, listener);
        for (const name of ["aria-haspopup", "aria-expanded", "role"]) opener.removeAttribute(name);
    };
}

class MenuBar extends Container {
    constructor() {
        super(element("div", { class: "lw-menu-bar", role: "menubar" }));
        this._names = new Map();                        // menu -> its entry
        this.element.addEventListener("keydown", event => {
            const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (by && this.element.contains(event.target)) this._step(event.target, by);
        });
    }
    _slot(menu, name, { icon_url = null, iconsize = null, icon_only = false } = {}) {
        let item = this._names.get(menu);
        if (!item) {
            item = menuItem({ class: "lw-menu-name" }, element("img", { alt: "", hidden: true }), element("span"));
            this._names.set(menu, item);
            openMenuFrom(item, () => menu, { ArrowLeft: () => this._step(item, -1, true), ArrowRight: () => this._step(item, 1, true) });
            item.addEventListener("pointerenter", () => {
                const shown = this._entries.find(([one]) => one !== menu && one.element.isConnected);
                if (shown) { shown[0]._close(); item.openMenu(); }
            });
        }
        const [image, text] = item.children, [width, height] = iconsize || [16, 16];
        image.hidden = !icon_url;
        if (icon_url) image.src = icon_url;
        Object.assign(image.style, { width: px(width), height: px(height) });
        text.textContent = name;
        text.className = icon_only ? "lw-name-only" : "";
        item.title = icon_only ? name : "";
        return item;
    }
    _arrange() {
        super._arrange();
        [...this._names.values()].forEach((item, index) => { item.tabIndex = index ? -1 : 0; });
    }
    _dropChild(menu) {
        if (menu.parent !== this) return;
        this._names.get(menu)?.remove();
        this._names.delete(menu);
        menu._close();
        super._dropChild(menu);
    }
    _step(from, by, open = false) {
        const all = this._entries.map(([menu]) => this._names.get(menu)), next = all[(all.indexOf(from) + by + all.length) % all.length];
        for (const [menu] of this._entries) menu._close();
        next.focus();
        if (open) next.openMenu();
    }
}

class ExternalWidget extends Widget {
    constructor() { super(element("div", { class: "lw-html lw-shrinks" })); }
    set_content(html) { this.element.replaceChildren(parseMarkup(html)); }
}

const rgbOf = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
const hexOf = rgb => "#" + rgb.map(part => clamp(Math.round(part), 0, 255).toString(16).padStart(2, "0")).join("");

function hsvOf([r, g, b]) {
    const high = Math.max(r, g, b), span = high - Math.min(r, g, b);
    const turn = !span ? 0 : high === r ? (g - b) / span : high === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    return [(turn * 60 + 360) % 360, high ? span / high * 100 : 0, high / 255 * 100];
}

function rgbOfHsv([h, s, v]) {
    const part = n => { const k = (n + h / 60) % 6; return v / 100 * 255 * (1 - s / 100 * Math.max(0, Math.min(k, 4 - k, 1))); };
    return [part(5), part(3), part(1)];
}

class ColorWidget extends Widget {
    constructor() {
        super(element("div", { class: "lw-color" }));
        this._knob = element("div", { class: "lw-color-knob", role: "slider", tabindex: "0", "aria-label": "Saturation and brightness", "aria-valuemin": 0, "aria-valuemax": 100 });
        this._square = element("div", { class: "lw-color-square" }, this._knob);
        this._hue = element("input", { type: "range", class: "lw-color-hue", min: 0, max: 360, "aria-label": "Hue" });
        [this._new, this._old] = ["New", "Old"].map(name => element("span", { title: name }));
        this._fields = ["H", "S", "V", "R", "G", "B"].map((name, index) => element("input", { class: "lw-input", type: "number", min: 0,
            max: [360, 100, 100, 255, 255, 255][index], "aria-label": ["Hue", "Saturation", "Brightness", "Red", "Green", "Blue"][index] }));
        this._hex = element("input", { class: "lw-input", "aria-label": "Hexadecimal", spellcheck: "false", maxlength: 7 });
        const labelled = (name, field) => element("label", {}, name, field);
        this.element.append(this._square, this._hue, element("div", { class: "lw-color-swatches" }, this._new, this._old),
            element("div", { class: "lw-color-fields" }, ...this._fields.map((field, index) => labelled("HSVRGB"[index], field)), labelled("#", this._hex)));
        this._hsv = [0, 100, 100];
        this._square.addEventListener("mousedown", event => event.preventDefault());         // the focus stays at the knob
        onDrag(this._square, event => {
            const box = this._square.getBoundingClientRect();
            const go = ({ clientX, clientY }) => this._pick([this._hsv[0], clamp((clientX - box.x) / box.width, 0, 1) * 100, 100 - clamp((clientY - box.y) / box.height, 0, 1) * 100]);
            this._knob.focus();
            go(event);
            return { move: (dx, dy, e) => go(e), end() {} };
        });
        this._knob.addEventListener("keydown", event => {
            const [ds, dv] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [];
            if (ds === undefined) return;
            event.preventDefault();
            this._pick([this._hsv[0], clamp(this._hsv[1] + ds, 0, 100), clamp(this._hsv[2] + dv, 0, 100)]);
        });
        this._hue.addEventListener("input", () => this._pick([this._hue.valueAsNumber, this._hsv[1], this._hsv[2]]));
        this._fields.forEach((field, index) => field.addEventListener("change", () => {
            const numbers = this._fields.map(one => clamp(one.valueAsNumber || 0, 0, Number(one.max)));
            this._pick(index < 3 ? numbers.slice(0, 3) : hsvOf(numbers.slice(3)));
        }));
        this._hex.addEventListener("change", () => {
            const digits = this._hex.value.replace("#", "");
            if (/^[0-9a-f]{6}$/i.test(digits)) this._pick(hsvOf(rgbOf("#" + digits)));
            else this._draw();
        });
    }
    _focusTarget() { return this._knob; }
    _pick(hsv) {
        const before = hexOf(rgbOfHsv(this._hsv));
        this._hsv = hsv;
        this._draw();
        const hex = hexOf(rgbOfHsv(hsv));
        if (hex !== before) this.userState("set_color", [hex], "pick");
    }
    _draw() {
        const [h, s, v] = this._hsv, rgb = rgbOfHsv(this._hsv), hex = hexOf(rgb);
        this._square.style.setProperty("--lw-hue", hexOf(rgbOfHsv([h, 100, 100])));
        Object.assign(this._knob.style, { left: s + "%", top: 100 - v + "%", background: hex });
        this._knob.setAttribute("aria-valuenow", Math.round(s));
        this._knob.setAttribute("aria-valuetext", `saturation ${Math.round(s)} %, brightness ${Math.round(v)} %`);
        this._hue.value = h;
        this._new.style.background = hex;
        [h, s, v, ...rgb].forEach((number, index) => { this._fields[index].value = Math.round(number); });
        this._hex.value = hex.slice(1);
    }
    set_color(hex) {
        this._hsv = hsvOf(rgbOf(hex));
        this._old.style.background = hex;
        this._draw();
    }
}

class ColorDialog extends Dialog {
    constructor(options = {}) { super(options); }
}

class FileDialog extends Widget {
    constructor() {
        super(element("input", { type: "file", hidden: true }));
        this.element.addEventListener("change", () => {
            const files = [...this.element.files];
            this.element.value = "";
            if (files.length && this.session) this.session.announceFiles(this, {}, files);
        });
    }
    set_mode(mode) {
        this._saves = mode === "save";
        this.element.multiple = mode === "files";
    }
    set_accept(accept) { this.element.accept = accept; }
    open() { if (!this._saves) this.element.click(); }
    save(name, text, type) {
        const bytes = Uint8Array.from(atob(text), char => char.charCodeAt(0)), url = URL.createObjectURL(new Blob([bytes], { type }));
        element("a", { href: url, download: name }).click();
        setTimeout(() => URL.revokeObjectURL(url), 60000);
    }
}

const catalogue = {
    Box, VBox, HBox, ButtonBox, FixedLayout, GridBox, Splitter, Frame, Separator, Expander, TabWidget, StackWidget, TopLevel, MDISubWindow, MDIWidget, Page,
    Dialog, Button, CheckBox, RadioButton, ToggleButton, Label, StatusBar, TextEntry, TextEntrySet, TextArea, HtmlView, ComboBox, SpinBox, Slider,
    Dial, ScrollBar, AbstractScrollArea, ScrollArea,
    ProgressBar, Image, VideoWidget, Canvas, MenuAction, ToolBarAction, ToolBar, Menu, MenuBar, FileDialog,
    ExternalWidget, ColorWidget, ColorDialog,
};
const LARGE = new Set(["TextSource", "TreeView", "TableView"]);      // section 8

// 8. Large widgets: an application's page loads them when it first has one ////////////////////////////////////////////
// Python serves this section as a script of its own, which gets the names of `tools` from section 12.

// An editor that draws only the lines on view. A text area too small to see holds the caret's line: what the keyboard, an
// input method or a phone does to it is what was typed. Selection, caret and marks are drawn by us.
class TextSource extends SharedText {
    constructor() {
        const input = element("textarea", { class: "lw-source-input", autocapitalize: "off", autocomplete: "off", spellcheck: "false", wrap: "off",
            "aria-description": "Tab writes a tab; Escape and then Tab leaves the editor" });
        super(element("div", { class: "lw-source lw-shrinks", "data-wrap": "none" }), input);
        Object.assign(this, { _lines: [""], _starts: null, _heights: [], _tops: null, _caret: 0, _anchor: 0, _spans: [], _icons: new Map(), _styles: {},
            _marks: 0, _marked: [0, -1], _asked: false, _first: 0, _inHand: ["", 0], _moves: 0 });
        this._selection = element("div", { class: "lw-source-selection" });
        this._cursor = element("div", { class: "lw-source-caret" });
        this._window = element("div", { class: "lw-source-window", "aria-hidden": "true" });
        this._space = element("div", { class: "lw-source-space" }, this._selection, this._window, this._cursor, input);
        this._view = element("div", { class: "lw-source-view" }, this._space);
        this.element.append(this._view);
        this._view.addEventListener("scroll", () => this._redraw(), { passive: true });
        scrolling.watch(this, this._view);
        new ResizeObserver(() => { this._heights = []; this._redraw(); }).observe(this._view);
        input.addEventListener("keydown", event => this._onKey(event));
        input.addEventListener("beforeinput", event => this._beforeInput(event));
        for (const type of ["copy", "cut", "paste"]) input.addEventListener(type, event => this._onClipboard(event));
        for (const type of ["focus", "blur", "compositionstart", "compositionend"]) input.addEventListener(type, () => this._paint());
        onDrag(this._view, event => this._beginSelection(event));
        this._view.addEventListener("click", event => this._onClick(event));
        this._view.addEventListener("pointermove", event => this._rest(event));
        this._view.addEventListener("pointerleave", () => clearTimeout(this._resting));
    }

    // Text as lines. Offsets here count UTF-16 units; Python's count characters, and differ only where a text has both.

    _text() { return this._lines.join("\n"); }
    _start(line) {
        if (!this._starts) {
            let at = 0;
            this._starts = this._lines.map(text => (at += text.length + 1) - text.length - 1);
        }
        return this._starts[line];
    }
    _length() { return this._start(this._lines.length - 1) + this._lines[this._lines.length - 1].length; }
    _place(offset) {
        this._start(0);
        let low = 0, high = this._lines.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this._starts[middle] <= offset) low = middle;
            else high = middle - 1;
        }
        return [low, Math.min(offset - this._starts[low], this._lines[low].length)];
    }
    _offset(line, column) { return this._start(line) + column; }
    _toPoints(offset) { return this._astral ? points(this._text().slice(0, offset)).length : offset; }
    _toUnits(count) { return this._astral ? joined(points(this._text()).slice(0, count)).length : count; }
    _slice(from, to) {
        const [a, c] = this._place(from), [b, d] = this._place(to);
        return a === b ? this._lines[a].slice(c, d) : [this._lines[a].slice(c), ...this._lines.slice(a + 1, b), this._lines[b].slice(0, d)].join("\n");
    }
    _splice([start, remove, insert]) {
        const from = this._toUnits(start), to = this._toUnits(start + remove), [a, c] = this._place(from), [b, d] = this._place(to);
        const lines = (this._lines[a].slice(0, c) + insert + this._lines[b].slice(d)).split("\n");
        this._astral = this._astral || points(insert) !== insert;
        this._lines = this._lines.slice(0, a).concat(lines, this._lines.slice(b + 1));
        if (this._heights.length) this._heights = this._heights.slice(0, a).concat(new Array(lines.length), this._heights.slice(b + 1));
        this._starts = this._tops = null;
        const move = (at, after) => at < from || at === from && !after ? at : Math.max(from, at - (to - from)) + (at >= to || after ? insert.length : 0);
        this._caret = move(this._caret, from === to);
        this._anchor = move(this._anchor, from === to);
        this._spans = this._spans.map(([first, last, name]) => [move(first, true), move(last, false), name]);
        this._hold();
        this._redraw();
    }
    // What the person here does: shown at once, and kept for Python.
    _replace(from, to, text, caret = from + text.length) {
        if (this._input.readOnly || from === to && !text) return;
        const splice = [this._toPoints(from), 0, text];
        splice[1] = this._toPoints(to) - splice[0];
        this._splice(splice);
        this._keep(splice);
        this._moveTo(caret);
    }
    _replaceSelection(text) { this._replace(Math.min(this._anchor, this._caret), Math.max(this._anchor, this._caret), text); }
    _hold() {
        if (this._composing) return;
        const [line, column] = this._place(this._caret), from = Math.max(0, column - 1000), text = this._lines[line].slice(from, column + 1000);
        const anchor = clamp(this._anchor - this._start(line) - from, 0, text.length);
        this._inHand = [text, this._offset(line, from)];
        if (this._input.value !== text) this._input.value = text;
        if (document.activeElement === this._input) this._input.setSelectionRange(Math.min(anchor, column - from), Math.max(anchor, column - from));
    }
    _typed() {
        const [text, at] = this._inHand, value = this._input.value, caret = at + this._input.selectionStart;
        if (value === text) return;
        const [start, remove, insert] = textSplice(text, value), units = count => joined(points(text).slice(0, count)).length;
        this._replace(at + units(start), at + units(start + remove), insert, caret);
    }
    _beforeInput(event) {
        if (/^history/.test(event.inputType)) {
            event.preventDefault();
            this._step(event.inputType === "historyUndo" ? "_user_undo" : "_user_redo");
        } else if (this._anchor !== this._caret && this._place(this._anchor)[0] !== this._place(this._caret)[0]) this._replaceSelection("");
    }
    _act(name, ...args) { this._tell(null, { [name]: args }); }
    _step(name) { this._act(name, this.session.number, this._moves); }
    _moveTo(caret, anchor = caret, keepGoal = false) {
        this._caret = clamp(caret, 0, this._length());
        this._anchor = clamp(anchor, 0, this._length());
        if (!keepGoal) this._goal = null;
        this._hold();
        this._reveal(this._place(this._caret)[0], "nearest");
        this._moves++;
        this._tellSoon();
    }
    _tellSoon() {
        clearTimeout(this._telling);
        if (this.session) this._telling = setTimeout(() => this._tellCaret(), TYPING_MS);
    }
    // A place is told with the number of a text that Python has: what was changed meanwhile moves it there.
    _tellCaret() {
        if (!this.session) return;
        if (this._composing) return this._tellSoon();
        if (!this._sent && this._unsent.length) this._sendEdit(null);
        if (this._sent) this._after.push(() => this._tellCaret());
        else this._sendEdit(null, { _user_caret: [this._toPoints(this._anchor), this._toPoints(this._caret), this.session.seq] });
    }

    // Lines on view

    _even() { return this.element.dataset.wrap === "none" && !this._tall; }
    _topOf(line) {
        if (this._even()) return line * this._line;
        if (!this._tops) {
            let top = 0;
            const room = Math.max(8, Math.floor((this._view.clientWidth - 24) / (this._line * 0.4)));
            this._tops = this._lines.map((text, index) => (top += this._heights[index] ?? this._line * Math.max(1, Math.ceil(text.length / room))) - (this._heights[index] ?? this._line * Math.max(1, Math.ceil(text.length / room))));
            this._tops.push(top);
        }
        return this._tops[line];
    }
    _lineAt(y) {
        const count = this._lines.length;
        if (this._even()) return clamp(Math.floor(y / this._line), 0, count - 1);
        let low = 0, high = count - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this._topOf(middle) <= y) low = middle;
            else high = middle - 1;
        }
        return low;
    }
    _redraw() {
        if (!this._drawing) this._drawing = requestAnimationFrame(() => { this._drawing = null; this._draw(); });
    }
    _draw() {
        const probe = this._probe ||= this.element.appendChild(element("div", { class: "lw-source-probe", "aria-hidden": "true" }, "x"));
        if (!probe.offsetHeight) return;
        this._line = probe.getBoundingClientRect().height;
        this.element.style.setProperty("--lw-number", String(this._lines.length).length + 1 + "ch");
        const anchor = this._lineAt(this._view.scrollTop), within = this._view.scrollTop - this._topOf(anchor);
        this._drawLines();
        if (!this._even() && this._measure()) {
            this._view.scrollTop = this._topOf(anchor) + within;        // what is seen stays where it is
            this._drawLines();
        }
        this._paint();
        this._ask();
    }
    _drawLines() {
        const top = this._view.scrollTop, extra = 8, count = this._lines.length;
        this._first = Math.max(0, this._lineAt(top) - extra);
        const end = Math.min(count, this._lineAt(top + this._view.clientHeight) + extra + 1), nodes = [];
        const old = new Map([...this._window.children].map(node => [node.sign, node])), from = this._offset(this._first, 0), to = this._offset(end - 1, 0) + this._lines[end - 1].length;
        const spans = this._spans.filter(([first, last]) => first < to && last > from);
        for (let line = this._first; line < end; line++) {
            const start = this._start(line), stop = start + this._lines[line].length;
            const own = spans.filter(([first, last]) => first < stop && last > start).map(([first, last, name]) => [Math.max(0, first - start), Math.min(stop, last) - start, name]);
            const sign = JSON.stringify([line, this._lines[line], own, this._icons.get(line), this._styled]);
            const node = old.get(sign) || this._makeLine(line, own);
            node.sign = sign;
            nodes.push(node);
        }
        keepOnly(this._window, nodes);
        this._window.style.transform = `translateY(${this._topOf(this._first)}px)`;
        const height = this._even() ? count * this._line : this._topOf(count);
        this._space.style.setProperty("--lw-space", px(height));
        this._space.style.minWidth = px(Math.max(parseFloat(this._space.style.minWidth) || 0, this.element.dataset.wrap === "none" ? this._window.scrollWidth : 0));
    }
    _measure() {
        let changed = false;
        [...this._window.children].forEach((node, index) => {
            const height = node.getBoundingClientRect().height;
            if (this._heights[this._first + index] !== height) { this._heights[this._first + index] = height; changed = true; }
        });
        if (changed) this._tops = null;
        return changed;
    }
    _makeLine(line, spans) {
        const text = this._lines[line], source = this._icons.get(line), node = element("div", { class: "lw-source-line", "data-line": line });
        const body = element("span", { class: "lw-source-text" }), edges = [...new Set([0, text.length, ...spans.flatMap(([from, to]) => [from, to])])].sort((a, b) => a - b);
        edges.slice(1).forEach((to, index) => {
            const from = edges[index], names = spans.filter(([first, last]) => first <= from && last >= to).map(([, , name]) => name), part = text.slice(from, to);
            if (!names.length) return body.append(part);
            const run = element("span", {}, part);
            Object.assign(run.style, Object.assign({}, ...names.map(name => this._styles[name] || {})));
            body.append(run);
        });
        if (!text) body.append("\u200b");
        node.append(element("span", { class: "lw-source-icon" }, ...source ? [element("img", { src: source, alt: "" })] : []), element("span", { class: "lw-source-number" }, String(line + 1)), body);
        return node;
    }
    // The box of the place in front of a character, as far as its line is drawn.
    _box(offset) {
        const [line, column] = this._place(offset), node = this._window.children[line - this._first];
        if (!node) return null;
        const walker = document.createTreeWalker(node.lastChild, NodeFilter.SHOW_TEXT), range = document.createRange();
        let rest = this._lines[line] ? column : 0, text = walker.nextNode();
        while (text && rest > text.length) { rest -= text.length; text = walker.nextNode(); }
        range.setStart(text, rest);
        const box = range.getClientRects()[0] || node.lastChild.getBoundingClientRect();
        return { x: box.x, y: box.y, height: box.height };
    }
    _paint() {
        if (!this._line || !this._window.children.length) return;
        const outer = this._space.getBoundingClientRect(), caret = this._box(this._caret), [from, to] = [Math.min(this._anchor, this._caret), Math.max(this._anchor, this._caret)];
        this._cursor.hidden = !caret || document.activeElement !== this._input;
        const held = this._composing ? this._box(this._inHand[1]) : caret;     // while an input method composes, the text area is seen
        this._input.classList.toggle("lw-composing", Boolean(this._composing));
        for (const [node, box] of [[this._cursor, caret], [this._input, held]]) {
            if (box) Object.assign(node.style, { left: px(box.x - outer.x), top: px(box.y - outer.y), height: px(box.height) });
        }
        const boxes = [];
        for (let index = 0; from < to && index < this._window.children.length; index++) {
            const line = this._first + index, start = this._start(line), stop = start + this._lines[line].length, body = this._window.children[index].lastChild;
            if (stop < from || start > to) continue;
            const range = document.createRange(), walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
            for (let at = start; at < Math.min(to, stop) && walker.nextNode(); at += walker.currentNode.length) {
                const text = walker.currentNode, first = Math.max(0, from - at), last = Math.min(text.length, to - at);
                if (first >= last) continue;
                range.setStart(text, first);
                range.setEnd(text, last);
                for (const box of range.getClientRects()) boxes.push([box.x - outer.x, box.y - outer.y, box.width, box.height]);
            }
            if (to > stop) {
                const end = this._box(stop);
                boxes.push([end.x - outer.x, end.y - outer.y, 6, end.height]);           // the line's end is selected too
            }
        }
        this._selection.replaceChildren(...boxes.map(([x, y, width, height]) => element("div", { style: `left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px` })));
        this._cursor.style.animation = "none";
        void this._cursor.offsetWidth;                  // a moved caret begins its blinking anew
        this._cursor.style.animation = "";
    }
    _reveal(line, align) {
        if (!this._line) return;
        line = clamp(line, 0, this._lines.length - 1);
        const view = this._view, top = this._topOf(line), height = this._even() ? this._line : this._topOf(line + 1) - top, seen = view.clientHeight;
        if (align === "top") view.scrollTop = top;
        else if (align === "center") view.scrollTop = top - (seen - height) / 2;
        else if (top < view.scrollTop) view.scrollTop = top;
        else if (top + height > view.scrollTop + seen) view.scrollTop = top + height - seen;
        this._draw();
        const caret = align === "nearest" && this._box(this._caret), box = view.getBoundingClientRect(), left = this._window.firstChild?.lastChild.offsetLeft || 0;
        if (!caret || this._place(this._caret)[0] !== line) return;
        if (caret.x < box.x + left) view.scrollLeft += caret.x - box.x - left;
        else if (caret.x > box.x + view.clientWidth - 16) view.scrollLeft += caret.x - box.x - view.clientWidth + 48;
        this._paint();
    }
    _offsetAt(x, y) {
        const box = this._view.getBoundingClientRect(), line = this._lineAt(y - box.y + this._view.scrollTop), node = this._window.children[line - this._first];
        if (!node) return this._offset(line, 0);
        const inside = node.getBoundingClientRect(), body = node.lastChild.getBoundingClientRect();
        const py = clamp(y, inside.y + 1, inside.bottom - 1), at = document.caretPositionFromPoint?.(Math.max(x, body.x + 1), py), range = at ? null : document.caretRangeFromPoint?.(Math.max(x, body.x + 1), py);
        const [hit, column] = at ? [at.offsetNode, at.offset] : range ? [range.startContainer, range.startOffset] : [];
        if (!hit || hit.nodeType !== Node.TEXT_NODE || !node.lastChild.contains(hit)) return this._offset(line, x < body.x ? 0 : this._lines[line].length);
        const walker = document.createTreeWalker(node.lastChild, NodeFilter.SHOW_TEXT);
        let sum = 0;
        while (walker.nextNode() && walker.currentNode !== hit) sum += walker.currentNode.length;
        return this._offset(line, Math.min(sum + column, this._lines[line].length));
    }

    // Mouse and keys

    _beginSelection(event) {
        if (event.pointerType !== "mouse" || event.target.closest(".lw-source-number, .lw-source-icon") || event.target === this._view && event.offsetX > this._view.clientWidth) return null;
        event.preventDefault();
        this._input.focus({ preventScroll: true });
        const at = this._offsetAt(event.clientX, event.clientY);
        this._moveTo(at, event.shiftKey ? this._anchor : at);
        return { move: (dx, dy, moved) => this._moveTo(this._offsetAt(moved.clientX, moved.clientY), this._anchor), end() {} };
    }
    _onClick(event) {
        const line = Number(event.target.closest(".lw-source-line")?.dataset.line);
        if (event.target.closest(".lw-source-number")) return this.emit("line_clicked", [line]);
        if (event.target.closest(".lw-source-icon")) return this._act("_user_icon", line);
        if (event.pointerType !== "mouse") {
            this._input.focus({ preventScroll: true });
            this._moveTo(this._offsetAt(event.clientX, event.clientY));
        } else if (event.detail === 2) this._moveTo(this._word(this._caret, 1, true), this._word(this._caret, -1, true));
        else if (event.detail === 3) this._moveTo(Math.min(this._length(), this._offset(this._place(this._caret)[0], 0) + this._lines[this._place(this._caret)[0]].length + 1), this._start(this._place(this._caret)[0]));
    }
    _word(offset, step, within = false) {
        const [line, column] = this._place(offset), text = this._lines[line];
        if (!within && step < 0 && column === 0) return Math.max(0, offset - 1);
        if (!within && step > 0 && column === text.length) return Math.min(this._length(), offset + 1);
        const part = step > 0 ? text.slice(column) : [...text.slice(0, column)].reverse().join("");
        const run = (within ? /^([\p{L}\p{N}_]+|[^\p{L}\p{N}_]?)/u : /^\s*([\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]*)/u).exec(part)[0];
        return offset + step * run.length;
    }
    _character(offset, step) {
        const pair = step > 0 ? this._slice(offset, offset + 2) : this._slice(Math.max(0, offset - 2), offset);
        return clamp(offset + step * (pair.codePointAt(0) > 0xffff ? 2 : 1), 0, this._length());
    }
    _vertical(lines) {
        const [line, column] = this._place(this._caret);
        if (this.element.dataset.wrap !== "none" && Math.abs(lines) === 1) {
            const box = this._box(this._caret), x = this._goal ??= box?.x, y = box && box.y + box.height / 2 + lines * this._line;
            const edge = lines > 0 ? this._topOf(this._lines.length) : 0, inner = box && y - this._view.getBoundingClientRect().y + this._view.scrollTop;
            if (box && (lines > 0 ? inner < edge : inner > edge)) return this._offsetAt(x, y);
        }
        if (line + lines < 0) return 0;
        if (line + lines >= this._lines.length) return this._length();
        this._goal ??= column;
        return this._offset(line + lines, Math.min(this._goal, this._lines[line + lines].length));
    }
    _onKey(event) {
        if (event.isComposing) return;
        const jump = event.ctrlKey || event.metaKey, key = event.key, [line] = this._place(this._caret), some = this._anchor !== this._caret;
        const page = Math.max(1, Math.floor(this._view.clientHeight / this._line) - 1), start = this._start(line), stop = start + this._lines[line].length;
        const indent = start + /^\s*/.exec(this._lines[line])[0].length, vertical = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[key];
        const targets = {
            ArrowLeft: () => some && !event.shiftKey && !jump ? Math.min(this._anchor, this._caret) : jump ? this._word(this._caret, -1) : this._character(this._caret, -1),
            ArrowRight: () => some && !event.shiftKey && !jump ? Math.max(this._anchor, this._caret) : jump ? this._word(this._caret, 1) : this._character(this._caret, 1),
            Home: () => jump ? 0 : this._caret === indent ? start : indent, End: () => jump ? this._length() : stop };
        const leaves = this._leaving;
        this._leaving = key === "Escape" || key === "Shift" && leaves;
        if (vertical) {
            const to = this._vertical(vertical);
            this._moveTo(to, event.shiftKey ? this._anchor : to, true);
        } else if (targets[key]) {
            const to = targets[key]();
            this._moveTo(to, event.shiftKey ? this._anchor : to);
        } else if (key === "Backspace" || key === "Delete") {
            const step = key === "Delete" ? 1 : -1, to = jump ? this._word(this._caret, step) : this._character(this._caret, step);
            if (some) this._replaceSelection("");
            else this._replace(Math.min(this._caret, to), Math.max(this._caret, to), "");
        } else if (key === "Enter") this._replaceSelection("\n");
        else if (key === "Tab" && !event.shiftKey && !leaves && !this._input.readOnly) this._replaceSelection("\t");
        else if (jump && key.toLowerCase() === "a") this._moveTo(this._length(), 0);
        else if (jump && key.toLowerCase() === "z") this._step(event.shiftKey ? "_user_redo" : "_user_undo");
        else if (jump && key.toLowerCase() === "y") this._step("_user_redo");
        else if (jump && key.toLowerCase() === "f") this._openFind();
        else return;
        event.preventDefault();
    }
    _onClipboard(event) {
        event.preventDefault();
        if (event.type === "paste") return this._replaceSelection(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n"));
        if (this._anchor === this._caret) return;
        event.clipboardData.setData("text/plain", this._slice(Math.min(this._anchor, this._caret), Math.max(this._anchor, this._caret)));
        if (event.type === "cut") this._replaceSelection("");
    }
    _rest(event) {
        clearTimeout(this._resting);
        const { clientX: x, clientY: y, target } = event;
        if (!this._tooltips || !target.closest(".lw-source-text")) return;
        this._resting = setTimeout(() => {
            const at = this._offsetAt(x, y), [line, column] = this._place(at);
            this.emit("tooltip", [line, column, this._slice(this._word(at, -1, true), this._word(at, 1, true)), x, y]);
        }, 400);
    }

    // The search bar: the browser's own search sees only the lines on view.

    _openFind() {
        if (!this._find) {
            const field = label => element("input", { type: "text", class: "lw-input", "aria-label": label, placeholder: label, spellcheck: "false" });
            const button = (label, action) => {
                const node = element("button", { type: "button", class: "lw-button" }, label);
                node.addEventListener("click", action);
                return node;
            };
            const [query, other, count] = [field("Find"), field("Replace by"), element("output", { role: "status" })];
            this._find = element("div", { class: "lw-source-find", role: "search" }, query, count, iconButton("Previous", ICONS.up, () => this._findNext(-1)), iconButton("Next", ICONS.down, () => this._findNext(1)),
                iconButton("Close", ICONS.close, () => this._closeFind()), element("span", { class: "lw-source-replace" }, other,
                    button("Replace", () => this._replaceFound(other.value)), button("All", () => this._replaceAll(other.value))));
            Object.assign(this, { _query: query, _count: count });
            query.addEventListener("input", () => this._findNext(0));
            this._find.addEventListener("keydown", event => {
                if (event.key === "Escape") this._closeFind();
                else if (event.key === "Enter" && event.target === query) this._findNext(event.shiftKey ? -1 : 1);
                else return;
                event.preventDefault();
                event.stopPropagation();
            });
        }
        this._find.lastChild.hidden = this._input.readOnly;
        this.element.append(this._find);
        const chosen = this._slice(Math.min(this._anchor, this._caret), Math.max(this._anchor, this._caret));
        if (chosen && !chosen.includes("\n")) this._query.value = chosen;
        this._query.select();
        this._findNext(0);
        this._query.focus();
    }
    _closeFind() {
        this._find.remove();
        this._input.focus();
    }
    _places() {
        const query = this._query.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        return query ? [...this._text().matchAll(new RegExp(query, "giu"))].map(match => [match.index, match.index + match[0].length]) : [];
    }
    _findNext(step) {
        const places = this._places(), from = Math.min(this._anchor, this._caret);
        let at = places.findIndex(([start]) => step > 0 ? start > from : start >= from);
        if (step < 0) at = (at < 0 ? places.length : at) - 1;
        at = (at + places.length) % (places.length || 1);
        this._count.value = places.length ? `${at + 1} of ${places.length}` : this._query.value ? "none" : "";
        if (places.length) this._moveTo(places[at][1], places[at][0]);
    }
    _replaceFound(text) {
        const found = this._places().some(([start, end]) => start === Math.min(this._anchor, this._caret) && end === Math.max(this._anchor, this._caret));
        if (found) this._replaceSelection(text);
        this._findNext(0);
    }
    _replaceAll(text) {
        const places = this._places();
        for (const [start, end] of places.reverse()) this._replace(start, end, text);
        this._count.value = places.length + " replaced";
    }

    // What Python says

    set_text(text) {
        super.set_text(text);
        this._redraw();
    }
    place_caret(anchor, caret, asker = null, moves = null) {
        if (asker !== null && (asker !== this.session.number || moves !== this._moves)) return;         // it was moved again since
        this._anchor = this._toUnits(anchor);
        this._caret = this._toUnits(caret);
        this._hold();
        this._redraw();
    }
    set_cursor_style(style, color) {
        this.element.dataset.caret = style;
        this.element.style.setProperty("--lw-caret", color || "");
    }
    set_tag_styles(tags) {
        this._styles = Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, {
            ...tag.background && { background: tag.background }, ...tag.foreground && { color: tag.foreground }, ...tag.bold !== undefined && { fontWeight: tag.bold ? "bold" : "normal" },
            ...tag.italic !== undefined && { fontStyle: tag.italic ? "italic" : "normal" }, ...tag.font_family && { fontFamily: tag.font_family }, ...tag.font_size && { fontSize: px(tag.font_size) },
            ...(tag.underline || tag.strikethrough) && { textDecoration: [tag.underline && "underline", tag.strikethrough && "line-through"].filter(Boolean).join(" ") } }]));
        this._tall = Object.values(tags).some(tag => tag.font_size);
        this._styled = (this._styled || 0) + 1;
        this._redraw();
    }
    set_marks(version) {
        this._marks = version;
        this._redraw();
    }
    _ask() {
        const end = this._first + this._window.children.length - 1;
        if (!this._marks || this._asked || !this.session || end < this._first) return;
        const from = this._toPoints(this._start(this._first)), to = this._toPoints(this._start(end) + this._lines[end].length), [version, first, last] = this._marked;
        if (version === this._marks && from >= first && to <= last) return;
        const margin = to - from;
        this._asked = this.session._send({ type: "rows", wid: this.wid, start: Math.max(0, from - margin), count: to - from + 2 * margin + 1 });
    }
    show_marks(version, first, last, spans, icons, ends) {
        this._asked = false;
        const pending = [...this._sent ? this._sent.splices : [], ...this._unsent], move = (at, after) => pending.reduce((place, [start, remove, insert]) => {
            if (place < start || place === start && !after) return place;
            return Math.max(start, place - remove) + (place >= start + remove || after ? points(insert).length : 0);
        }, at);
        if (!this._marked[0] && document.activeElement !== this._input) this.place_caret(...ends);
        this._marked = [version, first, last];
        this._spans = spans.map(([from, to, name]) => [this._toUnits(move(from, true)), this._toUnits(move(to, false)), name]);
        this._icons = new Map(icons);
        this._redraw();
    }
    _connected() {
        this._asked = false;
        this._redraw();
    }
    set_icon_gutter(tf) { this._toggle("lw-with-icons", tf); }
    set_line_numbers(tf) { this._toggle("lw-with-numbers", tf); }
    _toggle(name, tf) {
        this.element.classList.toggle(name, tf);
        this._redraw();
    }
    set_wrap(mode) {
        this.element.dataset.wrap = mode;
        this._heights = [];
        this._tops = null;
        this._space.style.minWidth = "";
        this._redraw();
    }
    set_font(family, size, weight, style) {
        Object.assign(this.element.style, { fontFamily: family === "monospace" ? "var(--lw-mono)" : family || "", fontSize: px(size), fontWeight: weight ?? "", fontStyle: style || "" });
        this._heights = [];
        this._tops = null;
        this._redraw();
    }
    set_tooltips_enabled(tf) { this._tooltips = tf; }
    show_tooltip(text, x, y) {
        this._tip?.remove();
        if (!text) return;
        this._tip = element("div", { class: "lw-tip", role: "tooltip", style: `left: ${x}px; top: ${y + 16}px` }, text);
        this.element.append(this._tip);
    }
    scroll_to_line(line, align) { this._reveal(line, align); }
    set_scroll_position(h, v) {
        this._draw();
        scrolling.set(this, this._view, h, v);
    }
}

// Rows that Python keeps. We hold those around what is seen, and ask again whenever Python says that something changed.
// The focus stays on the grid, which names the active cell; rows come and go below it.
class RowsView extends Widget {
    static isField = true;
    constructor(options, role) {
        super(element("div", { class: "lw-data lw-shrinks", role, tabindex: "0",
            "aria-multiselectable": String(/multiple/.test(options.selection_mode)) }));
        const id = "lw-data-" + RowsView.count++;
        Object.assign(this, { _options: options, _id: id, _columns: [], _widths: {}, _rows: [], _first: 0, _count: 0, _version: 0,
            _answered: -1, _acted: 0, _asked: false, _top: 0, _lastTop: 0, _cursor: null, _waiting: null, _place: null, _sorted: [null, true] });
        this._head = element("div", { class: "lw-data-head", role: "row", "aria-rowindex": 1 });
        this._window = element("div", { class: "lw-data-window", role: "presentation" });
        this._space = element("div", { class: "lw-data-space", role: "rowgroup" }, this._window);
        this.element.append(element("div", { role: "rowgroup", class: "lw-data-top" }, this._head), this._space);
        this.element.classList.toggle("lw-headless", !options.show_header);
        this.element.classList.toggle("lw-striped", options.alternate_row_colors);
        this.set_show_grid(options.show_grid);
        this.set_show_row_numbers(options.show_row_numbers);
        this.element.addEventListener("scroll", () => this._onScroll(), { passive: true });
        scrolling.watch(this, this.element);
        this.element.addEventListener("click", event => this._onClick(event));
        this.element.addEventListener("dblclick", event => this._onDoubleClick(event));
        this.element.addEventListener("change", event => this._onControl(event));
        this.element.addEventListener("keydown", event => this._onKey(event));
        RowsView.views.set(this.element, this);
        onDrag(this._space, event => this._beginChoice(event));
        onDrag(this._head, event => this._beginSizing(event));
        new ResizeObserver(() => this._fit()).observe(this.element);
    }

    // What Python says

    set_columns(columns) {
        this._columns = columns;
        this._editable = columns.some(column => column.editable);
        this._head.replaceChildren(element("div", { class: "lw-data-number", role: "presentation" }), ...columns.map((column, index) => element("div", {
            role: "columnheader", class: "lw-data-cell", "data-key": column.key, "aria-colindex": index + 1, id: this._id + "-head-" + index, style: `text-align: ${column.halign}` },
            element("span", { class: column.label ? null : "lw-name-only" }, column.label || column.key), element("i", { class: "lw-data-grip" }))));
        this.set_sorted(...this._sorted);
        this._track();
        this._redraw();
    }
    set_column_widths(widths) {
        this._widths = widths;
        this._track();
    }
    set_extent(version, count) {
        this._version = version;
        this._held = null;
        if (count !== null) this._count = count;
        this._fit();
        this._ask();
    }
    set_sorted(key, ascending) {
        this._sorted = [key, ascending];
        for (const cell of this._head.querySelectorAll("[role=columnheader]")) {
            if (cell.dataset.key === key) cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
            else cell.removeAttribute("aria-sort");
        }
    }
    set_sortable(tf) {
        this._sortable = tf;
        this.element.classList.toggle("lw-sortable", tf);
    }
    set_show_grid(tf) { this.element.classList.toggle("lw-ruled", tf); }
    set_show_row_numbers(tf) {
        this.element.classList.toggle("lw-numbered", tf);
        this._track();
    }
    set_row_spacing(gap) { this._setGap("--lw-row-gap", gap); }
    set_column_spacing(gap) { this._setGap("--lw-column-gap", gap); }
    _setGap(name, gap) {
        this.element.style.setProperty(name, px(gap));
        this._fit();
    }
    set_font(...font) {
        super.set_font(...font);
        this._fit();
    }
    set_header_font(family, size, weight, style) {
        Object.assign(this._head.style, { fontFamily: family || "", fontSize: size || "", fontWeight: weight ?? "", fontStyle: style || "" });
    }
    set_scroll_position(h, v) {
        this._place = [h, v];                           // until the person scrolls, or the rows are there
        this._restore();
    }
    show_rows(version, done, start, rows, cursor, held) {
        this._asked = false;
        if (done < this._acted) return setTimeout(() => this._ask(), TYPING_MS);        // what was done here meanwhile is not in it
        Object.assign(this, { _answered: version, _first: start, _rows: rows });
        this._held = version === this._version ? held : null;   // the text of all that is selected
        if (!this._waiting && this._cursor?.[0] !== null) this._cursor = cursor;
        this._draw();
        if (this._waiting && this._row(this._waiting[0])) this._pick(...this._waiting);
        this._ask();
    }
    scroll_to_row(index) {
        if (index < 0) return;
        const height = this._height, top = index * height;
        if (top < this._top) this._scrollTo(top);
        else if (top + height > this._top + this._seen()) this._scrollTo(top + height - this._seen());
    }
    scroll_to_end() { this._scrollTo(this._count * this._height); }
    get_column_widths() { return this._headers().map(cell => cell.offsetWidth); }
    set_optimal_column_widths() {
        const widths = {};
        this._columns.forEach(({ key }, index) => {
            const cells = [this._headers()[index], ...this._window.querySelectorAll(`[aria-colindex="${index + 1}"]`)];
            widths[key] = Math.max(24, ...cells.map(cell => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return Math.ceil(range.getBoundingClientRect().width + 2 * parseFloat(getComputedStyle(cell).paddingRight) + 12);
            }));
        });
        this._widen(widths);
    }
    // Python's text of what is selected, null for none; for what an asker began, or for all.
    // Cells of a cut are emptied once Python is told that the text is in a clipboard.
    put_clipboard(text, asker, ask, offer) {
        const begun = asker === null ? null : this._begun;
        const asked = asker === this.session.number && begun?.ask === ask;
        if (asker === null ? !document.hasFocus() : !asked) return;
        begun?.settle(text);
        if (text === null) return;
        (begun ? begun.copied : copyText(text)).then(
            () => this._act("_user_has_copied", offer, this.session.number),
            () => this.session.tell(
                "The browser did not let the text be copied; nothing was changed."));
    }
    tell_changed(asker) {
        if (asker !== this.session.number) return;
        this.session.tell("What was selected changed meanwhile. It was copied, and not cut.");
    }
    paste_selection() {
        if (!document.hasFocus()) return;
        const refused = () => this.session.tell("The browser did not let the clipboard be read.");
        if (!navigator.clipboard?.readText) return refused();
        navigator.clipboard.readText().then(text => this._act("_user_paste", text), refused);
    }

    // Geometry. Browsers cannot lay out more than some ten million px: beyond MAX_SPACE_PX the bar is a scaled one, in which
    // small movements stay exact and drags of the thumb are in proportion.

    _headers() { return [...this._head.querySelectorAll("[role=columnheader]")]; }
    _seen() { return Math.max(0, this.element.clientHeight - this._head.parentNode.offsetHeight); }
    _range() { return Math.max(0, this._count * this._height - this._seen()); }
    _track() {
        const track = width => typeof width === "number" ? px(width) : width.endsWith("fr") ? `minmax(48px, ${width})` : width;
        const tracks = this._columns.map(({ key, colwidth }) => track(this._widths[key] ?? colwidth));
        this.element.style.setProperty("--lw-columns", [`var(--lw-number, 0px)`, ...tracks].join(" "));
        requestAnimationFrame(() => this._fit());
    }
    _fit() {
        const probe = this._probe ||= this.element.appendChild(element("div", { class: "lw-data-probe lw-data-cell", "aria-hidden": "true" }, "x"));
        if (!probe.offsetHeight) return;
        this._height = probe.offsetHeight;
        this.element.style.setProperty("--lw-row-height", px(this._height));
        this.element.style.setProperty("--lw-number", this.element.classList.contains("lw-numbered") ? String(this._count).length + 2 + "ch" : "0px");
        this.element.style.setProperty("--lw-least", "0px");
        this.element.style.setProperty("--lw-least", px(this._head.scrollWidth > this._head.clientWidth ? this._head.scrollWidth : 0));
        const height = Math.min(MAX_SPACE_PX, this._count * this._height);
        this._space.style.setProperty("--lw-space", px(height));
        this.element.setAttribute("aria-rowcount", this._count + 1);
        this.element.setAttribute("aria-colcount", this._columns.length);
        if (this._place) this._restore();
        else this._top = Math.min(this._top, this._range());
        this._redraw();
        this._ask();
    }
    _restore() {
        if (!this._height || !this._count) return;
        const [h, v] = this._place;
        this.element.scrollLeft = h * (this.element.scrollWidth - this.element.clientWidth);
        this._top = v * this._range();
        this._align();
        this._scrolledTo = scrolling.place(this.element);
    }
    _scrollTo(top) {
        this._place = null;
        this._top = clamp(top, 0, this._range());
        this._align();
        this._draw();
        this._ask();
    }
    // Put the bar where the rows are.
    _align() {
        const room = this._space.offsetHeight - this._seen(), range = this._range();
        this.element.scrollTop = this._lastTop = range > 0 ? this._top / range * room : 0;
        this._lastTop = this.element.scrollTop;
    }
    _onScroll() {
        const top = this.element.scrollTop, moved = top - this._lastTop, range = this._range(), room = this._space.offsetHeight - this._seen();
        if (moved) {
            this._place = null;
            this._lastTop = top;
            const thumb = room / this._seen() / 2;      // less than the thumb moves by: wheel, finger or keys
            if (room >= range || Math.abs(moved) > thumb) this._top = room > 0 ? top / room * range : 0;
            else this._top = clamp(this._top + moved, 0, range);
            if (room < range) {
                clearTimeout(this._settling);
                this._settling = setTimeout(() => { this._align(); this._draw(); }, 3 * SCROLLED_MS);     // a smooth scroll is over by then
                if (top <= 0 || top >= room - 1) this._align();
            }
        }
        this._redraw();
        this._ask();
    }

    // Rows

    _wanted() {
        const seen = this._seen(), height = this._height, extra = Math.ceil(seen / height / 2) + 2;
        const first = Math.floor(this._top / height);
        return [Math.max(0, first - extra), Math.min(this._count, first + Math.ceil(seen / height) + extra)];
    }
    _ask() {
        if (this._asked || !this.session || !this._height || !this._seen()) return;
        const [first, end] = this._wanted(), held = this._first + this._rows.length;
        const seen = Math.floor(this._top / this._height), last = Math.min(this._count, Math.ceil((this._top + this._seen()) / this._height));
        const waits = this._waiting && !this._row(this._waiting[0]);
        if (this._answered === this._version && !waits && seen >= this._first && last <= held) return;
        const margin = Math.ceil((end - first) / 2), start = waits ? Math.max(0, this._waiting[0] - margin) : Math.max(0, first - margin);
        this._asked = this.session._send({ type: "rows", wid: this.wid, start, count: end - first + 2 * margin });
    }
    _connected() {
        this._asked = false;
        this._ask();
    }
    _row(index) { return this._rows[index - this._first]; }
    _redraw() {
        if (!this._drawing) this._drawing = requestAnimationFrame(() => { this._drawing = null; this._draw(); });
    }
    _draw() {
        if (!this._height) return;
        const [first, end] = this._wanted(), nodes = [], old = new Map([...this._window.children].map(node => [node.dataset.index, node]));
        for (let index = first; index < end; index++) {
            const row = this._row(index), sign = JSON.stringify([row, this._cursor && this._cursor[0] === index && this._cursor[1], this._columns === this._drawn]);
            let node = old.get(String(index));
            if (!node || node.sign !== sign || this._columns !== this._drawn) {
                node = this._makeRow(index, row);
                node.sign = sign;
            }
            nodes.push(node);
        }
        this._drawn = this._columns;
        keepOnly(this._window, nodes, this._editor);
        this._window.style.transform = `translateY(${first * this._height - this._top + this.element.scrollTop}px)`;
        if (this._editor) this._placeEditor();
        this._tellActive();
    }
    _makeRow(index, row) {
        const node = element("div", { role: "row", class: "lw-data-row", "data-index": index, "aria-rowindex": index + 2, id: `${this._id}-row-${index}` });
        node.classList.toggle("lw-odd", index % 2 === 1);
        node.append(element("div", { class: "lw-data-number", role: "presentation" }, String(index + 1)));
        if (!row) {
            node.append(element("div", { role: "gridcell", class: "lw-data-cell" }, "\u2026"));
            return node;
        }
        const [, level, flags, , cells, looks] = row;
        node.setAttribute("aria-selected", String(Boolean(flags & 1)));
        if (this._isTree) {
            node.setAttribute("aria-level", level + 1);
            if (flags & 2) node.setAttribute("aria-expanded", String(Boolean(flags & 4)));
        }
        for (let at = 0; at < this._columns.length;) {
            let span = 1;
            while (at + span < this._columns.length && cells[at + span] === null && !this._columns[at + span].widget && !this._columns[at + span].editable) span++;
            node.append(this._makeCell(index, row, at, span, looks[at] || {}));
            at += span;
        }
        return node;
    }
    _makeCell(index, row, at, span, look) {
        const column = this._columns[at], value = row[4][at];
        const cell = element("div", { role: "gridcell", class: "lw-data-cell", "aria-colindex": at + 1 }), style = cell.style;
        if (span > 1) {
            cell.setAttribute("aria-colspan", span);
            style.gridColumn = `span ${span}`;
        }
        if (column.halign !== "left") style.textAlign = column.halign;
        if (look.fg) style.color = look.fg;
        if (look.bg) style.background = look.bg;
        if (look.bold !== undefined) style.fontWeight = look.bold ? "bold" : "normal";
        if (look.chosen) cell.setAttribute("aria-selected", "true");
        if (this._editable) cell.setAttribute("aria-readonly", String(!column.editable));
        if (this._cursor && this._cursor[0] === index && this._cursor[1] === column.key && this._options.cell_cursor) {
            cell.classList.add("lw-active");
            cell.id = this._id + "-cell";
        }
        if (this._isTree && at === 0) {
            cell.style.setProperty("--lw-level", row[1]);
            cell.classList.add("lw-data-tree");
            cell.append(element("i", { class: "lw-data-toggle" }, ...row[2] & 2 ? [icon(ICONS.down)] : []));
        }
        if (!look.gone) cell.append(this._content(column, value, look));
        return cell;
    }
    _cell(index, at) { return this._window.querySelector(`[data-index="${index}"] > [aria-colindex="${at + 1}"]`); }
    _content(column, value, look) {
        const name = { "aria-label": column.label || column.key, tabindex: "-1", disabled: look.off };
        if (column.widget === "checkbox") {
            const box = element("input", { type: "checkbox", ...name });
            box.checked = Boolean(value);
            return box;
        }
        if (column.widget === "combobox") {
            const list = element("select", { class: "lw-input", ...name }, ...column.choices.includes(value) ? [] : [element("option", {}, value ?? "")], ...column.choices.map(choice => element("option", {}, choice)));
            list.value = value ?? "";
            return list;
        }
        if (column.widget === "button") return element("button", { type: "button", class: "lw-button", ...name, "aria-label": null }, String(value ?? column.text));
        if (column.widget === "progress") {
            const share = clamp((Number(value) - column.min) / (column.max - column.min), 0, 1) || 0;
            const bar = element("div", { class: "lw-progress", role: "progressbar", "aria-label": name["aria-label"], "aria-valuemin": column.min, "aria-valuemax": column.max, "aria-valuenow": Number(value) || 0 },
                element("div", { class: "lw-progress-bar" }), element("span", {}, Math.round(100 * share) + "%"));
            bar.firstChild.style.width = 100 * share + "%";
            return bar;
        }
        if (column.type === "boolean") return element("span", { role: "img", "aria-label": value ? "yes" : "no" }, value ? "\u2713" : "");
        if (column.type === "icon") return value ? element("img", { src: value, alt: "", width: column.icon_size, height: column.icon_size }) : "";
        return value === null ? "" : String(value);
    }
    _tellActive() {
        const [index, key] = this._cursor || [-1], at = this._columns.findIndex(column => column.key === key);
        const id = index === null ? this._headers()[at]?.id : this._options.cell_cursor && at >= 0 ? this._id + "-cell" : `${this._id}-row-${index}`;
        if (id && document.getElementById(id)) this.element.setAttribute("aria-activedescendant", id);
        else this.element.removeAttribute("aria-activedescendant");
        this._headers().forEach((cell, one) => cell.classList.toggle("lw-active", index === null && one === at));
    }

    // What a person does. It is shown at once, until Python's answer takes its place.

    _act(name, ...args) {
        this._held = null;
        this._acted = this.emit(null, [], { [name]: args });
    }
    _pick(index, key, how) {
        const row = this._row(index), mode = this._options.selection_mode, many = mode.startsWith("multiple");
        this._waiting = null;
        this.scroll_to_row(index);
        if (!row) {
            this._cursor = [index, key];
            this._waiting = [index, key, how];          // the rows there are on their way
            return this._ask();
        }
        this._cursor = [index, key];
        if (!/cell|none/.test(mode) && how === "only") for (const one of this._rows) one[2] &= ~1;
        if (!/cell|none/.test(mode) && how !== "cursor") row[2] = how === "toggle" && many ? row[2] ^ 1 : row[2] | 1;
        if (mode.endsWith("cell") && how === "only") {
            for (const one of this._rows) for (const look of Object.values(one[5])) delete look.chosen;
            const at = this._columns.findIndex(column => column.key === key);
            if (at >= 0) row[5][at] = { ...row[5][at], chosen: true };
        }
        this._draw();
        this._act("_user_pick", row[0], key, how);
    }
    _at(target) {
        const node = target.closest?.(".lw-data-row"), cell = target.closest?.(".lw-data-cell");
        if (!node || node.parentNode !== this._window) return [];
        const column = this._columns[Number(cell?.getAttribute("aria-colindex")) - 1];
        return [Number(node.dataset.index), column];
    }
    _onClick(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        const header = event.target.closest("[role=columnheader]");
        if (header && !event.target.closest(".lw-data-grip")) return this._pressHeader(header.dataset.key);
        if (!row || event.target === this._editor) return;
        if (event.target.closest("button")) return this._act("_user_press", row[0], column.key);
        if (event.target.closest(".lw-data-toggle") && row[2] & 2) return this._toggle(index);
        if (event.target.closest("input, select")) return;
        const how = event.shiftKey ? "extend" : event.ctrlKey || event.metaKey ? "toggle" : column ? "only" : "row";
        if (!this._dragged) this._pick(index, column ? column.key : this._columns[0]?.key, how);
        this._dragged = false;
    }
    _pressHeader(key) {
        if (this._sortable) this._sort(key);
        else if (this._options.selection_mode === "multiple-cell" && this._rows.length) this._act("_user_pick", this._rows[0][0], key, "column");
    }
    _sort(key) {
        const ascending = this._sorted[0] !== key || !this._sorted[1];
        this.set_sorted(key, ascending);
        this._act("_user_sort", key, ascending);
    }
    // Dragging with the mouse selects what it passes; a finger scrolls.
    _beginChoice(event) {
        const [from, column] = this._at(event.target);
        this._dragged = false;
        if (event.pointerType !== "mouse" || !column || event.shiftKey || !/multiple/.test(this._options.selection_mode)
            || event.target.closest("input, select, button, .lw-data-toggle") || this.element.classList.contains("lw-selectable")) return null;
        let last = "";
        return {
            move: (dx, dy, moved) => {
                const [index, over] = this._at(document.elementFromPoint(moved.clientX, moved.clientY) || this.element);
                if (!over || last === index + over.key || !last && index === from && over === column) return;
                if (!last) this._pick(from, column.key, "only");
                last = index + over.key;
                this._dragged = true;
                this._pick(index, over.key, "extend");
            },
            end() {} };
    }
    _beginSizing(event) {
        if (!event.target.closest(".lw-data-grip")) return null;
        const cells = this._headers(), at = cells.indexOf(event.target.closest("[role=columnheader]")), widths = cells.map(cell => cell.offsetWidth);
        return {
            move: dx => this._shift(at, widths, dx),
            end: moved => { if (moved) this.userState("set_column_widths", [this._widths]); } };
    }
    // Move the border behind a column: it and its neighbour change; columns that share the room keep sharing it.
    _shift(at, widths, by) {
        const next = at + 1 < widths.length ? at + 1 : null;
        const step = clamp(by, 5 - widths[at], next === null ? Infinity : widths[next] - 5);
        const now = widths.map((width, index) => index === at ? width + step : index === next ? width - step : width);
        const shares = index => typeof (this._widths[this._columns[index].key] ?? this._columns[index].colwidth) === "string";
        this.set_column_widths(Object.fromEntries(this._columns.map(({ key }, index) => [key, shares(index) && next !== null ? now[index] + "fr" : now[index]])));
    }
    _widen(widths) {
        this.set_column_widths({ ...this._widths, ...widths });
        this.userState("set_column_widths", [this._widths]);
    }
    _toggle(index, tf = undefined) {
        const row = this._row(index), open = tf ?? !(row[2] & 4);
        if (!(row[2] & 2) || Boolean(row[2] & 4) === open) return;
        row[2] ^= 4;
        this._draw();
        this._act("_user_toggle", row[0], open);
    }
    _onDoubleClick(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        if (event.target.closest(".lw-data-grip")) return this.set_optimal_column_widths();
        if (!row || event.target.closest("input, select, button, .lw-data-toggle")) return;
        if (column?.editable) this._edit(index, column, null, false);
        else this._act("_user_activate", row[0], column?.key ?? null);
    }
    _onControl(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        if (!row || !column || event.target === this._editor) return;
        const value = event.target.type === "checkbox" ? event.target.checked : event.target.value;
        row[4][this._columns.indexOf(column)] = value;
        this._act("_user_edit", row[0], column.key, value);
    }
    _onClipboard(event) {
        event.preventDefault();
        const data = event.clipboardData;
        if (event.type === "paste") return this._act("_user_paste", data.getData("text/plain"));
        const cut = event.type === "cut", held = this._held;
        if (typeof held !== "string") return this._beginCopy(cut);
        data.setData("text/plain", held);
        this._act("_user_copied", cut, held, this.session.number);
    }
    // The text is not here, or not as it is now: Python is asked for it.
    _beginCopy(cut) {
        this._begun?.settle(null);
        let settle = null;
        const text = new Promise((resolve, reject) => {
            settle = words => words === null ? reject(new Error("no text")) : resolve(words);
        });
        const ask = this._begun ? this._begun.ask + 1 : 1;
        this._begun = { ask, settle, copied: copyPromised(text) };
        this._begun.copied.catch(() => {});             // put_clipboard() tells it
        this._act("_user_copy", cut, this.session.number, ask);
    }

    // Keys

    _onKey(event) {
        if (event.target !== this.element) return event.target === this._editor ? this._onEditorKey(event) : this._onControlKey(event);
        const jump = event.ctrlKey || event.metaKey, keys = this._columns.map(column => column.key);
        let [index, key] = this._cursor || [-1, keys[0]];
        if (jump && event.key.toLowerCase() === "a" && /multiple/.test(this._options.selection_mode) && this._rows.length) {
            this._act("_user_pick", (this._row(index) || this._rows[0])[0], key, "all");
            return event.preventDefault();
        }
        if (index === null) return this._onHeaderKey(event, keys.indexOf(key), keys);
        const page = Math.max(1, Math.floor(this._seen() / this._height) - 1), at = keys.indexOf(key), cells = this._options.cell_cursor || /cell/.test(this._options.selection_mode);
        const down = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
        const across = cells && !jump && { ArrowRight: 1, ArrowLeft: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
        if (this._isTree && (!cells || at === 0) && this._treeKey(event, index, key)) return event.preventDefault();
        if (event.key === "ArrowUp" && index === 0 && this._options.show_header) {
            this._cursor = [null, key ?? keys[0]];
            this._draw();
        } else if (down) this._go(index < 0 ? 0 : index + down, key, event);
        else if ((event.key === "Home" || event.key === "End") && (!cells || jump)) this._go(event.key === "Home" ? 0 : this._count - 1, key, event);
        else if (event.key === "Home" || event.key === "End") this._go(index, keys[event.key === "Home" ? 0 : keys.length - 1], event);
        else if (across && keys[at + across] !== undefined) this._go(Math.max(0, index), keys[at + across], event);
        else if (!this._onCellKey(event, index, this._columns[at])) return;
        event.preventDefault();
    }
    _go(index, key, event) {
        const apart = (event.ctrlKey || event.metaKey) && event.key.startsWith("Arrow") && /multiple/.test(this._options.selection_mode);
        const how = event.shiftKey && event.key !== "Tab" ? "extend" : apart ? "cursor" : "only";
        if (this._count) this._pick(clamp(index, 0, this._count - 1), key ?? this._columns[0]?.key, how);
    }
    _treeKey(event, index, key) {
        const row = this._row(index), opens = event.key === "ArrowRight", closes = event.key === "ArrowLeft";
        if (!row || !opens && !closes || event.ctrlKey) return false;
        if (opens && row[2] & 2 && !(row[2] & 4)) this._toggle(index, true);
        else if (closes && row[2] & 2 && row[2] & 4) this._toggle(index, false);
        else if (closes && row[1]) {
            let above = index;
            while (this._row(above) && this._row(above)[1] >= row[1]) above--;
            this._go(above, key, event);
        } else return false;
        return true;
    }
    _onCellKey(event, index, column) {
        const row = this._row(index), jump = event.ctrlKey || event.metaKey;
        if (!row) return false;
        const control = this._cell(index, this._columns.indexOf(column))?.querySelector("input, select, button");
        if (event.key === "Enter" || event.key === "F2" || event.key === " ") {
            if (control && event.key !== "F2") control.type === "checkbox" || control.tagName === "BUTTON" ? control.click() : control.focus();
            else if (event.key === " ") this._pick(index, column?.key ?? null, jump ? "toggle" : "only");
            else if (column?.editable && this._options.cell_cursor) this._edit(index, column, null, false);
            else if (event.key === "Enter") this._act("_user_activate", row[0], this._options.cell_cursor ? column?.key ?? null : null);
            else return false;
        } else if (event.key === "Delete" || event.key === "Backspace") this._act("_user_empty");
        else if (event.key.length === 1 && !jump && !event.altKey && column?.editable && this._options.cell_cursor) this._edit(index, column, event.key, true);
        else return false;
        return true;
    }
    _onControlKey(event) {
        if (event.key !== "Escape" && event.key !== "Enter") return;
        this.element.focus();
        event.preventDefault();
    }
    // In the header: arrows move, Enter sorts, with Shift they size the column.
    _onHeaderKey(event, at, keys) {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (step && event.shiftKey) {
            this._shift(at, this._headers().map(cell => cell.offsetWidth), step * STEP_PX);
            this.userState("set_column_widths", [this._widths]);
        } else if (step && keys[at + step] !== undefined) this._cursor = [null, keys[at + step]];
        else if (event.key === "ArrowDown") return this._go(0, keys[at], event), event.preventDefault();
        else if (event.key === "Enter" || event.key === " ") this._pressHeader(keys[at]);
        else return;
        event.preventDefault();
        this._draw();
    }

    // The editor lies over its cell, and stays while the rows below it change.

    _edit(index, column, text, typing) {
        if (this._editor) this._commit();
        this.scroll_to_row(index);
        const row = this._row(index), value = row[4][this._columns.indexOf(column)];
        this._cursor = [index, column.key];
        this._editing = { number: row[0], index, column, typing };
        this._editor = element("input", { type: "text", class: "lw-input lw-data-editor", "aria-label": column.label || column.key });
        this._editor.value = text ?? (value === null ? "" : String(value));
        this._editor.addEventListener("blur", () => this._commit());
        this._window.append(this._editor);
        this._placeEditor();
        this._editor.focus();
        if (text === null) this._editor.select();
    }
    _placeEditor() {
        const { number, column } = this._editing, index = this._rows.findIndex(row => row[0] === number) + this._first;
        const cell = this._cell(index, this._columns.findIndex(({ key }) => key === column.key));
        this._editor.hidden = !cell;
        if (!cell) return;
        const box = cell.getBoundingClientRect(), outer = this._window.getBoundingClientRect();
        Object.assign(this._editor.style, { left: px(box.x - outer.x), top: px(box.y - outer.y), width: px(box.width), height: px(box.height) });
    }
    _commit(keep = true) {
        const editor = this._editor, { number, column } = this._editing || {};
        if (!editor) return;
        this._editor = this._editing = null;
        if (keep) {
            const row = this._rows.find(one => one[0] === number);
            if (row) row[4][this._columns.findIndex(({ key }) => key === column.key)] = editor.value;
            this._act("_user_edit", number, column.key, editor.value);
        }
        const focused = document.activeElement === editor;
        editor.remove();
        if (focused) this.element.focus();
        this._draw();
    }
    _onEditorKey(event) {
        const { index, column, typing } = this._editing, keys = this._columns.map(({ key }) => key), at = keys.indexOf(column.key);
        const moves = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1], ...typing ? { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] } : {} };
        event.stopPropagation();
        if (event.key === "Escape") this._commit(false);
        else if (moves[event.key]) {
            const [down, across] = moves[event.key];
            this._commit();
            this._go(index + down, keys[clamp(at + across, 0, keys.length - 1)], { key: "Tab" });
        } else return;
        event.preventDefault();
    }
}
RowsView.count = 0;
RowsView.views = new WeakMap();                         // element -> RowsView
// Firefox sends these to where the selection is, and not to what has the focus.
for (const type of ["copy", "cut", "paste"]) document.addEventListener(type, event => {
    const focus = document.activeElement;
    if (event.defaultPrevented || !focus || focus.matches("input, select, textarea")) return;
    RowsView.views.get(focus.closest(".lw-data"))?._onClipboard(event);
});

class TreeView extends RowsView {
    constructor(options = {}) {
        super({ show_header: true, selection_mode: "single", ...options }, "treegrid");
    }
    get _isTree() { return true; }
}

class TableView extends RowsView {
    constructor(options = {}) {
        super({ show_header: true, selection_mode: "single", show_grid: true, cell_cursor: true, ...options }, "grid");
    }
    get _isTree() { return false; }
}

const largeWidgets = { TextSource, TreeView, TableView };

// 9. Fields: templates of a DynamicWidget, as Python's section 13 has them; uses section 2 only ///////////////////////

const PATH = "[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z0-9_]+|\\[[0-9]{1,9}\\])*";
const FORMAT = "(?=[^}])[<>^]?[+ ]?0?[0-9]{0,3},?(?:\\.[0-9]{1,2}(?=[fe%s]))?[dfe%s]?";
const PLACEHOLDER = new RegExp(`\\{\\{(${PATH}(?::${FORMAT}|\\|raw)?)\\}\\}|\\{(${PATH})(?::(${FORMAT})|(\\|raw))?\\}`, "g");
const FORMAT_PARTS = /^([<>^]?)([+ ]?)(0?)([0-9]*)(,?)(?:\.([0-9]+))?([dfe%s]?)$/;
const URL_ATTRIBUTES = new Set(["href", "src", "srcset", "action", "formaction", "poster", "data", "xlink:href", "ping"]);
const STYLE_VALUE = /^[-+.#%A-Za-z0-9 ]{0,64}$/;
const BACK_OFF_FEED_MS = [500, 30000];
const STOPPED_AFTER_MS = 10000;         // away for so long is "stopped", not "reconnecting"

// Markup that Python marked as such; nothing in JSON can be one.
class Html {
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    toJSON() { return this.text; }
}

function valueText(value) {
    if (value === undefined || value === null) return "";
    if (typeof value === "string" || value instanceof Html) return String(value);
    return JSON.stringify(value);
}

// As Python rounds: half to even, of the exact value. `exact` has 100 digits more than anybody asks for.
function roundEven(text, exact, digits) {
    const [mantissa, power = ""] = text.split(/(?=e)/), point = exact.indexOf(".") + 1;
    if (!/^50*$/.test(exact.slice(point + digits).replace(/e.*/, ""))) return text;
    const kept = digits ? exact.slice(0, point + digits) : exact.slice(0, point - 1);
    return Number(kept.at(-1)) % 2 ? mantissa + power : kept + exact.replace(/^[^e]*/, "");
}

function formatNumber(value, kind, comma, precision) {
    const size = Math.abs(value);
    let text;
    if (kind === "") {
        text = String(size);
        if (text.includes("e")) comma = "";
    } else if (kind === "e") {
        text = roundEven(size.toExponential(precision), size.toExponential(100), precision).replace(/e([+-])(\d)$/, "e$10$2");
    } else {
        if (kind === "d") precision = 0;
        const shown = kind === "%" ? size * 100 : size;
        text = shown === Infinity ? "inf" : shown < 1e21 ? roundEven(shown.toFixed(precision), shown.toFixed(100), precision)
            : BigInt(shown) + (precision ? "." + "0".repeat(precision) : "");
        if (kind === "%") text += "%";
    }
    if (comma) text = text.replace(/^\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ","));
    return (value < 0 || kind !== "" && Object.is(value, -0) ? "-" : "") + text;
}

function formatValue(value, spec) {
    let [, align, sign, zero, width, comma, precision, kind] = FORMAT_PARTS.exec(spec), text;
    let isNumber = typeof value === "number";
    if (value === undefined || value === null) text = "";
    else if (!isNumber || kind === "s") {
        isNumber = false;
        text = valueText(value);
        if (precision && kind === "s") text = [...text].slice(0, Number(precision)).join("");
    } else {
        text = formatNumber(value, kind, comma, precision ? Number(precision) : kind === "d" ? 0 : 6);
        if (sign && !text.startsWith("-")) text = sign + text;
    }
    let fill = Math.max(0, Number(width) - [...text].length), left = 0;
    if (zero && isNumber && !align) return text.replace(/^[+ -]?/, "$&" + "0".repeat(fill));
    align = align || (isNumber ? ">" : "<");
    if (align === ">") left = fill;
    if (align === "^") left = Math.floor(fill / 2) + (fill & Number(width) & 1);
    return " ".repeat(left) + text + " ".repeat(fill - left);
}

function safeUrl(url, image) {
    const bare = url.replace(/[\x00-\x20\x7f]/g, ""), scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(bare);
    if (!scheme || ["http", "https", "mailto", "tel"].includes(scheme[1].toLowerCase())) return url;
    return image && /^data:image\/(?:png|jpeg|gif|webp);base64,/i.test(bare) ? url : "about:blank#blocked";
}

function safeAttribute(tag, name, text) {
    if (!URL_ATTRIBUTES.has(name)) return text;
    if (name === "srcset") return text.split(",").every(part => safeUrl(part, true) === part) ? text : "about:blank#blocked";
    return safeUrl(text, name === "poster" || name === "src" && ["img", "source", "input"].includes(tag));
}

const isTrue = value => Array.isArray(value) ? value.length > 0
    : value !== null && typeof value === "object" && !(value instanceof Html) ? Object.keys(value).length > 0 : Boolean(value && String(value));

const pathSteps = path => path.match(/[A-Za-z0-9_]+/g);

function lookUp(scope, path) {
    let value = scope;
    for (const step of path) {
        if (value instanceof Map) value = value.get(step);
        else if (Array.isArray(value)) value = /^\d+$/.test(step) ? value[step] : undefined;
        else if (value !== null && typeof value === "object" && !(value instanceof Html) && Object.hasOwn(value, step)) value = value[step];
        else return undefined;
    }
    return value;
}

// Text as a list of strings and of {path, format, raw}.
function splitPlaceholders(text) {
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(PLACEHOLDER)) {
        parts.push(text.slice(at, match.index));
        at = match.index + match[0].length;
        parts.push(match[1] !== undefined ? `{${match[1]}}` : { path: pathSteps(match[2]), format: match[3], raw: Boolean(match[4]) });
    }
    parts.push(text.slice(at));
    return parts.filter(part => part !== "");
}

// A function of the scope that applies what it computes when that changed, and says whether it did.
function updater(compute, apply) {
    let last;
    return scope => {
        const value = compute(scope), key = JSON.stringify([value, value instanceof Html]);
        if (key === last) return false;
        last = key;
        apply(value);
        return true;
    };
}

// A template's DOM with the functions that keep it up to date.
class Binding {
    constructor(fragment, view, loading = false) {
        this.view = view;
        this.loading = loading;                         // what is missing may still come
        this.nodes = [];
        this._updaters = [];
        this._bindChildren(fragment, this._updaters);
        this.nodes = [...fragment.childNodes];
    }

    update(scope) {
        let changed = false;
        for (const update of this._updaters) changed = update(scope) || changed;
        return changed;
    }

    _missing(value) {
        return value === undefined && this.loading && this.view.loading;
    }

    _text(part, scope) {
        const value = lookUp(scope, part.path);
        return part.format === undefined ? valueText(value) : formatValue(value, part.format);
    }

    _bindChildren(parent, updaters) {
        for (const node of [...parent.childNodes]) {
            if (node.nodeType === Node.TEXT_NODE) this._bindText(node, updaters);
            else if (node.nodeType === Node.ELEMENT_NODE) this._bindElement(node, updaters);
            else node.remove();
        }
    }

    _bindText(node, updaters) {
        const parts = splitPlaceholders(node.data);
        if (parts.every(part => typeof part === "string")) {
            if (node.data.includes("{{")) node.data = parts.join("");
            return;
        }
        const only = ["TEXTAREA", "TITLE"].includes(node.parentNode.nodeName);
        if (only) {
            updaters.push(updater(scope => parts.map(part => typeof part === "string" ? part : this._text(part, scope)).join(""),
                text => { node.data = text; }));
            return;
        }
        for (const part of parts) {
            const anchor = document.createTextNode(typeof part === "string" ? part : "");
            node.before(anchor);
            if (typeof part === "string") continue;
            let markup = [];
            updaters.push(updater(scope => {
                const value = lookUp(scope, part.path);
                if (this._missing(value)) return "loading";
                if (part.format !== undefined) return formatValue(value, part.format);
                return part.raw && value !== undefined ? new Html(valueText(value)) : value instanceof Html ? value : valueText(value);
            }, value => {
                for (const old of markup) old.remove();
                markup = value instanceof Html ? [...parseMarkup(value.text).childNodes] : [];
                anchor.data = value instanceof Html ? "" : value;
                anchor.after(...markup);
            }));
        }
        node.remove();
    }

    _bindElement(node, updaters) {
        const tag = node.localName;
        if (tag === "script" || tag === "style" || tag === "template") return;
        let own = updaters;
        if (node.hasAttribute("data-flash")) {
            own = [];
            let seen = false;
            updaters.push(scope => {
                let changed = false;
                for (const update of own) changed = update(scope) || changed;
                if (changed && seen) flash(node);
                seen = true;
                return changed;
            });
        }
        const attributes = [...node.attributes].map(({ name, value }) => [name, value]);
        for (const [name, value] of attributes) {
            const parts = splitPlaceholders(value);
            if (name.startsWith("on") || name === "srcdoc") continue;
            if (parts.every(part => typeof part === "string")) {
                if (value.includes("{{")) node.setAttribute(name, parts.join(""));
                continue;
            }
            own.push(updater(scope => safeAttribute(tag, name, parts.map(part => {
                const text = typeof part === "string" ? part : this._text(part, scope);
                return typeof part !== "string" && name === "style" && !STYLE_VALUE.test(text) ? "" : text;
            }).join("")), text => node.setAttribute(name, text)));
        }
        let managed = false;
        for (const [name, value] of attributes) {
            if (name.startsWith("data-")) managed = this._bindLive(node, tag, name.slice(5), value, own) || managed;
        }
        if (!managed) this._bindChildren(node, own);
    }

    // One live attribute; returns whether it rules the element's content.
    _bindLive(node, tag, name, value, own) {
        const [, kind, target] = /^([^-]*)-?(.*)$/.exec(name), path = pathSteps(value) || [];
        const bind = (compute, apply) => own.push(updater(compute, apply));
        if (name === "show" || name === "hide") {
            bind(scope => isTrue(lookUp(scope, path)) === (name === "hide"), hidden => node.toggleAttribute("hidden", hidden));
        } else if (kind === "attr" && target && !target.startsWith("on") && target !== "srcdoc") {
            bind(scope => lookUp(scope, path), value => {
                if (value === undefined || value === null || value === false) node.removeAttribute(target);
                else node.setAttribute(target, value === true ? "" : safeAttribute(tag, target, valueText(value)));
            });
        } else if (kind === "class" && target) {
            bind(scope => isTrue(lookUp(scope, path)), on => node.classList.toggle(target, on));
        } else if (kind === "style" && target) {
            bind(scope => valueText(lookUp(scope, path)), text => {
                node.style.removeProperty(target);              // what is no value of it must not leave the last one
                if (STYLE_VALUE.test(text)) node.style.setProperty(target, text);
            });
        } else if (name === "field" || name === "format" && value.includes(":") && !node.hasAttribute("data-field")) {
            const format = (node.getAttribute("data-format") || "").replace(/^.*:/, "");
            return this._bindField(node, tag, name === "field" ? path : pathSteps(value.replace(/:[^:]*$/, "")), format, bind);
        } else if (name === "each") {
            this._bindEach(node, path, own);
            return true;
        } else if (name === "plot") {
            const plot = new Plot(node, value);
            own.push(scope => {
                const field = lookUp(scope, path);
                return plot.show(field, this.view.series.get(value) || (Array.isArray(field) ? field : [field]));
            });
            return true;
        }
        return false;
    }

    _bindField(node, tag, path, format, bind) {
        const show = value => this._missing(value) ? "loading" : format ? formatValue(value, format) : valueText(value);
        const checks = tag === "input" && ["checkbox", "radio"].includes(node.getAttribute("type"));
        if (["img", "video", "audio", "source"].includes(tag)) {
            bind(scope => show(lookUp(scope, path)), text => node.setAttribute("src", safeAttribute(tag, "src", text)));
        } else if (checks) {
            bind(scope => isTrue(lookUp(scope, path)), on => {
                node.toggleAttribute("checked", on);
                node.checked = on;
            });
        } else if (["input", "progress", "meter", "select", "textarea"].includes(tag)) {
            bind(scope => show(lookUp(scope, path)), text => {
                if (document.activeElement === node) return;            // somebody is at it
                if (tag === "textarea") node.textContent = text;
                else if (tag === "select") for (const option of node.options) option.toggleAttribute("selected", option.value === text);
                else node.setAttribute("value", text === "loading" ? "" : text);
                if (tag !== "progress" && tag !== "meter") node.value = text === "loading" ? "" : text;
            });
            return tag === "textarea";
        } else {
            bind(scope => {
                const value = lookUp(scope, path);
                return value instanceof Html && !format ? value : show(value);
            }, value => value instanceof Html ? node.replaceChildren(...parseMarkup(value.text).childNodes) : node.textContent = value);
            return true;
        }
        return false;
    }

    _bindEach(node, path, own) {
        const template = [...node.children].find(child => child.localName === "template");
        const key = pathSteps(node.getAttribute("data-key") || ""), around = [...node.childNodes].filter(child => child !== template);
        for (const child of around) {
            if (child.nodeType === Node.ELEMENT_NODE) this._bindElement(child, own);
            else if (child.nodeType === Node.TEXT_NODE) this._bindText(child, own);
        }
        const end = document.createTextNode("");
        template.after(end);
        let instances = new Map();
        own.push(scope => {
            const items = lookUp(scope, path), next = new Map();
            let changed = false;
            (Array.isArray(items) ? items : []).forEach((item, index) => {
                const inner = item !== null && typeof item === "object" && !Array.isArray(item) && !(item instanceof Html) ? item : { item };
                let name = key ? valueText(lookUp(inner, key)) : index;
                if (next.has(name)) name = `${name} ${index}`;
                let instance = instances.get(name);
                if (!instance) {
                    instance = new Binding(template.content.cloneNode(true), this.view);
                    changed = true;
                }
                instances.delete(name);
                next.set(name, instance);
                changed = instance.update(inner) || changed;
            });
            for (const instance of instances.values()) {
                for (const child of instance.nodes) child.remove();
                changed = true;
            }
            instances = next;
            placeInOrder(node, [...instances.values()].flatMap(instance => instance.nodes), end);
            return changed;
        });
    }
}

function flash(node) {
    node.classList.remove("lw-flash");
    void node.offsetWidth;                              // start the animation anew
    node.classList.add("lw-flash");
    node.addEventListener("animationend", () => node.classList.remove("lw-flash"), { once: true });
}

// A line plot of a field's last values.
class Plot {
    constructor(node, name) {
        this.name = name;
        this.canvas = node.localName === "canvas" ? node : element("canvas");
        if (this.canvas !== node) node.replaceChildren(this.canvas);
        this.canvas.setAttribute("role", "img");
        this._values = [];
        new ResizeObserver(() => this._draw()).observe(this.canvas);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this._draw());
    }

    show(field, values) {
        const text = `${this.name}: ${valueText(Array.isArray(field) && field.length ? field.at(-1) : field)}`;
        if (this.canvas.getAttribute("aria-label") !== text) this.canvas.setAttribute("aria-label", text);
        const key = JSON.stringify(values), changed = key !== this._key;
        this._key = key;
        this._values = values.filter(value => typeof value === "number");
        if (changed) this._draw();
        return changed;
    }

    _draw() {
        const { canvas, _values: values } = this, ratio = devicePixelRatio || 1;
        const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
        if (!width || !height) return;
        if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
        const context = canvas.getContext("2d"), low = Math.min(...values), span = Math.max(...values) - low;
        context.clearRect(0, 0, width, height);
        if (!values.length) return;
        const pad = 3 * ratio, style = getComputedStyle(canvas), color = style.getPropertyValue("--lw-plot").trim() || style.color;
        const x = index => pad + (width - 2 * pad) * (values.length > 1 ? index / (values.length - 1) : 1);
        const y = value => height - pad - (height - 2 * pad) * (span ? (value - low) / span : 0.5);
        context.beginPath();
        values.forEach((value, index) => context.lineTo(x(index), y(value)));
        Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: 1.75 * ratio, lineJoin: "round", lineCap: "round" });
        context.stroke();
        context.globalAlpha = 0.12;
        context.lineTo(x(values.length - 1), height);
        context.lineTo(x(0), height);
        context.fill();
        context.globalAlpha = 1;
        context.beginPath();
        context.arc(x(values.length - 1), y(values.at(-1)), 2.5 * ratio, 0, 7);
        context.fill();
    }
}

// A template with its fields, in an element of the page.
class FieldView {
    constructor(root, nonce = "") {
        this.root = root;
        this.fields = new Map();
        this.series = new Map();
        this.loading = false;
        this._nonce = nonce;
        this._binding = null;
    }

    setTemplate(source) {
        const fragment = parseMarkup(source);
        this._binding = new Binding(fragment, this, true);
        for (const script of [...fragment.querySelectorAll("script")]) {        // parsed markup's scripts do not run; the author's shall
            const revived = element("script", { ...Object.fromEntries([...script.attributes].map(({ name, value }) => [name, value])) });
            revived.nonce = this._nonce;
            revived.textContent = script.textContent;
            script.replaceWith(revived);
        }
        this._binding.update(this.fields);
        this.root.replaceChildren(fragment);
        this._binding.update(this.fields);
    }

    // {fields, html, series, reset} as the feed answers, or a cell's first values.
    take({ fields = {}, html = {}, series = {}, reset = false }) {
        if (reset) {
            this.fields.clear();
            this.series.clear();
        }
        for (const [name, value] of Object.entries(fields)) this.fields.set(name, markHtml(value, Object.hasOwn(html, name) ? html[name] : []));
        for (const [name, change] of Object.entries(series)) {
            if (change.set) this.series.set(name, change.set);
            const values = this.series.get(name) || [];
            for (const [start, remove, insert] of change.edit || []) values.splice(start, remove, ...insert);
        }
        this._binding?.update(this.fields);
    }
}

function markHtml(value, paths) {
    for (const path of paths) {
        if (!path.length) return new Html(value);
        let parent = value;
        for (const step of path.slice(0, -1)) parent = parent[step];
        parent[path.at(-1)] = new Html(parent[path.at(-1)]);
    }
    return value;
}

// The arguments of an action: the fields of its form, then its data-arg-* attributes.
function actionArguments(node) {
    const given = {};
    for (const field of (node.localName === "form" ? node : node.closest("form"))?.elements || []) {
        if (!field.name || field.disabled || field.type === "radio" && !field.checked || ["button", "submit", "reset", "file"].includes(field.type)) continue;
        given[field.name] = field.type === "checkbox" ? field.checked
            : ["number", "range"].includes(field.type) ? (field.value === "" ? null : Number(field.value)) : field.value;
    }
    for (const { name, value } of node.attributes) {
        if (name.startsWith("data-arg-")) given[name.slice(9).replace(/-/g, "_")] = value;
    }
    return given;
}

// What keeps a view live: asks one of its carriers for what changed, again and again.
// A carrier has get({since, epoch}) and post({path, args}), both promises of {status, body}.
class Feed {
    constructor(view, carriers, { instance, made }, tell) {
        this._view = view;
        this._carriers = carriers;
        this._instance = instance;
        this._tell = tell;                              // told (status, detail, when the shown values are of)
        this._since = 0;
        this._epoch = null;
        this._heard = made;
        this._away = null;                              // since when nobody answers
        this._carrier = null;
        this._last = { status: "checkpoint", detail: "" };
        this.onPage = null;
        this.ended = false;
    }

    async run() {
        let wait = BACK_OFF_FEED_MS[0];
        while (!this.ended) {
            const answer = await this._ask();
            if (this.ended) return;
            if (answer) {
                wait = BACK_OFF_FEED_MS[0];
                this._take(answer);
                continue;
            }
            this._away = this._away || Date.now();
            const gone = this._last.status === "stopped" || Date.now() - this._away > STOPPED_AFTER_MS;
            this._say(gone ? "stopped" : "reconnecting", this._why || "");
            await new Promise(resolve => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
            wait = Math.min(wait * 2, BACK_OFF_FEED_MS[1]);
        }
    }

    // What changed, by the carrier that worked last, else by the first that works.
    async _ask() {
        const tried = this._carrier ? [this._carrier] : this._carriers;
        for (const carrier of tried) {
            try {
                const { status, body, why } = await carrier.get({ since: this._since, epoch: this._epoch });
                if (status === 200 && body && body.instance === this._instance) {
                    this._carrier = carrier;
                    this._why = "";
                    return body;
                }
                this._why = why || (status === 200 ? "another server has its port" : "");
            } catch (error) {
                this._why = "";
            }
        }
        this._carrier = null;
        return null;
    }

    _take(answer) {
        this._since = answer.seq;
        this._epoch = answer.epoch;
        this._away = null;
        this._heard = Date.now();
        if (answer.page && this.onPage) this.onPage(answer.page);
        const names = Object.keys(answer.fields);
        if (answer.reset && answer.fields._server_status === "starting") answer.reset = false;         // keep the first values
        if (names.some(name => !name.startsWith("_server_"))) this._view.loading = false;
        this._view.take(answer);
        const status = this._view.fields.get("_server_status") || "live";
        this._say(status, valueText(this._view.fields.get("_server_detail")));
    }

    _say(status, detail) {
        this._last = { status, detail };
        if (this._view.fields.get("_server_status") !== status) this._view.take({ fields: { _server_status: status } });
        this._tell(status, detail, this._heard);
    }

    async act(path, args) {
        for (const carrier of this._carrier ? [this._carrier] : this._carriers) {
            try {
                const { status, body } = await carrier.post({ path, args });
                if (status === 200) return body.error;
                return `the server answered ${status}`;
            } catch (error) { /* the next one */ }
        }
        return "no server answers";
    }
}

// Requests of this page's own origin (with its cookie), or of a server on this machine (with a token).
function httpCarrier(base, token) {
    const request = async (path, options) => {
        const headers = { ...(token ? { Authorization: "Bearer " + token } : {}), ...options.headers };
        const answer = await fetch(base + path, { cache: "no-store", ...options, headers });
        return { status: answer.status, body: answer.status === 200 ? await answer.json() : null };
    };
    return {
        get: ({ since, epoch }) => request(`livewidget/changes?since=${since}${epoch ? "&epoch=" + encodeURIComponent(epoch) : ""}`, {}),
        post: ({ path, args }) => request(path.slice(1), { method: "POST", body: JSON.stringify(args), headers: { "Content-Type": "application/json" } }),
    };
}

// Requests that the notebook page around a frame carries (section 9).
function brokerCarrier() {
    const waiting = new Map();
    let last = 0;
    addEventListener("message", event => {
        if (event.source !== parent || event.data?.lw !== "answer") return;
        waiting.get(event.data.id)?.(event.data);
        waiting.delete(event.data.id);
    });
    const ask = message => new Promise(resolve => {
        waiting.set(++last, resolve);
        parent.postMessage({ ...message, id: last }, "*");
    });
    return { get: ({ since, epoch }) => ask({ lw: "get", since, epoch }), post: ({ path, args }) => ask({ lw: "post", path, args }) };
}

function age(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    return seconds < 60 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : seconds < 172800 ? `${Math.round(seconds / 3600)} h`
        : `${Math.round(seconds / 86400)} d`;
}

// A DynamicWidget's page: in a notebook's frame, at the root of its server, or saved to a file.
function startFields(config, nonce) {
    const root = document.getElementById("lw-root"), badge = document.getElementById("lw-badge");
    const view = new FieldView(root, nonce), framed = config.place === "frame";
    const styles = Object.fromEntries(["css", "light", "dark"].map(name => [name, document.getElementById("lw-" + name)]));
    let state = { status: "checkpoint", detail: "", when: config.made }, problem = "", busy = false, routed = false;
    const setTheme = theme => {
        if (!["light", "dark", "high-contrast"].includes(theme)) return;
        const dark = theme !== "light";
        document.documentElement.dataset.theme = theme;
        document.documentElement.style.colorScheme = dark ? "dark" : "light";
        styles.light.media = dark ? "not all" : "all";
        styles.dark.media = dark ? "all" : "not all";
    };
    const showBadge = () => {
        const { status, detail, when } = state, fresh = status === "live" || status === "error";
        const words = { starting: "starting", reconnecting: "reconnecting", stopped: "stopped", error: "error", checkpoint: "" }[status] || "";
        const asked = { again: "run the cell again", forward: `forward port ${config.port} in the Ports view` }[detail] || detail;
        badge.hidden = status === "live" && !problem && !busy;
        badge.dataset.status = problem ? "error" : status;
        const text = problem || [words, busy ? "kernel busy" : "", asked, fresh ? "" : `values ${age(Date.now() - when)} old`].filter(Boolean).join(", ");
        if (badge.textContent !== text) badge.textContent = text;
        badge.title = text;
    };
    const tell = (status, detail, when) => {
        state = { status, detail, when };
        showBadge();
    };
    view.loading = config.loading;
    view.take({ ...config.first, fields: { ...config.first.fields, _server_status: "checkpoint" } });
    view.setTemplate(config.page.template);
    showBadge();
    setInterval(showBadge, 1000);
    let feed = null;
    const start = carriers => {
        feed = new Feed(view, carriers, config, tell);
        feed.onPage = page => {
            if (JSON.stringify(page) === JSON.stringify(config.page)) return;
            if (page.template !== config.page.template) view.setTemplate(page.template);
            for (const [name, style] of Object.entries(styles)) style.textContent = page[name];
            document.title = page.title;
            config.page = page;
        };
        feed.run();
    };
    const act = async (node, event) => {
        event.preventDefault();
        node.setAttribute("aria-busy", "true");
        const error = feed ? await feed.act(node.getAttribute("data-action"), actionArguments(node)) : "no server is connected";
        node.removeAttribute("aria-busy");
        problem = error ? String(error) : "";
        showBadge();
    };
    root.addEventListener("click", event => {
        const node = event.target.closest?.("[data-action]");
        if (node && root.contains(node) && node.localName !== "form") act(node, event);
    });
    root.addEventListener("submit", event => {
        const node = event.target.closest("form");
        if (node.hasAttribute("data-action")) act(node, event);
        else event.preventDefault();
    });
    if (config.place === "page") start([httpCarrier("", "")]);
    if (!framed) return;
    addEventListener("message", event => {
        if (event.source !== parent || typeof event.data !== "object" || event.data === null) return;
        if (event.data.lw === "theme") setTheme(event.data.theme);
        if (event.data.lw === "busy") {
            busy = event.data.busy === true;
            showBadge();
        }
        if (event.data.lw === "routes" && !feed && Array.isArray(event.data.routes)) {
            routed = true;
            const carriers = { direct: () => httpCarrier(`http://127.0.0.1:${config.port}/`, config.token), broker: brokerCarrier };
            const routes = event.data.routes.filter(name => Object.hasOwn(carriers, name));
            if (routes.length) start(routes.map(name => carriers[name]()));
        }
    });
    const tellHeight = () => {
        const { width, height } = root.getBoundingClientRect();
        if (width) parent.postMessage({ lw: "height", height: Math.ceil(height) }, "*");        // else it is not laid out yet
    };
    new ResizeObserver(tellHeight).observe(root);
    tellHeight();
    const tellReady = () => {                           // again until somebody hears it
        if (routed) return;
        parent.postMessage({ lw: "ready" }, "*");
        setTimeout(tellReady, 500);
    };
    tellReady();
}

// 10. Notebook output: a frame for a cell, and who carries its messages; uses nothing above ///////////////////////////

// This runs with the full power of the notebook's user. It does four things: makes one sandboxed frame, sets the frame's
// height, tells it the theme, and carries its requests to one server by addresses that it makes itself. It takes no
// address, no header and no markup from the frame.
function showInNotebook({ uid, frame: srcdoc, title, width, height, port, token, instance, kernel }) {
    const place = [...document.querySelectorAll(`[data-lw="${uid}"]`)].find(node => !node.hasAttribute("data-lw-shown"));
    if (!place) return;
    place.setAttribute("data-lw-shown", "");
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-forms");
    frame.setAttribute("allow", "loopback-network; local-network-access");
    frame.title = title;
    frame.style.cssText = "border:0;display:block;width:100%;background:transparent;color-scheme:inherit";
    frame.style.width = width;
    frame.style.height = height || Math.max(place.offsetHeight, 40) + "px";
    frame.srcdoc = srcdoc;

    // Where are we?
    const config = document.getElementById("jupyter-config-data");
    const base = config ? JSON.parse(config.textContent).baseUrl || "/" : null;
    const local = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(location.hostname);
    const colab = window.google && window.google.colab && window.google.colab.kernel;
    const code = location.protocol === "vscode-webview:" || document.body.hasAttribute("data-vscode-theme-kind");
    const routes = port === null ? [] : base ? (local ? ["direct", "broker"] : ["broker"]) : colab ? (colab.accessAllowed ? ["broker"] : [])
        : code ? ["direct", "broker"] : [];
    const memory = "livewidget route " + base;

    // Ways to the server; each promises {status, body}, or fails.
    const proxy = async message => {
        if (!base || proxyMissing) throw new Error("no proxy here");
        const post = message.lw === "post", path = post ? message.path.slice(1)
            : `livewidget/changes?since=${message.since}${message.epoch ? "&epoch=" + encodeURIComponent(message.epoch) : ""}`;
        const answer = await fetch(`${base}proxy/${port}/${path}`, { cache: "no-store", method: post ? "POST" : "GET",
            body: post ? JSON.stringify(message.args) : undefined,
            headers: { Authorization: "Bearer " + token, ...(post ? { "Content-Type": "application/json" } : {}) } });
        proxyMissing = answer.status === 404;
        if (answer.status !== 200) throw new Error("status " + answer.status);
        const body = await answer.json();
        if (!post && body.instance !== instance) throw new Error("another server");
        return { status: 200, body };
    };
    let socket = null, comm = "", busy = false, proxyMissing = false;
    const waiting = new Map();
    const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
    const openKernel = () => new Promise((resolve, reject) => {
        const session = random();
        const opening = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}${base}api/kernels/${kernel}/channels?session_id=${session}`);
        const send = (type, content) => opening.send(JSON.stringify({ channel: "shell", parent_header: {}, metadata: {}, content, buffers: [],
            header: { msg_id: random(), msg_type: type, session, username: "", version: "5.3", date: new Date().toISOString() } }));
        opening.onopen = () => {
            comm = random();
            opening.ask = data => send("comm_msg", { comm_id: comm, data });
            send("comm_open", { comm_id: comm, target_name: "livewidget", data: { instance } });
            resolve(opening);
        };
        opening.onerror = opening.onclose = () => {
            if (socket === opening) socket = null;
            for (const one of waiting.values()) one.reject(new Error("kernel"));
            waiting.clear();
            reject(new Error("kernel"));
        };
        opening.onmessage = event => {
            if (typeof event.data !== "string") return;
            const { header, content, parent_header: cause } = JSON.parse(event.data);
            if (header.msg_type === "shutdown_reply") opening.close();
            if (header.msg_type === "status") {
                if (["starting", "restarting", "dead"].includes(content.execution_state)) opening.close();
                if (cause?.session !== session) busy = content.execution_state === "busy";
                if (chosen === "kernel") tell({ lw: "busy", busy });
            }
            if (!content || content.comm_id !== comm) return;
            if (header.msg_type === "comm_close") opening.close();
            if (header.msg_type !== "comm_msg") return;
            const one = waiting.get(content.data.id);
            waiting.delete(content.data.id);
            if (one) one.resolve({ status: content.data.status, body: content.data.body });
        };
    });
    const byKernel = async message => {
        if (!base || !kernel) throw new Error("no kernel here");
        socket = socket || await openKernel();
        const id = random();
        const asked = socket;
        return new Promise((resolve, reject) => {
            waiting.set(id, { resolve, reject });
            asked.ask({ ...message, id });
            const look = () => {                        // the feed answers within 25 s: later, the kernel is not the one it was
                if (!waiting.has(id)) return;
                if (busy) setTimeout(look, 5000);
                else asked.close();
            };
            setTimeout(look, 35000);
        });
    };
    const byColab = async message => {
        const answer = await colab.invokeFunction("livewidget." + instance, [JSON.stringify(message)], {});
        return answer.data["application/json"];
    };
    const ways = colab ? { colab: byColab } : { proxy, kernel: byKernel };
    let chosen = null;
    try { chosen = sessionStorage.getItem(memory); } catch (error) { /* no storage here */ }
    const carry = async message => {
        let why = code ? "forward" : "";
        for (const name of new Set([chosen, ...Object.keys(ways)])) {
            if (!Object.hasOwn(ways, name)) continue;
            try {
                const answer = await ways[name](message);
                if (answer.status !== 200) throw new Error("status");
                chosen = name;
                try { sessionStorage.setItem(memory, name); } catch (error) { /* no storage here */ }
                return answer;
            } catch (error) {
                if (name === "kernel" && error.message === "kernel") why = "again";
            }
        }
        return { status: 0, body: null, why };
    };

    const number = value => typeof value === "number" && value >= 0 && value < 1e15 && Number.isInteger(value);
    const themeName = () => {
        const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
        if (jpThemeLight !== undefined) return jpThemeLight === "false" ? "dark" : "light";
        if (vscodeThemeKind) return vscodeThemeKind === "vscode-high-contrast" ? "high-contrast" : /light/.test(vscodeThemeKind) ? "light" : "dark";
        if (document.documentElement.getAttribute("theme") === "dark") return "dark";
        const color = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) || []).map(Number);
        if (color.length < 3 || color[3] === 0) return null;
        return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] < 128 ? "dark" : "light";
    };
    const tell = message => frame.contentWindow?.postMessage(message, "*");
    const tellTheme = () => tell({ lw: "theme", theme: themeName() });
    const observer = new MutationObserver(tellTheme);
    const hear = async ({ source, data }) => {
        if (!frame.isConnected) {
            removeEventListener("message", hear);
            observer.disconnect();
            if (socket) socket.close();
            return;
        }
        if (source !== frame.contentWindow || typeof data !== "object" || data === null) return;
        if (data.lw === "ready") {
            tellTheme();
            tell({ lw: "routes", routes });
        } else if (data.lw === "height" && number(data.height)) {
            if (!height) frame.style.height = Math.min(data.height, 10000) + "px";
        } else if (data.lw === "get" && number(data.since) && (data.epoch === null || /^[\w-]{1,64}$/.test(data.epoch))) {
            tell({ lw: "answer", id: data.id, ...await carry({ lw: "get", since: data.since, epoch: data.epoch }) });
        } else if (data.lw === "post" && /^(\/(?!\.\.?(\/|$))[\w.~-]{1,200}){1,20}$/.test(data.path) && typeof data.args === "object") {
            tell({ lw: "answer", id: data.id, ...await carry({ lw: "post", path: data.path, args: data.args }) });
        }
    };
    const listen = () => {
        addEventListener("message", hear);
        observer.observe(document.body, { attributes: true });
    };
    listen();
    frame.addEventListener("load", listen);     // it is anew in the page: a notebook takes cells out and puts them back
    place.style.display = "none";
    place.after(frame);
    if (!routes.length && port !== null && (location.protocol === "file:" || local)) {
        const button = document.createElement("button");
        button.textContent = "go live";
        button.style.cssText = "font:inherit;font-size:12px";
        button.onclick = () => {
            button.remove();
            tell({ lw: "routes", routes: ["direct"] });
        };
        frame.after(button);
    }
}

// 11. Style sheet /////////////////////////////////////////////////////////////////////////////////////////////////////
// One small design system: change the custom properties of :root to restyle everything.

const STYLE = `
:root {
    --lw-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    --lw-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    --lw-font-size: 14px; --lw-radius: 6px; --lw-control: 32px;
    --lw-page: #eef0f4; --lw-surface: #ffffff; --lw-raised: #f6f7f9; --lw-text: #1c2230; --lw-muted: #586174;
    --lw-border: #868fa1; --lw-line: #d5d9e2; --lw-accent: #2459d3; --lw-on-accent: #ffffff; --lw-hover: #e9edf5;
    --lw-danger: #b42318; --lw-shadow: 0 1px 2px rgb(16 24 40 / 8%), 0 8px 28px rgb(16 24 40 / 14%); color-scheme: light;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {
    --lw-page: #11141a; --lw-surface: #1a1e27; --lw-raised: #222732; --lw-text: #e7eaf0; --lw-muted: #a3acbd;
    --lw-border: #78839a; --lw-line: #343b49; --lw-accent: #7ea6ff; --lw-on-accent: #0c1424; --lw-hover: #2b3240;
    --lw-danger: #ff9c92; --lw-shadow: 0 1px 2px rgb(0 0 0 / 50%), 0 10px 32px rgb(0 0 0 / 55%); color-scheme: dark;
} }
:root[data-theme=dark] {
    --lw-page: #11141a; --lw-surface: #1a1e27; --lw-raised: #222732; --lw-text: #e7eaf0; --lw-muted: #a3acbd;
    --lw-border: #78839a; --lw-line: #343b49; --lw-accent: #7ea6ff; --lw-on-accent: #0c1424; --lw-hover: #2b3240;
    --lw-danger: #ff9c92; --lw-shadow: 0 1px 2px rgb(0 0 0 / 50%), 0 10px 32px rgb(0 0 0 / 55%); color-scheme: dark;
}
html, body { height: 100%; margin: 0; }
body { background: var(--lw-page); color: var(--lw-text); font-family: var(--lw-font); font-size: var(--lw-font-size);
    font-weight: var(--lw-font-weight, 400); font-style: var(--lw-font-style, normal); line-height: 1.45; }
.lw-desktop { position: relative; height: 100%; overflow: hidden; isolation: isolate; }
.lw, .lw * { box-sizing: border-box; }
.lw { user-select: none; -webkit-user-select: none; }
.lw-selectable, .lw-selectable .lw, .lw-html, .lw-errors { user-select: text; -webkit-user-select: text; }
.lw-hidden, .lw [hidden], .lw[hidden] { display: none !important; }
.lw-disabled { opacity: .5; }
.lw button, .lw input, .lw textarea, .lw-menu button, .lw-banner button { font: inherit; color: inherit; }
.lw :focus-visible, .lw:focus-visible, .lw-menu :focus-visible, .lw-banner :focus-visible {
    outline: 2px solid var(--lw-accent); outline-offset: 2px; }
.lw-expand-x { width: 100%; } .lw-expand-y { height: 100%; }
.lw-row > .lw-expand-x, .lw-column > .lw-expand-y { flex: 1 1 auto; }

.lw-box { display: flex; min-width: 0; min-height: 0; }
.lw-row { flex-direction: row; } .lw-column { flex-direction: column; }
.lw-box > * { flex: 0 0 auto; } .lw-box > .lw-stretch { flex-shrink: 1; }
.lw-column > .lw-stretch { flex-basis: var(--lw-tall); }
.lw-row > .lw-stretch { flex-basis: var(--lw-wide); }
.lw-column > .lw-stretch:is(.lw-box, .lw-grid, .lw-tabs):not(:has(.lw-shrinks)) {
    min-height: auto; }
.lw-column > .lw-stretch:is(.lw-frame, .lw-scroll-area, .lw-splitter) { min-height: 40px; }
.lw-row > .lw-label { align-content: center; }
.lw-grid { display: grid; gap: 2px; grid-auto-rows: minmax(auto, 1fr);
    grid-auto-columns: minmax(auto, 1fr); min-width: 0; min-height: 0; }
/* Where children with stretch begin to share the room: at 0 where the room is given, at their
   natural size where it is made of theirs, as in a box without stretch. Children inherit it. */
:root, .lw-sized-y:not(.lw-column, .lw-fixed) > *, .lw-sized-y > .lw-stretch { --lw-tall: 0px; }
:root, .lw-sized-x:not(.lw-row, .lw-fixed) > *, .lw-sized-x > .lw-stretch { --lw-wide: 0px; }
.lw-column > :not(.lw-stretch, .lw-expand-y), .lw-row.lw-aligned > :not(.lw-expand-y),
.lw-fixed > *, .lw-scrolls > :not(.lw-expand-y),
.lw-window:not(.lw-filling, .lw-sized-y, [data-state=maximized]) > * { --lw-tall: auto; }
.lw-row > :not(.lw-stretch, .lw-expand-x), .lw-column.lw-aligned > :not(.lw-expand-x),
.lw-fixed > *, .lw-scrolls:not(.lw-one-way) > :not(.lw-expand-x),
.lw-window:not(.lw-filling, .lw-sized-x, [data-state=maximized]) > * { --lw-wide: auto; }
.lw-fill { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-width: 0; min-height: 0; }
.lw-frame > .lw-fill { overflow: auto; }
.lw-fill > .lw { min-width: 0; min-height: 0; }
.lw-frame { display: grid; margin: 0; padding: 10px 12px 12px; border: 1px solid var(--lw-line); border-radius: var(--lw-radius); min-width: 0; min-height: 0; }
.lw-frame > legend { padding: 0 6px; color: var(--lw-muted); font-weight: 600; font-size: .93em; }

.lw-tabs { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
.lw-tabs[data-position=bottom] { flex-direction: column-reverse; }
.lw-tabs[data-position=left] { flex-direction: row; } .lw-tabs[data-position=right] { flex-direction: row-reverse; }
.lw-tabs[data-position=none] > .lw-tab-list { display: none; }
.lw-tab-list { display: flex; gap: 2px; flex: none; overflow: auto hidden; scrollbar-width: none; padding: 3px 3px 0; border-bottom: 1px solid var(--lw-line); }
[data-position=bottom] > .lw-tab-list { border-bottom: 0; border-top: 1px solid var(--lw-line); padding: 0 3px 3px; }
:is([data-position=left], [data-position=right]) > .lw-tab-list { flex-direction: column; overflow: hidden auto; border: 0; padding: 3px; }
.lw-tab { display: flex; align-items: center; gap: 4px; padding: 7px 14px; border-radius: var(--lw-radius) var(--lw-radius) 0 0; color: var(--lw-muted); white-space: nowrap; cursor: default; touch-action: pan-x; }
:is([data-position=left], [data-position=right]) > .lw-tab-list > .lw-tab { border-radius: var(--lw-radius); }
.lw-tab:hover { background: var(--lw-hover); }
.lw-tab[aria-selected=true] { color: var(--lw-text); font-weight: 600; box-shadow: inset 0 -2px var(--lw-accent); }
[data-position=bottom] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset 0 2px var(--lw-accent); }
[data-position=left] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset -2px 0 var(--lw-accent); }
[data-position=right] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset 2px 0 var(--lw-accent); }
.lw-tab:focus-visible { outline-offset: -2px; }
.lw-tab .lw-icon-button { width: 20px; height: 20px; margin-right: -6px; }
.lw-tab-body { flex: 1 1 auto; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-height: 0; min-width: 0; padding-top: 8px; }

.lw-window, .lw-page { position: absolute; display: flex; flex-direction: column; background: var(--lw-surface); max-width: none; }
.lw-window { top: 0; left: 0; border-radius: 10px; border: 1px solid var(--lw-line); box-shadow: var(--lw-shadow); overflow: hidden; }
.lw-page { inset: 0; overflow: auto; }
.lw-filling { inset: 0 !important; border: 0; border-radius: 0; box-shadow: none; }
.lw-window-body { flex: 1 1 auto; overflow: auto; }
.lw-title-bar { display: flex; align-items: center; gap: 4px; flex: none; padding: 6px 8px 6px 14px; background: var(--lw-raised); border-bottom: 1px solid var(--lw-line); touch-action: none; cursor: default; }
.lw-title-bar:focus-visible { outline-offset: -3px; border-radius: 10px 10px 0 0; }
.lw-title-bar img { width: 16px; height: 16px; margin-right: 4px; }
.lw-caption { flex: 1; min-height: 28px; line-height: 28px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lw-window[data-state=shaded], .lw-window[data-state=minimized] { height: auto !important; bottom: auto !important; }
.lw-window[data-state=shaded] > .lw-window-body, .lw-window[data-state=minimized] > .lw-window-body { display: none; }
.lw-window[data-state=minimized] { position: fixed; inset: auto auto 0 calc(var(--lw-slot, 0) * 228px) !important; width: 220px !important; }
.lw-window[data-state=maximized] { inset: 0 !important; width: auto !important; height: auto !important; border-radius: 0; }
.lw-grip { position: absolute; width: 14px; height: 14px; touch-action: none; z-index: 1; }
.lw-grip-nw { top: -1px; left: -1px; cursor: nwse-resize; } .lw-grip-se { right: -1px; bottom: -1px; cursor: nwse-resize; }
.lw-grip-ne { top: -1px; right: -1px; cursor: nesw-resize; } .lw-grip-sw { left: -1px; bottom: -1px; cursor: nesw-resize; }
.lw-window:hover > .lw-grip-se { background: linear-gradient(135deg, transparent 55%, var(--lw-border) 55% 62%, transparent 62% 74%, var(--lw-border) 74% 81%, transparent 81%); }
.lw-filling > .lw-grip, .lw-window:not([data-state=normal])[data-state] > .lw-grip { display: none; }

.lw-icon-button { display: inline-grid; place-items: center; width: 28px; height: 28px; padding: 0; border: 0; border-radius: var(--lw-radius); background: none; cursor: default; }
.lw-icon-button:hover { background: var(--lw-hover); }
.lw svg, .lw-errors svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.lw-button { display: inline-flex; flex-direction: column; align-items: center; justify-content: center; gap: 4px; min-height: var(--lw-control); padding: 5px 14px; border: 1px solid var(--lw-border); border-radius: var(--lw-radius); background: var(--lw-surface); cursor: default; }
.lw-button:hover { background: var(--lw-hover); }
.lw-button:active { transform: translateY(1px); }
.lw-own-hover:hover { background: var(--lw-hover-bg, var(--lw-hover)) !important; color: var(--lw-hover-fg, inherit) !important; }
.lw-check { display: inline-flex; align-items: center; gap: 8px; min-height: 24px; }
.lw-check input { margin: 0; width: 16px; height: 16px; accent-color: var(--lw-accent); flex: none; }
.lw-label { min-height: 1.45em; overflow-wrap: anywhere; white-space: pre-wrap; }
.lw-input { min-height: var(--lw-control); padding: 5px 10px; border: 1px solid var(--lw-border); border-radius: var(--lw-radius); background: var(--lw-surface); user-select: text; -webkit-user-select: text; min-width: 0; }
.lw .lw-input:focus-visible, .lw-input.lw:focus-visible { outline-offset: -1px; border-color: var(--lw-accent); }
.lw-input:read-only { background: var(--lw-raised); }
.lw-text-area { resize: none; line-height: 1.45; min-height: 64px; }
.lw-html { overflow: auto; min-height: 1.45em; }
.lw-combo { position: relative; display: inline-grid; align-items: center; }
.lw-combo > .lw-input { width: 100%; padding-right: 30px; background: var(--lw-surface); cursor: default; text-overflow: ellipsis; }
.lw-combo > .lw-input:not(:read-only) { cursor: text; }
.lw-combo > svg { position: absolute; right: 9px; pointer-events: none; color: var(--lw-muted); }
.lw-options { position: fixed; z-index: 10000; overflow: auto; padding: 4px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-options > * { padding: 5px 10px; border-radius: 4px; white-space: pre; }
.lw-options > [aria-selected=true] { font-weight: 600; }
.lw-options > .lw-active, .lw-options > :hover { background: var(--lw-hover); }
.lw-spin { position: relative; display: inline-flex; }
.lw-spin > .lw-input { padding-right: 30px; width: 100%; font-variant-numeric: tabular-nums; }
.lw-spin-buttons { position: absolute; inset: 2px 2px 2px auto; display: grid; width: 24px; }
.lw-spin-buttons > .lw-icon-button { width: 24px; height: auto; border-radius: 4px; } .lw-spin-buttons svg { width: 12px; height: 12px; }
.lw-slider { display: flex; align-items: center; gap: 10px; min-height: 24px; min-width: 120px; }
.lw-slider > input { -webkit-appearance: none; appearance: none; flex: 1 1 auto; min-width: 0; height: 20px; margin: 0; background: none; border-radius: 10px; }
.lw-slider > output { font-variant-numeric: tabular-nums; text-align: right; color: var(--lw-muted); }
.lw-slider[data-value=l] { flex-direction: row-reverse; } .lw-slider[data-value=t] { flex-direction: column-reverse; align-items: stretch; } .lw-slider[data-value=b] { flex-direction: column; align-items: stretch; }
.lw-slider:is([data-value=t], [data-value=b]) > output { text-align: center; }
.lw-slider > input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--lw-accent) var(--lw-done, 0%), var(--lw-border) var(--lw-done, 0%)); }
.lw-slider > input::-webkit-slider-thumb { -webkit-appearance: none; width: 16px; height: 16px; margin-top: -6px; border-radius: 50%; background: var(--lw-accent); border: 2px solid var(--lw-surface); box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-slider > input::-moz-range-track { height: 4px; border-radius: 2px; background: var(--lw-border); }
.lw-slider > input::-moz-range-progress { height: 4px; border-radius: 2px; background: var(--lw-accent); }
.lw-slider > input::-moz-range-thumb { width: 14px; height: 14px; border-radius: 50%; background: var(--lw-accent); border: 2px solid var(--lw-surface); box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-slider[data-orientation=vertical] { min-width: 24px; min-height: 120px; flex-direction: column; }
.lw-slider[data-orientation=vertical] > input { writing-mode: vertical-lr; direction: rtl; width: 20px; height: auto; align-self: center; }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-runnable-track { width: 4px; height: 100%; background: linear-gradient(to top, var(--lw-accent) var(--lw-done, 0%), var(--lw-border) var(--lw-done, 0%)); }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-thumb { margin: 0 0 0 -6px; }
.lw-progress { position: relative; height: 20px; min-width: 80px; min-height: 20px;
    overflow: hidden; border-radius: 10px; background: var(--lw-hover);
    box-shadow: inset 0 0 0 1px var(--lw-line); }
.lw-progress-bar { position: absolute; inset: 0 auto 0 0; background: color-mix(in srgb, var(--lw-accent) 35%, transparent); }
.lw-progress > span { position: absolute; inset: 0; text-align: center; font-size: 12px; line-height: 20px; font-variant-numeric: tabular-nums; }
.lw-image { display: grid; place-items: center; min-width: 0; min-height: 0; overflow: hidden; }
.lw-image > img { max-width: 100%; max-height: 100%; object-fit: contain; } .lw-image > canvas { width: 100%; height: 100%; min-height: 0; }

.lw-menu { position: fixed; z-index: 10001; display: grid; min-width: 140px; padding: 4px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-menu > button { display: flex; align-items: center; gap: 8px; padding: 6px 12px; border: 0; border-radius: 4px; background: none; text-align: left; cursor: default; }
.lw-menu > button:is(:hover, :focus), .lw-menu > button[aria-expanded=true] { background: var(--lw-hover); }
.lw-menu > [role=menuitemcheckbox]::before { content: ""; width: 12px; text-align: center; } .lw-menu > [role=menuitemcheckbox][aria-checked=true]::before { content: "\\2713"; }
.lw-menu > button > svg { width: 12px; height: 12px; margin-left: auto; color: var(--lw-muted); }
.lw-menu > [role=group] { margin: 4px 12px; } .lw-menu > .lw-separator { margin: 4px 0; }
.lw-menu-bar { display: flex; gap: 2px; padding: 2px; }
.lw-menu-name { display: inline-flex; align-items: center; gap: 6px; padding: 5px 10px; border: 0; border-radius: 4px; background: none; cursor: default; }
.lw-menu-name:is(:hover, [aria-expanded=true]) { background: var(--lw-hover); }
.lw-name-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lw-tool-bar { display: flex; align-items: center; gap: 2px; padding: 2px; } .lw-tool-bar[aria-orientation=vertical] { flex-direction: column; align-items: stretch; }
.lw-tool { padding: 5px 8px; border-color: transparent; background: none; } .lw-tool:hover { background: var(--lw-hover); }
.lw-dialog { min-width: 240px; } .lw-dialog > .lw-window-body { display: flex; flex-direction: column; gap: 16px; padding: 16px; } .lw-dialog > .lw-window-body > .lw-box:first-child { flex: 1 1 auto; }
.lw-dialog-buttons { justify-content: flex-end; } .lw-dialog-buttons:empty { display: none; }
.lw-shade { position: absolute; inset: 0; background: rgb(0 0 0 / 0.35); }
.lw-button-box { display: flex; } .lw-button-row, .lw-button-column { display: inline-grid; grid-auto-flow: column; grid-auto-columns: minmax(var(--lw-least), 1fr); }
.lw-button-column { grid-auto-flow: row; grid-auto-columns: auto; grid-template-columns: minmax(var(--lw-least), 1fr); }
.lw-button-box > div > .lw-button { justify-content: center; }
.lw-fixed { position: relative; }
.lw-splitter { display: flex; min-width: 0; min-height: 0; } .lw-splitter[data-orientation=vertical] { flex-direction: column; }
.lw-pane { min-width: 0; min-height: 0; overflow: auto; }
.lw-handle { flex: 0 0 8px; position: relative; cursor: col-resize; touch-action: none; } .lw-handle[aria-orientation=horizontal] { cursor: row-resize; }
.lw-handle::after { content: ""; position: absolute; inset: 0 3px; background: var(--lw-line); border-radius: 1px; } .lw-handle[aria-orientation=horizontal]::after { inset: 3px 0; }
.lw-handle:is(:hover, :focus-visible)::after { background: var(--lw-accent); }
.lw-separator { align-self: stretch; background: var(--lw-line); }
.lw-separator[aria-orientation=horizontal] { height: 1px; min-height: 1px; min-width: 8px; }
.lw-separator[aria-orientation=vertical] { width: 1px; min-width: 1px; min-height: 8px; }
.lw-expander { border: 1px solid var(--lw-line); border-radius: var(--lw-radius); overflow: clip; }
.lw-shadow { box-shadow: var(--lw-shadow); }
.lw-expander-bar { display: flex; align-items: center; gap: 8px; width: 100%; padding: 8px 12px; border: 0; background: var(--lw-raised); font-weight: 600; text-align: left; cursor: pointer; }
.lw-expander-bar:disabled { cursor: default; color: inherit; } .lw-expander-bar:disabled > svg { display: none; }
.lw-expander-bar > svg { width: 12px; height: 12px; } .lw-expander-bar[aria-expanded=false] > svg { transform: rotate(-90deg); }
.lw-expander > .lw-fill { padding: 8px 12px; } .lw-expander > .lw-fill[hidden] { display: none; }
.lw-button[aria-pressed=true] { background: color-mix(in srgb, var(--lw-accent) 18%, var(--lw-surface)); border-color: var(--lw-accent); }
.lw-status-bar { min-height: 1.45em; padding: 4px 8px; color: var(--lw-muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lw-entry-set { min-width: 120px; display: inline-flex; gap: 6px; align-items: center; }
.lw-entry-set > .lw-input { flex: 1 1 auto; min-width: 0; }
.lw-dial { position: relative; display: inline-grid; justify-items: center; gap: 2px; padding: 4px; --lw-knob: 64px; }
.lw-knob { position: relative; display: grid; place-items: center; width: var(--lw-knob); height: var(--lw-knob); border-radius: 50%; border: 1px solid var(--lw-border); background: var(--lw-raised); touch-action: none; cursor: pointer; }
.lw-knob > i { position: absolute; inset: 0; } .lw-knob > i::before { content: ""; position: absolute; left: calc(50% - 0.5px); top: 3px; width: 1px; height: 8%; background: var(--lw-muted); }
.lw-hand { position: absolute; inset: 0; } .lw-hand::before { content: ""; position: absolute; left: calc(50% - 1.5px); top: 14%; width: 3px; height: 30%; border-radius: 2px; background: var(--lw-accent); } .lw-hand[hidden] { display: none; }
.lw-knob > img { max-width: 70%; max-height: 70%; }
.lw-dial > output { font-variant-numeric: tabular-nums; color: var(--lw-muted); } .lw-dial:not([data-value=b]) > output { position: absolute; }
.lw-dial[data-value^=u] > output { top: 0; } .lw-dial[data-value^=l] > output { bottom: 0; } .lw-dial[data-value$=r] > output { right: 0; } .lw-dial[data-value$=l] > output { left: 0; }
.lw-color { display: grid; gap: 10px; width: 260px; } .lw-color-square { position: relative; height: 150px; border-radius: 6px; touch-action: none; cursor: crosshair; background: linear-gradient(to top, #000, transparent), linear-gradient(to right, #fff, var(--lw-hue, #f00)); }
.lw-color-knob { position: absolute; width: 14px; height: 14px; margin: -7px; border: 2px solid #fff; border-radius: 50%; box-shadow: 0 0 0 1px #000; }
.lw-color-hue { -webkit-appearance: none; appearance: none; width: 100%; height: 12px; margin: 0; border-radius: 6px; background: linear-gradient(to right, #f00, #ff0, #0f0, #0ff, #00f, #f0f, #f00); }
.lw-color-hue::-webkit-slider-thumb { -webkit-appearance: none; width: 16px; height: 16px; border: 2px solid #fff; border-radius: 50%; background: transparent; box-shadow: 0 0 0 1px #000; }
.lw-color-swatches { display: grid; grid-template-columns: 1fr 1fr; height: 24px; border-radius: 6px; overflow: hidden; border: 1px solid var(--lw-line); }
.lw-color-fields { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; } .lw-color-fields > label { display: flex; align-items: center; gap: 4px; } .lw-color-fields .lw-input { width: 100%; min-width: 0; padding: 3px 6px; } .lw-color-fields > label:last-child { grid-column: span 3; }
.lw-video { display: grid; min-width: 0; min-height: 0; } .lw-video > video { width: 100%; height: 100%; background: #000; border-radius: 4px; }
.lw-canvas { position: relative; min-width: 40px; min-height: 40px; overflow: hidden; } .lw-canvas > canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.lw-data { position: relative; overflow: auto; min-width: 80px; min-height: 72px; height: 240px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); font-variant-numeric: tabular-nums; }
.lw-column > .lw-data, .lw-fill > .lw-data { align-self: stretch; } .lw-fill > .lw-data { height: auto; } .lw-row > .lw-data { height: auto; min-width: 200px; }
.lw .lw-data:focus-visible, .lw-data.lw:focus-visible { outline-offset: -1px; }
.lw-data-top { position: sticky; top: 0; z-index: 1; min-width: max(100%, var(--lw-least, 0px)); background: var(--lw-raised); border-bottom: 1px solid var(--lw-line); } .lw-headless > .lw-data-top { height: 0; overflow: hidden; border: 0; }
.lw-data-head, .lw-data-row { display: grid; grid-template-columns: var(--lw-columns); }
/* The natural height of what has many rows is that of a few. */
.lw-data-space, .lw-source-space { height: var(--lw-space);
    margin-bottom: min(0px, 200px - var(--lw-space)); }
.lw-data-space { position: relative; min-width: max(100%, var(--lw-least, 0px)); overflow: clip; } .lw-data-window { position: absolute; inset: 0 0 auto; }
.lw-data-cell { min-width: 0; min-height: 24px; padding: var(--lw-row-gap, 2px) var(--lw-column-gap, 6px); overflow: hidden; text-overflow: ellipsis; white-space: pre; }
.lw-data-row > .lw-data-cell { height: var(--lw-row-height); } .lw-data-probe { position: absolute; top: 0; visibility: hidden; }
.lw-data-head > .lw-data-cell { position: relative; padding-block: max(4px, var(--lw-row-gap, 2px)); color: var(--lw-muted); } .lw-sortable > .lw-data-top > .lw-data-head > .lw-data-cell:hover { background: var(--lw-hover); }
.lw-data-head > [aria-sort]::after { content: "\\25b2"; margin-left: 6px; font-size: .7em; } .lw-data-head > [aria-sort=descending]::after { content: "\\25bc"; }
.lw-data-grip { position: absolute; inset: 0 0 0 auto; width: 9px; cursor: col-resize; touch-action: none; } .lw-data-grip::after { content: ""; position: absolute; inset: 5px 0 5px auto; width: 1px; background: var(--lw-line); } .lw-data-grip:hover::after { background: var(--lw-accent); width: 2px; }
.lw-data-number { overflow: hidden; padding: var(--lw-row-gap, 2px) 0; color: var(--lw-muted); text-align: center; font-size: .9em; background: var(--lw-raised); }
.lw-striped .lw-odd { background: var(--lw-raised); } .lw-ruled .lw-data-row > .lw-data-cell { box-shadow: inset -1px -1px var(--lw-line); } .lw-data-row:hover { background: var(--lw-hover); }
.lw-data-row[aria-selected=true], .lw-data-cell[aria-selected=true] { background: color-mix(in srgb, var(--lw-accent) 20%, var(--lw-surface)) !important; } .lw-data-row[aria-selected=true] > .lw-data-cell { background: none !important; color: inherit !important; }
.lw-data:focus .lw-active, .lw-data:focus-within .lw-active { outline: 2px solid var(--lw-accent); outline-offset: -2px; }
.lw-data-tree { padding-left: calc(var(--lw-column-gap, 6px) + 18px * var(--lw-level)); } .lw-data-toggle { display: inline-block; width: 18px; height: 1em; } .lw-data-toggle > svg { width: 12px; height: 12px; vertical-align: -1px; } .lw-data-row:not([aria-expanded=true]) > .lw-data-cell > .lw-data-toggle > svg { transform: rotate(-90deg); }
.lw-data-cell > :is(input, img) { vertical-align: middle; margin: 0; } .lw-data-cell > input[type=checkbox] { accent-color: var(--lw-accent); width: 16px; height: 16px; }
.lw-data-cell > select { font: inherit; vertical-align: top; } .lw-data-cell > :is(select, .lw-button) { min-height: 0; height: 100%; width: 100%; padding: 0 6px; } .lw-data-cell > .lw-progress { height: 16px; margin-top: 2px; } .lw-data-cell > .lw-progress > span { line-height: 16px; }
.lw-data-editor { position: absolute; z-index: 1; min-height: 0; padding: 0 calc(var(--lw-column-gap, 6px) - 1px); border-radius: 0; }
.lw-source { position: relative; display: grid; min-width: 120px; min-height: 72px; height: 240px; background: var(--lw-surface); border: 1px solid var(--lw-border); border-radius: var(--lw-radius); line-height: 1.5; overflow: hidden; }
.lw-fill > .lw-source, .lw-row > .lw-source { height: auto; } .lw-column > .lw-source { align-self: stretch; } .lw-source:focus-within { outline: 2px solid var(--lw-accent); outline-offset: -1px; }
.lw-source-view { overflow: auto; min-height: 0; min-width: 0; cursor: text; } .lw-source-space { position: relative; min-width: 100%; } .lw-source-window { position: absolute; inset: 0 0 auto; min-width: max-content; } .lw-source:not([data-wrap=none]) .lw-source-window { min-width: 0; }
.lw-source-line { display: flex; min-height: 1.5em; } .lw-source-text { flex: 1; min-width: 0; padding: 0 24px 0 8px; white-space: pre; tab-size: 4; } [data-wrap=word] .lw-source-text { white-space: pre-wrap; overflow-wrap: break-word; } [data-wrap=hard] .lw-source-text { white-space: pre-wrap; word-break: break-all; }
.lw-source-number, .lw-source-icon { display: none; flex: none; position: sticky; left: 0; z-index: 1; background: var(--lw-raised); color: var(--lw-muted); cursor: default; } .lw-source-number { width: calc(var(--lw-number) + 12px); padding-right: 8px; text-align: right; } .lw-source-icon { width: 22px; padding-left: 4px; }
.lw-with-numbers .lw-source-number, .lw-with-icons .lw-source-icon { display: block; } .lw-with-icons .lw-source-number { left: 22px; } .lw-source-icon > img { width: 14px; height: 14px; vertical-align: middle; }
.lw-source-input { position: absolute; width: 1px; min-width: 0; padding: 0; border: 0; margin: 0; opacity: 0; resize: none; overflow: hidden; white-space: pre; outline: none !important; pointer-events: none; background: none; }
.lw-source-input.lw-composing { width: calc(100% - 40px); opacity: 1; background: var(--lw-surface); font: inherit; line-height: inherit; }
.lw-source-selection > div { position: absolute; background: color-mix(in srgb, var(--lw-accent) 28%, transparent); }
.lw-source-caret { position: absolute; width: 2px; margin-left: -1px; background: var(--lw-caret, var(--lw-text)); pointer-events: none; animation: lw-blink 1.1s steps(1) infinite; } [data-caret=block] .lw-source-caret { width: 1ch; margin: 0; opacity: .5; } @keyframes lw-blink { 50% { visibility: hidden; } }
.lw-source-probe { position: absolute; visibility: hidden; } .lw-source-find { position: absolute; top: 6px; right: 18px; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px; align-items: center; width: 25em; max-width: calc(100% - 24px); padding: 6px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); font: 13px/1.4 var(--lw-font); }
.lw-source-find .lw-input, .lw-source-find .lw-button { min-height: 28px; padding: 2px 8px; width: 11em; } .lw-source-find .lw-button { width: auto; } .lw-source-find > output { min-width: 5em; color: var(--lw-muted); } .lw-source-replace { display: flex; gap: 4px; width: 100%; }
.lw-tip { position: fixed; z-index: 10001; max-width: 40em; padding: 4px 8px; background: var(--lw-text); color: var(--lw-page); border-radius: 4px; font: 13px/1.4 var(--lw-font); white-space: pre-wrap; pointer-events: none; }
.lw-mdi { position: relative; overflow: auto; min-width: 120px; min-height: 120px; height: 100%; background: var(--lw-page); border-radius: var(--lw-radius); isolation: isolate; } .lw-mdi-area { position: relative; min-height: 100%; height: 100%; }
.lw-sub-window[data-state=minimized] { position: absolute; } .lw-mdi .lw-window:not(.lw-top) > .lw-title-bar > .lw-caption { color: var(--lw-muted); } .lw-mdi .lw-top > .lw-title-bar { box-shadow: inset 0 2px var(--lw-accent); }
.lw-scroll-area { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr) auto; min-width: 0; min-height: 0; }
.lw-scroll-view { min-width: 0; min-height: 0; overflow: hidden; }
.lw-scrolls { overflow: auto; scrollbar-width: none; grid-template-rows: minmax(min-content, 1fr); }
.lw-scrolls::-webkit-scrollbar { display: none; }
.lw-scrolls:not(.lw-one-way) > .lw:not(.lw-expand-x) { min-width: max-content; }
.lw-scroll-area > .lw-scroll-bar[aria-orientation=vertical] { grid-area: 1 / 2; } .lw-scroll-area > .lw-scroll-bar[aria-orientation=horizontal] { grid-area: 2 / 1; } .lw-scroll-bar[hidden] { display: none; }
.lw-scroll-bar { position: relative; border-radius: 8px; background: var(--lw-hover); touch-action: none; }
.lw-scroll-bar[aria-orientation=horizontal] { min-width: 60px; height: var(--lw-thickness); } .lw-scroll-bar[aria-orientation=vertical] { min-height: 60px; width: var(--lw-thickness); }
.lw-scroll-bar > div { position: absolute; border-radius: 8px; background: var(--lw-muted); } .lw-scroll-bar[aria-orientation=horizontal] > div { top: 3px; bottom: 3px; } .lw-scroll-bar[aria-orientation=vertical] > div { left: 3px; right: 3px; }
.lw-banner { position: fixed; z-index: 10002; left: 50%; bottom: 20px; transform: translateX(-50%); display: flex; align-items: center; gap: 12px; max-width: min(560px, calc(100vw - 32px)); padding: 10px 16px; background: var(--lw-text); color: var(--lw-page); border-radius: 10px; box-shadow: var(--lw-shadow); }
.lw-banner button { border: 0; padding: 4px 8px; border-radius: var(--lw-radius); background: none; color: inherit; font-weight: 600; text-decoration: underline; white-space: nowrap; cursor: pointer; }
.lw-banner :focus-visible { outline-color: currentColor; }
.lw-errors { position: fixed; z-index: 10003; right: 16px; bottom: 16px; width: min(640px, calc(100vw - 32px)); max-height: 60vh; overflow: auto; display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
.lw-errors > details { position: relative; padding: 10px 44px 10px 14px; background: var(--lw-surface); border: 1px solid var(--lw-danger); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-errors summary { color: var(--lw-danger); font-weight: 600; overflow-wrap: anywhere; } .lw-errors pre { margin: 8px 0 0; overflow: auto; font: 12px/1.5 var(--lw-mono); }
.lw-errors .lw-icon-button { position: absolute; top: 8px; right: 8px; color: inherit; }
@media (prefers-reduced-motion: reduce) { .lw-source-caret { animation: none; } .lw-button:active { transform: none; } }
@media (forced-colors: active) { .lw-progress-bar { background: Highlight; } }
`;

// 12. Start ///////////////////////////////////////////////////////////////////////////////////////////////////////////

document.head.append(element("style", {}, STYLE));
const tools = { element, keepOnly, px, clamp, icon, iconButton, ICONS, copyText, copyPromised,
    onDrag, points, joined, textSplice, scrolling, SharedText, Widget,
    TYPING_MS, STEP_PX, SCROLLED_MS, MAX_SPACE_PX };
const addWidgets = more => { Object.assign(catalogue, more); Object.assign(window.livewidget, more); };
window.livewidget = { Widget, Container, ...catalogue, load: make => addWidgets(make(tools)) };
if (typeof largeWidgets !== "undefined") addWidgets(largeWidgets);
const config = document.getElementById("livewidget-config");
if (config) {
    const session = new Session(JSON.parse(config.textContent), document.body);
    session.connect();
}
})();
"""

################################################################################
# 17. Start ####################################################################
################################################################################

if __name__ == "__main__" and "__file__" in globals():      # in a notebook cell there is no __file__
    sys.exit(main())
