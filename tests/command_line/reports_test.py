"""The shipped report plans over small histories: each figure was worked out by hand from the comments beside them."""

import unittest

from program import CASEWORKER, FolderCase, ndjson, opening, report, run

ADULT = "from_18_to_60"


def desk(key, at, citizenship, sex="female", age_band=ADULT):
    data = {"given_name": "Ada", "family_name": "Esempio", "birth_date": "1990-01-01", "sex": sex, "age_band": age_band, "citizenship": citizenship}
    return {"key": key, "command": "open", "pathway": "welcome-intake", "at": at, "effective_on": at[:10], "actor": CASEWORKER,
            "persons": [{"alias": "visitor", "role": "visitor", "data": data}]}


def contact(key, opened_by, at, channel, language, first_time):
    return report(key, opened_by, "contact.made", {"channel": channel, "asked_by": "person", "language": language, "first_time": first_time, "contacted_on": at[:10]}, at=at)


class Reports(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.lines = []

    def family(self, key, at, sex, age_band):
        command = opening(key, at=at)
        command["persons"] = command["persons"][:1]
        command["persons"][0]["data"]["sex"] = sex
        if age_band:
            command["persons"][0]["data"]["age_band"] = age_band
        self.lines.append(command)

    def talk(self, key, family, on, recorded=None):
        self.lines.append({**report(key, family, "orientation.held", {"channel": "walk_in", "held_on": on}, at=f"{recorded or on}T10:00:00Z"), "effective_on": on})

    def submit(self):
        self.lines.sort(key=lambda line: line["at"])
        answers = self.succeed("submit", "-", "--json", "--data", self.data, stdin=ndjson(*self.lines)).lines()
        self.lines = []
        return {answer["key"]: answer for answer in answers}

    def figures(self, name, quarter, known_on):
        """Lines that count anything, as {code: total}, and their cells, as {address: figure}."""
        made = self.succeed("report", name, "--quarter", quarter, "--known-on", known_on, "--json", "--data", self.data).json()
        totals = {line["code"]: line["quarter"] for line in made["lines"] if line["quarter"] != 0}
        cells = {cell["cell"]: cell["quarter"] for line in made["lines"] for cell in line["cells"] if cell["quarter"] != 0}
        return totals, cells, {line["code"]: line.get("cumulative") for line in made["lines"]}

    def six_families(self):
        # A: an adult woman who came in the first quarter and filed in the second: once in each line, in the first.
        self.family("a", "2024-02-01T09:00:00Z", "female", ADULT)
        self.talk("a-1", "a", "2024-02-05")
        self.lines.append(report("a-2", "a", "application.filed", {"receipt": "R1", "filed_on": "2024-05-10"}, at="2024-05-10T10:00:00Z"))
        # B: an adult man, on the last day of the first quarter.
        self.family("b", "2024-03-01T09:00:00Z", "male", ADULT)
        self.talk("b-1", "b", "2024-03-31")
        # C: a woman over sixty, on the first day of the second.
        self.family("c", "2024-03-01T09:00:00Z", "female", "over_60")
        self.talk("c-1", "c", "2024-04-01")
        # D: a man of unknown age, in the second.
        self.family("d", "2024-04-01T09:00:00Z", "male", "")
        self.talk("d-1", "d", "2024-04-15")
        # E: a woman at the desk: assessed in the first quarter, guided in the second.
        self.lines.append(desk("e", "2024-02-20T09:00:00Z", "PE"))
        needs = {need: False for need in ("reunification", "italian", "school", "legal", "work", "social", "minor_alone", "urgent")}
        self.lines.append(report("e-1", "e", "needs.assessed", {**needs, "assessed_on": "2024-02-20"}, at="2024-02-20T10:00:00Z"))
        self.lines.append(report("e-2", "e", "orientation.given", {"given_on": "2024-04-02"}, at="2024-04-02T10:00:00Z"))
        # F and G: adult men of the first quarter, of whom more becomes known in July.
        self.family("f", "2024-03-01T09:00:00Z", "male", ADULT)
        self.talk("f-1", "f", "2024-03-20")
        self.family("g", "2024-02-01T09:00:00Z", "male", ADULT)
        self.talk("g-1", "g", "2024-02-12")
        return self.submit()

    def test_indicators_are_those_worked_out_by_hand(self):
        self.six_families()
        totals, cells, cumulative = self.figures("indicators", "2024Q1", "2024-06-30")
        self.assertEqual(totals, {"O.2.3": 5, "O.2.5": 4})  # A B E F G; without E, who asked for nothing of the kind
        self.assertEqual(cells, {f"O.2.3/female/{ADULT}": 2, f"O.2.3/male/{ADULT}": 3, f"O.2.5/female/{ADULT}": 1, f"O.2.5/male/{ADULT}": 3})
        totals, cells, cumulative = self.figures("indicators", "2024Q2", "2024-06-30")
        self.assertEqual(totals, {"O.2.3": 2, "O.2.3.3": 1, "O.2.5": 2})  # C D; E's guidance; A's application was her second fact
        self.assertEqual(cells, {"O.2.3/female/over_60": 1, "O.2.3/male/unknown": 1, f"O.2.3.3/female/{ADULT}": 1, "O.2.5/female/over_60": 1, "O.2.5/male/unknown": 1})
        self.assertEqual((cumulative["O.2.3"], cumulative["O.2.3.3"], cumulative["O.2.5"]), (7, 1, 6))

    def test_a_quarter_that_is_opened_again_shows_each_changed_line_with_its_fact(self):
        told = self.six_families()
        before = self.figures("indicators", "2024Q1", "2024-06-30")
        case = {name: told[name]["case"] for name in "fg"}
        self.lines = [
            # F's talk was in April; G's never took place.
            {"key": "f-2", "command": "correct", "opened_by": "f", "corrects": told["f-1"]["first_version"], "data": {"held_on": "2024-04-03"}, "effective_on": "2024-04-03",
             "reason": "as in the register", "at": "2024-07-10T10:00:00Z", "actor": CASEWORKER},
            {"key": "g-2", "command": "withdraw", "opened_by": "g", "withdraws": told["g-1"]["first_version"], "reason": "another person", "at": "2024-07-11T10:00:00Z", "actor": CASEWORKER}]
        self.submit()
        self.assertEqual(self.figures("indicators", "2024Q1", "2024-06-30"), before, "what was extracted can be extracted again")
        self.assertEqual(self.figures("indicators", "2024Q1", "2024-07-31")[0], {"O.2.3": 3, "O.2.5": 2})
        self.assertEqual(self.figures("indicators", "2024Q2", "2024-07-31")[0], {"O.2.3": 3, "O.2.3.3": 1, "O.2.5": 3})
        changes = {quarter: self.succeed("report", "indicators", "--quarter", quarter, "--known-on", "2024-07-31", "--changed-since", "2024-06-30", "--json",
                                         "--data", self.data).lines() for quarter in ("2024Q1", "2024Q2")}
        seen = {quarter: sorted((change["line"], change["change"], change["case"], change["because"]["fact"], change["because"]["saying"]) for change in all_of) for quarter, all_of in changes.items()}
        self.assertEqual(seen["2024Q1"], sorted((line, "went", case[name], "orientation.held", saying) for line in ("O.2.3", "O.2.5") for name, saying in (("f", "corrected"), ("g", "withdrawn"))))
        self.assertEqual(seen["2024Q2"], [(line, "came", case["f"], "orientation.held", "corrected") for line in ("O.2.3", "O.2.5")])

    def test_a_reading_of_a_day_to_come_is_as_known_now_and_a_misspelt_cell_is_told(self):
        self.six_families()
        self.submit()
        asked = ("report", "indicators", "--quarter", "2024Q1", "--data", self.data)
        now = self.succeed(*asked).out
        self.assertEqual(self.succeed(*asked, "--known-on", "2099-01-01").out, now, "what comes later would change what that heading said")
        self.assertEqual(len(self.succeed(*asked, "--cases", "O.2.3/female", "--json").lines()), 2)
        self.assertEqual(self.succeed(*asked, "--cases", "O.2.3/other/over_60", "--json").lines(), [])
        misspelt = run(*asked, "--cases", "O.2.3/femail")
        self.assertEqual(misspelt.code, 1)
        self.assertIn("O.2.3 has no value 'femail'; it has: -, female, male, other", misspelt.err)

    def test_statistics_are_those_worked_out_by_hand_and_hide_what_is_small(self):
        # Fifteen contacts in the first quarter: nine for the first time; ten walked in, three called, two wrote; eight from Egypt, seven from Peru.
        for i in range(15):
            at = f"2024-01-{i + 8:02}T09:00:00Z"
            self.lines.append(desk(f"v{i}", at, "EG" if i < 8 else "PE"))
            self.lines.append(contact(f"c{i}", f"v{i}", at.replace("09:", "10:"), "walk_in" if i < 10 else "phone" if i < 13 else "email", "arabic" if i < 8 else "spanish", i < 9))
        # One more in the second.
        self.lines.append(desk("w", "2024-04-10T09:00:00Z", "LK"))
        self.lines.append(contact("w-1", "w", "2024-04-10T10:00:00Z", "walk_in", "sinhala", True))
        self.submit()
        totals, cells, cumulative = self.figures("statistics", "2024Q1", "2024-06-30")
        self.assertEqual(totals, {"first_contact": 15, "channels": 15, "languages": 15, "nationality": 15})
        shown = {address: figure for address, figure in cells.items() if figure is not None}
        self.assertEqual(shown, {"first_contact/true": 9, "first_contact/false": 6, "channels/walk_in": 10, "languages/arabic": 8, "languages/spanish": 7,
                                 "nationality/EG": 8, "nationality/PE": 7})
        self.assertEqual({address for address, figure in cells.items() if figure is None}, {"channels/phone", "channels/email"})
        self.assertEqual(set(cumulative.values()), {None})
        second, cells, _ = self.figures("statistics", "2024Q2", "2024-06-30")
        self.assertEqual((set(second.values()), set(cells.values())), ({None}, {None}), "one contact alone isn't shown, nor worked out from a total")


if __name__ == "__main__":
    unittest.main()
