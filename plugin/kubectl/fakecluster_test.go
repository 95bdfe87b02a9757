package kubectl

import (
	"errors"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

// fakeClient returns a client of a cluster that has objects. What client-go's does
// not do, and every API server does, is added for pods: each has a UID, one with
// another UID than named is not deleted, and who watches one pod hears of no other.
func fakeClient(objects ...runtime.Object) *fake.Clientset {
	client := fake.NewClientset(objects...)
	tracker, pods := client.Tracker(), corev1.SchemeGroupVersion.WithResource("pods")
	client.PrependReactor("create", "pods", func(action k8stesting.Action) (bool, runtime.Object, error) {
		pod, _ := action.(k8stesting.CreateAction).GetObject().(*corev1.Pod)
		pod = pod.DeepCopy()
		if pod.UID == "" {
			pod.UID = uuid.NewUUID()
		}
		return true, pod, tracker.Create(pods, pod, pod.Namespace)
	})
	client.PrependReactor("delete", "pods", func(action k8stesting.Action) (bool, runtime.Object, error) {
		del, _ := action.(k8stesting.DeleteActionImpl)
		only := del.DeleteOptions.Preconditions
		if only == nil || only.UID == nil {
			return false, nil, nil
		}
		found, err := tracker.Get(pods, del.Namespace, del.Name)
		if err != nil {
			return true, nil, err
		}
		if pod, _ := found.(*corev1.Pod); pod.UID != *only.UID {
			return true, nil, apierrors.NewConflict(pods.GroupResource(), del.Name, errors.New("the UID is another"))
		}
		return false, nil, nil
	})
	client.PrependWatchReactor("pods", func(action k8stesting.Action) (bool, watch.Interface, error) {
		all, _ := action.(k8stesting.WatchActionImpl)
		watcher, err := tracker.Watch(pods, all.Namespace, all.ListOptions)
		if err != nil {
			return true, nil, err
		}
		return true, watch.Filter(watcher, func(event watch.Event) (watch.Event, bool) {
			pod, isPod := event.Object.(*corev1.Pod)
			return event, isPod && all.WatchRestrictions.Fields.Matches(fields.Set{metav1.ObjectNameField: pod.Name})
		}), nil
	})
	return client
}
