"""Folders of earlier releases open, and newer ones are refused by name. `folders_test.py make N` keeps one of today's format."""

import json
import pathlib
import shutil
import sys
import tarfile
import tempfile
import unittest

from program import ROOT, FolderCase, ndjson, opening, run

KEPT = ROOT / "tests" / "golden" / "folders"


def outcome(data):
    """What a folder must say for ever: its records, what the cases came to, who was forgotten, who read."""
    hashes = run("case", "hash", "--all", "--records", "--json", "--data", data).json()
    return {"cases": hashes["cases"], "records": hashes["records"], "record_count": hashes["record_count"], "outcome": hashes["outcome"],
            "erasures": run("erase", "list", "--json", "--data", data).lines(), "readings": run("access", "--json", "--data", data).lines()}


def make(number):
    place = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-folder-"))
    data = place / f"format_{number}"

    def do(*words, **more):
        done = run(*words, "--data", data, **more)
        assert done.code == 0, done.out + done.err
        return done

    do("init", "--clock", "simulated", "--partitions", "2")
    do("publish")
    generated = run("generate", "--families", 3, "--seed", 5, "--out", place / "families.ndjson", "--expected", place / "expected")
    assert generated.code == 0, generated.err
    run("submit", place / "families.ndjson", "--quiet", "--data", data)
    case = do("submit", "-", "--json", stdin=ndjson(opening("kept", at="2033-02-01T09:00:00Z"))).lines()[0]["case"]
    do("case", "show", case, "--reader", "u-7", "--purpose", "a kept folder")
    do("erase", "propose", case, "--person", "rel-1", "--ground", "asked for", "--actor", "u-4")
    do("erase", "approve", case, "--person", "rel-1", "--actor", "u-9")
    do("erase", "hold", case, "--ground", "appeal", "--actor", "u-9")
    do("checkpoint")
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"format_{number}.json").write_text(json.dumps({**outcome(data), "case": case}, indent=1) + "\n")
    with tarfile.open(KEPT / f"format_{number}.tar.gz", "w:gz") as tar:
        tar.add(data, arcname=data.name)
    shutil.rmtree(place)


class Folders(FolderCase):
    def unpacked(self, kept):
        with tarfile.open(kept) as tar:
            tar.extractall(self.place)
        return self.place / kept.name.removesuffix(".tar.gz")

    def test_a_folder_of_each_release_says_what_it_said_and_goes_on(self):
        kept = sorted(KEPT.glob("format_*.tar.gz"))
        self.assertTrue(kept)
        for file in kept:
            with self.subTest(folder=file.name):
                data = self.unpacked(file)
                expected = json.loads((KEPT / (data.name + ".json")).read_text())
                case = expected.pop("case")
                self.assertEqual(outcome(data), expected)
                self.succeed("verify", "--deep", "--data", data)
                told = self.succeed("case", "show", case, "--data", data).out
                self.assertIn("Ada", told)
                self.assertIn("[erased]", told)
                self.assertEqual(run("erase", "propose", case, "--person", "rel-1", "--actor", "u-4", "--data", data).code, 3)
                self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("new", at="2034-02-01T09:00:00Z")))
                self.succeed("verify", "--deep", "--data", data)

    def test_a_folder_from_before_public_keys_were_kept_gets_its_list(self):
        data = self.unpacked(KEPT / "format_1.tar.gz")
        keys = data / "checkpoints" / "keys"
        kept = keys.read_text()
        keys.unlink()
        self.succeed("verify", "--deep", "--data", data)
        self.assertEqual(keys.read_text(), kept)
        for file in (data / "checkpoints").iterdir():  # from before checkpoints
            file.unlink()
        (data / "closed").unlink(missing_ok=True)
        done = run("verify", "--data", data)
        self.assertEqual(done.code, 1, "the log remembers that they were signed")
        self.assertIn("is missing or older", done.out)
        self.assertEqual(keys.read_text(), kept)

    def test_a_newer_folder_is_refused_by_its_number(self):
        data = self.folder()
        settings = json.loads((data / "ritrovo.folder").read_text())
        (data / "ritrovo.folder").write_text(json.dumps({**settings, "format": settings["format"] + 1}))
        for words in (("tasks",), ("verify",), ("doctor",), ("submit", "-"), ("backup", self.place / "backup")):
            with self.subTest(words=words):
                done = run(*words, "--data", data)
                self.assertEqual(done.code, 1)
                self.assertIn(f"format {settings['format'] + 1}", done.out + done.err)


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(int(sys.argv[2]))
    else:
        unittest.main()
