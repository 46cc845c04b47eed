import unittest

from coverage_test import PATHWAY
from program import FolderCase, run

LONG = 'sponsor:sponsor{given_name=Omar,family_name=Said,birth_date=1984-03-01,sex=male,citizenship=EG,language=ar}'


class Try(FolderCase):
    def setUp(self):
        super().setUp()
        self.small = self.place / "small.yaml"
        self.small.write_text(PATHWAY)

    def session(self, *lines, pathway=None, on="2024-01-08", language="en"):
        return self.succeed("try", pathway or self.small, "--on", on, "--language", language, stdin="\n".join(lines) + "\n").out

    def test_what_follows_is_told_with_titles_in_both_languages(self):
        self.assertIn("step_opened paper   (Paper)", self.session("open sponsor:sponsor"))
        self.assertIn("step_opened paper   (Carta)", self.session("open sponsor:sponsor", language="it"))

    def test_why_and_why_not_name_the_part_that_waits(self):
        said = self.session("open sponsor:sponsor", "why told", "report paper.refused", "why told")
        self.assertIn("“Told” has not been reached yet", said)
        self.assertIn("- when “Paper” ends with “Refused”", said)
        self.assertIn("2024-01-08  “Paper” ended with “Refused”", said)

    def test_the_clock_moves_deadlines_pass_and_undo_takes_both_back(self):
        said = self.session("open sponsor:sponsor", "day +30", "undo", "what")
        self.assertIn("2024-01-19 deadline_missed paper", said)
        self.assertIn("due 2024-01-18 (running)", said)

    def test_what_is_told_is_recorded_by_the_scratch_cases_own_clock(self):
        said = self.session("open sponsor:sponsor", "day 2024-01-10", "report paper.brought on=2024-01-09", "why paper")
        self.assertIn("recorded on 2024-01-10; it happened on 2024-01-09", said)
        self.assertNotIn("1970", said + self.session("open sponsor:sponsor", "day +30", "why paper"))

    def test_a_done_task_is_reopened_by_hand_and_a_branch_is_held(self):
        said = self.session("help")
        self.assertIn("reopen STEP", said)
        self.assertIn("suspend [@WHO]", said)
        self.assertEqual(run("try", self.small, "--on", "2024-01-08", stdin="open sponsor:sponsor\nreopen paper\n").code, 3, "understood, and not offered")

    def test_wrong_input_gets_a_sentence_and_a_hint_and_ends_nothing(self):
        wrong = {"reprt x": "did you mean 'report'?", "report paper.brouht": "did you mean paper.brought?", "why papr": "did you mean 'paper'?",
                 "day yesterday": "day 2025-03-01", "undo 99": "is 1 line to take back", "complete told": "'why told'", "help nothing": "lists what there is",
                 'report "': "close it", "open": "open sponsor:sponsor", "as clerk": "as clerk:anna", "save": "save my-case.txt", "expect paper brought": "it is active",
                 "day 2020-01-01": "forward only", "report paper.brought on=2030-01-01": "'day 2030-01-01' moves the clock there", "expect x y": "there is no step x", "undo x": "undo 3"}
        for line, hint in wrong.items():
            with self.subTest(line=line):
                answers = [one for one in map(dict, run("try", self.small, "--on", "2024-01-08", "--language", "en", "--json",
                                                        stdin=f"open sponsor:sponsor\n{line}\nwhat\n").lines())]
                self.assertEqual([one["taken"] for one in answers], [True, False, True])
                self.assertIn(hint, "\n".join(answers[1]["said"]))

    def test_any_bytes_are_answered_and_end_nothing(self):
        done = run("try", self.small, stdin=b"\xff\xfe{{{\n\x00\x01\n=\n@\n{}\n:\nreport =\nopen :{}\nopen a:b{c}\ntask\nquit\n")
        self.assertEqual(done.code, 2)

    def test_a_script_ends_as_its_lines_did(self):
        for lines, code in (("open sponsor:sponsor\nwhat\n", 0), ("open sponsor:sponsor\nopen sponsor:sponsor\n", 3), ("open sponsor:sponsor\nnonsense\n", 2)):
            self.assertEqual(run("try", self.small, "--on", "2024-01-08", stdin=lines).code, code, lines)

    def test_a_saved_session_is_a_scenario_that_passes(self):
        saved = self.place / "saved.txt"
        self.session("open sponsor:sponsor", "report paper.refused", "expect paper refused", f'save {saved} "a refusal"')
        self.assertIn("scenario: a refusal\n", saved.read_text())
        self.assertIn("expect paper refused\n", saved.read_text())
        found = self.succeed("coverage", saved, "--json").json()
        self.assertEqual((found["scenarios"], found["complaints"]), (1, []))

    def test_the_shipped_pathway_is_tried_and_saved_by_its_name(self):
        saved = self.place / "saved.txt"
        said = self.session(f"open {LONG}", "facts", "what", f"save {saved}", pathway="family-reunification")
        self.assertIn("Written:", said)
        self.succeed("coverage", saved)


if __name__ == "__main__":
    unittest.main()
