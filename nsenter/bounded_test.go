package nsenter

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLookThatNeverEndsIsGivenUp(t *testing.T) {
	forever := make(chan struct{})
	defer close(forever)
	_, err := bounded("read a file", 10*time.Millisecond, func() (int, error) {
		<-forever
		return 0, nil
	})
	var step *StepError
	if !errors.As(err, &step) || !strings.Contains(err.Error(), "read a file") {
		t.Fatalf("%v", err)
	}
}

func TestLookThatEndsIsBelieved(t *testing.T) {
	want := errors.New("what it found")
	value, err := bounded("read a file", time.Minute, func() (int, error) { return 7, want })
	if value != 7 || !errors.Is(err, want) {
		t.Fatalf("%d, %v", value, err)
	}
}
