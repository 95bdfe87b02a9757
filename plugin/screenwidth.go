package plugin

import (
	"io"

	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// How wide a text for people is, in characters: on a terminal as wide as that is,
// as long as the text's columns have room; elsewhere what fits into a ticket and
// beside another window.
const (
	screenWidth = 100
	leastWidth  = 70
)

// widthOf returns how wide a text is that is written to w. A terminal that was
// never told its size has none.
func widthOf(w io.Writer) int {
	f := asFile(w)
	if f == nil || !term.IsTerminal(f) {
		return screenWidth
	}
	size, err := term.GetSize(f)
	if err != nil || size.Cols == 0 {
		return screenWidth
	}
	return max(leastWidth, int(size.Cols))
}
