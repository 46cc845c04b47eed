import json
import random
import shutil
import unittest

from program import LONG, FolderCase, run


class Ledger(FolderCase):
    def filled(self, families=6, seed=5):
        data = self.folder()
        commands, _ = self.families(families=families, seed=seed)
        self.assertIn(run("submit", commands, "--data", data).code, (0, 3))
        return data

    def more(self, data, seed=77):
        commands, _ = self.families(name=f"more-{seed}", families=2, seed=seed)
        self.assertIn(run("submit", commands, "--data", data).code, (0, 3))

    def first_case(self, data):
        return self.succeed("case", "list", "--json", "--data", data).lines()[0]["case"]

    def verify(self, data, *words):
        done = run("verify", "--json", "--data", data, *words)
        return done.code, (done.json() if done.out else None), done.err

    def test_a_sound_folder_verifies_deeply_and_says_how_far_checkpoints_reach(self):
        data = self.filled()
        code, said, err = self.verify(data, "--deep")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(said["sound"] and said["deep"])
        self.assertEqual(said["signed"], said["records"])
        self.assertEqual(said["not_covered_elsewhere"], said["records"])

    def test_what_came_after_the_newest_anchor_is_stated(self):
        data = self.filled()
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", data)
        before = self.verify(data)[1]["records"]
        self.more(data)
        code, said, _ = self.verify(data, "--anchor", self.place / "elsewhere")
        self.assertEqual(code, 0)
        self.assertEqual(said["not_covered_elsewhere"], said["records"] - before)
        self.assertIn("cover all but", self.succeed("verify", "--anchor", self.place / "elsewhere", "--data", data).out)

    def test_a_log_set_back_with_all_its_files_is_noticed_by_a_checkpoint_kept_elsewhere(self):
        data = self.filled()
        shutil.copytree(data, self.place / "older")
        self.more(data)
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", data)
        older = self.place / "older"
        self.assertEqual(self.verify(older)[0], 0)  # the folder alone can't know
        code, said, _ = self.verify(older, "--anchor", self.place / "elsewhere")
        self.assertEqual(code, 1)
        self.assertIn("has lost its end", said["findings"][0]["what"])
        # And no checkpoint is written there over the one that shows it.
        kept = (self.place / "elsewhere" / "2").read_bytes()
        done = run("checkpoint", "--also", self.place / "elsewhere", "--data", older)
        self.assertEqual(done.code, 1)
        self.assertIn("was signed at", done.err)
        self.assertEqual((self.place / "elsewhere" / "2").read_bytes(), kept)

    def test_a_proof_is_checked_without_the_folder_and_refused_when_anything_in_it_changes(self):
        data = self.filled()
        case = self.first_case(data)
        proof = self.place / "event.tlog-proof"
        keys = self.place / "keys"
        keys.write_text(self.succeed("checkpoint", "key", "--data", data).out)
        self.succeed("prove", case, 3, "--out", proof, "--data", data)
        shutil.rmtree(data)
        said = self.succeed("check-receipt", proof, "--key", keys, "--json").json()
        self.assertEqual((said["case"], said["version"], said["holds"]), (case, 3, True))
        self.succeed("check-receipt", proof, "--key", keys, "--leaf", said["leaf"])
        self.assertEqual(run("check-receipt", proof, "--key", keys, "--leaf", "0" * 64).code, 1)
        whole = proof.read_bytes()
        chance = random.Random(3)
        for _ in range(300 if LONG else 60):
            changed = bytearray(whole)
            at = chance.randrange(len(whole))
            changed[at] ^= 1 << chance.randrange(7)
            proof.write_bytes(changed)
            done = run("check-receipt", proof, "--key", keys)
            with self.subTest(at=at):
                self.assertIn(done.code, (1, 2), done.out)
                self.assertNotIn("terminate", done.err)

    def test_a_key_that_nothing_is_held_against_is_refused(self):
        data = self.folder()
        self.assertEqual(run("verify", "--key", self.place / "none", "--data", data).code, 2)
        done = run("verify", "--anchor", data / "checkpoints", "--key", self.place / "none", "--data", data)
        self.assertEqual(done.code, 2)
        self.assertIn("neither a file nor a public key", done.err)

    def test_a_receipt_of_an_answer_is_that_of_its_proof(self):
        data = self.folder()
        commands, _ = self.families(families=1)
        answer = self.succeed("submit", commands, "--json", "--data", data).lines()[0]
        proof = self.place / "p.tlog-proof"
        self.succeed("prove", answer["case"], 1, "--out", proof, "--data", data)
        self.succeed("check-receipt", proof, "--leaf", answer["receipt"]["leaf"], "--data", data)

    def test_consistency_and_a_witness(self):
        data = self.filled()
        old = self.place / "old"
        new = self.place / "new"
        keys = self.place / "keys"
        court = self.place / "court.key"
        self.succeed("checkpoint", "--also", old, "--data", data)
        self.more(data)
        self.succeed("checkpoint", "--also", new, "--data", data)
        keys.write_text(self.succeed("checkpoint", "key", "--data", data).out)
        grown = next(p for p in range(16) if (old / str(p)).read_bytes() != (new / str(p)).read_bytes())
        growth = self.place / "growth"
        self.succeed("consistency", old / str(grown), new / str(grown), "--out", growth, "--data", data)
        self.succeed("consistency", old / str(grown), new / str(grown), "--proof", growth, "--key", keys)
        other = next(p for p in range(16) if p != grown)
        self.assertEqual(run("consistency", old / str(other), new / str(other), "--proof", growth, "--key", keys).code, 1)
        self.succeed("witness", "init", "--key-file", court, "--name", "court.example")

        def cosign(request, *words):
            return run("witness", "cosign", request, "--key-file", court, "--name", "court.example", "--log-key", keys, "--state", self.place / "seen", *words)

        self.assertEqual(cosign(growth).code, 3)  # it never saw the first one
        first = self.place / "first"
        first.write_text("old 0\n\n" + (old / str(grown)).read_text())
        self.assertEqual(cosign(first).code, 0)
        done = cosign(growth, "--out", self.place / "cosigned")
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual((self.place / "cosigned").read_text(), (new / str(grown)).read_text() + done.out)
        self.assertEqual(cosign(first).code, 3)  # never back again
        self.succeed("verify", "--anchor", self.place / "cosigned", "--data", data)

    def test_checkpoints_of_a_rotated_key_stay_good(self):
        data = self.filled()
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", data)
        old_key = (data / "signing.key").read_bytes()
        self.succeed("checkpoint", "rotate", "--data", data)
        self.assertNotEqual((data / "signing.key").read_bytes(), old_key)
        self.succeed("verify", "--anchor", self.place / "elsewhere", "--data", data)
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", data)
        self.succeed("verify", "--anchor", self.place / "elsewhere", "--data", data)
        self.assertEqual(len(self.succeed("checkpoint", "key", "--data", data).out.splitlines()), 2)

    def test_random_flips_in_every_file_of_the_log_are_refused_or_change_nothing(self):
        data = self.filled(families=4)
        self.succeed("checkpoint", "--also", self.place / "elsewhere", "--data", data)
        whole = self.hashes(data)
        pristine = self.place / "pristine"
        shutil.copytree(data, pristine)
        files = sorted(path.relative_to(pristine) for path in (pristine / "log").rglob("*") if path.is_file() and path.stat().st_size > 0)
        chance = random.Random(17)
        for number in range(500 if LONG else 40):
            broken = self.place / "broken"
            shutil.rmtree(broken, ignore_errors=True)
            shutil.copytree(pristine, broken)
            file = broken / files[number % len(files)]
            content = bytearray(file.read_bytes())
            at = chance.randrange(len(content))
            content[at] ^= 1 << chance.randrange(8)
            file.write_bytes(content)
            code, said, err = self.verify(broken, "--anchor", self.place / "elsewhere")
            with self.subTest(file=file.name, at=at):
                self.assertIn(code, (0, 1), err)
                self.assertNotIn("terminate", err)
                if code == 0:
                    self.assertEqual(self.hashes(broken), whole)
                else:
                    # Somebody is told where to look: a file, or a position.
                    self.assertTrue(err or said["findings"], said)


if __name__ == "__main__":
    unittest.main()
