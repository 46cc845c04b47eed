"""The directory: who is known already, found however they are written, by those who may, and noted down."""

import json
import subprocess
import unittest

from program import PROGRAM, FolderCase, environment, ndjson, opening, run

ROLE = ("--role", "caseworker")


def family(key, given, family_name, born, at="2024-02-01T09:00:00Z"):
    command = opening(key, at=at)
    command["persons"] = command["persons"][:1]
    command["persons"][0]["data"].update(given_name=given, family_name=family_name, birth_date=born, sex="male")
    return command


class Directory(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        names = [("Karim", "Mansour"), ("Luis", "Flores"), ("Nimal", "Perera"), ("Arben", "Hoxha"), ("Wei", "Zhang")]
        self.first = family("k-1", "Mohamed", "Hassanein", "1985-03-04")
        others = [family(f"k-{i + 2}", *names[i % 5], f"19{60 + i}-01-15") for i in range(30)]
        answers = self.succeed("submit", "-", "--json", "--data", self.data, stdin=ndjson(self.first, *others)).lines()
        self.case = answers[0]["case"]

    def search(self, *words):
        return self.succeed("directory", "search", *words, *ROLE, "--json", "--data", self.data).lines()

    def accesses(self):
        return self.succeed("access", "--json", "--data", self.data).lines()

    def test_somebody_is_found_however_they_are_written_and_the_reading_is_noted(self):
        for words in (("Muhammad Hasanain",), ("محمد حسنين",), ("Hassanein", "--born", "1985-04-03")):
            self.assertEqual([found["case"] for found in self.search(*words)], [self.case], words)
        self.assertEqual(self.search("Hassanein", "--born", "1985-04-03")[0]["date"], "swapped")
        self.assertEqual(self.search("Zineb"), [])
        noted = self.accesses()
        self.assertEqual({(one["case"], one["what"], one["personal"]) for one in noted}, {(self.case, "directory search", True)})
        self.assertEqual(len(noted), 4)

    def test_without_a_role_that_manages_it_nobody_sees_anything(self):
        refused = run("directory", "search", "Hassanein", "--data", self.data)
        self.assertEqual((refused.code, refused.out), (2, ""))
        self.assertIn("--role", refused.err)
        teacher = self.succeed("directory", "search", "Hassanein", "--role", "teacher", "--json", "--data", self.data)
        self.assertEqual(teacher.out, "")
        self.assertEqual(self.accesses(), [])

    def test_a_family_that_is_about_to_be_opened_again_has_a_candidate_with_its_reasons(self):
        again = self.place / "again.ndjson"
        again.write_text(ndjson(family("k-99", "Mohammad", "Hasanein", "1985-04-03"), family("k-98", "Zineb", "Tazi", "1991-02-03")), encoding="utf-8")
        known, new = self.succeed("directory", "candidates", again, *ROLE, "--json", "--data", self.data).lines()
        self.assertEqual([candidate["case"] for candidate in known["candidates"]], [self.case])
        self.assertIn("day and month swapped", known["candidates"][0]["persons"][0]["reason"])
        self.assertEqual(new["candidates"], [])
        shown = self.succeed("directory", "candidates", "--person", "Mohamed Hassanein, 1985-03-04", *ROLE, "--data", self.data).out
        self.assertIn("same date of birth", shown)
        self.assertIn("directory candidates", {one["what"] for one in self.accesses()})

    def test_a_server_answers_from_its_own_and_knows_at_once_who_was_opened_or_erased(self):
        server = subprocess.Popen([PROGRAM, "serve", "--json", "--data", str(self.data)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        self.assertIn(b"ready", server.stdout.readline())
        self.assertEqual([found["case"] for found in self.search("Mohamed Hassanein")], [self.case])
        new = self.place / "new.ndjson"
        new.write_text(ndjson(family("k-97", "Zineb", "Tazi", "1991-02-03", at="2024-02-02T09:00:00Z")))
        self.succeed("submit", new, "--data", self.data)
        self.assertEqual([found["given_name"] for found in self.search("Zeinab")], ["Zineb"])
        self.succeed("erase", "propose", self.case, "--ground", "GDPR art. 17(1)(a)", "--actor", "u-1", "--data", self.data)
        self.succeed("erase", "approve", self.case, "--actor", "u-2", "--data", self.data)
        self.assertEqual(self.search("Hassanein"), [])

    def test_nothing_of_it_is_on_disk(self):
        self.search("Hassanein")
        for file in self.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"Hassanein", file.read_bytes(), file)
                self.assertNotIn(b"hassanein", file.read_bytes(), file)

    def test_generated_truth_names_each_opened_case_and_its_family(self):
        out, truth = self.place / "again.ndjson", self.place / "truth.ndjson"
        self.succeed("generate", "--families", 60, "--seed", 5, "--doubles", 0.3, "--truth", truth, "--out", out)
        known = [json.loads(line) for line in truth.read_text().splitlines()]
        opened = [line["key"] for line in map(json.loads, out.read_text().splitlines()) if line["command"] == "open"]
        self.assertEqual([one["key"] for one in known], opened)
        doubles = [one for one in known if one["again"]]
        self.assertGreater(len(doubles), 5)
        for one in doubles:
            self.assertTrue(any(other["family"] == one["family"] and not other["again"] for other in known))
        data = self.folder("world")
        self.succeed("submit", out, "--quiet", "--data", data)


if __name__ == "__main__":
    unittest.main()
