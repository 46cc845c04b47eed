import unittest

from program import FolderCase, ndjson, opening, report, run

TALK = {"channel": "walk_in", "held_on": "2024-02-02"}
PERMIT = {"kind": "work", "duration_months": 24, "renewal_pending": False, "resident_since": "2019-05-01"}
INCOME = {"amount": "9000.00", "source": "employment", "declared_on": "2024-02-10"}


class Explain(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()

    def give(self, *commands):
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(*commands))
        return self.succeed("case", "list", "--json", "--data", self.data).lines()[0]["case"]

    def explain(self, case, what, *words):
        return self.succeed("explain", case, what, "--json", "--data", self.data, *words).json()["explanations"]

    def test_why_goes_from_an_outcome_back_to_who_reported_what(self):
        case = self.give(opening("a"), report("b", "a", "orientation.held", TALK), report("c", "a", "permit.shown", PERMIT))
        said = self.succeed("explain", case, "sponsor_permit", "--data", self.data).out
        for part in ("ended on 2024-02-02 with “Suitable”", "24 ≥ 12: true", "TUI art. 28(1)", "told by u-1 (comune-milano; caseworker)", "milan/family-reunification.yaml, line",
                     "version 1", "sponsor_permit:"):
            self.assertIn(part, said)
        self.assertIn("riferito da u-1", self.succeed("explain", case, "sponsor_permit", "--language", "it", "--data", self.data).out)

    def test_why_not_shows_the_guard_and_what_would_open_it(self):
        case = self.give(opening("a"), report("b", "a", "orientation.held", TALK), report("c", "a", "permit.shown", PERMIT),
                         report("d", "a", "income.declared", INCOME, at="2024-02-10T09:00:00Z"))
        said = self.succeed("explain", case, "prepare", "--data", self.data).out
        self.assertIn("“Preparation of the file” has not opened yet", said)
        self.assertIn("9000.00 ≥ 10421.00: false" if "10421.00" in said else "9000.00 ≥", said)
        self.assertIn("“Family tie” for Ada Esempio (rel-1): waits for", said)
        self.assertIn("What can be done now", said)

    def test_personal_values_stay_sealed_where_asked(self):
        case = self.give(opening("a"), report("b", "a", "orientation.held", TALK), report("c", "a", "permit.shown", PERMIT),
                         report("d", "a", "income.declared", INCOME, at="2024-02-10T09:00:00Z"))
        said = self.succeed("explain", case, "income", "--sealed", "--json", "--data", self.data).out
        self.assertIn("[sealed]", said)
        for personal in ("9000.00", "Esempio", "1990-01-01"):
            self.assertNotIn(personal, said)

    def test_as_it_was_known_then(self):
        case = self.give(opening("a"), report("b", "a", "orientation.held", TALK), report("c", "a", "permit.shown", PERMIT, at="2024-02-05T09:00:00Z"))
        self.assertEqual(self.explain(case, "sponsor_permit")[0]["life"], "completed")
        self.assertEqual(self.explain(case, "sponsor_permit", "--known-on", "2024-02-03")[0]["life"], "active")
        self.assertEqual(self.explain(case, "sponsor_permit", "--known-on", "2024-02-01T12:00:00+01:00")[0]["life"], "available")
        early = run("explain", case, "sponsor_permit", "--known-on", "2023-01-01", "--data", self.data)
        self.assertEqual(early.code, 1)
        self.assertIn("did not know", early.err)

    def test_a_wrong_name_is_answered_with_the_nearest(self):
        case = self.give(opening("a"))
        for what, hint in (("sponsor_permitt", "did you mean 'sponsor_permit'?"), ("tie@rel-7", "there are: sponsor, rel-1"), ("tie@sponsor", "concerns nobody")):
            with self.subTest(what=what):
                done = run("explain", case, what, "--data", self.data)
                self.assertEqual(done.code, 1)
                self.assertIn(hint, done.err)
        self.assertIn("neither a day nor an instant", run("explain", case, "tie", "--known-on", "soon", "--data", self.data).err)

    def test_every_step_of_generated_families_is_explained_back_to_what_was_told(self):
        lines, _ = self.families(families=3, seed=11)
        self.succeed("submit", lines, "--quiet", "--data", self.data)
        asked = 0
        # The longest journeys say most.
        cases = sorted(self.succeed("case", "list", "--json", "--data", self.data).lines(), key=lambda case: -case["version"])
        for case in cases[:3]:
            sheet = self.succeed("case", "show", case["case"], "--json", "--data", self.data).json()
            ended = {event["body"]["step"] for event in self.succeed("case", "history", case["case"], "--json", "--data", self.data).lines() if event["event"] == "step_completed"}
            for step in sorted(ended)[::2] + [line["step"] for line in sheet["next"]][:8]:
                for why in self.explain(case["case"], step):
                    asked += 1
                    there = {link["version"] for link in why["chain"]}
                    for link in why["chain"]:
                        self.assertTrue(set(link["because"]) <= there, link)
                        self.assertTrue(link["told"] or link["because"], link)
                        if link["told"]:
                            self.assertTrue(any(ground["kind"] == "reporter" for ground in link["grounds"]), link)
                    self.assertTrue(why["waits"] or why["life"] in ("completed", "terminated"), why["standing"])
        self.assertGreaterEqual(asked, 30)

    def test_in_a_case_that_has_ended_what_never_opened_is_not_said_to_open_yet(self):
        lines, _ = self.families(families=6, seed=3)
        self.succeed("submit", lines, "--quiet", "--data", self.data)
        ended = [case for case in self.succeed("case", "list", "--json", "--data", self.data).lines() if case["state"] == "completed"]
        by_the_end = 0
        for case in ended:
            events = self.succeed("case", "history", case["case"], "--json", "--data", self.data).lines()
            for event in events:
                if event["event"] != "step_terminated" or event["body"]["reason"] != "pathway_completed" or by_the_end > 3:
                    continue
                by_the_end += 1
                [why] = self.explain(case["case"], event["body"]["step"], *(("--person", event["body"]["person"]) if "person" in event["body"] else ()))
                rules = [ground["text"] for ground in why["chain"][0]["grounds"] if ground["kind"] == "rule"]
                self.assertTrue(rules[0].startswith("The pathway is completed when"), rules)
        self.assertGreater(by_the_end, 0)
        family = next(case for case in ended if case["pathway"].startswith("family-reunification"))["case"]
        opened = {event["body"].get("step") for event in self.succeed("case", "history", family, "--json", "--data", self.data).lines()}
        never = next(step for step in ("remedy", "decision/nulla_osta", "remedy/appeal") if step not in opened)
        said = self.succeed("explain", family, never, "--data", self.data).out
        self.assertIn("never opened", said)
        self.assertIn("Why not\n", said)
        self.assertNotIn("yet", said)
        self.assertEqual(said.count("the case has ended"), 1, said)


if __name__ == "__main__":
    unittest.main()
