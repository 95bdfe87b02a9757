package stdio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// stream returns n bytes of every value, the same each time, and the hash of
// what was read of them.
func stream(n int64) (io.Reader, hash.Hash) {
	sum := sha256.New()
	return io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{}), n), sum), sum
}

func hexSum(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }

// TestGigabyte: 1 GiB to the command's stdin until its end. With an io.Reader
// as Stdin, os/exec gives sidestep a pipe.
func TestGigabyte(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		input, sum := stream(1 << 30)
		cmd := bed.Command("exec", "-i", c.ID, "sha256sum")
		cmd.Stdin = input
		r := testbed.Run(t, cmd)
		testbed.Equal(t, "exit code", r.Code, 0)
		testbed.Equal(t, "sha256sum", strings.Fields(r.Stdout + " -")[0], hexSum(sum))
	})
}

// TestBinary: 64 MiB there and back.
func TestBinary(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		input, in := stream(64 << 20)
		out := sha256.New()
		cmd := bed.Command("exec", "-i", c.ID, "cat")
		cmd.Stdin, cmd.Stdout = input, out
		testbed.Equal(t, "exit code", testbed.Run(t, cmd).Code, 0)
		testbed.Equal(t, "what came back", hexSum(out), hexSum(in))
	})
}

// TestFiles: regular files instead of pipes; what stdout holds is kept.
func TestFiles(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		input, _ := stream(1 << 20)
		data, _ := io.ReadAll(input)
		testbed.WriteFile(t, filepath.Join(bed.Dir, "in"), string(data), 0o600)
		testbed.WriteFile(t, filepath.Join(bed.Dir, "out"), "first ", 0o600)
		in, err := os.Open(filepath.Join(bed.Dir, "in"))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := os.OpenFile(filepath.Join(bed.Dir, "out"), os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		cmd := bed.Command("exec", "-i", c.ID, "cat")
		cmd.Stdin, cmd.Stdout = in, out
		testbed.Equal(t, "exit code", testbed.Run(t, cmd).Code, 0)
		got, _ := os.ReadFile(out.Name())
		if !bytes.Equal(got, append([]byte("first "), data...)) {
			t.Errorf("%d bytes in the file, want %d", len(got), len(data)+6)
		}
	})
}
