import json
import random
import shutil
import sqlite3
import time
import unittest

from fixture import VIEWS, KafkaCase, read_topic, run
from program import ndjson, opening, report


def in_order(rows):
    return {case: {table: sorted(lines) for table, lines in tables.items()} for case, tables in rows.items()}


class Views(KafkaCase):
    """ritrovo.view.NAME and ritrovo.checkpoints, as a consumer sees them."""

    def table(self, prefix, view):
        """What a consumer of the compacted topic ends with, by case; tombstones count."""
        rows = {}
        for message in read_topic(self.broker, f"{prefix}.view.{view}"):
            if message["payload"] is None:
                rows.pop(message["key"], None)
            else:
                rows[message["key"]] = json.loads(message["payload"])
                self.assertEqual(rows[message["key"]]["case"], message["key"])
        return rows

    def in_sql(self, data):
        """The same rows as the tables of SQLite have them, each as it stands: by view, case and table."""
        file = self.place / f"{data.name}-{time.monotonic_ns()}.sqlite"
        self.succeed("view", "export", "--sqlite", file, "--data", data)
        base = sqlite3.connect(file)
        base.row_factory = sqlite3.Row
        tables = {"caseload": ("cases", "open_steps", "step_durations"), "worklist": ("tasks",), "deadlines": ("deadlines", "terms_kept")}
        found = {view: {} for view in VIEWS}
        for view, names in tables.items():
            for table in names:
                for row in base.execute(f'SELECT * FROM "{table}"'):
                    found[view].setdefault(row["case_id"], {}).setdefault(table, []).append(json.dumps(dict(row), sort_keys=True))
        base.close()
        return found

    def check_views(self, data, prefix):
        expected = self.in_sql(data)
        for view in VIEWS:
            seen = {}
            for case, row in self.table(prefix, view).items():
                lines = {table: [json.dumps(line, sort_keys=True) for line in lines] for table, lines in row.items() if table != "case" and lines}
                seen[case] = lines
            self.assertEqual(in_order(seen), in_order(expected[view]), view)

    def test_the_topics_of_views_hold_what_their_tables_in_sql_hold(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=25, faults=0.2)
        server = self.serve(config)
        run("submit", lines, "--quiet", "--data", data)
        self.wait_until_views_are_sent(data)
        self.succeed("advance", "--to", "2026-06-01", "--data", data)
        self.wait_until_views_are_sent(data)
        server.end()
        self.check_views(data, prefix)
        closed = [message for message in read_topic(self.broker, f"{prefix}.view.worklist") if message["payload"] is None]
        self.assertGreater(len(closed), 0, "a case without open tasks is a tombstone")
        self.assertNotIn("Esempio", "".join(message["payload"] or "" for message in read_topic(self.broker, f"{prefix}.view.caseload")))

    def test_killed_at_any_moment_the_topics_end_with_what_the_log_leads_to(self):
        data = self.folder()
        config, prefix = self.configure(data)
        chance = random.Random(11)
        for round in range(6):
            lines, _ = self.families(name=f"round-{round}", families=12, seed=100 + round)
            server = self.serve(config)
            run("submit", lines, "--quiet", "--data", data)
            time.sleep(chance.random() * 1.5)
            server.kill()
        server = self.serve(config)
        self.wait_until_views_are_sent(data)
        server.end()
        self.check_views(data, prefix)

    def test_a_topic_that_does_not_fit_its_store_is_made_anew(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a"), opening("b")))
        self.wait_until_views_are_sent(data)
        server.end()
        # The store is lost: what the topic holds goes, and comes again.
        shutil.rmtree(data / "topics")
        server = self.serve(config)
        self.wait_until_views_are_sent(data)
        server.end()
        self.check_views(data, prefix)
        # The topics are lost: other ones, under another prefix, are filled from the beginning.
        config, prefix = self.configure(data, prefix=prefix + "-other")
        server = self.serve(config)
        self.wait_until_views_are_sent(data)
        server.end()
        self.check_views(data, prefix)

    def test_what_a_restored_folder_never_had_goes_from_the_topics(self):
        data = self.folder()
        config, prefix = self.configure(data)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a")))
        self.succeed("backup", self.place / "copies", "--vault", self.place / "keys", "--data", data)
        server = self.serve(config)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("lost")))
        self.wait_until_views_are_sent(data)
        server.end()
        self.assertEqual(len(self.table(prefix, "caseload")), 2)
        restored = self.place / "restored"
        self.succeed("restore", self.place / "copies", "--vault", next((self.place / "keys").iterdir()), "--register-lost", "--data", restored, "--master-key-file", data / "vault/master.key")
        shutil.copy(data / "vault/master.key", restored / "vault/master.key")
        copied, _ = self.configure(restored, prefix=prefix, init=False)
        server = self.serve(copied)
        self.wait_until_views_are_sent(restored)
        server.end()
        self.assertEqual(len(self.table(prefix, "caseload")), 1)
        self.check_views(restored, prefix)

    def test_which_views_have_topics_can_be_said_and_a_missing_topic_stops_nothing_else(self):
        data = self.folder()
        config, prefix = self.configure(data)
        config.write_text(config.read_text() + "  views: worklist, facts\n")
        server = self.serve(config)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a")))
        self.wait_until_published(data)
        self.wait_for(lambda: f"no topic {prefix}.view.facts" in self.status(data)["views"]["last_error"], "the missing topic is named")
        self.succeed("kafka", "init", "--config", config)
        self.wait_until_views_are_sent(data)
        server.end()
        self.assertEqual(list(self.table(prefix, "facts")), [line["case"] for line in self.succeed("case", "list", "--json", "--data", data).lines()])
        self.assertEqual(self.table(prefix, "caseload"), {})
        config.write_text(config.read_text().replace("worklist, facts", "worklst"))
        refused = run("serve", "--config", config)
        self.assertEqual(refused.code, 2, refused.err)
        self.assertIn("did you mean 'worklist'?", refused.err)

    def test_checkpoints_are_published_signed_and_each_once(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)

        def wait_for_checkpoints(count):
            self.wait_for(lambda: len(read_topic(self.broker, f"{prefix}.checkpoints")) == count, f"{count} checkpoints are published")
        wait_for_checkpoints(16)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a")))
        self.succeed("checkpoint", "--data", data)
        wait_for_checkpoints(17)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(report("r", "a", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"})))
        self.assertEqual(server.end(), 0)
        again = self.serve(config)
        self.wait_until_published(data)
        again.end()
        published = read_topic(self.broker, f"{prefix}.checkpoints")
        self.assertEqual(len(published), 18, "what was signed at the end goes out too, and nothing twice")
        # The last of each partition is the one in the folder, which verifies.
        last = {message["key"].rsplit("-", 1)[1]: message["payload"] for message in published}
        for partition, note in last.items():
            self.assertEqual(note, (data / "checkpoints" / partition).read_text())
        anchor = self.place / "anchor"
        anchor.mkdir()
        for partition, note in last.items():
            (anchor / partition).write_text(note)
        self.succeed("verify", "--anchor", anchor, "--data", data)


if __name__ == "__main__":
    unittest.main()
