package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is what is built of one commit.
type release struct {
	version string
	made    time.Time // the commit's, or $SOURCE_DATE_EPOCH: of every file
	dir     string
	nodes   map[platform][]byte // sidestep, which is in the image and in archives
	sums    map[string]string   // SHA-256 by file name
}

// versionPattern is semantic versioning with a v, as krew asks, or "dev".
var versionPattern = regexp.MustCompile(`^(dev|v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?)$`)

func newRelease(version, dir string) (*release, error) {
	if !versionPattern.MatchString(version) {
		return nil, fmt.Errorf("version %q is not like v1.2.3", version)
	}
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		var err error
		if seconds, err = gitOutput("log", "-1", "--format=%ct"); err != nil {
			return nil, fmt.Errorf("find the commit's time, which SOURCE_DATE_EPOCH can give instead: %w", err)
		}
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read the commit's time: %w", err)
	}
	return &release{
		version: version, made: time.Unix(unix, 0).UTC(), dir: dir,
		nodes: map[platform][]byte{}, sums: map[string]string{},
	}, nil
}

// sidestep returns the node's program.
func (r *release) sidestep(on platform) ([]byte, error) {
	if r.nodes[on] == nil {
		binary, err := compile("sidestep", on, map[string]string{"plugin.version": r.version})
		if err != nil {
			return nil, err
		}
		r.nodes[on] = binary
	}
	return r.nodes[on], nil
}

// all builds everything into the directory. The image comes first: the plugin
// names it by its digest.
func (r *release) all() error {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	if old, err := os.ReadDir(r.dir); err != nil || len(old) > 0 {
		return errors.Join(fmt.Errorf("%s is not empty", r.dir), err)
	}
	image := "sidestep-image_" + r.version + ".tar"
	digest, err := r.image(filepath.Join(r.dir, image), architectures)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(r.dir, image))
	if err != nil {
		return err
	}
	r.sum(image, data)
	for _, arch := range architectures {
		on := platform{"linux", arch}
		binary, err := r.sidestep(on)
		if err == nil {
			err = r.pack("sidestep", on, binary, nil)
		}
		if err != nil {
			return err
		}
	}
	for _, os := range []string{"linux", "darwin", "windows"} {
		for _, arch := range architectures {
			on := platform{os, arch}
			binary, err := compile("kubectl-sidestep", on, map[string]string{
				"plugin/kubectl.version": r.version,
				"plugin/kubectl.image":   imageRepository + "@" + digest.String(),
			})
			if err == nil {
				err = r.pack("kubectl-sidestep", on, binary, []entry{completionShim(on)})
			}
			if err != nil {
				return err
			}
		}
	}
	manifest, err := os.ReadFile("krew.yaml")
	if err != nil {
		return err
	}
	filled, err := fillManifest(string(manifest), r.version, r.sums)
	if err != nil {
		return err
	}
	if err := r.write("krew.yaml", []byte(filled)); err != nil {
		return err
	}
	return r.write("SHA256SUMS", r.checksums())
}

// pack writes a program's archive and bill of materials.
func (r *release) pack(name string, on platform, binary []byte, more []entry) error {
	files := append([]entry{{name: on.executable(name), mode: 0o755, data: binary}}, more...)
	for _, file := range []string{"LICENSE", "README.md"} {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		files = append(files, entry{name: file, mode: 0o644, data: data})
	}
	format := tarball
	if on.os == "windows" {
		format = zipped
	}
	archive, err := format.pack(files, r.made)
	if err != nil {
		return fmt.Errorf("pack %s for %s: %w", name, on, err)
	}
	whole := name + "_" + r.version + "_" + on.String()
	if err := r.write(whole+format.suffix, archive); err != nil {
		return err
	}
	bom, err := billOfMaterials(binary, name, r.version, r.made)
	if err != nil {
		return fmt.Errorf("list what is in %s: %w", name, err)
	}
	return r.write(whole+".cdx.json", bom)
}

func (r *release) write(name string, data []byte) error {
	r.sum(name, data)
	return os.WriteFile(filepath.Join(r.dir, name), data, 0o644)
}

func (r *release) sum(name string, data []byte) {
	r.sums[name] = fmt.Sprintf("%x", sha256.Sum256(data))
}

// checksums returns the sums of all files as sha256sum -c reads them.
func (r *release) checksums() []byte {
	var lines []string
	for name, sum := range r.sums {
		lines = append(lines, sum+"  "+name+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return []byte(strings.Join(lines, ""))
}
