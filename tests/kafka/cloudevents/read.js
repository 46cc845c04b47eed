// Messages on standard input, as kcat prints them in JSON, one a line; each leaves as the SDK understands it, checked against the specification.
const readline = require('node:readline');
const { Kafka, CloudEvent } = require('cloudevents');

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  const headers = {};
  for (let i = 0; i < message.headers.length; i += 2) headers[message.headers[i]] = message.headers[i + 1];
  const event = Kafka.toEvent({ key: message.key, headers, value: message.payload, body: message.payload });
  if (!(event instanceof CloudEvent) || !event.validate()) throw new Error(`no CloudEvent: ${line}`);
  process.stdout.write(JSON.stringify(event) + '\n');
});
