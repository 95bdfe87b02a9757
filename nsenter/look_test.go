package nsenter

import (
	"encoding/binary"
	"errors"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
)

// said is a record as a program writes it.
func said(r stage.Record) []byte {
	data := binary.NativeEndian.AppendUint64(nil, r.Call)
	return binary.NativeEndian.AppendUint64(data, uint64(r.Result))
}

func TestOnlyTheCopyIsTooLarge(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EPERM, syscall.EFBIG} {
		program, record := failure(entry.StepCopy, errno)
		if err := failed(program, said(record)); !errors.Is(err, errTooLarge) {
			t.Errorf("%v", err)
		}
	}
	for _, name := range []string{"join the mount namespace", "open the file"} {
		program, record := failure(name, syscall.EPERM)
		err := failed(program, said(record))
		var step *StepError
		if !errors.As(err, &step) || step.Step != name || !errors.Is(err, syscall.EPERM) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileThatIsNotThere(t *testing.T) {
	program, _ := failure(entry.StepCopy, 0)
	missing := stage.Record{Call: entry.Missing, Result: -int64(syscall.ENOENT)}
	if err := failed(program, said(missing)); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("%v", err)
	}
	for _, data := range [][]byte{nil, make([]byte, 3), said(stage.Record{Call: entry.Done})} {
		if err := failed(program, data); !errors.Is(err, errClosed) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
}
