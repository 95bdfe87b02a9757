package hostile

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named    = regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9]*\b`)
	declared = regexp.MustCompile(`(?m)^func (Test[A-Z][A-Za-z0-9]*)\(`)
)

const root = "../.."

// tests returns the names of all tests of the module.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, match := range declared.FindAllStringSubmatch(string(data), -1) {
			all[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestDocument: each test that SECURITY.md names is one, and each of those
// here is named.
func TestDocument(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	all, said := tests(t), map[string]bool{}
	for _, name := range named.FindAllString(string(data), -1) {
		said[name] = true
		if !all[name] {
			t.Errorf("SECURITY.md names %s, which is no test", name)
		}
	}
	if len(said) < 20 {
		t.Errorf("SECURITY.md names %d tests", len(said))
	}
	files, _ := filepath.Glob("*_test.go")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllStringSubmatch(string(data), -1) {
			if name := match[1]; !said[name] && name != "TestMain" && name != "TestDocument" && name != "TestGuards" {
				t.Errorf("SECURITY.md does not say what %s holds", name)
			}
		}
	}
}

// TestGuards: each patch of hack/guards applies to this tree, and names a test.
// That the test fails then, hack/guards shows.
func TestGuards(t *testing.T) {
	patches, _ := filepath.Glob("guards/*.patch")
	if len(patches) < 20 {
		t.Errorf("%d patches", len(patches))
	}
	all := tests(t)
	for _, patch := range patches {
		data, err := os.ReadFile(patch)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(data), "\ndiff ")
		for _, field := range []string{"Attack: ", "Guard:  ", "Test:   ", "Says:   "} {
			if !strings.Contains("\n"+head, "\n"+field) {
				t.Errorf("%s: no line %q", patch, field)
			}
		}
		if name := named.FindString(head); !all[name] {
			t.Errorf("%s: %q is no test", patch, name)
		}
		path, err := filepath.Abs(patch)
		if err != nil {
			t.Fatal(err)
		}
		apply := exec.Command("git", "apply", "--check", "--recount", path)
		apply.Dir = root
		if out, err := apply.CombinedOutput(); err != nil {
			t.Errorf("%s does not apply: %s", patch, out)
		}
	}
}
