//! What a client in Rust sees of compactd, a line of JSON a step: scenario ADDRESS AWAY SERVICE_CONFIG TOKEN
//!
//! tonic reads no service config: what has to be made again is made again here.
use std::{env, error::Error, time::Duration};

use serde_json::{Value, json};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::{Interceptor, interceptor::InterceptedService};
use tonic::{Code, Request, Status, TimeoutExpired, transport::Channel};
use tonic_types::StatusExt;
use uuid::Uuid;

use compaction::v1::{
    Agent, AppendMessagesRequest, ChatMessage, CompactRequest, CompactionMode, CompactionSettings, CreateAgentRequest,
    GetAgentRequest, GetContextRequest, MessageRole, SubmitCompactionRequest, SummarizeRequest, WatchJobRequest,
    agent_service_client::AgentServiceClient, compaction_service_client::CompactionServiceClient,
    conversation_service_client::ConversationServiceClient, job_service_client::JobServiceClient,
};

include!(concat!(env!("OUT_DIR"), "/protos.rs"));

const ATTEMPTS: u32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(scenario())
}

async fn scenario() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let bearer = Bearer(format!("Bearer {}", arguments[3]).parse()?);
    let channel = connect(&arguments[0]).await?;
    let mut nobodys = AgentServiceClient::new(channel.clone());
    let mut agents = AgentServiceClient::with_interceptor(channel.clone(), bearer.clone());
    let mut conversations = ConversationServiceClient::with_interceptor(channel.clone(), bearer.clone());
    let mut compactions = CompactionServiceClient::with_interceptor(channel.clone(), bearer.clone());
    let mut jobs = JobServiceClient::with_interceptor(channel, bearer.clone());

    println!("{}", failure("nobody", nobodys.create_agent(CreateAgentRequest::default()).await));

    let create = CreateAgentRequest {
        agent: Some(Agent { name: "polyglot".into(), ..Default::default() }),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let agent = agents.create_agent(create).await?.into_inner();
    println!("{}", json!({"step": "create", "name": agent.name}));

    let turn = [
        message(MessageRole::User, "Which port does the staging database listen on?"),
        message(MessageRole::Assistant, "It listens on port 5433, behind PgBouncer."),
    ];
    let append = AppendMessagesRequest {
        agent_id: agent.id.clone(),
        messages: turn.iter().cycle().take(20).cloned().collect(),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let appended = conversations.append_messages(append).await?.into_inner();
    println!("{}", json!({"step": "append", "stored": appended.messages.len()}));

    let get = GetContextRequest { agent_id: agent.id.clone(), ..Default::default() };
    let context = conversations.get_context(get).await?.into_inner();
    let last = context.messages.last().and_then(|message| message.content.clone());
    println!("{}", json!({"step": "context", "messages": context.messages.len(), "last": last}));

    let unsaid = AppendMessagesRequest {
        agent_id: agent.id.clone(),
        messages: vec![ChatMessage { content: Some("whose?".into()), ..Default::default() }],
        ..Default::default()
    };
    println!("{}", failure("invalid", conversations.append_messages(unsaid).await));
    let busy = within(Duration::from_secs(5), by(&agent, "openai/busy"));
    println!("{}", failure("busy", compactions.summarize(busy).await));
    let slow = within(Duration::from_millis(500), by(&agent, "openai/slow"));
    println!("{}", failure("deadline", compactions.summarize(slow).await));

    // The same request_id: sent again, it gets the first reply, whatever became of the first answer.
    let request = CompactRequest {
        conversation_id: agent.default_conversation_id.clone(),
        request_id: Uuid::new_v4().to_string(),
        compaction_settings: Some(settings(CompactionMode::SlidingWindow, "local/extractive")),
        ..Default::default()
    };
    let done = compactions.compact(request.clone()).await?.into_inner();
    let model = done.compaction.as_ref().map(|compaction| &compaction.model);
    let (before, after) = (done.num_messages_before, done.num_messages_after);
    println!("{}", json!({"step": "compact", "before": before, "after": after, "model": model}));
    let again = compactions.compact(request).await?.into_inner();
    println!("{}", json!({"step": "repeat", "same": again == done}));

    // What Compact would do, made in its turn; who comes late to watch is told what was before.
    let submit = SubmitCompactionRequest {
        conversation_id: agent.default_conversation_id.clone(),
        request_id: Uuid::new_v4().to_string(),
        compaction_settings: Some(settings(CompactionMode::All, "local/extractive")),
        ..Default::default()
    };
    let job = jobs.submit_compaction(submit).await?.into_inner();
    let watch = WatchJobRequest { job_id: job.id, ..Default::default() };
    let mut events = jobs.watch_job(watch).await?.into_inner();
    let mut kinds = Vec::new();
    while let Some(event) = events.message().await? {
        kinds.push(event.kind().as_str_name());
    }
    println!("{}", json!({"step": "job", "seen": kinds}));

    let front = AgentServiceClient::with_interceptor(connect(&arguments[1]).await?, bearer);
    let read = read_agent(front, &agent.id).await?;
    println!("{}", json!({"step": "away", "name": read.name}));
    Ok(())
}

/// A token that goes with every call.
#[derive(Clone)]
struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

async fn connect(address: &str) -> Result<Channel, tonic::transport::Error> {
    Channel::from_shared(format!("http://{address}")).expect("an address").connect().await
}

/// A read may be made again as it stands, where a server was away; a write only with its `request_id`.
async fn read_agent(
    mut agents: AgentServiceClient<InterceptedService<Channel, Bearer>>,
    id: &str,
) -> Result<Agent, Status> {
    let mut attempt = 1;
    loop {
        let get = GetAgentRequest { agent_id: id.into() };
        match agents.get_agent(get).await {
            Err(status) if status.code() == Code::Unavailable && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(100) * 4_u32.pow(attempt - 1)).await;
                attempt += 1;
            }
            answer => return answer.map(tonic::Response::into_inner),
        }
    }
}

