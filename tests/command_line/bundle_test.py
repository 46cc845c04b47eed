import base64
import hashlib
import importlib.util
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import unittest

from program import LONG, ROOT, FolderCase, ndjson, opening, run

VERIFIER = ROOT / "docs" / "examples" / "verify_bundle.py"


def signature(seed, message):
    """Ed25519, RFC 8032, section 5.1.6, by the arithmetic of the verifier."""
    spec = importlib.util.spec_from_file_location("verify_bundle", VERIFIER)
    ours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ours)
    base_y = 4 * pow(5, ours.P - 2, ours.P) % ours.P
    base_x = ours.recover_x(base_y, 0)
    base = (base_x, base_y, 1, base_x * base_y % ours.P)

    def packed(point):
        inverse = pow(point[2], ours.P - 2, ours.P)
        x, y = point[0] * inverse % ours.P, point[1] * inverse % ours.P
        return (y | (x & 1) << 255).to_bytes(32, "little")

    def number(*parts):
        return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")

    stretched = hashlib.sha512(seed).digest()
    secret = int.from_bytes(stretched[:32], "little") & ((1 << 254) - 8) | 1 << 254
    public = packed(ours.times(secret, base))
    once = number(stretched[32:], message) % ours.ORDER
    point = packed(ours.times(once, base))
    return point + ((once + number(point, public, message) * secret) % ours.ORDER).to_bytes(32, "little")


