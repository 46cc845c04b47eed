import re
import unittest

from program import ROOT, FolderCase, run

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", PAGE)


class Commands(FolderCase):
    def test_every_line_of_the_manual_is_taken(self):
        data = self.place / "data"
        definition = self.place / "camp-place.yaml"
        definition.write_text(blocks("yaml")[0], encoding="utf-8")
        self.succeed("init", "--clock", "simulated", "--data", data)
        self.succeed("publish", definition, "--data", data)
        lines = "".join(blocks("ndjson"))
        done = run("submit", "-", "--json", "--data", data, stdin=lines)
        self.assertEqual([answer["outcome"] for answer in done.lines()], ["accepted"] * lines.count("\n"), done.out)
        told = set(re.findall(r'"command": "(\w+)"', lines))
        self.assertEqual(told | {"recount", "split", "merge", "join"}, {"split", "merge", "join", "open", "report", "add_person", "remove_person", "task", "suspend", "resume", "close", "recount", "correct", "withdraw", "message"})

    def test_the_lines_in_the_help_are_whole_commands(self):
        data = self.folder()
        for command in ("submit", "tasks"):
            lines = re.findall(r"(?m)^ *(\{.*\})$", run(command, "--help").out)
            self.assertTrue(lines, command)
            for line in lines:
                done = run("submit", "-", "--json", "--data", data, stdin=line + "\n")
                self.assertNotEqual(done.lines()[0]["outcome"], "malformed", done.out)

    def test_an_outcome_in_the_wrong_place_is_told_where_it_goes(self):
        line = '{"key": "k", "command": "task", "opened_by": "a", "step": "talk", "action": "complete", "outcome": "agreed", "actor": {"id": "u"}}\n'
        done = run("submit", "-", "--json", "--data", self.folder(), stdin=line)
        self.assertIn('"data": {"outcome"', done.lines()[0]["problems"][0]["message"])


if __name__ == "__main__":
    unittest.main()
