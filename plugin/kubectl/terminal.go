package kubectl

import (
	"os"

	"golang.org/x/term"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// sizeOf returns the size of a terminal, or nil.
func sizeOf(stream any) *sessionpb.Size {
	f, ok := stream.(*os.File)
	if !ok || f == nil {
		return nil
	}
	cols, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		return nil
	}
	return &sessionpb.Size{Rows: uint32(rows), Cols: uint32(cols)}
}

// callerSize returns the size of the first of the streams that is a terminal.
func (a *app) callerSize() *sessionpb.Size {
	for _, stream := range []any{a.stdin, a.stdout, a.stderr} {
		if size := sizeOf(stream); size != nil {
			return size
		}
	}
	return nil
}