class Bundle(FolderCase):
    def setUp(self):
        super().setUp()
        data = self.folder()
        commands, _ = self.families(families=2, seed=5)
        self.assertIn(run("submit", commands, "--data", data).code, (0, 3))
        case = self.succeed("case", "list", "--json", "--data", data).lines()[0]["case"]
        self.keys = self.place / "milano.keys"
        self.keys.write_text(self.succeed("checkpoint", "key", "--data", data).out)
        self.bundle = self.place / "bundle"
        self.succeed("export", case, "--out", self.bundle, "--data", data)
        self.case, self.data = case, data

    def both(self, bundle, *words):
        """What the program and the independent verifier say."""
        ours = run("verify-bundle", bundle, *words)
        theirs = subprocess.run([sys.executable, "-B", str(VERIFIER), str(bundle), *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
        return ours, theirs

    def test_a_bundle_holds_where_nothing_else_is(self):
        shutil.rmtree(self.data)
        ours, theirs = self.both(self.bundle, "--key", self.keys)
        self.assertEqual((ours.code, theirs.returncode), (0, 0), ours.out + theirs.stdout + theirs.stderr)
        self.assertIn(self.case, ours.out)
        self.assertIn(self.case, theirs.stdout)
        ours, theirs = self.both(self.bundle)
        self.assertEqual((ours.code, theirs.returncode), (0, 0))
        self.assertIn("came with the bundle", ours.out)

    def test_what_is_written_for_somebody_never_lies_in_the_data_folder(self):
        person = self.succeed("case", "show", self.case, "--json", "--data", self.data).json()["persons"][0]["id"]
        (self.place / "link").symlink_to(self.data)
        for words in (("export", self.case, "--out"), ("person", "export", person, "--out"), ("checkpoint", "--also")):
            for place in (self.data, self.data / "out", self.data / "log" / "out", self.place / "link" / "out", self.place / "bundle" / ".." / "data" / "out"):
                with self.subTest(words=words, place=place):
                    done = run(*words, place, "--data", self.data)
                    self.assertEqual(done.code, 2, done.out)
                    self.assertIn("is in", done.err)
        self.assertFalse((self.data / "out").exists())
        self.succeed("verify", "--deep", "--data", self.data)

    def test_a_device_that_never_ends_is_no_proof(self):
        for words in (("check-receipt", "/dev/zero", "--key", self.keys), ("verify", "--anchor", "/dev/zero", "--data", self.data), ("consistency", "/dev/zero", "/dev/zero", "--data", self.data)):
            done = run(*words)
            self.assertEqual(done.code, 2, done.err)
            self.assertIn("doesn't end", done.err)

    def test_another_key_is_not_trusted(self):
        other = self.folder("other")
        keys = self.place / "other.keys"
        keys.write_text(self.succeed("checkpoint", "key", "--data", other).out)
        ours, theirs = self.both(self.bundle, "--key", keys)
        self.assertEqual((ours.code, theirs.returncode), (1, 1))
        self.assertIn("manifest", ours.out)
        self.assertIn("manifest", theirs.stdout)

    def test_a_flip_in_any_file_is_refused_and_named(self):
        files = sorted(path.relative_to(self.bundle) for path in self.bundle.rglob("*") if path.is_file())
        chance = random.Random(23)
        # One of each kind, and some others; each in its beginning, its middle and its end.
        kinds = {}
        for file in files:
            kinds.setdefault((file.parts[0], file.suffix), file)
        chosen = list(kinds.values()) + chance.sample(files, 30 if LONG else 4)
        for file in chosen:
            path = self.bundle / file
            whole = path.read_bytes()
            for part in (0.0, 0.5, 0.999):
                changed = bytearray(whole)
                changed[int(part * len(whole))] ^= 1 << chance.randrange(7)
                path.write_bytes(changed)
                ours, theirs = self.both(self.bundle)
                with self.subTest(file=str(file), part=part):
                    self.assertEqual((ours.code, theirs.returncode), (1, 1), ours.out + theirs.stdout + theirs.stderr)
                    # A changed key makes the signature the first thing that doesn't hold.
                    named = ("manifest", "keys") if file.name == "keys" else (str(file),)
                    self.assertTrue(any(name in ours.out for name in named), ours.out)
                    self.assertTrue(any(name in theirs.stdout for name in named), theirs.stdout)
                    self.assertEqual(theirs.stderr, "")
            path.write_bytes(whole)

    def sealed_again(self, file, content):
        """As its owner could who has the log's signing key: the file changed, its hash and the signature made anew."""
        changed = self.place / "changed"
        shutil.rmtree(changed, ignore_errors=True)
        shutil.copytree(self.bundle, changed)
        (changed / file).write_text(content)
        text, signed = (changed / "manifest").read_text().split("\n\n")
        lines = [f"file {hashlib.sha256(content.encode()).hexdigest()} {file}" if line.endswith(f" {file}") else line for line in text.split("\n")]
        text = "\n".join(lines) + "\n"
        _, name, old = signed.rstrip("\n").split(" ")
        seed = bytes.fromhex((self.data / "signing.key").read_text().strip())
        new = base64.b64encode(base64.b64decode(old)[:4] + signature(seed, text.encode())).decode()
        (changed / "manifest").write_text(f"{text}\n\u2014 {name} {new}\n")
        return changed

    def test_a_history_that_says_what_the_records_do_not_is_refused_though_it_is_signed(self):
        whole = (self.bundle / "history.ndjson").read_text()
        events = [json.loads(line) for line in whole.splitlines()]
        ours, theirs = self.both(self.sealed_again("history.ndjson", whole), "--key", self.keys)
        self.assertEqual((ours.code, theirs.returncode), (0, 0), ours.out + theirs.stdout)
        told = next(at for at, event in enumerate(events) if event["event"] == "fact_reported" and "data" in event["body"])
        derived = next(at for at, event in enumerate(events) if "because" in event["body"])

        def first_of(data):
            return next(iter(data))

        # What the words of the definitions say is compared by the program, which reads them; the rest by both.
        for name, at, change, by_both in (
                ("another value", told, lambda event: event["body"]["data"].update({first_of(event["body"]["data"]): "other"}), False),
                ("another reason", derived, lambda event: event["body"]["because"].update(causes=[999]), False),
                ("a word more", told, lambda event: event["body"].update(more="x"), False),
                ("another kind", told, lambda event: event.update(event="fact_corrected"), True),
                ("another asker", told, lambda event: event["actor"].update(id="u-99"), True),
                ("another fingerprint", told, lambda event: event.update(fingerprint="00" * 16), True),
                ("another place", derived, lambda event: event.update(position=event["position"] + 1), True),
                ("another cause", derived, lambda event: event.update(cause=event["version"]), True),
                ("a member more", derived, lambda event: event.update(note="x"), True)):
            changed = json.loads(json.dumps(events))
            change(changed[at])
            ours, theirs = self.both(self.sealed_again("history.ndjson", "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in changed)), "--key", self.keys)
            with self.subTest(what=name):
                self.assertEqual(ours.code, 1, ours.out)
                self.assertIn(f"history.ndjson: line {at + 1} ", ours.out)
                self.assertEqual(theirs.returncode, 1 if by_both else 0, theirs.stdout + theirs.stderr)

    def test_files_that_are_missing_added_or_swapped_are_named(self):
        def refused(file):
            ours, theirs = self.both(self.bundle)
            self.assertEqual((ours.code, theirs.returncode), (1, 1))
            self.assertIn(file, ours.out)
            self.assertIn(file, theirs.stdout)

        first, second = self.bundle / "events/000001.record", self.bundle / "events/000002.record"
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
        refused("events/000001.record")
        first.write_bytes(one)
        second.unlink()
        refused("events/000002.record")
        second.write_bytes(two)
        (self.bundle / "events/000999.record").write_bytes(one)
        refused("events/000999.record")

    def test_definitions_published_from_elsewhere_stay_within_the_bundle(self):
        data, here = self.place / "elsewhere", self.place / "here"
        here.mkdir()
        self.succeed("catalogue", "--out", "shipped", cwd=self.place)
        files = sorted(path.relative_to(self.place) for path in (self.place / "shipped").rglob("*.yaml") if "indicators" not in path.parts)
        self.succeed("init", "--data", data, "--clock", "simulated")
        self.succeed("publish", *(f"../{file}" for file in files), "--data", data, cwd=here)
        case = run("submit", "-", "--json", "--data", data, stdin=ndjson(opening("k1"))).lines()[0]["case"]
        bundle = self.place / "one" / "two" / "bundle"
        self.succeed("export", case, "--out", bundle, "--data", data)
        ours, theirs = self.both(bundle)
        self.assertEqual((ours.code, theirs.returncode), (0, 0), ours.out + theirs.stdout + theirs.stderr)
        self.assertEqual(sorted(path.name for path in (self.place / "one").rglob("*") if bundle not in path.parents), ["bundle", "two"])
        self.assertEqual(stat.S_IMODE(bundle.stat().st_mode), 0o700)
        # Two that would be one are refused.
        (here / "x.yaml").write_text((self.place / files[0]).read_text())
        twice = run("publish", "./x.yaml", "x.yaml", "--data", data, cwd=here)
        self.assertNotEqual(twice.code, 0)

    def test_a_link_or_a_pipe_in_a_bundle_is_refused(self):
        page = self.bundle / "history.html"
        page.rename(self.place / "page")
        page.symlink_to(self.place / "page")
        self.assertIn("a link", run("verify-bundle", self.bundle).out)
        page.unlink()
        os.mkfifo(page)
        self.assertIn("it isn't a file", run("verify-bundle", self.bundle, timeout=30).out)

    def test_the_page_is_html_that_reads_without_anything_else(self):
        page = (self.bundle / "history.html").read_text()
        self.assertTrue(page.startswith("<!doctype html>"))
        self.assertNotIn("http", page)
        self.assertNotIn("<script", page)
        self.assertIn("@media print", page)

    def test_a_second_export_to_the_same_place_is_refused(self):
        self.assertEqual(run("export", self.case, "--out", self.bundle, "--data", self.data).code, 1)


if __name__ == "__main__":
    unittest.main()
