// What a client in TypeScript sees of compactd, a line of JSON a step: scenario ADDRESS AWAY SERVICE_CONFIG TOKEN
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

import * as grpc from "@grpc/grpc-js";

import { type Agent, Agent as Agents } from "./gen/compaction/v1/agent.js";
import { AgentServiceClient, CreateAgentRequest, GetAgentRequest } from "./gen/compaction/v1/agent_service.js";
import { CompactRequest, CompactionServiceClient, SummarizeRequest } from "./gen/compaction/v1/compaction_service.js";
import { CompactionMode } from "./gen/compaction/v1/compaction_settings.js";
import { AppendMessagesRequest, ConversationServiceClient, GetContextRequest } from "./gen/compaction/v1/conversation_service.js";
import { type JobEvent, JobEventKind } from "./gen/compaction/v1/job.js";
import { JobServiceClient, SubmitCompactionRequest, WatchJobRequest } from "./gen/compaction/v1/job_service.js";
import { MessageRole } from "./gen/compaction/v1/message.js";
import { BadRequest, ErrorInfo, RetryInfo } from "./gen/google/rpc/error_details.js";
import { Status } from "./gen/google/rpc/status.js";

const [address, away, serviceConfig, token] = process.argv.slice(2);
const options = { "grpc.service_config": readFileSync(serviceConfig, "utf8") };
const agents = new AgentServiceClient(address, grpc.credentials.createInsecure(), options);
const conversations = new ConversationServiceClient(address, grpc.credentials.createInsecure(), options);
const compactions = new CompactionServiceClient(address, grpc.credentials.createInsecure(), options);
const jobs = new JobServiceClient(address, grpc.credentials.createInsecure(), options);

/** Over TLS, credentials of the channel can bring the token with them; grpc-js gives them to no other connection. */
const bearer = new grpc.Metadata();
bearer.set("authorization", `Bearer ${token}`);

/** A method of a client as one that gives a promise, with milliseconds to wait instead of options. */
function promised<Client extends grpc.Client, Request, Reply>(
  client: Client,
  method: (
    request: Request,
    metadata: grpc.Metadata,
    options: Partial<grpc.CallOptions>,
    callback: (error: grpc.ServiceError | null, reply: Reply) => void,
  ) => grpc.ClientUnaryCall,
): (request: Request, milliseconds?: number, metadata?: grpc.Metadata) => Promise<Reply> {
  return (request, milliseconds = 60_000, metadata = bearer) =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + milliseconds;
      method.call(client, request, metadata, { deadline }, (error, reply) =>
        error ? reject(error) : resolve(reply),
      );
    });
}

/** What a program can decide by: the code, the reason, the fields at fault, the time to wait. */
function failure(step: string, error: grpc.ServiceError): object {
  const found: Record<string, unknown> = { step, code: grpc.status[error.code] };
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  for (const detail of bytes ? Status.decode(bytes as Buffer).details : []) {
    switch (detail.typeUrl.split("/").pop()) {
      case "google.rpc.ErrorInfo":
        found.reason = ErrorInfo.decode(detail.value).reason;
        break;
      case "google.rpc.BadRequest":
        found.field = BadRequest.decode(detail.value).fieldViolations[0].field;
        break;
      case "google.rpc.RetryInfo":
        found.retry_seconds = RetryInfo.decode(detail.value).retryDelay?.seconds;
        break;
    }
  }
  return found;
}

async function failed(step: string, call: Promise<unknown>): Promise<void> {
  show(await call.then(() => ({ step }), (error: grpc.ServiceError) => failure(step, error)));
}

function by(agent: Agent, model: string): SummarizeRequest {
  const compactionSettings = { mode: CompactionMode.COMPACTION_MODE_ALL, model };
  return SummarizeRequest.fromPartial({ agentId: agent.id, compactionSettings });
}

function show(found: object): void {
  console.log(JSON.stringify(found));
}

const createAgent = promised(agents, agents.createAgent);
const appendMessages = promised(conversations, conversations.appendMessages);
const getContext = promised(conversations, conversations.getContext);
const compact = promised(compactions, compactions.compact);
const summarize = promised(compactions, compactions.summarize);
const submitCompaction = promised(jobs, jobs.submitCompaction);

await failed("nobody", createAgent(CreateAgentRequest.create(), 60_000, new grpc.Metadata()));

const agent = await createAgent(
  CreateAgentRequest.fromPartial({ agent: Agents.fromPartial({ name: "polyglot" }), requestId: randomUUID() }),
);
show({ step: "create", name: agent.name });

const turn = [
  { role: MessageRole.MESSAGE_ROLE_USER, content: "Which port does the staging database listen on?" },
  { role: MessageRole.MESSAGE_ROLE_ASSISTANT, content: "It listens on port 5433, behind PgBouncer." },
];
const messages = Array.from({ length: 10 }, () => turn).flat();
const appended = await appendMessages(
  AppendMessagesRequest.fromPartial({ agentId: agent.id, messages, requestId: randomUUID() }),
);
show({ step: "append", stored: appended.messages.length });

const context = await getContext(GetContextRequest.fromPartial({ agentId: agent.id }));
show({ step: "context", messages: context.messages.length, last: context.messages.at(-1)?.content });

await failed(
  "invalid",
  appendMessages(AppendMessagesRequest.fromPartial({ agentId: agent.id, messages: [{ content: "whose?" }] })),
);
await failed("busy", summarize(by(agent, "openai/busy"), 5_000));
await failed("deadline", summarize(by(agent, "openai/slow"), 500));

// The same request_id: sent again, it gets the first reply, whatever became of the first answer.
const request = CompactRequest.fromPartial({
  conversationId: agent.defaultConversationId,
  requestId: randomUUID(),
  compactionSettings: { mode: CompactionMode.COMPACTION_MODE_SLIDING_WINDOW, model: "local/extractive" },
});
const done = await compact(request);
show({ step: "compact", before: done.numMessagesBefore, after: done.numMessagesAfter, model: done.compaction?.model });
show({ step: "repeat", same: isDeepStrictEqual(await compact(request), done) });

// What Compact would do, made in its turn; who comes late to watch is told what was before.
const job = await submitCompaction(
  SubmitCompactionRequest.fromPartial({
    conversationId: agent.defaultConversationId,
    requestId: randomUUID(),
    compactionSettings: { mode: CompactionMode.COMPACTION_MODE_ALL, model: "local/extractive" },
  }),
);
const kinds: string[] = [];
for await (const event of jobs.watchJob(WatchJobRequest.fromPartial({ jobId: job.id }), bearer)) {
  kinds.push(JobEventKind[(event as JobEvent).kind]);
}
show({ step: "job", seen: kinds });

// Its first attempt finds no server there; the service config says that reads are made again.
const front = new AgentServiceClient(away, grpc.credentials.createInsecure(), options);
const read = await promised(front, front.getAgent)(GetAgentRequest.fromPartial({ agentId: agent.id }));
show({ step: "away", name: read.name });

for (const client of [agents, conversations, compactions, jobs, front]) client.close();
