// Has Letta's npm client compact a conversation, waiting for `timeout` milliseconds each time, and prints {summary, retries}:
//   node impatient.mjs FOLDER < INPUT
// FOLDER is where the client is installed. INPUT is {url, id, settings, timeout}. `retries` is what each request said of itself.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { Letta } = createRequire(`${process.argv[2]}/`)("@letta-ai/letta-client");
const { url, id, settings, timeout } = JSON.parse(await text(process.stdin));

const retries = [];
const counted = (address, request) => {
  retries.push(new Headers(request.headers).get("x-stainless-retry-count"));
  return fetch(address, request);
};
const letta = new Letta({ baseURL: url, apiKey: "any", fetch: counted, timeout, maxRetries: 5 });
const { summary } = await letta.conversations.messages.compact(id, { compaction_settings: settings });
console.log(JSON.stringify({ summary, retries }));
