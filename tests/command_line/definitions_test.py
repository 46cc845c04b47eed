import filecmp
import json
import os
import shutil
import subprocess
import unittest

import program
from program import ROOT, FolderCase, environment, run

SHIM = os.environ.get("RITROVO_FAILING_SYNC")

BROKEN = """pathway: trial
version: 1
valid_from: 2018-01-01
title: {it: Prova, en: Trial}
roles: {caseworker: {it: Operatore, en: Caseworker}}
persons: {sponsor: {count: one, title: {it: R, en: S}, data: {given_name: string}}}
facts:
  talk.held: {by: [casewroker], title: {it: C, en: T}}
steps:
  talk:
    title: {it: C, en: T}
    task: {role: caseworker}
    after: nowhere
    done_when: {fact: talk.hold}
"""


class Definitions(FolderCase):
    def test_the_shipped_catalogue_is_good(self):
        done = self.succeed("check", "--shipped", "--json")
        self.assertEqual(done.json()["errors"], 0)

    def test_the_checker_says_how_much_one_command_can_lead_to(self):
        pathways = {each["pathway"]: each for each in self.succeed("check", "--shipped", "--json").json()["pathways"]}
        family = pathways["family-reunification"]
        self.assertTrue(0 < family["consequences_max"] <= 6144, family)
        self.assertEqual([role["role"] for role in family["roles"]], ["relative"])
        self.assertGreaterEqual(family["roles"][0]["fits"], 1)
        text = self.succeed("check", "--shipped").out
        self.assertIn(f"one command leads to at most {family['consequences_max']} events", text)

    def test_the_catalogue_in_the_program_is_that_of_the_source_tree(self):
        out = self.place / "catalogue"
        self.succeed("catalogue", "--out", out)
        listed = self.succeed("catalogue", "--json").json()
        source = ROOT / "workflows" / "catalogue"
        # Messages and languages are no definitions: they are never published.
        definitions = (path.relative_to(source) for path in source.rglob("*.yaml"))
        self.assertEqual(listed, sorted(str(path) for path in definitions if path.parts[0] not in ("languages", "messages")))
        _, different, missing = filecmp.cmpfiles(source, out, listed, shallow=False)
        self.assertEqual((different, missing), ([], []))
        self.succeed("check", out)
        self.assertEqual(run("catalogue", "--out", out).code, 1)

    def test_a_file_finds_the_terms_and_calendars_beside_it(self):
        manual = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
        for name in ("camp-3.yaml", "camp_answer.yaml", "office_days.yaml"):
            text = manual[manual.index(f"# {name}\n"):]
            (self.place / name).write_text(text[:text.index("```")], encoding="utf-8")
        (self.place / "unrelated.yaml").write_text("term: unrelated\nbroken\n", encoding="utf-8")
        camp = self.place / "camp-3.yaml"
        self.assertIn("3 documents: no problem found.", self.succeed("check", camp).out)
        self.assertIn("10 working days", self.succeed("describe", camp, "--language", "en").out)
        alone = run("check", camp, "--alone")
        self.assertEqual(alone.code, 2)
        self.assertIn('write it in a file of its own, "term: camp_answer", and name that file as well', alone.out)

    def test_a_new_folder_says_where_the_shipped_terms_come_from(self):
        manual = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
        text = manual[manual.index("# place.yaml\n"):]
        file = self.place / "place.yaml"
        file.write_text(text[:text.index("```")], encoding="utf-8")
        data = self.place / "new"
        self.succeed("init", "--data", data)
        refused = run("publish", file, "--data", data)
        self.assertEqual(refused.code, 2)
        self.assertIn(f"Those that came with ritrovo: ritrovo publish --data {data}", refused.out)
        self.succeed("publish", "--data", data)
        self.succeed("publish", file, "--data", data)

    def test_a_version_is_compared_with_a_file_that_is_not_published_yet(self):
        out = self.place / "catalogue"
        self.succeed("catalogue", "--out", out)
        file = out / "milan" / "language-course.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("version: 1\nvalid_from: 2018-01-01", "version: 2\nvalid_from: 2027-01-01", 1), encoding="utf-8")
        self.assertIn("now:  from 1 January 2027", self.succeed("definitions", "diff", "language-course", "1", file, "--shipped", "--language", "en").out)
        wrong = run("definitions", "diff", "language-course", "1", "two", "--shipped")
        self.assertEqual(wrong.code, 2)
        self.assertIn("two is neither a version's number nor a definition file (.yaml)", wrong.err)

    def test_every_problem_of_a_definition_comes_at_once_with_line_and_column(self):
        file = self.place / "broken.yaml"
        file.write_text(BROKEN, encoding="utf-8")
        done = run("check", file, "--json")
        self.assertEqual(done.code, 2)
        problems = done.json()["problems"]
        lines = {problem["line"] for problem in problems if problem["severity"] == "error"}
        self.assertTrue({8, 13, 14} <= lines, problems)
        text = run("check", file)
        self.assertRegex(text.out, r"broken\.yaml:13:\d+: error: ")
        self.assertIn("^", text.out)

    def test_a_file_that_is_no_yaml_is_refused_with_its_place(self):
        file = self.place / "broken.yaml"
        file.write_text("pathway: [unclosed\nversion: 1\n", encoding="utf-8")
        done = run("check", file)
        self.assertEqual(done.code, 2)
        self.assertRegex(done.out, r"broken\.yaml:\d+:\d+: error: ")

    def test_what_is_no_definition_gets_a_sentence_and_no_crash(self):
        whole = (ROOT / "tests/scenarios/life/life.yaml").read_text(encoding="utf-8")
        hostile = {
            "random.yaml": (bytes(range(255, 0, -1)) * 20, 2, "UTF-8"),
            "empty.yaml": (b"", 2, "a definition is a map"),
            "large.yaml": (b"x" * 600_000, 2, "kDefinitionBytesMax"),
            "deep.yaml": (b"pathway: x\nversion: 1\nsteps: " + b"{a: " * 5000, 2, "error"),
            "mark.yaml": (b"\xef\xbb\xbf" + whole.encode(), 2, "byte order mark"),
            "tabs.yaml": (whole.replace("\n  ", "\n\t").encode(), 2, "indented with a tab"),
            "twice.yaml": (whole.encode() + b"\nversion: 2\n", 2, "version"),
            "two.yaml": (whole.encode() + b"\n---\n" + whole.encode(), 2, "document"),
            "wide.yaml": (whole.encode("utf-16"), 2, "UTF-8"),
            "zero.yaml": (b"pathway: a\0b\n", 2, "control character"),
            "anchors.yaml": (b"a: &a [x]\nb: [*a, *a]\n", 2, "anchors"),
            "command.yaml": (b'{"key": "a", "command": "open"}', 2, "no pathway, term, calendar, parameter, report, messages or language"),
        }
        for name, (content, code, word) in hostile.items():
            file = self.place / name
            file.write_bytes(content)
            done = run("check", file)
            self.assertEqual(done.code, code, name + done.out + done.err)
            self.assertIn(word, done.out + done.err, name)
            tried = run("try", file)
            self.assertIn(tried.code, (1, 2), name)
            self.assertIn(word, tried.out + tried.err, name)
        (self.place / "crlf.yaml").write_bytes(whole.replace("\n", "\r\n").encode())
        self.succeed("check", self.place / "crlf.yaml")
        (self.place / "ring.yaml").symlink_to(self.place / "ring.yaml")
        for path, code, word in [(self.place / "ring.yaml", 1, "can't read"), ("/dev/zero", 2, "kDefinitionBytesMax"), (self.place / "nothing.yaml", 1, "can't read")]:
            done = run("check", path)
            self.assertEqual(done.code, code, done.err)
            self.assertIn(word, done.out + done.err)

    def test_publishing_twice_records_nothing_and_a_broken_file_is_refused(self):
        data = self.folder()
        again = self.succeed("publish", "--data", data, "--json").json()
        self.assertTrue(again["already"])
        file = self.place / "broken.yaml"
        file.write_text(BROKEN, encoding="utf-8")
        done = run("publish", file, "--data", data, "--json")
        self.assertEqual(done.code, 2)
        self.assertGreater(json.loads(done.out)["errors"], 0)

    def test_a_new_term_has_running_deadlines_counted_again(self):
        data = self.folder()
        commands, _ = self.families(families=30)
        self.succeed("submit", commands, "--quiet", "--data", data)
        term = (ROOT / "workflows/catalogue/terms/nulla_osta.yaml").read_text(encoding="utf-8")
        file = self.place / "nulla_osta.yaml"
        file.write_text(term.replace("version: 1\n", "version: 2\n", 1).replace("length: P90D", "length: P100D").replace("length: P150D", "length: P160D"), encoding="utf-8")
        done = self.succeed("publish", file, "--data", data)
        self.assertRegex(done.out, r"counted again by the new versions")
        again = self.succeed("publish", file, "--data", data)
        self.assertNotIn("counted again", again.out)
        housing = (ROOT / "workflows/catalogue/terms/housing_certificate.yaml").read_text(encoding="utf-8")
        file.write_text(housing.replace("version: 1\n", "version: 2\n", 1).replace("length: P30D", "length: P45D"), encoding="utf-8")
        moved = self.succeed("publish", file, "--data", data)
        self.assertRegex(moved.out, r"\n  fam-\S+, housing: due on \d{4}-\d\d-\d\d \(was \d{4}-\d\d-\d\d\)\n", "whose deadline it is")

    @unittest.skipUnless(SHIM, "the library that ends the program at a sync isn't named")
    def test_a_counting_that_a_kill_cut_short_is_finished_by_publishing_again(self):
        base = self.folder("base")
        commands, _ = self.families(families=60)
        lines = commands.read_text(encoding="utf-8").splitlines(keepends=True)
        # Somewhere in the middle of the years, so that deadlines run.
        self.succeed("submit", "-", "--quiet", "--data", base, stdin="".join(lines[:len(lines) * 6 // 10]))
        cut = {}
        # The calendar of Milan's offices, and the one that it extends.
        for name, moments in (("milano", (1, 2, 3, 4, 5, 6, 8)), ("italia", (1, 2, 3, 5))):
            calendar = (ROOT / f"workflows/catalogue/calendars/{name}.yaml").read_text(encoding="utf-8")
            renewed = self.place / f"{name}.yaml"
            renewed.write_text(calendar.replace("version: 1\n", "version: 2\n", 1), encoding="utf-8")
            # Which moments fall into the counting depends on how commands share commits.
            cut[name] = self.cut_short(base, renewed, moments)
            print(f"{name}: {cut[name]} of {len(moments)} kills left something to count", flush=True)
        self.assertGreater(cut["milano"], 1)
        self.assertGreater(cut["italia"], 0)

    def cut_short(self, base, renewed, moments):
        """How many of the kills left something to count, which publishing again made good."""
        calm = self.place / f"calm-{renewed.stem}"
        shutil.copytree(base, calm)
        self.succeed("publish", renewed, "--data", calm)
        wanted = self.versions(calm)
        changed = [case for case, version in self.versions(base).items() if wanted[case] != version]
        recounted = [case for case in changed if f'"name":"{renewed.stem}","version":2' in self.succeed("case", "history", case, "--json", "--data", calm).out]
        self.assertGreater(len(recounted), 3)
        cut_short = 0
        for number in moments:
            killed = self.place / f"killed-{renewed.stem}-{number}"
            shutil.copytree(base, killed)
            done = subprocess.run([program.PROGRAM, "publish", str(renewed), "--data", str(killed)], capture_output=True, timeout=300, check=False,
                                  env={**environment(), "LD_PRELOAD": SHIM, "KILLING_SYNC": f"{number} .log"})
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, -9, done.stderr)
            cut_short += self.versions(killed) != wanted
            self.succeed("publish", renewed, "--data", killed)
            with self.subTest(calendar=renewed.stem, killed_at_sync=number):
                self.assertEqual(self.versions(killed), wanted)
                self.assertEqual(self.hashes(killed)["outcome"], self.hashes(calm)["outcome"])
        return cut_short

    def versions(self, data):
        return {line["case"]: line["version"] for line in self.succeed("case", "list", "--json", "--data", data).lines()}

    def test_files_that_use_each_other_are_checked_together(self):
        scenarios = ROOT / "tests" / "scenarios"
        parent, school = scenarios / "sub_pathway.yaml", scenarios / "sub_pathway_school.yaml"
        self.succeed("check", parent, school)
        alone = run("check", parent)
        self.assertEqual(alone.code, 2)
        self.assertIn('there is no pathway "school-place"', alone.out)

    def test_a_missing_file_is_named(self):
        done = run("check", self.place / "nothing.yaml")
        self.assertEqual(done.code, 1)
        self.assertIn("nothing.yaml", done.err)


if __name__ == "__main__":
    unittest.main()
