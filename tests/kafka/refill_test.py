import json
import shutil
import signal
import subprocess
import time
import unittest

from fixture import KafkaCase, run
from program import PROGRAM, environment, ndjson, opening, report


class Refill(KafkaCase):
    """A folder that lost its log/ gets it back from the topic `records`."""

    def lose_the_log(self, data):
        shutil.rmtree(data / "log")
        (data / "log").mkdir()

    def published_folder(self, families=12, faults=0.3, name="data"):
        """A folder with some cases, all of it published and signed; and the file of commands."""
        data = self.folder(name)
        lines, _ = self.families(families=families, faults=faults)
        config, prefix = self.configure(data)
        run("submit", lines, "--quiet", "--data", data)
        server = self.serve(config)
        self.wait_until_published(data)
        self.assertEqual(server.end(), 0)
        return data, config, prefix, lines

    def refused(self, config, *words):
        done = run("kafka", "refill", "--config", config, *words)
        self.assertEqual(done.code, 1, done.out)
        return done.err

    def whole(self, data):
        verified = run("verify", "--deep", "--data", data)
        self.assertEqual(verified.code, 0, verified.out + verified.err)

    def test_an_emptied_folder_comes_back_answers_as_before_and_goes_on(self):
        data, config, prefix, lines = self.published_folder()
        case, other = (line["case"] for line in self.succeed("case", "list", "--json", "--data", data).lines()[:2])
        self.succeed("erase", "propose", case, "--actor", "dpo-1", "--data", data)
        self.succeed("erase", "approve", case, "--actor", "dpo-2", "--data", data)
        self.succeed("erase", "propose", other, "--actor", "dpo-1", "--data", data)
        server = self.serve(config)
        self.wait_until_published(data)
        server.end()
        before = self.hashes(data)
        answers = run("submit", lines, "--json", "--data", data).out
        erasures = self.succeed("erase", "list", "--json", "--data", data).out
        self.lose_the_log(data)

        done = self.succeed("kafka", "refill", "--json", "--config", config).json()
        self.assertEqual(done["signed"], done["records"], "all of it was signed at the clean close")
        self.whole(data)
        self.assertEqual(self.hashes(data), before)
        self.assertEqual(run("submit", lines, "--json", "--data", data).out, answers, "each key is answered as before")
        self.assertEqual(self.hashes(data), before, "and nothing was recorded by that")
        self.assertEqual(self.succeed("erase", "list", "--json", "--data", data).out, erasures)

        server = self.serve(config)
        self.wait_until_published(data)
        self.assertEqual(self.status(data)["publisher"]["published"], 0, "what is published isn't published again")
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("after", at="2030-01-01T09:00:00Z")))
        self.succeed("advance", "--to", "2031-01-01", "--data", data)
        self.wait_until_published(data)
        server.end()
        self.check_published(data, prefix)
        self.assertEqual(json.loads((data / "ritrovo.folder").read_text())["incarnation"], done["incarnation"])

    def test_deadlines_ring_in_a_refilled_folder_as_they_would_have(self):
        data, config, _, _ = self.published_folder(faults=0)
        kept = self.place / "kept"
        shutil.copytree(data, kept)
        self.lose_the_log(data)
        self.succeed("kafka", "refill", "--config", config)
        for one in (data, kept):
            self.succeed("advance", "--to", "2027-01-01", "--data", one)
        self.assertEqual(self.hashes(data), self.hashes(kept))

    def test_killed_in_the_middle_it_begins_again(self):
        data, config, _, _ = self.published_folder(families=20)
        before = self.hashes(data)
        self.lose_the_log(data)
        killed = 0
        for tenths in range(1, 9):
            program = subprocess.Popen([PROGRAM, "kafka", "refill", "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
            time.sleep(tenths * 0.15)
            if program.poll() is None:
                killed += 1
            program.send_signal(signal.SIGKILL)
            program.wait()
            if (data / "log/CURRENT").exists():
                break
        self.assertGreater(killed, 0)
        if not (data / "log/CURRENT").exists():
            self.succeed("kafka", "refill", "--config", config)
        self.whole(data)
        self.assertEqual(self.hashes(data), before)
        self.assertFalse((data / "log.refill").exists())

    def test_what_a_restored_folder_recorded_anew_is_what_comes_back(self):
        data = self.folder()
        config, prefix = self.configure(data)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a"), opening("b")))
        self.succeed("backup", self.place / "copies", "--vault", self.place / "keys", "--data", data)
        first = self.serve(config)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(report("r", "a", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"}),
                                                                         report("s", "b", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"})))
        self.wait_until_published(data)
        first.end()
        restored = self.place / "restored"
        keys = next((self.place / "keys").iterdir())
        self.succeed("restore", self.place / "copies", "--vault", keys, "--register-lost", "--data", restored, "--master-key-file", data / "vault/master.key")
        shutil.copy(data / "vault/master.key", restored / "vault/master.key")
        # One case goes another way than before; the other stays where the backup had it.
        self.succeed("submit", "-", "--quiet", "--data", restored, stdin=ndjson(report("t", "a", "orientation.held", {"channel": "phone", "held_on": "2024-02-05"}, at="2024-02-05T09:00:00Z")))
        copied, _ = self.configure(restored, prefix=prefix, init=False)
        second = self.serve(copied)
        self.wait_until_published(restored)
        second.end()
        before = self.hashes(restored)

        self.lose_the_log(restored)
        self.succeed("kafka", "refill", "--config", copied)
        self.whole(restored)
        self.assertEqual(self.hashes(restored), before)
        self.lose_the_log(data)
        self.assertIn("it was restored elsewhere", self.refused(config))

    def test_what_cannot_be_refilled_is_refused_with_the_reason_and_left_as_it_was(self):
        data, config, prefix, _ = self.published_folder(families=3)
        self.assertIn("isn't empty", self.refused(config))
        older = self.place / "older-keys"
        shutil.copy(data / "vault/keys", older)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("unpublished", at="2030-01-01T09:00:00Z")))
        server = self.serve(config)
        self.assertIn("a server has this folder open", self.refused(config))
        self.wait_until_published(data)
        server.end()
        newer = self.place / "newer-keys"
        shutil.copy(data / "vault/keys", newer)
        self.lose_the_log(data)
        files = {path: path.read_bytes() for path in data.rglob("*") if path.is_file() and path.name not in ("lock", "closed")}

        other = self.place / "other.yaml"
        other.write_text(config.read_text().replace(prefix, prefix + "-other"))
        self.succeed("kafka", "init", "--config", other)
        self.assertIn("it was never published there", self.refused(other))
        shutil.copy(older, data / "vault/keys")
        self.assertIn("lacks the keys of", self.refused(config))
        shutil.copy(newer, data / "vault/keys")
        shutil.move(data / "checkpoints", self.place / "checkpoints")
        (data / "checkpoints").mkdir()
        shutil.copy(self.place / "checkpoints/keys", data / "checkpoints/keys")
        self.assertIn("--without-checkpoint", self.refused(config))
        shutil.rmtree(data / "checkpoints")
        shutil.move(self.place / "checkpoints", data / "checkpoints")
        self.assertEqual({path: path.read_bytes() for path in files}, files)
        self.succeed("kafka", "refill", "--config", config)
        self.whole(data)

    def test_records_that_were_signed_and_never_published_are_missed(self):
        data, config, _, _ = self.published_folder(families=3)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("unpublished", at="2030-01-01T09:00:00Z")))
        self.lose_the_log(data)
        self.assertIn("but its checkpoint was signed at", self.refused(config))

    def test_a_folder_that_was_never_closed_comes_back_where_the_brokers_are_trusted(self):
        data = self.place / "data"
        self.succeed("init", "--data", data, "--clock", "simulated")
        config, _ = self.configure(data)
        server = self.serve(config)
        self.succeed("publish", "--data", data)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a")))
        self.wait_until_published(data)
        server.kill()
        self.lose_the_log(data)
        self.assertIn("no checkpoint in", self.refused(config))
        done = self.succeed("kafka", "refill", "--without-checkpoint", "--config", config)
        self.assertIn("the brokers alone vouch", done.out)
        self.whole(data)
        self.assertEqual(len(self.succeed("case", "list", "--json", "--data", data).lines()), 1)


if __name__ == "__main__":
    unittest.main()
