// Runs Letta's npm client against a server and prints what came of each call, as one JSON object a line:
//   node calls.mjs FOLDER < INPUT
// FOLDER is where the client is installed. INPUT is {url, talk, modes, providers: {provider_type: {model, settings}}}.
// A line is {step, result, sent} or {step, error: {class, status, detail}, sent}; `sent` counts requests, retries too.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { Letta, APIError } = createRequire(`${process.argv[2]}/`)("@letta-ai/letta-client");
const { url, talk, modes, providers } = JSON.parse(await text(process.stdin));

const UNKNOWN_AGENT = "agent-00000000-0000-4000-8000-000000000000";
const UNKNOWN_CONVERSATION = "conv-00000000-0000-4000-8000-000000000000";
const EXTRACTIVE = { model: "local/extractive", mode: "all" };
const TAG = crypto.randomUUID();

let sent = 0;
const counted = (...request) => {
  sent += 1;
  return fetch(...request);
};
const letta = new Letta({ baseURL: url, apiKey: "any", fetch: counted });

async function step(name, call) {
  sent = 0;
  let came;
  try {
    came = { result: await call() };
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    came = { error: { class: error.constructor.name, status: error.status, detail: error.error?.detail } };
  }
  console.log(JSON.stringify({ step: name, ...came, sent }));
  return came.result;
}

async function every(page) {
  const items = [];
  for await (const item of page) items.push(item);
  return items;
}

const append = (conversationId, messages) =>
  letta.post(`/v1/conversations/${conversationId}/messages:append`, { body: { messages } });

async function conversationOf(agentFields = {}) {
  const agent = await letta.agents.create(agentFields);
  const conversation = await letta.conversations.create({ agent_id: agent.id });
  await append(conversation.id, talk);
  return conversation;
}

async function callAgents() {
  const agent = await step("agents.create", () =>
    letta.agents.create({
      name: "rook",
      model: "anthropic/claude-haiku-4-5",
      memory_blocks: [
        { label: "human", value: "Ines, in finance.", description: "Who asks.", limit: 5000 },
        { label: "persona", value: "Rook, who answers briefly." },
      ],
      tags: [TAG],
      compaction_settings: {
        mode: "sliding_window",
        model: "openai/gpt-4.1-mini",
        model_settings: { provider_type: "openai", temperature: 0.25 },
      },
    }),
  );
  await step("agents.retrieve", () => letta.agents.retrieve(agent.id));
  await step("agents.update", () =>
    letta.agents.update(agent.id, { name: "bishop", compaction_settings: { mode: "all" } }),
  );
  const others = [await letta.agents.create({ tags: [TAG] }), await letta.agents.create({ tags: [TAG] })];
  await step("agents made", async () => [agent, ...others].map(({ id }) => id));
  for (const order of ["asc", "desc"]) {
    await step(`agents.list ${order}`, () => every(letta.agents.list({ tags: [TAG], order, limit: 1 })));
  }
  await step("agents.blocks.list", () => every(letta.agents.blocks.list(agent.id, { order: "asc", limit: 1 })));
  await step("agents.blocks.retrieve", () => letta.agents.blocks.retrieve("human", { agent_id: agent.id }));
  await step("agents.blocks.update", () =>
    letta.agents.blocks.update("human", { agent_id: agent.id, value: "Mara, in audit." }),
  );
  const stored = async () => (await every(letta.agents.messages.list(agent.id))).map(({ content }) => content);
  for (const dry_run of [true, false]) {
    await step(`agents.recompile dry_run=${dry_run}`, () => letta.agents.recompile(agent.id, { dry_run }));
    await step(`prompt after dry_run=${dry_run}`, stored);
  }
  await step("agents.delete", () => letta.agents.delete(agent.id));
  await step("agents.retrieve deleted", () => letta.agents.retrieve(agent.id));
}

async function callConversations() {
  const agent = await letta.agents.create({ memory_blocks: [{ label: "human", value: 'Ines, "in" finance' }] });
  const fields = { summary: "March invoices", description: "What became of them.", context_window_limit: 16000 };
  const made = await step("conversations.create", () => letta.conversations.create({ agent_id: agent.id, ...fields }));
  await step("conversations.retrieve", () => letta.conversations.retrieve(made.id));
  await step("conversations.update", () => letta.conversations.update(made.id, { summary: "April invoices" }));
  const second = await letta.conversations.create({ agent_id: agent.id });
  await step("conversations made", async () => [made.id, second.id]);
  for (const order of ["asc", "desc"]) {
    await step(`conversations.list ${order}`, () => letta.conversations.list({ agent_id: agent.id, order }));
  }
  await step("conversations.list found", () =>
    letta.conversations.list({ agent_id: agent.id, summary_search: "april", order_by: "last_message_at" }),
  );
  for (const dry_run of [true, false]) {
    await letta.agents.blocks.update("human", { agent_id: agent.id, value: "Mara" });
    await step(`conversations.recompile dry_run=${dry_run}`, () => letta.conversations.recompile(made.id, { dry_run }));
    await step(`prompt of the conversation after dry_run=${dry_run}`, async () => {
      const [system] = await every(letta.conversations.messages.list(made.id));
      return system.content;
    });
  }
  await step("conversations.delete", () => letta.conversations.delete(made.id));
  await step("conversations.retrieve deleted", () => letta.conversations.retrieve(made.id));
}