fn message(role: MessageRole, content: &str) -> ChatMessage {
    ChatMessage { role: role.into(), content: Some(content.into()), ..Default::default() }
}

fn settings(mode: CompactionMode, model: &str) -> CompactionSettings {
    CompactionSettings { mode: mode.into(), model: Some(model.into()), ..Default::default() }
}

fn by(agent: &Agent, model: &str) -> SummarizeRequest {
    SummarizeRequest {
        agent_id: agent.id.clone(),
        compaction_settings: Some(settings(CompactionMode::All, model)),
        ..Default::default()
    }
}

fn within<T>(time: Duration, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(time);
    request
}

/// What a program can decide by: the code, the reason, the fields at fault, the time to wait.
fn failure<T>(step: &str, answer: Result<T, Status>) -> Value {
    let Err(status) = answer else { return json!({"step": step}) };
    let code = google::rpc::Code::try_from(code_of(&status) as i32).expect("the codes are gRPC's");
    let mut found = json!({"step": step, "code": code.as_str_name()});
    let details = status.get_error_details();
    if let Some(info) = details.error_info() {
        found["reason"] = json!(info.reason);
    }
    if let Some(violation) = details.bad_request().and_then(|request| request.field_violations.first()) {
        found["field"] = json!(violation.field);
    }
    if let Some(delay) = details.retry_info().and_then(|info| info.retry_delay) {
        found["retry_seconds"] = json!(delay.as_secs());
    }
    found
}

/// tonic says CANCELLED when its own clock was first to see that the time is over.
fn code_of(status: &Status) -> Code {
    let mut cause = status.source();
    while let Some(error) = cause {
        if error.is::<TimeoutExpired>() {
            return Code::DeadlineExceeded;
        }
        cause = error.source();
    }
    status.code()
}
