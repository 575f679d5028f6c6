// Two published servers as echo bots, one per port, in plain or safe mode.
//   node servers.js TOKEN APPID AESKEY     prints "wechat PORT" and "co-wechat PORT"
'use strict'

const http = require('http')
const url = require('url')
const Koa = require('koa')

const [token, appid, encodingAESKey] = process.argv.slice(2)
const config = { token, appid, encodingAESKey }

function listen (server, name) {
  server.listen(0, '127.0.0.1', function () { console.log(name, this.address().port) })
}

const echo = require('wechat')(config, (req, res) => {
  const m = req.weixin
  res.reply(m.MsgType === 'text' ? m.Content : m.MsgType + ' ' + (m.Event || m.MediaId || ''))
})
listen(http.createServer((req, res) => {
  req.query = url.parse(req.url, true).query // what connect and express do
  echo(req, res, err => { res.statusCode = 500; res.end(String(err)) })
}), 'wechat')

const app = new Koa()
app.use(require('co-wechat')(config).middleware(async m =>
  m.MsgType === 'text' ? m.Content : m.MsgType + ' ' + (m.Event || m.MediaId || '')))
listen(http.createServer(app.callback()), 'co-wechat')
