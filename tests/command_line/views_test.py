"""Kept views in a folder and in databases: the same whatever is killed, and nothing personal in them."""

import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from program import LONG, PROGRAM, FolderCase, environment, run, start

# Debian keeps each version's server in a folder of its own.
POSTGRES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
KILLS = 50 if LONG else 8


class Server:
    """A PostgreSQL server of the test's own, on a socket in its folder, as a user who isn't root. It writes through the kernel's memory, which a killed process
    doesn't lose, and doesn't wait for the disk."""

    empty = None  # what initdb makes, made once

    def __init__(self, place):
        self.place = place / "pg"
        self.place.mkdir()
        self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            place.chmod(0o711)
            shutil.chown(self.place, "nobody", "nogroup")
        if Server.empty is None:
            Server.empty = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-test-"))
            unittest.addModuleCleanup(shutil.rmtree, Server.empty, ignore_errors=True)
            subprocess.run([*self.user, POSTGRES[-1] / "initdb", "-D", self.place / "data", "-A", "trust", "-U", "ritrovo", "--no-sync", "-E", "UTF8", "--locale=C"],
                           check=True, stdout=subprocess.DEVNULL, cwd="/")
            subprocess.run(["cp", "-a", self.place / "data", Server.empty], check=True)
        else:
            subprocess.run(["cp", "-a", Server.empty / "data", self.place], check=True)
        self.connection = f"host={self.place} dbname=postgres user=ritrovo"
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.user, POSTGRES[-1] / "postgres", "-D", self.place / "data", "-k", self.place, "-h", "", "-c", "fsync=off"],
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


def kept_rows(file):
    """What the runner keeps of each case in each view, by the view's own number of it."""
    database = sqlite3.connect(file)
    generations = {}
    for key, value in database.execute("select key, value from ritrovo_rows"):
        if bytes(key).startswith(b"r/"):
            generations.setdefault(bytes(key)[2:10], {})[bytes(key)[10:]] = bytes(value)
    return {(number, case): row for number, rows in enumerate(generations[name] for name in sorted(generations)) for case, row in rows.items()}


