package llm

import (
	"encoding/json"
	"time"
)

// Role says who speaks.
type Role string

// The roles.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
	FromTool  Role = "tool"
)

// Message is one thing that was said.
type Message struct {
	Role    Role
	Content string
	Calls   []ToolCall // of the assistant
	CallID  string     // of a tool's answer: the call it answers
}

// Tool is a function that the model may ask for.
type Tool struct {
	Name, Doc  string
	Parameters Parameters
}

// Parameters are the arguments of a tool.
type Parameters []Parameter

// Parameter is one argument of a tool.
type Parameter struct {
	Name     string
	Type     string // string, number, integer or boolean
	Optional bool
}

// ToolCall is a call that the model asks for. Arguments is JSON in the words of the model, and so in the end of the fan:
// Parameters.Read checks it.
type ToolCall struct {
	ID, Name, Arguments string
}

// Request is one question.
type Request struct {
	Messages    []Message
	Tools       []Tool
	Model       string // "" = that of the endpoint
	MaxTokens   int    // of the answer; 0 = the provider's own
	MaxText     int    // bytes of the answer that are read; 0 = as many as any may have
	Temperature *float64
	Timeout     time.Duration // of all tries together; 0 = DefaultTimeout
	// StopAt ends the answer: what has come by then is cut at the end of a sentence. Zero: it may take all its time.
	StopAt time.Time
	// Said is told each piece of the text as it comes, on the caller's goroutine; restart says that what it was told
	// before was reasoning after all. nil: nobody is.
	Said func(piece string, restart bool)
}

// How long a question may take.
const (
	DefaultTimeout = 50 * time.Second
	MaxTimeout     = 55 * time.Second
)

func (r *Request) timeout() time.Duration {
	if r.Timeout <= 0 {
		return DefaultTimeout
	}
	return min(r.Timeout, MaxTimeout)
}

// dialect is where providers differ.
type dialect struct {
	noUsage     bool // they refuse stream_options
	newMaxNames bool // they call max_tokens max_completion_tokens
}

// The protocol's own shapes.
type (
	wireRequest struct {
		Model       string        `json:"model"`
		Messages    []wireMessage `json:"messages"`
		Tools       []wireTool    `json:"tools,omitempty"`
		MaxTokens   int           `json:"max_tokens,omitempty"`
		MaxNew      int           `json:"max_completion_tokens,omitempty"`
		Temperature *float64      `json:"temperature,omitempty"`
		Stream      bool          `json:"stream"`
		Options     *wireOptions  `json:"stream_options,omitempty"`
	}
	wireOptions struct {
		IncludeUsage bool `json:"include_usage"`
	}
	wireMessage struct {
		Role    Role       `json:"role"`
		Content string     `json:"content"`
		Calls   []wireCall `json:"tool_calls,omitempty"`
		CallID  string     `json:"tool_call_id,omitempty"`
	}
	wireCall struct {
		ID       string           `json:"id"`
		Type     string           `json:"type"`
		Function wireCallFunction `json:"function"`
	}
	wireCallFunction struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	}
	wireTool struct {
		Type     string           `json:"type"`
		Function wireToolFunction `json:"function"`
	}
	wireToolFunction struct {
		Name        string     `json:"name"`
		Description string     `json:"description,omitempty"`
		Parameters  wireSchema `json:"parameters"`
	}
	wireSchema struct {
		Type       string                `json:"type"`
		Properties map[string]wireSchema `json:"properties,omitempty"`
		Required   []string              `json:"required,omitempty"`
	}
)

// encode writes the request as an endpoint with this dialect reads it.
func (r *Request) encode(model string, d dialect) ([]byte, error) {
	w := wireRequest{Model: model, Temperature: r.Temperature, Stream: true}
	if d.newMaxNames {
		w.MaxNew = r.MaxTokens
	} else {
		w.MaxTokens = r.MaxTokens
	}
	if !d.noUsage {
		w.Options = &wireOptions{IncludeUsage: true}
	}
	for _, m := range r.Messages {
		one := wireMessage{Role: m.Role, Content: m.Content, CallID: m.CallID}
		for _, c := range m.Calls {
			one.Calls = append(one.Calls, wireCall{c.ID, "function", wireCallFunction{c.Name, c.Arguments}})
		}
		w.Messages = append(w.Messages, one)
	}
	for _, t := range r.Tools {
		w.Tools = append(w.Tools, wireTool{"function", wireToolFunction{t.Name, t.Doc, t.Parameters.schema()}})
	}
	return json.Marshal(w)
}

func (p Parameters) schema() wireSchema {
	s := wireSchema{Type: "object", Properties: map[string]wireSchema{}}
	for _, one := range p {
		s.Properties[one.Name] = wireSchema{Type: one.Type}
		if !one.Optional {
			s.Required = append(s.Required, one.Name)
		}
	}
	return s
}
