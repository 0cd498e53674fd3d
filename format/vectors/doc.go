// Package vectors holds no code: its test writes the golden vectors in
// docs/spec/vectors with the implementation (below format; entries: x/log/types), and checks on every
// run that they are still what the implementation gives.
//
//	go test ./format/... -run TestVectors -update
//
// Vectors of a published version are frozen. A change that makes this test fail
// changes what evidence means; it belongs into a version 2 beside this one.
// scripts/check_vectors.py recomputes all of them without this code.
package vectors
