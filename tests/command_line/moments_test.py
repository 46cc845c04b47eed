import unittest

from program import FolderCase, ndjson, opening, report, run

TALK = {"channel": "walk_in", "held_on": "2024-02-02"}
PERMIT = {"kind": "work", "duration_months": 24, "renewal_pending": False, "resident_since": "2019-05-01"}


class Moments(FolderCase):
    """A talk of 2 February that became known on 20 February; a permit shown and reported on the 25th."""

    def setUp(self):
        super().setUp()
        self.data = self.folder()
        late = {**report("b", "a", "orientation.held", TALK, at="2024-02-20T09:00:00Z"), "effective_on": "2024-02-02"}
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opening("a"), late, report("c", "a", "permit.shown", PERMIT, at="2024-02-25T09:00:00Z")))
        self.case = self.succeed("case", "list", "--json", "--data", self.data).lines()[0]["case"]

    def open_steps(self, *moment):
        sheet = self.succeed("case", "show", self.case, "--json", "--data", self.data, *moment).json()
        return {line["step"] for line in sheet["next"] if line["life"] == "active"}, sheet

    def test_what_was_known_and_what_had_happened_are_two_questions(self):
        self.assertIn("orientation", self.open_steps("--known-on", "2024-02-10")[0])
        self.assertNotIn("orientation", self.open_steps("--as-of", "2024-02-10")[0])
        self.assertIn("sponsor_permit", self.open_steps("--as-of", "2024-02-10")[0])
        # Both: of what had happened by the 10th, what was known on the 10th.
        self.assertIn("orientation", self.open_steps("--as-of", "2024-02-10", "--known-on", "2024-02-10")[0])
        self.assertIn("orientation", self.open_steps("--as-of", "2024-02-01")[0])

    def test_a_derived_case_says_so(self):
        self.assertIn("derived from what had happened by then", self.open_steps("--as-of", "2024-02-10")[1]["moment"])
        for words in (("case", "show"), ("case", "timeline"), ("case", "history")):
            self.assertIn("as of 2024-02-10 (derived", self.succeed(*words, self.case, "--as-of", "2024-02-10", "--data", self.data).out)

    def test_the_latest_moment_is_now(self):
        for known in ((), ("--known-on", "2024-02-25")):
            self.assertEqual(self.open_steps(*known)[0], self.open_steps()[0])
        versions = self.succeed("case", "history", self.case, "--known-on", "2024-02-20", "--json", "--data", self.data).lines()
        self.assertTrue(all(event["recorded"] < "2024-02-21" for event in versions))

    def test_a_difference_tells_what_was_learnt_in_between(self):
        found = self.succeed("case", "diff", self.case, "--known-on", "2024-02-10", "--known-on", "2024-02-22", "--json", "--data", self.data).json()
        self.assertIn("Orientation talk held", {entry["text"] for entry in found["learnt"]})
        self.assertIn(("“Orientation”", "is open since 2024-02-01", "ended on 2024-02-02"), {(change["title"], change["before"], change["after"]) for change in found["otherwise"]})
        self.assertNotIn("Sponsor's residence permit shown", {entry["text"] for entry in found["learnt"]})
        self.assertIn("What stands otherwise", self.succeed("case", "diff", self.case, "--known-on", "2024-02-10", "--data", self.data).out)
        self.assertEqual(run("case", "diff", self.case, "--data", self.data).code, 2)

    def test_the_caseload_of_then_has_the_cases_of_then(self):
        self.assertEqual(self.succeed("caseload", "--json", "--data", self.data).json()["open"], 1)
        self.assertEqual(self.succeed("caseload", "--known-on", "2024-01-31", "--json", "--data", self.data).json()["cases"], 0)
        self.assertIn("as known on 2024-02-10 23:59", self.succeed("caseload", "--known-on", "2024-02-10", "--data", self.data).out)

    def test_a_moment_that_makes_no_sense_is_refused(self):
        for moment, hint, code in ((("--as-of", "2024-01-01"), "opened on 2024-02-01", 1), (("--as-of", "2030-01-01"), "still to come", 2),
                                   (("--as-of", "spring"), "day", 2), (("--known-on", "2020-01-01"), "did not know", 1)):
            with self.subTest(moment=moment):
                done = run("case", "show", self.case, "--data", self.data, *moment)
                self.assertEqual(done.code, code)
                self.assertIn(hint, done.err)


if __name__ == "__main__":
    unittest.main()
