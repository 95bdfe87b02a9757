package shim

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestReadAddress(t *testing.T) {
	tests := []struct {
		name            string
		bootstrap, file string // "": there is none
		want            Address
		kind            Kind
	}{
		{"containerd 2", `{"version":3,"address":"unix:///run/containerd/s/ab","protocol":"ttrpc"}`, "unix:///run/containerd/s/xx",
			Address{Socket: "/run/containerd/s/ab", Version: 3}, 0},
		{"containerd 1.6", "", "unix:///run/containerd/s/ab", Address{Socket: "/run/containerd/s/ab", Version: 2}, 0},
		{"with a line end", "", "unix:///run/containerd/s/ab\n", Address{Socket: "/run/containerd/s/ab", Version: 2}, 0},
		{"containerd 1.3", "", "/containerd-shim/abc.sock", Address{Socket: "@/containerd-shim/abc.sock", Version: 2}, 0},
		{"abstract with its NUL", "", "\x00/containerd-shim/abc.sock", Address{Socket: "@/containerd-shim/abc.sock", Version: 2}, 0},
		{"neither", "", "", Address{}, NoSocket},
		{"a shim of gRPC", `{"version":3,"address":"unix:///run/s","protocol":"grpc"}`, "", Address{}, NotShim},
		{"in a virtual machine", `{"version":3,"address":"vsock://3:1024","protocol":"ttrpc"}`, "", Address{}, NotShim},
		{"truncated", `{"version":3,"addr`, "unix:///run/s", Address{}, NotShim},
		{"no address", `{"version":3}`, "", Address{}, NotShim},
		{"not a path", "", "unix://run/s", Address{}, NotShim},
		{"blank", "", "\n", Address{}, NotShim},
	}
	for _, test := range tests {
		bundle := t.TempDir()
		for name, text := range map[string]string{"bootstrap.json": test.bootstrap, "address": test.file} {
			if text == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(bundle, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := ReadAddress(bundle)
		var failed *Error
		kind := Kind(0)
		if errors.As(err, &failed) {
			kind = failed.Kind
		}
		if got != test.want || kind != test.kind || (err != nil) != (kind != 0) {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("unix:///run/s")
	f.Add("\x00/containerd-shim/x")
	f.Add("vsock://1:2")
	f.Fuzz(func(t *testing.T, text string) {
		address, err := ParseAddress(text)
		if err == nil && len(address.Socket) < 2 && address.Socket != "/" {
			t.Errorf("%q: %q", text, address.Socket)
		}
	})
}
