import json
import unittest

from program import FolderCase, ndjson, opening, report, run


class Person(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        opened = opening("a")
        opened["persons"][1]["data"]["given_name"] = "Bruno"
        self.succeed("submit", "-", "--quiet", "--data", self.data, stdin=ndjson(opened))
        self.case = self.succeed("case", "list", "--json", "--data", self.data).lines()[0]["case"]
        self.ids = {person["alias"]: person["id"] for person in self.succeed("case", "show", self.case, "--json", "--data", self.data).json()["persons"]}

    def export(self, person, *words, name="out"):
        self.succeed("person", "export", person, "--out", self.place / name, *words, "--data", self.data)
        return json.loads((self.place / name / "person.json").read_text()), (self.place / name / "person.html").read_text()

    def test_it_says_all_that_is_known_of_one_person_and_nothing_of_another(self):
        file, page = self.export(self.ids["rel-1"], "--purpose", "asked for on 3 May", "--reader", "u-17")
        self.assertEqual((file["name"], len(file["cases"])), ("Bruno Esempio", 1))
        case = file["cases"][0]
        self.assertEqual((case["case"], case["called"]), (self.case, "rel-1"))
        values = {value["field"]: value for fact in case["known"] for value in fact["values"]}
        self.assertEqual(values["given_name"]["value"], "Bruno")
        self.assertEqual(values["birth_date"]["value"], "1990-01-01")
        details = next(fact for fact in case["known"] if any(value["field"] == "given_name" for value in fact["values"]))
        self.assertEqual((details["of"], details["from"]), ("person", "comune-milano"))
        self.assertNotIn("Ada", json.dumps(file))
        self.assertNotIn("Ada", page)
        self.assertIn("Bruno", page)
        self.assertTrue(case["happened"])
        self.assertEqual(file["readings"][-1]["purpose"], "asked for on 3 May")
        self.assertNotIn("u-17", json.dumps(file))
        reading = self.succeed("access", "--json", "--data", self.data).lines()[-1]
        self.assertEqual((reading["who"], reading["what"], reading["personal"]), ("u-17", "person export", True))

    def test_the_page_is_in_italian_too_and_stands_for_itself(self):
        _, page = self.export(self.ids["sponsor"], "--language", "it")
        self.assertIn('<html lang="it">', page)
        self.assertIn("Dati registrati", page)
        for word in ("<script", "http://", "https://", "src="):
            self.assertNotIn(word, page)

    def test_what_was_erased_is_said_to_be(self):
        for stage, actor in (("propose", "u-1"), ("approve", "u-2")):
            self.succeed("erase", stage, self.case, "--person", "rel-1", "--actor", actor, "--data", self.data)
        file, page = self.export(self.ids["rel-1"])
        self.assertEqual(file["cases"][0]["erasure"], "completed")
        self.assertIn("[erased]", page)
        self.assertNotIn("Bruno", page)

    def test_its_files_are_their_owners_alone(self):
        self.export(self.ids["sponsor"])
        self.assertEqual((self.place / "out").stat().st_mode & 0o077, 0)
        self.assertEqual(run("person", "export", self.ids["sponsor"], "--out", self.place / "out", "--data", self.data).code, 1)

    def test_nobody_is_refused_by_name(self):
        for wrong in ("rel-1", "per-nonsense", self.case):
            done = run("person", "export", wrong, "--out", self.place / "none", "--data", self.data)
            self.assertNotEqual(done.code, 0)
            self.assertIn(wrong, done.err)
        self.assertFalse((self.place / "none").exists())


if __name__ == "__main__":
    unittest.main()
