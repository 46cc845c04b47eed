// Converts the conformance tests of npm's @bufbuild/cel-spec into tests/conformance/cel/*.json: one file for each of the specification's
// files, one test a line, every test, in the source's order. Dropped: the syntax trees and types that another implementation printed.
//
//   npm install --prefix DIR @bufbuild/cel-spec@0.6.1
//   node tests/conformance/convert_cel_spec.mjs DIR/node_modules/@bufbuild/cel-spec
import fs from "node:fs";
import path from "node:path";
import url from "node:url";

if (process.argv.length !== 3) {
  console.error("usage: node convert_cel_spec.mjs FOLDER_OF_CEL_SPEC");
  process.exit(2);
}
const source = path.resolve(process.argv[2]);
const target = path.join(path.dirname(url.fileURLToPath(import.meta.url)), "cel");
const { tests } = await import(url.pathToFileURL(path.join(source, "dist/esm/testdata/conformance.js")));
const { version } = JSON.parse(fs.readFileSync(path.join(source, "package.json")));

const kPrimitives = { BOOL: "bool", INT64: "int", UINT64: "uint", DOUBLE: "double", STRING: "string", BYTES: "bytes" };

// A type of the specification as this project writes types; what it has no word for is put in angle brackets.
function written(type) {
  if (type.primitive) return kPrimitives[type.primitive];
  if ("dyn" in type) return "dyn";
  if ("null" in type) return "null_type";
  if (type.listType) return `list(${written(type.listType.elemType ?? { dyn: {} })})`;
  if (type.mapType) return `map(${written(type.mapType.keyType)}, ${written(type.mapType.valueType)})`;
  if (type.wellKnown === "TIMESTAMP" || type.messageType === "google.protobuf.Timestamp") return "timestamp";
  if (type.wellKnown === "DURATION" || type.messageType === "google.protobuf.Duration") return "duration";
  if (type.type) return "type";
  return `<${JSON.stringify(type)}>`;
}

function converted(section, test) {
  const out = { section, name: test.name, expr: test.expr };
  if (test.container) out.container = test.container;
  if (test.disableCheck) out.unchecked = true;
  if (test.checkOnly) out.check_only = true;
  for (const each of test.typeEnv ?? []) {
    if (each.ident) (out.variables ??= {})[each.name] = written(each.ident.type);
    for (const form of each.function?.overloads ?? []) {
      (out.functions ??= []).push({ name: each.name, parameters: form.params.map(written), result: written(form.resultType) });
    }
  }
  for (const [name, bound] of Object.entries(test.bindings ?? {})) (out.bindings ??= {})[name] = bound.value;
  const value = test.value ?? test.typedResult?.result;
  if (value) out.value = value;
  if (test.typedResult) out.type = written(test.typedResult.deducedType);
  if (test.evalError) out.error = true;
  // Where the source says nothing, the result is true.
  if (!value && !test.evalError && !test.checkOnly) out.value = { boolValue: true };
  return out;
}

fs.mkdirSync(target, { recursive: true });
for (const file of tests.suites) {
  const lines = [];
  for (const section of file.suites ?? []) {
    for (const test of section.tests ?? []) lines.push(JSON.stringify(converted(section.name, test.original)));
  }
  if (lines.length === 0) continue; // `unknowns` is empty at its source
  const head = { source: `@bufbuild/cel-spec ${version}`, licence: "Apache-2.0", file: file.name };
  const text = JSON.stringify(head).slice(0, -1) + ',"tests":[\n' + lines.join(",\n") + "\n]}\n";
  fs.writeFileSync(path.join(target, `${file.name}.json`), text);
}
