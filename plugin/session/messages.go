package session

import (
	"errors"
)

// The numbers here are those of session.proto.

type hello struct {
	protocol uint32
	version  string
	reason   string
}

func readHello(p []byte) (h hello, err error) {
	err = fields(p, func(f field) error {
		switch f.number {
		case 1:
			h.protocol = uint32(f.value)
		case 2:
			h.version = f.text()
		case 3:
			h.reason = f.text()
		}
		return nil
	})
	return h, err
}

func helloReply(version, host string) []byte {
	return message(nil).number(1, Protocol).text(2, version).text(3, host)
}

func readSize(p []byte) (s Size, err error) {
	err = fields(p, func(f field) error {
		switch f.number {
		case 1:
			s.Rows = uint16(min(f.value, 1<<16-1))
		case 2:
			s.Cols = uint16(min(f.value, 1<<16-1))
		}
		return nil
	})
	return s, err
}

func readStart(p []byte) (s Start, err error) {
	err = fields(p, func(f field) (err error) {
		switch f.number {
		case 1:
			s.Reference = f.text()
		case 2:
			s.Args = append(s.Args, f.text())
		case 3:
			s.Env = append(s.Env, f.text())
		case 4:
			s.User = f.text()
		case 5:
			s.Workdir = f.text()
		case 6:
			s.Interactive = f.on()
		case 7:
			s.TTY = f.on()
		case 8:
			s.Size, err = readSize(f.bytes)
		case 9:
			s.Privileged = f.on()
		case 10:
			s.CapAdd = append(s.CapAdd, f.text())
		case 11:
			s.NoNewPrivs = f.on()
		case 12:
			s.Join = append(s.Join, f.text())
		case 13:
			s.NoCgroup = f.on()
		case 14:
			s.IgnorePaused = f.on()
		case 15:
			s.Reason = f.text()
		case 16:
			s.NoSeccomp = f.on()
		case 17:
			s.NoLabel = f.on()
		}
		return err
	})
	return s, err
}

// event is what a client sends while its command runs, one of these.
type event struct {
	start    *Start
	stdin    []byte
	stdinEnd bool
	size     *Size
	signal   int
}

var errTwoStarts = errors.New("the client started twice")

func readEvent(p []byte) (e event, err error) {
	err = fields(p, func(f field) error {
		if isNumber := f.bytes == nil; isNumber != (f.number == 3 || f.number == 5) {
			return nil // of another type than in session.proto, which makes it an unknown one
		}
		switch f.number {
		case 1:
			start, err := readStart(f.bytes)
			if e.start != nil {
				return errTwoStarts
			}
			e.start = &start
			return err
		case 2:
			e.stdin = f.bytes
		case 3:
			e.stdinEnd = f.on()
		case 4:
			size, err := readSize(f.bytes)
			e.size = &size
			return err
		case 5:
			e.signal = int(int32(f.value))
		}
		return nil
	})
	return e, err
}

// The fields of ExecReply.
const (
	replyStarted = iota + 1
	replyStdout
	replyStderr
	replyExit
	replyFailure
	replyStdinCredit
	replyNotice
)

func execReply(field int, content []byte) []byte { return message(nil).member(field, content) }

func creditReply(n int) []byte { return message(nil).number(replyStdinCredit, uint64(n)) }

func started(pid int) []byte { return message(nil).number(1, uint64(pid)) }

func exited(code int) []byte { return message(nil).number(1, uint64(code)) }

func (f *Failure) encode() []byte {
	m := message(nil).text(1, f.Error)
	for _, line := range f.Detail {
		m = m.member(2, []byte(line))
	}
	return m.text(3, f.Hint).number(4, uint64(f.Code))
}

func readQuery(kind string, p []byte) (Query, error) {
	q := Query{Kind: kind}
	err := fields(p, func(f field) error {
		switch f.number {
		case 1:
			q.Args = append(q.Args, f.text())
		case 2:
			q.All = f.on()
		case 3:
			q.Format = f.text()
		}
		return nil
	})
	return q, err
}

func (a Answer) encode() []byte {
	m := message(nil).text(1, string(a.Output)).text(2, a.Messages).number(3, uint64(a.Code))
	if a.Failure != nil {
		m = m.member(4, a.Failure.encode())
	}
	return m
}
