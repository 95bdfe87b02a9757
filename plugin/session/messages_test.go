package session

import (
	"reflect"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

func encoded(t *testing.T, m proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestReadsWhatTheGeneratedCodeWrites: the two codecs are of one protocol.
func TestReadsWhatTheGeneratedCodeWrites(t *testing.T) {
	start := &sessionpb.ExecStart{
		Reference: "r", Argv: []string{"a", "", "b"}, Env: []string{"A=", "B=2"}, User: "u", Workdir: "/w", Interactive: true,
		Tty: true, Size: &sessionpb.Size{Rows: 3, Cols: 4}, Privileged: true, CapAdd: []string{"c"}, NoNewPrivs: true,
		Join: []string{"net"}, NoCgroup: true, IgnorePaused: true, Reason: "why",
		NoSeccomp: true, NoLabel: true,
	}
	want := Start{
		Reference: "r", Args: []string{"a", "", "b"}, Env: []string{"A=", "B=2"}, User: "u", Workdir: "/w", Interactive: true,
		TTY: true, Size: Size{Rows: 3, Cols: 4}, Privileged: true, CapAdd: []string{"c"}, NoNewPrivs: true,
		Join: []string{"net"}, NoCgroup: true, IgnorePaused: true, Reason: "why",
		NoSeccomp: true, NoLabel: true,
	}
	for _, c := range []struct {
		message *sessionpb.ExecRequest
		want    event
	}{
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Start{Start: start}}, event{start: &want}},
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Stdin{Stdin: []byte("x\x00")}}, event{stdin: []byte("x\x00")}},
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_StdinEnd{StdinEnd: true}}, event{stdinEnd: true}},
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Size{Size: &sessionpb.Size{Rows: 1}}}, event{size: &Size{Rows: 1}}},
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Signal{Signal: 15}}, event{signal: 15}},
		{&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Signal{Signal: -1}}, event{signal: -1}},
		{&sessionpb.ExecRequest{}, event{}},
	} {
		got, err := readEvent(encoded(t, c.message))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v was read as %+v, %v", c.message, got, err)
		}
	}
	h, err := readHello(encoded(t, &sessionpb.HelloRequest{Protocol: 7, Version: "v", Reason: "r"}))
	if err != nil || h != (hello{protocol: 7, version: "v", reason: "r"}) {
		t.Errorf("hello %+v, %v", h, err)
	}
	q, err := readQuery("Ps", encoded(t, &sessionpb.QueryRequest{Args: []string{"a", "b"}, All: true, Format: "json"}))
	if err != nil || !reflect.DeepEqual(q, Query{Kind: "Ps", Args: []string{"a", "b"}, All: true, Format: "json"}) {
		t.Errorf("query %+v, %v", q, err)
	}
}

// TestWritesWhatTheGeneratedCodeReads is the other direction.
func TestWritesWhatTheGeneratedCodeReads(t *testing.T) {
	failure := &Failure{Error: "e", Detail: []string{"a", ""}, Hint: "h", Code: 126}
	wantFailure := &sessionpb.Failure{Error: "e", Detail: []string{"a", ""}, Hint: "h", Code: 126}
	for _, c := range []struct {
		data []byte
		want proto.Message
	}{
		{helloReply("v", "host"), &sessionpb.HelloReply{Protocol: Protocol, Version: "v", Host: "host"}},
		{execReply(replyStdout, []byte("o")), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Stdout{Stdout: []byte("o")}}},
		{execReply(replyStderr, []byte("e")), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Stderr{Stderr: []byte("e")}}},
		{execReply(replyStarted, started(9)), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Started{Started: &sessionpb.Started{Pid: 9}}}},
		{execReply(replyExit, exited(0)), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Exit{Exit: &sessionpb.Exit{}}}},
		{execReply(replyExit, exited(255)), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Exit{Exit: &sessionpb.Exit{Code: 255}}}},
		{execReply(replyFailure, failure.encode()), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Failure{Failure: wantFailure}}},
		{execReply(replyNotice, []byte("n")), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_Notice{Notice: "n"}}},
		{creditReply(5), &sessionpb.ExecReply{Message: &sessionpb.ExecReply_StdinCredit{StdinCredit: 5}}},
		{
			Answer{Output: []byte("{}"), Messages: "m", Code: 2, Failure: failure}.encode(),
			&sessionpb.QueryReply{Output: []byte("{}"), Messages: "m", Code: 2, Failure: wantFailure},
		},
	} {
		got := c.want.ProtoReflect().New().Interface()
		if err := proto.Unmarshal(c.data, got); err != nil || !proto.Equal(got, c.want) {
			t.Errorf("%v was written as %v, %v", c.want, got, err)
		}
	}
}

// FuzzEvent: what a client sends is refused or read as the generated code reads
// it.
func FuzzEvent(f *testing.F) {
	f.Add([]byte{0x12, 1, 'x'})
	f.Add([]byte{0x0a, 4, 0x0a, 2, 'i', 'd'})
	f.Add([]byte{0x28, 0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := readEvent(data)
		var m sessionpb.ExecRequest
		if err != nil || proto.Unmarshal(data, &m) != nil {
			return
		}
		switch want := m.Message.(type) {
		case *sessionpb.ExecRequest_Stdin:
			if string(e.stdin) != string(want.Stdin) {
				t.Errorf("stdin %q, not %q", e.stdin, want.Stdin)
			}
		case *sessionpb.ExecRequest_Signal:
			if e.signal != int(want.Signal) {
				t.Errorf("signal %d, not %d", e.signal, want.Signal)
			}
		}
	})
}
