package session

import (
	"context"
	"io"
	"os"
)

// Protocol is the number of the protocol. Ends with different numbers do not
// understand each other.
const Protocol = 1

// Node does what clients ask for.
type Node interface {
	// Version is that of the program.
	Version() string
	// Exec runs a command to its end. When ctx is done the client is gone. The
	// failure is nil when the command ran.
	Exec(ctx context.Context, start Start, client Client) (code int, failure *Failure)
	// Query answers with what a command of sidestep's shows.
	Query(ctx context.Context, query Query) Answer
}

// Start is what a command is started with: the options of "sidestep exec".
type Start struct {
	Reference    string
	Args         []string
	Env          []string
	User         string
	Workdir      string
	Interactive  bool
	TTY          bool
	Size         Size
	Privileged   bool
	CapAdd       []string
	NoNewPrivs   bool
	NoSeccomp    bool
	NoLabel      bool
	Join         []string
	NoCgroup     bool
	IgnorePaused bool
	Reason       string
}

// Size is that of a terminal, in characters.
type Size struct{ Rows, Cols uint16 }

// Client is the caller of a command.
type Client struct {
	Stdin          io.Reader // at its end, unless the command is interactive
	Stdout, Stderr io.Writer
	Signals        <-chan os.Signal    // SIGWINCH says that Size has changed
	Size           func() Size         // the latest
	Started        func(pid int) error // to be called once the command runs
	Notice         func(line string)   // says something of the command, beside its output
}

// Failure is why no command was run, in sidestep's words.
type Failure struct {
	Error  string
	Detail []string
	Hint   string
	Code   int // the exit code
}

// The kinds of query.
const (
	QueryPs     = "Ps"
	QueryNs     = "Ns"
	QueryDoctor = "Doctor"
)

// Query asks for what a command of sidestep's shows.
type Query struct {
	Kind string
	Args []string // of the command, without options
	All  bool     // Ps: stopped containers too

	Format string // of the output, as -o takes it; "": the command's own
}

// Answer is what a command showed.
type Answer struct {
	Output   []byte
	Messages string // its stderr
	Code     int    // its exit code
	Failure  *Failure
}
