"""What stands in files, whatever form they keep it in: tables of RocksDB decompressed, logs put together from their blocks."""

import base64
import os
import pathlib
import re
import struct
import subprocess
import zlib

DUMP = os.environ.get("RITROVO_TABLE_DUMP")

BLOCK = 32768
HEADER = 7
RECYCLED = {5, 6, 7, 8}  # fragment kinds whose header names the log too


def rows_of_table(path):
    """Keys and values, one after another; what a later row hides too."""
    done = subprocess.run([DUMP, str(path)], capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{path} can't be dumped: {done.stderr[-500:]}")
    found = re.findall(rb"'([0-9A-F]*)' seq:\d+, type:\d+ => ([0-9A-F]*)", done.stdout)
    return b"\0".join(bytes.fromhex(part.decode()) for row in found for part in row)


def records_of_log(content):
    """A write-ahead log's or a MANIFEST's fragments, joined across its blocks."""
    parts = []
    for start in range(0, len(content), BLOCK):
        block = content[start:start + BLOCK]
        at = 0
        while at + HEADER <= len(block):
            _, length, kind = struct.unpack_from("<IHB", block, at)
            at += 11 if kind in RECYCLED else HEADER
            if kind == 0:
                break
            parts.append(block[at:at + length])
            at += length
    return b"".join(parts)


def contents(place):
    """Every file below a place: its path, and its bytes with what they decode to."""
    for path in sorted(pathlib.Path(place).rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        if path.suffix == ".sst":
            content += rows_of_table(path)
        elif path.suffix == ".log" or path.name.startswith("MANIFEST-"):
            content += records_of_log(content)
        elif path.suffix in (".gz", ".zz"):
            content += zlib.decompress(content, 47)
        yield path, content


def forms(secret):
    """A secret as it may stand in a file: as it is, in hex, in base64 at each of its three places."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + secret)
        yield coded[4 if before else 0:len(coded) - 4]


def found(place, secrets):
    """Which secret stands in which file."""
    wanted = {form: secret for secret in secrets for form in forms(secret) if len(form) >= 5}
    any_of = re.compile(b"|".join(re.escape(form) for form in wanted))
    return [(path, wanted[hit.group(0)]) for path, content in contents(place) if (hit := any_of.search(content))]
