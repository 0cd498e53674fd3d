// Command protogen generates the Go code of proto/ink into x/*/types. It is the
// part of protoc that this project needs, as a Go program, so that `make gen`
// needs nothing but Go modules of exact versions and works offline.
//
// Usage: protogen ROOT (the repository's root).
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

const modulePath = "github.com/inkchain/inkd/"

// plugins are run once a proto directory: gocosmos refuses several Go packages in
// one request.
var plugins = []struct{ module, parameter string }{
	{"github.com/cosmos/gogoproto/protoc-gen-gocosmos", "plugins=grpc,Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any"},
	{"github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway", "logtostderr=true,allow_colon_final_segments=true"},
}

// includes are where imported files lie, by Go module; the directory within it.
var includes = []struct{ module, dir string }{
	{"github.com/cosmos/cosmos-sdk", "proto"},
	{"github.com/cosmos/cosmos-proto", "proto"},
	{"github.com/cosmos/gogoproto", ""},
	{"github.com/grpc-ecosystem/grpc-gateway", "third_party/googleapis"},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("expected one argument, the repository's root, got %d", len(os.Args)-1)
	}
	root, err := filepath.Abs(os.Args[1])
	if err != nil {
		return err
	}
	paths := []string{filepath.Join(root, "proto")}
	for _, inc := range includes {
		dir, err := moduleDir(root, inc.module)
		if err != nil {
			return err
		}
		paths = append(paths, filepath.Join(dir, inc.dir))
	}
	dirs, err := filepath.Glob(filepath.Join(root, "proto", "ink", "*", "v1"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := generate(root, paths, dir); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	return nil
}

// generate compiles the files of one directory and writes what the plugins answer.
func generate(root string, importPaths []string, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.proto"))
	if err != nil {
		return err
	}
	sort.Strings(files)
	for i, f := range files {
		if files[i], err = filepath.Rel(filepath.Join(root, "proto"), f); err != nil {
			return err
		}
	}
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: importPaths}),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	compiled, err := compiler.Compile(context.Background(), files...)
	if err != nil {
		return err
	}
	req := &pluginpb.CodeGeneratorRequest{FileToGenerate: files}
	seen := map[string]bool{}
	for _, f := range compiled {
		addWithImports(f, seen, &req.ProtoFile)
	}
	for _, p := range plugins {
		req.Parameter = proto.String(p.parameter)
		if err := runPlugin(root, p.module, req); err != nil {
			return fmt.Errorf("%s: %w", p.module, err)
		}
	}
	return nil
}

// addWithImports appends a file after its imports, as plugins expect.
func addWithImports(f protoreflect.FileDescriptor, seen map[string]bool, to *[]*descriptorpb.FileDescriptorProto) {
	if seen[f.Path()] {
		return
	}
	seen[f.Path()] = true
	imports := f.Imports()
	for i := 0; i < imports.Len(); i++ {
		addWithImports(imports.Get(i).FileDescriptor, seen, to)
	}
	*to = append(*to, protodesc.ToFileDescriptorProto(f))
}

func runPlugin(root, module string, req *pluginpb.CodeGeneratorRequest) error {
	in, err := proto.Marshal(req)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "tool", module)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	var resp pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(out, &resp); err != nil {
		return err
	}
	if resp.Error != nil {
		return fmt.Errorf("%s", *resp.Error)
	}
	for _, f := range resp.File {
		name, ok := strings.CutPrefix(f.GetName(), modulePath)
		if !ok {
			return fmt.Errorf("expected a file under %s, got %s", modulePath, f.GetName())
		}
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// moduleDir is where the chain's own version of a module lies.
func moduleDir(root, module string) (string, error) {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module)
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}