async function callCompact() {
  for (const [provider_type, { model, settings }] of Object.entries(providers)) {
    for (const mode of modes) {
      const model_settings = { provider_type, ...settings };
      const { id } = await conversationOf({ model, model_settings });
      await step(`compact ${provider_type} ${mode}`, () =>
        letta.conversations.messages.compact(id, { compaction_settings: { mode, model, model_settings } }),
      );
      await step(`record ${provider_type} ${mode}`, async () => {
        const [record] = await letta.get(`/v1/conversations/${id}/compactions`);
        return record;
      });
    }
  }
  const compaction_settings = EXTRACTIVE;
  const waysIn = {
    default: ({ id }) => letta.conversations.messages.compact("default", { agent_id: id, compaction_settings }),
    "an agent id": ({ id }) => letta.conversations.messages.compact(id, { compaction_settings }),
    agents: ({ id }) => letta.agents.messages.compact(id, { compaction_settings }),
  };
  for (const [name, compact] of Object.entries(waysIn)) {
    const agent = await letta.agents.create({});
    await append(agent.id, talk);
    await step(`compact by ${name}`, () => compact(agent));
  }
}

async function callMessages() {
  const { id } = await conversationOf();
  await letta.conversations.messages.compact(id, { compaction_settings: EXTRACTIVE });
  const text = { role: "assistant", content: "Let me look." };
  const tool_calls = ["call_1", "call_2"].map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } }));
  const results = ["call_1", "call_2"].map((id) => ({ role: "tool", content: id, tool_call_id: id }));
  await append(id, [{ role: "user", content: "And now?" }, { ...text, tool_calls }, ...results]);
  for (const order of ["asc", "desc"]) {
    await step(`messages.list ${order}`, () => every(letta.conversations.messages.list(id, { order, limit: 7 })));
  }
  await step("messages.list before", async () => {
    const whole = await every(letta.conversations.messages.list(id, { order: "asc" }));
    const before = whole.at(-1).id;
    return every(letta.conversations.messages.list(id, { order: "asc", before, limit: 7 }));
  });
  await step("messages.list of types", () =>
    every(
      letta.conversations.messages.list(id, {
        include_return_message_types: ["summary_message", "tool_call_message"],
        limit: 4,
        order: "asc",
      }),
    ),
  );
  const agent = await letta.agents.create({});
  await append(agent.id, talk);
  await step("agents.messages.list", () => every(letta.agents.messages.list(agent.id, { order: "asc", limit: 7 })));
  await step("messages.list default", () =>
    every(letta.conversations.messages.list("default", { agent_id: agent.id, order: "asc" })),
  );
}

async function callInVain() {
  await step("nobody", () => letta.agents.retrieve(UNKNOWN_AGENT));
  await step("nowhere", () => letta.conversations.messages.compact(UNKNOWN_CONVERSATION));
  await step("no such route", () => letta.tools.retrieve("tool-1"));
  await step("a bad field", () => letta.agents.create({ context_window_limit: 10 }));
  const fresh = await letta.conversations.create({ agent_id: (await letta.agents.create({})).id });
  await step("nothing to compact", () => letta.conversations.messages.compact(fresh.id));
  const { id } = await conversationOf();
  await step("a changed context", () =>
    letta.post(`/v1/conversations/${id}/compact`, { body: { expected_version: "another" } }),
  );
  await step("messages.create", () => letta.agents.messages.create(UNKNOWN_AGENT, { input: "Hello." }));
  await step("messages.stream", () => letta.conversations.messages.create(UNKNOWN_CONVERSATION, { input: "Hello." }));
  await step("fork", () => letta.conversations.fork(UNKNOWN_CONVERSATION));
  await step("reset", () => letta.agents.messages.reset(UNKNOWN_AGENT, {}));
  await step("wrong method", () => letta.put("/v1/agents"));
}

await callAgents();
await callConversations();
await callCompact();
await callMessages();
await callInVain();
