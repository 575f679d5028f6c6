-- The smallest bot: it says what you say. Change a line, save, and write to it again.
on.subscribe("你好！你说什么，我就说什么。")
on.text(function(msg) return msg.content end)
