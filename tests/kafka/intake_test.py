import json
import subprocess
import time
import unittest

from fixture import KafkaCase, read_topic, run
from program import ndjson, opening, report


def keyed(lines):
    """Each command behind the key of the command that opened its case."""
    for line in lines:
        command = json.loads(line)
        yield f"{command.get('opened_by') or command['key']}\t{line.rstrip()}\n"


class Commands(KafkaCase):
    def send(self, prefix, text, *words):
        """As any client would: kcat, each line KEY TAB COMMAND."""
        subprocess.run(["kcat", "-P", "-b", self.broker.bootstrap, "-t", f"{prefix}.commands", "-K", "\t", "-X", "topic.partitioner=murmur2_random", *words],
                       input=text.encode(), check=True, timeout=60)

    def wait_until_taken(self, data, count):
        self.wait_for(lambda: self.status(data)["intake"]["taken"] >= count, f"{count} commands are taken")

    def test_commands_that_came_by_kafka_do_what_they_do_in_a_file(self):
        calm, data = self.folder("calm"), self.folder()
        lines, _ = self.families(families=20)
        run("submit", lines, "--quiet", "--data", calm)
        config, prefix = self.configure(data)
        server = self.serve(config)
        cases = {json.loads(line)["key"]: answer["case"] for line, answer in zip(lines.read_text().splitlines(), run("submit", lines, "--json", "--data", calm).lines())}
        by_id = "".join(f"{cases[json.loads(line)['key']]}\t{line}\n" for line in lines.read_text().splitlines())
        count = by_id.count("\n")
        self.send(prefix, by_id)
        self.wait_until_taken(data, count)
        self.wait_until_published(data)
        server.end()
        for one in (data, calm):
            self.succeed("advance", "--to", "2026-01-01", "--data", one)
        self.assertEqual(self.hashes(data)["outcome"], self.hashes(calm)["outcome"])
        first = [event for event in self.events_of_the_log(data).values() if event.get("source")]
        self.assertEqual(len({(event["source"]["name"], event["source"]["offset"]) for event in first}), count)

        # A start after that takes nothing anew.
        before = self.hashes(data)
        server = self.serve(config)
        self.wait_for(lambda: self.status(data)["intake"]["state"] == "taking", "the intake runs")
        time.sleep(1)
        self.assertEqual(self.status(data)["intake"]["taken"], 0)
        # Nor do the same messages sent once more.
        self.send(prefix, by_id)
        self.wait_until_taken(data, count)
        server.end()
        self.assertEqual(self.hashes(data), before)

    def test_what_cannot_be_taken_is_told_by_name_and_the_rest_goes_on(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)
        good = opening("good")
        self.send(prefix, "good\tnot json\n")
        self.send(prefix, "good\t" + json.dumps({**good, "key": "x" * 200}) + "\n")
        self.send(prefix, "somebody-else\t" + json.dumps(good) + "\n")
        self.send(prefix, "\t" + json.dumps(good) + "\n")
        wrong = [partition for partition in range(16)]
        for partition in wrong[:2]:
            self.send(prefix, "good\t" + json.dumps(good) + "\n", "-p", str(partition))
        self.send(prefix, "good\t" + json.dumps({**good, "command": "report", "key": "k", "opened_by": "good", "pathway": None, "persons": None, "fact": "no.such_fact", "data": {}}) + "\n")
        self.send(prefix, "good\t" + json.dumps(good) + "\n")
        self.wait_until_taken(data, 8)
        server.end()
        told = read_topic(self.broker, f"{prefix}.rejections")
        reasons = [(message["headers"]["ritrovo_code"], message["headers"]["ritrovo_reason"]) for message in told]
        codes = [code for code, _ in reasons]
        self.assertEqual(codes.count("malformed"), 2, reasons)
        self.assertEqual(codes.count("misrouted"), 4, reasons)
        self.assertTrue(any("partitioner=murmur2_random" in reason and "lies in partition" in reason for _, reason in reasons))
        self.assertTrue(any("doesn't name the case" in reason for _, reason in reasons))
        self.assertTrue(any("has no key" in reason for _, reason in reasons))
        sources = [message["headers"]["ritrovo_source"] for message in told]
        self.assertEqual(len(sources), len(set(sources)))
        self.assertIn("not json", [message["payload"] for message in told])
        self.assertEqual(len(self.succeed("case", "list", "--json", "--data", data).lines()), 1)

    def test_an_answer_is_sent_where_it_is_asked_for(self):
        data = self.folder()
        config, prefix = self.configure(data)
        server = self.serve(config)
        self.send(prefix, "a\t" + json.dumps(opening("a", correlation="my-7")) + "\n", "-H", "answer=true")
        self.send(prefix, "b\t" + json.dumps(opening("b")) + "\n")
        self.send(prefix, "a\tnonsense\n", "-H", "answer=true")
        self.wait_until_taken(data, 3)
        server.end()
        answers = read_topic(self.broker, f"{prefix}.answers")
        self.assertEqual([message["key"] for message in answers], ["a", "a"])
        by_outcome = {json.loads(message["payload"])["outcome"]: message for message in answers}
        accepted = json.loads(by_outcome["accepted"]["payload"])
        self.assertEqual((accepted["key"], accepted["version"] > 1, by_outcome["accepted"]["headers"]["correlationid"]), ("a", True, "my-7"))
        self.assertIn("follows", accepted)
        self.assertIn("problems", json.loads(by_outcome["malformed"]["payload"]))
        printed = run("submit", "-", "--json", "--data", data, stdin=ndjson(opening("a", correlation="my-7"))).lines()[0]
        self.assertEqual(accepted["receipt"], printed["receipt"])

    def test_what_was_sent_while_nobody_was_here_is_read_before_deadlines_pass(self):
        data = self.folder(clock="real")
        config, prefix = self.configure(data)
        command = {name: value for name, value in opening("a").items() if name != "at"}
        self.send(prefix, "a\t" + json.dumps(command) + "\n")
        server = self.serve(config)
        self.wait_until_taken(data, 1)
        self.assertEqual(server.end(), 0)

    def test_more_than_fits_waits_at_the_brokers(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=150)
        text = "".join(keyed(lines.read_text().splitlines()))
        self.send(prefix, text)
        server = self.serve(config)
        most = 0

        def done():
            nonlocal most
            intake = self.status(data)["intake"]
            most = max(most, intake["under_way"])
            return intake["taken"] >= text.count("\n")
        self.wait_for(done, "all is taken", 120)
        self.assertLessEqual(most, 16 * 256 + 256)
        server.end()


if __name__ == "__main__":
    unittest.main()
