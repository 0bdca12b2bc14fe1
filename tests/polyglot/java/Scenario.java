import com.google.gson.Gson;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import compactd.compaction.v1.Agent;
import compactd.compaction.v1.AgentServiceGrpc;
import compactd.compaction.v1.AppendMessagesRequest;
import compactd.compaction.v1.ChatMessage;
import compactd.compaction.v1.CompactRequest;
import compactd.compaction.v1.CompactionMode;
import compactd.compaction.v1.CompactionServiceGrpc;
import compactd.compaction.v1.CompactionSettings;
import compactd.compaction.v1.ConversationServiceGrpc;
import compactd.compaction.v1.CreateAgentRequest;
import compactd.compaction.v1.GetAgentRequest;
import compactd.compaction.v1.GetContextRequest;
import compactd.compaction.v1.JobServiceGrpc;
import compactd.compaction.v1.MessageRole;
import compactd.compaction.v1.SubmitCompactionRequest;
import compactd.compaction.v1.SummarizeRequest;
import compactd.compaction.v1.WatchJobRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a client in Java sees of compactd, a line of JSON a step: Scenario ADDRESS AWAY SERVICE_CONFIG TOKEN. */
class Scenario {
  public static void main(String[] arguments) throws Exception {
    Map<String, ?> serviceConfig = serviceConfig(Path.of(arguments[2]));
    ManagedChannel nobody = connect(arguments[0], serviceConfig);
    ManagedChannel front = connect(arguments[1], serviceConfig);
    try {
      failed(
          "nobody", () -> AgentServiceGrpc.newBlockingStub(nobody).createAgent(CreateAgentRequest.getDefaultInstance()));
      ClientInterceptor bearer = bearer(arguments[3]);
      run(ClientInterceptors.intercept(nobody, bearer), ClientInterceptors.intercept(front, bearer));
    } finally {
      nobody.shutdownNow();
      front.shutdownNow();
    }
  }

  static void run(Channel channel, Channel front) throws Exception {
    var agents = AgentServiceGrpc.newBlockingStub(channel);
    var conversations = ConversationServiceGrpc.newBlockingStub(channel);
    var compactions = CompactionServiceGrpc.newBlockingStub(channel);
    var jobs = JobServiceGrpc.newBlockingStub(channel);

    Agent agent =
        agents.createAgent(
            CreateAgentRequest.newBuilder()
                .setAgent(Agent.newBuilder().setName("polyglot"))
                .setRequestId(UUID.randomUUID().toString())
                .build());
    show("create", Map.of("name", agent.getName()));

    List<ChatMessage> messages = new ArrayList<>();
    for (int turn = 0; turn < 10; turn++) {
      messages.add(message(MessageRole.MESSAGE_ROLE_USER, "Which port does the staging database listen on?"));
      messages.add(message(MessageRole.MESSAGE_ROLE_ASSISTANT, "It listens on port 5433, behind PgBouncer."));
    }
    var appended =
        conversations.appendMessages(
            AppendMessagesRequest.newBuilder()
                .setAgentId(agent.getId())
                .addAllMessages(messages)
                .setRequestId(UUID.randomUUID().toString())
                .build());
    show("append", Map.of("stored", appended.getMessagesCount()));

    var context = conversations.getContext(GetContextRequest.newBuilder().setAgentId(agent.getId()).build());
    var last = context.getMessages(context.getMessagesCount() - 1);
    show("context", Map.of("messages", context.getMessagesCount(), "last", last.getContent()));

    failed(
        "invalid",
        () ->
            conversations.appendMessages(
                AppendMessagesRequest.newBuilder()
                    .setAgentId(agent.getId())
                    .addMessages(ChatMessage.newBuilder().setContent("whose?"))
                    .build()));
    failed("busy", () -> compactions.withDeadlineAfter(5, TimeUnit.SECONDS).summarize(by(agent, "openai/busy")));
    failed(
        "deadline", () -> compactions.withDeadlineAfter(500, TimeUnit.MILLISECONDS).summarize(by(agent, "openai/slow")));

    // The same request_id: sent again, it gets the first reply, whatever became of the first answer.
    var request =
        CompactRequest.newBuilder()
            .setConversationId(agent.getDefaultConversationId())
            .setRequestId(UUID.randomUUID().toString())
            .setCompactionSettings(
                CompactionSettings.newBuilder()
                    .setMode(CompactionMode.COMPACTION_MODE_SLIDING_WINDOW)
                    .setModel("local/extractive"))
            .build();
    var done = compactions.compact(request);
    show(
        "compact",
        Map.of(
            "before", done.getNumMessagesBefore(),
            "after", done.getNumMessagesAfter(),
            "model", done.getCompaction().getModel()));
    show("repeat", Map.of("same", compactions.compact(request).equals(done)));

    // What Compact would do, made in its turn; who comes late to watch is told what was before.
    var job =
        jobs.submitCompaction(
            SubmitCompactionRequest.newBuilder()
                .setConversationId(agent.getDefaultConversationId())
                .setRequestId(UUID.randomUUID().toString())
                .setCompactionSettings(
                    CompactionSettings.newBuilder()
                        .setMode(CompactionMode.COMPACTION_MODE_ALL)
                        .setModel("local/extractive"))
                .build());
    List<String> kinds = new ArrayList<>();
    jobs.watchJob(WatchJobRequest.newBuilder().setJobId(job.getId()).build())
        .forEachRemaining(event -> kinds.add(event.getKind().name()));
    show("job", Map.of("seen", kinds));

    // Its first attempt finds no server there; the service config says that reads are made again.
    var read =
        AgentServiceGrpc.newBlockingStub(front).getAgent(GetAgentRequest.newBuilder().setAgentId(agent.getId()).build());
    show("away", Map.of("name", read.getName()));
  }

