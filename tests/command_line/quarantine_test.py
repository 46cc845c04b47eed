import shutil
import struct
import unittest

from program import FolderCase, ndjson, opening, report, run

SLOT = struct.Struct("=Q16sII")  # docs/formats.md: a case, a key's hash, how often it was taken, unused; twice in 64 bytes


class Quarantine(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opening("a"), opening("b")))

    def listed(self, *words):
        return self.succeed(*words, "--json", "--data", self.data).lines()

    def crashed_twice_on(self, command):
        """As if the program had ended twice while it took that command: what it takes stands in the file `inflight`, seen in a copy."""
        copy = self.place / "copy"
        shutil.copytree(self.data, copy)
        self.succeed("submit", "-", "--quiet", "--data", copy, stdin=ndjson(command))
        before, after = bytearray((self.data / "inflight").read_bytes()), (copy / "inflight").read_bytes()
        shutil.rmtree(copy)
        [at] = [at for at in range(0, len(after), 64) if before[at:at + 24] != after[at:at + 24]]
        case, key, _, _ = SLOT.unpack_from(after, at)
        SLOT.pack_into(before, at, case, key, 2, 0)
        (self.data / "inflight").write_bytes(before)

    def test_a_case_in_quarantine_is_listed_with_its_command_and_goes_on_after_release(self):
        culprit = report("a-1", "a", "permit.shown", {"kind": "work", "duration_months": 24, "renewal_pending": False, "resident_since": "2018-01-18"})
        waiting = report("a-2", "a", "deed.received", {"kind": "marriage", "translated": True, "legalised": True, "received_on": "2024-02-02"}, person="rel-1")
        other = {**culprit, "key": "b-1", "opened_by": "b"}
        self.crashed_twice_on(culprit)
        done = run("submit", "-", "--json", "--data", self.data, stdin=ndjson(culprit, waiting, other))
        answers = {line["key"]: line for line in done.lines()}
        self.assertEqual({key: answer["outcome"] for key, answer in answers.items()}, {"a-1": "parked", "a-2": "parked", "b-1": "accepted"})
        case = answers["a-1"]["case"]

        [listed] = self.listed("quarantine", "list")
        self.assertEqual((listed["case"], listed["key"], listed["command"], listed["parked"]), (case, "a-1", "report", 2))
        text = self.succeed("quarantine", "list", "--data", self.data).out
        for part in (case, "2 commands waiting", "The command's key: a-1", f"ritrovo quarantine release {case}"):
            self.assertIn(part, text)
        self.assertNotIn("Ada", text)
        self.assertIn("1 case is in quarantine", run("doctor", "--data", self.data).out)

        released = self.succeed("quarantine", "release", case, "--note", "tried again", "--json", "--data", self.data).json()
        self.assertEqual(released["outcome"], "accepted")
        self.assertEqual(self.listed("quarantine", "list"), [])
        facts = [event["body"]["fact"] for event in self.listed("case", "history", case) if event["event"] == "fact_reported"]
        self.assertEqual(facts, ["permit.shown", "deed.received"])


if __name__ == "__main__":
    unittest.main()
