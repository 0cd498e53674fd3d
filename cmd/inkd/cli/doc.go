// Package cli holds the commands with which people deposit evidence, deal with
// certificates and decide for their institutions, the sender behind them, and the exit
// statuses of all commands.
//
// # Exit statuses
//
// 0 done, 1 internal, 64 usage or bad input, 65 refused by the chain (with code
// and reason), 66 no node answered, 67 sent but the commit was not seen in time,
// 68 a local file, 130 interrupted before anything was sent (67 after). Errors are two sentences, Chinese and English, and a hint, on
// standard error; with -o json they are one object {code, zh, en, hint}.
//
// # Nodes
//
// --node and client.toml take a list of nodes. Each request goes to the node that
// answered last and, if that fails, to the next. A transaction is handed to
// another node with the same bytes, so that it can be committed only once. It may stand
// in the next 1,000 blocks only.
//
// # What is never lost
//
// A deposit's opening file is on disk before its transaction is sent. Whatever
// happens afterwards, `inkd evidence resume` finishes the deposit: commitment and
// request id are the same, so the chain answers with the first record.
package cli
