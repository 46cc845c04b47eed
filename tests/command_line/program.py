"""Runs the program under test, in folders of its own."""

import atexit
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("RITROVO_PROGRAM") or str(ROOT / "build/release/ritrovo")
LONG = os.environ.get("RITROVO_LONG", "") not in ("", "0")

SLOT = struct.Struct("=Q16sII")  # of `inflight`, docs/formats.md: a case, a key's hash, how often it was taken, unused; twice in 64 bytes

CASEWORKER = {"id": "u-1", "organisation": "comune-milano", "roles": ["caseworker"]}


class Outcome:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    def lines(self):
        """The output as NDJSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    def json(self):
        return json.loads(self.out)


def environment():
    """Without settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RITROVO_")}
    return {**clean, "RITROVO_LOG": "off"}


def run(*words, stdin="", timeout=300, cwd=None):
    text = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8")
    return Outcome(subprocess.run([PROGRAM, *map(str, words)], input=text, capture_output=True, timeout=timeout, env=environment(), check=False, cwd=cwd))


def start(*words, stdout):
    return subprocess.Popen([PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL, env=environment())


def opening(key, at="2024-02-01T09:00:00Z", **more):
    """A command that opens a case with a sponsor and a spouse, as the shipped pathway wants it."""
    person = {"given_name": "Ada", "family_name": "Esempio", "birth_date": "1990-01-01", "sex": "female", "citizenship": "PE"}
    return {"key": key, "command": "open", "pathway": "family-reunification", "at": at, "effective_on": at[:10], "actor": CASEWORKER,
            "persons": [{"alias": "sponsor", "role": "sponsor", "data": {**person, "language": "es"}},
                        {"alias": "rel-1", "role": "relative", "data": {**person, "sex": "male", "relationship": "spouse"}}], **more}


def report(key, opened_by, fact, data, at="2024-02-02T09:00:00Z", **more):
    return {"key": key, "command": "report", "opened_by": opened_by, "fact": fact, "data": data, "at": at, "effective_on": at[:10],
            "actor": CASEWORKER, **more}


def ndjson(*commands):
    return "".join(command if isinstance(command, str) else json.dumps(command) + "\n" for command in commands)


class FolderCase(unittest.TestCase):
    """Each test has a place of its own, and helpers for a simulated folder with the shipped definitions."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-test-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def succeed(self, *words, **more):
        done = run(*words, **more)
        self.assertEqual(done.code, 0, f"{' '.join(map(str, words))}\n{done.out[-2000:]}\n{done.err[-2000:]}")
        return done

    published = {}  # by clock: a folder that each test's first is a copy of; any other has a history of its own

    def folder(self, name="data", clock="simulated"):
        data = self.place / name
        if name == "data" and clock in FolderCase.published:
            shutil.copytree(FolderCase.published[clock], data)
            return data
        self.succeed("init", "--data", data, "--clock", clock)
        self.succeed("publish", "--data", data)
        if name == "data":
            made = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-test-"))
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            FolderCase.published[clock] = shutil.copytree(data, made / name)
        return data

    def families(self, name="families", families=20, seed=7, faults=0):
        """A generated file of commands, and that of the answers to expect."""
        out = self.place / f"{name}.ndjson"
        expected = self.place / f"{name}.txt"
        self.succeed("generate", "--families", families, "--seed", seed, "--faults", faults, "--out", out, "--expected", expected)
        return out, expected

    def secret(self, name, text, mode=0o600):
        """A file of a secret."""
        file = self.place / name
        file.write_text(text + "\n", encoding="utf-8")
        file.chmod(mode)
        return file

    def crashed_twice_on(self, data, command):
        """As if the program had ended twice while it took that command: what it takes stands in the file `inflight`, seen in a copy."""
        copy = self.place / "copy"
        shutil.copytree(data, copy)
        self.succeed("submit", "-", "--quiet", "--data", copy, stdin=ndjson(command))
        before, after = bytearray((data / "inflight").read_bytes()), (copy / "inflight").read_bytes()
        shutil.rmtree(copy)
        [at] = [at for at in range(0, len(after), 64) if before[at:at + 24] != after[at:at + 24]]
        case, key, _, _ = SLOT.unpack_from(after, at)
        SLOT.pack_into(before, at, case, key, 2, 0)
        (data / "inflight").write_bytes(before)

    def hashes(self, data):
        return self.succeed("case", "hash", "--all", "--records", "--json", "--data", data).json()
