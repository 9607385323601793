#!/usr/bin/env python3
"""Verifies a signed journal of evenfold, without any part of evenfold.

    verify.py [--keys DIR] [--signer VKEY|FILE]... [--head FILE]... [--public] [--first-prev empty|null|zeros]
              [--json] FILE...

FILE is an export (docs/export.md) or a SQLite file of format 2 (docs/journal-sqlite.md). Nothing is written.

Trust comes from the caller alone:
    --keys DIR     secrets, one per file; also from the directory EVENFOLD_KEYS and the text EVENFOLD_HMAC_SECRET
    --signer       a verifier key of the journal's heads and removals, or a file with such keys, one per line
    --head FILE    a signed head that was kept outside of the journal
    --public       check everything but the macs, which need the secrets

The result is one report per file; with --json, one line of JSON each. The exit code is that of the worst file: 0 if all
are proven, 1 if one was changed or cannot be proven, 2 for wrong arguments, 3 if a file or a program cannot be used, 4
if a file is damaged so that there is no report.

The program needs Python 3.11 and, for --signer, the program `openssl`, version 3 or later. It shares no code with
evenfold. docs/signed-journal.md specifies the checks, and the parts of this program name its sections. Standards: FIPS
180-4 (SHA-256), RFC 2104 (HMAC), RFC 6962 (tree), RFC 8032 (Ed25519), C2SP signed-note, tlog-checkpoint and
tlog-cosignature.
"""
import argparse
import base64
import bisect
import codecs
import dataclasses
import datetime
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
import urllib.parse
from dataclasses import dataclass


class Broken(Exception):
    """The first place at which a journal is not as it was signed. It ends a verification with a report."""

    def __init__(self, reason, broken_at, detail):
        super().__init__(detail)
        self.reason, self.broken_at, self.detail = reason, broken_at, detail
        self.stream, self.version = b"", 0


class Failure(Exception):
    """The file cannot be read as a journal, or the environment has failed. There is no report."""

    def __init__(self, kind, what):
        super().__init__(what)
        self.kind, self.what = kind, what


class WrongArguments(Exception):
    pass


# ---- Notation --------------------------------------------------------------------------------------------------------

def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def i64(number):
    return number.to_bytes(8, "big", signed=True)


def F(field):
    """A field: its length, then its bytes."""
    return u32(len(field)) + field


def H(data):
    return hashlib.sha256(data).digest()


def M(key, message):
    return hmac.digest(key, message, "sha256")


Z = bytes(32)
HASH_SIZE = 32
equal = hmac.compare_digest  # in constant time


# ---- Keys ------------------------------------------------------------------------------------------------------------

DEVELOPMENT_SECRET = b"evenfold development key: signatures with it prove nothing"


class Secret:
    def __init__(self, secret, source):
        if not 32 <= len(secret) <= 1024:
            raise WrongArguments(f"{source}: a secret has 32 to 1024 bytes: this one has {len(secret)}")
        self.v2 = M(secret, b"evenfold/mac/v2")
        self.compat = secret
        self.id = M(self.v2, b"evenfold/key-id")[:8].hex().encode()


# ---- The rows of a journal -------------------------------------------------------------------------------------------

@dataclass
class Event:
    sequence: int = 0
    stream: bytes = b""
    version: int = 0
    command: bytes = b""  # 16 bytes, as every UUID here
    index: int = 0
    actor: bytes = b""
    cause: int | None = None
    correlation: bytes = b""
    at_ms: int = 0
    stored_at_ms: int = 0
    type: bytes = b""
    type_version: int = 1
    data: bytes = b""
    salt: bytes = b""
    payload_hash: bytes = b""
    prev: bytes = b""
    mac: bytes = b""  # empty: the event is not signed
    key: int | None = None
    removed: int | None = None
    unreadable: str = ""  # the reason for which the row cannot be read


@dataclass
class Receipt:
    command: bytes
    first: int
    count: int
    fingerprint: bytes


@dataclass
class Evidence:
    """What an event of a part of a journal has in addition."""
    receipt: Receipt | None = None
    stream_prev: bytes = b""
    newest_empty: bytes = b""
    proof: bytes = b""


@dataclass
class Part:
    stream: bytes | None  # None: of all streams
    first: int
    last: int


@dataclass
class EmptyReceipt:
    number: int
    command: bytes
    mac: bytes
    key: int
    receipt: Receipt | None


@dataclass
class Key:
    number: int
    id: bytes
    scheme: bytes
    first: int
    root: bytes
    by_old: bytes
    by_new: bytes


@dataclass
class Head:
    size: int
    root: bytes
    frontier: bytes
    note: bytes


@dataclass
class Removal:
    number: int
    note: bytes


# ---- The messages that are signed ------------------------------------------------------------------------------------

def entry_of(event, receipt, payload_hash, key_id, newest_empty):
    """Section "An event": the bytes whose hash is the leaf of the event."""
    return b"".join((
        b"evf.event.v2", u64(event.sequence), u64(event.version), event.command, u32(event.index), u32(receipt.count),
        u64(event.cause or 0), event.correlation, i64(event.at_ms), i64(event.stored_at_ms), u32(event.type_version),
        payload_hash, F(event.stream), F(event.type), F(event.actor), F(key_id), F(receipt.fingerprint),
        F(newest_empty)))


def link_message(previous, stream_previous, leaf):
    return b"evf.link.v2" + previous + stream_previous + leaf


def genesis_message(before, root, origin, domain, key_id):
    return b"evf.genesis.v2" + u64(before) + root + F(origin) + F(domain) + F(key_id)


def empty_receipt_message(number, receipt, previous, key_id):
    return (b"evf.idle.v2" + u64(number) + u64(receipt.first) + receipt.command + previous + F(receipt.fingerprint) +
            F(key_id))


def key_change_message(number, first, root, mac, old_id, new_id):
    return b"evf.key.v2" + u64(number) + u64(first) + root + mac + F(old_id) + F(new_id)


def compat_message(event, payload_hash, previous):
    """Section "Scheme compat-v1". `previous` is a text."""
    return b"|".join((event.stream, event.type, payload_hash.hex().encode(), previous))


FIRST_PREVIOUS = {"empty": b"", "null": b"null", "zeros": b"0" * 64}


# ---- The tree (RFC 6962, section 2.1) --------------------------------------------------------------------------------

def leaf_of(entry):
    return H(b"\x00" + entry)


class Tree:
    """Keeps the roots of the complete subtrees, the largest first: the frontier."""

    def __init__(self):
        self.size = 0
        self.frontier = []

    def append(self, leaf):
        size = self.size
        while size & 1:
            leaf = H(b"\x01" + self.frontier.pop() + leaf)
            size >>= 1
        self.frontier.append(leaf)
        self.size += 1

    def root(self):
        if not self.frontier:
            return H(b"")
        root = self.frontier[-1]
        for subtree in reversed(self.frontier[:-1]):
            root = H(b"\x01" + subtree + root)
        return root


