import random
import shutil
import unittest

from program import FolderCase, environment, PROGRAM, ndjson, opening, run

import subprocess


class Corruption(FolderCase):
    def killed_folder(self):
        """A folder whose last commands stand in the write-ahead log alone, as a kill leaves them."""
        data = self.folder()
        program = subprocess.Popen([PROGRAM, "submit", "-", "--json", "--data", str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=environment())
        for number in range(40):
            program.stdin.write(ndjson(opening(f"k-{number}")).encode())
        program.stdin.flush()
        for _ in range(40):
            self.assertIn(b"accepted", program.stdout.readline())
        program.kill()
        program.wait()
        program.stdin.close()
        program.stdout.close()
        return data

    def largest_log(self, data):
        return max((data / "log").rglob("*.log"), key=lambda path: path.stat().st_size)

    def test_a_flipped_bit_in_the_middle_of_the_log_is_named_and_nothing_starts_over_it(self):
        data = self.killed_folder()
        file = self.largest_log(data)
        content = bytearray(file.read_bytes())
        content[len(content) // 3] ^= 0x10
        file.write_bytes(content)
        done = run("tasks", "--data", data)
        self.assertEqual(done.code, 1, done.out)
        self.assertIn(file.name, done.err)
        self.assertNotIn("terminate", done.err)

    def test_a_torn_tail_alone_recovers(self):
        data = self.killed_folder()
        file = self.largest_log(data)
        with file.open("ab") as out:
            out.write(b"\0" * 64)
        cases = self.succeed("case", "list", "--json", "--data", data).lines()
        self.assertEqual(len(cases), 40)

    def test_random_flips_never_crash_and_are_never_taken_silently(self):
        data = self.killed_folder()
        pristine = self.place / "pristine"
        shutil.copytree(data, pristine)
        self.assertEqual(len(self.succeed("case", "list", "--json", "--data", data).lines()), 40)
        whole = self.hashes(data)
        chance = random.Random(11)
        for _ in range(20):
            broken = self.place / "broken"
            shutil.rmtree(broken, ignore_errors=True)
            shutil.copytree(pristine, broken)
            file = self.largest_log(broken)
            content = bytearray(file.read_bytes())
            at = chance.randrange(len(content))
            content[at] ^= 1 << chance.randrange(8)
            file.write_bytes(content)
            done = run("case", "hash", "--all", "--records", "--json", "--data", broken)
            with self.subTest(at=at, of=len(content)):
                self.assertIn(done.code, (0, 1), done.err)
                if done.code == 0:
                    # Only what can't be told from a torn tail may be gone: nothing else may differ.
                    self.assertTrue(done.json() == whole or at > len(content) * 9 // 10, done.out)

    def test_a_lost_master_key_is_named(self):
        data = self.folder()
        (data / "vault" / "master.key").unlink()
        done = run("tasks", "--data", data)
        self.assertEqual(done.code, 1)
        self.assertIn("master.key", done.err)


if __name__ == "__main__":
    unittest.main()
