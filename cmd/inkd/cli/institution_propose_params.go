package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// paramsMsgs makes the empty message that sets all parameters of a module.
var paramsMsgs = map[string]func() sdk.Msg{
	"consortium": func() sdk.Msg { return &consortiumtypes.MsgUpdateParams{} },
	"enterprise": func() sdk.Msg { return &enterprisetypes.MsgUpdateParams{} },
	"consensus":  func() sdk.Msg { return &consensustypes.MsgUpdateParams{} },
	"auth":       func() sdk.Msg { return &authtypes.MsgUpdateParams{} },
}

func paramsModules() []string {
	var modules []string
	for m := range paramsMsgs {
		modules = append(modules, m)
	}
	slices.Sort(modules)
	return modules
}

// paramsModule is the module whose parameters a message sets; empty for others.
func paramsModule(msg sdk.Msg) string {
	for module, make := range paramsMsgs {
		if sdk.MsgTypeURL(make()) == sdk.MsgTypeURL(msg) {
			return module
		}
	}
	return ""
}

func proposeParams() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "params MODULE FIELD=VALUE…|FILE.json",
		Short: "修改模块参数 · Change the parameters of a module: " + strings.Join(paramsModules(), ", "),
		Long: `FIELD=VALUE 只改所列字段，其余照现值；FILE.json 给出全部参数。嵌套字段用点号。
FIELD=VALUE changes these fields and leaves the rest as it is now; FILE.json gives all
parameters of the module. Dots lead into fields, numbers into lists.`,
		Example: `  inkd institution propose params consensus block.max_bytes=2097152 --from center-operator
  inkd institution propose params enterprise quota=2000 categories.0.zh=制造业 --from center-operator
  inkd institution propose params consortium epoch_blocks=100 --dry-run`,
		Args: cobra.MinimumNArgs(2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return paramsModules(), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		make, ok := paramsMsgs[args[0]]
		if !ok {
			return nil, Usage("没有该模块："+args[0], fmt.Sprintf("MODULE: expected one of %s, got %q", strings.Join(paramsModules(), ", "), args[0]), "")
		}
		msg := make()
		tree, err := s.paramTree(cmd, args)
		if err != nil {
			return nil, err
		}
		if err := s.fillParams(msg, tree); err != nil {
			return nil, err
		}
		return []sdk.Msg{msg}, s.checkChange(cmd.Context(), msg, args[1:])
	})
}

// checkChange refuses parameters that are so already.
func (s *session) checkChange(ctx context.Context, msg sdk.Msg, given []string) error {
	changes, err := s.paramChanges(ctx, msg)
	if err != nil || len(changes) > 0 {
		return err
	}
	return Usage("参数已是该值："+strings.Join(given, " "),
		fmt.Sprintf("expected a change of the parameters of %s, got what is so already: %s", paramsModule(msg), strings.Join(given, " ")),
		"the present ones: inkd query "+paramsModule(msg)+" params")
}

// paramTree is all parameters of a module as JSON, from a file or the present ones
// with some fields changed.
func (s *session) paramTree(cmd *cobra.Command, args []string) (map[string]any, error) {
	if len(args) == 2 && !strings.Contains(args[1], "=") {
		b, err := readAll(cmd, args[1])
		if err != nil {
			return nil, err
		}
		tree, err := decodeTree(b)
		if err != nil {
			return nil, BadInput("参数文件不正确", args[1]+": expected all parameters of the module as a JSON object", err,
				"the present ones: inkd query "+args[0]+" params -o json")
		}
		if inner, ok := tree["params"].(map[string]any); ok && len(tree) == 1 { // as queries answer
			tree = inner
		}
		return tree, nil
	}
	tree, err := s.presentParams(cmd.Context(), args[0])
	if err != nil {
		return nil, err
	}
	for _, change := range args[1:] {
		field, value, ok := strings.Cut(change, "=")
		if !ok {
			return nil, Usage("参数不正确："+change, fmt.Sprintf("expected FIELD=VALUE, got %q", change), "or a single file with all parameters")
		}
		if err := setField(tree, field, value); err != nil {
			return nil, BadInput("参数不正确："+field, field, err, "fields: "+strings.Join(leaves(tree), ", "))
		}
	}
	return tree, nil
}

