package loop

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// action is the user's function, its signature understood.
type action struct {
	name     string
	function reflect.Value
	// input is what the value becomes, or nil where the function does not take it.
	input        reflect.Type
	takesContext bool
	returnsValue bool
	returnsError bool
	// isDynamic: the input is what encoding/json makes of JSON by itself.
	isDynamic bool
}

const accepted = "An action is func([context.Context,] [value]) [result] [error], " +
	"where value and result are a map, a slice, a struct, a pointer to one, or any"

var (
	contextType = reflect.TypeOf((*context.Context)(nil)).Elem()
	errorType   = reflect.TypeOf((*error)(nil)).Elem()
	anyType     = reflect.TypeOf((*any)(nil)).Elem()
	objectType  = reflect.TypeOf(map[string]any(nil))
	arrayType   = reflect.TypeOf([]any(nil))
)

// newAction fails for a signature that no activation could be given to.
func newAction(name string, function any) (*action, error) {
	found := reflect.TypeOf(function)
	refusal := fmt.Errorf("%s is %v. %s", name, found, accepted)
	if function == nil || found.Kind() != reflect.Func || found.IsVariadic() {
		return nil, refusal
	}
	a := &action{name: name, function: reflect.ValueOf(function)}
	in, out := typesOf(found.NumIn(), found.In), typesOf(found.NumOut(), found.Out)
	if len(in) > 0 && in[0] == contextType {
		a.takesContext, in = true, in[1:]
	}
	if last := len(out) - 1; last >= 0 && out[last] == errorType {
		a.returnsError, out = true, out[:last]
	}
	if len(in) > 1 || len(out) > 1 || !areComposite(in, unmarshaler) || !areComposite(out, marshaler) {
		return nil, refusal
	}
	a.returnsValue = len(out) == 1
	if len(in) == 1 {
		a.input = in[0]
		a.isDynamic = a.input == anyType || a.input == objectType || a.input == arrayType
	}
	return a, nil
}

func typesOf(count int, at func(int) reflect.Type) []reflect.Type {
	types := make([]reflect.Type, count)
	for i := range types {
		types[i] = at(i)
	}
	return types
}

var (
	marshaler   = reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
)

// areComposite tells whether all can be a JSON object or array; those that are converted by themselves may be anything.
func areComposite(types []reflect.Type, converted reflect.Type) bool {
	for _, each := range types {
		if each.Implements(converted) || reflect.PointerTo(each).Implements(converted) {
			continue
		}
		if each.Kind() == reflect.Pointer {
			each = each.Elem()
		}
		switch each.Kind() {
		case reflect.Map, reflect.Slice, reflect.Array, reflect.Struct:
		case reflect.Interface:
			if each.NumMethod() > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (a *action) call(given activation) (any, error) {
	var in []reflect.Value
	if a.takesContext {
		ctx, cancel := contextOf(given)
		defer cancel()
		in = append(in, reflect.ValueOf(ctx))
	}
	if a.input != nil {
		value, err := a.decode(given)
		if err != nil {
			return nil, err
		}
		in = append(in, value)
	}
	return a.outcome(a.function.Call(in))
}

func (a *action) outcome(out []reflect.Value) (any, error) {
	if a.returnsError {
		if err, failed := out[len(out)-1].Interface().(error); failed {
			return nil, err
		}
	}
	if !a.returnsValue {
		return map[string]any{}, nil
	}
	return orEmpty(out[0]), nil
}

// orEmpty makes of nothing what it stands for.
func orEmpty(result reflect.Value) any {
	switch result.Kind() {
	case reflect.Map, reflect.Interface, reflect.Pointer:
		if result.IsNil() {
			return map[string]any{}
		}
	case reflect.Slice:
		if result.IsNil() {
			return []any{}
		}
	}
	return result.Interface()
}

func (a *action) decode(given activation) (reflect.Value, error) {
	if !a.isDynamic {
		target := reflect.New(a.input)
		err := json.Unmarshal(given.raw, target.Interface())
		return target.Elem(), err
	}
	value := reflect.ValueOf(given.value)
	if value.Type().AssignableTo(a.input) {
		return value, nil
	}
	return value, fmt.Errorf("%s takes %v, and the value is %v", a.name, a.input, value.Type())
}

// contextOf is done at the deadline of the activation, if it has one that is still to come.
func contextOf(given activation) (context.Context, context.CancelFunc) {
	millis, err := strconv.ParseInt(given.context[prefix+"DEADLINE"], 10, 64)
	deadline := time.UnixMilli(millis)
	if err != nil || !deadline.After(time.Now()) {
		return context.WithCancel(context.Background())
	}
	return context.WithDeadline(context.Background(), deadline)
}
