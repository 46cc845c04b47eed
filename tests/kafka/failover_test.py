import json
import random
import subprocess
import time
import unittest

from fixture import KafkaCase, Load
from program import LONG

ROUNDS = 12 if LONG else 3
RATE = 50  # commands a second
FAMILIES = 300 * ROUNDS  # more than are sent on any machine


class Failover(KafkaCase):
    NODES = 3

    def partitions(self):
        """Of every topic: {(topic, number): {"leader": …, "isrs": …}}."""
        told = subprocess.run(["kcat", "-b", self.broker.bootstrap, "-L", "-J"], capture_output=True, timeout=60, check=True)
        return {(topic["topic"], one["partition"]): one for topic in json.loads(told.stdout)["topics"] for one in topic["partitions"]}

    def in_sync(self):
        return all(len(one["isrs"]) == self.NODES for one in self.partitions().values())

    def test_a_node_that_leads_is_killed_under_load_and_each_event_is_there_once(self):
        """kill -9 of the transactions' coordinator, of the leader of events, of that of the cursor, in turn; each comes back before the next goes."""
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=FAMILIES)
        lines = lines.read_bytes().splitlines(keepends=True)
        server = self.serve(config)
        self.wait_until_published(data)
        self.assertTrue(all(len(one["replicas"]) == self.NODES for one in self.partitions().values()))
        load = Load(data, lines, RATE)
        chance = random.Random(7)
        for number in range(ROUNDS):
            topic = ("__transaction_state", f"{prefix}.events", f"{prefix}.cursor")[number % 3]
            leader = self.partitions()[(topic, 0)]["leader"]
            node = self.broker.nodes[leader - 1]
            time.sleep(chance.uniform(0, 1))
            node.kill()
            published = self.status(data)["publisher"]["published"]
            # Without it: another one took over.
            self.assertTrue(load.going(), "the load ended too early")
            self.wait_for(lambda: self.status(data)["publisher"]["published"] > published + RATE, f"publishing goes on without the leader of {topic}")
            node.start()
            node.wait()
            self.wait_for(self.in_sync, "the node is in sync again")
        load.stop()
        self.wait_until_published(data, 120)
        self.assertEqual(server.end(), 0)
        self.check_published(data, prefix)


if __name__ == "__main__":
    unittest.main()
