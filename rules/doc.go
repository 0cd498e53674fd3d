// Package rules holds, as tests, what the compiler does not check: which room of
// the house may import which, and what code that every node must execute alike
// may not do. Each rule says why in the failure that it reports.
package rules
