package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestBillOfMaterials: the list of this test's own program has the module that
// the image writer is from, and the standard library.
func TestBillOfMaterials(t *testing.T) {
	file, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := billOfMaterials(program, "sidestep", "v1.2.3", made)
	if err != nil {
		t.Fatal(err)
	}
	var list bom
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	if got := list.Metadata.Component.PURL; got != "pkg:golang/github.com/sidestep-dev/sidestep@v1.2.3#cmd/sidestep" {
		t.Errorf("the program is %s", got)
	}
	var std, digest bool
	for _, c := range list.Components {
		std = std || c.PURL == "pkg:golang/std@"+strings.TrimPrefix(runtime.Version(), "go")
		digest = digest || strings.HasPrefix(c.PURL, "pkg:golang/github.com/opencontainers/go-digest@v") &&
			strings.HasPrefix(c.Properties[0].Value, "h1:")
	}
	if !std || !digest {
		t.Errorf("std %v, go-digest %v in %s", std, digest, data)
	}
	if len(list.Dependencies) != 1 || len(list.Dependencies[0].On) != len(list.Components) {
		t.Errorf("dependencies %v", list.Dependencies)
	}
}

func TestVersions(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1767323046")
	for version, valid := range map[string]bool{
		"v1.2.3": true, "v1.2.3-rc.1": true, "dev": true, "": false, "1.2.3": false, "v1.2": false, "v1.2.3 -X a=b": false,
	} {
		r, err := newRelease(version, "")
		if (err == nil) != valid {
			t.Errorf("%q: %v", version, err)
		}
		if valid && !r.made.Equal(made) {
			t.Errorf("made %v", r.made)
		}
	}
}
