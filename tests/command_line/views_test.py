"""Kept views in a folder and in databases: the same whatever is killed, and nothing personal in them."""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from program import LONG, FolderCase, run, start

# Debian keeps each version's server in a folder of its own.
POSTGRES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
KILLS = 50 if LONG else 8


class Server:
    """A PostgreSQL server of the test's own, on a socket in its folder, as a user who isn't root."""

    def __init__(self, place):
        self.place = place / "pg"
        self.place.mkdir()
        self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            place.chmod(0o711)
            shutil.chown(self.place, "nobody", "nogroup")
        subprocess.run([*self.user, POSTGRES[-1] / "initdb", "-D", self.place / "data", "-A", "trust", "-U", "ritrovo", "--no-sync", "-E", "UTF8", "--locale=C"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.connection = f"host={self.place} dbname=postgres user=ritrovo"
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.user, POSTGRES[-1] / "postgres", "-D", self.place / "data", "-k", self.place, "-h", ""],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        for _ in range(600):
            if self.rows("select 1") == ["1"]:
                return
            time.sleep(0.1)
        raise AssertionError("the PostgreSQL server doesn't start")

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait()

    def rows(self, statement):
        answer = subprocess.run([POSTGRES[-1] / "psql", "-X", "-q", "-A", "-t", "-c", statement, self.connection], capture_output=True, text=True, check=False)
        return answer.stdout.splitlines() if answer.returncode == 0 else None


def tables(file):
    database = sqlite3.connect(file)
    names = [name for (name,) in database.execute("select name from ritrovo_tables order by name")]
    return {name: sorted(map(repr, database.execute(f'select * from "{name}"'))) for name in names}


class Sql(FolderCase):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.lines, _ = self.families(families=40, seed=3)
        self.succeed("submit", self.lines, "--quiet", "--data", self.data)

    def killed_at_random(self, *words, longest=0.8):
        """Runs a command again and again, killed, and at last to its end."""
        for turn in range(KILLS):
            program = start(*words, "--data", self.data, stdout=subprocess.DEVNULL)
            time.sleep(random.Random(turn).uniform(0.02, longest))
            program.kill()
            program.wait()
        self.succeed(*words, "--data", self.data)

    def test_views_that_were_killed_while_they_followed_are_those_made_anew(self):
        self.killed_at_random("view", "lag")
        shown = {view: self.succeed("view", "show", view, "--json", "--data", self.data).out for view in ("caseload", "worklist", "deadlines", "facts")}
        shutil.rmtree(self.data / "views")
        for view, rows in shown.items():
            self.assertEqual(self.succeed("view", "show", view, "--json", "--data", self.data).out, rows)
        self.succeed("view", "rebuild", "--all", "--data", self.data)
        self.assertEqual(self.succeed("view", "show", "facts", "--json", "--data", self.data).out, shown["facts"])

    def test_lists_are_read_from_the_log_where_views_cannot_be_kept(self):
        lists = (("tasks",), ("deadlines", "--all"), ("caseload",))
        kept = [self.succeed(*words, "--json", "--data", self.data).out for words in lists]
        shutil.rmtree(self.data / "views")
        (self.data / "views").write_text("in the way")
        for words, rows in zip(lists, kept):
            folded = self.succeed(*words, "--json", "--data", self.data)
            self.assertEqual(folded.out, rows)
            self.assertIn("Read from the log's beginning instead", folded.err)

    def test_sqlite_holds_what_is_shown_and_each_record_once(self):
        file = self.place / "killed.sqlite"
        self.killed_at_random("view", "export", "--sqlite", file)
        fresh = self.place / "fresh.sqlite"
        self.succeed("view", "export", "--sqlite", fresh, "--data", self.data)
        held = tables(fresh)
        self.assertEqual(tables(file), held)
        self.assertEqual(len(held["tasks"]), len(self.succeed("tasks", "--json", "--data", self.data).lines()))
        self.assertEqual(len(held["deadlines"]), len(self.succeed("view", "show", "deadlines", "--table", "deadlines", "--json", "--data", self.data).lines()))
        again = self.succeed("view", "export", "--sqlite", fresh, "--json", "--data", self.data).lines()
        self.assertEqual({line["taken"] for line in again}, {0})
        self.assert_nothing_personal(fresh)

    def assert_nothing_personal(self, file):
        persons = [person["data"] for line in self.lines.read_text().splitlines() for person in json.loads(line).get("persons", [])]
        names = {data[key] for data in persons for key in ("given_name", "family_name") if len(data.get(key, "")) > 4}
        self.assertGreater(len(names), 10)
        database = sqlite3.connect(file)
        kept = b"\n".join(bytes(value) for (value,) in database.execute("select value from ritrovo_rows"))
        cells = "\n".join("\n".join(rows) for rows in tables(file).values())
        for name in names:
            self.assertNotIn(name.encode(), kept)
            self.assertNotIn(f"'{name}'", cells)

    @unittest.skipUnless(POSTGRES or os.environ.get("CI") == "true", "there is no PostgreSQL server here")
    def test_postgres_holds_the_same_through_crashes_of_either_side(self):
        server = Server(self.place)
        self.addCleanup(lambda: server.stop(signal.SIGINT))
        export = ("view", "export", "--postgres", server.connection)
        for turn in range(KILLS):
            program = start(*export, "--data", self.data, stdout=subprocess.DEVNULL)
            time.sleep(random.Random(turn).uniform(0.05, 1.0))
            if turn % 2 == 0:
                program.kill()
            else:  # the server goes at once, as if its power failed
                server.stop(signal.SIGQUIT)
                server.start()
            program.wait()
        server.stop(signal.SIGQUIT)
        down = run(*export, "--data", self.data)
        self.assertEqual(down.code, 1)
        self.assertIn("PostgreSQL", down.err)
        self.succeed("tasks", "--data", self.data)
        server.start()
        self.succeed(*export, "--data", self.data)
        file = self.place / "fresh.sqlite"
        self.succeed("view", "export", "--sqlite", file, "--data", self.data)
        for name, rows in tables(file).items():
            self.assertEqual(server.rows(f'select count(*) from ritrovo."{name}"'), [str(len(rows))], name)
        self.assertRegex(server.rows("select min(opened_on) from ritrovo.tasks")[0], r"^\d{4}-\d\d-\d\d$")
        same = sqlite3.connect(file).execute("select sum(days) from step_durations").fetchone()[0]
        self.assertEqual(server.rows("select sum(days) from ritrovo.step_durations"), [str(same)])

    def test_a_database_of_another_history_is_left_alone(self):
        file = self.place / "views.sqlite"
        self.succeed("view", "export", "--sqlite", file, "--data", self.data)
        before = tables(file)
        other = self.folder("other")
        done = run("view", "export", "--sqlite", file, "--data", other)
        self.assertEqual(done.code, 1)
        self.assertIn("forked log", done.err)
        self.assertEqual(tables(file), before)

    def test_a_quarter_is_reopened_and_the_same_cut_offs_give_the_same_bytes(self):
        quarter = ("--quarter", "2022Q1", "--data", self.data)
        for form in ("csv", "json", "html"):
            first = self.succeed("report", "indicators", "--known-on", "2022-06-30", "--format", form, *quarter).out
            self.assertEqual(self.succeed("report", "indicators", "--known-on", "2022-06-30", "--format", form, *quarter).out, first)
        books = [self.place / "one.xlsx", self.place / "two.xlsx"]
        for book in books:
            self.succeed("report", "indicators", "--known-on", "2022-06-30", "--format", "xlsx", "--output", book, *quarter)
        self.assertEqual(books[0].read_bytes(), books[1].read_bytes())
        report = self.succeed("report", "indicators", "--json", *quarter).json()
        for line in report["lines"]:
            traced = self.succeed("report", "indicators", "--cases", line["code"], "--json", *quarter).lines()
            self.assertEqual(len(traced), line["quarter"], line["code"])
            self.assertEqual(sum(cell["quarter"] for cell in line["cells"]), line["quarter"], line["code"])
        came = self.succeed("report", "indicators", "--changed-since", "2022-01-01", "--json", *quarter).lines()
        earlier = self.succeed("report", "indicators", "--known-on", "2022-01-01", "--json", *quarter).json()
        self.assertEqual(len([change for change in came if change["change"] == "came"]) - len([change for change in came if change["change"] == "went"]),
                         sum(line["quarter"] for line in report["lines"]) - sum(line["quarter"] for line in earlier["lines"]))


if __name__ == "__main__":
    unittest.main()
