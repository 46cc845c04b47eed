import json
import subprocess
import unittest

from program import CASEWORKER, PROGRAM, FolderCase, environment, ndjson, opening, run

ESCAPE = "\x1b]0;owned\x07\x1b[2J"
HIDDEN = "\u202egnp.\u2066\u200b\u009b"


def run_closed(streams, *words, stdin=b""):
    """Runs the program with those of its standard streams closed that `streams` names."""
    shell = 'exec "$0" "$@" ' + " ".join({0: "<&-", 1: ">&-", 2: "2>&-"}[stream] for stream in streams)
    return subprocess.run(["sh", "-c", shell, PROGRAM, *map(str, words)], input=stdin, capture_output=True, timeout=60, env=environment(), check=False)


class ClosedStreams(FolderCase):
    def test_answers_never_land_in_a_file_of_the_folder(self):
        data = self.folder()
        before = (data / "lock").read_bytes()
        line = ndjson(opening("a")).encode()
        for streams in ([1], [1, 2], [0, 1, 2]):
            done = run_closed(streams, "submit", "-", "--json", "--data", data, stdin=line)
            self.assertEqual(done.returncode, 1, streams)
            if 2 not in streams:
                self.assertIn(b"standard output is closed", done.stderr)
            self.assertEqual((data / "lock").read_bytes(), before)
        self.assertEqual(run("case", "list", "--json", "--data", data).out, "", "nothing was taken whose answer nobody could read")

    def test_a_closed_standard_input_is_told_and_no_file_is_read_as_commands(self):
        data = self.folder()
        done = run_closed([0], "submit", "-", "--data", data)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"standard input", done.stderr)

    def test_errors_go_nowhere_where_there_is_no_place_for_them(self):
        data = self.folder()
        self.assertEqual(run_closed([2], "submit", "-", "--quiet", "--json", "--data", data, stdin=ndjson(opening("a")).encode()).returncode, 0)
        self.assertEqual((data / "lock").read_bytes(), b"")


class Terminal(FolderCase):
    def assert_clean(self, text):
        for character in text:
            code = ord(character)
            self.assertFalse((code < 0x20 and character not in "\n\t") or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E
                             or 0x2066 <= code <= 0x2069 or code == 0x200B, f"U+{code:04X} in {text[:2000]!r}")

    def test_no_text_of_a_case_gives_orders_to_a_terminal(self):
        data = self.folder()
        name = f"Ada{ESCAPE}{HIDDEN}\nfam-forged"
        command = opening("a")
        command["persons"][0]["data"]["given_name"] = name
        case = run("submit", "-", "--json", "--data", data, stdin=ndjson(command)).lines()[0]["case"]
        for words in (["case", "show", case], ["case", "timeline", case], ["case", "history", case], ["tasks"], ["deadlines"], ["case", "list"]):
            for form in ([], ["--json"]):
                done = self.succeed(*words, *form, "--data", data)
                self.assert_clean(done.out + done.err)
                self.assertNotRegex(done.out, r"(?m)^fam-forged")
        shown = self.succeed("case", "show", case, "--json", "--data", data).json()
        self.assertEqual(shown["persons"][0]["name"], name + " Esempio", "as JSON it is what was reported")

    def test_names_of_other_scripts_are_shown_as_they_are_written(self):
        data = self.folder()
        for key, name in (("a", "علی\u200cرضا"), ("b", "Nguyễn"), ("c", "李小龍")):
            command = opening(key)
            command["persons"][0]["data"]["given_name"] = name
            case = run("submit", "-", "--json", "--data", data, stdin=ndjson(command)).lines()[0]["case"]
            self.assertIn(name, self.succeed("case", "show", case, "--data", data).out)

    def test_what_names_things_holds_nothing_hidden(self):
        data = self.folder()
        for hidden in (ESCAPE, "\u202e", "\u200b", "\u009b", "\n", "\u200d"):
            for change in ({"key": f"k{hidden}"}, {"actor": {**CASEWORKER, "id": f"u{hidden}"}}, {"actor": {**CASEWORKER, "organisation": f"u{hidden}"}},
                           {"actor": {**CASEWORKER, "roles": [f"u{hidden}"]}}, {"correlation": f"c{hidden}"}):
                done = run("submit", "-", "--json", "--data", data, stdin=ndjson({**opening("a"), **change}))
                self.assertEqual(done.code, 2, done.out)
            done = run("submit", "-", "--json", "--data", data, stdin=ndjson(opening("a")).replace("rel-1", f"rel{json.dumps(hidden)[1:-1]}"))
            self.assertEqual(done.code, 2, done.out)

    def test_an_error_that_quotes_the_command_line_is_clean(self):
        done = run("tasks", "--data", self.place / f"no{ESCAPE}\u202e")
        self.assertEqual(done.code, 1)
        self.assert_clean(done.err)

    def test_a_definition_holds_nothing_hidden_not_even_escaped(self):
        for written in ('"Attesa\\e[2J"', '"Attesa\\u202E"', '"Attesa\\x9B"', '"Attesa \u202e"'):
            file = self.place / "hidden.yaml"
            file.write_text(f"pathway: hidden\nversion: 1\nvalid_from: 2019-01-01\ntitle: {{it: {written}, en: Waiting}}\n", encoding="utf-8")
            done = run("check", file)
            self.assertEqual(done.code, 2)
            self.assert_clean(done.out + done.err)
            self.assertIn("hidden.yaml:4:", done.out + done.err)
            self.assertRegex(done.out + done.err, r"control character|nobody sees")


if __name__ == "__main__":
    unittest.main()
