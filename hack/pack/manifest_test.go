package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// sums are checksums for every archive that the manifest names, each of
// another digit.
func sums(t *testing.T) (manifest string, sums map[string]string) {
	t.Helper()
	data, err := os.ReadFile("../../krew.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sums = map[string]string{"sidestep_v1.2.3_linux_amd64.tar.gz": "", "kubectl-sidestep_v1.2.3_linux_amd64.cdx.json": ""}
	digits := "0123456789"
	for _, os := range []string{"linux", "darwin", "windows"} {
		for _, arch := range architectures {
			suffix := tarball.suffix
			if os == "windows" {
				suffix = zipped.suffix
			}
			sums["kubectl-sidestep_v1.2.3_"+platform{os, arch}.String()+suffix] = strings.Repeat(digits[:1], 64)
			digits = digits[1:]
		}
	}
	return string(data), sums
}

// TestFillManifest: each archive's checksum follows its name.
func TestFillManifest(t *testing.T) {
	manifest, sums := sums(t)
	filled, err := fillManifest(manifest, "v1.2.3", sums)
	if err != nil {
		t.Fatal(err)
	}
	pairs := regexp.MustCompile(`uri: https://\S+/download/v1\.2\.3/(\S+)\n\s+sha256: "([0-9a-f]{64})"\n`).FindAllStringSubmatch(filled, -1)
	if len(pairs) != 6 {
		t.Fatalf("%d platforms, want 6:\n%s", len(pairs), filled)
	}
	for _, pair := range pairs {
		if sums[pair[1]] != pair[2] {
			t.Errorf("%s has the checksum %s", pair[1], pair[2])
		}
	}
	if strings.Contains(filled, placeholder) {
		t.Errorf("the placeholder is left:\n%s", filled)
	}
}

func TestFillManifestErrors(t *testing.T) {
	manifest, sums := sums(t)
	sums["kubectl-sidestep_v1.2.3_plan9_amd64.tar.gz"] = ""
	if _, err := fillManifest(manifest, "v1.2.3", sums); err == nil || !strings.Contains(err.Error(), "plan9") {
		t.Errorf("an archive that it does not name: %v", err)
	}
	delete(sums, "kubectl-sidestep_v1.2.3_plan9_amd64.tar.gz")
	delete(sums, "kubectl-sidestep_v1.2.3_darwin_arm64.tar.gz")
	if _, err := fillManifest(manifest, "v1.2.3", sums); err == nil || !strings.Contains(err.Error(), "darwin_arm64") {
		t.Errorf("an archive that was not built: %v", err)
	}
	if _, err := fillManifest("kind: Plugin\n", "v1.2.3", nil); err == nil {
		t.Error("no platforms: no error")
	}
}
