-- 大语言模型助手：粉丝说什么，模型答什么。account.yaml 的 llm 写着用哪家的模型；
-- 没有密钥也能试：moonwire dev 里由替身模型回答。
local prices = data.csv("prices.csv")

-- 模型能查的东西。参数是粉丝的话，先按 args 检查；这里只看不改，所以不写 acts。
local tools = {
  price = {
    doc = "查一种茶的价格",
    args = { tea = "string" },
    run = function(args)
      local row = prices:find("tea", args.tea)
      return row and row.price .. " 元一两" or "没有这种茶"
    end,
  },
}

local assistant = llm.reply{
  system = "你是茶铺的店员，说中文，热情、简短，不超过两百字。价格只用工具 price 查，查不到就说没有。",
  tools = tools,
  busy = "别急，上一个问题还在想……",
  failed = "抱歉，我这会儿答不上来，请稍后再问，或回复「人工」。",
  spent = "今天聊得够多啦，明天再来吧。",
}

on.subscribe("你好！我是茶铺的助手，有什么想问的直接说，打字、语音都行。想换个话题，回复「清空」。")
on.text("人工", reply.transfer())
on.text(assistant)
on.voice(assistant)
on.fallback("这个我还看不懂，请用文字或语音问我。")