class Sql(FolderCase):
    made = None  # a folder with forty families, made once: each test has a copy

    def setUp(self):
        super().setUp()
        if Sql.made is None:
            Sql.made = pathlib.Path(tempfile.mkdtemp(prefix="ritrovo-test-"))
            unittest.addModuleCleanup(shutil.rmtree, Sql.made, ignore_errors=True)
            lines, _ = self.families(families=40, seed=3)
            self.succeed("submit", lines, "--quiet", "--data", self.folder())
            shutil.copytree(self.place, Sql.made, dirs_exist_ok=True)
        else:
            shutil.copytree(Sql.made, self.place, dirs_exist_ok=True)
        self.data, self.lines = self.place / "data", self.place / "families.ndjson"

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
        shown = {view: self.succeed("view", "show", view, "--json", "--data", self.data).out for view in ("caseload", "worklist", "deadlines", "facts", "stuck")}
        shutil.rmtree(self.data / "views")
        for view, rows in shown.items():
            self.assertEqual(self.succeed("view", "show", view, "--json", "--data", self.data).out, rows)
        self.succeed("view", "rebuild", "--all", "--data", self.data)
        self.assertEqual(self.succeed("view", "show", "facts", "--json", "--data", self.data).out, shown["facts"])

    def test_a_rebuild_is_the_same_byte_for_byte_after_erasures_too(self):
        self.succeed("view", "export", "--sqlite", self.place / "live.sqlite", "--data", self.data)
        cases = [case["case"] for case in self.succeed("case", "list", "--json", "--data", self.data).lines()][:3]
        for case in cases:
            self.succeed("erase", "propose", case, "--ground", "GDPR art. 17(1)(a)", "--actor", "u-1", "--data", self.data)
            self.succeed("erase", "approve", case, "--actor", "u-2", "--data", self.data)
        self.succeed("view", "export", "--sqlite", self.place / "live.sqlite", "--data", self.data)
        self.succeed("view", "export", "--sqlite", self.place / "fresh.sqlite", "--data", self.data)
        self.assertEqual(tables(self.place / "live.sqlite"), tables(self.place / "fresh.sqlite"))
        self.assertEqual(kept_rows(self.place / "live.sqlite"), kept_rows(self.place / "fresh.sqlite"))

    def serving(self, **sql):
        """A server that follows its own views and these databases."""
        config = self.place / "ritrovo.yaml"
        config.write_text(f'data: "{self.data}"\n' + ("views:\n" if sql else "") + "".join(f'  {name}: "{where}"\n' for name, where in sql.items()))
        program = subprocess.Popen([PROGRAM, "serve", "--config", str(config), "--json", "--data", str(self.data)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env={**environment(), "RITROVO_LOG": "info"})
        self.addCleanup(lambda: (program.kill(), program.communicate()))
        self.assertIn(b"ready", program.stdout.readline())
        return program

    def submit_late(self, lines):
        """Families of years that the folder's clock has passed: some of what they do comes too late, and is refused."""
        self.assertIn(run("submit", lines, "--quiet", "--data", self.data).code, (0, 3))

    def until(self, true, seconds=120):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, "it doesn't come")
            time.sleep(0.1)

    def lags(self):
        return {view["view"]: view["lag"] for view in self.succeed("view", "list", "--json", "--data", self.data).lines()}

    def test_a_server_follows_its_views_by_itself_and_a_reader_may_wait_for_a_place(self):
        server = self.serving()
        self.until(lambda: set(self.lags().values()) == {0})
        more, _ = self.families("more", families=10, seed=4)
        answers = run("submit", more, "--json", "--data", self.data).lines()
        receipt = answers[-1]["receipt"]
        place = f'{receipt["partition"]}/{receipt["position"]}'
        self.succeed("view", "show", "facts", "--at-least", place, "--json", "--data", self.data)
        self.until(lambda: set(self.lags().values()) == {0})
        beyond = run("view", "show", "facts", "--at-least", f'{receipt["partition"]}/{receipt["position"] + 1000000}', "--wait", 0, "--data", self.data)
        self.assertEqual(beyond.code, 1)
        self.assertIn("isn't committed here", beyond.err)
        self.assertEqual(run("view", "show", "facts", "--at-least", "here", "--data", self.data).code, 2)
        served = {words: self.succeed(*words, "--json", "--data", self.data).out for words in (("tasks",), ("deadlines", "--all"), ("caseload",), ("stuck",))}
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(60), 0)
        shutil.rmtree(self.data / "views")
        for words, rows in served.items():
            self.assertEqual(self.succeed(*words, "--json", "--data", self.data).out, rows)

    @unittest.skipUnless(POSTGRES or os.environ.get("CI") == "true", "there is no PostgreSQL server here")
    def test_a_server_that_is_killed_again_and_again_leaves_each_record_counted_once_everywhere(self):
        postgres = Server(self.place)
        self.addCleanup(lambda: postgres.stop(signal.SIGINT))
        file = self.place / "live.sqlite"
        more, _ = self.families("more", families=40 + 10 * KILLS, seed=5)
        lines = more.read_text().splitlines(keepends=True)
        for turn in range(KILLS):
            server = self.serving(sqlite=file, postgres=postgres.connection)
            part = self.place / "part.ndjson"
            part.write_text("".join(lines[turn * len(lines) // KILLS:(turn + 1) * len(lines) // KILLS]))
            submitting = start("submit", part, "--quiet", "--data", self.data, stdout=subprocess.DEVNULL)
            time.sleep(random.Random(turn).uniform(0.05, 1.5))
            server.kill()
            server.communicate()
            submitting.wait()
        self.submit_late(more)
        server = self.serving(sqlite=file, postgres=postgres.connection)
        records = self.succeed("view", "lag", "--json", "--data", self.data).lines()[0]["records"]
        wanted = [f"{view}|{records}" for view in ("caseload", "deadlines", "facts", "stuck", "worklist")]
        followed = "select view, sum(position) from {}ritrovo_cursors group by view order by view"
        self.until(lambda: postgres.rows(followed.format("ritrovo.")) == wanted)
        self.until(lambda: [f"{view}|{count}" for view, count in sqlite3.connect(file).execute(followed.format(""))] == wanted)
        shown = {view: self.succeed("view", "show", view, "--json", "--data", self.data).out for view in ("caseload", "worklist", "deadlines", "facts", "stuck")}
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(60), 0)
        fresh = self.place / "fresh.sqlite"
        self.succeed("view", "export", "--sqlite", fresh, "--data", self.data)
        self.assertEqual(tables(file), tables(fresh))
        self.assertEqual(kept_rows(file), kept_rows(fresh))
        kept = {row.split("|")[0]: row.split("|")[1] for row in postgres.rows("select encode(substring(key from 3), 'hex'), md5(value) from ritrovo.ritrovo_rows where key like 'r/%'::bytea")}
        self.assertEqual(sorted(kept.values()), sorted(hashlib.md5(value).hexdigest() for value in kept_rows(fresh).values()))
        shutil.rmtree(self.data / "views")
        for view, rows in shown.items():
            self.assertEqual(self.succeed("view", "show", view, "--json", "--data", self.data).out, rows, view)

    @unittest.skipUnless(POSTGRES or os.environ.get("CI") == "true", "there is no PostgreSQL server here")
    def test_a_server_and_its_other_views_do_not_notice_that_postgres_is_away_and_it_catches_up(self):
        postgres = Server(self.place)
        self.addCleanup(lambda: postgres.stop(signal.SIGINT))
        file = self.place / "live.sqlite"
        server = self.serving(sqlite=file, postgres=postgres.connection)
        self.until(lambda: postgres.rows("select count(*) from ritrovo.ritrovo_cursors where position > 0") not in (None, ["0"]))
        postgres.stop(signal.SIGQUIT)
        away = time.monotonic()
        more, _ = self.families("more", families=60, seed=6)
        self.submit_late(more)
        self.until(lambda: set(self.lags().values()) == {0}, seconds=30)
        count = "select count(*) from facts"
        facts = len(self.succeed("view", "show", "facts", "--table", "facts", "--json", "--data", self.data).lines())
        self.until(lambda: sqlite3.connect(file).execute(count).fetchone()[0] == facts, seconds=30)
        time.sleep(max(0, (60 if LONG else 3) - (time.monotonic() - away)))
        postgres.start()
        self.until(lambda: postgres.rows("select count(*) from ritrovo.facts") == [str(facts)])
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=60)
        told = re.findall(r"PostgreSQL doesn't follow the log: (.*)", log.decode())
        self.assertTrue(told)
        self.assertEqual(len(set(told)), len(told), "each trouble is told once, however often it was tried")
        self.assertEqual(log.count(b"PostgreSQL follows the log again"), 1)

    def test_the_caseload_tells_by_step_language_district_and_organisation(self):
        told = self.succeed("caseload", "--json", "--data", self.data).json()
        for by in ("by_stage", "by_nationality", "by_language", "by_district", "by_organisation"):
            self.assertEqual(sum(count["cases"] for count in told[by]), told["open"], by)
        self.assertEqual({count["name"] for count in told["by_organisation"]}, {"comune-milano"})
        self.assertLessEqual({count["name"] for count in told["by_district"]}, {"", *map(str, range(1, 10))})
        self.assertGreater(len(told["by_language"]), 2)
        steps = self.succeed("view", "show", "caseload", "--table", "open_steps", "--json", "--data", self.data).lines()
        for count in told["by_step"]:
            self.assertEqual(len({step["case_id"] for step in steps if step["step"] == count["name"]}), count["cases"], count)
        tasks = self.succeed("tasks", "--json", "--data", self.data).lines()
        theirs = self.succeed("tasks", "--organisation", "scuola-esempio", "--json", "--data", self.data).lines()
        self.assertEqual(theirs, [task for task in tasks if task["organisation"] in ("", "scuola-esempio")])

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
