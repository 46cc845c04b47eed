import json
import os
import subprocess
import unittest

import program
from program import FolderCase, Outcome, environment

SHIM = os.environ.get("RITROVO_FAILING_SYNC")


@unittest.skipUnless(SHIM, "the library that lets a sync fail isn't named")
class FailingDisk(FolderCase):
    """One sync of one file fails; the disk is well again afterwards."""

    def run_failing(self, which, *words):
        done = subprocess.run([program.PROGRAM, *map(str, words)], capture_output=True, timeout=300, check=False,
                              env={**environment(), "LD_PRELOAD": SHIM, "FAILING_SYNC": which})
        return Outcome(done)

    def test_one_failed_commit_ends_submit_with_a_sentence_and_whole_lines(self):
        lines, _ = self.families(families=40)
        for number in (12, 30):
            for json_wanted in (True, False):
                with self.subTest(number=number, json=json_wanted):
                    data = self.folder(f"data-{number}-{json_wanted}")
                    done = self.run_failing(f"{number} .log", "submit", lines, "--window", 8, "--data", data, *(["--json"] if json_wanted else []))
                    self.assertEqual(done.code, 1, done.err[-1000:])
                    self.assertTrue(done.out.endswith("\n"))
                    if json_wanted:
                        outcomes = [json.loads(line)["outcome"] for line in done.out.splitlines()]
                        self.assertIn("failed", outcomes)
                    self.succeed("submit", lines, "--quiet", "--data", data)
                    self.succeed("case", "list", "--data", data)


if __name__ == "__main__":
    unittest.main()
