// What a client in Go sees of compactd, a line of JSON a step: scenario ADDRESS AWAY SERVICE_CONFIG TOKEN
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"time"

	compactionv1 "compactd/compaction/v1"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // or the health that the service config asks for is not looked at
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

type line map[string]any

func main() {
	address, away, serviceConfig, token := os.Args[1], os.Args[2], string(must(os.ReadFile(os.Args[3]))), os.Args[4]
	ctx := context.Background()
	conn := connect(address, serviceConfig, grpc.WithPerRPCCredentials(bearer(token)))
	defer conn.Close()
	nobody := connect(address, serviceConfig)
	defer nobody.Close()
	agents := compactionv1.NewAgentServiceClient(conn)
	conversations := compactionv1.NewConversationServiceClient(conn)
	compactions := compactionv1.NewCompactionServiceClient(conn)
	jobs := compactionv1.NewJobServiceClient(conn)

	_, err := compactionv1.NewAgentServiceClient(nobody).CreateAgent(ctx, &compactionv1.CreateAgentRequest{})
	show(failure("nobody", err))

	agent := must(agents.CreateAgent(ctx, &compactionv1.CreateAgentRequest{
		Agent:     &compactionv1.Agent{Name: "polyglot"},
		RequestId: uuid.NewString(),
	}))
	show(line{"step": "create", "name": agent.Name})

	messages := []*compactionv1.ChatMessage{}
	for range 10 {
		messages = append(messages,
			message(compactionv1.MessageRole_MESSAGE_ROLE_USER, "Which port does the staging database listen on?"),
			message(compactionv1.MessageRole_MESSAGE_ROLE_ASSISTANT, "It listens on port 5433, behind PgBouncer."))
	}
	appended := must(conversations.AppendMessages(ctx, &compactionv1.AppendMessagesRequest{
		AgentId: agent.Id, Messages: messages, RequestId: uuid.NewString(),
	}))
	show(line{"step": "append", "stored": len(appended.Messages)})

	seen := must(conversations.GetContext(ctx, &compactionv1.GetContextRequest{AgentId: agent.Id}))
	show(line{"step": "context", "messages": len(seen.Messages), "last": seen.Messages[len(seen.Messages)-1].GetContent()})

	_, err = conversations.AppendMessages(ctx, &compactionv1.AppendMessagesRequest{
		AgentId: agent.Id, Messages: []*compactionv1.ChatMessage{{Content: proto.String("whose?")}},
	})
	show(failure("invalid", err))

	waiting, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err = compactions.Summarize(waiting, by(agent, "openai/busy"))
	show(failure("busy", err))

	short, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	_, err = compactions.Summarize(short, by(agent, "openai/slow"))
	show(failure("deadline", err))

	// The same request_id: sent again, it gets the first reply, whatever became of the first answer.
	request := &compactionv1.CompactRequest{
		ConversationId: agent.DefaultConversationId,
		RequestId:      uuid.NewString(),
		CompactionSettings: &compactionv1.CompactionSettings{
			Mode:  compactionv1.CompactionMode_COMPACTION_MODE_SLIDING_WINDOW,
			Model: proto.String("local/extractive"),
		},
	}
	done := must(compactions.Compact(ctx, request))
	show(line{"step": "compact", "before": done.NumMessagesBefore, "after": done.NumMessagesAfter, "model": done.Compaction.Model})
	again := must(compactions.Compact(ctx, request))
	show(line{"step": "repeat", "same": proto.Equal(done, again)})

	// What Compact would do, made in its turn; who comes late to watch is told what was before.
	job := must(jobs.SubmitCompaction(ctx, &compactionv1.SubmitCompactionRequest{
		ConversationId: agent.DefaultConversationId,
		RequestId:      uuid.NewString(),
		CompactionSettings: &compactionv1.CompactionSettings{
			Mode:  compactionv1.CompactionMode_COMPACTION_MODE_ALL,
			Model: proto.String("local/extractive"),
		},
	}))
	events := must(jobs.WatchJob(ctx, &compactionv1.WatchJobRequest{JobId: job.Id}))
	kinds := []string{}
	for event, err := events.Recv(); err != io.EOF; event, err = events.Recv() {
		kinds = append(kinds, must(event, err).Kind.String())
	}
	show(line{"step": "job", "seen": kinds})

	// Its first attempt finds no server there; the service config says that reads are made again.
	front := connect(away, serviceConfig, grpc.WithPerRPCCredentials(bearer(token)))
	defer front.Close()
	read := must(compactionv1.NewAgentServiceClient(front).GetAgent(ctx, &compactionv1.GetAgentRequest{AgentId: agent.Id}))
	show(line{"step": "away", "name": read.Name})
}

func connect(address, serviceConfig string, options ...grpc.DialOption) *grpc.ClientConn {
	return must(grpc.NewClient(address, append(options,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig))...))
}

// bearer is a token that goes with every call.
type bearer string

func (token bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(token)}, nil
}

// RequireTransportSecurity would be true beyond loopback, unless a mesh encrypts.
func (bearer) RequireTransportSecurity() bool { return false }

func message(role compactionv1.MessageRole, content string) *compactionv1.ChatMessage {
	return &compactionv1.ChatMessage{Role: role, Content: proto.String(content)}
}

func by(agent *compactionv1.Agent, model string) *compactionv1.SummarizeRequest {
	return &compactionv1.SummarizeRequest{
		AgentId: agent.Id,
		CompactionSettings: &compactionv1.CompactionSettings{
			Mode: compactionv1.CompactionMode_COMPACTION_MODE_ALL, Model: proto.String(model),
		},
	}
}

// failure says what a program can decide by: the code, the reason, the fields at fault, the time to wait.
func failure(step string, err error) line {
	s := status.Convert(err)
	found := line{"step": step, "code": code.Code(s.Code()).String()}
	for _, detail := range s.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			found["reason"] = detail.Reason
		case *errdetails.BadRequest:
			found["field"] = detail.FieldViolations[0].Field
		case *errdetails.RetryInfo:
			found["retry_seconds"] = detail.RetryDelay.AsDuration().Seconds()
		}
	}
	return found
}

func show(found line) {
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		log.Fatal(err)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
