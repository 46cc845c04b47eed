import unittest

from program import CASEWORKER, FolderCase, ndjson, opening, report, run

OPERATOR = {"id": "operator", "organisation": "operator", "roles": ["operator"]}


def family(key, **ids):
    """A family of a sponsor, a spouse and a child, of whom something is known."""
    opened = opening(key)
    child = {**opened["persons"][1]["data"], "birth_date": "2015-05-05", "relationship": "child"}
    opened["persons"].append({"alias": "rel-2", "role": "relative", "data": child})
    for person in opened["persons"]:
        if person["alias"] in ids:
            person["id"] = ids[person["alias"]]
    return [opened,
            report(f"{key}-1", key, "permit.shown", {"kind": "work", "duration_months": 24, "renewal_pending": False, "resident_since": "2018-01-18"}),
            report(f"{key}-2", key, "deed.received", {"kind": "birth", "translated": True, "legalised": True, "received_on": "2024-02-02"},
                   person="rel-2")]


DESK = """pathway: desk
version: 1
valid_from: 2018-01-01
title: {it: Sportello, en: Desk}
roles: {caseworker: {it: Operatore, en: Caseworker}}
persons:
  sponsor: {count: one, title: {it: R, en: S}, data: {given_name: string}}
  relative: {count: many, group: relatives, title: {it: F, en: R}, data: {given_name: string}}
facts:
  visit.made: {by: [caseworker], per: relative, title: {it: V, en: V}}
steps:
  members:
    title: {it: M, en: M}
    stage: {each: relative}
    steps:
      talk: {title: {it: C, en: T}, task: {role: caseworker}}
      visit: {title: {it: V, en: V}, task: {role: caseworker}, done_when: {fact: visit.made}}
"""


