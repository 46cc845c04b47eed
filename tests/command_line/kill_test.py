import random
import shutil
import time
import unittest

from program import LONG, FolderCase, run, start

KILLS = 50 if LONG else 10


class Kill(FolderCase):
    def test_nothing_that_was_answered_is_lost_and_the_end_is_that_of_a_calm_run(self):
        """Killed at random moments, in one folder: every printed answer is in the log before anything is sent again."""
        lines, _ = self.families(families=150 if LONG else 60, faults=0.2)
        calm = self.folder("calm")
        began = time.monotonic()
        run("submit", lines, "--json", "--data", calm)
        calm_seconds = time.monotonic() - began
        total = lines.read_bytes().count(b"\n")

        killed = self.folder("killed")
        empty = self.place / "empty"
        shutil.copytree(killed, empty)
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        answers = self.place / "answers.ndjson"
        printed_all = 0
        for kill in range(KILLS):
            with self.subTest(kill=kill, seed=seed), answers.open("wb") as out:
                # Each answers what was taken before again, faster than the first time; some kills come before the first answer.
                program = start("submit", lines, "--json", "--data", killed, stdout=out)
                time.sleep(chance.uniform(0, calm_seconds * 0.9))
                program.kill()
                program.wait()
            checked = self.succeed("receipts", answers, "--json", "--data", killed).json()
            self.assertEqual(checked["missing"], 0)
            printed_all += checked["receipts"]
            if answers.read_bytes().count(b"\n") >= total:
                shutil.rmtree(killed)
                shutil.copytree(empty, killed)
        self.assertGreater(printed_all, 0, "no kill came after the first answer")

        run("submit", lines, "--quiet", "--data", killed)
        for data in (calm, killed):
            self.succeed("advance", "--to", "2026-01-01", "--data", data)
        one, other = self.hashes(calm), self.hashes(killed)
        self.assertEqual(one["cases"], other["cases"])
        self.assertEqual(one["outcome"], other["outcome"], f"seed {seed}")

        before = self.hashes(killed)
        run("submit", lines, "--quiet", "--data", killed)
        self.assertEqual(self.hashes(killed), before)


if __name__ == "__main__":
    unittest.main()
