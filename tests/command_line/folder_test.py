import json
import shutil
import subprocess
import unittest

from program import CASEWORKER, PROGRAM, FolderCase, environment, ndjson, opening, run


class Folders(FolderCase):
    def test_an_interrupted_init_is_finished_by_the_next_one(self):
        whole = self.place / "whole"
        self.succeed("init", "--data", whole)
        for number, left in enumerate((["vault"], ["vault", "log"], ["vault", "log", "views", "checkpoints"], ["vault", "log", "views", "checkpoints", "signing.key"])):
            data = self.place / f"left-{number}"
            data.mkdir()
            for part in left:
                (shutil.copytree if (whole / part).is_dir() else shutil.copy)(whole / part, data / part)
            for table in data.glob("log/*.sst"):
                table.unlink()
            done = run("tasks", "--data", data)
            self.assertEqual(done.code, 1)
            self.assertIn(f"ritrovo init --data {data}", done.err)
            self.succeed("init", "--data", data)
            self.succeed("publish", "--data", data)
            self.succeed("tasks", "--data", data)

    def test_records_without_their_folder_are_never_taken_for_an_interrupted_init(self):
        data = self.folder()
        run("submit", "-", "--data", data, stdin=ndjson(opening("a")))
        saved = self.place / "saved"
        saved.mkdir()
        for part in ("log", "vault"):
            shutil.copytree(data / part, saved / part)
        before = sorted((path.name, path.read_bytes()) for path in saved.rglob("*") if path.is_file())
        self.assertEqual(run("init", "--data", saved).code, 1)
        self.assertEqual(sorted((path.name, path.read_bytes()) for path in saved.rglob("*") if path.is_file()), before)

    def test_a_folder_that_lost_its_settings_is_neither_made_anew_nor_taken_for_none(self):
        data = self.folder()
        run("submit", "-", "--data", data, stdin=ndjson(opening("a")))
        kept = (data / "ritrovo.folder").read_bytes()
        (data / "ritrovo.folder").unlink()
        for words in (["tasks"], ["init"]):
            done = run(*words, "--data", data)
            self.assertEqual(done.code, 1)
            self.assertIn("restore that file", done.err)
        (data / "ritrovo.folder").write_bytes(kept)
        self.assertEqual(len(self.succeed("case", "list", "--json", "--data", data).lines()), 1)

    def test_the_demo_leaves_nothing_behind_when_its_reader_leaves(self):
        place = self.place / "tmp"
        place.mkdir()
        demo = subprocess.Popen([PROGRAM, "demo", "--families", "5"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**environment(), "TMPDIR": str(place)})
        demo.stdout.close()
        demo.wait(timeout=120)
        self.assertEqual(list(place.iterdir()), [])

    def test_a_master_key_that_is_missing_wrong_or_no_file_is_told_with_what_to_do(self):
        data = self.folder()
        key = data / "vault" / "master.key"
        kept = key.read_bytes()
        key.unlink()
        self.assertIn("--master-key-file", run("tasks", "--data", data).err)
        key.mkdir()
        done = run("tasks", "--data", data)
        self.assertEqual(done.code, 1)
        self.assertIn("--master-key-file", done.err)
        key.rmdir()
        key.write_bytes(b"0" * 64 + b"\n")
        key.chmod(0o600)
        done = run("tasks", "--data", data)
        self.assertIn("--master-key-file", done.err)
        self.assertIn("put vault/keys back from a copy of the vault", done.err)
        key.write_bytes(kept)
        self.succeed("tasks", "--data", data)

    def test_reading_waits_for_a_process_that_is_about_to_end(self):
        data = self.folder()
        holder = subprocess.Popen([PROGRAM, "submit", "-", "--data", str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
        holder.stdin.write(ndjson(opening("a")).encode())
        holder.stdin.flush()
        holder.stdout.readline()
        reader = subprocess.Popen([PROGRAM, "tasks", "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        holder.communicate(timeout=60)
        _, err = reader.communicate(timeout=60)
        self.assertEqual(reader.returncode, 0, err)


class Refusals(FolderCase):
    def submit(self, data, *commands):
        return run("submit", "-", "--json", "--data", data, stdin=ndjson(*commands)).lines()

    def test_what_isnt_offered_says_how_it_stands_and_what_it_waits_for(self):
        data = self.folder()
        task = {"command": "task", "opened_by": "a", "action": "complete", "actor": CASEWORKER, "at": "2024-02-02T09:00:00Z"}
        answers = self.submit(data, opening("a"), {**task, "key": "t1", "step": "sponsor_permit"}, {**task, "key": "t2", "step": "tie", "person": "rel-1"})
        self.assertEqual([answer["rejection"]["code"] for answer in answers[1:]], ["not_offered"] * 2)
        self.assertIn("it isn't open yet; it waits for orientation", answers[1]["rejection"]["reason"])

    def test_only_those_who_manage_cases_open_and_close_them(self):
        data = self.folder()
        stranger = {"id": "u-2", "organisation": "x", "roles": ["teacher"]}
        nobody = {"id": "u-3"}
        base = {"opened_by": "a", "at": "2024-02-02T09:00:00Z"}
        person = opening("x")["persons"][1]
        wanted = [{"command": "suspend"}, {"command": "resume"}, {"command": "add_person", "persons": [{**person, "alias": "rel-2"}]},
                  {"command": "remove_person", "person": "rel-1"}, {"command": "recount"}, {"command": "close"}]
        answers = self.submit(data, {**opening("n1"), "actor": nobody}, {**opening("n2"), "actor": stranger}, opening("a"),
                              *[{**base, **command, "key": f"k{i}", "actor": stranger} for i, command in enumerate(wanted)])
        self.assertEqual([answer["outcome"] for answer in answers], ["rejected", "rejected", "accepted"] + ["rejected"] * len(wanted))
        for answer in answers[:2] + answers[3:]:
            self.assertEqual(answer["rejection"]["code"], "not_permitted")
            self.assertIn("by: caseworker.", answer["rejection"]["reason"])
        self.assertEqual(self.submit(data, {**base, "command": "suspend", "key": "s", "actor": CASEWORKER})[0]["outcome"], "accepted")

    def test_a_pathways_name_with_a_typing_mistake_is_told(self):
        answer = self.submit(self.folder(), {**opening("a"), "pathway": "family-reunificaton"})[0]
        self.assertIn('"family-reunification"', answer["rejection"]["reason"])


class Lines(FolderCase):
    def test_syntax_errors_name_the_line_of_the_file_and_what_is_wrong(self):
        data = self.folder()
        file = self.place / "lines.ndjson"
        file.write_bytes(b"\xef\xbb\xbf" + ndjson(opening("a")).encode() + b'{"key": oops}\n{"key": "\xff"}\n{"key": "\\ud800x"}\n\xef\xbb\xbf{"key": "a"}\n')
        answers = run("submit", file, "--json", "--data", data).lines()
        self.assertEqual(answers[0]["outcome"], "accepted", "a byte order mark at the file's beginning")
        problems = [answer["problems"][0] for answer in answers[1:]]
        self.assertEqual([problem["pointer"].split(",")[0] for problem in problems], ["line 2", "line 3", "line 4", "line 5"])
        for problem, word in zip(problems[1:], ("UTF-8", "half of a character", "byte order mark")):
            self.assertIn(word, problem["message"])

    def test_receipts_say_when_there_are_none(self):
        data = self.folder()
        plain = run("submit", "-", "--data", data, stdin=ndjson(opening("a"))).out
        for text in (plain, "[1]\n", '{"outcome":"malformed"}\n'):
            done = run("receipts", "-", "--data", data, stdin=text)
            self.assertEqual(done.code, 2, done.out + done.err)
            self.assertIn("receipt", done.err)

    def test_a_traceparent_has_the_form_that_the_standard_says(self):
        data = self.folder()
        good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        wrong = ["00", good.upper(), good[:-1], good + "0", good.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32), "ff" + good[2:]]
        answers = run("submit", "-", "--json", "--data", data, stdin=ndjson(opening("a", traceparent=good), *[opening("b", traceparent=text) for text in wrong])).lines()
        self.assertEqual([answer["outcome"] for answer in answers], ["accepted"] + ["malformed"] * len(wrong))


class Codes(FolderCase):
    def test_every_file_is_checked_though_one_is_too_large(self):
        large, broken = self.place / "large.yaml", self.place / "broken.yaml"
        large.write_text("pathway: x\n" + "# \n" * 300_000)
        broken.write_text("pathway: x\nversion: none\n")
        done = run("check", large, broken)
        self.assertEqual(done.code, 2)
        self.assertIn("kDefinitionBytesMax", done.out)
        self.assertIn("broken.yaml:2", done.out)

    def test_a_script_of_try_ends_as_its_lines_did(self):
        self.assertEqual(run("try", "family-reunification", stdin="what\nnonsense\n").code, 2)
        self.assertEqual(run("try", "family-reunification", stdin="help\n").code, 0)

    def test_values_that_mean_nothing_are_refused(self):
        data = self.folder()
        for words in (["tasks", "--role", "king"], ["tasks", "--limit", "-1"], ["deadlines", "--within", "-P3D"], ["case", "list", "--limit", "-1"]):
            self.assertEqual(run(*words, "--data", data).code, 2, words)
        self.assertIn("caseworker", run("tasks", "--role", "caseworkr", "--data", data).err)


class Clock(FolderCase):
    def test_advance_says_what_happened(self):
        data = self.folder()
        lines, _ = self.families(families=5)
        run("submit", lines, "--quiet", "--data", data)
        self.assertIn("--far", run("advance", "--to", "2090-01-01", "--data", data).err)
        done = self.succeed("advance", "--to", "2032-01-01", "--json", "--data", data).json()
        self.assertEqual(set(done), {"now", "events", "deadlines_missed"})
        self.assertIn("only goes forward", self.succeed("advance", "--to", "2020-01-01", "--data", data).out)
        self.succeed("advance", "--to", "2090-01-01", "--far", "--data", data)


class Languages(FolderCase):
    def test_answers_come_in_italian(self):
        data = self.folder()
        lines, _ = self.families(families=10)
        out = run("submit", lines, "--language", "it", "--data", data).out
        for word in ("accepted", " version ", "task \"", "deadline", "working days", " from "):
            self.assertNotIn(word, out)
        self.assertRegex(out, r"entro il \d{4}-\d\d-\d\d, \d+ giorn\w+ ")

    def test_names_stand_beside_titles_and_are_the_same_in_every_language(self):
        data = self.folder()
        case = run("submit", "-", "--json", "--data", data, stdin=ndjson(opening("a"))).lines()[0]["case"]
        for words in (["tasks"], ["deadlines", "--all"], ["case", "show", case]):
            english, italian = (self.succeed(*words, "--json", "--language", language, "--data", data).out for language in ("en", "it"))
            keys = [[{key: value for key, value in step.items() if key in ("role", "party", "step", "term", "pathway")}
                     for line in map(json.loads, text.splitlines()) for step in line.get("next", [line])] for text in (english, italian)]
            self.assertEqual(*keys)
        sheet = json.loads(self.succeed("case", "show", case, "--json", "--data", data).out)
        self.assertEqual((sheet["pathway"], sheet["pathway_title"]), ("family-reunification", "Family reunification"))


if __name__ == "__main__":
    unittest.main()
