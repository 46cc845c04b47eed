#!/usr/bin/env python3
"""Checks a sealed bundle that `ritrovo export` wrote, with Python's standard library alone, so that nobody has to trust the program.

  python3 verify_bundle.py BUNDLE [--key KEYS]

KEYS is a file of public keys, a line each ("name+hash+base64"), as the log's keeper gave them to you; without it the bundle's own are used,
and then you know that the bundle is whole, but not who made it. Exit code 0: it holds. 1: it doesn't; the file and the reason are printed.

What is checked, from docs/formats.md: the manifest's signature (C2SP signed-note, Ed25519 of RFC 8032); every file's SHA-256, none missing,
none over; each record's inclusion in the signed tree (C2SP tlog-proof, RFC 6962 and 9162); each record's envelope and CRC-32C; that it is the
case's event of that version; that the JSON says the same of its kind, days, who and why it was asked, key and boxes; that the definitions are the
texts in the publications. What the JSON says in `body` is in words of the definitions, which are YAML: `ritrovo verify-bundle` makes it anew and
compares it; here the manifest's signature alone covers it.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import sys


class Fault(Exception):
    def __init__(self, file, what):
        super().__init__(f"{file}: {what}")


# ---- Ed25519, verification only (RFC 8032, section 5.1.7) ----

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def point(raw):
    y = int.from_bytes(raw, "little")
    x = recover_x(y & (2**255 - 1), y >> 255)
    y &= 2**255 - 1
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    k = (a[1] - a[0]) * (b[1] - b[0]) % P
    m = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = m - k, z - c, z + c, m + k
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, base):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = add(total, base)
        base = add(base, base)
        scalar >>= 1
    return total


def ed25519_verifies(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base_y = 4 * pow(5, P - 2, P) % P
    base_x = recover_x(base_y, 0)
    left = times(s, (base_x, base_y, 1, base_x * base_y % P))
    right = add(r, times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def path_within(path):
    """A document's path without what would lead out of the bundle."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return "".join("_" if ord(c) < 0x20 or ord(c) == 0x7F else c for c in "/".join(parts)) or "document"


# ---- signed notes, checkpoints, proofs ----

def from_base64(text):
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("not base64 in its one form")
    return raw


def parse_keys(text):
    keys = []
    for line in filter(None, text.split("\n")):
        name, hash_hex, material = line.split("+", 2)
        raw = from_base64(material)
        wanted = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] != 1 or wanted.hex() != hash_hex:
            raise ValueError("not a key")
        keys.append((name, wanted, raw[1:]))
    if not keys:
        raise ValueError("no key")
    return keys


def signed_text(file, note, keys):
    """The text of a note that bears a good signature by one of the keys."""
    at = note.rfind(b"\n\n")
    if at < 0 or not note.endswith(b"\n"):
        raise Fault(file, "it isn't a signed note")
    text, found = note[:at + 1], False
    for line in note[at + 2:-1].split(b"\n"):
        parts = line.decode("utf-8").split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":
            raise Fault(file, "a signature line isn't one")
        raw = from_base64(parts[2])
        for name, key_hash, public in keys:
            if parts[1] == name and raw[:4] == key_hash:
                if not ed25519_verifies(public, text, raw[4:]):
                    raise Fault(file, "its signature doesn't verify")
                found = True
    if not found:
        raise Fault(file, "it bears no signature by a key that is trusted")
    return text


def parse_checkpoint(text):
    lines = text.decode("utf-8").split("\n")
    if len(lines) < 4 or lines[-1] != "" or str(int(lines[1])) != lines[1]:
        raise ValueError("not a checkpoint")
    root = from_base64(lines[2])
    if len(root) != 32:
        raise ValueError("not a root")
    return lines[0], int(lines[1]), root


def parse_proof(text):
    head, checkpoint = text.split(b"\n\n", 1)
    lines = head.decode("ascii").split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a tlog-proof")
    extra = from_base64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else b""
    word, index = lines.pop(0).split(" ")
    path = [from_base64(line) for line in lines]
    if word != "index" or str(int(index)) != index or len(path) > 63 or any(len(node) != 32 for node in path):
        raise ValueError("not a tlog-proof")
    return extra, int(index), path, checkpoint


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf, index, size, path, root):
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return False
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = node_hash(sibling, value)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and value == root


# ---- records ----

def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = crc_table()