// presentParams are a module's parameters in the form of its message, without the
// authority.
func (s *session) presentParams(ctx context.Context, module string) (map[string]any, error) {
	var msg sdk.Msg
	var err error
	switch module {
	case "consortium":
		var res *consortiumtypes.QueryParamsResponse
		if res, err = s.consortium().Params(ctx, &consortiumtypes.QueryParamsRequest{}); err == nil {
			msg = &consortiumtypes.MsgUpdateParams{Params: res.Params}
		}
	case "enterprise":
		var res *enterprisetypes.QueryParamsResponse
		if res, err = s.enterprises().Params(ctx, &enterprisetypes.QueryParamsRequest{}); err == nil {
			msg = &enterprisetypes.MsgUpdateParams{Params: res.Params}
		}
	case "auth":
		var res *authtypes.QueryParamsResponse
		if res, err = authtypes.NewQueryClient(s.Context).Params(ctx, &authtypes.QueryParamsRequest{}); err == nil {
			msg = &authtypes.MsgUpdateParams{Params: res.Params}
		}
	default:
		var res *consensustypes.QueryParamsResponse
		if res, err = consensustypes.NewQueryClient(s.Context).Params(ctx, &consensustypes.QueryParamsRequest{}); err == nil && res.Params != nil {
			p := res.Params
			msg = &consensustypes.MsgUpdateParams{Block: p.Block, Evidence: p.Evidence, Validator: p.Validator, Abci: p.Abci, Auth: p.Authority}
		}
	}
	if err != nil {
		return nil, err
	}
	return s.treeOf(msg)
}

// treeOf is what a message sets, as JSON.
func (s *session) treeOf(msg sdk.Msg) (map[string]any, error) {
	b, err := s.Codec.MarshalJSON(msg)
	if err != nil {
		return nil, internal(err)
	}
	tree, err := decodeTree(b)
	if err != nil {
		return nil, internal(err)
	}
	if inner, ok := tree["params"].(map[string]any); ok {
		return inner, nil
	}
	delete(tree, "authority")
	return tree, nil
}

// fillParams is the inverse of treeOf, in the name of the consortium.
func (s *session) fillParams(msg sdk.Msg, tree map[string]any) error {
	whole := map[string]any{"params": tree}
	if paramsModule(msg) == "consensus" {
		whole = map[string]any{}
		for k, v := range tree {
			whole[k] = v
		}
	}
	whole["authority"] = app.Authority
	b, err := json.Marshal(whole)
	if err != nil {
		return internal(err)
	}
	if err := s.Codec.UnmarshalJSON(b, msg); err != nil {
		wrong := wrongField(whole, err, func(part []byte) error {
			return s.Codec.UnmarshalJSON(part, paramsMsgs[paramsModule(msg)]())
		})
		wrong.path = strings.TrimPrefix(wrong.path, "params.")
		return Usage("参数不正确："+wrong.path, wrong.String(), "fields: "+strings.Join(leaves(tree), ", "))
	}
	return nil
}

// paramValues lists what a message sets: "quota: 2000".
func (s *session) paramValues(msg sdk.Msg) ([]string, error) {
	tree, err := s.treeOf(msg)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	flat("", tree, values)
	out := make([]string, 0, len(values))
	for _, k := range sortedKeys(values) {
		out = append(out, k+": "+orNone(values[k]))
	}
	return out, nil
}

// paramChanges compares what a message sets with what is now: "quota: 1000 → 2000".
func (s *session) paramChanges(ctx context.Context, msg sdk.Msg) ([]string, error) {
	before, err := s.presentParams(ctx, paramsModule(msg))
	if err != nil {
		return nil, err
	}
	after, err := s.treeOf(msg)
	if err != nil {
		return nil, err
	}
	return differences(before, after), nil
}
