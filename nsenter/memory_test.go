package nsenter

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryIsShortWhereHardlyAnyIsLeft(t *testing.T) {
	for name, test := range map[string]struct {
		pod, container [2]string // memory.max and memory.current
		want, unsure   bool
	}{
		"no limit":                {want: false},
		"no controller":           {pod: [2]string{"max\n", "1\n"}, want: false},
		"enough":                  {container: [2]string{"8388608\n", "4194304\n"}, want: false},
		"full":                    {container: [2]string{"8388608\n", "8388608\n"}, want: true},
		"beyond its limit":        {container: [2]string{"4096\n", "8388608\n"}, want: true},
		"the pod is full":         {pod: [2]string{"8388608\n", "8000000\n"}, container: [2]string{"max\n", "1\n"}, want: true},
		"nobody knows":            {container: [2]string{"8388608\n", "x\n"}, unsure: true},
		"a limit without a usage": {container: [2]string{"8388608\n", ""}, unsure: true},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for dir, files := range map[string][2]string{"pod": test.pod, "pod/container": test.container} {
				if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
					t.Fatal(err)
				}
				for i, file := range []string{"memory.max", "memory.current"} {
					if files[i] == "" {
						continue
					}
					if err := os.WriteFile(filepath.Join(root, dir, file), []byte(files[i]), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			dir, err := os.Open(filepath.Join(root, "pod/container"))
			if err != nil {
				t.Fatal(err)
			}
			defer dir.Close()
			if got, err := memoryShort(dir, "/pod/container"); got != test.want || (err != nil) != test.unsure {
				t.Errorf("%t, %v", got, err)
			}
		})
	}
}