def is_included(leaf, index, size, proof, root):
    """RFC 9162, section 2.1.3.2: whether `proof` leads from the leaf with this index to the root."""
    if index >= size:
        return False
    node, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            leaf = H(b"\x01" + sibling + leaf)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            leaf = H(b"\x01" + leaf + sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and equal(leaf, root)


def hashes_in(data):
    return [data[at:at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


# ---- Signed notes: heads, removals and the end of an export ----------------------------------------------------------

class NoteError(Exception):
    """The reason for which a note proves nothing."""


def base64_of(data):
    return base64.b64encode(data).decode()


def from_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64_of(data) != text:
        raise NoteError("not base64 in its canonical form")
    return data


def number_from(text):
    if not re.fullmatch("0|[1-9][0-9]*", text) or int(text) >= 2**64:
        raise NoteError(f"'{text}' is not a decimal number")
    return int(text)


def hash_from(text):
    data = from_base64(text)
    if len(data) != HASH_SIZE:
        raise NoteError("not the base64 of 32 bytes")
    return data


def is_signer_name(name):
    return 1 <= len(name.encode()) <= 255 and not any(c.isspace() or c < " " or c in "+\x7f" for c in name)


class Verifier:
    """A verifier key of C2SP signed-note: NAME+ID+BASE64."""
    NOTE, COSIGNATURE = 1, 4
    checked = {}  # results of the program openssl

    def __init__(self, text):
        parts = text.split("+", 2)
        try:
            typed = from_base64(parts[2]) if len(parts) == 3 else b""
        except NoteError:
            typed = b""
        if len(typed) != 33 or typed[0] not in (self.NOTE, self.COSIGNATURE) or not is_signer_name(parts[0]):
            raise WrongArguments(f"'{text}' is not a verifier key: expected NAME+ID+BASE64 of an Ed25519 key")
        self.name, self.public = parts[0], typed[1:]
        if self.id(typed[0]).hex() != parts[1]:
            raise WrongArguments(f"'{text}' is not a verifier key: its id is not that of its name and key")

    def id(self, type):
        return H(self.name.encode() + b"\n" + bytes([type]) + self.public)[:4]

    def verifies(self, message, signature):
        question = (self.public, message, signature)
        if question not in self.checked:
            self.checked[question] = verifies_by_openssl(*question)
        return self.checked[question]


def verifies_by_openssl(public, message, signature):
    # The beginning of an Ed25519 public key in DER (RFC 8410).
    der = bytes.fromhex("302a300506032b6570032100") + public
    with tempfile.TemporaryDirectory(prefix="evenfold_verify_") as folder:
        files = {name: os.path.join(folder, name) for name in ("key", "message", "signature")}
        for name, content in (("key", der), ("message", message), ("signature", signature)):
            pathlib.Path(files[name]).write_bytes(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", files["key"], "-rawin",
                   "-in", files["message"], "-sigfile", files["signature"]]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        except OSError as error:
            raise Failure("not_started", f"the program openssl cannot be started: {error.strerror}") from error
    # It prints the verdict, and other errors for a key or an option that it does not know.
    if done.returncode == 0 and b"Signature Verified Successfully" in done.stdout:
        return True
    if b"Signature Verification Failure" in done.stdout + done.stderr:
        return False
    raise Failure("unsupported", "openssl cannot verify Ed25519: " + done.stderr.decode(errors="replace").strip())


@dataclass
class NoteSignature:
    name: str
    id: bytes
    signature: bytes


DASH = "\u2014 "  # begins the line of a signature


def parse_note(note):
    """Returns the text of a note, and its signatures."""
    if len(note) > 1_000_000:
        raise NoteError("a note has at most 1,000,000 bytes")
    end = note.rfind(b"\n\n")
    if end < 0:
        raise NoteError("no empty line separates the text from its signatures")
    try:
        text, lines = note[:end + 1].decode(), note[end + 2:].decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("the text has a control character")
    if not lines.endswith("\n"):
        raise NoteError("a note needs a signature, and a line break at its end")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, space, encoded = line.removeprefix(DASH).partition(" ")
        if len(signatures) == 100 or not line.startswith(DASH) or not space or not is_signer_name(name):
            raise NoteError("a line is not that of a signature")
        data = from_base64(encoded)
        if len(data) <= 4:
            raise NoteError("a signature has no bytes")
        signatures.append(NoteSignature(name, data[:4], data[4:]))
    return text, signatures


def check_signatures(text, signatures, origin, verifiers):
    """Checks all signatures of trusted keys. Returns whether the key of `origin` has made a note signature, and the
    time of its cosignature in seconds."""
    best = (False, None)
    for verifier in verifiers:
        has_note, time = False, None
        for one in signatures:
            if one.name != verifier.name:
                continue
            if one.id == verifier.id(Verifier.NOTE):
                if has_note or not verifier.verifies(text.encode(), one.signature):
                    raise NoteError(f"the signature of '{one.name}' is repeated or wrong")
                has_note = True
            elif one.id == verifier.id(Verifier.COSIGNATURE):
                seconds = int.from_bytes(one.signature[:8], "big")
                message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
                if (time is not None or len(one.signature) != 72 or seconds >= 2**63 or
                        not verifier.verifies(message, one.signature[8:])):
                    raise NoteError(f"the cosignature of '{one.name}' is repeated or wrong")
                time = seconds
        if verifier.name == origin and has_note + (time is not None) > best[0] + (best[1] is not None):
            best = (has_note, time)
    if best == (False, None):
        raise NoteError(f"unknown signer: no trusted key of '{origin}' has signed")
    return best


def lines_of(text, count, what):
    lines = text.split("\n")
    if len(lines) != count + 1 or lines[-1]:
        raise NoteError(f"{what} has {count} lines before its signatures")
    return lines[:-1]


def value_of(line, name):
    if not line.startswith(name) or line == name:
        raise NoteError(f"a line does not begin with '{name}'")
    return line.removeprefix(name)


@dataclass
class HeadStatement:
    origin: str = ""
    size: int = 0
    root: bytes = Z
    distrust: str = ""  # the reason for which its signatures prove nothing
    time: int = 0


def read_head(note, verifiers):
    """Section "A head"."""
    statement = HeadStatement()
    try:
        text, signatures = parse_note(note)
        origin, size, root = lines_of(text, 3, "a head")
        size, root = number_from(size), hash_from(root)
        if not is_signer_name(origin) or (size == 0 and root != H(b"")):
            raise NoteError("the origin or the root is not valid")
        statement = HeadStatement(origin, size, root)
        has_note, time = check_signatures(text, signatures, origin, verifiers)
        if not has_note or time is None:
            raise NoteError("a head needs a note signature and a cosignature")
        statement.time = time
    except NoteError as error:
        statement.distrust = str(error)
    return statement


def ranges_from(text):
    """Returns the ranges of a text such as '3-5 9', which must be ascending with a gap between any two."""
    ranges = []
    for word in text.split(" "):
        first, dash, last = word.partition("-")
        first = number_from(first)
        last = number_from(last) if dash else first
        before = ranges[-1][1] if ranges else -1
        if first < 1 or first <= before + 1 and ranges or (dash and first >= last):
            raise NoteError("the ranges are not ascending")
        ranges.append((first, last))
    return ranges


@dataclass
class RemovalStatement:
    origin: str = ""
    ranges: list = dataclasses.field(default_factory=list)
    leaves: bytes = Z
    distrust: str = ""
    replaced: dict = dataclasses.field(default_factory=dict)  # the hashes of new payloads, by sequence

    def has(self, sequence):
        index = bisect.bisect_left(self.ranges, sequence, key=lambda one: one[1])
        return index < len(self.ranges) and self.ranges[index][0] <= sequence


def replaced_from(text, statement):
    """The value of the line `replaced`."""
    replaced, before = {}, 0
    if text and not text.startswith(" "):
        raise NoteError("the replaced payloads are missing")
    for word in text.split(" ")[1:]:
        sequence, _, payload_hash = word.partition(":")
        sequence = number_from(sequence)
        if sequence <= before or not statement.has(sequence):
            raise NoteError("the replaced payloads are not ascending events of the ranges")
        before = sequence
        replaced[sequence] = hash_from(payload_hash)
    return replaced


LINES_OF_REMOVAL = {"evenfold/removal/v1": 8, "evenfold/erasure/v1": 11, "evenfold/compaction/v1": 13}


def read_removal(note, verifiers):
    """Section "A removal"."""
    try:
        text, signatures = parse_note(note)
        count_of_lines = LINES_OF_REMOVAL.get(text.partition("\n")[0])
        if not count_of_lines:
            raise NoteError("not a removal of a journal")
        _, origin, ranges, count, leaves, by, reason, time, *more = lines_of(text, count_of_lines, "a removal")
        ranges = ranges_from(value_of(ranges, "ranges "))
        if not is_signer_name(origin):
            raise NoteError("the origin is not the name of a signer")
        if more and number_from(value_of(more[0], "size ")) < ranges[-1][1]:
            raise NoteError("the size is before a named event")
        for digest, name in zip(more[1:3], ("before ", "after ")):
            if not re.fullmatch("[0-9a-f]{1,128}", value_of(digest, name)):
                raise NoteError("a digest of the model is not hexadecimal")
        if number_from(value_of(count, "count ")) != sum(last - first + 1 for first, last in ranges):
            raise NoteError("the count is not that of the ranges")
        statement = RemovalStatement(origin, ranges, hash_from(value_of(leaves, "leaves ")))
        if len(more) == 5:
            if not value_of(more[3], "function ") or " " in value_of(more[3], "function "):
                raise NoteError("the function is not one word")
            if not more[4].startswith("replaced"):
                raise NoteError("the replaced payloads are missing")
            statement.replaced = replaced_from(more[4][len("replaced"):], statement)
        value_of(by, "by ")
        value_of(reason, "reason ")
        number_from(value_of(time, "time "))
        if not check_signatures(text, signatures, origin, verifiers)[0]:
            raise NoteError("a removal needs a note signature")
        return statement
    except NoteError as error:
        return RemovalStatement(distrust=str(error))


def check_signed_end(note, verifiers, origin, lines, digest):
    """Section "end" of docs/export.md."""
    text, signatures = parse_note(note)
    if not check_signatures(text, signatures, origin.decode(errors="replace"), verifiers)[0]:
        raise NoteError("the end needs a note signature")
    expected = ["evenfold/export/v1", origin.decode(errors="replace"), f"lines {lines}", f"sha256 {base64_of(digest)}"]
    if lines_of(text, 4, "the end") != expected:
        raise NoteError("it is that of another export")


# ---- Reading an export (docs/export.md) ------------------------------------------------------------------------------

class NotARow(Exception):
    """The reason for which a line or a row of a table cannot be read."""


class Members:
    """The members of a line, taken in the order of the page. Every line has exactly one form, so that it must be what
    json.dumps writes of it."""

    def __init__(self, line):
        try:
            text = line.decode()
            self.members = json.loads(text, parse_float=self.refuse, parse_constant=self.refuse)
            same = json.dumps(self.members, ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError) as error:
            raise NotARow(f"the line is not JSON: {error}") from error
        if not isinstance(self.members, dict) or same != text:
            raise NotARow("the line is not an object in the form of an export")
        self.names = list(self.members)
        self.at = 0

    @staticmethod
    def refuse(text):
        raise ValueError(f"'{text}' is not an integer")

    def has(self, name):
        return self.at < len(self.names) and self.names[self.at] == name

    def take(self, name, type):
        if not self.has(name):
            raise NotARow(f"expected the member '{name}'")
        self.at += 1
        value = self.members[name]
        if not isinstance(value, type) or isinstance(value, bool):
            raise NotARow(f"the member '{name}' has another type")
        return value

    def number(self, name, limit=2**64, least=0):
        value = self.take(name, int)
        if not least <= value < limit:
            raise NotARow(f"the member '{name}' is out of range")
        return value

    def text(self, name):
        return self.take(name, str).encode()

    def hex(self, name):
        value = self.take(name, str)
        if not re.fullmatch("([0-9a-f]{2})*", value):
            raise NotARow(f"the member '{name}' is not lower-case hexadecimal")
        return bytes.fromhex(value)

    def uuid(self, name):
        return uuid_from(self.take(name, str))

    def text_or_hex(self, name):
        if self.has(name):
            return self.text(name)
        data = self.hex(name + "_hex")
        try:
            data.decode()
        except UnicodeDecodeError:
            return data
        raise NotARow(f"the member '{name}_hex' is UTF-8, and must be a text")

    def optional(self, read, name, absent):
        return read(name) if self.has(name) else absent

    def close(self):
        if self.at < len(self.names):
            raise NotARow(f"the member '{self.names[self.at]}' is unknown")


def uuid_from(text):
    if not re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text):
        raise NotARow("expected a UUID of 36 lower-case characters")
    return bytes.fromhex(text.replace("-", ""))


def event_start(m):
    """Reads the members up to the receipt, which is None if the line has none."""
    event = Event(sequence=m.number("event"), stream=m.text_or_hex("stream"), version=m.number("version"),
                  command=m.uuid("command"), index=m.number("index_in_batch", 2**32))
    receipt = None
    if m.has("count"):
        receipt = Receipt(event.command, event.sequence, m.number("count", 2**32), m.hex("fingerprint"))
    return event, receipt


def event_from(line):
    """Returns the event, and its evidence if it is one of a part."""
    m = Members(line)
    event, receipt = event_start(m)
    event.actor = m.text_or_hex("actor")
    event.cause = m.optional(m.number, "cause", None)
    event.correlation = m.uuid("correlation")
    event.at_ms = m.number("at_ms", 2**63, -2**63)
    event.stored_at_ms = m.number("stored_at_ms", 2**63, -2**63)
    event.type = m.text_or_hex("type")
    event.type_version = m.number("type_version", 2**32)
    event.data = m.text_or_hex("data")
    for name in ("salt", "payload_hash", "prev", "mac"):
        setattr(event, name, m.optional(m.hex, name, b""))
    event.key = m.optional(m.number, "key", None)
    event.removed = m.optional(m.number, "removed", None)
    evidence = Evidence(receipt, m.optional(m.hex, "stream_prev", b""), m.optional(m.hex, "newest_empty_receipt", b""))
    if evidence.stream_prev or evidence.newest_empty or m.has("proof"):
        evidence.proof = m.hex("proof")
    else:
        evidence = None
    m.close()
    if evidence and receipt:
        receipt.first -= event.index
    return event, evidence


def receipt_from(line):
    m = Members(line)
    receipt = Receipt(m.uuid("receipt"), m.number("first"), m.number("count", 2**32), m.hex("fingerprint"))
    m.close()
    return receipt


def empty_receipt_from(line):
    m = Members(line)
    row = EmptyReceipt(m.number("empty_receipt"), m.uuid("command"), m.hex("mac"), m.number("key"), None)
    if m.has("first"):
        row.receipt = Receipt(row.command, m.number("first"), m.number("count", 2**32), m.hex("fingerprint"))
    m.close()
    return row


def key_from(line):
    m = Members(line)
    key = Key(m.number("key"), m.text_or_hex("id"), m.text_or_hex("scheme"), m.number("first"), m.hex("root"),
              m.hex("by_old"), m.hex("by_new"))
    m.close()
    return key


def head_from(line):
    m = Members(line)
    head = Head(m.number("head"), m.hex("root"), m.hex("frontier"), m.text_or_hex("note"))
    m.close()
    return head


def removal_from(line):
    m = Members(line)
    removal = Removal(m.number("removal"), m.text_or_hex("note"))
    m.close()
    return removal


class Export:
    has_tiles = False
    HEADER_BYTES, LINE_BYTES = 64 * 1024, 64 * 1024 * 1024
    KINDS = {b'{"%s":' % name: name.decode() for name in
             (b"header", b"key", b"removal", b"receipt", b"empty_receipt", b"event", b"head", b"end")}

    def __init__(self, path, verifiers):
        self.path, self.keys, self.removals = path, [], []
        self.part = self.part_head = None
        self.mismatch = None  # reported after all other checks
        self.line_bytes = self.HEADER_BYTES
        self.read_all(verifiers)

    def damaged(self, number, what, kind="damaged"):
        return Failure(kind, f"{self.path}:{number}: {what}")

    @classmethod
    def kind_of(cls, line):
        return cls.KINDS.get(line[:line.find(b":") + 1])

    def lines(self):
        """Yields the number of each line and the line with its line break. Longer lines are cut, and their rest is
        passed over."""
        with open(self.path, "rb") as file:
            for number in itertools.count(1):
                line = file.readline(self.line_bytes + 1)
                if not line:
                    return
                is_long = len(line) > self.line_bytes and not line.endswith(b"\n")
                yield number, line
                while is_long and (rest := file.readline(self.HEADER_BYTES)):
                    is_long = not rest.endswith(b"\n")

    def is_long(self, line):
        return len(line) > self.line_bytes and not line.endswith(b"\n")

    def parse(self, number, line, read):
        if self.is_long(line):
            raise self.damaged(number, "the line has more bytes than the header states")
        try:
            return read(line.removesuffix(b"\n"))
        except NotARow as error:
            raise self.damaged(number, str(error)) from error

    def header_from(self, line):
        m = Members(line)
        if (name := m.text("header")) not in (b"evenfold-export/1", b"evenfold-export-part/1"):
            raise NotARow(f"the format is {name[:40]!r}")
        is_part = name == b"evenfold-export-part/1"
        self.origin, self.domain = m.text_or_hex("origin"), m.text_or_hex("domain")
        stream = m.text_or_hex("stream") if is_part and (m.has("stream") or m.has("stream_hex")) else None
        self.first, self.last = m.number("first"), m.number("last")
        self.key_count, self.removal_count = m.number("keys"), m.number("removals")
        line_bytes = m.number("line_bytes_max")
        m.close()
        if is_part:
            self.part = Part(stream, self.first, self.last)
        if not 1 <= self.first <= self.last if is_part else self.first != 1:
            raise NotARow("the range of the events is not valid")
        if line_bytes > self.LINE_BYTES:
            raise Failure("too_large", f"{self.path}:1: lines may have {line_bytes} bytes: at most {self.LINE_BYTES}")
        return line_bytes

    def end_from(self, line):
        m = Members(line)
        end = m.number("end"), m.hex("sha256"), m.optional(m.text, "note", b"")
        m.close()
        return end

    def read_all(self, verifiers):
        """Reads the whole file once: keeps keys and removals, counts, and compares the end."""
        digest, events, greatest, end, line_bytes = hashlib.sha256(), 0, 0, None, None
        number = 0
        for number, line in self.lines():
            kind = self.kind_of(line)
            if number == 1:
                if kind != "header":
                    raise self.damaged(1, "the file is not an export of a journal", "not_a_journal")
                line_bytes = self.parse(1, line, self.header_from)
            elif end:
                raise self.damaged(number, "a line follows the end")
            elif kind is None or kind == "header":
                raise self.damaged(number, "the line is of no known kind, or a second header")
            if not line.endswith(b"\n") and not self.is_long(line):
                raise self.damaged(number, "the last line has no line break: the file was cut")
            if number == 1:
                self.line_bytes = line_bytes  # from the next line on
            elif kind == "end":
                end = self.parse(number, line, self.end_from)
                continue
            elif kind == "key":
                self.keys.append(self.parse(number, line, key_from))
            elif kind == "removal":
                self.removals.append(self.parse(number, line, removal_from))
            elif kind == "event":
                events += 1
                if found := re.match(rb'\{"event":(0|[1-9][0-9]{0,19})(?![0-9])', line):
                    greatest = max(greatest, int(found[1]) if int(found[1]) < 2**64 else 0)
            elif self.part:
                if kind != "head" or self.part_head:
                    raise self.damaged(number, "a part has one head, and no receipts alone")
                self.part_head = self.parse(number, line, head_from)
            if number > 1 and self.is_long(line):
                self.differs(number, "the line has more bytes than the header states")
            digest.update(line)
        if not end:
            raise self.damaged(number + 1, "the last line is not an 'end': the file was cut")
        if self.part and not self.part_head:
            raise self.damaged(1, "the part has no head")
        self.head = max(greatest, events)
        self.compare(number, end, events, digest.digest(), verifiers)

    def differs(self, number, what):
        self.mismatch = self.mismatch or self.damaged(number, what)

    def compare(self, number, end, events, digest, verifiers):
        lines, stated_digest, note = end
        for name, stated, counted in (("events", self.last, events), ("keys", self.key_count, len(self.keys)),
                                      ("removals", self.removal_count, len(self.removals))):
            if stated != counted and not (name == "events" and self.part):
                self.differs(1, f"the header states {stated} {name}, the file has {counted}")
        if lines != number - 1:
            self.differs(number, f"the end states {lines} lines before it, the file has {number - 1}")
        if digest != stated_digest:
            self.differs(number, "the SHA-256 of the lines before is not that of the end: the file was changed")
        if note and verifiers:
            try:
                check_signed_end(note, verifiers, self.origin, lines, stated_digest)
            except NoteError as error:
                self.differs(number, f"the signed end is not valid: {error}")

    def proven_events(self):
        """Yields each event, and its evidence if this is a part."""
        for number, line in self.lines():
            if self.kind_of(line) == "event":
                try:
                    event, evidence = self.parse(number, line, event_from)
                    if bool(evidence) != bool(self.part):
                        raise self.damaged(number, "a part has proofs, and nothing else has")
                except Failure as failure:
                    event, evidence = Event(unreadable=failure.what), None
                yield event, evidence

    def events(self):
        return (event for event, _ in self.proven_events())

    def receipts(self):
        greatest = 0
        for number, line in self.lines():
            kind = self.kind_of(line)
            if kind == "receipt":
                yield self.parse(number, line, receipt_from)
            if kind != "event" or self.is_long(line):
                continue
            try:
                event, receipt = event_start(Members(line.removesuffix(b"\n")))
            except NotARow:
                continue  # the event is unreadable, too
            if event.sequence <= greatest:
                continue  # the event is out of order, too
            greatest = event.sequence
            if receipt:
                yield receipt

    def rows(self, kind, read):
        return (self.parse(number, line, read) for number, line in self.lines() if self.kind_of(line) == kind)

    def empty_receipts(self):
        return self.rows("empty_receipt", empty_receipt_from)

    def heads(self):
        return self.rows("head", head_from)

    def finish(self):
        if self.mismatch:
            raise self.mismatch


# ---- Reading a SQLite file of format 2 (docs/journal-sqlite.md) ------------------------------------------------------

class Text(bytes):
    """A value of SQLite's type TEXT; `bytes` alone is a BLOB."""


def integer(value, limit=2**63, least=0):
    if not isinstance(value, int) or not least <= value < limit:
        raise NotARow("a number is missing, out of range, or of another type")
    return value


def optional_integer(value):
    return None if value is None else integer(value)


def some_bytes(value):
    if not isinstance(value, bytes):
        raise NotARow("a text is missing or of another type")
    return bytes(value)


def blob(value):
    """A hash or a salt; NULL is the empty one."""
    if value is None:
        return b""
    if not isinstance(value, bytes) or isinstance(value, Text):
        raise NotARow("a hash is not of the type BLOB")
    return value


def stored_uuid(value):
    if not isinstance(value, Text):
        raise NotARow("a UUID is not of the type TEXT")
    return uuid_from(value.decode("latin-1"))


class SqliteFile:
    part = None
    SIGNED_COLUMNS = "salt, payload_hash, prev, mac, key, removed"

    def __init__(self, path):
        self.path = path
        uri = f"file:{urllib.parse.quote(os.path.abspath(path))}?mode=ro"
        try:
            self.database = sqlite3.connect(uri, uri=True, isolation_level=None)
            self.database.text_factory = Text
            self.database.execute("BEGIN")  # one state of the file for all reads
            (application,), (self.format,) = (self.database.execute(f"PRAGMA {name}").fetchone()
                                              for name in ("application_id", "user_version"))
            if application != 0x45766E66:
                raise Failure("not_a_journal", f"{path}: the file is not a journal")
            if self.format not in (1, 2):
                raise Failure("newer_version", f"{path}: the journal has format {self.format}: expected 1 or 2")
            self.has_tiles = self.format == 2
            self.read_few()
        except sqlite3.Error as error:
            raise Failure("damaged", f"{path}: {error}") from error

    def query(self, sql, read):
        try:
            for row in self.database.execute(sql):
                yield read(row)
        except sqlite3.Error as error:
            raise Failure("damaged", f"{self.path}: {error}") from error
        except NotARow as error:
            raise Failure("damaged", f"{self.path}: {error}") from error

    def one(self, sql, absent):
        row = self.database.execute(sql).fetchone()
        return absent if row is None else row[0]

    def read_few(self):
        self.head = self.one("SELECT max(sequence) FROM events", 0) or 0
        self.domain = some_bytes(self.one("SELECT domain FROM journal", b""))
        self.keys, self.removals, self.origin = [], [], b""
        if self.format == 1:
            return
        self.origin = some_bytes(self.one("SELECT name FROM origin", b""))
        self.keys = list(self.query(
            "SELECT number, id, scheme, first, root, by_old, by_new FROM keys ORDER BY number",
            lambda row: Key(integer(row[0]), some_bytes(row[1]), some_bytes(row[2]), integer(row[3]),
                            *map(blob, row[4:]))))
        self.removals = list(self.query(
            "SELECT number, note FROM removals ORDER BY number",
            lambda row: Removal(integer(row[0]), some_bytes(row[1]))))

    def event_from(self, row):
        try:
            if row[1] is None:
                raise NotARow("the stream of the event does not exist")
            return Event(
                sequence=integer(row[0]), stream=some_bytes(row[1]), version=integer(row[2]),
                command=stored_uuid(row[3]), index=integer(row[4], 2**32), actor=some_bytes(row[5]),
                cause=optional_integer(row[6]), correlation=stored_uuid(row[7]), at_ms=integer(row[8], least=-2**63),
                stored_at_ms=integer(row[9], least=-2**63), type=some_bytes(row[10]),
                type_version=integer(row[11], 2**32), data=some_bytes(row[12]), salt=blob(row[13]),
                payload_hash=blob(row[14]), prev=blob(row[15]), mac=blob(row[16]), key=optional_integer(row[17]),
                removed=optional_integer(row[18]))
        except NotARow as error:
            return Event(unreadable=str(error))

    def events(self):
        signed = self.SIGNED_COLUMNS if self.format == 2 else "NULL, NULL, NULL, NULL, NULL, NULL"
        return self.query(
            "SELECT sequence, name, version, command, index_in_batch, actor, cause, correlation, at_ms, stored_at_ms,"
            f" type, type_version, data, {signed} FROM events LEFT JOIN streams ON streams.id = events.stream"
            " ORDER BY sequence", self.event_from)

    @staticmethod
    def receipt_from(row):
        return Receipt(stored_uuid(row[0]), integer(row[1]), integer(row[2], 2**32), some_bytes(row[3]))

    def receipts(self):
        without_link = ""
        if self.format == 2:
            without_link = " WHERE NOT EXISTS (SELECT 1 FROM empty_receipts WHERE command = receipts.command)"
        return self.query("SELECT command, first, count, fingerprint FROM receipts" + without_link +
                          " ORDER BY first, count, command", self.receipt_from)

    def empty_receipt_from(self, row):
        receipt = None if row[4] is None else self.receipt_from((row[1], *row[4:]))
        return EmptyReceipt(integer(row[0]), stored_uuid(row[1]), blob(row[2]), integer(row[3]), receipt)

    def empty_receipts(self):
        if self.format == 1:
            return iter(())
        return self.query("SELECT number, command, mac, key, first, count, fingerprint FROM empty_receipts"
                          " LEFT JOIN receipts USING (command) ORDER BY number", self.empty_receipt_from)

    def heads(self):
        if self.format == 1:
            return iter(())
        return self.query("SELECT size, root, frontier, note FROM heads ORDER BY size",
                          lambda row: Head(integer(row[0]), blob(row[1]), blob(row[2]), some_bytes(row[3])))

    def tile(self, level, number):
        rows = self.query(f"SELECT hashes FROM tiles WHERE level = {level} AND number = {number}",
                          lambda row: blob(row[0]))
        return next(rows, b"")

    def finish(self):
        pass


# ---- Verification ----------------------------------------------------------------------------------------------------

class Ahead:
    """Rows, one ahead."""

    def __init__(self, rows):
        self.rows, self.waiting = rows, []

    def peek(self):
        if not self.waiting:
            self.waiting.append(next(self.rows, None))
        return self.waiting[0]

    def take(self):
        row = self.peek()
        self.waiting.clear()
        return row


@dataclass
class Trust:
    secrets: dict  # by id
    verifiers: list
    heads: list  # of (path, note)
    public: bool
    first_previous: bytes


ACTORS = (b"user", b"agent", b"reactor", b"provider", b"system")
SCHEMES = (b"v2", b"compat-v1")
REMARKS = ("time_regression", "development_key", "compat_scheme", "unsigned_prefix", "no_anchor", "not_anchored",
           "removed_payloads", "compacted", "no_secret", "no_signer", "retired_key", "stream_end")


class Keys:
    """The keys in the order in which they are in force."""

    def __init__(self, source, trust):
        self.source, self.trust = source, trust
        self.current, self.next, self.has_unreachable = None, 0, False

    def row(self, number):
        return next((row for row in self.source.keys if row.number == number), None)

    def secret(self, key):
        return self.trust.secrets.get(key.id)

    def reach(self, due, mac, tree):
        """Brings the key into force whose first event is `due`. Returns the mac before this event."""
        while self.next < len(self.source.keys) and self.source.keys[self.next].first <= due:
            key = self.source.keys[self.next]
            self.next += 1
            if key.first < due:
                self.has_unreachable = True
                continue
            self.check_form(key, due)
            if not self.secret(key) and not self.trust.public:
                raise Broken("unknown_key", due, f"no given secret has the key id {key.id!r}")
            if self.current:
                self.check_change(key, mac, tree)
            else:
                mac = self.check_genesis(key, tree)
            self.current = key
        return mac

    def resume(self, size):
        """Brings the keys into force that were behind event `size`, without checks: a signed head proves them."""
        while self.next < len(self.source.keys) and self.source.keys[self.next].first <= size:
            self.current = self.source.keys[self.next]
            self.next += 1

    def check_form(self, key, due):
        old_size = 0 if self.next == 1 else HASH_SIZE
        if (key.number != self.next or len(key.id) != 16 or key.scheme not in SCHEMES or len(key.root) != HASH_SIZE or
                len(key.by_new) != HASH_SIZE or len(key.by_old) != old_size):
            raise Broken("format", due, f"the row of the key {key.id!r} has an invalid value")

    def check_genesis(self, key, tree):
        root, secret = tree.root(), self.secret(key)
        message = genesis_message(tree.size, root, self.source.origin, self.source.domain, key.id)
        if not equal(key.root, root) or secret and not equal(M(secret.v2, message), key.by_new):
            raise Broken("genesis_mismatch", tree.size + 1,
                         "the origin, the domain or the events before signing began are not those of the genesis")
        return key.by_new

    def check_change(self, key, mac, tree):
        root = tree.root()
        message = key_change_message(key.number, key.first, root, mac, self.current.id, key.id)
        old, new = self.secret(self.current), self.secret(key)
        if (not equal(key.root, root) or old and not equal(M(old.v2, message), key.by_old) or
                new and not equal(M(new.v2, message), key.by_new)):
            raise Broken("unknown_key", key.first, f"the change to the key {key.id!r} is not signed by both keys")

    def finish(self, head):
        if self.next < len(self.source.keys):
            raise Broken("truncated", head + 1, "a key begins after the last event")
        if self.has_unreachable:
            raise Broken("format", head + 1, "a key begins before the key with the number before it")


class Receipts:
    """The receipts in step with the events, and the chain of receipts without events."""

    def __init__(self, source, keys):
        self.receipts, self.links, self.keys = Ahead(source.receipts()), Ahead(source.empty_receipts()), keys
        self.unsealed_max = source.keys[0].first if source.keys else source.head + 1
        self.link_number, self.link_key, self.newest = 0, 0, b""  # of the newest receipt without events
        self.current, self.next_index = None, 0

    def has_open_command(self):
        return self.current is not None and self.next_index < self.current.count

    def is_next_index(self, event):
        if not self.has_open_command():
            return event.index == 0
        return event.command == self.current.command and event.index == self.next_index

    def check(self, event, due):
        self.pass_links(due)
        self.pass_unsealed(due)
        if not self.has_open_command():
            receipt = self.receipts.peek()
            if not receipt or receipt.first != due or receipt.command != event.command:
                raise Broken("receipt_mismatch", due, "the receipt of the event's command is not at this event")
            self.current, self.next_index = self.receipts.take(), 0
        receipt = self.receipts.peek()
        if receipt and receipt.first <= due:
            raise Broken("receipt_mismatch", due, "a receipt names an event of another command")

    def pass_unsealed(self, due):
        """Passes receipts without events that are older than the first signature."""
        while (receipt := self.receipts.peek()) and receipt.count == 0 and receipt.first <= due:
            if receipt.first > self.unsealed_max:
                raise Broken("receipt_mismatch", due, "a receipt without events is not part of their chain")
            self.receipts.take()

    def is_next_link(self, link):
        key = self.keys.row(link.key)
        if link.number != self.link_number + 1 or not key or len(link.mac) != HASH_SIZE or not link.receipt:
            return False
        if link.receipt.command != link.command or link.receipt.count != 0:
            return False
        secret = self.keys.secret(key)
        message = empty_receipt_message(link.number, link.receipt, self.newest or Z, key.id)
        return not secret or equal(M(secret.v2, message), link.mac)

    def is_key_allowed(self, link):
        """The key was in force: it is the current one, or was replaced directly before the receipt's next event."""
        current = self.keys.current
        if not current or not self.link_key <= link.key <= current.number:
            return False
        following = self.keys.row(link.key + 1)
        return link.key == current.number or following is not None and following.first == link.receipt.first

    def pass_links(self, due):
        while (link := self.links.peek()) and link.receipt and link.receipt.first <= due:
            if not self.is_next_link(link) or not self.is_key_allowed(link):
                raise Broken("receipt_mismatch", due, "the chain of receipts without events breaks")
            self.link_number, self.link_key, self.newest = link.number, link.key, link.mac
            self.links.take()

    def explain_wrong_mac(self, event, due, later):
        """A wrong mac may have its cause in the receipts."""
        link = self.links.peek()
        if link and not self.is_next_link(link):
            raise Broken("receipt_mismatch", due, "the chain of receipts without events breaks")
        if event.index == 0:
            same = sum(1 for _ in itertools.takewhile(lambda row: row.command == event.command, later))
            if same + 1 != self.current.count:
                raise Broken("receipt_mismatch", due, "the receipt names another number of events")

    def finish(self, head):
        end = head + 1
        if self.has_open_command():
            raise Broken("truncated", end, "the last receipt names events past the end")
        self.pass_links(end)
        self.pass_unsealed(end)
        if self.receipts.peek():
            raise Broken("truncated", end, "a receipt names events past the end")
        if link := self.links.peek():
            if not link.receipt:
                raise Broken("receipt_mismatch", end, "the receipt of a command without events is missing")
            raise Broken("truncated", end, "a receipt without events is from after the end")


class Heads:
    """The signed heads of the journal and from outside, compared when the tree has their size."""

    def __init__(self, source, trust):
        self.stored, self.trust, self.origin = Ahead(source.heads()), trust, source.origin
        self.outside = []
        for path, note in trust.heads:
            statement = HeadStatement(distrust="no key of a signer was given")
            if trust.verifiers:
                statement = read_head(note, trust.verifiers)
            self.outside.append((path, statement))
        self.outside.sort(key=lambda outside: outside[1].size)
        self.last_good, self.anchored, self.unchecked = 0, None, 0

    def check_statement(self, statement, tree):
        if statement.distrust:
            raise Broken("head_invalid", statement.size, f"a signed head is not valid: {statement.distrust}")
        if statement.origin.encode() != self.origin:
            raise Broken("head_invalid", statement.size, "a signed head is that of another journal")
        if tree and not equal(statement.root, tree.root()):
            raise Broken("fork", self.last_good + 1, "the events differ from those of a signed head")

    def check_stored(self, row, tree):
        if len(row.root) != HASH_SIZE:
            raise Broken("format", row.size, "the root of a head has another size than a hash")
        if self.trust.verifiers:
            statement = read_head(row.note, self.trust.verifiers)
            if (statement.size, statement.root) != (row.size, row.root) and not statement.distrust:
                raise Broken("head_invalid", row.size, "a head does not have the size and root of its signed note")
            statement.size, statement.root = row.size, row.root
            self.check_statement(statement, tree)
        else:
            self.unchecked += 1
            if tree and not equal(row.root, tree.root()):
                raise Broken("fork", self.last_good + 1, "the events differ from those of a head")
        if tree and not equal(row.frontier, b"".join(tree.frontier)):
            raise Broken("head_invalid", row.size, "the frontier of a head is not that of the tree")

    def reach(self, tree):
        while (row := self.stored.peek()) and row.size <= tree.size:
            if row.size < tree.size:
                raise Broken("head_invalid", row.size, "the heads are not in order")
            self.check_stored(row, tree)
            self.last_good = tree.size
            self.stored.take()
        while self.outside and self.outside[0][1].size <= tree.size:
            path, statement = self.outside[0]
            self.check_statement(statement, tree)
            self.last_good = tree.size
            self.anchored = {"size": tree.size, "anchor": path, "at": time_text(1000 * statement.time)}
            self.outside.pop(0)

    def check_proving(self, row):
        """Checks the head of a part, and those from outside that have its size. Returns its root."""
        tree = Tree()
        tree.size, tree.frontier = row.size, hashes_in(row.frontier)
        if (len(tree.frontier) != row.size.bit_count() or len(row.frontier) % HASH_SIZE or
                not equal(tree.root(), row.root)):
            raise Broken("head_invalid", row.size, "the frontier of a head is not that of the tree")
        self.check_stored(row, tree)
        self.last_good = row.size
        for path, statement in self.outside:
            if statement.size > row.size:
                break
            self.check_statement(statement, tree if statement.size == row.size else None)
            if statement.size == row.size:
                self.anchored = {"size": row.size, "anchor": path, "at": time_text(1000 * statement.time)}
        return row.root

    def finish(self, tree):
        row = self.stored.peek()
        if row:
            self.check_stored(row, None)
        for _, statement in self.outside:
            self.check_statement(statement, None)
        if row or self.outside:
            raise Broken("truncated", tree.size + 1, "a signed head has more events than the journal")


class Removals:
    """The signed removals, whose hash of leaves is computed in passing."""

    def __init__(self, source, trust):
        self.removals = []
        for row in source.removals:
            statement = RemovalStatement(distrust="no key of a signer was given")
            if trust.verifiers:
                statement = read_removal(row.note, trust.verifiers)
            if not statement.distrust and statement.origin.encode() != source.origin:
                statement = RemovalStatement(distrust="it is that of another journal")
            self.removals.append((row.number, statement, hashlib.sha256()))

    def check(self, event, due):
        number = event.removed
        absent = RemovalStatement(distrust="it does not exist")
        statement = next((statement for known, statement, _ in self.removals if known == number), absent)
        if statement.distrust:
            raise Broken("removal_unproven", due, f"the removal {number} is not valid: {statement.distrust}")
        if not statement.has(due):
            raise Broken("removal_unproven", due, f"the removal {number} does not name this event")
        replaced = statement.replaced.get(due)
        if replaced is None and (event.data or event.salt):
            raise Broken("payload_mismatch", due, "a removed payload is not empty")
        if replaced is not None and not equal(H(event.salt + event.data), replaced):
            raise Broken("payload_mismatch", due, "the payload does not have the hash that the compaction states")

    def add_leaf(self, due, leaf):
        for number, statement, leaves in self.removals:
            if statement.has(due):
                leaves.update(leaf)
                if due == statement.ranges[-1][1] and not equal(leaves.digest(), statement.leaves):
                    raise Broken("removal_unproven", statement.ranges[0][0], f"the removal {number} is of other events")


class Tiles:
    """The stored tiles of the tree, 256 hashes each, compared with the events."""
    WIDTH, HEIGHT = 256, 8

    def __init__(self, source):
        self.source, self.open = source, [b""] * 8

    def add_leaf(self, due, leaf, tree):
        """Returns the name of the first wrong tile that is full with the event `due`. `tree` is that of the events
        before it."""
        if not self.source.has_tiles:
            return None
        root, subtrees = leaf, list(tree.frontier)
        for level in range(len(self.open)):
            self.open[level] += root
            if (due >> self.HEIGHT * level) % self.WIDTH:
                break
            number = (due >> self.HEIGHT * (level + 1)) - 1
            if not equal(self.source.tile(level, number), self.open[level]):
                return f"tile {number} of level {level}"
            self.open[level] = b""
            for _ in range(self.HEIGHT):
                root = H(b"\x01" + subtrees.pop() + root)
        return None


class Verification:
    """One pass over the events, with the checks of section "Reasons" in their order."""

    def __init__(self, source, trust):
        self.source, self.trust = source, trust
        self.keys = Keys(source, trust)
        self.receipts = Receipts(source, self.keys)
        self.heads = Heads(source, trust)
        self.removals = Removals(source, trust)
        self.tiles = Tiles(source)
        self.streams = {}  # the last version and mac of each stream
        self.tree, self.mac = Tree(), Z
        self.events, self.signed, self.removed, self.last_stored = 0, 0, 0, None
        self.key_uses, self.remarks = [], {}
        self.development_id = Secret(DEVELOPMENT_SECRET, "the development key").id

    def run(self):
        """Returns the report."""
        broken = None
        try:
            self.check_all()
        except Broken as found:
            broken = found
        return self.report(broken)

    def check_all(self):
        rows = self.source.events()
        self.heads.reach(self.tree)
        due = 1
        while due <= self.source.head:
            self.mac = self.keys.reach(due, self.mac, self.tree)
            event = next(rows, None)
            if event is None:
                raise Broken("seq_gap", due, "there is no such event")
            try:
                self.check_event(event, due, rows)
            except Broken as broken:
                if not event.unreadable:
                    broken.stream, broken.version = event.stream, event.version
                raise
            self.heads.reach(self.tree)
            due += 1
        if not self.source.keys:
            raise Broken("unsigned", 1, "nothing in this journal is signed")
        self.mac = self.keys.reach(due, self.mac, self.tree)
        self.receipts.finish(self.source.head)
        self.keys.finish(self.source.head)
        self.heads.finish(self.tree)
        self.source.finish()

    def is_compat(self):
        return self.keys.current is not None and self.keys.current.scheme == b"compat-v1"

    def check_event(self, event, due, later):
        is_signed = event.mac != b""
        self.check_form(event, due, is_signed)
        tail_version, tail_mac = self.check_position(event, due)
        if not is_signed and (self.keys.current or not self.source.keys):
            raise Broken("unsigned", due, "the event has no mac")
        if is_signed or event.removed is not None:
            self.check_payload(event, due)
        if is_signed:
            if self.keys.current is None or self.keys.current.number != event.key:
                raise Broken("unknown_key", due, f"key {event.key} is not in force here")
            if not equal((tail_mac or Z) if self.is_compat() else self.mac, event.prev):
                raise Broken("prev_mismatch", due, "the event does not follow the one before it")
        self.receipts.check(event, due)
        leaf = leaf_of(entry_of(event, self.receipts.current, self.payload_hash_in(event, is_signed),
                                self.keys.current.id if is_signed else b"", self.receipts.newest))
        if is_signed:
            self.check_mac(event, due, leaf, tail_mac, later)
            self.mac = event.mac
        wrong_tile = self.tiles.add_leaf(due, leaf, self.tree)
        self.tree.append(leaf)
        self.receipts.next_index = event.index + 1
        self.streams[event.stream] = (event.version, event.mac)
        self.count(event, due, is_signed)
        self.removals.add_leaf(due, leaf)
        if wrong_tile:
            raise Broken("format", due, f"{wrong_tile} is missing, or is not that of the events")

    @staticmethod
    def payload_hash_in(event, is_signed):
        return event.payload_hash if is_signed or event.removed is not None else H(event.data)

    def check_form(self, event, due, is_signed):
        if event.unreadable:
            raise Broken("format", due, event.unreadable)
        if event.actor not in ACTORS:
            raise Broken("format", due, f"{event.actor!r} is not an actor")
        if event.cause == 0:
            raise Broken("format", due, "the cause is 0, which is no event")
        if not is_signed:
            hash_bytes = 0 if event.removed is None else HASH_SIZE
            has_salt = event.salt and event.removed is None
            parts = has_salt or len(event.payload_hash) != hash_bytes or event.prev or event.key is not None
            if not self.keys.current and parts:
                raise Broken("format", due, "the event has a part of a signature")
            return
        if not len(event.mac) == len(event.prev) == len(event.payload_hash) == HASH_SIZE:
            raise Broken("format", due, "a hash has another size than 32 bytes")
        if event.key is None or not self.keys.row(event.key):
            raise Broken("format", due, "the event's key does not exist")
        if event.removed is None and len(event.salt) != (0 if self.is_compat() else 16):
            raise Broken("format", due, "the salt has an invalid size")

    def check_position(self, event, due):
        version, mac = self.streams.get(event.stream, (0, b""))
        if event.sequence > due:
            raise Broken("seq_gap", due, f"the next event has sequence {event.sequence}")
        if event.sequence < due:
            is_repeated = 0 < event.version <= version
            raise Broken("duplicate_id" if is_repeated else "seq_gap", due, f"an event has sequence {event.sequence}")
        if not self.receipts.is_next_index(event):
            raise Broken("seq_gap", due, "the event is not the next one of its command")
        if event.version != version + 1:
            raise Broken("seq_gap", due, f"version {event.version} is not the next")
        return version, mac

    def check_payload(self, event, due):
        if event.removed is not None:
            self.removals.check(event, due)
        elif not equal(H(event.salt + event.data), event.payload_hash):
            raise Broken("payload_mismatch", due, "the payload does not have the hash that was signed")

    def check_mac(self, event, due, leaf, stream_mac, later):
        secret = self.keys.secret(self.keys.current)
        if self.trust.public or not secret:
            return
        if self.is_compat():
            previous = stream_mac.hex().encode() if stream_mac else self.trust.first_previous
            mac = M(secret.compat, compat_message(event, event.payload_hash, previous))
        else:
            mac = M(secret.v2, link_message(event.prev, stream_mac or Z, leaf))
        if not equal(mac, event.mac):
            self.explain_wrong_mac(event, due, later)
            raise Broken("mac_mismatch", due, "the mac is not that of the event and its receipt")

    def explain_wrong_mac(self, event, due, later):
        self.receipts.explain_wrong_mac(event, due, later)

    def remark(self, name, first, count=1):
        known = self.remarks.setdefault(name, {"remark": name, "from": first, "count": 0})
        known["count"] += count

    def count(self, event, due, is_signed):
        self.events += 1
        if self.last_stored is not None and event.stored_at_ms < self.last_stored:
            self.remark("time_regression", due)
        self.last_stored = event.stored_at_ms
        if event.removed is not None and not event.data:
            self.removed += 1
            self.remark("removed_payloads", due)
        elif event.removed is not None:
            self.remark("compacted", due)
        if not is_signed:
            self.remark("unsigned_prefix", due)
            return
        self.signed += 1
        key = self.keys.current
        if not self.key_uses or self.key_uses[-1]["id"] != readable(key.id):
            self.key_uses.append({"id": readable(key.id), "scheme": readable(key.scheme), "events": 0})
        self.key_uses[-1]["events"] += 1
        if key.number < len(self.source.keys):
            self.remark("retired_key", due)
        if self.is_compat():
            self.remark("compat_scheme", due)
        if key.id == self.development_id:
            self.remark("development_key", due)
        if self.trust.public:
            self.remark("no_secret", due)

    def report(self, broken):
        report = {"ok": broken is None}
        if broken:
            report |= {"broken_at": broken.broken_at, "reason": broken.reason, "stream": readable(broken.stream),
                       "version": broken.version, "detail": broken.detail, "last_good": max(broken.broken_at - 1, 0)}
        if not self.trust.heads:
            self.remark("no_anchor", 0, 0)
        self.add_anchor_remark()
        if self.heads.unchecked:
            self.remark("no_signer", 0, self.heads.unchecked)
        return report | self.result()

    def add_anchor_remark(self):
        anchored_size = self.heads.anchored["size"] if self.heads.anchored else 0
        if self.trust.heads and self.events > anchored_size:
            self.remark("not_anchored", anchored_size + 1, self.events - anchored_size)

    def result(self):
        return {
            "scope": "all", "events": self.events, "signed": self.signed, "removed": self.removed,
            "head": {"sequence": self.events, "signature": self.mac.hex() if self.signed else None,
                     "root": self.tree.root().hex()},
            "keys": self.key_uses, "anchored": self.heads.anchored,
            "remarks": [self.remarks[name] for name in REMARKS if name in self.remarks]}


class PartVerification(Verification):
    """The events of a part of a journal, each with a proof that it is in the signed head (section "A part")."""

    def __init__(self, source, trust):
        super().__init__(source, trust)
        self.part, self.root, self.last = source.part, None, 0

    def check_all(self):
        head, part = self.source.part_head, self.part
        if not self.source.keys:
            raise Broken("unsigned", 1, "nothing in this journal is signed")
        if not self.trust.verifiers:
            raise Broken("head_invalid", head.size, "no key of a signer was given, which proves a part")
        self.root = self.heads.check_proving(head)
        if part.last > head.size:
            raise Broken("truncated", head.size + 1, "the part has events past its signed head")
        for event, evidence in self.source.proven_events():
            try:
                self.check_proven(event, evidence)
            except Broken as broken:
                if not event.unreadable:
                    broken.stream, broken.version = event.stream, event.version
                raise
        if not (self.events if part.stream is not None else self.due() > part.last):
            raise Broken("seq_gap", self.due(), "there is no such event")
        self.source.finish()

    def due(self):
        return max(self.last + 1, self.part.first)

    def check_proven(self, event, evidence):
        if event.unreadable:
            raise Broken("format", self.due(), event.unreadable)
        tail = self.check_place(event)
        at, is_signed = event.sequence, event.mac != b""
        self.keys.resume(at)
        self.check_form(event, at, is_signed)
        if not is_signed and self.keys.current:
            raise Broken("unsigned", at, "the event has no mac")
        if is_signed or event.removed is not None:
            self.check_payload(event, at)
        stream_mac = self.check_links(event, evidence, tail, is_signed)
        receipt = evidence.receipt
        if not receipt or event.index >= receipt.count or receipt.first + event.index != at:
            raise Broken("receipt_mismatch", at, "the receipt is missing or names other events")
        newest_empty = evidence.newest_empty if len(evidence.newest_empty) == HASH_SIZE else b""
        leaf = leaf_of(entry_of(event, receipt, self.payload_hash_in(event, is_signed),
                                self.keys.current.id if is_signed else b"", newest_empty))
        if is_signed:
            self.check_mac(event, at, leaf, stream_mac, None)
        if len(evidence.proof) % HASH_SIZE:
            raise Broken("format", at, "the proof has a hash of another size")
        if not is_included(leaf, at - 1, self.source.part_head.size, hashes_in(evidence.proof), self.root):
            raise Broken("fork", at, "it is not proven to be this event of the signed head")
        self.streams[event.stream] = (event.version, event.mac)
        self.last, self.mac = at, event.mac or self.mac
        self.count(event, at, is_signed)

    def check_place(self, event):
        """Returns the last version and mac of the stream before."""
        part, at, due = self.part, event.sequence, self.due()
        if not part.first <= at <= part.last:
            raise Broken("seq_gap", due, f"event {at} is not in the part that the header states")
        if part.stream is not None and event.stream != part.stream:
            raise Broken("seq_gap", max(at, due), f"event {at} is of another stream")
        version, mac = self.streams.get(event.stream, (0, b""))
        if at < due:
            is_repeated = part.stream is None or 0 < event.version <= version
            raise Broken("duplicate_id" if is_repeated else "seq_gap", due, f"event {at} follows event {self.last}")
        if part.stream is None and at > due:
            raise Broken("seq_gap", due, f"the next event has sequence {at}")
        may_begin = version == 0 and part.first > 1 and event.version > 0
        if not may_begin and event.version != version + 1:
            raise Broken("seq_gap", at, f"version {event.version} follows version {version} of its stream")
        return version, mac

    def check_links(self, event, evidence, tail, is_signed):
        """Returns the mac before in the stream; empty if there is none."""
        at, (version, mac) = event.sequence, tail
        if version == 0 and event.version > 1:
            mac = evidence.stream_prev if len(evidence.stream_prev) == HASH_SIZE else b""
        elif not equal(mac, evidence.stream_prev):
            raise Broken("prev_mismatch", at, "the event does not follow the one before it in its stream")
        if is_signed:
            if self.keys.current is None or self.keys.current.number != event.key:
                raise Broken("unknown_key", at, f"key {event.key} is not in force here")
            if not self.trust.public and not self.keys.secret(self.keys.current):
                raise Broken("unknown_key", at, f"no given secret has the key id {self.keys.current.id!r}")
            is_known = at == self.last + 1 and self.signed
            if ((is_known or self.is_compat()) and
                    not equal((mac or Z) if self.is_compat() else self.mac, event.prev)):
                raise Broken("prev_mismatch", at, "the event does not follow the one before it")
        return mac

    def explain_wrong_mac(self, event, due, later):
        pass

    def add_anchor_remark(self):
        if self.part.stream is not None:
            self.remark("stream_end", 0, 0)
        if self.trust.heads and not self.heads.anchored:
            self.remark("not_anchored", self.part.first, self.events)

    def result(self):
        proven = {"size": self.source.part_head.size, "root": self.root.hex()} if self.root else None
        stream = None if self.part.stream is None else readable(self.part.stream)
        report = super().result()
        report["head"] |= {"sequence": self.last, "root": None}
        return report | {"scope": "part", "of": stream, "first": self.part.first, "last": self.part.last,
                         "proven_by": proven}


# ---- Report and command line -----------------------------------------------------------------------------------------

codecs.register_error("each", lambda error: ("\ufffd", error.start + 1))  # one sign per byte that is no character


def readable(data):
    return data.decode(errors="each")


def time_text(unix_ms):
    try:
        at = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=unix_ms)
    except OverflowError:
        return f"{unix_ms} ms after 1970"
    return at.isoformat(timespec="milliseconds") + "Z"


def text_of(path, report):
    counts = f"{report['events']} events, {report['signed']} signed, {report['removed']} removed"
    if report["ok"]:
        lines = [f"{path}: proven: {counts}"]
    else:
        lines = [f"{path}: broken at {report['broken_at']}: {report['reason']}: {report['detail']}",
                 f"  proven before: {counts}"]
        if report["stream"]:
            lines.append(f"  stream {report['stream']!r}, version {report['version']}")
    if report["scope"] == "part":
        lines.append("  a part: events {first} to {last}, ".format(**report) +
                     ("all streams" if report["of"] is None else f"the stream {report['of']!r}"))
        if report["proven_by"]:
            lines.append("  proven by the signed head of {size} events, root {root}".format(**report["proven_by"]))
    else:
        lines.append(f"  root {report['head']['root']}")
    for key in report["keys"]:
        lines.append(f"  key {key['id']} ({key['scheme']}): {key['events']} events")
    if report["anchored"]:
        lines.append("  agrees with the head {anchor} of size {size}, signed at {at}".format(**report["anchored"]))
    for remark in report["remarks"]:
        lines.append(f"  remark: {remark['remark']}, from {remark['from']}, {remark['count']} times")
    return "\n".join(lines)


def secrets_in(folder):
    """Returns the secrets of a directory: one per file, which only its owner may read. A final line end is not part."""
    secrets = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            continue
        if status.st_mode & 0o177 or status.st_uid != os.getuid():
            raise WrongArguments(f"{path}: a secret must be a file of this user with the mode 0600 or 0400")
        secret = path.read_bytes()
        secrets.append(Secret(secret.removesuffix(b"\n").removesuffix(b"\r"), str(path)))
    return secrets


def verifiers_in(argument):
    """Returns the verifier keys of an argument: a key, or a file with one key per line."""
    if os.path.exists(argument):
        lines = pathlib.Path(argument).read_text().splitlines()
        return [Verifier(line) for line in lines if line]
    return [Verifier(argument)]


def trust_from(arguments):
    secrets = []
    if (text := os.environb.get(b"EVENFOLD_HMAC_SECRET")) is not None:
        secrets.append(Secret(text, "EVENFOLD_HMAC_SECRET"))
    for folder in (arguments.keys, os.environ.get("EVENFOLD_KEYS")):
        if folder:
            secrets += secrets_in(folder)
    return Trust(secrets={secret.id: secret for secret in secrets},
                 verifiers=[verifier for argument in arguments.signer for verifier in verifiers_in(argument)],
                 heads=[(path, pathlib.Path(path).read_bytes()) for path in arguments.head],
                 public=arguments.public, first_previous=FIRST_PREVIOUS[arguments.first_prev])


def open_source(path, verifiers):
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Failure("unreadable", f"'{path}' is not a plain file")
    with open(path, "rb") as file:
        is_sqlite = file.read(16) == b"SQLite format 3\x00"
    return SqliteFile(path) if is_sqlite else Export(path, verifiers)


EXIT_OF_FAILURE = {"damaged": 4}  # others: 3


def verify(path, trust, as_json):
    """Verifies one file, prints the result, and returns the exit code."""
    try:
        source = open_source(path, trust.verifiers)
        report = (PartVerification if source.part else Verification)(source, trust).run()
    except OSError as error:
        failure = Failure("unreadable", f"{path}: {error.strerror}")
    except Failure as caught:
        failure = caught
    else:
        print(json.dumps(report, ensure_ascii=False) if as_json else text_of(path, report))
        return 0 if report["ok"] else 1
    if as_json:
        print(json.dumps({"failure": failure.kind, "what": failure.what}))
    else:
        print(failure.what, file=sys.stderr)
    return EXIT_OF_FAILURE.get(failure.kind, 3)


def main():
    parser = argparse.ArgumentParser(description="Verifies signed journals and their exports.", allow_abbrev=False)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--keys", metavar="DIR")
    parser.add_argument("--signer", action="append", default=[], metavar="VKEY|FILE")
    parser.add_argument("--head", action="append", default=[], metavar="FILE")
    parser.add_argument("--public", action="store_true")
    parser.add_argument("--first-prev", choices=FIRST_PREVIOUS, default="empty")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        trust = trust_from(arguments)
    except WrongArguments as error:
        parser.error(str(error))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 3
    return max(verify(path, trust, arguments.json) for path in arguments.files)


if __name__ == "__main__":
    sys.exit(main())
