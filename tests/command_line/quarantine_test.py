import unittest

from program import FolderCase, ndjson, opening, report, run


class Quarantine(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opening("a"), opening("b")))

    def listed(self, *words):
        return self.succeed(*words, "--json", "--data", self.data).lines()

    def test_a_case_in_quarantine_is_listed_with_its_command_and_goes_on_after_release(self):
        culprit = report("a-1", "a", "permit.shown", {"kind": "work", "duration_months": 24, "renewal_pending": False, "resident_since": "2018-01-18"})
        waiting = report("a-2", "a", "deed.received", {"kind": "marriage", "translated": True, "legalised": True, "received_on": "2024-02-02"}, person="rel-1")
        other = {**culprit, "key": "b-1", "opened_by": "b"}
        self.crashed_twice_on(self.data, culprit)
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
