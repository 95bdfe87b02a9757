package plugin

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Bounds of an env file, in bytes: it is typed by people, and /dev/zero is not.
const (
	maxEnvFile = 4 << 20
	maxEnvLine = 256 << 10
)

// environment returns the variables of --env-file and --env, in this order,
// so that a variable given by hand wins. Lookup finds a variable of the
// caller: one that is named alone has the caller's value, and is not there
// when the caller does not have it.
func environment(files, vars []string, lookup func(string) (string, bool)) ([]string, error) {
	var env []string
	for _, name := range files {
		entries, err := readEnvFile(name, lookup)
		if err != nil {
			return nil, fmt.Errorf("--env-file %q: %w", name, err)
		}
		env = append(env, entries...)
	}
	for _, v := range vars {
		entry, ok, err := envEntry(v, lookup)
		if err != nil {
			return nil, fmt.Errorf("--env %q: %w", v, err)
		}
		if ok {
			env = append(env, entry)
		}
	}
	return env, nil
}

// envEntry returns K=V for "K=V" and for "K".
func envEntry(s string, lookup func(string) (string, bool)) (entry string, ok bool, err error) {
	name, _, hasValue := strings.Cut(s, "=")
	switch {
	case name == "":
		return "", false, errors.New("the name of the variable is empty")
	case strings.ContainsRune(s, 0):
		return "", false, errors.New("a variable cannot hold a NUL")
	case hasValue:
		return s, true, nil
	}
	value, ok := lookup(name)
	return name + "=" + value, ok, nil
}

func readEnvFile(name string, lookup func(string) (string, bool)) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	return parseEnvFile(f, lookup)
}

// plainError leaves out of an error the name of the file, which the message
// has already.
func plainError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// parseEnvFile reads the format of docker's --env-file: a variable on each
// line, taken as it is, without quotes or escapes; blank lines and those that
// start with # are skipped, as are blanks before the name.
func parseEnvFile(r io.Reader, lookup func(string) (string, bool)) ([]string, error) {
	var env []string
	limited := &io.LimitedReader{R: r, N: maxEnvFile + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, maxEnvLine)
	number := 0
	for lines.Scan() {
		number++
		line := lines.Text()
		if number == 1 {
			line = strings.TrimPrefix(line, "\uFEFF") // the byte order mark of some editors
		}
		line = strings.TrimLeft(line, " \t")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		entry, ok, err := fileEntry(line, lookup)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if ok {
			env = append(env, entry)
		}
	}
	if limited.N <= 0 {
		return nil, fmt.Errorf("longer than %d bytes", maxEnvFile)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: longer than %d bytes", number+1, maxEnvLine)
	case err != nil:
		return nil, plainError(err)
	}
	return env, nil
}

func fileEntry(line string, lookup func(string) (string, bool)) (entry string, ok bool, err error) {
	name, _, _ := strings.Cut(line, "=")
	if strings.ContainsAny(name, " \t") {
		return "", false, fmt.Errorf("the name of the variable %q holds a blank", name)
	}
	if !utf8.ValidString(line) {
		return "", false, errors.New("the text is not UTF-8")
	}
	return envEntry(line, lookup)
}
