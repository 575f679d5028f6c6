-- Texts in arithmetic, unary minus, precedence, special values.

-- leading zero
show(function() return "010" + 0, "00001" + "00011", -"010", "0012" * 2, 10 - "010" end)

-- binary and octal prefixes are no numbers
show(function() return pcall(function() return "0b11" + 0 end) end)

-- octal prefix with o is no number
show(function() return pcall(function() return "0o17" + 0 end) end)

-- underscores are no digits
show(function() return pcall(function() return "1_000" + 0 end) end)

-- hexadecimal texts
show(function() return "0x10" + 0, "0XfF" + 0, -"0x10", "0xA" * "0xB", "0x" .. 1 end)

-- hexadecimal texts of many digits
show(function() return "0xFFFFFFFF" + 0, "0x100000000" + 0, "0x1F" / 1 end)

-- prefix without digits
show(function() return pcall(function() return "0x" + 0 end) end)

-- blanks around
show(function() return " 1 " + 0, "\t2\n" + 0, "\r\f\v3" + 0, " 0x10 " + 0, "  -4" + 0 end)

-- blank inside
show(function() return pcall(function() return "1 2" + 0 end) end)

-- blank behind the sign
show(function() return pcall(function() return "- 1" + 0 end) end)

-- nothing, blanks only
show(function() return pcall(function() return "" + 0 end), pcall(function() return "  " + 0 end) end)

-- signs
show(function() return "-5" + 0, "+5" + 0, - "-5", "-0x10" + 0, "+0x10" + 0 end)

-- two signs
show(function() return pcall(function() return "--5" + 0 end) end)

-- fractions and exponents
show(function() return ".5" + 0, "5." + 0, "1e2" + 0, "1E+2" + 0, "1e-2" + 0, ".5e1" + 0, "0.1" + "0.2", "-.5" + 0 end)

-- exponent without digits
show(function() return pcall(function() return "1e" + 0 end) end)

-- exponent with sign only
show(function() return pcall(function() return "1e+" + 0 end) end)

-- a point alone
show(function() return pcall(function() return "." + 0 end) end)

-- huge and tiny
show(function() return "1e308" * 10, "1e400" + 0, "-1e400" + 0, "1e-400" + 0, ("9"):rep(400) + 0 end)

-- many digits
show(function() return "9007199254740993" + 0, "0.1000000000000000055511151231257827" + 0, "123456789012345678901234567890" + 0 end)

-- letters behind digits
show(function() return pcall(function() return "10px" + 0 end) end)

-- digits behind letters
show(function() return pcall(function() return "px10" + 0 end) end)

-- comma in place of the point
show(function() return pcall(function() return "1,5" + 0 end) end)

-- full-width digits
show(function() return pcall(function() return "１２" + 0 end) end)

-- each operator with texts on the left
show(function() return "7" + 2, "7" - 2, "7" * 2, "7" / 2, "7" % 2, "7" ^ 2 end)

-- each operator with texts on the right
show(function() return 7 + "2", 7 - "2", 7 * "2", 7 / "2", 7 % "2", 7 ^ "2" end)

-- each operator with two texts
show(function() return "7" + "2", "7" - "2", "7" * "2", "7" / "2", "7" % "2", "7" ^ "2" end)

-- texts from locals, upvalues, globals, fields, calls
show(function()
  local l, u, t = "1", "2", { f = "3", "4" }
  G = "5"
  local function call() return "6" end
  return l + 1, (function() return u + l end)(), t.f * t[1], G - l, call() / "2", t.f ^ u
end)

-- texts added up in a loop
show(function() local s = 0 for n in ("1,22,010"):gmatch("%d+") do s = s + n end return s end)

-- text increased in place
show(function() local n = "9" n = n + 1 local t = { c = "1" } t.c = t.c + 1 t.c = t.c + 1 return n, t.c, type(n) end)

-- text and number that look alike are not equal
show(function() return "1" == 1, "1" + 0 == 1, 1 .. "" == "1", ({ [1] = "n" })["1"] end)

-- numbers joined as text, and counted again
show(function() return 1 .. 2, (1 .. 2) + 1, 1.5 .. "", -1 .. "", 0.1 + 0.2 .. "", 1e13 .. "", 100 .. "" end)

-- what tostring makes of numbers
show(function() return tostring(1), tostring(-1.5), tostring(1e100), tostring(2 ^ 31), tostring(1 / 3), tostring(1e-5), tostring(123456.789), tostring(3.0) end)

-- unary minus of texts, fields and calls
show(function() local t, s = { n = "4" }, "2" local function f() return "3" end return -s, -t.n, -f(), - -s, -(-s), -s ^ 2 end)

-- unary minus of what is no number
show(function() return pcall(function() local s = "abc" return -s end) end)

-- unary minus of nil, true, a table
show(function() return pcall(function() return -nil end), pcall(function() local b = true return -b end), pcall(function() return -{} end) end)

