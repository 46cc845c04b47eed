import html
import re
import unittest

from program import FolderCase, run


class Lists(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        lines, _ = self.families(families=40)
        self.succeed("submit", lines, "--quiet", "--data", self.data)
        self.succeed("advance", "--to", "2026-01-01", "--data", self.data)

    def cases(self):
        return self.succeed("case", "list", "--json", "--data", self.data).lines()

    def test_the_clock_stands_where_it_was_moved_and_never_goes_back(self):
        self.assertEqual(self.succeed("advance", "--to", "2026-02-01", "--json", "--data", self.data).json()["now"], "2026-01-31T23:00:00.000Z")
        self.assertEqual(run("advance", "--to", "yesterday", "--data", self.data).code, 2)

    def test_every_case_is_listed_once(self):
        # Each of the forty families comes to the desk, and opens its reunification there.
        cases = self.cases()
        self.assertEqual(len(cases), 80)
        self.assertEqual(len({case["case"] for case in cases}), 80)

    def test_tasks_come_by_due_day_and_belong_to_cases(self):
        tasks = self.succeed("tasks", "--json", "--data", self.data).lines()
        dues = [task["due"] for task in tasks if task["due"]]
        self.assertEqual(dues, sorted(dues))
        self.assertTrue({task["case"] for task in tasks} <= {case["case"] for case in self.cases()})
        self.assertEqual(self.succeed("tasks", "--role", "teacher", "--json", "--data", self.data).lines(),
                         [task for task in tasks if task["role"] == "teacher"])

    def test_overdue_deadlines_come_first(self):
        deadlines = self.succeed("deadlines", "--all", "--json", "--data", self.data).lines()
        states = [deadline["state"] == "overdue" for deadline in deadlines]
        self.assertEqual(states, sorted(states, reverse=True))
        within = self.succeed("deadlines", "--within", "P30D", "--json", "--data", self.data).lines()
        self.assertTrue(all(deadline["days_left"] <= 30 for deadline in within))

    def test_a_journey_is_told_in_both_languages(self):
        case = self.cases()[0]["case"]
        italian = self.succeed("case", "timeline", case, "--language", "it", "--data", self.data).out
        english = self.succeed("case", "timeline", case, "--language", "en", "--data", self.data).out
        self.assertNotEqual(italian, english)
        timeline = self.succeed("case", "timeline", case, "--json", "--data", self.data).json()
        self.assertEqual(timeline["timeline"][0]["kind"], "case")

    def page(self, case, *more):
        file = self.place / "page.html"
        self.succeed("case", "timeline", case, "--html", file, "--data", self.data, *more)
        return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", file.read_text(encoding="utf-8"), flags=re.S))

    def test_a_page_for_a_family_names_nobody_by_what_only_an_office_knows(self):
        longest = sorted(self.cases(), key=lambda case: (case["persons"], case["version"]))[-1]["case"]
        sheet = self.succeed("case", "show", longest, "--json", "--data", self.data).json()
        names = [person["name"] for person in sheet["persons"]]
        staff = re.compile(r"\bu-\d")
        self.assertRegex(self.succeed("case", "timeline", longest, "--data", self.data).out, staff)
        for language in ("it", "en", "ar", "zh", "es", "fr"):
            page = self.page(longest, "--language", language)
            self.assertNotIn("rel-", page)
            self.assertNotRegex(page, staff)
            self.assertNotRegex(page, r"\d{4}-\d{2}-\d{2}", "days are written in words")
            for name in names:
                self.assertNotIn(name, page)
            with_names = self.page(longest, "--language", language, "--names", "--known-on", "2025-12-01")
            for name in names:
                self.assertIn(name, with_names)
            if language in ("ar", "zh"):
                self.assertNotRegex(with_names, "known|Case|Caseworker")
        self.assertRegex(self.page(longest, "--language", "it"), "coniuge|figlio|genitore")

    def test_who_was_forgotten_is_called_by_what_they_are_to_the_family(self):
        case = next(case["case"] for case in self.cases() if case["persons"] > 1)
        name = self.succeed("case", "show", case, "--json", "--data", self.data).json()["persons"][1]["name"]
        self.succeed("erase", "propose", case, "--person", "rel-1", "--ground", "asked", "--actor", "u-4", "--data", self.data)
        self.succeed("erase", "approve", case, "--person", "rel-1", "--actor", "u-9", "--data", self.data)
        page = self.page(case, "--names", "--language", "it")
        self.assertNotIn(name, page)
        self.assertNotIn("erased", page)
        self.assertRegex(page, "coniuge|figlio|genitore")

    def test_a_caseworker_sees_names_and_the_history_does_not_tell_them(self):
        case = self.cases()[0]["case"]
        sheet = self.succeed("case", "show", case, "--json", "--data", self.data).json()
        name = sheet["persons"][0]["name"]
        self.assertIn(" ", name)
        history = self.succeed("case", "history", case, "--json", "--data", self.data)
        self.assertNotIn(name.split()[-1], history.out)
        versions = [event["version"] for event in history.lines()]
        self.assertEqual(versions, list(range(1, len(versions) + 1)))

    def test_stuck_and_quarantine_can_be_asked_for(self):
        self.succeed("stuck", "--json", "--data", self.data)
        self.assertIn("No case is in quarantine", self.succeed("quarantine", "list", "--data", self.data).out)
        case = self.cases()[0]["case"]
        self.assertEqual(run("quarantine", "release", case, "--data", self.data).code, 3)

    def test_processing_equals_replay(self):
        from_snapshots = self.succeed("case", "hash", "--all", "--json", "--data", self.data).json()
        replayed = self.succeed("case", "hash", "--all", "--replay", "--json", "--data", self.data).json()
        self.assertEqual(from_snapshots, replayed)
        case = self.cases()[0]["case"]
        self.assertEqual(self.succeed("case", "hash", case, "--json", "--data", self.data).json(),
                         self.succeed("case", "hash", case, "--replay", "--json", "--data", self.data).json())


if __name__ == "__main__":
    unittest.main()
