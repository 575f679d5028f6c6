// Makes the calls of two published clients against a stand-in platform. Each prints one line per call that
// went as WeChat would have it; anything else throws.
//   node clients.js BASE APPID SECRET OPENID
'use strict'

const assert = require('assert')
const fs = require('fs')
const os = require('os')
const path = require('path')
const util = require('util')

const [base, appid, secret, openid] = process.argv.slice(2)
const picture = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'neighbours-')), 'leaf.png')
fs.writeFileSync(picture, Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'))

const menu = {
  button: [
    { type: 'click', name: '今日', key: 'TODAY' },
    { name: '更多', sub_button: [{ type: 'view', name: '官网', url: 'https://example.test/a?b=1&c=2' }] }
  ]
}
const order = { thing1: { value: '龙井' }, amount2: { value: '28元' } }

function callbacks (api) {
  const call = name => util.promisify(api[name].bind(api))
  return new Proxy({}, { get: (_, name) => async (...args) => call(name)(...args) })
}

function client (name) {
  const Client = require(name)
  const api = new Client(appid, secret)
  const at = base + '/cgi-bin/'
  if (name === 'wechat-api') {
    api.endpoint = base // one base address and two prefixes
  } else {
    api.prefix = at
    api.snsPrefix = base + '/sns/'
    api.customservicePrefix = base + '/customservice/'
  }
  api.mpPrefix = at
  api.fileServerPrefix = at
  return name === 'wechat-api' ? Object.assign(callbacks(api), { raw: api }) : new Proxy(api, {})
}

async function refuses (name, code, fn) {
  await assert.rejects(fn, err => {
    assert.strictEqual(err.code, code, `${name}: ${err.message}`)
    return true
  })
  console.log('ok', name, 'refused with', code)
}

async function play (name) {
  const old = name === 'wechat-api'
  const api = client(name)
  const ok = (what, got, test) => {
    assert.ok(test(got), `${name} ${what}: ${JSON.stringify(got)}`)
    console.log('ok', name, what)
  }
  ok('token', await (old ? api.getLatestToken() : api.ensureAccessToken()), t => t.accessToken.length > 20)

  ok('createMenu', await api.createMenu(menu), r => r.errcode === 0)
  ok('getMenu', await api.getMenu(), r => r.menu.button[0].name === '今日' && r.menu.button[1].sub_button[0].url.includes('&c=2'))
  ok('getMenuConfig', await api.getMenuConfig(), r => r.selfmenu_info.button[1].sub_button.list[0].name === '官网')
  await refuses(name + ' createMenu', 40018, () => api.createMenu({ button: [{ type: 'click', name: '一个长得放不下的名字', key: 'X' }] }))

  ok('getUser', await api.getUser(openid), r => r.subscribe === 1 && r.openid === openid && !('nickname' in r))
  ok('batchGetUsers', await api.batchGetUsers([openid]), r => r.user_info_list.length === 1)
  ok('getFollowers', await api.getFollowers(), r => r.total >= 1 && r.data.openid.includes(openid))
  ok('updateRemark', await api.updateRemark(openid, '老顾客'), r => r.errcode === 0)
  await refuses(name + ' getUser', 40003, () => api.getUser('oNobody'))

  const tag = (await (old ? api.createTag('常客' + name) : api.createTags('常客' + name))).tag
  ok('createTag', tag, t => t.id > 2)
  ok('getTags', await api.getTags(), r => r.tags.some(t => t.id === tag.id))
  ok('tagging', await (old ? api.membersBatchtagging(tag.id, [openid]) : api.batchTagging([openid], tag.id)), r => r.errcode === 0)
  ok('tag members', await (old ? api.getTagUsers(tag.id, '') : api.getUsersFromTag(tag.id)), r => r.data.openid[0] === openid)
  ok('tags of a fan', await (old ? api.getUserTags(openid) : api.getIdList(openid)), r => r.tagid_list.includes(tag.id))
  ok('untagging', await (old ? api.membersBatchuntagging(tag.id, [openid]) : api.batchUnTagging([openid], tag.id)), r => r.errcode === 0)
  ok('deleteTag', await api.deleteTag(tag.id), r => r.errcode === 0)

  ok('templates', await api.getAllPrivateTemplate(), r => r.template_list[0].template_id === 'TPL_ORDER_PAID')
  const sent = old
    ? await api.sendTemplate(openid, 'TPL_ORDER_PAID', 'https://example.test/o/1', '#000', order)
    : await api.sendTemplate(openid, 'TPL_ORDER_PAID', 'https://example.test/o/1', '#000', order)
  ok('sendTemplate', sent, r => r.errcode === 0 && String(r.msgid).length > 15)
  await refuses(name + ' sendTemplate', 47003, () => api.sendTemplate(openid, 'TPL_ORDER_PAID', '', '#000', { thing1: { value: '一'.repeat(21) }, amount2: { value: '1元' } }))

  ok('sendText', await api.sendText(openid, '您的茶好了 & <a href="https://example.test">看看</a>'), r => r.errcode === 0)
  ok('createTmpQRCode', await api.createTmpQRCode('desk-7', 600), r => r.ticket.length > 10 && r.expire_seconds === 600)
  ok('createLimitQRCode', await api.createLimitQRCode(7), r => r.url.length > 5)

  const media = await (old ? api.uploadMedia(picture, 'image') : api.uploadImageMedia(picture))
  ok('uploadMedia', media, m => m.type === 'image' && m.media_id.length > 10)
  const back = await api.getMedia(media.media_id)
  ok('getMedia', Buffer.compare(Buffer.from(back), fs.readFileSync(picture)), r => r === 0)
  await assert.rejects(() => api.getMedia('no-such-media'), /invalid media_id/) // neither client says 40007 here

  ok('removeMenu', await api.removeMenu(), r => r.errcode === 0)
  await refuses(name + ' getMenu', 46003, () => api.getMenu())
}

(async () => {
  await play('wechat-api')
  await play('co-wechat-api')
  console.log('all calls made')
})().catch(err => { console.error(err); process.exit(1) })
