// Package proof shows of files that their functions leave nothing behind: whatever they are called with, every table and
// variable that their top level made is afterwards as it was. Then what the top level made serves one message after the
// other, and need not be made anew for each.
//
// The proof looks at the text alone and knows little, so it doubts much; a doubt costs nothing but time. What a function
// may change is what it has made itself while it runs:
//
//   - its own variables, but none of a function around it and no global;
//   - tables that a constructor of its own has just made and that have one name, which is given no other value
//     (fresh.go);
//   - msg.session, which the engine keeps.
//
// Natives that write into a table they are given are held to the same. What cannot be seen in the text (a metatable with
// __newindex, a module required by a handler, an iterator made at the top level) the engine notices while it happens.
//
//	proof.go   what is looked for, and where
//	walk.go    the way through the tree
//	fresh.go   tables that a function has just made
package proof
