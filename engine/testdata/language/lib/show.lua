-- show(fn) emits in one line what fn returns, or the error that it raises. The same text serves lua5.1 and the
-- engine. The sign of zero and of nan is left out, for there the two differ on purpose.
local word

local function text(s)
  return '"' .. s:gsub('[%c"\\]', function(c) return ("\\%03d"):format(c:byte()) end) .. '"'
end

local function number(n)
  if n ~= n then return "nan" end
  return n == 0 and "0" or ("%.17g"):format(n)
end

local rank = { number = 1, string = 2 }

local function before(a, b)
  local x, y = rank[type(a)] or 3, rank[type(b)] or 3
  if x ~= y then return x < y end
  if x == 3 then return tostring(a) < tostring(b) end
  return a < b
end

local function contents(t, depth)
  local keys, words = {}, {}
  for k in next, t do keys[#keys + 1] = k end
  table.sort(keys, before)
  for i, k in ipairs(keys) do
    local name = type(k) == "string" and k or word(k, 9)
    words[i] = (k == i and "" or name .. "=") .. word(rawget(t, k), depth + 1)
  end
  return "{" .. table.concat(words, ", ") .. "}"
end

function word(v, depth)
  if type(v) == "string" then return text(v) end
  if type(v) == "number" then return number(v) end
  if type(v) == "table" then return depth > 3 and "{...}" or contents(v, depth) end
  if type(v) == "boolean" or v == nil then return tostring(v) end
  return type(v)
end

function show(fn, ...)
  local function line(ok, ...)
    local words = {}
    for i = 1, select("#", ...) do words[i] = word((select(i, ...)), 1) end
    emit((ok and "" or "raised ") .. (#words > 0 and table.concat(words, ", ") or "nothing"))
  end
  line(pcall(fn, ...))
end