  static ManagedChannel connect(String address, Map<String, ?> serviceConfig) {
    return Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
        .defaultServiceConfig(serviceConfig)
        .enableRetry()
        .build();
  }

  /** A token that goes with every call. */
  static ClientInterceptor bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** The numbers of a service config are doubles to gRPC for Java, as they are to Gson. */
  @SuppressWarnings("unchecked")
  static Map<String, ?> serviceConfig(Path path) throws Exception {
    return new Gson().fromJson(Files.readString(path), Map.class);
  }

  static ChatMessage message(MessageRole role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }

  static SummarizeRequest by(Agent agent, String model) {
    return SummarizeRequest.newBuilder()
        .setAgentId(agent.getId())
        .setCompactionSettings(
            CompactionSettings.newBuilder().setMode(CompactionMode.COMPACTION_MODE_ALL).setModel(model))
        .build();
  }

  static void failed(String step, Supplier<?> call) throws InvalidProtocolBufferException {
    try {
      call.get();
      show(step, Map.of());
    } catch (StatusRuntimeException error) {
      show(step, failure(error));
    }
  }

  /** What a program can decide by: the code, the reason, the fields at fault, the time to wait. */
  static Map<String, Object> failure(StatusRuntimeException error) throws InvalidProtocolBufferException {
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("code", error.getStatus().getCode().name());
    for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        found.put("reason", detail.unpack(ErrorInfo.class).getReason());
      } else if (detail.is(BadRequest.class)) {
        found.put("field", detail.unpack(BadRequest.class).getFieldViolations(0).getField());
      } else if (detail.is(RetryInfo.class)) {
        found.put("retry_seconds", detail.unpack(RetryInfo.class).getRetryDelay().getSeconds());
      }
    }
    return found;
  }

  static void show(String step, Map<String, ?> seen) {
    Map<String, Object> line = new LinkedHashMap<>(Map.of("step", step));
    line.putAll(seen);
    System.out.println(new Gson().toJson(line));
  }
}
