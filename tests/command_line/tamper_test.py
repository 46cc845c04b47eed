import os
import random
import shutil
import struct
import subprocess
import unittest

from program import LONG, FolderCase, run

ROWS = os.environ.get("RITROVO_LOG_ROWS")
DERIVED = ("cases", "snapshots", "timers", "answers", "ledger", "sources", "parked", "default")


@unittest.skipUnless(ROWS, "the program that changes rows isn't named")
class Tamper(FolderCase):
    """Somebody who can write to the folder changes rows of the log, and RocksDB's own checksums with them."""

    @classmethod
    def rows(cls, data, column):
        done = subprocess.run([ROWS, str(data / "log"), "list", column], capture_output=True, check=True)
        return [tuple(line.decode().split(" ")) for line in done.stdout.splitlines()]

    def change(self, data, *words):
        subprocess.run([ROWS, str(data / "log"), *words], check=True, capture_output=True)

    def setUp(self):
        super().setUp()
        self.data = self.folder()
        commands, _ = self.families(families=4, seed=5)
        self.assertIn(run("submit", commands, "--data", self.data).code, (0, 3))
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", self.data)
        self.chance = random.Random(23)

    def changed(self, *words):
        copy = self.place / "changed"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        self.change(copy, *words)
        return copy

    def verify(self, data, *words):
        done = run("verify", "--json", "--anchor", self.place / "elsewhere", "--data", data, *words)
        self.assertIn(done.code, (0, 1), done.err)
        return done.code, done.json()["findings"] if done.out else [], done.err

    def place_of(self, key):
        return struct.unpack(">HQ", bytes.fromhex(key))

    def test_whatever_is_done_to_records_the_first_bad_position_is_named(self):
        rows = self.rows(self.data, "events")
        last = {}
        for key, _ in rows:
            partition, position = self.place_of(key)
            last[partition] = max(position, last.get(partition, 0))
        for _ in range(20 if LONG else 4):
            at = self.chance.randrange(len(rows) - 1)
            (key, value), (next_key, next_value) = rows[at], rows[at + 1]
            partition, position = self.place_of(key)
            if self.place_of(next_key)[0] != partition:
                continue
            other_key, other_value = self.chance.choice(rows)
            end = struct.pack(">HQ", partition, last[partition] + 1).hex()
            cut = len(value) // 4 * 2
            for name, first, words in (
                    ("truncated", position, ("put", "events", key, value[:cut])),
                    ("emptied", position, ("put", "events", key, "")),
                    ("deleted", position, ("erase", "events", key)),
                    ("swapped", position, ("put", "events", key, next_value, "put", "events", next_key, value)),
                    ("replayed at the end", last[partition] + 1, ("put", "events", end, value)),
                    ("replayed in another's place", position, ("put", "events", key, other_value)),
                    ("changed", position, ("put", "events", key, value[:-2] + f"{int(value[-2:], 16) ^ 1:02x}"))):
                if name.startswith("replayed in") and other_value == value:
                    continue
                with self.subTest(what=name, partition=partition, position=position):
                    code, findings, err = self.verify(self.changed(*words))
                    self.assertEqual((code, err), (1, ""))
                    named = [one for one in findings if one.get("partition") == partition and "position" in one]
                    self.assertTrue(named, findings)
                    self.assertLessEqual(named[0]["position"], first)
                    self.assertGreaterEqual(named[0].get("last_position", named[0]["position"]), first)

    def test_the_end_of_the_log_taken_away_with_all_that_is_derived_is_stated_by_an_anchor(self):
        rows = self.rows(self.data, "events")
        partition = self.place_of(rows[-1][0])[0]
        words = []
        for key, _ in [row for row in rows if self.place_of(row[0])[0] == partition][-3:]:
            words += ["erase", "events", key]
        code, findings, _ = self.verify(self.changed(*words))
        self.assertEqual(code, 1)
        self.assertTrue(any("has lost its end" in one["what"] or "is gone" in one["what"] for one in findings), findings)

    def test_an_edited_derived_row_is_refused_or_changes_nothing(self):
        whole = self.hashes(self.data)
        tried = 0
        for column in DERIVED:
            rows = self.rows(self.data, column)
            for _ in range(min(len(rows), 12 if LONG else 3)):
                key, value = self.chance.choice(rows)
                other_key, other_value = self.chance.choice(rows)
                at = self.chance.randrange(len(value) // 2) * 2 if value else 0
                flipped = value[:at] + f"{int(value[at:at + 2], 16) ^ 4:02x}" + value[at + 2:] if value else "00"
                for name, words in (("erased", ("erase", column, key)), ("flipped", ("put", column, key, flipped)), ("cut", ("put", column, key, value[:len(value) // 4 * 2])),
                                    ("swapped", ("put", column, key, other_value, "put", column, other_key, value)),
                                    ("added", ("put", column, key[:-2] + f"{int(key[-2:], 16) ^ 1:02x}", value))):
                    tried += 1
                    copy = self.changed(*words)
                    with self.subTest(column=column, what=name, key=key, value=value[:80]):
                        code, findings, err = self.verify(copy, "--deep")
                        if code == 0:
                            self.assertEqual(self.hashes(copy), whole)
                        else:
                            self.assertTrue(err or findings)
                        self.assertNotIn("a mistake in ritrovo", err)
        print(f"{tried} changes of derived rows", flush=True)

    def test_a_snapshot_of_another_family_is_passed_over_and_named(self):
        data = self.folder("pieces")
        commands, _ = self.families("pieces", families=4, seed=5)
        lines = commands.read_text().splitlines(keepends=True)
        for at in range(3):  # so that snapshots stand before the end of their cases
            self.assertIn(run("submit", "-", "--data", data, stdin="".join(lines[len(lines) * at // 3:len(lines) * (at + 1) // 3])).code, (0, 3))
        whole = self.hashes(data)
        rows = self.rows(data, "snapshots")
        copy = self.place / "changed"
        shutil.copytree(data, copy)
        others = [(key, value) for key, own in rows for _, value in rows if value != own]
        self.assertGreater(len(others), 10)
        for key, value in self.chance.sample(others, len(others) if LONG else 10):
            self.change(copy, "put", "snapshots", key, value)
            with self.subTest(key=key, value=value[:34]):
                self.assertEqual(self.hashes(copy), whole)
        done = run("verify", "--deep", "--json", "--data", copy)
        self.assertEqual(done.code, 1, done.err)
        self.assertIn("its snapshot's checksum isn't that of this case", done.json()["findings"][0]["what"])


if __name__ == "__main__":
    unittest.main()