class Links(FolderCase):
    def cases(self, data):
        return [line["case"] for line in self.succeed("case", "list", "--json", "--data", data).lines()]

    def events(self, case, data, kind):
        return [event for event in self.succeed("case", "history", case, "--json", "--data", data).lines() if event["event"] == kind]

    def family_in(self, data, key="one", **ids):
        run("submit", "-", "--json", "--data", data, stdin=ndjson(*family(key, **ids)))
        return next(line["case"] for line in self.succeed("case", "list", "--json", "--data", data).lines())

    def test_a_split_gives_who_moves_a_case_of_their_own_with_what_is_known(self):
        data = self.folder()
        case = self.family_in(data)
        self.succeed("case", "split", case, "rel-2", "--reason", "they live apart", "--data", data)
        [link] = self.succeed("case", "links", "--json", "--data", data).lines()
        self.assertEqual((link["from"], link["kind"], link["finished"]), (case, "split", True))
        other = link["into"]
        self.assertEqual(len(self.cases(data)), 2)
        aliases = [event["body"]["alias"] for event in self.events(other, data, "person_added")]
        self.assertEqual(aliases, ["sponsor", "rel-2"])
        facts = [(event["body"]["fact"], event["effective_on"]) for event in self.events(other, data, "fact_reported")]
        self.assertIn(("permit.shown", "2024-02-02"), facts)
        self.assertEqual(self.events(other, data, "case_linked")[0]["body"]["link"], "split_from")
        self.assertIn(other, self.succeed("case", "timeline", case, "--data", data).out)
        self.assertIn(case, self.succeed("case", "timeline", other, "--data", data).out)

    def test_what_a_crash_left_half_done_is_finished_once(self):
        calm, killed = self.folder("calm"), self.folder("killed")
        case = self.family_in(calm)
        self.assertEqual(self.family_in(killed), case)
        self.succeed("case", "split", case, "rel-2", "--data", calm)
        # Killed between the halves: the first is in the log, as the same command brought it there, and nothing else.
        into = self.succeed("case", "links", "--json", "--data", calm).json()["into"]
        first = {"key": "split-rel-2", "case": case, "command": "split", "at": "2024-02-02T09:00:00Z", "actor": OPERATOR,
                 "data": {"into": into, "persons": ["rel-2"]}}
        self.succeed("submit", "-", "--data", killed, stdin=ndjson(first))
        self.assertFalse(self.succeed("case", "links", "--json", "--data", killed).json()["finished"])
        self.assertEqual(self.cases(killed), [case])
        self.succeed("case", "links", "--finish", "--data", killed)
        hashes = {name: self.succeed("case", "hash", "--all", "--json", "--data", name).json() for name in (calm, killed)}
        self.assertEqual(hashes[calm]["outcome"], hashes[killed]["outcome"])
        for again in (["case", "links", "--finish"], ["case", "split", case, "rel-2"]):
            self.succeed(*again, "--data", killed)
            self.assertEqual(self.succeed("case", "hash", "--all", "--json", "--data", killed).json(), hashes[killed])

    def test_the_values_that_go_along_are_opened_in_the_log_of_accesses(self):
        data = self.folder()
        case = self.family_in(data)
        self.succeed("case", "split", case, "rel-2", "--actor", "u-9", "--data", data)
        into = self.succeed("case", "links", "--json", "--data", data).json()["into"]
        reads = self.succeed("access", "--json", "--data", data).lines()
        self.assertEqual([(read["case"], read["who"], read["what"], read["purpose"], read["personal"]) for read in reads], [(case, "u-9", "split", f"into {into}", True)])
        self.succeed("case", "links", "--finish", "--data", data)
        self.assertEqual(len(self.succeed("access", "--json", "--data", data).lines()), 1, "what is finished opens nothing")

    def test_work_done_by_hand_stays_in_its_case_and_is_asked_for_again_in_the_other(self):
        data = self.folder()
        file = self.place / "desk.yaml"
        file.write_text(DESK, encoding="utf-8")
        self.succeed("publish", file, "--data", data)
        person = {"data": {"given_name": "Ada"}}
        members = [{"alias": "sponsor", "role": "sponsor", **person}, *({"alias": alias, "role": "relative", **person} for alias in ("rel-1", "rel-2"))]
        common = {"at": "2024-02-01T09:00:00Z", "actor": CASEWORKER}
        lines = []
        for key in ("one", "two"):
            of = {"opened_by": key, "person": "rel-2", **common}
            lines += [{"key": key, "command": "open", "pathway": "desk", "persons": members, **common},
                      {"key": f"{key}-talk", "command": "task", "action": "complete", "step": "talk", **of},
                      {"key": f"{key}-visit", "command": "report", "fact": "visit.made", "data": {}, **of}]
        self.succeed("submit", "-", "--data", data, stdin=ndjson(*lines))
        one, two = sorted(self.cases(data))
        for alias, words in (("rel-2", ("split", one, "rel-2")), ("rel-2-2", ("merge", two, "--into", one))):
            self.succeed("case", *words, "--data", data)
            [into] = [link["into"] for link in self.succeed("case", "links", "--json", "--data", data).lines() if link["kind"] == words[0]]
            offered = [line["step"].split("/")[-1] for line in self.succeed("tasks", "--json", "--data", data).lines() if (line["case"], line["person"]) == (into, alias)]
            self.assertEqual(offered, ["talk"], "what only a person's work completes is asked for again, what a fact completes is not")

    def test_a_case_is_merged_into_another_which_knows_who_is_the_same(self):
        data = self.folder()
        one = self.family_in(data)
        ids = {event["body"]["alias"]: event["body"]["person"] for event in self.events(one, data, "person_added")}
        run("submit", "-", "--data", data, stdin=ndjson(*family("two", sponsor=ids["sponsor"], **{"rel-1": ids["rel-1"]})))
        [two] = [case for case in self.cases(data) if case != one]
        self.succeed("case", "merge", two, "--into", one, "--reason", "opened twice", "--data", data)
        self.assertTrue(self.succeed("case", "links", "--json", "--data", data).json()["finished"])
        aliases = [event["body"]["alias"] for event in self.events(one, data, "person_added")]
        self.assertEqual(aliases, ["sponsor", "rel-1", "rel-2", "rel-2-2"])
        self.assertEqual(len(self.events(one, data, "fact_reported")), len(self.events(two, data, "fact_reported")) + 1)
        self.assertEqual(len(self.events(two, data, "case_closed")), 1)
        self.assertIn(two, self.succeed("case", "timeline", one, "--data", data).out)
        self.assertEqual(run("case", "merge", one, "--into", two, "--data", data).code, 2)
        replayed = self.succeed("case", "hash", "--all", "--replay", "--json", "--data", data).json()
        self.assertEqual(replayed, self.succeed("case", "hash", "--all", "--json", "--data", data).json())


if __name__ == "__main__":
    unittest.main()
