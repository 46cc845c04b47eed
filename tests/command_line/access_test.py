import os
import subprocess
import unittest

import program
from program import FolderCase, Outcome, environment, ndjson, opening, run

SHIM = os.environ.get("RITROVO_FAILING_SYNC")


class Access(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opening("a")))
        self.case = self.succeed("case", "list", "--json", "--data", self.data).lines()[0]["case"]

    def reads(self, *words):
        return self.succeed("access", *words, "--json", "--data", self.data).lines()

    def test_each_reading_of_a_case_is_logged_with_who_what_and_purpose(self):
        self.succeed("case", "show", self.case, "--reader", "u-17", "--purpose", "hearing of 3 March", "--data", self.data)
        self.succeed("case", "history", self.case, "--data", self.data)
        self.succeed("explain", self.case, "orientation", "--sealed", "--data", self.data)
        self.assertEqual([(read["who"], read["what"], read["purpose"], read["personal"]) for read in self.reads()],
                         [("u-17", "show", "hearing of 3 March", True), ("operator", "history", "", False), ("operator", "explain orientation", "", False)])
        self.assertEqual(self.reads(self.case), self.reads())
        self.assertIn("hearing of 3 March", self.succeed("access", "--data", self.data).out)

    def test_a_changed_line_is_found(self):
        self.succeed("case", "show", self.case, "--reader", "u-17", "--data", self.data)
        self.succeed("case", "show", self.case, "--reader", "u-18", "--data", self.data)
        file = next((self.data / "access").iterdir())
        file.write_text(file.read_text().replace("u-17", "u-99"))
        done = run("access", "--data", self.data)
        self.assertEqual(done.code, 1)
        self.assertIn("line 3", done.err)

    def test_a_cut_end_is_noticed_by_what_was_signed(self):
        for reader in ("u-17", "u-18"):
            self.succeed("case", "show", self.case, "--reader", reader, "--data", self.data)
        self.succeed("verify", "--data", self.data)
        also = self.place / "also"
        self.succeed("checkpoint", "--also", also, "--data", self.data)
        self.succeed("verify", "--anchor", also, "--data", self.data)
        older = (self.data / "checkpoints" / "access").read_bytes()
        self.succeed("case", "show", self.case, "--reader", "u-19", "--data", self.data)
        file = next((self.data / "access").iterdir())
        whole = file.read_text()
        file.write_text("".join(whole.splitlines(keepends=True)[:-1]))
        for undo in (False, True):  # the checkpoint set back too: the log remembers
            if undo:
                (self.data / "checkpoints" / "access").write_bytes(older)
            with self.subTest(undo=undo):
                for words in (("access",), ("verify",), ("doctor",)):
                    done = run(*words, "--data", self.data)
                    self.assertEqual(done.code, 1, words)
                    self.assertIn("the latest readings are missing", done.out + done.err)
        # What goes on meanwhile isn't signed over it.
        self.succeed("case", "show", self.case, "--reader", "u-20", "--data", self.data)
        self.assertEqual(run("verify", "--data", self.data).code, 1)
        file.write_text("".join(whole.splitlines(keepends=True)[:-2]))
        done = run("verify", "--anchor", also, "--data", self.data)
        self.assertIn(str(also / "access"), done.out)
        self.assertEqual(run("checkpoint", "--also", also, "--data", self.data).code, 1)
        file.write_text(whole)
        self.succeed("verify", "--anchor", also, "--data", self.data)

    def test_where_it_cannot_be_written_personal_reads_are_refused_and_the_rest_goes_on(self):
        (self.data / "access").write_text("no folder")
        refused = run("case", "show", self.case, "--data", self.data)
        self.assertEqual(refused.code, 1)
        self.assertIn("Personal values aren't shown without it", refused.err)
        self.assertEqual(refused.out, "")
        for words in (("case", "history", self.case), ("case", "timeline", self.case), ("explain", self.case, "orientation", "--sealed"), ("tasks",)):
            with self.subTest(words=words):
                self.succeed(*words, "--data", self.data)
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opening("b")))

    @unittest.skipUnless(SHIM, "the library that lets a disk be full isn't named")
    def test_on_a_full_disk_personal_reads_are_refused_and_the_rest_goes_on(self):
        self.succeed("case", "show", self.case, "--reader", "u-17", "--data", self.data)
        file = next((self.data / "access").iterdir())
        before = file.read_bytes()

        def full(*words):
            done = subprocess.run([program.PROGRAM, *map(str, words), "--data", str(self.data)], capture_output=True, timeout=300, check=False,
                                  env={**environment(), "LD_PRELOAD": SHIM, "FULL_DISK": "/access/"})
            return Outcome(done)

        for words in (("case", "show", self.case), ("case", "timeline", self.case, "--names"), ("export", self.case, "--names", "--out", self.place / "out")):
            with self.subTest(words=words):
                refused = full(*words)
                self.assertEqual((refused.code, refused.out), (1, ""))
                self.assertIn("No space left on device", refused.err)
        self.assertFalse((self.place / "out").exists())
        for words in (("case", "history", self.case), ("tasks",), ("access",), ("verify",), ("checkpoint",)):
            with self.subTest(words=words):
                self.assertEqual(full(*words).code, 0)
        self.assertEqual(file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
