// Package grpcwire serves gRPC on one connection: the part of HTTP/2 (RFC 9113)
// that gRPC uses (its doc/PROTOCOL-HTTP2.md), with messages as bytes.
//
// It stands for google.golang.org/grpc on the node, because what a program links
// it initialises at each start, a plain "sidestep exec" too: linking grpc-go takes
// 3.5 ms, connectrpc.com/connect 2.4, net/http 1.5, golang.org/x/net/http2 1.3,
// and hpack alone, which is all that is used of it here, 0.1 (medians of 45
// interleaved runs of programs that do nothing, beside 2.3 ms of an empty one).
//
// Requests can be cancelled, streams have flow control in both directions, and
// the end of the connection ends all. There is no TLS, no compression, no push,
// and no timeout of the server's own: the connection is one user's, who was
// authenticated before.
package grpcwire
