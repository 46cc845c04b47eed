import os
import random
import shutil
import stat
import subprocess
import sys
import unittest

from program import LONG, ROOT, FolderCase, ndjson, opening, run

VERIFIER = ROOT / "docs" / "examples" / "verify_bundle.py"


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
