import re
import unittest

from program import FolderCase, run

COMMANDS = ["init", "check", "catalogue", "publish", "submit", "case", "case show", "case history", "case timeline", "case hash", "case list", "case split", "case merge", "case links",
            "tasks", "deadlines", "stuck", "quarantine", "quarantine list", "quarantine release", "advance", "receipts", "generate", "demo", "version",
            "describe", "diagram", "coverage", "try", "definitions", "definitions diff", "checkpoint", "checkpoint key",
            "checkpoint rotate", "checkpoint resign", "verify", "prove", "check-receipt", "consistency", "witness", "witness init", "witness cosign",
            "export", "verify-bundle", "person", "person export",
            "erase", "erase propose", "erase approve", "erase withdraw", "erase hold", "erase end-hold", "erase list", "vault", "vault rotate",
            "vault escrow", "vault escrow-key", "vault escrow-open", "backup", "restore", "doctor"]


class Help(FolderCase):
    def test_every_command_has_a_description_an_example_and_what_comes_next(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                done = run(*command.split(), "--help")
                self.assertEqual(done.code, 0)
                self.assertRegex(done.out, r"(?m)^Example:\n  ritrovo \w+")
                self.assertRegex(done.out, r"(?m)^Next:\n  \S+")
                self.assertNotEqual(done.out.strip().splitlines()[0], "")
                self.assertIn("--json", done.out)

    def test_the_help_lists_every_command_and_how_to_begin(self):
        done = run("--help")
        for command in COMMANDS:
            self.assertRegex(done.out, rf"(?m)^  {re.escape(command.split()[0])} ")
        self.assertIn("To begin:", done.out)
        self.assertIn("Exit codes:", done.out)

    def test_a_wrong_word_gets_the_nearest_command(self):
        done = run("submitt", "x")
        self.assertEqual(done.code, 2)
        self.assertIn("did you mean 'ritrovo submit'?", done.err)
        done = run("case", "timelin", "fam-x")
        self.assertIn("did you mean 'ritrovo case timeline'?", done.err)

    def test_without_a_command_the_help_is_shown(self):
        done = run()
        self.assertEqual(done.code, 2)
        self.assertIn("To begin:", done.out)

    def test_a_wrong_option_says_where_to_look(self):
        done = run("tasks", "--nonsense")
        self.assertEqual(done.code, 2)
        self.assertIn("--help", done.err)

    def test_errors_are_json_where_json_is_asked_for(self):
        done = run("tasks", "--json", "--data", self.place / "nowhere")
        self.assertEqual(done.code, 1)
        self.assertRegex(done.err, r'^\{"error":"not_found","message":".*ritrovo init')

    def test_the_version_is_told(self):
        self.assertRegex(self.succeed("version").out, r"^ritrovo \d+\.\d+\.\d+$")


if __name__ == "__main__":
    unittest.main()
