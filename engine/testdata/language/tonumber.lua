-- Numerals in the source, tonumber with and without a base.

-- decimal numerals
show(function() return 3, 3.0, 3.1416, 314.16e-2, 0.31416E1, .5, 5., 1e2, 1e+2, 1E-2, 0 end)

-- leading zeros
show(function() return 0012, 010, 00, 08, 0.10, 00.5, 0012.5, 007e1 end)

-- hexadecimal numerals
show(function() return 0xff, 0XFF, 0x56, 0xABCDEF, 0x0, 0x00010, 0xdeadBEEF end)

-- hexadecimal of 53 bits, 63 bits, 64 bits
show(function() return 0x1FFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF end)

-- hexadecimal over 64 bits
show(function() return 0xFFFFFFFFFFFFFFFFFF > 1, 0x10000000000000000 > 1 end)

-- hexadecimal 64 bits as text
show(function() return tostring(0xFFFFFFFFFFFFFFFF) end)

-- huge numerals
show(function() return 1e308, 1e309, 1e400, -1e400, 1e-400, 123456789012345678901234567890 end)

-- numerals of many digits
show(function() return 3.14159265358979323846264338327950288, 0.1, 9007199254740993, 0.30000000000000004, 1e23, 5e-324 end)

-- numerals next to operators
show(function() return 1+1, 1-1, 2*3, 1 ..2, 0xA-1, 1e1+1, 0xe+1, 3-0x1 end)

-- numerals as keys and arguments
show(function() local t = { [0x10] = "a", [1e1] = "b", [.5] = "c" } return t[16], t[10], t[0.5], ("x"):rep(0x2), #("y"):rep(1e1) end)

-- tonumber of numerals
show(function() return tonumber("10"), tonumber("010"), tonumber("0x10"), tonumber("1e1"), tonumber(" 10 "), tonumber("-10"), tonumber("+10"), tonumber("1."), tonumber(".1") end)

-- tonumber of what is none
show(function() return tonumber(""), tonumber(" "), tonumber("abc"), tonumber("10a"), tonumber("1 0"), tonumber("0x"), tonumber("1e"), tonumber("--1"), tonumber("0b1"), tonumber("1_0"), tonumber("0o7") end)

-- tonumber of other values
show(function() return tonumber(5), tonumber(1.5), tonumber(nil), tonumber(true), tonumber({}), tonumber(print) end)

-- tonumber without an argument
show(function() return tonumber() end)

-- base 2
show(function() return tonumber("1010", 2), tonumber("2", 2), tonumber("", 2), tonumber("102", 2), tonumber(" 11 ", 2) end)

-- base 8
show(function() return tonumber("17", 8), tonumber("08", 8), tonumber("777", 8) end)

-- base 10 given
show(function() return tonumber("10", 10), tonumber("1e1", 10), tonumber("1.5", 10), tonumber("0x10", 10), tonumber(7, 10) end)

-- base 16
show(function() return tonumber("ff", 16), tonumber("FF", 16), tonumber("0xff", 16), tonumber("0Xff", 16), tonumber("fg", 16) end)

-- base 36
show(function() return tonumber("zz", 36), tonumber("ZZ", 36), tonumber("10", 36), tonumber("_", 36) end)

-- base of three
show(function() return tonumber("210", 3), tonumber("3", 3), tonumber("0", 3) end)

-- base as a text and as a fraction
show(function() return tonumber("11", "2"), tonumber("11", 2.9) end)

-- base with a number as numeral
show(function() return tonumber(11, 2), tonumber(10, 16), tonumber(777, 8) end)

-- fraction with a base
show(function() return tonumber("1.1", 2), tonumber("1e1", 16), tonumber("1.", 8) end)

-- sign with a base
show(function() return tonumber("+11", 2), tonumber("- 11", 2), tonumber("--1", 2) end)

-- blanks with a base
show(function() return tonumber("\t11\n", 2), tonumber("1 1", 2), tonumber("  ff", 16), tonumber("ff  ", 16) end)

-- base out of range
show(function() return pcall(function() return tonumber("1", 37) end) end)

-- base one
show(function() return pcall(function() return tonumber("1", 1) end) end)

-- nil with a base
show(function() return pcall(function() return tonumber(nil, 16) end) end)

-- a table with a base
show(function() return pcall(function() return tonumber({}, 16) end) end)

-- large with a base
show(function() return tonumber("FFFFFFFF", 16), tonumber("1FFFFFFFFFFFFF", 16), tonumber(("1"):rep(53), 2) end)

-- tonumber and arithmetic agree
show(function()
  local wrong = {}
  for _, s in ipairs { "010", "0x1F", " 12 ", "1e3", "-.5", "+7", "5.", "abc", "0b1", "1_0", "", "0x", "1e", "- 1", "0x1p4" } do
    local ok, v = pcall(function() return s + 0 end)
    if (ok and v or nil) ~= tonumber(s) then wrong[#wrong + 1] = s end
  end
  return wrong
end)

-- string.format rounds and cuts
show(function() return ("%d"):format(3.7), ("%d"):format("-3.7"), ("%x"):format(255), ("%g"):format(1e20), ("%.3f"):format(2 / 3), ("%5d|%-5d|%05d"):format(1, 2, 3) end)

-- escapes in texts
show(function() return "\65\066\0067", "\a\b\f\n\r\t\v", "\\\"\'", "a\
b", "\0x", #"\0\0", "\x41", "\q" end)

-- long texts
show(function() return [[one]], [[
two]], [==[a]]b]=]c]==], [[a\nb]], #[[
 ]], [=[]]]=] end)

-- comments of every kind
show(function() -- short
  --[[ long ]] local a = 1 --[==[ with
  ]] and a level ]==] local b = 2 --- three
  --[ not long
  return a --[[in the middle]], b
end)

-- names with digits and underscores, words of other versions
show(function() local _, _a1, A_B, goto, continue, switch = 1, 2, 3, 4, 5, 6 return _, _a1, A_B, goto, continue, switch end)
