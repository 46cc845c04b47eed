import json
import random
import subprocess
import threading
import time
import unittest

from fixture import KafkaCase, run
from program import LONG

ROUNDS = 100 if LONG else 10
PIECE = 25  # commands at a time


class Kills(KafkaCase):
    def test_killed_at_random_each_event_is_there_once_and_each_command_took_effect_once(self):
        """kill -9 of the engine, of the broker, of both, under load from the topic of commands."""
        calm, data = self.folder("calm"), self.folder()
        lines, _ = self.families(families=40 if not LONG else 300)
        text = lines.read_text().splitlines()
        answers = run("submit", lines, "--json", "--data", calm).lines()
        config, prefix = self.configure(data)
        by_id = [f"{answer['case']}\t{line}\n" for line, answer in zip(text, answers)]
        broker = self.broker
        ended = threading.Event()

        def send(piece):
            """Until the broker has all of it; what was sent before a kill is sent again, and so is there twice."""
            while True:
                try:
                    done = subprocess.run(["kcat", "-P", "-b", broker.bootstrap, "-t", f"{prefix}.commands", "-K", "\t", "-X", "topic.partitioner=murmur2_random",
                                           "-X", "topic.message.timeout.ms=10000"], input=piece.encode(), capture_output=True, timeout=30, check=False)
                    if done.returncode == 0:
                        return
                except subprocess.TimeoutExpired:
                    pass
                time.sleep(0.2)

        def load():
            pieces = ["".join(by_id[i:i + PIECE]) for i in range(0, len(by_id), PIECE)]
            for piece in pieces:
                send(piece)
                if not ended.is_set():
                    time.sleep(ROUNDS * 3.0 / len(pieces))

        loading = threading.Thread(target=load)
        loading.start()
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        server = self.serve(config)
        for number in range(ROUNDS):
            time.sleep(chance.uniform(0.2, 2.0))
            engine = number % 3 in (0, 2)
            if engine:
                server.kill()
            if number % 3 in (1, 2):
                broker.kill()
                time.sleep(chance.uniform(0, 0.5))
                broker.start()
            if engine:
                server = self.serve(config)
        ended.set()
        loading.join()
        with self.subTest(seed=seed):
            self.wait_until_idle(data)
            self.wait_until_published(data, 120)
            self.assertEqual(server.end(), 0)
            self.check_published(data, prefix)
            keys = [event["key"] for event in self.events_of_the_log(data).values() if event.get("key")]
            self.assertEqual(sorted(keys), sorted(json.loads(line)["key"] for line in text), "each command once")
            for one in (data, calm):
                self.succeed("advance", "--to", "2026-01-01", "--data", one)
            self.assertEqual(self.hashes(data)["outcome"], self.hashes(calm)["outcome"])

    def wait_until_idle(self, data):
        """All that was sent is taken: nothing is under way, and nothing comes any more."""
        until, before = time.monotonic() + 180, None
        while time.monotonic() < until:
            intake = self.status(data)["intake"]
            now = (intake["state"], intake["under_way"], intake["taken"])
            if now == before and now[:2] == ("taking", 0):
                return
            before = now
            time.sleep(3)
        self.fail(f"commands are still taken: {before}")


if __name__ == "__main__":
    unittest.main()
