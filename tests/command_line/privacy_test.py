import json
import subprocess
import unittest

from program import FolderCase, run

SEALED = ("given_name", "family_name", "birth_date")


class Privacy(FolderCase):
    def personal_values(self, lines):
        """Every sealed value of every person in a generated file, that is long enough not to stand there by chance."""
        values = set()
        for line in lines.read_text(encoding="utf-8").splitlines():
            try:
                command = json.loads(line)
            except ValueError:
                continue
            for person in command.get("persons") or []:
                for name in SEALED:
                    value = (person.get("data") or {}).get(name)
                    if isinstance(value, str) and len(value) >= 5:
                        values.add(value)
        return values

    def test_no_name_and_no_birth_date_can_be_read_in_the_log(self):
        data = self.folder()
        lines, _ = self.families(families=60, faults=0.3)
        run("submit", lines, "--quiet", "--data", data)
        self.succeed("advance", "--to", "2026-01-01", "--data", data)
        values = self.personal_values(lines)
        self.assertGreater(len(values), 50)

        # The records, decoded: compressed tables would hide a text from a plain search.
        decoded = []
        for case in self.succeed("case", "list", "--json", "--data", data).lines():
            decoded.append(self.succeed("case", "history", case["case"], "--json", "--data", data).out)
        text = "\n".join(decoded)
        dates = {value for value in values if value[0].isdigit()}
        names = values - dates
        self.assertEqual([value for value in names if value in text], [])
        # A birth date may equal a day on which something happened; no field may hold it. What a guard read is named, without its value.
        for line in filter(None, text.split("\n")):
            body = json.loads(line).get("body", {})
            self.assertNotIn("birth_date", body.get("data", {}))
            for name, read in body.get("because", {}).get("reads", {}).items():
                if name.rpartition(".")[2] in SEALED:
                    self.assertLessEqual(read.keys(), {"version"}, name)

        files = [path for path in (data / "log").rglob("*") if path.is_file()]
        self.assertTrue(files)
        raw = subprocess.run(["strings", "-n", "5", *map(str, files)], capture_output=True, check=True).stdout.decode("utf-8", "replace")
        self.assertEqual([value for value in values if value in raw], [])

    def test_logs_on_stderr_hold_nothing_personal(self):
        data = self.folder()
        lines, _ = self.families(families=10, faults=1)
        done = run("submit", lines, "--quiet", "--data", data)
        self.assertEqual([value for value in self.personal_values(lines) if value in done.err], [])

    def test_rejections_and_answers_do_not_repeat_personal_values(self):
        data = self.folder()
        lines, _ = self.families(families=10, faults=1)
        answers = run("submit", lines, "--json", "--data", data).out
        names = {value for value in self.personal_values(lines) if not value[0].isdigit()}
        self.assertEqual([value for value in names if value in answers], [])


if __name__ == "__main__":
    unittest.main()
