package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// bom is a bill of materials, the part of CycloneDX 1.6 that a Go program
// needs: https://cyclonedx.org/docs/1.6/json.
type bom struct {
	Format       string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// billOfMaterials lists what the linker put into a program: the modules, each
// with the checksum that go.sum has of it, and the standard library.
func billOfMaterials(binary []byte, name, version string, made time.Time) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, err
	}
	program := newComponent("application", name, version, module)
	program.PURL += "#cmd/" + name
	list := bom{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata: metadata{Timestamp: made.Format(time.RFC3339), Component: program},
	}
	for _, setting := range info.Settings {
		if setting.Key == "GOOS" || setting.Key == "GOARCH" {
			list.Metadata.Component.Properties = append(list.Metadata.Component.Properties,
				property{"cdx:gomod:build:env:" + setting.Key, setting.Value})
		}
	}
	list.Components = append(list.Components, newComponent("library", "std", strings.TrimPrefix(info.GoVersion, "go"), "std"))
	for _, dependency := range info.Deps {
		if dependency.Replace != nil {
			dependency = dependency.Replace
		}
		c := newComponent("library", dependency.Path, dependency.Version, dependency.Path)
		c.Properties = []property{{"sidestep:go.sum", dependency.Sum}}
		list.Components = append(list.Components, c)
	}
	all := dependency{Ref: program.Ref}
	for _, c := range list.Components {
		all.On = append(all.On, c.Ref)
	}
	list.Dependencies = []dependency{all}
	data, err := json.MarshalIndent(list, "", "  ")
	return append(data, '\n'), err
}

// newComponent names a module as package URLs do,
// https://github.com/package-url/purl-spec.
func newComponent(kind, name, version, module string) component {
	purl := "pkg:golang/" + module + "@" + url.PathEscape(version)
	return component{Ref: purl, Type: kind, Name: name, Version: version, PURL: purl}
}
