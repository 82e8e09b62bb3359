//go:build tools

// Package etcd names the server that scripts/cluster builds, so that go.mod
// and go.sum pin every module it is made of.
package etcd

import _ "go.etcd.io/etcd/server/v3"
