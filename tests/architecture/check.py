#!/usr/bin/env python3
"""Checks one rule of the house over the source tree, or shows that the rule can fail.

  check.py ROOT RULE                      the rule over the tree
  check.py ROOT RULE --self-test          plants violations and clean code; the rule must tell them apart
  check.py ROOT pure_symbols MANIFEST     over the built archives
  check.py ROOT pure_symbols --self-test COMPILER
  check.py ROOT --list                    the rules
"""

import sys

import rules_house
import rules_rooms
import rules_symbols
import rules_text
from tree import Tree

RULES = {rule.__name__: (rule, module) for module in (rules_rooms, rules_text, rules_house) for rule in module.PLANTS}


def report(violations, what):
    for violation in violations:
        print(violation)
    if violations:
        print(f"\n{what}: {len(violations)} violation{'s' if len(violations) > 1 else ''}")
    return 1 if violations else 0


def self_test(rule, module):
    problems = []
    for number, (files, expected) in enumerate(module.PLANTS[rule], 1):
        found = [str(violation) for violation in rule(Tree(files))]
        if not any(expected in violation for violation in found):
            problems.append(f"planted violation {number} wasn't caught: expected '{expected}', found {found}")
    found = [str(violation) for violation in rule(Tree(module.GOOD[rule]))]
    if found:
        problems.append(f"clean code was refused: {found}")
    return problems


def main(arguments):
    root, name, *rest = arguments
    if name == "--list":
        print("\n".join(RULES))
        return 0
    if name == "pure_symbols":
        if rest[0] == "--self-test":
            return report(rules_symbols.self_test(rest[1]), "self-test of pure_symbols")
        seen, violations = rules_symbols.check(rest[0])
        print(f"archives of {', '.join(seen)}")
        return report(violations if seen else ["the manifest names no pure room"], "pure_symbols")
    rule, module = RULES[name]
    if rest == ["--self-test"]:
        return report(self_test(rule, module), f"self-test of {name}")
    tree = Tree.read(root)
    if not tree.code():
        print(f"{root} holds no source")
        return 1
    return report(sorted(rule(tree), key=lambda violation: (violation.path, violation.line)), f"{name} ({rule.__doc__})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
