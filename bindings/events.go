package bindings

import "slices"

// EventNames lists the events that WeChat is known to push, in WeChat's spelling. Others arrive too.
func EventNames() []string { return slices.Clone(eventNames) }

// eventNames are for the "did you mean" of on.event (wechat-protocol.md §4).
// A table of data.
var eventNames = []string{
	"subscribe", "unsubscribe", "SCAN", "LOCATION",
	"CLICK", "VIEW", "view_miniprogram", "scancode_push", "scancode_waitmsg",
	"pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
	"TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH",
	"kf_create_session", "kf_close_session", "kf_switch_session",
	"subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event",
	"user_info_modified", "user_authorization_revoke", "user_authorization_cancellation",
	"qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
	"annual_renew", "verify_expired",
	"card_pass_check", "card_not_pass_check", "user_get_card", "user_gifting_card", "user_del_card",
	"user_consume_card", "user_pay_from_pay_cell", "user_view_card", "user_enter_session_from_card",
	"update_member_card", "card_sku_remind", "card_pay_order", "submit_membercard_user_info",
	"card_merchant_check_result", "giftcard_pay_done", "giftcard_send_to_friend", "giftcard_user_accept",
	"user_enter_tempsession", "ENTER", "guide_qrcode_scan_event", "guide_invite_result_event",
	"poi_check_notify", "WifiConnected", "ShakearoundUserShake", "merchant_order",
	"user_scan_product", "user_scan_product_enter_session", "user_scan_product_async", "user_scan_product_verify_action",
	"user_authorize_invoice", "update_invoice_status", "submit_invoice_title", "cloud_invoice_invoiceresult_event",
	"apply_merchant_audit_info", "create_map_poi_audit_info", "add_store_audit_info", "modify_store_audit_info",
	"wxa_media_check", "weapp_audit_success", "weapp_audit_fail", "weapp_audit_delay",
}
