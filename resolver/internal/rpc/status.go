package rpc

import "fmt"

// The codes of a status that matter to callers (grpc: doc/statuscodes.md).
const (
	OK               = 0
	Canceled         = 1
	Unknown          = 2
	DeadlineExceeded = 4
	NotFound         = 5
	Unimplemented    = 12
	Unavailable      = 14
	unauthenticated  = 16 // the last
)

// Status is an answer that says why there is no other one.
type Status struct {
	Code    uint32
	message string
	encoded literal // … as it came, when it was not decoded
}

// Message is what the other side says of it. Most often nobody asks: that one of
// two places does not have a container says the code.
func (s *Status) Message() string {
	if s.encoded == nil {
		return unescape(s.message)
	}
	text, err := s.encoded.decode()
	if err != nil {
		return "its message cannot be read"
	}
	return unescape(text)
}

// Error implements error.
func (s *Status) Error() string { return fmt.Sprintf("status %d: %s", s.Code, s.Message()) }

// resetStatus is what a stream that the other side gave up means, by its code
// in HTTP/2 (grpc: doc/PROTOCOL-HTTP2.md, Errors).
func resetStatus(code uint32) *Status {
	s := &Status{Code: Unknown, message: fmt.Sprintf("the answer was broken off with HTTP/2's code %d", code)}
	switch code {
	case 0x7: // REFUSED_STREAM
		s.Code = Unavailable
	case codeCancel:
		s.Code = Canceled
	}
	return s
}
