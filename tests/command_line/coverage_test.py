import unittest

from program import ROOT, FolderCase, run

# The share of the catalogue that its scenarios exercise never falls again.
MILAN_PERCENT = 100

PATHWAY = """pathway: small
version: 1
valid_from: 2020-01-01
title: {it: Piccolo, en: Small}
roles: {clerk: {it: Operatore, en: Clerk}}
persons:
  sponsor: {count: one, title: {it: Richiedente, en: Sponsor}, data: {}}
facts:
  paper.brought: {title: {it: Carta, en: Paper}, by: [clerk], data: {}}
  paper.refused: {title: {it: Rifiuto, en: Refusal}, by: [clerk], data: {}}
steps:
  paper:
    title: {it: Carta, en: Paper}
    wait_for: true
    deadline: {term: entry_notice, from: opened}
    outcomes: {brought: paper.brought, refused: {fact: paper.refused, title: {it: Rifiutata, en: Refused}}}
  told:
    title: {it: Avviso, en: Told}
    after: {any: [paper/brought, paper/refused]}
    milestone: true
"""
STORY = """definition: small.yaml
style: story
scenario: brought
2024-01-08 open small sponsor:sponsor
  2024-01-08 case_opened
  2024-01-08 person_added sponsor
  2024-01-08 step_opened paper
  2024-01-08 deadline_set paper due 2024-01-18
2024-01-09 report paper.brought
  2024-01-09 fact_reported paper.brought
  2024-01-09 step_completed paper brought
  2024-01-09 deadline_met paper
  2024-01-09 step_completed told
  2024-01-09 pathway_completed
expect paper brought
"""


class Coverage(FolderCase):
    def setUp(self):
        super().setUp()
        (self.place / "small.yaml").write_text(PATHWAY)
        self.story = self.place / "brought.txt"
        self.story.write_text(STORY)

    def test_it_names_what_no_scenario_exercised(self):
        found = self.succeed("coverage", self.story, "--json").json()
        self.assertEqual(found["scenarios"], 1)
        self.assertEqual(found["complaints"], [])
        small = found["pathways"][0]
        left = [(one["what"], one["name"], one["line"]) for one in small["not_exercised"]]
        self.assertEqual(left, [("outcome", "paper/refused", 12), ("deadline", "paper/deadline missed", 15), ("sentry", "told after: paper/refused", 19),
                                ("deadline", "deadlines recounted", 15)])
        self.assertEqual(small["counts"]["sentry"], {"all": 2, "exercised": 1})

    def test_what_is_required_and_missing_ends_with_3(self):
        self.assertEqual(run("coverage", self.story, "--require", 100).code, 3)
        self.assertEqual(run("coverage", self.story, "--require", 60).code, 0)

    def test_a_second_scenario_covers_the_rest(self):
        (self.place / "refused.txt").write_text(STORY.split("2024-01-09")[0].replace("brought", "refused") + "2024-01-12 recount\n2024-01-30 report paper.refused\n")
        found = run("coverage", self.place, "--json", "--require", 100)
        self.assertEqual(found.json()["pathways"][0]["percent"], 100)
        self.assertEqual(found.code, 2)
        self.assertRegex(found.json()["complaints"][0], r"refused.txt:10: the text says")

    def test_a_scenario_that_does_not_hold_is_named_by_its_line(self):
        self.story.write_text(STORY.replace("expect paper brought", "expect paper refused"))
        done = run("coverage", self.story)
        self.assertEqual(done.code, 2)
        self.assertIn("brought.txt:15: expected paper refused, and it is brought", done.out)

    def test_a_definition_without_a_scenario_has_everything_left(self):
        other = self.place / "other.yaml"
        other.write_text(PATHWAY.replace("pathway: small", "pathway: other"))
        done = run("coverage", self.story, "--definition", other, "--json", "--require", 1)
        self.assertEqual(done.code, 3)
        self.assertEqual(done.json()["pathways"][0]["percent"], 0)

    def test_what_comes_again_and_what_is_held_counts(self):
        life = ROOT / "tests/scenarios/life"
        left = [one["name"] for one in self.succeed("coverage", life, "--definition", life / "life.yaml", "--json").json()["pathways"][0]["not_exercised"]]
        for counted in ["file reopened by form.returned", "file reopened by hand", "requests/deadline overdue: escalate", "file/deadline overdue: open",
                        "branch of a relative suspended", "branch of a relative resumed", "members/admission/deadline stopped with its case or branch"]:
            self.assertNotIn(counted, left)
        (self.place / "small.yaml").write_text(PATHWAY.replace("from: opened", "from: opened, on_overdue: {open: told}")
                                               + "results: {fine: {after: told, title: {it: Bene, en: Fine}}}\n")
        left = {one["name"] for one in run("coverage", self.story, "--json").json()["pathways"][0]["not_exercised"]}
        self.assertTrue({"paper/deadline overdue: open", "deadlines recounted"} <= left, left)

    def test_the_catalogue_is_exercised_by_its_scenarios(self):
        done = run("coverage", ROOT / "tests/scenarios/milan", "--require", MILAN_PERCENT)
        self.assertEqual(done.code, 0, done.out[-4000:])


if __name__ == "__main__":
    unittest.main()
