import json
import os
import shutil
import subprocess
import unittest

import every_byte
import program
from program import LONG, FolderCase, environment, ndjson, opening, report, run

CRASH_AT = os.environ.get("RITROVO_CRASH_AT")


class Erasure(FolderCase):
    def case_with_data(self, data, key="k-1"):
        answers = self.succeed("submit", "-", "--json", "--data", data, stdin=ndjson(opening(key))).lines()
        return answers[0]["case"]

    def slots(self, data):
        keys = (data / "vault" / "keys").read_bytes()
        return [keys[at:at + 128] for at in range(128, len(keys), 128)]

    def step(self, data, name, case, actor, *words):
        return run("erase", name, case, "--actor", actor, "--json", "--data", data, *words)

    def test_a_person_is_forgotten_by_two_and_the_ledger_verifies(self):
        data = self.folder()
        case = self.case_with_data(data)
        self.assertIn("Ada", self.succeed("case", "timeline", case, "--names", "--data", data).out)
        self.assertEqual(self.step(data, "approve", case, "u-2", "--person", "rel-1").code, 3)
        self.assertEqual(self.step(data, "propose", case, "u-1", "--ground", "GDPR art. 17").code, 0)
        self.assertEqual(self.step(data, "approve", case, "u-1").code, 3)  # the same person
        done = self.step(data, "approve", case, "u-2")
        self.assertEqual(done.code, 0, done.out + done.err)
        left = [line for line in done.lines() if "left_in" in line]
        self.assertTrue(any(line["left_in"] == "the log" for line in left))
        self.assertTrue(all(line["until"] for line in left))
        stages = self.succeed("erase", "list", "--json", "--data", data).lines()
        self.assertEqual({line["stage"] for line in stages}, {"completed"})
        self.assertEqual(len(stages), 3)  # both persons and the household
        self.assertNotIn("Ada", self.succeed("case", "timeline", case, "--names", "--data", data).out)
        self.succeed("verify", "--deep", "--data", data)
        self.assertEqual(len((data / "erasures").read_text().splitlines()), 3)
        refused = run("submit", "-", "--json", "--data", data, stdin=ndjson({"key": "x", "case": case, "command": "remove_person", "person": "rel-1", "data": {"reason": "Ada"},
                                                                             "at": "2024-03-01T09:00:00Z", "actor": opening("k")["actor"]}))
        self.assertEqual(refused.code, 3, refused.out)

    def test_nobody_acts_without_a_name(self):
        data = self.folder()
        case = self.case_with_data(data)
        for actor in ("", "u\x1b[2J", "u\u202e"):
            for name in ("propose", "hold"):
                self.assertEqual(self.step(data, name, case, actor).code, 2)
        self.assertEqual(self.succeed("erase", "list", "--json", "--data", data).lines(), [])

    def test_a_damaged_backup_is_named_and_leaves_nothing(self):
        data = self.folder()
        self.case_with_data(data)
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        table = max((self.place / "backup" / "log").rglob("*.sst"), key=lambda path: path.stat().st_size)
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
        done = run("restore", self.place / "backup", "--vault", next((self.place / "vaults").iterdir()), "--register-lost",
                   "--master-key-file", data / "vault" / "master.key", "--data", self.place / "back")
        self.assertEqual(done.code, 1)
        self.assertIn("backup 1 in", done.err)
        self.assertIn("another copy", done.err)
        self.assertFalse((self.place / "back").exists())

    def test_a_hold_stops_it(self):
        data = self.folder()
        case = self.case_with_data(data)
        self.step(data, "propose", case, "u-1", "--person", "rel-1")
        self.assertEqual(self.step(data, "hold", case, "u-3", "--ground", "appeal").code, 0)
        done = self.step(data, "approve", case, "u-2", "--person", "rel-1")
        self.assertEqual(done.code, 3)
        self.assertEqual(done.lines()[0]["code"], "legal_hold")
        self.assertEqual(self.step(data, "end-hold", case, "u-3").code, 0)
        self.assertEqual(self.step(data, "approve", case, "u-2", "--person", "rel-1").code, 0)

    def two_cases_of_one_relative(self, data):
        first = self.case_with_data(data)
        ids = {person["alias"]: person["id"] for person in self.succeed("case", "show", first, "--json", "--data", data).json()["persons"]}
        second = opening("k-2")
        second["persons"][1]["id"] = ids["rel-1"]
        other = self.succeed("submit", "-", "--json", "--data", data, stdin=ndjson(second)).lines()[0]["case"]
        return first, other, ids["rel-1"]

    def test_a_hold_on_another_case_of_the_same_person_stops_it_too(self):
        data = self.folder()
        first, other, _ = self.two_cases_of_one_relative(data)
        self.assertEqual(self.step(data, "hold", other, "u-3", "--ground", "appeal").code, 0)
        for person, code in (("sponsor", 0), ("rel-1", 3)):
            self.assertEqual(self.step(data, "propose", first, "u-1", "--person", person).code, 0)
            done = self.step(data, "approve", first, "u-2", "--person", person)
            self.assertEqual(done.code, code, done.out)
        refused = done.lines()[0]
        self.assertEqual(refused["code"], "legal_hold")
        self.assertIn(other, refused["message"])
        self.assertIn("Ada", self.succeed("case", "timeline", other, "--names", "--data", data).out)

    def test_what_was_parked_in_another_case_of_the_same_person_goes_with_them(self):
        data = self.folder()
        first, other, _ = self.two_cases_of_one_relative(data)
        deed = report("parked", "k-2", "deed.received", {"kind": "marriage", "translated": True, "legalised": True, "received_on": "2024-02-02"}, person="rel-1")
        self.crashed_twice_on(data, deed)
        self.assertEqual(run("submit", "-", "--json", "--data", data, stdin=ndjson(deed)).lines()[0]["outcome"], "parked")
        self.assertEqual(self.step(data, "propose", first, "u-1", "--person", "rel-1").code, 0)
        refused = self.step(data, "approve", first, "u-2", "--person", "rel-1")
        self.assertEqual((refused.code, refused.lines()[0]["code"]), (3, "in_quarantine"), refused.out)
        self.assertIn(other, refused.lines()[0]["message"])
        self.succeed("quarantine", "release", other, "--note", "tried again", "--data", data)
        parked = [slot for slot in self.slots(data) if slot[8] == 1]
        self.assertEqual(self.step(data, "approve", first, "u-2", "--person", "rel-1").code, 0)
        # Their own key, and that of the command that was parked in the other case.
        self.assertEqual(len([slot for slot in self.slots(data) if slot[8] == 1]), len(parked) - 2)
        self.succeed("verify", "--deep", "--data", data)

    def test_an_erasure_proposed_in_another_case_is_pointed_to(self):
        data = self.folder()
        first, other, relative = self.two_cases_of_one_relative(data)
        self.assertEqual(self.step(data, "propose", first, "u-1", "--person", "rel-1").code, 0)
        for stage in ("approve", "withdraw"):
            refused = self.step(data, stage, other, "u-2", "--person", "rel-1")
            self.assertEqual((refused.code, refused.lines()[0]["code"]), (3, "proposed_elsewhere"), refused.out)
            self.assertIn(f"ritrovo erase {stage} {first}", refused.lines()[0]["message"])
        self.assertEqual(self.step(data, "approve", first, "u-2", "--person", "rel-1").code, 0)
        told = self.succeed("person", "export", relative, "--out", self.place / "for-them", "--data", data).out
        self.assertIn("They were forgotten", told)
        self.assertNotIn("It names them", told)

    def test_copies_of_the_vault_go_by_themselves_and_nothing_else_does(self):
        data, vaults = self.folder(), self.place / "vaults"
        dear = vaults / ".ssh" / "id"
        dear.parent.mkdir(parents=True)
        dear.write_text("dear")
        old = vaults / "2020-01-01T00-00-00.000Z"
        old.mkdir()
        (old / "keys").write_text("secret")
        for _ in range(2):
            self.succeed("backup", self.place / "backup", "--vault", vaults, "--keep", "1", "--data", data)
        self.assertEqual(dear.read_text(), "dear")
        self.assertFalse(old.exists())
        copies = [place for place in vaults.iterdir() if place.name != ".ssh"]
        self.assertEqual([oct(file.stat().st_mode & 0o777) for copy in copies for file in copy.iterdir()], ["0o600"] * 4)
        self.assertEqual(sorted(place.name for place in (self.place / "backup").iterdir()), ["erasures", "folder-000002", "log"])

    def test_what_a_restore_brings_back_stays_forgotten(self):
        data = self.folder()
        cases = [self.case_with_data(data, f"k-{number}") for number in range(5)]
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        for case in cases[:3]:
            self.step(data, "propose", case, "u-1")
            done = self.step(data, "approve", case, "u-2")
            self.assertEqual(done.code, 0, done.err)
            # The copy of the vault from before still holds the keys, and erase says so.
            self.assertTrue(any(str(self.place / "vaults") in line.get("left_in", "") for line in done.lines()), done.out)
        self.succeed("backup", self.place / "backup", "--data", data)
        copy = next((self.place / "vaults").iterdir())
        back = self.place / "back"
        self.assertEqual(run("restore", self.place / "backup", "--vault", copy, "--data", back).code, 2)  # who was forgotten since?
        restored = self.succeed("restore", self.place / "backup", "--backup", "1", "--vault", copy, "--register", data / "erasures",
                                "--master-key-file", data / "vault" / "master.key", "--json", "--data", back).json()
        self.assertEqual(restored["erased"], 9)
        self.assertGreater(restored["incarnation"], 1)
        again = self.succeed("restore", self.place / "backup", "--backup", "1", "--vault", copy, "--register", data / "erasures",
                             "--master-key-file", data / "vault" / "master.key", "--json", "--data", self.place / "back-too").json()
        self.assertNotEqual(again["incarnation"], restored["incarnation"])
        key = ("--master-key-file", data / "vault" / "master.key", "--data", back)
        for number, case in enumerate(cases):
            told = self.succeed("case", "timeline", case, "--names", *key).out
            self.assertEqual("Ada" in told, number >= 3, told)
        self.succeed("verify", "--deep", *key)

    def test_no_byte_of_a_forgotten_persons_key_is_left_in_the_vault(self):
        data = self.folder()
        case = self.case_with_data(data)
        slots = self.slots(data)
        self.step(data, "propose", case, "u-1")
        self.assertEqual(self.step(data, "approve", case, "u-2").code, 0)
        gone = [slot for slot in slots if slot[8] == 1 and slot not in self.slots(data)]
        self.assertGreaterEqual(len(gone), 2)  # both persons; nothing was sealed for the household
        everything = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
        for slot in gone:
            self.assertNotIn(slot[40:88], everything)

    def test_retention_proposes_cases_that_ended_long_ago(self):
        data = self.place / "kept"
        self.succeed("init", "--data", data, "--clock", "simulated")
        (self.place / "p.yaml").write_text(
            "pathway: kept-a-while\nversion: 1\nvalid_from: 2019-01-01\nretention: {after: case.closed, keep: P2Y, then: propose_erasure}\n"
            "title: {it: Prova, en: Trial}\nroles: {caseworker: {it: Operatore, en: Caseworker}}\n"
            "persons: {sponsor: {count: one, title: {it: R, en: S}, data: {given_name: string}}}\n"
            "facts: {it.ended: {title: {it: F, en: E}, by: [caseworker], data: {}}}\nsteps: {end: {title: {it: F, en: E}, wait_for: true, done_when: {fact: it.ended}}}\n")
        self.succeed("publish", self.place / "p.yaml", "--data", data)
        opened = {**opening("k"), "pathway": "kept-a-while", "persons": [{"alias": "sponsor", "role": "sponsor", "data": {"given_name": "Ada"}}]}
        case = self.succeed("submit", "-", "--json", "--data", data, stdin=ndjson(opened, report("f", "k", "it.ended", {}))).lines()[0]["case"]
        self.succeed("advance", "--to", "2026-01-01", "--data", data)
        self.assertIn("No case", self.succeed("erase", "propose", "--due", "--actor", "u-1", "--data", data).out)
        self.succeed("advance", "--to", "2026-03-01", "--data", data)
        # Who is in a case that goes on is kept: there is one key for both.
        person = self.succeed("case", "show", case, "--json", "--data", data).json()["persons"][0]["id"]
        opened["persons"][0]["id"] = person
        self.succeed("submit", "-", "--data", data, stdin=ndjson({**opened, "key": "k2", "at": "2026-03-01T09:00:00Z", "effective_on": "2026-03-01"}))
        self.assertIn("No case", self.succeed("erase", "propose", "--due", "--actor", "u-1", "--data", data).out)
        self.succeed("submit", "-", "--data", data, stdin=ndjson(report("f2", "k2", "it.ended", {}, at="2026-03-02T09:00:00Z")))
        self.succeed("advance", "--to", "2028-04-01", "--data", data)
        # The person once, and the households of both cases.
        proposed = self.succeed("erase", "propose", "--due", "--actor", "u-1", "--json", "--data", data).lines()
        self.assertEqual(len(proposed), 3)
        # A person is approved in the case in which they were proposed.
        case = next(line["case"] for line in proposed if line["person"] == "sponsor")
        self.assertEqual(self.step(data, "approve", case, "u-2").code, 0)

    def test_a_guard_that_needs_what_was_erased_opens_an_incident(self):
        data = self.folder()
        (self.place / "p.yaml").write_text(
            "pathway: guarded\nversion: 1\nvalid_from: 2019-01-01\n"
            "title: {it: Prova, en: Trial}\nroles: {caseworker: {it: Operatore, en: Caseworker}}\n"
            "persons: {sponsor: {count: one, title: {it: R, en: S}, data: {given_name: string}}}\n"
            "facts: {it.began: {title: {it: F, en: E}, by: [caseworker], data: {}}, it.ended: {title: {it: F, en: E}, by: [caseworker], data: {}}}\n"
            "steps: {end: {title: {it: F, en: E}, after: it.began, when: 'sponsor.given_name == \"Ada\"', wait_for: true, done_when: {fact: it.ended}}}\n")
        self.succeed("publish", self.place / "p.yaml", "--data", data)
        opened = {**opening("k"), "pathway": "guarded", "persons": [{"alias": "sponsor", "role": "sponsor", "data": {"given_name": "Ada"}}]}
        case = self.succeed("submit", "-", "--json", "--data", data, stdin=ndjson(opened)).lines()[0]["case"]
        self.assertEqual(self.step(data, "propose", case, "u-1").code, 0)
        self.assertEqual(self.step(data, "approve", case, "u-2").code, 0)
        self.succeed("submit", "-", "--data", data, stdin=ndjson(report("f", "k", "it.began", {})))
        incidents = [line for line in self.succeed("case", "history", case, "--json", "--data", data).lines() if line["event"] == "incident_opened"]
        self.assertEqual(len(incidents), 1, incidents)
        self.assertEqual(incidents[0]["body"]["failure"], "erased", incidents)
        self.succeed("verify", "--deep", "--data", data)

    def test_erasing_names_the_log_of_who_read_what(self):
        data = self.folder()
        case = self.case_with_data(data)
        self.succeed("case", "show", case, "--purpose", "a hearing", "--data", data)
        self.step(data, "propose", case, "u-1")
        left = [line for line in self.step(data, "approve", case, "u-2").lines() if "access/" in line.get("left_in", "")]
        self.assertEqual(len(left), 1)
        self.assertRegex(left[0]["until"], r"20\d\d-\d\d")

    def test_a_backup_goes_elsewhere_and_keys_not_beside_it(self):
        data = self.folder()
        for words in ((data / "backup",), (data,), (self.place / "b", "--vault", self.place / "b" / "keys"), (self.place / "b", "--vault", data / "v"), (self.place / "v" / "b", "--vault", self.place / "v")):
            with self.subTest(words=words):
                done = run("backup", *words, "--data", data)
                self.assertNotEqual(done.code, 0)
                self.assertIn("is in", done.err)
        self.assertFalse((self.place / "b").exists())

    def test_a_restore_that_is_refused_leaves_nothing(self):
        data = self.folder()
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        copy = next((self.place / "vaults").iterdir())
        (self.place / "rubbish").write_text("{}\n")
        done = run("restore", self.place / "backup", "--vault", copy, "--register-lost", "--data", self.place / "back")
        self.assertEqual(done.code, 2)
        self.assertIn("--master-key-file", done.err)
        self.assertFalse((self.place / "back").exists())
        for words in (("--vault", self.place / "vaults", "--register-lost"), ("--vault", copy, "--register", self.place / "rubbish"),
                      ("--vault", copy, "--register-lost", "--backup", 9), ("--vault", copy, "--register", self.place / "none")):
            with self.subTest(words=words):
                malformed = self.place / "rubbish" in words
                self.assertEqual(run("restore", self.place / "backup", *words, "--master-key-file", data / "vault" / "master.key", "--data", self.place / "back").code, 2 if malformed else 1)
                self.assertFalse((self.place / "back").exists())

    def test_backups_hold_who_read_what(self):
        data = self.folder()
        case = self.case_with_data(data)
        self.succeed("case", "show", case, "--reader", "u-17", "--data", data)
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        copy = next((self.place / "vaults").iterdir())
        key = ("--master-key-file", data / "vault" / "master.key", "--data", self.place / "back")
        self.succeed("restore", self.place / "backup", "--vault", copy, "--register-lost", *key)
        self.assertEqual([line["who"] for line in self.succeed("access", "--json", *key).lines()], ["u-17"])
        self.succeed("verify", *key)

    @unittest.skipUnless(every_byte.DUMP, "the program that decodes tables isn't named")
    def test_twenty_persons_leave_nothing_in_any_file_not_even_decoded(self):
        data = self.folder()
        names = [f"Qwertina{number:02}" for number in range(20)]
        commands = []
        for number, name in enumerate(names):
            opened = opening(f"k-{number}")
            for person in opened["persons"]:
                person["data"]["given_name"] = name
            commands.append(opened)
            commands.append(report(f"i-{number}", f"k-{number}", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"}))
        answers = self.succeed("submit", "-", "--json", "--data", data, stdin=ndjson(*commands)).lines()
        cases = list(dict.fromkeys(answer["case"] for answer in answers if answer.get("outcome") == "accepted"))
        self.assertEqual(len(cases), 20)
        self.succeed("view", "rebuild", "--all", "--data", data)
        self.succeed("caseload", "--data", data)
        before = self.slots(data)
        ahead = [name.encode() for name in names]
        self.succeed("case", "timeline", cases[0], "--names", "--data", data)
        page = self.place / "page.html"
        self.succeed("export", cases[0], "--names", "--out", self.place / "with-names", "--data", data)
        self.assertTrue(every_byte.found(self.place / "with-names", ahead), "the search finds what is there")
        shutil.rmtree(self.place / "with-names")
        for case in cases:
            self.assertEqual(self.step(data, "propose", case, "u-1").code, 0)
            self.assertEqual(self.step(data, "approve", case, "u-2").code, 0)
        # All that can be made of the folder afterwards, in every form.
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        self.succeed("export", cases[3], "--names", "--out", self.place / "out", "--data", data)
        self.succeed("view", "rebuild", "--all", "--data", data)
        self.succeed("view", "export", "--sqlite", self.place / "views.sqlite", "--data", data)
        page.write_text("".join(self.succeed(*words, "--data", data).out for words in
                                (("case", "timeline", cases[5], "--names"), ("case", "show", cases[5]), ("case", "history", cases[5], "--json"), ("tasks",), ("deadlines",), ("caseload",))))
        after = set(self.slots(data))
        gone = [slot for slot in before if slot[8] == 1 and slot not in after]
        self.assertEqual(len(gone), 40)
        secrets = ahead + [slot[40:88] for slot in gone]
        self.assertEqual([str(path) for path, _ in every_byte.found(self.place, secrets)], [])
        self.succeed("verify", "--deep", "--data", data)
        # Processing goes on, and replays to the same.
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("new", at="2024-03-02T09:00:00Z")))
        self.succeed("verify", "--deep", "--data", data)

    @unittest.skipUnless(CRASH_AT, "the library that ends the program at a step isn't named")
    def test_a_crash_at_each_step_ends_in_the_erased_state(self):
        data = self.folder()
        case = self.case_with_data(data)
        self.assertEqual(self.step(data, "propose", case, "u-1", "--person", "rel-1").code, 0)
        before = self.slots(data)
        alive = erased = at = 0
        while True:
            at += 1 if LONG else 5
            crashed = self.place / "crashed"
            shutil.rmtree(crashed, ignore_errors=True)
            shutil.copytree(data, crashed)
            done = subprocess.run([program.PROGRAM, "erase", "approve", case, "--person", "rel-1", "--actor", "u-2", "--json", "--data", str(crashed)], capture_output=True,
                                  timeout=300, check=False, env={**environment(), "LD_PRELOAD": CRASH_AT, "CRASH_AT": str(at)})
            stages = {line["stage"] for line in self.succeed("erase", "list", "--json", "--data", crashed).lines()}
            with self.subTest(at=at, ended=done.returncode):
                self.assertIn(done.returncode, (0, -9), done.stderr)
                self.assertIn(stages, ({"proposed"}, {"completed"}))
                if stages == {"completed"}:
                    erased += 1
                    self.assertEqual(len((crashed / "erasures").read_text().splitlines()), 1)
                    gone = [slot for slot in before if slot[8] == 1 and slot not in self.slots(crashed)]
                    self.assertEqual(len(gone), 1)
                    files = b"".join(path.read_bytes() for path in crashed.rglob("*") if path.is_file())
                    self.assertNotIn(gone[0][40:88], files)
                else:
                    alive += 1
                    self.assertEqual(self.slots(crashed), before)
                    self.assertFalse((crashed / "erasures").exists())
                self.succeed("verify", "--deep", "--data", crashed)
            if done.returncode == 0:
                break
        print(f"{alive} crashes before the approval was recorded, {erased} after it", flush=True)
        self.assertGreater(alive, 0)
        self.assertGreater(erased, 1)

    def test_the_master_key_is_rotated_and_kept_in_escrow(self):
        data = self.folder()
        case = self.case_with_data(data)
        old = (data / "vault" / "master.key").read_text()
        self.succeed("vault", "rotate", "--data", data)
        self.assertNotEqual((data / "vault" / "master.key").read_text(), old)
        self.assertIn("Ada", self.succeed("case", "timeline", case, "--names", "--data", data).out)
        public = self.succeed("vault", "escrow-key", "--key-file", self.place / "notary.key").out.strip()
        self.succeed("vault", "escrow", "--to", public, "--out", self.place / "escrow", "--data", data)
        master = (data / "vault" / "master.key").read_text().strip()
        self.assertNotIn(master, (self.place / "escrow").read_text())
        (data / "vault" / "master.key").unlink()
        self.assertEqual(run("doctor", "--data", data).code, 1)
        self.succeed("vault", "escrow-open", self.place / "escrow", "--key-file", self.place / "notary.key", "--out", data / "vault" / "master.key")
        self.assertIn("Ada", self.succeed("case", "timeline", case, "--names", "--data", data).out)