def crc32c(*parts):
    crc = 0xFFFFFFFF
    for part in parts:
        for byte in part:
            crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Reader:
    """The compact archive."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        if self.at + count > len(self.raw):
            raise ValueError("the record ends too early")
        self.at += count
        return self.raw[self.at - count:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.number()
        return value >> 1 if not value & 1 else -(value + 1 >> 1)

    def text(self):
        return self.take(self.number())


# What an event is called in JSON, by its record's tag.
KINDS = {100: "case_opened", 101: "person_added", 102: "person_left", 103: "fact_reported", 104: "case_suspended", 105: "case_resumed",
         106: "case_closed", 107: "pathway_completed", 108: "person_suspended", 109: "person_resumed", 110: "step_enabled", 111: "step_opened",
         112: "step_completed", 113: "step_terminated", 114: "value_computed", 115: "notification_requested", 116: "step_reopened",
         117: "case_linked", 118: "terms_recounted", 120: "task_claimed", 121: "task_released", 122: "task_delegated", 123: "task_completed",
         124: "task_started", 125: "task_escalated", 126: "task_assigned", 130: "deadline_set", 131: "deadline_moved", 132: "deadline_suspended",
         133: "deadline_interrupted", 135: "deadline_warned", 136: "deadline_met", 137: "deadline_missed", 138: "deadline_voided",
         140: "incident_opened", 141: "incident_resolved", 142: "alarm_set", 150: "fact_corrected", 151: "fact_withdrawn", 152: "person_corrected",
         153: "step_revised", 154: "deadline_withdrawn", 155: "work_questioned", 156: "case_reopened", 160: "message_reported",
         161: "messages_chosen"}


def printed_id(prefix, raw):
    consonants, vowels, alphabet = "bdfghjklmnprstvz", "aiou", "0123456789abcdefghijklmnopqrstuvwxyz"
    words = []
    for i in range(0, 8, 2):
        bits = int.from_bytes(raw[i:i + 2], "big")
        words.append(consonants[bits >> 12] + vowels[bits >> 10 & 3] + consonants[bits >> 6 & 15] + vowels[bits >> 4 & 3] + consonants[bits & 15])
    value = 36
    for letter in "".join(words):
        value = (value + alphabet.index(letter)) % 36 or 36
        value = value * 2 % 37
    return f"{prefix}-{'-'.join(words)}-{alphabet[(37 - value) % 36]}"


def printed_instant(milliseconds):
    import datetime
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def printed_day(days):
    import datetime
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=days)).isoformat()


def parse_record(raw):
    tag, layout, length, crc = int.from_bytes(raw[:2], "big"), raw[2], int.from_bytes(raw[3:7], "big"), int.from_bytes(raw[7:11], "big")
    if layout != 1 or len(raw) != 11 + length or crc32c(raw[:7], raw[11:]) != crc:
        raise ValueError("its envelope or checksum doesn't match")
    read = Reader(raw[11:])
    case = printed_id("fam", read.take(8))
    record = {"tag": tag, "case": case, "version": read.number(), "recorded": printed_instant(read.signed()), "effective_on": printed_day(read.signed())}
    record["cause"] = record["version"] - read.signed()
    if read.take(1)[0]:  # provenance
        record["actor"] = {"id": read.text().decode(), "organisation": read.text().decode(), "roles": [read.text().decode() for _ in range(read.number())]}
        key = read.text().decode()
        if key:
            record["key"] = key
        record["fingerprint"] = read.take(16).hex()
        record["records"] = read.number()
        if read.take(1)[0]:
            record["source"] = {"name": read.text().decode(), "offset": read.number()}
        for name in ("correlation", "traceparent"):
            if text := read.text().decode():
                record[name] = text
    body = read.text()
    boxes = [(read.take(8), read.text()) for _ in range(read.number())]
    if read.at != len(read.raw):
        raise ValueError("bytes are left over")
    return record, body, boxes


def parse_publication(body):
    read = Reader(body)
    if read.take(1)[0] != 1:
        raise ValueError("a publication of another layout")
    return [(read.text().decode(), read.text()) for _ in range(read.number())]


# ---- the bundle ----

class Bundle:
    def __init__(self, place, keys):
        self.place, self.keys, self.files, self.head = place, keys, {}, {}

    def content(self, file):
        path = self.place / file
        if path.is_symlink():
            raise Fault(file, "it is a link to somewhere else")
        try:
            return path.read_bytes()
        except OSError:
            raise Fault(file, "it is missing") from None

    def parsed(self, file, parse, raw):
        try:
            return parse(raw)
        except Fault:
            raise
        except Exception as problem:
            raise Fault(file, f"it can't be read: {problem}") from None

    def check(self):
        if self.keys is None:
            self.keys = self.parsed("keys", lambda raw: parse_keys(raw.decode()), self.content("keys"))
        note = self.content("manifest")
        text = self.parsed("manifest", lambda raw: signed_text("manifest", raw, self.keys), note)
        self.parsed("manifest", self.read_manifest, text)
        for file, wanted in self.files.items():
            if hashlib.sha256(self.content(file)).hexdigest() != wanted:
                raise Fault(file, "it was changed: its hash isn't the one that was signed")
        for path in sorted(self.place.rglob("*")):
            file = path.relative_to(self.place).as_posix()
            if not path.is_dir() and file != "manifest" and file not in self.files:
                raise Fault(file, "it isn't in the manifest")
        self.note = self.content("checkpoint")
        self.origin, self.size, self.root = self.parsed("checkpoint", lambda raw: parse_checkpoint(signed_text("checkpoint", raw, self.keys)), self.note)
        if self.origin != self.head["log"]:
            raise Fault("checkpoint", "it is of another log")
        self.check_publications()
        self.check_events()

    def read_manifest(self, text):
        lines = text.decode("utf-8").split("\n")
        if lines[0] != "ritrovo-bundle 1":
            raise ValueError("another kind of bundle")
        for line in lines[1:-1]:
            word, rest = line.split(" ", 1)
            if word != "file":
                self.head[word] = rest
                continue
            digest, file = rest.split(" ", 1)
            path = pathlib.PurePosixPath(file)
            if path.is_absolute() or ".." in path.parts or file in self.files:
                raise ValueError("a path that leads out, or twice")
            self.files[file] = digest

    def proved(self, name):
        raw = self.content(name + ".record")
        extra, index, path, checkpoint = self.parsed(name + ".tlog-proof", parse_proof, self.content(name + ".tlog-proof"))
        if extra != raw or checkpoint != self.note:
            raise Fault(name + ".tlog-proof", "it is of another record or checkpoint")
        if not included(hashlib.sha256(b"\x00" + raw).digest(), index, self.size, path, self.root):
            raise Fault(name + ".tlog-proof", "it doesn't lead to the checkpoint")
        return index, *self.parsed(name + ".record", parse_record, raw)

    def check_publications(self):
        texts = 0
        for number in range(1, int(self.head["publications"]) + 1):
            name = f"publications/{number:06}"
            _, record, body, _ = self.proved(name)
            if record["tag"] != 5 or record["version"] != number:
                raise Fault(name + ".record", "it isn't the publication of that number")
            for path, published in self.parsed(name + ".record", parse_publication, body):
                file = f"definitions/{number:06}/{path_within(path)}"
                texts += 1
                if self.content(file) != published:
                    raise Fault(file, "it isn't the text that was published")
        if texts != sum(file.startswith("definitions/") for file in self.files):
            raise Fault("manifest", "it lists definitions that no publication holds")

    def check_events(self):
        lines = self.content("history.ndjson").decode("utf-8").split("\n")
        if len(lines) != int(self.head["events"]) + 1 or lines[-1] != "":
            raise Fault("history.ndjson", "it hasn't a line for each event")
        last = -1
        for number, line in enumerate(lines[:-1], 1):
            name = f"events/{number:06}"
            index, record, _, boxes = self.proved(name)
            if record["case"] != self.head["case"] or record["version"] != number or index <= last:
                raise Fault(name + ".record", "it isn't the case's event of that version")
            last = index
            said = self.parsed("history.ndjson", json.loads, line)
            record |= {"event": KINDS.get(record["tag"]), "partition": int(self.origin.rsplit("/", 1)[1]), "position": index}
            if boxes:
                record["boxes"] = [{"owner": printed_id("per", owner), "sealed": base64.b64encode(sealed).decode()} for owner, sealed in boxes]
            if {field: value for field, value in said.items() if field != "body"} != record:
                raise Fault("history.ndjson", f"line {number} doesn't say what the record says")


def main():
    arguments = argparse.ArgumentParser(description="Checks a sealed bundle without the program that wrote it.")
    arguments.add_argument("bundle", type=pathlib.Path)
    arguments.add_argument("--key", type=pathlib.Path, help="a file of the log's public keys, a line each")
    wish = arguments.parse_args()
    try:
        keys = parse_keys(wish.key.read_text()) if wish.key else None
        bundle = Bundle(wish.bundle, keys)
        bundle.check()
    except (Fault, OSError, ValueError) as fault:
        print(f"{fault}. This bundle doesn't hold: nothing in it should be relied on.")
        return 1
    print(f"The bundle holds: {bundle.head['events']} events of {bundle.head['case']}, as {bundle.origin} has them.")
    if wish.key is None:
        print("The key came with the bundle: ask the log's keeper for it, and give it with --key, before you rely on this.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
