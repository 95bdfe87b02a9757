// Package session is the node's end of what session.proto describes: it serves
// calls of a client far away on any connection, and leaves the work to a Node.
//
// It writes and reads the messages itself, with protobuf's wire format only, and
// serves gRPC with a package of its own: see grpcwire for what that saves at
// each start of sidestep. The client, package client, uses the generated code and
// grpc-go; the tests hold the two against each other.
package session
