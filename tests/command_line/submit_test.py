import unittest

from program import CASEWORKER, LONG, FolderCase, ndjson, opening, report, run


class Submit(FolderCase):
    def test_a_persons_branch_is_held_and_goes_on_and_a_step_is_asked_again(self):
        data = self.folder()

        def order(key, command, **more):
            return {"key": key, "command": command, "opened_by": "a", "at": "2024-02-03T09:00:00Z", "actor": CASEWORKER, **more}

        answers = run("submit", "-", "--json", "--data", data, stdin=ndjson(
            opening("a"),
            report("b", "a", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"}),
            order("c", "suspend", person="rel-1", data={"reason": "in hospital"}),
            order("d", "task", action="claim", step="tie", person="rel-1"),
            order("e", "suspend", person="rel-1"),
            order("f", "suspend", person="sponsor"),
            order("g", "resume", person="rel-1", data={"reason": "well again"}),
            order("h", "task", action="claim", step="tie", person="rel-1"),
            order("i", "resume", step="relatives_checked/tie"),
            order("j", "resume", step="no_such_step"))).lines()
        said = [answer.get("rejection", {}).get("code", answer["outcome"]) for answer in answers]
        self.assertEqual(said, ["accepted", "accepted", "accepted", "person_suspended", "person_suspended", "required_person", "accepted", "accepted",
                                "nothing_to_resume", "unknown_step"], answers)
        events = self.succeed("case", "history", answers[0]["case"], "--json", "--data", data).out
        self.assertIn("person_suspended", events)
        self.assertIn("person_resumed", events)

    def test_the_same_seed_gives_the_same_bytes(self):
        first, expected = self.families("first", families=30, faults=0.5)
        second, expected_again = self.families("second", families=30, faults=0.5)
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertEqual(expected.read_bytes(), expected_again.read_bytes())
        other, _ = self.families("other", families=30, seed=8, faults=0.5)
        self.assertNotEqual(first.read_bytes(), other.read_bytes())

    def test_without_faults_no_line_is_rejected(self):
        data = self.folder()
        lines, expected = self.families(families=500 if LONG else 100)
        done = run("submit", lines, "--expected", expected, "--quiet", "--data", data)
        self.assertEqual(done.code, 0, done.err)
        self.assertNotIn("rejected", done.err)

    def test_with_every_fault_each_answer_is_of_the_expected_class(self):
        data = self.folder()
        lines, expected = self.families(families=500 if LONG else 100, faults=1)
        done = run("submit", lines, "--expected", expected, "--quiet", "--data", data)
        self.assertEqual(done.code, 0, done.err)

    def test_a_difference_from_what_was_expected_is_told(self):
        data = self.folder()
        lines, expected = self.families(families=2)
        expected.write_text(expected.read_text().replace("accepted", "rejected:not_permitted", 1))
        done = run("submit", lines, "--expected", expected, "--quiet", "--data", data)
        self.assertEqual(done.code, 1)
        self.assertIn("line 1, ", done.err)
        self.assertIn("expected rejected:not_permitted, got accepted", done.err)

    def test_answers_come_in_the_order_of_the_lines_and_submitting_again_changes_nothing(self):
        data = self.folder()
        lines, _ = self.families(families=20, faults=0.3)
        first = run("submit", lines, "--json", "--data", data).lines()
        self.assertEqual([answer["line"] for answer in first], list(range(1, len(first) + 1)))
        before = self.hashes(data)
        second = run("submit", lines, "--json", "--data", data).lines()
        self.assertEqual(self.hashes(data), before)
        for old, new in zip(first, second):
            if "receipt" in old:
                self.assertTrue(new["again"])
                self.assertEqual({**old, "again": True}, new)

    def test_receipts_hold_and_a_forged_one_does_not(self):
        data = self.folder()
        lines, _ = self.families(families=5)
        answers = self.place / "answers.ndjson"
        answers.write_text(run("submit", lines, "--json", "--data", data).out)
        self.assertEqual(self.succeed("receipts", answers, "--data", data, "--json").json()["missing"], 0)
        text = answers.read_text()
        at = text.index('"leaf":"') + len('"leaf":"')
        answers.write_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:])
        done = run("receipts", answers, "--data", data)
        self.assertEqual(done.code, 1)
        self.assertIn("its hash differs", done.err)

    def test_an_answer_says_what_follows_by_when_and_why(self):
        data = self.folder()
        lines, _ = self.families(families=20)
        follows = [follow for answer in run("submit", lines, "--json", "--data", data).lines() for follow in answer["follows"]]
        deadlines = [follow for follow in follows if follow["kind"] == "deadline"]
        self.assertTrue(deadlines)
        for deadline in deadlines:
            self.assertRegex(deadline["by"], r"^\d{4}-\d\d-\d\d$")
            self.assertRegex(deadline["why"], r"^\d+ (working )?(day|week|month|year)s? .*from \d")
        self.assertTrue(any(follow["kind"] == "task" and follow["law"] for follow in follows if "law" in follow))

    def test_the_figures_come_as_json_too(self):
        data = self.folder()
        lines, _ = self.families(families=3)
        figures = self.succeed("submit", lines, "--quiet", "--json", "--data", data).json()
        self.assertEqual(figures["accepted"], figures["commands"])


if __name__ == "__main__":
    unittest.main()
