package kubectl

import (
	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// quiet drops what client-go logs by itself, in lines of its own form, such as
// that a stream was closed which we closed. What matters is in its errors.
func quiet() { klog.SetLogger(logr.Discard()) }
