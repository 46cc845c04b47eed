import json
import subprocess
import unittest

from program import PROGRAM, FolderCase, environment, ndjson, opening, report, run

TALK = {"channel": "walk_in", "held_on": "2024-02-02"}


class BadInput(FolderCase):
    """Each row of what bad input gets."""

    def submit(self, *commands, code, data=None):
        done = run("submit", "-", "--json", "--data", data or self.data, stdin=ndjson(*commands))
        self.assertEqual(done.code, code, done.out + done.err)
        return done.lines()

    def setUp(self):
        super().setUp()
        self.data = self.folder()

    def test_a_line_that_is_no_json_is_named_with_line_and_column_and_the_others_go_on(self):
        answers = self.submit(opening("a"), '{"key": oops}\n', opening("b"), code=2)
        self.assertEqual([answer["outcome"] for answer in answers], ["accepted", "malformed", "accepted"])
        self.assertEqual([answer["line"] for answer in answers], [1, 2, 3])
        problem = answers[1]["problems"][0]
        self.assertRegex(problem["pointer"] + problem["message"], r"column \d+")

    def test_all_problems_of_a_malformed_command_come_at_once_with_their_pointers(self):
        broken = opening("a", nonsense=1)
        broken["persons"][0]["alias"] = 5
        del broken["actor"]
        problems = self.submit(broken, code=2)[0]["problems"]
        pointers = {problem["pointer"] for problem in problems}
        self.assertIn("/persons/0/alias", pointers)
        self.assertIn("/nonsense", pointers)
        self.assertGreaterEqual(len(problems), 3)

    def test_what_the_pathway_forbids_is_a_recorded_rejection_with_code_and_sentence(self):
        answers = self.submit(opening("a"), report("b", "a", "nulla_osta.granted", {}), code=3)
        self.assertEqual(answers[1]["outcome"], "rejected")
        self.assertTrue(answers[1]["rejection"]["code"])
        self.assertIn(" ", answers[1]["rejection"]["reason"])
        self.assertIn("receipt", answers[1])
        self.assertNotIn("version", answers[1])

    def test_malformed_wins_over_rejected(self):
        self.submit(opening("a"), report("b", "a", "no.such_fact", {}), "nonsense\n", code=2)

    def test_an_unknown_case_is_refused_and_nothing_is_recorded(self):
        answers = self.submit(report("b", "never-opened", "orientation.held", TALK), code=3)
        self.assertEqual(answers[0]["rejection"]["code"], "unknown_case")
        self.assertNotIn("receipt", answers[0])

    def test_the_same_key_again_gets_the_same_answer(self):
        commands = [opening("a"), report("b", "a", "orientation.held", TALK)]
        first = self.submit(*commands, code=0)
        before = self.hashes(self.data)
        second = self.submit(*commands, code=0)
        self.assertEqual([answer["again"] for answer in second], [True, True])
        for old, new in zip(first, second):
            self.assertEqual({**old, "again": True}, new)
        self.assertEqual(self.hashes(self.data), before)

    def test_the_same_key_with_other_content_is_refused(self):
        self.submit(opening("a"), report("b", "a", "orientation.held", TALK), code=0)
        answers = self.submit(report("b", "a", "orientation.held", {**TALK, "channel": "email"}), code=3)
        self.assertEqual(answers[0]["rejection"]["code"], "key_reused")

    def test_a_version_that_was_not_expected_is_refused(self):
        answers = self.submit(opening("a"), report("b", "a", "orientation.held", TALK, expect_version=1000), code=3)
        self.assertEqual(answers[1]["rejection"]["code"], "version_conflict")

    def test_a_line_over_the_limit_is_refused_by_name(self):
        answers = self.submit(opening("a", correlation="x" * 70_000), opening("b"), code=2)
        self.assertEqual(answers[0]["outcome"], "malformed")
        self.assertIn("kCommandBytesMax", answers[0]["problems"][0]["message"])
        self.assertEqual(answers[1]["outcome"], "accepted")

    def test_a_key_over_the_limit_is_refused_by_name(self):
        answers = self.submit(opening("k" * 200), code=2)
        self.assertIn("kKeyBytesMax", json.dumps(answers[0]["problems"]))

    def test_bytes_that_are_no_text_are_refused(self):
        done = run("submit", "-", "--json", "--data", self.data, stdin=b'{"key": "\xff\xfe"}\n')
        self.assertEqual(done.code, 2)
        self.assertEqual(done.lines()[0]["outcome"], "malformed")

    def test_a_simulated_folder_wants_at_and_a_real_one_refuses_it(self):
        command = opening("a")
        del command["at"]
        self.assertEqual(self.submit(command, code=3)[0]["rejection"]["code"], "at_required")
        real = self.folder("real", clock="real")
        self.assertEqual(self.submit(opening("a"), code=3, data=real)[0]["rejection"]["code"], "at_refused")
        self.submit(command, code=0, data=real)
        self.assertEqual(run("advance", "--to", "2030-01-01", "--data", real).code, 1)
        self.succeed("advance", "--data", real)
        done = run("advance", "--data", self.data)
        self.assertEqual(done.code, 2)
        self.assertIn("--to DAY", done.err)

    def test_a_folder_that_is_not_there_says_how_to_make_one(self):
        done = run("tasks", "--data", self.place / "nowhere")
        self.assertEqual(done.code, 1)
        self.assertIn("ritrovo init --data", done.err)

    def test_a_folder_is_not_made_over_another(self):
        done = run("init", "--data", self.data)
        self.assertEqual(done.code, 1)
        self.assertIn("choose another", done.err)

    def test_a_second_process_on_an_open_folder_gets_a_clear_message(self):
        holder = subprocess.Popen([PROGRAM, "submit", "-", "--data", str(self.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, env=environment())
        try:
            holder.stdin.write(ndjson(opening("a")).encode())
            holder.stdin.flush()
            self.assertIn(b"accepted", holder.stdout.readline())  # answered at once, though more may come
            done = run("tasks", "--data", self.data)
            self.assertEqual(done.code, 1)
            self.assertIn("another process", done.err)
        finally:
            holder.stdin.close()
            holder.wait(timeout=60)
            holder.stdout.close()
        self.assertEqual(holder.returncode, 0)

    def test_a_case_id_with_a_typing_mistake_is_told_from_an_unknown_case(self):
        case = self.submit(opening("a"), code=0)[0]["case"]
        wrong = case[:-1] + ("0" if case[-1] != "0" else "1")
        self.assertEqual(run("case", "show", wrong, "--data", self.data).code, 2)
        done = run("case", "show", "fam-lusab-babad-gutih-tugad-4", "--data", self.data)
        self.assertEqual(done.code, 1)

    def test_the_master_key_is_for_its_owner_alone(self):
        self.assertEqual((self.data / "vault" / "master.key").stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