class Doctor(FolderCase):
    def said(self, data):
        done = run("doctor", "--json", "--data", data)
        return done.code, [json.loads(line) for line in done.out.splitlines()]

    def test_a_sound_folder_is_told_so_and_each_loss_is_named_with_its_remedy(self):
        data = self.folder()
        self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("k")))
        self.assertEqual(self.said(data)[0], 0)
        for lost, word in (("ritrovo.folder", "ritrovo.folder"), ("log", "log"), ("vault/keys", "keys of all persons"), ("vault/master.key", "master key"),
                           ("signing.key", "signs checkpoints"), ("checkpoints/0", "checkpoint")):
            broken = self.place / "broken"
            shutil.rmtree(broken, ignore_errors=True)
            shutil.copytree(data, broken)
            path = broken / lost
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            code, remarks = self.said(broken)
            with self.subTest(lost=lost):
                self.assertEqual(code, 1, remarks)
                bad = [remark for remark in remarks if remark["bad"]]
                self.assertTrue(any(word in remark["what"] for remark in bad), bad)
                self.assertTrue(all(remark["remedy"] for remark in bad))

    def test_where_one_file_would_do_the_remedy_names_it_and_where_it_is(self):
        data, other = self.folder(), self.folder("other")
        self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("k")))
        earlier = {path.name: path.read_bytes() for path in (data / "checkpoints").iterdir()}
        self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("k-2")))
        self.succeed("backup", self.place / "backup", "--vault", self.place / "vaults", "--data", data)
        copy = next((self.place / "vaults").iterdir())
        [grown] = [name for name, note in earlier.items() if name.isdigit() and (data / "checkpoints" / name).read_bytes() != note][:1]
        resign = ("checkpoint", "resign")
        for name, file, put, words, heal in (
                ("lost", f"checkpoints/{grown}", None, "checkpoint resign", resign),
                ("damaged", f"checkpoints/{grown}", b"rubbish", "checkpoint resign", resign),
                ("set back", f"checkpoints/{grown}", earlier[grown], "checkpoint resign", resign),
                ("damaged", "checkpoints/keys", b"rubbish", "folder-…/checkpoints/keys", self.place / "backup" / "folder-000001" / "checkpoints" / "keys"),
                ("lost", "vault/keys", None, str(copy / "keys"), copy / "keys"),
                ("cut", "vault/keys", (data / "vault" / "keys").read_bytes()[:256], str(copy / "keys"), copy / "keys"),
                ("lost", "signing.key", None, str(copy / "signing.key"), copy / "signing.key"),
                ("lost for good", "signing.key", None, "checkpoint rotate", ("checkpoint", "rotate")),
                ("another's", "signing.key", (other / "signing.key").read_bytes(), str(copy / "signing.key"), copy / "signing.key"),
                ("damaged", "erasures", b"rubbish", "file erasures back", self.place / "backup" / "erasures"),
                ("damaged", "vault-copies", b"rubbish", "Write it anew", None),
                ("another's", "ritrovo.folder", (other / "ritrovo.folder").read_bytes(), "ritrovo.folder back", self.place / "backup" / "folder-000001" / "ritrovo.folder")):
            with self.subTest(file=file, what=name):
                broken = self.place / "broken"
                shutil.rmtree(broken, ignore_errors=True)
                shutil.copytree(data, broken)
                (broken / file).unlink(missing_ok=True)
                if put is not None:
                    (broken / file).write_bytes(put)
                    (broken / file).chmod(0o600)
                code, remarks = self.said(broken)
                bad = [remark for remark in remarks if remark["bad"]]
                self.assertEqual((code, len(bad)), (1, 1), remarks)
                self.assertIn(words, bad[0]["remedy"], bad)
                self.assertNotIn("Restore a backup", bad[0]["remedy"])
                if isinstance(heal, tuple):
                    self.succeed(*heal, "--data", broken)
                elif heal is None:
                    (broken / file).unlink()
                else:
                    shutil.copy(heal, broken / file)
                    (broken / file).chmod(0o600)
                code, remarks = self.said(broken)
                self.assertEqual(code, 0, remarks)
                self.succeed("verify", "--data", broken)

    def test_a_signing_key_of_another_folder_signs_nothing(self):
        data, other = self.folder(), self.folder("other")
        self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("k")))
        own, notes = (data / "signing.key").read_bytes(), {path.name: path.read_bytes() for path in (data / "checkpoints").iterdir()}
        (data / "signing.key").write_bytes((other / "signing.key").read_bytes())
        for words in (("submit", "-"), ("tasks",), ("checkpoint",)):
            done = run(*words, "--data", data, stdin=ndjson(opening("k-2")))
            self.assertEqual(done.code, 1, done.out)
            self.assertIn("isn't a key that this folder signs with", done.err)
        self.assertEqual({path.name: path.read_bytes() for path in (data / "checkpoints").iterdir()}, notes)
        (data / "signing.key").write_bytes(own)
        self.succeed("verify", "--deep", "--data", data)

    def test_a_checkpoint_that_the_records_do_not_bear_out_is_not_signed_again(self):
        data = self.folder()
        self.succeed("submit", "-", "--data", data, stdin=ndjson(opening("k")))
        shorter = self.place / "shorter"
        self.succeed("init", "--data", shorter, "--clock", "simulated")
        for name in ("ritrovo.folder", "signing.key"):
            shutil.copy(data / name, shorter / name)
        self.assertEqual(run("checkpoint", "resign", "--data", shorter).code, 1)
        self.assertIn("nothing was signed", self.succeed("checkpoint", "resign", "--data", data).out)

    def test_a_newer_folder_is_refused_by_number(self):
        data = self.folder()
        settings = json.loads((data / "ritrovo.folder").read_text())
        (data / "ritrovo.folder").write_text(json.dumps({**settings, "format": 99}))
        code, remarks = self.said(data)
        self.assertEqual(code, 1)
        self.assertIn("99", remarks[0]["what"])


if __name__ == "__main__":
    unittest.main()
