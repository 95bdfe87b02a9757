package plugin

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// duration is a time that a flag takes. Other than that of the package flag it says
// what is wrong with a text that is none.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }

func (d *duration) Set(text string) error {
	parsed, err := time.ParseDuration(text)
	if err == nil {
		*d = duration(parsed)
		return nil
	}
	if text != "" && strings.Trim(text, "0123456789.") == "" {
		return fmt.Errorf("its unit is missing, as in %ss or %sms", text, text)
	}
	return errors.New("it is not a time such as 1s or 500ms")
}
