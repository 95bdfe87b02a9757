package kube

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

const megabyte = 1 << 20

// testStreams: 100 MB go in to the end of file, and come out, unchanged.
func testStreams(t *testing.T, c *cluster) {
	c.keep(t)
	in := sha256.New()
	cmd := c.command("exec", "--keep", "-i", "app", "--", "sha256sum")
	cmd.Stdin = io.TeeReader(random(100*megabyte), in)
	began := time.Now()
	r := testbed.Run(t, cmd)
	testbed.Equal(t, "checksum of stdin", r.Stdout, hex.EncodeToString(in.Sum(nil))+"  -\n")
	t.Logf("100 MB in: %.1f s", time.Since(began).Seconds())

	in, out := sha256.New(), sha256.New()
	cmd = c.command("exec", "--keep", "-i", "app", "--", "cat")
	cmd.Stdin, cmd.Stdout = io.TeeReader(random(100*megabyte), in), out
	began = time.Now()
	r = testbed.Run(t, cmd)
	testbed.Equal(t, "exit code", r.Code, 0)
	testbed.Equal(t, "checksum of stdout", hex.EncodeToString(out.Sum(nil)), hex.EncodeToString(in.Sum(nil)))
	t.Logf("100 MB in and out: %.1f s", time.Since(began).Seconds())
}

// random returns bytes that no compression helps with, the same every time.
func random(size int64) io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{}), size) }

// testHalfClose: each direction ends by itself.
func testHalfClose(t *testing.T, c *cluster) {
	c.keep(t)
	cmd := c.command("exec", "--keep", "-i", "app", "--", "sh", "-c", "cat; sleep 1; echo after")
	cmd.Stdin = strings.NewReader("before\n")
	r := testbed.Run(t, cmd)
	testbed.Equal(t, "after the end of stdin", r.Stdout, "before\nafter\n")

	cmd = c.command("exec", "--keep", "-i", "app", "--", "sh", "-c", "exec <&-; sleep 1; echo after")
	cmd.Stdin = random(10 * megabyte) // more than any buffer on the way
	r = testbed.Run(t, cmd)
	testbed.Equal(t, "after the command closed stdin", r.Stdout, "after\n")
	testbed.Equal(t, "exit code", r.Code, 0)

	// Without -i nothing is read.
	cmd = c.command("exec", "--keep", "app", "--", "cat")
	cmd.Stdin = strings.NewReader("unread\n")
	testbed.Equal(t, "without -i", testbed.Run(t, cmd).Stdout, "")

	// A child that holds stdout open does not keep the session.
	began := time.Now()
	testbed.Equal(t, "with a child in the background", c.output(t, "exec", "--keep", "app", "--", "sh", "-c", "sleep 20 & echo x"), "x")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a child in the background kept the session for %v", took)
	}
}
