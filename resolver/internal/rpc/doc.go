// Package rpc is a client of gRPC for a program that is started for a few
// questions: to link and to set up google.golang.org/grpc takes longer than
// the questions take to answer.
//
// It speaks HTTP/2 (RFC 9113) over one connection that somebody else made,
// without TLS, as gRPC uses it (grpc: doc/PROTOCOL-HTTP2.md): calls with one
// request, and one answer or a stream of them, any number at a time. Questions
// that are started one after the other leave in one write, and who waits for an
// answer takes what the other side says, for all that wait. There is no
// compression, no retry and no second connection: one that is lost stays lost.
package rpc