-- unary minus and constants
show(function() return -2 ^ 2, (-2) ^ 2, 2 ^ -1, - - 2, -0x10, -1e2, 1 - -1, -(1 + 2) * 2 end)

-- precedence of arithmetic
show(function() return 1 + 2 * 3, (1 + 2) * 3, 2 * 3 % 4, 2 ^ 3 ^ 2, (2 ^ 3) ^ 2, 10 - 2 - 3, 100 / 10 / 2, 2 * 3 ^ 2, -3 % 5, 7 - 3 % 2 end)

-- precedence of joining, length and comparison
show(function() return 1 + 2 .. 3 + 4, "a" .. 1 + 2, #"abc" + 1, -#"abc", #"ab" .. "c", "a" .. "b" == "ab", 1 .. 2 == 12 .. "" end)

-- precedence of not
show(function() return not 1 == 2, not (1 == 2), not nil and 1, not not 1 == true, #"a" == 1 and not false end)

-- remainder of whole numbers with signs
show(function() return 7 % 3, -7 % 3, 7 % -3, -7 % -3, 6 % 3, -6 % 3, 0 % 5 end)

-- remainder by zero
show(function() local z = 0 return 5 % z, 0 % z, -5 % z end)

-- division by zero
show(function() local z = 0 return 1 / z, -1 / z, z / z, 1 / 0, -1 / 0, 0 / 0 end)

-- powers
show(function() return 2 ^ 10, 2 ^ 0.5, 4 ^ -1, 0 ^ 0, (-8) ^ 2, 10 ^ 15, 2 ^ 53, 2 ^ 1023, 2 ^ 1024 end)

-- infinity
show(function() local h = math.huge return h + 1, h - h, h * 0, h * -1, h / h, 1 / h, h == h + 1, -h < h, h > 1e308 end)

-- nan
show(function() local n = 0 / 0 return n == n, n ~= n, n < 1, n > 1, n <= n, n >= n, not (n < 1), n < n or "none" end)

-- nan as constant and in conditions
show(function() local r = {} if 0 / 0 == 0 / 0 then r[1] = "equal" else r[1] = "not" end if not (0 / 0 > 0) then r[2] = "not greater" end return r end)

-- rounding of sums
show(function() return 0.1 + 0.2, 0.1 + 0.2 == 0.3, 1e16 + 1, 2 ^ 53 + 1, 1 - 0.9, 3 * 1.1 end)

-- floor, ceil, and the like with texts
show(function() return math.floor("3.7"), math.ceil("3.2"), math.max("10", 9), math.min(2, "1"), math.abs("-3"), math.sqrt("16") end)

-- string functions with numbers
show(function() return ("x"):rep("3"), ("hello"):sub("2", "3"), string.len(123), string.format("%d", "10") end)

-- method of a number
show(function() return (5):type() end)

-- string functions with numbers as texts
show(function() return string.len(123), string.rep(12, 2), string.upper(1.5), string.format("%s %d %5.1f", 1, "010", "2.25"), ("x"):rep("2") end)

-- text in a table's place of a number
show(function() local t = { 10, 20 } t["1"] = "text" return t[1], t["1"], t["2"], #t end)

-- comparison of texts
show(function() return "a" < "b", "a" < "A", "" < "a", "a" < "aa", "10" < "9", "Z" < "a", "a" <= "a", "b" > "a", "a" >= "b" end)

-- comparison of texts with bytes over 127 and zeros
show(function() return "a\0b" < "a\0c", "a\0" > "a", "z" < "中", "a" < "a\0", "é" == "\195\169" end)

-- comparison of text and number
show(function() return pcall(function() return "1" < 2 end) end)

-- comparison of number and text
show(function() local n, s = 1, "2" return pcall(function() return n >= s end) end)

-- comparison of true and false
show(function() return pcall(function() return true > false end) end)

-- comparison of a text and nil
show(function() return pcall(function() local t = {} return "a" <= t.x end) end)

-- equality never raises
show(function() local t = {} return 1 == "1", nil == false, t == {}, t == t, "a" == "a", 0 == -0, print == print, 1 ~= "1" end)

-- arithmetic on text and nil
show(function() return pcall(function() local n return "1" + n end) end)

-- arithmetic on nil and text
show(function() return pcall(function() local n return n * "2" end) end)

-- arithmetic on text and table
show(function() return pcall(function() local t = {} return "1" - t end) end)

-- arithmetic on text that is no number, and nil
show(function() return pcall(function() local s, n = "abc" return s + n end) end)

-- arithmetic on number and bad text
show(function() return pcall(function() local o = { price = "free" } return 2 * o.price end) end)

-- arithmetic on two bad texts
show(function() return pcall(function() local a, b = "x", "y" return a + b end) end)

-- remainder of texts with signs
show(function() return "-7" % 3, 7 % "-3", "-7" % "-3", "-6" % 3, "7" % -3, -7 % "3", "0" % -5 end)

-- powers, quotients and remainders of texts by zero
show(function() return "1" / 0, "-1" / "0", "0" / 0, "0" ^ "0", "2" ^ "-1", "5" % "0" end)
