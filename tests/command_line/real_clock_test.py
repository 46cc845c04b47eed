import datetime
import os
import struct
import subprocess
import unittest

import program
from program import FolderCase, environment, ndjson, opening

# One step that waits for a decision, 90 days or so from the filing on.
PATHWAY = """pathway: waiting
version: 1
valid_from: 2019-01-01
title: {it: Attesa, en: Waiting}
roles: {clerk: {it: Operatore, en: Clerk}}
persons:
  sponsor: {count: one, title: {it: Richiedente, en: Sponsor}, data: {}}
facts:
  form.filed: {title: {it: Domanda, en: Form}, by: [clerk], data: {filed_on: {type: date, public: true}}}
  decision.granted: {title: {it: Rilascio, en: Granted}, by: [clerk], data: {}}
steps:
  decision:
    title: {it: Decisione, en: Decision}
    wait_for: true
    deadline: {term: nulla_osta, from: form.filed.filed_on}
    outcomes: {granted: decision.granted}
"""
CLERK = {"id": "u-1", "organisation": "comune-milano", "roles": ["clerk"]}
DAY_MS = 24 * 3600 * 1000
SHIM = os.environ.get("RITROVO_SHIFTED_CLOCK")


@unittest.skipUnless(SHIM, "the library that shifts the clock isn't named")
class RealClock(FolderCase):
    """A folder with a real clock, and a program whose clock a test moves."""

    def setUp(self):
        super().setUp()
        self.shift = self.place / "shift"
        self.move_clock(0)

    def move_clock(self, ms):
        with open(self.shift, "r+b" if self.shift.exists() else "wb") as file:
            file.write(struct.pack("=q", ms))

    def environment(self):
        return {**environment(), "LD_PRELOAD": SHIM, "SHIFTED_CLOCK": str(self.shift)}

    def run_shifted(self, *words, stdin=""):
        done = subprocess.run([program.PROGRAM, *map(str, words)], input=stdin.encode(), capture_output=True, timeout=300, env=self.environment(), check=False)
        return program.Outcome(done)

    @staticmethod
    def without_at(command):
        return {name: value for name, value in command.items() if name != "at"}

    def today(self, days=0):
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def test_a_clock_that_jumps_ends_the_submission_with_a_sentence(self):
        data = self.folder(clock="real")
        with subprocess.Popen([program.PROGRAM, "submit", "-", "--json", "--data", str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=self.environment()) as running:
            running.stdin.write(ndjson(self.without_at(opening("k1", at=self.today(-1)))).encode())
            running.stdin.flush()
            self.assertIn(b'"accepted"', running.stdout.readline())
            self.move_clock(2 * DAY_MS)
            lines = [self.without_at(opening(f"k{i}", at=self.today(-1))) for i in range(2, 5)]
            out, err = running.communicate(ndjson(*lines).encode(), timeout=60)
        self.assertEqual(running.returncode, 1, err)
        self.assertIn(b'"stopped"', out)
        self.assertIn(b"accept-clock-jump", out)

    def test_a_deadline_that_passed_while_nobody_was_there_is_missed_at_the_next_submission(self):
        data = self.folder(clock="real")
        definition = self.place / "waiting.yaml"
        definition.write_text(PATHWAY)
        self.succeed("publish", definition, "--data", data)
        filed = self.today(-1)[:10]
        commands = [{"key": "k1", "command": "open", "pathway": "waiting", "actor": CLERK, "persons": [{"alias": "sponsor", "role": "sponsor", "data": {}}]},
                    {"key": "k2", "command": "report", "opened_by": "k1", "fact": "form.filed", "data": {"filed_on": filed}, "actor": CLERK}]
        done = self.run_shifted("submit", "-", "--json", "--data", data, stdin=ndjson(*commands))
        self.assertEqual(done.code, 0, done.out + done.err)
        case = done.lines()[0]["case"]
        running = self.run_shifted("deadlines", "--all", "--json", "--data", data)
        self.assertTrue(running.lines(), "a deadline runs")
        self.move_clock(400 * DAY_MS)
        refused = self.run_shifted("advance", "--data", data)
        self.assertEqual(refused.code, 1, "more than a day went by: somebody has to look at the clock")
        self.assertIn("accept-clock-jump", refused.err)
        before = self.run_shifted("case", "history", case, "--json", "--accept-clock-jump", "--data", data).out
        self.assertNotIn("deadline_missed", before)
        done = self.run_shifted("submit", "-", "--accept-clock-jump", "--data", data, stdin="")
        self.assertEqual(done.code, 0, done.err)
        after = self.run_shifted("case", "history", case, "--json", "--accept-clock-jump", "--data", data).out
        self.assertIn("deadline_missed", after)


    def test_a_folder_that_rested_over_a_holiday_just_goes_on(self):
        data = self.folder(clock="real")
        self.run_shifted("submit", "-", "--data", data, stdin=ndjson(self.without_at(opening("k1", at=self.today(-1)))))
        for days in (3, 6, 30, 57):
            self.move_clock(days * DAY_MS)
            for words in (["advance"], ["tasks"]):
                done = self.run_shifted(*words, "--data", data)
                self.assertEqual((done.code, done.err), (0, ""), f"{words} after {days} days")

    def test_a_clock_that_cannot_be_right_stops_recording_and_not_reading(self):
        data = self.folder(clock="real")
        case = self.run_shifted("submit", "-", "--json", "--data", data, stdin=ndjson(self.without_at(opening("k1", at=self.today(-1))))).lines()[0]["case"]
        for days in (-3, 400):
            self.move_clock(days * DAY_MS)
            for words in (["tasks"], ["case", "show", case], ["case", "history", case]):
                done = self.run_shifted(*words, "--data", data)
                self.assertEqual(done.code, 0, done.err)
                self.assertIn("accept-clock-jump", done.err)
            for words in (["advance"], ["submit", "-"], ["publish"]):
                done = self.run_shifted(*words, "--data", data)
                self.assertEqual(done.code, 1, words)
                self.assertIn("accept-clock-jump", done.err)
        self.move_clock(0)
        self.assertEqual(self.run_shifted("advance", "--data", data).err, "")


if __name__ == "__main__":
    unittest.main()
