-- Runs programs of internal/luaprogram in the real Lua 5.1 and writes down what they observe. On its input come texts,
-- each after a line with its length in bytes; behind each answer comes a line of two dashes and the names of all
-- variables that were read before anything was assigned to them.
-- With the words load FILE it only says whether a text is Lua: nothing, or the line and what is wrong.

local function show(v, depth)
  local kind = type(v)
  if kind == "number" then
    if v ~= v then return "nan" end
    if v == 0 then return "0" end
    return ("%.17g"):format(v)
  elseif kind == "string" then
    return '"' .. v:gsub('[%c"\\\128-\255]', function(c) return ("\\%03d"):format(c:byte()) end) .. '"'
  elseif kind == "table" then
    if depth == 0 then return "{...}" end
    local all = {}
    for k, x in next, v do all[#all + 1] = show(k, depth - 1) .. "=" .. show(x, depth - 1) end
    table.sort(all)
    return "{" .. table.concat(all, ",") .. "}"
  elseif kind == "function" or kind == "thread" then
    return kind
  end
  return tostring(v)
end

local function small(v)
  if type(v) == "number" and v > -1e9 and v < 1e9 and v ~= 0 then return v end
  return 0
end

local function copy(names)
  local t = {}
  for name in names:gmatch("%a+") do t[name] = _G[name] end
  return t
end

local run, strays
function run(text)
  local lines = {}
  local env = copy("assert error pcall xpcall select tostring tonumber type unpack next pairs ipairs rawget rawset rawequal getmetatable setmetatable string table math")
  env.small = small
  strays = {}
  setmetatable(env, {__index = function(_, name) strays[#strays + 1] = " " .. tostring(name) end})
  function env.observe(...)
    local words = {}
    for i = 1, select("#", ...) do words[i] = show((select(i, ...)), 3) end
    lines[#lines + 1] = table.concat(words, " ")
  end
  local long
  local function stop()
    long = true
    debug.sethook(function()
      if debug.getinfo(2, "f").func == run then return debug.sethook() end
      error("too long", 0)
    end, "", 1)
    error("too long", 0)
  end
  local function bounded(f)
    if type(f) ~= "function" then return f end
    return function(...)
      debug.sethook(stop, "", 200000)
      return f(...)
    end
  end
  env.coroutine = {yield = coroutine.yield, resume = coroutine.resume, status = coroutine.status}
  function env.coroutine.create(f) return coroutine.create(bounded(f)) end
  function env.coroutine.wrap(f) return coroutine.wrap(bounded(f)) end
  local fn, why = loadstring(text, "@main.lua")
  if not fn then return "refused: " .. why end
  setfenv(fn, env)
  debug.sethook(stop, "", 200000)
  local ok, e = pcall(fn)
  debug.sethook()
  if long then return "too long" end
  if not ok then lines[#lines + 1] = "error " .. (type(e) == "string" and show(e, 3) or type(e)) end
  return table.concat(lines, "\n")
end

if arg[1] == "load" then
  strays = {}
  function run(text)
    local f = assert(io.open(arg[2], "wb"))
    f:write(text)
    f:close()
    local fn, why = loadfile(arg[2])
    return fn and "" or why:gsub("^.-:(%d+:)", "%1")
  end
end

for n in io.lines() do
  local text = io.read(tonumber(n)) or ""
  io.read("*l")
  local answer = run(text)
  io.write(answer, "\n--", table.concat(strays), "\n")
  io.flush()
end
