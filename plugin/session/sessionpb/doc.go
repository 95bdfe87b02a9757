// Package sessionpb is the generated code of session.proto, for the client. The
// node's end speaks the same protocol without it, see package session.
//
// To generate it again, with protoc 3.21.12 (Debian's protobuf-compiler):
//
//	go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
//	go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
//	go generate ./plugin/session/sessionpb
package sessionpb

//go:generate protoc -I.. --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative session.proto
