package logindex

import "errors"

// Refusals of the index. The server turns them into gRPC and HTTP codes.
var (
	// ErrCorrupt: what the index computes is not what the state says, or rows that
	// must be there are not.
	ErrCorrupt = errors.New("index is corrupt")
	// ErrNotReady: no CatchUp has succeeded since the index was opened or wiped.
	ErrNotReady = errors.New("index has not caught up with the state yet")
	// ErrAhead: the question is about a tree that is not committed yet.
	ErrAhead = errors.New("beyond the committed log")
	// ErrNoTile: no such tile, or not of that width, in the committed tree.
	ErrNoTile = errors.New("no such tile")
	// ErrRequest: the question cannot be answered at any time.
	ErrRequest = errors.New("invalid request")
	// ErrDisk: a database is not open at the moment, or takes no writes.
	ErrDisk = errors.New("the database is out of order")
)
