package syntax

// Chunk is one file.
type Chunk struct {
	Main *Func // without a name, parameters or End
	Facts
}

// Facts are what the tree of a file says as a whole.
type Facts struct {
	Assigned  map[string]bool // globals that are assigned somewhere
	Reflects  bool            // _G is mentioned: any global may be assigned
	Nodes     int             // statements and expressions
	Functions int
}

// Local is a local variable: of a local statement, a loop, or a parameter.
type Local struct {
	Name     string
	Func     *Func // whose it is
	Captured bool  // a function inside Func uses it
	Assigned bool  // by more than its declaration

	Slot   int  // for whoever compiles: its register
	Number bool // likewise: it holds a number and nothing else

	shadows *Local // of the same name, around it
}

// Expr is an expression, Stmt a statement. Line is where an error of it is reported: of an operator the line
// of its sign, of a call that of its opening bracket, of an index that of its key.
type (
	Expr interface {
		Line() int
		expr()
	}
	Stmt interface {
		Line() int
		stmt()
	}
)

type at int32

// Line is the line of the file, from 1.
func (a at) Line() int { return int(a) }

type exprAt struct{ at }

func (exprAt) expr() {}

type stmtAt struct{ at }

func (stmtAt) stmt() {}

// Block is statements with a scope of their own.
type Block struct {
	Stmts []Stmt
	End   int // line of the word that ends it
}

// Expressions.
type (
	Nil   struct{ exprAt }
	True  struct{ exprAt }
	False struct{ exprAt }
	Dots  struct{ exprAt } // ...

	Number struct {
		exprAt
		Value float64
		Text  string // as written
	}
	String struct {
		exprAt
		Value string
	}
	// Name is a variable; without a Local it is global.
	Name struct {
		exprAt
		Ident string
		Local *Local
	}
	Index struct {
		exprAt
		Object, Key Expr
	}
	Call struct {
		exprAt
		Func Expr
		Args []Expr
	}
	// Method is Object:Name(Args).
	Method struct {
		exprAt
		Object Expr
		Name   string
		Args   []Expr
	}
	// Logic is a chain of one of `and` and `or`; And says which.
	Logic struct {
		exprAt
		And  bool
		List []Expr // two at least
	}
	// Concat is a chain of `..`, which binds to the right. Its operands give one value each.
	Concat struct {
		exprAt
		List  []Expr // two at least
		Lines []int  // of the signs between them
	}
	// Binary is arithmetic or a comparison.
	Binary struct {
		exprAt
		Op          Op
		Left, Right Expr
	}
	// Unary is -X, not X or #X.
	Unary struct {
		exprAt
		Op Op
		X  Expr
	}
	// Paren is a bracket that cuts a call or ... to one value. Other brackets leave no trace.
	Paren struct {
		exprAt
		X Expr
	}
	Table struct {
		exprAt
		Fields []Field
	}
	Func struct {
		exprAt
		Name     string // "confirm", "M.list", "M:list"; "" for one without a name
		Params   []*Local
		Method   bool   // the first parameter is self, and not written
		Dots     bool   // the parameters end in ...
		Arg      *Local // lua5.1 declares arg in a function with ...; nil in others and in the main chunk
		UsesDots bool   // ... is used in the body itself
		Body     *Block
		Parent   *Func // around it; nil for the main chunk

		active int // local variables at the place that is read
	}
)

// Field is `[Key] = Value` of a constructor, or, without Key, an item.
type Field struct{ Key, Value Expr }

// Statements.
type (
	Declare struct { // local a, b = …
		stmtAt
		Locals []*Local
		Values []Expr
	}
	LocalFunction struct {
		stmtAt
		Local *Local
		Func  *Func
	}
	// Function is function a.b:c() … end.
	Function struct {
		stmtAt
		Target Expr // Name or Index
		Func   *Func
	}
	Assign struct {
		stmtAt
		Targets []Expr // Name or Index
		Values  []Expr
	}
	CallStmt struct {
		stmtAt
		Call Expr // Call or Method
	}
	Do struct {
		stmtAt
		Body *Block
	}
	While struct {
		stmtAt
		Cond Expr
		Body *Block
	}
	// Repeat is repeat Body until Until, which sees the variables of Body.
	Repeat struct {
		stmtAt
		Body  *Block
		Until Expr
	}
	If struct {
		stmtAt
		Arms []Arm
		Else *Block // nil without one
	}
	NumericFor struct {
		stmtAt
		Var               *Local
		Init, Limit, Step Expr // Step may be nil
		Body              *Block
	}
	GenericFor struct {
		stmtAt
		Vars   []*Local
		Values []Expr
		Body   *Block
	}
	Return struct {
		stmtAt
		Values []Expr
	}
	Break struct{ stmtAt }
)

// Arm is a condition and what is done if it holds.
type Arm struct {
	Cond Expr
	Body *Block
}

// Op is an operator of one or two operands.
type Op uint8

// The operators.
const (
	Add Op = iota
	Sub
	Mul
	Div
	Mod
	Pow
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Minus // -x
	Not
	Len
)

// Compares reports whether the operator makes a boolean of two values.
func (o Op) Compares() bool { return o >= Eq && o <= Ge }

// Single is an expression cut to one value.
func Single(e Expr) Expr {
	if !Multi(e) {
		return e
	}
	return &Paren{exprAt{at(e.Line())}, e}
}

// Multi reports whether an expression may give any number of values.
func Multi(e Expr) bool {
	switch e.(type) {
	case *Call, *Method, *Dots:
		return true
	}
	return false
}
