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
func sizeOf(f *os.File) *sessionpb.Size {
	cols, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || cols <= 0 || rows <= 0 {
		return nil
	}
	return &sessionpb.Size{Rows: uint32(rows), Cols: uint32(cols)}
}

// terminal returns the first of the streams that has a size, or else stdin.
func (a *app) terminal() *os.File {
	for _, stream := range []any{a.stdin, a.stdout, a.stderr} {
		if f, ok := stream.(*os.File); ok && f != nil && sizeOf(f) != nil {
			return f
		}
	}
	return a.stdin
}
