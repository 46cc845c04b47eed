import json
import shutil
import signal
import time
import unittest

from fixture import TOPICS, KafkaCase, read_keys, read_topic, run
from program import ndjson, opening, report


class Publishing(KafkaCase):
    def test_every_event_is_published_once_in_order_and_as_a_cloud_event(self):
        data = self.folder()
        lines, _ = self.families(families=20, faults=0.3)
        config, prefix = self.configure(data)
        run("submit", lines, "--quiet", "--data", data)
        server = self.serve(config)
        traced = {"correlation": "ref-1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
        run("submit", "-", "--data", data, stdin=ndjson(opening("zz", at="2030-01-01T09:00:00Z", **traced)))
        self.wait_until_published(data)
        self.assertEqual(server.end(), 0)
        messages = self.check_published(data, prefix)

        by_id = {message["headers"]["ce_id"]: message for message in messages}
        for message in messages:
            headers = message["headers"]
            value = json.loads(message["payload"])
            self.assertEqual(headers["ce_specversion"], "1.0")
            self.assertEqual(headers["ce_id"], f"1-{value['partition']}-{value['position']}")
            self.assertRegex(headers["ce_source"], r"^/default/[0-9A-Za-z%._~-]+/1$")
            self.assertEqual(headers["ce_type"], "org.ritrovo." + value["event"])
            self.assertEqual((headers["ce_subject"], headers["ce_partitionkey"]), (value["case"], value["case"]))
            self.assertEqual(headers["ce_sequence"], f"{value['version']:020}")
            self.assertEqual(headers["ce_recordedtime"], value["recorded"])
            self.assertEqual(headers["content-type"], "application/json")
            self.assertEqual(message["partition"], value["partition"])
            if value["version"] == value["cause"]:
                self.assertNotIn("ce_causationid", headers)
            else:
                cause = json.loads(by_id[headers["ce_causationid"]]["payload"])
                self.assertEqual((cause["case"], cause["version"]), (value["case"], value["cause"]))
        marked = [message for message in messages if message["headers"].get("ce_correlationid") == "ref-1"]
        self.assertGreater(len(marked), 3, "consequences carry the correlation of their command")
        self.assertTrue(all(message["headers"]["traceparent"] == message["headers"]["ce_traceparent"] == traced["traceparent"] for message in marked))
        self.assertNotIn("Esempio", "".join(message["payload"] for message in messages))

    def test_the_records_topic_has_the_stored_bytes_of_every_record(self):
        data = self.folder()
        lines, _ = self.families(families=5, faults=1)
        config, prefix = self.configure(data)
        server = self.serve(config)
        run("submit", lines, "--quiet", "--data", data)
        self.wait_until_published(data)
        published = self.status(data)["publisher"]["published"]
        server.end()
        keys = [message["key"] for message in read_keys(self.broker, f"{prefix}.records")]
        self.assertEqual((len(keys), len(set(keys))), (published, published))
        self.assertEqual(self.succeed("kafka", "status", "--json", "--config", config).json()["publisher"]["backlog"], 0)

    def test_while_the_broker_is_away_commands_go_on_and_what_is_at_risk_is_told(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)
        self.wait_until_published(data)
        lines, _ = self.families(families=60)
        self.broker.kill()
        began = time.monotonic()
        self.succeed("submit", lines, "--quiet", "--data", data)
        self.assertLess(time.monotonic() - began, 30, "commands waited for the broker")
        self.wait_for(lambda: self.status(data)["publisher"]["state"] == "waiting", "the publisher waits")
        status = self.status(data)["publisher"]
        self.assertGreater(status["backlog"], 500)
        self.assertNotEqual(status["last_error"], "")
        self.assertIn("on this machine alone", self.succeed("kafka", "status", "--data", data).out)
        self.broker.start()
        self.wait_until_published(data, 120)
        self.assertEqual(self.status(data)["publisher"]["last_error"], "")
        self.assertEqual(server.end(), 0)
        self.check_published(data, prefix)

    def test_a_setting_that_is_none_is_told_before_anything_is_opened(self):
        data = self.folder()
        config, _ = self.configure(data, init=False, **{"no.such.setting": "1"})
        for words in (["serve"], ["kafka", "status"], ["kafka", "init"]):
            refused = run(*words, "--config", config)
            self.assertEqual(refused.code, 2, refused.err)
            self.assertIn("no.such.setting", refused.err)

    def test_every_topic_is_shown_and_while_the_brokers_are_away_what_can_be_said(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)
        self.wait_until_published(data)
        topics = {topic["topic"]: topic for topic in self.succeed("kafka", "status", "--topics", "--json", "--data", data).json()["topics"]}
        self.assertEqual(set(topics), {f"{prefix}.{topic}" for topic in TOPICS})
        self.assertEqual({topic["problem"] for topic in topics.values()}, {""})
        self.assertGreaterEqual(topics[f"{prefix}.records"]["messages"], 16)
        self.assertEqual(topics[f"{prefix}.commands"]["waiting"], 0)
        server.end()
        away = self.place / "away.yaml"
        away.write_text(config.read_text().replace(self.broker.bootstrap, "127.0.0.1:9"))
        said = run("kafka", "status", "--config", away)
        self.assertEqual(said.code, 1)
        self.assertIn("not known without the brokers, at most 16 records", said.out)

    def test_topics_that_do_not_fit_are_refused_by_name_and_the_server_says_so(self):
        data = self.folder()
        config, prefix = self.configure(data, init=False)
        server = self.serve(config)
        self.wait_for(lambda: f"no topic {prefix}.events" in self.status(data)["publisher"]["last_error"], "the missing topic is named")
        made = self.succeed("kafka", "init", "--json", "--config", config).json()["topics"]
        self.assertEqual([topic["topic"] for topic in made], [f"{prefix}.{topic}" for topic in TOPICS])
        self.assertTrue(all(topic["made"] for topic in made))
        self.wait_until_published(data)
        server.end()
        self.assertIn("fits", self.succeed("kafka", "init", "--config", config).out)
        other = self.place / "other"
        self.succeed("init", "--data", other, "--clock", "simulated", "--partitions", 3)
        config, _ = self.configure(other, prefix=prefix, init=False)
        done = run("kafka", "init", "--config", config)
        self.assertEqual(done.code, 1)
        self.assertIn(f"{prefix}.events  does not fit:\n    it has 16 partitions, and this folder needs 3", done.out)

    def test_a_copy_that_went_on_elsewhere_takes_over_and_the_first_stops(self):
        """SIGSTOP, a copy of the folder is served and published, SIGCONT: exactly one goes on, and no id has two contents."""
        data = self.folder()
        config, prefix = self.configure(data)
        first = self.serve(config)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a")))
        self.wait_until_published(data)
        first.program.send_signal(signal.SIGSTOP)
        copy = self.place / "copy"
        shutil.copytree(data, copy, ignore=shutil.ignore_patterns("ritrovo.socket"))
        copied, _ = self.configure(copy, prefix=prefix, init=False)
        second = self.serve(copied)
        run("submit", "-", "--quiet", "--data", copy, stdin=ndjson(report("b", "a", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"})))
        self.wait_until_published(copy)
        first.program.send_signal(signal.SIGCONT)
        run("submit", "-", "--quiet", "--data", data, stdin=ndjson(report("c", "a", "orientation.held", {"channel": "phone", "held_on": "2024-02-03"}, at="2024-02-04T09:00:00Z")))
        self.wait_for(lambda: self.status(data)["publisher"]["state"] == "stopped", "the first one stopped")
        self.assertIn("another process publishes this log", self.status(data)["publisher"]["last_error"])
        self.wait_until_published(copy)
        second.end()
        first.end()
        self.check_published(copy, prefix)
        # Started again it stays out: what was published isn't its history.
        again = self.serve(config)
        self.wait_for(lambda: self.status(data)["publisher"]["state"] == "stopped", "the older history stays out")
        self.assertIn("forked log", self.status(data)["publisher"]["last_error"])
        again.end()
        self.check_published(copy, prefix)

    def test_a_restored_folder_publishes_what_it_recorded_anew_and_the_first_stays_out(self):
        data = self.folder()
        config, prefix = self.configure(data)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(opening("a"), opening("b")))
        self.succeed("backup", self.place / "copies", "--vault", self.place / "keys", "--data", data)
        first = self.serve(config)
        self.succeed("submit", "-", "--quiet", "--data", data, stdin=ndjson(report("r", "a", "orientation.held", {"channel": "walk_in", "held_on": "2024-02-02"})))
        self.wait_until_published(data)
        first.end()

        restored = self.place / "restored"
        keys = next((self.place / "keys").iterdir())
        self.succeed("restore", self.place / "copies", "--vault", keys, "--register-lost", "--data", restored, "--master-key-file", data / "vault/master.key")
        shutil.copy(data / "vault/master.key", restored / "vault/master.key")
        # Before it meets the brokers it goes another way, and on one case further than the first had come.
        self.succeed("submit", "-", "--quiet", "--data", restored, stdin=ndjson(
            report("s", "a", "orientation.held", {"channel": "phone", "held_on": "2024-02-05"}, at="2024-02-05T09:00:00Z"), opening("c", at="2024-02-06T09:00:00Z"), opening("d", at="2024-02-06T09:00:00Z")))
        copied, _ = self.configure(restored, prefix=prefix, init=False)
        second = self.serve(copied)
        self.wait_until_published(restored)
        second.end()

        messages = read_topic(self.broker, f"{prefix}.events")
        names = [(message["headers"]["ce_source"], message["headers"]["ce_id"]) for message in messages]
        self.assertEqual(len(names), len(set(names)), "one name, two contents")
        latest = {(value["partition"], value["position"]): value for value in (json.loads(message["payload"]) for message in messages)}
        log = self.events_of_the_log(restored)
        self.assertEqual({place: latest[place] for place in log}, log, "what was published last under each number is what the restored folder has")
        self.assertEqual(len({source for source, _ in names}), 2)

        self.serve(config)
        self.wait_for(lambda: self.status(data)["publisher"]["state"] == "stopped", "the first folder stays out")
        self.assertIn("it was restored elsewhere", self.status(data)["publisher"]["last_error"])


if __name__ == "__main__":
    unittest.main()
